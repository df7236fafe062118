import Synchronization

/// What the newest commits have left to be done, handed over in memory by a store to those who carry it out, so that they
/// need not read it back.
///
/// It is a short cut and not the truth, which is what stands in the store: whenever something may be missing here, whoever
/// takes is told to look there. That is so at first, after a commit of which it is unknown what became of it, when somebody
/// else has written to the same store, and when more was left than is kept.
package final class FreshWork: Sendable {
    private let state = Mutex(State())

    /// Of each kind so much is kept; what comes after it is found in the store.
    private static let limit = 10_000

    private struct State {
        var outbox = Box<OutboxEntry>()
        var effects = Box<OpenEffect>()
        /// The position that the next leaf must have if nothing was written that is not known here.
        var nextLeaf: Int64?
    }

    /// What was left and not yet taken.
    package struct Taken<Work: Sendable>: Sendable {
        /// In the order in which it was committed.
        package let work: [Work]
        /// Whether nothing was left besides since it was taken last; otherwise the store has to be looked at.
        package let isWhole: Bool
    }

    private struct Box<Work: Sendable> {
        var work: [Work] = []
        var isWhole = false
        /// Nothing is kept for those who never come.
        var isTaken = false

        mutating func put(_ left: [Work]) {
            guard isTaken, isWhole else { return }
            guard work.count + left.count <= FreshWork.limit else { return lose() }
            work += left
        }

        mutating func lose() { (work, isWhole) = ([], false) }

        mutating func take() -> Taken<Work> {
            defer { (work, isWhole, isTaken) = ([], true, true) }
            return Taken(work: work, isWhole: isWhole)
        }
    }

    package init() {}

    /// Keeps what a transaction has left. Is called after each commit that wrote leaves, in the order of the commits.
    ///
    /// - Parameter leaves: the positions of the leaves that the transaction wrote. They have no gaps over all transactions,
    ///   and nothing is left to be done without one.
    package func put(outbox: [OutboxEntry], effects: [OpenEffect], leaves: Range<Int64>) {
        state.withLock { state in
            if state.nextLeaf != leaves.lowerBound {
                state.outbox.lose()
                state.effects.lose()
            }
            state.nextLeaf = leaves.upperBound
            state.outbox.put(outbox)
            state.effects.put(effects)
        }
    }

    /// Hands over the documents that have no receipt yet. Whoever takes them has to look into the store afterwards if they
    /// are not whole.
    package func takeOutbox() -> Taken<OutboxEntry> { state.withLock { $0.outbox.take() } }

    /// Hands over the effects, as ``takeOutbox()`` does the documents.
    package func takeEffects() -> Taken<OpenEffect> { state.withLock { $0.effects.take() } }
}

/// When somebody who is handed work looks into the store nevertheless: when something may be missing, and now and then,
/// whatever he was handed.
struct Looks: Sendable {
    private var ticks = 0
    private var isDue = true

    private static let ticksBetween = 5

    /// Time has passed: 200 milliseconds.
    mutating func tick() {
        ticks += 1
        if ticks >= Looks.ticksBetween { isDue = true }
    }

    /// Whether the store is looked at before what was handed over is taken up. It comes first: what was not handed over stands
    /// before what was, and is not looked for behind it. Where the look fails nothing is taken up, so that the next one begins
    /// at the same place and finds it.
    ///
    /// - Parameter fresh: nil where nothing is handed over.
    mutating func comeBefore<Work>(_ fresh: FreshWork.Taken<Work>?) -> Bool {
        guard let fresh else { return true }
        if !fresh.isWhole { isDue = true }
        return isDue
    }

    /// The store was looked at, up to what is newest in it.
    mutating func done() { (ticks, isDue) = (0, false) }
}
