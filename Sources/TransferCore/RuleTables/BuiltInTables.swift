extension RuleTable {
    /// The tables that are built in, as they would be written; what they say is what the program computes with.
    package static func builtIn(_ name: RuleTableName) -> RuleTable? {
        switch name {
        case .interestRates, .interestFormulas, .baseLimits: nil
        case .shares: shares
        case .minimums: minimums
        case .deadlines: deadlines
        case .calendar: calendar
        }
    }

    private static func row(_ from: String, _ until: String? = nil, _ fact: RuleFact) -> RuleRow {
        guard let first = CivilDate(from) else { preconditionFailure("\(from) is a day") }
        return RuleRow(from: first, until: until.flatMap { CivilDate($0) }, fact: fact)
    }

    /// Source: 国办发〔2009〕66号, Art. 4; 人社厅发〔2017〕7号, Art. 8 (BR-081 to BR-083, BR-087, BR-090).
    private static let shares = RuleTable(
        name: .shares, version: RuleVersion.builtIn, source: "国办发〔2009〕66号第四条；人社厅发〔2017〕7号第八条",
        rows: [
            row("1980-01-01", "1997-12-31", .shares(account: nil, pooled: .zero)),
            row("1998-01-01", "2005-12-31", .shares(account: .accountShareTo2005, pooled: .pooledShare)),
            row("2006-01-01", nil, .shares(account: .accountShareFrom2006, pooled: .pooledShare)),
        ])

    /// Source: 国办发〔2009〕66号, Art. 5 and 6; 人社厅发〔2019〕94号, items 一 and 二 (BR-035, BR-157, BR-180).
    private static let minimums = RuleTable(
        name: .minimums, version: RuleVersion.builtIn, source: "国办发〔2009〕66号第五条、第六条；人社厅发〔2019〕94号第一、二项",
        rows: [
            row("2010-01-01", nil, .minimum(.temporaryAgeMale, 50)),
            row("2010-01-01", nil, .minimum(.temporaryAgeFemale, 40)),
            row("2010-01-01", nil, .minimum(.benefitPlaceMonths, 120)),
            row("2010-01-01", nil, .minimum(.backPaymentMonths, 36)),
        ])

    /// Profiles to begin with; a node takes its own from its settings or from an imported table.
    ///
    /// Source: 国办发〔2009〕66号, Art. 8, and 人社部发〔2009〕187号 for N2010; Guangxi's promise for ONLINE15; 医保办发
    /// 〔2021〕43号 for medical accounts; the procedure of the Ministry of Housing of 2017; Hohhot's guide for clearing;
    /// our choice of the limits for what is asked and waited for beside the straight road (BR-030, BR-063, BR-123, BR-201, BR-205, BR-225).
    private static let deadlines = RuleTable(
        name: .deadlines, version: RuleVersion.builtIn, source: "国办发〔2009〕66号第八条；人社部发〔2009〕187号；各地承诺",
        rows: [
            limits("N2010", from: "2010-01-01", [.review: 15, .originReply: 15, .reconciliation: 15]),
            limits("N2010", from: "2010-01-01", [.correction: 10, .difference: 10, .bouncedRemittance: 5]),
            limits("N2010", from: "2010-01-01", [.supplement: 20, .query: 10, .hold: 10, .recall: 10]),
            limits("N2010", from: "2010-01-01", [.fundsReturn: 10, .clearing: 22]),
            limits("ONLINE15", from: "2020-01-01", [.review: 8, .originReply: 7]),
            limits("MEDICAL", from: "2021-12-01", [.originReply: 10, .reconciliation: 5]),
            limits("HOUSING", from: "2017-07-01", [.review: 3, .originReply: 5]),
        ].flatMap(\.self))

    private static func limits(_ profile: String, from: String, _ days: [Clock: Int]) -> [RuleRow] {
        Clock.allCases.compactMap { step in
            days[step].map { row(from, nil, .deadline(profile: profile, step: step, workingDays: $0)) }
        }
    }

    private static let calendar: RuleTable = {
        let shipped = ShippedCalendar.years.flatMap { year -> [RuleRow] in
            let off = WorkingDayCalendar.runs(year.off, of: year.year).map { ($0, RuleFact.dayOff) }
            let worked = WorkingDayCalendar.runs(year.worked, of: year.year).map { ($0, RuleFact.workingDay) }
            return (off + worked).compactMap { run, fact in
                guard let from = CivilDate(dayNumber: run.lowerBound) else { return nil }
                let until = CivilDate(dayNumber: run.upperBound)
                return RuleRow(from: from, until: run.count > 1 ? until : from, fact: fact)
            }
        }
        return RuleTable(
            name: .calendar, version: ShippedCalendar.edition, source: "国务院办公厅历年节假日安排通知",
            years: WorkingDayCalendar.shipped.publishedYears, rows: shipped)
    }()
}
