import Logging
package import TransferCore
import TransferDocuments

/// The outbox: carries signed documents to their recipients, as often as it takes, and keeps their receipts.
///
/// What waits stands in the store; this keeps only what is on its way. Documents of one case go one after the other, in
/// the order of their sequence, or behind one another in one request; different cases go side by side, and what is ready
/// when a request can go out goes in one request: the busier the peer, the more documents share one. A peer that does not
/// answer is left alone for a while (exponential, with full jitter) and holds up nobody but itself; a document that the
/// peer does not take holds up nobody but its case, and is sent again at the slowest pace. What is held in memory is
/// bounded for each peer by itself, so that one with very much to be delivered takes no room from the others. What has
/// gathered for a peer, while it was away or while this node was, goes out at an even rate (``BacklogPace``), and what
/// comes new beside it.
///
/// If the process dies anywhere here, the documents without a receipt are found in the store and sent again; the
/// recipient answers the same bytes with the same receipt.
package actor Outbox {
    private let desk: Desk
    private let link: any PeerLink
    private let limits: Limits
    private var lanes: [AgencyCode: Lane] = [:]
    /// Up to where the documents were read of all peers that have room.
    private var position: Int64 = 0
    /// Documents held in memory, all peers together.
    private var waiting = 0
    private var heldPeers: [AgencyCode: PeerHold] = [:]
    private var looks = Looks()
    /// Which parts of the outbox are this instance's; nil for a node that serves alone.
    private let duties: DutyBoard?
    /// The claims under which the lanes were filled.
    private var claims: Set<DutyClaim> = []
    /// Whether what waits was read from the beginning, and the lanes have not been looked at since.
    private var isBeginning = true

    /// Bounds, each a setting.
    package struct Limits: Sendable {
        /// Documents on their way to one peer at the same time.
        package var inFlightPerPeer = 64
        /// Documents that share one request at most; 1 sends each by itself.
        package var documentsPerRequest = 32
        /// Documents of one peer held in memory; the rest waits in the store.
        package var heldPerPeer = 4_000
        /// Documents held in memory, all peers together. Beyond them a peer still has ``heldAtLeast``, so that the first
        /// to come leaves room for all others.
        package var held = 20_000
        package var heldAtLeast = 256
        /// More documents than these that wait for a peer when it comes back are a backlog; so many are gone in a moment.
        package var backlog = 128
        /// Documents a second of a backlog.
        package var backlogPerSecond = 50
        package var firstRetryMilliseconds: Int64 = 200
        package var longestRetryMilliseconds: Int64 = 30_000

        package init() {}

        fileprivate func isOver(_ rest: Instant, at now: Instant) -> Bool {
            rest.isPast(at: now, longestMilliseconds: longestRetryMilliseconds)
        }

        /// Requests on their way to one peer at the same time. With few of them what becomes ready meanwhile waits for a
        /// whole round; with many of them less is shared.
        fileprivate var requestsPerPeer: Int {
            documentsPerRequest == 1 ? inFlightPerPeer : max(1, inFlightPerPeer / max(8, documentsPerRequest / 4))
        }
    }

    /// Documents that one request may have by the protocol.
    package static let mostPerRequest = 32
    /// The documents of one request have together at most so many bytes, unless it is one document.
    private static let requestBytes = 512 << 10

    /// What is on its way to one peer.
    fileprivate struct Lane {
        /// Documents by case, in order; a case that is present is being worked on or is ready.
        var cases: [CaseNumber: [OutboxEntry]] = [:]
        /// Cases that are ready to send, in order.
        var ready: [CaseNumber] = []
        /// Cases of which a document was just taken and the next one is ready: they come first.
        var following: [CaseNumber] = []
        /// Documents of it in memory.
        var waiting = 0
        /// The newest document of it that was taken into memory.
        var position: Int64 = 0
        /// Whether more of its documents wait in the store than were taken into memory.
        var hasMore = false
        /// Documents on their way, and the requests that carry them.
        var inFlight = 0
        var requests = 0
        /// Requests that were sent since the node started.
        var sent: Int64 = 0
        var failures = 0
        var restsUntil: Instant?
        /// Cases whose next document the peer answers, but does not take as it is.
        var stuck: [CaseNumber: Stuck] = [:]
        /// What had gathered when the peer came back; nil for a lane without a backlog.
        var backlog: Backlog?
    }

    /// What had gathered for a peer.
    fileprivate struct Backlog {
        /// Cases that are ready to send, in order.
        var cases: [CaseNumber]
        /// Its newest document; what comes later is no part of it.
        var through: Int64
        var pace: BacklogPace
    }

    /// How often a document was not taken, and when it is sent again; nil while it is ready or on its way.
    fileprivate struct Stuck {
        var failures = 0
        var restsUntil: Instant?
    }

    /// - Parameter duties: says which parts of the outbox are this instance's; nil for a node that serves alone.
    package init(desk: Desk, link: any PeerLink, limits: Limits = Limits(), duties: DutyBoard? = nil) {
        self.desk = desk
        self.duties = duties
        self.link = link
        self.limits = limits
    }

    /// Works until the task is cancelled.
    package func run() async {
        let bell = desk.bells.outbox
        // A look now and then: for what waited for room, and for peers whose rest is over. A backlog is looked at more often,
        // so that it goes out evenly and not in heaps.
        let ticker = Task {
            while !Task.isCancelled {
                for _ in 0..<5 {
                    try? await Task.sleep(for: .milliseconds(40))
                    if hasBacklog { bell.ring() }
                }
                tick()
                bell.ring()
            }
        }
        defer { ticker.cancel() }
        await withDiscardingTaskGroup { group in
            bell.ring()
            for await _ in bell.rings {
                await fetch()
                startReady(&group)
            }
        }
    }

    /// Stops deliveries to a peer until ``resume(_:)``: for maintenance on either side. Nothing is lost meanwhile. What is
    /// addressed to an agency that the peer took over from is held too.
    package func hold(_ peer: AgencyCode, by who: String, _ reason: PeerHold.Reason) {
        heldPeers[peer] = PeerHold(who: who, since: desk.clock.now, reason: reason)
        lanes[peer] = lanes[peer] ?? Lane()
        desk.logger.notice("deliveries are held", metadata: ["peer": "\(peer)"])
    }

    package func resume(_ peer: AgencyCode) {
        heldPeers[peer] = nil
        desk.logger.notice("deliveries are resumed", metadata: ["peer": "\(peer)"])
        tryNow(peer)
    }

    /// Ends the rests of a peer and of its documents, so that they are tried at once; a hold stays. What is addressed to an
    /// agency that the peer took over from is tried too.
    package func tryNow(_ peer: AgencyCode) {
        for other in lanes.keys where other == peer || desk.directory.current.inForce(other) == peer {
            lanes[other]?.restsUntil = nil
            lanes[other]?.wakeStuck { _ in true }
        }
        desk.bells.outbox.ring()
    }

    private func hold(on peer: AgencyCode) -> PeerHold? {
        guard !heldPeers.isEmpty else { return nil }
        return heldPeers[peer] ?? heldPeers[desk.directory.current.inForce(peer)]
    }

    /// How it stands with a peer: for people and metrics.
    package struct PeerState: Sendable {
        package let peer: AgencyCode
        /// Nil for a peer to which we deliver.
        package let hold: PeerHold?
        package let failures: Int
        package let inFlight: Int
        /// Requests with documents since the node started, whatever became of them.
        package let requests: Int64

        package var isHeld: Bool { hold != nil }
    }

    package var peers: [PeerState] {
        lanes.keys.sorted().compactMap { peer in
            lanes[peer].map {
                PeerState(
                    peer: peer, hold: hold(on: peer), failures: $0.failures, inFlight: $0.inFlight, requests: $0.sent)
            }
        }
    }

    /// Takes into memory what there is room for: first of the peers of which more waits than was taken, each by itself, then
    /// in one run of all the others.
    private func fetch() async {
        shareOut()
        do {
            for peer in lanes.keys.sorted() where lanes[peer]?.hasMore == true { try await refill(peer) }
            let fresh = desk.store.fresh?.takeOutbox()
            if looks.comeBefore(fresh) { try await look() }
            fresh?.work.forEach(takeUp)
        } catch {
            desk.logger.error("the outbox cannot be read", metadata: ["cause": "\(error)"])
        }
    }

    /// Takes into memory what the store has behind what was taken before.
    private func look() async throws(StoreError) {
        while true {
            let full = lanes.filter { $0.value.hasMore }.map(\.key)
            let entries = try await desk.store.outbox(after: position, without: full, limit: Outbox.page)
            entries.forEach(takeUp)
            if entries.count < Outbox.page { break }
        }
        looks.done()
        paceBacklogs()
    }

    private func tick() { looks.tick() }

    private var hasBacklog: Bool { lanes.values.contains { $0.backlog != nil } }

    /// What is there when the node starts, or takes peers over from another instance, has gathered while nobody delivered.
    private func paceBacklogs() {
        guard isBeginning else { return }
        isBeginning = false
        for peer in lanes.keys { paceBacklog(of: &lanes[peer, default: Lane()]) }
    }

    /// Sets apart what waits in a lane if it is much.
    private func paceBacklog(of lane: inout Lane) {
        guard lane.hasMore || lane.ready.count > limits.backlog else { return }
        let pace = lane.backlog?.pace ?? BacklogPace(perSecond: limits.backlogPerSecond, at: desk.clock.now)
        lane.backlog = Backlog(cases: (lane.backlog?.cases ?? []) + lane.ready, through: position, pace: pace)
        lane.ready = []
    }

    /// Takes the next document of all peers into memory, if its peer has room.
    private func takeUp(_ entry: OutboxEntry) {
        guard entry.position > position else { return }
        position = entry.position
        guard duties == nil || claim(for: entry.recipient) != nil else { return }
        // No lane is held in hand while it is changed: it would be copied, with every case in it.
        let (hasMore, held) = lanes[entry.recipient].map { ($0.hasMore, $0.waiting) } ?? (false, 0)
        guard !hasMore else { return }
        if held < room { enqueue(entry) } else { lanes[entry.recipient]?.hasMore = true }
    }

    private static let page = 500

    /// Where the node is one of several: leaves the peers to which another instance delivers now, and begins with those that
    /// are its own from now on.
    private func shareOut() {
        guard let now = duties?.claims, now != claims else { return }
        let before = claims
        claims = now
        for (peer, lane) in lanes where claim(for: peer, among: before) != claim(for: peer, among: now) {
            waiting -= lane.waiting
            lanes[peer] = heldPeers[peer] == nil ? nil : Lane()
        }
        if !now.isSubset(of: before) { (position, isBeginning) = (0, true) }
    }

    /// The claim under which documents are delivered to a peer; nil where another instance does, or nobody else could.
    private func claim(for peer: AgencyCode) -> DutyClaim? { claim(for: peer, among: claims) }

    private func claim(for peer: AgencyCode, among claims: Set<DutyClaim>) -> DutyClaim? {
        guard !claims.isEmpty else { return nil }
        let duty = NodeDuty.outbox(for: peer)
        return claims.first { $0.duty == duty }
    }

    /// Fills a lane again when half of it is empty, so that the store is not asked for each document.
    private func refill(_ peer: AgencyCode) async throws(StoreError) {
        while let lane = lanes[peer], lane.hasMore, lane.waiting <= room / 2 {
            let limit = min(Outbox.page, room - lane.waiting)
            let entries = try await desk.store.outbox(for: peer, after: lane.position, limit: limit)
            // What is signed after this look is met by the run over all peers, which has not come so far.
            lanes[peer]?.hasMore = entries.count == limit
            for entry in entries { enqueue(entry) }
        }
    }

    /// How many documents a peer may have in memory now.
    private var room: Int {
        max(1, waiting < limits.held ? limits.heldPerPeer : min(limits.heldAtLeast, limits.heldPerPeer))
    }

    private func enqueue(_ entry: OutboxEntry) {
        if lanes[entry.recipient, default: Lane()].enqueue(entry) { waiting += 1 }
    }

    private func startReady(_ group: inout DiscardingTaskGroup) {
        // A view of the keys would hold the lanes while they are changed.
        for peer in Array(lanes.keys) {
            let claim = claim(for: peer)
            while let batch = nextBatch(for: peer) { group.addTask { await self.send(batch, to: peer, under: claim) } }
        }
    }

    /// Takes out of a lane what the next request carries: of each ready case its next document.
    ///
    /// - Returns: nil while nothing is ready, the peer rests or is held, or enough is on its way.
    private func nextBatch(for peer: AgencyCode) -> [OutboxEntry]? {
        guard hold(on: peer) == nil else { return nil }
        return lanes[peer]?.nextBatch(limits, at: desk.clock.now) ?? nil
    }

    private func send(_ first: [OutboxEntry], to peer: AgencyCode, under claim: DutyClaim?) async {
        guard let duties, let claim else { return await carry(first, to: peer, under: nil) }
        await duties.work(under: claim) { await self.carry(first, to: peer, under: claim) }
    }

    private func carry(_ first: [OutboxEntry], to peer: AgencyCode, under claim: DutyClaim?) async {
        var batch = first
        // What is ready by then follows on the same turn.
        while true {
            let outcomes = await desk.deliver(batch, over: link)
            // What has passed on to another instance meanwhile is its.
            guard claim == self.claim(for: peer) else { return }
            guard let next = await answered(batch, outcomes, by: peer) else { return }
            batch = next
        }
    }

    /// - Returns: the next request's documents, if there are any and the lane is open.
    private func answered(
        _ batch: [OutboxEntry], _ outcomes: [Result<Void, any Error>], by peer: AgencyCode
    ) async -> [OutboxEntry]? {
        let cases = CaseOutcome.all(of: batch, outcomes)
        lanes[peer]?.requests -= 1
        lanes[peer]?.inFlight -= batch.count
        for outcome in cases where !outcome.delivered.isEmpty { noteDelivered(outcome, of: peer) }
        let failed = cases.filter { !$0.goesOn }.compactMap(\.failed)
        noteFailures(failed, of: peer)
        let next = nextBatch(for: peer)
        if let lane = lanes[peer],
            lane.isReady && lane.requests < limits.requestsPerPeer || lane.hasMore && lane.waiting <= room / 2
        {
            desk.bells.outbox.ring()
        }
        for (entry, error) in failed { await keepFailure(of: entry, error) }
        return next
    }

    private func noteDelivered(_ outcome: CaseOutcome, of peer: AgencyCode) {
        guard let place = lanes.index(forKey: peer) else { return }
        noteAnswer(of: &lanes.values[place])
        waiting -= lanes.values[place].noteDelivered(outcome)
    }

    /// A peer that answers is up: the others follow.
    private func noteAnswer(of lane: inout Lane) {
        guard lane.failures > 0 else { return }
        lane.failures = 0
        lane.restsUntil = nil
        paceBacklog(of: &lane)
        desk.bells.outbox.ring()
    }

    /// What the documents of one request suffered. A fault of the peer counts once for all of them.
    private func noteFailures(_ failed: [(OutboxEntry, any Error)], of peer: AgencyCode) {
        guard var lane = lanes[peer], !failed.isEmpty else { return }
        defer { lanes[peer] = lane }
        func isThePeers(_ error: any Error) -> Bool { (error as? DeliveryFault)?.concernsPeer ?? true }
        for (entry, error) in failed where !isThePeers(error) {
            noteAnswer(of: &lane)
            var stuck = lane.stuck[entry.number] ?? Stuck()
            stuck.failures += 1
            let slowest = limits.longestRetryMilliseconds
            stuck.restsUntil = desk.clock.now.adding(milliseconds: Int64.random(in: (slowest / 2)...slowest))
            lane.stuck[entry.number] = stuck
            warn(entry, error, failures: stuck.failures)
        }
        let ofPeer = failed.filter { isThePeers($0.1) }
        guard let (entry, error) = ofPeer.first else { return }
        lane.ready.append(contentsOf: ofPeer.map(\.0.number))
        // Requests that were on their way together fail together: that is one failure, and one rest.
        guard !lane.rests(limits, at: desk.clock.now) else { return }
        lane.failures += 1
        let ceiling = min(
            limits.longestRetryMilliseconds, limits.firstRetryMilliseconds << Int64(min(lane.failures, 20)))
        lane.restsUntil = desk.clock.now.adding(milliseconds: Int64.random(in: 1...ceiling))
        warn(entry, error, failures: lane.failures)
    }

    private func warn(_ entry: OutboxEntry, _ error: any Error, failures: Int) {
        guard failures == 1 || failures.isMultiple(of: 50) else { return }
        desk.logger.warning(
            "a document was not delivered",
            metadata: [
                "case": "\(entry.number)", "peer": "\(entry.recipient)", "cause": "\(error)", "failures": "\(failures)",
            ])
    }

    private func keepFailure(of entry: OutboxEntry, _ error: any Error) async {
        do {
            let code = (error as? DeliveryFault)?.code ?? DeliveryFault.ownCode
            try await desk.store.deliveryFailed(entry, code: code, error: "\(error)", at: desk.clock.now)
        } catch {
            desk.logger.error("a failed delivery was not noted", metadata: ["cause": "\(error)"])
        }
    }
}

