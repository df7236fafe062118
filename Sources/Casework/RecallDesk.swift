import TransferCore
import TransferDocuments

// Recalls and corrections: what was sent is asked back, or a completed case is put right, by both offices' consent.

extension Desk {
    /// Asks the other office for something back.
    func recall(
        _ subject: RecallSubject, _ ground: RecallGround, text: String, _ file: CaseFile, _ draft: inout StepDraft,
        by deciders: Deciders
    ) throws(DeskFault) {
        var key: OrderKey?
        if subject == .remittance {
            key =
                file.orders.last { order in
                    guard order.key.leg == .remittance, case .paid? = order.outcome else { return false }
                    return true
                }?.key
            guard key != nil else {
                throw .notAllowed(NotAllowed(event: "recall-asked", phase: draft.story.transfer.leading.phase))
            }
        }
        let request = RecallRequest(subject: subject, ground: ground, text: text, orderKey: key)
        _ = try draft.apply(
            .recall(.recallAsked(subject)), actor: deciders.actor,
            materials: .init(contents: [.recallRequest(request)], deciders: deciders))
    }

    /// Carries out the effect ``NewEffect/Kind/answerRecall``: a policy answers what leaves it no choice. Whether money that
    /// was posted goes back is for two persons to say.
    func answerRecall(_ effect: OpenEffect) async throws(DeskFault) {
        try await commit(effect.number) { (file, draft) throws(DeskFault) in
            draft.finish(effect.id)
            guard case .received(let subject) = draft.story.transfer.recall.phase, subject != .remittance else {
                return
            }
            let before = draft
            do throws(DeskFault) {
                try await consentToRecall(
                    text: "同意。 We consent.", file, &draft, by: .policy)
            } catch {
                guard case .notAllowed = error else { throw error }
                draft = before
                try declineRecall(
                    .alreadyPaid, text: "已支付或已入账，不能撤回。 It has been paid or posted and cannot be given back.",
                    &draft, by: .policy)
            }
        }
    }

    /// Consents, and undoes in the same step what this side has to undo.
    func consentToRecall(
        text: String, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) async throws(DeskFault) {
        guard case .received(let subject) = draft.story.transfer.recall.phase else {
            throw .notAllowed(NotAllowed(event: "recall-consented", phase: draft.story.transfer.leading.phase))
        }
        // Undone first, so that what cannot be undone is never consented to.
        switch subject {
        case .letter:
            _ = try draft.apply(
                .origin(.letterWithdrawn), actor: deciders.actor,
                materials: .init(postings: try lifted(file, draft), deciders: deciders))
            try dropPayouts(file, &draft, actor: deciders.actor)
        case .form:
            _ = try draft.apply(.destination(.formRecalled), actor: deciders.actor)
        case .remittance:
            // What was refunded to the person for months that were insured twice cannot go back as well.
            guard draft.story.transfer.payouts[.clearingRefund] == nil else {
                throw .notAllowed(NotAllowed(event: "recall-consented", phase: "refund-paid"))
            }
            // Nor can what has left again with a later case of the person.
            let isGone: Bool
            do throws(StoreError) { isGone = try await isGivenOn(file) } catch { throw .store(error) }
            guard !isGone else {
                throw .notAllowed(NotAllowed(event: "recall-consented", phase: "moved-on"))
            }
            _ = try draft.apply(
                .destination(.fundsRecalled), actor: deciders.actor,
                materials: .init(postings: try reversed(file, draft), deciders: deciders))
            // What never came cannot be given back; what is to go back is owed from the same step on.
            guard try !owedBack(file, draft).isEmpty else {
                throw .notAllowed(NotAllowed(event: "recall-consented", phase: "nothing-credited"))
            }
            try dropCorrection(&draft, actor: deciders.actor)
        }
        let answer = RecallAnswer(subject: subject, isConsent: true, ground: nil, text: text)
        _ = try draft.apply(
            .recall(.recallConsented), actor: deciders.actor,
            materials: .init(contents: [.recallAnswer(answer)], deciders: deciders))
    }

    func declineRecall(
        _ ground: RecallGround, text: String, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        guard case .received(let subject) = draft.story.transfer.recall.phase else {
            throw .notAllowed(NotAllowed(event: "recall-declined", phase: draft.story.transfer.leading.phase))
        }
        // A letter that went back has left nothing here to stand on: whoever refused would wait for a better one for ever.
        if subject == .letter, case .origin(let handshake) = draft.story.transfer.pension,
            case .returned = handshake.phase
        {
            throw .notAllowed(NotAllowed(event: "recall-declined", phase: "returned"))
        }
        let answer = RecallAnswer(subject: subject, isConsent: false, ground: ground, text: text)
        _ = try draft.apply(
            .recall(.recallDeclined), actor: deciders.actor,
            materials: .init(contents: [.recallAnswer(answer)], deciders: deciders))
    }

    /// Where the whole remittance goes back, nothing is left that a correction could put right.
    func dropCorrection(_ draft: inout StepDraft, actor: String) throws(DeskFault) {
        switch draft.story.transfer.correction.phase {
        case .asked, .received, .agreed: break
        case .none, .declined, .settled: return
        }
        _ = try draft.apply(.correction(.correctionSettled), actor: actor)
    }

    /// What a consent of the other office leads to here.
    func followConsent(_ answer: RecallAnswer, _ file: CaseFile, _ draft: inout StepDraft) throws(DeskFault) {
        let actor = "peer:\(draft.peer)"
        switch answer.subject {
        case .letter:
            // An application that has ended already only told the origin.
            guard case .destination(let handshake) = draft.story.transfer.pension, !handshake.phase.isTerminal
            else { return }
            _ = try draft.apply(.destination(.letterRecalled), actor: actor)
            try endPayouts(file, &draft, actor: actor)
        case .remittance: try dropCorrection(&draft, actor: actor)
        case .form: break
        }
    }

    /// What reverses the posting, if the funds were posted.
    func reversed(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> [Posting] {
        guard let posted = try posted(file, draft) else { return [] }
        return [.creditReversed(individual: posted.individual, pooled: posted.pooled)]
    }

    /// What stands posted at the destination now; nil for nothing.
    func posted(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> CompletionNotice? {
        guard case .destination(let handshake) = draft.story.transfer.pension, handshake.completions > 0,
            // What was posted stands posted, even if the origin would not take the word of it.
            case .completionNotice(let notice)? = try draft.newest(.completionNotice, file, evenRefused: true)
        else { return nil }
        return notice
    }

    // MARK: Corrections

    func askCorrection(
        text: String, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        guard !draft.story.transfer.recall.isRemittanceRecalled else {
            throw .notAllowed(NotAllowed(event: "correction-asked", phase: "remittance-recalled"))
        }
        let request = CorrectionRequest(formVersion: try draft.newestForm(file)?.version ?? 1, text: text)
        _ = try draft.apply(
            .correction(.correctionAsked), actor: deciders.actor,
            materials: .init(contents: [.correctionRequest(request)], deciders: deciders))
    }

    func answerCorrection(
        _ isConsent: Bool, text: String, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        let answer = CorrectionAnswer(
            formVersion: try draft.newestForm(file)?.version ?? 1, isConsent: isConsent, text: text)
        _ = try draft.apply(
            .correction(isConsent ? .correctionAgreed : .correctionDeclined), actor: deciders.actor,
            materials: .init(contents: [.correctionAnswer(answer)], deciders: deciders))
    }
}
