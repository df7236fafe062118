package import TransferCore
package import TransferDocuments

/// A moment: milliseconds since 1970-01-01T00:00:00Z.
package struct Instant: Hashable, Comparable, Sendable {
    package let milliseconds: Int64

    package init(milliseconds: Int64) { self.milliseconds = milliseconds }

    package static func < (a: Instant, b: Instant) -> Bool { a.milliseconds < b.milliseconds }

    /// Whole seconds since 1970, rounded down.
    package var seconds: Int64 { milliseconds >= 0 ? milliseconds / 1_000 : (milliseconds - 999) / 1_000 }

    /// The moment as documents and bank files write it, to the second; moments before 1970 and after 2099 are taken as the
    /// nearest that can be written.
    package var signingTime: SigningTime {
        guard let time = SigningTime(secondsSince1970: max(0, min(4_102_444_799, seconds))) else {
            preconditionFailure("every second from 1970 to 2099 can be written")
        }
        return time
    }

    package func adding(milliseconds more: Int64) -> Instant { Instant(milliseconds: milliseconds + more) }

    /// The day in China, which has one time, eight hours ahead of UTC, all year round.
    ///
    /// Moments outside the years 1900 to 2099 are taken as the nearest day inside.
    package var date: CivilDate {
        let local = seconds + 8 * 3_600
        let day = Int((local >= 0 ? local : local - 86_399) / 86_400)
        guard let date = CivilDate(dayNumber: max(-25_567, min(47_481, day))) else {
            preconditionFailure("every day number from 1900-01-01 to 2099-12-31 is a day")
        }
        return date
    }
}

/// The only thing that knows what time it is.
package protocol NodeClock: Sendable {
    /// What time it is for cases: every deadline and every document goes by it.
    var now: Instant { get }
    /// What time it is for logins: sessions, passwords and one-time codes. The same, unless a demonstration has moved its
    /// clock, by which nobody is to be logged out.
    var machineTime: Instant { get }
}

extension NodeClock {
    package var machineTime: Instant { now }
}
