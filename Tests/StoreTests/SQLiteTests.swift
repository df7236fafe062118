import Casework
import Dispatch
import FoundationEssentials
import Store
import Testing
import TransferCore
import TransferDocuments

/// What only a store in an SQLite file promises.
@Suite struct `A store in an SQLite file` {
    @Test func `waits for the disk at every commit, on the connection that writes`() async throws {
        try await withDirectory { directory in
            let database = try SQLiteDatabase(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            defer { database.close() }
            let settings = try await database.onWriter { connection throws(SQLFault) in
                [
                    try connection.integer("PRAGMA synchronous"), try connection.integer("PRAGMA foreign_keys"),
                    try connection.integer("PRAGMA cell_size_check"), try connection.integer("PRAGMA trusted_schema"),
                ]
            }
            #expect(settings == [2, 1, 1, 0])
            let journal = try await database.onWriter { connection throws(SQLFault) in
                try connection.first("PRAGMA journal_mode") { row throws(SQLFault) in try row.text(0) }
            }
            #expect(journal == "wal")
        }
    }

    @Test func `is served by one node at a time, and read and filled beside it`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let serving = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            await #expect {
                _ = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            } throws: { error in
                "\(error)" == "another node serves from \(path): stop it first, or give this one its own database"
            }
            try await serving.commit(Cast.firstStep(1))

            let reading = try await JiexuStore(path: path, access: .reading, settings: StoreKind.settings)
            #expect(try await reading.caseFile(Cast.number(1))?.version == 1)
            try await serving.commit(Cast.step(1, expecting: 1, "application-passed"))
            #expect(try await reading.caseFile(Cast.number(1))?.version == 2)
            await #expect(throws: StoreError.self) { try await reading.commit(Cast.firstStep(2)) }

            let importing = try await JiexuStore(path: path, access: .importing, settings: StoreKind.settings)
            try await importing.importRecords([Cast.record(1)], at: Cast.noon)
            #expect(try await serving.record(of: Cast.resident(1)) == Cast.record(1))

