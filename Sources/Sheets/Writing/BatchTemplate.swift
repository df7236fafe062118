import TransferCore

/// The template that employers fill in (模板下载).
package enum BatchTemplate {
    /// When this version of the template was made: 2026-11-22 UTC, in seconds since 1970.
    private static let madeAtSeconds = 1_795_305_600

    private static var headings: [String] { BatchColumn.allCases.map(\.templateHeading) + [BatchColumn.mark] }
    private static var example: [String] { BatchColumn.allCases.map(\.example) }

    /// The template as CSV, UTF-8 behind a mark, so that every spreadsheet program reads its characters.
    package static func csv() -> [UInt8] {
        SheetCSV.bytes(of: [headings, example + [""]], .utf8WithMark, .comma)
    }

    /// The template as a workbook: all columns text, lists to choose from, the heading in sight.
    ///
    /// - Parameter regions: what the column of the origin offers; without any, its codes are typed.
    package static func workbook(regions: [BatchRegion]) throws(WorkbookUnwritten) -> [UInt8] {
        let writing = try WorkbookWriting(title: "转移接续批量申请模板", author: nil, madeAtSeconds: madeAtSeconds)
        writing.beginSheet("转移申请")
        writing.setColumns(BatchColumn.allCases.map { _ in .init(width: 20) } + [.init(width: 10, isHidden: true)])
        for column in BatchColumn.allCases {
            writing.write(
                column.templateHeading, row: 1, column: column.rawValue,
                style: column.isRequired ? .requiredHeading : .heading)
        }
        writing.write(BatchColumn.mark, row: 1, column: headings.count - 1, style: .heading)
        writing.write(example, row: 2)
        writing.freeze(rows: 1, repeated: 1...1)
        writing.setPages(footer: BatchColumn.mark)
        let lists = lists(regions)
        for (place, list) in lists.enumerated() where !list.words.isEmpty {
            let letter = String(UnicodeScalar(UInt8(ascii: "A") + UInt8(place)))
            writing.offer(
                "='选项'!$\(letter)$1:$\(letter)$\(list.words.count)", column: list.column.rawValue,
                rows: 2...(SheetLimit.rows), isStrict: list.column != .origin)
        }
        writeExplanation(writing)
        writing.beginSheet("选项", isHidden: true)
        for (place, list) in lists.enumerated() {
            for (row, word) in list.words.enumerated() {
                writing.write(word, row: row + 1, column: place, style: .text)
            }
        }
        return try writing.finish()
    }

    private static func lists(_ regions: [BatchRegion]) -> [(column: BatchColumn, words: [String])] {
        [
            (.origin, regions.sorted { $0.code.text < $1.code.text }.map { "\($0.code.text) \($0.name)" }),
            (.purpose, BatchWords.purposes), (.approvedMove, BatchWords.truths), (.otherBranches, BatchWords.branches),
        ]
    }

    private static func writeExplanation(_ writing: WorkbookWriting) {
        writing.beginSheet("填写说明")
        writing.setColumns([.init(width: 100)])
        let lines = [
            "每人一行，最多 \(SheetLimit.applications) 行；文件不超过 \(SheetLimit.megabytes) MB。",
            "序号为“\(BatchColumn.exampleMark)”的行是示例，上传时不读取，可以删除。",
            "表头中标有“必填”的列必须填写；请勿增删列，也不要改变列的顺序。",
            "身份证号、手机号码、银行卡号等列已设为文本，请勿改成数字。",
            "转出地填六位行政区划代码，或从下拉列表中选择。",
            "其他险种需要处理时，请填写本人银行账户的四列；户名须与姓名完全一致。",
            "One person in each row; the row marked \(BatchColumn.exampleMark) is an example and is not read.",
        ]
        for (row, line) in lines.enumerated() { writing.write([line], row: row + 1) }
    }
}
