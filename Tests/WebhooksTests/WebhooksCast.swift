import Casework
import FoundationEssentials
import Logging
import Store
import Synchronization
import TestPostgres
import Testing
import TransferCore
import TransferDocuments
import Webhooks

/// The case, the owner and the node that the tests of webhooks speak of. All of them are invented.
enum WebhooksCast {
    static let noon = Instant(milliseconds: 1_795_233_600_000)
    static let owner = "hr-of-a-mill"

    static func number(_ serial: Int) -> CaseNumber {
        guard let code = AgencyCode("330100"), let number = CaseNumber(destination: code, year: 2026, serial: serial)
        else { preconditionFailure("\(serial) is a serial number") }
        return number
    }

    private static func resident(_ serial: Int) -> ResidentID {
        let places = "11999919800101" + String(String(1_000 + serial).suffix(3))
        for check in "0123456789X" {
            if let id = try? ResidentID(places + String(check)) { return id }
        }
        preconditionFailure("one check digit is right")
    }

    static func firstStep(
        _ serial: Int, lodgedBy owner: String? = WebhooksCast.owner, isTerminal: Bool = false
    ) -> CaseStep {
        guard let here = AgencyCode("330100"), let there = AgencyCode("510100") else {
            preconditionFailure("regions that exist")
        }
        var step = step(serial, expecting: 0, "reviewing", isTerminal: isTerminal)
        step.opening = CaseOpening(
            number: number(serial), role: .destination, origin: there, destination: here,
            residentID: resident(serial), payouts: [], openedAt: noon, application: Array("{}".utf8), lodgedBy: owner)
        return step
    }

    static func step(
        _ serial: Int, expecting version: Int, _ phase: String, events: Int = 1, isTerminal: Bool = false
    ) -> CaseStep {
        var step = CaseStep(
            number: number(serial), expecting: version,
            summary: CaseSummary(
                phase: phase, holder: isTerminal ? .nobody : .destination, since: noon, due: nil,
                isDueProvisional: false, isOverdueReported: false, isTerminal: isTerminal))
        step.events = (0..<events).map { _ in
            StoredEvent(
                branch: .pension, name: phase, code: nil, at: noon, actor: "policy:straight-through", cause: nil,
                attachment: nil)
        }
        return step
    }

    static func key(_ byte: UInt8 = 7) throws -> WebhookKey {
        try #require(WebhookKey(bytes: [UInt8](repeating: byte, count: WebhookKey.byteCount)))
    }
}

/// A clock that stands until it is moved.
final class StandingClock: NodeClock {
    private let milliseconds = Mutex(WebhooksCast.noon.milliseconds)
    var now: Instant { Instant(milliseconds: milliseconds.withLock { $0 }) }
    func move(seconds: Int64) { milliseconds.withLock { $0 += seconds * 1_000 } }
}

/// Answers as it was told, and keeps what was sent.
final class ScriptedLink: WebhookLink {
    typealias Script = @Sendable (WebhookRequest) async -> Result<Int, WebhookFault>
    private let script = Mutex<Script>({ _ in .success(200) })
    private let kept = Mutex<[WebhookRequest]>([])

    var sent: [WebhookRequest] { kept.withLock { $0 } }

    func answer(_ next: @escaping Script) { script.withLock { $0 = next } }
    func answer(_ status: Int) { answer { _ in .success(status) } }

    func mayReach(_ address: String) -> Bool { !address.hasPrefix("10.") }

    func post(_ request: WebhookRequest) async throws(WebhookFault) -> Int {
        kept.withLock { $0.append(request) }
        let script = script.withLock { $0 }
        return try await script(request).get()
    }
}

/// A store in a folder of its own, with a desk and a worker.
struct WebhooksNode {
    let store: JiexuStore
    let desk: WebhookDesk
    let round: WebhookRound
    let link: ScriptedLink
    let clock: StandingClock

    static func run(_ use: (WebhooksNode) async throws -> Void) async throws {
        try await withFolder { folder in
            let node = try await open(folder)
            defer { node.store.close() }
            try await use(node)
        }
    }

    static func open(
        _ folder: String, key: WebhookKey? = nil, clock: StandingClock = StandingClock(),
        link: ScriptedLink = ScriptedLink(), owners: Set<String> = [WebhooksCast.owner, "another-mill"]
    ) async throws -> WebhooksNode {
        let store = try await TestStore.open(folder + "/node.sqlite")
        let key = try key ?? WebhooksCast.key()
        return WebhooksNode(
            store: store, desk: WebhookDesk(store: store, link: link, key: key, clock: clock),
            round: WebhookRound(
                store: store, link: link, key: key, clock: clock, owners: { () throws(StoreError) in owners },
                logger: Logger(label: "test"),
                draw: { _ in 0 }),
            link: link, clock: clock)
    }

    static func withFolder(_ use: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("jiexu-webhooks-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await use(folder.path)
    }

    /// A new webhook, by default of the owner of the cases.
    func make(_ url: String = "https://hr.example.cn/jiexu", for owner: String = WebhooksCast.owner) async throws
        -> Webhook
    {
        try await desk.make(url, for: owner).0
    }

    func messages(_ webhook: Webhook) async throws -> [WebhookMessage] {
        try await desk.messages(of: webhook.id, owner: webhook.owner, after: nil, in: nil, limit: 1_000)
    }

    func state(_ webhook: Webhook) async throws -> Webhook {
        try await desk.webhook(webhook.id, of: webhook.owner)
    }
}