            serving.close()
            let next = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            #expect(try await next.caseFile(Cast.number(1))?.version == 2)
            for store in [reading, importing, next] { store.close() }
        }
    }

    /// A few rows are not worth the way to another thread and back; but nobody waits on his own thread for a connection.
    @Test func `reads at once on the thread that asks where a connection is free, and else not`() async throws {
        try await withDirectory { directory in
            let database = try SQLiteDatabase(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            defer { database.close() }
            try await lends(database)
            var answer: Int64?
            #expect(database.readAtOnce { answer = try? $0.integer("SELECT 6 * 7", []) })
            #expect(answer == 42)

            let threads = StoreKind.settings.readerThreads
            let (begun, said) = AsyncStream.makeStream(of: Void.self)
            let release = DispatchSemaphore(value: 0)
            for _ in 0..<threads {
                database.read { _ in
                    said.yield()
                    release.wait()
                }
            }
            for try await _ in begun.prefix(threads) {}
            #expect(!database.readAtOnce { _ in Issue.record("a connection was used by two") })
            for _ in 0..<threads { release.signal() }
            try await lends(database)
        }
    }

    @Test func `lends no connection that is closed`() async throws {
        try await withDirectory { directory in
            let database = try SQLiteDatabase(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            try await lends(database)
            database.close()
            #expect(!database.readAtOnce { _ in Issue.record("a closed connection was used") })
        }
    }

    /// Waits until one of the reading threads has opened its connection and has nothing to do.
    private func lends(_ database: SQLiteDatabase) async throws {
        for _ in 0..<500 {
            if database.readAtOnce({ _ in }) { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        Issue.record("no connection was free within five seconds")
    }

    @Test func `is readable by its owner only`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            try await store.commit(Cast.firstStep(1))
            for suffix in ["", "-wal", "-shm", ".lock"] {
                let attributes = try FileManager.default.attributesOfItem(atPath: path + suffix)
                let mode = try #require(attributes[.posixPermissions] as? Int)
                #expect(mode & 0o777 == 0o600, "\(suffix)")
            }
            store.close()
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            await #expect {
                _ = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            } throws: { error in
                "\(error)".contains("chmod 600")
            }
        }
    }

    @Test func `is not opened for reading before a node has made it`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            await #expect(throws: OpeningFault.self) { _ = try await JiexuStore(path: path, access: .reading) }
            #expect(FileManager.default.fileExists(atPath: path) == false)
        }
    }

    @Test func `is not opened by a program that is older than its tables`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings).close()
            let database = try SQLiteDatabase(path: path, access: .serving, settings: StoreKind.settings)
            try await database.onWriter { connection throws(SQLFault) in
                _ = try connection.run("INSERT INTO schema_versions (version) VALUES (1000)")
            }
            database.close()
            for access in [SQLiteDatabase.Access.serving, .reading, .importing] {
                await #expect {
                    _ = try await JiexuStore(path: path, access: access, settings: StoreKind.settings)
                } throws: {
                    "\($0)".contains("its tables have version 1000, this program knows up to")
                }
            }
        }
    }

    @Test func `stops writing when reading finds the file corrupt, and not when it finds one bad row`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            let words = String(repeating: "many words ", count: 200)
            for serial in 1...200 {
                var step = Cast.firstStep(serial)
                step.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu, says: words)]
                try await store.commit(step)
            }
            store.close()

            let database = try SQLiteDatabase(path: path, access: .serving, settings: StoreKind.settings)
            try await database.onWriter { connection throws(SQLFault) in
                _ = try connection.run("UPDATE cases SET holder = 'a passer-by' WHERE id = 1")
                try connection.run("PRAGMA wal_checkpoint(TRUNCATE)")
            }
            let damaged = try await JiexuStore(database: database, access: .serving)
            await #expect(throws: StoreError.self) { _ = try await damaged.caseList(CaseFilter()) }
            #expect(damaged.stoppedBecause == nil)
            try await damaged.commit(Cast.firstStep(201))
            damaged.close()

            // The last third of the file gets another content; the schema stands before it.
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
            for place in bytes.count / 3 / 4_096 * 2 * 4_096..<bytes.count { bytes[place] = 0x5A }
            try bytes.write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let broken = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            defer { broken.close() }
            var unread = 0
            for serial in 1...200 {
                do throws(StoreError) { _ = try await broken.caseFile(Cast.number(serial)) } catch { unread += 1 }
            }
            #expect(unread > 1)
            #expect(broken.stoppedBecause != nil)
            await #expect(throws: StoreError.self) { try await broken.commit(Cast.firstStep(202)) }
        }
    }

    @Test func `writes audit leaves that anybody can compute again`() async throws {
        try await withDirectory { directory in
            let database = try SQLiteDatabase(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            let store = try await JiexuStore(database: database, access: .serving)
            defer { store.close() }
            var step = Cast.firstStep(1)
            step.events = [Cast.event("application-lodged", attachment: Array("{}".utf8))]
            step.postings = [.creditHeld(Money(fen: 1_906_400))]
            try await store.commit(step)
            let leaves = try await database.onWriter { connection throws(SQLFault) in
                try connection.rows("SELECT position, kind, subject, hash FROM audit_leaves ORDER BY position") {
                    row throws(SQLFault) in
                    "\(try row.integer(0)) \(try row.text(1)) \(try row.integer(2)) \(try row.bytes(3))"
                }
            }
            let number = "21:330100-2026-0000001-9,"
            let digest = DocumentDigest(of: Array("{}".utf8)).bytes
            let event =
                Array(
                    ("\012:jiexu-leaf-1,5:event,\(number)1:1,7:pension,18:application-lodged,-,13:1795233600000,"
                        + "23:policy:straight-through,-,32:").utf8) + digest + Array(",".utf8)
            let posting = Array(
                ("\012:jiexu-leaf-1,7:posting,\(number)-,11:credit-held,4:bank,7:1906400,16:suspense:pension,"
                    + "8:-1906400,").utf8)
            #expect(
                leaves == [
                    "0 event 1 \(DocumentDigest(of: event).bytes)", "1 posting 1 \(DocumentDigest(of: posting).bytes)",
                ])
        }
    }

    /// Statements that would change what is kept for ever.
    static let forbidden: [StaticString] = [
        "UPDATE events SET name = 'another'", "DELETE FROM events", "UPDATE documents SET bytes = X'00'",
        "DELETE FROM documents", "UPDATE receipts SET bytes = X'00'", "DELETE FROM receipts",
        "UPDATE posting_groups SET kind = 'another'", "DELETE FROM posting_groups",
        "UPDATE posting_lines SET amount = amount + 1", "DELETE FROM posting_lines",
        "UPDATE audit_leaves SET position = position + 1", "DELETE FROM audit_leaves",
        "UPDATE applications SET bytes = X'00'", "DELETE FROM applications", "UPDATE bank_lines SET amount = 1",
        "DELETE FROM bank_lines", "UPDATE orders SET amount = 1", "DELETE FROM orders",
        "UPDATE orders SET account = '1'", "UPDATE cases SET resident_id = 'somebody'",
        "UPDATE notices SET name = 'another'",
        "DELETE FROM notices", "UPDATE alerts SET name = 'another'", "DELETE FROM alerts",
        // Rows that contradict others, and values of another type.
        "DELETE FROM cases",
        "INSERT INTO events SELECT case_id, 0, branch, name, code, at, actor, cause, NULL FROM events",
        "INSERT INTO receipts (document, is_refused, bytes) VALUES (77, 0, X'00')",
        "UPDATE cases SET version = 'two'", "UPDATE cases SET version = -1", "UPDATE cases SET is_terminal = 2",
    ]

    @Test func `refuses to change or delete what is kept for ever`() async throws {
        try await withDirectory { directory in
            let database = try SQLiteDatabase(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            let store = try await JiexuStore(database: database, access: .serving)
            defer { store.close() }
            try await store.commit(everything())
            for sql in `A store in an SQLite file`.forbidden {
                let fault = try await database.onWriter { connection throws(SQLFault) in
                    do throws(SQLFault) {
                        _ = try connection.run(sql)
                        return SQLFault.Kind?.none
                    } catch {
                        return error.kind
                    }
                }
                #expect(fault == .refused, "\(sql)")
            }
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    /// What is changed behind the back of the node, and the row that is found.
    static let damages: [(sql: StaticString, row: String)] = [
        ("UPDATE events SET actor = 'nobody' WHERE sequence = 1", "event 1 of "),
        ("UPDATE events SET attachment = X'7B7D'", "event 1 of "),
        ("DELETE FROM events WHERE sequence = 1", "case "),
        ("UPDATE cases SET version = version + 1", "case "),
        ("UPDATE documents SET bytes = X'7B7D'", "document 1"),
        ("UPDATE documents SET digest = zeroblob(32)", "document 1"),
        ("UPDATE documents SET at = at + 1", "document 1 of 510100"),
        ("UPDATE receipts SET is_refused = 1", "receipt for document 1"),
        ("DELETE FROM receipts", "audit leaf 1"),
        ("UPDATE posting_lines SET amount = amount + 1 WHERE line = 1", "posting group 1"),
        ("UPDATE posting_lines SET amount = -amount", "posting group 1"),
        ("UPDATE posting_groups SET kind = 'another'", "posting group 1"),
        ("DELETE FROM posting_lines WHERE line = 1", "the ledger"),
        ("UPDATE refused SET code = 'another'", "refusal 1"),
        ("UPDATE audit_leaves SET hash = zeroblob(32) WHERE position = 2", "event 1 of "),
        ("DELETE FROM audit_leaves WHERE position = 1", "the audit leaves"),
        ("DELETE FROM audit_leaves WHERE kind = 'posting'", "posting group 1"),
        ("DELETE FROM cases", "the file"),
    ]

    @Test(arguments: damages.indices) func `finds what was changed behind its back, and names the row`(
        damage: Int
    ) async throws {
        let (sql, row) = `A store in an SQLite file`.damages[damage]
        try await withDirectory { directory in
            let database = try SQLiteDatabase(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            let store = try await JiexuStore(database: database, access: .serving)
            defer { store.close() }
            try await store.commit(everything())
            try await store.keepRefused(
                RefusedEvidence(
                    sender: Cast.chengdu, number: nil, digest: DocumentDigest(of: [1]), code: "equivocation",
                    bytes: [1],
                    receipt: [2], at: Cast.noon))
            #expect(try await StoreAudit(store).verify() == [])
            try await database.onWriter { connection throws(SQLFault) in
                let triggers = try connection.rows("SELECT name FROM sqlite_master WHERE type = 'trigger'") {
                    row throws(SQLFault) in try row.text(0)
                }
                try connection.runScript(triggers.map { "DROP TRIGGER \($0);" }.joined())
                try connection.run("PRAGMA foreign_keys = OFF")
                try connection.run(sql)
            }
            let findings = try await StoreAudit(store).verify()
            #expect(findings.contains { $0.row.hasPrefix(row) }, "\(findings)")
        }
    }

    @Test func `refuses to write, and still reads, when little space is left`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let full = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            try await full.commit(Cast.firstStep(1))
            full.close()
            var settings = StoreKind.settings
            settings.minimumFreeBytes = .max
            settings.minimumFreePercent = 101
            let store = try await JiexuStore(path: path, access: .serving, settings: settings)
            defer { store.close() }
            await #expect {
                try await store.commit(Cast.firstStep(2))
            } throws: { error in
                (error as? StoreError)?.isTransient == true && "\(error)".contains("MiB are free")
            }
            #expect(try await store.caseFile(Cast.number(1))?.version == 1)
            #expect(store.stoppedBecause == nil)
        }
    }

    @Test func `remembers of a case what the file holds, however many write to it`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            let beside = try await JiexuStore(path: path, access: .reading, settings: StoreKind.settings)
            defer {
                store.close()
                beside.close()
            }
            for serial in 1...3 { try await store.commit(Cast.firstStep(serial)) }
            await withTaskGroup(of: Void.self) { group in
                for task in 0..<12 {
                    group.addTask { await work(on: store, serial: task % 3 + 1, rounds: 15) }
                }
            }
            for serial in 1...3 {
                let remembered = try #require(await store.caseFile(Cast.number(serial)))
                let held = try #require(await beside.caseFile(Cast.number(serial)))
                #expect(remembered.events == held.events)
                #expect(remembered.documents == held.documents)
                #expect(remembered.orders == held.orders)
                #expect(held.version > 3)
            }
            #expect(try await StoreAudit(store).verify() == [])
        }
    }
}

