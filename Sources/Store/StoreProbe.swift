import Casework
import Glibc

/// A tiny program for watching what reaches the disk: it commits again and again, one commit at a time, and says so
/// after each.
///
/// It takes the way of every write of a node, through ``GroupCommit``. Only here can commits be made without waiting for
/// the disk, as the control that shows what the watching can tell.
package enum StoreProbe {
    /// Commits so often, each time writing `committed N` to standard output once the commit has returned.
    ///
    /// - Parameters:
    ///   - synchronous: ``SQLiteDatabase/Synchronous/full`` is what nodes use.
    ///   - directory: where the database `probe.sqlite` is made; it must not hold one.
    package static func run(
        commits: Int, synchronous: SQLiteDatabase.Synchronous, directory: String
    ) async throws {
        let path = directory + "/probe.sqlite"
        guard access(path, F_OK) != 0 else { throw OpeningFault("\(path) is there already: give an empty directory") }
        var settings = SQLiteDatabase.Settings()
        settings.synchronous = synchronous
        let database = try SQLiteDatabase(path: path, access: .serving, settings: settings)
        defer { database.close() }
        let writes = GroupCommit(database: database)
        try await writes.perform { transaction in
            try transaction.connection.runScript("CREATE TABLE commits (number INTEGER PRIMARY KEY) STRICT;")
        }
        for number in 1...max(1, commits) {
            try await writes.perform { transaction in
                _ = try transaction.connection.run("INSERT INTO commits (number) VALUES ($1)", .integer(number))
            }
            say("committed \(number)\n")
        }
    }

    /// What `JIEXU_SYNCHRONOUS` asks for: `NORMAL` or `FULL`, and ``SQLiteDatabase/Synchronous/full`` where it is not
    /// set.
    package static func synchronousOfEnvironment() throws(OpeningFault) -> SQLiteDatabase.Synchronous {
        switch getenv("JIEXU_SYNCHRONOUS").map({ String(cString: $0) }) {
        case nil, "FULL": return .full
        case "NORMAL": return .normal
        case let word?: throw OpeningFault("JIEXU_SYNCHRONOUS is \(word): it can be FULL or NORMAL")
        }
    }

    /// One write to the system for each line, so that a trace shows it in its place.
    private static func say(_ line: String) {
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
