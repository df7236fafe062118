package import Casework

extension JiexuStore: EmployerStore {
    package func keep(_ draft: ApplicationDraft) async throws(StoreError) -> Bool {
        guard draft.bytes.count <= EmployerLimits.draftBytes else { return false }
        return try await writes.perform { transaction in
            let connection = transaction.connection
            let isThere = try connection.integer(
                "SELECT count(*) FROM drafts WHERE owner = $1 AND id = $2", [.text(draft.owner), .text(draft.id)])
            if isThere == 0 {
                let own = try connection.integer(
                    "SELECT count(*) FROM drafts WHERE owner = $1", [.text(draft.owner)])
                let all = try connection.integer("SELECT count(*) FROM drafts")
                guard own ?? 0 < EmployerLimits.draftsOfOne, all ?? 0 < EmployerLimits.drafts else { return false }
            }
            try connection.run(
                """
                INSERT INTO drafts (owner, id, bytes, begun_at, changed_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (owner, id) DO UPDATE SET bytes = excluded.bytes, changed_at = excluded.changed_at
                """, .text(draft.owner), .text(draft.id), .bytes(draft.bytes), .integer(draft.begunAt.milliseconds),
                .integer(draft.changedAt.milliseconds))
            return true
        }
    }

    package func draft(_ id: String, of owner: String) async throws(StoreError) -> ApplicationDraft? {
        try await read { connection in
            try connection.first(
                "SELECT id, owner, bytes, begun_at, changed_at FROM drafts WHERE owner = $1 AND id = $2",
                [.text(owner), .text(id)]
            ) { row throws(SQLFault) in try row.draft() }
        }
    }

    package func drafts(of owner: String) async throws(StoreError) -> [ApplicationDraft] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, owner, bytes, begun_at, changed_at FROM drafts WHERE owner = $1
                ORDER BY changed_at DESC, id
                """, [.text(owner)]
            ) { row throws(SQLFault) in try row.draft() }
        }
    }

    package func discardDraft(_ id: String, of owner: String) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                "DELETE FROM drafts WHERE owner = $1 AND id = $2", .text(owner), .text(id))
        }
    }

    package func forgetLapsed(drafts: Instant, batches: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            let connection = transaction.connection
            try connection.run("DELETE FROM drafts WHERE changed_at < $1", .integer(drafts.milliseconds))
            try connection.forgetFiles(before: batches)
        }
    }
}

extension SQLRow {
    /// The columns id, owner, bytes, begun_at, changed_at.
    fileprivate func draft() throws(SQLFault) -> ApplicationDraft {
        ApplicationDraft(
            id: try text(0), owner: try text(1), bytes: try bytes(2), begunAt: try instant(3),
            changedAt: try instant(4))
    }
}
