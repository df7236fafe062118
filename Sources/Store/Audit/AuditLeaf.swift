import Casework
import TransferCore
import TransferDocuments

/// What the audit log keeps of one row: the hash of a leaf as RFC 9162, section 2.1.1 has it, SHA-256 over a zero byte
/// and the entry, so that a Merkle tree can be laid over the leaves.
///
/// An entry is a run of fields, each written as its length in decimal, a colon, its bytes and a comma; a field that is
/// not there is a hyphen and a comma. So no two entries are the same bytes. Numbers are written in decimal, digests as
/// their 32 bytes. The first field is always `jiexu-leaf-1`, the second the kind; the others are:
///
///     event      case number, sequence, branch, name, code?, moment, actor, cause?, SHA-256 of the attachment?
///     document   case number, sender, recipient, sequence, kind, digest of the payload, moment
///     receipt    case number, sender and sequence of the document, whether it was refused (0 or 1), SHA-256 of the receipt
///     posting    case number?, bank reference?, kind, then account and amount of each line
///     refusal    sender, case number?, digest of the payload, code, SHA-256 of the receipt?, moment
enum AuditLeaf {
    enum Kind: String, CaseIterable {
        case event
        case document
        case receipt
        case posting
        /// Bytes that were refused and kept as evidence.
        case refusal
    }

    static func event(_ event: StoredEvent, sequence: Int, of number: CaseNumber) -> DocumentDigest {
        var entry = Entry(.event)
        entry.add(number.text)
        entry.add(sequence)
        entry.add(event.branch.rawValue)
        entry.add(event.name)
        entry.add(event.code)
        entry.add(Int(event.at.milliseconds))
        entry.add(event.actor)
        entry.add(event.cause)
        entry.add(digestOf: event.attachment)
        return entry.hash
    }

    static func document(_ document: StoredDocument, of number: CaseNumber) -> DocumentDigest {
        var entry = Entry(.document)
        entry.add(number.text)
        entry.add(document.sender.text)
        entry.add(document.recipient.text)
        entry.add(document.sequence)
        entry.add(document.kind.rawValue)
        entry.add(document.digest.bytes)
        entry.add(Int(document.at.milliseconds))
        return entry.hash
    }

    static func receipt(
        _ receipt: [UInt8], isRefused: Bool, sender: AgencyCode, sequence: Int, of number: CaseNumber
    ) -> DocumentDigest {
        var entry = Entry(.receipt)
        entry.add(number.text)
        entry.add(sender.text)
        entry.add(sequence)
        entry.add(isRefused ? 1 : 0)
        entry.add(digestOf: receipt)
        return entry.hash
    }

    static func posting(
        kind: String, lines: [(account: String, amount: Int64)], of number: CaseNumber?, bankReference: String?
    ) -> DocumentDigest {
        var entry = Entry(.posting)
        entry.add(number?.text)
        entry.add(bankReference)
        entry.add(kind)
        for line in lines {
            entry.add(line.account)
            entry.add(Int(line.amount))
        }
        return entry.hash
    }

    static func refusal(_ evidence: RefusedEvidence) -> DocumentDigest {
        var entry = Entry(.refusal)
        entry.add(evidence.sender.text)
        entry.add(evidence.number)
        entry.add(evidence.digest.bytes)
        entry.add(evidence.code)
        entry.add(digestOf: evidence.receipt)
        entry.add(Int(evidence.at.milliseconds))
        return entry.hash
    }

    /// The bytes of an entry behind the zero byte that sets leaves apart from inner nodes.
    private struct Entry {
        private var bytes: [UInt8] = [0]

        init(_ kind: Kind) {
            bytes.reserveCapacity(384)
            add("jiexu-leaf-1")
            add(kind.rawValue)
        }

        var hash: DocumentDigest { DocumentDigest(of: bytes) }

        mutating func add(_ text: String?) {
            guard let text else { return addNothing() }
            addLength(text.utf8.count)
            bytes.append(contentsOf: text.utf8)
            bytes.append(UInt8(ascii: ","))
        }

        mutating func add(_ number: Int) { add(String(number)) }

        mutating func add(_ field: [UInt8]) {
            addLength(field.count)
            bytes.append(contentsOf: field)
            bytes.append(UInt8(ascii: ","))
        }

        mutating func add(digestOf field: [UInt8]?) {
            guard let field else { return addNothing() }
            add(DocumentDigest(of: field).bytes)
        }

        private mutating func addNothing() { bytes.append(contentsOf: "-,".utf8) }

        private mutating func addLength(_ count: Int) {
            bytes.append(contentsOf: String(count).utf8)
            bytes.append(UInt8(ascii: ":"))
        }
    }
}

extension StoreTransaction {
    /// Appends a leaf behind the last one.
    /// - Parameter subject: the key of the row within its kind: an event's sequence, a document's position (also for its
    ///   receipt), a posting group's or a refusal's id.
    func appendLeaf(_ kind: AuditLeaf.Kind, case id: Int64?, subject: Int64, _ hash: DocumentDigest) throws {
        try connection.run(
            "INSERT INTO audit_leaves (position, kind, case_id, subject, hash) VALUES ($1, $2, $3, $4, $5)",
            .integer(try nextLeaf()), .text(kind.rawValue), .integer(id), .integer(subject), .bytes(hash.bytes))
    }
}
