import Testing
import TransferCore
import TransferDocuments

/// An event as a history stores it.
struct StoredName: Sendable, CustomTestStringConvertible {
    let role: Role
    let branch: Branch
    let name: String
    let code: String?

    var testDescription: String { "\(role.rawValue), \(branch.rawValue): \(name) \(code ?? "")" }

    init(_ role: Role, _ event: CaseEvent, _ code: String?) {
        self.role = role
        branch = event.branch
        name = event.name
        self.code = code
    }

    /// Every event that carries a code, once with each kind of code that it may carry.
    static let coded: [StoredName] = {
        let reason = Reason.arrearsOpen
        let bounce = BounceReason.nameDiffers
        let destination: [(CaseEvent, String)] = [
            (.destination(.applicationFailed(reason)), reason.code),
            (.destination(.temporaryAccountDue(reason)), reason.code),
            (.destination(.letterReturned(reason)), reason.code),
            (.destination(.holdNoticeArrived(reason)), reason.code),
            (.destination(.endNoticeArrived(reason)), reason.code),
            (.destination(.bounceNoticeArrived(bounce)), bounce.rawValue),
            (.destination(.booksDiffered(.creditOver)), "credit-over"),
            (.fundsReturn(.returnBounced(bounce)), bounce.rawValue),
            (.clearing(.choiceMade(.moved)), "moved"),
            (.payout(.clearingRefund, .payoutBounced(bounce)), bounce.rawValue),
        ]
        let origin: [(CaseEvent, String)] = [
            (.origin(.recordsPassedInPart(reason)), reason.code), (.origin(.recordsFailed(reason)), reason.code),
            (.origin(.checkHeld(reason)), reason.code), (.origin(.personEnded(reason)), reason.code),
            (.origin(.remittanceBounced(bounce)), bounce.rawValue),
            (.payout(.balance(.housing), .payoutBounced(bounce)), bounce.rawValue),
            (.payout(.heir(9), .payoutBounced(bounce)), bounce.rawValue),
        ]
        let both: [(CaseEvent, String)] = [
            (.query(.queryAsked(.papersMissing)), "papers-missing"),
            (.query(.queryArrived(.identityDiffers)), "identity-differs"),
            (.query(.queryAnswered(.returnExcess)), "return-excess"),
            (.query(.queryAnswerArrived(.declined)), "declined"),
            (.recall(.recallAsked(.form)), "form"), (.recall(.recallArrived(.letter)), "letter"),
        ]
        return (destination + both).map { StoredName(.destination, $0.0, $0.1) }
            + (origin + both).map { StoredName(.origin, $0.0, $0.1) }
    }()

    /// Every event that carries none.
    static let plain: [StoredName] = {
        let both: [CaseEvent] = [
            .recall(.recallConsented), .recall(.recallDeclined), .recall(.recallConsentArrived),
            .recall(.recallRefusalArrived), .recall(.deadlinePassed), .correction(.correctionAsked),
            .correction(.correctionArrived), .correction(.correctionAgreed), .correction(.correctionDeclined),
            .correction(.correctionConsentArrived), .correction(.correctionRefusalArrived),
            .correction(.correctionSettled), .correction(.deadlinePassed), .urging(.reminderSent),
            .urging(.reminderArrived), .urging(.escalated),
        ]
        let handshake: [DestinationHandshake.Event] = [
            .applicationLodged, .applicationPassed, .supplementAsked, .applicationSupplemented, .applicationWithdrawn,
            .applicationCorrected, .letterRecalled, .certificateArrived, .formArrived, .formRecalled, .adviceArrived,
            .fundsArrived, .accountConfirmed, .booksMatched, .adviceOutstanding, .fundsOutstanding, .excessConfirmed,
            .fundsRecalled, .fundsGivenBack, .deadlinePassed,
        ]
        let otherHandshake: [OriginHandshake.Event] = [
            .letterArrived, .recordsPassed, .holdLifted, .remittanceDecided, .remittancePaid, .remittanceRetried,
            .formRevised, .supplementFrozen, .shortfallAdmitted, .letterWithdrawn, .completionArrived,
            .earlierCompletionArrived, .fundsReturned, .deadlinePassed,
        ]
        let payouts: [PayoutLeg.Event] = [
            .balanceDue, .balanceZero, .payoutPaid, .accountCorrected, .caseEnded, .deadlinePassed,
        ]
        let returns: [FundsReturn.Event] = [
            .surplusFound, .nothingOwed, .returnDecided, .returnPaid, .returnRetried, .returnConfirmationArrived,
            .deadlinePassed,
        ]
        let destination: [CaseEvent] =
            handshake.map(CaseEvent.destination) + returns.map(CaseEvent.fundsReturn)
            + [.clearing(.overlapFound), .clearing(.deadlinePassed)]
            + payouts.map { .payout(.clearingRefund, $0) }
            + [
                .awaitedPayout(.medical, .payoutNoticeArrived), .awaitedPayout(.housing, .applicationEnded),
                .awaitedPayout(.medical, .laterBalanceCreditArrived), .awaitedPayout(.medical, .balanceAccepted),
                .awaitedPayout(.housing, .differingBalanceNoticeArrived), .awaitedPayout(.medical, .deadlinePassed),
                .awaitedPayout(.housing, .differingBalanceCreditArrived),
            ] + both
        let origin: [CaseEvent] =
            otherHandshake.map(CaseEvent.origin)
            + [
                .awaitedReturn(.returnAdviceArrived), .awaitedReturn(.returnCreditArrived),
                .awaitedReturn(.laterReturnCreditArrived), .awaitedReturn(.differingReturnAdviceArrived),
                .awaitedReturn(.differingReturnCreditArrived), .awaitedReturn(.returnAccepted),
                .awaitedReturn(.deadlinePassed),
            ] + payouts.map { .payout(.balance(.medical), $0) } + payouts.map { .payout(.heir(1), $0) } + both
        return destination.map { StoredName(.destination, $0, nil) } + origin.map { StoredName(.origin, $0, nil) }
    }()
}

@Suite struct `An event in a dossier` {
    private let workshop = DossierWorkshop.shared

    @Test(arguments: StoredName.coded + StoredName.plain)
    func `is read under its published name, with its code`(stored: StoredName) throws {
        #expect(try !isUnknown(stored.role, stored.branch, stored.name, stored.code))
    }

    @Test(arguments: StoredName.coded)
    func `that carries a code is none without it, or with the code of another`(stored: StoredName) throws {
        #expect(try isUnknown(stored.role, stored.branch, stored.name, nil))
        #expect(try isUnknown(stored.role, stored.branch, stored.name, "RJ99"))
    }

    @Test(arguments: StoredName.plain)
    func `that carries no code is none with one, or under another name`(stored: StoredName) throws {
        #expect(try isUnknown(stored.role, stored.branch, stored.name, "RJ01"))
        #expect(try isUnknown(stored.role, stored.branch, stored.name + "s", nil))
        // Every leg has a deadline of its own.
        guard stored.name != "deadline-passed" else { return }
        #expect(try isUnknown(stored.role, stored.branch == .pension ? .medical : .pension, stored.name, nil))
    }

    /// A history of nothing but this event: whether it is known at all, not whether it can happen first.
    private func isUnknown(_ role: Role, _ branch: Branch, _ name: String, _ code: String?) throws -> Bool {
        var draft = DossierDraft.completed(as: role)
        draft.events = [DossierDraft.event(name, branch, code: code)]
        return workshop.findings(try workshop.build(draft)).contains {
            $0.code == .historyNotAllowed && $0.english.contains("is no event of this leg")
        }
    }
}
