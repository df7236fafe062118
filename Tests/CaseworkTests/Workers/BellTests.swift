import Casework
import Testing

/// The bell outlives whoever waited for it.
@Suite struct `A bell` {
    @Test func `is heard by who waits now, whatever became of who waited before`() async {
        let bell = Bell()
        let first = Task { for await _ in bell.rings { break } }
        bell.ring()
        await first.value
        let second = Task { for await _ in bell.rings {} }
        second.cancel()
        await second.value
        let third = bell.rings
        bell.ring()
        var rings = third.makeAsyncIterator()
        #expect(await rings.next() != nil)
    }

    @Test func `is heard by who comes later`() async {
        let bell = Bell()
        bell.ring()
        bell.ring()
        var rings = bell.rings.makeAsyncIterator()
        #expect(await rings.next() != nil)
    }
}
