package import Casework
import TransferCore
package import TransferDocuments

// Time-stamps over this node's own heads.

extension StoredLog {
    package func keep(_ stamp: TreeStamp) async throws(StoreError) {
        try await store.writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO tree_stamps (epoch, size, authority, token, chain, at, taken_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
                """, .integer(stamp.epoch), .integer(stamp.size), .text(stamp.authority), .bytes(stamp.token),
                .bytes(stamp.chain), .integer(stamp.at.milliseconds), .integer(stamp.takenAt.milliseconds))
        }
    }

    package func stamps(covering position: Int64) async throws(StoreError) -> [TreeStamp] {
        try await store.read { connection in
            try connection.rows(
                """
                SELECT epoch, size, authority, token, chain, at, taken_at FROM tree_stamps
                WHERE epoch = (SELECT coalesce(max(number), 1) FROM log_notes WHERE kind = 'loss') AND size = (
                    SELECT min(size) FROM tree_stamps WHERE size > $1
                        AND epoch = (SELECT coalesce(max(number), 1) FROM log_notes WHERE kind = 'loss'))
                ORDER BY id
                """, [.integer(position)]
            ) { row throws(SQLFault) in try row.stamp() }
        }
    }

    package func newestStamp(by authority: String) async throws(StoreError) -> TreeStamp? {
        try await store.read { connection in
            try connection.first(
                """
                SELECT epoch, size, authority, token, chain, at, taken_at FROM tree_stamps
                WHERE authority = $1 ORDER BY id DESC LIMIT 1
                """, [.text(authority)]
            ) { row throws(SQLFault) in try row.stamp() }
        }
    }

    package func newestStampTimes() async throws(StoreError) -> [String: Instant] {
        try await store.read { connection in
            var times: [String: Instant] = [:]
            // The newest numbers are found in the index alone; of the stamps only so many are read as there are authorities.
            try connection.forEachRow(
                """
                SELECT authority, at FROM tree_stamps WHERE id IN (SELECT max(id) FROM tree_stamps GROUP BY authority)
                """, []
            ) { row throws(SQLFault) in times[try row.text(0)] = try row.instant(1) }
            return times
        }
    }

    package func stamps(limit: Int) async throws(StoreError) -> [TreeStamp] {
        try await store.read { connection in
            try connection.rows(
                "SELECT epoch, size, authority, token, chain, at, taken_at FROM tree_stamps ORDER BY id LIMIT $1",
                [.integer(limit)]
            ) { row throws(SQLFault) in try row.stamp() }
        }
    }

    package func ownHead(epoch: Int, size: Int64) async throws(StoreError) -> SignedTreeHead? {
        try await store.read { connection in
            try connection.first(
                "SELECT epoch, size, root, at, bytes FROM own_heads WHERE epoch = $1 AND size = $2",
                [.integer(epoch), .integer(size)]
            ) { row throws(SQLFault) in try row.signedHead(from: 0) }
        }
    }

    /// All heads that this node has signed, in their order.
    package func ownHeads(limit: Int) async throws(StoreError) -> [SignedTreeHead] {
        try await store.read { connection in
            try connection.rows(
                "SELECT epoch, size, root, at, bytes FROM own_heads ORDER BY epoch, size LIMIT $1", [.integer(limit)]
            ) { row throws(SQLFault) in try row.signedHead(from: 0) }
        }
    }

    /// The heads that are held of other agencies, each with the proof that it goes on from the one before.
    package func peerChain() async throws(StoreError) -> [HeldHead] {
        try await store.read { connection in
            try connection.rows(
                """
                SELECT epoch, size, root, at, bytes, proof, after_epoch, after_size FROM peer_heads
                ORDER BY agency, epoch, size
                """
            ) { row throws(SQLFault) in
                HeldHead(
                    head: try row.signedHead(from: 0), proof: try row.proof(5),
                    afterEpoch: try row.optionalInteger(6).map { Int($0) }, afterSize: try row.optionalInteger(7))
            }
        }
    }

    /// A head of another agency, and what proves that it goes on from the one that was held before.
    package struct HeldHead: Hashable, Sendable {
        package let head: SignedTreeHead
        package let proof: [DocumentDigest]
        package let afterEpoch: Int?
        package let afterSize: Int64?
    }

    /// The leaves from a position on, none of them missing.
    package func leafHashes(from start: Int64, limit: Int) async throws(StoreError) -> [DocumentDigest] {
        try await store.read { connection in try LogNodes(connection: connection).leaves(from: start, limit: limit) }
    }
}

extension SQLRow {
    /// The columns epoch, size, authority, token, chain, at, taken_at.
    fileprivate func stamp() throws(SQLFault) -> TreeStamp {
        TreeStamp(
            epoch: try int(0), size: try integer(1), authority: try text(2), token: try bytes(3), chain: try bytes(4),
            at: try instant(5), takenAt: try instant(6))
    }
}
