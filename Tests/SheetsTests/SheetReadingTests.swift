import Sheets
import Testing

@Suite struct `A sheet of CSV` {
    private let names = ["王伟", "欧阳建国", "买买提·吐尔逊", "𠮷野", "\u{2EBF0}", "\u{2A700}", "\u{30000}"]
    private var text: String { SampleSheet.csv(names.enumerated().map { SampleSheet.row($0, [.name: $1]) }) }

    private func read(_ bytes: [UInt8]) throws -> (form: SheetForm, names: [String]) {
        let sheet = try SheetReading.read(bytes)
        return (sheet.form, sheet.rows.dropFirst().map { $0.cells[1].text })
    }

    @Test func `is read in every character set, with rare characters, and says which it was`() throws {
        let cases: [(bytes: [UInt8], charset: SheetCharset)] = [
            (Array(text.utf8), .utf8), ([0xEF, 0xBB, 0xBF] + Array(text.utf8), .utf8WithMark),
            (SampleSheet.encoded(text, "GB18030"), .gb18030),
            ([0xFF, 0xFE] + SampleSheet.encoded(text, "UTF-16LE"), .utf16LittleEndian),
            ([0xFE, 0xFF] + SampleSheet.encoded(text, "UTF-16BE"), .utf16BigEndian),
            (SampleSheet.encoded(text, "UTF-16LE"), .utf16LittleEndian),
            (SampleSheet.encoded(text, "UTF-16BE"), .utf16BigEndian),
        ]
        for (bytes, charset) in cases {
            let (form, found) = try read(bytes)
            #expect(form == .csv(charset, .comma))
            #expect(found == names)
        }
        #expect(SheetForm.csv(.gb18030, .comma).wordsChinese == "CSV（GB18030，逗号分隔）")
    }

    @Test func `reads a GB 18030 sequence of four bytes by the tables of 2022`() throws {
        let bytes = SampleSheet.encoded("姓名\r\n", "GB18030") + [0x95, 0x32, 0x82, 0x36, 0xA6, 0xD9, 0x0D, 0x0A]
        #expect(try SheetReading.read(bytes).rows[1].cells[0].text == "𠀀\u{FE10}")
    }

    @Test(arguments: [(";", SheetSeparator.semicolon), ("\t", .tab), (",", .comma)])
    func `finds the separator in its heading`(text: String, separator: SheetSeparator) throws {
        let sheet = try SheetReading.read(Array(SampleSheet.csv([SampleSheet.row(1)], separator: text).utf8))
        #expect(sheet.form == .csv(.utf8, separator))
        #expect(sheet.rows[1].cells.map(\.text).prefix(2) == ["1", "王伟"])
    }

    @Test func `takes line ends, separators and quotation marks inside quotation marks as text`() throws {
        let bytes = Array("a,b\r\n\"一\r\n二\",\"三,\"\"四\"\"\"\n\n,\n五\"六,\"七\"八\r九".utf8)
        let rows = try SheetReading.read(bytes).rows
        #expect(rows.map(\.number) == [1, 2, 5, 6])
        #expect(
            rows.map { $0.cells.map(\.text) } == [["a", "b"], ["一\r\n二", "三,\"四\""], ["五\"六", "七八"], ["九"]])
    }

    @Test func `names the row of a byte that is in no character set`() throws {
        let rows = (1...30).map { SampleSheet.row($0, [.name: $0 == 3 ? "\"王\n伟\"" : "欧阳建国"]) }
        // The heading is row 1, so the sixteenth person stands in row 17; a name with a line end makes no row.
        for charset in ["UTF-8", "GB18030"] {
            let lines = SampleSheet.encoded(SampleSheet.csv(rows), charset)
            let mark = SampleSheet.encoded(",\(SampleSheet.residentID(16)),", "UTF-8")
            let place = try #require(lines.indices.first { lines[$0...].starts(with: mark) })
            let bytes = lines[..<place] + [0xFF, 0xFF] + lines[place...]
            #expect(throws: SheetRefusal.unreadableByte(row: 17)) { try SheetReading.read(Array(bytes)) }
        }
        let halfSurrogate = [0xFF, 0xFE] + SampleSheet.encoded("姓名\n王", "UTF-16LE") + [0x00, 0xD8, 0x0A, 0x00]
        #expect(throws: SheetRefusal.unreadableByte(row: 2)) { try SheetReading.read(halfSurrogate) }
    }

    @Test func `names the row in which a quotation mark is never closed`() {
        #expect(throws: SheetRefusal.openQuote(row: 2)) { try SheetReading.read(Array("a,b\n\"c,d\ne,f\n".utf8)) }
    }
}

