import Sheets
import Testing

@Suite struct `A workbook` {
    private func texts(_ builder: WorkbookBuilder) throws -> [[String]] {
        try SheetReading.read(builder.bytes).rows.map { $0.cells.map(\.text) }
    }

    @Test func `gives its rows with the numbers that the user sees`() throws {
        var builder = WorkbookBuilder([["姓名", "𠮷野"]])
        builder.rows += #"<row r="4"><c r="C4" t="inlineStr"><is><t>丙</t></is></c></row>"#
        builder.rows += #"<row><c t="inlineStr"><is><r><t>甲</t></r><rPh><t>jia</t></rPh><r><t>乙</t></r></is></c></row>"#
        let sheet = try SheetReading.read(builder.bytes)
        #expect(sheet.form == .workbook(sheet: "转移申请"))
        #expect(sheet.rows.map(\.number) == [1, 4, 5])
        #expect(sheet.rows.map { $0.cells.map(\.text) } == [["姓名", "𠮷野"], ["", "", "丙"], ["甲乙"]])
    }

    @Test func `takes texts in common, numbers, truth values, formulas' results and escaped characters`() throws {
        var builder = WorkbookBuilder([])
        builder.sharedStrings = ["<t>甲</t>", "<r><t>乙</t></r><rPh><t>yi</t></rPh>", "<t>a_x000A_b_x005F_x0041_</t>"]
        builder.rows =
            #"<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="s"><v>2</v></c>"#
            + #"<c r="D1"><v>1.3800138E10</v></c><c r="E1" t="b"><v>1</v></c>"#
            + #"<c r="F1" t="str"><f>A1</f><v>丙</v></c><c r="G1" t="e"><v>#N/A</v></c><c r="H1"><v>0.5</v></c></row>"#
        #expect(try texts(builder) == [["甲", "乙", "a\nb_x0041_", "13800138000", "TRUE", "丙", "#N/A", "0.5"]])
        #expect(try SheetReading.read(builder.bytes).rows[0].cells.map(\.isNumber).count(where: { $0 }) == 2)
    }

    @Test func `is read where its first visible sheet is`() throws {
        var builder = WorkbookBuilder([["隐藏"]])
        let second = WorkbookBuilder([["看得见"]])
        builder.sheets = """
            <sheet name="旧" sheetId="1" state="hidden" r:id="rId1"/><sheet name="新" sheetId="2" r:id="rId2"/>
            """
        builder.moreEntries = [.init("xl/worksheets/sheet2.xml", second.sheetXML)]
        let sheet = try SheetReading.read(builder.bytes)
        #expect(sheet.form == .workbook(sheet: "新"))
        #expect(sheet.rows[0].cells[0].text == "看得见")
    }

    @Test func `is read in the strict form as well`() throws {
        var builder = WorkbookBuilder([["姓名"]])
        builder.namespace = "http://purl.oclc.org/ooxml/spreadsheetml/main"
        #expect(try texts(builder) == [["姓名"]])
    }

    @Test func `says which rows its merged cells touch`() throws {
        var builder = WorkbookBuilder([["a"], ["b"], ["c"], ["d"]])
        builder.behindRows = #"<mergeCells><mergeCell ref="A1:B2"/><mergeCell ref="B2:B3"/></mergeCells>"#
        #expect(try SheetReading.read(builder.bytes).rows.map(\.isMerged) == [true, true, true, false])
    }

    private func refusal(_ bytes: [UInt8]) -> SheetRefusal? {
        do throws(SheetRefusal) { _ = try SheetReading.read(bytes) } catch { return error }
        return nil
    }

    private func refusal(_ change: (inout ZipBuilder) -> Void) -> SheetRefusal? {
        var archive = WorkbookBuilder([["姓名"]]).archive
        change(&archive)
        return refusal(archive.bytes)
    }

