import Casework
import Logging
import Store
import TestPostgres
import Testing
import TransferDocuments

/// Several instances of a node on one PostgreSQL server: who may write, and who sees to what.
@Suite struct `Instances that serve one database` {
    private static let lease: Int64 = 60_000

    /// A schema of a test's own, and what opens an instance on it.
    private struct Seat {
        let schema = "instances_\(Int.random(in: 0..<Int.max))"

        func open(
            _ name: String, lease: Int64 = `Instances that serve one database`.lease, isFencing: Bool = true
        ) async throws -> JiexuStore {
            var settings = PostgresDatabase.Settings()
            settings.lockMilliseconds = 2_000
            return try await JiexuStore(
                postgres: try await TestPostgres.shared().schema(schema), access: .serving, settings: settings,
                membership: Membership(name: name, leaseMilliseconds: lease, isFencing: isFencing))
        }

        func run(_ script: String) async throws {
            try await TestPostgres.shared().run("SET search_path = \(schema); \(script)")
        }

        /// As if nothing had been heard of an instance for longer than its lease.
        func expire(_ name: String) async throws {
            try await run(
                """
                UPDATE instances SET until = CAST(extract(epoch FROM clock_timestamp()) * 1000 AS bigint) - 1
                WHERE name = '\(name)'
                """)
        }
    }

    private static func turn(_ store: JiexuStore, _ leaving: Set<DutyClaim> = []) async throws -> InstanceTurn {
        try #require(try await store.takeTurn(leaving: leaving, ended: leaving))
    }

    /// Writes a first step under a claim.
    private static func commit(_ serial: Int, in store: JiexuStore, under claim: DutyClaim?) async throws {
        try await DutyClaim.$current.withValue(claim) { try await store.commit(Cast.firstStep(serial)) }
    }

