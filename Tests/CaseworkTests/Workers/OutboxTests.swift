import Casework
import Store
import Synchronization
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The outbox` {
    /// A link whose answers the test gives: at once, never, or by a fault. It keeps the order of what it saw.
    private final class PlayedLink: PeerLink {
        typealias Play = @Sendable (_ document: DocumentHead, _ peer: AgencyCode) async throws(DeliveryFault) -> Void

        private let seen = Mutex<[(AgencyCode, DocumentHead)]>([])
        private let play = Mutex<Play>({ _, _ in })

        func script(_ new: @escaping Play) { play.withLock { $0 = new } }
        var sent: [(peer: AgencyCode, head: DocumentHead)] { seen.withLock { $0.map { ($0.0, $0.1) } } }

        /// How many documents each request had.
        var requests: [Int] { batches.withLock { $0 } }
        private let batches = Mutex<[Int]>([])

        func deliver(_ documents: [CaseDocument], to peer: AgencyCode) async -> [Result<[UInt8], DeliveryFault>] {
            batches.withLock { $0.append(documents.count) }
            return await deliverOneByOne(documents, to: peer)
        }

        func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
            guard let jws = try? JWS.parse(document, typ: .document, maximumBytes: Desk.longestDocument),
                let head = try? DocumentHead(decoding: jws.payload)
            else { preconditionFailure("the outbox sends documents") }
            seen.withLock { $0.append((peer, head)) }
            try await play.withLock { $0 }(head, peer)
            let receipt = Receipt(
                caseNumber: head.caseNumber, sender: head.sender, recipient: peer, sequence: head.sequence,
                digest: jws.payloadDigest, result: .accepted, receivedAt: PairCast.noon.signingTime, receiver: "node")
            do {
                return try PairNetwork.shared.key(of: peer).sign(
                    payload: try receipt.encoded(), typ: .receipt, at: PairCast.noon.signingTime)
            } catch { preconditionFailure("a receipt can be signed: \(error)") }
        }
    }

    private static let down = DeliveryFault(code: "connect", detail: "nobody there", concernsPeer: true)
    private static let notTaken = DeliveryFault(code: "out-of-order", detail: "not yet", concernsPeer: false)

    /// Weifang with letters to be sent: so many to each of some origins.
    private static func letters(
        _ origins: [(AgencyCode, Int)], _ pair: NodePair, after first: Int = 0
    ) async throws -> [AgencyCode: [CaseNumber]] {
        var numbers: [AgencyCode: [CaseNumber]] = [:]
        var serial = first
        for (origin, count) in origins {
            for _ in 0..<count {
                serial += 1
                let person = PairCast.person(serial)
                try await pair.know(.atDestination(person), nil)
                numbers[origin, default: []].append(
                    try await pair.lodge(PairCast.application(person, origin: origin), key: "key-\(serial)"))
            }
        }
        for effect in try await pair.destination.store.openEffects(after: 0, limit: 1_000) {
            try await pair.destination.desk.carryOut(effect)
        }
        return numbers
    }

    private static func waiting(_ pair: NodePair) async throws -> [AgencyCode: Int] {
        try await pair.destination.store.counts().outboxByRecipient
    }

    /// What was handed over stood behind what was not, and the store was looked at behind both: such a document waited until
    /// the node was started again.
    @Test func `delivers what stands before what was handed over, though the first look has failed`() async throws {
        try await NodePair.run { pair in
            let store = try #require(pair.destination.store as? FaultyStore)
            _ = try await Self.letters([(PairCast.shenzhen, 3)], pair)
            let entries = try await store.outbox(after: 0, limit: 10)
            #expect(entries.count == 3)
            let fresh = FreshWork()
            fresh.put(outbox: [], effects: [], leaves: 0..<1)
            store.play(fresh, blindLooks: 1)
            let outbox = Outbox(desk: pair.destination.desk, link: PlayedLink())
            try await running({ await outbox.run() }) {
                try await eventually("a look has failed") { store.blindLooks == 0 }
                fresh.put(outbox: Array(entries.dropFirst(2)), effects: [], leaves: 1..<2)
                pair.destination.desk.bells.outbox.ring()
                try await eventually("all is delivered") { try await Self.waiting(pair).isEmpty }
            }
        }
    }

    @Test func `delivers everything that waits, and what comes while it runs`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 20), (PairCast.wuhan, 20)], pair)
            let link = PlayedLink()
            let outbox = Outbox(desk: pair.destination.desk, link: link)
            try await running({ await outbox.run() }) {
                try await eventually("all is delivered") { try await Self.waiting(pair).isEmpty }
                let person = PairCast.person(41)
                try await pair.know(.atDestination(person), nil)
                _ = try await pair.lodge(PairCast.application(person), key: "later")
                for effect in try await pair.destination.store.openEffects(after: 0, limit: 10) {
                    try await pair.destination.desk.carryOut(effect)
                }
                try await eventually("the later one is delivered") { link.sent.count == 41 }
                try await eventually("its receipt is kept") { try await Self.waiting(pair).isEmpty }
            }
            #expect(Set(link.sent.map(\.head.caseNumber)).count == 41)
        }
    }

    @Test func `sends the documents of one case in their order, one after the other`() async throws {
        try await NodePair.run { pair in
            pair.road.script { $0.from == PairCast.shenzhen ? .isKeptBack : .arrives }
            let number = try await pair.transfer(PairCast.application(branches: [.medical, .housing]))
            let onTheWay = Mutex(0)
            let link = PlayedLink()
            link.script { _, _ throws(DeliveryFault) in
                let together = onTheWay.withLock { count in
                    count += 1
                    return count
                }
                #expect(together == 1)
                for _ in 0..<20 { await Task.yield() }
                onTheWay.withLock { $0 -= 1 }
            }
            let outbox = Outbox(desk: pair.origin.desk, link: link)
            try await running({ await outbox.run() }) {
                try await eventually("all is delivered") {
                    try await pair.origin.store.counts().outboxByRecipient.isEmpty
                }
            }
            #expect(link.sent.map(\.head.sequence) == Array(1...5))
            #expect(Set(link.sent.map(\.head.caseNumber)) == [number])
        }
    }

    @Test func `tries a peer that is down with one document, and sends all when it is up again`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 10)], pair)
            let link = PlayedLink()
            link.script { _, _ throws(DeliveryFault) in throw Self.down }
            var limits = Outbox.Limits()
            limits.inFlightPerPeer = 4
            let outbox = Outbox(desk: pair.destination.desk, link: link, limits: limits)
            try await running({ await outbox.run() }) {
                try await eventually("the peer was found to be down") {
                    await outbox.peers.first?.inFlight == 0 && link.sent.count >= 4
                }
                // The clock stands: whatever the rest is, it is not over.
                let tried = link.sent.count
                #expect(tried == 4)
                for round in 1...3 {
                    pair.clock.move(milliseconds: 30_001)
                    pair.destination.desk.bells.outbox.ring()
                    try await eventually("it was tried again") {
                        await outbox.peers.first?.inFlight == 0 && link.sent.count == tried + round
                    }
                }
                link.script { _, _ in }
                pair.clock.move(milliseconds: 30_001)
                pair.destination.desk.bells.outbox.ring()
                try await eventually("all is delivered") { try await Self.waiting(pair).isEmpty }
                #expect(await outbox.peers.map(\.failures) == [0])
            }
        }
    }

    @Test func `puts what is ready into one request, each case once and no more than fit`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 20)], pair)
            let link = PlayedLink()
            var limits = Outbox.Limits()
            limits.inFlightPerPeer = 16
            limits.documentsPerRequest = 8
            let outbox = Outbox(desk: pair.destination.desk, link: link, limits: limits)
            try await running({ await outbox.run() }) {
                try await eventually("all is delivered") { try await Self.waiting(pair).isEmpty }
            }
            #expect(link.requests == [8, 8, 4])
            #expect(Set(link.sent.map(\.head.caseNumber)).count == 20)
        }
    }

    /// The certificate and the form of a case once needed a round each.
    @Test func `puts documents of one case behind one another into one request, which takes them in their order`()
        async throws
    {
        try await NodePair.run { pair in
            let numbers = try await Self.answered(3, pair)
            let link = DeskLink(from: PairCast.shenzhen, to: pair.destination.desk)
            let outbox = Outbox(desk: pair.origin.desk, link: link)
            try await running({ await outbox.run() }) {
                try await eventually("all is delivered") {
                    try await pair.origin.store.counts().outboxByRecipient.isEmpty
                }
            }
            #expect(link.requests == [6])
            for number in numbers {
                let file = try #require(try await pair.destination.store.caseFile(number))
                #expect(file.documents.map(\.kind) == [.acceptanceLetter, .contributionCertificate, .informationForm])
                #expect(file.documents.allSatisfy { !$0.isRefused })
            }
        }
    }

    @Test func `sends what stood behind another at once to a peer that looks at each document by itself`() async throws
    {
        try await NodePair.run { pair in
            _ = try await Self.answered(3, pair)
            let link = DeskLink(
                from: PairCast.shenzhen, to: pair.destination.desk, looksAtEachByItself: true)
            let outbox = Outbox(desk: pair.origin.desk, link: link)
            try await running({ await outbox.run() }) {
                // The clock stands: what has to rest is not sent again.
                try await eventually("all is delivered") {
                    try await pair.origin.store.counts().outboxByRecipient.isEmpty
                }
                #expect(await outbox.peers.map(\.failures) == [0])
            }
            #expect(link.requests == [6, 3])
        }
    }

    /// The origin with answers to be sent: a certificate and a form in each case.
    private static func answered(_ count: Int, _ pair: NodePair) async throws -> [CaseNumber] {
        for serial in 1...count { try await pair.know(nil, .atOrigin(PairCast.person(serial))) }
        let numbers = try #require(try await letters([(PairCast.shenzhen, count)], pair)[PairCast.shenzhen])
        let link = DeskLink(from: PairCast.weifang, to: pair.origin.desk)
        for entry in try await pair.destination.store.outbox(after: 0, limit: 100) {
            try await pair.destination.desk.deliver(entry, over: link)
        }
        for effect in try await pair.origin.store.openEffects(after: 0, limit: 100) {
            try await pair.origin.desk.carryOut(effect)
        }
        return numbers
    }

    @Test func `lets a document that is not taken hold up no other of its request`() async throws {
        try await NodePair.run { pair in
            let numbers = try await Self.letters([(PairCast.shenzhen, 6)], pair)
            let bad = try #require(numbers[PairCast.shenzhen]?[2])
            let link = PlayedLink()
            link.script { head, _ throws(DeliveryFault) in if head.caseNumber == bad { throw Self.notTaken } }
            let outbox = Outbox(desk: pair.destination.desk, link: link)
            try await running({ await outbox.run() }) {
                try await eventually("the others are delivered") {
                    try await Self.waiting(pair) == [PairCast.shenzhen: 1]
                }
                try await eventually("nothing is on its way") { await outbox.peers.first?.inFlight == 0 }
                #expect(await outbox.peers.map(\.failures) == [0])
            }
            #expect(link.requests == [6])
        }
    }

    /// Eight requests that failed together were eight failures, and the pause was that of a peer that is away for long.
    @Test func `rests once for what fails together`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 4)], pair)
            let link = PlayedLink()
            link.script { _, _ throws(DeliveryFault) in
                // All are on their way before one of them fails.
                for _ in 0..<6_000 where link.sent.count < 4 { try? await Task.sleep(for: .milliseconds(5)) }
                throw Self.down
            }
            var limits = Outbox.Limits()
            (limits.inFlightPerPeer, limits.documentsPerRequest) = (4, 1)
            let outbox = Outbox(desk: pair.destination.desk, link: link, limits: limits)
            try await running({ await outbox.run() }) {
                try await eventually("all have failed") {
                    let peer = await outbox.peers.first
                    return link.sent.count == 4 && peer?.inFlight == 0 && peer?.failures != 0
                }
                #expect(await outbox.peers.map(\.failures) == [1])
            }
        }
    }

    @Test func `is not held up by one peer that is slow or down`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.wuhan, 50), (PairCast.jinan, 0), (PairCast.shenzhen, 30)], pair)
            let mayAnswer = Mutex(false)
            let link = PlayedLink()
            link.script { _, peer throws(DeliveryFault) in
                // Wuhan answers nothing until the test lets it.
                while peer == PairCast.wuhan, !Task.isCancelled, !mayAnswer.withLock({ $0 }) {
                    try? await Task.sleep(for: .milliseconds(5))
                }
            }
            let outbox = Outbox(desk: pair.destination.desk, link: link)
            try await running({ await outbox.run() }) {
                try await eventually("Shenzhen has all of its own") {
                    try await Self.waiting(pair)[PairCast.shenzhen] == nil
                }
                #expect(try await Self.waiting(pair) == [PairCast.wuhan: 50])
                mayAnswer.withLock { $0 = true }
                try await eventually("Wuhan has its own too") { try await Self.waiting(pair).isEmpty }
            }
        }
    }

    /// A document that its peer does not take once made the whole peer rest.
    @Test func `is not held up by a document that its peer does not take`() async throws {
        try await NodePair.run { pair in
            let numbers = try await Self.letters([(PairCast.shenzhen, 30)], pair)
            let stuck = try #require(numbers[PairCast.shenzhen]?[3])
            let link = PlayedLink()
            link.script { head, _ throws(DeliveryFault) in
                if head.caseNumber == stuck { throw Self.notTaken }
            }
            var limits = Outbox.Limits()
            limits.inFlightPerPeer = 1
            let outbox = Outbox(desk: pair.destination.desk, link: link, limits: limits)
            try await running({ await outbox.run() }) {
                try await eventually("all others are delivered") {
                    try await Self.waiting(pair) == [PairCast.shenzhen: 1]
                }
                // The clock stands, so that it is not sent again meanwhile.
                #expect(link.sent.count { $0.head.caseNumber == stuck } == 1)
                let delivery = try #require(try await pair.destination.store.deliveries(of: stuck).first)
                try await eventually("the cause is kept for people") {
                    try await pair.destination.store.deliveries(of: stuck).first?.lastError?
                        .hasPrefix("out-of-order") == true
                }
                #expect(delivery.deliveredAt == nil)
                for tries in 2...3 {
                    pair.clock.move(milliseconds: 30_001)
                    pair.destination.desk.bells.outbox.ring()
                    try await eventually("it is sent again at the slowest pace") {
                        link.sent.count { $0.head.caseNumber == stuck } == tries
                    }
                }
                link.script { _, _ in }
                pair.clock.move(milliseconds: 30_001)
                pair.destination.desk.bells.outbox.ring()
                try await eventually("it is delivered in the end") { try await Self.waiting(pair).isEmpty }
            }
        }
    }

    @Test func `sends nothing to a peer that is held, and everything when it is let go`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 5), (PairCast.wuhan, 5)], pair)
            let link = PlayedLink()
            let outbox = Outbox(desk: pair.destination.desk, link: link)
            await outbox.hold(PairCast.wuhan, by: "zhou", .maintenanceThere)
            try await running({ await outbox.run() }) {
                try await eventually("Shenzhen has its own") { try await Self.waiting(pair) == [PairCast.wuhan: 5] }
                #expect(!link.sent.contains { $0.peer == PairCast.wuhan })
                #expect(await outbox.peers.map(\.isHeld) == [true, false])
                await outbox.resume(PairCast.wuhan)
                try await eventually("Wuhan has its own") { try await Self.waiting(pair).isEmpty }
            }
        }
    }

    @Test func `of one of several instances delivers what is its own, and the rest once that is its own too`()
        async throws
    {
        let (here, there) = (NodeDuty.outbox(for: PairCast.shenzhen), NodeDuty.outbox(for: PairCast.wuhan))
        #expect(here != there)
        let claims = [here, there].map { DutyClaim($0, epoch: 1) }
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 5), (PairCast.wuhan, 5)], pair)
            let link = PlayedLink()
            let duties = DutyBoard()
            let outbox = Outbox(desk: pair.destination.desk, link: link, duties: duties)
            try await running({ await outbox.run() }) {
                duties.take([claims[0]])
                try await eventually("Shenzhen has its own") { try await Self.waiting(pair) == [PairCast.wuhan: 5] }
                #expect(!link.sent.contains { $0.peer == PairCast.wuhan })
                duties.take(Set(claims))
                try await eventually("Wuhan has its own") { try await Self.waiting(pair).isEmpty }
            }
            #expect(link.sent.count == 10)
        }
    }

    @Test func `leaves what was on its way when its part passes on, and takes it up again with the part`() async throws
    {
        let duty = NodeDuty.outbox(for: PairCast.shenzhen)
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 10)], pair)
            let link = PlayedLink()
            let duties = DutyBoard()
            let claims = Mutex<[DutyClaim?]>([])
            link.script { _, _ throws(DeliveryFault) in
                claims.withLock { $0.append(DutyClaim.current) }
                duties.take([])
                throw Self.down
            }
            let outbox = Outbox(desk: pair.destination.desk, link: link, duties: duties)
            try await running({ await outbox.run() }) {
                duties.take([DutyClaim(duty, epoch: 1)])
                try await eventually("something was on its way") { !link.sent.isEmpty }
                try await eventually("it is left") { await outbox.peers.isEmpty }
                link.script { _, _ in claims.withLock { $0.append(DutyClaim.current) } }
                duties.take([DutyClaim(duty, epoch: 3)])
                try await eventually("all is delivered") { try await Self.waiting(pair).isEmpty }
            }
            #expect(claims.withLock { Set($0.map { $0?.epoch }) } == [1, 3])
        }
    }

    @Test func `goes on after the process has ended, with what has no receipt`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.shenzhen, 10)], pair)
            let link = PlayedLink()
            let count = Mutex(0)
            link.script { _, _ throws(DeliveryFault) in
                let place = count.withLock { count in
                    count += 1
                    return count
                }
                if place > 5 { throw Self.down }
            }
            let first = Outbox(desk: pair.destination.desk, link: link)
            try await running({ await first.run() }) {
                try await eventually("half is delivered") { try await Self.waiting(pair) == [PairCast.shenzhen: 5] }
            }
            try await pair.destination.restart()
            link.script { _, _ in }
            let sent = link.sent.count
            let second = Outbox(desk: pair.destination.desk, link: link)
            try await running({ await second.run() }) {
                try await eventually("the rest is delivered") { try await Self.waiting(pair).isEmpty }
            }
            #expect(link.sent.count == sent + 5)
        }
    }

    /// A peer that is down and for which very much waits once filled the memory, and no other document was read any more.
    @Test func `is not filled by one peer that is down and has very much to come`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.wuhan, 60), (PairCast.shenzhen, 40)], pair)
            let link = PlayedLink()
            link.script { _, peer throws(DeliveryFault) in
                if peer == PairCast.wuhan { throw Self.down }
            }
            var limits = Outbox.Limits()
            limits.heldPerPeer = 8
            limits.held = 10
            limits.heldAtLeast = 3
            limits.inFlightPerPeer = 2
            limits.backlogPerSecond = 100_000
            let outbox = Outbox(desk: pair.destination.desk, link: link, limits: limits)
            try await running({ await outbox.run() }) {
                try await eventually("Shenzhen has all of its own") {
                    pair.clock.move(milliseconds: 1)
                    return try await Self.waiting(pair) == [PairCast.wuhan: 60]
                }
                link.script { _, _ in }
                pair.clock.move(milliseconds: 30_001)
                pair.destination.desk.bells.outbox.ring()
                try await eventually("Wuhan has its own too") {
                    pair.clock.move(milliseconds: 1)
                    return try await Self.waiting(pair).isEmpty
                }
            }
            // Each once but for the tries while it was down, and the letters of a peer in the order of their signing.
            let delivered = link.sent.filter { $0.peer == PairCast.shenzhen }.map(\.head.caseNumber)
            #expect(delivered.count == 40)
            #expect(Set(delivered).count == 40)
        }
    }

    /// A peer that came back to 2,000 letters once made the transfers with all others wait four times as long.
    @Test func `gives a backlog to a peer that comes back at an even rate, and others theirs at once`() async throws {
        try await NodePair.run { pair in
            _ = try await Self.letters([(PairCast.wuhan, 30), (PairCast.shenzhen, 5)], pair)
            let link = PlayedLink()
            func sent(to peer: AgencyCode) -> Int { link.sent.count { $0.peer == peer } }
            var limits = Outbox.Limits()
            limits.inFlightPerPeer = 4
            limits.documentsPerRequest = 2
            limits.backlog = 8
            limits.backlogPerSecond = 10
            let outbox = Outbox(desk: pair.destination.desk, link: link, limits: limits)
            try await running({ await outbox.run() }) {
                try await eventually("Shenzhen has all of its own") {
                    try await Self.waiting(pair) == [PairCast.wuhan: 30]
                }
                // The clock stands: no part of a second has gone by.
                #expect(sent(to: PairCast.wuhan) == 0)
                for (milliseconds, expected) in [(500, 5), (1_000, 15), (300, 18)] {
                    pair.clock.move(milliseconds: Int64(milliseconds))
                    pair.destination.desk.bells.outbox.ring()
                    try await eventually("\(expected) are delivered") {
                        try await Self.waiting(pair) == [PairCast.wuhan: 30 - expected]
                    }
                    #expect(sent(to: PairCast.wuhan) == expected)
                }
                // What comes new does not wait for it.
                _ = try await Self.letters([(PairCast.wuhan, 1)], pair, after: 35)
                try await eventually("the new letter is delivered") {
                    try await Self.waiting(pair) == [PairCast.wuhan: 12]
                }
                // An hour gives no more than a second does.
                pair.clock.move(milliseconds: 3_600_000)
                pair.destination.desk.bells.outbox.ring()
                try await eventually("10 more are delivered") {
                    try await Self.waiting(pair) == [PairCast.wuhan: 2]
                }
                pair.clock.move(milliseconds: 200)
                pair.destination.desk.bells.outbox.ring()
                try await eventually("all is delivered") { try await Self.waiting(pair).isEmpty }
                #expect(sent(to: PairCast.wuhan) == 31)
            }
        }
    }

    @Test func `counts a backlog by the clock, and takes nothing from one that is set back`() {
        func moment(_ milliseconds: Int64) -> Instant { PairCast.noon.adding(milliseconds: milliseconds) }
        var pace = BacklogPace(perSecond: 4, at: moment(0))
        #expect(pace.allowance(at: moment(249)) == 0)
        #expect(pace.allowance(at: moment(250)) == 1)
        #expect(pace.allowance(at: moment(600)) == 2)
        pace.take(2)
        #expect(pace.allowance(at: moment(-9_000)) == 0)
        #expect(pace.allowance(at: moment(-8_900)) == 0)
        #expect(pace.allowance(at: moment(-8_750)) == 1)
        #expect(pace.allowance(at: moment(80_000)) == 4)
    }

    @Test func `keeps every failed attempt with its moment and its code`() async throws {
        try await NodePair.run { pair in
            let numbers = try await Self.letters([(PairCast.shenzhen, 1)], pair)
            let number = try #require(numbers[PairCast.shenzhen]?.first)
            let link = PlayedLink()
            link.script { _, _ throws(DeliveryFault) in throw Self.down }
            let outbox = Outbox(desk: pair.destination.desk, link: link)
            try await running({ await outbox.run() }) {
                for tries in 1...3 {
                    try await eventually("it was tried") {
                        try await pair.destination.realStore.deliveryAttempts(of: number).first?.attempts.count == tries
                    }
                    pair.clock.move(milliseconds: 30_001)
                    pair.destination.desk.bells.outbox.ring()
                }
            }
            let attempts = try #require(
                try await pair.destination.realStore.deliveryAttempts(of: number).first?.attempts.prefix(3))
            #expect(attempts.map(\.code) == ["connect", "connect", "connect"])
            #expect(attempts.map(\.at) == (0...2).map { PairCast.noon.adding(milliseconds: $0 * 30_001) })
        }
    }
}
