package import Casework
package import TransferCore
package import TransferDocuments

extension StoreTransaction {
    /// Stores a document with its receipt, and puts one that goes out into the outbox.
    func keepDocument(_ document: StoredDocument, of id: Int64, number: CaseNumber, isOutgoing: Bool) throws {
        if isOutgoing { try refuseUsedNumber(of: document, number) }
        let position = try nextDocument()
        try write(
            """
            INSERT INTO documents (position, case_id, sender, recipient, sequence, kind, digest, at, bytes)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (case_id, sender, sequence) DO NOTHING
            """, .integer(position), .integer(id), .text(document.sender.text), .text(document.recipient.text),
            .integer(document.sequence), .text(document.kind.rawValue), .bytes(document.digest.bytes),
            .integer(document.at.milliseconds), .bytes(document.bytes), orThrow: .duplicate)
        try appendLeaf(.document, case: id, subject: position, AuditLeaf.document(document, of: number))
        if isOutgoing {
            try write(
                "INSERT INTO outbox (document, recipient, queued_at, delivered_at) VALUES ($1, $2, $3, $4)",
                .integer(position), .text(document.recipient.text), .integer(document.at.milliseconds),
                .integer(document.receipt == nil ? nil : document.at.milliseconds))
            if document.receipt == nil {
                leave(
                    OutboxEntry(
                        position: position, number: number, recipient: document.recipient, sequence: document.sequence,
                        digest: document.digest, bytes: document.bytes))
            }
        }
        if let receipt = document.receipt {
            try keepReceipt(
                receipt, isRefused: document.isRefused, of: position, case: id,
                AuditLeaf.receipt(
                    receipt, isRefused: document.isRefused, sender: document.sender, sequence: document.sequence,
                    of: number))
        }
    }

    /// What was signed before a loss is not signed again with other bytes under the same number.
    private func refuseUsedNumber(of document: StoredDocument, _ number: CaseNumber) throws {
        guard try has(.recoveredDocuments) else { return }
        let used = try connection.integer(
            """
            SELECT 1 FROM recovered_documents
            WHERE case_number = $1 AND sender = $2 AND sequence = $3 AND digest <> $4 LIMIT 1
            """,
            [
                .text(number.text), .text(document.sender.text), .integer(document.sequence),
                .bytes(document.digest.bytes),
            ])
        guard used == nil else {
            throw StoreError.unavailable(
                "document \(document.sequence) of \(number) was signed before a loss, with other bytes: people decide")
        }
    }

    fileprivate func keepReceipt(
        _ receipt: [UInt8], isRefused: Bool, of document: Int64, case id: Int64, _ hash: DocumentDigest
    ) throws {
        try write(
            "INSERT INTO receipts (document, is_refused, bytes) VALUES ($1, $2, $3)", .integer(document),
            .flag(isRefused), .bytes(receipt))
        try appendLeaf(.receipt, case: id, subject: document, hash)
    }
}

extension JiexuStore {
    /// Stores the receipt; where one is stored already, the first stays.
    package func delivered(
        _ entry: OutboxEntry, receipt: [UInt8], isRefused: Bool, at: Instant
    ) async throws(StoreError) {
        let delivered = DeliveredDocument(entry: entry, receipt: receipt, isRefused: isRefused, at: at)
        for outcome in await self.delivered([delivered]) { try outcome.get() }
    }

    /// Stores receipts, each by itself.
    package func delivered(_ receipts: [DeliveredDocument]) async -> [Result<Void, StoreError>] {
        do throws(StoreError) { try gate.pass() } catch { return receipts.map { _ in .failure(error) } }
        let outcomes = await writes.perform(
            receipts.map { delivered in
                GroupCommit.Work(
                    work: { try $0.deliver(delivered) },
                    committed: { [cache] isNew in
                        guard isNew else { return }
                        let entry = delivered.entry
                        cache.update(entry.number) {
                            $0.delivering(entry, receipt: delivered.receipt, isRefused: delivered.isRefused)
                        }
                    })
            })
        return outcomes.map { $0.map { _ in () } }
    }

    /// Keeps the evidence once per sender and digest; the first receipt stays.
    ///
    /// - Throws: ``StoreError/duplicate`` when another receipt is stored for the same bytes: read it and give that one.
    package func keepRefused(_ evidence: RefusedEvidence) async throws(StoreError) {
        try gate.pass()
        try await writes.perform { transaction in
            let connection = transaction.connection
            if evidence.receipt != nil, try connection.hasTaken(evidence) { throw StoreError.duplicate }
            let id = try connection.integer(
                """
                INSERT INTO refused (sender, case_number, digest, code, bytes, receipt, at)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING id
                """,
                [
                    .text(evidence.sender.text), .text(evidence.number), .bytes(evidence.digest.bytes),
                    .text(evidence.code), .bytes(evidence.bytes), .bytes(evidence.receipt),
                    .integer(evidence.at.milliseconds),
                ])
            if let id {
                try transaction.appendLeaf(.refusal, case: nil, subject: id, AuditLeaf.refusal(evidence))
                return
            }
            let known = try connection.refusedReceipt(evidence.digest, sender: evidence.sender)
            if let receipt = evidence.receipt, known != receipt { throw StoreError.duplicate }
        }
    }

    package func refusedReceipt(_ digest: DocumentDigest, sender: AgencyCode) async throws(StoreError) -> [UInt8]? {
        try await read { connection in try connection.refusedReceipt(digest, sender: sender) }
    }

