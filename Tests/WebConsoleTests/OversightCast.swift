import Accounts
import Casework
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments
import WebConsole

/// What the pages of auditors and administrators need, put together as the node does.
enum WebOversight {
    static func of(_ store: JiexuStore, desk: Desk, outbox: Outbox) -> Oversight {
        var ports = OversightPorts { () throws(StoreError) in
            try await TrailStanding.follow(store, at: desk.clock.now)
        }
        ports.outbox = outbox
        ports.instances = KnownInstances()
        ports.verifyLog = {
            let outcome = try await LogAudit(store, agency: desk.agency.code, directory: desk.directory.current)
                .verify()
            return LogStanding(
                at: desk.clock.now, size: outcome.size, root: outcome.root.text, ownHeads: outcome.ownHeads,
                peerHeads: outcome.peerHeads, stamps: outcome.stamps, findings: outcome.findings.map(\.description),
                newestHead: try await StoredLog(store).newestOwnHead(), stampTimes: [:])
        }
        ports.dossier = { number in Array("dossier of \(number)".utf8) }
        return Oversight(
            store: store, accounts: AccountDesk(store: store, clock: desk.clock), clock: desk.clock, ports: ports)
    }
}

/// Somebody with an account who is logged in, and the seed of their second factor.
struct Insider {
    let browser: Browser
    let seed: [UInt8]
    private let node: WebNode

    static let password = "Kiefernadel-4711-Regen"

    /// Makes an account from the console, activates it on the pages and logs in.
    static func entered(_ node: WebNode, _ name: String, _ kind: AccountKind) async throws -> Insider {
        let store = try #require(node.store as? JiexuStore)
        let secret = try await AccountDesk(store: store, clock: node.clock).add(
            name: name, displayName: "工作人员", kind: kind, by: .console(user: 0))
        return try await activated(node, name, secret.typed)
    }

    static func activated(_ node: WebNode, _ name: String, _ secret: String) async throws -> Insider {
        let browser = Browser(node)
        try await browser.open("/activate")
        try await browser.send("/activate", ["name": name, "secret": secret])
        let seed = try #require(browser.hidden["seed"].flatMap(Base32.decode))
        let insider = Insider(browser: browser, seed: seed, node: node)
        try await browser.send("/activate/finish", ["password": password, "code": insider.code])
        node.clock.move(seconds: 30)
        try await insider.logIn(name)
        return insider
    }

    func logIn(_ name: String) async throws {
        try await browser.open("/login")
        try await browser.send("/login", ["name": name, "secret": Self.password])
        try await browser.send("/login/code", ["code": code])
        try #require(browser.page.status == 303)
        node.clock.move(seconds: 30)
        try await browser.follow()
    }

    private init(browser: Browser, seed: [UInt8], node: WebNode) {
        self.browser = browser
        self.seed = seed
        self.node = node
    }

    /// The code that their telephone shows now.
    var code: String { OneTimeCode.code(of: seed, step: OneTimeCode.step(at: node.clock.now)) }
}

extension WebNode {
    /// Runs a script on the database without the triggers that guard it, as somebody with access to the file would.
    func editByHand(_ sql: String) async throws {
        try await TestStore.runUnguarded(sql, at: path)
    }

    var trail: [AuditRow] {
        get async throws { try await #require(store as? JiexuStore).auditRows(after: 0, limit: 10_000) }
    }
}
