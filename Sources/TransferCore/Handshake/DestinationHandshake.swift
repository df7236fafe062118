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
/// arrive before, between or after them: they wait in suspense until every paper is here. What is asked beside the
/// straight road (queries, recalls, corrections, money sent back, months insured twice) are machines of their own.
///
/// Source: 国办发〔2009〕66号, Art. 8; the phases are our choice (section 4.1 of the domain handbook).
package struct DestinationHandshake: Equatable, Sendable {
    package private(set) var phase = Phase.draft
    /// How often the applicant was asked for papers: a second list is the last (phase 2 of the domain handbook).
    package private(set) var supplements = 0
    /// How often the funds were posted: a later posting reverses the one before it.
    package private(set) var completions = 0
    /// Whether money of the case has come in.
    package private(set) var hasFunds = false
    /// Whether a letter has ever gone out: the origin knows of the case then.
    package private(set) var hasSentLetter = false
    /// Whether the origin has ever said that it has paid: nothing is posted before.
    package private(set) var hasAdvice = false
    /// Whether the origin has its form back and the newer one is not here yet.
    package private(set) var isFormRecalled = false
    /// Why the origin's check waits, as it has told; nil when it does not.
    package private(set) var hold: Reason?

    package init() {}

    /// What has happened so far, and so what is known.
    package enum Phase: Hashable, Sendable {
        case draft
        case reviewing
        case supplementing
        case refused(Reason)
        case temporaryOpened(Reason)
        case awaitingReply
        case returned(Reason)
        case awaitingPapers(Papers)
        case awaitingFunds
        case holdingFunds(Papers)
        case awaitingAccount(BounceReason)
        case awaitingNewForm
        case reconciling
        case mismatched(Difference)
        case completed
        case givingBack
        case givenBack
        case withdrawn
        case ceased(Reason)
    }

    /// What happened, in the past tense. Each is stored for ever under its name.
    package enum Event: Hashable, Sendable {
        case applicationLodged
        case applicationPassed
        case applicationFailed(Reason)
        case temporaryAccountDue(Reason)
        case supplementAsked
        case applicationSupplemented
        case applicationWithdrawn
        case letterReturned(Reason)
        case applicationCorrected
        case holdNoticeArrived(Reason)
        case letterRecalled
        case endNoticeArrived(Reason)
        case certificateArrived
        case formArrived
        case formRecalled
        case adviceArrived
        case fundsArrived
        case bounceNoticeArrived(BounceReason)
        case accountConfirmed
        case booksMatched
        case booksDiffered(Difference)
        case adviceOutstanding
        case fundsOutstanding
        case excessConfirmed
        case fundsRecalled
        case fundsGivenBack
        case deadlinePassed
    }

    /// What must be done now, in the imperative. Effects are committed with the event and carried out afterwards.
    package enum Effect: Hashable, Sendable {
        case review
        case send(DocumentKind)
        case post(Posting.Kind)
        case reconcile
        case confirmAccount
        case notifyApplicant(Notice)
        case alertClerk(Alert)
    }

    /// Moves the handshake on, or throws and changes nothing.
    ///
    /// The switch below is the whole protocol of the destination: a pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [Effect] {
        let (next, effects): (Phase, [Effect])

        switch (phase, event) {
        // Review. Send the letter, ask for papers, refuse in writing, or open a temporary account.
        case (.draft, .applicationLodged), (.returned, .applicationCorrected),
            (.supplementing, .applicationSupplemented):
            (next, effects) = (.reviewing, [.review])
        case (.reviewing, .applicationPassed):
            (next, effects) = (.awaitingReply, [.send(.acceptanceLetter)])
        case (.reviewing, .applicationFailed(let reason)):
            (next, effects) = (.refused(reason), [.notifyApplicant(.refusal(reason))])
        case (.reviewing, .temporaryAccountDue(let reason)):
            (next, effects) = (.temporaryOpened(reason), [.notifyApplicant(.temporaryAccount(reason))])
        case (.reviewing, .supplementAsked) where supplements < DestinationHandshake.mostSupplements:
            (next, effects) = (.supplementing, [.notifyApplicant(.supplementNeeded)])
        case (.supplementing, .deadlinePassed):
            (next, effects) = (.refused(.papersIncomplete), [.notifyApplicant(.lapsed)])
        case (.draft, .applicationWithdrawn), (.reviewing, .applicationWithdrawn),
            (.supplementing, .applicationWithdrawn):
            (next, effects) = (.withdrawn, [.notifyApplicant(.withdrawn)])

        // Reply. The origin hands the letter back, waits, ends, or its papers come one by one.
        case (.awaitingReply, .letterReturned(let reason)), (.holdingFunds(.none), .letterReturned(let reason)):
            (next, effects) = (
                .returned(reason), [.notifyApplicant(.correctionNeeded(reason)), .alertClerk(.letterReturned)]
            )
        case (.awaitingReply, .holdNoticeArrived(let reason)):
            (next, effects) = (.awaitingReply, [.notifyApplicant(.held(reason)), .alertClerk(.checkHeld)])
        // It says so only while it has paid nothing: money that is here all the same is nobody's, and holds nothing up.
        case (.awaitingReply, .endNoticeArrived(let reason)),
            (.holdingFunds, .endNoticeArrived(let reason)) where completions == 0,
            (.awaitingPapers, .endNoticeArrived(let reason)) where completions == 0,
            (.awaitingAccount, .endNoticeArrived(let reason)) where completions == 0,
            (.awaitingNewForm, .endNoticeArrived(let reason)) where completions == 0:
            (next, effects) = (.ceased(reason), [.notifyApplicant(.ended(reason)), .alertClerk(.personEnded)])
        // The consent may find a letter that came back meanwhile under review again.
        case (.awaitingReply, .letterRecalled), (.returned, .letterRecalled), (.reviewing, .letterRecalled),
            (.supplementing, .letterRecalled),
            (.holdingFunds, .letterRecalled) where completions == 0,
            (.awaitingPapers, .letterRecalled) where completions == 0,
            (.awaitingAccount, .letterRecalled) where completions == 0,
            (.awaitingNewForm, .letterRecalled) where completions == 0:
            (next, effects) = (.withdrawn, [.notifyApplicant(.withdrawn)])
        case (.awaitingReply, .certificateArrived):
            (next, effects) = (.awaitingPapers(.certificate), [])
        case (.awaitingPapers(.certificate), .formArrived):
            (next, effects) = (.awaitingPapers(.certificateAndForm), [])
        case (.awaitingPapers(.certificateAndForm), .adviceArrived) where !hasFunds,
            (.awaitingAccount, .adviceArrived) where !hasFunds && !isFormRecalled:
            (next, effects) = (.awaitingFunds, [])
        case (.awaitingAccount, .adviceArrived) where isFormRecalled:
            (next, effects) = (.awaitingNewForm, [])
        // Money that came before this advice waits for it already.
        case (.awaitingPapers(.certificateAndForm), .adviceArrived), (.awaitingAccount, .adviceArrived):
            (next, effects) = (.reconciling, [.reconcile])

        // The bank could not credit the remittance: confirm or mend the account by a new version of the letter. The
        // origin may try again by itself before that.
        case (.awaitingPapers(.certificateAndForm), .bounceNoticeArrived(let reason)),
            (.awaitingFunds, .bounceNoticeArrived(let reason)), (.awaitingAccount, .bounceNoticeArrived(let reason)),
            (.holdingFunds(.certificateAndForm), .bounceNoticeArrived(let reason)),
            (.mismatched, .bounceNoticeArrived(let reason)), (.awaitingNewForm, .bounceNoticeArrived(let reason)):
            (next, effects) = (.awaitingAccount(reason), [.confirmAccount, .alertClerk(.remittanceBounced)])
        case (.awaitingAccount, .accountConfirmed):
            (next, effects) = (awaitingAdvice, [.send(.acceptanceLetter)])

        // Funds. Money that comes before the papers waits in suspense; money that nobody owes does so too.
        case (.awaitingReply, .fundsArrived):
            (next, effects) = (.holdingFunds(.none), [.post(.creditHeld), .alertClerk(.fundsBeforePapers)])
        case (.awaitingPapers(let papers), .fundsArrived):
            (next, effects) = (.holdingFunds(papers), [.post(.creditHeld)])
        case (.awaitingFunds, .fundsArrived), (.mismatched, .fundsArrived):
            (next, effects) = (.reconciling, [.post(.creditHeld), .reconcile])
        case (.holdingFunds, .fundsArrived), (.awaitingNewForm, .fundsArrived), (.awaitingAccount, .fundsArrived):
            (next, effects) = (phase, [.post(.creditHeld)])
        case (.completed, .fundsArrived), (.givingBack, .fundsArrived), (.givenBack, .fundsArrived),
            (.withdrawn, .fundsArrived), (.ceased, .fundsArrived):
            (next, effects) = (phase, [.post(.creditHeld), .alertClerk(.surplusFunds)])
        case (.holdingFunds(.none), .certificateArrived):
            (next, effects) = (.holdingFunds(.certificate), [])
        case (.holdingFunds(.certificate), .formArrived):
            (next, effects) = (.holdingFunds(.certificateAndForm), [])
        case (.holdingFunds(.certificateAndForm), .adviceArrived):
            (next, effects) = (.reconciling, [.reconcile])

        // A newer certificate or form takes the place of the older one.
        case (.awaitingPapers(.certificateAndForm), .formArrived), (.awaitingFunds, .formArrived),
            (.holdingFunds(.certificateAndForm), .formArrived), (.mismatched, .certificateArrived),
            (.completed, .certificateArrived), (.awaitingNewForm, .certificateArrived),
            (.awaitingNewForm, .adviceArrived), (.awaitingFunds, .adviceArrived):
            (next, effects) = (phase, [])
        case (.mismatched, .formArrived), (.completed, .formArrived), (.awaitingNewForm, .formArrived),
            (.mismatched, .adviceArrived), (.mismatched, .excessConfirmed), (.completed, .adviceArrived):
            (next, effects) = (.reconciling, [.reconcile])
        case (.awaitingPapers(.certificateAndForm), .formRecalled), (.awaitingFunds, .formRecalled),
            (.holdingFunds(.certificateAndForm), .formRecalled), (.mismatched, .formRecalled):
            (next, effects) = (.awaitingNewForm, [])

        // Reconciliation. Post the funds and complete, wait for the rest, or leave them in suspense and ask.
        case (.reconciling, .booksMatched) where hasFunds && hasAdvice:
            (next, effects) = (
                .completed,
                (completions > 0 ? [.post(.creditReversed)] : [])
                    + [.post(.creditPosted), .send(.completionNotice), .notifyApplicant(.completion)]
            )
        case (.reconciling, .booksDiffered(let difference)):
            (next, effects) = (.mismatched(difference), [.alertClerk(.booksDiffer)])
        case (.reconciling, .adviceOutstanding):
            (next, effects) = (awaitingAdvice, [])
        case (.reconciling, .fundsOutstanding):
            (next, effects) = (.awaitingFunds, [])

        // Recall of the money: what was posted is reversed, and the money goes back. A part of it may be all that ever came.
        case (.holdingFunds, .fundsRecalled), (.mismatched, .fundsRecalled), (.completed, .fundsRecalled),
            (.awaitingFunds, .fundsRecalled) where hasFunds:
            (next, effects) = (.givingBack, completions > 0 ? [.post(.creditReversed)] : [])
        case (.givingBack, .fundsGivenBack):
            (next, effects) = (.givenBack, [.notifyApplicant(.withdrawn)])

        // What the road has overtaken is taken and changes nothing.
        case (.holdingFunds(.none), .holdNoticeArrived), (.givingBack, .formArrived), (.givingBack, .adviceArrived),
            (.givenBack, .formArrived), (.givenBack, .adviceArrived):
            (next, effects) = (phase, [])

        // A late step is reported, never skipped, and ends nothing.
        case (_, .deadlinePassed) where phase.clock != nil:
            (next, effects) = (phase, [.alertClerk(.overdue)])

        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }

        count(event)
        phase = next
        return effects
    }

    /// How many lists of missing papers there may be. Source: our choice, phase 2 of the domain handbook.
    package static let mostSupplements = 2

    /// Where the next advice is awaited: whether money waits for it in suspense is in the name.
    private var awaitingAdvice: Phase {
        if isFormRecalled { return .awaitingNewForm }
        return hasFunds && completions == 0 ? .holdingFunds(.certificateAndForm) : .awaitingPapers(.certificateAndForm)
    }

    private mutating func count(_ event: Event) {
        switch event {
        case .applicationPassed: hasSentLetter = true
        case .supplementAsked: supplements += 1
        case .booksMatched: completions += 1
        case .fundsArrived: hasFunds = true
        case .adviceArrived: hasAdvice = true
        case .formRecalled: isFormRecalled = true
        case .formArrived: isFormRecalled = false
        case .fundsRecalled: completions = 0
        case .holdNoticeArrived(let reason): hold = reason
        case .certificateArrived, .letterReturned, .endNoticeArrived, .letterRecalled: hold = nil
        default: break
        }
    }
}