@Suite struct `A file that is no sheet` {
    private func refusal(_ bytes: [UInt8]?) -> SheetRefusal? {
        do throws(SheetRefusal) { _ = try SampleSheet.judged(bytes ?? []) } catch { return error }
        return nil
    }

    /// The container of old workbooks, with one entry in its list.
    private func compound(_ name: String) -> [UInt8] {
        let magic: [UInt8] = [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]
        let entry: [UInt8] = name.utf8.flatMap { [$0, 0] }
        let head = magic + [UInt8](repeating: 0, count: 512 - magic.count + 128)
        return head + entry + [UInt8](repeating: 0, count: 512 - entry.count)
    }

    private var cases: [(name: String, bytes: [UInt8], refusal: SheetRefusal)] {
        let heading = SampleSheet.headings
        let rows = [SampleSheet.row(1)]
        func text(_ headings: [String]) -> [UInt8] {
            Array((headings.joined(separator: ",") + "\n" + rows[0].joined(separator: ",")).utf8)
        }
        var swapped = heading
        swapped.swapAt(1, 2)
        return [
            ("empty", [], .empty), ("blank", Array(",,\r\n \r\n".utf8), .empty),
            ("only a mark", [0xEF, 0xBB, 0xBF], .empty), ("heading only", Array(SampleSheet.csv([]).utf8), .noRows),
            ("example only", BatchTemplate.csv(), .noRows), ("PDF", Array("%PDF-1.7\n".utf8), .wrongKind),
            ("picture", [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A], .wrongKind),
            ("page", Array("<html><table>".utf8), .wrongKind),
            ("program", [0x7F, 0x45, 0x4C, 0x46, 0x01, 0x00, 0x00], .wrongKind),
            ("other archive", ZipBuilder(entries: [.init("a.txt", "a")]).bytes, .wrongKind),
            ("xls renamed xlsx", compound("Workbook"), .oldWorkbook), ("very old xls", compound("Book"), .oldWorkbook),
            ("word file", compound("WordDocument"), .wrongKind),
            ("password", compound("EncryptedPackage"), .passwordProtected),
            ("too big", [UInt8](repeating: 0x61, count: SheetLimit.bytes + 1), .tooBig),
            ("other table", Array("部门,人数\n人事,3\n".utf8), .notTemplate),
            ("other version", text(heading.dropLast() + ["模板版本9"]), .otherVersion("9")),
            ("no version", text(heading.dropLast()), .missingColumn("模板版本1")),
            ("column missing", text(heading.filter { $0 != "户名" }), .missingColumn("户名")),
            ("column twice", text(heading + ["姓名"]), .repeatedColumn("姓名")),
            ("extra column", text(heading + ["部门"]), .extraColumn("部门")),
            ("other order", text(swapped), .headingOrder(place: 2, found: "身份证号", expected: "姓名")),
            ("wide", Array((String(repeating: ",", count: 64) + "x").utf8), .tooManyColumns(row: 1)),
            ("long", [UInt8](repeating: 0x61, count: SheetLimit.cellBytes + 1), .cellTooLong(row: 1)),
        ]
    }

    @Test func `is refused with the sentence of its kind`() {
        for (name, bytes, expected) in cases {
            #expect(refusal(bytes) == expected, "\(name)")
        }
        #expect(throws: SheetRefusal.noneChosen) { try SheetReading.read(nil) }
    }

    @Test func `has a sentence of its own for each kind, in both languages`() {
        let all =
            cases.map(\.refusal) + [
                .noneChosen, .tooManyRows, .damaged, .unsafe(.ratio), .unreadableByte(row: 3), .openQuote(row: 3),
            ]
        let kinds = Dictionary(all.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
        #expect(kinds.count == 20)
        #expect(Set(kinds.values.map(\.messageChinese)).count == kinds.count)
        #expect(Set(kinds.values.map(\.messageEnglish)).count == kinds.count)
        for refusal in kinds.values {
            #expect(refusal.messageChinese.hasSuffix("。") && refusal.messageChinese.count(where: { $0 == "。" }) == 1)
            #expect(refusal.messageEnglish.hasSuffix("."))
        }
    }

    @Test func `may have five thousand persons and not one more`() throws {
        let rows = (0..<SheetLimit.applications).map { SampleSheet.row($0) }
        #expect(try SampleSheet.judged(rows).summary.submittable == SheetLimit.applications)
        #expect(throws: SheetRefusal.tooManyRows) { try SampleSheet.judged(rows + [SampleSheet.row(5_000)]) }
        let example = SampleSheet.row(1, [.serial: "示例"])
        #expect(throws: SheetRefusal.tooManyRows) { try SampleSheet.judged([example, example] + rows) }
    }
}
