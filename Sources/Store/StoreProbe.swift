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

    /// The settings with what the environment of a test asks for: `JIEXU_SYNCHRONOUS` (`NORMAL` or `FULL`), and after how
    /// many pages the log is written back, `JIEXU_CHECKPOINT_PAGES`. No file of settings knows either: a node that may lose
    /// what it acknowledged exists only beside a harness that must find it out.
    ///
    /// - Returns: also what is not as in every node, in words for the log; nil when nothing is.
    package static func settingsOfEnvironment(
        _ usual: SQLiteDatabase.Settings
    ) throws(OpeningFault) -> (settings: SQLiteDatabase.Settings, warning: String?) {
        var (settings, warning) = (usual, String?.none)
        switch getenv("JIEXU_SYNCHRONOUS").map({ String(cString: $0) }) {
        case nil, "FULL": break
        case "NORMAL":
            settings.synchronous = .normal
            warning = "JIEXU_SYNCHRONOUS is NORMAL: a power cut loses what this node acknowledges"
        case let word?: throw OpeningFault("JIEXU_SYNCHRONOUS is \(word): it can be FULL or NORMAL")
        }
        if let text = getenv("JIEXU_CHECKPOINT_PAGES").map({ String(cString: $0) }) {
            guard let pages = Int(text), (1...1_000_000).contains(pages) else {
                throw OpeningFault("JIEXU_CHECKPOINT_PAGES is \(text): it can be 1 to 1000000")
            }
            settings.checkpointPages = pages
        }
        return (settings, warning)
    }

    /// Whether an instance that was ended by another one is kept from writing: `JIEXU_FENCING` can be ON or OFF. Only a
    /// harness switches it off, as the control that shows what would be written.
    ///
    /// - Returns: also what is not as in every node, in words for the log; nil when nothing is.
    package static func fencingOfEnvironment() throws(OpeningFault) -> (isFencing: Bool, warning: String?) {
        switch getenv("JIEXU_FENCING").map({ String(cString: $0) }) {
        case nil, "ON": return (true, nil)
        case "OFF": return (false, "JIEXU_FENCING is OFF: an instance that was ended goes on writing")
        case let word?: throw OpeningFault("JIEXU_FENCING is \(word): it can be ON or OFF")
        }
    }

    /// One write to the system for each line, so that a trace shows it in its place.
    private static func say(_ line: String) {
        let bytes = Array(line.utf8)
        _ = bytes.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
    }
}
