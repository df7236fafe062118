package import Casework
import TransferCore

extension JiexuStore {
    package func caseFigures(at now: Instant) async throws(StoreError) -> CaseFigures {
        try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                let newest = try connection.integer("SELECT max(id) FROM cases") ?? 0
                let first = newest - Int64(CaseFigures.newest)
                return CaseFigures(
                    open: try connection.openCases(at: now), legs: try connection.legs(after: first),
                    reasons: try connection.reasons(after: first))
            }
        }
    }
}

extension SQLConnection {
    fileprivate func openCases(at now: Instant) throws(SQLFault) -> [CaseFigures.Open] {
        let firsts = CaseFigures.Age.allCases.compactMap(\.lastDay).map {
            now.milliseconds - Int64($0 + 1) * 86_400_000
        }
        // Not in the words of `cases_counterparty`, the index of all cases by the other agency: SQLite would go through all of it.
        return try rows(
            """
            SELECT CASE WHEN role = 'destination' THEN origin ELSE destination END,
                CASE WHEN opened_at > $1 THEN 0 WHEN opened_at > $2 THEN 1 WHEN opened_at > $3 THEN 2
                    WHEN opened_at > $4 THEN 3 WHEN opened_at > $5 THEN 4 ELSE 5 END,
                count(*), sum(CASE WHEN due < $6 THEN 1 ELSE 0 END)
            FROM cases WHERE is_terminal = 0 GROUP BY 1, 2 ORDER BY 1, 2
            """, firsts.map { .integer($0) } + [.integer(now.date.dayNumber)]
        ) { row throws(SQLFault) in
            let band = try row.int(1)
            guard let age = CaseFigures.Age(rawValue: band) else { throw SQLFault(.unreadable, "no band \(band)") }
            return CaseFigures.Open(
                peer: try row.agency(0), age: age, count: try row.int(2), overdue: try row.int(3))
        }
    }

    fileprivate func legs(after first: Int64) throws(SQLFault) -> [CaseFigures.Leg] {
        var legs: [CaseFigures.Leg] = []
        try forEachRow(
            """
            SELECT cases.role, cases.opened_at,
                min(CASE events.name WHEN 'application-passed' THEN events.at END),
                max(CASE events.name WHEN 'application-passed' THEN events.at END),
                max(CASE WHEN events.name IN ('form-arrived', 'funds-arrived') THEN events.at END),
                max(CASE events.name WHEN 'books-matched' THEN events.at END),
                min(CASE events.name WHEN 'letter-arrived' THEN events.at END),
                max(CASE events.name WHEN 'remittance-paid' THEN events.at END)
            FROM cases JOIN events ON events.case_id = cases.id
            WHERE cases.id > $1 AND cases.phase = 'completed' AND events.branch = 'pension'
            GROUP BY cases.id, cases.role, cases.opened_at
            """, [.integer(first)]
        ) { row throws(SQLFault) in
            func add(_ kind: CaseFigures.Leg.Kind, _ from: Int, _ to: Int) throws(SQLFault) {
                guard !row.isNull(from), !row.isNull(to) else { return }
                legs.append(CaseFigures.Leg(kind, from: try row.instant(from), to: try row.instant(to)))
            }
            switch try row.word(0, as: Role.self) {
            case .destination:
                try add(.review, 1, 2)
                try add(.reply, 3, 4)
                try add(.posting, 4, 5)
            case .origin: try add(.origin, 6, 7)
            }
        }
        return legs
    }

    fileprivate func reasons(after first: Int64) throws(SQLFault) -> [CaseFigures.Reasons] {
        try rows(
            """
            SELECT name, code, count(*) FROM events
            WHERE case_id > $1 AND code IS NOT NULL AND name IN ('application-failed', 'temporary-account-due',
                'letter-returned', 'hold-notice-arrived', 'end-notice-arrived', 'records-failed',
                'records-passed-in-part', 'check-held')
            GROUP BY name, code ORDER BY 3 DESC, 1, 2
            """, [.integer(first)]
        ) { row throws(SQLFault) in
            CaseFigures.Reasons(event: try row.text(0), code: try row.text(1), count: try row.int(2))
        }
    }
}
