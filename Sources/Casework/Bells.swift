/// The bells that wake those who carry effects out, rung after a commit. A bell that is missed loses nothing: what is to
/// be done stands in the store, and each of them looks there when it starts and from time to time.
package struct Bells: Sendable {
    package let outbox = Bell()
    package let effects = Bell()
    package let orders = Bell()
}

/// A bell: many may ring, one waits. Rings that come while nobody waits are heard once.
package struct Bell: Sendable {
    package let rings: AsyncStream<Void>
    private let ringing: AsyncStream<Void>.Continuation

    package init() {
        (rings, ringing) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    package func ring() { ringing.yield() }
}
