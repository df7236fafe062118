package import Accounts
package import Casework
package import TransferCore

extension JiexuStore {
    package func keep(
        _ request: PersonRequest, unlessSince since: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> PersonRequestOutcome {
        try await writes.perform { transaction in try transaction.keep(request, unlessSince: since, entry) }
    }

    package func keep(
        _ request: PersonRequest, unlessSince since: Instant, with step: CaseStep, _ entry: AuditEntry
    ) async throws(StoreError) -> PersonRequestOutcome {
        try await commit(step) { transaction in
            let outcome = try transaction.keep(request, unlessSince: since, entry)
            if case .known = outcome { return (outcome, false) }
            return (outcome, true)
        }
    }

    package func requests(of number: CaseNumber) async throws(StoreError) -> [PersonRequest] {
        try await read { connection in
            try connection.rows(
                """
                SELECT person_requests.id, number, kind, subject, reason, words, at, answer, answered_by, answered_at
                FROM cases JOIN person_requests ON person_requests.case_id = cases.id
                WHERE number = $1 ORDER BY person_requests.id
                """, [.text(number.text)]
            ) { row throws(SQLFault) in try row.personRequest() }
        }
    }

    package func openRequests(limit: Int) async throws(StoreError) -> [PersonRequest] {
        try await read { connection in
            try connection.rows(
                """
                SELECT person_requests.id, number, kind, subject, reason, words, at, answer, answered_by, answered_at
                FROM person_requests JOIN cases ON cases.id = person_requests.case_id
                WHERE answer IS NULL AND kind <> 'withdrawal' ORDER BY person_requests.id LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in try row.personRequest() }
        }
    }

    package func answer(
        _ id: Int64, _ words: String, by account: String, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let count = try transaction.connection.run(
                """
                UPDATE person_requests SET answer = $1, answered_by = $2, answered_at = $3
                WHERE id = $4 AND answer IS NULL
                """, .text(words), .text(account), .integer(at.milliseconds), .integer(id))
            guard count == 1 else { return false }
            try transaction.connection.run("INSERT INTO answer_order (request) VALUES ($1)", .integer(id))
            try transaction.connection.append(entry)
            return true
        }
    }
}

extension StoreTransaction {
    fileprivate func keep(
        _ request: PersonRequest, unlessSince since: Instant, _ entry: AuditEntry
    ) throws -> PersonRequestOutcome {
        let known = try connection.integer(
            """
            SELECT max(id) FROM person_requests
            WHERE case_id = (SELECT id FROM cases WHERE number = $1) AND kind = $2 AND subject = $3 AND at >= $4
            """,
            [
                .text(request.number.text), .text(request.kind.rawValue), .text(request.subject),
                .integer(since.milliseconds),
            ])
        if let known { return .known(known) }
        let id = try connection.integer(
            """
            INSERT INTO person_requests (case_id, kind, subject, reason, words, at)
            SELECT id, $1, $2, $3, $4, $5 FROM cases WHERE number = $6 RETURNING id
            """,
            [
                .text(request.kind.rawValue), .text(request.subject), .text(request.reason),
                .text(request.words), .integer(request.at.milliseconds), .text(request.number.text),
            ])
        guard let id else { throw StoreError.corrupt("there is no case \(request.number)") }
        try connection.append(entry)
        return .kept(id)
    }
}

extension SQLRow {
    /// The columns id, number, kind, subject, reason, words, at, answer, answered_by, answered_at.
    fileprivate func personRequest() throws(SQLFault) -> PersonRequest {
        var answer: PersonRequest.Answer?
        if let words = try optionalText(7) {
            answer = PersonRequest.Answer(words: words, account: try text(8), at: try instant(9))
        }
        return PersonRequest(
            id: try integer(0), number: try caseNumber(1), kind: try word(2, as: PersonRequest.Kind.self),
            subject: try text(3), reason: try text(4), words: try text(5), at: try instant(6), answer: answer)
    }
}
