import Casework
import Foundation
import Store
import Synchronization
import TransferCore

/// What it does to an agency's other transfers when a peer comes back for which much has gathered.
struct ReturnFigures {
    /// Cases whose first letter waited for the peer.
    let queued: Int
    /// From its first process to the completion of the last of them.
    let drainSeconds: Double
    /// Transfers with another peer, lodged evenly, so many a second: before it came back, meanwhile, and afterwards.
    let perSecond: Double
    let before: [Int64]
    let meanwhile: [Int64]
    let afterwards: [Int64]

    var json: String {
        func part(_ latencies: [Int64]) -> String {
            """
            {"transfers": \(latencies.count), "p50Milliseconds": \(latencies.percentile(0.50)), \
            "p99Milliseconds": \(latencies.percentile(0.99))}
            """
        }
        return """
            {"queued": \(queued), "drainSeconds": \(fixed(drainSeconds, 1)), "perSecond": \(perSecond),
             "before": \(part(before)), "meanwhile": \(part(meanwhile)), "afterwards": \(part(afterwards)),
             "p99Factor": \(fixed(factor, 2))}
            """
    }

    var text: String {
        func line(_ name: String, _ latencies: [Int64]) -> String {
            "  \(name)  \(latencies.count) transfers, p50 \(latencies.percentile(0.50)) ms, p99 \(latencies.percentile(0.99)) ms"
        }
        return """
            a peer came back to \(queued) cases, all complete after \(fixed(drainSeconds, 1)) s; beside it \(perSecond) transfers a second with another
            \(line("before    ", before))
            \(line("meanwhile ", meanwhile))
            \(line("afterwards", afterwards))
              the p99 of the others is \(fixed(factor, 2)) times what it was
            """
    }

    private var factor: Double { Double(meanwhile.percentile(0.99)) / Double(max(1, before.percentile(0.99))) }
}

extension BenchRun {
    /// The agency that comes back.
    static let returning = TransferNetwork.Agency(
        code: DemoStory.wuhan, nameChinese: "武汉", nameEnglish: "Wuhan", address: "示例路 3 号", postcode: "430000",
        telephone: "027-0000003")

    /// How long the load runs before the peer comes back, and after the last of its cases.
    private static let quietSeconds = 20.0

    private enum Phase { case before, meanwhile, afterwards, end }

    /// Lets one agency be away until so many first letters wait for it, and come back beside an even load with another.
    ///
    /// - Parameter queued: of the ``transfers``; the load ends early when it has none left.
    func returning(queued: Int, perSecond: Double) async throws -> ReturnFigures {
        try await network.start()
        let people = (0..<transfers).map(BenchRun.person)
        try await importPeople(Array(people[..<queued]), from: BenchRun.returning.code)
        try await importPeople(Array(people[queued...]))
        let destination = try network.node(DemoStory.weifang)
        let away = try network.node(BenchRun.returning.code)
        let store = try await destination.settings.openStore(.reading)
        let awayStore = try await away.settings.openStore(.reading)
        let otherStore = try await network.node(DemoStory.shenzhen).settings.openStore(.reading)
        defer { for store in [store, awayStore, otherStore] { store.close() } }

        await away.child.stop()
        say("\(queued) letters gather for a peer that is away …")
        for first in stride(from: 0, to: queued, by: BenchRun.sideBySide) {
            let last = min(queued, first + BenchRun.sideBySide)
            _ = try await lodge(people[first..<last], from: away.agency.code, at: destination)
        }

        say("\(perSecond) transfers a second with another; the peer comes back after \(Int(BenchRun.quietSeconds)) s …")
        let phase = Mutex(Phase.before)
        async let load = loadBeside(people, from: queued, perSecond: perSecond, at: destination) {
            phase.withLock { $0 }
        }
        try await Task.sleep(for: .seconds(BenchRun.quietSeconds))
        let start = ContinuousClock.now
        phase.withLock { $0 = .meanwhile }
        try away.child.start()
        try await awaitCompletion(of: queued, in: awayStore)
        let drainSeconds = start.duration(to: .now).inSeconds
        phase.withLock { $0 = .afterwards }
        try await Task.sleep(for: .seconds(BenchRun.quietSeconds))
        phase.withLock { $0 = .end }
        let lodged = try await load

        let count = lodged.values.reduce(0) { $0 + $1.count }
        try await awaitCompletion(of: count, in: otherStore)
        try await check(
            store, [away.agency.code: awayStore, DemoStory.shenzhen: otherStore], completed: queued + count)
        func latencies(_ phase: Phase) async throws -> [Int64] {
            try await self.latencies(of: lodged[phase] ?? [], in: store).sorted()
        }
        return ReturnFigures(
            queued: queued, drainSeconds: drainSeconds, perSecond: perSecond, before: try await latencies(.before),
            meanwhile: try await latencies(.meanwhile), afterwards: try await latencies(.afterwards))
    }

    /// Lodges evenly from a place on, until it is told to end or nobody is left.
    ///
    /// - Returns: the cases by the phase in which each was lodged.
    private func loadBeside(
        _ people: [InsuredPerson], from first: Int, perSecond: Double, at node: TransferNetwork.RunningNode,
        in phase: @Sendable () -> Phase
    ) async throws -> [Phase: [CaseNumber]] {
        var lodged: [Phase: [CaseNumber]] = [:]
        var next = first
        let pace = Pace(perSecond: perSecond, from: first)
        while next < people.count {
            let now = phase()
            guard now != .end else { break }
            let numbers = try await lodgeDue(people[...], from: next, pace, at: node)
            lodged[now, default: []] += numbers
            next += numbers.count
        }
        guard next < people.count else { throw RigFault("the load ended before the queue; give more --transfers") }
        return lodged
    }
}
