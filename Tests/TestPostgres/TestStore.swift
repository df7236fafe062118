import Foundation
package import Store

/// Where the stores of tests are that run on every kind of database: in files; or all of them on the shared server, where
/// the word `JIEXU_TEST_STORE` of the environment is `postgres`.
package enum TestStore {
    package enum Kind: Sendable {
        case file
        case server

        package static let usual: Kind =
            ProcessInfo.processInfo.environment["JIEXU_TEST_STORE"] == "postgres" ? .server : .file
    }

    /// Whether a test that writes past the store may do so in words that only SQLite knows.
    package static var speaksSQLite: Bool { Kind.usual == .file }

    /// Opens a store that a node serves from.
    ///
    /// - Parameter path: of its file; on a server the name of its schema follows from it.
    package static func open(_ path: String, on kind: Kind = .usual) async throws -> JiexuStore {
        switch kind {
        case .file:
            var settings = SQLiteDatabase.Settings()
            // What a kill leaves behind is the same under both settings; only a power cut tells them apart.
            settings.synchronous = .normal
            settings.minimumFreeBytes = 16 << 20
            return try await JiexuStore(path: path, access: .serving, settings: settings)
        case .server: return try await JiexuStore(postgres: try await place(of: path), access: .serving)
        }
    }

    /// Opens what the store stands on, beside it.
    package static func database(
        _ path: String, access: DatabaseAccess, on kind: Kind = .usual
    ) async throws -> any SQLDatabase {
        switch kind {
        case .file:
            var settings = SQLiteDatabase.Settings()
            settings.minimumFreeBytes = 0
            return try SQLiteDatabase(path: path, access: access, settings: settings)
        case .server: return try PostgresDatabase(try await place(of: path), access: access)
        }
    }

    /// Runs a script without the triggers that guard the tables, as somebody would who has the database itself.
    package static func runUnguarded(_ script: String, at path: String, on kind: Kind = .usual) async throws {
        let database = try await database(path, access: .importing, on: kind)
        defer { database.close() }
        let fault: SQLFault? = await withCheckedContinuation { continuation in
            database.write { connection in
                do throws(SQLFault) {
                    try connection.get().unguard()
                    try connection.get().runScript(script)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
        }
        if let fault { throw fault }
    }

    /// The schema that stands for a file.
    package static func place(of path: String) async throws -> String {
        let hash = path.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return try await TestPostgres.shared().schema("store_" + String(hash, radix: 16))
    }
}

extension SQLConnection {
    fileprivate func unguard() throws(SQLFault) {
        switch dialect {
        case .sqlite:
            let triggers = try rows("SELECT name FROM sqlite_master WHERE type = 'trigger'") { row throws(SQLFault) in
                try row.text(0)
            }
            try runScript(triggers.map { "DROP TRIGGER \($0);" }.joined())
            try runScript("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON;")
        case .postgres:
            // Keys of other tables are triggers here, too; conditions of a table cannot be passed by.
            try runScript("SET session_replication_role = replica")
        }
    }
}
