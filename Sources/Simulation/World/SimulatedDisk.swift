import Synchronization

/// The disk of one node: a journal of records. What was synced stays; of the rest a power cut decides.
final class SimulatedDisk: Sendable {
    struct Record: Sendable {
        var write: StoreWrite
        let checksum: UInt64
    }

    private struct State {
        var records: [Record] = []
        var synced = 0
        var restarts = 0
        /// What was on the disk when an old backup was put in its place; nil while the disk is its own.
        var aside: [Record]?
    }

    private let state = Mutex(State())
    private let begun = Atomic(0)
    private let keepsRecords: Bool

    /// - Parameter keepsRecords: whether there is anything to start again from; a node that never dies needs no journal.
    init(keepsRecords: Bool = true) { self.keepsRecords = keepsRecords }

    /// The number of the next write, counted over all processes of the node.
    func countWrite() -> Int { begun.add(1, ordering: .sequentiallyConsistent).newValue }

    var writes: Int { begun.load(ordering: .sequentiallyConsistent) }
    var restarts: Int { state.withLock { $0.restarts } }

    func append(_ write: StoreWrite) {
        guard keepsRecords else { return }
        let record = Record(write: write, checksum: write.checksum)
        state.withLock { $0.records.append(record) }
    }

    func sync() { state.withLock { $0.synced = $0.records.count } }

    /// What a power cut leaves of the records that were not synced.
    enum Remains: Sendable {
        case nothing
        case everything
        /// Everything but the last record, and of that the beginning.
        case torn
    }

    func cut(_ remains: Remains) {
        state.withLock { state in
            switch remains {
            case .nothing: state.records.removeSubrange(state.synced...)
            // What a power cut has left stands on the disk: no later one takes it away.
            case .everything: state.synced = state.records.count
            case .torn:
                guard state.synced < state.records.count, let last = state.records.popLast() else { return }
                let torn = last.write.torn
                // What lost nothing that counts was not begun.
                if torn.checksum != last.checksum { state.records.append(Record(write: torn, checksum: last.checksum)) }
            }
        }
    }

    /// Reads the journal after a restart. A last record that is not whole is cut off, as it never was acknowledged.
    ///
    /// - Parameter trusting: takes it anyway; a bug that was planted.
    func reopen(trusting: Bool) -> [StoreWrite] {
        state.withLock { state in
            state.restarts += 1
            while !trusting, let last = state.records.last, last.write.checksum != last.checksum {
                state.records.removeLast()
            }
            state.synced = state.records.count
            return state.records.map(\.write)
        }
    }

    /// How much is on the disk for good: what a backup that is taken now holds.
    var length: Int { state.withLock { $0.synced } }

    /// Whether what is on the disk is an old backup.
    var isOld: Bool { state.withLock { $0.aside != nil } }

    /// Puts a backup in the place of what is on the disk.
    ///
    /// - Parameter length: of the disk when the backup was taken.
    func putBackup(length: Int) {
        state.withLock { state in
            guard state.aside == nil, length <= state.synced else { return }
            state.aside = Array(state.records.prefix(state.synced))
            state.records.removeSubrange(length...)
            state.synced = length
        }
    }

    /// Puts what was there before the backup in its place again.
    func putBack() {
        state.withLock { state in
            guard let aside = state.aside else { return }
            state.records = aside
            state.synced = aside.count
            state.aside = nil
        }
    }

    /// How many leaves the log of a backup has.
    func leaves(ofFirst length: Int) -> Int64 {
        state.withLock { state in Int64((state.aside ?? state.records).prefix(length).count { $0.write.appendsLeaf }) }
    }

    /// Everything that stands on the disk, as one may copy it away.
    var journal: [StoreWrite] { state.withLock { $0.records.prefix($0.synced).map(\.write) } }
}
