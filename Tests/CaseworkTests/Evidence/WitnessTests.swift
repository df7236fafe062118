import Casework
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Two nodes that watch each other's logs` {
    @Test func `hold each other's newest heads, each going on from the one before`() async throws {
        try await NodePair.run { pair in
            for serial in 2...4 {
                _ = try await pair.transferOf(serial)
                #expect(try await pair.exchange(pair.origin))
                for (node, other) in [(pair.origin, pair.destination), (pair.destination, pair.origin)] {
                    let own = try #require(try await node.log.newestOwnHead())
                    #expect(try await node.log.tree().size == own.head.size)
                    #expect(try await other.log.newestHead(of: node.code) == own)
                }
            }
            // Nothing is new: nothing is kept.
            #expect(try await pair.exchange(pair.destination))
            for node in pair.nodes {
                #expect(try await node.logFindings() == [])
                let outcome = try await node.logAudit()
                #expect(outcome.peerHeads == 3)
                #expect(outcome.ownHeads == 3)
                #expect(outcome.conflicts == [])
                #expect(node.realStore.gate.isOpen)
            }
        }
    }

    @Test func `sign one head a second at most, and the same for the same log`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            let witness = pair.witness(pair.origin)
            let first = try #require(try await witness.newestHead())
            try await pair.origin.log.note(.key(certificate: MerkleTree.emptyRoot), at: pair.clock.now)
            #expect(try await witness.newestHead() == first)
            pair.clock.move(milliseconds: 1_000)
            let second = try #require(try await witness.newestHead())
            #expect(second.head.size == first.head.size + 1)
            pair.clock.move(milliseconds: -3_600_000)
            try await pair.origin.log.note(.key(certificate: DocumentDigest(of: [1])), at: pair.clock.now)
            let third = try #require(try await witness.newestHead())
            #expect(third.head.atMilliseconds > second.head.atMilliseconds, "a clock that was set back")
        }
    }

    @Test func `learn of a restored backup before the node serves, and what was lost stays lost`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transferOf(2)
            try await pair.exchange(pair.origin)
            let backup = try await pair.origin.backUp()
            _ = try await pair.transferOf(3)
            try await pair.exchange(pair.origin)
            let newest = try #require(try await pair.origin.log.newestOwnHead())
            try await pair.origin.restore(backup)

            let witness = pair.witness(pair.origin)
            try await witness.lookBack(withinMilliseconds: 60_000)
            #expect(try #require(witness.gate.closedBecause).contains("\(newest.head.size) leaves"))
            #expect(try await pair.origin.log.missingHead() == newest)
            #expect(try await witness.newestHead() == nil, "a recovering node signs no heads")

            // It takes nothing, and orders nothing.
            _ = try await pair.transferOf(4)
            #expect(try await pair.origin.realStore.caseList(CaseFilter()).count == 1)
            await #expect(throws: StoreError.self) {
                try await pair.origin.realStore.assignOrderMessage("m", at: pair.clock.now, limit: 1)
            }

            // After a start it still knows, also when nobody answers.
            try await pair.origin.restart()
            let alone = pair.origin.witness(among: [])
            try await alone.lookBack(withinMilliseconds: 60_000)
            #expect(!alone.gate.isOpen)

            let epoch = try await pair.origin.log.acceptLoss(reason: "the disk broke", at: pair.clock.now)
            #expect(epoch == 2)
            _ = await WitnessRound(pair.witness(pair.origin)).turn()
            #expect(pair.origin.realStore.gate.isOpen)
            #expect(try await pair.exchange(pair.origin))
            let conflicts = try await pair.destination.log.headConflicts(limit: 10)
            #expect(conflicts.map(\.kind) == [.restarted])
            #expect(conflicts.first?.held == newest)
            #expect(try await pair.origin.logFindings() == [])
            #expect(try await pair.destination.logFindings() == [])
        }
    }

    @Test func `are not asked for long`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            try await pair.origin.witness(among: []).lookBack(withinMilliseconds: 60_000)
            #expect(pair.origin.realStore.gate.isOpen, "nobody has answered, and nothing is known to be wrong")
        }
    }

    /// Somebody with access to the file changes an event, its leaf and everything behind it.
    @Test func `see a tail that was rewritten, also when the node's own heads were taken away`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            try await pair.exchange(pair.origin)
            let file = try #require(try await pair.origin.store.caseFile(number))
            let event = file.events[1]
            let leaf = LeafEntry.event(
                Dossier.Event(
                    branch: event.branch, name: event.name, code: event.code, atMilliseconds: event.at.milliseconds,
                    actor: "nobody", cause: event.cause, attachment: event.attachment),
                sequence: 2, of: number)
            try await pair.origin.tamper(
                """
                UPDATE events SET actor = 'nobody' WHERE sequence = 2;
                UPDATE audit_leaves SET hash = \(TestStore.bytes(leaf.hex)) WHERE kind = 'event' AND subject = 2;
                """)
            #expect(try await pair.origin.audit.verify() == [], "each leaf is that of its row")
            #expect(try await pair.origin.logAudit().findings.map(\.row).contains { $0.hasPrefix("own head") })
            let alone = pair.origin.witness(among: [])
            try await alone.lookBack(withinMilliseconds: 60_000)
            #expect(!alone.gate.isOpen)

            try await pair.origin.tamper("DELETE FROM own_heads; DELETE FROM missing_heads;")
            #expect(try await pair.origin.logFindings() == [], "alone it cannot know")
            let witness = pair.witness(pair.origin)
            try await witness.lookBack(withinMilliseconds: 60_000)
            #expect(!witness.gate.isOpen)
        }
    }

    private static let zeros = TestStore.bytes(String(repeating: "0", count: 64))

    static let damages = [
        "UPDATE events SET actor = 'nobody' WHERE sequence = 2",
        "DELETE FROM events WHERE sequence = 2",
        "DELETE FROM audit_leaves WHERE position = 3",
        "DELETE FROM audit_leaves WHERE position = (SELECT max(position) FROM audit_leaves)",
        """
        UPDATE audit_leaves SET position = 999999 WHERE position = 3;
        UPDATE audit_leaves SET position = 3 WHERE position = 4;
        UPDATE audit_leaves SET position = 4 WHERE position = 999999
        """,
        "UPDATE own_heads SET root = \(zeros)",
        "UPDATE peer_heads SET bytes = \(TestStore.bytes("7B7D"))",
        "INSERT INTO log_subtrees (level, place, hash) VALUES (8, 0, \(zeros))",
        "UPDATE log_notes SET digest = \(zeros)",
    ]

    @Test(arguments: damages.indices) func `find what was changed`(place: Int) async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            try await pair.witness(pair.origin).noteCircumstances(certificate: DocumentDigest(of: [1]))
            try await pair.exchange(pair.origin)
            #expect(try await pair.origin.logFindings() == [])
            try await pair.origin.tamper(Self.damages[place] + ";")
            let findings = try? await pair.origin.logFindings()
            #expect(findings != [], "nothing was found")
        }
    }
}
