/// What a run of a nation writes down after each slice, so that it goes on from there when it was stopped.
package struct NationNote: Hashable, Sendable {
    private let heading: String
    private let slices: Int
    package private(set) var totals = NationTotals()
    package private(set) var done: Set<Int> = []
    /// Time of all runs before, of the clock and of one processor, and the most memory that one of them held in KiB.
    package var wallMilliseconds: Int64 = 0
    package var processorMilliseconds: Int64 = 0
    package var peakKibibytes: Int64 = 0

    package init(_ settings: NationSettings) {
        slices = settings.slices
        heading =
            "jiexu-nation-1 seed \(settings.seed) agencies \(settings.agencies) transfers \(settings.transfers) slices "
            + "\(settings.slices)"
    }

    /// The slices that are still to be done, in their order.
    package var open: [Int] { (0..<slices).filter { !done.contains($0) } }

    /// Adds a slice; one that is there already is not added twice.
    package mutating func add(_ outcome: Nation.SliceOutcome) {
        guard done.insert(outcome.number).inserted else { return }
        totals.merge(outcome.totals)
    }

    /// Four parts, one a line but for the last: which nation it is, the slices that are done, what the machine needed, and
    /// the totals.
    package var text: String {
        let numbers = done.sorted().map { " \($0)" }.joined()
        return "\(heading)\ndone\(numbers)\nmachine \(wallMilliseconds) \(processorMilliseconds) \(peakKibibytes)\n"
            + totals.text
    }

    /// Why a note is not read.
    package enum Fault: Error, Hashable, Sendable {
        /// It is of another nation.
        case another
        /// It is no note, or not whole.
        case damaged
    }

    /// Takes over what ``text`` of an earlier run says.
    package mutating func goOn(from text: String) throws(Fault) {
        let lines = text.split(separator: "\n", maxSplits: 3, omittingEmptySubsequences: false)
        guard lines.count == 4, lines[0] == heading else { throw .another }
        let words = lines[1].split(separator: " ").dropFirst()
        let numbers = words.compactMap { Int($0) }
        let machine = lines[2].split(separator: " ").dropFirst().compactMap { Int64($0) }
        guard numbers.count == words.count, numbers.allSatisfy({ (0..<slices).contains($0) }), machine.count == 3,
            let totals = NationTotals(text: lines[3]), totals["slices"] == Int64(numbers.count)
        else { throw .damaged }
        (wallMilliseconds, processorMilliseconds, peakKibibytes) = (machine[0], machine[1], machine[2])
        (self.totals, done) = (totals, Set(numbers))
    }
}
