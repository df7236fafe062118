import Casework
import Foundation
import Store
import TransferCore

/// What a steady load found, minute by minute.
struct SteadyFigures {
    /// Applications lodged a second, evenly.
    let perSecond: Double
    let minutes: [Minute]

    /// What was lodged in one minute, and how the nodes stood at its end.
    struct Minute {
        let transfers: Int
        /// From the lodging to the receipt for the completion notice, in milliseconds, ascending.
        let latencies: [Int64]
        /// CPU time of both nodes together.
        let cpuMilliseconds: Int64
        /// Resident memory of each node, in the order of their codes.
        let memoryBytes: [Int64]

        func percentile(_ share: Double) -> Int64 { latencies.percentile(share) }

        fileprivate var json: String {
            """
            {"transfers": \(transfers), "p50Milliseconds": \(percentile(0.50)), "p99Milliseconds": \(percentile(0.99)), \
            "cpuMillisecondsPerTransfer": \(fixed(cpuPerTransfer, 2)), "memoryBytes": \(memoryBytes)}
            """
        }

        fileprivate var cpuPerTransfer: Double { Double(cpuMilliseconds) / Double(max(1, transfers)) }
    }

    var json: String {
        """
        {"perSecond": \(fixed(perSecond, 2)), "minutes": [
        \(minutes.map(\.json).joined(separator: ",\n"))
        ]}
        """
    }

    var text: String {
        let head = "minute  transfers  p50 ms  p99 ms  CPU ms per transfer  memory of each node, MiB\n"
        return head
            + minutes.enumerated().map { place, minute in
                String(
                    format: "%6d  %9d  %6d  %6d  %19.2f  %@", place + 1, minute.transfers, Int(minute.percentile(0.50)),
                    Int(minute.percentile(0.99)), minute.cpuPerTransfer,
                    minute.memoryBytes.map { "\($0 >> 20)" }.joined(separator: " "))
            }.joined(separator: "\n")
    }
}

extension [Int64] {
    /// - Returns: of ascending values the smallest that such a share of them does not exceed; 0 for none.
    func percentile(_ share: Double) -> Int64 {
        isEmpty ? 0 : self[Swift.min(count, Swift.max(1, Int((Double(count) * share).rounded(.up)))) - 1]
    }
}

extension BenchRun {
    /// Applications that may be on their way to the node at the same time.
    static let sideBySide = 64

    /// Lodges applications at an even rate, whatever becomes of those before: what is late does not slow the load down.
    ///
    /// - Parameter perSecond: of all ``transfers``.
    func steady(perSecond: Double) async throws -> SteadyFigures {
        if history > 0 { try await fill() }
        try await network.start()
        let people = (0..<transfers).map(BenchRun.person)
        try await importPeople(people)
        let (destination, origin) = (try network.node(DemoStory.weifang), try network.node(DemoStory.shenzhen))
        let destinationStore = try await destination.settings.openStore(.reading)
        let originStore = try await origin.settings.openStore(.reading)
        defer { for store in [destinationStore, originStore] { store.close() } }

        say("lodging \(transfers) transfers, \(perSecond) a second …")
        let children = [destination.child, origin.child]
        let perMinute = max(1, Int(perSecond * 60))
        var lodged: [[CaseNumber]] = []
        var samples = [try sample(children)]
        let pace = Pace(perSecond: perSecond)
        for first in stride(from: 0, to: people.count, by: perMinute) {
            let last = min(people.count, first + perMinute)
            var numbers: [CaseNumber] = []
            while first + numbers.count < last {
                numbers += try await lodgeDue(people[..<last], from: first + numbers.count, pace, at: destination)
            }
            lodged.append(numbers)
            samples.append(try sample(children))
            say(
                "minute \(lodged.count): \(samples[lodged.count].memory.map { "\($0 >> 20) MiB" }.joined(separator: ", "))"
            )
        }
        try await awaitCompletion(of: transfers, in: originStore)
        say("reading when each of them came and ended …")
        var minutes: [SteadyFigures.Minute] = []
        for (place, numbers) in lodged.enumerated() {
            minutes.append(
                SteadyFigures.Minute(
                    transfers: numbers.count,
                    latencies: try await latencies(of: numbers, in: destinationStore).sorted(),
                    cpuMilliseconds: samples[place + 1].cpu - samples[place].cpu, memoryBytes: samples[place + 1].memory
                ))
        }
        say("checking both sides …")
        try await check(destinationStore, [DemoStory.shenzhen: originStore], completed: transfers)
        return SteadyFigures(perSecond: perSecond, minutes: minutes)
    }

    /// Waits until the application of the next person is due, and lodges all that are, side by side.
    ///
    /// - Parameter pace: whose count is that of the people.
    func lodgeDue(
        _ people: ArraySlice<InsuredPerson>, from next: Int, _ pace: Pace, at node: TransferNetwork.RunningNode
    ) async throws -> [CaseNumber] {
        let due = await pace.due(after: next)
        return try await lodge(people[next..<min(people.endIndex, due, next + BenchRun.sideBySide)], at: node)
    }

    /// Lodges some applications side by side.
    func lodge(
        _ people: ArraySlice<InsuredPerson>, from origin: AgencyCode = DemoStory.shenzhen,
        at node: TransferNetwork.RunningNode
    ) async throws -> [CaseNumber] {
        try await withThrowingTaskGroup(of: CaseNumber.self) { group in
            for index in people.indices {
                group.addTask { try await lodge(people[index], index, from: origin, at: node) }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
    }

    /// Waits until so many cases have completed in a store.
    func awaitCompletion(of count: Int, in store: JiexuStore) async throws {
        var (completed, lastProgress) = (0, ContinuousClock.now)
        while completed < count {
            try await Task.sleep(for: .milliseconds(200))
            let now = try await store.completedCases()
            if now > completed {
                (completed, lastProgress) = (now, .now)
            } else if lastProgress.duration(to: .now) > .seconds(60) {
                throw RigFault("\(count - completed) transfers have not completed; see \(network.folder)/log")
            }
        }
    }

    private func sample(_ children: [ChildProcess]) throws -> (cpu: Int64, memory: [Int64]) {
        (try cpu(children), children.map { $0.usage?.bytes ?? 0 })
    }
}

/// An even rate from now on.
struct Pace: Sendable {
    let perSecond: Double
    /// How many there are before the first.
    let first: Int
    private let start = ContinuousClock.now

    init(perSecond: Double, from first: Int = 0) { (self.perSecond, self.first) = (perSecond, first) }

    /// Waits until one more than so many is due.
    ///
    /// - Returns: how many are due then.
    func due(after count: Int) async -> Int {
        while true {
            let due = first + 1 + Int(start.duration(to: .now).inSeconds * perSecond)
            if due > count { return due }
            try? await Task.sleep(for: .milliseconds(5))
        }
    }
}
