import TransferCore
import TransferDocuments

// Questions between the two offices of a case.

extension Desk {
    /// Asks the other office one thing, with both totals where money is asked about.
    func ask(
        _ subject: QuerySubject, text: String, expected: Money? = nil, found: Money? = nil,
        difference: Difference? = nil, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        let today = clock.now.date
        let days = agency.limits.workingDays(of: .query, from: today)
        let query = Query(
            number: draft.story.transfer.queries.numberAsked + 1, subject: subject, text: text, expected: expected,
            found: found, difference: difference,
            answerBy: agency.calendar.due(after: today, workingDays: days).date)
        _ = try draft.apply(
            .query(.queryAsked(subject)), actor: deciders.actor,
            materials: .init(contents: [.query(query)], deciders: deciders))
    }

    /// Staff ask about money with the totals that the case has, so that what is missing can be paid.
    func ask(
        _ subject: QuerySubject, text: String, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        var totals: (expected: Money, found: Money)?
        var difference: Difference?
        switch subject {
        case .creditShort, .creditOver, .booksDiffer:
            totals = try self.totals(file, draft)
            if case .destination(let handshake) = draft.story.transfer.pension,
                case .mismatched(let found) = handshake.phase
            {
                difference = found
            }
        case .identityDiffers, .fundsMissing, .papersMissing, .other: break
        }
        try ask(
            subject, text: text, expected: totals?.expected, found: totals?.found,
            difference: difference?.subject == subject ? difference : nil, &draft, by: deciders)
    }

    /// The origin's check found another name: the other office is asked before the letter is handed back.
    func askForIdentity(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        try ask(
            .identityDiffers,
            text: "我方档案姓名与接收函不一致，请核实。 The name in our record is not that of the letter; please check.",
            &draft, by: deciders)
    }

    func hasAskedForIdentity(_ draft: StepDraft) -> Bool {
        draft.story.transfer.queries.asked.outcome(of: .identityDiffers) != nil
    }

    /// Books that differ ask by themselves (11M of the domain handbook), once for each difference.
    func askAboutBooks(
        _ difference: Difference, expected: Money, found: Money, _ draft: inout StepDraft
    ) throws(DeskFault) {
        guard draft.decidesAlone(.query), !draft.story.transfer.queries.asked.isOpen else { return }
        try ask(
            difference.subject,
            text: "凭证、信息表、支付通知与到账不符，请核实。 Certificate, form, advice and credit do not agree; please check.",
            expected: expected, found: found, difference: difference, &draft, by: .policy)
    }

    func answer(
        _ outcome: QueryOutcome, text: String, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        let answer = QueryAnswer(number: draft.story.transfer.queries.numberReceived, outcome: outcome, text: text)
        _ = try draft.apply(
            .query(.queryAnswered(outcome)), actor: deciders.actor,
            materials: .init(contents: [.queryAnswer(answer)], deciders: deciders))
    }

    /// What a policy can answer alone: whether the own record has the name that the own letter has.
    func answerAlone(_ query: Query, _ file: CaseFile, _ draft: inout StepDraft) async throws(DeskFault) {
        guard query.subject == .identityDiffers, file.opening.role == .destination, draft.decidesAlone(.query) else {
            return
        }
        let record: PersonRecord?
        let letter: AcceptanceLetter
        do throws(StoreError) {
            record = try await store.record(of: file.opening.residentID)
            letter = try file.letter()
        } catch {
            throw .store(error)
        }
        let isOurs = record?.person.isSame(as: letter.person) ?? false
        try answer(
            isOurs ? .confirmed : .correctionFollows,
            text: isOurs
                ? "我方档案与接收函一致。 Our record has the name of the letter."
                : "我方档案与接收函不一致，将予更正。 Our record has another name; a correction will follow.",
            &draft, by: .policy)
    }

    /// What an answer leads to on the asking side.
    func followAnswer(_ answer: QueryAnswer, _ file: CaseFile, _ draft: inout StepDraft) async throws(DeskFault) {
        switch (draft.story.transfer.pension, draft.story.transfer.queries.asked) {
        // The check waits for any answer, whatever was asked.
        case (.origin(let handshake), .answered) where handshake.phase == .checking:
            draft.leave(.checkRecords)
        case (.destination(let handshake), .answered(.creditOver, .returnExcess)):
            guard case .mismatched = handshake.phase else { return }
            if try draft.apply(.destination(.excessConfirmed), actor: "peer:\(draft.peer)") {
                try await reconcile(file, &draft)
            }
        default: return
        }
    }
}
