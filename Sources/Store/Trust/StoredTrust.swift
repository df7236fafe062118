package import Casework
import TransferCore
package import TransferDocuments

// Whom the node believes. None of it belongs to a case, so it is written while the node recovers too.

extension JiexuStore: TrustStore {
    package func newestDirectory() async throws(StoreError) -> [UInt8]? {
        try await read { connection in
            try connection.first("SELECT bytes FROM directories ORDER BY version DESC LIMIT 1") {
                row throws(SQLFault) in try row.bytes(0)
            }
        }
    }

    package func keep(_ directory: SignedDirectory, at: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let newest = try connection.first(
                "SELECT version, digest FROM directories ORDER BY version DESC LIMIT 1"
            ) { row throws(SQLFault) in (try row.integer(0), try row.digest(1)) }
            let version = directory.directory.version
            if let newest, newest.0 == version, newest.1 == directory.digest { return }
            if let newest, newest.0 >= version { throw StoreError.caseMovedOn }
            try connection.run(
                "INSERT INTO directories (version, digest, bytes, taken_at) VALUES ($1, $2, $3, $4)",
                .integer(version), .bytes(directory.digest.bytes), .bytes(directory.bytes),
                .integer(at.milliseconds))
        }
    }

    package func newestRevocationLists() async throws(StoreError) -> [[UInt8]] {
        try await read { connection in
            try connection.rows(
                """
                SELECT bytes FROM revocation_lists AS list
                WHERE number = (SELECT max(number) FROM revocation_lists WHERE root = list.root) ORDER BY id
                """, []
            ) { row throws(SQLFault) in try row.bytes(0) }
        }
    }

    package func keep(_ list: RevocationList, at: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let newest = try connection.first(
                "SELECT number, digest FROM revocation_lists WHERE root = $1 ORDER BY number DESC LIMIT 1",
                [.bytes(list.root.bytes)]
            ) { row throws(SQLFault) in (try row.integer(0), try row.digest(1)) }
            if let newest, newest.0 == list.number, newest.1 == list.digest { return }
            if let newest, newest.0 >= list.number { throw StoreError.caseMovedOn }
            try connection.run(
                "INSERT INTO revocation_lists (root, number, digest, bytes, taken_at) VALUES ($1, $2, $3, $4, $5)",
                .bytes(list.root.bytes), .integer(list.number), .bytes(list.digest.bytes), .bytes(list.der),
                .integer(at.milliseconds))
        }
    }

    package func peerDirectories() async throws(StoreError) -> [PeerDirectory] {
        try await read { connection in
            try connection.rows(
                "SELECT peer, version, digest, as_of, statement FROM peer_directories ORDER BY peer", []
            ) { row throws(SQLFault) in
                PeerDirectory(
                    peer: try row.agency(0), version: try row.integer(1), digest: try row.digest(2),
                    asOf: try row.integer(3), statement: try row.bytes(4))
            }
        }
    }

    package func keep(_ peer: PeerDirectory) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO peer_directories (peer, version, digest, as_of, statement) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (peer) DO UPDATE SET version = excluded.version, digest = excluded.digest,
                    as_of = excluded.as_of, statement = excluded.statement
                WHERE excluded.as_of >= peer_directories.as_of
                """, .text(peer.peer.text), .integer(peer.version), .bytes(peer.digest.bytes), .integer(peer.asOf),
                .bytes(peer.statement))
        }
    }

    package func raise(_ alarm: TrustAlarm) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let known = try connection.run(
                """
                UPDATE trust_alarms SET detail = $1, held = $2, shown = $3
                WHERE kind = $4 AND subject = $5 AND cleared_at IS NULL
                """, .text(alarm.detail.bounded), .bytes(alarm.held?.bytes), .bytes(alarm.shown?.bytes),
                .text(alarm.kind.rawValue), .text(alarm.subject))
            guard known == 0 else { return false }
            try connection.run(
                """
                INSERT INTO trust_alarms (kind, subject, detail, held, shown, raised_at)
                VALUES ($1, $2, $3, $4, $5, $6)
                """, .text(alarm.kind.rawValue), .text(alarm.subject), .text(alarm.detail.bounded),
                .bytes(alarm.held?.bytes), .bytes(alarm.shown?.bytes), .integer(alarm.at.milliseconds))
            return true
        }
    }

    package func clear(_ kind: TrustAlarm.Kind, _ subject: String, at: Instant) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                "UPDATE trust_alarms SET cleared_at = $1 WHERE kind = $2 AND subject = $3 AND cleared_at IS NULL",
                .integer(at.milliseconds), .text(kind.rawValue), .text(subject))
        }
    }

    package func openAlarms(limit: Int) async throws(StoreError) -> [TrustAlarm] {
        try await read { connection in
            try connection.rows(
                """
                SELECT kind, subject, detail, held, shown, raised_at FROM trust_alarms
                WHERE cleared_at IS NULL ORDER BY id LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in
                TrustAlarm(
                    try row.word(0, as: TrustAlarm.Kind.self), try row.text(1), try row.text(2),
                    held: row.isNull(3) ? nil : try row.digest(3), shown: row.isNull(4) ? nil : try row.digest(4),
                    at: try row.instant(5))
            }
        }
    }
}

// MARK: - Documents that were signed again

extension JiexuStore {
    package func renewedSignature(_ entry: OutboxEntry) async throws(StoreError) -> [UInt8]? {
        try await read { connection in
            try connection.first(
                "SELECT bytes FROM renewed_signatures WHERE document = $1 ORDER BY id DESC LIMIT 1",
                [.integer(entry.position)]
            ) { row throws(SQLFault) in try row.bytes(0) }
        }
    }

    /// How many times a document was signed again.
    package func renewedSignatures() async throws(StoreError) -> Int {
        try await read { connection in
            Int(try connection.integer("SELECT count(*) FROM renewed_signatures") ?? 0)
        }
    }

    package func renew(_ entry: OutboxEntry, bytes: [UInt8], at: Instant) async throws(StoreError) {
        try gate.pass()
        try await writes.perform(
            { transaction in
                _ = try transaction.connection.run(
                    "INSERT INTO renewed_signatures (document, signed_at, bytes) VALUES ($1, $2, $3)",
                    .integer(entry.position), .integer(at.milliseconds), .bytes(bytes))
            },
            committed: { [cache] _ in cache.update(entry.number) { $0.renewing(entry, bytes: bytes) } })
    }
}
