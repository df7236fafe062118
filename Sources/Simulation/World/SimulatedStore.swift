import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// A node's store in memory over a simulated disk: it keeps the promises of the port, and dies where the run's faults say.
///
/// A write is checked, put into the journal, synced, and only then acknowledged.
final class SimulatedStore: NodeStore {
    /// What a store does beside storing: tell the checks, and let a rival in before a write.
    struct Surroundings: Sendable {
        let node: Int
        let faults: [Int: SimulatedFault.DiskFault]
        let races: Set<Int>
        let flaws: Set<PlantedBug>
        let watch: Watch
        let isHealed: @Sendable () -> Bool
        /// Is told of every step of a case.
        var stepped: (@Sendable (CaseStep) -> Void)?
    }

    private struct State {
        var tables: StoreTables
        var isDead = false
        var rival: (@Sendable () async -> Void)?
        /// Writes that were acknowledged before they were carried to the disk: a bug that was planted.
        var deferred: [StoreWrite] = []
        /// Hashes of the first leaves of the log.
        var leaves: [DocumentDigest] = []
        /// Writes that are left before the process dies while it recovers; nil for ever.
        var writesLeft: Int?
    }

    private let disk: SimulatedDisk
    private let around: Surroundings
    /// Of this process: a new one starts with an open gate, and looks before it serves.
    let gate = RecoveryGate()
    private let state: Mutex<State>
    /// The same as in the state, for the many who only ask.
    private let hasDied = Atomic(false)

    /// Opens the store that is on the disk.
    init(_ disk: SimulatedDisk, _ around: Surroundings, dyingAfter writesLeft: Int? = nil) {
        self.disk = disk
        self.around = around
        let tables = StoreTables(flaws: around.flaws)
        for write in disk.reopen(trusting: around.flaws.contains(.takesTornRecord)) { tables.apply(write) }
        if around.flaws.contains(.ordersAgain), disk.restarts > 1 { tables.forgetMessages() }
        state = Mutex(State(tables: tables, writesLeft: writesLeft))
    }

    var isDead: Bool { hasDied.load(ordering: .sequentiallyConsistent) }
    /// How many writes the node has begun, in all its processes.
    var writes: Int { disk.writes }

    /// What another task of the node does at the same time, if the next write meets a race.
    func setRival(_ rival: (@Sendable () async -> Void)?) { state.withLock { $0.rival = rival } }

    static let death = StoreError.unavailable("the process has died")

    /// Reads what is in memory.
    func read<Value: Sendable>(_ body: (StoreTables) throws(StoreError) -> Value) throws(StoreError) -> Value {
        try state.withLock { state throws(StoreError) in
            guard !state.isDead else { throw SimulatedStore.death }
            return try body(state.tables)
        }
    }

    /// The hashes of all leaves of the log.
    func leaves() throws(StoreError) -> [DocumentDigest] {
        try state.withLock { state throws(StoreError) in
            guard !state.isDead else { throw SimulatedStore.death }
            for place in state.leaves.count..<state.tables.log.count {
                var entry = LeafEntry(.event)
                entry.add(place)
                entry.add(String(state.tables.log[place]))
                state.leaves.append(entry.hash)
            }
            return state.leaves
        }
    }

    /// Carries a write out, with what goes wrong at it.
    @discardableResult
    func perform(_ write: StoreWrite) async throws(StoreError) -> StoreTables.Outcome {
        if write.needsOpenGate { try gate.pass() }
        let ordinal = disk.countWrite()
        if around.races.contains(ordinal), write.letsRivalsIn, let rival = takeRival() { await rival() }
        let fault = around.isHealed() ? nil : around.faults[ordinal]
        return try state.withLock { state throws(StoreError) in
            guard !state.isDead else { throw SimulatedStore.death }
            if state.writesLeft == 0 || fault == .diesBefore {
                try die(&state, .nothing)
            }
            state.writesLeft = state.writesLeft.map { $0 - 1 }
            if fault == .refuses { throw .unavailable("the disk is full") }
            try state.tables.check(write)
            let outcome = state.tables.apply(write)
            for earlier in state.deferred {
                disk.append(earlier)
                around.watch.wrote(earlier, at: around.node, isAcknowledged: true)
            }
            state.deferred = []
            if around.flaws.contains(.receiptBeforeCommit), case .step(let step) = write, step.incoming != nil {
                state.deferred = [write]
                return outcome
            }
            disk.append(write)
            return try sync(write, outcome, fault, &state)
        }
    }

