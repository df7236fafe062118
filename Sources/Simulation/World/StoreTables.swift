import Casework
import TransferCore
import TransferDocuments

/// What a store holds in memory: the journal of the disk, applied record by record.
///
/// A write is first checked against the rules of the port, then applied; what was checked cannot fail. It belongs to one
/// store and is looked into under its lock, without being copied for each look.
final class StoreTables {
    final class KeptCase {
        let opening: CaseOpening
        var summary: CaseSummary
        var events: [StoredEvent] = []
        var documents: [StoredDocument] = []
        /// Places in ``StoreTables/orders``.
        var orders: [Int] = []
        var bankLines: [BankLine] = []
        var postings: [Posting] = []
        var notices: [StoredNotice] = []

        init(opening: CaseOpening, summary: CaseSummary) {
            self.opening = opening
            self.summary = summary
        }
    }

    struct OutboxRow {
        let position: Int64
        let number: CaseNumber
        /// The place of the document in its case.
        let place: Int
        let queuedAt: Instant
        var attempts = 0
        var lastError: String?
        var deliveredAt: Instant?
    }

    struct MessageRow {
        let id: String
        let createdAt: Instant
        var orders: [Int]
        var isWritten = false
    }

    struct EffectRow {
        let number: CaseNumber
        let kind: NewEffect.Kind
        var dueAt: Instant
        var attempts = 0
        var isDone = false
    }

    struct LiveKey: Hashable {
        let resident: ResidentID
        let origin: AgencyCode
        let role: Role
    }

    struct RefusedKey: Hashable {
        let sender: AgencyCode
        let digest: DocumentDigest
    }

    struct AnswerKey: Hashable {
        let owner: String
        let key: String
    }

    var cases: [CaseNumber: KeptCase] = [:]
    var live: [LiveKey: CaseNumber] = [:]
    var serials: [Int: Int] = [:]
    var answers: [AnswerKey: IdempotentAnswer] = [:]
    /// Of all documents, incoming ones too: their positions in the outbox rise with them.
    var documentCount: Int64 = 0
    var outbox: [OutboxRow] = []
    /// Places in ``outbox`` that wait.
    var waiting: [Int] = []
    var refused: [RefusedEvidence] = []
    var refusedPlaces: [RefusedKey: Int] = [:]
    var effects: [EffectRow] = []
    /// Places in ``effects`` that are open.
    var open: [Int] = []
    var orders: [StoredOrder] = []
    var orderPlaces: [OrderKey: Int] = [:]
    var messages: [MessageRow] = []
    var lost: Set<String> = []
    var lines: [String: BankLine] = [:]
    var unmatched: [UnmatchedLine] = []
    var loosePostings: [Posting] = []
    var records: [ResidentID: PersonRecord] = [:]
    var leaves = 0
    /// The contents of the leaves of the log, in their order.
    var log: [UInt64] = []
    var heads = HeadTables()

    /// Which rules of the port are left out: bugs that were planted.
    let flaws: Set<PlantedBug>

    init(flaws: Set<PlantedBug>) { self.flaws = flaws }
}

// MARK: - May it be written?

extension StoreTables {
    func check(_ write: StoreWrite) throws(StoreError) {
        switch write {
        case .step(let step): try check(step)
        case .delivered(let entry, _, _, _), .deliveryFailed(let entry, _):
            guard row(of: entry) != nil else { throw .corrupt("nothing stands at \(entry.position) of the outbox") }
        case .refused(let evidence):
            let known = refusedPlaces[RefusedKey(sender: evidence.sender, digest: evidence.digest)]
            if let known, let receipt = evidence.receipt, refused[known].receipt != receipt { throw .duplicate }
            if evidence.receipt != nil, hasTaken(evidence) { throw .duplicate }
        case .message(let id, _, _):
            if messages.contains(where: { $0.id == id }) { throw .duplicate }
        case .messageWritten(let id, _):
            guard messages.contains(where: { $0.id == id }) else { throw .corrupt("no message \(id)") }
        case .unmatched(let line, _, _, _):
            if lines[line.reference] != nil, !flaws.contains(.noBankReference) { throw .duplicate }
        case .heads(let write): try heads.check(write, flaws)
        case .serials, .effectFailed, .lost, .records: return
        }
    }

