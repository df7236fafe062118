/// A month of the civil calendar: `2026-03`. Contributions are counted by it.
package struct CalendarMonth: Hashable, Comparable, Sendable {
    package let year: Int
    package let month: Int

    /// - Returns: nil when there is no such month, or the year is outside 1900 to 2099.
    package init?(year: Int, month: Int) {
        guard (1900...2099).contains(year), (1...12).contains(month) else { return nil }
        self.year = year
        self.month = month
    }

    /// Reads `YYYY-MM`, seven ASCII characters, nothing else.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 7, bytes[4] == UInt8(ascii: "-"), let year = decimal(bytes[0..<4]),
            let month = decimal(bytes[5..<7])
        else { return nil }
        self.init(year: year, month: month)
    }

    /// The month in which a day lies.
    package init(of date: CivilDate) {
        year = date.year
        month = date.month
    }

    /// Months since January of year 0, so that a difference of two is a number of months.
    package var index: Int { year * 12 + month - 1 }

    package static func < (a: CalendarMonth, b: CalendarMonth) -> Bool { a.index < b.index }
}

extension CalendarMonth: CustomStringConvertible {
    package var description: String { "\(year)-\(twoDigits(month))" }
}
