import Casework
import Store
import TestPostgres
import Testing
import TransferCore

/// What is written without waiting for each answer.
@Suite struct `Statements that are sent ahead to a PostgreSQL server` {
    private static let table: StaticString = "CREATE TEMPORARY TABLE pieces (number BIGINT PRIMARY KEY, words TEXT)"
    private static let insertion: StaticString = "INSERT INTO pieces (number, words) VALUES ($1, $2)"

    private static func onPieces<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLPipeline) throws(SQLFault) -> Value
    ) async throws -> Value {
        let place = try await TestStore.place(of: "a-schema-\(Int.random(in: 0..<Int.max))")
        let database = try PostgresDatabase(place, access: .importing)
        defer { database.close() }
        return try await database.onWriter { connection throws(SQLFault) in
            guard let pipeline = connection as? any SQLPipeline else { throw SQLFault(.other, "it takes none ahead") }
            try pipeline.run(table)
            try pipeline.run("BEGIN")
            return try work(pipeline)
        }
    }

    private static func count(_ connection: any SQLConnection) throws(SQLFault) -> Int64 {
        try connection.integer("SELECT count(*) FROM pieces") ?? -1
    }

    @Test func `are carried out in their order, with those that are waited for among them`() async throws {
        let found = try await Self.onPieces { connection throws(SQLFault) in
            var seen: [Int64] = []
            for number in 1...6 {
                try connection.send(Self.insertion, [.integer(Int64(number)), .text("first")], changing: 1)
                if number % 2 == 0 { seen.append(try Self.count(connection)) }
            }
            try connection.send(
                "UPDATE pieces SET words = $1 WHERE number > $2", [.text("second"), .integer(4)], changing: nil)
            seen.append(Int64(try connection.run("DELETE FROM pieces WHERE words = 'second'")))
            try connection.send(Self.insertion, [.integer(7), .text("last")], changing: 1)
            try connection.settle()
            try connection.run("COMMIT")
            seen.append(try Self.count(connection))
            return seen
        }
        #expect(found == [2, 4, 6, 2, 5])
    }

    @Test func `tell their fault to whoever waits next, and leave nothing behind`() async throws {
        let found = try await Self.onPieces { connection throws(SQLFault) in
            var kinds: [SQLFault.Kind] = []
            func note(_ work: () throws(SQLFault) -> Void) {
                do throws(SQLFault) { try work() } catch { kinds.append(error.kind) }
            }
            for round in 1...2 {
                for number in [1, 2, 1, 3] as [Int64] {
                    try connection.send(Self.insertion, [.integer(number), .text("words")], changing: 1)
                }
                // Behind the fault, so that it is not even prepared: the next time it is.
                try connection.send("DELETE FROM pieces WHERE number = $1", [.integer(2)], changing: 1)
                note { () throws(SQLFault) in
                    if round == 1 { try connection.settle() } else { _ = try Self.count(connection) }
                }
                guard connection.isSpoiled else { throw SQLFault(.other, "it is not spoiled") }
                note { () throws(SQLFault) in try connection.run("COMMIT") }
                connection.rollBack()
                guard !connection.isSpoiled else { throw SQLFault(.other, "it is still spoiled") }
                try connection.run("BEGIN")
            }
            let rest = try Self.count(connection)
            try connection.send(Self.insertion, [.integer(2), .text("words")], changing: 1)
            try connection.send("DELETE FROM pieces WHERE number = $1", [.integer(2)], changing: 1)
            try connection.settle()
            try connection.run("COMMIT")
            return (kinds, rest)
        }
        #expect(found.0 == [.unique, .refused, .unique, .refused] && found.1 == 0)
    }

    @Test func `are not committed when one has changed another number of rows than it had to`() async throws {
        let rest = try await Self.onPieces { connection throws(SQLFault) in
            try connection.send(Self.insertion, [.integer(1), .text("words")], changing: 1)
            try connection.send("DELETE FROM pieces WHERE number = $1", [.integer(9)], changing: 1)
            var faults = 0
            do throws(SQLFault) { try connection.settle() } catch { faults += 1 }
            // The server thinks nothing of it.
            guard try Self.count(connection) == 1, connection.isSpoiled else { throw SQLFault(.other, "not spoiled") }
            do throws(SQLFault) { try connection.run("COMMIT") } catch { faults += 1 }
            connection.rollBack()
            guard faults == 2 else { throw SQLFault(.other, "\(faults) faults") }
            return try Self.count(connection)
        }
        #expect(rest == 0)
    }

    @Test func `may be more than the way to the server holds`() async throws {
        let found = try await Self.onPieces { connection throws(SQLFault) in
            let words = String(repeating: "many words ", count: 100)
            for number in 1...30_000 {
                try connection.send(Self.insertion, [.integer(Int64(number)), .text(words)], changing: 1)
            }
            try connection.settle()
            return try Self.count(connection)
        }
        #expect(found == 30_000)
    }

    /// Whichever job it is whose rows are there already, and however many are written with it: it alone is refused.
    @Test func `undo no other job than the one that failed`() async throws {
        let place = try await TestStore.place(of: "a-schema-\(Int.random(in: 0..<Int.max))")
        let store = try await JiexuStore(postgres: place, access: .serving)
        defer { store.close() }
        for serial in 1...30 { try await store.commit(Cast.firstStep(serial)) }
        var first = Cast.step(30, expecting: 1, "funds-arrived")
        first.bankLines = [Cast.line("B-1")]
        try await store.commit(first)
        let outcomes = await store.commit(
            (1...29).map { serial in
                var step = Cast.step(serial, expecting: 1, "funds-arrived")
                step.bankLines = [Cast.line(serial % 10 == 5 ? "B-1" : "C-\(serial)")]
                return [step]
            })
        for (place, outcome) in outcomes.enumerated() {
            let isRefused = (place + 1) % 10 == 5
            #expect(((try? outcome.get()) == nil) == isRefused, "case \(place + 1)")
            if isRefused { #expect(throws: StoreError.duplicate) { try outcome.get() } }
            #expect(try await store.caseFile(Cast.number(place + 1))?.version == (isRefused ? 1 : 2))
        }
        #expect(try await StoreAudit(store).verify() == [])
    }
}
