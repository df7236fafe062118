package import Casework
import TransferCore
import TransferDocuments

extension JiexuStore: RuleStore {
    package func ruleTables() async throws(StoreError) -> [StoredRuleTable] {
        try await read { connection in
            try connection.rows(
                "SELECT name, version, imported_at, imported_by, digest, bytes FROM rule_tables ORDER BY id"
            ) { row throws(SQLFault) in
                let table = StoredRuleTable(
                    name: try row.word(0, as: RuleTableName.self), version: try row.text(1),
                    importedAt: try row.instant(2), importedBy: try row.text(3), bytes: try row.bytes(5))
                guard try row.digest(4) == table.digest else {
                    throw SQLFault(.unreadable, "the table \(table.name.rawValue) \(table.version) was changed")
                }
                return table
            }
        }
    }

    package func ruleTableCount() async throws(StoreError) -> Int {
        try await read { connection in Int(try connection.integer("SELECT count(*) FROM rule_tables") ?? 0) }
    }

    @discardableResult
    package func importRuleTable(_ table: StoredRuleTable) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let known = try transaction.connection.first(
                "SELECT digest FROM rule_tables WHERE name = $1 AND version = $2",
                [.text(table.name.rawValue), .text(table.version)]
            ) { row throws(SQLFault) in try row.digest(0) }
            if let known {
                guard known == table.digest else { throw StoreError.duplicate }
                return false
            }
            let id = try transaction.connection.integer(
                """
                INSERT INTO rule_tables (name, version, imported_at, imported_by, digest, bytes)
                VALUES ($1, $2, $3, $4, $5, $6) RETURNING id
                """,
                [
                    .text(table.name.rawValue), .text(table.version), .integer(table.importedAt.milliseconds),
                    .text(table.importedBy), .bytes(table.digest.bytes), .bytes(table.bytes),
                ])
            guard let id else { throw StoreError.corrupt("a table was kept without an id") }
            try transaction.appendLeaf(.rules, case: nil, subject: id, AuditLeaf.rules(table))
            return true
        }
    }
}
