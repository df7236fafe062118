/// The tables in force: of each name the version that was imported last. A node asks them before its settings.
package struct RuleTables: Sendable {
    private var tables: [RuleTableName: RuleTable] = [:]
    /// The calendar of the edition that was imported; nil where none was.
    package private(set) var calendar: WorkingDayCalendar?

    /// Without tables: everything is as the settings say.
    package init() {}

    /// - Parameter tables: in the order in which they were imported.
    package init(_ tables: [RuleTable]) {
        for table in tables { self.tables[table.name] = table }
        calendar = self[.calendar].flatMap { WorkingDayCalendar(edition: $0) }
    }

    package var isEmpty: Bool { tables.isEmpty }

    /// The table of a name; nil where none was imported.
    package subscript(name: RuleTableName) -> RuleTable? { tables[name] }

    /// These tables and one more, in place of an older version of it.
    package func adding(_ table: RuleTable) -> RuleTables {
        RuleTables(Array(tables.values) + [table])
    }
}

extension RuleTables: Hashable {
    package static func == (a: RuleTables, b: RuleTables) -> Bool { a.tables == b.tables }
    package func hash(into hasher: inout Hasher) { hasher.combine(tables) }
}

extension RuleTables {
    /// The rate of interest of a year; nil where the table has none.
    ///
    /// Source: BR-099; the rate of the province comes before the national one.
    package func rate(of year: Int, in province: Province?) -> BasisPoints? {
        guard let day = CivilDate(year: year, month: 1, day: 1), let table = self[.interestRates] else { return nil }
        var national: BasisPoints?
        for row in table.rows(on: day) {
            guard case .interestRate(let rate, let own) = row.fact else { continue }
            if own == nil { national = rate } else if own == province { return rate }
        }
        return national
    }

    /// How an agency reckons interest in a month: formula and rates from the tables, where there are any.
    ///
    /// - Parameter settings: what holds where a table is absent.
    package func interest(
        of agency: AgencyCode, in month: CalendarMonth, otherwise settings: InterestTerms
    ) -> InterestTerms {
        let formula = formula(of: agency, in: month) ?? settings.formula
        guard self[.interestRates] != nil else { return InterestTerms(formula: formula, rates: settings.rates) }
        var rates: [Int: BasisPoints] = [:]
        for year in 1980..<max(1980, month.year) { rates[year] = rate(of: year, in: agency.province) }
        return InterestTerms(formula: formula, rates: rates)
    }

    private func formula(of agency: AgencyCode, in month: CalendarMonth) -> InterestFormula? {
        guard let day = CivilDate(year: month.year, month: month.month, day: 1) else { return nil }
        var common: InterestFormula?
        for row in self[.interestFormulas]?.rows(on: day) ?? [] {
            guard case .interestFormula(let formula, let own) = row.fact else { continue }
            if own == nil { common = formula } else if own == agency { return formula }
        }
        return common
    }

    /// The limits of the base of a region in a month; nil where the table has none.
    package func baseLimits(of region: RegionCode, in month: CalendarMonth) -> BaseLimits? {
        guard let day = CivilDate(year: month.year, month: month.month, day: 1) else { return nil }
        for row in self[.baseLimits]?.rows(on: day) ?? [] {
            if case .baseLimits(let limits, region) = row.fact { return limits }
        }
        return nil
    }

    /// The limit of a step by a profile, for a clock that starts on a day; nil where the table has none.
    ///
    /// Source: BR-225: limits differ by profile, and a promise holds from its day on.
    package func workingDays(of step: Clock, by profile: String, from day: CivilDate) -> Int? {
        for row in self[.deadlines]?.rows(on: day) ?? [] {
            if case .deadline(let own, step, let days) = row.fact, own.utf8.elementsEqual(profile.utf8) { return days }
        }
        return nil
    }

    /// The versions that make the interest of a computation.
    package var interestVersions: [RuleVersions.Table] {
        let names = [RuleTableName.interestRates, .interestFormulas]
        return names.map {
            RuleVersions.Table(name: $0.rawValue, version: self[$0]?.version ?? RuleVersions.Table.settings)
        }
    }
}

extension WorkingDayCalendar {
    /// The calendar of an imported edition: its years as it states them, all others as they are built in.
    ///
    /// - Returns: nil when the table is no calendar, or its years leave a gap.
    package init?(edition table: RuleTable) {
        guard table.name == .calendar, let years = table.years,
            let calendar = WorkingDayCalendar.shipped.stating(
                years, edition: table.version,
                days: table.rows.flatMap { row -> [(CivilDate, Bool)] in
                    let numbers = row.from.dayNumber...max(row.from, row.until ?? row.from).dayNumber
                    return numbers.compactMap { CivilDate(dayNumber: $0) }.map { ($0, row.fact == .workingDay) }
                })
        else { return nil }
        self = calendar
    }
}
