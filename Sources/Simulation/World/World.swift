import Casework
import TransferCore
import TransferDocuments

/// A run: agencies, a road, a bank, people, and what goes wrong with them, all of it drawn from one seed and carried out by
/// one task, moment by moment.
///
/// In the first part the run's faults strike; then they stop, staff do what is sensible, and everything has to come to rest.
final class World {
    let settings: SimulationSettings
    let time = WorldTime()
    let watch: Watch
    let faults: [SimulatedFault]
    let applicants: [SimulatedApplicant]
    let nodes: [SimulatedNode]
    let bank: WorldBank
    let road: WorldRoad
    var numbers: SeededNumbers
    var events = EventQueue<WorldEvent>()
    var places: [ApplicantPlace]
    /// Of each node: which turn is the next one, and how many writes it had when it was looked at last.
    private var turns: [(at: Int64?, generation: Int)]
    private var writes: [Int]
    private var isRestarting: [Bool]
    private(set) var handled = 0

    /// What an applicant knows of the own application.
    struct ApplicantPlace {
        var number: CaseNumber?
        /// The number that the key got first.
        var told: CaseNumber?
        var isAnswered = false
        var corrections = 0
        var hasWithdrawn = false
        var cards = 0
    }

    /// Queries for which what did not arrive was paid, so that staff do not pay it again.
    var shortfallsMet: Set<String> = []
    /// How many months came late in this run.
    var revisions = 0
    /// Of each node: cases as they were read last, since the node was started.
    var stories: [[CaseNumber: (version: Int, story: CaseStory)]]
    /// What staff tried and were not allowed to do, as `case action`.
    var forbidden: Set<String> = []
    /// Recalls of forms after which a new one was made.
    var revised: Set<String> = []
    /// Of nodes: how long the disk was when its backup was taken.
    var backups: [Int: Int] = [:]
    /// Nodes of whose disk a backup is taken in this run.
    let restored: Set<Int>
    /// Whether a hostile agency has shown two histories; who believed it keeps to it.
    var hasForked = false
    /// Cases that have not ended, by the phases of both sides.
    var leftOver: [String] = []

    init(_ settings: SimulationSettings) {
        self.settings = settings
        let count = settings.agencies
        let watch = Watch(
            codes: Array(SimulatedCast.agencies.prefix(count)), isRecording: settings.isRecording)
        let time = time
        let drawn = SimulatedFault.draw(
            seed: settings.seed, nodes: count, cases: settings.cases, families: settings.families)
        let faults = settings.keptFaults.map { kept in drawn.filter { kept.contains($0.id) } } ?? drawn
        let bank = WorldBank(
            agencies: Array(SimulatedCast.agencies.prefix(count)), seed: settings.seed, faults: faults, time: time,
            watch: watch, flaws: settings.bugs)
        let road = WorldRoad(faults: faults, time: time, watch: watch, flaws: settings.bugs)
        var numbers = SeededNumbers(seed: settings.seed, stream: 3)
        nodes = (0..<count).map { index in
            let alone = Set(DecisionStep.allCases.filter { $0 == .query || numbers.chance(700) })
            return SimulatedNode(
                index, alone: alone, faults: faults, time: time, bank: bank, watch: watch, flaws: settings.bugs)
        }
        road.join(nodes)
        applicants = SimulatedApplicant.draw(seed: settings.seed, cases: settings.cases, agencies: count)
        places = Array(repeating: ApplicantPlace(), count: applicants.count)
        turns = Array(repeating: (nil, 0), count: count)
        writes = Array(repeating: 0, count: count)
        isRestarting = Array(repeating: false, count: count)
        stories = Array(repeating: [:], count: count)
        restored = Set(
            faults.compactMap { fault in
                if case .backup(let node, _, _, _) = fault.kind { node } else { nil }
            })
        self.watch = watch
        self.faults = faults
        self.bank = bank
        self.road = road
        self.numbers = numbers
    }

    /// How long after the faults have stopped everything must have come to rest.
    static let patience: Int64 = 150 * 86_400_000

    func run() async {
        await begin()
        let end = SimulatedFault.period + World.patience
        while let (at, event) = events.pop(), at <= end, !watch.isBroken {
            time.now = max(time.now, at)
            watch.pass(to: time.now)
            handled += 1
            await carryOut(event)
            lookAround()
            if time.areFaultsOver, case .lookForRest = event, await isAtRest() { break }
        }
        if !watch.isBroken { await judge() }
    }

    private func begin() async {
        for (serial, applicant) in applicants.enumerated() {
            if let record = applicant.recordAtOrigin {
                _ = try? await nodes[applicant.origin].store.perform(.records([record]))
            }
            if let record = applicant.recordAtDestination {
                _ = try? await nodes[applicant.destination].store.perform(.records([record]))
            }
            events.push(.applicant(serial), at: applicant.lodgesAt)
        }
        for node in nodes.indices {
            events.push(.watch(node), at: 18 * 3_600_000 + Int64(node) * 60_000)
            events.push(.staff(node), at: numbers.within(3_600_000...86_400_000))
        }
        for fault in faults {
            switch fault.kind {
            case .hostile(let at, let act): events.push(.hostile(act), at: at)
            case .backup(let node, let taken, let at, let length):
                events.push(.backup(node), at: taken)
                // Heads are exchanged every ten minutes; what counts is the last time before.
                for moment in [taken, (taken + at) / 2, at - 600_000] { events.push(.heads(node), at: moment) }
                events.push(.restore(node), at: at)
                events.push(.putBack(node), at: at + length)
            default: break
            }
        }
        events.push(.lookForRest, at: SimulatedFault.period + 86_400_000)
        lookAround()
    }

