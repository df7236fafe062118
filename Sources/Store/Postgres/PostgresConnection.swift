import PostgresShim

/// A connection that opens itself when it is first used, and again after it was lost.
///
/// Whoever was in a transaction when it was lost is told so at every statement until the transaction is rolled back: no
/// part of it can come to stand in another one.
///
/// Used by one thread at a time.
final class PostgresConnection: TableConnection, SQLPipeline {
    let dialect = SQLDialect.postgres
    private let places: [PostgresPlace]
    /// The one that was connected to last.
    private var current = 0
    private let role: PostgresRole
    private let settings: PostgresDatabase.Settings
    private let losses: PostgresLosses
    /// How many losses there were when the link was opened.
    private var lossesBefore = 0
    /// How many losses of reading connections there were when the link was last known to answer.
    private var suspicionsBefore = 0
    private var link: PostgresLink?
    /// The rows that a statement is being read from; nil for none.
    private var rows: PostgresRows?
    /// Whether a transaction was open before the statement that is under way.
    private var isTransactionOpen = false
    /// Whether the statement that is under way is a commit.
    private var isCommitting = false
    /// Why the open transaction is gone; nil when it is not.
    private var lost: SQLFault?
    /// How often it could not be opened since it was last open, the last reason, and until when it is not tried again.
    private var refusals: (count: Int, why: SQLFault, until: Int)?

    private(set) var openings = 0
    private(set) var writtenRows: Int64 = 0

    init(
        _ places: [PostgresPlace], _ role: PostgresRole, _ settings: PostgresDatabase.Settings, _ losses: PostgresLosses
    ) {
        self.places = places
        self.role = role
        self.settings = settings
        self.losses = losses
    }

    var isSpoiled: Bool { lost != nil || link?.isSpoiled == true }

    /// Ends the connection; another use would open it again.
    func finish() {
        rows = nil
        link = nil
    }

    @discardableResult
    func run(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) -> Int {
        if sql.isStatement("ROLLBACK") {
            // Behind a fault the server would leave it out, too.
            try? settle()
            link?.hasFailedAhead = false
            if lost != nil {
                lost = nil
                return 0
            }
        }
        let rows = try begin(sql, values)
        defer { end(rows) }
        do throws(SQLFault) {
            while let row = try rows.next() { PQclear(row) }
        } catch {
            throw note(error)
        }
        // The server answers the commit of a transaction that had failed by rolling it back, without an error.
        guard !rows.isRolledBack || !sql.isStatement("COMMIT") else {
            throw SQLFault(.refused, "the transaction had failed before its commit")
        }
        return rows.changed
    }

    func forEachRow(
        _ sql: StaticString, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        try self.read(try begin(sql, values), read)
    }

    func forEachRow(
        made sql: String, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        try self.read(
            try begin(settings.scriptMilliseconds) { link throws(SQLFault) in
                try link.settle()
                try link.send(made: sql, values)
            }, read)
    }

    func send(_ sql: StaticString, _ values: [SQLValue], changing count: Int?) throws(SQLFault) {
        let link = try ready()
        link.patience = statementMilliseconds
        do throws(SQLFault) { try link.sendAhead(sql, values, changing: count) } catch { throw note(error) }
        // How many they are is not known yet; that there may be some is.
        writtenRows += 1
    }

    func settle() throws(SQLFault) {
        if let lost { throw lost }
        guard let link else { return }
        link.patience = statementMilliseconds
        do throws(SQLFault) { try link.settle() } catch { throw note(error) }
    }

    private func read(
        _ rows: PostgresRows, _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        defer { end(rows) }
        while true {
            let found: OpaquePointer?
            do throws(SQLFault) { found = try rows.next() } catch { throw note(error) }
            guard let found else { return }
            defer { PQclear(found) }
            try read(PostgresRow(result: found))
        }
    }

    func runScript(_ text: String) throws(SQLFault) {
        let link = try ready()
        do throws(SQLFault) {
            link.patience = settings.scriptMilliseconds
            try link.settle()
            try link.runScript(text)
        } catch {
            throw note(error)
        }
    }

    // MARK: Statements

