import Casework
import TransferCore
import TransferDocuments

/// The log of a simulated node: its tree over what the store has written, its heads, and those of others.
struct SimulatedLog: EvidenceStore {
    let store: SimulatedStore

    // MARK: The tree

    func tree() async throws(StoreError) -> (size: Int64, root: DocumentDigest) {
        let leaves = try store.leaves()
        return (Int64(leaves.count), MerkleTree.root(of: leaves))
    }

    func root(ofFirst size: Int64) async throws(StoreError) -> DocumentDigest {
        MerkleTree.root(of: try store.leaves().prefix(Int(size)))
    }

    func consistency(from old: Int64, to size: Int64) async throws(StoreError) -> [DocumentDigest] {
        let leaves = try store.leaves()
        return MerkleProof.consistency(from: old, to: size) { level, index in SimulatedLog.root(leaves, level, index) }
    }

    func inclusion(of positions: [Int64], in size: Int64) async throws(StoreError) -> [[DocumentDigest]] {
        let leaves = try store.leaves()
        return positions.map { position in
            MerkleProof.inclusion(of: position, in: size) { level, index in SimulatedLog.root(leaves, level, index) }
        }
    }

    private static func root(_ leaves: [DocumentDigest], _ level: Int, _ index: Int64) -> DocumentDigest {
        MerkleTree.root(of: leaves[Int(index << Int64(level))..<Int((index + 1) << Int64(level))])
    }

    /// No run makes dossiers.
    func leaves(of number: CaseNumber) async throws(StoreError) -> [CaseLeaf] { [] }

    // MARK: Our own heads

    func epoch() async throws(StoreError) -> Int { try store.read { $0.heads.epoch } }

    func newestOwnHead() async throws(StoreError) -> SignedTreeHead? { try store.read { $0.heads.own.last } }

    func keepOwnHead(_ head: SignedTreeHead) async throws(StoreError) -> SignedTreeHead {
        if let newest = try await newestOwnHead(), newest.head.size >= head.head.size { return newest }
        try await store.perform(.heads(.own(head)))
        return head
    }

    func note(_ fact: LogNote.Fact, at: Instant) async throws(StoreError) {
        let note = LogNote(at: at, fact: fact)
        let newest = try store.read { tables in tables.heads.notes.last { $0.kind == note.kind } }
        if newest?.fact != fact { try await store.perform(.heads(.note(note))) }
    }

    func keepMissing(_ head: SignedTreeHead, shownBy peer: AgencyCode, at: Instant) async throws(StoreError) {
        try await store.perform(.heads(.missing(head)))
    }

    func missingHead() async throws(StoreError) -> SignedTreeHead? {
        try store.read { tables in
            tables.heads.missing.filter { $0.head.epoch >= tables.heads.epoch }
                .max { ($0.head.epoch, $0.head.size) < ($1.head.epoch, $1.head.size) }
        }
    }

    func acceptLoss(reason: String, at: Instant) async throws(StoreError) -> Int? {
        guard let missing = try await missingHead() else { return nil }
        let epoch = max(try await epoch(), missing.head.epoch) + 1
        try await store.perform(.heads(.note(LogNote(at: at, fact: .loss(epoch: epoch, reason: reason)))))
        return epoch
    }

    // MARK: The heads of others

    func logPeers() async throws(StoreError) -> [AgencyCode] {
        try store.read { tables in
            Set(tables.cases.values.map(\.opening.peerCode) + tables.heads.peers.keys).sorted()
        }
    }

    func newestHead(of agency: AgencyCode) async throws(StoreError) -> SignedTreeHead? {
        try store.read { $0.flaws.contains(.acceptsOlderHead) ? nil : $0.heads.newest(of: agency) }
    }

    func head(of agency: AgencyCode, epoch: Int, size: Int64) async throws(StoreError) -> SignedTreeHead? {
        try store.read { $0.heads.peers[agency]?.first { $0.head.epoch == epoch && $0.head.size == size } }
    }

    func newestHeads(limit: Int) async throws(StoreError) -> [SignedTreeHead] {
        try store.read { tables in
            Array(tables.heads.peers.keys.sorted().compactMap { tables.heads.newest(of: $0) }.prefix(limit))
        }
    }

    func keep(
        _ head: SignedTreeHead, after last: SignedTreeHead?, proof: [DocumentDigest], at: Instant
    ) async throws(StoreError) {
        try await store.perform(.heads(.peer(head, after: last)))
    }

    func keepShown(_ head: SignedTreeHead, by peer: AgencyCode, at: Instant) async throws(StoreError) {
        try await store.perform(.heads(.shown(head)))
    }

    func shownHeads(of agency: AgencyCode, limit: Int) async throws(StoreError) -> [SignedTreeHead] {
        try store.read { tables in Array(tables.heads.shown.filter { $0.head.agency == agency }.prefix(limit)) }
    }

    func settleShown(_ head: SignedTreeHead, at: Instant) async throws(StoreError) {
        try await store.perform(.heads(.settled(head)))
    }

    @discardableResult
    func keep(_ conflict: HeadConflict) async throws(StoreError) -> Bool {
        let isKnown = try store.read { $0.heads.isKnown(conflict) || $0.flaws.contains(.hidesConflicts) }
        if !isKnown { try await store.perform(.heads(.conflict(conflict))) }
        return !isKnown
    }

    func headConflicts(limit: Int) async throws(StoreError) -> [HeadConflict] {
        try store.read { Array($0.heads.conflicts.prefix(limit)) }
    }

    // MARK: What no run does: nobody acknowledges an alarm, asks how far others hold the log, or stamps it

    func headAlarms(limit: Int) async throws(StoreError) -> [HeadAlarm] {
        try await headConflicts(limit: limit).enumerated().map {
            HeadAlarm(id: Int64($0.offset + 1), conflict: $0.element, acknowledgements: [])
        }
    }

    func acknowledge(
        _ alarm: Int64, by person: String, account: String, reason: String, at: Instant
    ) async throws(StoreError) -> HeadAlarm? { nil }

    func noteHeld(_ head: TreeHead, by peer: AgencyCode, at: Instant) async throws(StoreError) {}

    func heldHeads() async throws(StoreError) -> HeldHeads {
        HeldHeads(
            newestSize: try await newestOwnHead()?.head.size, heldSize: nil, unheldSince: nil, hasPeers: false)
    }

    func keep(_ stamp: TreeStamp) async throws(StoreError) {}

    func stamps(covering position: Int64) async throws(StoreError) -> [TreeStamp] { [] }

    func newestStamp(by authority: String) async throws(StoreError) -> TreeStamp? { nil }

    func newestStampTimes() async throws(StoreError) -> [String: Instant] { [:] }

    func stamps(limit: Int) async throws(StoreError) -> [TreeStamp] { [] }

    func ownHead(epoch: Int, size: Int64) async throws(StoreError) -> SignedTreeHead? {
        try store.read { tables in tables.heads.own.last { $0.head.epoch == epoch && $0.head.size == size } }
    }
}
