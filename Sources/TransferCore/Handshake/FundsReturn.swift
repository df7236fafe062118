/// Money that the destination sends back to the origin, as the destination lives it: a new remittance with its own key,
/// linked to the one that it undoes.
///
///     destination            bank                  origin
///         |-- order ---------->|                      |
///         |<- debit, or bounce |                      |
///         |-- return advice ------------------------->|
///         |                    |------- funds ------->|
///         |<------------------ return confirmation ---|
///
/// Source: phase 16, BR-126 and BR-129 of the domain handbook.
package struct FundsReturn: Equatable, Sendable {
    package private(set) var phase = Phase.none
    /// How many orders were made so far; the number of the newest.
    package private(set) var attempts = 0
    /// Whether more was found to be owed while a return was under way: it goes back by the next one.
    package private(set) var isMoreOwed = false

    package init() {}

    package enum Phase: Hashable, Sendable {
        case none
        case owed
        case ordered
        case bounced(BounceReason)
        case awaitingConfirmation
        case confirmed
    }

    package enum Event: Hashable, Sendable {
        case surplusFound
        /// What was owed is not owed any more: a newer form asks for it again.
        case nothingOwed
        case returnDecided
        case returnPaid
        case returnBounced(BounceReason)
        case returnRetried
        case returnConfirmationArrived
        case deadlinePassed
    }

    /// Moves on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        let (next, effects): (Phase, [SideEffect])
        switch (phase, event) {
        case (.none, .surplusFound), (.confirmed, .surplusFound):
            (next, effects) = (.owed, [.returnFunds])
        case (.owed, .surplusFound), (.ordered, .surplusFound), (.bounced, .surplusFound),
            (.awaitingConfirmation, .surplusFound):
            (next, effects) = (phase, [])
        case (.owed, .nothingOwed):
            (next, effects) = (attempts > 0 ? .confirmed : .none, [])
        case (.owed, .returnDecided):
            (next, effects) = (.ordered, [.post(.returnSetAside), .orderReturn(attempt: attempts + 1)])
        case (.ordered, .returnPaid):
            (next, effects) = (.awaitingConfirmation, [.post(.returnPaid), .send(.returnAdvice)])
        case (.ordered, .returnBounced(let reason)):
            (next, effects) = (.bounced(reason), [.alertClerk(.returnBounced)])
        case (.awaitingConfirmation, .returnBounced(let reason)):
            (next, effects) = (.bounced(reason), [.post(.returnBounced), .alertClerk(.returnBounced)])
        case (.bounced, .returnRetried):
            (next, effects) = (.ordered, [.orderReturn(attempt: attempts + 1)])
        case (.awaitingConfirmation, .returnConfirmationArrived):
            (next, effects) = isMoreOwed ? (.owed, [.returnFunds]) : (.confirmed, [])
        case (_, .deadlinePassed) where phase.clock != nil:
            (next, effects) = (phase, [.alertClerk(.overdue)])
        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }
        switch event {
        case .returnDecided, .returnRetried: attempts += 1
        case .surplusFound: isMoreOwed = phase.isUnderWay
        case .returnConfirmationArrived: isMoreOwed = false
        default: break
        }
        phase = next
        return effects
    }
}

