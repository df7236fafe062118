import TransferCore

/// When a document was signed, to the second, in UTC: `2026-11-21T08:00:00Z`.
///
/// The signer states it; a time-stamp proves it.
package struct SigningTime: Hashable, Comparable, Sendable {
    /// Seconds since 1970-01-01T00:00:00Z, without leap seconds.
    package let secondsSince1970: Int64

    private static let secondsADay: Int64 = 86_400
    /// The first second of the year 2100, beyond the days that the calendar knows.
    private static let end: Int64 = 4_102_444_800

    /// - Returns: nil before 1970 and after 2099.
    package init?(secondsSince1970: Int64) {
        guard (0..<SigningTime.end).contains(secondsSince1970) else { return nil }
        self.secondsSince1970 = secondsSince1970
    }

    /// Reads RFC 3339 in the one form that is written: twenty characters, whole seconds, `T` and `Z` in upper case. No
    /// offset, no fraction, no hour 24 and no leap second.
    package init?(_ text: some StringProtocol) {
        let bytes = Array(text.utf8)
        guard bytes.count == 20, bytes[10] == UInt8(ascii: "T"), bytes[19] == UInt8(ascii: "Z"),
            bytes[13] == UInt8(ascii: ":"), bytes[16] == UInt8(ascii: ":"),
            let date = CivilDate(String(decoding: bytes[..<10], as: UTF8.self)),
            let hour = SigningTime.number(bytes[11], bytes[12], below: 24),
            let minute = SigningTime.number(bytes[14], bytes[15], below: 60),
            let second = SigningTime.number(bytes[17], bytes[18], below: 60)
        else { return nil }
        self.init(
            secondsSince1970: Int64(date.dayNumber) * SigningTime.secondsADay + hour * 3_600 + minute * 60 + second)
    }

    private static func number(_ tens: UInt8, _ ones: UInt8, below limit: Int64) -> Int64? {
        let (tens, ones) = (Int64(tens) - 48, Int64(ones) - 48)
        guard (0...9).contains(tens), (0...9).contains(ones), tens * 10 + ones < limit else { return nil }
        return tens * 10 + ones
    }

    package static func < (a: SigningTime, b: SigningTime) -> Bool { a.secondsSince1970 < b.secondsSince1970 }
}

extension SigningTime {
    /// The day in UTC, which in China may be the day before.
    private var date: CivilDate { CivilDate(dayNumber: Int(secondsSince1970 / SigningTime.secondsADay))! }

    /// The twenty characters of RFC 3339.
    package var text: String {
        let second = secondsSince1970 % SigningTime.secondsADay
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(date)T\(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))Z"
    }
}

extension SigningTime: CustomStringConvertible {
    package var description: String { text }
}
