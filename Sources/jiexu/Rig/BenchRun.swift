import Casework
import Foundation
import NodeSettings
import Store
import Synchronization
import TransferCore
import TransferDocuments

/// One measurement: lodges applications through the public interface, so many at a time, and waits until all have
/// completed on both sides.
struct BenchRun: Sendable {
    let network: TransferNetwork
    let transfers: Int
    let concurrency: Int
    /// So many ended cases each store has before the measurement.
    var history = 0
    let say: @Sendable (String) -> Void
    private let client = LoadClient()

    /// - Parameters:
    ///   - others: agencies besides the two.
    ///   - place: changes the settings of each node as to where it keeps its cases.
    init(
        folder: String, transfers: Int, concurrency: Int, others: [TransferNetwork.Agency] = [],
        place: (inout NodeSettings) -> Void, say: @escaping @Sendable (String) -> Void
    ) throws {
        self.transfers = transfers
        self.concurrency = concurrency
        self.say = say
        network = try TransferNetwork(pairIn: folder, others: others) { settings in
            place(&settings)
            settings.logLevel = .warning
            // What is measured is the node, not the share that it leaves to one peer.
            settings.peers.requestsPerSecond = 100_000
        }
    }

    func measure() async throws -> BenchFigures {
        let limit = try await MachineLimit.measure(on: network)
        if history > 0 { try await fill() }
        let started = ContinuousClock.now
        try await network.start()
        let startSeconds = started.duration(to: .now).inSeconds
        let people = (0..<transfers).map(BenchRun.person)
        try await importPeople(people)

        let destination = try network.node(DemoStory.weifang)
        let origin = try network.node(DemoStory.shenzhen)
        let destinationStore = try await destination.settings.openStore(.reading)
        let originStore = try await origin.settings.openStore(.reading)
        defer {
            destinationStore.close()
            originStore.close()
        }

        say("carrying \(transfers) transfers, \(concurrency) in flight …")
        // With a long history the first count takes a while, which belongs to the start of the nodes.
        let countedBefore = try await counted([destination, origin])
        let before = try cpu([destination.child, origin.child])
        let bankBefore = try cpu([network.bank])
        let start = ContinuousClock.now
        let memory = SharedMemory(of: [destination.child, origin.child])
        let numbers = try await carry(
            people, through: destination, until: originStore, beside: destinationStore, memory)
        let seconds = start.duration(to: .now).inSeconds
        let spent = try cpu([destination.child, origin.child]) - before
        let bankSpent = try cpu([network.bank]) - bankBefore
        let counted = try await counted([destination, origin]) - countedBefore
        let peaks = [destination, origin].map { ($0.agency.code, $0.child.usage?.peakBytes ?? 0) }

        let latencies = try await latencies(of: numbers, in: destinationStore)
        try await check(destinationStore, [DemoStory.shenzhen: originStore], completed: transfers)
        let json = try await jsonMilliseconds(numbers, destinationStore)
        return BenchFigures(
            transfers: transfers, concurrency: concurrency, seconds: seconds, latencies: latencies.sorted(),
            nodesCPUMilliseconds: spent, bankCPUMilliseconds: bankSpent, peakMemoryBytes: peaks,
            memoryTogetherBytes: memory.peak, counted: counted,
            jsonMillisecondsPerTransfer: json, limit: limit, history: history, startSeconds: startSeconds)
    }

    /// Gives each store its history, before anybody serves from it.
    func fill() async throws {
        for node in network.inOrder {
            say("writing \(history) ended cases into the store of \(node.agency.code) …")
            var fast = SQLiteDatabase.Settings()
            // What is lost by a power cut now is made anew; the nodes open it as they always do.
            fast.synchronous = .normal
            let store = try await node.settings.openStore(.serving, file: fast)
            defer { store.close() }
            var content = ListBenchStore(
                store: store, agency: node.settings.agencySettings(), cases: history, now: SystemClock().now, say: say)
            content.isHistory = true
            try await content.fill()
        }
    }

    // MARK: The load

