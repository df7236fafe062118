/// The months of a period, as a half-open range of ``CalendarMonth/index``; empty when the end is before the beginning.
func monthIndices(from: CalendarMonth, to: CalendarMonth) -> Range<Int> {
    from.index..<max(from.index, to.index + 1)
}

/// A set of calendar months, to find out whether periods share one.
struct MonthSet {
    private static let first = CivilDate.years.lowerBound * 12
    private var isMember = [Bool](repeating: false, count: CivilDate.years.count * 12)

    /// Adds the months of a period.
    ///
    /// - Returns: how many of them were not in the set before.
    @discardableResult
    mutating func insert(_ months: Range<Int>) -> Int {
        var added = 0
        for month in months where !isMember[month - MonthSet.first] {
            isMember[month - MonthSet.first] = true
            added += 1
        }
        return added
    }

    /// How many months of a period are in the set.
    func count(of months: Range<Int>) -> Int {
        months.count { isMember[$0 - MonthSet.first] }
    }
}

/// The place of the first period, in the order of the list, that shares a month with an earlier one; nil if none does.
func firstOverlap(in periods: some Sequence<Range<Int>>) -> Int? {
    var taken = MonthSet()
    for (place, months) in periods.enumerated() where taken.insert(months) < months.count { return place }
    return nil
}
