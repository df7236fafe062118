import Synchronization

/// How often the connections of one database were lost: all of them go to the same server, and one that has nothing under way
/// would find out only by waiting for it.
final class PostgresLosses: Sendable {
    private let losses = Atomic(0)
    private let suspicions = Atomic(0)

    /// Of connections that write. The others are opened anew then.
    var count: Int { losses.load(ordering: .acquiring) }

    /// Of connections that read: a long list may have been too much for a server that is well. The others ask it first.
    var suspicionCount: Int { suspicions.load(ordering: .acquiring) }

    func add() { losses.add(1, ordering: .acquiringAndReleasing) }

    func suspect() { suspicions.add(1, ordering: .acquiringAndReleasing) }
}
