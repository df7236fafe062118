import TransferCore
import TransferDocuments

extension Desk {
    /// Compares certificate, form, advice and bank credit to the fen, and posts and completes, or calls a clerk.
    ///
    /// - Parameters:
    ///   - content: the document that came last, if it was a document; it is not in the file yet.
    ///   - credit: the bank line that came last, if it was the money.
    func reconcile(
        _ file: CaseFile, adding content: DocumentContent?, credit: BankLine?, _ draft: inout StepDraft
    ) throws(DeskFault) {
        let books = try books(file, adding: content, credit: credit)
        let actor = DecisionStep.policy
        if let difference = books.reconciliation.difference {
            _ = try draft.apply(.destination(.booksDiffered(difference)), actor: actor)
            return
        }
        let form = books.form
        let notice = CompletionNotice(
            orderKey: books.orderKey, individual: form.computation.account, pooled: form.computation.pooled,
            monthsJoined: books.monthsJoined, bankReference: books.credit.reference,
            completedOn: clock.now.date)
        _ = try draft.apply(
            .destination(.booksMatched), actor: actor,
            materials: .init(
                contents: [.completionNotice(notice)],
                postings: [.creditPosted(individual: form.computation.account, pooled: form.computation.pooled)]))
    }

    private struct Books {
        let form: InformationForm
        let orderKey: OrderKey
        /// Counted from the lines, like every amount: what the form says of them is the origin's word only.
        let monthsJoined: Int
        let credit: BankLine
        let reconciliation: Reconciliation
    }

    private func books(
        _ file: CaseFile, adding content: DocumentContent?, credit: BankLine?
    ) throws(DeskFault) -> Books {
        do {
            func newest(_ kind: DocumentKind) throws(StoreError) -> DocumentContent? {
                if let content, content.kind == kind { return content }
                return try file.newest(kind)?.content
            }
            guard case .contributionCertificate(let certificate)? = try newest(.contributionCertificate),
                case .informationForm(let form)? = try newest(.informationForm),
                case .remittanceAdvice(let advice)? = try newest(.remittanceAdvice),
                let credit = credit ?? file.bankLines.last(where: { $0.direction == .credit })
            else { throw StoreError.corrupt("\(file.opening.number): papers or funds are missing") }
            // Computed again from the lines by the same function that the origin used: a difference is a difference.
            let computed = try form.request.computeFunds()
            let reconciliation = Reconciliation(
                certificateAccount: certificate.accountBalance, formAccount: form.computation.account,
                formPooled: form.computation.pooled, formTotal: form.computation.transfer,
                computedAccount: computed.account, computedPooled: computed.pooled,
                formFiguresAgree: computed == form.computation,
                monthsAgree: certificate.monthsPaid == computed.months.paid,
                orderKeysAgree: credit.endToEndKey.utf8.elementsEqual(advice.orderKey.text.utf8),
                adviceAmount: advice.amount, creditAmount: credit.amount)
            return Books(
                form: form, orderKey: advice.orderKey, monthsJoined: computed.months.counted, credit: credit,
                reconciliation: reconciliation)
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as RuleFault {
            throw .rule(fault)
        } catch {
            preconditionFailure("reading the books throws store errors and rule faults only")
        }
    }
}