    private func takeRival() -> (@Sendable () async -> Void)? {
        state.withLock { state in
            defer { state.rival = nil }
            return state.rival
        }
    }

    private func sync(
        _ write: StoreWrite, _ outcome: StoreTables.Outcome, _ fault: SimulatedFault.DiskFault?, _ state: inout State
    ) throws(StoreError) -> StoreTables.Outcome {
        switch fault {
        case .losesUnsynced: try die(&state, .nothing)
        case .tears:
            try die(&state, .torn)
        case .keepsUnsynced:
            around.watch.wrote(write, at: around.node, isAcknowledged: false)
            try die(&state, .everything)
        case .diesAfter:
            disk.sync()
            around.watch.wrote(write, at: around.node, isAcknowledged: false)
            try die(&state, .everything)
        case .doesNotKnow:
            disk.sync()
            around.watch.wrote(write, at: around.node, isAcknowledged: false)
            throw .outcomeUnknown("the connection was lost")
        case .refuses, .diesBefore, nil: break
        }
        if !around.flaws.contains(.acknowledgesBeforeSync) || disk.writes % 7 == 0 { disk.sync() }
        around.watch.wrote(write, at: around.node, isAcknowledged: true)
        if let stepped = around.stepped, case .step(let step) = write { stepped(step) }
        return outcome
    }

    private func die(_ state: inout State, _ remains: SimulatedDisk.Remains) throws(StoreError) {
        disk.cut(remains)
        state.isDead = true
        hasDied.store(true, ordering: .sequentiallyConsistent)
        throw SimulatedStore.death
    }

    /// The power fails between two writes.
    func kill() {
        state.withLock { state in
            disk.cut(.nothing)
            state.isDead = true
            hasDied.store(true, ordering: .sequentiallyConsistent)
        }
    }
}

// MARK: - Writes

extension SimulatedStore {
    func commit(_ step: CaseStep) async throws(StoreError) { try await perform(.step(step)) }

    func reserveSerials(_ count: Int, year: Int) async throws(StoreError) -> Range<Int> {
        guard case .serials(let range) = try await perform(.serials(count: count, year: year)) else {
            throw .corrupt("no serials were given")
        }
        return range
    }

    func keepRefused(_ evidence: RefusedEvidence) async throws(StoreError) { try await perform(.refused(evidence)) }

    func delivered(_ entry: OutboxEntry, receipt: [UInt8], isRefused: Bool, at: Instant) async throws(StoreError) {
        try await perform(.delivered(entry, receipt: receipt, isRefused: isRefused, at: at))
    }

    func deliveryFailed(_ entry: OutboxEntry, code: String, error: String, at: Instant) async throws(StoreError) {
        try await perform(.deliveryFailed(entry, error: "\(code): \(error)"))
    }

    func effectFailed(_ id: EffectID, error: String, dueAt: Instant) async throws(StoreError) {
        try await perform(.effectFailed(id, error: error, dueAt: dueAt))
    }

    func assignOrderMessage(_ messageID: String, at: Instant, limit: Int) async throws(StoreError) -> OrderMessage? {
        // A look that finds nothing writes nothing.
        guard try read({ tables in !tables.waitingOrders.isEmpty }) else { return nil }
        guard case .message(let message) = try await perform(.message(messageID, at: at, limit: limit)) else {
            return nil
        }
        return message
    }

    func orderMessageWritten(_ messageID: String, at: Instant) async throws(StoreError) {
        try await perform(.messageWritten(messageID, at: at))
    }

    func reportLost(_ account: String, by person: String, at: Instant) async throws(StoreError) {
        try await perform(.lost(account: account))
    }

    func keepUnmatched(_ line: BankLine, why: String, posting: Posting?, at: Instant) async throws(StoreError) {
        try await perform(.unmatched(line, why: why, posting, at: at))
    }

    func importRecords(_ records: [PersonRecord], at: Instant) async throws(StoreError) {
        try await perform(.records(records))
    }
}
