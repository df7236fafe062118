/// Reads the rows of a CSV file one after the other: fields between commas, quoted where they hold commas, quotes or
/// line ends. A row ends with CR LF or LF.
///
/// Source: RFC 4180; LF alone is read too, because most programs write it.
struct CSVRows {
    private let bytes: [UInt8]
    private var index: Int
    private var line = 1

    /// No field is longer, in bytes.
    static let longestField = 1_024

    init(_ bytes: [UInt8], from start: Int) {
        self.bytes = bytes
        index = start
    }

    enum Row {
        case fields([ArraySlice<UInt8>], line: Int)
        /// The row cannot be read. Reading goes on with the next line, unless a quote was never closed.
        case broken(Flaw, line: Int)
    }

    enum Flaw {
        case quoteNotClosed
        case quoteInside
        case textAfterQuote
        case carriageReturn
        case fieldTooLong
    }

    private enum End {
        case field
        case row
        case file
    }

    /// The next row; nil at the end of the file.
    mutating func next() -> Row? {
        guard index < bytes.count else { return nil }
        let first = line
        var fields: [ArraySlice<UInt8>] = []
        while true {
            switch field() {
            case .failure(let flaw):
                skipLine()
                return .broken(flaw.flaw, line: first)
            case .success(let (field, end)):
                fields.append(field)
                if end != .field { return .fields(fields, line: first) }
            }
        }
    }

    private struct Stop: Error { let flaw: Flaw }

    private mutating func field() -> Result<(ArraySlice<UInt8>, End), Stop> {
        if index < bytes.count, bytes[index] == UInt8(ascii: "\"") { return quotedField() }
        let start = index
        while index < bytes.count {
            switch bytes[index] {
            case UInt8(ascii: ","), UInt8(ascii: "\n"), UInt8(ascii: "\r"):
                let field = bytes[start..<index]
                return end().map { (field, $0) }
            case UInt8(ascii: "\""): return .failure(Stop(flaw: .quoteInside))
            default: index += 1
            }
            if index - start > CSVRows.longestField { return .failure(Stop(flaw: .fieldTooLong)) }
        }
        return .success((bytes[start..<index], .file))
    }

    private mutating func quotedField() -> Result<(ArraySlice<UInt8>, End), Stop> {
        index += 1
        var field: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
                    return end().map { (field[...], $0) }
                }
                index += 1
            }
            if byte == UInt8(ascii: "\n") { line += 1 }
            field.append(byte)
            if field.count > CSVRows.longestField { return .failure(Stop(flaw: .fieldTooLong)) }
        }
        return .failure(Stop(flaw: .quoteNotClosed))
    }

    /// Steps over what ends a field.
    private mutating func end() -> Result<End, Stop> {
        guard index < bytes.count else { return .success(.file) }
        switch bytes[index] {
        case UInt8(ascii: ","):
            index += 1
            return .success(.field)
        case UInt8(ascii: "\n"):
            index += 1
            line += 1
            return .success(.row)
        case UInt8(ascii: "\r"):
            guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "\n") else {
                return .failure(Stop(flaw: .carriageReturn))
            }
            index += 2
            line += 1
            return .success(.row)
        default: return .failure(Stop(flaw: .textAfterQuote))
        }
    }

    private mutating func skipLine() {
        while index < bytes.count, bytes[index] != UInt8(ascii: "\n") { index += 1 }
        if index < bytes.count {
            index += 1
            line += 1
        }
    }
}
