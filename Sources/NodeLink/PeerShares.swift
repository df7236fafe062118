package import NIOCore
import Synchronization
package import TransferCore

/// What one source and one peer may take of the port for peers, so that whoever takes too much costs only itself.
///
/// A connection counts for its source address until the directory knows who it is, and for its agency from then on.
/// Requests of an agency are counted together, whatever connections they come on, by a bucket of tokens that fills at
/// `requestsPerSecond` and holds two seconds' worth. Agencies are those of the directory, so what is remembered is bounded.
package final class PeerShares: Sendable {
    private let connectionsPerPeer: Int
    private let handshakesPerSource: Int
    private let requestsPerSecond: Int
    private let state = Mutex(State())

    private struct State {
        var sources: [String: Int] = [:]
        var agencies: [AgencyCode: Int] = [:]
        var buckets: [AgencyCode: Bucket] = [:]
    }

    private struct Bucket {
        /// In millionths of a request.
        var tokens: Int64
        var filledAt: NIODeadline
    }

    package init(connectionsPerPeer: Int, handshakesPerSource: Int, requestsPerSecond: Int) {
        self.connectionsPerPeer = connectionsPerPeer
        self.handshakesPerSource = handshakesPerSource
        self.requestsPerSecond = requestsPerSecond
    }

    /// For whom a connection counts. It is given back with ``leave(_:)``, once.
    package enum Seat: Hashable, Sendable {
        case source(String)
        case agency(AgencyCode)
    }

    /// - Returns: nil when the source has as many connections without a name as it may have.
    package func arrive(from source: String) -> Seat? {
        state.withLock { state in
            guard state.sources[source, default: 0] < handshakesPerSource else { return nil }
            state.sources[source, default: 0] += 1
            return .source(source)
        }
    }

    /// The connection has shown who it is.
    ///
    /// - Returns: nil when the agency has as many connections as it may have; the seat that was held is kept then.
    package func move(_ seat: Seat, to agency: AgencyCode) -> Seat? {
        state.withLock { state in
            guard state.agencies[agency, default: 0] < connectionsPerPeer else { return nil }
            state.agencies[agency, default: 0] += 1
            PeerShares.release(seat, &state)
            return .agency(agency)
        }
    }

    package func leave(_ seat: Seat) { state.withLock { PeerShares.release(seat, &$0) } }

    private static func release(_ seat: Seat, _ state: inout State) {
        switch seat {
        case .source(let source):
            let left = state.sources[source, default: 0] - 1
            state.sources[source] = left > 0 ? left : nil
        case .agency(let agency):
            let left = state.agencies[agency, default: 0] - 1
            state.agencies[agency] = left > 0 ? left : nil
        }
    }

    /// Takes one request of an agency from its bucket, or what one with several documents counts for.
    ///
    /// - Returns: whether there was one left. For what is beyond that the agency waits afterwards, so that its requests pass
    ///   however few it is granted.
    package func mayAsk(_ agency: AgencyCode, countingFor count: Int = 1, at now: NIODeadline) -> Bool {
        let one: Int64 = 1_000_000
        let most = Int64(requestsPerSecond) * 2 * one
        return state.withLock { state in
            var bucket = state.buckets[agency] ?? Bucket(tokens: most, filledAt: now)
            // A second at a time at most: a long rest fills the bucket, and no product leaves its range.
            let microseconds = min(2_000_000, max(0, (now - bucket.filledAt).nanoseconds / 1_000))
            bucket.tokens = min(most, bucket.tokens + microseconds * Int64(requestsPerSecond))
            bucket.filledAt = bucket.filledAt + .microseconds(max(0, (now - bucket.filledAt).nanoseconds / 1_000))
            defer { state.buckets[agency] = bucket }
            guard bucket.tokens >= one else { return false }
            bucket.tokens -= Int64(count) * one
            return true
        }
    }
}
