import BankFiles
import Testing
import TransferCore

@Suite struct `The history of an account's files` {
    private static let evening = "2026-03-16T18:00:00+08:00"

    private static func statement(
        _ number: Int?, id: String? = nil, on day: String = "2026-03-16", at instant: String = evening,
        opening: Int64 = 1_000
    ) throws -> BankFile {
        .statement(
            try Cast.statement(
                id: id ?? "T\(number ?? 0)-\(day)", number: number, at: instant, on: Cast.date(day), opening: opening,
                closing: opening, []))
    }

    private static func sheet(_ number: Int?, on day: String = "2026-03-16", opening: Int64? = 1_000) throws -> BankFile
    {
        .sheet(
            try Cast.sheet(
                id: "Z\(number ?? 0)-\(day)", number: number, at: evening, on: Cast.date(day), opening: opening, []))
    }

    private static func notification(_ id: String, at instant: String) throws -> BankFile {
        .notification(
            try AccountNotificationFile(
                messageID: id, createdAt: instant, notificationID: id, account: Cast.weifangAccount, entries: []))
    }

    private static func digest(of file: BankFile) -> String { String(file.hashValue, radix: 16) }

    /// Files that come one after the other, and the fault of the last one.
    struct Row: CustomTestStringConvertible {
        let testDescription: String
        let files: @Sendable () throws -> [BankFile]
        let code: BankFileFault.Code?
        let path: String

        init(
            _ description: String, _ code: BankFileFault.Code?, _ path: String = "",
            _ files: @escaping @Sendable () throws -> [BankFile]
        ) {
            testDescription = description
            self.files = files
            self.code = code
            self.path = path
        }
    }

    private static let place = "BkToCstmrStmt/Stmt[1]"

    static let rows: [Row] = [
        Row("the next number", nil) { try [statement(7), statement(8)] },
        Row("the same number", .stale, "\(place)/ElctrncSeqNb") { try [statement(7), statement(7, id: "X")] },
        Row("a smaller number", .stale, "\(place)/ElctrncSeqNb") { try [statement(7), statement(6, id: "X")] },
        Row("yesterday's, without numbers", .stale, "\(place)/Bal[2]/Dt") {
            try [statement(nil), statement(nil, on: "2026-03-15")]
        },
        Row("yesterday's under the next number", .stale, "\(place)/Bal[2]/Dt") {
            try [statement(7), statement(8, on: "2026-03-15")]
        },
        Row("yesterday's sheet", .stale, "line[2]/终止日期") { try [statement(7), sheet(8, on: "2026-03-15")] },
        Row("a sheet with a used number", .stale, "line[2]/顺序号") { try [statement(7), sheet(7)] },
        Row("two of one day without numbers", nil) { try [statement(nil), statement(nil, id: "X")] },
        Row("another opening balance", .balance, "\(place)/Bal[1]/Amt") {
            try [statement(7), statement(8, opening: 999)]
        },
        Row("another opening balance of a sheet", .balance, "line[2]/期初余额") { try [sheet(7), sheet(8, opening: 999)] },
        Row("a sheet without balances", nil) { try [sheet(7), sheet(8, opening: nil)] },
        Row("another opening balance after a gap", nil) { try [statement(7), statement(9, opening: 999)] },
        Row("one that was missing", nil) {
            try [statement(7), statement(9, on: "2026-03-18"), statement(8, on: "2026-03-17")]
        },
        Row("one that was missing, twice", .stale, "\(place)/Bal[2]/Dt") {
            try [
                statement(7), statement(9, on: "2026-03-18"), statement(8, on: "2026-03-17"),
                statement(8, id: "X", on: "2026-03-17"),
            ]
        },
        Row("a gap of a hundred", nil) { try [statement(7), statement(108)] },
        Row("a gap of a hundred and one", .sequence, "\(place)/ElctrncSeqNb") { try [statement(7), statement(109)] },
        Row("two gaps of together too many", .sequence, "\(place)/ElctrncSeqNb") {
            try [statement(7), statement(100), statement(200)]
        },
        Row("number 1 of another year", nil) { try [statement(250), statement(1, on: "2027-01-04", opening: 5)] },
        Row("number 1 of the same year", .stale, "\(place)/ElctrncSeqNb") { try [statement(250), statement(1)] },
        Row("a used identifier", .duplicateFile, "BkToCstmrDbtCdtNtfctn/GrpHdr/MsgId") {
            try [notification("N1", at: evening), notification("N1", at: Cast.instant)]
        },
        Row("a used identifier of a statement", .duplicateFile, "BkToCstmrStmt/GrpHdr/MsgId") {
            try [statement(7, id: "X"), statement(8, id: "X")]
        },
        Row("an identifier that another kind of file has used", nil) {
            try [statement(7, id: "X"), notification("X", at: evening)]
        },
    ]

