import TransferCore
import TransferDocuments

extension Desk {
    /// Compares certificate, form, advices and bank credits to the fen, and posts and completes, waits for the rest, or asks
    /// the other office and calls a clerk.
    func reconcile(_ file: CaseFile, _ draft: inout StepDraft) async throws(DeskFault) {
        let books = try books(file, draft)
        let actor = DecisionStep.policy
        switch books.reconciliation.outcome {
        case .adviceOutstanding: _ = try draft.apply(.destination(.adviceOutstanding), actor: actor)
        case .fundsOutstanding: _ = try draft.apply(.destination(.fundsOutstanding), actor: actor)
        case .differs(let difference):
            _ = try draft.apply(.destination(.booksDiffered(difference)), actor: actor)
            try askAboutBooks(
                difference, expected: books.form.computation.transfer, found: books.came, &draft)
        case .matched(let surplus): try await post(books, surplus: surplus, file, &draft)
        }
    }

    private func post(
        _ books: Books, surplus: Money, _ file: CaseFile, _ draft: inout StepDraft
    ) async throws(DeskFault) {
        let computation = books.form.computation
        // A form that asks for nothing is met by nothing, and there is nothing to post.
        guard let orderKey = books.orderKey, let bankReference = books.bankReference else {
            throw .notAllowed(NotAllowed(event: "books-matched", phase: "nothing-credited"))
        }
        let notice = CompletionNotice(
            orderKey: orderKey, individual: computation.account, pooled: computation.pooled,
            monthsJoined: books.monthsJoined, bankReference: bankReference, completedOn: clock.now.date,
            formVersion: books.form.version)
        _ = try draft.apply(
            .destination(.booksMatched), actor: DecisionStep.policy,
            materials: .init(
                contents: [.completionNotice(notice)],
                postings: try reversed(file, draft)
                    + [.creditPosted(individual: computation.account, pooled: computation.pooled)]))
        if surplus > .zero { try noteSurplus(&draft) }
        try await findOverlap(books.form, &draft)
    }

    /// Money that nobody owed is owed back. While another return is under way it waits in suspense for the next one.
    func noteSurplus(_ draft: inout StepDraft) throws(DeskFault) {
        _ = try draft.apply(.fundsReturn(.surplusFound), actor: DecisionStep.policy)
    }

    private struct Books {
        let form: InformationForm
        /// Of the newest advice, or of the first credit; nil while neither has come.
        let orderKey: OrderKey?
        /// Counted from the lines, like every amount: what the form says of them is the origin's word only.
        let monthsJoined: Int
        /// Of the credit of that order; nil while no money has come.
        let bankReference: String?
        /// All that was credited.
        let came: Money
        let reconciliation: Reconciliation
    }

    private func books(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> Books {
        let credits = draft.remittanceCredits(file)
        guard case .contributionCertificate(let certificate)? = try draft.newest(.contributionCertificate, file),
            case .informationForm(let form)? = try draft.newest(.informationForm, file)
        else { throw .store(.corrupt("\(file.opening.number): papers are missing")) }
        let bounced = Set(
            try draft.all(.bounceNotice, file).compactMap { content -> OrderKey? in
                if case .bounceNotice(let notice) = content { notice.orderKey } else { nil }
            })
        let advices = try draft.all(.remittanceAdvice, file).compactMap { content -> RemittanceAdvice? in
            guard case .remittanceAdvice(let advice) = content, !bounced.contains(advice.orderKey) else { return nil }
            return advice
        }
        // Computed again from the lines by the same function that the origin used: a difference is a difference.
        let computed: FundComputation
        do throws(RuleFault) { computed = try form.request.computeFunds() } catch { throw .rule(error) }
        let papers = PapersPosition(
            certificateAccount: certificate.accountBalance, formAccount: form.computation.account,
            formPooled: form.computation.pooled, formTotal: form.computation.transfer, formVersion: form.version,
            computedAccount: computed.account, computedPooled: computed.pooled,
            formFiguresAgree: computed == form.computation,
            monthsAgree: certificate.monthsPaid == computed.months.paid)
        let funds = FundsPosition(
            advised: advices.map { .init(key: $0.orderKey, amount: $0.amount, makesUp: $0.makesUp) },
            credited: credits.compactMap { line in
                OrderKey(line.endToEndKey).map { .init(key: $0, amount: line.amount) }
            },
            returned: file.setAsideToReturn,
            isExcessConfirmed: draft.story.transfer.queries.asked.outcome(of: .creditOver) == .returnExcess)
        let key = advices.last?.orderKey ?? credits.lazy.compactMap { OrderKey($0.endToEndKey) }.first
        let credit = credits.last { line in key.map { line.endToEndKey.utf8.elementsEqual($0.text.utf8) } ?? false }
        return Books(
            form: form, orderKey: key, monthsJoined: computed.months.counted,
            bankReference: (credit ?? credits.last)?.reference,
            came: credits.map(\.amount).sum(), reconciliation: Reconciliation(papers: papers, funds: funds))
    }
}
