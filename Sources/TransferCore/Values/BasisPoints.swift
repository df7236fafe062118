/// A share or a rate in parts per ten thousand: 8 percent is 800, 6.12 percent is 612.
package struct BasisPoints: Hashable, Comparable, Sendable {
    package let value: Int

    /// - Returns: nil outside 0 to 10,000, that is nothing to the whole.
    package init?(_ value: Int) {
        guard (0...10_000).contains(value) else { return nil }
        self.value = value
    }

    private init(known value: Int) { self.value = value }

    package static let zero = BasisPoints(known: 0)

    /// The account share of the months January 1998 to December 2005: 11 percent.
    ///
    /// Source: 人社厅发〔2017〕7号, Art. 8.
    package static let accountShareTo2005 = BasisPoints(known: 1_100)

    /// The account share of the months from January 2006: 8 percent.
    ///
    /// Source: 人社厅发〔2017〕7号, Art. 8.
    package static let accountShareFrom2006 = BasisPoints(known: 800)

    /// The part of the base that moves from the pooled fund, for months from January 1998: 12 percent.
    ///
    /// Source: 国办发〔2009〕66号, Art. 4 (2).
    package static let pooledShare = BasisPoints(known: 1_200)

    /// The highest yearly rate of interest that is read: 15 percent.
    ///
    /// Source: our choice; no published rate has come near it.
    package static let highestInterestRate = BasisPoints(known: 1_500)

    package static func < (a: BasisPoints, b: BasisPoints) -> Bool { a.value < b.value }
}

extension BasisPoints: CustomStringConvertible {
    /// The share in percent with two places: `6.12%`.
    package var description: String { "\(value / 100).\(twoDigits(value % 100))%" }
}

extension Money {
    /// An exact quotient rounded once, half up, to the fen. The only place where an amount is rounded.
    ///
    /// Source: our choice (BR-097 of the domain handbook): no rule on rounding was found; half up is what published
    /// statements show.
    ///
    /// - Parameters:
    ///   - numerator: not negative.
    ///   - denominator: above 0; the quotient fits 64 bits.
    package init(roundingHalfUp numerator: Int128, over denominator: Int128) {
        precondition(numerator >= 0 && denominator > 0)
        self.init(fen: Int64((numerator * 2 + denominator) / (denominator * 2)))
    }
}
