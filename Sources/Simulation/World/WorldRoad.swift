import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The road between the nodes of a run: what arrives is given to the desk of the recipient, and what goes wrong on the way
/// is what the run's faults say.
final class WorldRoad: Sendable {
    /// A document as it was carried, for those who would send it again.
    struct Carried: Sendable {
        let from: Int
        let to: Int
        let bytes: [UInt8]
        /// Whether the recipient has answered with a receipt.
        var isAnswered = false
    }

    private struct Lane: Hashable {
        let from: Int
        let to: Int
    }

    private struct State {
        var nodes: [SimulatedNode] = []
        var counts: [Lane: Int] = [:]
        /// Copies that come later, when others have overtaken them.
        var late: [(due: Int64, from: Int, to: Int, bytes: [UInt8])] = []
        var alarms: [Int64] = []
        var carried: [Carried] = []
        var answered: Set<DocumentDigest> = []
        /// Receipts that were given before: what a hostile recipient may give again.
        var receipts: [Lane: [[UInt8]]] = [:]
    }

    private let watch: Watch
    private let time: WorldTime
    private let flaws: Set<PlantedBug>
    private let fates: [Lane: [Int: SimulatedFault.RoadFault]]
    private let partitions: [(lane: Lane, at: Int64, milliseconds: Int64)]
    private let state = Mutex(State())

    init(faults: [SimulatedFault], time: WorldTime, watch: Watch, flaws: Set<PlantedBug>) {
        self.watch = watch
        self.time = time
        self.flaws = flaws
        var fates: [Lane: [Int: SimulatedFault.RoadFault]] = [:]
        var partitions: [(lane: Lane, at: Int64, milliseconds: Int64)] = []
        for fault in faults {
            switch fault.kind {
            case .message(let from, let to, let ordinal, let fate):
                fates[Lane(from: from, to: to), default: [:]][ordinal] = fate
            case .partition(let from, let to, let at, let length):
                partitions.append((Lane(from: from, to: to), at, length))
            default: break
            }
        }
        self.fates = fates
        self.partitions = partitions
    }

    func join(_ nodes: [SimulatedNode]) {
        state.withLock { $0.nodes = nodes }
        for node in nodes { node.join(self) }
    }

    /// Whether messages and answers pass between two nodes now.
    func isOpen(_ a: Int, _ b: Int) -> Bool {
        !isParted(Lane(from: a, to: b), isCounted: false) && !isParted(Lane(from: b, to: a), isCounted: false)
    }

