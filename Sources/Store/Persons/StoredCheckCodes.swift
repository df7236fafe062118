package import Accounts
package import Casework
package import TransferCore
import TransferDocuments

extension JiexuStore: CheckCodeStore {
    package func checkCode(
        of document: StoredDocument, in number: CaseNumber, orElse code: String, at: Instant
    ) async throws(StoreError) -> String? {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let position = try connection.integer(
                """
                SELECT position FROM documents
                WHERE case_id = (SELECT id FROM cases WHERE number = $1) AND sender = $2 AND sequence = $3
                """, [.text(number.text), .text(document.sender.text), .integer(document.sequence)])
            guard let position else { return nil }
            try connection.run(
                """
                INSERT INTO check_codes (code, document, digest, made_at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (document) DO NOTHING
                """, .text(code), .integer(position), .bytes(document.digest.bytes), .integer(at.milliseconds))
            return try connection.first(
                "SELECT code FROM check_codes WHERE document = $1", [.integer(position)]
            ) { row throws(SQLFault) in try row.text(0) }
        }
    }

    package func checkedDocument(_ code: String) async throws(StoreError) -> CheckedDocument? {
        try await read { connection in
            try connection.first(
                """
                SELECT cases.number, cases.resident_id, check_codes.digest,
                    EXISTS (SELECT 1 FROM documents AS later
                        WHERE later.case_id = documents.case_id AND later.sender = documents.sender
                            AND later.sequence > documents.sequence AND later.kind = documents.kind),
                    sender, recipient, sequence, kind, documents.digest, documents.bytes, at, receipts.bytes,
                    receipts.is_refused
                FROM check_codes JOIN documents ON documents.position = check_codes.document
                    JOIN cases ON cases.id = documents.case_id
                    LEFT JOIN receipts ON receipts.document = documents.position
                WHERE code = $1
                """, [.text(code)]
            ) { row throws(SQLFault) in
                CheckedDocument(
                    number: try row.caseNumber(0), residentID: try row.residentID(1),
                    document: try row.document(from: 4),
                    digest: try row.digest(2), isSuperseded: try row.flag(3))
            }
        }
    }
}
