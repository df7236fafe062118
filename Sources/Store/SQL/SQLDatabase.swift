/// What a process wants of a database.
package enum DatabaseAccess: Sendable {
    /// The one node that serves from it: writes, and refuses a second one.
    case serving
    /// Reads beside a serving node.
    case reading
    /// Writes beside a serving node, and waits for its turn.
    case importing
}

/// A database with one writing connection and some reading ones. Its work runs on threads of its own and not on those of
/// Swift's concurrency, so that waiting for a disk holds nobody else up; only what is read in some ten microseconds does not
/// pay for the way to another thread and back.
package protocol SQLDatabase: Sendable {
    /// Runs the work on the writing connection, after the work that was given before it. Not inside a transaction.
    func write(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void)

    /// Runs the work on one of the reading connections. Each statement sees what was committed when it began; a piece
    /// of work that needs one view for several statements begins a transaction.
    func read(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void)

    /// Runs the work at once, on the thread that asks, where a reading connection is free and nothing is waited for but a
    /// file. For a few rows that are found by their key, and nothing else.
    ///
    /// - Returns: false, and the work was not run, where it is to be given to ``read(_:)``.
    func readAtOnce(_ work: (any SQLConnection) -> Void) -> Bool

    /// Why no write should be taken now, though the database is sound: too little space on its disk. nil when all is
    /// well.
    func shortage() -> String?

    /// The same before tables are made anew, which takes as much room again as they need.
    func shortageForRenewing() -> String?

    /// Waits for the work that was given, then closes every connection. What is given later fails.
    func close()
}

extension SQLDatabase {
    package func readAtOnce(_ work: (any SQLConnection) -> Void) -> Bool { false }

    package func shortageForRenewing() -> String? { shortage() }
}

extension SQLConnection {
    /// Runs the work with one view of the database.
    package func snapshot<Value>(_ work: () throws(SQLFault) -> Value) throws(SQLFault) -> Value {
        try beginReading()
        do {
            let value = try work()
            try run("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Runs the work in a transaction that writes, alone.
    package func transaction<Value>(_ work: () throws(SQLFault) -> Value) throws(SQLFault) -> Value {
        try beginWriting()
        do {
            let value = try work()
            try run("COMMIT")
            return value
        } catch {
            rollBack()
            throw error
        }
    }

    /// Undoes the open transaction, or does nothing where the database has undone it by itself.
    package func rollBack() {
        _ = try? run("ROLLBACK")
    }

    /// Begins a transaction that will write: the right to write is taken at once, not in the middle.
    package func beginWriting() throws(SQLFault) {
        switch dialect {
        case .sqlite: try run("BEGIN IMMEDIATE")
        case .postgres:
            try run("BEGIN ISOLATION LEVEL READ COMMITTED")
            // One who writes at a time, here as there: what he reads is then the newest, and stays it until he commits.
            _ = try integer(
                """
                SELECT count(pg_advisory_xact_lock(19033, oid::integer)) FROM pg_namespace
                WHERE nspname = current_schema()
                """)
        }
    }

    /// Begins a transaction that reads, each statement of it the same state.
    private func beginReading() throws(SQLFault) {
        switch dialect {
        case .sqlite: try run("BEGIN")
        case .postgres: try run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        }
    }
}
