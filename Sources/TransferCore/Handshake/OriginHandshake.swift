/// The handshake as the origin (转出地) lives it, for the pension leg of a case.
///
///     destination            origin                   bank
///         |-- acceptance letter -->|                     |
///         |                        | check, freeze       |
///         |<-- certificate --------|                     |
///         |<-- information form ---|                     |
///         |                        |-- order ----------->|
///         |                        |<-- debit notice ----|
///         |<-- advice -------------|                     |
///         |-- completion notice -->|                     |
///
/// Only the origin decides between paying and stopping. Once the remittance is ordered there is no way back but a new
/// remittance from the destination.
///
/// Source: 国办发〔2009〕66号, Art. 8 (3); the phases are our choice (section 4.1 of the domain handbook).
package struct OriginHandshake: Equatable, Sendable {
    package private(set) var phase = Phase.unopened
    /// How many of the orders of this case the bank has paid and not given back.
    package private(set) var ordersPaid = 0
    /// How many orders came back and were not made again yet, and why the last of them did.
    package private(set) var ordersBounced = 0
    private var lastBounce = BounceReason.refusedByBank

    package init() {}

    /// What has happened so far, and so what is known.
    package enum Phase: Hashable, Sendable {
        case unopened
        case checking
        case onHold(Reason)
        case returned(Reason)
        case frozen
        case remitting
        case bounced(BounceReason)
        case awaitingCompletion
        case completed
        case withdrawn
        case ceased(Reason)
        case restored
    }

    /// What happened, in the past tense. Each is stored for ever under its name.
    package enum Event: Hashable, Sendable {
        case letterArrived
        case recordsPassed
        case recordsPassedInPart(Reason)
        case recordsFailed(Reason)
        case checkHeld(Reason)
        case holdLifted
        case remittanceDecided
        case remittancePaid
        case remittanceBounced(BounceReason)
        /// An order came back after a newer one of another amount was made.
        case earlierRemittanceBounced(BounceReason)
        case remittanceRetried
        case formRevised
        case supplementFrozen
        case shortfallAdmitted
        case letterWithdrawn
        case personEnded(Reason)
        case completionArrived
        case earlierCompletionArrived
        case fundsReturned
        case deadlinePassed
    }

    /// What must be done now, in the imperative. Effects are committed with the event and carried out afterwards.
    package enum Effect: Hashable, Sendable {
        case checkRecords
        case send(DocumentKind)
        case post(Posting.Kind)
        case remit
        case orderRemittance
        case notifyInsuredPerson(Notice)
        case alertClerk(Alert)
    }

    /// Moves the handshake on, or throws and changes nothing.
    ///
    /// The switch below is the whole protocol of the origin: a pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [Effect] {
        let (next, effects): (Phase, [Effect])

        switch (phase, event) {
        // The letter, first or corrected: check it against the own records.
        case (.unopened, .letterArrived), (.returned, .letterArrived), (.checking, .letterArrived),
            (.onHold, .letterArrived), (.onHold, .holdLifted):
            (next, effects) = (.checking, [.checkRecords])

        // The check. Freeze and certify; hand the letter back; or wait for what is missing, and say so.
        case (.checking, .recordsPassed):
            (next, effects) = (.frozen, OriginHandshake.freeze)
        case (.checking, .recordsPassedInPart(let reason)):
            (next, effects) = (
                .frozen, OriginHandshake.freeze + [.notifyInsuredPerson(.partlyTransferred(reason))]
            )
        case (.checking, .recordsFailed(let reason)), (.onHold, .recordsFailed(let reason)):
            (next, effects) = (.returned(reason), [.send(.returnNote)])
        case (.checking, .checkHeld(let reason)):
            (next, effects) = (
                .onHold(reason),
                [.send(.holdNotice), .notifyInsuredPerson(.held(reason)), .alertClerk(.checkHeld)]
            )

        // The last moment to stop: what was frozen is released, and nothing was paid.
        case (.checking, .letterWithdrawn), (.onHold, .letterWithdrawn), (.returned, .letterWithdrawn):
            (next, effects) = (.withdrawn, [])
        case (.frozen, .letterWithdrawn) where isUnpaid, (.bounced, .letterWithdrawn) where isUnpaid:
            (next, effects) = (.withdrawn, [.post(.freezeLifted)])
        case (.checking, .personEnded(let reason)), (.onHold, .personEnded(let reason)):
            (next, effects) = (.ceased(reason), [.send(.endNotice), .alertClerk(.personEnded)])
        case (.frozen, .personEnded(let reason)) where isUnpaid, (.bounced, .personEnded(let reason)) where isUnpaid:
            (next, effects) = (
                .ceased(reason), [.post(.freezeLifted), .send(.endNotice), .alertClerk(.personEnded)]
            )

        // The remittance: from here on there is no way back but a remittance from the destination. What the bank could
        // not credit is still owed: it is ordered again when the destination has confirmed its account.
        case (.frozen, .remittanceDecided), (.bounced, .letterArrived), (.bounced, .remittanceRetried):
            (next, effects) = (.remitting, [.orderRemittance])
        case (.remitting, .remittancePaid):
            (next, effects) = (
                ordersBounced > 0 ? .bounced(lastBounce) : .awaitingCompletion,
                [.post(.remittancePaid), .send(.remittanceAdvice)]
            )
        case (.remitting, .remittanceBounced(let reason)):
            (next, effects) = (.bounced(reason), [.send(.bounceNotice), .alertClerk(.remittanceBounced)])
        case (.awaitingCompletion, .remittanceBounced(let reason)):
            (next, effects) = (.bounced(reason), OriginHandshake.bounce)

        // What an earlier order should have paid is still owed, and is ordered again after what is under way.
        case (.frozen, .earlierRemittanceBounced) where ordersPaid > 0,
            (.remitting, .earlierRemittanceBounced) where ordersPaid > 0,
            (.bounced, .earlierRemittanceBounced) where ordersPaid > 0:
            (next, effects) = (phase, OriginHandshake.bounce)
        case (.awaitingCompletion, .earlierRemittanceBounced(let reason)) where ordersPaid > 0:
            (next, effects) = (.bounced(reason), OriginHandshake.bounce)

        // The confirmed account crossed with a new try of our own: it counts from the next order on.
        case (.frozen, .letterArrived), (.remitting, .letterArrived), (.awaitingCompletion, .letterArrived):
            (next, effects) = (phase, [])

        // What comes after: a newer form, contributions that came after the freeze, what was short.
        case (.awaitingCompletion, .formRevised), (.completed, .formRevised):
            (next, effects) = (.awaitingCompletion, [.send(.informationForm)])
        case (.awaitingCompletion, .supplementFrozen), (.completed, .supplementFrozen):
            (next, effects) = (.frozen, [.post(.accountFrozen), .send(.informationForm), .remit])
        case (.awaitingCompletion, .shortfallAdmitted):
            (next, effects) = (.frozen, [.post(.accountFrozen), .remit])

        // The end: the destination has posted the funds, or has sent all of them back.
        case (.awaitingCompletion, .completionArrived):
            (next, effects) = (.completed, [])
        case (.frozen, .earlierCompletionArrived), (.remitting, .earlierCompletionArrived),
            (.bounced, .earlierCompletionArrived), (.awaitingCompletion, .earlierCompletionArrived):
            (next, effects) = (phase, [])
        case (.awaitingCompletion, .fundsReturned), (.completed, .fundsReturned):
            (next, effects) = (.restored, [])

        // A late step is reported, never skipped, and ends nothing.
        case (_, .deadlinePassed) where phase.clock != nil:
            (next, effects) = (phase, [.alertClerk(.overdue)])

        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }

        switch (phase, event) {
        case (.remitting, .remittancePaid): ordersPaid += 1
        case (.awaitingCompletion, .remittanceBounced), (_, .earlierRemittanceBounced): ordersPaid -= 1
        case (.bounced, .letterArrived), (.bounced, .remittanceRetried): ordersBounced -= 1
        default: break
        }
        switch event {
        case .remittanceBounced(let reason), .earlierRemittanceBounced(let reason):
            ordersBounced += 1
            lastBounce = reason
        default: break
        }
        phase = next
        return effects
    }

    /// Whether nothing is paid, and one amount at most waits to be: only then is what was frozen lifted whole.
    package var isUnpaid: Bool {
        if case .frozen = phase { return ordersPaid == 0 && ordersBounced == 0 }
        return ordersPaid == 0 && ordersBounced <= 1
    }

    private static let bounce: [Effect] = [
        .post(.remittanceBounced), .send(.bounceNotice), .alertClerk(.remittanceBounced),
    ]

    private static let freeze: [Effect] = [
        .post(.accountFrozen), .send(.contributionCertificate), .send(.informationForm), .remit,
    ]
}

