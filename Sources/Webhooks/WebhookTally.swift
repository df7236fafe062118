package import Casework
import Synchronization

/// What became of the attempts since the node started.
package final class WebhookTally: Sendable {
    private let counts = Mutex<[Result: Int64]>([:])

    package init() {}

    /// The names are published.
    package enum Result: String, Hashable, Sendable, CaseIterable {
        case delivered
        /// Not taken; it is sent again.
        case again
        /// Not taken, and not sent again: its webhook is disabled.
        case failed
        /// Given up with what waited behind it.
        case unsent
    }

    package func count(of result: Result) -> Int64 { counts.withLock { $0[result] ?? 0 } }

    func add(_ outcome: WebhookAttempt.Outcome) {
        let result: Result =
            switch outcome {
            case .delivered: .delivered
            case .again: .again
            case .failed: .failed
            case .unsent: .unsent
            }
        counts.withLock { $0[result, default: 0] += 1 }
    }
}

/// How the webhooks of a node stand, all owners together.
package struct WebhookCounts: Hashable, Sendable {
    package let active: Int
    package let disabled: Int
    /// Messages that are not taken yet.
    package let waiting: Int
    /// When the oldest of them was made; nil when none waits.
    package let oldestAt: Instant?

    package init(active: Int, disabled: Int, waiting: Int, oldestAt: Instant?) {
        self.active = active
        self.disabled = disabled
        self.waiting = waiting
        self.oldestAt = oldestAt
    }
}
