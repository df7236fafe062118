package import Casework
package import TransferCore
import TransferDocuments

// What waits for a receipt, and every attempt that brought none.

extension JiexuStore {
    package func outbox(after position: Int64, limit: Int) async throws(StoreError) -> [OutboxEntry] {
        try await outbox(after: position, without: [], limit: limit)
    }

    package func outbox(
        after position: Int64, without recipients: [AgencyCode], limit: Int
    ) async throws(StoreError) -> [OutboxEntry] {
        // One text of codes of one length, with commas between: a code stands in it only as itself.
        let codes = recipients.map(\.text).joined(separator: ",")
        return try await read { connection in
            try connection.rows(
                """
                SELECT outbox.document, cases.number, documents.recipient, documents.sequence, documents.digest,
                    (SELECT bytes FROM signed_documents WHERE document = documents.position)
                FROM outbox JOIN documents ON documents.position = outbox.document
                    JOIN cases ON cases.id = documents.case_id
                WHERE outbox.delivered_at IS NULL AND outbox.document > $1
                    AND $2 NOT LIKE '%' || outbox.recipient || '%'
                ORDER BY outbox.document LIMIT $3
                """, [.integer(position), .text(codes), .integer(limit)]
            ) { row throws(SQLFault) in try row.outboxEntry() }
        }
    }

    package func outbox(
        for recipient: AgencyCode, after position: Int64, limit: Int
    ) async throws(StoreError) -> [OutboxEntry] {
        try await read { connection in
            try connection.rows(
                """
                SELECT outbox.document, cases.number, documents.recipient, documents.sequence, documents.digest,
                    (SELECT bytes FROM signed_documents WHERE document = documents.position)
                FROM outbox JOIN documents ON documents.position = outbox.document
                    JOIN cases ON cases.id = documents.case_id
                WHERE outbox.delivered_at IS NULL AND outbox.document > $1 AND outbox.recipient = $2
                ORDER BY outbox.document LIMIT $3
                """, [.integer(position), .text(recipient.text), .integer(limit)]
            ) { row throws(SQLFault) in try row.outboxEntry() }
        }
    }

    package func deliveryFailed(
        _ entry: OutboxEntry, code: String, error: String, at: Instant
    ) async throws(StoreError) {
        let code = code.isPublishedCode ? code : "other"
        try await writes.perform { transaction in
            let connection = transaction.connection
            let attempt = try connection.integer(
                """
                UPDATE outbox SET attempts = attempts + 1, last_error = $1, last_failed_at = $2, last_code = $3
                WHERE document = $4 RETURNING attempts
                """, [.text(error.bounded), .integer(at.milliseconds), .text(code), .integer(entry.position)])
            guard let attempt else { throw missing(entry) }
            guard attempt <= DeliveryHistory.mostKept else { return }
            try connection.run(
                "INSERT INTO delivery_attempts (document, attempt, at, code) VALUES ($1, $2, $3, $4)",
                .integer(entry.position), .integer(attempt), .integer(at.milliseconds), .text(code))
        }
    }

    package func deliveryAttempts(of number: CaseNumber) async throws(StoreError) -> [DeliveryHistory] {
        try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                let documents = try connection.rows(
                    """
                    SELECT outbox.document, sequence, attempts, last_failed_at, last_code
                    FROM outbox JOIN documents ON documents.position = outbox.document
                        JOIN cases ON cases.id = documents.case_id
                    WHERE cases.number = $1 ORDER BY outbox.document
                    """, [.text(number.text)]
                ) { row throws(SQLFault) in
                    let newest =
                        row.isNull(3)
                        ? nil : DeliveryHistory.Attempt(at: try row.instant(3), code: try row.text(4))
                    return (
                        position: try row.integer(0), sequence: try row.int(1), attempts: try row.int(2), newest: newest
                    )
                }
                var histories: [DeliveryHistory] = []
                for document in documents {
                    var attempts = try connection.rows(
                        "SELECT at, code FROM delivery_attempts WHERE document = $1 ORDER BY attempt",
                        [.integer(document.position)]
                    ) { row throws(SQLFault) in
                        DeliveryHistory.Attempt(at: try row.instant(0), code: try row.text(1))
                    }
                    if document.attempts > DeliveryHistory.mostKept, let newest = document.newest {
                        attempts.append(newest)
                    }
                    histories.append(
                        DeliveryHistory(
                            sequence: document.sequence, failedAttempts: document.attempts, attempts: attempts))
                }
                return histories
            }
        }
    }
}

extension SQLRow {
    /// The columns document, number, recipient, sequence, digest, bytes.
    fileprivate func outboxEntry() throws(SQLFault) -> OutboxEntry {
        OutboxEntry(
            position: try integer(0), number: try caseNumber(1), recipient: try agency(2), sequence: try int(3),
            digest: try digest(4), bytes: try bytes(5))
    }
}

extension String {
    /// Whether it is one of the codes under which faults are published: 1 to 64 lower-case letters, digits or hyphens.
    fileprivate var isPublishedCode: Bool {
        (1...64).contains(utf8.count)
            && utf8.allSatisfy {
                (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0)
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || $0 == UInt8(ascii: "-")
            }
    }
}
