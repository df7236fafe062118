import TransferCore

// The published names under which a history stores its events, read back.

extension CaseEvent {
    /// The event that is stored under a name; nil when the leg has none of that name, or the code does not fit.
    init?(_ stored: Dossier.Event, role: Role) {
        let events: [CaseEvent]
        switch (stored.branch, role) {
        case (.pension, .destination):
            events =
                DestinationHandshake.Event.published(stored.code).map(CaseEvent.destination)
                + FundsReturn.Event.published(stored.code).map(CaseEvent.fundsReturn)
                + Clearing.Event.published(stored.code).map(CaseEvent.clearing)
                + PayoutLeg.Event.published(stored.code).map { .payout(.clearingRefund, $0) }
                + CaseEvent.publishedOnBothSides(stored.code)
        case (.pension, .origin):
            let heirs = PayoutLeg.Event.published(stored.code).flatMap { event in
                (1...HeirShares.most).map { CaseEvent.payout(.heir($0), event) }
            }
            events =
                OriginHandshake.Event.published(stored.code).map(CaseEvent.origin)
                + AwaitedReturn.Event.published(stored.code).map(CaseEvent.awaitedReturn)
                + heirs + CaseEvent.publishedOnBothSides(stored.code)
        case (let branch, .origin):
            events = PayoutLeg.Event.published(stored.code).map { .payout(.balance(branch), $0) }
        case (let branch, .destination):
            events = AwaitedPayout.Event.published(stored.code).map { .awaitedPayout(branch, $0) }
        }
        guard let event = events.first(where: { $0.name.hasSameBytes(as: stored.name) }) else { return nil }
        self = event
    }

    private static func publishedOnBothSides(_ code: String?) -> [CaseEvent] {
        Queries.Event.published(code).map(CaseEvent.query)
            + Recall.Event.published(code).map(CaseEvent.recall)
            + Correction.Event.published(code).map(CaseEvent.correction)
            + Urging.Event.published(code).map(CaseEvent.urging)
    }
}

/// One of the values of an enumeration, by the bytes of its name.
private func value<Value: RawRepresentable<String> & CaseIterable>(_ code: String) -> Value? {
    Value.allCases.first { $0.rawValue.hasSameBytes(as: code) }
}

// For each machine the events that carry no code, or those that carry this one.

extension DestinationHandshake.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard let code else {
            return [
                .applicationLodged, .applicationPassed, .supplementAsked, .applicationSupplemented,
                .applicationWithdrawn, .applicationCorrected, .letterRecalled, .certificateArrived, .formArrived,
                .formRecalled, .adviceArrived, .fundsArrived, .accountConfirmed, .booksMatched, .adviceOutstanding,
                .fundsOutstanding, .excessConfirmed, .fundsRecalled, .fundsGivenBack, .deadlinePassed,
            ]
        }
        if let reason: Reason = value(code) {
            return [
                .applicationFailed(reason), .temporaryAccountDue(reason), .letterReturned(reason),
                .holdNoticeArrived(reason), .endNoticeArrived(reason),
            ]
        }
        if let bounce: BounceReason = value(code) { return [.bounceNoticeArrived(bounce)] }
        if let difference: Difference = value(code) { return [.booksDiffered(difference)] }
        return []
    }
}

extension OriginHandshake.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard let code else {
            return [
                .letterArrived, .recordsPassed, .holdLifted, .remittanceDecided, .remittancePaid, .remittanceRetried,
                .formRevised, .supplementFrozen, .shortfallAdmitted, .letterWithdrawn, .completionArrived,
                .earlierCompletionArrived, .fundsReturned, .deadlinePassed,
            ]
        }
        if let reason: Reason = value(code) {
            return [.recordsPassedInPart(reason), .recordsFailed(reason), .checkHeld(reason), .personEnded(reason)]
        }
        if let bounce: BounceReason = value(code) {
            return [.remittanceBounced(bounce), .earlierRemittanceBounced(bounce)]
        }
        return []
    }
}

extension PayoutLeg.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard let code else {
            return [
                .balanceDue, .balanceMoves, .balanceZero, .payoutPaid, .accountCorrected, .caseEnded, .deadlinePassed,
            ]
        }
        if let bounce: BounceReason = value(code) { return [.payoutBounced(bounce)] }
        return []
    }
}

extension AwaitedPayout.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard code == nil else { return [] }
        return [
            .payoutNoticeArrived, .balanceNoticeArrived, .balanceCreditArrived, .laterBalanceCreditArrived,
            .differingBalanceNoticeArrived, .differingBalanceCreditArrived, .balanceAccepted, .applicationEnded,
            .deadlinePassed,
        ]
    }
}

extension Queries.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard let code else { return [.deadlinePassed] }
        if let subject: QuerySubject = value(code) { return [.queryAsked(subject), .queryArrived(subject)] }
        if let outcome: QueryOutcome = value(code) { return [.queryAnswered(outcome), .queryAnswerArrived(outcome)] }
        return []
    }
}

extension Recall.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard let code else {
            return [.recallConsented, .recallDeclined, .recallConsentArrived, .recallRefusalArrived, .deadlinePassed]
        }
        if let subject: RecallSubject = value(code) { return [.recallAsked(subject), .recallArrived(subject)] }
        return []
    }
}

extension Correction.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard code == nil else { return [] }
        return [
            .correctionAsked, .correctionArrived, .correctionAgreed, .correctionDeclined, .correctionConsentArrived,
            .correctionRefusalArrived, .correctionSettled, .deadlinePassed,
        ]
    }
}

extension FundsReturn.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard let code else {
            return [
                .surplusFound, .nothingOwed, .returnDecided, .returnPaid, .returnRetried, .returnConfirmationArrived,
                .deadlinePassed,
            ]
        }
        if let bounce: BounceReason = value(code) { return [.returnBounced(bounce)] }
        return []
    }
}

extension AwaitedReturn.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard code == nil else { return [] }
        return [
            .returnAdviceArrived, .returnCreditArrived, .laterReturnCreditArrived, .differingReturnAdviceArrived,
            .differingReturnCreditArrived, .returnAccepted, .deadlinePassed,
        ]
    }
}

extension Clearing.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        guard let code else { return [.overlapFound, .deadlinePassed] }
        if let kept: KeptMonths = value(code) { return [.choiceMade(kept)] }
        return []
    }
}

extension Urging.Event {
    fileprivate static func published(_ code: String?) -> [Self] {
        code == nil ? [.reminderSent, .reminderArrived, .escalated] : []
    }
}
