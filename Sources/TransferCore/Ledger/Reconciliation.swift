/// The four sides of a transfer that must agree to the fen before anything is posted: certificate, information form,
/// remittance advice and bank credit.
///
/// Source: 人社部发〔2009〕187号 (check the form against the money before posting); BR-100, BR-122 and the matching table
/// 4.3 of the domain handbook.
package struct Reconciliation: Hashable, Sendable {
    /// The balance of the individual account as the certificate states it.
    package let certificateAccount: Money
    /// The account part, the pooled share and the transfer total of the form, as the origin wrote them.
    package let formAccount: Money
    package let formPooled: Money
    package let formTotal: Money
    /// What this node computes from the lines of the same form.
    package let computedAccount: Money
    package let computedPooled: Money
    /// Whether every other figure of the form (its lines, years and months) is what this node computes.
    package let formFiguresAgree: Bool
    /// Whether certificate and form count the same months as paid.
    package let monthsAgree: Bool
    /// Whether advice and credit name the same order.
    package let orderKeysAgree: Bool
    /// What the advice says was paid.
    package let adviceAmount: Money
    /// What the bank credited.
    package let creditAmount: Money

    package init(
        certificateAccount: Money, formAccount: Money, formPooled: Money, formTotal: Money, computedAccount: Money,
        computedPooled: Money, formFiguresAgree: Bool, monthsAgree: Bool, orderKeysAgree: Bool, adviceAmount: Money,
        creditAmount: Money
    ) {
        self.certificateAccount = certificateAccount
        self.formAccount = formAccount
        self.formPooled = formPooled
        self.formTotal = formTotal
        self.computedAccount = computedAccount
        self.computedPooled = computedPooled
        self.formFiguresAgree = formFiguresAgree
        self.monthsAgree = monthsAgree
        self.orderKeysAgree = orderKeysAgree
        self.adviceAmount = adviceAmount
        self.creditAmount = creditAmount
    }

    /// The first difference, in the order in which a clerk looks for it; nil when everything agrees.
    package var difference: Difference? {
        if formAccount != computedAccount { return .formAccountDiffers }
        if formPooled != computedPooled { return .formPooledDiffers }
        if formTotal != formAccount + formPooled { return .formTotalDiffers }
        if !formFiguresAgree { return .formFiguresDiffer }
        if certificateAccount != formAccount { return .certificateDiffers }
        if !monthsAgree { return .monthsDiffer }
        if !orderKeysAgree { return .orderKeyDiffers }
        if adviceAmount != formTotal { return .adviceDiffers }
        if creditAmount < formTotal { return .creditShort }
        if creditAmount > formTotal { return .creditOver }
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
