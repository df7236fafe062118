/// The rows of an account sheet: fields between commas, in quotation marks where they hold a comma or a quotation mark.
/// A row is one line, which ends with CR LF or LF.
struct SheetRows {
    struct Row {
        /// Without white space at their ends.
        let fields: [String]
        /// Counted from 1.
        let line: Int
    }

    let rows: [Row]

    /// No row has more fields; none of ours has half as many.
    private static let mostFields = 40

    /// - Parameter text: UTF-8.
    init(_ text: [UInt8]) throws(BankFileFault) {
        guard !text.contains(0) else { throw BankFileFault(.encoding, at: .file, "a byte of zero") }
        guard text.last == UInt8(ascii: "\n") else {
            throw BankFileFault(
                .malformed, at: .file, "the last line has no end: it may be half a file; have it sent again")
        }
        var rows: [Row] = []
        var start = 0
        while start < text.count, let end = text[start...].firstIndex(of: UInt8(ascii: "\n")) {
            let line = rows.count + 1
            guard line <= BankFileLimit.rows else {
                throw BankFileFault(
                    .elementCount, at: BankFilePlace("line[\(line)]"), "more than \(BankFileLimit.rows) lines")
            }
            let hasReturn = end > start && text[end - 1] == UInt8(ascii: "\r")
            rows.append(
                Row(fields: try SheetRows.fields(of: text[start..<(hasReturn ? end - 1 : end)], line), line: line))
            start = end + 1
        }
        self.rows = rows
    }

    private static func fields(of row: ArraySlice<UInt8>, _ line: Int) throws(BankFileFault) -> [String] {
        func fault(_ detail: String) -> BankFileFault {
            BankFileFault(.malformed, at: BankFilePlace("line[\(line)]"), detail)
        }
        guard !row.isEmpty else { throw fault("an empty line") }
        var fields: [String] = []
        var rest = row
        while true {
            var field: [UInt8] = []
            if rest.first == UInt8(ascii: "\"") {
                rest = rest.dropFirst()
                while true {
                    guard let mark = rest.firstIndex(of: UInt8(ascii: "\"")) else {
                        throw fault("a quotation mark is not closed on its line")
                    }
                    field += rest[..<mark]
                    rest = rest[(mark + 1)...]
                    guard rest.first == UInt8(ascii: "\"") else { break }
                    field.append(UInt8(ascii: "\""))
                    rest = rest.dropFirst()
                }
                guard rest.isEmpty || rest.first == UInt8(ascii: ",") else {
                    throw fault("text behind a closed quotation mark")
                }
            } else {
                let end = rest.firstIndex(of: UInt8(ascii: ",")) ?? rest.endIndex
                field = Array(rest[..<end])
                rest = rest[end...]
                guard !field.contains(UInt8(ascii: "\"")), !field.contains(UInt8(ascii: "\r")) else {
                    throw fault("a quotation mark or a carriage return inside a field without quotation marks")
                }
            }
            fields.append(trimmed(String(decoding: field, as: UTF8.self)))
            guard fields.count <= mostFields else { throw fault("more than \(mostFields) fields") }
            guard !rest.isEmpty else { return fields }
            rest = rest.dropFirst()
        }
    }

    /// Writes one row.
    static func text(_ fields: [String]) -> String {
        fields.map { field in
            guard field.utf8.contains(where: { $0 == UInt8(ascii: ",") || $0 == UInt8(ascii: "\"") }) else {
                return field
            }
            return "\"" + field.replacing("\"", with: "\"\"") + "\""
        }.joined(separator: ",") + "\r\n"
    }
}
