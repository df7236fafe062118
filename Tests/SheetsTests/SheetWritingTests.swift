import Sheets
import Testing
import TransferCore

@Suite struct `A sheet that is handed out` {
    private func read(_ bytes: [UInt8]) throws -> [[String]] {
        try SheetReading.read(bytes).rows.map { $0.cells.map(\.text) }
    }

    @Test func `as a template is empty but for the example, and the example would be in order`() throws {
        for bytes in [BatchTemplate.csv(), try BatchTemplate.workbook(regions: SampleSheet.regions)] {
            #expect(throws: SheetRefusal.noRows) { try SampleSheet.judged(bytes) }
            let table = try read(bytes)
            #expect(table.count == 2)
            var example = table[1]
            example[0] = "1"
            let text = SampleSheet.csv([example])
            #expect(try SampleSheet.judged(Array(text.utf8)).summary.submittable == 1)
        }
        #expect(BatchTemplate.csv().starts(with: [0xEF, 0xBB, 0xBF]))
    }

    @Test func `as a template is the same each time`() throws {
        let first = try BatchTemplate.workbook(regions: SampleSheet.regions)
        #expect(try BatchTemplate.workbook(regions: SampleSheet.regions) == first)
        #expect(try SheetReading.read(first).form == .workbook(sheet: "转移申请"))
    }

    @Test func `never begins a cell as a formula does, and is read as what it was`() throws {
        let names = ["=1+1", "=HYPERLINK(\"http://127.0.0.1\")", "+1", "-1", "@a", "\tx", "\rx", "'x", "_x0041_"]
        let roster = Roster(
            title: "花名册", unit: "示例机械有限公司", reference: "B-1", madeBy: "张三 & 李四", madeAtSeconds: 1_795_305_600,
            headings: ["姓名"], rows: names.map { [$0] })
        let csv = try read(roster.csv()).dropFirst().map { $0[0] }
        #expect(csv == names.prefix(7).map { "'" + $0 } + ["'x", "_x0041_", "共 9 行"])
        let workbook = try read(roster.workbook())
        #expect(workbook[1][0].contains("共 9 行"))
        #expect(workbook.dropFirst(3).prefix(9).map { $0[0] } == names.prefix(7).map { "'" + $0 } + ["'x", "_x0041_"])
        #expect(workbook.last == ["经办人：", "", "负责人：", "", "单位盖章："])
    }

    @Test func `keeps identity numbers text`() throws {
        let number = SampleSheet.residentID(11)
        let digits = "420106199001010000"
        let roster = Roster(
            title: "花名册", unit: "甲", reference: "B-1", madeBy: "张三", madeAtSeconds: 1, headings: ["身份证号"],
            rows: [[number], [digits]])
        let workbook = try SheetReading.read(roster.workbook())
        #expect(workbook.rows.allSatisfy { $0.cells.allSatisfy { !$0.isNumber } })
        #expect(workbook.rows[3].cells[0].text == number)
        #expect(try read(roster.csv())[2][0] == digits + "\t")
    }

    /// Rows with faults of all kinds, in which every character is one that all character sets have.
    private var faulty: [[String]] {
        [
            SampleSheet.row(1, [.residentID: "4.20106E+17"]), SampleSheet.row(2),
            SampleSheet.rowWithAccount(3, [.name: "欧阳建国", .bankName: "甲\"乙"]),
            SampleSheet.row(4, [.name: "𠮷野\u{2EBF0}", .mobile: "1"]),
            SampleSheet.row(5, [.name: "=1+1", .origin: " "]),
        ]
    }

    private func asCSV(_ rows: [[String]], _ charset: SheetCharset, _ separator: String) -> [UInt8] {
        let text = ([SampleSheet.headings] + rows).map { row in
            row.map { $0.contains("\"") ? "\"" + $0.replacing("\"", with: "\"\"") + "\"" : $0 }
                .joined(separator: separator) + "\r\n"
        }.joined()
        switch charset {
        case .gb18030: return SampleSheet.encoded(text, "GB18030")
        case .utf8: return Array(text.utf8)
        case .utf8WithMark: return [0xEF, 0xBB, 0xBF] + Array(text.utf8)
        case .utf16LittleEndian: return [0xFF, 0xFE] + SampleSheet.encoded(text, "UTF-16LE")
        case .utf16BigEndian: return [0xFE, 0xFF] + SampleSheet.encoded(text, "UTF-16BE")
        }
    }

