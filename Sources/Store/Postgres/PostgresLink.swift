import Glibc
import PostgresShim

/// One connection to a server, from its opening to its first fault. It never waits without an end: every wait has a limit
/// that is its own, and a wait that reaches it ends the connection, as nobody knows then what the server still does.
///
/// Used by one thread.
final class PostgresLink {
    private let handle: OpaquePointer
    /// Milliseconds without a byte from the server after which it is given up.
    var patience: Int
    /// The names of the statements that were prepared here, by the address of their text, which is constant.
    private var statements: [UnsafeRawPointer: String] = [:]
    /// How many statements were given a name.
    private var names = 0
    /// What was sent ahead and not answered yet, in its order.
    private var ahead: [SentAhead] = []
    /// Whether something that was sent ahead in the open transaction has failed, and be it by changing other rows than it had
    /// to, of which the server thinks nothing. Whoever rolls back sets it to false.
    var hasFailedAhead = false
    /// Whether the statement that is being read is the last of those that were sent together.
    private var endsPipeline = false

    private enum SentAhead {
        /// Of the statement with its text at an address.
        case preparation(UnsafeRawPointer)
        /// - Parameter changing: how many rows it has to change; nil for any number.
        case statement(changing: Int?)
    }

    /// Connects.
    ///
    /// - Parameters:
    ///   - place: one server.
    ///   - connecting: milliseconds until the connection has to stand, the look-up of the name aside.
    /// - Throws: ``SQLFault/Kind/lost``.
    init(to place: PostgresPlace, connecting: Int, patience: Int) throws(SQLFault) {
        let settings =
            [
                ("dbname", place.text), ("client_encoding", "UTF8"), ("fallback_application_name", "jiexu"),
                // A server that vanished is noticed while it is waited for, too.
                ("tcp_user_timeout", "\(patience)"),
            ] + place.choice
        let keys = settings.map { strdup($0.0) }
        let values = settings.map { strdup($0.1) }
        defer { for text in keys + values { free(text) } }
        let started = PQconnectStartParams(
            keys.map { UnsafePointer($0) } + [nil], values.map { UnsafePointer($0) } + [nil], 1)
        guard let started else { throw SQLFault(.lost, "there is no memory for a connection") }
        self.handle = started
        // What a server remarks beside its answers would stand among the lines of the log.
        PQsetNoticeProcessor(started, { _, _ in }, nil)
        self.patience = patience
        try connect(until: Monotonic.now + connecting)
        guard PQsetnonblocking(handle, 1) == 0 else { throw SQLFault.lost(handle, "it cannot be made to return") }
    }

    deinit { PQfinish(handle) }

    private func connect(until end: Int) throws(SQLFault) {
        guard PQstatus(handle) != CONNECTION_BAD else { throw SQLFault.lost(handle, "no connection") }
        var events = Int16(POLLOUT)
        while true {
            guard try wait(for: events, until: end) != 0 else { throw SQLFault(.lost, "no connection in time") }
            switch PQconnectPoll(handle) {
            case PGRES_POLLING_OK: return
            case PGRES_POLLING_READING: events = Int16(POLLIN)
            case PGRES_POLLING_WRITING: events = Int16(POLLOUT)
            default: throw SQLFault.lost(handle, "no connection")
            }
        }
    }

    /// Whether a transaction is open, also one that failed.
    var isInTransaction: Bool { ![PQTRANS_IDLE, PQTRANS_UNKNOWN].contains(PQtransactionStatus(handle)) }

    /// Whether a transaction is open that takes nothing more.
    var isSpoiled: Bool { hasFailedAhead || PQtransactionStatus(handle) == PQTRANS_INERROR }

    /// Whether the server has sent nothing while it was not asked: what comes then is the end of the session.
    var isQuiet: Bool {
        var entry = pollfd(fd: PQsocket(handle), events: Int16(POLLIN), revents: 0)
        return poll(&entry, 1, 0) == 0
    }

    /// Whether the server answers when it is asked for nothing, within so many milliseconds.
    func answers(within milliseconds: Int) -> Bool {
        patience = milliseconds
        return (try? runScript("SELECT 1")) != nil
    }

    // MARK: Statements