/// Reads, steps and delivers again and again; loses most of its steps to the others.
private func work(on store: JiexuStore, serial: Int, rounds: Int) async {
    for _ in 0..<rounds {
        guard let file = try? await store.caseFile(Cast.number(serial)) else { continue }
        var step = Cast.step(serial, expecting: file.version, "step-after-\(file.version)")
        step.outgoing = [Cast.document(file.documents.count + 1, from: Cast.hangzhou, to: Cast.chengdu)]
        if file.orders.count < 20 { step.orders = [Cast.order(serial, attempt: file.orders.count + 1)] }
        if let last = file.orders.last { step.orderOutcomes = [last.key: .bounced(.accountBlocked)] }
        try? await store.commit(step)
        if let entry = try? await store.outbox(after: 0, limit: 1).first {
            try? await store.delivered(entry, receipt: Array("\(file.version)".utf8), isRefused: false, at: Cast.noon)
        }
        if file.version.isMultiple(of: 4) {
            _ = try? await store.assignOrderMessage("M-\(serial)-\(file.version)", at: Cast.noon, limit: 2)
        }
    }
}

/// One step that writes something into every table that is kept for ever.
private func everything() -> CaseStep {
    var step = Cast.firstStep(1)
    step.incoming = Cast.document(1, from: Cast.chengdu, to: Cast.hangzhou, receipt: "receipt")
    step.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu)]
    step.orders = [Cast.order(1)]
    step.bankLines = [Cast.line("B-1")]
    step.postings = [.creditHeld(Money(fen: 1_906_400))]
    step.notices = [StoredNotice(branch: .pension, name: "completion", code: nil, at: Cast.noon)]
    step.alerts = [StoredAlert(branch: .pension, alert: .overdue, at: Cast.noon)]
    return step
}

extension SQLDatabase {
    /// Runs the work on the connection that writes, and waits for it.
    func onWriter<Value: Sendable>(
        _ work: @escaping @Sendable (any SQLConnection) throws(SQLFault) -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            write { connection in
                do throws(SQLFault) {
                    continuation.resume(returning: try work(try connection.get()))
                } catch {
                    continuation.resume(throwing: error)
                }
            }
        }
    }
}
