import Casework
import FoundationEssentials
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

/// Moving all of a store into another kind of database.
@Suite struct `A store that is moved` {
    @Test func `is the same on a server, and in a file again, and goes on with the next numbers`() async throws {
        try await withDirectory { directory in
            let (first, last) = (directory + "/first.sqlite", directory + "/last.sqlite")
            let store = try await TestStore.open(first, on: .file)
            try await Self.write(to: store)
            let (file, tree) = (try await store.caseFile(Cast.number(1)), try await StoredLog(store).tree())
            store.close()

            let schema = directory + "/schema"
            let there = try await Self.move(first, .file, to: schema, .server)
            #expect(there.old == there.new)
            #expect(there.old.leaves == tree.size)
            #expect(there.new.root == tree.root)
            #expect(there.new.tables.count > 50)
            #expect(there.new.tables.first { $0.name == "events" }?.rows == 403)
            let onServer = try await TestStore.open(schema, on: .server)
            #expect(try await StoreAudit(onServer).verify() == [])
            #expect(try await StoredLog(onServer).tree() == tree)
            #expect(try await onServer.caseFile(Cast.number(1))?.documents == file?.documents)
            #expect(try await onServer.record(of: Cast.resident(1)) == Cast.record(1))
            // Numbers that the database gives go on behind those that came with the rows.
            try await onServer.commit(Cast.firstStep(900))
            try await onServer.commit(Cast.step(1, expecting: 3, "goes-on"))
            #expect(try await onServer.reserveSerials(1, year: 2026) == 6..<7)
            #expect(try await StoreAudit(onServer).verify() == [])
            onServer.close()

            let back = try await Self.move(schema, .server, to: last, .file)
            #expect(back.old == back.new)
            let inFile = try await TestStore.open(last, on: .file)
            defer { inFile.close() }
            #expect(try await StoreAudit(inFile).verify() == [])
            #expect(try await inFile.caseFile(Cast.number(1))?.version == 4)
            try await inFile.commit(Cast.firstStep(901))
            #expect(try await StoreAudit(inFile).verify() == [])
        }
    }

    @Test func `is told apart from one in which a single row differs`() async throws {
        try await withDirectory { directory in
            let (first, schema) = (directory + "/first.sqlite", directory + "/schema")
            let store = try await TestStore.open(first, on: .file)
            try await Self.write(to: store)
            store.close()
            _ = try await Self.move(first, .file, to: schema, .server)
            try await TestStore.runUnguarded(
                "UPDATE events SET actor = 'a passer-by' WHERE sequence = 2 AND case_id = 1", at: schema, on: .server)
            let (old, new) = try await Self.with(first, .file, schema, .server) { try await $0.contents() }
            let different = zip(old.tables, new.tables).filter { $0 != $1 }.map(\.0.name)
            #expect(different == ["events"])
        }
    }

    @Test func `finds its new place empty, or stays where it is`() async throws {
        try await withDirectory { directory in
            let (first, schema) = (directory + "/first.sqlite", directory + "/schema")
            for (path, kind) in [(first, TestStore.Kind.file), (schema, .server)] {
                try await TestStore.open(path, on: kind).close()
            }
            await #expect {
                _ = try await Self.move(first, .file, to: schema, .server)
            } throws: { error in
                "\(error)".contains("the new database is not empty")
            }
            // A store that no node was ever started on has no tables to move.
            await #expect {
                _ = try await Self.move(directory + "/other.sqlite", .file, to: directory + "/other", .server)
            } throws: { error in
                "\(error)".contains("its tables are of another version")
            }
        }
    }

    @Test func `is not moved while a node serves from it`() async throws {
        try await withDirectory { directory in
            let first = directory + "/first.sqlite"
            let store = try await TestStore.open(first, on: .file)
            defer { store.close() }
            await #expect {
                _ = try await Self.move(first, .file, to: directory + "/schema", .server)
            } throws: { error in
                "\(error)".contains("another node serves from")
            }
        }
    }

    /// Something in every corner: cases with all that belongs to them, persons, notes of the log, serials, tables of rules.
    private static func write(to store: JiexuStore) async throws {
        for serial in 1...400 {
            var step = Cast.firstStep(serial)
            step.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu, says: "第\(serial)号")]
            step.postings = [.creditHeld(Money(fen: Int64(serial)))]
            step.newEffects = [NewEffect(kind: .review, dueAt: Cast.noon)]
            step.notices = [StoredNotice(branch: .pension, name: "completion", code: nil, at: Cast.noon)]
            try await store.commit(step)
        }
        var second = Cast.step(1, expecting: 1, "form-arrived", "funds-arrived")
        second.incoming = Cast.document(1, from: Cast.chengdu, to: Cast.hangzhou, receipt: "seen")
        second.bankLines = [Cast.line("B-1")]
        second.orders = [Cast.order(1)]
        try await store.commit(second)
        try await store.keepUnmatched(
            Cast.line("B-2"), why: "no-case", posting: .creditHeld(Cast.line("B-2").amount), at: Cast.noon)
        try await store.importRecords([Cast.record(1), Cast.record(2)], at: Cast.noon)
        try await StoredLog(store).note(.key(certificate: DocumentDigest(of: [1])), at: Cast.noon)
        _ = try await store.reserveSerials(5, year: 2026)
        try await store.commit(Cast.firstStep(401))
    }

    private static func with<Value>(
        _ first: String, _ kind: TestStore.Kind, _ second: String, _ other: TestStore.Kind,
        _ use: (StoreMove) async throws -> Value
    ) async throws -> Value {
        let old = try await TestStore.database(first, access: .serving, on: kind)
        defer { old.close() }
        let new = try await TestStore.database(second, access: .serving, on: other)
        defer { new.close() }
        return try await use(StoreMove(from: old, to: new))
    }

    private static func move(
        _ first: String, _ kind: TestStore.Kind, to second: String, _ other: TestStore.Kind
    ) async throws -> (old: StoreMove.Content, new: StoreMove.Content) {
        try await with(first, kind, second, other) { move in
            try await move.run()
            return try await move.contents()
        }
    }
}
