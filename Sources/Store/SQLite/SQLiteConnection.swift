import GRDBSQLite

/// A connection that the pool opened, with the statements that were compiled on it.
///
/// Statements are stepped directly, without the layer above SQLite that turns rows into dictionaries: a step of a case
/// is some twenty statements, and most of their cost would be that layer.
///
/// Used by one thread at a time: the pool guarantees that for the connection that writes, ``ConnectionThreads`` for those that
/// read.
final class SQLiteConnection: TableConnection {
    let dialect = SQLDialect.sqlite
    private let connection: OpaquePointer
    /// Compiled statements by the address of their text, which is constant.
    private var statements: [UnsafeRawPointer: OpaquePointer] = [:]
    private let bound = BoundValues()

    init(_ connection: OpaquePointer) {
        self.connection = connection
    }

    var writtenRows: Int64 { sqlite3_total_changes64(connection) }
    let isSpoiled = false
    let openings = 1

    /// Gives the compiled statements back. A connection can be closed only afterwards.
    func finish() {
        for statement in statements.values { sqlite3_finalize(statement) }
        statements = [:]
    }

    @discardableResult
    func run(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) -> Int {
        let statement = try prepared(sql)
        let mark = bound.count
        defer { reset(statement, boundFrom: mark) }
        try bind(values, to: statement)
        var code = sqlite3_step(statement)
        while code == SQLITE_ROW { code = sqlite3_step(statement) }
        guard code == SQLITE_DONE else { throw fault() }
        return Int(sqlite3_changes64(connection))
    }

    func forEachRow(
        _ sql: StaticString, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        let statement = try prepared(sql)
        let mark = bound.count
        defer { reset(statement, boundFrom: mark) }
        try step(statement, values, read)
    }

    private func step(
        _ statement: OpaquePointer, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        try bind(values, to: statement)
        let row = SQLiteRow(statement: statement)
        while true {
            switch sqlite3_step(statement) {
            case SQLITE_ROW: try read(row)
            case SQLITE_DONE: return
            default: throw fault()
            }
        }
    }

    func forEachRow(
        made sql: String, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        let statement = try sql.utf8CString.withUnsafeBufferPointer { text throws(SQLFault) in
            try compiled(text.baseAddress, count: text.count - 1, flags: 0)
        }
        let mark = bound.count
        defer {
            sqlite3_finalize(statement)
            bound.forget(from: mark)
        }
        try step(statement, values, read)
    }

    func runScript(_ text: String) throws(SQLFault) {
        guard sqlite3_exec(connection, text, nil, nil, nil) == SQLITE_OK else { throw fault() }
    }

    private func prepared(_ sql: StaticString) throws(SQLFault) -> OpaquePointer {
        let key = UnsafeRawPointer(sql.utf8Start)
        if let known = statements[key] { return known }
        let count = sql.utf8CodeUnitCount
        let text = UnsafeRawPointer(sql.utf8Start).assumingMemoryBound(to: CChar.self)
        let statement = try compiled(text, count: count, flags: UInt32(SQLITE_PREPARE_PERSISTENT))
        statements[key] = statement
        return statement
    }

    private func compiled(
        _ text: UnsafePointer<CChar>?, count: Int, flags: UInt32
    ) throws(SQLFault) -> OpaquePointer {
        var compiled: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, text, Int32(count), flags, &compiled, nil)
        guard code == SQLITE_OK, let compiled else { throw fault() }
        for index in 0..<sqlite3_bind_parameter_count(compiled) {
            let name = sqlite3_bind_parameter_name(compiled, index + 1).map { String(cString: $0) }
            precondition(name == "$\(index + 1)", "placeholders are first named in ascending order")
        }
        return compiled
    }

    private func bind(_ values: [SQLValue], to statement: OpaquePointer) throws(SQLFault) {
        precondition(values.count == Int(sqlite3_bind_parameter_count(statement)), "a value for each placeholder")
        for (index, value) in values.enumerated() {
            guard bind(value, to: statement, at: Int32(index + 1)) == SQLITE_OK else { throw fault() }
        }
    }

    private func bind(_ value: SQLValue, to statement: OpaquePointer, at index: Int32) -> Int32 {
        switch value {
        case .integer(nil), .text(nil), .bytes(nil):
            return sqlite3_bind_null(statement, index)
        case .integer(let number?):
            return sqlite3_bind_int64(statement, index, number)
        case .text(var text?):
            return text.withUTF8 { bytes in
                let (place, destructor) = bound.keep(UnsafeRawBufferPointer(bytes))
                let start = place?.assumingMemoryBound(to: CChar.self)
                return sqlite3_bind_text64(
                    statement, index, start, UInt64(bytes.count), destructor, UInt8(SQLITE_UTF8))
            }
        case .bytes(let bytes?):
            guard !bytes.isEmpty else { return sqlite3_bind_zeroblob(statement, index, 0) }
            return bytes.withUnsafeBytes {
                let (place, destructor) = bound.keep($0)
                return sqlite3_bind_blob64(statement, index, place, UInt64($0.count), destructor)
            }
        }
    }

    private func reset(_ statement: OpaquePointer, boundFrom mark: Int) {
        sqlite3_reset(statement)
        sqlite3_clear_bindings(statement)
        bound.forget(from: mark)
    }

    private func fault() -> SQLFault {
        SQLFault(code: sqlite3_extended_errcode(connection), message: String(cString: sqlite3_errmsg(connection)))
    }
}

private struct SQLiteRow: SQLRow {
    let statement: OpaquePointer

    func isNull(_ column: Int) -> Bool { sqlite3_column_type(statement, Int32(column)) == SQLITE_NULL }

    func integer(_ column: Int) throws(SQLFault) -> Int64 {
        try require(SQLITE_INTEGER, column)
        return sqlite3_column_int64(statement, Int32(column))
    }

    func text(_ column: Int) throws(SQLFault) -> String {
        try require(SQLITE_TEXT, column)
        guard let start = sqlite3_column_text(statement, Int32(column)) else { return "" }
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    func bytes(_ column: Int) throws(SQLFault) -> [UInt8] {
        try require(SQLITE_BLOB, column)
        let count = Int(sqlite3_column_bytes(statement, Int32(column)))
        guard count > 0, let start = sqlite3_column_blob(statement, Int32(column)) else { return [] }
        return [UInt8](UnsafeRawBufferPointer(start: start, count: count))
    }

    private func require(_ type: Int32, _ column: Int) throws(SQLFault) {
        guard sqlite3_column_type(statement, Int32(column)) == type else {
            let name = sqlite3_column_name(statement, Int32(column)).map { String(cString: $0) } ?? "\(column)"
            throw SQLFault(.unreadable, "column \(name) holds another type than it should")
        }
    }
}

extension SQLFault {
    /// A result code of SQLite.
    ///
    /// Source: sqlite.org/rescode.html.
    init(code: Int32, message: String) {
        let kind: Kind =
            switch code & 0xFF {
            case SQLITE_CONSTRAINT:
                [2067, 1555, 2579].contains(code) ? .unique : .refused
            case SQLITE_BUSY, SQLITE_LOCKED: .busy
            case SQLITE_FULL: .full
            case SQLITE_IOERR: .disk
            case SQLITE_CORRUPT, SQLITE_NOTADB: .corrupt
            default: .other
            }
        self.init(kind, "\(message) (SQLite code \(code))")
    }
}
