/// Everything the funds of a transfer are computed from.
///
/// The origin computes with it, and the destination computes again and compares. Nothing else enters the amounts.
package struct FundRequest: Hashable, Sendable {
    package let origin: RegionCode
    package let destination: RegionCode
    package let destinationScheme: PensionScheme
    /// The relationship at the origin.
    package let relation: Relation
    /// The month of the computation. Its year is the running year; earlier years are settled.
    package let transferMonth: CalendarMonth
    package let interest: InterestTerms
    /// The balance with which the lines begin; nil when they begin from nothing.
    package let carried: CarriedBalance?
    /// In any order; the computation keeps it.
    package let lines: [ContributionLine]

    package init(
        origin: RegionCode, destination: RegionCode, destinationScheme: PensionScheme, relation: Relation,
        transferMonth: CalendarMonth, interest: InterestTerms, carried: CarriedBalance?, lines: [ContributionLine]
    ) {
        self.origin = origin
        self.destination = destination
        self.destinationScheme = destinationScheme
        self.relation = relation
        self.transferMonth = transferMonth
        self.interest = interest
        self.carried = carried
        self.lines = lines
    }

    /// The year of the computation, in which no interest is credited yet.
    package var runningYear: Int { transferMonth.year }

    /// The settled years that bear interest, from the first there is; empty when no interest is computed.
    ///
    /// Source: 劳办发〔1997〕116号: interest is credited at the end of each calendar year (BR-085, BR-086).
    package var settledYears: Range<Int> {
        let first = (carried.map { [$0.yearEnd + 1] } ?? []) + lines.map(\.year)
        guard interest.formula != .none, let first = first.min(), first < runningYear else { return 0..<0 }
        return first..<runningYear
    }

    /// Whether money moves at all: not within one province, save into the residents' scheme.
    ///
    /// Source: 国办发〔2009〕66号, Art. 4, for moves between provinces; 人社部发〔2014〕17号, Art. 5 and 6 (BR-039, BR-190).
    package var moneyMoves: Bool {
        guard let home = origin.province, home == destination.province else { return true }
        return destinationScheme == .residents
    }
}

/// How interest is computed, and the yearly rates.
///
/// Source: 劳办发〔1997〕116号 knows both formulas; the rates are published yearly (BR-099).
package struct InterestTerms: Hashable, Sendable {
    package let formula: InterestFormula
    /// By calendar year; may hold more years than are needed.
    package let rates: [Int: BasisPoints]

    package init(formula: InterestFormula, rates: [Int: BasisPoints]) {
        self.formula = formula
        self.rates = rates
    }
}

/// A formula of interest for the contributions of one year.
package enum InterestFormula: String, Hashable, CaseIterable, Sendable {
    case none
    /// The year's credits bear half a year's interest, times 1.083.
    case annual
    /// Each month's credit bears interest for the rest of the year, itself included.
    case monthlyProducts = "monthly-products"
}

/// An account balance that was settled before the lines begin.
package struct CarriedBalance: Hashable, Sendable {
    /// The balance is that of 31 December of this year.
    package let yearEnd: Int
    package let balance: Money

    package init(yearEnd: Int, balance: Money) {
        self.yearEnd = yearEnd
        self.balance = balance
    }
}
