import Casework
import Store
import TestPostgres
import Testing
import TransferCore

/// What only a store on a PostgreSQL server promises.
@Suite struct `A store on a PostgreSQL server` {
    private static func schema() async throws -> String {
        try await TestStore.place(of: "a-schema-\(Int.random(in: 0..<Int.max))")
    }

    private static func open(
        _ place: String, _ access: DatabaseAccess, lockMilliseconds: Int = 300
    ) async throws -> JiexuStore {
        var settings = PostgresDatabase.Settings()
        settings.lockMilliseconds = lockMilliseconds
        return try await JiexuStore(postgres: place, access: access, settings: settings)
    }

    @Test func `is served by one node at a time, and read and filled beside it`() async throws {
        let place = try await Self.schema()
        let serving = try await Self.open(place, .serving)
        await #expect {
            _ = try await Self.open(place, .serving)
        } throws: { error in
            "\(error)".contains("another node serves from it: stop that one first")
        }
        try await serving.commit(Cast.firstStep(1))

        let reading = try await Self.open(place, .reading)
        #expect(try await reading.caseFile(Cast.number(1))?.version == 1)
        try await serving.commit(Cast.step(1, expecting: 1, "application-passed"))
        #expect(try await reading.caseFile(Cast.number(1))?.version == 2)
        await #expect(throws: StoreError.self) { try await reading.commit(Cast.firstStep(2)) }

        let importing = try await Self.open(place, .importing)
        try await importing.importRecords([Cast.record(1)], at: Cast.noon)
        #expect(try await serving.record(of: Cast.resident(1)) == Cast.record(1))

