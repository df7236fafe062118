/// The rows that were not taken, given back as they came (下载失败行): the user's own columns and a last one that says why.
/// The file can be corrected and uploaded as it is; its last column is not read.
package enum FailedRows {
    /// A row and why it was not taken, each reason a sentence.
    package struct Failed: Hashable, Sendable {
        package let row: Int
        package let reasons: [String]

        /// - Parameter row: the row as the sheet numbers it.
        package init(row: Int, reasons: [String]) {
            self.row = row
            self.reasons = reasons
        }
    }

    /// The rows of a batch that have faults, in its own format and character set.
    package static func file(of batch: BatchSheet) throws(WorkbookUnwritten) -> [UInt8] {
        try file(
            of: batch,
            batch.rows.compactMap { row in
                guard case .faulty(let faults) = row.outcome else { return nil }
                return Failed(row: row.number, reasons: faults.map(\.reasonChinese))
            })
    }

    /// Any rows of a batch, such as those that were refused when they were lodged; rows that it does not have are left
    /// out.
    package static func file(of batch: BatchSheet, _ failed: [Failed]) throws(WorkbookUnwritten) -> [UInt8] {
        let rows = Dictionary(batch.rows.map { ($0.number, $0) }, uniquingKeysWith: { first, _ in first })
        let width = batch.headings.count
        var table = [batch.headings + [BatchColumn.reasonHeading]]
        for failure in failed {
            guard let row = rows[failure.row] else { continue }
            let cells = row.cells.map(\.ownText)
            let padding = [String](repeating: "", count: max(0, width - cells.count))
            table.append(cells.prefix(width) + padding + [failure.reasons.joined(separator: "；")])
        }
        switch batch.form {
        case .csv(let charset, let separator): return SheetCSV.bytes(of: table, charset, separator)
        case .workbook(let sheet): return try workbook(table, sheet: sheet)
        }
    }

    private static func workbook(_ table: [[String]], sheet: String) throws(WorkbookUnwritten) -> [UInt8] {
        // Of the day of an upload the file says nothing.
        let writing = try WorkbookWriting(title: "未通过的行", author: nil, madeAtSeconds: 1)
        writing.beginSheet("转移申请")
        writing.setColumns(
            table[0].map { heading in
                switch heading {
                case BatchColumn.reasonHeading: .init(width: 80)
                case _ where CellText.trimmed(heading) == BatchColumn.mark: .init(width: 10, isHidden: true)
                default: .init(width: 20)
                }
            })
        for (row, cells) in table.enumerated() {
            writing.write(cells, row: row + 1, style: row == 0 ? .heading : .text)
        }
        writing.freeze(rows: 1, repeated: 1...1)
        return try writing.finish()
    }
}

extension SheetFault {
    /// The fault in one line of the user's file: the column and the sentence, without what stood there.
    package var reasonChinese: String {
        let sentence = messageChinese.hasSuffix("。") ? String(messageChinese.dropLast()) : messageChinese
        return column.map { "\($0.heading)：\(sentence)" } ?? sentence
    }
}