    private func begin(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) -> PostgresRows {
        let isCommit = sql.isStatement("COMMIT")
        defer { isCommitting = isCommit }
        return try begin(isCommit ? settings.commitMilliseconds : statementMilliseconds) {
            link throws(SQLFault) in
            guard !isCommit || !link.hasFailedAhead else {
                throw SQLFault(.refused, "the transaction had failed before its commit")
            }
            try link.send(sql, values)
        }
    }

    private func begin(
        _ patience: Int, _ send: (PostgresLink) throws(SQLFault) -> Void
    ) throws(SQLFault) -> PostgresRows {
        let link = try ready()
        link.patience = patience
        do throws(SQLFault) {
            try send(link)
        } catch {
            throw note(error)
        }
        let begun = PostgresRows(link)
        rows = begun
        return begun
    }

    private var statementMilliseconds: Int {
        switch role {
        case .reading: settings.readMilliseconds
        case .writing, .serving: settings.statementMilliseconds
        }
    }

    private func end(_ ended: PostgresRows) {
        do throws(SQLFault) { try ended.finish() } catch { _ = note(error) }
        writtenRows += Int64(ended.changed)
        if rows === ended { rows = nil }
    }

    /// The link, free for a statement: what an outer one has not read yet is kept aside.
    private func ready() throws(SQLFault) -> PostgresLink {
        if let lost { throw lost }
        do throws(SQLFault) { try rows?.keepRest() } catch { throw note(error) }
        rows = nil
        if let link {
            isTransactionOpen = link.isInTransaction
            // Nothing is under way on it: whatever has closed it meanwhile, nobody has to be told.
            if isTransactionOpen || isSound(link) { return link }
            self.link = nil
        }
        isTransactionOpen = false
        if let refusals, Monotonic.now < refusals.until {
            throw SQLFault(refusals.why.kind, "\(refusals.why.message); it is tried again in a moment")
        }
        do throws(SQLFault) {
            (lossesBefore, suspicionsBefore) = (losses.count, losses.suspicionCount)
            let made = try connect()
            link = made
            refusals = nil
            openings += 1
            return made
        } catch {
            let count = (refusals?.count ?? 0) + 1
            let pause = min(settings.longestPauseMilliseconds, 100 << min(count, 16))
            refusals = (count, error, Monotonic.now + pause)
            throw error
        }
    }

    /// Whether something may be asked of a link on which nothing is under way.
    private func isSound(_ link: PostgresLink) -> Bool {
        guard link.isQuiet, lossesBefore == losses.count else { return false }
        let suspicions = losses.suspicionCount
        guard suspicions != suspicionsBefore else { return true }
        suspicionsBefore = suspicions
        return link.answers(within: connectMilliseconds)
    }

    /// For one server.
    private var connectMilliseconds: Int { max(1_000, settings.connectMilliseconds / places.count) }

    /// Tries every server once, that of the last time first.
    ///
    /// - Throws: what is wrong with a server that answered, rather than that another one did not.
    private func connect() throws(SQLFault) -> PostgresLink {
        var settings = settings
        settings.connectMilliseconds = connectMilliseconds
        var why = SQLFault(.lost, "no server is named")
        for step in places.indices {
            let index = (current + step) % places.count
            do throws(SQLFault) {
                let made = try PostgresLink(to: places[index], as: role, settings)
                current = index
                return made
            } catch {
                if why.kind == .lost { why = error }
            }
        }
        throw why
    }

    /// Gives the link up where it is lost, and remembers whether a transaction went with it.
    private func note(_ fault: SQLFault) -> SQLFault {
        guard fault.kind == .lost, let link else { return fault }
        if isTransactionOpen { lost = fault }
        if role == .reading { losses.suspect() } else { losses.add() }
        // A commit that waits for a second server would be seen by everybody once it is asked to leave off, and could still
        // be lost with this one. So it goes on waiting, and whoever writes next waits for it.
        if !isCommitting { link.abandon() }
        rows = nil
        self.link = nil
        return fault
    }
}

extension StaticString {
    fileprivate func isStatement(_ other: StaticString) -> Bool {
        utf8CodeUnitCount == other.utf8CodeUnitCount
            && withUTF8Buffer { own in other.withUTF8Buffer { own.elementsEqual($0) } }
    }
}
