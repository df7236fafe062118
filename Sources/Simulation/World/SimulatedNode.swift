import Casework
import Logging
import Synchronization
import TransferCore
import TransferDocuments

/// One node of a run: a real desk over a simulated store, clock, key and bank folder. It dies and comes back.
final class SimulatedNode: Sendable {
    let index: Int
    let code: AgencyCode
    let clock: SimulatedClock
    let disk = SimulatedDisk()
    private let anchor = SimulatedAnchor()
    let alone: Set<DecisionStep>
    private let signer: SimulatedSigner
    private let directory: SimulatedDirectory
    private let bank: WorldBank
    private let around: SimulatedStore.Surroundings
    /// How often the n-th restart is followed by another death while the node recovers.
    private let recoveries: [Int: Int]
    private let state: Mutex<State>
    private let isBlind: Bool

    private struct State {
        var road: WorldRoad?
        var store: SimulatedStore
        var desk: Desk
        var office: BankOffice
        /// Of the process: a new one takes its clock for right, until its peers say otherwise.
        var clockGate: ClockGate
        var deathsLeft = 0
        var starts = 0
    }

    init(
        _ index: Int, alone: Set<DecisionStep>, faults: [SimulatedFault], time: WorldTime, bank: WorldBank,
        watch: Watch, flaws: Set<PlantedBug>
    ) {
        self.index = index
        code = SimulatedCast.agencies[index]
        self.alone = alone
        self.bank = bank
        isBlind = flaws.contains(.servesWithoutLook)
        let mine = NodeFaults(faults, of: index)
        clock = SimulatedClock(time: time, faults: mine.clock)
        signer = SimulatedSigner(key: SimulatedNetwork.shared.keys[index], time: time, absences: mine.absences)
        recoveries = mine.recoveries
        let network = SimulatedNetwork.shared
        directory = SimulatedDirectory(
            current: flaws.contains(.acceptsAnyKey) ? network.carelessDirectory : network.directory)
        around = SimulatedStore.Surroundings(
            node: index, faults: mine.writes, races: mine.races, flaws: flaws, watch: watch,
            isHealed: { time.areFaultsOver })
        let store = SimulatedStore(disk, around)
        let clockGate = ClockGate()
        let desk = SimulatedNode.desk(code, alone, store, clock, signer.under(clock, clockGate), directory)
        state = Mutex(
            State(
                store: store, desk: desk, office: BankOffice(desk: desk, folder: bank.folder(of: index)),
                clockGate: clockGate))
    }

    var store: SimulatedStore { state.withLock { $0.store } }
    var desk: Desk { state.withLock { $0.desk } }
    var office: BankOffice { state.withLock { $0.office } }
    var isDead: Bool { store.isDead }
    /// Whether the process may take and send documents and order payments.
    var isServing: Bool { !store.isDead && store.gate.isOpen }

    func join(_ road: WorldRoad) { state.withLock { $0.road = road } }

    /// Makes heads of the node's log and looks at those of others; nil before the road is there.
    var witness: WitnessDesk? {
        state.withLock { state in
            guard let road = state.road else { return nil }
            return WitnessDesk(
                desk: state.desk, log: SimulatedLog(store: state.store),
                link: WorldHeadEnd(from: index, road: road), gate: state.store.gate, anchor: anchor,
                clockGate: state.clockGate)
        }
    }

    /// Whether the node's key is there, and its clock nothing that it doubts.
    var canSign: Bool { signer.isThere && closedClock == nil }

    /// Why the process signs nothing: its clock may be wrong. Nil while all is well.
    var closedClock: String? {
        let gate = state.withLock { $0.clockGate }
        gate.look(wall: clock.now, steadyMilliseconds: signer.time.now)
        return gate.closedBecause
    }

    /// No effect rests for longer, in milliseconds: a real node waits a minute at most, a run has fewer turns.
    static let longestRest: Int64 = 86_400_000

    /// Whether an effect is to be carried out now, as a real node judges it: one that was left under a clock years ahead
    /// does not wait for those years.
    func isDue(_ effect: OpenEffect) -> Bool {
        effect.dueAt.isPast(at: clock.now, longestMilliseconds: SimulatedNode.longestRest)
    }

