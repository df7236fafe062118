/// Reads and writes CSV as spreadsheet programs do: fields in quotation marks may hold separators, doubled quotation
/// marks and line ends; a row ends with CR LF, LF or CR; a quotation mark inside a field without them is itself.
///
/// Source: RFC 4180; where it is silent, what spreadsheet programs read.
enum SheetCSV {
    static func sheet(_ bytes: [UInt8]) throws(SheetRefusal) -> Sheet {
        let (charset, text) = try SheetCharset.text(of: bytes)
        // No text has a zero byte, and a file of bytes often reads as some character set until then.
        guard !text.contains(0) else { throw .wrongKind }
        let separator = separator(of: text)
        return Sheet(form: .csv(charset, separator), rows: try rows(of: text, separator: separator))
    }

    /// The separator that is most frequent in the first row that is not blank, outside of quotation marks.
    private static func separator(of text: [UInt8]) -> SheetSeparator {
        var counts: [SheetSeparator: Int] = [:]
        var isQuoted = false
        var isBlank = true
        for byte in text {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if isQuoted { continue }
            if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                if isBlank { continue }
                break
            }
            if let separator = SheetSeparator(rawValue: byte) {
                counts[separator, default: 0] += 1
            } else {
                isBlank = isBlank && byte == UInt8(ascii: " ")
            }
        }
        return SheetSeparator.allCases.max { counts[$0, default: 0] < counts[$1, default: 0] }.flatMap {
            counts[$0, default: 0] > counts[.comma, default: 0] ? $0 : .comma
        } ?? .comma
    }

    private static func rows(of text: [UInt8], separator: SheetSeparator) throws(SheetRefusal) -> [SheetRow] {
        var collector = RowCollector()
        var field: [UInt8] = []
        var cells: [SheetCell] = []
        var number = 1
        var quotedFrom: Int?
        var isPending = false
        var index = 0

        func endField() throws(SheetRefusal) {
            if cells.count < SheetLimit.columns {
                guard field.count <= SheetLimit.cellBytes else { throw .cellTooLong(row: number) }
                cells.append(field.isEmpty ? .blank : SheetCell(String(decoding: field, as: UTF8.self)))
            } else if field.contains(where: { $0 != UInt8(ascii: " ") }) {
                throw .tooManyColumns(row: number)
            }
            field.removeAll(keepingCapacity: true)
            isPending = true
        }
        func endRow() throws(SheetRefusal) {
            try endField()
            try collector.add(cells, number: number)
            cells.removeAll(keepingCapacity: true)
            number += 1
            isPending = false
        }

        while index < text.count {
            let byte = text[index]
            index += 1
            if quotedFrom != nil {
                guard byte == UInt8(ascii: "\"") else {
                    field.append(byte)
                    continue
                }
                if index < text.count, text[index] == UInt8(ascii: "\"") {
                    field.append(byte)
                    index += 1
                } else {
                    quotedFrom = nil
                }
                continue
            }
            switch byte {
            case separator.rawValue: try endField()
            case UInt8(ascii: "\n"): try endRow()
            case UInt8(ascii: "\r"):
                if index < text.count, text[index] == UInt8(ascii: "\n") { index += 1 }
                try endRow()
            case UInt8(ascii: "\"") where field.isEmpty:
                quotedFrom = number
                isPending = true
            default: field.append(byte)
            }
        }
        if let quotedFrom { throw .openQuote(row: quotedFrom) }
        if isPending || !field.isEmpty { try endRow() }
        return collector.rows
    }

    /// Writes rows, each ending with CR LF. No cell begins as a formula does, and no long number is left to be taken for
    /// a quantity.
    static func bytes(of rows: [[String]], _ charset: SheetCharset, _ separator: SheetSeparator) -> [UInt8] {
        let separating = String(decoding: [separator.rawValue], as: UTF8.self)
        var text = ""
        for row in rows {
            text += row.map { quoted(guarded($0)) }.joined(separator: separating) + "\r\n"
        }
        return charset.bytes(of: text)
    }

    /// Behind more than eleven digits a tab is put, which makes them text for spreadsheet programs; readers take it off.
    private static func guarded(_ text: String) -> String {
        let text = HarmlessText.of(text)
        let isLong = text.utf8.count > 11 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return isLong ? text + "\t" : text
    }

    /// Every separator needs quotation marks, also those of other files: the one in use is found by counting.
    private static func quoted(_ text: String) -> String {
        let needsMarks = text.utf8.contains {
            SheetSeparator(rawValue: $0) != nil || $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "\n")
                || $0 == UInt8(ascii: "\r")
        }
        return needsMarks ? "\"" + text.doubling(UInt8(ascii: "\"")) + "\"" : text
    }
}

/// Keeps the rows that are not blank, and no more of them than a batch has.
struct RowCollector {
    private(set) var rows: [SheetRow] = []

    mutating func add(_ cells: [SheetCell], number: Int) throws(SheetRefusal) {
        guard let last = cells.lastIndex(where: { !isBlank($0.text) }) else { return }
        guard rows.count < SheetLimit.rows else { throw .tooManyRows }
        rows.append(SheetRow(number: number, cells: Array(cells[...last])))
    }

    mutating func markMerged(_ index: Int) { rows[index].isMerged = true }

    private func isBlank(_ text: String) -> Bool {
        text.unicodeScalars.allSatisfy { CellText.isSpace($0) }
    }
}