/// The same as the origin lives it: advice and credit come in any order, and are confirmed when both are here.
package struct AwaitedReturn: Equatable, Sendable {
    package private(set) var phase = Phase.none

    package init() {}

    package enum Phase: Hashable, Sendable {
        case none
        case advised
        case credited
        /// Advice and credit are here, and do not agree.
        case differs
        case confirmed
    }

    package enum Event: Hashable, Sendable {
        case returnAdviceArrived
        case returnCreditArrived
        /// The second of the two came, with another amount than the first.
        case differingReturnAdviceArrived
        case differingReturnCreditArrived
        /// Two persons have accepted what came.
        case returnAccepted
        /// The money of a later order than the one that was advised: the advised one came back to the destination.
        case laterReturnCreditArrived
        case deadlinePassed
    }

    /// Moves on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        let (next, effects): (Phase, [SideEffect])
        switch (phase, event) {
        // A return that bounced late and was paid again is advised again.
        case (.none, .returnAdviceArrived), (.confirmed, .returnAdviceArrived), (.advised, .returnAdviceArrived):
            (next, effects) = (.advised, [])
        case (.none, .returnCreditArrived), (.confirmed, .returnCreditArrived):
            (next, effects) = (.credited, [.post(.creditHeld)])
        case (.advised, .returnCreditArrived):
            (next, effects) = (.confirmed, [.post(.creditHeld), .post(.returnBooked), .send(.returnConfirmation)])
        case (.advised, .laterReturnCreditArrived):
            (next, effects) = (.credited, [.post(.creditHeld)])
        case (.credited, .returnAdviceArrived):
            (next, effects) = (.confirmed, [.post(.returnBooked), .send(.returnConfirmation)])
        case (.advised, .differingReturnCreditArrived):
            (next, effects) = (.differs, [.post(.creditHeld), .alertClerk(.booksDiffer)])
        case (.credited, .differingReturnAdviceArrived):
            (next, effects) = (.differs, [.alertClerk(.booksDiffer)])
        case (.differs, .returnAccepted):
            (next, effects) = (.confirmed, [.post(.returnBooked), .send(.returnConfirmation)])
        case (.advised, .deadlinePassed), (.credited, .deadlinePassed), (.differs, .deadlinePassed):
            (next, effects) = (phase, [.alertClerk(.overdue)])
        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }
        phase = next
        return effects
    }
}

/// Why money is sent back. The names are published.
package enum ReturnGround: String, Hashable, Sendable, CaseIterable {
    /// The same order was paid twice, or money came when none was owed.
    case surplus
    /// More than the form came; the origin has said that the form stands.
    case excess
    /// The origin recalled its remittance, and the destination consented.
    case recalled
    /// A correction lowered what was to be transferred.
    case corrected
}

extension FundsReturn.Phase {
    /// The published name.
    package var name: String {
        switch self {
        case .none: "no-return"
        case .owed: "return-owed"
        case .ordered: "return-ordered"
        case .bounced: "return-bounced"
        case .awaitingConfirmation: "return-awaiting-confirmation"
        case .confirmed: "return-confirmed"
        }
    }

    package var holder: Holder {
        switch self {
        case .none, .confirmed: .nobody
        case .owed, .ordered, .bounced: .destination
        case .awaitingConfirmation: .origin
        }
    }

    package var clock: Clock? { holder == .nobody ? nil : .fundsReturn }

    /// Whether an amount was decided on and is not confirmed yet.
    var isUnderWay: Bool {
        switch self {
        case .ordered, .bounced, .awaitingConfirmation: true
        case .none, .owed, .confirmed: false
        }
    }
}

extension FundsReturn.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .surplusFound: "surplus-found"
        case .nothingOwed: "nothing-owed"
        case .returnDecided: "return-decided"
        case .returnPaid: "return-paid"
        case .returnBounced: "return-bounced"
        case .returnRetried: "return-retried"
        case .returnConfirmationArrived: "return-confirmation-arrived"
        case .deadlinePassed: "return-deadline-passed"
        }
    }
}

extension AwaitedReturn.Phase {
    /// The published name.
    package var name: String {
        switch self {
        case .none: "no-return"
        case .advised: "return-advised"
        case .credited: "return-credited"
        case .differs: "return-differs"
        case .confirmed: "return-confirmed"
        }
    }

    package var holder: Holder {
        switch self {
        case .none, .confirmed: .nobody
        case .advised, .differs: .origin
        case .credited: .destination
        }
    }

    package var clock: Clock? { holder == .nobody ? nil : .fundsReturn }
}

extension AwaitedReturn.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .returnAdviceArrived: "return-advice-arrived"
        case .returnCreditArrived: "return-credit-arrived"
        case .laterReturnCreditArrived: "later-return-credit-arrived"
        case .differingReturnAdviceArrived: "differing-return-advice-arrived"
        case .differingReturnCreditArrived: "differing-return-credit-arrived"
        case .returnAccepted: "return-accepted"
        case .deadlinePassed: "return-deadline-passed"
        }
    }
}