    @Test(arguments: rows)
    func `knows what is out of place`(_ row: Row) throws {
        let files = try row.files()
        var history = BankFileHistory()
        for file in files.dropLast() {
            #expect(try history.standing(of: file, digest: Self.digest(of: file)) == .expected)
            _ = history.add(file, digest: Self.digest(of: file))
        }
        let last = try #require(files.last)
        let found = fault { () throws(BankFileFault) in try history.standing(of: last, digest: Self.digest(of: last)) }
        #expect(found?.code == row.code, "\(found.map(String.init(describing:)) ?? "accepted")")
        if row.code != nil { #expect(found?.place == BankFilePlace(row.path)) }
    }

    /// With China's offset, without one, and in universal time: 18:00 in Beijing is 10:00 in Greenwich.
    @Test(arguments: [
        (evening, false), ("2026-03-16T17:59:59+08:00", true), ("2026-03-16T18:00:00", false),
        ("2026-03-16T17:59:59", true), ("2026-03-16T10:00:00Z", false), ("2026-03-16T09:59:59.9Z", true),
        ("2026-03-16T05:00:00-05:00", false), ("2026-03-17T00:00:00+08:00", false),
    ])
    func `finds a notification that is older than the newest statement`(_ instant: String, isLate: Bool) throws {
        var history = BankFileHistory()
        _ = history.add(try Self.statement(7), digest: "a")
        let standing = try history.standing(of: try Self.notification("N1", at: instant), digest: "b")
        guard case .late(let fault) = standing else {
            #expect(standing == .expected && !isLate)
            return
        }
        #expect(isLate)
        #expect(fault.code == .stale)
        #expect(fault.place == BankFilePlace("BkToCstmrDbtCdtNtfctn/GrpHdr/CreDtTm"))
    }

    @Test func `passes over the same bytes, however old`() throws {
        var history = BankFileHistory()
        let first = try Self.statement(7)
        _ = history.add(first, digest: "a")
        _ = history.add(try Self.statement(8, on: "2026-03-17"), digest: "b")
        let before = history
        #expect(try history.standing(of: first, digest: "a") == .again)
        #expect(history.add(first, digest: "a") == [])
        #expect(history == before)
    }

    @Test func `tells which statements are missing, and that one came`() throws {
        var history = BankFileHistory()
        #expect(history.add(try Self.statement(7), digest: "a") == [])
        #expect(history.add(try Self.statement(10), digest: "b") == [8, 9])
        #expect(history.add(try Self.statement(9), digest: "c") == [])
        #expect(history.missing == [8])
        #expect(history.newest?.number == 10)
    }

    @Test func `is read as it was written`() throws {
        var history = BankFileHistory()
        #expect(try BankFileHistory(reading: history.bytes()) == history)
        _ = history.add(try Self.statement(7), digest: "a")
        _ = history.add(try Self.notification("N,1", at: Cast.instant), digest: "b")
        _ = history.add(try Self.sheet(nil, opening: nil), digest: "c")
        #expect(try BankFileHistory(reading: history.bytes()) == history)
        _ = history.add(try Self.statement(9), digest: "d")
        _ = history.add(try Self.statement(12), digest: "e")
        #expect(try BankFileHistory(reading: history.bytes()) == history)
    }

    @Test func `remembers the newest identifiers, and no more than it may`() throws {
        var history = BankFileHistory()
        for number in 0...BankFileHistory.mostFiles {
            _ = history.add(try Self.notification("N\(number)", at: Self.evening), digest: "a")
        }
        #expect(try history.standing(of: try Self.notification("N0", at: Self.evening), digest: "b") == .expected)
        #expect(try history.standing(of: try Self.notification("N1", at: Self.evening), digest: "a") == .again)
        #expect(try BankFileHistory(reading: history.bytes()) == history)
    }

    @Test func `is read with the lines that were added, and forgets what is too old as if it was written whole`() throws
    {
        var history = BankFileHistory()
        _ = history.add(try Self.statement(7), digest: "a")
        var note = history.bytes()
        for number in 0..<BankFileHistory.mostAdded {
            let file = try Self.notification("N\(number)", at: Self.evening)
            note += try #require(BankFileHistory.line(of: file, digest: "b"))
            _ = history.add(file, digest: "b")
        }
        #expect(try BankFileHistory(reading: note) == history)
        #expect(BankFileHistory.line(of: try Self.statement(8), digest: "c") == nil)
        #expect(BankFileHistory.line(of: try Self.sheet(nil), digest: "c") == nil)
    }

    @Test func `ends with its last whole line, wherever the power failed`() throws {
        var history = BankFileHistory()
        _ = history.add(try Self.statement(7), digest: "a")
        _ = history.add(try Self.notification("N1", at: Self.evening), digest: "b")
        let bytes = history.bytes()
        for length in 0..<bytes.count {
            let read = try? BankFileHistory(reading: Array(bytes.prefix(length)))
            let whole = bytes.prefix(length).lastIndex(of: UInt8(ascii: "\n")).map { Array(bytes[...$0]) }
            #expect(try read == whole.map { try BankFileHistory(reading: $0) })
        }
        for wrong in ["", "jiexu bank files 2\n", "jiexu bank files 1\nfile a\n", "jiexu bank files 1\nmissing -1\n"] {
            #expect(throws: BankFileFault.self) { try BankFileHistory(reading: Array(wrong.utf8)) }
        }
    }
}

@Suite struct `The key of an entry` {
    /// A key with a right check character.
    private static func key(_ serial: Int, _ leg: String) throws -> String {
        let number = try #require(CaseNumber(destination: Cast.weifang, year: 2026, serial: serial))
        return try #require(OrderKey("\(number)/\(leg)")).text
    }