    private func carryOut(_ event: WorldEvent) async {
        switch event {
        case .turn(let node, let generation):
            guard turns[node].generation == generation else { return }
            turns[node].at = nil
            await turn(of: nodes[node])
        case .restart(let node):
            isRestarting[node] = false
            await restart(node)
        case .watch(let node):
            await goOnAfterFork(at: node)
            await dailyWatch(of: nodes[node])
            // Real workers look all the time: also for what has rested, and was not wanted anew by a write.
            wake(node, within: 12 * 3_600_000)
            events.push(.watch(node), at: time.now + 86_400_000)
        case .staff(let node):
            await staffRound(at: nodes[node])
            events.push(.staff(node), at: time.now + numbers.within(6 * 3_600_000...30 * 3_600_000))
        case .applicant(let serial): await visit(of: serial)
        case .bank: for node in bank.work() { wake(node, within: 6 * 3_600_000) }
        case .road: await road.work()
        case .hostile(let act): await hostile(act)
        case .lookForRest: events.push(.lookForRest, at: time.now + 43_200_000)
        case .heads(let node): await showHeads(of: node)
        case .backup(let node): backups[node] = nodes[node].disk.length
        case .restore(let node): restoreBackup(at: node)
        case .putBack(let node): putDiskBack(at: node)
        }
    }

    /// Starts a node again. One that was restored from an old backup is started when a peer that knows better can be asked.
    private func restart(_ node: Int) async {
        if nodes[node].disk.isOld, !time.areFaultsOver, witnesses(of: node).isEmpty {
            isRestarting[node] = true
            return events.push(.restart(node), at: time.now + 3_600_000)
        }
        nodes[node].restart()
        stories[node] = [:]
        watch.note("\(node) starts again")
        watch.struck("crash")
        await lookBack(at: node)
        if !nodes[node].disk.isOld, !nodes[node].isDead {
            do { try await watch.compare(nodes[node].store, of: node) } catch {
                watch.find("kept", "the store of \(watch.codes[node]) cannot be read: \(error)")
            }
        }
        wake(node, within: 600_000)
    }

    /// What an event led to: nodes that wrote something have work, those that died are started again, and bank and road
    /// have told when they want to be called.
    private func lookAround() {
        for node in nodes.indices {
            let count = nodes[node].disk.writes
            if count != writes[node] {
                writes[node] = count
                wake(node, within: 1_800_000)
            }
            if nodes[node].isDead, !isRestarting[node] {
                isRestarting[node] = true
                watch.note("\(node) is dead")
                let longest: Int64 = time.areFaultsOver ? 60_000 : 30 * 3_600_000
                events.push(.restart(node), at: time.now + numbers.within(1_000...longest))
            }
        }
        for due in bank.takeAlarms() { events.push(.bank, at: max(due, time.now)) }
        for due in road.takeAlarms() { events.push(.road, at: max(due, time.now)) }
    }

    /// Lets a node work soon.
    func wake(_ node: Int, within milliseconds: Int64) {
        let at = time.now + numbers.within(1_000...milliseconds)
        if let planned = turns[node].at, planned <= at { return }
        turns[node] = (at, turns[node].generation + 1)
        events.push(.turn(node, turns[node].generation), at: at)
    }
}

/// What happens next in a run.
enum WorldEvent {
    case turn(Int, Int)
    case restart(Int)
    case watch(Int)
    case staff(Int)
    case applicant(Int)
    case bank
    case road
    case hostile(SimulatedFault.HostileAct)
    case lookForRest
    /// A node exchanges tree heads with every peer.
    case heads(Int)
    case backup(Int)
    case restore(Int)
    case putBack(Int)
}

/// Events in the order of their moments; of one moment in the order in which they were pushed.
struct EventQueue<Event> {
    private var heap: [(at: Int64, order: Int, event: Event)] = []
    private var count = 0

    mutating func push(_ event: Event, at moment: Int64) {
        heap.append((moment, count, event))
        count += 1
        var place = heap.count - 1
        while place > 0, precedes(place, (place - 1) / 2) {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    mutating func pop() -> (at: Int64, event: Event)? {
        guard let first = heap.first, let last = heap.popLast() else { return nil }
        guard !heap.isEmpty else { return (first.at, first.event) }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && precedes(child, least) {
                least = child
            }
            guard least != place else { return (first.at, first.event) }
            heap.swapAt(least, place)
            place = least
        }
    }

    private func precedes(_ a: Int, _ b: Int) -> Bool {
        heap[a].at == heap[b].at ? heap[a].order < heap[b].order : heap[a].at < heap[b].at
    }
}
