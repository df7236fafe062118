import Glibc
import NodeSettings
import Simulation

/// The slices of a nation that are done, with their totals and what they took; kept in a file after each of them.
struct NationLedger {
    private let settings: NationSettings
    private let path: String?
    private(set) var totals = NationTotals()
    private(set) var done: Set<Int> = []
    /// Of the runs before this one.
    private var earlierWall: Int64 = 0
    private var earlierProcessor: Int64 = 0
    private var earlierPeak: Int64 = 0
    private let began = NationLedger.wall
    private let processorBegan = ProcessTime.milliseconds

    /// Reads what an earlier run has noted.
    ///
    /// - Throws: when the file belongs to another nation, or is none.
    init(_ settings: NationSettings, path: String?) throws {
        self.settings = settings
        self.path = path
        guard let path, Files.exists(path) else { return }
        let lines = String(decoding: try Files.read(path, limit: 64 << 20), as: UTF8.self)
            .split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4, lines[0] == heading else {
            throw Misuse("\(path) is of another nation; give another --data, or the same seed, agencies and transfers")
        }
        let numbers = lines[2].split(separator: " ").dropFirst().compactMap { Int64($0) }
        let slices = lines[1].split(separator: " ").dropFirst().compactMap { Int($0) }
        guard numbers.count == 3, let totals = NationTotals(text: lines[3]) else {
            throw Misuse("\(path) cannot be read; remove it to begin anew")
        }
        (earlierWall, earlierProcessor, earlierPeak) = (numbers[0], numbers[1], numbers[2])
        (self.totals, done) = (totals, Set(slices))
    }

    private var heading: String {
        "jiexu-nation-1 seed \(settings.seed) agencies \(settings.agencies) transfers \(settings.transfers) slices "
            + "\(settings.slices)"
    }

    /// The slices that are still to be done.
    var open: [Int] { (0..<settings.slices).filter { !done.contains($0) } }

    /// Time of all runs together.
    var wallMilliseconds: Int64 { earlierWall + NationLedger.wall - began }
    /// Time of one processor, of all runs together.
    var processorMilliseconds: Int64 { earlierProcessor + ProcessTime.milliseconds - processorBegan }
    /// The most memory that a run has held, in KiB.
    var peakKibibytes: Int64 {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return earlierPeak }
        return max(earlierPeak, Int64(usage.ru_maxrss))
    }

    /// Adds a slice, and writes everything down.
    mutating func add(_ outcome: Nation.SliceOutcome) throws {
        guard done.insert(outcome.number).inserted else { return }
        totals.merge(outcome.totals)
        guard let path else { return }
        let slices = done.sorted().map(String.init).joined(separator: " ")
        let text =
            "\(heading)\ndone \(slices)\nmachine \(wallMilliseconds) \(processorMilliseconds) \(peakKibibytes)\n"
            + totals.text
        try Files.replace(path, Array(text.utf8), for: .group)
    }

    private static var wall: Int64 {
        var time = timespec()
        guard clock_gettime(CLOCK_MONOTONIC, &time) == 0 else { return 0 }
        return Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000
    }
}
