package import Casework
package import TransferCore

extension JiexuStore {
    /// The weeks from a Monday on in which a case was opened or has ended. A case that has ended stands since then as it does.
    package func weekFigures(from monday: CivilDate) async throws(StoreError) -> [WeekFigures] {
        let first = Int64(monday.dayNumber) * 86_400_000 - 8 * 3_600_000
        return try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                var weeks: [Int: WeekFigures] = [:]
                func change(_ place: Int, _ change: (inout WeekFigures) -> Void) {
                    guard let day = CivilDate(dayNumber: monday.dayNumber + 7 * place) else { return }
                    change(&weeks[place, default: WeekFigures(monday: day)])
                }
                try connection.forEachRow(
                    "SELECT (opened_at - $1) / 604800000, count(*) FROM cases WHERE opened_at >= $1 GROUP BY 1",
                    [.integer(first)]
                ) { row throws(SQLFault) in
                    let count = try row.int(1)
                    change(try row.int(0)) { $0.opened = count }
                }
                try connection.forEachRow(
                    """
                    SELECT (since - $1) / 604800000, sum(CASE phase WHEN 'completed' THEN 1 ELSE 0 END), count(*),
                        CAST(sum(CASE phase WHEN 'completed' THEN (since - opened_at) / 86400000 ELSE 0 END) AS BIGINT)
                    FROM cases WHERE is_terminal = 1 AND since >= $1 GROUP BY 1
                    """, [.integer(first)]
                ) { row throws(SQLFault) in
                    let (completed, all, days) = (try row.int(1), try row.int(2), try row.int(3))
                    change(try row.int(0)) {
                        $0.completed = completed
                        $0.endedOtherwise = all - completed
                        $0.days = days
                    }
                }
                return weeks.values.sorted { $0.monday < $1.monday }
            }
        }
    }
}