extension Outbox.Lane {
    /// Takes a document behind those of its case.
    ///
    /// - Returns: false for one that was taken before.
    fileprivate mutating func enqueue(_ entry: OutboxEntry) -> Bool {
        guard entry.position > position else { return false }
        position = entry.position
        waiting += 1
        if cases[entry.number] == nil {
            cases[entry.number] = [entry]
            if let through = backlog?.through, entry.position <= through {
                backlog?.cases.append(entry.number)
            } else {
                ready.append(entry.number)
            }
        } else {
            cases[entry.number]?.append(entry)
        }
        return true
    }

    /// Whether nothing is sent to the peer now, as it has failed.
    fileprivate func rests(_ limits: Outbox.Limits, at now: Instant) -> Bool {
        restsUntil.map { !limits.isOver($0, at: now) } ?? false
    }

    /// - Returns: what the next request carries; nil while nothing is ready, the peer rests, or enough is on its way.
    fileprivate mutating func nextBatch(_ limits: Outbox.Limits, at now: Instant) -> [OutboxEntry]? {
        guard !rests(limits, at: now) else { return nil }
        // A peer that failed is tried with one document before all the others follow.
        let isTried = failures > 0
        guard requests < (isTried ? 1 : limits.requestsPerPeer) else { return nil }
        wakeStuck { limits.isOver($0, at: now) }
        let room = isTried ? 1 : min(limits.documentsPerRequest, limits.inFlightPerPeer - inFlight)
        let batch = takeReady(atMost: room, bytes: Outbox.requestBytes, at: now)
        guard !batch.isEmpty else { return nil }
        inFlight += batch.count
        requests += 1
        sent += 1
        return batch
    }

