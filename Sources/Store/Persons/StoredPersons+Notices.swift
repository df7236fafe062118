package import Accounts
package import Casework
package import TransferCore

extension JiexuStore {
    package func notices(
        of person: ResidentID, before id: Int64, limit: Int
    ) async throws(StoreError) -> [PersonNotice] {
        try await read { connection in
            try connection.rows(
                """
                SELECT notices.id, cases.number, branch, name, code, notices.at, notice_reads.at
                FROM cases JOIN notices ON notices.case_id = cases.id
                    LEFT JOIN notice_reads ON notice_reads.notice_id = notices.id
                WHERE resident_id = $1 AND notices.id < $2 ORDER BY notices.id DESC LIMIT $3
                """, [.text(person.fullText), .integer(id), .integer(limit)]
            ) { row throws(SQLFault) in try row.personNotice() }
        }
    }

    package func unreadNotices(of person: ResidentID) async throws(StoreError) -> Int {
        let count = try await read { connection in
            try connection.integer(
                """
                SELECT count(*) FROM cases JOIN notices ON notices.case_id = cases.id
                    LEFT JOIN notice_reads ON notice_reads.notice_id = notices.id
                WHERE resident_id = $1 AND notice_reads.notice_id IS NULL
                """, [.text(person.fullText)])
        }
        return Int(count ?? 0)
    }

    package func markRead(_ id: Int64, of person: ResidentID, at: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO notice_reads (notice_id, at)
                SELECT notices.id, $1 FROM notices JOIN cases ON cases.id = notices.case_id
                WHERE notices.id = $2 AND resident_id = $3
                ON CONFLICT DO NOTHING
                """, .integer(at.milliseconds), .integer(id), .text(person.fullText))
        }
    }

    package func noticesToTell(limit: Int) async throws(StoreError) -> [PersonNotice] {
        try await read { connection in
            try connection.rows(
                """
                SELECT notices.id, cases.number, branch, name, code, notices.at, NULL
                FROM notices JOIN cases ON cases.id = notices.case_id
                WHERE notices.id > coalesce((SELECT told FROM notice_cursor WHERE name = 'telephone'), 0)
                ORDER BY notices.id LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in try row.personNotice() }
        }
    }

    package func noticesTold(upTo id: Int64) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO notice_cursor (name, told) VALUES ('telephone', $1)
                ON CONFLICT (name) DO UPDATE SET told = max(told, $1)
                """, .integer(id))
        }
    }
}

extension SQLRow {
    /// The columns id, number, branch, name, code, at of a notice, and when it was read.
    fileprivate func personNotice() throws(SQLFault) -> PersonNotice {
        PersonNotice(
            id: try integer(0), number: try caseNumber(1),
            notice: StoredNotice(
                branch: try word(2, as: Branch.self), name: try text(3), code: try optionalText(4),
                at: try instant(5)),
            readAt: isNull(6) ? nil : try instant(6))
    }
}
