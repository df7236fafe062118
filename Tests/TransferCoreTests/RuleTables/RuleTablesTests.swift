import Testing
import TransferCore

@Suite struct `The tables of the rules` {
    @Test func `give the rate of a year, the province's before the national one`() {
        let tables = RuleTables([
            table(
                .interestRates,
                [
                    row("2010-01-01", "2010-12-31", .interestRate(share(250), province: nil)),
                    row("2010-01-01", "2010-12-31", .interestRate(share(300), province: province("44"))),
                    row("2016-01-01", "2016-12-31", .interestRate(share(831), province: nil)),
                ])
        ])
        #expect(tables.rate(of: 2010, in: province("44")) == share(300))
        #expect(tables.rate(of: 2010, in: province("33")) == share(250))
        #expect(tables.rate(of: 2016, in: province("44")) == share(831))
        #expect(tables.rate(of: 2017, in: province("44")) == nil)
        #expect(RuleTables().rate(of: 2016, in: nil) == nil)
    }

    @Test func `reckon interest by the agency's own formula and rates, and without a table as the settings say`() {
        let settings = InterestTerms(formula: .annual, rates: [2020: share(604)])
        let agency = region("440100")
        let formulas = table(
            .interestFormulas,
            [
                row("2000-01-01", nil, .interestFormula(.annual, agency: nil)),
                row("2020-01-01", nil, .interestFormula(.monthlyProducts, agency: agency)),
            ])
        let rates = table(
            .interestRates, [row("2020-01-01", "2021-12-31", .interestRate(share(669), province: nil))])
        #expect(RuleTables().interest(of: agency, in: month("2022-03"), otherwise: settings) == settings)
        let both = RuleTables([formulas, rates])
        #expect(
            both.interest(of: agency, in: month("2022-03"), otherwise: settings)
                == InterestTerms(formula: .monthlyProducts, rates: [2020: share(669), 2021: share(669)]))
        #expect(both.interest(of: agency, in: month("2019-03"), otherwise: settings).formula == .annual)
        #expect(both.interest(of: region("330100"), in: month("2022-03"), otherwise: settings).formula == .annual)
        #expect(both.interestVersions.map(\.version) == ["1", "1"])
        #expect(RuleTables([rates]).interestVersions.map(\.version) == ["1", "settings"])
    }

    @Test(arguments: [("2019-12-31", 15), ("2020-01-01", 8), ("2024-06-01", 8)])
    func `give the limit of a step by the day on which its clock starts`(from: String, days: Int) {
        let tables = RuleTables([
            table(
                .deadlines,
                [
                    row("2010-01-01", "2019-12-31", .deadline(profile: "P", step: .review, workingDays: 15)),
                    row("2020-01-01", nil, .deadline(profile: "P", step: .review, workingDays: 8)),
                ])
        ])
        #expect(tables.workingDays(of: .review, by: "P", from: day(from)) == days)
        #expect(tables.workingDays(of: .originReply, by: "P", from: day(from)) == nil)
        #expect(tables.workingDays(of: .review, by: "Q", from: day(from)) == nil)
    }

    @Test func `give the limits of a base by region and month`() {
        let limits = BaseLimits(floor: Money(fen: 100), ceiling: Money(fen: 900))
        let tables = RuleTables([
            table(.baseLimits, [row("2020-07-01", "2021-06-30", .baseLimits(limits, region: region("440100")))])
        ])
        #expect(tables.baseLimits(of: region("440100"), in: month("2020-07")) == limits)
        #expect(tables.baseLimits(of: region("440100"), in: month("2021-07")) == nil)
        #expect(tables.baseLimits(of: region("330100"), in: month("2020-07")) == nil)
    }

    @Test func `have in force what was imported last`() {
        let first = table(.interestRates, [row("2020-01-01", "2020-12-31", .interestRate(share(1), province: nil))])
        let second = RuleTable(
            name: .interestRates, version: "2", source: "s",
            rows: [row("2020-01-01", "2020-12-31", .interestRate(share(2), province: nil))])
        #expect(RuleTables([first, second]).rate(of: 2020, in: nil) == share(2))
        #expect(RuleTables([first]).adding(second).rate(of: 2020, in: nil) == share(2))
        #expect(RuleTables([second, first])[.interestRates]?.version == "1")
    }
}