    /// - Returns: how many documents are off it.
    fileprivate mutating func noteDelivered(_ outcome: CaseOutcome) -> Int {
        let positions = Set(outcome.delivered.map(\.position))
        waiting -= positions.count
        stuck[outcome.number] = nil
        cases[outcome.number]?.removeAll { positions.contains($0.position) }
        if cases[outcome.number]?.isEmpty ?? true {
            cases[outcome.number] = nil
        } else if outcome.goesOn {
            following.append(outcome.number)
        }
        return positions.count
    }

    /// Makes cases ready again whose rest is over.
    fileprivate mutating func wakeStuck(_ isOver: (Instant) -> Bool) {
        for number in stuck.keys.sorted() {
            guard let restsUntil = stuck[number]?.restsUntil, isOver(restsUntil) else { continue }
            stuck[number]?.restsUntil = nil
            ready.append(number)
        }
    }

    fileprivate var isReady: Bool { !following.isEmpty || !ready.isEmpty }

    /// The next documents of cases that are ready: at least one if there is one, and then as many as fit. Of a case whose
    /// next document was not taken the last time goes that one alone.
    private mutating func takeReady(atMost count: Int, bytes: Int, at now: Instant) -> [OutboxEntry] {
        var taken: [OutboxEntry] = []
        var length = 0
        func take(from numbers: inout [CaseNumber], atMost count: Int) {
            var (looked, left) = (0, count)
            defer { numbers.removeFirst(looked) }
            for number in numbers {
                guard left > 0 else { break }
                for (place, entry) in (cases[number] ?? []).prefix(stuck[number] == nil ? left : 1).enumerated() {
                    guard taken.isEmpty || length + entry.bytes.count <= bytes else {
                        if place == 0 { return }
                        break
                    }
                    length += entry.bytes.count
                    taken.append(entry)
                    left -= 1
                }
                looked += 1
            }
        }
        take(from: &following, atMost: count)
        if var backlog {
            let before = taken.count
            take(from: &backlog.cases, atMost: min(count - before, backlog.pace.allowance(at: now)))
            backlog.pace.take(taken.count - before)
            let isRead = !hasMore || position >= backlog.through
            self.backlog = isRead && backlog.cases.isEmpty ? nil : backlog
        }
        take(from: &ready, atMost: count - taken.count)
        return taken
    }
}

