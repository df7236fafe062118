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

    package init() {}

    /// What has happened so far, and so what is known.
    package enum Phase: Hashable, Sendable {
        case unopened
        case checking
        case returned(Reason)
        case remitting
        case bounced(BounceReason)
        case awaitingCompletion
        case completed
    }

    /// What happened, in the past tense. Each is stored for ever under its name.
    package enum Event: Hashable, Sendable {
        case letterArrived
        case recordsPassed
        case recordsFailed(Reason)
        case remittancePaid
        case remittanceBounced(BounceReason)
        case completionArrived
        case deadlinePassed
    }

    /// What must be done now, in the imperative. Effects are committed with the event and carried out afterwards.
    package enum Effect: Hashable, Sendable {
        case checkRecords
        case send(DocumentKind)
        case post(Posting.Kind)
        case orderRemittance
        case alertClerk(Alert)
    }

    /// Moves the handshake on, or throws and changes nothing.
    ///
    /// The switch below is the whole protocol of the origin: a pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [Effect] {
        let (next, effects): (Phase, [Effect])

        switch (phase, event) {
        // The letter, first or corrected: check it against the own records.
        case (.unopened, .letterArrived), (.returned, .letterArrived):
            (next, effects) = (.checking, [.checkRecords])

        // The check. Freeze, certify and order the remittance; or hand the letter back.
        case (.checking, .recordsPassed):
            (next, effects) = (
                .remitting,
                [.post(.accountFrozen), .send(.contributionCertificate), .send(.informationForm), .orderRemittance]
            )
        case (.checking, .recordsFailed(let reason)):
            (next, effects) = (.returned(reason), [.send(.returnNote)])

        // The remittance. What the bank could not credit is still owed.
        case (.remitting, .remittancePaid):
            (next, effects) = (.awaitingCompletion, [.post(.remittancePaid), .send(.remittanceAdvice)])
        case (.remitting, .remittanceBounced(let reason)):
            (next, effects) = (.bounced(reason), [.alertClerk(.remittanceBounced)])
        case (.awaitingCompletion, .remittanceBounced(let reason)):
            (next, effects) = (.bounced(reason), [.post(.remittanceBounced), .alertClerk(.remittanceBounced)])

        // The end: the destination has posted the funds.
        case (.awaitingCompletion, .completionArrived):
            (next, effects) = (.completed, [])

        // A late step is reported, never skipped, and ends nothing.
        case (_, .deadlinePassed) where phase.clock != nil:
            (next, effects) = (phase, [.alertClerk(.overdue)])

        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }

        phase = next
        return effects
    }
}

extension OriginHandshake.Phase {
    /// The clock that runs in this phase: it starts on the day it first appears here and stops when it disappears.
    package var clock: Clock? {
        switch self {
        case .checking, .remitting: .originReply
        case .returned: .correction
        case .bounced: .bouncedRemittance
        case .awaitingCompletion: .reconciliation
        case .unopened, .completed: nil
        }
    }

    /// Who has to act now.
    package var holder: Holder {
        switch self {
        case .checking, .remitting, .bounced: .origin
        case .returned, .awaitingCompletion: .destination
        case .unopened, .completed: .nobody
        }
    }

    package var isTerminal: Bool { self == .completed }

    /// The published name: it stands in databases, documents and answers, and never changes.
    package var name: String {
        switch self {
        case .unopened: "unopened"
        case .checking: "checking"
        case .returned: "returned"
        case .remitting: "remitting"
        case .bounced: "bounced"
        case .awaitingCompletion: "awaiting-completion"
        case .completed: "completed"
        }
    }
}

extension OriginHandshake.Event {
    /// The published name: it stands in the history of every case, and never changes.
    package var name: String {
        switch self {
        case .letterArrived: "letter-arrived"
        case .recordsPassed: "records-passed"
        case .recordsFailed: "records-failed"
        case .remittancePaid: "remittance-paid"
        case .remittanceBounced: "remittance-bounced"
        case .completionArrived: "completion-arrived"
        case .deadlinePassed: "deadline-passed"
        }
    }
}