    private func match(_ text: String?, given: String? = nil) -> String? {
        AccountEntry(
            direction: .credit, amount: Money(fen: 1), bankReference: "R1", endToEndKey: given,
            counterpartyName: "山东省财政厅", counterpartyAccount: nil, bookedOn: Cast.day, purposeText: text, returned: nil
        ).matchingKey
    }

    @Test(arguments: ["K", "转移 K 基金", "转移K基金", "RMT-K", "附言:K,谢谢", "K K", "(K)", "/K/", "-K-", "１K２"])
    func `is found in the text`(_ template: String) throws {
        for leg in ["P1", "P12", "M1", "H99"] {
            let key = try Self.key(12, leg)
            #expect(match(template.replacing("K", with: key)) == key, "\(template)")
        }
    }

    @Test func `is not found where none stands, or not a whole one`() throws {
        let key = try Self.key(12, "P1")
        let other = try Self.key(13, "P1")
        let wrong = String(key.dropLast(4)) + (key.dropLast(3).last == "A" ? "B" : "A") + "/P1"
        for text in [
            "", "基金转移", String(key.dropLast()), String(key.dropFirst()), "1" + key, "A" + key, key + "23", key + "x",
            key.lowercased(), wrong, key.replacing("-", with: " "), "\(key) \(other)", "\(other),\(key)",
        ] {
            #expect(match(text) == nil, "\(text)")
        }
        #expect(match(nil) == nil)
    }

    @Test func `is the one that was given, whatever stands in the text`() throws {
        let key = try Self.key(12, "P1")
        #expect(match(key, given: "2026031600001") == "2026031600001")
        #expect(match("基金转移", given: key) == key)
    }

    @Test func `may be called not provided, in messages and in sheets`() throws {
        let entry = AccountEntry(
            direction: .credit, amount: Money(fen: 1), bankReference: "R1", endToEndKey: nil, counterpartyName: nil,
            counterpartyAccount: nil, bookedOn: Cast.day, purposeText: try Self.key(12, "P1"), returned: nil)
        let message = try Cast.notification([entry]).bytes()
        #expect(String(decoding: message, as: UTF8.self).contains("<EndToEndId>NOTPROVIDED"))
        let sheet = bytes(try Cast.sheet([entry]).bytes(.utf8), [(",,R1", ",NOTPROVIDED,R1")])
        for file in [message, sheet] {
            let read = try BankFile(reading: file, account: Cast.weifangAccount).entries[0]
            #expect(read == entry)
            #expect(read.matchingKey == entry.purposeText)
        }
    }
}