/// What became of the documents of one case that shared a request.
private struct CaseOutcome {
    let number: CaseNumber
    var delivered: [OutboxEntry] = []
    /// The first that was not taken; those behind it could not be.
    var failed: (OutboxEntry, any Error)?

    /// Whether the rest of the case is sent at once: all were taken, or one was not that stood behind another. A peer that
    /// looks at each document by itself takes it alone.
    var goesOn: Bool {
        guard let (entry, error) = failed else { return true }
        let stoodBehind = delivered.first.map { $0.position < entry.position } ?? false
        return stoodBehind && (error as? DeliveryFault)?.concernsPeer == false
    }

    static func all(of batch: [OutboxEntry], _ outcomes: [Result<Void, any Error>]) -> [CaseOutcome] {
        var cases: [CaseOutcome] = []
        var places: [CaseNumber: Int] = [:]
        for (entry, outcome) in zip(batch, outcomes) {
            let place = places[entry.number] ?? cases.count
            if place == cases.count {
                places[entry.number] = place
                cases.append(CaseOutcome(number: entry.number))
            }
            switch outcome {
            case .success: cases[place].delivered.append(entry)
            case .failure(let error): cases[place].failed = cases[place].failed ?? (entry, error)
            }
        }
        return cases
    }
}

extension Desk {
    /// Sends a document to its recipient, or to the agency that took over from it, and keeps the receipt.
    ///
    /// - Throws: a ``DeliveryFault`` when no receipt for exactly this document came, a ``StoreError`` when it could not be
    ///   kept. The document goes on waiting then.
    package func deliver(_ entry: OutboxEntry, over link: any PeerLink) async throws {
        let receipt = try await link.deliver(
            try await deliverable(entry), to: directory.current.inForce(entry.recipient))
        try await keep(receipt, for: entry)
    }

