import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// A real store in front of which the process dies, or the database fails, at one of its writes.
///
/// Everything that reads is passed on; everything that writes is counted, 1, 2, 3 …
final class FaultyStore: NodeStore {
    /// What happens at the write.
    enum Manner: CaseIterable, Sendable {
        /// The process dies before anything is written.
        case diesBefore
        /// Everything is written, and the process dies before anybody hears of it.
        case diesAfter
        /// The database refuses; the process goes on.
        case refuses
        /// Everything is written, but the database says that it does not know.
        case doesNotKnow
    }

    struct Fault: Sendable {
        let write: Int
        let manner: Manner
    }

    private struct State {
        var writes = 0
        var isDead = false
        var fresh: FreshWork?
        var blindLooks = 0
    }

    let base: any NodeStore
    private let fault: Fault?
    /// Steps that are acknowledged and not written: no store may do that, and the checks have to see it.
    private let isLie: @Sendable (CaseStep) -> Bool
    private let state = Mutex(State())

    init(_ base: any NodeStore, fault: Fault? = nil, lie: @escaping @Sendable (CaseStep) -> Bool = { _ in false }) {
        self.base = base
        self.fault = fault
        isLie = lie
    }

    var writes: Int { state.withLock { $0.writes } }
    var isDead: Bool { state.withLock { $0.isDead } }

    /// What a test says that the newest commits have left, and how often the next looks for work fail before one succeeds.
    func play(_ fresh: FreshWork, blindLooks: Int) {
        state.withLock { ($0.fresh, $0.blindLooks) = (fresh, blindLooks) }
    }

    var fresh: FreshWork? { state.withLock { $0.fresh } }
    var blindLooks: Int { state.withLock { $0.blindLooks } }

    private func seeing() throws(StoreError) {
        try living()
        let isBlind = state.withLock { state in
            defer { state.blindLooks = max(0, state.blindLooks - 1) }
            return state.blindLooks > 0
        }
        if isBlind { throw .unavailable("the connection that reads is opened anew") }
    }

    private static let death = StoreError.unavailable("the process has died")

    private func living() throws(StoreError) {
        if isDead { throw FaultyStore.death }
    }

    private func write<Value>(
        _ body: () async throws(StoreError) -> Value
    ) async throws(StoreError) -> Value {
        try living()
        let count = state.withLock { state in
            state.writes += 1
            return state.writes
        }
        guard let fault, fault.write == count else { return try await body() }
        switch fault.manner {
        case .refuses: throw .unavailable("the disk is full")
        case .doesNotKnow:
            _ = try? await body()
            throw .outcomeUnknown("the connection was lost")
        case .diesBefore: break
        case .diesAfter: _ = try? await body()
        }
        state.withLock { $0.isDead = true }
        throw FaultyStore.death
    }
}

// MARK: - Writes

extension FaultyStore {
    func commit(_ step: CaseStep) async throws(StoreError) {
        guard !isLie(step) else { return }
        try await write { () throws(StoreError) in try await base.commit(step) }
    }

    func reserveSerials(_ count: Int, year: Int) async throws(StoreError) -> Range<Int> {
        try await write { () throws(StoreError) in try await base.reserveSerials(count, year: year) }
    }

    func keepRefused(_ evidence: RefusedEvidence) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.keepRefused(evidence) }
    }

    func delivered(_ entry: OutboxEntry, receipt: [UInt8], isRefused: Bool, at: Instant) async throws(StoreError) {
        try await write { () throws(StoreError) in
            try await base.delivered(entry, receipt: receipt, isRefused: isRefused, at: at)
        }
    }

    func renewedSignature(_ entry: OutboxEntry) async throws(StoreError) -> [UInt8]? {
        try await base.renewedSignature(entry)
    }

    func renew(_ entry: OutboxEntry, bytes: [UInt8], at: Instant) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.renew(entry, bytes: bytes, at: at) }
    }

    func deliveryFailed(_ entry: OutboxEntry, code: String, error: String, at: Instant) async throws(StoreError) {
        try await write { () throws(StoreError) in
            try await base.deliveryFailed(entry, code: code, error: error, at: at)
        }
    }

    func effectFailed(_ id: EffectID, error: String, dueAt: Instant) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.effectFailed(id, error: error, dueAt: dueAt) }
    }

    func assignOrderMessage(_ messageID: String, at: Instant, limit: Int) async throws(StoreError) -> OrderMessage? {
        try living()
        // A look that finds nothing writes nothing.
        guard try await base.counts().ordersWaiting > 0 else { return nil }
        return try await write { () throws(StoreError) in
            try await base.assignOrderMessage(messageID, at: at, limit: limit)
        }
    }

    func orderMessageWritten(_ messageID: String, at: Instant) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.orderMessageWritten(messageID, at: at) }
    }

    func keepUnmatched(_ line: BankLine, why: String, posting: Posting?, at: Instant) async throws(StoreError) {
        try await write { () throws(StoreError) in
            try await base.keepUnmatched(line, why: why, posting: posting, at: at)
        }
    }

    func importRecords(_ records: [PersonRecord], at: Instant) async throws(StoreError) {
        try living()
        try await base.importRecords(records, at: at)
    }
}

