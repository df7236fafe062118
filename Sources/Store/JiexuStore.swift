package import Casework

/// What a node keeps, in a relational database.
///
/// Writes are gathered by ``GroupCommit`` and return when they are on disk. Reads run beside them. The files of the
/// cases that are under way are kept in memory where this process is the only one that writes to cases; whether a step
/// may be written is decided in the transaction nevertheless, by the version in the database.
package final class JiexuStore: NodeStore {
    let database: any SQLDatabase
    let writes: GroupCommit
    let cache: CaseCache
    /// What this process is among the instances that serve the database; nil where it serves alone, or does not serve.
    package let membership: Membership?
    let canWrite: Bool
    private let freshWork = FreshWork()
    /// Closed while the node is recovering: nothing that has a leaf is written then, and no payment is ordered.
    package let gate = RecoveryGate()
    /// Rung when a step has left messages to webhooks.
    package let webhookBell = Bell()

    /// Opens a store in a database whose tables are of this version; whoever may change them brings them to it.
    ///
    /// - Parameters:
    ///   - access: whoever only reads needs tables of this version. Whoever writes beside a node makes them where there are none,
    ///     and changes none of another version, as a node of that version may be serving from them.
    ///   - cachedCases: how many case files are kept in memory, about 20 KiB each; 0 where another process writes to
    ///     cases.
    ///   - membership: of a process that is one of several; it joins them here, or waits until the lease of the one before
    ///     it has run out.
    /// - Throws: ``OpeningFault``, in one line for people.
    package init(
        database: any SQLDatabase, access: DatabaseAccess, cachedCases: Int = JiexuStore.casesKept,
        membership: Membership? = nil
    ) async throws(OpeningFault) {
        var fault = await JiexuStore.prepare(database, access, membership)
        var looks = (membership?.leaseMilliseconds ?? 0) / JiexuStore.lookMilliseconds * 3 / 2
        while fault?.kind == .busy, looks > 0 {
            looks -= 1
            try? await Task.sleep(for: .milliseconds(JiexuStore.lookMilliseconds))
            fault = await JiexuStore.prepare(database, access, membership)
        }
        if let fault {
            database.close()
            throw OpeningFault("cannot use the database: \(fault)", isOfDisk: fault.breaksStore || fault.kind == .full)
        }
        self.database = database
        canWrite = access != .reading
        self.membership = membership
        let cache = CaseCache(limit: cachedCases)
        self.cache = cache
        writes = GroupCommit(database: database, fresh: freshWork, membership: membership) {
            cache.forgetAll(isSettled: $0)
        }
    }

    /// How many case files a node that serves alone keeps in memory.
    package static let casesKept = 1_024
    /// How often it is looked whether an instance of the same name has ended.
    private static let lookMilliseconds: Int64 = 500

    /// Brings the tables to this program's version, or looks that they have it, and joins the instances.
    private static func prepare(
        _ database: any SQLDatabase, _ access: DatabaseAccess, _ membership: Membership?
    ) async -> SQLFault? {
        await withCheckedContinuation { continuation in
            let work: @Sendable (Result<any SQLConnection, SQLFault>) -> Void = { connection in
                do throws(SQLFault) {
                    let connection = try connection.get()
                    let version = try Migration.version(of: connection)
                    try Migration.checkKnown(version)
                    if version < Migration.current {
                        guard access == .serving || access == .importing && version == 0 else {
                            throw SQLFault(.other, "its tables are of another version: start the node on it first")
                        }
                        if version > 0, let shortage = database.shortageForRenewing() {
                            throw SQLFault(
                                .full, "its tables have to get version \(Migration.current), and \(shortage)")
                        }
                    }
                    if access != .reading {
                        if membership != nil { try connection.checkNobodyServes() }
                        try Migration.run(on: connection)
                    }
                    if let membership {
                        let (epoch, moment) = try connection.transaction { () throws(SQLFault) in
                            try connection.join(membership)
                        }
                        membership.joined(epoch: epoch, at: moment)
                    }
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error)
                }
            }
            if access == .reading { database.read(work) } else { database.write(work) }
        }
    }

    /// Nothing where others write too: what they have left is found only by looking.
    package var fresh: FreshWork? { membership == nil ? freshWork : nil }

    /// Opens a store in an SQLite file.
    package convenience init(
        path: String, access: SQLiteDatabase.Access, settings: SQLiteDatabase.Settings = .init()
    ) async throws(OpeningFault) {
        try await self.init(
            database: try SQLiteDatabase(path: path, access: access, settings: settings), access: access,
            cachedCases: access == .serving ? JiexuStore.casesKept : 0)
    }

    /// Opens a store in a schema of a PostgreSQL server.
    ///
    /// Where several instances serve, no files of cases are kept in memory: what is read is what the others have written.
    ///
    /// - Parameters:
    ///   - place: a connection string or URI of libpq, without a password.
    ///   - membership: for one of several instances that serve from it.
    package convenience init(
        postgres place: String, access: DatabaseAccess, settings: PostgresDatabase.Settings = .init(),
        membership: Membership? = nil
    ) async throws(OpeningFault) {
        try await self.init(
            database: try PostgresDatabase(place, access: access, settings: settings.shared(by: membership)),
            access: access, cachedCases: access == .serving && membership == nil ? JiexuStore.casesKept : 0,
            membership: membership)
    }

    /// Why the store takes no more writes: its disk failed, or its file is corrupt. nil while all is well. The node must
    /// end then, and look at its database when it starts again.
    package var stoppedBecause: String? { writes.stopped }

    /// Waits for what is under way, and closes the database.
    package func close() { database.close() }

    /// Reads with one connection, and hands the value over. What is seen may be acknowledged: so after a loss of a connection
    /// the one that writes has to be open first, and its opening to have been confirmed.
    func read<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws(StoreError) -> Value {
        if canWrite, writes.isLost { try await writes.perform { _ in } }
        let (outcome, isReopened) = await readOnce(work)
        guard canWrite, isReopened else { return try outcome.get() }
        try await writes.perform { _ in }
        return try await readOnce(work).outcome.get()
    }

    /// Reads a few rows by their key: on the thread that asks where that can be.
    func readBriefly<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async throws(StoreError) -> Value {
        var outcome: Result<Value, StoreError>?
        if !writes.isLost {
            _ = database.readAtOnce { connection in outcome = result(of: work, with: .success(connection)) }
        }
        guard let outcome else { return try await read(work) }
        return try outcome.get()
    }

    /// - Returns: also whether the connection was opened for it, which shows that it was lost, or never used before.
    private func readOnce<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws -> Value
    ) async -> (outcome: Result<Value, StoreError>, isReopened: Bool) {
        await withCheckedContinuation { continuation in
            database.read { [self] connection in
                let before = try? connection.get().openings
                let outcome = result(of: work, with: connection)
                let after = try? connection.get().openings
                continuation.resume(returning: (outcome, after != before))
            }
        }
    }

    private func result<Value>(
        of work: (any SQLConnection) throws -> Value, with connection: Result<any SQLConnection, SQLFault>
    ) -> Result<Value, StoreError> {
        do {
            return .success(try work(try connection.get()))
        } catch let error as StoreError {
            return .failure(error)
        } catch let fault as SQLFault {
            writes.stopIfBroken(fault)
            return .failure(StoreError(fault))
        } catch {
            return .failure(.unavailable("\(error)"))
        }
    }
}
