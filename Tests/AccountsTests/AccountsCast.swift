import Accounts
import Casework
import FoundationEssentials
import Store
import Synchronization
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

/// A clock that stands until a test moves it.
final class HeldClock: NodeClock {
    private let moment = Mutex(Instant(milliseconds: 1_795_233_600_000))

    var now: Instant { moment.withLock { $0 } }

    func advance(seconds: Int64) { moment.withLock { $0 = $0.adding(milliseconds: seconds * 1_000) } }
}

/// Stands for scrypt, quickly, and counts how often it is asked.
final class CountingHashing: PasswordHashing {
    private let asked = Mutex(0)

    var count: Int { asked.withLock { $0 } }

    func key(of password: [UInt8], salt: [UInt8], cost: ScryptCost) async throws(HashingFault) -> [UInt8] {
        asked.withLock { $0 += 1 }
        return DocumentDigest(of: password + [0] + salt).bytes
    }
}

/// An office with a security officer at the console, and people who log in. All of them are invented.
struct Office {
    let store: JiexuStore
    let path: String
    let clock = HeldClock()
    let hashing = CountingHashing()
    let sessions: Sessions
    let login: LoginDesk
    let accounts: AccountDesk

    static let source = LoginSource(address: "192.0.2.7")
    static let console = AuditActor.console(user: 1_000)
    static let password = "Lotus-Kite-48-River"

    init(_ store: JiexuStore, _ path: String, profile: PasswordProfile, most: Int, others: OtherAccounts) throws {
        self.store = store
        self.path = path
        let policy = PasswordPolicy(profile: profile, contextWords: ["weifang"])
        sessions = Sessions(store: MemorySessions(most: most), accounts: store, policy: policy, clock: clock)
        login = LoginDesk(
            store: store, sessions: sessions, hashing: hashing, policy: policy,
            seedKey: try #require(SeedKey(bytes: Array(0..<32))), clock: clock)
        accounts = AccountDesk(store: store, clock: clock, others: others)
    }

    /// Opens an office on a new database, uses it, and takes it away.
    static func open(
        profile: PasswordProfile = .mlps3, most: Int = 100, others: OtherAccounts = OtherAccounts(),
        _ use: (Office) async throws -> Void
    ) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("jiexu-accounts-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.path + "/node.sqlite"
        let store = try await TestStore.open(path)
        defer { store.close() }
        try await use(Office(store, path, profile: profile, most: most, others: others))
    }

    func name(_ text: String) throws -> AccountName { try #require(AccountName(text)) }

    static let clerk = AccountKind.staff(person: "0107", duties: [.clerk])
    static let mill = AccountKind.employer(EmployerUnit(name: "潍坊示例纺织厂", owner: "hr-of-a-mill"))

    @discardableResult
    func invite(_ name: String, _ kind: AccountKind = clerk) async throws -> ActivationSecret {
        try await accounts.add(name: name, displayName: "王工", kind: kind, by: Self.console)
    }

    /// Makes an account and activates it.
    ///
    /// - Returns: the seed of its second factor.
    @discardableResult
    func open(_ name: String, _ kind: AccountKind = clerk, password: String = password) async throws -> [UInt8] {
        let secret = try await invite(name, kind)
        return try await activate(name, secret.typed, password)
    }

    @discardableResult
    func activate(_ name: String, _ secret: String, _ password: String = password) async throws -> [UInt8] {
        let start = try await login.beginActivation(name: name, secret: secret, from: Self.source)
        guard case .open(let ticket, _, let enrolment) = start else { throw Unexpected("\(start)") }
        let typed = try #require(enrolment).typed
        let seed = try #require(Base32.decode(typed))
        let end = try await login.finishActivation(
            ticket: ticket, password: password, code: code(seed), from: Self.source)
        guard end == .activated else { throw Unexpected("\(end)") }
        clock.advance(seconds: 30)
        return seed
    }

    /// The code that a telephone shows now.
    func code(_ seed: [UInt8]) -> String { OneTimeCode.code(of: seed, step: OneTimeCode.step(at: clock.now)) }

    func begin(
        _ name: String, _ password: String = password, from source: LoginSource = source
    ) async throws -> LoginStart {
        try await login.begin(name: name, password: password, from: source)
    }

    func ticket(_ name: String, _ password: String = password) async throws -> String {
        guard case .secondFactor(let ticket) = try await begin(name, password) else { throw Unexpected("refused") }
        return ticket
    }

    func finish(_ ticket: String, _ code: String) async throws -> LoginEnd {
        try await login.finish(ticket: ticket, code: code, from: Self.source)
    }

    /// Logs in, and goes on to the next code.
    func logIn(_ name: String, _ seed: [UInt8], _ password: String = password) async throws -> SessionGrant {
        let end = try await finish(try await ticket(name, password), code(seed))
        guard case .loggedIn(let grant) = end else { throw Unexpected("\(end)") }
        clock.advance(seconds: 30)
        return grant
    }

    func trail() async throws -> [AuditRow] { try await store.auditRows(after: 0, limit: 1_000) }
}

/// Something that the test did not ask about went otherwise.
struct Unexpected: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

extension LoginEnd {
    var isRefused: Bool { if case .refused = self { true } else { false } }
    var isExpired: Bool { if case .expired = self { true } else { false } }
    var isFull: Bool { if case .full = self { true } else { false } }
}

extension ActivationStart {
    var isRefused: Bool { if case .refused = self { true } else { false } }
}
