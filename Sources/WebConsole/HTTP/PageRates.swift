import Casework
import Synchronization

/// How many pages a minute somebody may ask for.
///
/// Source: SE-42 of the handbook of screens; the numbers are our choice: a person who works fast stays far below them.
package struct PageRateLimits: Sendable {
    /// Pages that one account looks at, and forms that it sends.
    package var readsOfAccount = 600
    package var formsOfAccount = 120
    /// Everything that comes from one address: an office may sit behind one.
    package var ofAddress = 3_000

    package init() {}
}

/// Who has asked how often: for each a bucket that runs full again within a minute.
final class PageRates: Sendable {
    private struct Bucket {
        /// Thousandths of a request.
        var level: Int64
        var at: Instant
    }

    private let limits: PageRateLimits
    private let buckets = Mutex<[String: Bucket]>([:])

    /// No more are kept; those that are full again say nothing and go first.
    private static let most = 20_000

    init(_ limits: PageRateLimits) { self.limits = limits }

    /// Takes one request of an account and an address.
    ///
    /// - Throws: a problem that says when to come again.
    func take(account: String?, isForm: Bool, address: String, at now: Instant) throws(Problem) {
        if let account {
            try take(
                isForm ? "form \(account)" : "read \(account)", isForm ? limits.formsOfAccount : limits.readsOfAccount,
                now)
        }
        try take("from \(address)", limits.ofAddress, now)
    }

    private func take(_ key: String, _ perMinute: Int, _ now: Instant) throws(Problem) {
        let most = Int64(perMinute) * 1_000
        let wait: Int64? = buckets.withLock { buckets in
            if buckets.count >= PageRates.most {
                buckets = buckets.filter { now.milliseconds - $0.value.at.milliseconds < 60_000 }
                if buckets.count >= PageRates.most { buckets = [:] }
            }
            var bucket = buckets[key] ?? Bucket(level: most, at: now)
            let passed = max(0, min(60_000, now.milliseconds - bucket.at.milliseconds))
            bucket.level = min(most, bucket.level + passed * Int64(perMinute) / 60)
            bucket.at = now
            let missing = 1_000 - bucket.level
            if missing <= 0 { bucket.level -= 1_000 }
            buckets[key] = bucket
            return missing > 0 ? missing * 60 / Int64(perMinute) : nil
        }
        if let wait { throw .tooManyPages(afterSeconds: Int(max(1, (wait + 999) / 1_000))) }
    }
}

extension Problem {
    static func tooManyPages(afterSeconds seconds: Int) -> Problem {
        Problem(
            status: 429, code: "too-many-requests", title: "Too many requests",
            detail: "There were too many requests from this account or address; try again in \(seconds) seconds.",
            retryAfterSeconds: seconds)
    }
}