    /// Sends documents, all to one recipient and those of a case in their order, and keeps their receipts.
    ///
    /// - Returns: for each in their order whether its receipt is kept, or why not, as ``deliver(_:over:)-(OutboxEntry,_)``
    ///   throws it.
    package func deliver(_ entries: [OutboxEntry], over link: any PeerLink) async -> [Result<Void, any Error>] {
        guard let recipient = entries.first?.recipient else { return [] }
        if entries.count == 1 { return [await result { try await deliver(entries[0], over: link) }] }
        var outcomes = [Result<Void, any Error>?](repeating: nil, count: entries.count)
        var sent: [(index: Int, document: CaseDocument)] = []
        for (index, entry) in entries.enumerated() {
            do {
                sent.append((index, CaseDocument(number: entry.number, bytes: try await deliverable(entry))))
            } catch {
                outcomes[index] = .failure(error)
            }
        }
        let answers = await link.deliver(sent.map(\.document), to: directory.current.inForce(recipient))
        let answered = Array(zip(sent.map(\.index), answers))
        let now = clock.now
        var accepted: [(index: Int, receipt: DeliveredDocument)] = []
        // Receipts that came together mostly share a signature, which is verified for the first of them.
        var verified: Set<DocumentDigest> = []
        let judged = answered.map { index, answer in
            Result { try (answer.get(), check(answer.get(), for: entries[index], &verified)) }
        }
        for ((index, _), judgement) in zip(answered, judged) {
            switch judgement {
            case .success((let receipt, false)):
                accepted.append(
                    (index, DeliveredDocument(entry: entries[index], receipt: receipt, isRefused: false, at: now)))
            case .success((let receipt, true)):
                outcomes[index] = await result { try await keep(refusal: receipt, for: entries[index]) }
            case .failure(let error): outcomes[index] = .failure(error)
            }
        }
        let kept = await store.delivered(accepted.map(\.receipt))
        for ((index, _), outcome) in zip(accepted, kept) { outcomes[index] = outcome.mapError { $0 } }
        return outcomes.map { $0 ?? .failure(DeliveryFault.unanswered) }
    }