    @Test func `each write what the others read at once`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one"), try await seat.open("two"))
        defer { for store in [one, two] { store.close() } }
        try await one.commit(Cast.firstStep(1))
        #expect(try await two.caseFile(Cast.number(1))?.version == 1)
        try await two.commit(Cast.step(1, expecting: 1, "application-passed"))
        #expect(try await one.caseFile(Cast.number(1))?.version == 2)
        await #expect(throws: StoreError.caseMovedOn) {
            try await one.commit(Cast.step(1, expecting: 1, "application-passed"))
        }
        #expect(try await StoreAudit(one).verify() == [])
    }

    @Test func `have epochs that only rise, whoever begins`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one"), try await seat.open("two"))
        defer { two.close() }
        #expect(one.ownInstance?.epoch == 1)
        #expect(two.ownInstance?.epoch == 2)
        try await one.leave()
        one.close()
        let again = try await seat.open("one")
        defer { again.close() }
        #expect(again.ownInstance?.epoch == 3)
    }

    @Test func `write nothing any more once another one has ended them, and say so`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one"), try await seat.open("two"))
        defer { for store in [one, two] { store.close() } }
        try await one.commit(Cast.firstStep(1))
        try await seat.expire("one")
        #expect(try await Self.turn(two).ended == ["one"])

        let before = try await two.counts()
        await #expect {
            try await one.commit(Cast.firstStep(2))
        } throws: { error in
            "\(error)".contains("the instance one with epoch 1 was ended by another one: it writes nothing any more")
        }
        await #expect(throws: StoreError.self) {
            try await one.commit(Cast.step(1, expecting: 1, "application-passed"))
        }
        #expect(try await two.counts() == before)
        #expect(one.ownInstance?.fencedWrites == 2)
        #expect(one.membership?.fencedBecause != nil)
        #expect(two.ownInstance?.fencedWrites == 0)
    }

    @Test func `write what they should not where nothing is compared, which a harness has to find`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one", isFencing: false), try await seat.open("two"))
        defer { for store in [one, two] { store.close() } }
        try await seat.expire("one")
        #expect(try await Self.turn(two).ended == ["one"])
        try await one.commit(Cast.firstStep(1))
        #expect(try await two.caseFile(Cast.number(1)) != nil)
    }

    @Test func `refuse a second one of the same name until its lease has run out`() async throws {
        let seat = Seat()
        let one = try await seat.open("one", lease: 1_000)
        defer { one.close() }
        let renewing = Task {
            while !Task.isCancelled {
                _ = try? await one.takeTurn()
                try? await Task.sleep(for: .milliseconds(100))
            }
        }
        await #expect {
            _ = try await seat.open("one", lease: 1_000)
        } throws: { error in
            "\(error)".contains("an instance of the name one serves from it already")
        }
        renewing.cancel()
        await renewing.value
        let next = try await seat.open("one", lease: 1_000)
        defer { next.close() }
        #expect(next.ownInstance?.epoch == 2)
        await #expect(throws: StoreError.self) { try await one.commit(Cast.firstStep(1)) }
        try await next.commit(Cast.firstStep(1))
    }

    @Test func `share the place with one another, and with no node that serves alone`() async throws {
        let seat = Seat()
        let one = try await seat.open("one")
        defer { one.close() }
        var settings = PostgresDatabase.Settings()
        settings.lockMilliseconds = 200
        let place = try await TestPostgres.shared().schema(seat.schema)
        await #expect(throws: OpeningFault.self) {
            _ = try await JiexuStore(postgres: place, access: .serving, settings: settings)
        }
    }

    @Test func `hold each duty once, and hand over until every one has its share`() async throws {
        let seat = Seat()
        let one = try await seat.open("one")
        defer { one.close() }
        var first = try await Self.turn(one)
        #expect(Set(first.claims.map(\.duty)) == Set(NodeDuty.all))
        #expect(first.leaving.isEmpty)

        let two = try await seat.open("two")
        defer { two.close() }
        var second = try await Self.turn(two)
        #expect(second.claims.isEmpty)
        first = try await Self.turn(one)
        let half = NodeDuty.all.count / 2
        #expect(first.leaving.count == half)
        #expect(first.claims.count == NodeDuty.all.count)
        first = try await Self.turn(one, first.leaving)
        second = try await Self.turn(two)
        #expect(second.claims.count == half)
        #expect(first.claims.count == NodeDuty.all.count - half)
        #expect(Set(first.claims.map(\.duty)).isDisjoint(with: second.claims.map(\.duty)))
        #expect(second.claims.allSatisfy { $0.epoch == 2 })
        #expect(try await Self.turn(one).leaving.isEmpty)
        let report = try await one.instances()
        #expect(report.instances.map(\.name) == ["one", "two"])
        #expect(report.duties.count { $0.holder == "two" } == half)
    }

    /// A start takes its time, and once took longer than the lease: the instance was ended before it served.
    @Test func `are heard of while they begin, and share nothing before they serve`() async throws {
        let seat = Seat()
        let one = try await seat.open("one")
        defer { one.close() }
        _ = try await Self.turn(one)
        let two = try await seat.open("two", lease: 1_000)
        defer { two.close() }
        for _ in 0..<15 {
            let turn = try #require(try await two.takeTurn(isServing: false))
            #expect(turn.claims.isEmpty)
            let other = try await Self.turn(one)
            #expect(other.ended == [])
            #expect(other.leaving.isEmpty)
            try await Task.sleep(for: .milliseconds(100))
        }
        _ = try await Self.turn(two)
        #expect(try await !Self.turn(one).leaving.isEmpty)
    }

    @Test func `take over what an ended one has held, under a higher epoch, and its write in flight fails`()
        async throws
    {
        let seat = Seat()
        let one = try await seat.open("one")
        defer { one.close() }
        let old = try #require(try await Self.turn(one).claims.first { $0.duty == .bank })
        try await Self.commit(1, in: one, under: old)
        let two = try await seat.open("two")
        defer { two.close() }
        try await seat.expire("one")
        let new = try #require(try await Self.turn(two).claims.first { $0.duty == .bank })
        #expect(new.epoch == old.epoch + 1)
        await #expect(throws: StoreError.self) { try await Self.commit(2, in: one, under: old) }
        try await Self.commit(2, in: two, under: new)
    }

    @Test func `write nothing for a duty that has passed on, and all the rest`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one"), try await seat.open("two"))
        defer { for store in [one, two] { store.close() } }
        let old = try #require(try await Self.turn(one).claims.first)
        try await seat.run("UPDATE duties SET epoch = epoch + 1, holder = 'two' WHERE name = '\(old.duty.name)'")
        let before = try await two.counts()
        // The ones that may share its transaction are written.
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                await #expect(throws: StoreError.unavailable("its duty has passed on to another instance")) {
                    try await Self.commit(1, in: one, under: old)
                }
            }
            for serial in 2...20 {
                group.addTask {
                    await #expect(throws: Never.self) { try await Self.commit(serial, in: one, under: nil) }
                }
            }
        }
        #expect(try await two.caseFile(Cast.number(1)) == nil)
        #expect(try await two.counts().events == before.events + 19)
        #expect(one.ownInstance?.fencedWrites == 1)
        #expect(one.membership?.fencedBecause == nil)
    }

    /// The clocks of two machines may differ by any amount: what a lease is measured with is the server's.
    @Test func `are measured by the clock of the database alone`() async throws {
        let seat = Seat()
        let one = try await seat.open("one", lease: 7_000)
        defer { one.close() }
        try await seat.run(
            """
            DO $$ BEGIN ASSERT (SELECT until - since = 7000
                AND abs(since - extract(epoch FROM clock_timestamp()) * 1000) < 60000 FROM instances); END $$
            """)
    }

    @Test func `are left time to be heard of again by one that was away itself`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one"), try await seat.open("two"))
        defer { for store in [one, two] { store.close() } }
        // The server was away from both.
        try await seat.expire("one")
        try await seat.expire("two")
        #expect(try await Self.turn(two).ended == [])
        try await one.commit(Cast.firstStep(1))
        #expect(try await Self.turn(one).ended == [])
        #expect(try await Self.turn(two).ended == [])
    }

    @Test func `are left time to be heard of by one that has just begun`() async throws {
        let seat = Seat()
        let one = try await seat.open("one")
        defer { one.close() }
        try await seat.run("UPDATE instances SET until = since - 1000")
        let two = try await seat.open("two")
        defer { two.close() }
        #expect(try await Self.turn(two).ended == [])
        try await one.commit(Cast.firstStep(1))
        let three = try await seat.open("three", lease: 1_000)
        defer { three.close() }
        var ended: [String] = []
        for _ in 0..<50 where ended.isEmpty {
            try await Task.sleep(for: .milliseconds(100))
            ended = try await Self.turn(three).ended
        }
        #expect(ended == ["one"])
    }

    @Test func `have the same keys of their own`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one"), try await seat.open("two"))
        defer { for store in [one, two] { store.close() } }
        let (key, other) = (DocumentDigest(of: [1]), DocumentDigest(of: [2]))
        #expect(try await one.sharedKey("accounts") == nil)
        #expect(try await one.keep(key, ofSharedKey: "accounts") == key)
        #expect(try await two.sharedKey("accounts") == key)
        #expect(try await two.keep(other, ofSharedKey: "accounts") == key)
    }

    @Test func `are free of what one of them has left, at once`() async throws {
        let seat = Seat()
        let (one, two) = (try await seat.open("one"), try await seat.open("two"))
        defer { two.close() }
        _ = try await Self.turn(one)
        try await one.leave()
        await #expect(throws: StoreError.self) { try await one.commit(Cast.firstStep(1)) }
        one.close()
        #expect(try await Self.turn(two).claims.count == NodeDuty.all.count)
        #expect(try await two.instances().instances.map(\.ended) == [.left, nil])
    }

    @Test func `stand alone in a file, where nothing is compared`() async throws {
        let path = "/tmp/jx-instances-\(Int.random(in: 0..<Int.max)).sqlite"
        let store = try await TestStore.open(path, on: .file)
        defer { store.close() }
        #expect(store.ownInstance == nil)
        #expect(try await store.takeTurn() == nil)
        try await Self.commit(1, in: store, under: DutyClaim(.bank, epoch: 7))
        #expect(try await store.instances().instances.isEmpty)
    }
}

