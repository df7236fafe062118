import Foundation
import Sheets
import Testing

@Suite struct `The template as a workbook` {
    /// A part of a workbook, unpacked by another program than ours.
    private func part(_ name: String, of workbook: [UInt8]) throws -> String {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("template-\(UUID().uuidString).xlsx")
        try Data(workbook).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let unzip = Process()
        let output = Pipe()
        unzip.executableURL = URL(fileURLWithPath: "/usr/bin/unzip")
        unzip.arguments = ["-p", file.path, name]
        unzip.standardOutput = output
        try unzip.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        unzip.waitUntilExit()
        #expect(unzip.terminationStatus == 0)
        return text
    }

    private func values(_ attribute: String, of element: String, in text: String) -> [String] {
        text.components(separatedBy: "<\(element) ").dropFirst().compactMap { rest in
            let tag = rest.prefix { $0 != ">" }
            guard let start = tag.range(of: "\(attribute)=\"") else { return nil }
            return String(tag[start.upperBound...].prefix { $0 != "\"" })
        }
    }

    @Test func `keeps its heading in sight, its numbers text and its mark hidden, and offers lists`() throws {
        let workbook = try BatchTemplate.workbook(regions: SampleSheet.regions)
        let sheet = try part("xl/worksheets/sheet1.xml", of: workbook)
        #expect(sheet.contains(#"ySplit="1""#) && sheet.contains(#"state="frozen""#))
        #expect(values("sqref", of: "dataValidation", in: sheet) == ["E2:E5002", "F2:F5002", "G2:G5002", "I2:I5002"])
        // Format 49 is text.
        let styles = try part("xl/styles.xml", of: workbook)
        let formats = values("numFmtId", of: "xf", in: styles.components(separatedBy: "<cellXfs").last ?? "")
        let used = try values("style", of: "col", in: sheet).map { try #require(Int($0)) }
        #expect(used.count == SampleSheet.width && used.allSatisfy { formats[$0] == "49" })
        #expect(values("hidden", of: "col", in: sheet).count == 1)
        let lists = try part("xl/workbook.xml", of: workbook)
        #expect(values("state", of: "sheet", in: lists) == ["hidden"])
        #expect(try part("xl/sharedStrings.xml", of: workbook).contains("330100 杭州市"))
    }

    /// A spreadsheet program calls a file damaged in which a column is set twice.
    @Test func `and every other workbook sets each column once`() throws {
        let failed = try FailedRows.file(
            of: SampleSheet.judged(WorkbookBuilder([SampleSheet.headings, SampleSheet.row(1, [.mobile: "1"])]).bytes))
        let roster = Roster(
            title: "花名册", unit: "甲", reference: "B-1", madeBy: "张三", madeAtSeconds: 1, headings: ["姓名", "身份证号"],
            rows: [])
        for (workbook, count) in [
            (try BatchTemplate.workbook(regions: []), SampleSheet.width), (failed, SampleSheet.width + 1),
            (try roster.workbook(), 2),
        ] {
            let sheet = try part("xl/worksheets/sheet1.xml", of: workbook)
            let places = (1...count).map(String.init)
            #expect(values("min", of: "col", in: sheet) == places)
            #expect(values("max", of: "col", in: sheet) == places)
        }
    }
}