        serving.close()
        let next = try await Self.open(place, .serving)
        #expect(try await next.caseFile(Cast.number(1))?.version == 2)
        for store in [reading, importing, next] { store.close() }
    }

    @Test func `waits for its turn where two write, and gives the positions one after the other`() async throws {
        let place = try await Self.schema()
        let serving = try await Self.open(place, .serving, lockMilliseconds: 60_000)
        let beside = try await Self.open(place, .importing, lockMilliseconds: 60_000)
        defer { for store in [serving, beside] { store.close() } }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for serial in 1...100 {
                group.addTask { try await (serial % 2 == 0 ? serving : beside).commit(Cast.firstStep(serial)) }
            }
            try await group.waitForAll()
        }
        #expect(try await serving.counts().auditLeaves == 100)
        #expect(try await StoreAudit(serving).verify() == [])
    }

    @Test(arguments: ["off", "local", "remote_write"])
    func `is not opened where a commit could be lost, or is not certain to stay`(word: String) async throws {
        let place = try await Self.schema().replacing("options=", with: "options=-csynchronous_commit=\(word)\\ ")
        await #expect {
            _ = try await Self.open(place, .serving)
        } throws: { error in
            "\(error)".contains("commits would not be safe: synchronous_commit is \(word)")
        }
    }

    @Test func `is not opened on a server that does not wait for its disk`() async throws {
        let server = try await TestPostgres(options: ["fsync=off", "full_page_writes=off"])
        defer { server.stop() }
        let place = try await server.schema("a_node")
        await #expect {
            _ = try await Self.open(place, .serving)
        } throws: { error in
            "\(error)".contains("commits would not be safe: fsync is off, full_page_writes is off; set it to on")
        }
    }

    @Test func `is not opened where commits are on one server only, unless that is allowed`() async throws {
        let server = try await TestPostgres()
        defer { server.stop() }
        let place = try await server.schema("a_node")
        var settings = PostgresDatabase.Settings()
        (settings.needsSecondCopy, settings.commitMilliseconds) = (true, 500)
        await #expect {
            _ = try await JiexuStore(postgres: place, access: .serving, settings: settings)
        } throws: { error in
            "\(error)".contains("commits would be on one server only: synchronous_standby_names is empty")
        }
        let alone = try await Self.open(place, .serving)
        #expect(alone.mayHoldOneCopy)
        alone.close()
        // A second server is named and is not there: nothing is acknowledged.
        try await server.run("ALTER SYSTEM SET synchronous_standby_names = 'nobody'")
        try await server.run("SELECT pg_reload_conf()")
        await #expect {
            _ = try await JiexuStore(postgres: place, access: .serving, settings: settings)
        } throws: { error in
            "\(error)".contains("the server has not answered for 500 ms")
        }
    }

    @Test(arguments: [
        (place: "host=/tmp password=secret", words: "a password stands in the place of the database"),
        (place: "postgresql://jiexu:secret@localhost/jiexu", words: "a password stands in the place of the database"),
        (place: "host=/a,/b,/c port=1,2", words: "names 3 servers, and not as many ports or addresses"),
        (place: "host", words: "the place of the database cannot be read"),
        (place: "colour=red", words: "the place of the database cannot be read"),
        (place: "host=/nowhere dbname=jiexu", words: "cannot use the database: connection to server on socket"),
    ])
    func `is not opened at a place that is none, and says why without what is secret`(
        place: String, words: String
    ) async throws {
        await #expect {
            _ = try await Self.open(place, .serving)
        } throws: { error in
            "\(error)".contains(words) && !"\(error)".contains("secret")
        }
    }

    @Test func `is not opened in a schema that is not there`() async throws {
        let place = try await TestPostgres.shared().place(of: "nowhere")
        await #expect {
            _ = try await Self.open(place, .serving)
        } throws: { error in
            "\(error)".contains("no schema of the search path is there")
        }
    }

    @Test func `compares every text as bytes, whatever the database was made with`() async throws {
        let place = try await Self.schema()
        try await Self.open(place, .serving).close()
        let database = try PostgresDatabase(place, access: .reading)
        defer { database.close() }
        let others = try await database.onReader { connection throws(SQLFault) in
            try connection.rows(
                """
                SELECT CAST(table_name AS text) FROM information_schema.columns
                WHERE table_schema = current_schema() AND data_type = 'text' AND collation_name IS DISTINCT FROM 'C'
                    AND table_name <> 'signed_documents'
                """
            ) { row throws(SQLFault) in try row.text(0) }
        }
        #expect(others == [])
        // The control: what the database itself would do.
        let isOther = try await database.onReader { connection throws(SQLFault) in
            try connection.integer("SELECT 'a' < 'B'")
        }
        #expect(isOther == 1)
    }

    @Test func `lets nobody change or delete what is kept for ever`() async throws {
        let place = try await Self.schema()
        let store = try await Self.open(place, .serving)
        defer { store.close() }
        var step = Cast.firstStep(1)
        step.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu)]
        try await store.commit(step)
        let beside = try PostgresDatabase(place, access: .importing)
        defer { beside.close() }
        for statement: StaticString in [
            "UPDATE documents SET kind = 'query'", "DELETE FROM events", "UPDATE cases SET number = 'x'",
            "DELETE FROM cases", "DELETE FROM audit_leaves",
        ] {
            await #expect {
                _ = try await beside.onWriter { connection throws(SQLFault) in try connection.run(statement) }
            } throws: { error in
                (error as? SQLFault)?.kind == .refused && "\(error)".contains("is append-only")
            }
        }
        #expect(try await StoreAudit(store).verify() == [])
        _ = try await beside.onWriter { connection throws(SQLFault) in
            try connection.run("ALTER TABLE documents DISABLE TRIGGER documents_no_update")
        }
        let findings = try await StoreAudit(store).verify().map(\.what)
        #expect(findings == ["the trigger documents_no_update of documents is switched off"])
    }

    @Test func `reads whole numbers of every width, and no others`() async throws {
        let database = try PostgresDatabase(try await Self.schema(), access: .reading)
        defer { database.close() }
        func read(_ text: String) async throws -> Int64? {
            try await database.onReader { connection throws(SQLFault) in
                try connection.integer("SELECT CAST($1 AS numeric)", [.text(text)])
            }
        }
        for number in [
            0, 1, -1, 9_999, 10_000, 100_000_000, 120_000_000, -12_345_678_901_234, .max, .min, .max - 1,
        ] as [Int64] {
            #expect(try await read("\(number)") == number)
        }
        for text in ["0.5", "10000.0001", "9223372036854775808", "-9223372036854775809", "1e30", "NaN", "Infinity"] {
            await #expect(throws: SQLFault.self) { _ = try await read(text) }
        }
        let small = try await database.onReader { connection throws(SQLFault) in
            try connection.rows("SELECT CAST(-5 AS smallint), -70000, 1 = 1, NULL") { row throws(SQLFault) in
                [try row.integer(0), try row.integer(1), try row.integer(2), try row.optionalInteger(3) ?? 9]
            }
        }
        #expect(small == [[-5, -70_000, 1, 9]])
    }

    @Test func `reads a long list while another statement is asked in between`() async throws {
        let database = try PostgresDatabase(try await Self.schema(), access: .reading)
        defer { database.close() }
        let sums = try await database.onReader { connection throws(SQLFault) in
            try connection.rows("SELECT generate_series(1, 5000)") { row throws(SQLFault) in
                let number = try row.integer(0)
                guard number % 1_000 == 0 else { return 0 as Int64 }
                return try connection.integer("SELECT $1 + 1", [.integer(number)]) ?? 0
            }
        }
        #expect(sums.count == 5_000)
        #expect(sums.reduce(0, +) == 15_005)
        // A reader that gives up in the middle leaves the connection as it was.
        await #expect(throws: SQLFault.self) {
            _ = try await database.onReader { connection throws(SQLFault) in
                try connection.rows("SELECT generate_series(1, 5000)") { row throws(SQLFault) in try row.text(0) }
            }
        }
        let after = try await database.onReader { connection throws(SQLFault) in try connection.integer("SELECT 7") }
        #expect(after == 7)
    }
}

extension SQLDatabase {
    /// Runs the work on a connection that reads, and waits for it.
    func onReader<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLFault) -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            read { connection in
                do throws(SQLFault) {
                    continuation.resume(returning: try work(try connection.get()))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