    @Test func `that would unpack to too much is not unpacked`() {
        func entry(_ number: Int, packed: Int, length: Int) -> ZipBuilder.Entry {
            var entry = ZipBuilder.Entry("xl/media/\(number).bin", "")
            (entry.deflated, entry.saidLength) = ([UInt8](repeating: 0, count: packed), length)
            return entry
        }
        let limit = SheetLimit.unpackedBytes
        #expect(refusal { $0.entries.append(entry(1, packed: 1 << 20, length: limit)) } == .unsafe(.unpackedSize))
        #expect(refusal { $0.entries.append(entry(1, packed: 1 << 20, length: limit - 10_000)) } == nil)
        // Twenty that are each small enough.
        #expect(
            refusal { archive in
                archive.entries += (1...20).map { entry($0, packed: 50_000, length: limit / 20) }
            } == .unsafe(.unpackedSize))
        #expect(refusal { $0.entries.append(entry(1, packed: 5_000, length: 2 << 20)) } == .unsafe(.ratio))
        // A sheet that is long because it says little.
        let (content, deflated) = packedRun(of: UInt8(ascii: " "), matches: 5_000)
        let long = refusal { archive in
            (archive.entries[4].content, archive.entries[4].deflated) = (content, deflated)
        }
        #expect(long == .damaged)
    }

    @Test func `whose list lies about a length is damaged`() {
        for saidLength in [100, 10_000] {
            #expect(
                refusal { archive in
                    let (content, deflated) = packedRun(of: UInt8(ascii: " "), matches: 10)
                    (archive.entries[4].content, archive.entries[4].deflated) = (content, deflated)
                    archive.entries[4].saidLength = saidLength
                } == .damaged)
        }
    }

    @Test func `with more entries than a workbook has is refused`() {
        #expect(
            refusal { archive in (0..<2_000).forEach { archive.entries.append(.init("a\($0)", "")) } }
                == .unsafe(.entries))
    }

    @Test(arguments: [
        "../a.xml", "xl/../../a.xml", "/etc/passwd", "xl\\a.xml", "C:a.xml", "xl/..%2fa.xml", "XL/workbook.XML",
    ])
    func `with a name that leads out of it, or a name twice, is refused`(name: String) {
        #expect(refusal { $0.entries.append(.init(name, "a")) } == .unsafe(.name))
    }

    @Test func `with a symbolic link is refused`() {
        #expect(
            refusal { archive in
                archive.entries.append(.init("xl/a.xml", "/etc/passwd"))
                archive.entries[5].unixMode = 0o120777
            } == .unsafe(.symbolicLink))
    }

    @Test func `with an encrypted entry is protected by a password`() {
        #expect(refusal { $0.entries[4].isEncrypted = true } == .passwordProtected)
    }

    @Test func `with a document type is refused before any entity is known`() {
        var builder = WorkbookBuilder([["&a;"]])
        builder.rows = builder.rows.replacing("&amp;a;", with: "&a;")
        for type in [
            #"<!DOCTYPE a [<!ENTITY a SYSTEM "file:///etc/passwd">]>"#, #"<!DOCTYPE a [<!ENTITY a "aaaa">]>"#,
            #"<!DOCTYPE worksheet SYSTEM "http://127.0.0.1/a.dtd">"#, "<!DOCTYPE a>",
        ] {
            builder.beforeSheet = type
            #expect(refusal(builder.bytes) == .unsafe(.documentType))
        }
    }

    @Test func `with forty-two levels of elements is refused`() {
        var builder = WorkbookBuilder([])
        builder.rows = String(repeating: "<a>", count: 42) + String(repeating: "</a>", count: 42)
        #expect(refusal(builder.bytes) == .unsafe(.depth))
    }

    @Test func `that is no workbook any more is damaged`() {
        let whole = WorkbookBuilder([["姓名"]])
        #expect(refusal(Array(whole.bytes.dropLast(40))) == .damaged)
        for rows in [
            #"<row r="2"/><row r="2"/>"#, #"<row r="0"/>"#, #"<row r="x"/>"#, #"<row r="1048577"/>"#,
            #"<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#, #"<row><c t="s"><v>7</v></c></row>"#,
            #"<row><c t="s"><v>-1</v></c></row>"#, #"<row><c r="1A"><v>1</v></c></row>"#, "<row>", "\u{1}",
        ] {
            var builder = whole
            builder.rows = rows
            #expect(refusal(builder.bytes) == .damaged, "\(rows)")
        }
        var merged = whole
        merged.behindRows = #"<mergeCells><mergeCell ref="B2:A1"/></mergeCells>"#
        #expect(refusal(merged.bytes) == .damaged)
        #expect(refusal { $0.entries.remove(at: 4) } == .damaged)
        #expect(refusal { $0.entries.remove(at: 0) } == .wrongKind)
        #expect(refusal { $0.entries[4].content[60] ^= 0x20 } == .damaged)
    }

    @Test func `whose bytes are changed anywhere is read or refused, and never more than that`() {
        let whole = WorkbookBuilder([["姓名", "王伟"]]).bytes
        var read = 0
        for place in whole.indices {
            var bytes = whole
            bytes[place] ^= 0x41
            if refusal(bytes) == nil { read += 1 }
        }
        #expect(read < whole.count)
    }
}
