import Casework
import Testing
import TransferCore

/// Writes files of records for the tests. The people are invented.
enum RecordsCast {
    static let header =
        "record,resident_id,name,household_province,relation,status,enrolled_on,deceased,draws_pension,legal_hold,"
        + "carried_year_end,carried_balance_fen,medical_balance_fen,housing_balance_fen,year,from,to,kind,base_fen,"
        + "own_share_bp,credited_share_bp,employer_share_bp,paid_on"

    /// A person born on 1 January 1985, with the right check digit, registered in a region that was never given.
    static func resident(_ serial: Int) -> String {
        let places = "11999919850101" + String(String(1_000 + serial).suffix(3))
        for check in "0123456789X" {
            if let id = try? ResidentID(places + String(check)) { return id.fullText }
        }
        preconditionFailure("one check digit is right")
    }

    /// A row of a person; fields are replaced by name.
    static func person(_ serial: Int = 1, _ changes: [String: String] = [:]) -> String {
        row(
            [
                "record": "person", "resident_id": resident(serial), "name": "林芳", "household_province": "51",
                "relation": "general", "status": "stopped", "enrolled_on": "2010-07-01", "deceased": "no",
                "draws_pension": "no", "legal_hold": "no",
            ], changes)
    }

    /// A row of contributions for January to December 2019.
    static func line(_ serial: Int = 1, _ changes: [String: String] = [:]) -> String {
        row(
            [
                "record": "line", "resident_id": resident(serial), "year": "2019", "from": "2019-01", "to": "2019-12",
                "kind": "ordinary", "base_fen": "512300", "own_share_bp": "800", "credited_share_bp": "800",
                "employer_share_bp": "1600",
            ], changes)
    }

    private static func row(_ fields: [String: String], _ changes: [String: String]) -> String {
        let fields = fields.merging(changes) { $1 }
        return header.split(separator: ",").map { fields[String($0)] ?? "" }.joined(separator: ",")
    }

    static func read(_ rows: String..., header: String = header) throws(RecordsFaults) -> [PersonRecord] {
        try read(bytes: Array(([header] + rows).joined(separator: "\n").utf8))
    }

    static func read(bytes: [UInt8]) throws(RecordsFaults) -> [PersonRecord] {
        guard let chengdu = AgencyCode("510100"), let month = CalendarMonth("2026-11") else {
            preconditionFailure("values that exist")
        }
        return try RecordsFile.read(bytes, of: chengdu, in: month)
    }
}

@Suite struct `A file of records` {
    @Test func `gives every person with the lines in their order`() throws {
        let records = try RecordsCast.read(
            RecordsCast.line(1, ["year": "2020", "from": "2020-01", "to": "2020-06"]),
            RecordsCast.person(
                1,
                [
                    "enrolled_on": "2019-03-01; 2010-07-01", "carried_year_end": "2018",
                    "carried_balance_fen": "3456789",
                    "medical_balance_fen": "12345", "legal_hold": "yes",
                ]),
            RecordsCast.person(2, ["name": "魏军", "relation": "temporary", "status": "active", "enrolled_on": ""]),
            RecordsCast.line(1))
        #expect(records.map(\.person.name) == ["林芳", "魏军"])
        let first = records[0]
        #expect(first.person.residentID.fullText == RecordsCast.resident(1))
        #expect(first.householdProvince.text == "51")
        #expect(first.relation == .general && records[1].relation == .temporary)
        #expect(!first.isActive && records[1].isActive)
        #expect(first.enrolledOn == [CivilDate("2010-07-01"), CivilDate("2019-03-01")])
        #expect(first.hasLegalHold && !first.isDeceased && !first.drawsPension)
        #expect(first.carried == CarriedBalance(yearEnd: 2018, balance: Money(fen: 3_456_789)))
        #expect(first.balances == [.medical: Money(fen: 12_345)])
        #expect(first.lines.map(\.year) == [2020, 2019])
        #expect(first.lines[1].base == Money(fen: 512_300) && first.lines[1].months == 12)
        #expect(records[1].lines.isEmpty && records[1].enrolledOn.isEmpty && records[1].carried == nil)
    }

    @Test func `may be quoted, have its columns in any order, and end its rows either way`() throws {
        let names = RecordsCast.header.split(separator: ",")
        let fields = RecordsCast.person().split(separator: ",", omittingEmptySubsequences: false)
        let text =
            names.reversed().joined(separator: ",") + "\r\n"
            + fields.reversed().map { $0.isEmpty ? "" : "\" \($0)\"" }.joined(separator: ",") + "\r\n"
        let plain = try RecordsCast.read(RecordsCast.person())
        #expect(try RecordsCast.read(bytes: [0xEF, 0xBB, 0xBF] + Array(text.utf8)) == plain)
        #expect(try RecordsCast.read(bytes: Array(text.utf8)) == plain)
    }

