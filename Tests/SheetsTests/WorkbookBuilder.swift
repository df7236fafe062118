/// Makes small workbooks, part by part, so that each part can be wrong in its own way.
struct WorkbookBuilder {
    static let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    static let links = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

    /// The rows of the sheet as XML.
    var rows = ""
    /// What stands behind the rows.
    var behindRows = ""
    var sharedStrings: [String] = []
    var sheets = #"<sheet name="转移申请" sheetId="1" r:id="rId1"/>"#
    /// What stands before the sheet's outer element.
    var beforeSheet = ""
    var namespace = WorkbookBuilder.main
    var moreEntries: [ZipBuilder.Entry] = []

    init(_ table: [[String]]) {
        for (row, cells) in table.enumerated() {
            rows += "<row r=\"\(row + 1)\">"
            for (column, text) in cells.enumerated() where !text.isEmpty {
                rows += WorkbookBuilder.inline(text, column: column, row: row + 1)
            }
            rows += "</row>"
        }
    }

    static func place(_ column: Int, _ row: Int) -> String {
        let letters = column < 26 ? "" : String(UnicodeScalar(UInt8(64 + column / 26)))
        return letters + String(UnicodeScalar(UInt8(65 + column % 26))) + String(row)
    }

    static func inline(_ text: String, column: Int, row: Int) -> String {
        "<c r=\"\(place(column, row))\" t=\"inlineStr\"><is><t xml:space=\"preserve\">\(escaped(text))</t></is></c>"
    }

    static func number(_ digits: String, column: Int, row: Int) -> String {
        "<c r=\"\(place(column, row))\"><v>\(digits)</v></c>"
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
    }

    var sheetXML: String {
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\(beforeSheet)<worksheet xmlns=\"\(namespace)\">"
            + "<sheetData>\(rows)</sheetData>\(behindRows)</worksheet>"
    }

    var archive: ZipBuilder {
        let package = "http://schemas.openxmlformats.org/package/2006/relationships"
        let strings = sharedStrings.map { "<si>\($0)</si>" }.joined()
        return ZipBuilder(
            entries: [
                .init(
                    "_rels/.rels",
                    #"<Relationships xmlns="\#(package)"><Relationship Id="rId1" Type="\#(Self.links)/officeDocument" "#
                        + #"Target="xl/workbook.xml"/></Relationships>"#),
                .init(
                    "xl/workbook.xml",
                    #"<workbook xmlns="\#(Self.main)" xmlns:r="\#(Self.links)"><sheets>\#(sheets)</sheets></workbook>"#),
                .init(
                    "xl/_rels/workbook.xml.rels",
                    #"<Relationships xmlns="\#(package)">"#
                        + #"<Relationship Id="rId1" Type="\#(Self.links)/worksheet" Target="worksheets/sheet1.xml"/>"#
                        + #"<Relationship Id="rId2" Type="\#(Self.links)/worksheet" Target="/xl/worksheets/sheet2.xml"/>"#
                        + #"<Relationship Id="rId3" Type="\#(Self.links)/sharedStrings" Target="sharedStrings.xml"/>"#
                        + "</Relationships>"),
                .init("xl/sharedStrings.xml", #"<sst xmlns="\#(Self.main)">\#(strings)</sst>"#),
                .init("xl/worksheets/sheet1.xml", sheetXML),
            ] + moreEntries)
    }

    var bytes: [UInt8] { archive.bytes }
}
