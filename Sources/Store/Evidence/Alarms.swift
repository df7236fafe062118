package import Casework
package import TransferCore
package import TransferDocuments

// Alarms about the logs of others, and how far others hold ours.

extension StoredLog {
    package func headAlarms(limit: Int) async throws(StoreError) -> [HeadAlarm] {
        try await store.read { connection in
            try connection.snapshot { () throws(SQLFault) in try connection.headAlarms(limit: limit) }
        }
    }

    package func acknowledge(
        _ alarm: Int64, by person: String, account: String, reason: String, at: Instant
    ) async throws(StoreError) -> HeadAlarm? {
        let gate = store.gate
        let found = try await store.writes.perform { transaction -> HeadAlarm? in
            try gate.pass()
            let connection = transaction.connection
            guard let conflict = try connection.headAlarms(limit: 1, id: alarm).first?.conflict else { return nil }
            let acknowledgement = HeadAlarm.Acknowledgement(person: person, account: account, reason: reason, at: at)
            let id = try connection.integer(
                """
                INSERT INTO alarm_acknowledgements (conflict, person, account, reason, at)
                VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING RETURNING id
                """,
                [.integer(alarm), .text(person), .text(account), .text(reason), .integer(at.milliseconds)])
            if let id {
                try transaction.appendLeaf(
                    .acknowledgement, case: nil, subject: id,
                    AuditLeaf.acknowledgement(
                        acknowledgement, shown: conflict.shown.bytes, held: conflict.held.bytes))
            }
            return try connection.headAlarms(limit: 1, id: alarm).first
        }
        try await takeUpQuarantine()
        return found
    }

    /// Tells the gate which agencies are quarantined.
    @discardableResult
    package func takeUpQuarantine() async throws(StoreError) -> Set<AgencyCode> {
        let open = try await headAlarms(limit: 10_000).filter(\.isOpen)
        let agencies = Set(open.map(\.conflict.agency))
        store.gate.quarantine(agencies)
        return agencies
    }

    package func noteHeld(_ head: TreeHead, by peer: AgencyCode, at: Instant) async throws(StoreError) {
        let known = try await store.read { connection in
            try connection.first(
                "SELECT epoch, size FROM heads_held WHERE agency = $1", [.text(peer.text)]
            ) { row throws(SQLFault) in (epoch: try row.int(0), size: try row.integer(1)) }
        }
        if let known, (known.epoch, known.size) >= (head.epoch, head.size) { return }
        try await store.writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO heads_held (agency, epoch, size, at, seen_at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT (agency) DO UPDATE SET epoch = $2, size = $3, at = $4, seen_at = $5
                WHERE heads_held.epoch < $2 OR (heads_held.epoch = $2 AND heads_held.size < $3)
                """, .text(peer.text), .integer(head.epoch), .integer(head.size), .integer(head.atMilliseconds),
                .integer(at.milliseconds))
        }
    }

    package func heldHeads() async throws(StoreError) -> HeldHeads {
        let hasPeers = try await !logPeers().isEmpty
        return try await store.read { connection in
            try connection.snapshot { () throws(SQLFault) in
                let epoch = try connection.integer("SELECT max(number) FROM log_notes WHERE kind = 'loss'") ?? 1
                let held = try connection.integer(
                    "SELECT max(size) FROM heads_held WHERE epoch = $1", [.integer(epoch)])
                return HeldHeads(
                    newestSize: try connection.integer(
                        "SELECT max(size) FROM own_heads WHERE epoch = $1", [.integer(epoch)]),
                    heldSize: held,
                    unheldSince: try connection.integer(
                        "SELECT min(at) FROM own_heads WHERE epoch = $1 AND size > $2",
                        [.integer(epoch), .integer(held ?? 0)]
                    ).map { Instant(milliseconds: $0) },
                    hasPeers: hasPeers)
            }
        }
    }
}

extension SQLConnection {
    /// - Parameter id: of one alarm; nil for all.
    fileprivate func headAlarms(limit: Int, id: Int64? = nil) throws(SQLFault) -> [HeadAlarm] {
        var given: [Int64: [HeadAlarm.Acknowledgement]] = [:]
        try forEachRow(
            "SELECT conflict, person, account, reason, at FROM alarm_acknowledgements ORDER BY id", []
        ) { row throws(SQLFault) in
            given[try row.integer(0), default: []].append(
                HeadAlarm.Acknowledgement(
                    person: try row.text(1), account: try row.text(2), reason: try row.text(3), at: try row.instant(4)))
        }
        return try rows(
            """
            SELECT kind, shown, held, proof, shown_by, at, id FROM head_conflicts
            WHERE $1 IS NULL OR id = $1 ORDER BY id LIMIT $2
            """, [.integer(id), .integer(limit)]
        ) { row throws(SQLFault) in
            let id = try row.integer(6)
            return HeadAlarm(id: id, conflict: try row.conflict(), acknowledgements: given[id] ?? [])
        }
    }
}

extension SQLRow {
    /// The columns kind, shown, held, proof, shown_by, at.
    func conflict() throws(SQLFault) -> HeadConflict {
        let (shown, held) = (try bytes(1), try bytes(2))
        return HeadConflict(
            kind: try word(0, as: HeadConflict.Kind.self),
            shown: SignedTreeHead(head: try treeHead(in: shown, column: 1), bytes: shown),
            held: SignedTreeHead(head: try treeHead(in: held, column: 2), bytes: held), proof: try proof(3),
            shownBy: try agency(4), at: try instant(5))
    }
}
