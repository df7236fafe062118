package import Casework
package import TransferCore

// What clerks work through: live cases, the most urgent first.

extension JiexuStore {
    package func dueCounts(today: CivilDate, soon: CivilDate) async throws(StoreError) -> DueCounts {
        try await read { connection in
            func count(_ sql: StaticString, _ values: [SQLValue]) throws(SQLFault) -> Int {
                Int(try connection.integer(sql, values) ?? 0)
            }
            return DueCounts(
                all: try count("SELECT count(*) FROM cases WHERE is_terminal = 0 AND due IS NOT NULL", []),
                late: try count(
                    "SELECT count(*) FROM cases WHERE is_terminal = 0 AND due IS NOT NULL AND due < $1",
                    [.integer(today.dayNumber)]),
                soon: try count(
                    "SELECT count(*) FROM cases WHERE is_terminal = 0 AND due IS NOT NULL AND due >= $1 AND due <= $2",
                    [.integer(today.dayNumber), .integer(soon.dayNumber)]))
        }
    }

    package func worklist(_ query: WorklistQuery) async throws(StoreError) -> [WorklistEntry] {
        let statement: StaticString =
            query.onlyUrged
            ? """
            SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                is_due_provisional, is_overdue_reported, is_terminal,
                assignments.person, 1,
                (SELECT kind FROM effects WHERE case_id = cases.id AND is_done = 0 ORDER BY id LIMIT 1)
            FROM cases LEFT JOIN assignments
                ON assignments.id = (SELECT max(id) FROM assignments WHERE case_id = cases.id)
            WHERE (cases.id IN (SELECT case_id FROM alerts WHERE name = 'reminded')
                OR cases.id IN (
                    SELECT case_id FROM person_requests
                    WHERE kind = 'urging' AND answer IS NULL AND kind <> 'withdrawal'))
                AND is_terminal = 0 AND due IS NOT NULL AND due >= $1 AND due <= $2
                    AND (due, number) > ($3, $4)
                AND ($5 IS NULL OR phase = $5)
                AND ($6 IS NULL OR CASE role WHEN 'origin' THEN destination ELSE origin END = $6)
                AND ($7 IS NULL OR assignments.person = $7) AND ($8 = 0 OR assignments.person IS NULL)
                AND (EXISTS (
                        SELECT 1 FROM alerts WHERE case_id = cases.id AND name = 'reminded' AND at >= cases.since)
                    OR EXISTS (
                        SELECT 1 FROM person_requests
                        WHERE case_id = cases.id AND kind = 'urging' AND answer IS NULL))
            ORDER BY due, number LIMIT $9
            """
            : """
            SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                is_due_provisional, is_overdue_reported, is_terminal,
                assignments.person,
                EXISTS (SELECT 1 FROM alerts WHERE case_id = cases.id AND name = 'reminded' AND at >= cases.since)
                    OR EXISTS (
                        SELECT 1 FROM person_requests
                        WHERE case_id = cases.id AND kind = 'urging' AND answer IS NULL),
                (SELECT kind FROM effects WHERE case_id = cases.id AND is_done = 0 ORDER BY id LIMIT 1)
            FROM cases LEFT JOIN assignments
                ON assignments.id = (SELECT max(id) FROM assignments WHERE case_id = cases.id)
            WHERE is_terminal = 0 AND due IS NOT NULL AND due >= $1 AND due <= $2
                    AND (due, number) > ($3, $4)
                AND ($5 IS NULL OR phase = $5)
                AND ($6 IS NULL OR CASE role WHEN 'origin' THEN destination ELSE origin END = $6)
                AND ($7 IS NULL OR assignments.person = $7) AND ($8 = 0 OR assignments.person IS NULL)
            ORDER BY due, number LIMIT $9
            """
        let values: [SQLValue] = [
            .integer(query.from.map { Int64($0.dayNumber) } ?? Int64.min),
            .integer(query.through.map { Int64($0.dayNumber) } ?? CaseQuery.noDay),
            .integer(query.after?.key ?? Int64.min), .text(query.after?.number.text ?? ""), .text(query.phase),
            .text(query.peer?.text), .text(query.person), .flag(query.onlyFree),
            .integer(max(1, min(500, query.limit))),
        ]
        return try await read { connection in
            try connection.rows(statement, values) { row throws(SQLFault) in
                WorklistEntry(
                    entry: try row.listEntry(), person: try row.optionalText(13), isUrged: try row.flag(14),
                    work: try row.optionalWord(15, as: NewEffect.Kind.self))
            }
        }
    }
}
