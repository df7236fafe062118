package import Casework
import Synchronization
package import TransferDocuments

/// The port of what keeps sessions.
package protocol SessionStore: Sendable {
    /// Keeps a session that is not there yet.
    ///
    /// - Returns: false when there is no room for it.
    func keep(_ session: Session) async throws(StoreError) -> Bool
    /// - Returns: nil when there is none.
    func session(_ digest: DocumentDigest) async throws(StoreError) -> Session?
    /// Notes that its holder did something; nothing when it has ended meanwhile.
    func touch(_ digest: DocumentDigest, at: Instant) async throws(StoreError)
    func end(_ digest: DocumentDigest) async throws(StoreError)
    func sessions(of name: AccountName) async throws(StoreError) -> [Session]
    /// Forgets sessions that began before a moment, or in which nothing was done since another.
    func forget(begunBefore: Instant, unseenSince: Instant) async throws(StoreError)
}

/// Sessions in memory: a node that starts again has ended all of them, and people log in anew. Nothing of a session is
/// ever on a disk.
package final class MemorySessions: SessionStore {
    private struct Table {
        var sessions: [DocumentDigest: Session] = [:]
        var byAccount: [AccountName: Set<DocumentDigest>] = [:]

        mutating func end(_ digest: DocumentDigest) {
            guard let session = sessions.removeValue(forKey: digest) else { return }
            byAccount[session.account]?.remove(digest)
            if byAccount[session.account]?.isEmpty == true { byAccount[session.account] = nil }
        }
    }

    private let table = Mutex(Table())
    private let most: Int

    /// - Parameter most: no more are kept, about 300 bytes each.
    package init(most: Int = 10_000) { self.most = most }

    package func keep(_ session: Session) async throws(StoreError) -> Bool {
        try table.withLock { [most] table throws(StoreError) in
            guard table.sessions.count < most else { return false }
            guard table.sessions[session.digest] == nil else { throw .duplicate }
            table.sessions[session.digest] = session
            table.byAccount[session.account, default: []].insert(session.digest)
            return true
        }
    }

    package func session(_ digest: DocumentDigest) async throws(StoreError) -> Session? {
        table.withLock { $0.sessions[digest] }
    }

    package func touch(_ digest: DocumentDigest, at: Instant) async throws(StoreError) {
        table.withLock { table in
            guard let session = table.sessions[digest], session.seenAt < at else { return }
            table.sessions[digest]?.seenAt = at
        }
    }

    package func end(_ digest: DocumentDigest) async throws(StoreError) { table.withLock { $0.end(digest) } }

    package func sessions(of name: AccountName) async throws(StoreError) -> [Session] {
        table.withLock { table in (table.byAccount[name] ?? []).compactMap { table.sessions[$0] } }
    }

    package func forget(begunBefore: Instant, unseenSince: Instant) async throws(StoreError) {
        table.withLock { table in
            for session in table.sessions.values
            where session.beganAt < begunBefore || session.seenAt < unseenSince {
                table.end(session.digest)
            }
        }
    }
}
