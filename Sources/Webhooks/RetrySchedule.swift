/// When a message is sent again: so long after each attempt that was not taken.
///
/// Source: Standard Webhooks 1.0.0, delivery attempts and retries.
package enum RetrySchedule {
    private static let second: Int64 = 1_000
    private static let minute = 60 * second
    private static let hour = 60 * minute

    /// The rest before each attempt, in milliseconds; the first attempt is made at once.
    package static let rests: [Int64] = [
        0, 5 * second, 5 * minute, 30 * minute, 2 * hour, 5 * hour, 10 * hour, 14 * hour, 20 * hour, 24 * hour,
    ]

    /// No rest is longer, jitter included.
    package static let longest = rests.reduce(0, max) * 11 / 10

    /// The rest before an attempt.
    ///
    /// - Parameters:
    ///   - place: the number of the attempt, from 0.
    ///   - draw: gives a number from 0 to what it is given, so that many messages that failed together do not all come
    ///     again together.
    /// - Returns: nil when no attempt is left.
    package static func rest(before place: Int, draw: (Int64) -> Int64) -> Int64? {
        guard rests.indices.contains(place) else { return nil }
        return rests[place] + draw(rests[place] / 10)
    }
}
