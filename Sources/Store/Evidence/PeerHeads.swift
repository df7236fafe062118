package import Casework
package import TransferCore
package import TransferDocuments

// The heads of other agencies' logs, and evidence against them.

extension StoredLog {
    package func logPeers() async throws(StoreError) -> [AgencyCode] {
        let held = try await store.read { connection in
            try connection.rows("SELECT DISTINCT agency FROM peer_heads") { row throws(SQLFault) in try row.agency(0) }
        }
        return Set(try await store.casePeers() + held).sorted()
    }

    package func newestHead(of agency: AgencyCode) async throws(StoreError) -> SignedTreeHead? {
        try await store.read { connection in try connection.newestHead(of: agency) }
    }

    package func head(
        of agency: AgencyCode, epoch: Int, size: Int64
    ) async throws(StoreError) -> SignedTreeHead? {
        try await store.read { connection in
            try connection.first(
                "SELECT epoch, size, root, at, bytes FROM peer_heads WHERE agency = $1 AND epoch = $2 AND size = $3",
                [.text(agency.text), .integer(epoch), .integer(size)]
            ) { row throws(SQLFault) in try row.signedHead(from: 0) }
        }
    }

    package func newestHeads(limit: Int) async throws(StoreError) -> [SignedTreeHead] {
        try await store.read { connection in
            try connection.rows(
                """
                SELECT epoch, size, root, at, bytes FROM peer_heads
                WHERE id IN (SELECT max(id) FROM peer_heads GROUP BY agency) ORDER BY id DESC LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in try row.signedHead(from: 0) }
        }
    }

    package func keep(
        _ head: SignedTreeHead, after last: SignedTreeHead?, proof: [DocumentDigest], at: Instant
    ) async throws(StoreError) {
        try await store.writes.perform { transaction in
            let connection = transaction.connection
            guard try connection.newestHead(of: head.head.agency) == last else { throw StoreError.caseMovedOn }
            try connection.run(
                """
                INSERT INTO peer_heads (epoch, size, root, at, bytes, agency, after_epoch, after_size, proof, taken_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                """,
                head.head.columns(head.bytes) + [
                    .text(head.head.agency.text), .integer(last.map { Int64($0.head.epoch) }),
                    .integer(last?.head.size), .bytes(proof.flatMap(\.bytes)), .integer(at.milliseconds),
                ])
        }
    }

    package func keepShown(
        _ head: SignedTreeHead, by peer: AgencyCode, at: Instant
    ) async throws(StoreError) {
        try await store.writes.perform { transaction in
            let connection = transaction.connection
            let open = try connection.integer(
                "SELECT count(*) FROM shown_heads WHERE agency = $1 AND settled_at IS NULL",
                [.text(head.head.agency.text)])
            guard open ?? 0 < HeadExchange.mostHeld else { return }
            try connection.run(
                """
                INSERT INTO shown_heads (epoch, size, root, at, bytes, agency, shown_by, shown_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING
                """,
                head.head.columns(head.bytes) + [
                    .text(head.head.agency.text), .text(peer.text), .integer(at.milliseconds),
                ])
        }
    }

    package func shownHeads(of agency: AgencyCode, limit: Int) async throws(StoreError) -> [SignedTreeHead] {
        try await store.read { connection in
            try connection.rows(
                """
                SELECT epoch, size, root, at, bytes FROM shown_heads
                WHERE agency = $1 AND settled_at IS NULL ORDER BY id LIMIT $2
                """, [.text(agency.text), .integer(limit)]
            ) { row throws(SQLFault) in try row.signedHead(from: 0) }
        }
    }

    package func settleShown(_ head: SignedTreeHead, at: Instant) async throws(StoreError) {
        try await store.writes.perform { transaction in
            try transaction.connection.run(
                """
                UPDATE shown_heads SET settled_at = $1
                WHERE agency = $2 AND epoch = $3 AND size = $4 AND root = $5 AND settled_at IS NULL
                """, .integer(at.milliseconds), .text(head.head.agency.text), .integer(head.head.epoch),
                .integer(head.head.size), .bytes(head.head.root.bytes))
        }
    }

    /// Of one agency no more evidence is kept: what is beyond says nothing new.
    private static let mostConflicts = 100

    @discardableResult
    package func keep(_ conflict: HeadConflict) async throws(StoreError) -> Bool {
        let isNew = try await store.writes.perform { transaction -> Bool in
            let connection = transaction.connection
            let known = try connection.integer(
                "SELECT count(*) FROM head_conflicts WHERE agency = $1", [.text(conflict.agency.text)])
            guard known ?? 0 < StoredLog.mostConflicts else { return false }
            return try connection.run(
                """
                INSERT INTO head_conflicts (agency, kind, shown, held, proof, shown_by, at)
                VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING
                """, .text(conflict.agency.text), .text(conflict.kind.rawValue), .bytes(conflict.shown.bytes),
                .bytes(conflict.held.bytes), .bytes(conflict.proof.flatMap(\.bytes)), .text(conflict.shownBy.text),
                .integer(conflict.at.milliseconds)) == 1
        }
        if isNew { try await takeUpQuarantine() }
        return isNew
    }

    package func headConflicts(limit: Int) async throws(StoreError) -> [HeadConflict] {
        try await store.read { connection in
            try connection.rows(
                "SELECT kind, shown, held, proof, shown_by, at FROM head_conflicts ORDER BY id LIMIT $1",
                [.integer(limit)]
            ) { row throws(SQLFault) in try row.conflict() }
        }
    }
}

extension SQLConnection {
    fileprivate func newestHead(of agency: AgencyCode) throws(SQLFault) -> SignedTreeHead? {
        try first(
            """
            SELECT epoch, size, root, at, bytes FROM peer_heads
            WHERE agency = $1 ORDER BY epoch DESC, size DESC LIMIT 1
            """, [.text(agency.text)]
        ) { row throws(SQLFault) in try row.signedHead(from: 0) }
    }
}

extension SQLRow {
    /// The hashes of a proof, one behind the other.
    func proof(_ column: Int) throws(SQLFault) -> [DocumentDigest] {
        let bytes = try bytes(column)
        var hashes: [DocumentDigest] = []
        for start in stride(from: 0, to: bytes.count, by: DocumentDigest.byteCount) {
            guard let hash = DocumentDigest(bytes: bytes[start...].prefix(DocumentDigest.byteCount)) else {
                throw unreadable(column, "proof")
            }
            hashes.append(hash)
        }
        return hashes
    }
}
