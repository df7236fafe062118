import GRDB
import Glibc
import SQLiteShim

/// One SQLite file: a write-ahead log that is on disk before a commit returns, one writer, a few readers.
///
/// Source: sections 1.4 and 4.2 of the reliability handbook.
package final class SQLiteDatabase: SQLDatabase {
    private let pool: DatabasePool
    private let lock: InstanceLock?
    private let writer = Writer()
    private let readers: ConnectionThreads
    private let path: String
    private let watermark: Watermark
    private let index: IndexReserve?

    package typealias Access = DatabaseAccess

    /// How much is safe and how much is kept in memory.
    package struct Settings: Sendable {
        /// ``Synchronous/full`` everywhere but in the probe that shows what it is for.
        package var synchronous = Synchronous.full
        package var readerThreads = 2
        /// How long a writer waits for another process.
        package var busyTimeoutMilliseconds = 5_000
        /// Below this much free space on its disk nothing is written, so that a full disk is met early and whole. Or below
        /// this part of the disk, in percent, where that is less.
        package var minimumFreeBytes: UInt64 = 512 << 20
        package var minimumFreePercent: UInt64 = 5
        /// Pages of 4 KiB in the log before it is written back into the file.
        package var checkpointPages = 4_000

        package init() {}
    }

    /// When a commit is on disk. The numbers are those of SQLite.
    package enum Synchronous: Int64, Sendable {
        /// At the next write-back of the log: a power cut loses commits.
        case normal = 1
        /// Before the commit returns.
        case full = 2
    }

    /// Opens the database, and makes it where it is missing and the access writes.
    ///
    /// - Throws: ``OpeningFault``, in one line for people.
    package init(path: String, access: Access, settings: Settings = Settings()) throws(OpeningFault) {
        self.path = path
        SQLiteDatabase.isWithoutStatistics
        watermark = Watermark(bytes: settings.minimumFreeBytes, percent: settings.minimumFreePercent)
        try DatabaseFile.prepare(path, creating: access != .reading)
        lock = access == .serving ? try InstanceLock(beside: path) : nil
        do {
            pool = try DatabasePool(path: path, configuration: SQLiteDatabase.configuration(access, settings))
        } catch {
            throw OpeningFault("cannot open \(path): \(error)", isOfDisk: SQLiteDatabase.isOfDisk(error))
        }
        if access != .reading {
            try SQLiteDatabase.makeDurable(pool, path, settings)
            index = try IndexReserve(of: path)
        } else {
            index = nil
        }
        let pool = pool
        readers = ConnectionThreads("store-reader", count: settings.readerThreads) { serve in
            try pool.unsafeRead { database in
                guard let handle = database.sqliteConnection else {
                    throw SQLFault(.other, "the reading connection is closed")
                }
                let connection = SQLiteConnection(handle)
                defer { connection.finish() }
                serve(connection)
            }
        }
    }

    /// Said once in a process, before its first connection.
    private static let isWithoutStatistics: Void = {
        // A refusal means that somebody opened a connection before: then all is as it would be anyway, and slower.
        _ = jiexu_sqlite_without_memory_statistics()
    }()

    private static func configuration(_ access: Access, _ settings: Settings) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = access == .reading
        configuration.foreignKeysEnabled = true
        configuration.maximumReaderCount = settings.readerThreads
        let (busyTimeout, checkpointPages) = (settings.busyTimeoutMilliseconds, settings.checkpointPages)
        configuration.prepareDatabase { database in
            // A connection that reads begins anew after each commit of the writer: it has little use of old pages.
            let cacheKibibytes = database.configuration.readonly ? 4_096 : 16_384
            try database.execute(
                sql: """
                    PRAGMA busy_timeout = \(busyTimeout);
                    PRAGMA cell_size_check = ON;
                    PRAGMA trusted_schema = OFF;
                    PRAGMA cache_size = -\(cacheKibibytes);
                    PRAGMA wal_autocheckpoint = \(checkpointPages);
                    PRAGMA journal_size_limit = 67108864;
                    """
            )
        }
        return configuration
    }

    /// The pool sets `synchronous` to NORMAL on its writer when it turns the write-ahead log on, after everything that
    /// its configuration does. So FULL is set once it is open, and read back: a node that could lose what it
    /// acknowledged must not start.
    private static func makeDurable(_ pool: DatabasePool, _ path: String, _ settings: Settings) throws(OpeningFault) {
        do {
            let wanted = settings.synchronous.rawValue
            let (synchronous, journal, foreignKeys) = try pool.writeWithoutTransaction { database in
                try database.execute(sql: "PRAGMA synchronous = \(wanted)")
                return (
                    try Int64.fetchOne(database, sql: "PRAGMA synchronous"),
                    try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                    try Int64.fetchOne(database, sql: "PRAGMA foreign_keys")
                )
            }
            guard synchronous == wanted, journal == "wal", foreignKeys == 1 else {
                throw OpeningFault(
                    "\(path): commits would not be safe (synchronous \(synchronous ?? -1), "
                        + "journal \(journal ?? "none"), foreign keys \(foreignKeys ?? -1))")
            }
        } catch let fault as OpeningFault {
            throw fault
        } catch {
            throw OpeningFault("cannot set up \(path): \(error)", isOfDisk: isOfDisk(error))
        }
    }

    private static func isOfDisk(_ error: any Error) -> Bool {
        switch (error as? DatabaseError)?.resultCode {
        case .SQLITE_IOERR, .SQLITE_FULL, .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_CANTOPEN: true
        default: false
        }
    }

    package func write(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void) {
        let writer = writer
        pool.asyncWriteWithoutTransaction { database in
            work(writer.connection(of: database))
        }
    }

    package func read(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void) {
        readers.give(work)
    }

    package func readAtOnce(_ work: (any SQLConnection) -> Void) -> Bool { readers.borrow(work) }

    package func shortage() -> String? {
        watermark.shortage(at: path)
    }

    /// A quarter of the file besides: the largest table that a version has made anew is a twentieth of it, and is once more in
    /// the write-ahead log until it is committed.
    package func shortageForRenewing() -> String? {
        var file = stat()
        guard stat(path, &file) == 0 else { return "\(path) cannot be asked for its length" }
        return watermark.shortage(at: path, besides: UInt64(max(0, file.st_size)) / 4)
    }

    package func close() {
        readers.stop()
        let writer = writer
        pool.writeWithoutTransaction { _ in writer.finish() }
        try? pool.close()
        index?.release()
        lock?.release()
    }
}

/// The compiled statements of the writing connection. Touched only on the pool's writing queue.
private final class Writer: @unchecked Sendable {
    private var connection: SQLiteConnection?
    private var isFinished = false

    func connection(of database: Database) -> Result<any SQLConnection, SQLFault> {
        if let connection { return .success(connection) }
        guard !isFinished, let handle = database.sqliteConnection else {
            return .failure(SQLFault(.other, "the database is closed"))
        }
        let made = SQLiteConnection(handle)
        connection = made
        return .success(made)
    }

    func finish() {
        connection?.finish()
        connection = nil
        isFinished = true
    }
}
