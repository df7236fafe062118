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
                difference, expected: books.form.computation.transfer,
                found: difference == .orderKeyDiffers ? books.came + books.held : books.came, &draft)
        case .matched: try await post(books, file, &draft)
        }
    }

    private func post(
        _ books: Books, _ file: CaseFile, _ draft: inout StepDraft
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
        // Its papers may be on their way; if they are not, a clerk has to look.
        if !books.funds.tally.held.isEmpty { draft.alert(.surplusFunds) }
        try await findOverlap(books.form, file, &draft)
    }

    /// The totals of the form and of what counts for it, where there is a form to compare with.
    func totals(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> (expected: Money, found: Money)? {
        guard file.opening.role == .destination, let form = try draft.newestForm(file) else { return nil }
        return (form.computation.transfer, try funds(file, draft).tally.came)
    }

    private struct Books {
        let form: InformationForm
        /// Of the newest advice, or of the first credit; nil while neither has come.
        let orderKey: OrderKey?
        /// Counted from the lines, like every amount: what the form says of them is the origin's word only.
        let monthsJoined: Int
        /// Of the credit of that order; nil while no money has come.
        let bankReference: String?
        let funds: FundsPosition
        let reconciliation: Reconciliation
        /// What counts of all that was credited.
        var came: Money { funds.tally.came }
        /// What came under keys that no advice names.
        var held: Money { funds.tally.held.map(\.amount).sum() }
    }

    private func books(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> Books {
        let credits = draft.remittanceCredits(file)
        guard case .contributionCertificate(let certificate)? = try draft.newest(.contributionCertificate, file),
            case .informationForm(let form)? = try draft.newest(.informationForm, file)
        else { throw .store(.corrupt("\(file.opening.number): papers are missing")) }
        // Computed again from the lines by the same function that the origin used: a difference is a difference.
        let computed: FundComputation
        do throws(RuleFault) { computed = try form.request.computeFunds() } catch { throw .rule(error) }
        let papers = PapersPosition(
            certificateAccount: certificate.accountBalance, formAccount: form.computation.account,
            formPooled: form.computation.pooled, formTotal: form.computation.transfer, formVersion: form.version,
            computedAccount: computed.account, computedPooled: computed.pooled,
            formFiguresAgree: computed == form.computation,
            monthsAgree: certificate.monthsPaid == computed.months.paid)
        let funds = try funds(file, draft)
        let key = funds.advised.last?.key ?? credits.lazy.compactMap { OrderKey($0.endToEndKey) }.first
        let credit = credits.last { line in key.map { line.endToEndKey.utf8.elementsEqual($0.text.utf8) } ?? false }
        return Books(
            form: form, orderKey: key, monthsJoined: computed.months.counted,
            bankReference: (credit ?? credits.last)?.reference,
            funds: funds, reconciliation: Reconciliation(papers: papers, funds: funds))
    }
}
