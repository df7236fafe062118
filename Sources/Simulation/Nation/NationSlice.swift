import BankFiles
import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// One slice of a simulated nation: all agencies over the whole year with a part of the transfers. It is carried out by one
/// task, moment by moment; afterwards, until everything has come to its end, nothing new is lodged.
final class NationSlice {
    let nation: Nation
    let calendar: NationCalendar
    let assumed: NationAssumptions
    let time: WorldTime
    let watch: Watch
    let memory = SignatureMemory()
    let bank: WorldBank
    let road: NationRoad
    let nodes: [NationNode]
    let applicants: [NationApplicant]
    var numbers: SeededNumbers
    var events = EventQueue<NationEvent>()
    var totals = NationTotals()
    /// Of each applicant: the number of the case, and what became of the visits.
    var visits: [Visit]
    /// The applicant of each case.
    var owners: [CaseNumber: Int] = [:]
    /// Of each node: when staff will look at which case, and in which phase it was when that was planned.
    var plans: [[CaseNumber: Plan]]
    /// Queries for which what did not arrive was paid, so that it is not paid again.
    var shortfallsMet: Set<String> = []
    /// Of each node: how many of its last turns have failed.
    var failures: [Int]
    /// Of each node: its note of the bank's files, which it reads at its start only, as a node does that does not die.
    var bankNotes: [BankNote?]
    /// Of each node: the turn that is the next one.
    private var turns: [(at: Int64?, generation: Int)]
    private let changes: ChangedCases
    private var isOver = false

    struct Visit {
        var number: CaseNumber?
        var corrections = 0
        var cards = 0
        var isPlanned = false
        var hasWithdrawn = false
    }

    struct Plan {
        let phase: String
        let at: Int64
    }

    init(_ nation: Nation, number: Int) {
        self.nation = nation
        let settings = nation.settings
        calendar = nation.calendar
        assumed = settings.assumed
        let seed = settings.seed &* 1_000_003 &+ UInt64(number)
        numbers = SeededNumbers(seed: seed, stream: 3)
        let time = WorldTime(beginning: Instant(milliseconds: nation.calendar.beginning))
        let watch = Watch(codes: nation.places.codes, isRecording: false)
        let bank = WorldBank(
            agencies: nation.places.codes, seed: seed, faults: [], time: time, watch: watch, flaws: settings.bugs,
            habits: NationSlice.habits(nation.calendar, settings.assumed))
        let road = NationRoad(watch: watch, lost: settings.assumed.answersLost, seed: seed)
        let changes = ChangedCases()
        let memory = memory
        nodes = nation.places.codes.indices.map { index in
            NationNode(
                index, of: nation, time: time, bank: bank, watch: watch, memory: memory, flaws: settings.bugs
            ) { changes.add($0, at: index) }
        }
        road.join(nodes)
        applicants = nation.draw.applicants(slice: number, of: settings.slices, transfers: settings.transfers)
        visits = Array(repeating: Visit(), count: applicants.count)
        plans = Array(repeating: [:], count: nodes.count)
        failures = Array(repeating: 0, count: nodes.count)
        bankNotes = Array(repeating: nil, count: nodes.count)
        turns = Array(repeating: (nil, 0), count: nodes.count)
        (self.time, self.watch, self.bank, self.road, self.changes) = (time, watch, bank, road, changes)
    }

    /// The bank works on working days, and cannot carry everything out.
    private static func habits(_ calendar: NationCalendar, _ assumed: NationAssumptions) -> WorldBank.Habits {
        @Sendable func onWorkingDay(_ now: Int64, _ delay: Int64) -> Int64 {
            let due = now + delay
            let day = Int(due / NationCalendar.day)
            guard !calendar.isWorkingDay(day) || due % NationCalendar.day > 61_200_000 else { return delay }
            let next = calendar.workingDay(after: day, calendar.isWorkingDay(day) ? 1 : 0)
            return Int64(next) * NationCalendar.day + 32_400_000 + delay - now
        }
        return WorldBank.Habits(
            worksAfter: { now, numbers in onWorkingDay(now, numbers.milliseconds(assumed.bankWorks)) },
            tellsAfter: { now, numbers in onWorkingDay(now, numbers.milliseconds(assumed.bankTells)) },
            givesBackAfter: { now, numbers in
                onWorkingDay(now, numbers.within(NationCalendar.day...6 * NationCalendar.day))
            },
            fate: { numbers in
                let place = numbers.below(1_000)
                let reason = { (numbers: inout SeededNumbers) in numbers.pick(BounceReason.allCases) }
                if place < assumed.bankRefuses { return .refuses(reason(&numbers)) }
                if place < assumed.bankRefuses + assumed.bankGivesBack { return .givesBack(reason(&numbers)) }
                let rest = place - assumed.bankRefuses - assumed.bankGivesBack
                return rest < assumed.bankGivesBackLater ? .givesBackLater(reason(&numbers)) : nil
            })
    }

