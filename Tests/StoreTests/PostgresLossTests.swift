import Casework
import Store
import Synchronization
import TestPostgres
import Testing
import TransferCore

/// What becomes of a store when the server, or the way to it, is lost.
@Suite struct `A store whose server is lost` {
    @Test func `goes on after its idle connections were closed, and nobody is told`() async throws {
        let server = try await TestPostgres()
        defer { server.stop() }
        let store = try await JiexuStore(postgres: try await server.schema("a_node"), access: .serving)
        defer { store.close() }
        try await store.commit(Cast.firstStep(1))
        #expect(try await store.counts().events == 1)
        try await server.run(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND usename = 'jiexu'"
        )
        try await store.commit(Cast.step(1, expecting: 1, "application-passed"))
        #expect(try await store.counts().events == 2)
    }

    /// With a second server that never answers, every commit waits for it: nobody is told, nobody sees it, and it stands
    /// once the second server has it.
    @Test func `tells a commit without an answer as unknown, and knows it when it is read again`() async throws {
        let server = try await TestPostgres()
        defer { server.stop() }
        var settings = PostgresDatabase.Settings()
        settings.commitMilliseconds = 300
        let store = try await JiexuStore(
            postgres: try await server.schema("a_node"), access: .serving, settings: settings)
        defer { store.close() }
        try await store.commit(Cast.firstStep(1))

        try await server.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try await server.run("SELECT pg_reload_conf()")
        var version = 1
        var fault: StoreError?
        while fault == nil {
            do throws(StoreError) {
                try await store.commit(Cast.step(1, expecting: version, "step-\(version)"))
                version += 1
            } catch {
                fault = error
            }
        }
        guard case .outcomeUnknown = fault else {
            Issue.record("the commit was told as \(String(describing: fault))")
            return
        }
        #expect(store.stoppedBecause == nil)
        let beside = try await JiexuStore(postgres: server.place(of: "a_node"), access: .reading)
        #expect(try await beside.caseFile(Cast.number(1))?.version == version, "it could still be lost")
        beside.close()

        try await server.run("ALTER SYSTEM RESET synchronous_standby_names")
        try await server.run("SELECT pg_reload_conf()")
        // Whoever writes again is told what stands, however often that takes.
        var again: StoreError?
        repeat {
            do throws(StoreError) {
                again = nil
                try await store.commit(Cast.step(1, expecting: version, "step-\(version)"))
            } catch {
                again = error
            }
        } while again?.isTransient == true && again != .caseMovedOn
        #expect(again == .caseMovedOn)
        let file = try #require(try await untilItAnswers { try await store.caseFile(Cast.number(1)) })
        #expect(file.version == version + 1)
        #expect(file.events.last?.name == "step-\(version)")
        try await store.commit(Cast.step(1, expecting: version + 1, "goes-on"))
        #expect(try await untilItAnswers { try await StoreAudit(store).verify() } == [])
    }

