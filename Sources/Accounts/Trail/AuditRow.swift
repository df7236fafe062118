import Casework
package import TransferDocuments

/// A row of the trail. Each holds the digest of the one before it, so that none can be changed, taken out or put between
/// without all behind it saying so.
package struct AuditRow: Hashable, Sendable {
    /// 1, 2, 3 … without a gap.
    package let number: Int64
    package let entry: AuditEntry
    /// The digest of the row before; 32 zero bytes for the first.
    package let previous: DocumentDigest
    package let digest: DocumentDigest

    /// A row as it was read, right or not.
    package init(number: Int64, entry: AuditEntry, previous: DocumentDigest, digest: DocumentDigest) {
        self.number = number
        self.entry = entry
        self.previous = previous
        self.digest = digest
    }

    /// The row behind another; the first one, when there is none.
    package init(_ entry: AuditEntry, behind last: (number: Int64, digest: DocumentDigest)?) {
        number = (last?.number ?? 0) + 1
        self.entry = entry
        let before = last?.digest ?? AuditRow.beginning
        previous = before
        digest = AuditRow.digest(number, entry, before)
    }

    /// What stands before the first row.
    package static let beginning: DocumentDigest = {
        guard let digest = DocumentDigest(bytes: [UInt8](repeating: 0, count: DocumentDigest.byteCount)) else {
            preconditionFailure("32 bytes are a digest")
        }
        return digest
    }()

    /// Every field with its length before it, so that no two rows are the same bytes.
    private static func digest(
        _ number: Int64, _ entry: AuditEntry, _ previous: DocumentDigest
    ) -> DocumentDigest {
        var bytes = Array("jiexu account audit 1\n".utf8) + previous.bytes
        func add(_ field: [UInt8]?) {
            bytes.append(field == nil ? 0 : 1)
            guard let field else { return }
            bytes += withUnsafeBytes(of: UInt64(field.count).bigEndian) { Array($0) } + field
        }
        for number in [number, entry.at.milliseconds] {
            add(withUnsafeBytes(of: number.bigEndian) { Array($0) })
        }
        let actor = entry.actor
        for text in [
            actor.who, actor.person, actor.role, actor.method.rawValue, actor.source, actor.request,
            entry.action.rawValue, entry.object, entry.result.rawValue, entry.reason,
        ] {
            add(text.map { Array($0.utf8) })
        }
        return DocumentDigest(of: bytes)
    }

    /// Whether the row is the one that its digest was made of. Whether it follows from the one before, ``AuditChain`` says.
    package var isWhole: Bool { digest == AuditRow.digest(number, entry, previous) }
}

/// Follows the rows of the trail and says where they break.
package struct AuditChain: Sendable {
    private var last: (number: Int64, digest: DocumentDigest)?

    package init() {}

    /// How many rows were followed.
    package var count: Int64 { last?.number ?? 0 }

    /// The digest of the last row that was followed: noted elsewhere, it shows later that no row was taken from the end.
    package var head: DocumentDigest { last?.digest ?? AuditRow.beginning }

    /// Takes the next row.
    ///
    /// - Returns: what is wrong with it; nil when it follows. The next one is compared with this one either way.
    package mutating func follow(_ row: AuditRow) -> AuditBreak? {
        let (expected, before) = ((last?.number ?? 0) + 1, last?.digest ?? AuditRow.beginning)
        last = (row.number, row.digest)
        if row.number != expected { return AuditBreak(number: expected, kind: .missing) }
        if row.previous != before { return AuditBreak(number: row.number, kind: .unlinked) }
        if !row.isWhole { return AuditBreak(number: row.number, kind: .changed) }
        return nil
    }
}

/// A place where the trail is not what was written.
package struct AuditBreak: Hashable, Sendable, CustomStringConvertible {
    package let number: Int64
    package let kind: Kind

    package init(number: Int64, kind: Kind) {
        self.number = number
        self.kind = kind
    }

    package enum Kind: String, Hashable, Sendable {
        case missing, unlinked, changed
        /// A field holds what no program writes.
        case unreadable
        /// What was noted of it outside the database was not written by this node.
        case note
    }

    package var description: String {
        switch kind {
        case .missing: "第 \(number) 行缺失。 Row \(number) of the trail is missing."
        case .unlinked: "第 \(number) 行与前一行不相连。 Row \(number) of the trail does not follow from the row before it."
        case .note: "数据库以外的末行记录不是本节点所写。 The note of the last row outside the database is not of this node."
        case .unreadable:
            "第 \(number) 行无法读取，其后未核验。 Row \(number) of the trail cannot be read; what is behind it was not followed."
        case .changed: "第 \(number) 行被改动。 Row \(number) of the trail was changed."
        }
    }
}
