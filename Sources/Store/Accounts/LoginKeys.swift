package import Accounts
package import Casework
import TransferCore

extension JiexuStore: LoginKeyStore {
    package func add(_ key: LoginKey, _ entry: AuditEntry) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let count = try connection.run(
                """
                INSERT INTO login_keys (account, kind, subject, public_key, label, added_at, counter)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
                """, .text(key.account.text), .text(key.kind.rawValue), .bytes(key.subject), .bytes(key.publicKey),
                .text(key.label), .integer(key.addedAt.milliseconds), .integer(key.counter))
            guard count == 1 else { return false }
            try connection.append(entry)
            return true
        }
    }

    package func loginKey(_ kind: LoginKey.Kind, _ subject: [UInt8]) async throws(StoreError) -> LoginKey? {
        try await read { connection in
            try connection.first(
                """
                SELECT id, account, kind, subject, public_key, label, added_at, counter, used_at, removed_at
                FROM login_keys WHERE kind = $1 AND subject = $2 ORDER BY removed_at IS NOT NULL, removed_at DESC LIMIT 1
                """, [.text(kind.rawValue), .bytes(subject)]
            ) { row throws(SQLFault) in try row.loginKey() }
        }
    }

    package func loginKeys(of name: AccountName) async throws(StoreError) -> [LoginKey] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, account, kind, subject, public_key, label, added_at, counter, used_at, removed_at
                FROM login_keys WHERE account = $1 AND removed_at IS NULL ORDER BY id
                """, [.text(name.text)]
            ) { row throws(SQLFault) in try row.loginKey() }
        }
    }

    package func use(
        _ key: LoginKey, counter: Int64, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let count = try connection.run(
                """
                UPDATE login_keys SET counter = $1, used_at = $2
                WHERE id = $3 AND counter = $4 AND removed_at IS NULL
                """, .integer(counter), .integer(at.milliseconds), .integer(key.id), .integer(key.counter))
            guard count == 1 else { return false }
            try connection.append(entry)
            return true
        }
    }

    package func remove(
        _ id: Int64, of name: AccountName, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let count = try connection.run(
                "UPDATE login_keys SET removed_at = $1 WHERE id = $2 AND account = $3 AND removed_at IS NULL",
                .integer(at.milliseconds), .integer(id), .text(name.text))
            guard count == 1 else { return false }
            try connection.append(entry)
            return true
        }
    }
}

extension SQLRow {
    /// The columns of `login_keys`, in the order of the table but for the moments at the end.
    fileprivate func loginKey() throws(SQLFault) -> LoginKey {
        LoginKey(
            id: try integer(0), account: try value(1, "name of an account") { AccountName($0) },
            kind: try word(2, as: LoginKey.Kind.self), subject: try bytes(3), publicKey: try bytes(4),
            label: try text(5), addedAt: try instant(6), counter: try integer(7),
            usedAt: isNull(8) ? nil : try instant(8), removedAt: isNull(9) ? nil : try instant(9))
    }
}
