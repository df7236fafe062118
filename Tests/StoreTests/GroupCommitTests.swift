import Casework
import Store
import Synchronization
import Testing
import TransferCore

/// What callers are told when the database fails them.
@Suite struct `Writes that share a transaction` {
    struct Expectation: Sendable, CustomTestStringConvertible {
        let statement: String
        let kind: SQLFault.Kind
        let error: StoreError
        let stops: Bool
        var testDescription: String { "\(statement): \(kind)" }
    }

    static let expectations = [
        Expectation(statement: "COMMIT", kind: .full, error: .unavailable("planted"), stops: false),
        Expectation(statement: "COMMIT", kind: .busy, error: .unavailable("planted"), stops: false),
        Expectation(statement: "COMMIT", kind: .disk, error: .outcomeUnknown("planted"), stops: true),
        Expectation(statement: "COMMIT", kind: .corrupt, error: .outcomeUnknown("planted"), stops: true),
        Expectation(statement: "COMMIT", kind: .other, error: .outcomeUnknown("planted"), stops: false),
        Expectation(statement: "BEGIN IMMEDIATE", kind: .busy, error: .unavailable("planted"), stops: false),
        Expectation(statement: "INSERT INTO events", kind: .full, error: .unavailable("planted"), stops: false),
        Expectation(statement: "INSERT INTO events", kind: .disk, error: .corrupt("planted"), stops: true),
        Expectation(statement: "INSERT INTO events", kind: .corrupt, error: .corrupt("planted"), stops: true),
        Expectation(statement: "INSERT INTO events", kind: .unreadable, error: .corrupt("planted"), stops: false),
        Expectation(statement: "INSERT INTO events", kind: .refused, error: .corrupt("planted"), stops: false),
        // Leaves are written when all jobs have returned.
        Expectation(statement: "INSERT INTO audit_leaves", kind: .full, error: .unavailable("planted"), stops: false),
        Expectation(statement: "INSERT INTO audit_leaves", kind: .disk, error: .corrupt("planted"), stops: true),
        Expectation(statement: "INSERT INTO audit_leaves", kind: .refused, error: .corrupt("planted"), stops: false),
    ]

    @Test(arguments: expectations) func `tell each caller what is known, and stop when the disk has failed`(
        expectation: Expectation
    ) async throws {
        try await withFaultyStore { database, store in
            try await store.commit(Cast.firstStep(1))
            // What only a job itself meets, it meets again when it is run alone.
            let times = [.refused, .unreadable].contains(expectation.kind) ? 2 : 1
            database.plant(SQLFault(expectation.kind, "planted"), at: expectation.statement, times: times)
            await #expect(throws: expectation.error) { try await store.commit(Cast.firstStep(2)) }
            #expect((store.stoppedBecause != nil) == expectation.stops)
            #expect(try await store.caseFile(Cast.number(2)) == nil)
            if expectation.stops {
                await #expect(throws: StoreError.corrupt("planted")) { try await store.commit(Cast.firstStep(3)) }
            } else {
                try await store.commit(Cast.firstStep(3))
                #expect(try await store.caseFile(Cast.number(3))?.version == 1)
            }
            #expect(try await store.caseFile(Cast.number(1))?.version == 1)
        }
    }

    @Test func `are one transaction for all that have gathered`() async throws {
        try await withFaultyStore { database, store in
            let before = database.commits
            // The first step holds the writer until the others have gathered.
            database.hold(.writing)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await store.commit(Cast.firstStep(1)) }
                await database.untilHeld()
                for serial in 2...101 { group.addTask { try await store.commit(Cast.firstStep(serial)) } }
                // Each of them has to reach the queue; there is no sign of it but time passing in other tasks.
                for _ in 0..<2_000 { await Task.yield() }
                database.letGo()
                try await group.waitForAll()
            }
            #expect(try await store.counts().events == 101)
            #expect(database.commits - before <= 11)
        }
    }

    @Test func `are remembered, whatever a reading that began before them has seen`() async throws {
        // A process that has just begun has no file of a case in memory: it has to be read.
        try await withFaultyStore(holding: [Cast.firstStep(1)]) { database, store in
            database.hold(.reading)
            async let old = store.caseFile(Cast.number(1))
            await database.untilHeld()
            try await store.commit(Cast.step(1, expecting: 1, "application-passed"))
            database.letGo()
            #expect(try await old?.version == 1)
            #expect(try await store.caseFile(Cast.number(1))?.version == 2)
        }
    }

    /// - Parameter steps: written by a process before.
    private func withFaultyStore(
        holding steps: [CaseStep] = [], _ use: (FaultyDatabase, JiexuStore) async throws -> Void
    ) async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            if !steps.isEmpty {
                let before = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
                for step in steps { try await before.commit(step) }
                before.close()
            }
            let database = FaultyDatabase(
                try SQLiteDatabase(path: path, access: .serving, settings: StoreKind.settings))
            let store = try await JiexuStore(database: database, access: .serving)
            defer { store.close() }
            try await use(database, store)
        }
    }
}

