package import Casework
import TransferCore

/// A case that has ended, as it is counted in the week of its end.
struct EndedCase: Hashable, Sendable {
    let phase: String
    let openedAt: Instant
    let since: Instant
    let version: Int

    /// From its opening to its end, rounded down.
    fileprivate var days: Int64 { (since.milliseconds - openedAt.milliseconds) / 86_400_000 }
}

extension EndedCase {
    /// - Returns: nil for a case that lives.
    init?(_ summary: CaseSummary, openedAt: Instant, version: Int) {
        guard summary.isTerminal else { return nil }
        self.init(phase: summary.phase, openedAt: openedAt, since: summary.since, version: version)
    }
}

/// What is counted of cases, week by week; the weeks are counted from the one that began on Monday, 5 January 1970, in China.
enum CaseTally {
    static func week(of moment: Instant) -> Int64 { (moment.milliseconds - 316_800_000) / 604_800_000 }

    /// - Returns: the first day of a week; nil for one that no calendar has.
    static func monday(of week: Int64) -> CivilDate? { CivilDate(dayNumber: Int(4 + 7 * week)) }

    static func week(from monday: CivilDate) -> Int64 { Int64(monday.dayNumber - 4) / 7 }
}

extension StoreTransaction {
    func countOpened(at moment: Instant) throws(SQLFault) {
        try write(
            """
            INSERT INTO opened_cases (week, cases) VALUES ($1, 1)
            ON CONFLICT (week) DO UPDATE SET cases = opened_cases.cases + 1
            """, .integer(CaseTally.week(of: moment)))
    }

    /// A case that had ended goes on, or has ended otherwise: it is no longer counted as it was.
    func uncount(_ ended: EndedCase) throws(SQLFault) { try count(ended, by: -1) }

    func count(_ ended: EndedCase) throws(SQLFault) { try count(ended, by: 1) }

    private func count(_ ended: EndedCase, by sign: Int64) throws(SQLFault) {
        try write(
            """
            INSERT INTO ended_cases (week, phase, cases, days, events) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (week, phase) DO UPDATE SET cases = ended_cases.cases + $3, days = ended_cases.days + $4,
                events = ended_cases.events + $5
            """, .integer(CaseTally.week(of: ended.since)), .text(ended.phase), .integer(sign),
            .integer(sign * ended.days), .integer(sign * Int64(ended.version)))
    }
}

extension JiexuStore {
    /// Counts all cases anew, for a store in which the counts are not those of its cases. Nothing else is changed.
    package func recount() async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.runScript(
                "DELETE FROM opened_cases; DELETE FROM ended_cases; \(SchemaText.countingCases)")
        }
    }
}
