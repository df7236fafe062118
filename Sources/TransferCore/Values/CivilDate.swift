/// A day of the civil calendar in China, without a time of day: `2026-03-15`.
///
/// A value that exists is a day that exists. Days are read in the years ``CivilDate/readableYears``; a day that is
/// computed, or hidden in an old identity number, may lie a little outside them, in ``CivilDate/years``.
package struct CivilDate: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int
    package let day: Int

    /// The years a day may lie in: births since 1800, and deadlines that run on from the last readable day.
    package static let years = 1800...2199

    /// The years a day may have where it is read from outside.
    package static let readableYears = 1900...2099

    /// - Returns: nil when there is no such day, or the year is outside ``years``.
    package init?(year: Int, month: Int, day: Int) {
        guard CivilDate.years.contains(year), (1...12).contains(month),
            (1...CivilDate.days(inMonth: month, of: year)).contains(day)
        else { return nil }
        self.init(uncheckedYear: year, month: month, day: day)
    }

    private init(uncheckedYear year: Int, month: Int, day: Int) {
        self.year = year
        self.month = month
        self.day = day
    }

    /// Reads `YYYY-MM-DD`, ten ASCII characters, nothing else.
    ///
    /// - Returns: nil for another form, when there is no such day, or when the year is outside ``readableYears``.
    package init?(_ text: some StringProtocol) { self.init(exactly: String(text)) }

    private init?(exactly text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count == 10, bytes[4] == UInt8(ascii: "-"), bytes[7] == UInt8(ascii: "-"),
            let year = decimal(bytes[0..<4]), let month = decimal(bytes[5..<7]), let day = decimal(bytes[8..<10]),
            CivilDate.readableYears.contains(year)
        else { return nil }
        self.init(year: year, month: month, day: day)
    }

    package static func days(inMonth month: Int, of year: Int) -> Int {
        switch month {
        case 2: isLeap(year) ? 29 : 28
        case 4, 6, 9, 11: 30
        default: 31
        }
    }

    package static func isLeap(_ year: Int) -> Bool {
        year.isMultiple(of: 4) && (!year.isMultiple(of: 100) || year.isMultiple(of: 400))
    }

    package static func < (a: CivilDate, b: CivilDate) -> Bool {
        (a.year, a.month, a.day) < (b.year, b.month, b.day)
    }
}

extension CivilDate {
    /// Days since 1970-01-01, which is day 0 and a Thursday.
    package var dayNumber: Int {
        // Counting from 1 March puts the leap day last, so that every month before it has a fixed offset.
        let shifted = month > 2 ? year : year - 1
        let era = shifted / 400
        let yearOfEra = shifted - era * 400
        let monthFromMarch = (month + 9) % 12
        let dayOfYear = (153 * monthFromMarch + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }

    /// - Returns: nil outside ``years``.
    package init?(dayNumber: Int) {
        guard (-62_091...CivilDate.lastDayNumber).contains(dayNumber) else { return nil }
        let shifted = dayNumber + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        self.init(year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month: month, day: day)
    }

    /// Monday is 1, Sunday is 7 (GB/T 7408).
    package var weekday: Int { CivilDate.weekday(ofDay: dayNumber) }

    static func weekday(ofDay number: Int) -> Int {
        let days = (number + 3) % 7
        return (days < 0 ? days + 7 : days) + 1
    }

    /// 2199-12-31.
    static let lastDayNumber = 84_006

    /// The day after; nil after 2199-12-31, the last day there is.
    package var next: CivilDate? { CivilDate(dayNumber: dayNumber + 1) }
}

extension CivilDate: CustomStringConvertible {
    package var description: String { "\(year)-\(twoDigits(month))-\(twoDigits(day))" }
}

/// Two decimal digits, with a leading zero.
func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

/// The number that a run of ASCII digits writes; nil for any other byte, or for none.
func decimal(_ bytes: some Sequence<UInt8>) -> Int? {
    var number = 0
    var isEmpty = true
    for byte in bytes {
        guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
        let (product, over) = number.multipliedReportingOverflow(by: 10)
        guard !over, product <= Int.max - 9 else { return nil }
        number = product + Int(byte - UInt8(ascii: "0"))
        isEmpty = false
    }
    return isEmpty ? nil : number
}