    private func result(_ work: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }

    private func keep(_ receipt: [UInt8], for entry: OutboxEntry) async throws {
        var verified: Set<DocumentDigest> = []
        let isRefused = try check(receipt, for: entry, &verified)
        guard isRefused else {
            return try await store.delivered(entry, receipt: receipt, isRefused: false, at: clock.now)
        }
        try await keep(refusal: receipt, for: entry)
    }

    private func keep(refusal receipt: [UInt8], for entry: OutboxEntry) async throws {
        logger.warning(
            "the peer refused a document", metadata: ["case": "\(entry.number)", "peer": "\(entry.recipient)"])
        do throws(DeskFault) {
            try await noteRefusal(of: entry, receipt)
        } catch {
            // Another task has kept the receipt meanwhile, and what follows from it with it.
            guard case .store(.duplicate) = error else { throw error }
        }
    }

    /// A case whose document was refused cannot go on by itself: it is shown to a clerk. A question that the other office
    /// would not take is one that it has declined, so that nothing waits for its answer. All of it is written with the
    /// receipt, or none of it.
    private func noteRefusal(of entry: OutboxEntry, _ receipt: [UInt8]) async throws(DeskFault) {
        try await commit(entry.number) { (file, draft) throws(DeskFault) in
            draft.deliver(DeliveredDocument(entry: entry, receipt: receipt, isRefused: true, at: clock.now))
            draft.alert(.documentRefused)
            // A first letter that was refused leaves the origin without a case: nothing can be said in this one any more.
            if draft.isUnknownToPeer {
                _ = try draft.apply(
                    .destination(.letterRecalled), actor: "peer:\(entry.recipient)", cause: entry.digest.text)
                return try endPayouts(file, &draft, actor: "peer:\(entry.recipient)")
            }
            let document = file.documents.first { draft.isOurs($0.sender) && $0.sequence == entry.sequence }
            let event: CaseEvent
            switch document?.kind {
            case .query? where draft.story.transfer.queries.asked.isOpen: event = .query(.queryAnswerArrived(.declined))
            case .recallRequest?: event = .recall(.recallRefusalArrived)
            case .correctionRequest?: event = .correction(.correctionRefusalArrived)
            default: return
            }
            // It may have been answered or given up since.
            var decided = draft
            do throws(DeskFault) {
                _ = try decided.apply(event, actor: "peer:\(entry.recipient)", cause: entry.digest.text)
                if case .query = event { followDeclined(&decided) }
                draft = decided
            } catch {
                guard case .notAllowed = error else { throw error }
            }
        }
    }

