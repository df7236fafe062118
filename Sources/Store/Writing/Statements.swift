package import Casework
package import TransferCore
import TransferDocuments

// Statements of common cases, and where the books of two offices differ.

extension JiexuStore: TruthStore {
    package func reserveDigestSerial(for peer: AgencyCode) async throws(StoreError) -> Int {
        try await writes.perform { transaction in
            let next = try transaction.connection.integer(
                """
                INSERT INTO digest_serials (peer, next) VALUES ($1, 2)
                ON CONFLICT (peer) DO UPDATE SET next = digest_serials.next + 1 RETURNING next
                """, [.text(peer.text)])
            guard let next else { throw StoreError.corrupt("a serial was not returned") }
            return Int(next) - 1
        }
    }

    package func keep(_ statements: [KeptStatement], _ comparison: KeptComparison?) async throws(StoreError) {
        try await writes.perform { transaction in
            let connection = transaction.connection
            for statement in statements {
                let count = try connection.run(
                    """
                    INSERT INTO state_digests (peer, is_own, serial, at, bytes) VALUES ($1, $2, $3, $4, $5)
                    ON CONFLICT DO NOTHING
                    """, .text(statement.peer.text), .flag(statement.isOwn), .integer(statement.serial),
                    .integer(statement.at.milliseconds), .bytes(statement.bytes))
                guard count == 1 else { throw StoreError.duplicate }
            }
            if let comparison { try connection.keep(comparison) }
        }
    }

    package func statementCount(of peer: AgencyCode, since: Instant) async throws(StoreError) -> Int {
        try await read { connection in
            Int(
                try connection.integer(
                    "SELECT count(*) FROM state_digests WHERE peer = $1 AND is_own = 0 AND at >= $2",
                    [.text(peer.text), .integer(since.milliseconds)]) ?? 0)
        }
    }

    package func lastComparison(with peer: AgencyCode) async throws(StoreError) -> Instant? {
        try await read { connection in
            try connection.integer(
                "SELECT max(at) FROM digest_comparisons WHERE peer = $1 AND through_case IS NULL", [.text(peer.text)]
            ).map { Instant(milliseconds: $0) }
        }
    }

    package func openDifferences(
        with peer: AgencyCode?, limit: Int
    ) async throws(StoreError) -> [KeptDifference] {
        try await read { connection in
            try connection.rows(
                """
                SELECT peer, case_number, kind, here, there, first_seen, last_seen FROM digest_differences
                WHERE cleared_at IS NULL AND ($1 IS NULL OR peer = $1) ORDER BY case_number, kind LIMIT $2
                """, [.text(peer?.text), .integer(limit)]
            ) { row throws(SQLFault) in
                KeptDifference(
                    peer: try row.agency(0),
                    difference: StateDifference(
                        try row.caseNumber(1), try row.word(2, as: StateDifference.Kind.self), here: try row.text(3),
                        there: try row.text(4)),
                    firstSeen: try row.instant(5), lastSeen: try row.instant(6))
            }
        }
    }
}

extension SQLConnection {
    /// Sees differences again, opens new ones, and clears those of the run that are gone.
    fileprivate func keep(_ comparison: KeptComparison) throws(SQLFault) {
        let (peer, now) = (SQLValue.text(comparison.peer.text), SQLValue.integer(comparison.at.milliseconds))
        try run(
            """
            INSERT INTO digest_comparisons (peer, after_case, through_case, differences, at)
            VALUES ($1, $2, $3, $4, $5)
            """, peer, .text(comparison.range.after?.text), .text(comparison.range.through?.text),
            .integer(comparison.differences.count), now)
        for difference in comparison.differences {
            try run(
                """
                INSERT INTO digest_differences (peer, case_number, kind, here, there, first_seen, last_seen)
                VALUES ($1, $2, $3, $4, $5, $6, $6)
                ON CONFLICT (peer, case_number, kind) WHERE cleared_at IS NULL
                    DO UPDATE SET here = $4, there = $5, last_seen = $6
                """, peer, .text(difference.number.text), .text(difference.kind.rawValue), .text(difference.here),
                .text(difference.there), now)
        }
        // What was seen again carries this moment now; what was not is gone.
        let found = Set(comparison.differences.map { [$0.number.text, $0.kind.rawValue] })
        let open = try rows(
            """
            SELECT id, case_number, kind FROM digest_differences
            WHERE cleared_at IS NULL AND peer = $1 AND case_number > $2 AND ($3 IS NULL OR case_number <= $3)
            """, [peer, .text(comparison.range.after?.text ?? ""), .text(comparison.range.through?.text)]
        ) { row throws(SQLFault) in (id: try row.integer(0), key: [try row.text(1), try row.text(2)]) }
        for item in open where !found.contains(item.key) {
            try run("UPDATE digest_differences SET cleared_at = $1 WHERE id = $2", now, .integer(item.id))
        }
    }
}