    /// Lodges the applications so that never more than ``concurrency`` are under way, each as soon as there is room for it:
    /// none waits for the answer to another.
    private func carry(
        _ people: [InsuredPerson], through destination: TransferNetwork.RunningNode, until originStore: JiexuStore,
        beside destinationStore: JiexuStore, _ memory: SharedMemory
    ) async throws -> [CaseNumber] {
        let numbers = LodgedNumbers()
        try await withThrowingDiscardingTaskGroup { group in
            var next = 0
            var completed = 0
            var looked: Int64 = 0
            var lastProgress = ContinuousClock.now
            while completed < people.count {
                for index in next..<min(people.count, completed + concurrency) {
                    group.addTask {
                        let number = try await lodge(people[index], index, at: destination)
                        numbers.all.withLock { $0.append(number) }
                    }
                }
                next = min(people.count, completed + concurrency)
                try await Task.sleep(for: .milliseconds(BenchRun.lookMilliseconds))
                memory.look()
                // What is looked at is new, so that the measurement itself costs next to nothing.
                let ended = try await originStore.documents(of: .completionNotice, after: looked)
                looked = ended.last
                if ended.count > 0 {
                    completed += ended.count
                    lastProgress = .now
                } else if lastProgress.duration(to: .now) > .seconds(60) {
                    throw RigFault(
                        "\(people.count - completed) transfers have not completed; "
                            + "destination: \(try await liveCases(in: destinationStore)); "
                            + "origin: \(try await liveCases(in: originStore)); see \(network.folder)/log")
                }
            }
        }
        return numbers.all.withLock { $0 }
    }

    /// What many tasks have lodged.
    private final class LodgedNumbers: Sendable {
        let all = Mutex<[CaseNumber]>([])
    }

    /// How often it is looked what has completed.
    private static let lookMilliseconds = 3

    /// Where the first few cases stand that have not ended.
    private func liveCases(in store: JiexuStore) async throws -> String {
        var filter = CaseFilter()
        filter.onlyLive = true
        filter.limit = 5
        let entries = try await store.caseList(filter)
        return entries.isEmpty ? "none" : entries.map { "\($0.number) \($0.summary.phase)" }.joined(separator: ", ")
    }

    func lodge(
        _ person: InsuredPerson, _ index: Int, from origin: AgencyCode = DemoStory.shenzhen,
        at node: TransferNetwork.RunningNode
    ) async throws -> CaseNumber {
        let body = try TransferNetwork.pairForm(of: person, from: origin)
        let answer = try await client.post(
            "/api/v1/applications", body, idempotencyKey: "bench-\(index)", to: node.api)
        guard answer.status == 201, case .string(let text)? = answer.json?["case"], let number = CaseNumber(text) else {
            throw RigFault("application \(index) got \(answer.status)")
        }
        return number
    }

