/// The four sides of a transfer that must agree to the fen before anything is posted: certificate, information form,
/// remittance advice and bank credit.
///
/// Source: 人社部发〔2009〕187号 (check the form against the money before posting); BR-100, BR-122 and the matching table
/// 4.3 of the domain handbook.
package struct Reconciliation: Hashable, Sendable {
    package let papers: PapersPosition
    package let funds: FundsPosition

    package init(papers: PapersPosition, funds: FundsPosition) {
        self.papers = papers
        self.funds = funds
    }

    /// What comes of it.
    package enum Outcome: Hashable, Sendable {
        /// Everything agrees; what came beyond the form is owed back to the origin.
        case matched(surplus: Money)
        /// The papers agree with each other, and the origin has yet to say that it has paid (the rest).
        case adviceOutstanding
        /// The origin says that it has paid, and the money has not come.
        case fundsOutstanding
        /// The first difference, in the order in which a clerk looks for it.
        case differs(Difference)
    }

    package var outcome: Outcome {
        if let difference = papers.difference { return .differs(difference) }
        return funds.outcome(formTotal: papers.formTotal, formVersion: papers.formVersion)
    }
}

/// What the papers say of themselves and of each other.
package struct PapersPosition: Hashable, Sendable {
    /// The balance of the individual account as the newest certificate states it.
    package var certificateAccount: Money
    /// The account part, the pooled share and the transfer total of the newest form, as the origin wrote them.
    package var formAccount: Money
    package var formPooled: Money
    package var formTotal: Money
    package var formVersion: Int
    /// What this node computes from the lines of the same form.
    package var computedAccount: Money
    package var computedPooled: Money
    /// Whether every other figure of the form (its lines, years and months) is what this node computes.
    package var formFiguresAgree: Bool
    /// Whether certificate and form count the same months as paid.
    package var monthsAgree: Bool

    package init(
        certificateAccount: Money, formAccount: Money, formPooled: Money, formTotal: Money, formVersion: Int,
        computedAccount: Money, computedPooled: Money, formFiguresAgree: Bool, monthsAgree: Bool
    ) {
        self.certificateAccount = certificateAccount
        self.formAccount = formAccount
        self.formPooled = formPooled
        self.formTotal = formTotal
        self.formVersion = formVersion
        self.computedAccount = computedAccount
        self.computedPooled = computedPooled
        self.formFiguresAgree = formFiguresAgree
        self.monthsAgree = monthsAgree
    }

    /// A certificate goes with the first form: a newer form stands for itself.
    var difference: Difference? {
        if formAccount != computedAccount { return .formAccountDiffers }
        if formPooled != computedPooled { return .formPooledDiffers }
        if formTotal != formAccount + formPooled { return .formTotalDiffers }
        if !formFiguresAgree { return .formFiguresDiffer }
        if formVersion == 1, certificateAccount != formAccount { return .certificateDiffers }
        if formVersion == 1, !monthsAgree { return .monthsDiffer }
        return nil
    }
}

/// Where papers and funds differ. The names are published.
package enum Difference: String, Hashable, Sendable, CaseIterable {
    case formAccountDiffers = "form-account-differs"
    case formPooledDiffers = "form-pooled-differs"
    case formTotalDiffers = "form-total-differs"
    case formFiguresDiffer = "form-figures-differ"
    case certificateDiffers = "certificate-differs"
    case monthsDiffer = "months-differ"
    case orderKeyDiffers = "order-key-differs"
    case adviceDiffers = "advice-differs"
    case creditShort = "credit-short"
    case creditOver = "credit-over"
}
