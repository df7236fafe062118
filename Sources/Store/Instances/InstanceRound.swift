package import Casework
package import Logging

/// Renews the lease of this instance, and tells its board which duties it holds.
package struct InstanceRound: Sendable {
    private let store: JiexuStore
    private let board: DutyBoard
    private let logger: Logger

    /// How often within a lease it is renewed. Source: our choice; four renewals may fail.
    private static let turnsPerLease: Int64 = 5

    package init(store: JiexuStore, board: DutyBoard, logger: Logger) {
        self.store = store
        self.board = board
        self.logger = logger
    }

    /// Works until the task is cancelled: from the moment at which the instance has joined, since a node takes its time until
    /// it serves.
    package func run() async {
        guard let membership = store.membership else { return }
        let pause = membership.leaseMilliseconds / InstanceRound.turnsPerLease
        while !Task.isCancelled {
            await turn()
            try? await Task.sleep(for: .milliseconds(pause))
        }
    }

    /// One turn. What could not be renewed for as long as the lease is left to the others.
    package func turn() async {
        let before = board.claims.union(board.leaving)
        do throws(StoreError) {
            let turn = try await store.takeTurn(
                leaving: board.leaving, ended: board.ended, isServing: board.isServing)
            guard let turn else { return }
            board.take(turn.claims, leaving: turn.leaving)
            for name in turn.ended {
                logger.warning("an instance was not heard of, and has ended", metadata: ["instance": "\(name)"])
            }
            if turn.claims != before {
                logger.notice(
                    "the duties of this instance are shared anew",
                    metadata: ["duties": "\(turn.claims.map(\.duty.name).sorted().joined(separator: " "))"])
            }
        } catch {
            if store.membership?.isOverdue == true { board.take([]) }
            logger.error("the lease of this instance was not renewed", metadata: ["cause": "\(error)"])
        }
    }
}