@Suite struct `An imported calendar` {
    /// Invented holidays: the notice for 2027 is not out.
    private let edition = RuleTable(
        name: .calendar, version: "2027.1", source: "test", years: 2026...2027,
        rows: [
            row("2026-01-01", "2026-01-03", .dayOff), row("2026-12-31", "2026-12-31", .dayOff),
            row("2027-01-01", "2027-01-04", .dayOff), row("2027-01-09", "2027-01-09", .workingDay),
        ])

    @Test func `adds a year and changes December of the year before`() throws {
        let calendar = try #require(WorkingDayCalendar(edition: edition))
        #expect(calendar.edition == "2027.1")
        #expect(calendar.publishedYears == 2004...2027)
        #expect(WorkingDayCalendar.shipped.isWorkingDay(day("2026-12-31")))
        #expect(!calendar.isWorkingDay(day("2026-12-31")))
        #expect(!calendar.isWorkingDay(day("2027-01-04")))
        #expect(calendar.isWorkingDay(day("2027-01-09")) && !calendar.isWorkingDay(day("2027-01-10")))
        // What it does not state stays as it is built in.
        #expect(!calendar.isWorkingDay(day("2025-10-08")))
    }

    @Test func `settles a provisional deadline`() throws {
        let before = WorkingDayCalendar.shipped.due(after: day("2026-12-28"), workingDays: 5)
        #expect(before.isProvisional && before.date == day("2027-01-04"))
        let after = try #require(WorkingDayCalendar(edition: edition)).due(after: day("2026-12-28"), workingDays: 5)
        #expect(!after.isProvisional && after.date == day("2027-01-07") && after.edition == "2027.1")
    }

    @Test func `that leaves a gap is none`() {
        let late = RuleTable(name: .calendar, version: "x", source: "s", years: 2028...2028, rows: [])
        #expect(WorkingDayCalendar(edition: late) == nil)
        #expect(late.faults().map(\.pointer) == ["/years/from"])
    }
}

@Suite struct `The built-in tables` {
    @Test(arguments: RuleTableName.allCases)
    func `are in order`(name: RuleTableName) {
        #expect(RuleTable.builtIn(name)?.faults() ?? [] == [])
    }

    /// The table is what the program computes with: each share is taken from a computation, not from a constant.
    @Test(arguments: ["1990-05", "1997-12", "1998-01", "2005-12", "2006-01", "2024-05"])
    func `say the shares that are computed with`(text: String) throws {
        let table = try #require(RuleTable.builtIn(.shares))
        let rows = table.rows(on: day("\(text)-01"))
        let row = try #require(rows.first)
        guard rows.count == 1, case .shares(let account, let pooled) = row.fact else {
            Issue.record("one row of shares holds in \(text)")
            return
        }
        let base: Int64 = 10_000_00
        let own = 613
        let funds = try funds([line(text, text, base: base, own: own)]).computeFunds()
        #expect(funds.lines[0].principal == Money(fen: base * Int64(account?.value ?? own) / 10_000))
        #expect(funds.lines[0].pooled == Money(fen: base * Int64(pooled.value) / 10_000))
    }

    @Test func `say the ages from which an enrolment is temporary`() throws {
        for (minimum, sex) in [(RuleMinimum.temporaryAgeMale, Sex.male), (.temporaryAgeFemale, .female)] {
            let age = try number(minimum)
            #expect(decision(sex, age: age - 1) == .letter)
            #expect(decision(sex, age: age) == .temporaryAccount)
        }
    }