    /// How many days after the year's end everything must have come to rest.
    private static let patience = 300

    func run() async {
        begin()
        let end = Int64(calendar.length + NationSlice.patience) * NationCalendar.day
        while !isOver, let (at, event) = events.pop(), at <= end, !watch.isBroken {
            time.now = max(time.now, at)
            watch.pass(to: time.now)
            await carryOut(event)
            lookAround()
        }
        if !watch.isBroken { await judge() }
        countRun()
    }

    private func begin() {
        for (place, applicant) in applicants.enumerated() { events.push(.lodge(place), at: applicant.lodgesAt) }
        let first = calendar.workingDay(after: 0, 0)
        for node in nodes.indices { events.push(.watch(node), at: morning(first, node)) }
        events.push(.yearEnd, at: Int64(calendar.length) * NationCalendar.day)
        for month in stride(from: 85, to: calendar.length, by: 90) {
            events.push(.heads, at: Int64(month) * NationCalendar.day + 2 * 3_600_000)
        }
    }

    private func morning(_ day: Int, _ node: Int) -> Int64 {
        Int64(day) * NationCalendar.day + 25_200_000 + Int64(node) * 1_000
    }

    private func carryOut(_ event: NationEvent) async {
        switch event {
        case .lodge(let place): await lodge(place)
        case .turn(let node, let generation):
            guard turns[node].generation == generation else { return }
            turns[node].at = nil
            await turn(of: nodes[node])
        case .watch(let node):
            await dailyWatch(of: nodes[node])
            let today = Int(time.now / NationCalendar.day)
            events.push(.watch(node), at: morning(calendar.workingDay(after: today, 1), node))
        case .staff(let node, let number): await staffLook(at: number, nodes[node])
        case .applicant(let place): await visit(of: place)
        case .bank: for node in bank.work() { wake(node, within: 3_600_000) }
        case .heads: await exchangeHeads()
        case .yearEnd:
            countYear()
            events.push(.rest, at: time.now + NationCalendar.day)
        case .rest:
            isOver = isAtRest
            events.push(.rest, at: time.now + 3 * NationCalendar.day)
        }
    }

    /// What an event led to: nodes that wrote something have work, and bank and staff have something to look at.
    private func lookAround() {
        for change in changes.take() {
            wake(change.node, within: 1_200_000)
            plan(change)
        }
        for due in bank.takeAlarms() { events.push(.bank, at: max(due, time.now)) }
    }

    /// Lets the workers of a node do soon what there is.
    func wake(_ node: Int, within milliseconds: Int64) {
        let at = time.now + numbers.within(1_000...milliseconds)
        if let planned = turns[node].at, planned <= at { return }
        turns[node] = (at, turns[node].generation + 1)
        events.push(.turn(node, turns[node].generation), at: at)
    }

    /// Whether nothing is left to be done by anybody.
    private var isAtRest: Bool {
        guard bank.isAtRest else { return false }
        return nodes.allSatisfy { node in
            (try? node.store.read { tables in
                tables.waiting.isEmpty && tables.waitingOrders.isEmpty && tables.messages.allSatisfy(\.isWritten)
                    && tables.cases.values.allSatisfy(\.summary.isTerminal)
            }) ?? false
        }
    }
}

/// What happens next in a slice.
enum NationEvent {
    /// Workers: a node, and which of its turns.
    case turn(Int, Int)
    case lodge(Int)
    case applicant(Int)
    case staff(Int, CaseNumber)
    case watch(Int)
    case bank
    case heads
    case yearEnd
    case rest
}

/// The cases that steps were written of since somebody looked.
final class ChangedCases: Sendable {
    struct Change: Sendable {
        let node: Int
        let number: CaseNumber
        let phase: String
        let isTerminal: Bool
        let isUrged: Bool
    }

    private let changes = Mutex<[Change]>([])

    func add(_ step: CaseStep, at node: Int) {
        let change = Change(
            node: node, number: step.number, phase: step.summary.phase, isTerminal: step.summary.isTerminal,
            isUrged: step.events.contains { $0.name == "reminder-arrived" })
        changes.withLock { $0.append(change) }
    }

    func take() -> [Change] {
        changes.withLock { changes in
            defer { changes.removeAll(keepingCapacity: true) }
            return changes
        }
    }
}