    /// Sends a statement with its values, behind what was sent ahead; prepares it before where that was not done on this
    /// connection.
    ///
    /// - Throws: also a fault of what was sent ahead; the statement was not carried out then.
    func send(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) {
        let isBehind = !ahead.isEmpty
        try transmit(try prepared(sql, values, isAwaited: !isBehind), values)
        if isBehind {
            guard PQpipelineSync(handle) == 1 else { throw SQLFault.lost(handle, "a statement was not sent") }
            endsPipeline = true
            let fault = try takeAhead()
            if let fault {
                while let result = try next() { PQclear(result) }
                throw fault
            }
        }
        // Rows come one by one, so that a long list is never in memory as a whole.
        PQsetSingleRowMode(handle)
    }

    /// Sends a statement without waiting for anything.
    func sendAhead(_ sql: StaticString, _ values: [SQLValue], changing count: Int?) throws(SQLFault) {
        guard !ahead.isEmpty || PQenterPipelineMode(handle) == 1 else {
            throw SQLFault.lost(handle, "a statement was not sent")
        }
        try transmit(try prepared(sql, values, isAwaited: false), values)
        ahead.append(.statement(changing: count))
    }

    /// Waits for what was sent ahead.
    ///
    /// - Throws: its first fault, once all of it is answered.
    func settle() throws(SQLFault) {
        guard !ahead.isEmpty else { return }
        guard PQpipelineSync(handle) == 1 else { throw SQLFault.lost(handle, "a statement was not sent") }
        let fault = try takeAhead()
        try leavePipeline()
        if let fault { throw fault }
    }

    /// Takes the answers to what was sent ahead.
    ///
    /// - Returns: the first fault among them. What was to be prepared behind it was perhaps not.
    /// - Throws: ``SQLFault/Kind/lost``.
    private func takeAhead() throws(SQLFault) -> SQLFault? {
        var fault: SQLFault?
        for sent in ahead {
            var changed = 0
            while let result = try answer() {
                defer { PQclear(result) }
                // The server leaves out what stands behind a fault.
                guard PQresultStatus(result) != PGRES_PIPELINE_ABORTED else { continue }
                fault = fault ?? self.fault(of: result)
                changed = count(of: result)
            }
            if fault == nil, case .statement(let wanted?) = sent, wanted != changed {
                fault = SQLFault(.other, "a statement has changed \(changed) rows instead of \(wanted)")
            }
        }
        if fault != nil {
            hasFailedAhead = true
            for case .preparation(let key) in ahead { statements[key] = nil }
        }
        ahead = []
        return fault
    }

    private func leavePipeline() throws(SQLFault) {
        endsPipeline = false
        guard let result = try answer() else { throw SQLFault(.lost, "the server has not answered to the end") }
        defer { PQclear(result) }
        guard PQresultStatus(result) == PGRES_PIPELINE_SYNC, PQexitPipelineMode(handle) == 1 else {
            throw SQLFault.lost(handle, "the server has not answered to the end")
        }
    }

    private func transmit(_ name: String, _ values: [SQLValue]) throws(SQLFault) {
        let isSent = PostgresParameters(values).withPointers { pointers, lengths, formats in
            PQsendQueryPrepared(handle, name, Int32(values.count), pointers, lengths, formats, 1) == 1
        }
        guard isSent else { throw SQLFault.lost(handle, "a statement was not sent") }
    }

    /// Sends a statement that is used once or twice only.
    func send(made sql: String, _ values: [SQLValue]) throws(SQLFault) {
        let isSent = PostgresParameters(values).withPointers { pointers, lengths, formats in
            PQsendQueryParams(
                handle, sql, Int32(values.count), values.map(\.postgresType), pointers, lengths, formats, 1) == 1
        }
        guard isSent else { throw SQLFault.lost(handle, "a statement was not sent") }
        PQsetSingleRowMode(handle)
    }

