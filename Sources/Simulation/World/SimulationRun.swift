import Casework
import Dispatch
import Synchronization
import TransferCore

/// What a run is made of. The same settings always make the same run, on one version of the program.
package struct SimulationSettings: Sendable {
    package var seed: UInt64
    /// How many applicants there are: 1 to 400.
    package var cases: Int
    /// 2 to 8.
    package var agencies: Int
    package var families: Set<SimulatedFault.Family>
    /// The faults that strike, by number; nil for all that the seed draws.
    package var keptFaults: Set<Int>?
    package var bugs: Set<PlantedBug>
    /// Whether the story of the run is kept, line by line.
    package var isRecording = false

    package init(
        seed: UInt64, cases: Int = 20, agencies: Int = 4,
        families: Set<SimulatedFault.Family> = Set(SimulatedFault.Family.allCases), keptFaults: Set<Int>? = nil,
        bugs: Set<PlantedBug> = []
    ) {
        precondition((1...400).contains(cases) && (2...SimulatedCast.agencies.count).contains(agencies))
        self.seed = seed
        self.cases = cases
        self.agencies = agencies
        self.families = families
        self.keptFaults = keptFaults
        self.bugs = bugs
    }
}

/// What came of a run.
package struct SimulationOutcome: Sendable {
    package let seed: UInt64
    /// Over everything that was written, said and paid, with its moment; equal for equal settings.
    package let digest: UInt64
    package let findings: [Watch.Finding]
    /// The faults that were drawn, and may have struck.
    package let faults: [SimulatedFault]
    /// How often what struck.
    package let struck: [String: Int]
    /// How often each event of a case and each phase occurred, as `role:name`.
    package let events: [String: Int]
    package let phases: [String: Int]
    package let steps: Int
    package let handled: Int
    package let milliseconds: Int64
    /// Cases that did not end, by the phases of both sides.
    package let leftOver: [String]
    package let story: [String]

    package var isClean: Bool { findings.isEmpty }
}

/// Deterministic simulation: many agencies, their network, bank, clocks, disks and people, from one seed.
package enum Simulation {
    /// Carries a run out, in one task on one queue.
    package static func run(_ settings: SimulationSettings) async -> SimulationOutcome {
        await withTaskExecutorPreference(OneQueue.shared) {
            let world = World(settings)
            await world.run()
            return world.outcome
        }
    }

    /// Looks for fewer faults with which a run still breaks the same rule: halves first, then one by one.
    ///
    /// - Parameter tries: at most so many runs.
    /// - Returns: the numbers of the faults that are left.
    package static func minimise(
        _ settings: SimulationSettings, breaking rule: String, tries: Int = 300
    ) async -> [Int] {
        var kept = settings.keptFaults.map { $0.sorted() } ?? World(settings).faults.map(\.id)
        var left = tries
        func breaks(_ ids: [Int]) async -> Bool {
            left -= 1
            var smaller = settings
            smaller.keptFaults = Set(ids)
            return await run(smaller).findings.first?.rule == rule
        }
        var size = max(1, kept.count / 2)
        while left > 0 {
            var hasShrunk = false
            var start = 0
            while start < kept.count, left > 0 {
                var fewer = kept
                fewer.removeSubrange(start..<min(start + size, kept.count))
                if await breaks(fewer) {
                    kept = fewer
                    hasShrunk = true
                } else {
                    start += size
                }
            }
            if size == 1, !hasShrunk { break }
            size = max(1, size / 2)
        }
        return kept
    }
}

extension World {
    var outcome: SimulationOutcome {
        watch.state.withLock { state in
            SimulationOutcome(
                seed: settings.seed, digest: state.digest.value, findings: state.findings, faults: faults,
                struck: state.faults, events: state.events, phases: state.phases, steps: state.steps,
                handled: handled, milliseconds: time.now, leftOver: leftOver, story: state.lines)
        }
    }
}

/// Runs every job of a run, one after the other in the order in which they come: what the desk starts side by side has one
/// order here.
final class OneQueue: TaskExecutor {
    static let shared = OneQueue()

    private let queue = DispatchQueue(label: "jiexu.simulation")

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
    }
}
