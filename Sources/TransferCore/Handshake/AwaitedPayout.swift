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
        case balancePosted
        /// The application ended without a transfer, so nothing is paid out in this case.
        case dropped
    }

    package enum Event: Hashable, Sendable {
        case payoutNoticeArrived
        case balanceNoticeArrived
        case balanceCreditArrived
        case applicationEnded
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
        case (.balanceNoticed, .balanceCreditArrived):
            (next, effects) = (.balancePosted, [.post(.creditHeld), .post(.creditPosted)])
        case (.balanceCredited, .balanceNoticeArrived):
            (next, effects) = (.balancePosted, [.post(.creditPosted)])
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
        case .paidOut, .balancePosted, .dropped: .nobody
        }
    }

    package var isTerminal: Bool { holder == .nobody }

    /// The published name.
    package var name: String {
        switch self {
        case .awaitingPayout: "awaiting-payout"
        case .paidOut: "paid-out"
        case .balanceNoticed: "balance-noticed"
        case .balanceCredited: "balance-credited"
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
        case .applicationEnded: "application-ended"
        }
    }
}