/// A database that fails at a given statement, so often as it is told to, and that can be held at the end of a
/// transaction.
final class FaultyDatabase: SQLDatabase {
    private let inner: SQLiteDatabase
    private let state = Mutex(State())

    private struct State {
        var planted: (fault: SQLFault, statement: String, times: Int)?
        var commits = 0
        var holds: Side?
        var isHeld = false
        /// How SQLite finds the rows of what was read; nil while nobody asks.
        var plans: [String]?
    }

    enum Side {
        case reading
        case writing
    }

    init(_ inner: SQLiteDatabase) { self.inner = inner }

    func plant(_ fault: SQLFault, at statement: String, times: Int) {
        state.withLock { $0.planted = (fault, statement, times) }
    }

    var commits: Int { state.withLock { $0.commits } }

    func hold(_ side: Side) { state.withLock { $0.holds = side } }

    func letGo() { state.withLock { $0.holds = nil } }

    /// How SQLite finds the rows of everything that is read while `work` runs, line by line.
    func plans(during work: () async throws -> Void) async throws -> [String] {
        state.withLock { $0.plans = [] }
        try await work()
        return state.withLock { state in
            defer { state.plans = nil }
            return state.plans ?? []
        }
    }

    fileprivate func explain(
        _ sql: StaticString, _ values: [SQLValue], on connection: any SQLConnection
    ) throws(SQLFault) {
        guard state.withLock({ $0.plans != nil }), let tables = connection as? any TableConnection else { return }
        var lines: [String] = []
        try tables.forEachRow(made: "EXPLAIN QUERY PLAN \(sql)", values) { row throws(SQLFault) in
            lines.append(try row.text(3))
        }
        state.withLock { $0.plans? += lines }
    }

    func untilHeld() async {
        while !state.withLock({ $0.isHeld }) { await Task.yield() }
    }

    /// Called before each statement.
    fileprivate func meet(_ sql: StaticString, on side: Side) throws(SQLFault) {
        let text = "\(sql)"
        if text == "COMMIT" {
            if side == .writing { state.withLock { $0.commits += 1 } }
            while state.withLock({ state in
                if state.holds == side { state.isHeld = true }
                return state.holds == side
            }) {}
        }
        guard side == .writing else { return }
        let fault: SQLFault? = state.withLock { state in
            guard let planted = state.planted, planted.times > 0, text.hasPrefix(planted.statement) else { return nil }
            state.planted?.times -= 1
            return planted.fault
        }
        if let fault { throw fault }
    }

    func write(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void) {
        inner.write { connection in work(connection.map { FaultyConnection(inner: $0, database: self, side: .writing) })
        }
    }

    func read(_ work: @escaping @Sendable (Result<any SQLConnection, SQLFault>) -> Void) {
        inner.read { connection in
            work(connection.map { FaultyConnection(inner: $0, database: self, side: .reading) })
        }
    }

    func shortage() -> String? { inner.shortage() }

    func close() { inner.close() }
}

private struct FaultyConnection: SQLConnection {
    let inner: any SQLConnection
    let database: FaultyDatabase
    let side: FaultyDatabase.Side

    var dialect: SQLDialect { inner.dialect }
    var writtenRows: Int64 { inner.writtenRows }
    var isSpoiled: Bool { inner.isSpoiled }
    var openings: Int { inner.openings }

    func run(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) -> Int {
        try database.meet(sql, on: side)
        return try inner.run(sql, values)
    }

    func forEachRow(
        _ sql: StaticString, _ values: [SQLValue], _ read: (any SQLRow) throws(SQLFault) -> Void
    ) throws(SQLFault) {
        try database.meet(sql, on: side)
        if side == .reading { try database.explain(sql, values, on: inner) }
        try inner.forEachRow(sql, values, read)
    }

    func runScript(_ text: String) throws(SQLFault) { try inner.runScript(text) }
}
