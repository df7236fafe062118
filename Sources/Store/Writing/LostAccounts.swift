package import Casework
package import TransferCore

extension JiexuStore {
    /// Keeps that an account's card was reported lost. Reported again, it changes nothing.
    package func reportLost(_ account: String, by person: String, at moment: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO lost_accounts (account, reported_at, reported_by) VALUES ($1, $2, $3)
                ON CONFLICT DO NOTHING
                """, .text(account), .integer(moment.milliseconds), .text(person))
        }
    }

    package func ordersToLostAccounts(limit: Int) async throws(StoreError) -> [OrderKey] {
        try await read { connection in
            try connection.rows(
                """
                SELECT orders.key FROM orders JOIN lost_accounts ON lost_accounts.account = orders.account
                WHERE orders.message_id IS NULL AND orders.outcome IS NULL ORDER BY orders.id LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in try row.value(0, "order key") { OrderKey($0) } }
        }
    }
}
