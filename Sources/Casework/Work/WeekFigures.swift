package import TransferCore

/// What came and went in one week of an office, without a word about a person.
package struct WeekFigures: Hashable, Sendable {
    /// The first day of the week, in China. Source: GB/T 7408.
    package let monday: CivilDate
    /// Cases that were opened.
    package var opened = 0
    /// Cases that were completed, and those that ended otherwise.
    package var completed = 0
    package var endedOtherwise = 0
    /// The days that the completed ones took, together: from opening to completion, each rounded down.
    package var days = 0

    package init(monday: CivilDate) { self.monday = monday }

    /// The days that a completed case took on average, rounded down; nil where none was completed.
    package var averageDays: Int? { completed == 0 ? nil : days / completed }

    /// So many weeks are shown, the last one being that of today.
    package static let shown = 12

    /// The first days of the weeks that are shown, the oldest first.
    package static func mondays(through today: CivilDate) -> [CivilDate] {
        let last = today.dayNumber - (today.weekday - 1)
        return (0..<shown).reversed().compactMap { CivilDate(dayNumber: last - 7 * $0) }
    }
}

extension WorkDesk {
    /// The weeks up to this one, the oldest first, each of them even if nothing happened in it.
    package func weeks() async throws(WorkFault) -> [WeekFigures] {
        let mondays = WeekFigures.mondays(through: desk.clock.now.date)
        guard let first = mondays.first else { return [] }
        do throws(StoreError) {
            let found = try await store.weekFigures(from: first)
            return mondays.map { monday in found.first { $0.monday == monday } ?? WeekFigures(monday: monday) }
        } catch {
            throw WorkFault(error)
        }
    }
}
