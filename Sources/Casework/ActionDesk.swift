package import TransferCore
import TransferDocuments

// What staff decide: each action is one step of its case, by two persons.

extension Desk {
    /// Carries a decision out.
    ///
    /// - Parameter version: the version of the case on which it was decided; nil for whatever stands now.
    /// - Throws: ``DeskFault/store(_:)`` with ``StoreError/caseMovedOn`` when the case is at another version,
    ///   ``DeskFault/notAllowed(_:)`` when the handshake does not have the step now, ``DeskFault/faulty(_:)``.
    package func perform(
        _ decision: StaffDecision, on number: CaseNumber, by deciders: Deciders, expecting version: Int? = nil
    ) async throws(DeskFault) {
        try await commit(number) { (file, draft) throws(DeskFault) in
            if let version, file.version != version { throw .store(.caseMovedOn) }
            try await carryOut(decision, file, &draft, by: deciders)
        }
    }

    /// Decides without writing anything, to tell what it would do.
    package func rehearse(
        _ decision: StaffDecision, on number: CaseNumber, by deciders: Deciders
    ) async throws(DeskFault) -> Rehearsal {
        let file: CaseFile?
        do throws(StoreError) { file = try await store.caseFile(number) } catch { throw .store(error) }
        guard let file else { throw .noSuchCase }
        return try await rehearse(decision, in: file, by: deciders)
    }

    /// The same for a case that was read already: for many decisions about one case.
    package func rehearse(
        _ decision: StaffDecision, in file: CaseFile, by deciders: Deciders
    ) async throws(DeskFault) -> Rehearsal {
        do {
            var draft = try StepDraft(
                file: file, opening: file.opening, agency: agency, signer: signer, at: clock.now)
            let before = draft.story.transfer.leading
            try await carryOut(decision, file, &draft, by: deciders)
            try await settleOwed(file, &draft)
            let after = draft.story.transfer.leading
            return Rehearsal(
                events: draft.step.events.map(\.name), documents: draft.step.outgoing.map(\.kind),
                notices: draft.step.notices.map(\.name), postings: draft.step.postings,
                orders: Dictionary(uniqueKeysWithValues: draft.step.orders.map { ($0.key, $0.amount) }),
                phaseBefore: before.phase, phaseAfter: after.phase, holderAfter: after.holder,
                contents: try draft.step.outgoing.map { document throws(StoreError) in try file.content(of: document) })
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as DeskFault {
            throw fault
        } catch {
            preconditionFailure("a rehearsal throws store errors and desk faults only")
        }
    }

    private func carryOut(
        _ decision: StaffDecision, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) async throws(DeskFault) {
        let text = decision.text
        switch decision.action {
        case .accept: try await review(file, &draft, by: deciders)
        case .refuse(let reason): try refuse(reason, file, &draft, by: deciders)
        case .openTemporaryAccount:
            try openTemporaryAccount(.enrolledLateAwayFromHome, file, &draft, by: deciders)
        case .askSupplement:
            _ = try draft.apply(
                .destination(.supplementAsked), actor: deciders.actor, cause: decision.digest.text,
                attachment: decision.form)
        case .withdraw(let ground):
            try withdraw(ground, text: text, actor: deciders.actor, by: deciders, file, &draft)
        case .check: try await checkRecords(file, &draft, by: deciders)
        case .handBack(let reason): try handBack(letter(of: file), reason, text: text, &draft, by: deciders)
        case .hold(let reason): try hold(reason, text: text, file, &draft, by: deciders)
        case .liftHold: _ = try draft.apply(.origin(.holdLifted), actor: deciders.actor)
        case .waiveArrears(let day):
            _ = try draft.apply(
                .origin(.holdLifted), actor: deciders.actor, cause: "\(CaseFile.waiver)\(day)",
                attachment: decision.form)
        case .remit: try await remitOrRetry(file, &draft, by: deciders)
        case .endPerson(let reason): try endPerson(reason, text: text, file, &draft, by: deciders)
        case .settleHeirs(let heirs): try await settleHeirs(heirs, decision, file, &draft, by: deciders)
        case .confirmAccount: try confirmAccount(file, &draft, by: deciders)
        case .correctAccount(let purpose, let account):
            _ = try correctAccount(
                purpose, account, form: decision.form, actor: deciders.actor, by: deciders, file, &draft)
        case .ask(let subject): try ask(subject, text: text, file, &draft, by: deciders)
        case .answer(let outcome): try answer(outcome, text: text, &draft, by: deciders)
        case .recall(let subject, let ground): try recall(subject, ground, text: text, file, &draft, by: deciders)
        case .consentToRecall: try await consentToRecall(text: text, file, &draft, by: deciders)
        case .declineRecall(let ground): try declineRecall(ground, text: text, &draft, by: deciders)
        case .askCorrection: try askCorrection(text: text, file, &draft, by: deciders)
        case .agreeToCorrection: try answerCorrection(true, text: text, file, &draft, by: deciders)
        case .declineCorrection: try answerCorrection(false, text: text, file, &draft, by: deciders)
        case .remind: try remindNow(&draft, by: deciders)
        case .reviseForm: try await reviseForm(decision, file, &draft, by: deciders)
        case .meetShortfall: try meetShortfall(decision, file, &draft, by: deciders)
        case .returnFunds: try returnFunds(file, &draft, by: deciders)
        case .retryReturn: try retryReturn(file, &draft, by: deciders)
        case .retryBalance: try retryBalance(file, &draft, by: deciders)
        case .acceptMoney: try acceptMoney(file, &draft, by: deciders)
        case .chooseMonths(let kept, let account):
            try await chooseMonths(kept, account, decision, file, &draft, by: deciders)
        // Waiting work is looked at again at once; nothing is decided.
        case .retry: return
        }
        try await finishEffects(of: decision.action, file, &draft)
    }

    private func letter(of file: CaseFile) throws(DeskFault) -> AcceptanceLetter {
        do throws(StoreError) { return try file.letter() } catch { throw .store(error) }
    }

    /// The first order, or another try of one that the bank gave back.
    private func remitOrRetry(
        _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) async throws(DeskFault) {
        if case .origin(let handshake) = draft.story.transfer.pension, case .bounced = handshake.phase {
            return try await retryRemittance(file, &draft, by: deciders)
        }
        try await remit(file, &draft, by: deciders)
    }

    private func remindNow(_ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        let summary = draft.story.summary(limits: agency.limits, calendar: agency.calendar)
        guard let due = summary.due, let clockNow = draft.story.transfer.leading.clock else {
            throw .notAllowed(NotAllowed(event: "reminder-sent", phase: draft.story.transfer.leading.phase))
        }
        let late = due.next.map {
            agency.calendar.workingDays(from: $0, through: clock.now.date, countingUpTo: 10_000)
        }
        try remind(clockNow, due: due, late: max(0, late ?? 0), &draft, by: deciders)
    }

    /// Work that waited for this decision is done with it.
    private func finishEffects(
        of action: StaffAction, _ file: CaseFile, _ draft: inout StepDraft
    ) async throws(DeskFault) {
        if let kind = action.carriesOut { try await finish(kind, of: file, &draft) }
    }
}

extension StaffAction {
    /// The waiting work that this action does.
    fileprivate var carriesOut: NewEffect.Kind? {
        switch self {
        case .accept, .refuse, .openTemporaryAccount, .askSupplement: .review
        case .check, .handBack, .hold: .checkRecords
        case .remit: .remit
        case .confirmAccount: .confirmAccount
        case .consentToRecall, .declineRecall: .answerRecall
        case .returnFunds: .returnFunds
        default: nil
        }
    }
}
