/// Which days are working days (工作日): Monday to Friday without public holidays, and make-up working days (调休上班日).
///
/// A calendar knows a closed range of published years. Outside it, where no notice says otherwise, Monday to Friday
/// count, and what is computed there is provisional: no one should guess a holiday.
///
/// Source: the yearly notices of the State Council; our choice for years without a notice (BR-220, BR-221).
package struct WorkingDayCalendar: Sendable {
    /// The name of this version of the data, shown beside every deadline: `2026.1`.
    package let edition: String

    /// The years for which notices are built in.
    package let publishedYears: ClosedRange<Int>

    /// Whether each day is a working day, from 1 January of the first published year on.
    private let isWorking: [Bool]
    private let firstDayNumber: Int

    /// The edition that ships with the broker.
    package static let shipped = WorkingDayCalendar(
        edition: ShippedCalendar.edition, years: ShippedCalendar.years)

    /// Source: notices of the State Council; BR-220.
    package func isWorkingDay(_ day: CivilDate) -> Bool { isWorkingDay(day.dayNumber) }

    /// Limits are counted by the numbers of the days, so that no date is made for each day on the way.
    private func isWorkingDay(_ number: Int) -> Bool {
        let index = number - firstDayNumber
        return isWorking.indices.contains(index) ? isWorking[index] : CivilDate.weekday(ofDay: number) <= 5
    }

    /// The number of working days from one day to another, both included; counting stops at `limit`.
    ///
    /// Source: our choice (BR-224): a pause is measured in working days.
    package func workingDays(from first: CivilDate, through last: CivilDate, countingUpTo limit: Int) -> Int {
        var count = 0
        var day = first.dayNumber
        let end = last.dayNumber
        while count < limit, day <= end {
            if isWorkingDay(day) { count += 1 }
            day += 1
        }
        return count
    }
}

/// A time during which a clock stands still: the days from one to another, both included.
package struct Pause: Hashable, Sendable {
    package let from: CivilDate
    package let to: CivilDate

    package init(from: CivilDate, to: CivilDate) {
        self.from = from
        self.to = to
    }

    package func contains(_ day: CivilDate) -> Bool { from <= day && day <= to }
}

/// The last day of a limit, and how far it can be trusted.
package struct DueDate: Hashable, Sendable {
    /// The step is in time until the end of this day, Beijing time.
    package let date: CivilDate

    /// Whether the day lies in a year without a notice, so that it may still change.
    package let isProvisional: Bool

    /// The edition of the calendar that was used.
    package let edition: String

    package init(date: CivilDate, isProvisional: Bool, edition: String) {
        self.date = date
        self.isProvisional = isProvisional
        self.edition = edition
    }
}

extension WorkingDayCalendar {
    /// The day on which a limit of working days ends.
    ///
    /// Day zero, the day of the event, does not count, whether or not it is a working day; day one is the next working
    /// day. Days inside a pause do not count. With a limit of 0 the day of the event itself is the last.
    ///
    /// Source: Civil Code, Art. 201 to 203; our choice for pauses and provisional days (BR-220, BR-221, BR-224).
    package func due(after dayZero: CivilDate, workingDays: Int, pauses: [Pause] = []) -> DueDate {
        var left = workingDays
        var number = dayZero.dayNumber
        let still = pauses.map { (from: $0.from.dayNumber, to: $0.to.dayNumber) }
        while left > 0, number < CivilDate.lastDayNumber {
            number += 1
            let today = number
            if isWorkingDay(today), !still.contains(where: { $0.from <= today && today <= $0.to }) { left -= 1 }
        }
        let day = CivilDate(dayNumber: number) ?? dayZero
        let isPublished = publishedYears.contains(day.year) && publishedYears.lowerBound <= dayZero.year
        return DueDate(date: day, isProvisional: !isPublished, edition: edition)
    }
}

extension WorkingDayCalendar {
    /// Reads the shipped table. A table that cannot be read is our mistake and stops the process at the first use.
    init(edition: String, years: [ShippedCalendar.PublishedYear]) {
        guard let first = years.first?.year, let last = years.last?.year,
            let start = CivilDate(year: first, month: 1, day: 1), let end = CivilDate(year: last, month: 12, day: 31)
        else { preconditionFailure("a calendar has at least one year") }
        var isWorking = (start.dayNumber...end.dayNumber).map { ($0 + 3) % 7 < 5 }
        for year in years {
            for day in WorkingDayCalendar.days(year.off, of: year.year) {
                isWorking[day - start.dayNumber] = false
            }
            for day in WorkingDayCalendar.days(year.worked, of: year.year) {
                isWorking[day - start.dayNumber] = true
            }
        }
        self.edition = edition
        self.publishedYears = first...last
        self.isWorking = isWorking
        self.firstDayNumber = start.dayNumber
    }

    private static func days(_ runs: String, of year: Int) -> [Int] { self.runs(runs, of: year).flatMap(\.self) }

    /// The day numbers of runs like `0101 0501-0507`.
    static func runs(_ runs: String, of year: Int) -> [ClosedRange<Int>] {
        runs.split(separator: " ").map { run in
            let ends = run.split(separator: "-").map { text -> Int in
                guard let number = decimal(text.utf8),
                    let day = CivilDate(year: year, month: number / 100, day: number % 100)
                else { preconditionFailure("\(year) has no day \(text)") }
                return day.dayNumber
            }
            return ends[0]...ends[ends.count - 1]
        }
    }

    /// This calendar, with some years as a later edition states them whole.
    ///
    /// - Parameters:
    ///   - years: all their days are Monday to Friday working, but for `days`.
    ///   - days: those that are otherwise; days of other years are left out.
    /// - Returns: nil when the years begin before this calendar, or leave a gap behind it.
    func stating(
        _ years: ClosedRange<Int>, edition: String, days: [(day: CivilDate, isWorking: Bool)]
    ) -> WorkingDayCalendar? {
        guard publishedYears.lowerBound <= years.lowerBound, years.lowerBound <= publishedYears.upperBound + 1,
            let first = CivilDate(year: years.lowerBound, month: 1, day: 1),
            let last = CivilDate(year: years.upperBound, month: 12, day: 31)
        else { return nil }
        let stated = first.dayNumber...last.dayNumber
        var isWorking = isWorking
        let missing = last.dayNumber - firstDayNumber + 1 - isWorking.count
        isWorking += [Bool](repeating: false, count: max(0, missing))
        for number in stated { isWorking[number - firstDayNumber] = (number + 3) % 7 < 5 }
        for (day, works) in days where stated.contains(day.dayNumber) {
            isWorking[day.dayNumber - firstDayNumber] = works
        }
        return WorkingDayCalendar(
            edition: edition,
            publishedYears: publishedYears.lowerBound...max(publishedYears.upperBound, years.upperBound),
            isWorking: isWorking, firstDayNumber: firstDayNumber)
    }
}
