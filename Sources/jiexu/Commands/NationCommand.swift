import ArgumentParser
import Glibc
import NodeSettings
import Simulation

/// `jiexu nation`: a year of a country of agencies, slice by slice, and the totals of it.
struct NationCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "nation",
        abstract: "Simulate a year of a country of agencies, and add it up. 模拟全国一年的转移业务并汇总。",
        discussion: """
            Applications are lodged over the working year at real desks, which sign, send, check, book and pay; disk, road, \
            bank and people are simulated. Who goes where and how long people take are assumptions; --assumptions lists \
            them. The transfers are dealt into slices, each the whole network over the whole year with its share, so \
            that memory is bounded; slices run side by side, and with --data a run that was stopped goes on where it was. \
            The same seed, agencies, transfers and slices give the same totals. Every case is followed to its end and \
            checked; at last bugs are planted into small nations, and must be found. Ends with 0 when all checks held.
            """)

    @Option(help: "From which everything is drawn.")
    var seed: UInt64 = 1

    @Option(help: "How many agencies there are, 2 to 1000; 340 are those of the country.")
    var agencies = 340

    @Option(help: "How many transfers are lodged in the year, 1 to 5000000.")
    var transfers = 3_000_000

    @Option(help: "Into how many slices they are dealt; one for every 5000 when left out.")
    var slices: Int?

    @Option(help: "How many slices run at a time; one for each processor when left out.")
    var workers: Int?

    @Option(help: "The folder in which finished slices are noted, so that a run goes on later.")
    var data: String?

    @Option(name: .customLong("stop-after"), help: "Stop when so many slices were done by this run.")
    var stopAfter: Int?

    @Flag(help: "Only add up what --data holds.")
    var report = false

    @Flag(help: "Print the assumptions as a table and nothing else.")
    var assumptions = false

    @Flag(help: "Only found the network: how large its directory is, and how long a node takes to read it.")
    var directory = false

    @Flag(help: "As one JSON object and nothing else.")
    var json = false

    func validate() throws {
        guard (2...1_000).contains(agencies) else { throw ValidationError("--agencies: 2 to 1000") }
        guard (1...NationSettings.mostTransfers).contains(transfers) else {
            throw ValidationError("--transfers: 1 to 5000000")
        }
        if let slices, !(1...100_000).contains(slices) { throw ValidationError("--slices: 1 to 100000") }
        if let workers, !(1...256).contains(workers) { throw ValidationError("--workers: 1 to 256") }
        if let stopAfter, stopAfter < 1 { throw ValidationError("--stop-after: 1 or more") }
        if report, data == nil { throw ValidationError("--report needs --data") }
    }

    func run() async throws {
        if assumptions {
            printLine("| what | how much | why |\n|---|---|---|")
            for row in NationAssumptions().table { printLine("| \(row.words) | \(row.value) | \(row.reason) |") }
            return
        }
        let settings = NationSettings(seed: seed, agencies: agencies, transfers: transfers, slices: slices)
        if directory {
            let measured = try NationDirectory(settings)
            printLine(measured.text)
            if measured.found != agencies { throw CommandOutcome.findings }
            return
        }
        if let data { try Files.makeFolder(data) }
        var ledger = try NationLedger(settings, path: data.map { Files.join($0, "nation.txt") })
        var found: [String] = []
        if !report { found = try await goOn(settings, &ledger) }
        var controls: [NationReport.Control] = []
        if !report {
            for bug in Nation.controls {
                let finding = try await Nation.control(bug, seed: seed)
                controls.append(NationReport.Control(bug: bug, finding: finding))
            }
        }
        let report = NationReport(settings: settings, ledger: ledger, controls: controls, found: found)
        printLine(json ? report.json : report.text)
        guard report.isClean else { throw CommandOutcome.findings }
    }

    /// Carries the slices out that are not done yet.
    ///
    /// - Returns: what was found wrong, in words.
    private func goOn(_ settings: NationSettings, _ ledger: inout NationLedger) async throws -> [String] {
        let open = ledger.open
        let numbers = Array(open.prefix(stopAfter ?? open.count))
        guard !numbers.isEmpty else { return [] }
        let nation = try Nation(settings)
        let count = max(1, workers ?? sysconf(Int32(_SC_NPROCESSORS_ONLN)))
        var found: [String] = []
        var kept = ledger
        try await nation.run(slices: numbers, workers: count) { outcome in
            for finding in outcome.findings {
                found.append(
                    "slice \(outcome.number), day \(finding.at / 86_400_000): \(finding.rule): \(finding.words)")
            }
            try kept.add(outcome)
            if !json {
                CommandOutcome.say(
                    "slice \(outcome.number): \(kept.done.count) of \(settings.slices), "
                        + "\(kept.totals.sum("lodged")) transfers, \(kept.wallMilliseconds / 1_000) s")
            }
            return found.count < 20
        }
        ledger = kept
        return found
    }
}
