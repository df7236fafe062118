import BankFiles
import Testing
import TransferCore

@Suite struct `An account sheet` {
    /// A credit of 2.00, a debit of 5.00 and a bounce of 5.00, from 10.00 to 12.00.
    private static func sample() throws -> AccountSheetFile {
        try Cast.sheet([
            AccountEntry(
                direction: .credit, amount: Money(fen: 200), bankReference: "R1", endToEndKey: nil,
                counterpartyName: "山东省财政厅, \"专户\"", counterpartyAccount: nil, bookedOn: Cast.day,
                purposeText: "基金转移", returned: nil),
            Cast.entry(.debit, fen: 500, reference: "R2"),
            Cast.entry(.credit, fen: 500, reference: "R3", returned: BankReason(code: "AC04", text: "账户 已销户")),
        ])
    }

    private static func read(_ bytes: [UInt8]) throws(BankFileFault) -> AccountSheetFile {
        try AccountSheetFile(reading: bytes, account: Cast.weifangAccount)
    }

    @Test(arguments: SheetEncoding.allCases)
    func `is read as it was written, in each encoding`(_ encoding: SheetEncoding) throws {
        let file = try Self.sample()
        #expect(try Self.read(file.bytes(encoding)) == file)
        let bare = try Cast.sheet(number: nil, opening: nil, [])
        #expect(try Self.read(bare.bytes(encoding)) == bare)
    }

