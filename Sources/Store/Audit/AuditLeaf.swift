import Casework
import TransferCore
import TransferDocuments

/// The leaves of the rows that are kept for ever: the hash of each, as ``LeafEntry`` writes it. A Merkle tree stands over
/// them (see ``StoredLog``).
enum AuditLeaf {
    typealias Kind = LeafEntry.Kind

    static func event(_ event: StoredEvent, sequence: Int, of number: CaseNumber) -> DocumentDigest {
        LeafEntry.event(
            Dossier.Event(
                branch: event.branch, name: event.name, code: event.code, atMilliseconds: event.at.milliseconds,
                actor: event.actor, cause: event.cause, attachment: event.attachment),
            sequence: sequence, of: number)
    }

    static func document(_ document: StoredDocument, of number: CaseNumber) -> DocumentDigest {
        LeafEntry.document(
            sender: document.sender, recipient: document.recipient, sequence: document.sequence, kind: document.kind,
            digest: document.digest, at: document.at.milliseconds, of: number)
    }

    static func receipt(
        _ receipt: [UInt8], isRefused: Bool, sender: AgencyCode, sequence: Int, of number: CaseNumber
    ) -> DocumentDigest {
        LeafEntry.receipt(receipt, isRefused: isRefused, sender: sender, sequence: sequence, of: number)
    }

    static func posting(
        kind: String, lines: [(account: String, amount: Int64)], of number: CaseNumber?, bankReference: String?
    ) -> DocumentDigest {
        LeafEntry.posting(kind: kind, lines: lines, of: number, bankReference: bankReference)
    }

    static func refusal(_ evidence: RefusedEvidence) -> DocumentDigest {
        var entry = LeafEntry(.refusal)
        entry.add(evidence.sender.text)
        entry.add(evidence.number)
        entry.add(evidence.digest.bytes)
        entry.add(evidence.code)
        entry.add(digestOf: evidence.receipt)
        entry.add(Int(evidence.at.milliseconds))
        return entry.hash
    }

    static func note(_ note: LogNote) -> DocumentDigest {
        var entry = LeafEntry(note.kind)
        entry.add(Int(note.at.milliseconds))
        switch note.fact {
        case .key(let certificate): entry.add(certificate.bytes)
        case .directory(let version, let digest):
            entry.add(version)
            entry.add(digest.bytes)
        case .loss(let epoch, let reason):
            entry.add(epoch)
            entry.add(reason)
        case .settings(let digest): entry.add(digest.bytes)
        }
        return entry.hash
    }

    static func rules(_ table: StoredRuleTable) -> DocumentDigest {
        var entry = LeafEntry(.rules)
        entry.add(table.name.rawValue)
        entry.add(table.version)
        entry.add(Int(table.importedAt.milliseconds))
        entry.add(table.importedBy)
        entry.add(table.digest.bytes)
        return entry.hash
    }

    static func proposal(_ id: Int64, _ proposal: NewProposal) -> DocumentDigest {
        var entry = LeafEntry(.proposal)
        entry.add(Int(id))
        entry.add(proposal.number.text)
        entry.add(proposal.version)
        entry.add(proposal.action)
        entry.add(digestOf: proposal.bytes)
        entry.add(proposal.maker)
        entry.add(proposal.account)
        entry.add(Int(proposal.at.milliseconds))
        entry.add(proposal.job.map { String($0) })
        return entry.hash
    }

    static func verdict(_ verdict: Proposal.Verdict, on id: Int64) -> DocumentDigest {
        var entry = LeafEntry(.verdict)
        entry.add(Int(id))
        entry.add(verdict.isApproval ? 1 : 0)
        entry.add(verdict.person)
        entry.add(verdict.account)
        entry.add(verdict.text)
        entry.add(Int(verdict.at.milliseconds))
        return entry.hash
    }

    static func acknowledgement(
        _ given: HeadAlarm.Acknowledgement, shown: [UInt8], held: [UInt8]
    ) -> DocumentDigest {
        var entry = LeafEntry(.acknowledgement)
        entry.add(digestOf: shown)
        entry.add(digestOf: held)
        entry.add(given.person)
        entry.add(given.account)
        entry.add(given.reason)
        entry.add(Int(given.at.milliseconds))
        return entry.hash
    }

    static func recovered(_ document: RecoveredDocument) -> DocumentDigest {
        var entry = LeafEntry(.recovered)
        entry.add(document.epoch)
        entry.add(document.number.text)
        entry.add(document.sender.text)
        entry.add(document.sequence)
        entry.add(document.digest.bytes)
        entry.add(digestOf: document.receipt)
        entry.add(Int(document.at.milliseconds))
        return entry.hash
    }
}
