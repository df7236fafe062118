/// One line of contributions: consecutive months of one kind, at one base and one set of shares.
///
/// A line whose months were paid when due belongs to the year of its months. A back payment (补缴) belongs to the year
/// in which it was paid, and its months lie in one calendar year.
///
/// Source: BR-101, BR-102 of the domain handbook, after training material of the agencies.
package struct ContributionLine: Hashable, Sendable {
    /// The year in whose account the line stands.
    package let year: Int
    /// The first month, which belongs to the line.
    package let from: CalendarMonth
    /// The last month, which belongs to the line.
    package let to: CalendarMonth
    package let kind: ContributionKind
    /// The contribution base (缴费基数) of one month.
    package let base: Money
    /// The limits the base is drawn to, where they are not applied yet.
    package let baseLimits: BaseLimits?
    /// What the insured person pays.
    package let ownShare: BasisPoints
    /// What is credited to the individual account.
    package let creditedShare: BasisPoints
    /// What the employer pays.
    package let employerShare: BasisPoints
    /// Where it was paid; changes no amount.
    package let region: RegionCode?
    /// When a back payment was paid.
    package let paidOn: CivilDate?

    package init(
        year: Int, from: CalendarMonth, to: CalendarMonth, kind: ContributionKind, base: Money,
        baseLimits: BaseLimits? = nil, ownShare: BasisPoints, creditedShare: BasisPoints, employerShare: BasisPoints,
        region: RegionCode? = nil, paidOn: CivilDate? = nil
    ) {
        self.year = year
        self.from = from
        self.to = to
        self.kind = kind
        self.base = base
        self.baseLimits = baseLimits
        self.ownShare = ownShare
        self.creditedShare = creditedShare
        self.employerShare = employerShare
        self.region = region
        self.paidOn = paidOn
    }

    /// How many months the line covers.
    package var months: Int { monthIndices(from: from, to: to).count }

    /// The base that counts: drawn up to the floor, or down to the ceiling, where limits are given.
    ///
    /// Source: 国办发〔2009〕66号, Art. 4 (2), the base actually used (BR-092).
    package var countedBase: Money {
        guard let baseLimits else { return base }
        return min(max(base, baseLimits.floor), baseLimits.ceiling)
    }
}

/// What the months of a line are.
package enum ContributionKind: String, Hashable, CaseIterable, Sendable {
    /// Paid when due.
    case ordinary
    /// Paid later than due (补缴).
    case backPayment = "back-payment"
    /// Counts as paid, without money (视同缴费).
    case deemed
    /// Due and not paid (欠费).
    case arrears
    /// Due, not paid, and given up in writing.
    case waived
    /// A back payment that stays at the origin for want of papers.
    case withheld

    /// Whether the line carries money to the destination.
    ///
    /// Source: 人社厅发〔2019〕94号, item 三; provincial guides (BR-091).
    package var carriesMoney: Bool { self == .ordinary || self == .backPayment }

    /// Whether the months were paid later than due, so that the line has a day of payment.
    package var isPaidLate: Bool { self == .backPayment || self == .withheld }
}

/// The lowest and the highest base of a time, set by the region.
package struct BaseLimits: Hashable, Sendable {
    package let floor: Money
    package let ceiling: Money

    package init(floor: Money, ceiling: Money) {
        self.floor = floor
        self.ceiling = ceiling
    }
}
