package import Casework
package import TransferCore

// Lists for people. Each statement is written out for the order and the owner that it serves, because an index serves a
// statement only when the statement says so: conditions that are switched by a parameter never choose one.

extension JiexuStore: CaseListStore {
    package func cases(_ query: CaseQuery) async throws(StoreError) -> [CaseListEntry] {
        if let batch = query.batch { return try await cases(of: batch, query) }
        return switch query.order {
        case .number, .newest: try await casesByNumber(query)
        case .due, .since: try await casesByKey(query)
        }
    }

    /// By number, from either end.
    private func casesByNumber(_ query: CaseQuery) async throws(StoreError) -> [CaseListEntry] {
        let statement: StaticString =
            switch (query.stage, query.lodgedBy != nil, query.order == .newest) {
            case (.done, false, true) where query.phase != nil:
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 1 AND phase = $2 AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number < $7
                ORDER BY number DESC LIMIT $8
                """
            case (.done, false, false) where query.phase != nil:
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 1 AND phase = $2 AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number > $7
                ORDER BY number LIMIT $8
                """
            case (.toDo, true, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 0 AND holder = 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number < $7
                ORDER BY number DESC LIMIT $8
                """
            case (.toDo, true, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 0 AND holder = 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number > $7
                ORDER BY number LIMIT $8
                """
            case (.toDo, false, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 0 AND holder = 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number < $7
                ORDER BY number DESC LIMIT $8
                """
            case (.toDo, false, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 0 AND holder = 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number > $7
                ORDER BY number LIMIT $8
                """
            case (.underWay, true, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 0 AND holder <> 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number < $7
                ORDER BY number DESC LIMIT $8
                """
            case (.underWay, true, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 0 AND holder <> 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number > $7
                ORDER BY number LIMIT $8
                """
            case (.underWay, false, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 0 AND holder <> 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number < $7
                ORDER BY number DESC LIMIT $8
                """
            case (.underWay, false, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 0 AND holder <> 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number > $7
                ORDER BY number LIMIT $8
                """
            case (.done, true, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 1
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number < $7
                ORDER BY number DESC LIMIT $8
                """
            case (.done, true, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 1
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number > $7
                ORDER BY number LIMIT $8
                """
            case (.done, false, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 1
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number < $7
                ORDER BY number DESC LIMIT $8
                """
            case (.done, false, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 1
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6) AND number > $7
                ORDER BY number LIMIT $8
                """
            }
        let bound = query.after?.number.text ?? (query.order == .newest ? "~" : "")
        let values = query.filters + [.text(bound), .integer(query.boundedLimit)]
        return try await read { connection in
            try connection.rows(statement, values) { row throws(SQLFault) in try row.listEntry() }
        }
    }

    /// The cases that an uploaded file became, in every stage.
    private func cases(of batch: String, _ query: CaseQuery) async throws(StoreError) -> [CaseListEntry] {
        let (owner, after, limit) = (query.lodgedBy, query.after?.number.text ?? "", query.boundedLimit)
        return try await read { connection in
            try connection.rows(
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE number IN (SELECT case_number FROM batch_rows WHERE batch = $1 AND state = 'lodged')
                    AND ($2 IS NULL OR lodged_by = $2) AND number > $3
                ORDER BY number LIMIT $4
                """, [.text(batch), .text(owner), .text(after), .integer(limit)]
            ) { row throws(SQLFault) in try row.listEntry() }
        }
    }

    package func stageCounts(lodgedBy: String?) async throws(StoreError) -> StageCounts {
        try await read { connection in
            func count(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) -> Int {
                Int(try connection.integer(sql, values) ?? 0)
            }
            let (toDo, live): (Int, Int)
            if let lodgedBy {
                toDo = try count(
                    "SELECT count(*) FROM cases WHERE is_terminal = 0 AND holder = 'applicant' AND lodged_by = $1",
                    [.text(lodgedBy)])
                live = try count(
                    "SELECT count(*) FROM cases WHERE lodged_by = $1 AND is_terminal = 0", [.text(lodgedBy)])
            } else {
                // Named by its key, their own index is chosen, and not one of all live cases.
                toDo = try count(
                    "SELECT count(*) FROM cases WHERE is_terminal = 0 AND holder = 'applicant' AND number > ''", [])
                live = try count("SELECT count(*) FROM cases WHERE is_terminal = 0", [])
            }
            return StageCounts(toDo: toDo, underWay: live - toDo)
        }
    }

    package func cases(of residentID: ResidentID, lodgedBy: String?) async throws(StoreError) -> [CaseListEntry] {
        try await read { connection in
            try connection.rows(
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases WHERE resident_id = $1 AND ($2 IS NULL OR lodged_by = $2)
                ORDER BY number DESC LIMIT 200
                """, [.text(residentID.fullText), .text(lodgedBy)]
            ) { row throws(SQLFault) in try row.listEntry() }
        }
    }

    package func entry(_ number: CaseNumber) async throws(StoreError) -> CaseListEntry? {
        try await read { connection in
            try connection.first(
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases WHERE number = $1
                """, [.text(number.text)]
            ) { row throws(SQLFault) in try row.listEntry() }
        }
    }
}

extension CaseQuery {
    var boundedLimit: Int { max(1, min(5_000, limit)) }

    /// The first six values of every statement.
    var filters: [SQLValue] {
        [
            .text(lodgedBy), .text(phase), .text(origin?.text), .text(branch?.rawValue),
            .integer(openedFrom.map { CaseQuery.beginning(of: $0) }),
            .integer(openedThrough.map { CaseQuery.beginning(of: $0) + 86_400_000 }),
        ]
    }

    /// Midnight in China, in milliseconds since 1970.
    private static func beginning(of day: CivilDate) -> Int64 { (Int64(day.dayNumber) * 86_400 - 28_800) * 1_000 }
}

extension SQLRow {
    /// The columns number to is_terminal, as every list of cases asks for them.
    func listEntry() throws(SQLFault) -> CaseListEntry {
        CaseListEntry(
            number: try caseNumber(0), role: try word(1, as: Role.self), origin: try agency(2),
            destination: try agency(3), residentID: try residentID(4), openedAt: try instant(5),
            summary: try summary(from: 6))
    }
}
