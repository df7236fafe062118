package import Accounts
package import Casework
import TransferCore

extension JiexuStore: AccountRequestStore {
    package func keep(
        _ wish: AccountRequest.Wish, maker: String, person: String, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> Int64? {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let duties: String? =
                if case .staff(_, let duties) = wish.kind {
                    duties.map(\.rawValue).sorted().joined(separator: ",")
                } else { nil }
            let unit: EmployerUnit? = if case .employer(let unit) = wish.kind { unit } else { nil }
            let count = try connection.run(
                """
                INSERT INTO account_requests (work, name, display_name, kind, person, unit, owner, duties, maker,
                    maker_person, at, state)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'open') ON CONFLICT DO NOTHING
                """, .text(wish.work.rawValue), .text(wish.name.text), .text(wish.displayName),
                .text(wish.kind.word.rawValue), .text(wish.kind.person), .text(unit?.name), .text(unit?.owner),
                .text(duties), .text(maker), .text(person), .integer(at.milliseconds))
            guard count == 1 else { return nil }
            try connection.append(entry)
            return try connection.integer(
                "SELECT id FROM account_requests WHERE name = $1 AND state = 'open'", [.text(wish.name.text)])
        }
    }

    package func accountRequest(_ id: Int64) async throws(StoreError) -> AccountRequest? {
        try await read { connection in
            try connection.first(
                """
                SELECT id, display_name, kind, person, unit, owner, duties, work, name, maker, maker_person, at, state
                FROM account_requests WHERE id = $1
                """, [.integer(id)]
            ) { row throws(SQLFault) in try row.accountRequest() }
        }
    }

    package func openAccountRequests(limit: Int) async throws(StoreError) -> [AccountRequest] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, display_name, kind, person, unit, owner, duties, work, name, maker, maker_person, at, state
                FROM account_requests WHERE state = 'open' ORDER BY id LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in try row.accountRequest() }
        }
    }

    package func settle(
        _ id: Int64, as state: AccountRequest.State, by checker: String, person: String, at: Instant,
        _ entry: AuditEntry?
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let count = try connection.run(
                """
                UPDATE account_requests SET state = $1, checker = $2, checker_person = $3, decided_at = $4
                WHERE id = $5 AND state = 'open'
                """, .text(state.rawValue), .text(checker), .text(person), .integer(at.milliseconds), .integer(id))
            if count == 1, let entry { try connection.append(entry) }
            return count == 1
        }
    }
}

extension SQLRow {
    /// The columns id to state of `account_requests`, the kind standing where that of an account does.
    fileprivate func accountRequest() throws(SQLFault) -> AccountRequest {
        let wish = AccountRequest.Wish(
            try word(7, as: AccountRequest.Work.self), name: try value(8, "name of an account") { AccountName($0) },
            displayName: try text(1), kind: try accountKind())
        return AccountRequest(
            id: try integer(0), wish: wish, maker: try text(9), makerPerson: try text(10), at: try instant(11),
            state: try word(12, as: AccountRequest.State.self))
    }
}
