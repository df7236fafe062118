import Synchronization

/// The bells that wake those who carry effects out, rung after a commit. A bell that is missed loses nothing: what is to
/// be done stands in the store, and each of them looks there when it starts and from time to time.
package struct Bells: Sendable {
    package let outbox = Bell()
    package let effects = Bell()
    package let orders = Bell()
}

/// A bell: many may ring, one waits. Rings that come while nobody waits are heard once.
package final class Bell: Sendable {
    private struct State {
        var waiting: AsyncStream<Void>.Continuation?
        var isRung = false
    }

    private let state = Mutex(State())

    package init() {}

    /// The rings from now on, and one for those that nobody has heard. Whoever waited before hears none any more: a stream
    /// ends with the task that waits on it, and the bell outlives both.
    package var rings: AsyncStream<Void> {
        let (rings, waiting) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        state.withLock { state in
            if state.isRung { waiting.yield() }
            state = State(waiting: waiting)
        }
        return rings
    }

    package func ring() {
        state.withLock { state in
            guard let waiting = state.waiting else { return state.isRung = true }
            if case .terminated = waiting.yield() { state = State(isRung: true) }
        }
    }
}
