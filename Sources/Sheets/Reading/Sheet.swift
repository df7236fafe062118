/// How much of a file is read.
package enum SheetLimit {
    package static let megabytes = 10
    /// The longest file.
    package static let bytes = megabytes << 20
    /// The most applications of one batch.
    package static let applications = 5_000
    /// The most rows that are not blank: the applications, the heading and the example.
    static let rows = applications + 2
    /// Text beyond this column is refused; the template has fewer than a fourth of it.
    package static let columns = 64
    /// The longest text of one cell, as spreadsheets have it, in bytes of UTF-8.
    package static let cellBytes = 32_767
    /// What a workbook may unpack to, in bytes.
    package static let unpackedBytes = 100 << 20
    /// The files inside a workbook.
    package static let entries = 2_000
    /// An entry that unpacks to a megabyte or more may be so many times as long as it was packed. The most regular
    /// sheets that spreadsheets write stay below a hundred.
    static let ratio = 200
    /// Elements of XML inside one another; a sheet needs fewer than ten.
    package static let depth = 32
    /// Texts that a workbook keeps in common, used or not.
    static let sharedStrings = 400_000
    /// Merged ranges of a sheet.
    static let mergedRanges = 5_000
    /// The last row that a workbook can have.
    static let lastRow = 1_048_576
}

/// A file as it was read: what it is, and its rows that are not blank.
package struct Sheet: Hashable, Sendable {
    package let form: SheetForm
    package let rows: [SheetRow]
}

/// A row of a sheet that is not blank.
package struct SheetRow: Hashable, Sendable {
    /// As the spreadsheet program numbers it, counted from 1; blank rows count.
    package let number: Int
    /// From the first column on; blank ones are empty, those behind the last text are left out.
    package let cells: [SheetCell]
    /// Whether a merged range touches the row: what it covers is lost in one of its cells.
    package var isMerged = false
}

/// One cell of a sheet.
package struct SheetCell: Hashable, Sendable {
    /// The text; for a number its digits without an exponent.
    package let text: String
    /// Whether the spreadsheet program holds it as a number, of which it keeps fifteen places.
    package let isNumber: Bool

    package init(_ text: String, isNumber: Bool = false) {
        self.text = text
        self.isNumber = isNumber
    }

    package static let blank = SheetCell("")
}

/// What a file turned out to be.
package enum SheetForm: Hashable, Sendable {
    case csv(SheetCharset, SheetSeparator)
    /// A workbook (XLSX); the name of the sheet that was read, the first one that is not hidden.
    case workbook(sheet: String)

    /// For the page, such as `CSV（GB18030，逗号分隔）`.
    package var wordsChinese: String {
        switch self {
        case .csv(let charset, let separator): "CSV（\(charset.wordsChinese)，\(separator.wordsChinese)分隔）"
        case .workbook(let sheet): "XLSX（工作表“\(sheet)”）"
        }
    }

    package var wordsEnglish: String {
        switch self {
        case .csv(let charset, let separator): "CSV (\(charset.wordsEnglish), separated by \(separator.wordsEnglish))"
        case .workbook(let sheet): "XLSX (sheet “\(sheet)”)"
        }
    }
}

/// What stands between the fields of a CSV file.
package enum SheetSeparator: UInt8, Hashable, CaseIterable, Sendable {
    case comma = 0x2C
    case semicolon = 0x3B
    case tab = 0x09

    var wordsChinese: String {
        switch self {
        case .comma: "逗号"
        case .semicolon: "分号"
        case .tab: "制表符"
        }
    }

    var wordsEnglish: String {
        switch self {
        case .comma: "commas"
        case .semicolon: "semicolons"
        case .tab: "tabs"
        }
    }
}