    /// What a node does before it serves: it looks at its own newest head, asks its peers, one after the other so that their
    /// answers have one order, and looks at its note of the newest head. A real node looks at the note first; here the
    /// peers come first, so that both are needed in some runs.
    func lookBack() async {
        guard !isBlind, let witness else { return }
        do { try await witness.lookAtOurselves() } catch { return }
        guard store.gate.isOpen, let peers = try? await witness.otherPeers() else { return }
        for peer in peers {
            for _ in 1...WitnessDesk.asksAtStart where store.gate.isOpen && !isDead {
                if (try? await witness.ask(peer)) != nil { break }
            }
        }
        guard store.gate.isOpen, !isDead, let noted = anchor.head else { return }
        if (try? await witness.goesBack(toNoted: noted.bytes)) == false {
            store.gate.close("the log does not go back to the head that was noted")
        }
    }

    /// What a peer's time says of the process's own.
    func noteClock(of peer: AgencyCode, disagrees: Bool) {
        state.withLock { $0.clockGate }.note(peer, disagrees: disagrees)
    }

    /// The power fails, and what is on the disk is replaced while the node is off.
    func exchangeDisk(_ change: (SimulatedDisk) -> Void) {
        store.kill()
        change(disk)
    }
    /// What a second look at the same disk needs: nothing goes wrong any more.
    var quietSurroundings: SimulatedStore.Surroundings { around }

    /// Starts a new process over what is on the disk.
    func restart() {
        let dyingAfter: Int? = state.withLock { state in
            state.starts += 1
            if let times = recoveries[state.starts], state.deathsLeft == 0 { state.deathsLeft = times }
            guard state.deathsLeft > 0 else { return nil }
            state.deathsLeft -= 1
            return state.deathsLeft % 2
        }
        let store = SimulatedStore(disk, around, dyingAfter: around.isHealed() ? nil : dyingAfter)
        let clockGate = ClockGate()
        let desk = SimulatedNode.desk(code, alone, store, clock, signer.under(clock, clockGate), directory)
        state.withLock { state in
            state.clockGate = clockGate
            state.store = store
            state.desk = desk
            state.office = BankOffice(desk: desk, folder: bank.folder(of: index))
        }
    }

    private static func desk(
        _ code: AgencyCode, _ alone: Set<DecisionStep>, _ store: SimulatedStore, _ clock: SimulatedClock,
        _ signer: GatedSigner, _ directory: SimulatedDirectory
    ) -> Desk {
        Desk(
            agency: AgencySettings(
                code: code,
                office: AgencyOffice(
                    name: "某市社会保险经办机构", address: "某路1号", postcode: "261000", telephone: "0536-0000000"),
                account: SimulatedCast.account(of: code), limits: DeadlineLimits(profile: "national", limits: [:]),
                calendar: .shipped, interest: SimulatedCast.interest, straightThrough: alone),
            store: store, clock: clock, signer: signer, directory: directory, logger: quiet)
    }

    private static let quiet = Logger(label: "simulation") { _ in SwiftLogNoOpLogHandler() }
}

/// The faults of one node, by what they strike.
private struct NodeFaults {
    var writes: [Int: SimulatedFault.DiskFault] = [:]
    var races: Set<Int> = []
    var recoveries: [Int: Int] = [:]
    var clock: [(at: Int64, milliseconds: Int64, fault: SimulatedFault.ClockFault)] = []
    var absences: [(at: Int64, milliseconds: Int64)] = []

    init(_ faults: [SimulatedFault], of node: Int) {
        for fault in faults {
            switch fault.kind {
            case .write(node, let ordinal, let kind): writes[ordinal] = kind
            case .race(node, let ordinal): races.insert(ordinal)
            case .recovery(node, let restart, let times): recoveries[restart] = times
            case .clock(node, let at, let length, let kind): clock.append((at, length, kind))
            case .token(node, let at, let length): absences.append((at, length))
            default: break
            }
        }
    }
}
