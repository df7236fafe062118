import Casework
import TransferCore
import TransferDocuments

// What a simulated store gives back.

extension SimulatedStore {
    func caseFile(_ number: CaseNumber) async throws(StoreError) -> CaseFile? { try file(of: number) }

    /// The same at once, for those who look on.
    func file(of number: CaseNumber) throws(StoreError) -> CaseFile? {
        try read { tables in
            guard let kept = tables.cases[number] else { return nil }
            return CaseFile(
                opening: kept.opening, events: kept.events, documents: kept.documents,
                orders: kept.orders.map { tables.orders[$0] }, bankLines: kept.bankLines)
        }
    }

    func liveCase(_ residentID: ResidentID, origin: AgencyCode, role: Role) async throws(StoreError) -> CaseNumber? {
        try read { $0.live[StoreTables.LiveKey(resident: residentID, origin: origin, role: role)] }
    }

    func settledCases(_ residentID: ResidentID) async throws(StoreError) -> [CaseNumber] {
        try read { tables in
            tables.cases.filter { _, kept in
                guard kept.opening.residentID == residentID else { return false }
                return switch kept.opening.role {
                case .origin: !kept.orders.isEmpty
                case .destination: kept.events.contains { $0.name == "books-matched" }
                }
            }.keys.sorted()
        }
    }

    func idempotentAnswer(owner: String, key: String) async throws(StoreError) -> IdempotentAnswer? {
        try read { $0.answers[StoreTables.AnswerKey(owner: owner, key: key)] }
    }

    func incoming(_ number: CaseNumber, sender: AgencyCode, sequence: Int) async throws(StoreError) -> StoredDocument? {
        try read { tables in
            guard let kept = tables.cases[number], sender != kept.opening.ownCode else { return nil }
            let document = kept.documents.first { $0.sender == sender && $0.sequence == sequence }
            return tables.flaws.contains(.anotherReceipt) ? document?.withAnotherReceipt : document
        }
    }

    func refusedReceipt(_ digest: DocumentDigest, sender: AgencyCode) async throws(StoreError) -> [UInt8]? {
        try read { tables in
            tables.refusedPlaces[StoreTables.RefusedKey(sender: sender, digest: digest)]
                .flatMap { tables.refused[$0].receipt }
        }
    }

    func hasRefused(from sender: AgencyCode, _ number: CaseNumber) async throws(StoreError) -> Bool {
        try read { $0.hasRefused(from: sender, number) }
    }

    func outbox(after position: Int64, limit: Int) async throws(StoreError) -> [OutboxEntry] {
        try waiting(after: position, limit) { _ in true }
    }

    func outbox(
        after position: Int64, without recipients: [AgencyCode], limit: Int
    ) async throws(StoreError) -> [OutboxEntry] {
        try waiting(after: position, limit) { !recipients.contains($0) }
    }

    func outbox(for recipient: AgencyCode, after position: Int64, limit: Int) async throws(StoreError) -> [OutboxEntry]
    {
        try waiting(after: position, limit) { $0 == recipient }
    }

    private func waiting(
        after position: Int64, _ limit: Int, _ isWanted: (AgencyCode) -> Bool
    ) throws(StoreError) -> [OutboxEntry] {
        try read { tables in
            var entries: [OutboxEntry] = []
            for place in tables.waiting where tables.outbox[place].position > position && entries.count < limit {
                let row = tables.outbox[place]
                guard let document = tables.cases[row.number]?.documents[row.place], isWanted(document.recipient)
                else { continue }
                entries.append(
                    OutboxEntry(
                        position: row.position, number: row.number, recipient: document.recipient,
                        sequence: document.sequence, digest: document.digest, bytes: document.bytes))
            }
            return entries
        }
    }

    func openEffects(after id: EffectID, limit: Int) async throws(StoreError) -> [OpenEffect] {
        try read { tables in
            Array(tables.open.lazy.filter { Int64($0) + 1 > id }.map { tables.effect($0) }.prefix(limit))
        }
    }

    func openEffects(of number: CaseNumber) async throws(StoreError) -> [OpenEffect] {
        try read { tables in tables.open.map { tables.effect($0) }.filter { $0.number == number } }
    }

    func casesDue(before day: CivilDate, limit: Int) async throws(StoreError) -> [CaseNumber] {
        try read { tables in
            let due = tables.cases.compactMap { number, kept -> (CivilDate, CaseNumber)? in
                guard let due = kept.summary.due, due < day, !kept.summary.isOverdueReported else { return nil }
                return (due, number)
            }
            return due.sorted { $0.0 == $1.0 ? $0.1 < $1.1 : $0.0 < $1.0 }.prefix(limit).map(\.1)
        }
    }

    func unwrittenOrderMessages() async throws(StoreError) -> [OrderMessage] {
        try read { tables in
            tables.messages.filter { !$0.isWritten }.map { message in
                OrderMessage(
                    messageID: message.id, createdAt: message.createdAt,
                    orders: message.orders.map { tables.orders[$0] })
            }
        }
    }