    package func hasRefused(from sender: AgencyCode, _ number: CaseNumber) async throws(StoreError) -> Bool {
        try await read { connection in try connection.hasRefused(from: sender, number) }
    }

    package func refusedEvidence(limit: Int) async throws(StoreError) -> [RefusedEvidence] {
        try await read { connection in
            try connection.rows(
                """
                SELECT sender, case_number, digest, code, bytes, receipt, at FROM refused ORDER BY id DESC LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in try row.evidence(from: 0) }
        }
    }

    package func incoming(
        _ number: CaseNumber, sender: AgencyCode, sequence: Int
    ) async throws(StoreError) -> StoredDocument? {
        if let file = cache.known(number) {
            return sender == file.opening.ownCode
                ? nil : file.documents.first { $0.sender == sender && $0.sequence == sequence }
        }
        return try await read { connection in
            try connection.first(
                """
                SELECT sender, recipient, sequence, documents.kind, digest, documents.bytes, documents.at, receipts.bytes,
                    receipts.is_refused
                FROM documents JOIN cases ON cases.id = documents.case_id
                    LEFT JOIN receipts ON receipts.document = documents.position
                WHERE cases.number = $1 AND sender = $2 AND sequence = $3
                    AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.document = documents.position)
                """, [.text(number.text), .text(sender.text), .integer(sequence)]
            ) { row throws(SQLFault) in try row.document(from: 0) }
        }
    }

    package func deliveries(of number: CaseNumber) async throws(StoreError) -> [DeliveryState] {
        try await read { connection in
            try connection.rows(
                """
                SELECT sequence, documents.recipient, documents.kind, attempts, last_error, delivered_at
                FROM documents JOIN cases ON cases.id = documents.case_id
                    JOIN outbox ON outbox.document = documents.position
                WHERE cases.number = $1 ORDER BY documents.position
                """, [.text(number.text)]
            ) { row throws(SQLFault) in
                DeliveryState(
                    sequence: try row.int(0), recipient: try row.agency(1),
                    kind: try row.word(2, as: DocumentKind.self), attempts: try row.int(3),
                    lastError: try row.optionalText(4),
                    deliveredAt: row.isNull(5) ? nil : try row.instant(5))
            }
        }
    }
}

extension SQLRow {
    /// The columns sender, case_number, digest, code, bytes, receipt, at from the given one on.
    func evidence(from first: Int) throws(SQLFault) -> RefusedEvidence {
        RefusedEvidence(
            sender: try agency(first), number: try optionalText(first + 1), digest: try digest(first + 2),
            code: try text(first + 3), bytes: try bytes(first + 4), receipt: try optionalBytes(first + 5),
            at: try instant(first + 6))
    }
}

extension SQLConnection {
    /// Whether a case was opened by, or took, what is to be refused.
    fileprivate func hasTaken(_ evidence: RefusedEvidence) throws(SQLFault) -> Bool {
        try integer(
            """
            SELECT 1 FROM documents JOIN cases ON cases.id = documents.case_id
            WHERE cases.number = $1 AND sender = $2 AND digest = $3
            """, [.text(evidence.number), .text(evidence.sender.text), .bytes(evidence.digest.bytes)]) != nil
    }

    /// The receipt that was given for refused bytes; nil when none was.
    func refusedReceipt(_ digest: DocumentDigest, sender: AgencyCode) throws(SQLFault) -> [UInt8]? {
        let found = try first(
            "SELECT receipt FROM refused WHERE sender = $1 AND digest = $2", [.text(sender.text), .bytes(digest.bytes)]
        ) { row throws(SQLFault) in try row.optionalBytes(0) }
        return found ?? nil
    }

    func hasRefused(from sender: AgencyCode, _ number: CaseNumber) throws(SQLFault) -> Bool {
        try integer(
            "SELECT 1 FROM refused WHERE case_number = $1 AND sender = $2 AND receipt IS NOT NULL LIMIT 1",
            [.text(number.text), .text(sender.text)]) != nil
    }
}

extension StoreTransaction {
    /// Keeps the receipt of a document that went out.
    ///
    /// - Returns: false when it has one already: nothing was written.
    func deliver(_ delivered: DeliveredDocument) throws -> Bool {
        let entry = delivered.entry
        let found = try connection.first(
            "SELECT case_id, sender FROM documents WHERE position = $1 AND sequence = $2 AND digest = $3",
            [.integer(entry.position), .integer(entry.sequence), .bytes(entry.digest.bytes)]
        ) { row throws(SQLFault) in (try row.integer(0), try row.agency(1)) }
        guard let (id, sender) = found else { throw missing(entry) }
        let isNew = try connection.run(
            "UPDATE outbox SET delivered_at = $1, last_error = NULL WHERE document = $2 AND delivered_at IS NULL",
            .integer(delivered.at.milliseconds), .integer(entry.position))
        guard isNew == 1 else { return false }
        try keepReceipt(
            delivered.receipt, isRefused: delivered.isRefused, of: entry.position, case: id,
            AuditLeaf.receipt(
                delivered.receipt, isRefused: delivered.isRefused, sender: sender, sequence: entry.sequence,
                of: entry.number))
        return true
    }
}

func missing(_ entry: OutboxEntry) -> StoreError {
    .corrupt("no document stands at position \(entry.position) of the outbox")
}

extension String {
    /// The beginning of a cause, as long as people read it: 500 bytes at most.
    var bounded: String {
        guard utf8.count > 500 else { return self }
        return String(decoding: utf8.prefix(497), as: UTF8.self) + "…"
    }
}
