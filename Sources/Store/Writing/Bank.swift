package import Casework
package import TransferCore

extension JiexuStore {
    package func assignOrderMessage(
        _ messageID: String, at: Instant, limit: Int
    ) async throws(StoreError) -> OrderMessage? {
        try gate.pass()
        return try await writes.perform(
            { transaction in
                let connection = transaction.connection
                let waiting = try connection.rows(
                    """
                    SELECT id FROM orders
                    WHERE message_id IS NULL AND outcome IS NULL
                        AND NOT EXISTS (SELECT 1 FROM lost_accounts WHERE lost_accounts.account = orders.account)
                    ORDER BY id LIMIT $1
                    """, [.integer(limit)]
                ) { row throws(SQLFault) in try row.integer(0) }
                guard !waiting.isEmpty else { return nil }
                try transaction.write(
                    "INSERT INTO order_messages (id, created_at) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    .text(messageID), .integer(at.milliseconds), orThrow: .duplicate)
                for id in waiting {
                    try transaction.write(
                        "UPDATE orders SET message_id = $1 WHERE id = $2", .text(messageID), .integer(id))
                }
                return OrderMessage(
                    messageID: messageID, createdAt: at, orders: try storedOrders(of: messageID, on: connection))
            },
            committed: { [cache] message in
                guard let message else { return }
                for order in message.orders {
                    cache.update(order.key.caseNumber) { $0.bundling(order.key, into: message.messageID) }
                }
            })
    }

    package func unwrittenOrderMessages() async throws(StoreError) -> [OrderMessage] {
        try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                let messages = try connection.rows(
                    "SELECT id, created_at FROM order_messages WHERE written_at IS NULL ORDER BY created_at, id"
                ) { row throws(SQLFault) in (try row.text(0), try row.instant(1)) }
                var found: [OrderMessage] = []
                for (id, createdAt) in messages {
                    found.append(
                        OrderMessage(
                            messageID: id, createdAt: createdAt, orders: try storedOrders(of: id, on: connection)))
                }
                return found
            }
        }
    }

    package func orderMessageWritten(_ messageID: String, at: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            let count = try transaction.connection.run(
                "UPDATE order_messages SET written_at = coalesce(written_at, $1) WHERE id = $2",
                .integer(at.milliseconds), .text(messageID))
            guard count == 1 else { throw StoreError.corrupt("the order message \(messageID) is not stored") }
        }
    }

    package func orders(inMessage messageID: String) async throws(StoreError) -> [StoredOrder] {
        try await read { connection throws(SQLFault) in try storedOrders(of: messageID, on: connection) }
    }

    package func isBankLineKnown(_ reference: String) async throws(StoreError) -> Bool {
        try await read { connection in
            try connection.integer("SELECT 1 FROM bank_lines WHERE reference = $1", [.text(reference)]) != nil
        }
    }

    package func bankLines(_ references: [String]) async throws(StoreError) -> [String: BankLine] {
        try await read { connection in
            var lines: [String: BankLine] = [:]
            try connection.snapshot { () throws(SQLFault) in
                for reference in references {
                    lines[reference] = try connection.first(
                        """
                        SELECT reference, direction, amount, end_to_end_key, booked_on, return_reason
                        FROM bank_lines WHERE reference = $1
                        """, [.text(reference)]
                    ) { row throws(SQLFault) in try row.bankLine(from: 0) }
                }
            }
            return lines
        }
    }

    package func keepUnmatched(
        _ line: BankLine, why: String, posting: Posting?, at: Instant
    ) async throws(StoreError) {
        try gate.pass()
        try await writes.perform { transaction in
            try transaction.keepLine(line, of: nil, unmatched: (why, at))
            if let posting { try transaction.append(posting, of: .bankLine(reference: line.reference)) }
        }
    }

    package func unmatchedBankLines() async throws(StoreError) -> [UnmatchedLine] {
        try await read { connection in
            try connection.rows(
                """
                SELECT reference, direction, amount, end_to_end_key, booked_on, return_reason, why, at
                FROM bank_lines WHERE case_id IS NULL ORDER BY id
                """
            ) { row throws(SQLFault) in
                UnmatchedLine(line: try row.bankLine(from: 0), why: try row.text(6), at: try row.instant(7))
            }
        }
    }
}

private func storedOrders(of messageID: String, on connection: any SQLConnection) throws(SQLFault) -> [StoredOrder] {
    try connection.rows(
        """
        SELECT key, amount, holder, bank_name, bank_code, account, message_id, outcome, outcome_word
        FROM orders WHERE message_id = $1 ORDER BY id
        """, [.text(messageID)]
    ) { row throws(SQLFault) in try row.order(from: 0) }
}