    /// A person of the measurement: born on one day of some fifty years each, so that all numbers differ.
    static func person(_ index: Int) -> InsuredPerson {
        let day = index / 100
        let year = 1977 + day / 336 % 20
        let born = "\(year)-\(two(day / 28 % 12 + 1))-\(two(day % 28 + 1))"
        // Beyond 672,000 people the county changes.
        let county = ["440520", "440522", "440524"][min(2, day / 6_720)]
        return InventedPerson(name: "测试", county: county, born: born, order: index % 100, sex: .male).person
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    func importPeople(_ people: [InsuredPerson], from origin: AgencyCode = DemoStory.shenzhen) async throws {
        for part in stride(from: 0, to: people.count, by: 20_000) {
            var atOrigin = RecordRows()
            var atDestination = RecordRows()
            for person in people[part..<min(people.count, part + 20_000)] {
                atOrigin.person(person, household: "37", isActive: false, enrolledOn: "2015-01-05")
                // Small sums: the account of the origin at the bank is to last for a million of them.
                for year in 2015...2025 {
                    atOrigin.line(person, year: year, months: 1...12, baseFen: 100_00 + Int64(year - 2015) * 6_00)
                }
                atDestination.person(person, household: "37", isActive: true, enrolledOn: "2026-02-01")
                atDestination.line(person, year: 2026, months: 2...9, baseFen: 9_000_00)
            }
            try await network.importRecords(atOrigin, at: origin)
            try await network.importRecords(atDestination, at: DemoStory.weifang)
        }
    }

    // MARK: The figures

    /// What the nodes have counted themselves.
    private func counted(_ nodes: [TransferNetwork.RunningNode]) async throws -> BenchCounts {
        var sum = BenchCounts()
        for node in nodes {
            let answer = try await node.api.operate("GET", "/metrics")
            for line in String(decoding: answer.body, as: UTF8.self).split(separator: "\n") {
                guard let space = line.lastIndex(of: " "), let value = Int64(line[line.index(after: space)...]) else {
                    continue
                }
                switch line[..<(line.firstIndex(of: "{") ?? space)] {
                case "jiexu_delivery_requests_total": sum.requests += value
                case "jiexu_store_commits_total": sum.commits += value
                case "jiexu_store_writing_cpu_microseconds_total": sum.writingMicroseconds += value
                default: break
                }
            }
        }
        return sum
    }

    /// What it takes to write the documents of one transfer once and to read them once: those of a case of this run, many
    /// times over in this process.
    private func jsonMilliseconds(_ numbers: [CaseNumber], _ store: JiexuStore) async throws -> Double {
        guard let number = numbers.first, let file = try await store.caseFile(number) else { return 0 }
        let payloads = try file.documents.map {
            try JWS.parse($0.bytes, typ: .document, maximumBytes: Desk.longestDocument).payload
        }
        let rounds = 200
        let start = ContinuousClock.now
        for _ in 0..<rounds {
            for payload in payloads {
                guard try DocumentEnvelope(decoding: payload).encoded() == payload else {
                    throw RigFault("a document is not written as it was read")
                }
            }
        }
        return start.duration(to: .now).inSeconds * 1_000 / Double(rounds)
    }

    func cpu(_ children: [ChildProcess]) throws -> Int64 {
        try children.reduce(0) { sum, child in
            guard let usage = child.usage else { throw RigFault("\(child.name) has ended; see \(network.folder)/log") }
            return sum + usage.cpuMilliseconds
        }
    }

    /// From the lodging to the receipt for the completion notice, both by the destination's clock.
    func latencies(of numbers: [CaseNumber], in store: JiexuStore) async throws -> [Int64] {
        var latencies: [Int64] = []
        for number in numbers {
            guard let opened = try await store.caseFile(number)?.opening.openedAt else {
                throw RigFault("\(number) is not in the store")
            }
            // The receipt may have been kept a moment after the origin had completed.
            var delivered: Instant?
            for _ in 0..<200 {
                delivered = try await store.deliveries(of: number)
                    .first { $0.kind == .completionNotice }?.deliveredAt
                if delivered != nil { break }
                try await Task.sleep(for: .milliseconds(20))
            }
            guard let delivered else { throw RigFault("\(number) has no receipt for its completion notice") }
            latencies.append(delivered.milliseconds - opened.milliseconds)
        }
        return latencies
    }

    /// - Parameters:
    ///   - origins: from which everybody came, each with its store.
    ///   - transfers: that have completed on both sides.
    func check(
        _ destination: JiexuStore, _ origins: [AgencyCode: JiexuStore], completed transfers: Int
    ) async throws {
        let stores = origins.merging([DemoStory.weifang: destination]) { $1 }
        for side in [[destination], Array(origins.values)] {
            var completed = 0
            for store in side { completed += try await store.completedCases() }
            guard completed == transfers else { throw RigFault("\(transfers - completed) cases did not complete") }
        }
        let findings = try await NetworkCheck(network: network, stores: stores).findings()
        guard findings.isEmpty else { throw RigFault(findings.prefix(20).joined(separator: "\n")) }
    }
}

/// The memory of processes that run the same program, together: what they share of it is counted once.
private final class SharedMemory {
    private let children: [ChildProcess]
    private var nextLook = ContinuousClock.now
    private(set) var peak: Int64 = 0

    init(of children: [ChildProcess]) { self.children = children }

    /// Looks five times a second at most.
    func look() {
        guard nextLook <= .now else { return }
        nextLook = .now + .milliseconds(200)
        let usages = children.compactMap(\.usage)
        let own = usages.reduce(0) { $0 + $1.bytes - $1.fileBytes }
        peak = max(peak, own + (usages.map(\.fileBytes).max() ?? 0))
    }
}

extension JiexuStore {
    /// How many cases have completed.
    func completedCases() async throws -> Int {
        try await counts().casesByPhase["completed"] ?? 0
    }
}
