extension FundRequest {
    /// The shares of the base that move, for the months of one line.
    struct MovingShares {
        /// Which row of the table the shares are from.
        let basis: ShareBasis
        let account: BasisPoints
        let pooled: BasisPoints

        /// Whether a credited share beyond or below the account share is told apart.
        var isBounded: Bool { basis == .to2005 || basis == .from2006 }
    }

    /// Which shares move. The months covered decide, also for a back payment; a line lies in one calendar year, so all
    /// its months have the same shares.
    ///
    /// Source: 国办发〔2009〕66号, Art. 4 (own contributions before 1998, pooled share from 1998) and Art. 5 (2)
    /// (temporary account); 人社厅发〔2017〕7号, Art. 8 (11 percent to 2005, 8 percent from 2006); 人社部发〔2014〕17号,
    /// Art. 6 (residents' scheme: account only).
    func movingShares(of line: ContributionLine) -> MovingShares {
        if relation == .temporary {
            return MovingShares(basis: .temporary, account: line.ownShare, pooled: line.employerShare)
        }
        if destinationScheme == .residents {
            return MovingShares(basis: .residents, account: line.creditedShare, pooled: .zero)
        }
        return switch line.from.year {
        case ..<1998: MovingShares(basis: .before1998, account: line.ownShare, pooled: .zero)
        case ..<2006: MovingShares(basis: .to2005, account: .accountShareTo2005, pooled: .pooledShare)
        default: MovingShares(basis: .from2006, account: .accountShareFrom2006, pooled: .pooledShare)
        }
    }

    /// The amounts of one line as if it carried money.
    ///
    /// Source: as for the shares; BR-084 for what is retained and raised, BR-097 for the rounding.
    func computeLine(_ line: ContributionLine) -> FundLine {
        let shares = movingShares(of: line)
        let excess = shares.isBounded ? line.creditedShare.value - shares.account.value : 0
        let paid = Int128(line.countedBase.fen) * Int128(line.months)
        func part(_ share: Int) -> Money { Money(roundingHalfUp: paid * Int128(share), over: 10_000) }
        return FundLine(
            principal: part(shares.account.value),
            interest: interest(on: line, of: shares),
            pooled: part(shares.pooled.value),
            retained: part(max(excess, 0)),
            raised: part(max(-excess, 0)))
    }

    /// The interest a line bears until the end of its own year, when that year is settled. The pooled share bears none;
    /// in a temporary account both sides bear it together.
    ///
    /// Source: 劳办发〔1997〕116号: half a year's interest times 1.083, or monthly products; BR-088, BR-096.
    private func interest(on line: ContributionLine, of shares: MovingShares) -> Money {
        guard line.year < runningYear, let rate = interest.rates[line.year] else { return .zero }
        let share = relation == .temporary ? shares.account.value + shares.pooled.value : shares.account.value
        let monthly = Int128(line.countedBase.fen) * Int128(share) * Int128(rate.value)
        return switch interest.formula {
        case .none:
            .zero
        case .annual:
            Money(roundingHalfUp: monthly * Int128(line.months) * 1_083, over: 10_000 * 10_000 * 2_000)
        case .monthlyProducts:
            Money(roundingHalfUp: monthly * Int128(FundRequest.monthsOfInterest(line)), over: 10_000 * 10_000 * 12)
        }
    }

    /// The sum of the months for which the credits of a line bear interest within their year: a credit of January for
    /// twelve, of December for one. All months of a back payment are credited in the month of payment.
    ///
    /// Source: 劳办发〔1997〕116号, monthly products.
    static func monthsOfInterest(_ line: ContributionLine) -> Int {
        if let paidOn = line.paidOn { return line.months * (13 - paidOn.month) }
        return (line.from.month...line.to.month).reduce(0) { $0 + 13 - $1 }
    }

    /// A full year's interest on a balance carried into the year.
    ///
    /// Source: 劳办发〔1997〕116号.
    func yearOfInterest(on balance: Money, in year: Int) -> Money {
        guard let rate = interest.rates[year] else { return .zero }
        return Money(roundingHalfUp: Int128(balance.fen) * Int128(rate.value), over: 10_000)
    }
}

/// Why the shares of a line are what they are: the row of the table that holds for it.
///
/// Source: 国办发〔2009〕66号, Art. 4 and 5 (2); 人社厅发〔2017〕7号, Art. 8; 人社部发〔2014〕17号, Art. 6.
package enum ShareBasis: String, Hashable, CaseIterable, Sendable {
    /// A temporary account moves what both sides paid.
    case temporary
    /// Into the residents' scheme only the account moves.
    case residents
    /// Months before January 1998: what the person paid.
    case before1998 = "before-1998"
    /// January 1998 to December 2005: 11 and 12 percent.
    case to2005 = "to-2005"
    /// From January 2006: 8 and 12 percent.
    case from2006 = "from-2006"
}
