package import Casework
package import TransferCore

extension JiexuStore {
    package func openEffects(after id: EffectID, limit: Int) async throws(StoreError) -> [OpenEffect] {
        try await read { connection in
            try connection.rows(
                """
                SELECT effects.id, cases.number, kind, attempts, due_at
                FROM effects JOIN cases ON cases.id = effects.case_id
                WHERE is_done = 0 AND effects.id > $1 ORDER BY effects.id LIMIT $2
                """, [.integer(id), .integer(limit)]
            ) { row throws(SQLFault) in
                OpenEffect(
                    id: try row.integer(0), number: try row.caseNumber(1),
                    kind: try row.word(2, as: NewEffect.Kind.self),
                    attempts: try row.int(3), dueAt: try row.instant(4))
            }
        }
    }

    package func openEffects(of number: CaseNumber) async throws(StoreError) -> [OpenEffect] {
        try await read { connection in
            try connection.rows(
                """
                SELECT effects.id, kind, attempts, due_at FROM effects JOIN cases ON cases.id = effects.case_id
                WHERE cases.number = $1 AND is_done = 0 ORDER BY effects.id
                """, [.text(number.text)]
            ) { row throws(SQLFault) in
                OpenEffect(
                    id: try row.integer(0), number: number, kind: try row.word(1, as: NewEffect.Kind.self),
                    attempts: try row.int(2), dueAt: try row.instant(3))
            }
        }
    }

    /// Counts a failed attempt and puts the next one off. An effect that was done meanwhile stays done.
    package func effectFailed(_ id: EffectID, error: String, dueAt: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                UPDATE effects SET attempts = attempts + 1, last_error = $1, due_at = $2 WHERE id = $3 AND is_done = 0
                """, .text(error.bounded), .integer(dueAt.milliseconds), .integer(id))
        }
    }

    package func casesDue(before day: CivilDate, limit: Int) async throws(StoreError) -> [CaseNumber] {
        try await read { connection in
            try connection.rows(
                """
                SELECT number FROM cases
                WHERE due IS NOT NULL AND is_overdue_reported = 0 AND due < $1 ORDER BY due, number LIMIT $2
                """, [.integer(day.dayNumber), .integer(limit)]
            ) { row throws(SQLFault) in try row.caseNumber(0) }
        }
    }
}
