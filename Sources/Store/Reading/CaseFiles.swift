package import Casework
package import TransferCore

extension JiexuStore {
    package func caseFile(_ number: CaseNumber) async throws(StoreError) -> CaseFile? {
        switch cache.find(number) {
        case .file(let file):
            return file
        case .ticket(let ticket):
            do throws(StoreError) {
                let file: CaseFile? = try await readBriefly { connection in
                    // A case that is not there is asked for with each first document: one look is enough for it.
                    guard try connection.integer("SELECT 1 FROM cases WHERE number = $1", [.text(number.text)]) != nil
                    else { return nil }
                    return try connection.snapshot { () throws(SQLFault) in try connection.caseFile(number) }
                }
                cache.end(ticket, of: number, with: file)
                return file
            } catch {
                cache.end(ticket, of: number, with: nil)
                throw error
            }
        }
    }

    package func liveCase(
        _ residentID: ResidentID, origin: AgencyCode, role: Role
    ) async throws(StoreError) -> CaseNumber? {
        try await read { connection in
            try connection.first(
                """
                SELECT number FROM cases WHERE resident_id = $1 AND origin = $2 AND role = $3 AND is_terminal = 0
                """, [.text(residentID.fullText), .text(origin.text), .text(role.rawValue)]
            ) { row throws(SQLFault) in try row.caseNumber(0) }
        }
    }

    package func settledCases(_ residentID: ResidentID) async throws(StoreError) -> [CaseNumber] {
        try await read { connection in
            try connection.rows(
                """
                SELECT number FROM cases
                WHERE resident_id = $1
                    AND CASE role
                        WHEN 'origin' THEN EXISTS (SELECT 1 FROM orders WHERE case_id = cases.id)
                        ELSE EXISTS (SELECT 1 FROM events WHERE case_id = cases.id AND name = 'books-matched') END
                ORDER BY number
                """, [.text(residentID.fullText)]
            ) { row throws(SQLFault) in try row.caseNumber(0) }
        }
    }

    package func idempotentAnswer(owner: String, key: String) async throws(StoreError) -> IdempotentAnswer? {
        try await readBriefly { connection in
            try connection.first(
                "SELECT body_digest, answer FROM idempotent_answers WHERE owner = $1 AND key = $2",
                [.text(owner), .text(key)]
            ) { row throws(SQLFault) in
                IdempotentAnswer(owner: owner, key: key, bodyDigest: try row.digest(0), answer: try row.bytes(1))
            }
        }
    }
}

extension SQLConnection {
    /// Reads a case within one view of the database.
    func caseFile(_ number: CaseNumber) throws(SQLFault) -> CaseFile? {
        let found = try first(
            """
            SELECT id, role, origin, destination, resident_id, payouts, opened_at, lodged_by, version,
                (SELECT bytes FROM applications WHERE case_id = cases.id)
            FROM cases WHERE number = $1
            """, [.text(number.text)]
        ) { row throws(SQLFault) in
            let opening = CaseOpening(
                number: number, role: try row.word(1, as: Role.self), origin: try row.agency(2),
                destination: try row.agency(3), residentID: try row.residentID(4),
                payouts: try row.value(5, "list of branches", [Branch].init(column:)), openedAt: try row.instant(6),
                application: try row.optionalBytes(9), lodgedBy: try row.optionalText(7))
            return (id: try row.integer(0), version: try row.int(8), opening: opening)
        }
        guard let (id, version, opening) = found else { return nil }

        let events = try rows(
            """
            SELECT branch, name, code, at, actor, cause, attachment FROM events WHERE case_id = $1 ORDER BY sequence
            """, [.integer(id)]
        ) { row throws(SQLFault) in try row.event(from: 0) }
        guard events.count == version else {
            throw SQLFault(.unreadable, "case \(number) has version \(version) and \(events.count) events")
        }
        let documents = try rows(
            """
            SELECT sender, recipient, sequence, kind, digest,
                (SELECT bytes FROM signed_documents WHERE document = documents.position), at, receipts.bytes, is_refused
            FROM documents LEFT JOIN receipts ON receipts.document = documents.position
            WHERE case_id = $1 ORDER BY documents.position
            """, [.integer(id)]
        ) { row throws(SQLFault) in try row.document(from: 0) }
        let orders = try rows(
            """
            SELECT key, amount, holder, bank_name, bank_code, account, message_id, outcome, outcome_word
            FROM orders WHERE case_id = $1 ORDER BY id
            """, [.integer(id)]
        ) { row throws(SQLFault) in try row.order(from: 0) }
        let lines = try rows(
            """
            SELECT reference, direction, amount, end_to_end_key, booked_on, return_reason
            FROM bank_lines WHERE case_id = $1 ORDER BY id
            """, [.integer(id)]
        ) { row throws(SQLFault) in try row.bankLine(from: 0) }
        return CaseFile(opening: opening, events: events, documents: documents, orders: orders, bankLines: lines)
    }
}
