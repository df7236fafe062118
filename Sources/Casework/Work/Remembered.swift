import TransferCore

/// Something that takes long to find out, kept until it may have changed.
///
/// While nothing was written it is given again as it is. What takes little is found out anew after every write. What takes
/// long is given as it was for half a minute, with the moment at which it was so; after that it is found out anew behind
/// whoever asks, and after five minutes before they get an answer. However many ask, it is found out once.
package actor Remembered<Value: Sendable> {
    package struct Known: Sendable {
        package let value: Value
        /// When it was so.
        package let at: Instant
        fileprivate let stamp: Int64
    }

    private let takesLong: @Sendable (Value) -> Bool
    private var known: Known?
    private var search: Task<Result<Known, WorkFault>, Never>?

    /// How long a value that takes long may be given without looking. Source: our choice.
    private static var freshMilliseconds: Int64 { 30_000 }
    private static var longestMilliseconds: Int64 { 300_000 }

    /// - Parameter takesLong: whether to find a value out has taken long, by what it is; never by a clock.
    init(takesLong: @escaping @Sendable (Value) -> Bool) { self.takesLong = takesLong }

    /// - Parameter stamp: grows with everything that is written.
    func value(
        stamp: Int64, at now: Instant,
        _ find: @escaping @Sendable () async -> Result<Value, WorkFault>
    ) async throws(WorkFault) -> Known {
        if let known, known.at.date == now.date {
            if known.stamp == stamp { return Known(value: known.value, at: now, stamp: stamp) }
            if takesLong(known.value) {
                let age = now.milliseconds - known.at.milliseconds
                if age < Self.freshMilliseconds { return known }
                if age < Self.longestMilliseconds {
                    _ = begin(stamp, now, find)
                    return known
                }
            }
        }
        return try await begin(stamp, now, find).value.get()
    }

    private func begin(
        _ stamp: Int64, _ now: Instant, _ find: @escaping @Sendable () async -> Result<Value, WorkFault>
    ) -> Task<Result<Known, WorkFault>, Never> {
        if let search { return search }
        let task = Task {
            let outcome = await find().map { Known(value: $0, at: now, stamp: stamp) }
            if case .success(let found) = outcome { known = found }
            search = nil
            return outcome
        }
        search = task
        return task
    }
}