// MARK: - Reads

extension FaultyStore {
    func caseFile(_ number: CaseNumber) async throws(StoreError) -> CaseFile? {
        try living()
        return try await base.caseFile(number)
    }

    func liveCase(_ residentID: ResidentID, origin: AgencyCode, role: Role) async throws(StoreError) -> CaseNumber? {
        try living()
        return try await base.liveCase(residentID, origin: origin, role: role)
    }

    func idempotentAnswer(owner: String, key: String) async throws(StoreError) -> IdempotentAnswer? {
        try living()
        return try await base.idempotentAnswer(owner: owner, key: key)
    }

    func incoming(_ number: CaseNumber, sender: AgencyCode, sequence: Int) async throws(StoreError) -> StoredDocument? {
        try living()
        return try await base.incoming(number, sender: sender, sequence: sequence)
    }

    func refusedReceipt(_ digest: DocumentDigest, sender: AgencyCode) async throws(StoreError) -> [UInt8]? {
        try living()
        return try await base.refusedReceipt(digest, sender: sender)
    }

    func hasRefused(from sender: AgencyCode, _ number: CaseNumber) async throws(StoreError) -> Bool {
        try living()
        return try await base.hasRefused(from: sender, number)
    }

    func outbox(after position: Int64, limit: Int) async throws(StoreError) -> [OutboxEntry] {
        try living()
        return try await base.outbox(after: position, limit: limit)
    }

    func outbox(
        after position: Int64, without recipients: [AgencyCode], limit: Int
    ) async throws(StoreError) -> [OutboxEntry] {
        try seeing()
        return try await base.outbox(after: position, without: recipients, limit: limit)
    }

    func outbox(
        for recipient: AgencyCode, after position: Int64, limit: Int
    ) async throws(StoreError) -> [OutboxEntry] {
        try living()
        return try await base.outbox(for: recipient, after: position, limit: limit)
    }

    func openEffects(after id: EffectID, limit: Int) async throws(StoreError) -> [OpenEffect] {
        try seeing()
        return try await base.openEffects(after: id, limit: limit)
    }

    func openEffects(of number: CaseNumber) async throws(StoreError) -> [OpenEffect] {
        try living()
        return try await base.openEffects(of: number)
    }

    func reportLost(_ account: String, by person: String, at: Instant) async throws(StoreError) {
        try living()
        try await base.reportLost(account, by: person, at: at)
    }

    func ordersToLostAccounts(limit: Int) async throws(StoreError) -> [OrderKey] {
        try living()
        return try await base.ordersToLostAccounts(limit: limit)
    }

    func casesDue(before day: CivilDate, limit: Int) async throws(StoreError) -> [CaseNumber] {
        try living()
        return try await base.casesDue(before: day, limit: limit)
    }

    func unwrittenOrderMessages() async throws(StoreError) -> [OrderMessage] {
        try living()
        return try await base.unwrittenOrderMessages()
    }

    func orders(inMessage messageID: String) async throws(StoreError) -> [StoredOrder] {
        try living()
        return try await base.orders(inMessage: messageID)
    }

    func settledCases(_ residentID: ResidentID) async throws(StoreError) -> [CaseNumber] {
        try living()
        return try await base.settledCases(residentID)
    }

    func isBankLineKnown(_ reference: String) async throws(StoreError) -> Bool {
        try living()
        return try await base.isBankLineKnown(reference)
    }

    func bankLines(_ references: [String]) async throws(StoreError) -> [String: BankLine] {
        try living()
        return try await base.bankLines(references)
    }

    func record(of residentID: ResidentID) async throws(StoreError) -> PersonRecord? {
        try living()
        return try await base.record(of: residentID)
    }

    func caseList(_ filter: CaseFilter) async throws(StoreError) -> [CaseListEntry] {
        try await base.caseList(filter)
    }

    func notices(of number: CaseNumber) async throws(StoreError) -> [StoredNotice] {
        try await base.notices(of: number)
    }

    func postings(of number: CaseNumber) async throws(StoreError) -> [Posting] { try await base.postings(of: number) }

    func deliveries(of number: CaseNumber) async throws(StoreError) -> [DeliveryState] {
        try await base.deliveries(of: number)
    }

    func ledgerBalances() async throws(StoreError) -> [String: Money] { try await base.ledgerBalances() }
    func counts() async throws(StoreError) -> StoreCounts { try await base.counts() }
    func unmatchedBankLines() async throws(StoreError) -> [UnmatchedLine] { try await base.unmatchedBankLines() }

    func refusedEvidence(limit: Int) async throws(StoreError) -> [RefusedEvidence] {
        try await base.refusedEvidence(limit: limit)
    }
}
