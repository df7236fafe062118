package import Casework
package import TransferCore
package import TransferDocuments

// The heads of this node's own log, and what it notes about itself.

extension StoredLog {
    package func epoch() async throws(StoreError) -> Int {
        try await store.read { connection in try connection.epoch() }
    }

    package func newestOwnHead() async throws(StoreError) -> SignedTreeHead? {
        try await store.read { connection in try connection.newestOwnHead() }
    }

    package func keepOwnHead(_ head: SignedTreeHead) async throws(StoreError) -> SignedTreeHead {
        let gate = store.gate
        return try await store.writes.perform { transaction in
            try gate.pass()
            let connection = transaction.connection
            guard try connection.epoch() == head.head.epoch else { throw StoreError.caseMovedOn }
            if let newest = try connection.newestOwnHead() {
                if newest.head.size >= head.head.size { return newest }
                guard newest.head.atMilliseconds < head.head.atMilliseconds else { throw StoreError.caseMovedOn }
            }
            try connection.run(
                "INSERT INTO own_heads (epoch, size, root, at, bytes) VALUES ($1, $2, $3, $4, $5)",
                .integer(head.head.epoch), .integer(head.head.size), .bytes(head.head.root.bytes),
                .integer(head.head.atMilliseconds), .bytes(head.bytes))
            return head
        }
    }

    package func note(_ fact: LogNote.Fact, at: Instant) async throws(StoreError) {
        let note = LogNote(at: at, fact: fact)
        // Mostly nothing is new: that is seen without a transaction.
        let newest = try await store.read { connection in try connection.newestNote(of: note.kind) }
        guard newest?.fact != fact else { return }
        let gate = store.gate
        try await store.writes.perform { transaction in
            try gate.pass()
            guard try transaction.connection.newestNote(of: note.kind)?.fact != fact else { return }
            try transaction.append(note)
        }
    }

    package func keepMissing(
        _ head: SignedTreeHead, shownBy peer: AgencyCode, at: Instant
    ) async throws(StoreError) {
        try await store.writes.perform { transaction in
            let head = head.head.columns(head.bytes)
            try transaction.connection.run(
                """
                INSERT INTO missing_heads (epoch, size, root, at, bytes, shown_by, shown_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
                """, head + [.text(peer.text), .integer(at.milliseconds)])
        }
    }

    package func missingHead() async throws(StoreError) -> SignedTreeHead? {
        try await store.read { connection in try connection.missingHead() }
    }

    package func acceptLoss(reason: String, at: Instant) async throws(StoreError) -> Int? {
        try await store.writes.perform { transaction in
            guard let missing = try transaction.connection.missingHead() else { return nil }
            let epoch = max(try transaction.connection.epoch(), missing.head.epoch) + 1
            try transaction.append(LogNote(at: at, fact: .loss(epoch: epoch, reason: reason)))
            // The numbers that were given in the part that is lost are not given again.
            try transaction.connection.run(
                "UPDATE serials SET next = (next / $1 + 1) * $1 + 1", .integer(StoredLog.serialsSkipped))
            return epoch
        }
    }
}

extension StoredLog {
    /// At a loss the numbers of cases go on behind the next multiple of this. Source: our choice; a node gives fewer in the
    /// time between two backups.
    static let serialsSkipped: Int64 = 100_000
}

extension StoreTransaction {
    /// Keeps a note with its leaf.
    fileprivate func append(_ note: LogNote) throws {
        let values: [SQLValue] =
            switch note.fact {
            case .key(let certificate): [.integer(nil), .bytes(certificate.bytes), .text(nil)]
            case .directory(let version, let digest): [.integer(version), .bytes(digest.bytes), .text(nil)]
            case .loss(let epoch, let reason): [.integer(epoch), .bytes(nil), .text(reason)]
            case .settings(let digest): [.integer(nil), .bytes(digest.bytes), .text(nil)]
            }
        let id = try connection.integer(
            "INSERT INTO log_notes (kind, at, number, digest, reason) VALUES ($1, $2, $3, $4, $5) RETURNING id",
            [.text(note.kind.rawValue), .integer(note.at.milliseconds)] + values)
        guard let id else { throw StoreError.corrupt("a note has no id") }
        try appendLeaf(note.kind, case: nil, subject: id, AuditLeaf.note(note))
    }
}

