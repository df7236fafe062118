/// Months for which a person was insured for employees in both places; one side is cleared (重复缴费清退).
///
/// Source: 人社部发〔2010〕70号, item 十; 人社部发〔2009〕187号, item 三 (BR-170 to BR-173).
package struct EmployeeOverlap: Hashable, Sendable {
    /// The side the person chose to keep.
    package let kept: KeptSide
    package let originLines: [OverlapLine]
    package let destinationLines: [OverlapLine]

    package enum KeptSide: String, Hashable, CaseIterable, Sendable {
        case origin
        case destination
    }

    package init(kept: KeptSide, originLines: [OverlapLine], destinationLines: [OverlapLine]) {
        self.kept = kept
        self.originLines = originLines
        self.destinationLines = destinationLines
    }
}

/// Consecutive months at one base and one credited share; may cross the end of a year.
package struct OverlapLine: Hashable, Sendable {
    package let from: CalendarMonth
    package let to: CalendarMonth
    package let base: Money
    package let creditedShare: BasisPoints

    package init(from: CalendarMonth, to: CalendarMonth, base: Money, creditedShare: BasisPoints) {
        self.from = from
        self.to = to
        self.base = base
        self.creditedShare = creditedShare
    }
}

/// The clearing refund (清退) of a line, or of all of them.
package struct ClearingRefund: Hashable, Sendable {
    /// The months both sides have.
    package let months: Int
    /// The account part, which goes to the person.
    package let refund: Money
    /// The pooled share of these months, which is not refunded.
    package let pooledKept: Money

    package static let zero = ClearingRefund(months: 0, refund: .zero, pooledKept: .zero)

    static func + (a: ClearingRefund, b: ClearingRefund) -> ClearingRefund {
        ClearingRefund(
            months: a.months + b.months, refund: a.refund + b.refund, pooledKept: a.pooledKept + b.pooledKept)
    }
}

extension EmployeeOverlap {
    /// The refund of each cleared line, in their order, and the sum.
    ///
    /// Source: 人社部发〔2010〕70号, item 十; the amount is base times credited share times months, and the pooled share is
    /// counted from January 1998 (BR-172, BR-173).
    ///
    /// - Throws: the first fault, of the origin's lines before the destination's.
    package func clear() throws(RuleFault) -> (lines: [ClearingRefund], total: ClearingRefund) {
        try EmployeeOverlap.check(originLines, at: "originLines")
        try EmployeeOverlap.check(destinationLines, at: "destinationLines")
        var keptMonths = MonthSet()
        for line in kept == .origin ? originLines : destinationLines {
            keptMonths.insert(monthIndices(from: line.from, to: line.to))
        }
        let refunds = (kept == .origin ? destinationLines : originLines).map { line in
            let months = monthIndices(from: line.from, to: line.to)
            let shared = keptMonths.count(of: months)
            let pooledMonths = keptMonths.count(of: months.clamped(to: EmployeeOverlap.sincePooling))
            let base = Int128(line.base.fen)
            return ClearingRefund(
                months: shared,
                refund: Money(
                    roundingHalfUp: base * Int128(shared) * Int128(line.creditedShare.value), over: 10_000),
                pooledKept: Money(
                    roundingHalfUp: base * Int128(pooledMonths) * Int128(BasisPoints.pooledShare.value), over: 10_000))
        }
        return (refunds, refunds.reduce(.zero, +))
    }

    /// From January 1998.
    ///
    /// Source: 国办发〔2009〕66号, Art. 4 (2).
    private static let sincePooling = 1998 * 12..<(CivilDate.years.upperBound + 1) * 12

    private static func check(_ lines: [OverlapLine], at path: String) throws(RuleFault) {
        if let place = lines.firstIndex(where: { $0.to < $0.from }) {
            throw RuleFault(.wrongOrder, at: "\(path)[\(place)].to", "the end is before the beginning")
        }
        if let place = firstOverlap(in: lines.lazy.map { monthIndices(from: $0.from, to: $0.to) }) {
            throw RuleFault(.overlappingLines, at: "\(path)[\(place)]", "shares a month with an earlier line")
        }
        let bases = Money.zero...FundRequest.highestBase
        if let place = lines.firstIndex(where: { !bases.contains($0.base) }) {
            throw RuleFault(.outOfRange, at: "\(path)[\(place)].baseFen", "must be 0 to \(bases.upperBound.fen)")
        }
    }
}