    /// Carries a message about tree heads, and the answer back.
    func carryHeads(_ message: [UInt8], from: Int, to: Int) async throws(DeliveryFault) -> [UInt8] {
        let node = state.withLock { $0.nodes[to] }
        guard isOpen(from, to), let witness = node.witness, !node.isDead else { throw silence }
        watch.struck("tree heads exchanged")
        switch await witness.answer(message, from: SimulatedCast.agencies[from]) {
        case .receipt(let answer):
            guard !node.isDead else { throw silence }
            return answer
        case .problem(let problem):
            watch.note("\(to) answers the heads of \(from): \(problem.status) \(problem.code)")
            throw DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: problem.status >= 500)
        }
    }

    var carried: [Carried] { state.withLock { $0.carried } }
    var isAtRest: Bool { state.withLock { $0.late.isEmpty } }

    func takeAlarms() -> [Int64] {
        state.withLock { state in
            defer { state.alarms = [] }
            return state.alarms
        }
    }

    /// Gives late copies to their recipients; nobody waits for the answers any more.
    func work() async {
        let now = time.now
        let due = state.withLock { state in
            let due = state.late.filter { $0.due <= now }
            state.late.removeAll { $0.due <= now }
            return due
        }
        for copy in due { _ = try? await give(copy.bytes, from: copy.from, to: copy.to) }
    }

    /// Carries a document, and its receipt back.
    func carry(_ bytes: [UInt8], from: Int, to: Int) async throws(DeliveryFault) -> [UInt8] {
        let lane = Lane(from: from, to: to)
        let (count, isOver) = state.withLock { state in
            state.counts[lane, default: 0] += 1
            if state.carried.count < 400 { state.carried.append(Carried(from: from, to: to, bytes: bytes)) }
            return (state.counts[lane] ?? 0, time.areFaultsOver)
        }
        let fate = isOver ? nil : fates[lane]?[count]
        if let fate { watch.struck("network \(fate.word)") }
        guard !isParted(lane), fate != .requestLost else { throw silence }
        if case .late(let milliseconds)? = fate {
            delay(bytes, lane, milliseconds)
            throw silence
        }
        if case .again(let milliseconds)? = fate { delay(bytes, lane, milliseconds) }
        if fate == .anotherReceipt, let old = state.withLock({ $0.receipts[lane]?.first }) { return old }
        if fate == .doubled { _ = try? await give(bytes, from: from, to: to) }
        let receipt = try await give(bytes, from: from, to: to)
        state.withLock { state in
            if let place = state.carried.lastIndex(where: { $0.bytes == bytes }) {
                state.carried[place].isAnswered = true
            }
            state.receipts[lane, default: []].append(receipt)
        }
        let isDropped = flaws.contains(.dropsReceipts) && to == 1
        guard !isParted(Lane(from: to, to: from)), fate != .answerLost, !isDropped else { throw silence }
        return receipt
    }

    private var silence: DeliveryFault { DeliveryFault(code: "timeout", detail: "no answer", concernsPeer: true) }

    private func delay(_ bytes: [UInt8], _ lane: Lane, _ milliseconds: Int64) {
        let due = time.now + milliseconds
        state.withLock { state in
            state.late.append((due, lane.from, lane.to, bytes))
            state.alarms.append(due)
        }
    }

    private func isParted(_ lane: Lane, isCounted: Bool = true) -> Bool {
        let now = time.now
        guard !time.areFaultsOver,
            partitions.contains(where: { $0.lane == lane && $0.at <= now && now < $0.at + $0.milliseconds })
        else { return false }
        if isCounted { watch.struck("network partition") }
        return true
    }

    private static func remind(_ bytes: [UInt8], _ desk: Desk) async {
        guard let jws = try? JWS.parse(bytes, typ: .document, maximumBytes: Desk.longestDocument),
            let head = try? DocumentHead(decoding: jws.payload),
            let deciders = Deciders(maker: "li.na", checker: "wang.wei")
        else { return }
        let decision = StaffDecision(action: .remind, text: "请尽快办理。", form: Array("{}".utf8))
        try? await desk.perform(decision, on: head.caseNumber, by: deciders)
    }

    /// The recipient's desk takes the document, perhaps on two connections at once.
    private func give(_ bytes: [UInt8], from: Int, to: Int) async throws(DeliveryFault) -> [UInt8] {
        let node = state.withLock { $0.nodes[to] }
        guard !node.isDead else {
            throw DeliveryFault(code: "connection-refused", detail: "nobody listens", concernsPeer: true)
        }
        let store = node.store
        guard store.gate.isOpen else {
            let problem = RecoveryGate.problem
            throw DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: true)
        }
        store.setRival { [watch] in
            watch.struck("race receive")
            // Another task has something to do with the same case, or the same comes on a second connection.
            if store.writes.isMultiple(of: 2) { return await WorldRoad.remind(bytes, node.desk) }
            let answer = await node.desk.receive(bytes, from: SimulatedCast.agencies[from])
            if case .receipt(let receipt) = answer, !store.isDead { watch.gave(receipt, for: bytes, from: to) }
        }
        let answer = await node.desk.receive(bytes, from: SimulatedCast.agencies[from])
        store.setRival(nil)
        // Whatever a process said while it died was not heard.
        guard !store.isDead else {
            throw DeliveryFault(code: "connection-lost", detail: "no answer", concernsPeer: true)
        }
        switch answer {
        case .receipt(let receipt):
            if flaws.contains(.swallowsDuplicates),
                !state.withLock({ $0.answered.insert(DocumentDigest(of: bytes)).inserted })
            {
                throw DeliveryFault(code: "known", detail: "it is known already", concernsPeer: false)
            }
            watch.gave(receipt, for: bytes, from: to)
            return receipt
        case .problem(let problem):
            watch.note("\(to) answers \(from): \(problem.status) \(problem.code)")
            throw DeliveryFault(
                code: problem.code, detail: problem.detail, concernsPeer: problem.status == 429 || problem.status >= 500
            )
        }
    }
}

/// One node's end of the road.
struct WorldRoadEnd: PeerLink {
    let from: Int
    let road: WorldRoad
    let watch: Watch

    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        guard let to = watch.node(peer) else {
            throw DeliveryFault(code: "peer-unknown", detail: "no such agency", concernsPeer: true)
        }
        return try await road.carry(document, from: from, to: to)
    }
}

/// One node's end of the road for messages about tree heads.
struct WorldHeadEnd: HeadLink {
    let from: Int
    let road: WorldRoad

    func show(_ message: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        guard let to = SimulatedCast.agencies.firstIndex(of: peer) else {
            throw DeliveryFault(code: "peer-unknown", detail: "no such agency", concernsPeer: true)
        }
        return try await road.carryHeads(message, from: from, to: to)
    }
}

extension SimulatedFault.RoadFault {
    /// What reports count it under.
    fileprivate var word: String {
        switch self {
        case .requestLost: "request-lost"
        case .answerLost: "answer-lost"
        case .doubled: "doubled"
        case .late: "late"
        case .again: "again"
        case .anotherReceipt: "another-receipt"
        }
    }
}
