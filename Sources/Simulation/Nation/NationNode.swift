import Casework
import Logging
import Synchronization
import TransferCore
import TransferDocuments

/// One agency of a simulated nation: a real desk, bank office and witness over a store in memory. It does not die.
final class NationNode: Sendable {
    let index: Int
    let code: AgencyCode
    let store: SimulatedStore
    let desk: Desk
    let office: BankOffice
    let clock: SimulatedClock
    /// The steps that its policy takes alone.
    let alone: Set<DecisionStep>
    /// How long its staff take, in percent of others.
    let pace: Int
    private let anchor = SimulatedAnchor()

    init(
        _ index: Int, of nation: Nation, time: WorldTime, bank: WorldBank, watch: Watch, memory: SignatureMemory,
        flaws: Set<PlantedBug>, stepped: @escaping @Sendable (CaseStep) -> Void
    ) {
        self.index = index
        code = nation.places.codes[index]
        // The agency's habits are the nation's, the same in every slice.
        var numbers = SeededNumbers(seed: nation.settings.seed, stream: 500 + UInt64(index))
        let assumed = nation.settings.assumed
        let place = numbers.below(1_000)
        pace =
            place < assumed.verySlowAgencies
            ? 400
            : place < assumed.verySlowAgencies + assumed.slowAgencies
                ? 200 : place < assumed.verySlowAgencies + assumed.slowAgencies + assumed.briskAgencies ? 50 : 100
        var alone: Set<DecisionStep> = [.query]
        for (step, rate) in [
            (DecisionStep.acceptance, assumed.aloneAcceptance), (.settlement, assumed.aloneSettlement),
            (.remittance, assumed.aloneRemittance), (.account, assumed.aloneAccount),
        ] where numbers.chance(rate) { alone.insert(step) }
        self.alone = alone
        clock = SimulatedClock(time: time, faults: [])
        store = SimulatedStore(
            SimulatedDisk(keepsRecords: false),
            SimulatedStore.Surroundings(
                node: index, faults: [:], races: [], flaws: flaws, watch: watch, isHealed: { true }, stepped: stepped))
        desk = Desk(
            agency: AgencySettings(
                code: code,
                office: AgencyOffice(
                    name: "某市社会保险经办机构", address: "某路1号", postcode: "261000", telephone: "0536-0000000"),
                account: SimulatedCast.account(of: code), limits: DeadlineLimits(profile: "national", limits: [:]),
                calendar: .shipped, interest: SimulatedCast.interest, straightThrough: alone),
            store: store, clock: clock,
            signer: SimulatedSigner(key: nation.network.keys[index], time: time, absences: [], memory: memory),
            directory: SimulatedDirectory(current: nation.network.directory, memory: memory),
            logger: NationNode.quiet)
        office = BankOffice(desk: desk, folder: bank.folder(of: index))
    }

    private static let quiet = Logger(label: "nation") { _ in SwiftLogNoOpLogHandler() }

    /// Makes heads of the node's log and compares them with what its peers hold.
    func witness(over link: any HeadLink) -> WitnessDesk {
        WitnessDesk(desk: desk, log: SimulatedLog(store: store), link: link, gate: store.gate, anchor: anchor)
    }
}

/// The road of a simulated nation: every message arrives; the answer of some is lost, and they are sent again.
final class NationRoad: Sendable {
    /// What passed, counted for everybody.
    struct Traffic: Sendable {
        /// Documents that were taken or refused with a receipt, and bytes of them and of the receipts.
        var documents = 0
        var documentBytes = 0
        var receiptBytes = 0
        var messages = 0
        var answersLost = 0
        var problems = 0
        var headMessages = 0
    }

    private struct State {
        var nodes: [NationNode] = []
        var numbers: SeededNumbers
        var traffic = Traffic()
    }

    private let watch: Watch
    private let lost: Int
    private let state: Mutex<State>

    init(watch: Watch, lost: Int, seed: UInt64) {
        self.watch = watch
        self.lost = lost
        state = Mutex(State(numbers: SeededNumbers(seed: seed, stream: 4)))
    }

    func join(_ nodes: [NationNode]) { state.withLock { $0.nodes = nodes } }

    var traffic: Traffic { state.withLock { $0.traffic } }

    fileprivate func carry(_ bytes: [UInt8], from: Int, to code: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        guard let to = watch.node(code) else {
            throw DeliveryFault(code: "peer-unknown", detail: "no such agency", concernsPeer: true)
        }
        let (node, isLost) = state.withLock { state in
            state.traffic.messages += 1
            return (state.nodes[to], state.numbers.chance(lost))
        }
        let answer = await node.desk.receive(bytes, from: watch.codes[from])
        switch answer {
        case .receipt(let receipt):
            watch.gave(receipt, for: bytes, from: to)
            let isHeard = state.withLock { state in
                if isLost {
                    state.traffic.answersLost += 1
                } else {
                    state.traffic.documents += 1
                    state.traffic.documentBytes += bytes.count
                    state.traffic.receiptBytes += receipt.count
                }
                return !isLost
            }
            guard isHeard else { throw DeliveryFault(code: "timeout", detail: "no answer", concernsPeer: true) }
            return receipt
        case .problem(let problem):
            state.withLock { $0.traffic.problems += 1 }
            watch.note("\(to) answers \(from): \(problem.status) \(problem.code)")
            throw DeliveryFault(
                code: problem.code, detail: problem.detail,
                concernsPeer: problem.status == 429 || problem.status >= 500)
        }
    }

    fileprivate func carryHeads(_ message: [UInt8], from: Int, to code: AgencyCode) async throws(DeliveryFault)
        -> [UInt8]
    {
        guard let to = watch.node(code) else {
            throw DeliveryFault(code: "peer-unknown", detail: "no such agency", concernsPeer: true)
        }
        let node = state.withLock { state in
            state.traffic.headMessages += 1
            return state.nodes[to]
        }
        switch await node.witness(over: NationRoadEnd(from: to, road: self)).answer(message, from: watch.codes[from]) {
        case .receipt(let answer): return answer
        case .problem(let problem):
            throw DeliveryFault(code: problem.code, detail: problem.detail, concernsPeer: problem.status >= 500)
        }
    }
}

/// One agency's end of the road, for documents and for tree heads.
struct NationRoadEnd: PeerLink, HeadLink {
    let from: Int
    let road: NationRoad

    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        try await road.carry(document, from: from, to: peer)
    }

    func show(_ message: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        try await road.carryHeads(message, from: from, to: peer)
    }
}
