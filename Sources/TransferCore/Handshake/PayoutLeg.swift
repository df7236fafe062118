/// A payout leg as the paying agency lives it: a balance that the destination cannot receive, the share of an heir, or
/// the refund of months that were insured twice is paid to the person's own bank account, as part of the same case.
///
///     origin                     bank              insured person
///         |-- order --------------->|                     |
///         |<-- debit, or bounce ----|                     |
///         |<--------------- another account --------------|
///         |-- order again --------->|                     |
///         |-- payout notice --> destination
///
/// Source: Shenzhen guide, item 15 (BR-203); bounces: Shantou's notice of 2017-10-18 (BR-210).
package struct PayoutLeg: Equatable, Sendable {
    package private(set) var phase = Phase.waiting
    /// Whether the balance goes to the destination, which receives this branch itself.
    package private(set) var moves = false

    package init() {}

    /// How many bounces a payout may have before the insured person is asked to come to the desk.
    ///
    /// Source: our choice, section 4.4 P of the domain handbook.
    package static let bouncesBeforeDesk = 3

    package enum Phase: Hashable, Sendable {
        /// The origin has not yet checked its records.
        case waiting
        case ordered(attempt: Int)
        case bounced(attempt: Int, BounceReason)
        case paid(attempt: Int)
        case nothingDue
        /// The case ended before anything was due.
        case dropped
    }

    package enum Event: Hashable, Sendable {
        case balanceDue
        case balanceMoves
        case balanceZero
        case payoutPaid
        case payoutBounced(BounceReason)
        case accountCorrected
        case caseEnded
        case deadlinePassed
    }

    package enum Effect: Hashable, Sendable {
        case post(Posting.Kind)
        case orderPayout(attempt: Int)
        case send(DocumentKind)
        case notifyInsuredPerson(Notice)
        case alertClerk(Alert)
    }

    /// Moves the leg on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [Effect] {
        let (next, effects): (Phase, [Effect])

        switch (phase, event) {
        // What is due. A balance of zero makes no order.
        case (.waiting, .balanceDue), (.waiting, .balanceMoves):
            (next, effects) = (.ordered(attempt: 1), [.post(.payoutSetAside), .orderPayout(attempt: 1)])
        case (.waiting, .balanceZero):
            (next, effects) = (.nothingDue, [.send(.payoutNotice)])
        case (.waiting, .caseEnded):
            (next, effects) = (.dropped, [])

        // The bank's answer. A bounce may also come after the debit.
        case (.ordered(let attempt), .payoutPaid):
            (next, effects) = (
                .paid(attempt: attempt), [.post(.payoutPaid), .send(.payoutNotice), .notifyInsuredPerson(.payoutPaid)]
            )
        case (.ordered(let attempt), .payoutBounced(let reason)):
            (next, effects) = (.bounced(attempt: attempt, reason), PayoutLeg.callForAccount(reason, attempt: attempt))
        case (.paid(let attempt), .payoutBounced(let reason)):
            (next, effects) = (
                .bounced(attempt: attempt, reason),
                [.post(.payoutBounced)] + PayoutLeg.callForAccount(reason, attempt: attempt)
            )

        // Another account of the person's own: pay again.
        case (.bounced(let attempt, _), .accountCorrected):
            (next, effects) = (.ordered(attempt: attempt + 1), [.orderPayout(attempt: attempt + 1)])

        // A late step is reported, never skipped, and ends nothing.
        case (_, .deadlinePassed) where phase.clock != nil:
            (next, effects) = (phase, [.alertClerk(.overdue)])

        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }

        if event == .balanceMoves { moves = true }
        phase = next
        // What goes to the other office is not told to the person as a payment.
        return moves ? effects.filter { !$0.isForThePerson } : effects
    }

    private static func callForAccount(_ reason: BounceReason, attempt: Int) -> [Effect] {
        attempt < bouncesBeforeDesk
            ? [.notifyInsuredPerson(.payoutBounced(reason))]
            : [.notifyInsuredPerson(.comeToTheDesk(reason)), .alertClerk(.payoutBouncedRepeatedly)]
    }
}

/// What a payout leg pays.
package enum PayoutPurpose: Hashable, Comparable, Sendable {
    /// At the origin: the balance of a branch that the destination cannot receive.
    case balance(Branch)
    /// At the destination: the account part of months that were insured twice.
    case clearingRefund
    /// At the origin: the share of an heir, 1 to 9.
    case heir(Int)

    /// The branch under which the leg is listed.
    package var branch: Branch {
        if case .balance(let branch) = self { branch } else { .pension }
    }

    /// The leg of the orders that pay it.
    package var orderLeg: OrderKey.Leg {
        switch self {
        case .balance(let branch): .balance(branch)
        case .clearingRefund: .clearingRefund
        case .heir(let heir): .heir(heir)
        }
    }

    package init?(_ leg: OrderKey.Leg) {
        switch leg {
        case .balance(let branch): self = .balance(branch)
        case .clearingRefund: self = .clearingRefund
        case .heir(let heir): self = .heir(heir)
        case .remittance, .fundsReturn: return nil
        }
    }

    /// What stands before the published names of the leg's events, so that every leg has its own; empty for balances,
    /// whose branch tells them apart.
    package var prefix: String {
        switch self {
        case .balance: ""
        case .clearingRefund: "refund-"
        case .heir(let heir): "heir-\(heir)-"
        }
    }

    package static func < (a: PayoutPurpose, b: PayoutPurpose) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .balance(.pension): 0
        case .balance(.medical): 1
        case .balance(.housing): 2
        case .clearingRefund: 3
        case .heir(let heir): 3 + heir
        }
    }
}

extension PayoutLeg {
    /// Who has to act now: where the money goes to the other office, a bounce is for the origin to mend.
    package var holder: Holder { moves && phase.holder == .insuredPerson ? .origin : phase.holder }
}

extension PayoutLeg.Effect {
    fileprivate var isForThePerson: Bool {
        if case .notifyInsuredPerson = self { true } else { false }
    }
}

extension PayoutLeg.Phase {
    package var holder: Holder {
        switch self {
        case .waiting, .ordered: .origin
        case .bounced: .insuredPerson
        case .paid, .nothingDue, .dropped: .nobody
        }
    }

    /// The clock that runs in this phase.
    package var clock: Clock? {
        switch self {
        case .waiting, .ordered: .originReply
        case .bounced: .bouncedRemittance
        case .paid, .nothingDue, .dropped: nil
        }
    }

    package var isTerminal: Bool { holder == .nobody }

    /// How many orders were made so far.
    package var attempts: Int {
        switch self {
        case .waiting, .nothingDue, .dropped: 0
        case .ordered(let attempt), .bounced(let attempt, _), .paid(let attempt): attempt
        }
    }

    /// The published name.
    package var name: String {
        switch self {
        case .waiting: "waiting"
        case .ordered: "payout-ordered"
        case .bounced: "payout-bounced"
        case .paid: "paid-out"
        case .nothingDue: "nothing-due"
        case .dropped: "dropped"
        }
    }
}

extension PayoutLeg.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .balanceDue: "balance-due"
        case .balanceMoves: "balance-moves"
        case .balanceZero: "balance-zero"
        case .payoutPaid: "payout-paid"
        case .payoutBounced: "payout-bounced"
        case .accountCorrected: "account-corrected"
        case .caseEnded: "case-ended"
        case .deadlinePassed: "deadline-passed"
        }
    }
}
