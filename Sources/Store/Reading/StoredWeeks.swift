package import Casework
package import TransferCore

extension JiexuStore {
    /// The weeks from a Monday on in which a case was opened or has ended. A case that has ended stands since then as it does.
    package func weekFigures(from monday: CivilDate) async throws(StoreError) -> [WeekFigures] {
        let first = SQLValue.integer(CaseTally.week(from: monday))
        return try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                var weeks: [Int64: WeekFigures] = [:]
                func change(_ week: Int64, _ change: (inout WeekFigures) throws(SQLFault) -> Void) throws(SQLFault) {
                    guard let monday = CaseTally.monday(of: week) else { return }
                    try change(&weeks[week, default: WeekFigures(monday: monday)])
                }
                try connection.forEachRow(
                    "SELECT week, cases FROM opened_cases WHERE week >= $1 AND cases > 0", [first]
                ) { row throws(SQLFault) in
                    try change(try row.integer(0)) { week throws(SQLFault) in week.opened = try row.int(1) }
                }
                try connection.forEachRow(
                    "SELECT week, phase, cases, days FROM ended_cases WHERE week >= $1 AND cases > 0", [first]
                ) { row throws(SQLFault) in
                    let (isCompleted, cases, days) = (try row.text(1) == "completed", try row.int(2), try row.int(3))
                    try change(try row.integer(0)) { week throws(SQLFault) in
                        if isCompleted {
                            week.completed = cases
                            week.days = days
                        } else {
                            week.endedOtherwise += cases
                        }
                    }
                }
                return weeks.values.sorted { $0.monday < $1.monday }
            }
        }
    }
}