    /// Whether a case was opened by, or took, what is to be refused.
    private func hasTaken(_ evidence: RefusedEvidence) -> Bool {
        guard let number = evidence.number.flatMap(CaseNumber.init) else { return false }
        return cases[number]?.documents.contains { $0.sender == evidence.sender && $0.digest == evidence.digest }
            ?? false
    }

    func hasRefused(from sender: AgencyCode, _ number: CaseNumber) -> Bool {
        !refusals(from: sender, number).isEmpty
    }

    /// What was refused to a sender with a signature and named this case.
    private func refusals(from sender: AgencyCode, _ number: CaseNumber) -> some Collection<RefusedEvidence> {
        refused.lazy.filter { $0.receipt != nil && $0.sender == sender && $0.number == number.text }
    }

    private func check(_ step: CaseStep) throws(StoreError) {
        let kept = cases[step.number]
        let opening: CaseOpening
        if let first = step.opening {
            guard kept == nil else { throw .caseMovedOn }
            if let letter = step.incoming {
                let before = refusals(from: letter.sender, first.number)
                if before.contains(where: { $0.digest == letter.digest }) { throw .duplicate }
                if !before.isEmpty { throw .contradicted }
            }
            if step.isFirstOfPerson {
                let other = cases.values.contains {
                    $0.opening.residentID == first.residentID && $0.opening.role == .origin
                }
                guard !other else { throw .caseMovedOn }
            }
            opening = first
        } else {
            guard let kept, kept.events.count == step.expecting || flaws.contains(.noVersionCheck) else {
                throw .caseMovedOn
            }
            opening = kept.opening
        }
        // A case that ends in its first step begins beside no other all the same.
        if !step.summary.isTerminal || step.opening != nil, !flaws.contains(.twoLiveCases),
            let other = live[LiveKey(opening)], other != step.number
        {
            throw .caseUnderWay
        }
        if let delivered = step.delivered {
            guard let place = row(of: delivered.entry) else { throw .corrupt("nothing stands in the outbox") }
            if outbox[place].deliveredAt != nil { throw .duplicate }
        }
        if let answer = step.idempotency, answers[AnswerKey(answer)] != nil { throw .duplicate }
        var seen: Set<String> = []
        for document in (step.incoming.map { [$0] } ?? []) + step.outgoing {
            let isKnown = kept?.documents.contains {
                $0.sender == document.sender && $0.sequence == document.sequence
            }
            let isNew = seen.insert("\(document.sender)/\(document.sequence)").inserted
            guard isKnown != true, isNew else { throw .duplicate }
        }
        if !flaws.contains(.noBankReference) {
            for line in step.bankLines {
                guard lines[line.reference] == nil, seen.insert(line.reference).inserted else { throw .duplicate }
            }
        }
        for order in step.orders {
            guard orderPlaces[order.key] == nil, seen.insert(order.key.text).inserted else { throw .duplicate }
        }
        for key in step.orderOutcomes.keys where orderPlaces[key] == nil {
            guard step.orders.contains(where: { $0.key == key }) else {
                throw .corrupt("the order \(key) is not stored")
            }
        }
        for posting in step.postings where posting.lines.reduce(Int64(0), { $0 &+ $1.amount.fen }) != 0 {
            throw .corrupt("a posting does not sum to zero")
        }
    }

    func row(of entry: OutboxEntry) -> Int? {
        guard let place = outbox.firstIndex(where: { $0.position == entry.position }) else { return nil }
        let row = outbox[place]
        guard let document = cases[row.number]?.documents[row.place], document.digest == entry.digest,
            document.sequence == entry.sequence
        else { return nil }
        return place
    }
}

extension StoreTables.LiveKey {
    init(_ opening: CaseOpening) {
        self.init(resident: opening.residentID, origin: opening.origin, role: opening.role)
    }
}

extension StoreTables.AnswerKey {
    init(_ answer: IdempotentAnswer) { self.init(owner: answer.owner, key: answer.key) }
}
