// The events of each machine, found again by their published names. A name that no machine has is no event.

extension DestinationHandshake.Event {
    init?(name: String, _ code: PublishedCode) {
        let event: Self? =
            switch name {
            case "application-lodged": .applicationLodged
            case "application-passed": .applicationPassed
            case "application-failed": code.reason.map(Self.applicationFailed)
            case "temporary-account-due": code.reason.map(Self.temporaryAccountDue)
            case "supplement-asked": .supplementAsked
            case "application-supplemented": .applicationSupplemented
            case "application-withdrawn": .applicationWithdrawn
            case "letter-returned": code.reason.map(Self.letterReturned)
            case "application-corrected": .applicationCorrected
            case "hold-notice-arrived": code.reason.map(Self.holdNoticeArrived)
            case "letter-recalled": .letterRecalled
            case "end-notice-arrived": code.reason.map(Self.endNoticeArrived)
            case "certificate-arrived": .certificateArrived
            case "form-arrived": .formArrived
            case "form-recalled": .formRecalled
            case "advice-arrived": .adviceArrived
            case "funds-arrived": .fundsArrived
            case "bounce-notice-arrived": code.bounce.map(Self.bounceNoticeArrived)
            case "account-confirmed": .accountConfirmed
            case "books-matched": .booksMatched
            case "books-differed": code.difference.map(Self.booksDiffered)
            case "advice-outstanding": .adviceOutstanding
            case "funds-outstanding": .fundsOutstanding
            case "excess-confirmed": .excessConfirmed
            case "funds-recalled": .fundsRecalled
            case "funds-given-back": .fundsGivenBack
            case "deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }

    /// The code that the event carries.
    var code: String? {
        switch self {
        case .applicationFailed(let reason), .temporaryAccountDue(let reason), .letterReturned(let reason),
            .holdNoticeArrived(let reason), .endNoticeArrived(let reason):
            reason.code
        case .bounceNoticeArrived(let bounce): bounce.rawValue
        case .booksDiffered(let difference): difference.rawValue
        default: nil
        }
    }
}

extension OriginHandshake.Event {
    init?(name: String, _ code: PublishedCode) {
        let event: Self? =
            switch name {
            case "letter-arrived": .letterArrived
            case "records-passed": .recordsPassed
            case "records-passed-in-part": code.reason.map(Self.recordsPassedInPart)
            case "records-failed": code.reason.map(Self.recordsFailed)
            case "check-held": code.reason.map(Self.checkHeld)
            case "hold-lifted": .holdLifted
            case "remittance-decided": .remittanceDecided
            case "remittance-paid": .remittancePaid
            case "remittance-bounced": code.bounce.map(Self.remittanceBounced)
            case "earlier-remittance-bounced": code.bounce.map(Self.earlierRemittanceBounced)
            case "remittance-retried": .remittanceRetried
            case "form-revised": .formRevised
            case "supplement-frozen": .supplementFrozen
            case "shortfall-admitted": .shortfallAdmitted
            case "letter-withdrawn": .letterWithdrawn
            case "person-ended": code.reason.map(Self.personEnded)
            case "completion-arrived": .completionArrived
            case "earlier-completion-arrived": .earlierCompletionArrived
            case "funds-returned": .fundsReturned
            case "deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }

    /// The code that the event carries.
    var code: String? {
        switch self {
        case .recordsFailed(let reason), .recordsPassedInPart(let reason), .checkHeld(let reason),
            .personEnded(let reason):
            reason.code
        case .remittanceBounced(let bounce), .earlierRemittanceBounced(let bounce): bounce.rawValue
        default: nil
        }
    }
}

extension PayoutLeg.Event {
    init?(name: String, _ code: PublishedCode) {
        let event: Self? =
            switch name {
            case "balance-due": .balanceDue
            case "balance-moves": .balanceMoves
            case "balance-zero": .balanceZero
            case "payout-paid": .payoutPaid
            case "payout-bounced": code.bounce.map(Self.payoutBounced)
            case "account-corrected": .accountCorrected
            case "case-ended": .caseEnded
            case "deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension AwaitedPayout.Event {
    init?(name: String) {
        let event: Self? =
            switch name {
            case "payout-notice-arrived": .payoutNoticeArrived
            case "balance-notice-arrived": .balanceNoticeArrived
            case "balance-credit-arrived": .balanceCreditArrived
            case "later-balance-credit-arrived": .laterBalanceCreditArrived
            case "differing-balance-notice-arrived": .differingBalanceNoticeArrived
            case "differing-balance-credit-arrived": .differingBalanceCreditArrived
            case "balance-accepted": .balanceAccepted
            case "application-ended": .applicationEnded
            case "deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension Queries.Event {
    init?(name: String, _ code: PublishedCode) {
        let event: Self? =
            switch name {
            case "query-asked": code.subject.map(Self.queryAsked)
            case "query-answer-arrived": code.outcome.map(Self.queryAnswerArrived)
            case "query-arrived": code.subject.map(Self.queryArrived)
            case "query-answered": code.outcome.map(Self.queryAnswered)
            case "query-deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension Recall.Event {
    init?(name: String, _ code: PublishedCode) {
        let event: Self? =
            switch name {
            case "recall-asked": code.recalled.map(Self.recallAsked)
            case "recall-arrived": code.recalled.map(Self.recallArrived)
            case "recall-consented": .recallConsented
            case "recall-declined": .recallDeclined
            case "recall-consent-arrived": .recallConsentArrived
            case "recall-refusal-arrived": .recallRefusalArrived
            case "recall-deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension Correction.Event {
    init?(name: String) {
        let event: Self? =
            switch name {
            case "correction-asked": .correctionAsked
            case "correction-arrived": .correctionArrived
            case "correction-agreed": .correctionAgreed
            case "correction-declined": .correctionDeclined
            case "correction-consent-arrived": .correctionConsentArrived
            case "correction-refusal-arrived": .correctionRefusalArrived
            case "correction-settled": .correctionSettled
            case "correction-deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension FundsReturn.Event {
    init?(name: String, _ code: PublishedCode) {
        let event: Self? =
            switch name {
            case "surplus-found": .surplusFound
            case "nothing-owed": .nothingOwed
            case "return-decided": .returnDecided
            case "return-paid": .returnPaid
            case "return-bounced": code.bounce.map(Self.returnBounced)
            case "return-retried": .returnRetried
            case "return-confirmation-arrived": .returnConfirmationArrived
            case "return-deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension AwaitedReturn.Event {
    init?(name: String) {
        let event: Self? =
            switch name {
            case "return-advice-arrived": .returnAdviceArrived
            case "return-credit-arrived": .returnCreditArrived
            case "later-return-credit-arrived": .laterReturnCreditArrived
            case "differing-return-advice-arrived": .differingReturnAdviceArrived
            case "differing-return-credit-arrived": .differingReturnCreditArrived
            case "return-accepted": .returnAccepted
            case "return-deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension Clearing.Event {
    init?(name: String, _ code: PublishedCode) {
        let event: Self? =
            switch name {
            case "overlap-found": .overlapFound
            case "choice-made": code.kept.map(Self.choiceMade)
            case "clearing-deadline-passed": .deadlinePassed
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}

extension Urging.Event {
    init?(name: String) {
        let event: Self? =
            switch name {
            case "reminder-sent": .reminderSent
            case "reminder-arrived": .reminderArrived
            case "escalated": .escalated
            default: nil
            }
        guard let event else { return nil }
        self = event
    }
}
