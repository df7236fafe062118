import Glibc
import NodeSettings
import Simulation

/// The slices of a nation that are done, with their totals and what they took; kept in a file after each of them.
struct NationLedger {
    private let path: String?
    private var note: NationNote
    private let began = SystemClock().steadyMilliseconds
    private let processorBegan = ProcessTime.milliseconds

    /// Reads what an earlier run has noted.
    ///
    /// - Throws: when the file belongs to another nation, or is none.
    init(_ settings: NationSettings, path: String?) throws {
        self.path = path
        note = NationNote(settings)
        guard let path, Files.exists(path) else { return }
        let text = String(decoding: try Files.read(path, limit: 64 << 20), as: UTF8.self)
        do throws(NationNote.Fault) {
            try note.goOn(from: text)
        } catch {
            switch error {
            case .another:
                throw Misuse(
                    "\(path) is of another nation; give another --data, or the same seed, agencies and transfers")
            case .damaged: throw Misuse("\(path) cannot be read; remove it to begin anew")
            }
        }
    }

    var totals: NationTotals { note.totals }
    var done: Set<Int> { note.done }
    var open: [Int] { note.open }

    /// Time of all runs together.
    var wallMilliseconds: Int64 { note.wallMilliseconds + SystemClock().steadyMilliseconds - began }
    /// Time of one processor, of all runs together.
    var processorMilliseconds: Int64 { note.processorMilliseconds + ProcessTime.milliseconds - processorBegan }
    /// The most memory that a run has held, in KiB.
    var peakKibibytes: Int64 {
        var usage = rusage()
        guard getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return note.peakKibibytes }
        return max(note.peakKibibytes, Int64(usage.ru_maxrss))
    }

    /// Adds a slice, and writes everything down.
    mutating func add(_ outcome: Nation.SliceOutcome) throws {
        note.add(outcome)
        guard let path else { return }
        var written = note
        written.wallMilliseconds = wallMilliseconds
        written.processorMilliseconds = processorMilliseconds
        written.peakKibibytes = peakKibibytes
        try Files.replace(path, Array(written.text.utf8), for: .group)
    }
}