    @Test func `keeps rare characters of names`() throws {
        let name = "𠮷田·阿𪚥"
        #expect(try RecordsCast.read(RecordsCast.person(1, ["name": name])).first?.person.name == name)
    }

    /// The change to a row of a person, and the code and column of its only fault.
    private static let faultsOfPersons: [(field: String, value: String, code: String)] = [
        ("record", "People", "record-unknown"), ("record", "", "record-unknown"),
        ("resident_id", "", "missing-field"), ("resident_id", "3.20106E+17", "resident-id-spreadsheet"),
        ("resident_id", "119999198501011000", "resident-id-spreadsheet"),
        ("resident_id", "119999198501010021", "resident-id-check-digit"),
        ("resident_id", "119999198513010021", "resident-id-date"),
        ("resident_id", "11999919850101", "resident-id-length"),
        ("resident_id", "11999919850101002Y", "resident-id-character"),
        ("name", "", "missing-field"), ("name", "\u{3000}林芳", "invalid-format"),
        ("name", "林\u{200B}芳", "invalid-format"),
        ("name", "=1+1", "invalid-format"), ("name", String(repeating: "林", count: 51), "invalid-format"),
        ("name", "\u{F900}", "invalid-format"), ("name", "e\u{301}", "invalid-format"),
        ("household_province", "510100", "unknown-value"), ("household_province", "99", "unknown-value"),
        ("relation", "General", "unknown-value"), ("status", "", "missing-field"), ("status", "1", "unknown-value"),
        ("enrolled_on", "2026/2/3", "date-format"), ("enrolled_on", "45321", "date-format"),
        ("enrolled_on", "2026-02-30", "impossible-date"), ("enrolled_on", "2010-07-01;", "date-format"),
        ("enrolled_on", "2010-07-01;2010-07-01", "duplicate-value"),
        ("deceased", "0", "unknown-value"), ("draws_pension", "TRUE", "unknown-value"),
        ("legal_hold", "", "missing-field"),
        ("carried_year_end", "2018", "missing-field"), ("carried_balance_fen", "1", "missing-field"),
        ("medical_balance_fen", "123.45", "number-format"),
        ("medical_balance_fen", "1e3", "number-format"), ("medical_balance_fen", "-1", "number-format"),
        ("medical_balance_fen", "１２", "invalid-format"), ("medical_balance_fen", "=A1", "invalid-format"),
        ("housing_balance_fen", "1000000000001", "out-of-range"), ("housing_balance_fen", "007", "invalid-format"),
        ("year", "2019", "field-not-empty"), ("base_fen", "1", "field-not-empty"),
    ]

    @Test(arguments: faultsOfPersons.map { [$0.field, $0.value, $0.code] })
    func `is refused for a field of a person that is not in order`(change: [String]) {
        let faults = #expect(throws: RecordsFaults.self) {
            try RecordsCast.read(RecordsCast.person(2), RecordsCast.person(1, [change[0]: change[1]]))
        }
        #expect(faults?.faults.map(\.code) == [change[2]])
        #expect(faults?.faults.first?.line == 3)
        if change[0] != "carried_year_end", change[0] != "carried_balance_fen" {
            #expect(faults?.faults.first?.column == change[0])
        }
        if change[1].utf8.count > 3 {
            #expect(faults?.description.contains(change[1]) == false, "what stands in the file is not repeated")
        }
    }

    @Test(arguments: [
        ["year", "1979", "out-of-range"], ["year", "", "missing-field"], ["year", "19.5", "number-format"],
        ["from", "2019/01", "month-format"], ["from", "2019-13", "month-format"], ["to", "Jan-19", "month-format"],
        ["kind", "paid", "unknown-value"], ["base_fen", "", "missing-field"],
        ["base_fen", "10000000001", "out-of-range"],
        ["own_share_bp", "10001", "out-of-range"], ["credited_share_bp", "8%", "invalid-format"],
        ["employer_share_bp", "", "missing-field"], ["paid_on", "2019-1-1", "date-format"],
        ["name", "林芳", "field-not-empty"], ["status", "active", "field-not-empty"],
        // The rules that several fields of a line make together.
        ["to", "2018-12", "wrong-order"], ["year", "2018", "month-outside-year"],
        ["paid_on", "2019-05-01", "conflicting-fields"],
        ["kind", "back-payment", "missing-field"],
    ])
    func `is refused for a field of a line that is not in order`(change: [String]) {
        let faults = #expect(throws: RecordsFaults.self) {
            try RecordsCast.read(RecordsCast.person(), RecordsCast.line(1, [change[0]: change[1]]))
        }
        #expect(faults?.faults.map(\.code) == [change[2]])
        #expect(faults?.faults.first?.line == 3)
    }

    @Test func `is judged by the rules of a fund request, every faulty line by its own number`() {
        let faults = #expect(throws: RecordsFaults.self) {
            try RecordsCast.read(
                RecordsCast.line(1), RecordsCast.line(1, ["from": "2019-06"]), RecordsCast.line(1, ["from": "2019-12"]),
                RecordsCast.line(1, ["year": "2026", "from": "2026-12", "to": "2026-12"]),
                RecordsCast.person(1, ["carried_year_end": "2018", "carried_balance_fen": "1"]),
                RecordsCast.line(1, ["year": "2018", "from": "2018-01", "to": "2018-02"]))
        }
        #expect(
            faults?.faults.map { "\($0.line) \($0.code)" } == [
                "3 overlapping-lines", "4 overlapping-lines", "5 after-transfer", "7 before-carried",
            ])
    }

    @Test func `holds each person once, and no lines of anybody else`() {
        let faults = #expect(throws: RecordsFaults.self) {
            try RecordsCast.read(RecordsCast.person(1), RecordsCast.person(1), RecordsCast.line(2))
        }
        #expect(faults?.faults.map { "\($0.line) \($0.code)" } == ["3 person-twice", "4 person-missing"])
    }

    @Test func `tells all that is wrong, and imports nothing`() {
        let faults = #expect(throws: RecordsFaults.self) {
            try RecordsCast.read(
                RecordsCast.person(1, ["name": "", "relation": "x"]), RecordsCast.person(2),
                RecordsCast.line(1, ["kind": "x"]), "person,too,short")
        }
        #expect(
            faults?.faults.map { "\($0.line) \($0.column ?? "-") \($0.code)" } == [
                "2 name missing-field", "2 relation unknown-value", "4 kind unknown-value", "5 - field-count",
            ])
        #expect(faults?.isCut == false)
    }

    @Test func `is read no further than 200 faults`() {
        let rows = Array(repeating: RecordsCast.line(7, ["kind": "x"]), count: 300).joined(separator: "\n")
        let faults = #expect(throws: RecordsFaults.self) { try RecordsCast.read(rows) }
        #expect(faults?.faults.count == 200)
        #expect(faults?.isCut == true)
    }
}

