package import Casework
import Synchronization

/// Counts how often something came from somewhere, in memory: so many times in so long, and then a wait.
///
/// A node that starts again has forgotten all of it, as it has all sessions.
package final class TryWindow: Sendable {
    private struct Count {
        var times: Int
        let began: Instant
    }

    private let counts = Mutex<[String: Count]>([:])
    private let most: Int
    private let milliseconds: Int64
    /// No more places are counted: beyond them those are forgotten whose time is over, and then all.
    private static let mostPlaces = 50_000

    package init(most: Int, milliseconds: Int64) {
        self.most = most
        self.milliseconds = milliseconds
    }

    /// Counts one, and says whether it was one too many.
    ///
    /// - Returns: nil when it may go on; else after how many seconds it may.
    package func take(_ place: String, at now: Instant) -> Int? {
        counts.withLock { counts in
            make(room: &counts, at: now)
            let known = counts[place].flatMap { isOver($0, at: now) ? nil : $0 }
            var count = known ?? Count(times: 0, began: now)
            guard count.times < most else { return seconds(count, at: now) }
            count.times += 1
            counts[place] = count
            return nil
        }
    }

    /// After how many seconds the place may go on; nil at once. Counts nothing.
    package func wait(_ place: String, at now: Instant) -> Int? {
        counts.withLock { counts in
            guard let count = counts[place], !isOver(count, at: now), count.times >= most else { return nil }
            return seconds(count, at: now)
        }
    }

    private func isOver(_ count: Count, at now: Instant) -> Bool {
        now.milliseconds - count.began.milliseconds >= milliseconds || now < count.began
    }

    private func seconds(_ count: Count, at now: Instant) -> Int {
        Int((count.began.milliseconds + milliseconds - now.milliseconds + 999) / 1_000)
    }

    private func make(room counts: inout [String: Count], at now: Instant) {
        guard counts.count >= TryWindow.mostPlaces else { return }
        counts = counts.filter { !isOver($0.value, at: now) }
        if counts.count >= TryWindow.mostPlaces { counts = [:] }
    }
}
