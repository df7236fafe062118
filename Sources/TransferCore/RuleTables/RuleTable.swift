/// One version of a table of dated figures (参数表): rates, limits, holidays. What is imported stays as it was; a later
/// version stands beside it.
///
/// Source: BR-099, BR-221 and BR-225 of the domain handbook: what is published again each year is data with a date.
package struct RuleTable: Hashable, Sendable {
    package let name: RuleTableName
    /// 1 to 32 letters, digits, full stops and hyphens; of a calendar, its edition.
    package let version: String
    /// Where the figures were published.
    package let source: String
    /// The years that a calendar states whole; nil for other tables.
    package let years: ClosedRange<Int>?
    /// In any order.
    package let rows: [RuleRow]

    package init(
        name: RuleTableName, version: String, source: String, years: ClosedRange<Int>? = nil, rows: [RuleRow]
    ) {
        self.name = name
        self.version = version
        self.source = source
        self.years = years
        self.rows = rows
    }

    /// The rows that hold on a day.
    package func rows(on day: CivilDate) -> [RuleRow] { rows.filter { $0.holds(on: day) } }
}

/// The tables there are. The names are published.
package enum RuleTableName: String, Hashable, CaseIterable, Sendable {
    /// Rates of interest by year; before 2016 also by province.
    case interestRates = "interest-rates"
    /// The formula of interest, by agency.
    case interestFormulas = "interest-formulas"
    /// The lowest and highest base by region.
    case baseLimits = "base-limits"
    /// The limits of the steps, by profile.
    case deadlines
    /// Public holidays and make-up working days.
    case calendar
    /// Account share and pooled share by period: built in.
    case shares
    /// Months and ages on which rules turn: built in.
    case minimums

    /// Whether the program computes with the built-in version alone: one of other figures needs another program, since
    /// both sides of a transfer must compute the same.
    package var isBuiltIn: Bool { self == .shares || self == .minimums }

    /// How exact the times of its rows are.
    package var precision: Precision {
        switch self {
        case .interestRates, .interestFormulas: .year
        case .baseLimits, .shares: .month
        case .deadlines, .calendar, .minimums: .day
        }
    }

    /// What a row without an end means: it holds for the one year or day, or until another row begins.
    package var endsByItself: Bool { self == .interestRates || self == .calendar }

    package enum Precision: Sendable { case year, month, day }
}

/// One row: a fact and the days on which it holds.
package struct RuleRow: Hashable, Sendable {
    package let from: CivilDate
    /// The last day, which belongs to it; nil when it has no end.
    package let until: CivilDate?
    package let fact: RuleFact

    package init(from: CivilDate, until: CivilDate?, fact: RuleFact) {
        self.from = from
        self.until = until
        self.fact = fact
    }

    package func holds(on day: CivilDate) -> Bool { from <= day && (until.map { day <= $0 } ?? true) }

    func overlaps(_ other: RuleRow) -> Bool {
        (other.until.map { from <= $0 } ?? true) && (until.map { other.from <= $0 } ?? true)
    }
}

/// What a row says.
package enum RuleFact: Hashable, Sendable {
    /// A rate; nil is the national one.
    case interestRate(BasisPoints, province: Province?)
    /// A formula; nil is that of every agency without one of its own.
    case interestFormula(InterestFormula, agency: AgencyCode?)
    case baseLimits(BaseLimits, region: RegionCode)
    case deadline(profile: String, step: Clock, workingDays: Int)
    case dayOff
    case workingDay
    /// An account share; nil is what the person paid.
    case shares(account: BasisPoints?, pooled: BasisPoints)
    case minimum(RuleMinimum, Int)

    /// What a row is about: two rows about the same never hold on the same day.
    package var subject: String {
        switch self {
        case .interestRate(_, let province): province.map { "province \($0)" } ?? "national"
        case .interestFormula(_, let agency): agency.map { "agency \($0)" } ?? "every agency"
        case .baseLimits(_, let region): "region \(region)"
        case .deadline(let profile, let step, _): "\(profile) \(step.rawValue)"
        case .dayOff, .workingDay: "day"
        case .shares: "shares"
        case .minimum(let minimum, _): minimum.rawValue
        }
    }

    /// What it says, in figures.
    package var figures: String {
        switch self {
        case .interestRate(let rate, _): "\(rate)"
        case .interestFormula(let formula, _): formula.rawValue
        case .baseLimits(let limits, _): "\(limits.floor) - \(limits.ceiling)"
        case .deadline(_, _, let days): "\(days) working days"
        case .dayOff: "off"
        case .workingDay: "working"
        case .shares(let account, let pooled): "account \(account?.description ?? "own share"), pooled \(pooled)"
        case .minimum(_, let number): "\(number)"
        }
    }
}

/// A number on which a rule turns. The names are published.
package enum RuleMinimum: String, Hashable, CaseIterable, Sendable {
    /// Months in a province that make it a benefit place. Source: 国办发〔2009〕66号, Art. 6.
    case benefitPlaceMonths = "benefit-place-months"
    /// The age from which a man's enrolment away from home is temporary. Source: 国办发〔2009〕66号, Art. 5.
    case temporaryAgeMale = "temporary-age-male"
    /// The same for a woman.
    case temporaryAgeFemale = "temporary-age-female"
    /// Months of a back payment that need a paper. Source: 人社厅发〔2019〕94号, items 一 and 二.
    case backPaymentMonths = "back-payment-months"
}
