import Casework
import TransferCore
import TransferDocuments

/// One write of a node's store, as its journal on the disk keeps it. It goes through many hands, so it is a reference.
indirect enum StoreWrite: Sendable {
    case step(CaseStep)
    case serials(count: Int, year: Int)
    case refused(RefusedEvidence)
    case delivered(OutboxEntry, receipt: [UInt8], isRefused: Bool, at: Instant)
    case deliveryFailed(OutboxEntry, error: String)
    case effectFailed(EffectID, error: String, dueAt: Instant)
    case message(String, at: Instant, limit: Int)
    case messageWritten(String, at: Instant)
    case lost(account: String)
    case unmatched(BankLine, why: String, Posting?, at: Instant)
    case records([PersonRecord])
    case heads(HeadWrite)

    /// What the journal writes beside a record, so that one that is not whole is found.
    var checksum: UInt64 {
        var digest = RunningDigest()
        switch self {
        case .step(let step):
            digest.add(step.number.text)
            digest.add(Int64(step.expecting))
            for count in [
                step.events.count, step.postings.count, step.outgoing.count, step.incoming == nil ? 0 : 1,
                step.orders.count, step.orderOutcomes.count, step.bankLines.count, step.newEffects.count,
                step.doneEffects.count, step.notices.count, step.alerts.count, step.idempotency == nil ? 0 : 1,
                step.delivered == nil ? 0 : 1,
            ] { digest.add(Int64(count)) }
        case .serials(let count, let year): digest.add(Int64(count) << 16 + Int64(year))
        case .refused(let evidence): digest.add(Int64(evidence.bytes.count))
        case .delivered(let entry, let receipt, _, _): digest.add(entry.position << 20 + Int64(receipt.count))
        case .deliveryFailed(let entry, let error): digest.add(entry.position << 20 + Int64(error.utf8.count))
        case .effectFailed(let id, let error, _): digest.add(id << 20 + Int64(error.utf8.count))
        case .message(let id, _, _), .messageWritten(let id, _): digest.add(Int64(id.utf8.count))
        case .lost(let account): digest.add(Int64(account.utf8.count))
        case .unmatched(let line, let why, _, _): digest.add(line.reference + why)
        case .records(let records): digest.add(Int64(records.count))
        case .heads(let write): digest.add(write.mark)
        }
        return digest.value
    }

    /// Whether another task can come in between. Those who need a serial number wait for each other.
    var letsRivalsIn: Bool {
        if case .serials = self { false } else { true }
    }

    /// What is on the disk when the power fails while the record is being written: its beginning.
    var torn: StoreWrite {
        switch self {
        case .step(let step):
            var rest = CaseStep(number: step.number, expecting: step.expecting, summary: step.summary)
            rest.opening = step.opening
            rest.events = step.events
            rest.incoming = step.incoming
            rest.idempotency = step.idempotency
            // The tail is gone: postings, documents that go out, orders, and what was left to be done.
            return .step(rest)
        case .records: return .records([])
        case .serials(_, let year): return .serials(count: 0, year: year)
        case .delivered(let entry, _, let isRefused, let at):
            return .delivered(entry, receipt: [], isRefused: isRefused, at: at)
        case .unmatched(let line, _, let posting, let at): return .unmatched(line, why: "", posting, at: at)
        case .refused, .deliveryFailed, .effectFailed, .message, .messageWritten, .lost, .heads: return self
        }
    }

    var appendsLeaf: Bool {
        switch self {
        case .step, .refused, .delivered, .unmatched: true
        case .heads(let write): write.isNote
        case .serials, .deliveryFailed, .effectFailed, .message, .messageWritten, .lost, .records: false
        }
    }

    /// The content of the leaf that the write appends to the node's log; nil when it appends none.
    var leaf: UInt64? {
        guard appendsLeaf else { return nil }
        var digest = RunningDigest()
        digest.add(Int64(bitPattern: checksum))
        switch self {
        case .step(let step):
            for event in step.events {
                digest.add(event.name)
                digest.add(event.at.milliseconds)
            }
            for document in step.outgoing { digest.add(document.digest.text) }
        case .refused(let evidence): digest.add(evidence.digest.text)
        case .delivered(let entry, _, _, _): digest.add(entry.digest.text)
        case .unmatched, .heads, .serials, .deliveryFailed, .effectFailed, .message, .messageWritten, .lost, .records:
            break
        }
        return digest.value
    }

    /// Whether a node that is recovering must not write it: the same writes that the real store lets through its gate only.
    var needsOpenGate: Bool {
        switch self {
        case .step, .refused, .delivered, .message, .unmatched: true
        case .heads(let write): write.needsOpenGate
        case .serials, .deliveryFailed, .effectFailed, .messageWritten, .lost, .records: false
        }
    }
}
