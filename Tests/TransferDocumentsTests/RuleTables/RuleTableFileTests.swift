import Testing
import TransferCore
import TransferDocuments

@Suite struct `A file of a table` {
    @Test func `is read with years, months and days`() throws {
        let rates = try read(
            "interest-rates", #"{"from":2016,"rateBp":831},{"from":2010,"until":2011,"province":"44","rateBp":300}"#)
        #expect(rates.rows[0].until == CivilDate("2016-12-31"))
        #expect(rates.rows[1].from == CivilDate("2010-01-01") && rates.rows[1].until == CivilDate("2011-12-31"))
        let limits = try read(
            "base-limits", #"{"from":"2020-07","until":"2021-02","region":"440100","floorFen":1,"ceilingFen":2}"#)
        #expect(limits.rows[0].until == CivilDate("2021-02-28"))
        let days = try read("calendar", #"{"from":"2027-01-01","day":"off"}"#, years: #"{"from":2027,"until":2027}"#)
        #expect(days.rows[0].until == CivilDate("2027-01-01") && days.years == 2027...2027)
        let deadlines = try read(
            "deadlines", #"{"from":"2020-01-01","profile":"ONLINE15","step":"letter","workingDays":8}"#)
        #expect(deadlines.rows[0].until == nil)
    }

    @Test(arguments: RuleTableName.allCases)
    func `of a built-in table reads back to the same`(name: RuleTableName) throws {
        guard let table = RuleTable.builtIn(name) else { return }
        #expect(try RuleTableFile.read(try RuleTableFile.write(table)) == table)
    }

    @Test func `tells everything that is wrong at once, each with its place`() {
        let rows = """
            {"from":2016,"rateBp":831,"rate":1}, {"from":"2017","rateBp":712}, {"from":2018,"rateBp":9999},
            {"from":2019}
            """
        let text = #"{"table":"interest-rates","version":"a b","source":"","rows":[\#(rows)],"more":1}"#
        let faults = #expect(throws: RuleTableFaults.self) { try RuleTableFile.read(Array(text.utf8)) }?.faults ?? []
        #expect(
            Set(faults.map(\.pointer))
                == [
                    "/version", "/source", "/more", "/rows/0/rate", "/rows/1/from", "/rows/2/rateBp", "/rows/3/rateBp",
                ])
    }

    @Test(arguments: [
        ("interest-rates", #"{"from":2016,"rateBp":1},{"from":2015,"until":2016,"rateBp":2}"#, "/rows/1"),
        ("interest-rates", #"{"from":2016,"province":"44","rateBp":1}"#, "/rows/0"),
        ("interest-rates", #"{"from":2016,"until":2015,"rateBp":1}"#, "/rows/0/until"),
        ("interest-rates", "", "/rows"),
        ("interest-formulas", #"{"from":2016,"formula":"weekly"}"#, "/rows/0/formula"),
        ("base-limits", #"{"from":"2020-01","region":"440100","floorFen":3,"ceilingFen":2}"#, "/rows/0/ceilingFen"),
        ("deadlines", #"{"from":"2020-01-01","profile":"P","step":"lunch","workingDays":8}"#, "/rows/0/step"),
        ("deadlines", #"{"from":"2020-01-01","profile":"P","step":"letter","workingDays":0}"#, "/rows/0/workingDays"),
        ("shares", #"{"from":"2006-01","accountShareBp":700,"pooledShareBp":1200}"#, "/rows"),
        ("minimums", #"{"from":"2010-01-01","minimum":"benefit-place-months","number":119}"#, "/rows"),
        ("holidays", "", "/table"),
    ])
    func `is refused where its rows cannot stand`(table: String, rows: String, pointer: String) {
        let faults = #expect(throws: RuleTableFaults.self) { try read(table, rows) }?.faults ?? []
        #expect(faults.map(\.pointer) == [pointer])
    }

    @Test(arguments: [
        (#"{"from":"2027-01-04","day":"working"}"#, "/rows/0"),
        (#"{"from":"2026-12-31","day":"off"}"#, "/rows/0"),
        (#"{"from":"2027-02-29","day":"off"}"#, "/rows/0/from"),
        (#"{"from":"2027-01-09","day":"working"},{"from":"2027-01-08","until":"2027-01-10","day":"off"}"#, "/rows/1"),
    ])
    func `of holidays is refused where a day cannot be what it says`(rows: String, pointer: String) {
        let faults =
            #expect(throws: RuleTableFaults.self) { try read("calendar", rows, years: #"{"from":2027,"until":2027}"#) }?
            .faults ?? []
        #expect(faults.map(\.pointer) == [pointer])
    }

    @Test(arguments: ["", "[]", #"{"table":"deadlines","table":"deadlines"}"#, "{"])
    func `that is no JSON object is refused`(text: String) {
        #expect(throws: RuleTableFaults.self) { try RuleTableFile.read(Array(text.utf8)) }
    }

    @Test func `cannot take the name under which settings are told`() {
        let text = #"{"table":"interest-rates","version":"settings","source":"s","rows":[{"from":2016,"rateBp":831}]}"#
        #expect(throws: RuleTableFaults.self) { try RuleTableFile.read(Array(text.utf8)) }
    }

    @Test func `shows its rows to people`() throws {
        let rates = try read("interest-rates", #"{"from":2016,"rateBp":831},{"from":2010,"until":2012,"rateBp":250}"#)
        #expect(
            rates.rows.map { $0.text(in: .interestRates) } == [
                "2016, national: 8.31%", "2010 to 2012, national: 2.50%",
            ])
    }

    private func read(_ table: String, _ rows: String, years: String? = nil) throws -> RuleTable {
        let years = years.map { #","years":\#($0)"# } ?? ""
        let text = #"{"table":"\#(table)","version":"1","source":"test"\#(years),"rows":[\#(rows)]}"#
        return try RuleTableFile.read(Array(text.utf8))
    }
}