    @Test func `as failed rows has the format it came in, the user's own columns, the reasons, and is read again`()
        throws
    {
        var uploads: [[UInt8]] = [WorkbookBuilder([SampleSheet.headings] + faulty).bytes]
        for charset in SheetCharset.allCases {
            for separator in [",", ";", "\t"] { uploads.append(asCSV(faulty, charset, separator)) }
        }
        for upload in uploads {
            let first = try SampleSheet.judged(upload)
            #expect(first.rows.map(\.faults.isEmpty) == [false, true, false, false, false])
            let file = try FailedRows.file(of: first)
            let again = try SheetReading.read(file)
            #expect(again.form == first.form)
            #expect(again.rows[0].cells.map(\.text) == SampleSheet.headings + ["错误原因"])
            #expect(again.rows[1].cells.last?.text == "身份证号：表格软件把身份证号改成了数字：请把该列设为文本后重新填写")
            let second = try SampleSheet.judged(file)
            #expect(second.headings == first.headings)
            #expect(second.rows.map(\.number) == [2, 3, 4, 5])
            #expect(second.rows.map(\.told) == first.rows.filter { !$0.faults.isEmpty }.map(\.told))
            // Once more, and the reasons do not pile up.
            #expect(try FailedRows.file(of: second) == file)
        }
    }

    @Test func `writes a quotation mark with a combining mark behind it as a quotation mark`() throws {
        let roster = Roster(
            title: "花名册", unit: "甲", reference: "B-1", madeBy: "张三", madeAtSeconds: 1, headings: ["姓名", "备注"],
            rows: [["王\"\u{33F}", "a,\"\u{33F}b"], ["李四", ""]])
        #expect(try read(roster.csv()).map { $0.first } == ["姓名", "王\"\u{33F}", "李四", "共 2 行"])
        #expect(try read(roster.csv())[1][1] == "a,\"\u{33F}b")
    }

    @Test func `as failed rows keeps its separator whatever stands in its headings`() throws {
        var headings = SampleSheet.headings
        headings[1] = "姓\(String(repeating: "\t", count: 30))名"
        let bytes = Array(
            (headings.map { "\"\($0)\"" }.joined(separator: ",") + "\n"
                + SampleSheet.row(1, [.mobile: "1"]).joined(separator: ","))
                .utf8)
        let file = try FailedRows.file(of: SampleSheet.judged(bytes))
        #expect(try SheetReading.read(file).form == .csv(.utf8, .comma))
    }

    /// The check digit of a number may happen to fit what is left of it.
    @Test func `as failed rows does not make a number that lost its last places look whole`() throws {
        let candidates = (10...99).map { "1101051980010\($0)000" }
        let ruined = try #require(candidates.first { (try? ResidentID($0)) != nil })
        var builder = WorkbookBuilder([SampleSheet.headings])
        builder.rows += "<row r=\"2\">"
        for (column, text) in SampleSheet.row(1).enumerated() where !text.isEmpty {
            builder.rows +=
                column == BatchColumn.residentID.rawValue
                ? WorkbookBuilder.number(ruined, column: column, row: 2)
                : WorkbookBuilder.inline(text, column: column, row: 2)
        }
        builder.rows += "</row>"
        let file = try FailedRows.file(of: SampleSheet.judged(builder.bytes))
        #expect(try SampleSheet.judged(file).rows.map(\.told) == [["resident-id-spreadsheet 身份证号"]])
        #expect(try read(file)[1][2] == "\(ruined.prefix(1)).\(ruined.prefix(15).dropFirst())E+17")
    }

    @Test func `as failed rows that were corrected is in order`() throws {
        let batch = try SampleSheet.judged(asCSV(faulty, .gb18030, ","))
        let text = try read(FailedRows.file(of: batch))
        var corrected = text.map { $0.map { $0.trimmingSuffix(while: { $0 == "\t" }) }.map(String.init) }
        corrected[1][2] = SampleSheet.residentID(1)
        corrected[2][9] = "欧阳建国"
        corrected[3][3] = "13800138000"
        corrected[4][4] = "510100"
        let csv = corrected.map { row in
            row.map { "\"" + $0.replacing("\"", with: "\"\"") + "\"" }.joined(separator: ",") + "\n"
        }.joined()
        let again = try SampleSheet.judged(SampleSheet.encoded(csv, "GB18030"))
        #expect(again.summary.total == 4 && again.summary.submittable == 4)
        #expect(again.rows.last?.application?.person.name == "=1+1")
    }

    @Test func `tells what a clerk refused in rows that were in order`() throws {
        let batch = try SampleSheet.judged([SampleSheet.row(1), SampleSheet.row(2)])
        let file = try FailedRows.file(of: batch, [.init(row: 3, reasons: ["已有在办业务"]), .init(row: 99, reasons: [])])
        let rows = try read(file)
        #expect(rows.count == 2)
        #expect(rows[1].last == "已有在办业务")
    }
}

extension String {
    fileprivate func trimmingSuffix(while isTrimmed: (Character) -> Bool) -> Substring {
        var rest = self[...]
        while let last = rest.last, isTrimmed(last) { rest.removeLast() }
        return rest
    }
}