    /// A server that comes back after a crash shows commits that no second one has: what is read is told, and would be lost.
    @Test func `tells nothing that it reads after a crash before a second server has it`() async throws {
        let server = try await TestPostgres()
        defer { server.stop() }
        var settings = PostgresDatabase.Settings()
        (settings.commitMilliseconds, settings.longestPauseMilliseconds) = (300, 300)
        let place = try await server.schema("a_node")
        let store = try await JiexuStore(postgres: place, access: .serving, settings: settings)
        defer { store.close() }
        try await store.commit(Cast.firstStep(1))
        try await server.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try await server.run("SELECT pg_reload_conf()")
        var version = 1
        var fault: StoreError?
        while fault == nil {
            do throws(StoreError) {
                try await store.commit(Cast.step(1, expecting: version, "step-\(version)"))
                version += 1
            } catch {
                fault = error
            }
        }
        try server.kill()
        try server.start()
        try await server.untilAnswers()
        let beside = try await JiexuStore(postgres: place, access: .reading)
        let shown = try #require(try await beside.caseFile(Cast.number(1))?.version)
        beside.close()
        for _ in 0..<3 {
            await #expect(throws: StoreError.self, "version \(shown) is on one server only") {
                _ = try await store.caseFile(Cast.number(1))
            }
        }
        try await server.run("ALTER SYSTEM RESET synchronous_standby_names")
        try await server.run("SELECT pg_reload_conf()")
        #expect(try await untilItAnswers { try await store.caseFile(Cast.number(1)) }?.version == shown)
    }

    /// As after an asynchronous standby has taken over: here commits do not wait for the disk.
    @Test func `writes nothing more over what it told and the server has lost`() async throws {
        let server = try await TestPostgres(options: ["wal_writer_delay=10s"])
        defer { server.stop() }
        let place = try await server.schema("a_node")
        let sound = try await JiexuStore(postgres: place, access: .serving)
        try await sound.commit(Cast.firstStep(1))
        sound.close()
        var settings = PostgresDatabase.Settings()
        (settings.synchronous, settings.longestPauseMilliseconds) = (.normal, 300)
        let store = try await JiexuStore(postgres: place, access: .serving, settings: settings)
        defer { store.close() }
        try await store.commit(Cast.step(1, expecting: 1, "step-1"))
        try server.kill()
        try server.start()
        try await server.untilAnswers()
        for _ in 0..<100 where store.stoppedBecause == nil {
            await #expect(throws: StoreError.self) { try await store.commit(Cast.firstStep(2)) }
            try await Task.sleep(for: .milliseconds(100))
        }
        #expect(store.stoppedBecause?.contains("the database has gone back") == true)
    }

    @Test func `finds the one of several servers that answers, also when another stands still`() async throws {
        let (frozen, server) = (try await TestPostgres(), try await TestPostgres())
        defer { for one in [frozen, server] { one.stop() } }
        let folders = try await [frozen.schema("a_node"), server.schema("a_node")].map { place in
            place.split(separator: " ")[0].dropFirst("host=".count)
        }
        try frozen.freeze()
        for hosts in ["/nowhere,\(folders[1])", "\(folders[0]),/nowhere,\(folders[1])"] {
            var settings = PostgresDatabase.Settings()
            settings.connectMilliseconds = 1_000
            let store = try await JiexuStore(
                postgres: "host=\(hosts) user=jiexu dbname=postgres options=-csearch_path=a_node", access: .serving,
                settings: settings)
            #expect(try await store.counts().events >= 0)
            store.close()
        }
    }

    @Test func `waits no longer than it says for a server that stands still, and goes on after it`() async throws {
        let server = try await TestPostgres()
        defer { server.stop() }
        var settings = PostgresDatabase.Settings()
        (settings.connectMilliseconds, settings.longestPauseMilliseconds) = (500, 400)
        (settings.statementMilliseconds, settings.commitMilliseconds, settings.readMilliseconds) = (500, 500, 500)
        let store = try await JiexuStore(
            postgres: try await server.schema("a_node"), access: .serving, settings: settings)
        defer { store.close() }
        try await store.commit(Cast.firstStep(1))
        #expect(try await store.counts().events == 1)

        try server.freeze()
        var version = 1
        var fault: StoreError?
        while fault == nil {
            do throws(StoreError) {
                try await store.commit(Cast.step(1, expecting: version, "step-\(version)"))
                version += 1
            } catch {
                fault = error
            }
        }
        #expect(fault?.isTransient == true)
        await #expect(throws: StoreError.self) { try await store.counts() }
        await #expect(throws: StoreError.self) { try await store.commit(Cast.firstStep(2)) }
        #expect(store.stoppedBecause == nil)

        try server.thaw()
        try await server.untilAnswers()
        var isWritten = false
        while !isWritten {
            do throws(StoreError) {
                try await store.commit(Cast.firstStep(3))
                isWritten = true
            } catch {
                // It had been written, and its commit was not answered.
                isWritten = error == .caseMovedOn
            }
        }
        let last = try await untilItAnswers { try await store.caseFile(Cast.number(1)) }?.version
        // What was on its way when the server stood still is there or not, and nothing in between.
        #expect(last == version || last == version + 1)
        #expect(try await untilItAnswers { try await StoreAudit(store).verify() } == [])
    }

    /// A node waited in vain on its reading connections, and then as long again on the one that writes: a minute here, where
    /// asking first takes a second.
    @Test func `asks whether an idle connection answers before it writes on it, once another has waited in vain`()
        async throws
    {
        let server = try await TestPostgres()
        defer { server.stop() }
        var settings = PostgresDatabase.Settings()
        (settings.connectMilliseconds, settings.longestPauseMilliseconds) = (500, 400)
        (settings.statementMilliseconds, settings.commitMilliseconds) = (60_000, 60_000)
        settings.readMilliseconds = 500
        let store = try await JiexuStore(
            postgres: try await server.schema("a_node"), access: .serving, settings: settings)
        defer { store.close() }
        try await store.commit(Cast.firstStep(1))
        #expect(try await store.counts().events == 1)
        try server.freeze()
        await #expect(throws: StoreError.self) { _ = try await store.counts() }
        let asked = ContinuousClock.now
        await #expect(throws: StoreError.self) {
            try await store.commit(Cast.step(1, expecting: 1, "application-passed"))
        }
        #expect(asked.duration(to: .now) < .seconds(30))
        try server.thaw()
        _ = try await untilItAnswers { try await store.commit(Cast.step(1, expecting: 1, "application-passed")) }
        #expect(try await store.counts().events == 2)
    }

    @Test func `keeps all that was acknowledged when its server is killed in the middle of writes`() async throws {
        let server = try await TestPostgres()
        defer { server.stop() }
        var settings = PostgresDatabase.Settings()
        settings.longestPauseMilliseconds = 400
        let store = try await JiexuStore(
            postgres: try await server.schema("a_node"), access: .serving, settings: settings)
        defer { store.close() }
        let board = Board()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for serial in 1...8 {
                group.addTask { await write(serial, to: store, board) }
            }
            for _ in 1...3 {
                await board.untilMore(100)
                try server.kill()
                try server.start()
                try await server.untilAnswers()
            }
            await board.untilMore(100)
            board.end()
            try await group.waitForAll()
        }
        for (serial, version) in board.acknowledged {
            let file = try #require(try await untilItAnswers { try await store.caseFile(Cast.number(serial)) })
            #expect(file.version >= version)
            #expect(file.events.count == file.documents.count + 1)
        }
        #expect(try await untilItAnswers { try await StoreAudit(store).verify() } == [])
        #expect(store.stoppedBecause == nil)
    }
}

