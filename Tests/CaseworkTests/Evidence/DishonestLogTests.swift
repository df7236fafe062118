import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

/// What a node does with the heads of a peer that is not honest.
@Suite struct `A peer that rewrites its history` {
    struct Case: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let message: @Sendable (PlayedLog) throws -> [UInt8]
        let code: String
        var kind: HeadConflict.Kind?
    }

    /// Weifang holds the head of seven leaves; what is shown to it next.
    static let cases = [
        Case(
            testDescription: "shows a smaller log", message: { try $0.message(head: $0.head(6, seconds: 1)) },
            code: "head-smaller", kind: .smaller),
        Case(
            testDescription: "shows another log of the same size",
            message: { try $0.message(head: $0.head(7, fork: true, seconds: 1)) }, code: "head-other-root",
            kind: .otherRoot),
        Case(
            testDescription: "shows a larger log of another history",
            message: {
                try $0.message(head: $0.head(9, fork: true, seconds: 1), proofs: [PlayedLog.proof(7, 9, fork: true)])
            }, code: "head-inconsistent", kind: .inconsistent),
        Case(
            testDescription: "proves nothing", message: { try $0.message(head: $0.head(9, seconds: 1)) },
            code: "head-unproven"),
        Case(
            testDescription: "shows a head that was overtaken on its way",
            message: { try $0.message(head: $0.head(6, seconds: -1)) }, code: "head-late"),
        Case(
            testDescription: "signs with a key that nobody knows",
            message: { try $0.message(head: $0.head(9, seconds: 1, key: PairNetwork.shared.unknownKey)) },
            code: "key-unknown"),
        Case(
            testDescription: "shows the head of another agency as its own",
            message: { log in
                let head = TreeHead(
                    agency: PairCast.wuhan, epoch: 1, size: 9, root: MerkleTree.leaf([1]),
                    atMilliseconds: log.clock.now.milliseconds)
                let key = PairNetwork.shared.key(of: PairCast.wuhan)
                let bytes = try log.sign(head.encoded(), .treeHead, at: log.clock.now, key: key)
                return try log.message(head: SignedTreeHead(head: head, bytes: bytes))
            }, code: "signer-not-sender"),
        Case(
            testDescription: "dates a head into the future",
            message: { try $0.message(head: $0.head(9, seconds: 3_600)) }, code: "time"),
        Case(
            testDescription: "sends an old message again",
            message: { try $0.message(head: nil, seconds: -3_600) }, code: "time"),
        Case(
            testDescription: "sends a message for somebody else",
            message: { try $0.message(to: PairCast.wuhan, head: nil) }, code: "wrong-recipient"),
        Case(
            testDescription: "has its message signed by another agency",
            message: { try $0.message(head: nil, key: PairNetwork.shared.key(of: PairCast.wuhan)) },
            code: "signer-not-sender"),
    ]

    @Test(arguments: cases) func `is refused, and the evidence is kept`(item: Case) async throws {
        try await NodePair.run(records: false) { pair in
            let played = PlayedLog(clock: pair.clock)
            let witness = pair.witness(pair.destination)
            let first = try played.head(7)
            #expect(await witness.answer(try played.message(head: first), from: PairCast.shenzhen).problemCode == nil)
            let shown = try item.message(played)
            let answer = await witness.answer(shown, from: PairCast.shenzhen)
            #expect(answer.problemCode == item.code)
            if item.code.hasPrefix("head-"), case .problem(let problem) = answer {
                #expect(problem.status == 409)
                #expect(problem.treeSize == 7)
            }
            let conflicts = try await pair.destination.log.headConflicts(limit: 10)
            #expect(conflicts.map(\.kind) == (item.kind.map { [$0] } ?? []))
            #expect(conflicts.allSatisfy { $0.held == first })
            #expect(try await pair.destination.log.newestHead(of: PairCast.shenzhen) == first)
            // The same again is no new evidence.
            _ = await witness.answer(shown, from: PairCast.shenzhen)
            #expect(try await pair.destination.log.headConflicts(limit: 10).count == conflicts.count)
        }
    }

    @Test func `cannot push a head back by racing`() async throws {
        try await NodePair.run(records: false) { pair in
            let played = PlayedLog(clock: pair.clock)
            let log = pair.destination.log
            let (small, large) = (try played.head(5), try played.head(7, seconds: 1))
            try await log.keep(large, after: nil, proof: [], at: pair.clock.now)
            await #expect(throws: StoreError.caseMovedOn) {
                try await log.keep(small, after: nil, proof: [], at: pair.clock.now)
            }
            #expect(try await log.newestHead(of: PairCast.shenzhen) == large)
        }
    }

    @Test func `cannot make us recover with a head that is not ours`() async throws {
        try await NodePair.run(records: false) { pair in
            let played = PlayedLog(clock: pair.clock)
            let head = TreeHead(
                agency: PairCast.weifang, epoch: 1, size: 1_000, root: MerkleTree.leaf([1]),
                atMilliseconds: pair.clock.now.milliseconds)
            let forged = try played.sign(head.encoded(), .treeHead, at: pair.clock.now)
            let answer = await pair.witness(pair.destination).answer(
                try played.message(head: nil, held: [forged, try played.head(9).bytes]), from: PairCast.shenzhen)
            #expect(answer.problemCode == nil)
            #expect(pair.destination.realStore.gate.isOpen)
        }
    }

    /// Weifang and Wuhan, both of which Shenzhen has shown a head.
    private func withThree(_ use: (NodePair, PairNode, PlayedLog) async throws -> Void) async throws {
        try await NodePair.run(records: false) { pair in
            let wuhan = try await PairNode(
                PairCast.wuhan, folder: pair.destination.folder, clock: pair.clock, road: pair.road, bank: pair.bank,
                directory: pair.directory)
            defer { wuhan.close() }
            try await use(pair, wuhan, PlayedLog(clock: pair.clock))
        }
    }

    @Test func `is found when it shows two logs of one size to two peers`() async throws {
        try await withThree { pair, wuhan, played in
            let nodes = [pair.destination, wuhan]
            for (node, fork) in [(pair.destination, false), (wuhan, true)] {
                let message = try played.message(to: node.code, head: played.head(7, fork: fork))
                let answer = await node.witness(among: nodes).answer(message, from: PairCast.shenzhen)
                #expect(answer.problemCode == nil)
            }
            try await wuhan.witness(among: nodes).exchange(with: PairCast.weifang)
            for (node, other) in [(pair.destination, wuhan), (wuhan, pair.destination)] {
                let conflicts = try await node.log.headConflicts(limit: 10)
                #expect(conflicts.map(\.kind) == [.forked])
                #expect(conflicts.map(\.shownBy) == [other.code])
            }
        }
    }

    @Test func `is found when the two logs have different sizes, as soon as it has to prove`() async throws {
        try await withThree { pair, wuhan, played in
            let nodes = [pair.destination, wuhan]
            let (straight, forked) = (try played.head(7), try played.head(9, fork: true))
            for (node, head) in [(pair.destination, straight), (wuhan, forked)] {
                let message = try played.message(to: node.code, head: head)
                _ = await node.witness(among: nodes).answer(message, from: PairCast.shenzhen)
            }
            try await wuhan.witness(among: nodes).exchange(with: PairCast.weifang)
            let log = pair.destination.log
            #expect(try await log.shownHeads(of: PairCast.shenzhen, limit: 8) == [forked])
            #expect(try await pair.destination.logAudit().unproven.count == 1)

            // Weifang asks for both; a proof from its own head only leaves the other one open.
            let head = try played.head(12, seconds: 2)
            let witness = pair.destination.witness(among: nodes)
            let partly = try played.message(head: head, proofs: [PlayedLog.proof(7, 12)])
            #expect(await witness.answer(partly, from: PairCast.shenzhen).problemCode == nil)
            #expect(try await log.shownHeads(of: PairCast.shenzhen, limit: 8) == [forked])
            #expect(try await log.headConflicts(limit: 8) == [])
            let whole = try played.message(
                head: head, proofs: [PlayedLog.proof(7, 12), PlayedLog.proof(9, 12, fork: true)])
            _ = await witness.answer(whole, from: PairCast.shenzhen)
            #expect(try await log.headConflicts(limit: 8).map(\.kind) == [.forked])
            #expect(try await log.shownHeads(of: PairCast.shenzhen, limit: 8) == [])
        }
    }

    @Test func `is not suspected when it has only grown between two showings`() async throws {
        try await withThree { pair, wuhan, played in
            let nodes = [pair.destination, wuhan]
            for (node, size) in [(pair.destination, 7), (wuhan, 9)] {
                let message = try played.message(to: node.code, head: played.head(size))
                _ = await node.witness(among: nodes).answer(message, from: PairCast.shenzhen)
            }
            try await wuhan.witness(among: nodes).exchange(with: PairCast.weifang)
            let message = try played.message(
                head: played.head(12, seconds: 2), proofs: [PlayedLog.proof(7, 12), PlayedLog.proof(9, 12)])
            _ = await pair.destination.witness(among: nodes).answer(message, from: PairCast.shenzhen)
            for node in nodes { #expect(try await node.log.headConflicts(limit: 8) == []) }
            #expect(try await pair.destination.log.shownHeads(of: PairCast.shenzhen, limit: 8) == [])
        }
    }
}