    @Test func `holds the published headings in their order, and its lines end with CR LF`() throws {
        let lines = String(decoding: try Self.sample().bytes(.utf8), as: UTF8.self).split(separator: "\r\n")
        #expect(
            lines[0] == "文件类型,文件编号,生成时间,账号,币种,起始日期,终止日期,顺序号,贷方笔数,贷方金额,借方笔数,借方金额,期初余额,期末余额")
        #expect(
            lines[1]
                == "账户明细,Z1,\(Cast.instant),\(Cast.weifangAccount),CNY,2026-03-16,2026-03-16,7,2,7.00,1,5.00,10.00,12.00"
        )
        #expect(lines[2] == "交易日期,借贷标志,金额,对方户名,对方账号,端到端标识,银行流水号,退汇原因,摘要")
        #expect(lines[3] == "2026-03-16,贷,2.00,\"山东省财政厅, \"\"专户\"\"\",,,R1,,基金转移")
        #expect(lines[6] == "结束,3")
        #expect(lines.count == 7)
    }

    /// The bytes of 借贷标志 in GB 18030, from the standard.
    @Test func `is written in GB 18030 unless another encoding is wanted`() throws {
        let bytes = try Self.sample().bytes(.gb18030)
        let heading: [UInt8] = [0xBD, 0xE8, 0xB4, 0xFB, 0xB1, 0xEA, 0xD6, 0xBE]
        #expect(bytes.indices.contains { bytes[$0...].starts(with: heading) })
        #expect(bytes.starts(with: [0xCE, 0xC4, 0xBC, 0xFE]))
        #expect(String(validating: bytes, as: UTF8.self) == nil)
    }

    /// 䶮 has two bytes, 㐂 and 𠮷 have four.
    @Test func `keeps rare characters of names`() throws {
        let entry = AccountEntry(
            direction: .credit, amount: Money(fen: 1), bankReference: "R1", endToEndKey: nil, counterpartyName: "䶮㐂𠮷",
            counterpartyAccount: nil, bookedOn: Cast.day, purposeText: nil, returned: nil)
        let file = try Cast.sheet([entry])
        #expect(try Self.read(file.bytes(.gb18030)).entries[0].counterpartyName == "䶮㐂𠮷")
    }

    @Test func `is read with LF alone and with spaces around its fields`() throws {
        let file = try Self.sample()
        let loose = String(decoding: file.bytes(.utf8), as: UTF8.self).replacing("\r\n", with: "\n")
            .replacing(",R2,", with: ", \tR2 ,")
        #expect(try Self.read(Array(loose.utf8)) == file)
    }

    /// Half a sheet is found wherever it ends.
    @Test(arguments: [SheetEncoding.gb18030, .utf8])
    func `is refused when any number of its last bytes is missing`(_ encoding: SheetEncoding) throws {
        let bytes = try Self.sample().bytes(encoding)
        for length in 0..<bytes.count {
            #expect(
                fault { () throws(BankFileFault) in try Self.read(Array(bytes.prefix(length))) } != nil, "\(length)")
        }
    }

    @Test func `is refused with the line of a byte that is no character`() throws {
        var bytes = try Self.sample().bytes(.gb18030)
        let place = try #require(bytes.lastIndex(of: UInt8(ascii: "R")))
        bytes[place] = 0xFF
        let found = fault { () throws(BankFileFault) in try Self.read(bytes) }
        #expect(found?.code == .encoding)
        #expect(found?.place == BankFilePlace("line[6]"))
        let marked = [0xEF, 0xBB, 0xBF] + bytes
        #expect(fault { () throws(BankFileFault) in try Self.read(marked) }?.code == .encoding)
    }

    /// Of the sample.
    static let spoiled: [Spoiled] = [
        Spoiled("文件类型", "类型", .namespace, ""),
        Spoiled("文件编号", "编号", .unexpectedElement, "line[1]/文件编号"),
        Spoiled(",期末余额\r\n", "\r\n", .missingElement, "line[1]/期末余额"),
        Spoiled("期末余额\r\n", "期末余额,备注\r\n", .unexpectedElement, "line[1]"),
        Spoiled("账户明细", "账户余额", .namespace, "line[2]/文件类型"),
        Spoiled(",Z1,", ",,", .missingElement, "line[2]/文件编号"),
        Spoiled(",Z1,", ",Z 1,", .textForm, "line[2]/文件编号"),
        Spoiled("T09:30:00", " 09:30", .dateForm, "line[2]/生成时间"),
        Spoiled(Cast.weifangAccount, Cast.hangzhouAccount, .account, "line[2]/账号"),
        Spoiled("CNY", "USD", .currency, "line[2]/币种"),
        Spoiled("CNY,2026-03-16", "CNY,2026-02-29", .dateForm, "line[2]/起始日期"),
        Spoiled("CNY,2026-03-16", "CNY,2026-03-17", .day, "line[2]/终止日期"),
        Spoiled("2026-03-16,7,2", "2026-03-16,0,2", .sequence, "line[2]/顺序号"),
        Spoiled(",7,2,7.00", ",7,3,7.00", .transactionCount, "line[2]/贷方笔数"),
        Spoiled(",7,2,7.00", ",7,2,7.01", .controlSum, "line[2]/贷方金额"),
        Spoiled(",7,2,7.00", ",7,2,7", .amountForm, "line[2]/贷方金额"),
        Spoiled(",1,5.00,", ",2,5.00,", .transactionCount, "line[2]/借方笔数"),
        Spoiled(",1,5.00,", ",1,4.99,", .controlSum, "line[2]/借方金额"),
        Spoiled(",10.00,12.00", ",10.00,12.01", .balance, "line[2]/期末余额"),
        Spoiled(",10.00,12.00", ",10.00,", .missingElement, "line[2]/期末余额"),
        Spoiled(",10.00,12.00", ",10,12.00", .amountForm, "line[2]/期初余额"),
        // A mark that combines with the sign in front is one character with it.
        Spoiled(",10.00,12.00", ",-\u{301}10.00,-8.00", .amountForm, "line[2]/期初余额"),
        Spoiled("12.00\r\n", "12.00,\r\n", .malformed, "line[2]"),
        Spoiled("借贷标志", "方向", .unexpectedElement, "line[3]/借贷标志"),
        Spoiled("2026-03-16,贷", "20260316,贷", .dateForm, "line[4]/交易日期", 1),
        Spoiled("2026-03-16,贷", "2026-03-15,贷", .day, "line[4]/交易日期", 1),
        Spoiled(",贷,2.00", ",C,2.00", .unknownCode, "line[4]/借贷标志", 1),
        Spoiled(",贷,2.00", ",贷,2.0", .amountForm, "line[4]/金额", 1),
        Spoiled(",贷,2.00", ",贷,-2.00", .negativeAmount, "line[4]/金额", 1),
        Spoiled(",7,2,7.00,1,5.00,10.00,12.00", ",7,2,7.00,1,5.00,10.00,12.00\r\n", .malformed, "line[3]"),
        Spoiled("\"\"专户\"\"\"", "\"\"专户\"\"", .malformed, "line[4]"),
        Spoiled("\"\"专户\"\"\"", "\"\"专户\"\"\"x", .malformed, "line[4]"),
        Spoiled(",R1,,基金转移", ",R1,,基金\"转移", .malformed, "line[4]"),
        Spoiled(",R1,,基金转移", ",R1,,基金\r转移", .malformed, "line[4]"),
        Spoiled(",R1,,基金转移", ",R1,基金转移", .malformed, "line[4]", 1),
        Spoiled(",R1,", ",,", .missingElement, "line[4]/银行流水号", 1),
        Spoiled(",R2,", ",R1,", .duplicateReference, "line[5]/银行流水号", 2),
        Spoiled("基金转移", "基\u{202E}金", .textForm, "line[4]/摘要", 1),
        Spoiled("基金转移", "基\u{0}金", .encoding, ""),
        Spoiled("AC04 账户", "closed 账户", .textForm, "line[6]/退汇原因", 3),
        Spoiled("结束,3", "结束,2", .transactionCount, "line[7]"),
        Spoiled("结束,3", "结束", .transactionCount, "line[7]"),
        Spoiled("结束,3\r\n", "", .malformed, "line[6]"),
        Spoiled("结束,3\r\n", "结束,3", .malformed, ""),
        Spoiled("结束,3\r\n", "结束,3\r\n结束", .malformed, ""),
        Spoiled("结束,3\r\n", "结束,3\r\n\r\n", .malformed, "line[8]"),
    ]

    @Test(arguments: spoiled)
    func `is refused whole with the line and the heading`(_ spoiled: Spoiled) throws {
        spoiled.check(try Self.sample().bytes(.utf8)) { (bytes) throws(BankFileFault) in _ = try Self.read(bytes) }
    }

    @Test func `is bounded`() {
        let long = [UInt8](repeating: UInt8(ascii: "a"), count: BankFileLimit.bytes + 1)
        #expect(fault { () throws(BankFileFault) in try Self.read(long) }?.code == .size)
        let many = Array(String(repeating: "a\n", count: BankFileLimit.rows + 1).utf8)
        #expect(fault { () throws(BankFileFault) in try Self.read(many) }?.code == .elementCount)
        let wide = Array((String(repeating: ",", count: 50) + "\n").utf8)
        #expect(fault { () throws(BankFileFault) in try Self.read(wide) }?.code == .malformed)
        let sums = fault { () throws(BankFileFault) in
            try AccountSheetFile(
                messageID: "Z1", createdAt: Cast.instant, account: Cast.weifangAccount, sequenceNumber: nil,
                firstDay: Cast.day, lastDay: Cast.day, balances: nil,
                entries: ["R1", "R2"].map { Cast.entry(.credit, fen: Money.limit.fen, reference: $0) })
        }
        #expect(sums?.code == .controlSum)
    }

    /// A clerk's log must not name a person.
    @Test func `never shows a name or an account in its fault`() throws {
        for spoiled in Self.spoiled {
            let changed = bytes(try Self.sample().bytes(.utf8), [(spoiled.from, spoiled.to)])
            let words = fault { () throws(BankFileFault) in try Self.read(changed) }.map(String.init(describing:)) ?? ""
            #expect(!words.contains(Cast.hangzhouAccount) && !words.contains(Cast.hangzhouName), "\(words)")
        }
    }
}

