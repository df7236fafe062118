import Synchronization
package import TransferCore

/// How much of what a peer sends wrongly is kept for ever.
///
/// A refused document of a peer is evidence for both sides: it is stored with its signed refusal and never deleted. So that
/// one agency, broken or hostile, cannot fill the disk and the log with it, each has an allowance that fills again by the
/// hour. A document costs one, and one more for each 16 KiB of it. What is beyond the allowance is answered with a problem
/// and leaves no trace; documents that are taken cost nothing and are taken all the same.
///
/// The allowance is kept in memory: it is whole again when the process starts.
package final class RefusalAllowance: Sendable {
    private let perHour: Int64
    private let accounts = Mutex<[AgencyCode: Account]>([:])

    private struct Account {
        /// In parts of an hour's allowance: milliseconds of its filling.
        var left: Int64
        var at: Instant
    }

    private static let hour: Int64 = 3_600_000
    static let bytesPerUnit = 16 << 10

    /// - Parameter perHour: 1 to 1,000,000.
    package init(perHour: Int = 1_000) {
        precondition((1...1_000_000).contains(perHour))
        self.perHour = Int64(perHour)
    }

    /// Takes what a refused document costs.
    ///
    /// - Returns: nil when it may be kept, else the seconds after which it may be tried again: 1 to 3,600.
    package func take(_ agency: AgencyCode, bytes: Int, at now: Instant) -> Int? {
        // A unit is worth an hour divided by their number; so all is counted in `perHour` parts of a millisecond.
        let full = RefusalAllowance.hour * perHour
        let price = min(full, RefusalAllowance.hour * Int64(1 + bytes / RefusalAllowance.bytesPerUnit))
        return accounts.withLock { accounts in
            var account = accounts[agency] ?? Account(left: full, at: now)
            // A clock that was set back fills nothing.
            let passed = min(RefusalAllowance.hour, max(0, now.milliseconds - account.at.milliseconds))
            account.left = min(full, account.left + passed * perHour)
            account.at = now
            defer { accounts[agency] = account }
            guard account.left < price else {
                account.left -= price
                return nil
            }
            let milliseconds = (price - account.left + perHour - 1) / perHour
            return Int(max(1, min(3_600, (milliseconds + 999) / 1_000)))
        }
    }
}
