/// What a connection is for.
enum PostgresRole: Sendable {
    case reading
    /// Writes when it is its turn.
    case writing
    /// Writes for the one node that serves from the database.
    case serving
}

extension PostgresLink {
    /// Connects, looks whether commits on this server are safe, and sets the session up.
    ///
    /// Those who write do so one after the other, as ``SQLConnection/beginWriting()`` takes care of, so that READ COMMITTED
    /// is enough for them: each statement sees all that was committed, and nothing else can be. Those who read see one
    /// state where they ask for it, which REPEATABLE READ is.
    ///
    /// Rows are found by their keys. A plan that was made while the tables were small would look through the whole of them for
    /// each, until the server has counted them and makes it anew; so no plan does where there is an index.
    ///
    /// - Throws: ``SQLFault/Kind/lost`` when there is no connection; another kind when it is not one to be used.
    convenience init(
        to place: PostgresPlace, as role: PostgresRole, _ settings: PostgresDatabase.Settings
    ) throws(SQLFault) {
        try self.init(
            to: place, connecting: settings.connectMilliseconds, patience: settings.statementMilliseconds)
        try examine(role, settings)
        try runScript(
            """
            SET default_transaction_isolation = 'read committed';
            SET lock_timeout = \(settings.lockMilliseconds);
            SET client_connection_check_interval = 2000;
            SET enable_seqscan = off;
            SET jit = off;
            """)
        switch role {
        case .reading: try runScript("SET default_transaction_read_only = on")
        case .writing, .serving:
            // What the server says now may be changed for new sessions, not for this one.
            try runScript(
                """
                SET synchronous_commit = \(settings.synchronous == .full ? "on" : "off");
                SET idle_in_transaction_session_timeout = \(settings.idleMilliseconds);
                """)
        }
        if role == .serving { try takePlace(isShared: settings.sharesPlace) }
        if role != .reading { try settle(settings) }
    }

    /// Commits once, and waits for it: where commits wait for a second server, all that anybody can see here by now is on
    /// that one too. After a crash a server shows commits that had not come so far yet, and had been told to nobody; what is
    /// read here and told would be lost with it.
    private func settle(_ settings: PostgresDatabase.Settings) throws(SQLFault) {
        patience = settings.commitMilliseconds
        try runScript("SELECT pg_logical_emit_message(true, 'jiexu', 'opened')")
        patience = settings.statementMilliseconds
    }

    private func examine(_ role: PostgresRole, _ settings: PostgresDatabase.Settings) throws(SQLFault) {
        let answer = try runScript(
            """
            SELECT current_setting('server_version_num'), current_setting('server_encoding'),
                coalesce(CAST(current_schema() AS text), ''), CAST(pg_is_in_recovery() AS text),
                current_setting('synchronous_commit'), current_setting('fsync'), current_setting('full_page_writes'),
                current_setting('synchronous_standby_names')
            """)
        guard answer.count == 8 else { throw SQLFault(.other, "the server does not say how it is set up") }
        guard let version = Int(answer[0]), version >= 140_000 else {
            throw SQLFault(.other, "the server is older than PostgreSQL 14")
        }
        guard answer[1] == "UTF8" else { throw SQLFault(.other, "its encoding is \(answer[1]), and has to be UTF8") }
        guard !answer[2].isEmpty else {
            throw SQLFault(.other, "no schema of the search path is there: make it, or name another one")
        }
        guard role != .reading else { return }
        guard answer[3] == "false" else { throw SQLFault(.other, "the server is a standby, which takes no writes") }
        guard settings.synchronous == .full else { return }
        // A node that could lose what it acknowledged must not start.
        let unsafe = [
            ["on", "remote_apply"].contains(answer[4]) ? nil : "synchronous_commit is \(answer[4])",
            answer[5] == "on" ? nil : "fsync is \(answer[5])",
            answer[6] == "on" ? nil : "full_page_writes is \(answer[6])",
        ].compactMap { $0 }
        guard unsafe.isEmpty else {
            throw SQLFault(.other, "commits would not be safe: \(unsafe.joined(separator: ", ")); set it to on")
        }
        if settings.needsSecondCopy, answer[7].isEmpty { throw SQLFault(.other, SecondCopy.missing) }
    }

    /// Takes the place of the one who serves. It is given back when the server notices that this session has ended, and
    /// not before: whoever takes it next finds everything settled that this one had on its way. Instances of one node share
    /// it; what one of them had on its way is settled for the next one who writes, as that waits for the right to write.
    private func takePlace(isShared: Bool) throws(SQLFault) {
        do throws(SQLFault) {
            try runScript(
                """
                SELECT count(pg_advisory_lock\(isShared ? "_shared" : "")(19032, oid::integer)) FROM pg_namespace
                WHERE nspname = current_schema()
                """)
        } catch {
            guard error.kind == .busy else { throw error }
            throw SQLFault(
                .other,
                isShared
                    ? "a node that is not one of several serves from it: give every one of them store.instance"
                    : "another node serves from it: stop that one first, or give this one its own database")
        }
    }
}