@Suite struct `A bank file of any kind` {
    @Test func `is known by what is in it`() throws {
        let entries = [Cast.entry(.debit, fen: 500, reference: "R1")]
        let status = try OrderStatusFile(
            messageID: "S1", createdAt: Cast.instant, orderMessageID: "M1",
            outcome: .fileRejected(BankReason(code: "FF01", text: nil)))
        let files: [(bytes: [UInt8], kind: String, id: String)] = [
            (status.bytes(), "status", "S1"),
            (try Cast.notification(entries).bytes(), "notification", "N1"),
            (try Cast.statement(opening: 500, closing: 0, entries).bytes(), "statement", "T1"),
            (try Cast.sheet(entries).bytes(.gb18030), "sheet", "Z1"),
            (try Cast.sheet(entries).bytes(.utf8WithMark), "sheet", "Z1"),
        ]
        for row in files {
            let file = try BankFile(reading: row.bytes, account: Cast.weifangAccount)
            #expect(file.kind == row.kind)
            #expect(file.messageID == row.id)
            #expect(file.createdAt == Cast.instant)
            #expect(file.entries == (row.kind == "status" ? [] : entries))
        }
    }

    @Test(arguments: [
        ("", BankFileFault.Code.malformed), ("<", .malformed), ("<Document/>", .namespace), ("pain.002\n", .namespace),
        ("{}\n", .namespace), ("\u{FEFF}", .malformed), ("PK\u{3}\u{4}\n", .namespace),
    ])
    func `is refused when it is none`(_ text: String, _ code: BankFileFault.Code) {
        let found = fault { () throws(BankFileFault) in
            try BankFile(reading: Array(text.utf8), account: Cast.weifangAccount)
        }
        #expect(found?.code == code, "\(found.map(String.init(describing:)) ?? "accepted")")
    }
}
