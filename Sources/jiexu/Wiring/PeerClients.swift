import NodeLink
import Synchronization

/// The client for peers that is in force, and those before it that still have requests under way.
///
/// Credentials are the client's for its whole life; new ones make a new client, and the old one is closed when the last of
/// its requests must have ended. So no request is cut short, and no connection under old credentials lives longer than that.
final class PeerClients: Sendable {
    private struct State {
        var current: PeerClient
        var old: [PeerClient] = []
        var isClosed = false
    }

    private let state: Mutex<State>
    /// The longest that a request may take.
    private let drainMilliseconds: Int64

    init(_ client: PeerClient, drainMilliseconds: Int64) {
        state = Mutex(State(current: client))
        self.drainMilliseconds = drainMilliseconds
    }

    var current: PeerClient { state.withLock { $0.current } }

    func replace(with client: PeerClient) {
        let old: PeerClient? = state.withLock { state in
            guard !state.isClosed else { return nil }
            let old = state.current
            state.old.append(old)
            state.current = client
            return old
        }
        guard let old else { return client.close() }
        let rest = drainMilliseconds + 1_000
        Task {
            try? await Task.sleep(for: .milliseconds(rest))
            let isOpen = state.withLock { state in
                let isOpen = !state.isClosed && state.old.contains { $0 === old }
                state.old.removeAll { $0 === old }
                return isOpen
            }
            if isOpen { old.close() }
        }
    }

    /// Closes all of them. Called once, by the owner.
    func close() {
        let all = state.withLock { state in
            state.isClosed = true
            let all = state.old + [state.current]
            state.old = []
            return all
        }
        for client in all { client.close() }
    }
}
