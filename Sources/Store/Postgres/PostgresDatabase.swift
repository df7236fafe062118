/// A schema of a PostgreSQL server: one writing connection and a few reading ones, each on a thread of its own.
///
/// They are opened when they are first used, and again, with growing pauses, after they were lost.
package final class PostgresDatabase: SQLDatabase {
    private let writer: ConnectionThreads
    private let readers: ConnectionThreads
    /// Whether a commit has to be on a second server before it counts.
    let needsSecondCopy: Bool

    /// How long what is waited for.
    package struct Settings: Sendable {
        package var readerThreads = 2
        package var connectMilliseconds = 5_000
        /// Without a byte from the server, in a transaction that writes.
        package var statementMilliseconds = 15_000
        /// Until the answer to a commit: when it has not come by then, the outcome is unknown.
        package var commitMilliseconds = 15_000
        /// Without a byte from the server, for one who reads.
        package var readMilliseconds = 15_000
        /// A script that changes the tables.
        package var scriptMilliseconds = 3_600_000
        /// For the turn to write, and at the opening for the place of the one who serves.
        package var lockMilliseconds = 5_000
        /// After which the server ends a transaction that nobody goes on with; 0 for never.
        package var idleMilliseconds = 60_000
        /// Between two attempts to connect, at most; it begins with a fifth of a second and doubles.
        package var longestPauseMilliseconds = 2_000
        /// Whether a commit has to be on a second server before it counts: a server whose commits wait for no other one is
        /// refused then.
        package var needsSecondCopy = false
        /// Other than full only beside a harness, which must find out what is lost.
        package var synchronous = SQLiteDatabase.Synchronous.full
        /// Whether the place of the one who serves is shared with other instances of the node.
        package var sharesPlace = false

        package init() {}

        /// For one of several instances: one that stands still in a transaction keeps the others from writing, so the server
        /// ends it long before its lease.
        func shared(by membership: Membership?) -> Settings {
            guard let membership else { return self }
            var settings = self
            settings.sharesPlace = true
            settings.idleMilliseconds = min(idleMilliseconds, max(500, Int(membership.leaseMilliseconds) / 3))
            return settings
        }
    }

    /// - Parameter place: a connection string or URI of libpq, without a password: that is taken from a password file, or
    ///   not needed (peer authentication, certificates).
    /// - Throws: ``OpeningFault`` when the string cannot be used. Whether the server can, its first use shows.
    package init(_ place: String, access: DatabaseAccess, settings: Settings = Settings()) throws(OpeningFault) {
        let places = try PostgresPlace.all(in: place)
        var settings = settings
        let role: PostgresRole
        switch access {
        case .serving: role = .serving
        case .importing: role = .writing
        case .reading:
            role = .reading
            // Nobody waits for a command that looks at everything but who has given it.
            settings.readMilliseconds = settings.scriptMilliseconds
        }
        let used = settings
        needsSecondCopy = settings.needsSecondCopy
        let losses = PostgresLosses()
        writer = ConnectionThreads("store-writer", count: 1) { serve in
            let connection = PostgresConnection(places, role, used, losses)
            defer { connection.finish() }
            serve(connection)
        }
        readers = ConnectionThreads("store-reader", count: settings.readerThreads) { serve in
            let connection = PostgresConnection(places, .reading, used, losses)
            defer { connection.finish() }
            serve(connection)
        }
    }

    package func write(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void) {
        writer.give(work)
    }

    package func read(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void) {
        readers.give(work)
    }

    /// The disk is the server's: what it has no room for, it refuses.
    package func shortage() -> String? { nil }

    package func close() {
        readers.stop()
        writer.stop()
    }
}
