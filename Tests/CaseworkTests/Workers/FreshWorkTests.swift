import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Work handed over in memory` {
    private var number: CaseNumber {
        get throws {
            let destination = try #require(AgencyCode("370700"))
            return try #require(CaseNumber(destination: destination, year: 2026, serial: 1))
        }
    }

    private func entry(_ position: Int64) throws -> OutboxEntry {
        OutboxEntry(
            position: position, number: try number,
            recipient: try #require(AgencyCode("440300")), sequence: 1, digest: DocumentDigest(of: []), bytes: [])
    }

    @Test func `is not whole before somebody has come for it, and whole from then on`() throws {
        let fresh = FreshWork()
        fresh.put(outbox: [try entry(1)], effects: [], leaves: 0..<2)
        let first = fresh.takeOutbox()
        #expect(!first.isWhole && first.work.isEmpty)
        fresh.put(outbox: [try entry(2)], effects: [], leaves: 2..<5)
        fresh.put(outbox: [try entry(3)], effects: [], leaves: 5..<6)
        let second = fresh.takeOutbox()
        #expect(second.isWhole)
        #expect(second.work.map(\.position) == [2, 3])
    }

    @Test func `is not whole after somebody else has written in between, and the next time it is`() throws {
        let fresh = FreshWork()
        fresh.put(outbox: [], effects: [], leaves: 0..<1)
        _ = fresh.takeOutbox()
        fresh.put(outbox: [try entry(1)], effects: [], leaves: 3..<4)
        let gap = fresh.takeOutbox()
        #expect(!gap.isWhole && gap.work.isEmpty)
        fresh.put(outbox: [try entry(2)], effects: [], leaves: 4..<5)
        #expect(fresh.takeOutbox().isWhole)
    }

    @Test func `is not whole when more was left than is kept`() throws {
        let fresh = FreshWork()
        _ = fresh.takeOutbox()
        fresh.put(outbox: [], effects: [], leaves: 0..<1)
        _ = fresh.takeOutbox()
        let entries = try (1...6_000).map { try entry($0) }
        fresh.put(outbox: entries, effects: [], leaves: 1..<2)
        fresh.put(outbox: entries, effects: [], leaves: 2..<3)
        let taken = fresh.takeOutbox()
        #expect(!taken.isWhole && taken.work.isEmpty)
    }

    @Test func `is handed to those who deliver and to those who carry out, each for himself`() throws {
        let fresh = FreshWork()
        fresh.put(outbox: [], effects: [], leaves: 0..<1)
        (_, _) = (fresh.takeOutbox(), fresh.takeEffects())
        let effect = OpenEffect(
            id: 7, number: try number, kind: .review, attempts: 0,
            dueAt: Instant(milliseconds: 0))
        fresh.put(outbox: [try entry(1)], effects: [effect], leaves: 1..<2)
        #expect(fresh.takeOutbox().work.count == 1)
        #expect(fresh.takeEffects().work == [effect])
        #expect(fresh.takeEffects().work.isEmpty)
    }
}