/// A connection that was lost is opened again after a pause, and whoever asks meanwhile is told to ask again.
private func untilItAnswers<Value>(_ ask: () async throws -> Value) async throws -> Value {
    for _ in 0..<100 {
        do {
            return try await ask()
        } catch let error as StoreError where error.isTransient {
            try await Task.sleep(for: .milliseconds(50))
        }
    }
    return try await ask()
}

/// What was acknowledged, and whether it is enough.
private final class Board: Sendable {
    private let state = Mutex((versions: [Int: Int](), isOver: false))

    /// The version of each case that its writer was told of last.
    var acknowledged: [Int: Int] { state.withLock { $0.versions } }
    var isOver: Bool { state.withLock { $0.isOver } }

    func note(_ serial: Int, _ version: Int) { state.withLock { $0.versions[serial] = version } }
    func end() { state.withLock { $0.isOver = true } }

    func untilMore(_ count: Int) async {
        let before = acknowledged.values.reduce(0, +)
        while acknowledged.values.reduce(0, +) < before + count { await Task.yield() }
    }
}

/// Writes step after step, and notes those that were acknowledged; after a fault it reads what stands.
private func write(_ serial: Int, to store: JiexuStore, _ board: Board) async {
    var version = 0
    while !board.isOver {
        do throws(StoreError) {
            var step = version == 0 ? Cast.firstStep(serial) : Cast.step(serial, expecting: version, "step-\(version)")
            if version > 0 { step.outgoing = [Cast.document(version, from: Cast.hangzhou, to: Cast.chengdu)] }
            try await store.commit(step)
            version += 1
            board.note(serial, version)
        } catch {
            do throws(StoreError) {
                version = try await store.caseFile(Cast.number(serial))?.version ?? 0
            } catch {
                await Task.yield()
            }
        }
    }
}
