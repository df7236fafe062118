/// How fast a backlog goes out: an even rate, so that a peer that comes back after days gets what has gathered for it
/// without taking this node's processors, its disk and its bank from everybody else.
///
/// Each document that a peer takes calls for more work on both sides, so it is the documents that are counted and not the
/// bytes.
package struct BacklogPace: Hashable, Sendable {
    package let perSecond: Int64
    /// What may go now, in thousandths of a document.
    private var thousandths: Int64
    private var countedAt: Instant

    /// A clock that jumps ahead lets no more than one second's worth go at once.
    private static let longestMilliseconds: Int64 = 1_000

    /// - Parameter perSecond: documents.
    package init(perSecond: Int, at now: Instant) {
        self.perSecond = Int64(perSecond)
        thousandths = 0
        countedAt = now
    }

    /// How many documents may go at a moment.
    package mutating func allowance(at now: Instant) -> Int {
        // A clock that was set back gives nothing, and counts from there.
        let elapsed = min(max(0, now.milliseconds - countedAt.milliseconds), BacklogPace.longestMilliseconds)
        thousandths = min(thousandths + elapsed * perSecond, BacklogPace.longestMilliseconds * perSecond)
        countedAt = now
        return Int(thousandths / 1_000)
    }

    /// So many went, of those that might.
    package mutating func take(_ count: Int) { thousandths -= Int64(count) * 1_000 }
}
