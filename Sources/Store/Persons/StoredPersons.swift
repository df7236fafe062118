package import Accounts
package import Casework
package import TransferCore
package import TransferDocuments

extension JiexuStore: PersonStore {
    package func cases(of person: ResidentID) async throws(StoreError) -> [CaseListEntry] {
        try await read { connection in
            try connection.rows(
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases WHERE resident_id = $1 ORDER BY opened_at DESC, number DESC LIMIT 100
                """, [.text(person.fullText)]
            ) { row throws(SQLFault) in
                CaseListEntry(
                    number: try row.caseNumber(0), role: try row.word(1, as: Role.self), origin: try row.agency(2),
                    destination: try row.agency(3), residentID: try row.residentID(4), openedAt: try row.instant(5),
                    summary: try row.summary(from: 6))
            }
        }
    }

    package func contact(of person: ResidentID) async throws(StoreError) -> String? {
        try await read { connection in
            try connection.first(
                "SELECT mobile FROM person_contacts WHERE resident_id = $1", [.text(person.fullText)]
            ) { row throws(SQLFault) in try row.text(0) }
        }
    }

    package func keepContact(
        _ mobile: String, of person: ResidentID, by account: String, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO person_contacts (resident_id, mobile, kept_by, at) VALUES ($1, $2, $3, $4)
                ON CONFLICT (resident_id) DO UPDATE SET mobile = $2, kept_by = $3, at = $4
                """, .text(person.fullText), .text(mobile), .text(account), .integer(at.milliseconds))
            try transaction.connection.append(entry)
        }
    }

    package func keepCode(
        _ code: PersonCode, per limits: PersonCodeLimits, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let hourAgo = code.madeAt.milliseconds - 3_600_000
            try connection.run("DELETE FROM person_codes WHERE made_at < $1", .integer(hourAgo))
            var isAllowed = true
            if let number = code.number {
                let made = try connection.integer(
                    "SELECT count(*) FROM person_codes WHERE case_number = $1 AND made_at >= $2",
                    [.text(number.text), .integer(hourAgo)])
                isAllowed = Int(made ?? 0) < limits.codesPerHour
            }
            try connection.run(
                """
                INSERT INTO person_codes (ticket, case_number, digest, made_at, ends_at, tries_left)
                VALUES ($1, $2, $3, $4, $5, $6)
                """, .bytes(code.ticket.bytes), .text(isAllowed ? code.number?.text : nil), .bytes(code.digest.bytes),
                .integer(code.madeAt.milliseconds), .integer(code.endsAt.milliseconds), .integer(code.tries))
            try connection.append(
                isAllowed
                    ? entry
                    : AuditEntry(
                        at: entry.at, entry.actor, entry.action, of: entry.object, .refused, reason: "too-many"))
            return isAllowed
        }
    }

    package func tryCode(
        _ digest: DocumentDigest, of ticket: DocumentDigest, at now: Instant,
        _ entry: @escaping @Sendable (PersonCodeTry) -> AuditEntry
    ) async throws(StoreError) -> PersonCodeTry {
        try await writes.perform { transaction in
            let outcome = try transaction.connection.tryCode(digest, of: ticket, at: now)
            try transaction.connection.append(entry(outcome))
            return outcome
        }
    }
}

extension SQLConnection {
    fileprivate func tryCode(
        _ digest: DocumentDigest, of ticket: DocumentDigest, at now: Instant
    ) throws(SQLFault) -> PersonCodeTry {
        let known = try first(
            "SELECT case_number, digest, ends_at, tries_left FROM person_codes WHERE ticket = $1",
            [.bytes(ticket.bytes)]
        ) { row throws(SQLFault) in
            (
                number: row.isNull(0) ? nil : try row.caseNumber(0), digest: try row.digest(1),
                endsAt: try row.instant(2), left: try row.int(3)
            )
        }
        guard let known, now < known.endsAt, known.left > 0 else { return .gone }
        let isRight = known.number != nil && known.digest == digest
        let left = isRight ? 0 : known.left - 1
        try run(
            "UPDATE person_codes SET tries_left = $1 WHERE ticket = $2", .integer(left), .bytes(ticket.bytes))
        guard isRight, let number = known.number else { return .wrong(left: left, known.number) }
        return .right(number)
    }
}
