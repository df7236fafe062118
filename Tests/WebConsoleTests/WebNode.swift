import Accounts
import Casework
import FoundationEssentials
import Logging
import ServiceLifecycle
import Store
import TestPostgres
import TransferCore
import TransferDocuments
import WebConsole
import Webhooks

/// A node with both of its listeners, on a store in a folder of its own.
struct WebNode: Sendable {
    let desk: Desk
    let work: WorkDesk
    let store: any NodeStore & PageStore
    let evidence: StoredLog
    let clock: StandingClock
    let log: KeptLog
    let texts: KeptTexts
    /// The file of the store.
    let path: String
    let webhooks: WebhookRound
    let publicPort: Int
    let operationsPort: Int
    /// Every address of the public listener, with its method.
    let addresses: [String]

    /// Runs a node of an agency, uses it, and takes it away.
    static func run(
        _ agency: AgencyCode = WebCast.hangzhou, network: WebNetwork? = nil,
        alone: Set<DecisionStep> = Set(DecisionStep.allCases), checks: [ReadinessCheck] = [],
        limits: ConnectionLimits = ConnectionLimits(), demonstration: (any Demonstration)? = nil,
        webhookLink: any WebhookLink = NoWebhookLink(),
        _ use: (WebNode) async throws -> Void
    ) async throws {
        let network = try network ?? WebNetwork()
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("jiexu-web-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let store = try await TestStore.open(folder.path + "/node.sqlite")
        defer { store.close() }
        guard let key = network.signing[agency]?.signingKey else { preconditionFailure("\(agency) has a key") }
        let clock = StandingClock()
        let log = KeptLog()
        let desk = Desk(
            agency: AgencySettings(
                code: agency,
                office: AgencyOffice(
                    name: "某市社会保险经办机构", address: "某路1号", postcode: "310000", telephone: "0571-0000000"),
                account: WebNetwork.account, limits: DeadlineLimits(profile: "national", limits: [:]),
                calendar: .shipped, interest: InterestTerms(formula: .none, rates: [:]), straightThrough: alone),
            store: store, clock: clock, signer: KeySigner(key: key),
            directory: KeptDirectory(current: network.directory), logger: log.logger, rules: StoredRules(store))
        let outbox = Outbox(desk: desk, link: NoLink())
        let work = WorkDesk(
            desk: desk, store: store, staff: WebStaff.members, deliverNow: { await outbox.tryNow($0) })
        let policy = PasswordPolicy(profile: .asvs)
        let sessions = Sessions(store: MemorySessions(), accounts: store, policy: policy, clock: clock)
        guard let seedKey = SeedKey(bytes: [UInt8](repeating: 7, count: SeedKey.byteCount)),
            let cost = ScryptCost(exponent: 10, blockSize: 8, parallelism: 1)
        else { preconditionFailure("a key and a cost that exist") }
        let login = LoginDesk(
            store: store, sessions: sessions, hashing: ScryptThreads(), cost: cost, policy: policy, seedKey: seedKey,
            clock: clock)
        let webhooks = WebhookDesk(store: store, link: webhookLink, key: WebCast.webhookKey, clock: clock)
        let round = WebhookRound(
            store: store, link: webhookLink, key: WebCast.webhookKey, clock: clock,
            owners: { () throws(StoreError) in Set(WebCast.tokens.map(\.name)) }, logger: log.logger, draw: { _ in 0 })
        let texts = KeptTexts()
        let persons = PagePersons(
            login: PersonLogin(cases: store, store: store, port: texts, clock: clock, office: "某市社保"),
            records: store, address: "https://transfer.hangzhou.example")
        let people = try PublicAPI(
            desk: desk, tokens: try AccessTokens(WebCast.tokens + WebStaff.tokens), lists: store, work: work,
            log: StoredLog(store),
            accounts: PageAccounts(login: login, sessions: sessions),
            oversight: WebOversight.of(store, desk: desk, outbox: outbox), persons: persons,
            demonstration: demonstration, webhooks: webhooks,
            address: ListenAddress(port: 0), limits: limits)
        let operations = try OperationsAPI(
            desk: desk, outbox: outbox, work: work, log: StoredLog(store),
            webhooks: WebhookMetrics(store: store, tally: round.tally),
            instances: InstanceMetrics(KnownInstances()), checks: checks,
            address: ListenAddress(port: 0), limits: limits)
        let group = ServiceGroup(services: [people, operations], logger: log.logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            let node = WebNode(
                desk: desk, work: work, store: store, evidence: StoredLog(store), clock: clock, log: log, texts: texts,
                path: folder.path + "/node.sqlite", webhooks: round,
                publicPort: try await people.port,
                operationsPort: try await operations.port, addresses: people.addresses)
            try await use(node)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
    }

    /// Two nodes whose documents are carried by ``exchange(with:)``: Hangzhou is the destination, Chengdu the origin.
    static func runPair(
        alone: Set<DecisionStep> = Set(DecisionStep.allCases),
        _ use: (_ destination: WebNode, _ origin: WebNode) async throws -> Void
    ) async throws {
        let network = try WebNetwork()
        try await run(WebCast.hangzhou, network: network, alone: alone) { destination in
            try await run(WebCast.chengdu, network: network) { origin in try await use(destination, origin) }
        }
    }

    private struct NoLink: PeerLink {
        func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
            throw DeliveryFault(code: "no-link", detail: "documents are carried by hand", concernsPeer: true)
        }
    }

    struct NoWebhookLink: WebhookLink {
        func mayReach(_ address: String) -> Bool { false }
        func post(_ request: WebhookRequest) async throws(WebhookFault) -> Int { throw .unreached }
    }

    struct Undelivered: Error { let problem: Problem }

    /// Does the work of both nodes and carries their documents, until nothing is left to do.
    func exchange(with other: WebNode) async throws {
        var isBusy = true
        while isBusy {
            let here = try await work(sendingTo: other)
            let there = try await other.work(sendingTo: self)
            isBusy = here || there
        }
    }

    /// - Returns: whether there was anything to do.
    private func work(sendingTo other: WebNode) async throws -> Bool {
        let effects = try await store.openEffects(after: 0, limit: 100)
        for effect in effects { try await desk.carryOut(effect) }
        let entries = try await store.outbox(after: 0, limit: 100)
        for entry in entries {
            switch await other.desk.receive(entry.bytes, from: desk.agency.code) {
            case .receipt(let receipt):
                try await store.delivered(entry, receipt: receipt, isRefused: false, at: clock.now)
            case .problem(let problem): throw Undelivered(problem: problem)
            }
        }
        return !effects.isEmpty || !entries.isEmpty
    }
}

// MARK: - Callers

extension WebNode {
    func get(_ path: String, as token: String? = WebCast.mill, _ headers: [String: String] = [:]) async throws -> Reply
    {
        try await call("GET", path, token, headers, nil)
    }

    func post(
        _ path: String, _ body: String, as token: String? = WebCast.mill,
        _ headers: [String: String] = ["Content-Type": "application/json"]
    ) async throws -> Reply {
        try await call("POST", path, token, headers, body)
    }

    func delete(_ path: String, as token: String? = WebCast.mill) async throws -> Reply {
        try await call("DELETE", path, token, [:], nil)
    }

    /// Lodges an application under a key.
    func lodge(_ body: String, key: String, as token: String? = WebCast.mill) async throws -> Reply {
        try await post(
            "/api/v1/applications", body, as: token, ["Content-Type": "application/json", "Idempotency-Key": key])
    }

    func operate(_ method: String, _ path: String, _ headers: [String: String] = [:]) async throws -> Reply {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        return try await Wire.only(text + "\r\n", port: operationsPort)
    }

    private func call(
        _ method: String, _ path: String, _ token: String?, _ headers: [String: String], _ body: String?
    ) async throws -> Reply {
        var text = "\(method) \(path) HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        if let token { text += "Authorization: Bearer \(token)\r\n" }
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n" }
        return try await Wire.only(text + "\r\n" + (body ?? ""), port: publicPort)
    }
}
