/// Days and times as they are told to people: those of China, which has one time all year round.
package enum ChinaTime {
    /// `2026-11-21 16:05:09`
    package static func text(_ moment: Instant) -> String {
        let ofDay = (moment.seconds + 8 * 3_600) % 86_400
        let second = ofDay >= 0 ? ofDay : ofDay + 86_400
        return "\(moment.date) \(two(second / 3_600)):\(two(second / 60 % 60)):\(two(second % 60))"
    }

    private static func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

extension Instant {
    package init(seconds: Int64) { self.init(milliseconds: seconds * 1_000) }
}
