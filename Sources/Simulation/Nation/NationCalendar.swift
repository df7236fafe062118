import TransferCore

/// The days of a simulated year, and of the months after it in which what is open comes to its end.
///
/// A day is counted from 0, which is the first of January in China. Working days are those of the shipped calendar; after
/// its last year every day but Saturday and Sunday counts, as at a node.
package struct NationCalendar: Sendable {
    /// The last year of which the calendar is published.
    package static let year = 2026
    static let day: Int64 = 86_400_000

    /// How many days the year has.
    let length: Int
    private let first: Int
    private let isWorking: [Bool]
    /// Of each day: how many working days lie before it.
    private let before: [Int]
    private let working: [Int]

    package init() {
        guard let first = CivilDate(year: NationCalendar.year, month: 1, day: 1)?.dayNumber else {
            preconditionFailure("a year has a first day")
        }
        self.first = first
        length = CivilDate.isLeap(NationCalendar.year) ? 366 : 365
        var (isWorking, before, working): ([Bool], [Int], [Int]) = ([], [], [])
        for day in 0..<(length + 900) {
            guard let date = CivilDate(dayNumber: first + day) else { preconditionFailure("a day of this century") }
            before.append(working.count)
            isWorking.append(WorkingDayCalendar.shipped.isWorkingDay(date))
            if isWorking[day] { working.append(day) }
        }
        (self.isWorking, self.before, self.working) = (isWorking, before, working)
    }

    /// The first moment of the year, in milliseconds since 1970.
    var beginning: Int64 { Int64(first) * NationCalendar.day - 8 * 3_600_000 }

    /// How many working days the year has.
    package var workingDays: Int { before[length] }

    func date(of day: Int) -> CivilDate {
        guard let date = CivilDate(dayNumber: first + day) else { preconditionFailure("a day of this century") }
        return date
    }

    func day(of date: CivilDate) -> Int { date.dayNumber - first }

    func isWorkingDay(_ day: Int) -> Bool { isWorking[min(max(0, day), isWorking.count - 1)] }

    /// The n-th working day after a day; with n 0 the day itself, or the next working day.
    func workingDay(after day: Int, _ count: Int) -> Int {
        let day = min(max(0, day), isWorking.count - 1)
        let place = isWorking[day] || count == 0 ? before[day] + count : before[day] + count - 1
        return working[min(place, working.count - 1)]
    }

    /// How many working days there are after one day, up to and with another; 0 when it is not later.
    func workingDays(after day: Int, through last: Int) -> Int {
        let (day, last) = (min(max(0, day), isWorking.count - 2), min(max(0, last), isWorking.count - 2))
        return max(0, before[last + 1] - before[day + 1])
    }

    /// The moment in office hours at which somebody does what takes so many working days from a moment on.
    func moment(after now: Int64, workingDays count: Int, _ numbers: inout SeededNumbers) -> Int64 {
        let today = Int(now / NationCalendar.day)
        var day = workingDay(after: today, count)
        var from = Int64(8 * 60 + 30)
        if day == today {
            from = max(from, now % NationCalendar.day / 60_000 + 1)
            if from > 17 * 60 - 5 {
                day = workingDay(after: today, 1)
                from = 8 * 60 + 30
            }
        }
        return Int64(day) * NationCalendar.day + numbers.within(from...17 * 60) * 60_000
            + numbers.within(0...59_999)
    }
}
