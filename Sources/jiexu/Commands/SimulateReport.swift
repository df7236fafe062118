import Casework
import Simulation
import TransferDocuments

/// What many runs of the simulation came to.
struct SimulationReport {
    private let command: Simulate
    private var runs = 0
    private var steps = 0
    private var handled = 0
    private var milliseconds: Int64 = 0
    private var digest = RunningDigest()
    private var struck: [String: Int] = [:]
    private var events: [String: Int] = [:]
    private var phases: [String: Int] = [:]
    private var leftOver: [String: Int] = [:]
    private var found: [String] = []
    private var replayLines: [String] = []
    private(set) var replays = 0
    private(set) var failures = 0
    private let began = SystemClock().now.seconds

    /// After so many failing seeds nobody reads on.
    static let mostReplays = 5

    init(command: Simulate) { self.command = command }

    mutating func add(_ outcome: SimulationOutcome) {
        runs += 1
        steps += outcome.steps
        handled += outcome.handled
        milliseconds += outcome.milliseconds
        digest.add(Int64(bitPattern: outcome.digest))
        struck.merge(outcome.struck, uniquingKeysWith: +)
        events.merge(outcome.events, uniquingKeysWith: +)
        phases.merge(outcome.phases, uniquingKeysWith: +)
        for standing in outcome.leftOver { leftOver[standing, default: 0] += 1 }
        guard !outcome.isClean else { return }
        failures += 1
        for finding in outcome.findings.prefix(3) {
            found.append("seed \(outcome.seed), \(finding.at / 3_600_000) h: \(finding.rule): \(finding.words)")
        }
    }

    mutating func addReplay(_ outcome: SimulationOutcome, _ kept: [Int]) {
        let words = outcome.faults.filter { kept.contains($0.id) }.map { "  \($0)" }
        let list = kept.map(String.init).joined(separator: ",")
        replays += 1
        replayLines.append(
            "jiexu simulate --seed \(outcome.seed) --cases \(command.cases) --agencies \(command.agencies)"
                + (command.faults == "all" ? "" : " --faults \(command.faults)")
                + (kept.isEmpty ? " --keep-faults 0" : " --keep-faults \(list)") + " --story")
        replayLines += words
    }

    private var hash: String { String(digest.value, radix: 16) }

    var text: String {
        let seconds = max(1, Int(SystemClock().now.seconds - began))
        var lines = [
            "\(runs) runs of \(command.cases) applicants at \(command.agencies) agencies: \(steps) steps, \(handled) "
                + "events, \(milliseconds / 86_400_000) days, in \(seconds) s (\(runs * 60 / seconds) runs a minute)",
            "digest \(hash)",
            "what struck: " + list(struck),
            "phases: " + list(phases),
            "events: " + list(events),
        ]
        if !leftOver.isEmpty { lines.append("not ended: " + list(leftOver)) }
        lines += found.map { "FOUND \($0)" } + replayLines
        lines.append(failures == 0 ? "nothing was found" : "\(failures) runs broke a rule")
        return lines.joined(separator: "\n")
    }

    private func list(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    var json: String {
        let bytes = try? JSONWriter.object { json in
            json.field("runs", runs)
            json.field("steps", steps)
            json.field("events", handled)
            json.field("simulatedDays", Int(milliseconds / 86_400_000))
            json.field("seconds", max(1, Int(SystemClock().now.seconds - began)))
            json.field("digest", hash)
            json.field("failures", failures)
            for (name, counts) in [
                ("struck", struck), ("phases", phases), ("caseEvents", events), ("notEnded", leftOver),
            ] {
                json.object(name) { json in
                    for (key, count) in counts.sorted(by: { $0.key < $1.key }) { json.field(key, count) }
                }
            }
            json.array("found", found) { json, text in json.value(text) }
            json.array("replays", replayLines) { json, text in json.value(text) }
        }
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}
