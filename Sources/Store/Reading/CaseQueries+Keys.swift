import Casework
import TransferCore

extension JiexuStore {
    /// By the due day, or by the moment since which somebody has it. All cases of the stage and the owner are looked at and
    /// put in order, but for those under way by their due day.
    func casesByKey(_ query: CaseQuery) async throws(StoreError) -> [CaseListEntry] {
        if query.stage == .underWay, query.order == .due, query.lodgedBy == nil {
            return try await underWayByDueDay(query)
        }
        let statement: StaticString =
            switch (query.stage, query.lodgedBy != nil) {
            case (.toDo, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 0 AND holder = 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6)
                    AND (CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number) > ($8, $9)
                ORDER BY CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number LIMIT $10
                """
            case (.toDo, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 0 AND holder = 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6)
                    AND (CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number) > ($8, $9)
                ORDER BY CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number LIMIT $10
                """
            case (.underWay, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 0 AND holder <> 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6)
                    AND (CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number) > ($8, $9)
                ORDER BY CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number LIMIT $10
                """
            case (.underWay, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 0 AND holder <> 'applicant'
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6)
                    AND (CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number) > ($8, $9)
                ORDER BY CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number LIMIT $10
                """
            case (.done, true):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE lodged_by = $1 AND is_terminal = 1
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6)
                    AND (CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number) > ($8, $9)
                ORDER BY CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number LIMIT $10
                """
            case (.done, false):
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE $1 IS NULL AND is_terminal = 1
                    AND ($2 IS NULL OR phase = $2) AND ($3 IS NULL OR origin = $3)
                    AND ($4 IS NULL OR replace(payouts, $4, '') <> payouts)
                    AND ($5 IS NULL OR opened_at >= $5) AND ($6 IS NULL OR opened_at < $6)
                    AND (CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number) > ($8, $9)
                ORDER BY CASE $7 WHEN 'due' THEN coalesce(due, 9999999) ELSE since END, number LIMIT $10
                """
            }
        let values =
            query.filters + [
                .text(query.order.rawValue), .integer(query.after?.key ?? Int64.min),
                .text(query.after?.number.text ?? ""),
                .integer(query.boundedLimit),
            ]
        return try await read { connection in
            try connection.rows(statement, values) { row throws(SQLFault) in try row.listEntry() }
        }
    }

    /// What is under way in the whole agency, by its due day. What has a day and what has none are found in the order of an index,
    /// each only as far as the page goes.
    private func underWayByDueDay(_ query: CaseQuery) async throws(StoreError) -> [CaseListEntry] {
        let (key, number) = (query.after?.key ?? Int64.min, query.after?.number.text ?? "")
        let values =
            query.filters.dropFirst() + [
                .integer(key), .text(number), .integer(query.boundedLimit),
                .text(key < CaseQuery.noDay ? "" : number),
            ]
        return try await read { connection in
            try connection.rows(
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM (
                    SELECT * FROM (
                        SELECT * FROM cases
                        WHERE is_terminal = 0 AND due IS NOT NULL AND holder <> 'applicant'
                            AND ($1 IS NULL OR phase = $1) AND ($2 IS NULL OR origin = $2)
                            AND ($3 IS NULL OR replace(payouts, $3, '') <> payouts)
                            AND ($4 IS NULL OR opened_at >= $4) AND ($5 IS NULL OR opened_at < $5)
                            AND (due, number) > ($6, $7)
                        ORDER BY due, number LIMIT $8
                    ) AS dated
                    UNION ALL
                    SELECT * FROM (
                        SELECT * FROM cases
                        WHERE is_terminal = 0 AND due IS NULL AND holder <> 'applicant'
                            AND ($1 IS NULL OR phase = $1) AND ($2 IS NULL OR origin = $2)
                            AND ($3 IS NULL OR replace(payouts, $3, '') <> payouts)
                            AND ($4 IS NULL OR opened_at >= $4) AND ($5 IS NULL OR opened_at < $5)
                            AND number > $9
                        ORDER BY due, number LIMIT $8
                    ) AS undated
                ) AS both_halves
                ORDER BY coalesce(due, 9999999), number LIMIT $8
                """, Array(values)
            ) { row throws(SQLFault) in try row.listEntry() }
        }
    }
}