extension DestinationHandshake {
    /// The clock that runs now: it starts on the day it first appears here and stops when it disappears.
    package var clock: Clock? { phase == .awaitingReply && hold != nil ? .hold : phase.clock }
}

extension DestinationHandshake.Phase {
    /// The clock that runs in this phase.
    package var clock: Clock? {
        switch self {
        case .reviewing: .review
        case .supplementing: .supplement
        case .returned: .correction
        case .awaitingReply, .awaitingPapers, .awaitingFunds, .holdingFunds, .awaitingNewForm: .originReply
        case .awaitingAccount: .bouncedRemittance
        case .reconciling: .reconciliation
        case .mismatched: .difference
        case .givingBack: .fundsReturn
        case .draft, .refused, .temporaryOpened, .completed, .givenBack, .withdrawn, .ceased: nil
        }
    }

    /// Who has to act now.
    package var holder: Holder {
        switch self {
        case .draft, .returned, .supplementing: .applicant
        case .reviewing, .reconciling, .mismatched, .awaitingAccount, .givingBack: .destination
        case .awaitingReply, .awaitingPapers, .awaitingFunds, .holdingFunds, .awaitingNewForm: .origin
        case .refused, .temporaryOpened, .completed, .givenBack, .withdrawn, .ceased: .nobody
        }
    }

