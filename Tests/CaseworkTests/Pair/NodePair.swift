import Casework
import FoundationEssentials
import TestPostgres
import TransferCore
import TransferDocuments

/// Two nodes, the bank of both and the road between them: Weifang is the destination, Shenzhen the origin.
///
/// Nothing runs by itself. ``settle()`` carries out what waits, in one order, through the same functions that the running
/// node uses, until nothing moves any more.
struct NodePair: Sendable {
    let destination: PairNode
    let origin: PairNode
    let bank: PairBank
    let road: Road
    let clock: HandClock
    let directory: PairDirectory

    var nodes: [PairNode] { [destination, origin] }

    /// Makes a pair in a folder of its own, uses it, and takes it away.
    static func run<Outcome>(
        records: Bool = true, alone: Set<DecisionStep> = Set(DecisionStep.allCases), on kind: TestStore.Kind = .usual,
        _ use: (NodePair) async throws -> Outcome
    ) async throws -> Outcome {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("jiexu-casework-\(UUID().uuidString)", isDirectory: true).path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let clock = HandClock()
        let road = Road()
        let bank = PairBank([PairCast.weifang, PairCast.shenzhen], clock: clock)
        let directory = PairDirectory()
        let pair = NodePair(
            destination: try await PairNode(
                PairCast.weifang, folder: folder, clock: clock, road: road, bank: bank, alone: alone,
                directory: directory, on: kind),
            origin: try await PairNode(
                PairCast.shenzhen, folder: folder, clock: clock, road: road, bank: bank, alone: alone,
                directory: directory, on: kind),
            bank: bank, road: road, clock: clock, directory: directory)
        defer {
            for node in pair.nodes { node.close() }
            TestStore.giveBack(folder)
        }
        if records { try await pair.know(.atDestination(), .atOrigin()) }
        return try await use(pair)
    }

    /// Gives each side its record of a person.
    func know(_ here: PersonRecord?, _ there: PersonRecord?) async throws {
        if let here { try await destination.store.importRecords([here], at: clock.now) }
        if let there { try await origin.store.importRecords([there], at: clock.now) }
    }

    /// Lodges an application as an employer's system does: again and again under one key, until it is told a number.
    func lodge(
        _ application: TransferApplication = PairCast.application(), key: String = "key-1"
    ) async throws -> CaseNumber {
        let form = try ApplicationForm.write(application)
        for _ in 0..<5 {
            do {
                switch try await destination.desk.lodge(application, form: form, owner: "mill", key: key) {
                case .opened(let number, _), .repeated(let number):
                    if !destination.isDead { return number }
                case .keyReused, .underWay, .faulty: throw NotOpened()
                }
            } catch let fault as DeskFault where fault.isTransient {}
            try await revive()
        }
        throw NotOpened()
    }

    struct NotOpened: Error {}

    /// Starts whatever has died.
    ///
    /// - Returns: whether anything had.
    @discardableResult
    func revive() async throws -> Bool {
        let dead = nodes.filter(\.isDead)
        for node in dead { try await node.restart() }
        return !dead.isEmpty
    }

    /// The pair does not come to rest.
    struct Restless: Error {}

    /// Carries out everything that waits, on both sides and at the bank, until nothing moves any more. What fails is tried
    /// again a few times.
    ///
    /// - Parameter look: what to look at after every turn of a node.
    func settle(_ look: () async throws -> Void = {}) async throws {
        var (idle, hasFailed) = (0, false)
        for _ in 0..<200 {
            var outcome = Work()
            outcome.hasMoved = try await revive()
            for node in nodes {
                outcome.add(await work(node))
                try await look()
            }
            if bank.work() { outcome.hasMoved = true }
            if outcome.hasMoved { (idle, hasFailed) = (0, false) } else { idle += 1 }
            hasFailed = hasFailed || outcome.hasFailed
            if idle == (hasFailed ? 4 : 2) { return }
        }
        throw Restless()
    }

    /// What one look at a node's work came to.
    struct Work {
        var hasMoved = false
        var hasFailed = false

        mutating func add(_ other: Work) {
            hasMoved = hasMoved || other.hasMoved
            hasFailed = hasFailed || other.hasFailed
        }
    }

    /// Does once what a node's four workers do: effects, outbox, orders and the bank's answers.
    func work(_ node: PairNode) async -> Work {
        var outcome = Work()
        for task in [effects, deliveries, orders, answers] {
            guard !node.isDead else { break }
            do { outcome.add(try await task(node)) } catch { outcome.hasFailed = true }
        }
        return outcome
    }

    private func effects(_ node: PairNode) async throws -> Work {
        var outcome = Work()
        let alone = node.desk.agency.straightThrough
        for effect in try await node.store.openEffects(after: 0, limit: 1_000)
        where alone.contains(effect.kind.step) {
            do {
                try await node.desk.carryOut(effect)
                outcome.hasMoved = true
            } catch {
                outcome.hasFailed = true
                try await node.store.effectFailed(effect.id, error: "\(error)", dueAt: clock.now)
            }
        }
        return outcome
    }

    private func deliveries(_ node: PairNode) async throws -> Work {
        var outcome = Work()
        var stopped: Set<CaseNumber> = []
        for entry in try await node.store.outbox(after: 0, limit: 1_000) where !stopped.contains(entry.number) {
            do {
                try await node.desk.deliver(entry, over: node.link)
                outcome.hasMoved = true
            } catch {
                outcome.hasFailed = true
                stopped.insert(entry.number)
                let code = (error as? DeliveryFault)?.code ?? DeliveryFault.ownCode
                try await node.store.deliveryFailed(entry, code: code, error: "\(error)", at: clock.now)
            }
        }
        return outcome
    }

    private func orders(_ node: PairNode) async throws -> Work {
        try await node.office.carryOrders()
        return Work()
    }

    private func answers(_ node: PairNode) async throws -> Work {
        let isSomething = try await !bank.folder(of: node.code).incoming(limit: 1).isEmpty
        try await node.office.takeAnswers()
        return Work(hasMoved: isSomething)
    }

    /// Lodges, settles, and gives the number.
    func transfer(_ application: TransferApplication = PairCast.application()) async throws -> CaseNumber {
        let number = try await lodge(application)
        try await settle()
        return number
    }
}
