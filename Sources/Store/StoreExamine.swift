import Casework
import TransferDocuments

/// Says what a store holds that was opened as a node opens it after a power cut: for a harness that compares very many
/// images of disks with what was acknowledged.
package enum StoreExamine {
    /// One line: what is wrong, or `sound` with what is held, parted by tabs.
    package static func line(of store: JiexuStore) async -> String {
        do throws(StoreError) {
            let findings = try await StoreAudit(store).verify()
            guard findings.isEmpty else { return findings.map(\.description).joined(separator: "; ") }
            return try await store.read { connection in (["sound"] + (try held(connection))).joined(separator: "\t") }
        } catch {
            return error.description
        }
    }

    private static func held(_ connection: any SQLConnection) throws(SQLFault) -> [String] {
        let documents = try connection.rows(
            """
            SELECT cases.number, documents.sender, documents.sequence, documents.digest, receipts.bytes
            FROM documents JOIN cases ON cases.id = documents.case_id
            LEFT JOIN receipts ON receipts.document = documents.position ORDER BY documents.position
            """
        ) { row throws(SQLFault) in
            let digest = DocumentDigest(bytes: try row.bytes(3))?.hex ?? "?"
            let receipt = try row.optionalBytes(4).map { DocumentDigest(of: $0).hex } ?? "-"
            return "\(try row.text(0))/\(try row.text(1))/\(try row.integer(2))/\(digest)/\(receipt)"
        }
        let events = try connection.rows(
            "SELECT cases.number, count(*) FROM events JOIN cases ON cases.id = events.case_id GROUP BY cases.id"
        ) { row throws(SQLFault) in "\(try row.text(0))/events/\(try row.integer(1))" }
        let orders = try connection.rows("SELECT key, outcome FROM orders ORDER BY id") { row throws(SQLFault) in
            "\(try row.text(0))/order/\(try row.optionalText(1) ?? "-")"
        }
        return documents + events + orders
    }
}
