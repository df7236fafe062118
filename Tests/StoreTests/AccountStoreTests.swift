import Accounts
import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The store of accounts` {
    private static let source = LoginSource(address: "192.0.2.7")
    private static let hash = "scrypt$15$8$3$AAECAwQFBgcICQoLDA0ODw$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"

    private static func entry(_ action: AuditAction = .add) -> AuditEntry {
        AuditEntry(at: Cast.noon, .console(user: 7), action, of: "window-2", .done)
    }

    private static func account(
        _ name: String, _ kind: AccountKind = .staff(person: "0107", duties: [.checker, .clerk])
    ) throws -> Account {
        Account(name: try #require(AccountName(name)), displayName: "王工", kind: kind, createdAt: Cast.noon)
    }

    private static let kinds: [AccountKind] = [
        .staff(person: "0107", duties: [.clerk, .resolver]), .auditor(person: "0301"),
        .systemAdministrator(person: "0501"), .securityOfficer(person: "0401"),
        .employer(EmployerUnit(name: "潍坊示例纺织厂", owner: "hr-of-a-mill")),
    ]

    @Test(arguments: StoreKind.all, kinds)
    func `gives back what was kept, of every kind`(store: StoreKind, kind: AccountKind) async throws {
        try await store.withStore { store in
            var account = try Self.account("window-2", kind)
            account.invitation = .init(
                digest: DocumentDigest(of: [1]), endsAt: Cast.noon.adding(milliseconds: 604_800_000))
            #expect(try await store.add(account, Self.entry()) == .kept)
            #expect(try await store.add(account, Self.entry()) == .nameTaken)
            #expect(try await store.account(account.name) == account)

            account.invitation = nil
            account.state = .active
            account.password = PasswordHash(text: Self.hash)
            #expect(account.password?.text == Self.hash)
            account.earlierPasswords = [account.password, account.password].compactMap(\.self)
            account.passwordSetAt = Cast.noon
            account.sealedSeed = [1, 2, 3]
            account.generation = 4
            #expect(try await store.keep(account, Self.entry(.activate)) == .kept)
            #expect(try await store.keep(account, Self.entry(.activate)) == .movedOn, "it was read before the change")
            account.version += 1
            #expect(try await store.account(account.name) == account)
            #expect(
                try await store.auditRows(after: 0, limit: 10).map(\.entry) == [Self.entry(), Self.entry(.activate)])
        }
    }

    @Test func `lists by name, in pages`() async throws {
        try await StoreKind.all[0].withStore { store in
            for (place, name) in ["c", "a", "b"].enumerated() {
                _ = try await store.add(
                    Self.account(name, .staff(person: "\(place)", duties: [.clerk])), Self.entry())
            }
            let first = try await store.accounts(after: nil, limit: 2)
            #expect(first.map(\.name.text) == ["a", "b"])
            #expect(try await store.accounts(after: first.last?.name, limit: 2).map(\.name.text) == ["c"])
        }
    }

    @Test func `refuses conflicting roles of a person in the transaction that writes`() async throws {
        try await StoreKind.all[0].withStore { store in
            let clerk = try Self.account("window-2")
            let auditor = try Self.account("reader", .auditor(person: "0107"))
            async let one = store.add(clerk, Self.entry())
            async let two = store.add(auditor, Self.entry())
            let outcomes = [try await one, try await two]
            #expect(outcomes.count { $0 == .kept } == 1)
            #expect(try await store.accounts(after: nil, limit: 10).count == 1)
            #expect(try await store.auditRows(after: 0, limit: 10).count == 1)
        }
    }

    @Test func `counts tries of an account and of a source, and gives back only what was right`() async throws {
        try await StoreKind.all[0].withStore { store in
            let account = try Self.account("window-2")
            _ = try await store.add(account, Self.entry())
            func attempt(_ name: AccountName?, at minutes: Int64 = 0) async throws -> LoginTry {
                try await store.beginTry(
                    name, from: Self.source, at: Cast.noon.adding(milliseconds: minutes * 60_000),
                    limits: LoginLimits())
            }
            for _ in 1...10 {
                #expect(try await attempt(account.name).standing == .counted)
                try await store.takeBackTry(account.name, from: Self.source)
            }
            for _ in 1...4 { #expect(try await attempt(account.name).isLast == false) }
            #expect(try await attempt(account.name).isLast)
            #expect(try await store.lock(of: account.name, at: Cast.noon) == Cast.noon.adding(milliseconds: 900_000))
            #expect(try await attempt(nil).standing == .sourceLocked)
            try await store.takeBackTry(account.name, from: Self.source)
            #expect(try await store.lock(of: account.name, at: Cast.noon) == nil, "the fifth was right")
            #expect(try await attempt(account.name).isLast, "the four before it stay")
            #expect(try await attempt(nil, at: 14).standing == .sourceLocked)
            #expect(try await attempt(nil, at: 15).standing == .counted)
            try await store.unlock(account.name, Self.entry(.unlock))
            #expect(try await store.lock(of: account.name, at: Cast.noon) == nil)
        }
    }

    @Test func `takes a step of a second factor once`() async throws {
        try await StoreKind.all[0].withStore { store in
            let account = try Self.account("window-2")
            _ = try await store.add(account, Self.entry())
            func take(_ step: Int64) async throws -> Bool {
                try await store.takeStep(step, of: account.name, from: Self.source, Self.entry(.logIn))
            }
            #expect(try await take(59_841_120))
            #expect(try await take(59_841_120) == false)
            #expect(try await take(59_841_121))
            #expect(try await take(59_841_120) == false, "also after a later one")
            #expect(try await store.auditRows(after: 1, limit: 10).count == 2)
        }
    }

    @Test func `goes on with the trail after it was closed, and lets nobody change it`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            for round in 1...2 {
                let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
                defer { store.close() }
                for _ in 1...2 { try await store.note(Self.entry()) }
                _ = try await store.add(Self.account("window-\(round)"), Self.entry())
            }
            let database = try SQLiteDatabase(path: path, access: .importing, settings: StoreKind.settings)
            defer { database.close() }
            for statement in [
                "UPDATE account_audit SET reason = 'other' WHERE number = 2",
                "DELETE FROM account_audit WHERE number = 6", "DELETE FROM accounts",
            ] {
                let refused = await AccountsProbe.run(statement, on: database)
                #expect(refused?.contains("append-only") == true, "\(statement)")
            }
            let store = try await JiexuStore(path: path, access: .reading)
            defer { store.close() }
            var chain = AuditChain()
            let breaks = try await store.auditRows(after: 0, limit: 100).compactMap { chain.follow($0) }
            #expect(breaks.isEmpty)
            #expect(chain.count == 6)
        }
    }

    /// Somebody who takes the triggers away first.
    @Test func `shows which row of the trail was edited`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            defer { store.close() }
            for _ in 1...5 { try await store.note(Self.entry()) }
            #expect(try await StoreAudit(store).verify().isEmpty)
            let database = try SQLiteDatabase(path: path, access: .importing, settings: StoreKind.settings)
            defer { database.close() }
            let refused = await AccountsProbe.run(
                "DROP TRIGGER account_audit_no_update; UPDATE account_audit SET who = 'somebody' WHERE number = 3",
                on: database)
            #expect(refused == nil)
            var chain = AuditChain()
            let breaks = try await store.auditRows(after: 0, limit: 100).compactMap { chain.follow($0) }
            #expect(breaks == [AuditBreak(number: 3, kind: .changed)])
            #expect(try await StoreAudit(store).verify().map(\.row) == ["row 3 of the trail of accounts"])
        }
    }
}

/// Runs what no program of ours runs.
enum AccountsProbe {
    /// - Returns: what the database says against it; nil when it was done.
    static func run(_ script: String, on database: SQLiteDatabase) async -> String? {
        await withCheckedContinuation { continuation in
            database.write { connection in
                do throws(SQLFault) {
                    try connection.get().runScript(script)
                    continuation.resume(returning: nil)
                } catch {
                    continuation.resume(returning: error.message)
                }
            }
        }
    }
}
