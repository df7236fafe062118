import Casework
import Glibc
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
    private var broken: [(seed: UInt64, rule: String, words: String, replay: String)] = []
    private(set) var replays = 0
    private(set) var failures = 0
    private let began = SystemClock().now.milliseconds
    private let cpuBegan = ProcessTime.milliseconds

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
        replays += 1
        replayLines.append(replay(outcome, kept) + " --story")
        replayLines += words
    }

    mutating func addFailure(_ outcome: SimulationOutcome, _ finding: Watch.Finding, _ kept: [Int]) {
        broken.append((outcome.seed, finding.rule, finding.words, replay(outcome, kept)))
    }

    /// The command that makes the same run again.
    private func replay(_ outcome: SimulationOutcome, _ kept: [Int]) -> String {
        let list = kept.map(String.init).joined(separator: ",")
        let all = kept.count == outcome.faults.count
        return "jiexu simulate --seed \(outcome.seed) --cases \(command.cases) --agencies \(command.agencies)"
            + (command.faults == "all" ? "" : " --faults \(command.faults)")
            + (all ? "" : kept.isEmpty ? " --keep-faults 0" : " --keep-faults \(list)")
    }

    private var hash: String { String(digest.value, radix: 16) }

    private var elapsed: Int { max(1, Int(SystemClock().now.milliseconds - began)) }
    /// Time of one processor.
    private var used: Int { max(1, Int(ProcessTime.milliseconds - cpuBegan)) }

    private func perMinute(_ milliseconds: Int) -> Int { runs * 60_000 / milliseconds }

    var text: String {
        var lines = [
            "\(runs) runs of \(command.cases) applicants at \(command.agencies) agencies: \(steps) steps, \(handled) "
                + "events, \(milliseconds / 86_400_000) days, in \(elapsed) ms (\(perMinute(elapsed)) runs a minute; "
                + "\(perMinute(used)) a minute of one processor)",
            "digest \(hash)",
            "what struck: " + list(struck),
            "phases: " + list(phases),
            "events: " + list(events),
        ]
        if !leftOver.isEmpty { lines.append("not ended: " + list(leftOver)) }
        lines += found.map { "FOUND \($0)" } + replayLines
        if broken.count > replays { lines += broken.dropFirst(replays).map(\.replay) }
        lines.append(failures == 0 ? "nothing was found" : "\(failures) runs broke a rule")
        return lines.joined(separator: "\n")
    }

    private func list(_ counts: [String: Int]) -> String {
        counts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    var json: String {
        let bytes = try? JSONWriter.object { json in
            json.field("seeds", runs)
            json.field("cases", runs * command.cases)
            json.field("steps", steps)
            json.field("events", handled)
            json.field("simulatedDays", Int(milliseconds / 86_400_000))
            json.field("milliseconds", elapsed)
            json.field("processorMilliseconds", used)
            json.field("seedsPerMinute", perMinute(elapsed))
            json.field("seedsPerProcessorMinute", perMinute(used))
            json.field("faults", struck.filter { !$0.key.hasPrefix("staff ") }.values.reduce(0, +))
            json.field("digest", hash)
            json.field("failures", failures)
            for (name, counts) in [
                ("struck", struck), ("phases", phases), ("caseEvents", events), ("notEnded", leftOver),
            ] {
                json.object(name) { json in
                    for (key, count) in counts.sorted(by: { $0.key < $1.key }) { json.field(key, count) }
                }
            }
            json.array("failing", broken) { json, item in
                json.object { json in
                    json.field("seed", Int(item.seed))
                    json.field("rule", item.rule)
                    json.field("words", item.words)
                    json.field("replay", item.replay)
                }
            }
            json.array("found", found) { json, text in json.value(text) }
            json.array("replays", replayLines) { json, text in json.value(text) }
        }
        return bytes.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }
}

/// How long this process has used a processor.
enum ProcessTime {
    static var milliseconds: Int64 {
        var time = timespec()
        guard clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