@Suite struct `A file that is no file of records` {
    private func codes(_ bytes: [UInt8]) -> [String] {
        do {
            _ = try RecordsCast.read(bytes: bytes)
            return []
        } catch {
            return error.faults.map(\.code)
        }
    }

    private func codes(_ text: String) -> [String] { codes(Array(text.utf8)) }

    @Test func `is refused with what it seems to be`() {
        #expect(codes("") == ["file-empty"])
        #expect(codes(RecordsCast.header) == ["no-rows"])
        #expect(codes([0x50, 0x4B, 0x03, 0x04, 0x14]) == ["workbook"])
        #expect(codes([0xD0, 0xCF, 0x11, 0xE0, 0xA1]) == ["workbook"])
        #expect(codes([0xFF, 0xFE, 0x72, 0x00]) == ["not-utf8"])
        #expect(codes(RecordsCast.header.replacing(",", with: ";") + "\n") == ["delimiter"])
        #expect(codes(RecordsCast.header.replacing(",", with: "\t") + "\n") == ["delimiter"])
        #expect(codes([UInt8](repeating: 0x20, count: RecordsFile.longest + 1)) == ["file-too-long"])
    }

    @Test func `of another encoding is refused on the line where it shows`() {
        let gbk: [UInt8] = [0xC1, 0xD6, 0xB7, 0xBC]
        let bytes = Array((RecordsCast.header + "\n" + RecordsCast.person() + "\n").utf8) + gbk
        let faults = #expect(throws: RecordsFaults.self) { try RecordsCast.read(bytes: bytes) }
        #expect(faults?.faults.map { "\($0.line) \($0.code)" } == ["3 not-utf8"])
    }

    @Test func `has every column once and none besides`() {
        #expect(
            codes(RecordsCast.header.replacing("base_fen", with: "base"))
                == ["column-missing", "column-unknown"].reversed())
        #expect(codes(RecordsCast.header + ",note") == ["column-unknown"])
        #expect(codes(RecordsCast.header + ",name") == ["column-twice"])
        #expect(codes(RecordsCast.header.replacing(",paid_on", with: "")) == ["column-missing"])
    }

    @Test(arguments: [
        ("person,\"open", "csv-syntax"), ("person,a\"b", "csv-syntax"), ("person,\"a\"b", "csv-syntax"),
        ("person,a\rb", "csv-syntax"), ("person,\(String(repeating: "x", count: 1_025))", "field-too-long"),
        (",,,", "blank-row"), ("", "blank-row"), ("person", "field-count"),
    ])
    func `is refused for rows that cannot be taken apart`(row: String, code: String) {
        #expect(codes([RecordsCast.header, RecordsCast.person(), row, ""].joined(separator: "\n")) == [code])
    }

    @Test func `is read on after a row that cannot be taken apart`() {
        #expect(
            codes([RecordsCast.header, "person,a\"b", "x", RecordsCast.person()].joined(separator: "\n")) == [
                "csv-syntax", "field-count",
            ])
    }
}
