import Synchronization

/// Which duties this instance holds now, as the database said last. It begins with none.
///
/// Work begins under a claim when the claim is held, and is told to end when it is not, or is to be handed over. What goes
/// on after that writes nothing: the claim is compared in the transaction.
package final class DutyBoard: Sendable {
    private struct State {
        var isServing = false
        var claims: [NodeDuty: DutyClaim] = [:]
        /// Claims that are to be given back, and how many turns ago that was said first.
        var leaving: [DutyClaim: Int] = [:]
        /// How many pieces of work are under way under a claim.
        var running: [DutyClaim: Int] = [:]
    }

    private let state = Mutex(State())

    /// So many turns of renewing work may take to end, before its duty is given back all the same.
    private static let patience = 5
    private static let pause: Duration = .milliseconds(100)

    package init() {}

    /// Whether the node serves, and can see to duties.
    package var isServing: Bool { state.withLock { $0.isServing } }
    package func serve() { state.withLock { $0.isServing = true } }

    /// The claim under which work for a duty may begin; nil while another instance holds it, or it is being handed over.
    package func claim(of duty: NodeDuty) -> DutyClaim? {
        state.withLock { state in state.claims[duty].flatMap { state.leaving[$0] == nil ? $0 : nil } }
    }

    /// All claims under which work may begin.
    package var claims: Set<DutyClaim> {
        state.withLock { state in Set(state.claims.values.filter { state.leaving[$0] == nil }) }
    }

    /// What the database says: takes the place of what it said before.
    ///
    /// - Parameter leaving: those among the claims that another instance is to have.
    package func take(_ claims: Set<DutyClaim>, leaving: Set<DutyClaim> = []) {
        state.withLock { state in
            state.claims = Dictionary(claims.map { ($0.duty, $0) }) { $1 }
            state.leaving = Dictionary(uniqueKeysWithValues: leaving.map { ($0, (state.leaving[$0] ?? -1) + 1) })
        }
    }

    /// The claims that are being handed over.
    package var leaving: Set<DutyClaim> { state.withLock { Set($0.leaving.keys) } }

    /// Those of them that can be given back: what was under way has ended, or takes too long to be waited for.
    package var ended: Set<DutyClaim> {
        state.withLock { state in
            Set(state.leaving.filter { state.running[$0.key] == nil || $0.value > DutyBoard.patience }.keys)
        }
    }

    /// Does something under a claim; everything that it writes bears the claim.
    package func work<Value: Sendable>(under claim: DutyClaim, _ body: @Sendable () async -> Value) async -> Value {
        state.withLock { $0.running[claim, default: 0] += 1 }
        defer {
            state.withLock { state in
                let left = (state.running[claim] ?? 1) - 1
                state.running[claim] = left > 0 ? left : nil
            }
        }
        return await DutyClaim.$current.withValue(claim) { await body() }
    }

    /// Carries a duty out for as long as this instance holds it, each time that it does, until the task is cancelled.
    ///
    /// - Parameter body: works until it is cancelled.
    package func carry(_ duty: NodeDuty, _ body: @escaping @Sendable () async -> Void) async {
        while !Task.isCancelled {
            if let claim = claim(of: duty) {
                await withTaskGroup(of: Void.self) { group in
                    group.addTask { await self.work(under: claim, body) }
                    group.addTask {
                        while self.claim(of: duty) == claim, !Task.isCancelled {
                            try? await Task.sleep(for: DutyBoard.pause)
                        }
                    }
                    await group.next()
                    group.cancelAll()
                }
            }
            try? await Task.sleep(for: DutyBoard.pause)
        }
    }
}
