package import Casework
package import TransferCore

extension JiexuStore: AuditStore {
    package func caseRecord(after number: CaseNumber?) async throws(StoreError) -> CaseRecord? {
        try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                guard let next = try connection.caseNumber(after: number) else { return nil }
                return try connection.caseRecord(of: next)
            }
        }
    }

    package func caseNumber(after number: CaseNumber?) async throws(StoreError) -> CaseNumber? {
        try await read { connection in try connection.caseNumber(after: number) }
    }
}

extension SQLConnection {
    fileprivate func caseNumber(after number: CaseNumber?) throws(SQLFault) -> CaseNumber? {
        try first("SELECT number FROM cases WHERE number > $1 ORDER BY number LIMIT 1", [.text(number?.text ?? "")]) {
            row throws(SQLFault) in try row.caseNumber(0)
        }
    }

    fileprivate func caseRecord(of number: CaseNumber) throws(SQLFault) -> CaseRecord? {
        let found = try first(
            """
            SELECT phase, holder, since, due, is_due_provisional, is_overdue_reported, is_terminal, id
            FROM cases WHERE number = $1
            """, [.text(number.text)]
        ) { row throws(SQLFault) in (summary: try row.summary(from: 0), id: try row.integer(7)) }
        guard let found, let file = try caseFile(number) else { return nil }
        let isOwn = try rows(
            """
            SELECT outbox.document FROM documents LEFT JOIN outbox ON outbox.document = documents.position
            WHERE case_id = $1 ORDER BY documents.position
            """, [.integer(found.id)]
        ) { row throws(SQLFault) in !row.isNull(0) }
        return CaseRecord(
            file: file, summary: found.summary, isOwnDocument: isOwn,
            postings: try postings(ofCaseRow: found.id).map {
                CaseRecord.Group(id: $0.id, version: $0.version, posting: $0.posting)
            })
    }
}