/// What an instance does with the duties that it holds.
@Suite struct `The board of an instance` {
    private static let bank = DutyClaim(.bank, epoch: 1)

    @Test func `has a duty carried out while it is held, and each time anew`() async throws {
        let board = DutyBoard()
        let (begun, note) = AsyncStream.makeStream(of: DutyClaim?.self)
        let carrying = Task {
            await board.carry(.bank) {
                note.yield(DutyClaim.current)
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
                note.yield(nil)
            }
            note.finish()
        }
        var seen = begun.makeAsyncIterator()
        board.take([Self.bank])
        #expect(await seen.next() == Self.bank)
        board.take([])
        #expect(await seen.next() == .some(nil))
        let again = DutyClaim(.bank, epoch: 3)
        board.take([again])
        #expect(await seen.next() == again)
        carrying.cancel()
        #expect(await seen.next() == .some(nil))
        #expect(await seen.next() == nil)
    }

    @Test func `begins nothing under a claim that is to be handed over, and tells when its work has ended`()
        async throws
    {
        let board = DutyBoard()
        board.take([Self.bank])
        #expect(board.claim(of: .bank) == Self.bank)
        let (hold, release) = AsyncStream.makeStream(of: Void.self)
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            await board.work(under: Self.bank) {
                begin.finish()
                for await _ in hold {}
            }
        }
        for await _ in begun {}
        board.take([Self.bank], leaving: [Self.bank])
        #expect(board.claim(of: .bank) == nil)
        #expect(board.leaving == [Self.bank])
        #expect(board.ended.isEmpty)
        release.finish()
        await work.value
        #expect(board.ended == [Self.bank])
    }

    @Test func `gives a duty back in the end whose work does not end`() async throws {
        let board = DutyBoard()
        let (begun, begin) = AsyncStream.makeStream(of: Void.self)
        let work = Task {
            await board.work(under: Self.bank) {
                begin.finish()
                while !Task.isCancelled { try? await Task.sleep(for: .milliseconds(5)) }
            }
        }
        for await _ in begun {}
        for _ in 0..<6 {
            board.take([Self.bank], leaving: [Self.bank])
            #expect(board.ended.isEmpty)
        }
        board.take([Self.bank], leaving: [Self.bank])
        #expect(board.ended == [Self.bank])
        work.cancel()
    }
}
