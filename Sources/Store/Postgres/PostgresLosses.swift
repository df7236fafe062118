import Synchronization

/// How often the connections of one database that write were lost: those that read go to the same server, and one that has
/// nothing under way would find out only by waiting for it.
final class PostgresLosses: Sendable {
    private let losses = Atomic(0)

    var count: Int { losses.load(ordering: .acquiring) }

    func add() { losses.add(1, ordering: .acquiringAndReleasing) }
}
