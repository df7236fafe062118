/// Many past months paid at once (一次性缴费), and the paper that goes with them.
package struct BackPayment: Hashable, Sendable {
    package let months: Int
    package let paidOn: CivilDate
    package let paper: BackPaymentPaper?

    package init(months: Int, paidOn: CivilDate, paper: BackPaymentPaper?) {
        self.months = months
        self.paidOn = paidOn
        self.paper = paper
    }
}

/// A paper that lets back-paid months move. It comes from the origin, never from the person.
package struct BackPaymentPaper: Hashable, Sendable {
    package let type: PaperType
    package let issuedOn: CivilDate
    /// How many of the months it covers.
    package let months: Int

    package init(type: PaperType, issuedOn: CivilDate, months: Int) {
        self.type = type
        self.issuedOn = issuedOn
        self.months = months
    }
}

/// The kinds of paper that are known.
package enum PaperType: String, Hashable, CaseIterable, Sendable {
    /// The origin's written undertaking.
    case undertaking
    case court
    case audit
    case labourInspection = "labour-inspection"
    case arbitration
    /// An agreement on deferred payment.
    case deferral
    /// An order of the collecting body.
    case collectionOrder = "collection-order"
    /// A paper of the veterans office.
    case veterans
}

/// The paper a back payment needs.
package enum PaperNeeded: String, Hashable, CaseIterable, Sendable {
    case none
    case undertaking
    case legalPaper = "legal-paper"
}

/// What becomes of one back payment.
package struct BackPaymentFinding: Hashable, Sendable {
    package let paperNeeded: PaperNeeded
    /// The months that stay at the origin.
    package let withheldMonths: Int
}

extension BackPayment {
    /// Which paper is needed, and how many months stay behind for want of it.
    ///
    /// Source: 人社厅发〔2019〕94号, items 一 to 三; BR-184 for papers that cover a part.
    package var finding: BackPaymentFinding {
        let needed = paperNeeded
        guard needed != .none else { return BackPaymentFinding(paperNeeded: needed, withheldMonths: 0) }
        let covered = paper.map { isValid($0) ? min($0.months, months) : 0 } ?? 0
        return BackPaymentFinding(paperNeeded: needed, withheldMonths: months - covered)
    }

    /// None under three years; then the origin's undertaking for payments before the day 人社部规〔2016〕5号 was issued,
    /// and a legal paper from that day.
    ///
    /// Source: 人社厅发〔2019〕94号, items 一 and 二 (BR-180, BR-181).
    private var paperNeeded: PaperNeeded {
        guard months >= 36 else { return .none }
        return (paidOn.year, paidOn.month, paidOn.day) < (2016, 11, 28) ? .undertaking : .legalPaper
    }

    /// A legal paper is dated before the payment; the special papers serve whatever the time and the date.
    ///
    /// Source: 人社厅发〔2019〕94号, items 一, 二, 四 to 六 (BR-182, BR-183).
    private func isValid(_ paper: BackPaymentPaper) -> Bool {
        switch paper.type {
        case .undertaking: paperNeeded == .undertaking
        case .court, .audit, .labourInspection, .arbitration:
            paperNeeded == .legalPaper && paper.issuedOn < paidOn
        case .deferral, .collectionOrder, .veterans: true
        }
    }
}
