/// The handshake as the destination (转入地) lives it, for the pension leg of a case.
///
///     applicant        destination                  origin             bank
///         |-- application -->|                         |                 |
///         |                  | review                  |                 |
///         |                  |-- acceptance letter --->|                 |
///         |                  |                         | check, freeze   |
///         |                  |<-- certificate ---------|                 |
///         |                  |<-- information form ----|                 |
///         |                  |                         |-- remittance -->|
///         |                  |<-- remittance advice ---|                 |
///         |                  |<---------------- funds -------------------|
///         |                  | reconcile               |                 |
///         |<-- notice -------|-- completion notice --->|                 |
///
/// The papers come in their order, because every document names the one before it. The funds travel by bank and may
/// arrive before, between or after them: they wait in suspense until every paper is here.
///
/// Source: 国办发〔2009〕66号, Art. 8; the phases are our choice (section 4.1 of the domain handbook).
package struct DestinationHandshake: Equatable, Sendable {
    package private(set) var phase = Phase.draft

    package init() {}

    /// What has happened so far, and so what is known.
    package enum Phase: Hashable, Sendable {
        case draft
        case reviewing
        case refused(Reason)
        case temporaryOpened(Reason)
        case awaitingReply
        case returned(Reason)
        case awaitingPapers(Papers)
        case awaitingFunds
        case holdingFunds(Papers)
        case reconciling
        case mismatched(Difference)
        case completed
    }

    /// What happened, in the past tense. Each is stored for ever under its name.
    package enum Event: Hashable, Sendable {
        case applicationLodged
        case applicationPassed
        case applicationFailed(Reason)
        case temporaryAccountDue(Reason)
        case letterReturned(Reason)
        case applicationCorrected
        case certificateArrived
        case formArrived
        case adviceArrived
        case fundsArrived
        case booksMatched
        case booksDiffered(Difference)
        case deadlinePassed
    }

    /// What must be done now, in the imperative. Effects are committed with the event and carried out afterwards.
    package enum Effect: Hashable, Sendable {
        case review
        case send(DocumentKind)
        case post(Posting.Kind)
        case reconcile
        case notifyApplicant(Notice)
        case alertClerk(Alert)
    }

    /// Moves the handshake on, or throws and changes nothing.
    ///
    /// The switch below is the whole protocol of the destination: a pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [Effect] {
        let (next, effects): (Phase, [Effect])

        switch (phase, event) {
        // Review. Send the letter, refuse in writing, or open a temporary account.
        case (.draft, .applicationLodged), (.returned, .applicationCorrected):
            (next, effects) = (.reviewing, [.review])
        case (.reviewing, .applicationPassed):
            (next, effects) = (.awaitingReply, [.send(.acceptanceLetter)])
        case (.reviewing, .applicationFailed(let reason)):
            (next, effects) = (.refused(reason), [.notifyApplicant(.refusal(reason))])
        case (.reviewing, .temporaryAccountDue(let reason)):
            (next, effects) = (.temporaryOpened(reason), [.notifyApplicant(.temporaryAccount(reason))])

        // Reply. The origin hands the letter back, or its papers come one by one.
        case (.awaitingReply, .letterReturned(let reason)):
            (next, effects) = (
                .returned(reason), [.notifyApplicant(.correctionNeeded(reason)), .alertClerk(.letterReturned)]
            )
        case (.awaitingReply, .certificateArrived):
            (next, effects) = (.awaitingPapers(.certificate), [])
        case (.awaitingPapers(.certificate), .formArrived):
            (next, effects) = (.awaitingPapers(.certificateAndForm), [])
        case (.awaitingPapers(.certificateAndForm), .adviceArrived):
            (next, effects) = (.awaitingFunds, [])

        // Funds. Money that comes before the papers waits in suspense.
        case (.awaitingReply, .fundsArrived):
            (next, effects) = (.holdingFunds(.none), [.post(.creditHeld), .alertClerk(.fundsBeforePapers)])
        case (.awaitingPapers(let papers), .fundsArrived):
            (next, effects) = (.holdingFunds(papers), [.post(.creditHeld)])
        case (.awaitingFunds, .fundsArrived):
            (next, effects) = (.reconciling, [.post(.creditHeld), .reconcile])
        case (.holdingFunds(.none), .certificateArrived):
            (next, effects) = (.holdingFunds(.certificate), [])
        case (.holdingFunds(.certificate), .formArrived):
            (next, effects) = (.holdingFunds(.certificateAndForm), [])
        case (.holdingFunds(.certificateAndForm), .adviceArrived):
            (next, effects) = (.reconciling, [.reconcile])

        // Reconciliation. Post the funds and complete, or leave them in suspense and call a person.
        case (.reconciling, .booksMatched):
            (next, effects) = (
                .completed, [.post(.creditPosted), .send(.completionNotice), .notifyApplicant(.completion)]
            )
        case (.reconciling, .booksDiffered(let difference)):
            (next, effects) = (.mismatched(difference), [.alertClerk(.booksDiffer)])

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

extension DestinationHandshake.Phase {
    /// The clock that runs in this phase: it starts on the day it first appears here and stops when it disappears.
    package var clock: Clock? {
        switch self {
        case .reviewing: .review
        case .returned: .correction
        case .awaitingReply, .awaitingPapers, .awaitingFunds, .holdingFunds: .originReply
        case .reconciling: .reconciliation
        case .mismatched: .difference
        case .draft, .refused, .temporaryOpened, .completed: nil
        }
    }

    /// Who has to act now.
    package var holder: Holder {
        switch self {
        case .draft, .returned: .applicant
        case .reviewing, .reconciling, .mismatched: .destination
        case .awaitingReply, .awaitingPapers, .awaitingFunds, .holdingFunds: .origin
        case .refused, .temporaryOpened, .completed: .nobody
        }
    }

    package var isTerminal: Bool { holder == .nobody }

    /// The published name: it stands in databases, documents and answers, and never changes.
    package var name: String {
        switch self {
        case .draft: "draft"
        case .reviewing: "reviewing"
        case .refused: "refused"
        case .temporaryOpened: "temporary-opened"
        case .awaitingReply: "awaiting-reply"
        case .returned: "returned"
        case .awaitingPapers(.none): "awaiting-reply"
        case .awaitingPapers(.certificate): "awaiting-form"
        case .awaitingPapers(.certificateAndForm): "awaiting-advice"
        case .awaitingFunds: "awaiting-funds"
        case .holdingFunds(.none): "holding-funds-awaiting-certificate"
        case .holdingFunds(.certificate): "holding-funds-awaiting-form"
        case .holdingFunds(.certificateAndForm): "holding-funds-awaiting-advice"
        case .reconciling: "reconciling"
        case .mismatched: "mismatched"
        case .completed: "completed"
        }
    }
}

extension DestinationHandshake.Event {
    /// The published name: it stands in the history of every case, and never changes.
    package var name: String {
        switch self {
        case .applicationLodged: "application-lodged"
        case .applicationPassed: "application-passed"
        case .applicationFailed: "application-failed"
        case .temporaryAccountDue: "temporary-account-due"
        case .letterReturned: "letter-returned"
        case .applicationCorrected: "application-corrected"
        case .certificateArrived: "certificate-arrived"
        case .formArrived: "form-arrived"
        case .adviceArrived: "advice-arrived"
        case .fundsArrived: "funds-arrived"
        case .booksMatched: "books-matched"
        case .booksDiffered: "books-differed"
        case .deadlinePassed: "deadline-passed"
        }
    }
}
