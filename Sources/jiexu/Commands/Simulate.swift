import ArgumentParser
import Glibc
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
            --mutant list names all of them, --mutant all plants one after the other.
            """)

    @Option(help: "The first seed.")
    var seed: UInt64 = 1

    @Option(help: "How many seeds, from the first on.")
    var seeds = 1

    @Option(help: "How many applicants each run has.")
    var cases = 20

    @Option(help: "How many agencies each run has, 2 to 8.")
    var agencies = 4

    @Option(help: "Which faults: all, none, or some of crash,disk,network,clock,bank,race,token,hostile.")
    var faults = "all"

    @Option(
        name: .customLong("keep-faults"), help: "Only the faults of these numbers, as a failing run has printed them.")
    var keepFaults: String?

    @Option(help: "Plant a bug: its name, list, or all.")
    var mutant: String?

    @Flag(inversion: .prefixedNo, help: "Look for the faults that are needed when a run fails.")
    var minimise = true

    @Flag(help: "Print the story of the run, line by line.")
    var story = false

    @Flag(help: "As one JSON object and nothing else.")
    var json = false

    func validate() throws {
        guard (1...10_000_000).contains(seeds) else { throw ValidationError("--seeds: 1 to 10000000") }
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
        try OrderOfTables.beFixed()
        if let mutant {
            let bugs = PlantedBug(rawValue: mutant).map { [$0] } ?? PlantedBug.allCases
            return try await control(bugs)
        }
        var report = SimulationReport(command: self)
        for seed in seed..<seed + UInt64(seeds) {
            let settings = try settings(seed)
            let outcome = await Simulation.run(settings)
            report.add(outcome)
            if story { for line in outcome.story { printLine(line) } }
            guard let finding = outcome.findings.first else { continue }
            guard minimise else { continue }
            let kept = await Simulation.minimise(settings, breaking: finding.rule)
            report.addReplay(outcome, kept)
            if report.replays >= SimulationReport.mostReplays { break }
        }
        printLine(json ? report.json : report.text)
        guard report.failures == 0 else { throw CommandOutcome.findings }
    }

    /// Plants one bug after the other and looks for the first seed that finds it.
    private func control(_ bugs: [PlantedBug]) async throws {
        var missed: [PlantedBug] = []
        for bug in bugs {
            var found: (seed: UInt64, finding: Watch.Finding)?
            for seed in seed..<seed + UInt64(max(seeds, 20)) where found == nil {
                var settings = try settings(seed)
                // Only what a run without the bug does not break counts.
                guard await Simulation.run(settings).isClean else { continue }
                settings.bugs = [bug]
                let outcome = await Simulation.run(settings)
                if story { for line in outcome.story { printLine(line) } }
                found = outcome.findings.first.map { (seed, $0) }
            }
            if let found {
                printLine(
                    "\(bug.rawValue): found with seed \(found.seed): \(found.finding.rule): \(found.finding.words)")
            } else {
                printLine("\(bug.rawValue): NOT FOUND within \(max(seeds, 20)) seeds")
                missed.append(bug)
            }
        }
        guard missed.isEmpty else { throw CommandOutcome.findings }
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

/// The order of hash tables is fixed in a process that was started so; one that was not starts itself once more.
enum OrderOfTables {
    private static let name = "SWIFT_DETERMINISTIC_HASHING"

    static func beFixed() throws {
        guard getenv(name) == nil else { return }
        setenv(name, "1", 1)
        var arguments: [UnsafeMutablePointer<CChar>?] = CommandLine.arguments.map { strdup($0) }
        arguments.append(nil)
        execv("/proc/self/exe", arguments)
        throw Misuse("the program could not start itself with \(name)=1; set it and run the same again")
    }
}