    func orders(inMessage messageID: String) async throws(StoreError) -> [StoredOrder] {
        try read { tables in
            tables.messages.first { $0.id == messageID }?.orders.map { tables.orders[$0] } ?? []
        }
    }

    func ordersToLostAccounts(limit: Int) async throws(StoreError) -> [OrderKey] {
        try read { tables in
            guard !tables.lost.isEmpty else { return [] }
            return tables.orders.filter {
                $0.messageID == nil && $0.outcome == nil && tables.lost.contains($0.creditor.number)
            }.prefix(limit).map(\.key)
        }
    }

    func isBankLineKnown(_ reference: String) async throws(StoreError) -> Bool {
        try read { $0.lines[reference] != nil && !$0.flaws.contains(.noBankReference) }
    }

    func bankLines(_ references: [String]) async throws(StoreError) -> [String: BankLine] {
        try read { tables in
            guard !tables.flaws.contains(.noBankReference) else { return [:] }
            return references.reduce(into: [:]) { $0[$1] = tables.lines[$1] }
        }
    }

    func record(of residentID: ResidentID) async throws(StoreError) -> PersonRecord? {
        try read { $0.records[residentID] }
    }

    func caseList(_ filter: CaseFilter) async throws(StoreError) -> [CaseListEntry] {
        try read { tables in
            let chosen = tables.cases.values.filter { kept in
                (filter.after.map { $0 < kept.opening.number } ?? true)
                    && !(filter.onlyLive && kept.summary.isTerminal)
                    && (filter.phase.map { $0 == kept.summary.phase } ?? true)
                    && (filter.lodgedBy.map { $0 == kept.opening.lodgedBy } ?? true)
            }
            return chosen.sorted { $0.opening.number < $1.opening.number }.prefix(filter.limit).map { kept in
                CaseListEntry(
                    number: kept.opening.number, role: kept.opening.role, origin: kept.opening.origin,
                    destination: kept.opening.destination, residentID: kept.opening.residentID,
                    openedAt: kept.opening.openedAt, summary: kept.summary)
            }
        }
    }

    func notices(of number: CaseNumber) async throws(StoreError) -> [StoredNotice] {
        try read { $0.cases[number]?.notices ?? [] }
    }

    func postings(of number: CaseNumber) async throws(StoreError) -> [Posting] {
        try read { $0.cases[number]?.postings ?? [] }
    }

    func deliveries(of number: CaseNumber) async throws(StoreError) -> [DeliveryState] {
        try read { tables in
            tables.outbox.filter { $0.number == number }.compactMap { row in
                tables.cases[number]?.documents[row.place].delivery(row)
            }
        }
    }

    func ledgerBalances() async throws(StoreError) -> [String: Money] {
        try read { tables in
            var balances: [String: Money] = [:]
            for posting in tables.cases.values.flatMap(\.postings) + tables.loosePostings {
                for line in posting.lines { balances[line.account.name, default: .zero] += line.amount }
            }
            return balances
        }
    }

    func counts() async throws(StoreError) -> StoreCounts {
        try read { tables in
            var counts = StoreCounts()
            for kept in tables.cases.values {
                counts.casesByPhase[kept.summary.phase, default: 0] += 1
                counts.events += kept.events.count
                counts.documents += kept.documents.count
                counts.postings += kept.postings.count
            }
            for place in tables.waiting {
                let row = tables.outbox[place]
                guard let document = tables.cases[row.number]?.documents[row.place] else { continue }
                counts.outboxByRecipient[document.recipient, default: 0] += 1
                let oldest = counts.oldestOutboxAt[document.recipient] ?? row.queuedAt
                counts.oldestOutboxAt[document.recipient] = min(oldest, row.queuedAt)
            }
            counts.openEffects = tables.open.count
            counts.ordersWaiting = tables.orders.count { $0.messageID == nil && $0.outcome == nil }
            counts.unmatchedBankLines = tables.unmatched.count
            counts.postings += tables.loosePostings.count
            counts.auditLeaves = tables.leaves
            return counts
        }
    }

    func unmatchedBankLines() async throws(StoreError) -> [UnmatchedLine] { try read { $0.unmatched } }

    func refusedEvidence(limit: Int) async throws(StoreError) -> [RefusedEvidence] {
        try read { Array($0.refused.reversed().prefix(limit)) }
    }
}

extension StoreTables {
    fileprivate func effect(_ place: Int) -> OpenEffect {
        let row = effects[place]
        return OpenEffect(
            id: EffectID(place) + 1, number: row.number, kind: row.kind, attempts: row.attempts, dueAt: row.dueAt)
    }
}

extension StoredDocument {
    /// The same with a receipt that was never given.
    fileprivate var withAnotherReceipt: StoredDocument {
        StoredDocument(
            sender: sender, recipient: recipient, sequence: sequence, kind: kind, digest: digest, bytes: bytes, at: at,
            receipt: receipt.map { $0.reversed() }, isRefused: isRefused)
    }

    fileprivate func delivery(_ row: StoreTables.OutboxRow) -> DeliveryState {
        DeliveryState(
            sequence: sequence, recipient: recipient, kind: kind, attempts: row.attempts, lastError: row.lastError,
            deliveredAt: row.deliveredAt)
    }
}
