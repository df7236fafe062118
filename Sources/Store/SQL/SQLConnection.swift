/// One connection to a relational database, used by one thread at a time.
///
/// The text of a statement is written once for every driver: placeholders are `$1` to `$n`, and each is first named in
/// ascending order; the values are given in that order. Statements are static text, so that nothing that came from
/// outside can ever become part of one.
package protocol SQLConnection {
    var dialect: SQLDialect { get }

    /// How many rows were inserted, changed or deleted on this connection since it was opened, whether or not that was
    /// committed. It tells whether a piece of work has written anything yet.
    var writtenRows: Int64 { get }

    /// Whether a statement has failed in the open transaction in such a way that it takes no other before it is rolled
    /// back, at least to a savepoint. Some databases undo only the statement.
    var isSpoiled: Bool { get }

    /// How often this connection was opened. When it was opened again, somebody else may have written meanwhile.
    var openings: Int { get }

    /// Runs a statement that returns no rows.
    ///
    /// - Returns: how many rows it inserted, changed or deleted.
    @discardableResult
    func run(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) -> Int

    /// Runs a statement and reads its rows in order, each while the statement stands on it.
    func forEachRow(
        _ sql: StaticString, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault)

    /// Runs a script of several statements without values: the schema.
    func runScript(_ text: String) throws(SQLFault)
}

/// A connection to a server, which can be sent statements while nobody waits for those before. What becomes of them is told
/// together: by the next statement that is waited for, at the latest by ``settle()``.
///
/// Statements are carried out in the order in which they were given, those that are waited for among them.
package protocol SQLPipeline: SQLConnection {
    /// Sends a statement that returns no rows.
    ///
    /// - Parameter count: how many rows it has to insert, change or delete; nil for any number.
    func send(_ sql: StaticString, _ values: [SQLValue], changing count: Int?) throws(SQLFault)

    /// Waits for what was sent.
    ///
    /// - Throws: the first fault of it, whichever statement it was of. The transaction is spoiled then, also where a statement
    ///   only changed another number of rows: it is to be rolled back.
    func settle() throws(SQLFault)
}

extension SQLConnection {
    @discardableResult
    package func run(_ sql: StaticString, _ values: SQLValue...) throws(SQLFault) -> Int { try run(sql, values) }

    /// The rows of a statement, each turned into a value.
    package func rows<Value>(
        _ sql: StaticString, _ values: [SQLValue] = [], _ read: (any SQLRow) throws(SQLFault) -> Value
    ) throws(SQLFault) -> [Value] {
        var found: [Value] = []
        try forEachRow(sql, values) { row throws(SQLFault) in found.append(try read(row)) }
        return found
    }

    /// The first row of a statement as a value; nil for none.
    package func first<Value>(
        _ sql: StaticString, _ values: [SQLValue] = [], _ read: (any SQLRow) throws(SQLFault) -> Value
    ) throws(SQLFault) -> Value? {
        var found: Value?
        try forEachRow(sql, values) { row throws(SQLFault) in if found == nil { found = try read(row) } }
        return found
    }

    /// The one integer that a statement returns; nil for no row or NULL.
    package func integer(_ sql: StaticString, _ values: [SQLValue] = []) throws(SQLFault) -> Int64? {
        let found = try first(sql, values) { row throws(SQLFault) in row.isNull(0) ? nil : try row.integer(0) }
        return found ?? nil
    }
}

/// A row that a statement stands on. Columns are counted from 0.
package protocol SQLRow {
    func isNull(_ column: Int) -> Bool
    /// - Throws: ``SQLFault/Kind/unreadable`` when the column holds another type. The same is true of the other readers.
    func integer(_ column: Int) throws(SQLFault) -> Int64
    func text(_ column: Int) throws(SQLFault) -> String
    func bytes(_ column: Int) throws(SQLFault) -> [UInt8]
}

extension SQLRow {
    package func optionalInteger(_ column: Int) throws(SQLFault) -> Int64? {
        isNull(column) ? nil : try integer(column)
    }

    package func optionalText(_ column: Int) throws(SQLFault) -> String? { isNull(column) ? nil : try text(column) }

    package func optionalBytes(_ column: Int) throws(SQLFault) -> [UInt8]? {
        isNull(column) ? nil : try bytes(column)
    }

    /// Truth values are kept as 0 and 1.
    package func flag(_ column: Int) throws(SQLFault) -> Bool { try integer(column) != 0 }
}

/// A value that is given to a statement; nil is NULL. It has a type where there is no value, too: a statement that only
/// asks whether a placeholder is NULL does not say which type it means.
package enum SQLValue: Hashable, Sendable {
    case integer(Int64?)
    case text(String?)
    case bytes([UInt8]?)

    static func integer(_ value: Int) -> SQLValue { .integer(Int64(value)) }
    static func flag(_ value: Bool) -> SQLValue { .integer(value ? 1 : 0) }
}

/// What differs between the languages of the databases: a few words of the schema, and how a transaction begins.
package enum SQLDialect: Sendable {
    case sqlite
    case postgres
}

/// What went wrong in the database.
package struct SQLFault: Error, Sendable, CustomStringConvertible {
    package let kind: Kind
    /// What the database says. It never holds the values of a statement, so it holds nothing about people.
    package let message: String

    package enum Kind: Sendable {
        /// A row of the same key is there already.
        case unique
        /// A rule of the schema refuses what was written: a mistake of ours, not of the disk.
        case refused
        /// Another connection holds what is needed.
        case busy
        case full
        /// Reading or writing the disk failed.
        case disk
        /// The file is not what was ever written.
        case corrupt
        /// A row holds what no program has written there; the file itself is sound.
        case unreadable
        /// The connection is gone, or the server did not answer in time. Of an open transaction nothing stays, unless its
        /// commit was on the way.
        case lost
        /// The instance that writes was ended by another one.
        case fenced
        case other
    }

    package init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    package var description: String { message }
}
