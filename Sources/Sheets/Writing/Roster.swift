/// A list of persons for the paper file (花名册), or any list of the pages to be taken away: a heading, rows of text, and
/// how many there are.
package struct Roster: Hashable, Sendable {
    package let title: String
    /// The employer or office whose list it is.
    package let unit: String
    /// The number of the batch or the filter, by which the list is found again.
    package let reference: String
    /// Who had it made and when, for the foot of each page and the properties of the file.
    package let madeBy: String
    /// Seconds since 1970-01-01 UTC.
    package let madeAtSeconds: Int
    package let headings: [String]
    package let rows: [[String]]

    package init(
        title: String, unit: String, reference: String, madeBy: String, madeAtSeconds: Int, headings: [String],
        rows: [[String]]
    ) {
        self.title = title
        self.unit = unit
        self.reference = reference
        self.madeBy = madeBy
        self.madeAtSeconds = madeAtSeconds
        self.headings = headings
        self.rows = rows
    }

    private var countLine: String { "共 \(rows.count) 行" }

    /// The list as CSV, UTF-8 behind a mark: the headings, the rows, and a last line with their number.
    package func csv() -> [UInt8] {
        SheetCSV.bytes(of: [headings] + rows + [[countLine]], .utf8WithMark, .comma)
    }

    /// The list as a workbook to be printed: A4, broad side up, the heading on every page, lines to be signed at the end.
    package func workbook() throws(WorkbookUnwritten) -> [UInt8] {
        let writing = try WorkbookWriting(title: title, author: madeBy, madeAtSeconds: madeAtSeconds)
        writing.beginSheet("花名册")
        writing.setColumns(headings.map { _ in .init(width: 18) })
        writing.write(title, row: 1, column: 0, style: .title)
        writing.write(["单位：\(unit)  编号：\(reference)  \(countLine)"], row: 2)
        writing.write(headings, row: 3, style: .heading)
        for (place, row) in rows.enumerated() { writing.write(row, row: place + 4, style: .wrapped) }
        writing.write(["经办人：", "", "负责人：", "", "单位盖章："], row: rows.count + 6)
        writing.freeze(rows: 3, repeated: 1...3)
        writing.setPages(footer: "\(madeBy)  \(reference)")
        return try writing.finish()
    }
}