    /// - Parameter isAwaited: waits until it is prepared; otherwise it is sent ahead.
    /// - Returns: the name of the statement, prepared or about to be.
    private func prepared(
        _ sql: StaticString, _ values: [SQLValue], isAwaited: Bool
    ) throws(SQLFault) -> String {
        let key = UnsafeRawPointer(sql.utf8Start)
        if let name = statements[key] { return name }
        names += 1
        let name = "s\(names)"
        let isSent = "\(sql)".withCString { text in
            PQsendPrepare(handle, name, text, Int32(values.count), values.map(\.postgresType)) == 1
        }
        guard isSent else { throw SQLFault.lost(handle, "a statement was not sent") }
        if isAwaited { try finish() } else { ahead.append(.preparation(key)) }
        statements[key] = name
        return name
    }

    /// Runs a text of several statements without values, and gives back the one row that its last one returns.
    ///
    /// - Parameter patience: milliseconds, where it may be long; nil for the usual ones.
    @discardableResult
    func runScript(_ text: String) throws(SQLFault) -> [String] {
        guard PQsendQuery(handle, text) == 1 else { throw SQLFault.lost(handle, "a script was not sent") }
        var row: [String] = []
        try finish { result in
            guard PQntuples(result) == 1 else { return }
            row = (0..<PQnfields(result)).map { PQgetvalue(result, 0, $0).map { String(cString: $0) } ?? "" }
        }
        return row
    }

    /// The next result of what was sent; nil after the last one. The caller clears it.
    func next() throws(SQLFault) -> OpaquePointer? {
        let result = try answer()
        if result == nil, endsPipeline { try leavePipeline() }
        return result
    }

    private func answer() throws(SQLFault) -> OpaquePointer? {
        try untilReady()
        return PQgetResult(handle)
    }

    /// Takes what is left of the results.
    ///
    /// - Throws: the first fault among them, once all are taken.
    private func finish(_ look: (OpaquePointer) -> Void = { _ in }) throws(SQLFault) {
        var fault: SQLFault?
        while let result = try next() {
            defer { PQclear(result) }
            if let found = self.fault(of: result) { fault = fault ?? found } else { look(result) }
        }
        if let fault { throw fault }
    }

    /// How many rows a statement has changed, or returned; 0 for one that does neither.
    func count(of result: OpaquePointer) -> Int {
        PQcmdTuples(result).flatMap { Int(String(cString: $0)) } ?? 0
    }

    /// What is wrong with a result; nil for one of rows, or of a statement that was done.
    func fault(of result: OpaquePointer) -> SQLFault? {
        switch PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_SINGLE_TUPLE, PGRES_EMPTY_QUERY: return nil
        default:
            let fault = SQLFault(result: result)
            return PQstatus(handle) == CONNECTION_OK ? fault : SQLFault(.lost, fault.message)
        }
    }

    /// Asks the server to leave off what it does for this connection, which is given up: otherwise it would hold its place
    /// until it notices by itself.
    func abandon() {
        guard isInTransaction || PQtransactionStatus(handle) == PQTRANS_ACTIVE, let cancel = PQgetCancel(handle) else {
            return
        }
        CancelRequest(handle: cancel).send()
    }

    // MARK: Waiting

    private func untilReady() throws(SQLFault) {
        var end = Monotonic.now + patience
        while true {
            let unsent = PQflush(handle)
            guard unsent >= 0 else { throw SQLFault.lost(handle, "the connection is closed") }
            if unsent == 0, PQisBusy(handle) == 0 { return }
            let found = try wait(for: Int16(POLLIN) | (unsent == 1 ? Int16(POLLOUT) : 0), until: end)
            guard found != 0 else {
                throw SQLFault(.lost, "the server has not answered for \(patience) ms")
            }
            guard found & ~Int16(POLLOUT) != 0 else { continue }
            guard PQconsumeInput(handle) == 1 else { throw SQLFault.lost(handle, "the connection is closed") }
            end = Monotonic.now + patience
        }
    }

    /// - Returns: what has happened; 0 when the time is over.
    private func wait(for events: Int16, until end: Int) throws(SQLFault) -> Int16 {
        while true {
            var entry = pollfd(fd: PQsocket(handle), events: events, revents: 0)
            let count = poll(&entry, 1, Int32(clamping: max(0, end - Monotonic.now)))
            if count > 0 { return entry.revents }
            if count == 0 { return 0 }
            guard errno == EINTR else { throw SQLFault(.lost, DatabaseFile.reason(errno)) }
        }
    }
}
