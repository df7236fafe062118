package import TransferCore

/// What a document beside the straight road says, for a clerk who has to act on it: its code, its words, its amounts.
package struct DocumentSaying: Hashable, Sendable {
    /// The published code: a reason, a subject, an outcome, a ground; nil for documents that have none.
    package let code: String?
    /// What was written for the clerk of the other office; nil for none.
    package let text: String?
    /// Amounts by their published names, in the order in which they are read.
    package let amounts: [Named]
    /// The last day for an answer; nil for none.
    package let until: CivilDate?

    package struct Named: Hashable, Sendable {
        package let name: String
        package let amount: Money
    }

    private init(_ code: String?, _ text: String? = nil, _ amounts: [(String, Money?)] = [], until: CivilDate? = nil) {
        self.code = code
        self.text = text
        self.amounts = amounts.compactMap { name, amount in amount.map { Named(name: name, amount: $0) } }
        self.until = until
    }

    /// nil for the documents of the straight road, whose contents stand elsewhere.
    package init?(_ content: DocumentContent) {
        switch content {
        case .returnNote(let note): self.init(note.reason.code, note.text)
        case .holdNotice(let notice): self.init(notice.reason.code, notice.text, until: notice.until)
        case .bounceNotice(let notice): self.init(notice.reason.rawValue, nil, [("amount", notice.amount)])
        case .endNotice(let notice): self.init(notice.reason.code, notice.text)
        case .returnAdvice(let advice): self.init(advice.ground.rawValue, nil, [("amount", advice.amount)])
        case .returnConfirmation(let confirmation): self.init(nil, nil, [("amount", confirmation.amount)])
        case .query(let query):
            self.init(
                query.difference?.rawValue ?? query.subject.rawValue, query.text,
                [("expected", query.expected), ("found", query.found)], until: query.answerBy)
        case .queryAnswer(let answer): self.init(answer.outcome.rawValue, answer.text)
        case .recallRequest(let request):
            self.init("\(request.subject.rawValue)/\(request.ground.rawValue)", request.text)
        case .recallAnswer(let answer):
            self.init(answer.isConsent ? "consent" : answer.ground?.rawValue ?? "declined", answer.text)
        case .correctionRequest(let request): self.init(nil, request.text)
        case .correctionAnswer(let answer): self.init(answer.isConsent ? "consent" : "declined", answer.text)
        case .reminder(let reminder): self.init(reminder.clock.rawValue, nil, until: reminder.dueOn)
        case .acceptanceLetter, .contributionCertificate, .informationForm, .remittanceAdvice, .payoutNotice,
            .completionNotice:
            return nil
        }
    }
}

extension CaseFile {
    /// What a stored document says; nil for documents of the straight road, and for one that cannot be read.
    package func saying(of document: StoredDocument) -> DocumentSaying? {
        (try? content(of: document)).flatMap(DocumentSaying.init)
    }
}
