import ArgumentParser
import Simulation

/// `jiexu simulate`: agencies, network, bank, clocks, disks and people from one seed, and checks that look on.
struct Simulate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Run the whole network in simulation, from a seed, with faults. 以随机种子模拟全网运行与故障。",
        discussion: """
            The desks, documents, signatures and files are the real ones; disk, network, bank, clocks and people are \
            simulated, and go wrong as the seed says. The same seed makes the same run. Checks that share no code with the \
            desks look at every write. When one of them finds something, the faults are cut down to those that are needed, \
            and the command that replays them is printed. Ends with 0 when nothing was found, with 1 when something was.

            With --mutant a bug is planted around the desks, and it must be found: the control of the checks. \
            --mutant list names all of them, --mutants plants one after the other and tells how many seeds each took.
            """)

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "Many seeds in one process: FROM..TO, both included.")
    var seeds: String?

    @Option(help: "Many seeds in one process: so many, from the first on.")
    var count: Int?

    @Option(help: "How many applicants each run has.")
    var cases = 20

    @Option(help: "How many agencies each run has, 2 to 8.")
    var agencies = 4

    @Option(help: "Which faults: all, none, or some of crash,disk,network,clock,bank,race,token,hostile,backup.")
    var faults = "all"

    @Option(
        name: .customLong("keep-faults"), help: "Only the faults of these numbers, as a failing run has printed them.")
    var keepFaults: String?

    @Option(help: "Plant a bug: its name, list, or all.")
    var mutant: String?

    @Flag(help: "Plant all bugs, one after the other: the same as --mutant all.")
    var mutants = false

    @Flag(inversion: .prefixedNo, help: "Look for the faults that are needed when a run fails.")
    var minimise = true

    @Flag(help: "Print the story of the run, line by line.")
    var story = false

    @Flag(help: "As one JSON object and nothing else.")
    var json = false

    func validate() throws {
        _ = try range()
        guard (1...400).contains(cases) else { throw ValidationError("--cases: 1 to 400") }
        guard (2...8).contains(agencies) else { throw ValidationError("--agencies: 2 to 8") }
        _ = try families()
        _ = try keptFaults()
        if let mutant, mutant != "list", mutant != "all", PlantedBug(rawValue: mutant) == nil {
            throw ValidationError("--mutant: no bug is called \(mutant); --mutant list names them")
        }
    }

    func run() async throws {
        if mutant == "list" {
            for bug in PlantedBug.allCases { printLine("\(bug.rawValue): \(bug.words)") }
            return
        }
        if mutants || mutant != nil {
            let bugs = mutant.flatMap(PlantedBug.init(rawValue:)).map { [$0] } ?? PlantedBug.allCases
            return try await control(bugs)
        }
        var report = SimulationReport(command: self)
        for seed in try range() {
            let settings = try settings(seed)
            let outcome = await Simulation.run(settings)
            report.add(outcome)
            if story { for line in outcome.story { printLine(line) } }
            guard let finding = outcome.findings.first else { continue }
            var kept = outcome.faults.map(\.id)
            if minimise, report.replays < SimulationReport.mostReplays {
                kept = await Simulation.minimise(settings, breaking: finding.rule)
                report.addReplay(outcome, kept)
            }
            report.addFailure(outcome, finding, kept)
        }
        printLine(json ? report.json : report.text)
        guard report.failures == 0 else { throw CommandOutcome.findings }
    }

    /// Plants one bug after the other and looks for the first seed that finds it.
    private func control(_ bugs: [PlantedBug]) async throws {
        let seeds = try range()
        let last = max(seeds.upperBound, seeds.lowerBound + Simulate.fewestSeeds - 1)
        var table = MutantTable()
        for bug in bugs {
            var found: (seed: UInt64, finding: Watch.Finding)?
            var tried = 0
            for seed in seeds.lowerBound...last where found == nil {
                var settings = try settings(seed)
                // Only what a run without the bug does not break counts.
                guard await table.isClean(settings) else { continue }
                tried += 1
                settings.bugs = [bug]
                let outcome = await Simulation.run(settings)
                if story { for line in outcome.story { printLine(line) } }
                found = outcome.findings.first.map { (seed, $0) }
            }
            table.add(bug, tried: tried, found)
            if !json { printLine(table.newest) }
        }
        if json { printLine(table.json) }
        guard table.missed == 0 else { throw CommandOutcome.findings }
    }

    /// A bug is looked for in so many seeds at least.
    private static let fewestSeeds: UInt64 = 60

    /// The seeds that are asked for.
    private func range() throws -> ClosedRange<UInt64> {
        let bounds = 1...UInt64(10_000_000)
        if let count {
            guard seeds == nil, bounds.contains(UInt64(max(0, count))) else {
                throw ValidationError("--count: 1 to 10000000, and not together with --seeds")
            }
            return seed...seed + UInt64(count) - 1
        }
        guard let seeds else { return seed...seed }
        let parts = seeds.split(separator: ".", omittingEmptySubsequences: true).map(String.init)
        guard parts.count == 2, seeds.contains(".."), let first = UInt64(parts[0]), let last = UInt64(parts[1]),
            first <= last, bounds.contains(last - first + 1)
        else { throw ValidationError("--seeds: FROM..TO, such as 1..1000, ten million at most") }
        return first...last
    }

    private func settings(_ seed: UInt64) throws -> SimulationSettings {
        var settings = SimulationSettings(
            seed: seed, cases: cases, agencies: agencies, families: try families(), keptFaults: try keptFaults())
        settings.isRecording = story
        return settings
    }

    private func families() throws -> Set<SimulatedFault.Family> {
        switch faults {
        case "all": return Set(SimulatedFault.Family.allCases)
        case "none": return []
        default:
            return Set(
                try faults.split(separator: ",").map { word in
                    guard let family = SimulatedFault.Family(rawValue: String(word)) else {
                        throw ValidationError("--faults: \(word) is none of them")
                    }
                    return family
                })
        }
    }

    private func keptFaults() throws -> Set<Int>? {
        guard let keepFaults else { return nil }
        return Set(
            try keepFaults.split(separator: ",").map { word in
                guard let number = Int(word) else {
                    throw ValidationError("--keep-faults: numbers with commas between them, such as 3,17")
                }
                return number
            })
    }
}
