package import Accounts
package import Casework
import TransferCore

extension JiexuStore: TrailStore {
    package func trail(_ filter: TrailFilter) async throws(StoreError) -> [AuditRow] {
        let values: [SQLValue] = [
            .text(filter.object), .text(filter.who), .integer(filter.below ?? .max),
            .integer(filter.from?.milliseconds ?? .min), .integer(filter.before?.milliseconds ?? .max),
            .text(filter.action?.rawValue), .text(filter.result?.rawValue), .integer(filter.limit),
        ]
        // The narrowest condition stands bare, so that its index is used.
        let query: StaticString =
            if filter.object != nil {
                """
                SELECT number, at, who, person, role, method, source, request, action, object, result, reason, previous,
                    digest
                FROM account_audit
                WHERE object <> '' AND object = $1 AND ($2 IS NULL OR who = $2)
                    AND number < $3 AND at >= $4 AND at < $5 AND ($6 IS NULL OR action = $6)
                    AND ($7 IS NULL OR result = $7)
                ORDER BY number DESC LIMIT $8
                """
            } else if filter.who != nil {
                """
                SELECT number, at, who, person, role, method, source, request, action, object, result, reason, previous,
                    digest
                FROM account_audit
                WHERE ($1 IS NULL OR object = $1) AND who = $2
                    AND number < $3 AND at >= $4 AND at < $5 AND ($6 IS NULL OR action = $6)
                    AND ($7 IS NULL OR result = $7)
                ORDER BY number DESC LIMIT $8
                """
            } else {
                """
                SELECT number, at, who, person, role, method, source, request, action, object, result, reason, previous,
                    digest
                FROM account_audit
                WHERE $1 IS NULL AND $2 IS NULL
                    AND number < $3 AND at >= $4 AND at < $5 AND ($6 IS NULL OR action = $6)
                    AND ($7 IS NULL OR result = $7)
                ORDER BY number DESC LIMIT $8
                """
            }
        return try await read { connection in
            try connection.rows(query, values) { row throws(SQLFault) in try row.auditRow() }
        }
    }

    package func uses(from: Instant, before: Instant, limit: Int) async throws(StoreError) -> [TrailUse] {
        try await read { connection in
            try connection.rows(
                """
                WITH mine AS (
                    SELECT who, person, role, action, object, result FROM account_audit WHERE at >= $1 AND at < $2
                ), seen AS (
                    SELECT DISTINCT who, object FROM mine
                    WHERE object <> '' AND action IN ('view', 'print', 'reveal') AND result <> 'refused'
                ), worked AS (
                    SELECT DISTINCT who, object FROM mine WHERE object <> '' AND action = 'act' AND result = 'begun'
                ), looked AS (
                    SELECT seen.who AS who, count(*) AS cases,
                        sum(CASE WHEN worked.object IS NULL THEN 1 ELSE 0 END) AS idle
                    FROM seen LEFT JOIN worked ON worked.who = seen.who AND worked.object = seen.object
                    GROUP BY seen.who
                )
                SELECT mine.who, max(mine.person), max(mine.role),
                    sum(CASE WHEN action = 'reveal' AND result = 'done' THEN 1 ELSE 0 END) AS reveals,
                    sum(CASE WHEN action IN ('view', 'list', 'print') AND result = 'done' THEN 1 ELSE 0 END),
                    sum(CASE WHEN action IN ('export-trail', 'export-dossier') AND result <> 'refused' THEN 1 ELSE 0 END),
                    sum(CASE WHEN result = 'refused' THEN 1 ELSE 0 END),
                    coalesce(max(looked.cases), 0), coalesce(max(looked.idle), 0)
                FROM mine LEFT JOIN looked ON looked.who = mine.who
                GROUP BY mine.who ORDER BY reveals DESC, max(looked.idle) DESC, mine.who LIMIT $3
                """, [.integer(from.milliseconds), .integer(before.milliseconds), .integer(limit)]
            ) { row throws(SQLFault) in
                TrailUse(
                    who: try row.text(0), person: try row.optionalText(1), role: try row.text(2),
                    reveals: try row.int(3), views: try row.int(4), exports: try row.int(5), refusals: try row.int(6),
                    cases: try row.int(7), casesWithoutWork: try row.int(8))
            }
        }
    }

    package func count(of action: AuditAction, by who: String, since: Instant) async throws(StoreError) -> Int {
        try await read { connection in
            Int(
                try connection.integer(
                    "SELECT count(*) FROM account_audit WHERE who = $1 AND action = $2 AND at >= $3",
                    [.text(who), .text(action.rawValue), .integer(since.milliseconds)]) ?? 0)
        }
    }
}