    @Test func `say the months of a back payment that need a paper`() throws {
        let months = try number(.backPaymentMonths)
        #expect(BackPayment(months: months, paidOn: day("2020-01-05"), paper: nil).finding.withheldMonths == months)
        #expect(BackPayment(months: months - 1, paidOn: day("2020-01-05"), paper: nil).finding.withheldMonths == 0)
    }

    @Test func `say the limits that hold where nothing else is said`() throws {
        let tables = RuleTables([try #require(RuleTable.builtIn(.deadlines))])
        for step in Clock.allCases {
            #expect(tables.workingDays(of: step, by: "N2010", from: day("2026-01-05")) == step.defaultWorkingDays)
        }
    }

    @Test func `of holidays are the shipped calendar`() throws {
        let table = try #require(RuleTable.builtIn(.calendar))
        let again = try #require(WorkingDayCalendar(edition: table))
        var today: CivilDate? = day("2004-01-01")
        while let day = today, day.year < 2027 {
            #expect(again.isWorkingDay(day) == WorkingDayCalendar.shipped.isWorkingDay(day))
            today = day.next
        }
    }

    private func number(_ minimum: RuleMinimum) throws -> Int {
        let rows = try #require(RuleTable.builtIn(.minimums)).rows
        for row in rows { if case .minimum(minimum, let number) = row.fact { return number } }
        throw RuleTableFault("", "no \(minimum.rawValue)")
    }

    private func decision(_ sex: Sex, age: Int) -> Decision? {
        let facts = PensionFacts(
            applicationDate: day("2026-04-10"), birthDate: day("\(2026 - age)-02-01"), sex: sex,
            householdProvince: province("34"), origin: region("440100"), destination: region("330100"),
            originRelation: .general, purpose: .move, enrolments: [day("2026-03-01")], monthsPaid: 1,
            moveIsApproved: false, hasLabourRelation: false, nameAtOrigin: "林芳", nameAtDestination: "林芳",
            hasCaseUnderWay: false, isDeceased: false, drawsPension: false, hasRecordAtOrigin: true,
            isActiveAtOrigin: false, isUnderLegalHold: false, arrearsMonths: 0, backPayments: [])
        return try? facts.decide().decision
    }
}

@Suite struct `A difference between versions` {
    @Test func `tells rows that are added, changed and removed`() {
        let old = table(
            .interestRates,
            [
                row("2019-01-01", "2019-12-31", .interestRate(share(761), province: nil)),
                row("2020-01-01", "2020-12-31", .interestRate(share(604), province: nil)),
                row("2021-01-01", "2021-12-31", .interestRate(share(669), province: nil)),
            ])
        let new = table(
            .interestRates,
            [
                row("2022-01-01", "2022-12-31", .interestRate(share(612), province: nil)),
                row("2020-01-01", "2020-12-31", .interestRate(share(605), province: nil)),
                row("2021-01-01", "2021-12-31", .interestRate(share(669), province: nil)),
            ])
        let difference = RuleTableDifference(from: old, to: new)
        #expect(difference.added == [new.rows[0]])
        #expect(difference.changed.map(\.old) == [old.rows[1]] && difference.changed.map(\.new) == [new.rows[1]])
        #expect(difference.removed == [old.rows[0]])
        #expect(RuleTableDifference(from: old, to: old).isEmpty)
        #expect(RuleTableDifference(from: nil, to: old).added.count == 3)
    }

    @Test func `looks at the years that a calendar states only`() throws {
        let shipped = try #require(RuleTable.builtIn(.calendar))
        let edition = RuleTable(
            name: .calendar, version: "x", source: "s", years: 2026...2026,
            rows: shipped.rows.filter { $0.from.year == 2026 })
        #expect(RuleTableDifference(from: shipped, to: edition, within: edition.years).isEmpty)
    }
}

private func table(_ name: RuleTableName, _ rows: [RuleRow]) -> RuleTable {
    RuleTable(name: name, version: "1", source: "test", rows: rows)
}

private func row(_ from: String, _ until: String?, _ fact: RuleFact) -> RuleRow {
    RuleRow(from: day(from), until: until.map { day($0) }, fact: fact)
}
