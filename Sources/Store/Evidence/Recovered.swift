package import Casework
package import TransferCore
import TransferDocuments

// What was lost here and brought back by others.

extension StoredLog {
    /// Keeps documents that this store does not have, each once, with a leaf.
    ///
    /// - Parameter documents: whose signatures were verified; their `epoch` is set here.
    /// - Returns: those that are new here, in their order.
    package func keepRecovered(_ documents: [RecoveredDocument]) async throws(StoreError) -> [RecoveredDocument] {
        try await store.writes.perform { transaction -> [RecoveredDocument] in
            let connection = transaction.connection
            let epoch = Int(try connection.integer("SELECT max(number) FROM log_notes WHERE kind = 'loss'") ?? 1)
            var kept: [RecoveredDocument] = []
            for given in documents {
                let known = try connection.integer(
                    """
                    SELECT 1 FROM documents JOIN cases ON cases.id = case_id
                    WHERE number = $1 AND sender = $2 AND sequence = $3 AND digest = $4
                    """,
                    [
                        .text(given.number.text), .text(given.sender.text), .integer(given.sequence),
                        .bytes(given.digest.bytes),
                    ])
                guard known == nil else { continue }
                let document = RecoveredDocument(
                    epoch: epoch, number: given.number, sender: given.sender, sequence: given.sequence,
                    digest: given.digest, bytes: given.bytes, receipt: given.receipt, at: given.at)
                let id = try connection.integer(
                    """
                    INSERT INTO recovered_documents (epoch, case_number, sender, sequence, digest, bytes, receipt, at)
                    VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING RETURNING id
                    """,
                    [
                        .integer(epoch), .text(document.number.text), .text(document.sender.text),
                        .integer(document.sequence), .bytes(document.digest.bytes), .bytes(document.bytes),
                        .bytes(document.receipt), .integer(document.at.milliseconds),
                    ])
                guard let id else { continue }
                try transaction.appendLeaf(.recovered, case: nil, subject: id, AuditLeaf.recovered(document))
                kept.append(document)
            }
            return kept
        }
    }

    /// The cases in which documents were brought back, with how many there are of each sender.
    package func recoveredCases() async throws(StoreError) -> [(number: CaseNumber, sender: AgencyCode, count: Int)] {
        try await store.read { connection in
            try connection.rows(
                """
                SELECT case_number, sender, count(*) FROM recovered_documents
                GROUP BY case_number, sender ORDER BY case_number, sender
                """
            ) { row throws(SQLFault) in
                (number: try row.caseNumber(0), sender: try row.agency(1), count: try row.int(2))
            }
        }
    }
}
