/// A table as it is moved: its columns in their order. The names are those of the schema, nothing from outside.
struct TableShape: Sendable {
    let name: String
    let columns: [Column]
    /// The tables whose rows its rows name.
    let named: [String]

    struct Column: Sendable {
        let name: String
        let type: ColumnType
        /// Its place in the primary key, from 1; 0 outside of it.
        let keyPlace: Int64
    }

    enum ColumnType: String, Sendable {
        case integer = "INTEGER"
        case text = "TEXT"
        case bytes = "BLOB"
    }

    private var list: String { columns.map(\.name).joined(separator: ", ") }

    /// All rows, in the order of the key.
    var selection: String {
        let key = columns.filter { $0.keyPlace > 0 }.sorted { $0.keyPlace < $1.keyPlace }.map(\.name)
        return "SELECT \(list) FROM \(name) ORDER BY \(key.joined(separator: ", "))"
    }

    func insertion(of rows: Int) -> String {
        var next = 0
        let places = (0..<rows).map { _ in
            let row = columns.map { _ in
                next += 1
                return "$\(next)"
            }
            return "(\(row.joined(separator: ", ")))"
        }
        return "INSERT INTO \(name) (\(list)) VALUES \(places.joined(separator: ", "))"
    }

    /// How many rows one statement takes: both databases limit the placeholders.
    var rowsAtOnce: Int { max(1, 4_000 / columns.count) }

    func values(of row: any SQLRow) throws(SQLFault) -> [SQLValue] {
        var values: [SQLValue] = []
        for (place, column) in columns.enumerated() {
            switch column.type {
            case .integer: values.append(.integer(try row.optionalInteger(place)))
            case .text: values.append(.text(try row.optionalText(place)))
            case .bytes: values.append(.bytes(try row.optionalBytes(place)))
            }
        }
        return values
    }

    /// The tables of an SQLite file, each behind those that it names; not the one that says its version.
    static func all(in connection: any SQLConnection) throws(SQLFault) -> [TableShape] {
        let names = try connection.rows(
            """
            SELECT name FROM sqlite_master
            WHERE type = 'table' AND name <> 'schema_versions' AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
            """
        ) { row throws(SQLFault) in try row.text(0) }
        var waiting: [TableShape] = []
        for name in names {
            let columns = try connection.rows(
                "SELECT name, type, pk FROM pragma_table_info($1) ORDER BY cid", [.text(name)]
            ) { row throws(SQLFault) in
                Column(
                    name: try row.text(0), type: try row.word(1, as: ColumnType.self), keyPlace: try row.integer(2))
            }
            let named = try connection.rows(
                "SELECT DISTINCT \"table\" FROM pragma_foreign_key_list($1)", [.text(name)]
            ) { row throws(SQLFault) in try row.text(0) }
            waiting.append(TableShape(name: name, columns: columns, named: named))
        }
        var sorted: [TableShape] = []
        while !waiting.isEmpty {
            let left = Set(waiting.map(\.name))
            let next = waiting.filter { table in !table.named.contains { left.contains($0) } }
            guard !next.isEmpty else { throw SQLFault(.other, "the tables name each other in a circle") }
            sorted += next
            waiting.removeAll { table in next.contains { $0.name == table.name } }
        }
        return sorted
    }
}

/// A connection that runs statements whose text was made from a ``TableShape``.
package protocol TableConnection: SQLConnection {
    func forEachRow(
        made sql: String, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault)
}
