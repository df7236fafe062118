import Sheets
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A batch of applications` {
    private func only(_ changes: [BatchColumn: String]) throws -> BatchSheet.Row {
        try #require(try SampleSheet.judged([SampleSheet.row(7, changes)]).rows.first)
    }

    @Test func `makes of each row the form that the public interface takes`() throws {
        let rows = [
            SampleSheet.rowWithAccount(1, [.origin: "330100 杭州市", .approvedMove: "是", .certificateNumber: "PZ-1"]),
            SampleSheet.row(2, [.origin: "成都市", .purpose: "归集"]),
            SampleSheet.row(3, [.purpose: "", .otherBranches: ""]),
        ]
        let batch = try SampleSheet.judged(rows)
        let expected = [
            TransferApplication(
                person: InsuredPerson(name: "王伟", residentID: try ResidentID(SampleSheet.residentID(1))),
                origin: AgencyCode("330100")!, applicant: SampleSheet.applicant, mobile: "13800138000",
                certificateNumber: "PZ-1",
                payoutAccount: BankAccount(
                    holder: "王伟", bankName: "示例银行深圳分行", bankCode: "313584000019", number: "6217000000000000004"),
                otherBranches: [.medical, .housing], approvedMove: true),
            TransferApplication(
                person: InsuredPerson(name: "王伟", residentID: try ResidentID(SampleSheet.residentID(2))),
                origin: AgencyCode("510100")!, applicant: SampleSheet.applicant, mobile: "13800138000",
                certificateNumber: nil, payoutAccount: nil, otherBranches: [], approvedMove: false, purpose: .gathering),
            TransferApplication(
                person: InsuredPerson(name: "王伟", residentID: try ResidentID(SampleSheet.residentID(3))),
                origin: AgencyCode("510100")!, applicant: SampleSheet.applicant, mobile: "13800138000",
                certificateNumber: nil, payoutAccount: nil, otherBranches: [], approvedMove: false),
        ]
        #expect(batch.rows.map(\.application) == expected)
        for (row, application) in zip(batch.rows, expected) {
            guard case .submittable(_, let form) = row.outcome else { continue }
            #expect(try ApplicationForm.read(form) == application)
            #expect(try ApplicationForm.write(application) == form)
        }
    }

    @Test(arguments: ["王伟", "欧阳建国", "买买提·吐尔逊", "𠮷野", "\u{2EBF0}", "<img src=x onerror=alert(1)>", "=1+1"])
    func `keeps a name as it is written`(name: String) throws {
        #expect(try only([.name: name]).application?.person.name == name)
        #expect(try only([.name: HarmlessText.of(name)]).application?.person.name == name)
    }

    @Test func `says of a name that is too long what the form says`() throws {
        #expect(try only([.name: String(repeating: "王", count: 50)]).told == [])
        #expect(try only([.name: String(repeating: "王", count: 60)]).told == ["invalid-format 姓名"])
    }

    @Test(arguments: [
        ("4.20106E+17", "resident-id-spreadsheet"), ("420106199001010000", "resident-id-spreadsheet"),
        ("11010519491231002", "resident-id-length"), ("110105194912310021", "resident-id-check-digit"),
        ("11010519491331002X", "resident-id-date"), ("1101051949123100AX", "resident-id-character"),
    ])
    func `says what is wrong with an identity number`(text: String, code: String) throws {
        let row = try only([.residentID: text])
        #expect(row.told == ["\(code) 身份证号"])
        if code == "resident-id-spreadsheet" {
            #expect(row.faults[0].messageChinese == "表格软件把身份证号改成了数字：请把该列设为文本后重新填写。")
        }
    }

    /// A check digit fits a ruined number once in eleven times.
    @Test func `does not take a number that lost its last places in a workbook, though its check digit fits`() throws {
        let candidates = (10...99).map { "1101051980010\($0)000" }
        let ruined = try #require(candidates.first { (try? ResidentID($0)) != nil })
        #expect(try only([.residentID: ruined]).application != nil)
        var builder = WorkbookBuilder([SampleSheet.headings])
        for (place, digits) in ["1.38001380E+10", "13800138000"].enumerated() {
            let cells = SampleSheet.row(1)
            builder.rows += "<row r=\"\(place + 2)\">"
            for column in BatchColumn.allCases where !cells[column.rawValue].isEmpty {
                let (at, row) = (column.rawValue, place + 2)
                switch column {
                case .residentID: builder.rows += WorkbookBuilder.number(ruined, column: at, row: row)
                case .mobile: builder.rows += WorkbookBuilder.number(digits, column: at, row: row)
                default: builder.rows += WorkbookBuilder.inline(cells[at], column: at, row: row)
                }
            }
            builder.rows += "</row>"
        }
        let batch = try SampleSheet.judged(builder.bytes)
        #expect(batch.rows.map(\.told) == Array(repeating: ["resident-id-spreadsheet 身份证号"], count: 2))
    }

    @Test func `says the same of a card number that became a quantity`() throws {
        let row = try #require(
            try SampleSheet.judged([SampleSheet.rowWithAccount(1, [.cardNumber: "6.217E+18"])]).rows.first)
        #expect(row.told == ["sheet-number-spreadsheet 银行卡号"])
        #expect(row.faults[0].maskedValue == "6.217E+18")
    }

    @Test func `mends what can only mean one thing, and says so`() throws {
        let cases: [(BatchColumn, String, [SheetMending])] = [
            (.residentID, "１１０１０５１９４９１２３１００２Ｘ", [.fullWidth]), (.residentID, "110105 19491231 002X", [.spaces]),
            (.residentID, "11010519491231002x", [.lowerCase]),
            (.residentID, "１10105 19491231 002ｘ", [.fullWidth, .spaces, .lowerCase]),
            (.residentID, "110105491231002", []), (.residentID, " 11010519491231002X\u{3000}", []),
            (.mobile, "+86 138-0013-8000", [.spaces, .prefix]), (.mobile, "'+8613800138000", [.prefix]),
            (.mobile, "138 0013 8000", [.spaces]), (.origin, "５１０１００", [.fullWidth]),
        ]
        for (column, text, mendings) in cases {
            let row = try only([column: text])
            #expect(row.notes.map(\.mending) == mendings, "\(text)")
            #expect(row.notes.allSatisfy { $0.row == 2 && $0.column == column })
            let application = try #require(row.application, "\(text): \(row.told)")
            if column == .residentID { #expect(application.person.residentID.fullText == "11010519491231002X") }
            #expect(application.mobile == "13800138000")
            #expect(application.origin.text == "510100")
        }
        for mending in SheetMending.allCases {
            #expect(mending.messageChinese.hasSuffix("。") && mending.messageEnglish.hasSuffix("."))
        }
    }

    @Test func `tells every fault of a row with its row, its column, the masked value and the mend`() throws {
        let number = SampleSheet.residentID(7)
        let bad = number.dropLast() + (number.last == "1" ? "2" : "1")
        let rows = [
            SampleSheet.row(1),
            SampleSheet.rowWithAccount(
                7,
                [
                    .name: "", .residentID: String(bad), .mobile: "12800138000", .origin: "990000", .purpose: "搬家",
                    .approvedMove: "也许", .certificateNumber: "凭证", .otherBranches: "失业", .bankCode: "1",
                    .cardNumber: "6217000000000000005",
                ]),
        ]
        let faults = try SampleSheet.judged(rows).rows[1].faults
        #expect(
            faults.map { "\($0.row) \($0.column?.heading ?? "") \($0.code) \($0.maskedValue)" } == [
                "3 姓名 missing-field ", "3 身份证号 resident-id-check-digit 110***********\(bad.suffix(4))",
                "3 手机号码 mobile-format 128******00", "3 转出地 invalid-format 990000", "3 申请事由 unknown-value 搬家",
                "3 组织批准调动 wrong-type 也许", "3 参保缴费凭证编号 invalid-format *凭证".replacing("*凭证", with: "**"),
                "3 其他险种 unknown-value 失业", "3 开户行行号 bank-code-length 1",
                "3 银行卡号 card-number-check-digit ***************0005",
            ])
        for fault in faults {
            #expect(!fault.messageChinese.contains(bad) && !fault.messageEnglish.contains(bad))
            #expect(fault.messageChinese.hasSuffix("。") && fault.messageEnglish.hasSuffix("."))
        }
        #expect(faults[5].messageChinese == "请填“是”或“否”。")
    }

    @Test func `asks for the person's own account as the form does`() throws {
        let told = { (row: [String]) in try SampleSheet.judged([row]).rows[0].told }
        #expect(try told(SampleSheet.row(1, [.otherBranches: "医疗个人账户"])) == ["payout-account-required 银行卡号"])
        #expect(try told(SampleSheet.rowWithAccount(1, [.holder: "王 伟"])) == ["holder-differs 户名"])
        #expect(try told(SampleSheet.rowWithAccount(1, [.bankName: ""])) == ["missing-field 开户银行"])
    }

    @Test func `warns of characters that no standard has and of those that nobody sees`() throws {
        let own = try only([.name: "王\u{E78D}"])
        #expect(own.told == ["sheet-text 姓名"])
        #expect(own.faults[0].messageChinese.contains("自造字"))
        let hidden = try only([.name: "王\u{202E}伟", .mobile: ""])
        #expect(hidden.told == ["sheet-text 姓名", "missing-field 手机号码"])
        #expect(!hidden.faults[0].maskedValue.contains("\u{202E}"))
    }

    @Test func `finds the same person twice, also below a faulty row, and counts each row once`() throws {
        let rows = [
            SampleSheet.row(1), SampleSheet.row(2, [.mobile: "1"]), SampleSheet.row(1), SampleSheet.row(3),
            SampleSheet.row(2, [.residentID: SampleSheet.residentID(2).lowercased(), .name: "李四"]),
        ]
        let batch = try SampleSheet.judged(rows)
        let found = batch.rows.map { row -> SheetDuplicate? in
            if case .duplicate(_, _, let duplicate) = row.outcome { return duplicate }
            return nil
        }
        #expect(found.map { $0?.earlierRow } == [nil, nil, 2, nil, 3])
        #expect(found.compactMap { $0?.hasSameName } == [true, false])
        #expect(batch.summary.sentenceChinese == "共 5 行：可提交 2，有错 1，疑似重复 2")
    }

    @Test func `leaves out the example, blank rows and numbered rows without a person`() throws {
        let blank = [String](repeating: "", count: SampleSheet.width - 1)
        let rows = [
            SampleSheet.row(9, [.serial: "示例"]), SampleSheet.row(1), blank, ["2"], SampleSheet.row(3),
            SampleSheet.row(8, [.serial: " 示例（勿删）"]),
        ]
        #expect(try SampleSheet.judged(rows).rows.map(\.number) == [3, 6])
    }

    @Test func `tells of merged cells and of text beside the template`() throws {
        var builder = WorkbookBuilder([SampleSheet.headings, SampleSheet.row(1), SampleSheet.row(2)])
        builder.behindRows = #"<mergeCells><mergeCell ref="B3:C3"/></mergeCells>"#
        #expect(try SampleSheet.judged(builder.bytes).rows.map(\.told) == [[], ["sheet-merged-cells -"]])
        #expect(try SampleSheet.judged([SampleSheet.row(1) + ["", "x"]]).rows[0].told == ["sheet-beyond-columns -"])
    }
}
