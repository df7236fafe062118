import Foundation
package import Store
import Synchronization

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

    // MARK: Schemas

    /// The schemas that stand for files. To make a hundred tables takes longer than most tests: what one has given back is
    /// emptied for the next.
    private struct Schemas {
        var byPath: [String: String] = [:]
        var free: [String] = []
        var made = 0

        /// - Returns: the schema, and whether it was another file's.
        mutating func take(for path: String) -> (name: String, isUsed: Bool) {
            if let known = byPath[path] { return (known, false) }
            let used = free.popLast()
            if used == nil { made += 1 }
            let name = used ?? "store_\(made)"
            byPath[path] = name
            return (name, used != nil)
        }
    }

    private static let schemas = Mutex(Schemas())

    /// A schema as every new store finds it, which nobody uses.
    private static let unused = Task {
        let name = "store_unused"
        try await JiexuStore(postgres: try await TestPostgres.shared().schema(name), access: .serving).close()
        return name
    }

    /// The schema that stands for a file.
    package static func place(of path: String) async throws -> String {
        let (name, isUsed) = schemas.withLock { $0.take(for: path) }
        if isUsed { try await fill(name, from: try await unused.value) }
        return try await TestPostgres.shared().schema(name)
    }

    /// Gives back what stands for the files of a folder; their stores are closed.
    package static func giveBack(_ folder: String) {
        schemas.withLock { schemas in
            for (path, name) in schemas.byPath where path.hasPrefix(folder + "/") {
                schemas.byPath[path] = nil
                schemas.free.append(name)
            }
        }
    }

    /// Puts what stands in one store into the place of another one; both are closed.
    package static func copy(_ path: String, to other: String, on kind: Kind = .usual) async throws {
        switch kind {
        case .file:
            for suffix in ["", "-wal", "-shm"] {
                try? FileManager.default.removeItem(atPath: other + suffix)
                guard suffix != "-shm", FileManager.default.fileExists(atPath: path + suffix) else { continue }
                try FileManager.default.copyItem(atPath: path + suffix, toPath: other + suffix)
            }
        case .server:
            // So that its tables are there.
            try await open(other, on: kind).close()
            let names = schemas.withLock { (from: $0.take(for: path).name, to: $0.take(for: other).name) }
            try await fill(names.to, from: names.from)
        }
    }

    /// Bytes in the words of the database.
    package static func bytes(_ hex: String, on kind: Kind = .usual) -> String {
        switch kind {
        case .file: "X'\(hex)'"
        case .server: "decode('\(hex)', 'hex')"
        }
    }

    /// Puts what stands in one schema into the place of another one, past the triggers that keep what is there.
    private static func fill(_ name: String, from other: String) async throws {
        try await TestPostgres.shared().run(
            """
            DO $$
            DECLARE one record;
            BEGIN
                SET LOCAL session_replication_role = replica;
                FOR one IN SELECT tablename FROM pg_tables WHERE schemaname = '\(name)' LOOP
                    EXECUTE format('DELETE FROM \(name).%I', one.tablename);
                    EXECUTE format('INSERT INTO \(name).%I SELECT * FROM \(other).%I', one.tablename, one.tablename);
                END LOOP;
                PERFORM setval(format('\(name).%I', sequencename)::regclass, coalesce(last_value, 1), last_value IS NOT NULL)
                    FROM pg_sequences WHERE schemaname = '\(other)'
                    AND to_regclass(format('\(name).%I', sequencename)) IS NOT NULL;
            END
            $$
            """)
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
