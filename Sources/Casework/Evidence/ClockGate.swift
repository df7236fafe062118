import Synchronization
package import TransferCore

/// Whether a node may sign what carries its time. It may not once its clock was set by more than the bound while it ran,
/// or more than half of the peers that it has heard of show another time: a document with a wrong date is evidence of
/// something that was not so, and a head that is dated into the future makes every later one late.
///
/// What is closed by a jump opens when the clock is back, or when the peers agree with it; what is closed by the peers
/// opens when they agree again.
///
/// Source: reliability handbook, T3.
package final class ClockGate: Sendable {
    /// How far apart clocks may be, in milliseconds: five minutes, as for what peers sign.
    package static let boundMilliseconds: Int64 = 300_000

    private struct State {
        /// The clock and the steady clock at one moment at which nothing spoke against the clock.
        var base: (wall: Instant, steadyMilliseconds: Int64)?
        /// By how much the clock has been set since.
        var movedMilliseconds: Int64 = 0
        /// Of each peer, whether it disagreed when it was last heard of.
        var disagrees: [AgencyCode: Bool] = [:]

        var hasMajorityAgainst: Bool { disagrees.values.count { $0 } * 2 > disagrees.count }
        var hasMoved: Bool { movedMilliseconds.magnitude > ClockGate.boundMilliseconds.magnitude }
    }

    private let state = Mutex(State())

    /// Open.
    package init() {}

    /// Compares the clock with one that nobody sets.
    ///
    /// - Parameter steadyMilliseconds: how long the machine has been up, its sleep included.
    package func look(wall: Instant, steadyMilliseconds: Int64) {
        state.withLock { state in
            guard let base = state.base else {
                state.base = (wall, steadyMilliseconds)
                return
            }
            let passed = steadyMilliseconds - base.steadyMilliseconds
            state.movedMilliseconds = wall.milliseconds - base.wall.milliseconds - passed
        }
    }

    /// What a peer's freshly signed time says of ours.
    package func note(_ peer: AgencyCode, disagrees: Bool) {
        state.withLock { state in
            state.disagrees[peer] = disagrees
            // Where the peers agree, a jump was a correction: what comes is measured from here.
            if !disagrees, !state.hasMajorityAgainst {
                state.base = nil
                state.movedMilliseconds = 0
            }
        }
    }

    /// Why nothing may be signed, in words for operators; nil while all is well.
    package var closedBecause: String? {
        state.withLock { state in
            if state.hasMajorityAgainst {
                let against = state.disagrees.filter(\.value).keys.sorted().map(\.text).joined(separator: ", ")
                return "the clock is more than five minutes from that of \(against)"
            }
            return state.hasMoved ? "the clock was set by \(state.movedMilliseconds / 1_000) s while the node ran" : nil
        }
    }
}

extension Instant {
    /// Whether a rest that was to last until this moment is over. It is also when so much is left of it as no rest ever
    /// lasts: then the clock was set back meanwhile, and nobody waits for years.
    ///
    /// - Parameter longestMilliseconds: the longest rest of this kind.
    package func isPast(at now: Instant, longestMilliseconds: Int64) -> Bool {
        self <= now || self > now.adding(milliseconds: longestMilliseconds)
    }
}
