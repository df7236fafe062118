/// Brings the tables of a database to the version that this program knows. A version is never changed once it was
/// released; what comes next is added behind it.
enum Migration {
    /// The scripts, the first making version 1 out of nothing.
    private static let scripts = [
        SchemaText.version1, SchemaText.version2, SchemaText.version3, SchemaText.version4, SchemaText.version5,
        SchemaText.version6, SchemaText.version7, SchemaText.version8, SchemaText.version9, SchemaText.version10,
        SchemaText.version11, SchemaText.version12, SchemaText.version13, SchemaText.version14, SchemaText.version15,
        SchemaText.version16, SchemaText.version17, SchemaText.version18, SchemaText.version19,
        SchemaText.version20,
    ]

    static var current: Int64 { Int64(scripts.count) }

    /// The version of a database; 0 for an empty one.
    static func version(of connection: any SQLConnection) throws(SQLFault) -> Int64 {
        switch connection.dialect {
        case .sqlite:
            let isThere = try connection.integer(
                "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_versions'")
            guard isThere == 1 else { return 0 }
        case .postgres:
            guard try connection.integer("SELECT to_regclass('schema_versions') IS NOT NULL") == 1 else { return 0 }
        }
        return try connection.integer("SELECT max(version) FROM schema_versions") ?? 0
    }

    /// Runs the scripts that are missing, all in one transaction.
    ///
    /// - Throws: also when the database was made by a later program.
    static func run(on connection: any SQLConnection) throws(SQLFault) {
        try connection.transaction { () throws(SQLFault) in
            let version = try Migration.version(of: connection)
            try checkKnown(version)
            guard version < current else { return }
            try bring(connection, from: version)
        }
    }

    /// - Throws: when a later program has made the tables.
    static func checkKnown(_ version: Int64) throws(SQLFault) {
        guard version <= current else {
            throw SQLFault(.other, "its tables have version \(version), this program knows up to \(current)")
        }
    }

    /// Makes the tables of the newest version in an empty database, in the transaction that is open.
    static func make(on connection: any SQLConnection) throws(SQLFault) { try bring(connection, from: 0) }

    private static func bring(_ connection: any SQLConnection, from version: Int64) throws(SQLFault) {
        let dialect = connection.dialect
        if version == 0 {
            let versions = "CREATE TABLE schema_versions (version BIGINT PRIMARY KEY){table};"
            try connection.runScript(dialect.preamble + dialect.fill(versions))
        }
        for next in version..<current {
            try connection.runScript(dialect.fill(scripts[Int(next)]))
            try connection.run("INSERT INTO schema_versions (version) VALUES ($1)", .integer(next + 1))
        }
    }
}

extension SQLDialect {
    /// The script in the words of this database.
    func fill(_ script: String) -> String {
        var lines: [String] = []
        for line in script.split(separator: "\n", omittingEmptySubsequences: true) {
            let word = line.drop { $0 == " " }
            if word.hasPrefix("{append-only:") {
                let table = word.dropFirst(13).dropLast()
                lines += refusal("UPDATE", of: table, named: "update") + refusal("DELETE", of: table, named: "delete")
            } else if word.hasPrefix("{frozen:") {
                let parts = word.dropFirst(8).dropLast().split(separator: ":")
                lines += refusal("UPDATE OF \(parts[1])", of: parts[0], named: "update")
                lines += refusal("DELETE", of: parts[0], named: "delete")
            } else {
                lines.append(spelled(line))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// A trigger that lets nobody change what is kept for ever.
    private func refusal(_ action: String, of table: Substring, named name: String) -> [String] {
        switch self {
        case .sqlite:
            [
                "CREATE TRIGGER \(table)_no_\(name) BEFORE \(action) ON \(table) BEGIN",
                "    SELECT RAISE(ABORT, '\(table) is append-only');",
                "END;",
            ]
        case .postgres:
            [
                "CREATE TRIGGER \(table)_no_\(name) BEFORE \(action) ON \(table)",
                "    FOR EACH ROW EXECUTE FUNCTION refuse_change();",
            ]
        }
    }

    /// What comes before every other script.
    var preamble: String {
        switch self {
        case .sqlite: ""
        case .postgres:
            """
            CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN RAISE EXCEPTION ''% is append-only'', TG_TABLE_NAME; END';

            """
        }
    }

    private func spelled(_ line: Substring) -> String {
        var text = String(line)
        for (word, own) in words {
            text = text.split(separator: word, omittingEmptySubsequences: false).joined(separator: own)
        }
        return text
    }

    private var words: [(String, String)] {
        switch self {
        case .sqlite:
            [
                ("BIGINT", "INTEGER"), ("BYTEA", "BLOB"), ("{table}", " STRICT"),
                ("{clustered}", " STRICT, WITHOUT ROWID"),
            ]
        case .postgres:
            // SQLite numbers the rows of such a key by itself. Texts are compared as bytes, whatever the database was made
            // with.
            [
                (" id BIGINT PRIMARY KEY,", " id BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"),
                (" number BIGINT PRIMARY KEY,", " number BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY,"),
                (" TEXT", " TEXT COLLATE \"C\""), ("{table}", ""), ("{clustered}", ""),
            ]
        }
    }
}