extension SQLConnection {
    fileprivate func epoch() throws(SQLFault) -> Int {
        Int(try integer("SELECT max(number) FROM log_notes WHERE kind = 'loss'") ?? 1)
    }

    fileprivate func newestOwnHead() throws(SQLFault) -> SignedTreeHead? {
        try first(
            """
            SELECT epoch, size, root, at, bytes FROM own_heads
            WHERE epoch = (SELECT coalesce(max(number), 1) FROM log_notes WHERE kind = 'loss')
            ORDER BY size DESC LIMIT 1
            """
        ) { row throws(SQLFault) in try row.signedHead(from: 0) }
    }

    fileprivate func missingHead() throws(SQLFault) -> SignedTreeHead? {
        try first(
            """
            SELECT epoch, size, root, at, bytes FROM missing_heads
            WHERE epoch >= (SELECT coalesce(max(number), 1) FROM log_notes WHERE kind = 'loss')
            ORDER BY epoch DESC, size DESC LIMIT 1
            """
        ) { row throws(SQLFault) in try row.signedHead(from: 0) }
    }

    fileprivate func newestNote(of kind: LeafEntry.Kind) throws(SQLFault) -> LogNote? {
        try first(
            "SELECT kind, at, number, digest, reason FROM log_notes WHERE kind = $1 ORDER BY id DESC LIMIT 1",
            [.text(kind.rawValue)]
        ) { row throws(SQLFault) in try row.note(from: 0) }
    }
}

extension TreeHead {
    /// The columns epoch, size, root, at, bytes.
    func columns(_ bytes: [UInt8]) -> [SQLValue] {
        [.integer(epoch), .integer(size), .bytes(root.bytes), .integer(atMilliseconds), .bytes(bytes)]
    }
}

extension SQLRow {
    /// The columns epoch, size, root, at, bytes from the given one on. What the signed bytes say holds; a column that says
    /// otherwise was changed.
    func signedHead(from first: Int) throws(SQLFault) -> SignedTreeHead {
        let bytes = try bytes(first + 4)
        let head = try treeHead(in: bytes, column: first + 4)
        guard try int(first) == head.epoch, try integer(first + 1) == head.size, try digest(first + 2) == head.root,
            try integer(first + 3) == head.atMilliseconds
        else { throw SQLFault(.unreadable, "a tree head of size \(head.size) was changed") }
        return SignedTreeHead(head: head, bytes: bytes)
    }

    /// A signed head whose signature was looked at before it was kept.
    func treeHead(in bytes: [UInt8], column: Int) throws(SQLFault) -> TreeHead {
        guard let jws = try? JWS.parse(bytes, typ: .treeHead, maximumBytes: TreeHead.longest),
            let head = try? TreeHead(decoding: jws.payload)
        else { throw unreadable(column, "tree head") }
        return head
    }

    /// The columns kind, at, number, digest, reason from the given one on.
    func note(from first: Int) throws(SQLFault) -> LogNote {
        let fact: LogNote.Fact
        switch try text(first) {
        case LeafEntry.Kind.key.rawValue: fact = .key(certificate: try digest(first + 3))
        case LeafEntry.Kind.directory.rawValue:
            fact = .directory(version: try int(first + 2), digest: try digest(first + 3))
        case LeafEntry.Kind.loss.rawValue: fact = .loss(epoch: try int(first + 2), reason: try text(first + 4))
        case LeafEntry.Kind.settings.rawValue: fact = .settings(digest: try digest(first + 3))
        default: throw unreadable(first, "kind of a note")
        }
        return LogNote(at: try instant(first + 1), fact: fact)
    }
}
