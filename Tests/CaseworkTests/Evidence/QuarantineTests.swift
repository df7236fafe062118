import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `An agency against whose log an alarm stands` {
    /// Shenzhen shows two logs of one size.
    private func alarm(_ pair: NodePair) async throws -> HeadAlarm {
        let played = PlayedLog(clock: pair.clock)
        let (first, second) = (try played.head(3), try played.head(3, fork: true, seconds: 5))
        let witness = pair.witness(pair.destination)
        _ = await witness.answer(try played.message(head: first), from: PairCast.shenzhen)
        _ = await witness.answer(try played.message(head: second), from: PairCast.shenzhen)
        return try #require(try await pair.destination.log.headAlarms(limit: 10).first)
    }

    @Test func `is quarantined for new transfers until two persons have acknowledged it`() async throws {
        try await NodePair.run { pair in
            let (store, log) = (pair.destination.realStore, pair.destination.log)
            let alarm = try await alarm(pair)
            #expect(alarm.isOpen && alarm.conflict.kind == .otherRoot)
            #expect(store.gate.quarantined == [PairCast.shenzhen])
            #expect(throws: StoreError.self) { try store.gate.passNew(with: PairCast.shenzhen) }
            try store.gate.passNew(with: PairCast.weifang)

            // A start finds it again; the same person twice is one person.
            store.gate.quarantine([])
            try await log.takeUpQuarantine()
            #expect(store.gate.isQuarantined(PairCast.shenzhen))
            for _ in 1...2 {
                let once = try await log.acknowledge(
                    alarm.id, by: "1001", account: "a", reason: "asked by telephone", at: pair.clock.now)
                #expect(once?.isOpen == true)
            }
            #expect(store.gate.isQuarantined(PairCast.shenzhen))
            let twice = try await log.acknowledge(
                alarm.id, by: "1002", account: "b", reason: "their disk was replaced", at: pair.clock.now)
            #expect(twice?.isOpen == false)
            #expect(store.gate.quarantined == [])
            try store.gate.passNew(with: PairCast.shenzhen)
            #expect(try await log.acknowledge(99, by: "1", account: "a", reason: "r", at: pair.clock.now) == nil)
            #expect(try await pair.destination.audit.verify() == [])
            let counts = try await pair.destination.audit.counts()
            #expect(counts.first { $0.kind == .acknowledgement }?.leaves == 2)
            #expect(counts.allSatisfy { $0.leaves == $0.rows })
        }
    }
}

@Suite struct `The part of a log that nobody else holds` {
    @Test func `stops new transfers after a day, and no longer once a peer holds it`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            let node = pair.origin
            let alone = WitnessRound(node.witness(among: [node]))
            _ = await alone.turn()
            #expect(try await node.log.heldHeads().unheldSeconds(at: pair.clock.now) == 0)
            pair.clock.move(milliseconds: 3_700_000)
            _ = await alone.turn()
            #expect(try await node.log.heldHeads().unheldSeconds(at: pair.clock.now) == 3_700)
            #expect(node.realStore.gate.closedToNewBecause == nil)
            pair.clock.move(milliseconds: 23 * 3_600_000)
            _ = await alone.turn()
            #expect(node.realStore.gate.closedToNewBecause != nil)
            #expect(throws: StoreError.self) { try node.realStore.gate.passNew(with: pair.destination.code) }
            let together = WitnessRound(pair.witness(node))
            _ = await together.turn()
            _ = await together.turn()
            #expect(node.realStore.gate.closedToNewBecause == nil)
            let held = try await node.log.heldHeads()
            #expect(held.heldSize == held.newestSize)
        }
    }
}

/// A note of heads in memory.
final class NotedHeads: HeadAnchor {
    nonisolated(unsafe) var newest: SignedTreeHead?
    func keep(_ head: SignedTreeHead) { newest = head }
}

@Suite struct `The head noted outside the database` {
    @Test func `shows a database that is older than it`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transferOf(2)
            let node = pair.origin
            let copy = try await node.backUp()
            _ = try await pair.transferOf(3)
            let noted = NotedHeads()
            func witness() -> WitnessDesk {
                WitnessDesk(
                    desk: node.desk, log: node.log, link: HeadRoad(from: node.code, nodes: pair.nodes),
                    gate: node.realStore.gate, anchor: noted)
            }
            _ = try await witness().newestHead(isUrgent: true)
            let head = try #require(noted.newest)
            #expect(try await witness().goesBack(toNoted: head.bytes))
            try await node.restore(copy)
            #expect(try await !witness().goesBack(toNoted: head.bytes))
            // A person takes it up: the node may start, and is recovering then.
            try await node.log.keepMissing(head, shownBy: node.code, at: pair.clock.now)
            #expect(try await witness().goesBack(toNoted: head.bytes))
            try await witness().lookBack(withinMilliseconds: 100)
            #expect(!node.realStore.gate.isOpen)
            await #expect(throws: WitnessFault.self) { try await witness().goesBack(toNoted: [1, 2, 3]) }
        }
    }
}

@Suite struct `What was lost with a part of the log` {
    @Test func `comes back as evidence, and its numbers are not given again`() async throws {
        try await NodePair.run { pair in
            let node = pair.origin
            let copy = try await node.backUp()
            let number = try await pair.transferOf(2)
            let lost = try #require(try await node.realStore.caseFile(number)).documents
            try await node.restore(copy)
            let brought = lost.map {
                RecoveredDocument(
                    epoch: 0, number: number, sender: $0.sender, sequence: $0.sequence, digest: $0.digest,
                    bytes: $0.bytes, receipt: $0.receipt, at: pair.clock.now)
            }
            #expect(try await node.log.keepRecovered(brought).count == lost.count)
            #expect(try await node.log.keepRecovered(brought) == [])
            #expect(try await node.audit.verify() == [])
            let cases = try await node.log.recoveredCases()
            #expect(cases.reduce(0) { $0 + $1.count } == lost.count)
            let counts = try await node.audit.counts()
            #expect(counts.first { $0.kind == .recovered }?.rows == Int64(lost.count))
        }
    }
}