    package var isTerminal: Bool { holder == .nobody }

    /// Whether the case ended without money posted here.
    package var endedWithoutTransfer: Bool {
        switch self {
        case .refused, .temporaryOpened, .withdrawn, .ceased: true
        default: false
        }
    }

    /// The published name: it stands in databases, documents and answers, and never changes.
    package var name: String {
        switch self {
        case .draft: "draft"
        case .reviewing: "reviewing"
        case .supplementing: "supplementing"
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
        case .awaitingAccount: "awaiting-account"
        case .awaitingNewForm: "awaiting-new-form"
        case .reconciling: "reconciling"
        case .mismatched: "mismatched"
        case .completed: "completed"
        case .givingBack: "giving-back"
        case .givenBack: "given-back"
        case .withdrawn: "withdrawn"
        case .ceased: "ceased"
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
        case .supplementAsked: "supplement-asked"
        case .applicationSupplemented: "application-supplemented"
        case .applicationWithdrawn: "application-withdrawn"
        case .letterReturned: "letter-returned"
        case .applicationCorrected: "application-corrected"
        case .holdNoticeArrived: "hold-notice-arrived"
        case .letterRecalled: "letter-recalled"
        case .endNoticeArrived: "end-notice-arrived"
        case .certificateArrived: "certificate-arrived"
        case .formArrived: "form-arrived"
        case .formRecalled: "form-recalled"
        case .adviceArrived: "advice-arrived"
        case .fundsArrived: "funds-arrived"
        case .bounceNoticeArrived: "bounce-notice-arrived"
        case .accountConfirmed: "account-confirmed"
        case .booksMatched: "books-matched"
        case .booksDiffered: "books-differed"
        case .adviceOutstanding: "advice-outstanding"
        case .fundsOutstanding: "funds-outstanding"
        case .excessConfirmed: "excess-confirmed"
        case .fundsRecalled: "funds-recalled"
        case .fundsGivenBack: "funds-given-back"
        case .deadlinePassed: "deadline-passed"
        }
    }
}
