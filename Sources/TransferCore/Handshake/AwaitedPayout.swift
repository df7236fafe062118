/// Another branch of the case as the destination lives it: it waits for the origin's signed word that the balance was paid
/// to the person, or, where the destination receives the branch itself, for that word and the money.
///
/// Source: our choice: a case is complete when every leg is, on both sides; money is posted only when word and credit agree
/// (医保办发〔2021〕43号; BR-202 of the domain handbook).
package struct AwaitedPayout: Equatable, Sendable {
    package private(set) var phase = Phase.awaitingPayout

    package init() {}

    package enum Phase: Hashable, Sendable {
        case awaitingPayout
        case paidOut
        /// The origin says that the balance is on its way here.
        case balanceNoticed
        /// The balance is here and stands in suspense.
        case balanceCredited
        /// Word and money are here, and do not agree.
        case balanceDiffers
        case balancePosted
        /// The application ended without a transfer, so nothing is paid out in this case.
        case dropped
    }

    package enum Event: Hashable, Sendable {
        case payoutNoticeArrived
        case balanceNoticeArrived
        case balanceCreditArrived
        /// The money of a later order than the one that was noticed, which came back to the origin.
        case laterBalanceCreditArrived
        /// The second of word and money came, with another amount than the first.
        case differingBalanceNoticeArrived
        case differingBalanceCreditArrived
        /// Two persons have accepted what came.
        case balanceAccepted
        case applicationEnded
        case deadlinePassed
    }

    /// Moves the leg on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        let (next, effects): (Phase, [SideEffect])
        switch (phase, event) {
        case (.awaitingPayout, .payoutNoticeArrived): (next, effects) = (.paidOut, [])
        // A payout that bounced late and was paid again is told again.
        case (.paidOut, .payoutNoticeArrived): (next, effects) = (.paidOut, [])
        case (.awaitingPayout, .balanceNoticeArrived), (.balanceNoticed, .balanceNoticeArrived):
            (next, effects) = (.balanceNoticed, [])
        case (.awaitingPayout, .balanceCreditArrived): (next, effects) = (.balanceCredited, [.post(.creditHeld)])
        case (.balanceNoticed, .laterBalanceCreditArrived):
            (next, effects) = (.balanceCredited, [.post(.creditHeld)])
        case (.balanceNoticed, .differingBalanceCreditArrived):
            (next, effects) = (.balanceDiffers, [.post(.creditHeld), .alertClerk(.booksDiffer)])
        case (.balanceCredited, .differingBalanceNoticeArrived):
            (next, effects) = (.balanceDiffers, [.alertClerk(.booksDiffer)])
        case (.balanceDiffers, .balanceAccepted):
            (next, effects) = (.balancePosted, [.post(.creditPosted)])
        case (.balanceNoticed, .balanceCreditArrived):
            (next, effects) = (.balancePosted, [.post(.creditHeld), .post(.creditPosted)])
        case (.balanceCredited, .balanceNoticeArrived):
            (next, effects) = (.balancePosted, [.post(.creditPosted)])
        // A late step is reported, never skipped, and ends nothing.
        case (_, .deadlinePassed) where phase.clock != nil:
            (next, effects) = (phase, [.alertClerk(.overdue)])
        case (.awaitingPayout, .applicationEnded): (next, effects) = (.dropped, [])
        // The order was out already when the application ended.
        case (.dropped, .payoutNoticeArrived): (next, effects) = (.paidOut, [])
        case (.dropped, .balanceNoticeArrived): (next, effects) = (.balanceNoticed, [])
        case (.dropped, .balanceCreditArrived):
            (next, effects) = (.balanceCredited, [.post(.creditHeld), .alertClerk(.surplusFunds)])
        default: throw NotAllowed(event: event.name, phase: phase.name)
        }
        phase = next
        return effects
    }
}

extension AwaitedPayout.Phase {
    package var holder: Holder {
        switch self {
        case .awaitingPayout, .balanceNoticed, .balanceCredited: .origin
        case .balanceDiffers: .destination
        case .paidOut, .balancePosted, .dropped: .nobody
        }
    }

    package var isTerminal: Bool { holder == .nobody }

    /// The clock that runs in this phase.
    package var clock: Clock? {
        switch self {
        case .awaitingPayout, .balanceNoticed, .balanceCredited: .originReply
        case .balanceDiffers: .difference
        case .paidOut, .balancePosted, .dropped: nil
        }
    }

    /// The published name.
    package var name: String {
        switch self {
        case .awaitingPayout: "awaiting-payout"
        case .paidOut: "paid-out"
        case .balanceNoticed: "balance-noticed"
        case .balanceCredited: "balance-credited"
        case .balanceDiffers: "balance-differs"
        case .balancePosted: "balance-posted"
        case .dropped: "dropped"
        }
    }
}

extension AwaitedPayout.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .payoutNoticeArrived: "payout-notice-arrived"
        case .balanceNoticeArrived: "balance-notice-arrived"
        case .balanceCreditArrived: "balance-credit-arrived"
        case .laterBalanceCreditArrived: "later-balance-credit-arrived"
        case .differingBalanceNoticeArrived: "differing-balance-notice-arrived"
        case .differingBalanceCreditArrived: "differing-balance-credit-arrived"
        case .balanceAccepted: "balance-accepted"
        case .applicationEnded: "application-ended"
        case .deadlinePassed: "deadline-passed"
        }
    }
}