    /// The check that waited for an answer goes on without it.
    private func followDeclined(_ draft: inout StepDraft) {
        if case .origin(let handshake) = draft.story.transfer.pension, handshake.phase == .checking {
            draft.leave(.checkRecords)
        }
    }

    /// Checks that a receipt is the recipient's, or that of an agency which took over from it, for exactly this document.
    ///
    /// - Parameter verified: signatures of the same answer that were found good, by their names.
    /// - Returns: whether the recipient refused the document.
    private func check(
        _ receipt: [UInt8], for entry: OutboxEntry, _ verified: inout Set<DocumentDigest>
    ) throws(DeliveryFault) -> Bool {
        do {
            let jws = try JWS.parse(receipt, typ: .receipt, maximumBytes: Desk.longestDocument)
            let signer = try signer(of: jws, &verified)
            let content = try Receipt(decoding: jws.payload)
            let current = directory.current
            guard current.stands(signer, for: entry.recipient), content.recipient == signer,
                current.stands(agency.code, for: content.sender), content.caseNumber == entry.number,
                content.sequence == entry.sequence, content.digest == entry.digest
            else {
                throw DeliveryFault(
                    code: "receipt-mismatch", detail: "the receipt is not for this document", concernsPeer: false)
            }
            switch content.result {
            case .accepted: return false
            case .refused: return true
            }
        } catch let fault as DeliveryFault {
            throw fault
        } catch {
            throw DeliveryFault(code: "receipt-invalid", detail: "\(error)", concernsPeer: false)
        }
    }

    /// Whose a receipt is. Whether the key is believed is asked for each; the signature that several share is verified once.
    private func signer(of receipt: JWS, _ verified: inout Set<DocumentDigest>) throws -> AgencyCode {
        let now = clock.now.seconds
        let name = receipt.sharedName
        if let name, verified.contains(name) {
            return try directory.current.signer(
                thumbprint: receipt.header.certificate, signedAt: receipt.header.signingTime.secondsSince1970,
                seenAt: now
            ).agency
        }
        let signer = try directory.signer(of: receipt, seenAt: now)
        if let name { verified.insert(name) }
        return signer
    }
}
