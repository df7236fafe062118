import Accounts
import Casework
import ServiceLifecycle
import Store
import Testing
import TransferCore
import WebConsole

@Suite struct `Administration on a listener of its own` {
    /// Both listeners over the store of a node, beside the node's own.
    private static func apart(
        _ use: @escaping (_ node: WebNode, _ world: Int, _ administration: Int) async throws -> Void
    ) async throws {
        try await WebNode.run(alone: []) { node in
            let store = node.records
            let policy = PasswordPolicy(profile: .asvs)
            let sessions = Sessions(store: MemorySessions(), accounts: store, policy: policy, clock: node.clock)
            guard let seedKey = SeedKey(bytes: [UInt8](repeating: 7, count: SeedKey.byteCount)),
                let cost = ScryptCost(exponent: 10, blockSize: 8, parallelism: 1)
            else { preconditionFailure("a key and a cost that exist") }
            let login = LoginDesk(
                store: store, sessions: sessions, hashing: ScryptThreads(), cost: cost, policy: policy,
                seedKey: seedKey, clock: node.clock)
            let door = try PublicAPI(
                desk: node.desk, tokens: try AccessTokens(WebCast.tokens + WebStaff.tokens), lists: node.store,
                work: node.work, accounts: PageAccounts(login: login, sessions: sessions),
                oversight: WebOversight.of(store, desk: node.desk, outbox: Outbox(desk: node.desk, link: NoPeers())),
                address: ListenAddress(port: 0), others: OtherAddresses(administration: ListenAddress(port: 0)))
            let group = ServiceGroup(services: [door], logger: node.desk.logger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                try await use(node, try await door.port, try await door.administrationPort)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }

    private struct NoPeers: PeerLink {
        func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
            throw DeliveryFault(code: "no-link", detail: "nobody is there", concernsPeer: true)
        }
    }

    private static func ask(_ path: String, _ port: Int) async throws -> Reply {
        try await Wire.only(
            "GET \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nConnection: close\r\n\r\n", port: port)
    }

    /// An address with something in the places that vary.
    private static func filled(_ address: String) -> String {
        address.split(separator: "/", omittingEmptySubsequences: false).map { $0.hasPrefix("{") ? "1" : String($0) }
            .joined(separator: "/")
    }

    /// What an answer says without what differs from one request to the next.
    private static func said(_ reply: Reply) -> String { "\(reply.status) \(reply.body)" }

    @Test func `answers its addresses there, and nowhere else as if they did not exist`() async throws {
        try await Self.apart { node, world, administration in
            let nowhere = Self.said(try await Self.ask("/nothing-is-here", world))
            let addresses = node.addresses.filter { $0.hasPrefix("GET ") }.map { String($0.dropFirst(4)) }
            let own = addresses.filter { $0 == "/admin" || $0.hasPrefix("/admin/") }
            #expect(own.count > 8)
            for address in own {
                let path = Self.filled(address)
                #expect(Self.said(try await Self.ask(path, world)) == nowhere, "\(address)")
                #expect(try await Self.ask(path, administration).status == 303, "\(address) leads to the login")
                let post =
                    "POST \(path) HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nContent-Length: 0\r\n"
                    + "Connection: close\r\n\r\n"
                #expect(Self.said(try await Wire.only(post, port: world)) == nowhere, "\(address)")
            }
            for address in addresses where address.hasPrefix("/api/") || address.hasPrefix("/org") || address == "/v" {
                let path = Self.filled(address)
                #expect(try await Self.ask(path, administration).status == 404, "\(address)")
            }
            #expect(try await Self.ask("/login", world).status == 200)
            #expect(try await Self.ask("/login", administration).status == 200)
            #expect(try await Self.ask("/", administration).headers["location"] == "/login")
        }
    }

    @Test func `lets an administrator work there, and leads nobody to what another listener has`() async throws {
        try await Self.apart { node, world, administration in
            let secret = try await AccountDesk(store: node.records, clock: node.clock).add(
                name: "keeper", displayName: "系统管理员", kind: .systemAdministrator(person: "0501"),
                by: .console(user: 0))
            let browser = Browser(port: administration)
            try await browser.open("/activate")
            try await browser.send("/activate", ["name": "keeper", "secret": secret.typed])
            let seed = try #require(browser.hidden["seed"].flatMap(Base32.decode))
            func code() -> String { OneTimeCode.code(of: seed, step: OneTimeCode.step(at: node.clock.now)) }
            try await browser.send("/activate/finish", ["password": Insider.password, "code": code()])
            for (port, home) in [(administration, "/admin"), (world, "/account")] {
                node.clock.move(seconds: 30)
                let browser = Browser(port: port)
                try await browser.open("/login")
                try await browser.send("/login", ["name": "keeper", "secret": Insider.password])
                let entered = try await browser.send("/login/code", ["code": code()])
                #expect(entered.headers["location"] == home)
                let page = try await browser.follow()
                #expect(page.status == 200)
                #expect(page.body.contains("href=\"/admin/accounts\"") == (port == administration))
                #expect(!page.body.contains("href=\"/desk\""))
            }
        }
    }

    @Test func `is not opened without TLS beyond this machine`() throws {
        let fault = ListenerFault.plainBeyondLoopback(host: "192.0.2.5")
        #expect(throws: fault) {
            try Self.opened(OtherAddresses(administration: ListenAddress(host: "192.0.2.5", port: 0)))
        }
        #expect(throws: fault) {
            try Self.opened(OtherAddresses(certificates: ListenAddress(host: "192.0.2.5", port: 0)))
        }
    }

    private static func opened(_ others: OtherAddresses) throws(ListenerFault) {
        try others.check()
    }
}
