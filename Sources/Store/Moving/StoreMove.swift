import Foundation
package import TransferDocuments

/// Moves all that a store holds into an empty database of another kind, and looks whether it has arrived.
///
/// No node may serve from either of them meanwhile: they are to be opened with ``DatabaseAccess/serving``. The new one gets
/// everything in one transaction, so that it is empty again when anything goes wrong before its end.
package struct StoreMove: Sendable {
    private let old: any SQLDatabase
    private let new: any SQLDatabase

    package init(from old: any SQLDatabase, to new: any SQLDatabase) {
        self.old = old
        self.new = new
    }

    /// What a database holds, to be compared with another one.
    package struct Content: Hashable, Sendable {
        package let tables: [Table]
        /// The leaves of the log and the root over them.
        package let leaves: Int64
        package let root: DocumentDigest
    }

    /// A table: how many rows it has, and a digest over all of them in the order of their key.
    package struct Table: Hashable, Sendable {
        package let name: String
        package let rows: Int
        package let digest: DocumentDigest
    }

    /// Moves everything.
    ///
    /// - Throws: ``OpeningFault``: the old one is of another version, the new one is not empty, or something failed.
    package func run() async throws(OpeningFault) {
        try await withBoth { old, new throws(SQLFault) in
            guard try Migration.version(of: old) == Migration.current else {
                throw SQLFault(.other, "its tables are of another version: start the node on the old database first")
            }
            guard try Migration.version(of: new) == 0 else {
                throw SQLFault(.other, "the new database is not empty: it has tables of a store already")
            }
            try old.snapshot { () throws(SQLFault) in
                try new.transaction { () throws(SQLFault) in
                    try Migration.make(on: new)
                    try new.clearSeeds()
                    for table in try TableShape.all(of: old, new) { try copy(table, from: old, to: new) }
                    try new.setNumbers()
                }
            }
        }
    }

    /// What both hold, as it is read back from each.
    package func contents() async throws(OpeningFault) -> (old: Content, new: Content) {
        try await withBoth { old, new throws(SQLFault) in
            let tables = try TableShape.all(of: old, new)
            return (
                old: try old.snapshot { () throws(SQLFault) in try old.content(tables) },
                new: try new.snapshot { () throws(SQLFault) in try new.content(tables) }
            )
        }
    }

    private func copy(
        _ table: TableShape, from old: any TableConnection, to new: any TableConnection
    ) throws(SQLFault) {
        var waiting: [SQLValue] = []
        let full = table.insertion(of: table.rowsAtOnce)
        try old.forEachRow(made: table.selection, []) { row throws(SQLFault) in
            waiting += try table.values(of: row)
            guard waiting.count == table.rowsAtOnce * table.columns.count else { return }
            try new.forEachRow(made: full, waiting) { _ in }
            waiting.removeAll(keepingCapacity: true)
        }
        guard !waiting.isEmpty else { return }
        try new.forEachRow(made: table.insertion(of: waiting.count / table.columns.count), waiting) { _ in }
    }

    /// Lends the writing connection of the old one to the thread of the new one, and waits there until it is given back.
    private func withBoth<Value: Sendable>(
        _ work: @escaping @Sendable (any TableConnection, any TableConnection) throws(SQLFault) -> Value
    ) async throws(OpeningFault) -> Value {
        let outcome: Result<Value, SQLFault> = await withCheckedContinuation { continuation in
            old.write { [new] given in
                let lent = Lent(given)
                let isBack = DispatchSemaphore(value: 0)
                new.write { taken in
                    do throws(SQLFault) {
                        let value = try work(try tables(lent.connection), try tables(taken))
                        continuation.resume(returning: .success(value))
                    } catch {
                        continuation.resume(returning: .failure(error))
                    }
                    isBack.signal()
                }
                isBack.wait()
            }
        }
        do throws(SQLFault) {
            return try outcome.get()
        } catch {
            throw OpeningFault("the store was not moved: \(error)", isOfDisk: error.breaksStore || error.kind == .full)
        }
    }
}

/// A connection that another thread may use while its own one waits.
private struct Lent: @unchecked Sendable {
    let connection: Result<any SQLConnection, SQLFault>

    init(_ connection: Result<any SQLConnection, SQLFault>) { self.connection = connection }
}

private func tables(_ given: Result<any SQLConnection, SQLFault>) throws(SQLFault) -> any TableConnection {
    guard let connection = try given.get() as? any TableConnection else {
        throw SQLFault(.other, "tables cannot be moved from or to this kind of database")
    }
    return connection
}

extension TableShape {
    /// The tables of two databases of one version, of which one at least is a file.
    fileprivate static func all(
        of one: any TableConnection, _ other: any TableConnection
    ) throws(SQLFault) -> [TableShape] {
        switch (one.dialect, other.dialect) {
        case (.sqlite, _): try all(in: one)
        case (_, .sqlite): try all(in: other)
        case (.postgres, .postgres): throw SQLFault(.other, "from server to server pg_dump and pg_restore move it")
        }
    }
}

extension TableConnection {
    /// Takes out what the scripts put into tables that they make: the rows of the old database come in their place.
    fileprivate func clearSeeds() throws(SQLFault) {
        let table =
            switch dialect {
            case .sqlite: ""
            case .postgres: " ON leaves_since"
            }
        try runScript(
            """
            DROP TRIGGER leaves_since_no_update\(table);
            DROP TRIGGER leaves_since_no_delete\(table);
            DELETE FROM leaves_since;
            DELETE FROM notice_cursor;
            \(dialect.fill("{append-only:leaves_since}"))
            """)
    }

    /// Has the rows that are numbered by the database go on behind those that came with their numbers.
    fileprivate func setNumbers() throws(SQLFault) {
        guard dialect == .postgres else { return }
        let numbered = try rows(
            """
            SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
            WHERE table_schema = current_schema() AND is_identity = 'YES' ORDER BY 1
            """
        ) { row throws(SQLFault) in (table: try row.text(0), column: try row.text(1)) }
        for (table, column) in numbered {
            try runScript(
                """
                SELECT setval(pg_get_serial_sequence('\(table)', '\(column)'),
                    (SELECT coalesce(max(\(column)), 0) + 1 FROM \(table)), false);
                """)
        }
    }

    fileprivate func content(_ tables: [TableShape]) throws(SQLFault) -> StoreMove.Content {
        var found: [StoreMove.Table] = []
        for table in tables {
            var (count, digest) = (0, DocumentDigest(of: []))
            try forEachRow(made: table.selection, []) { row throws(SQLFault) in
                count += 1
                digest = DocumentDigest(of: digest.bytes + (try table.values(of: row)).flatMap(\.digested))
            }
            found.append(StoreMove.Table(name: table.name, rows: count, digest: digest))
        }
        let (size, root) = try LogNodes(connection: self).whole()
        return StoreMove.Content(tables: found, leaves: size, root: root)
    }
}

extension SQLValue {
    /// A byte for the type, the length in eight, and the value: no two rows have the same.
    fileprivate var digested: [UInt8] {
        let (type, bytes): (UInt8, [UInt8]?) =
            switch self {
            case .integer(let number): (1, number.map { withUnsafeBytes(of: $0.bigEndian) { Array($0) } })
            case .text(let text): (2, text.map { Array($0.utf8) })
            case .bytes(let bytes): (3, bytes)
            }
        guard let bytes else { return [0] }
        return [type] + withUnsafeBytes(of: UInt64(bytes.count).bigEndian) { Array($0) } + bytes
    }
}