extension OriginHandshake.Phase {
    /// The clock that runs in this phase: it starts on the day it first appears here and stops when it disappears.
    package var clock: Clock? {
        switch self {
        case .checking, .frozen, .remitting: .originReply
        case .onHold: .hold
        case .returned: .correction
        case .bounced: .bouncedRemittance
        case .awaitingCompletion: .reconciliation
        case .unopened, .completed, .withdrawn, .ceased, .restored: nil
        }
    }

    /// Who has to act now.
    package var holder: Holder {
        switch self {
        case .checking, .frozen, .remitting: .origin
        case .onHold(.arrearsOpen), .onHold(.currentMonthUnsettled): .insuredPerson
        case .onHold: .origin
        case .returned, .bounced, .awaitingCompletion: .destination
        case .unopened, .completed, .withdrawn, .ceased, .restored: .nobody
        }
    }

    package var isTerminal: Bool { self != .unopened && holder == .nobody }

    /// The published name: it stands in databases, documents and answers, and never changes.
    package var name: String {
        switch self {
        case .unopened: "unopened"
        case .checking: "checking"
        case .onHold: "on-hold"
        case .returned: "returned"
        case .frozen: "frozen"
        case .remitting: "remitting"
        case .bounced: "bounced"
        case .awaitingCompletion: "awaiting-completion"
        case .completed: "completed"
        case .withdrawn: "withdrawn"
        case .ceased: "ceased"
        case .restored: "restored"
        }
    }
}

extension OriginHandshake.Event {
    /// The published name: it stands in the history of every case, and never changes.
    package var name: String {
        switch self {
        case .letterArrived: "letter-arrived"
        case .recordsPassed: "records-passed"
        case .recordsPassedInPart: "records-passed-in-part"
        case .recordsFailed: "records-failed"
        case .checkHeld: "check-held"
        case .holdLifted: "hold-lifted"
        case .remittanceDecided: "remittance-decided"
        case .remittancePaid: "remittance-paid"
        case .remittanceBounced: "remittance-bounced"
        case .earlierRemittanceBounced: "earlier-remittance-bounced"
        case .remittanceRetried: "remittance-retried"
        case .formRevised: "form-revised"
        case .supplementFrozen: "supplement-frozen"
        case .shortfallAdmitted: "shortfall-admitted"
        case .letterWithdrawn: "letter-withdrawn"
        case .personEnded: "person-ended"
        case .completionArrived: "completion-arrived"
        case .earlierCompletionArrived: "earlier-completion-arrived"
        case .fundsReturned: "funds-returned"
        case .deadlinePassed: "deadline-passed"
        }
    }
}
