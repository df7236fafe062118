import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Two offices that compare their books` {
    @Test func `agree after a completed transfer, whichever of them asks`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            for node in pair.nodes {
                let reckoning = try await pair.compare(at: node)
                #expect(reckoning.differences == [])
                #expect(reckoning.cases == 1)
                let moved = MovedMoney(
                    remitted: PairCast.transfer, returned: .zero, posted: PairCast.transfer)
                let (full, empty) =
                    node.code == PairCast.weifang
                    ? (reckoning.inward, reckoning.outward) : (reckoning.outward, reckoning.inward)
                #expect([full.ours, full.theirs] == [moved, moved])
                #expect([empty.ours, empty.theirs] == [.none, .none])
                #expect(full.apart == .zero)
            }
            for node in pair.nodes {
                #expect(try await pair.openKinds(at: node) == [])
                let peer = node.code == PairCast.weifang ? PairCast.shenzhen : PairCast.weifang
                #expect(try await node.realStore.lastComparison(with: peer) == pair.clock.now)
                #expect(try await node.realStore.statementCount(of: peer, since: PairCast.noon) == 2)
            }
        }
    }

    @Test func `agree at every turn of a transfer, since what is on its way is no difference`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.lodge()
            var found: [StateDifference] = []
            try await pair.settle {
                for node in pair.nodes { found += try await pair.compare(at: node, after: 1_000).differences }
            }
            #expect(found == [])
        }
    }

    /// A case that one side has lost is found by both: the one that lost it sees that something is missing.
    @Test func `find a case that one of them has lost`() async throws {
        try await NodePair.run { pair in
            try await pair.origin.restart(lie: { _ in true })
            _ = try await pair.transfer()
            try await pair.origin.restart()
            let here = try await pair.compare(at: pair.destination)
            #expect(here.differences.map(\.kind) == [.missingThere])
            #expect(try await pair.openKinds(at: pair.origin) == [.missingHere])
            let there = try await pair.compare(at: pair.origin)
            #expect(there.differences.map(\.kind) == [.missingHere])
            #expect(try await pair.openKinds(at: pair.destination) == [.missingThere])
        }
    }

    @Test func `find what one of them has acknowledged and not kept`() async throws {
        try await NodePair.run { pair in
            try await pair.origin.restart(lie: { $0.incoming?.kind == .completionNotice })
            _ = try await pair.transfer()
            let reckoning = try await pair.compare(at: pair.destination)
            #expect(reckoning.differences.map(\.kind) == [.state, .lastDocument])
            #expect(reckoning.differences.first?.here == "completed")
            #expect(reckoning.differences.first?.there == "paid")
            #expect(reckoning.inward.apart == .zero)
            #expect(reckoning.inward.theirs.posted == .zero)
            #expect(try await pair.openKinds(at: pair.origin) == [.lastDocument, .state])
        }
    }

    @Test func `find money that came with another amount, once the banks have had their time`() async throws {
        try await NodePair.run { pair in
            pair.bank.script { [$0.worth(Money(fen: 7_991_00))] }
            _ = try await pair.transfer()
            #expect(try await pair.compare(at: pair.origin).differences == [])
            let reckoning = try await pair.compare(at: pair.origin, after: 4 * 86_400_000)
            #expect(reckoning.differences.map(\.kind) == [.amount])
            #expect(reckoning.outward.apart == Money(fen: 9_00))
            #expect(try await pair.openKinds(at: pair.destination) == [.amount])
        }
    }

    /// The notice was taken, and its sender never heard of it.
    @Test func `find a receipt that never arrived, and clear the difference when it does`() async throws {
        try await NodePair.run { pair in
            pair.road.script { $0.kind == .completionNotice ? .answerIsLost : .arrives }
            _ = try await pair.transfer()
            let young = try await pair.compare(at: pair.origin, after: 60_000)
            #expect(young.differences == [])
            let first = try await pair.compare(at: pair.origin)
            #expect(first.differences.map(\.kind) == [.lastDocument])
            // For its sender it is on its way.
            #expect(try await pair.openKinds(at: pair.destination) == [])
            let seen = try #require(try await pair.origin.realStore.openDifferences(with: nil, limit: 1).first)
            _ = try await pair.compare(at: pair.origin)
            let again = try #require(try await pair.origin.realStore.openDifferences(with: nil, limit: 1).first)
            #expect(again.firstSeen == seen.firstSeen)
            #expect(again.lastSeen > seen.lastSeen)

            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.compare(at: pair.destination).differences == [])
            #expect(try await pair.openKinds(at: pair.origin) == [])
        }
    }

    @Test func `look at all common cases, run by run`() async throws {
        try await NodePair.run { pair in
            for serial in 1...5 {
                let person = PairCast.person(serial)
                try await pair.know(.atDestination(person), .atOrigin(person))
                _ = try await pair.lodge(PairCast.application(person), key: "key-\(serial)")
            }
            try await pair.settle()
            #expect(try await pair.compare(at: pair.origin).cases == 5)
        }
    }

    @Test func `do so once a night by themselves, the lower code first`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            let (weifang, shenzhen) = (pair.destination, pair.origin)
            let nights = [weifang, shenzhen].map { TruthNight(pair.truth(at: $0), hour: 2) }
            // Never before: the night that was missed is made up for at once.
            _ = await nights[0].compareWhatIsDue()
            let first = try #require(try await shenzhen.realStore.lastComparison(with: PairCast.weifang))
            pair.clock.move(milliseconds: 3_600_000)
            for night in nights { _ = await night.compareWhatIsDue() }
            #expect(try await shenzhen.realStore.lastComparison(with: PairCast.weifang) == first)
            pair.clock.move(days: 1)
            for night in nights { _ = await night.compareWhatIsDue() }
            #expect(try await weifang.realStore.statementCount(of: PairCast.shenzhen, since: PairCast.noon) == 2)
        }
    }

    @Test(arguments: [
        (hour: 2, now: "2026-11-20T04:00:00Z", start: "2026-11-19T18:00:00Z"),
        (2, "2026-11-19T18:00:00Z", "2026-11-19T18:00:00Z"), (2, "2026-11-19T17:59:59Z", "2026-11-18T18:00:00Z"),
        (0, "2026-11-20T04:00:00Z", "2026-11-19T16:00:00Z"), (23, "2026-11-20T04:00:00Z", "2026-11-19T15:00:00Z"),
    ])
    func `know when the hour was last, in China`(hour: Int, now: String, start: String) throws {
        let moment = try #require(SigningTime(now)).secondsSince1970 * 1_000
        let found = TruthNight.newestStart(before: Instant(milliseconds: moment), hour: hour)
        #expect(found.signingTime.text == start)
    }
}

@Suite struct `A statement of another office` {
    /// What is sent instead of the statement of Shenzhen, and how it is refused.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let change: @Sendable ([UInt8]) throws -> [UInt8]
        let code: String
    }

    private static func signed(
        _ bytes: [UInt8], by key: SigningKey, at moment: Instant? = nil,
        _ change: (StateDigest) -> StateDigest = { $0 }
    ) throws -> [UInt8] {
        let jws = try JWS.parse(bytes, typ: .stateDigest, maximumBytes: 1 << 20)
        let digest = change(try StateDigest(decoding: jws.payload))
        return try key.sign(payload: try digest.encoded(), typ: .stateDigest, at: moment?.signingTime ?? digest.asOf)
    }

    private static func with(
        _ digest: StateDigest, from sender: AgencyCode? = nil, to recipient: AgencyCode? = nil,
        asOf: SigningTime? = nil
    ) -> StateDigest {
        StateDigest(
            sender: sender ?? digest.sender, recipient: recipient ?? digest.recipient, serial: digest.serial,
            asOf: asOf ?? digest.asOf, endedWithinDays: digest.endedWithinDays, range: digest.range, cases: digest.cases
        )
    }

    private static let network = PairNetwork.shared

    static let rows = [
        Row(
            testDescription: "with a byte altered",
            change: { bytes in
                var bytes = bytes
                let place = bytes.count - 20
                bytes[place] = bytes[place] == UInt8(ascii: "A") ? UInt8(ascii: "B") : UInt8(ascii: "A")
                return bytes
            }, code: "jws-signature"),
        Row(
            testDescription: "signed by another agency",
            change: { try signed($0, by: network.key(of: PairCast.wuhan)) }, code: "signer-not-sender"),
        Row(
            testDescription: "in the name of another agency",
            change: { bytes in
                try signed(bytes, by: network.key(of: PairCast.shenzhen)) { with($0, from: PairCast.wuhan) }
            }, code: "signer-not-sender"),
        Row(
            testDescription: "for another agency",
            change: { bytes in
                try signed(bytes, by: network.key(of: PairCast.shenzhen)) { with($0, to: PairCast.wuhan) }
            }, code: "wrong-recipient"),
        Row(
            testDescription: "of an hour ago",
            change: { bytes in
                let old = PairCast.noon.adding(milliseconds: -3_600_000).signingTime
                return try signed(bytes, by: network.key(of: PairCast.shenzhen)) { with($0, asOf: old) }
            }, code: "time"),
        Row(
            testDescription: "with a key that was taken",
            change: { try signed($0, by: network.revokedKey) }, code: "key-revoked"),
        Row(
            testDescription: "that is a document",
            change: { bytes in
                let jws = try JWS.parse(bytes, typ: .stateDigest, maximumBytes: 1 << 20)
                return try network.key(of: PairCast.shenzhen).sign(
                    payload: jws.payload, typ: .document, at: jws.header.signingTime)
            }, code: "jws-typ"),
    ]

    @Test(arguments: rows) func `is refused, and nothing of it is kept`(row: Row) async throws {
        try await NodePair.run { pair in
            let truth = pair.truth(at: pair.origin, changed: row.change)
            let fault = await #expect(throws: TruthFault.self) { try await truth.compare(with: PairCast.weifang) }
            guard case .delivery(let found)? = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(found.code == row.code)
            let kept = try await pair.destination.realStore.statementCount(of: PairCast.shenzhen, since: PairCast.noon)
            #expect(kept == 0)
        }
    }

    @Test func `is not taken a second time`() async throws {
        try await NodePair.run { pair in
            let desk = pair.truth(at: pair.destination)
            let range = StateDigest.Range(after: nil, through: nil)
            let statement = StateDigest(
                sender: PairCast.shenzhen, recipient: PairCast.weifang, serial: 7, asOf: PairCast.noon.signingTime,
                endedWithinDays: 31, range: range, cases: [])
            let bytes = try Self.network.key(of: PairCast.shenzhen).sign(
                payload: try statement.encoded(), typ: .stateDigest, at: PairCast.noon.signingTime)
            guard case .receipt = await desk.answer(bytes, from: PairCast.shenzhen) else {
                Issue.record("the first is answered")
                return
            }
            guard case .problem(let problem) = await desk.answer(bytes, from: PairCast.shenzhen) else {
                Issue.record("the second is refused")
                return
            }
            #expect(problem.code == "serial-used-before")
        }
    }

    /// A peer learns nothing of cases that it has no part in, not even that they exist.
    @Test func `gets no answer about the cases of others`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            pair.clock.move(days: 1)
            let statement = StateDigest(
                sender: PairCast.wuhan, recipient: PairCast.weifang, serial: 1, asOf: pair.clock.now.signingTime,
                endedWithinDays: 31, range: StateDigest.Range(after: nil, through: nil),
                cases: [CaseStatement(number: number, state: .open, sent: nil, received: nil, money: .none)])
            let bytes = try Self.network.key(of: PairCast.wuhan).sign(
                payload: try statement.encoded(), typ: .stateDigest, at: pair.clock.now.signingTime)
            guard
                case .receipt(let answer) = await pair.truth(at: pair.destination).answer(
                    bytes, from: PairCast.wuhan)
            else {
                Issue.record("it is answered")
                return
            }
            let jws = try JWS.parse(answer, typ: .stateDigest, maximumBytes: 1 << 20)
            #expect(try StateDigest(decoding: jws.payload).cases == [])
        }
    }
}
