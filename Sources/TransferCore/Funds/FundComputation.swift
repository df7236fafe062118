/// What the origin transfers: every line and every settled year, and the totals (转移金额).
///
/// Each amount of a line or a year is computed exactly and rounded once, half up, to the fen. Totals are sums of rounded
/// amounts and are never rounded again.
///
/// Source: 国办发〔2009〕66号, Art. 4 and 5 (2); our choice of the rounding (BR-097, BR-100).
package struct FundComputation: Hashable, Sendable {
    /// In the order of the request.
    package let lines: [FundLine]
    /// The settled years, ascending, without a gap; empty when no interest is computed.
    package let years: [FundYear]
    package let months: CountedMonths
    /// The principals of the lines and the carried balance.
    package let principal: Money
    package let interest: Money
    /// The individual account part: principal and interest.
    package let account: Money
    /// The pooled share; of a temporary account the employer's contributions.
    package let pooled: Money
    /// Credited beyond the account share; stays recorded at the origin.
    package let retained: Money
    /// Credited less than the account share; the origin adds it.
    package let raised: Money
    /// What the withheld lines would have brought to the account, without interest.
    package let withheldAccount: Money
    /// What the withheld lines would have brought as pooled share.
    package let withheldPooled: Money
    /// Whether money moves at all; false for a move within one province.
    package let moneyMoves: Bool
    /// What is remitted: account and pooled share, or nothing where money does not move.
    package let transfer: Money

    /// The amounts as they were read from a document. They are not checked here: whoever reads them computes the
    /// request again and compares.
    package init(
        lines: [FundLine], years: [FundYear], months: CountedMonths, principal: Money, interest: Money,
        account: Money, pooled: Money, retained: Money, raised: Money, withheldAccount: Money,
        withheldPooled: Money, moneyMoves: Bool, transfer: Money
    ) {
        self.lines = lines
        self.years = years
        self.months = months
        self.principal = principal
        self.interest = interest
        self.account = account
        self.pooled = pooled
        self.retained = retained
        self.raised = raised
        self.withheldAccount = withheldAccount
        self.withheldPooled = withheldPooled
        self.moneyMoves = moneyMoves
        self.transfer = transfer
    }
}

/// The amounts of one line.
package struct FundLine: Hashable, Sendable {
    package let principal: Money
    package let interest: Money
    package let pooled: Money
    package let retained: Money
    package let raised: Money

    package init(principal: Money, interest: Money, pooled: Money, retained: Money, raised: Money) {
        self.principal = principal
        self.interest = interest
        self.pooled = pooled
        self.retained = retained
        self.raised = raised
    }

    package static let zero = FundLine(
        principal: .zero, interest: .zero, pooled: .zero, retained: .zero, raised: .zero)
}

/// One settled year of the account.
package struct FundYear: Hashable, Sendable {
    package let year: Int
    /// The balance carried into the year.
    package let opening: Money
    /// A full year's interest on the opening balance.
    package let openingInterest: Money
    /// The principals of the year's lines; in a temporary account with the employer's side.
    package let credited: Money
    package let creditedInterest: Money

    package init(year: Int, opening: Money, openingInterest: Money, credited: Money, creditedInterest: Money) {
        self.year = year
        self.opening = opening
        self.openingInterest = openingInterest
        self.credited = credited
        self.creditedInterest = creditedInterest
    }

    /// The balance on 31 December: the sum of the other four.
    package var closing: Money { opening + openingInterest + credited + creditedInterest }
}

/// Months by what they are.
package struct CountedMonths: Hashable, Sendable {
    /// Ordinary months and back payments.
    package private(set) var paid: Int
    package private(set) var deemed: Int
    package private(set) var arrears: Int
    package private(set) var waived: Int
    package private(set) var withheld: Int

    package init(paid: Int = 0, deemed: Int = 0, arrears: Int = 0, waived: Int = 0, withheld: Int = 0) {
        self.paid = paid
        self.deemed = deemed
        self.arrears = arrears
        self.waived = waived
        self.withheld = withheld
    }

    /// The months that count towards a pension: paid and deemed.
    ///
    /// Source: 人社部规〔2016〕5号, item 一 (BR-156); arrears and withheld months do not count (BR-091).
    package var counted: Int { paid + deemed }

    mutating func add(_ months: Int, of kind: ContributionKind) {
        switch kind {
        case .ordinary, .backPayment: paid += months
        case .deemed: deemed += months
        case .arrears: arrears += months
        case .waived: waived += months
        case .withheld: withheld += months
        }
    }
}

extension FundRequest {
    /// Computes the funds of the transfer.
    ///
    /// Source: 国办发〔2009〕66号, Art. 4 and 5 (2); 人社厅发〔2017〕7号, Art. 8; 劳办发〔1997〕116号 for interest.
    ///
    /// - Throws: the first fault of the request, in the order of the rules.
    package func computeFunds() throws(RuleFault) -> FundComputation {
        try check()
        let amounts = lines.map { $0.kind.carriesMoney ? computeLine($0) : .zero }
        let years = computeYears(amounts)

        var months = CountedMonths()
        var withheldAccount = Money.zero
        var withheldPooled = Money.zero
        for line in lines {
            months.add(line.months, of: line.kind)
            guard line.kind == .withheld else { continue }
            let amounts = computeLine(line)
            withheldAccount += amounts.principal
            withheldPooled += amounts.pooled
        }

        let principal = amounts.map(\.principal).sum() + (carried?.balance ?? .zero)
        let interest = years.map { $0.openingInterest + $0.creditedInterest }.sum()
        let pooled = amounts.map(\.pooled).sum()
        let account = principal + interest
        return FundComputation(
            lines: amounts, years: years, months: months, principal: principal, interest: interest, account: account,
            pooled: pooled, retained: amounts.map(\.retained).sum(), raised: amounts.map(\.raised).sum(),
            withheldAccount: withheldAccount, withheldPooled: withheldPooled, moneyMoves: moneyMoves,
            transfer: moneyMoves ? account + pooled : .zero)
    }

    /// The account from year to year, each closing balance being the next opening one.
    ///
    /// Source: 劳办发〔1997〕116号 (BR-085, BR-086).
    private func computeYears(_ amounts: [FundLine]) -> [FundYear] {
        let settled = settledYears
        var credited = [Money](repeating: .zero, count: settled.count)
        var creditedInterest = credited
        for (line, amounts) in zip(lines, amounts) where settled.contains(line.year) {
            credited[line.year - settled.lowerBound] +=
                relation == .temporary ? amounts.principal + amounts.pooled : amounts.principal
            creditedInterest[line.year - settled.lowerBound] += amounts.interest
        }
        var opening = carried?.balance ?? .zero
        return settled.enumerated().map { place, year in
            let row = FundYear(
                year: year, opening: opening, openingInterest: yearOfInterest(on: opening, in: year),
                credited: credited[place], creditedInterest: creditedInterest[place])
            opening = row.closing
            return row
        }
    }
}
