package import Casework
import TransferCore
import TransferDocuments

extension JiexuStore {
    package func keep(_ batch: UploadedBatch) async throws(StoreError) -> BatchKeeping {
        let (heading, digest) = (batch.heading, batch.digest)
        return try await writes.perform { transaction in
            let connection = transaction.connection
            let known = try connection.first(
                "SELECT id FROM batches WHERE owner = $1 AND digest = $2",
                [.text(heading.owner), .bytes(digest.bytes)]
            ) { row throws(SQLFault) in try row.text(0) }
            if let known { return .known(known) }
            try connection.makeRoom(for: heading.owner)
            let size = try connection.integer("SELECT coalesce(sum(size), 0) FROM batches WHERE digest IS NOT NULL")
            guard Int(size ?? 0) + batch.bytes.count <= EmployerLimits.batchBytes else { return .full }
            try connection.run(
                """
                INSERT INTO batches (id, owner, employer, credit_code, at, digest, size, bytes)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
                """, .text(heading.id), .text(heading.owner), .text(heading.employer),
                .text(heading.creditCode.text), .integer(heading.at.milliseconds), .bytes(digest.bytes),
                .integer(batch.bytes.count), .bytes(batch.bytes))
            return .kept
        }
    }

    package func batch(_ id: String, of owner: String) async throws(StoreError) -> UploadedBatch? {
        try await read { connection in
            try connection.first(
                """
                SELECT id, owner, employer, credit_code, at, is_being_sent, bytes FROM batches
                WHERE id = $1 AND owner = $2 AND bytes IS NOT NULL
                """, [.text(id), .text(owner)]
            ) { row throws(SQLFault) in UploadedBatch(heading: try row.batchHeading(), bytes: try row.bytes(6)) }
        }
    }

    package func batches(of owner: String) async throws(StoreError) -> [BatchHeading] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, owner, employer, credit_code, at, is_being_sent FROM batches
                WHERE owner = $1 AND digest IS NOT NULL ORDER BY at DESC, id
                """, [.text(owner)]
            ) { row throws(SQLFault) in try row.batchHeading() }
        }
    }

    package func rows(of batch: String) async throws(StoreError) -> [Int: BatchRowState] {
        try await read { connection in
            let rows = try connection.rows(
                "SELECT place, state, case_number, why_chinese, why_english FROM batch_rows WHERE batch = $1",
                [.text(batch)]
            ) { row throws(SQLFault) in (try row.int(0), try row.batchRowState()) }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }

    package func choose(_ choices: [Int: BatchRowState?], in batch: String) async throws(StoreError) {
        try await writes.perform { transaction in
            let connection = transaction.connection
            for (row, choice) in choices.sorted(by: { $0.key < $1.key }) {
                try connection.run(
                    "DELETE FROM batch_rows WHERE batch = $1 AND place = $2 AND state IN ('left-out', 'taken')",
                    .text(batch), .integer(row))
                if let choice { try connection.keep(choice, ofRow: row, in: batch) }
            }
        }
    }

    package func keep(_ outcome: BatchRowState, ofRow row: Int, in batch: String) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                "DELETE FROM batch_rows WHERE batch = $1 AND place = $2 AND state IN ('left-out', 'taken')",
                .text(batch), .integer(row))
            try transaction.connection.keep(outcome, ofRow: row, in: batch)
        }
    }

    package func beginSending(_ batch: String, of owner: String, at: Instant) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                UPDATE batches SET is_being_sent = 1
                WHERE id = $1 AND owner = $2 AND is_being_sent = 0 AND bytes IS NOT NULL
                """, .text(batch), .text(owner)) == 1
        }
    }

    package func endSending(_ batch: String) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run("UPDATE batches SET is_being_sent = 0 WHERE id = $1", .text(batch))
        }
    }

    package func batchesBeingSent() async throws(StoreError) -> [BatchHeading] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, owner, employer, credit_code, at, is_being_sent FROM batches
                WHERE is_being_sent = 1 AND digest IS NOT NULL ORDER BY at, id
                """
            ) { row throws(SQLFault) in try row.batchHeading() }
        }
    }
}

extension SQLConnection {
    fileprivate func keep(_ state: BatchRowState, ofRow row: Int, in batch: String) throws(SQLFault) {
        var (word, number, why): (String, String?, Wording?) = ("taken", nil, nil)
        switch state {
        case .leftOut: word = "left-out"
        case .taken: break
        case .lodged(let lodged): (word, number) = ("lodged", lodged.text)
        case .refused(let words): (word, why) = ("refused", words)
        }
        try run(
            """
            INSERT INTO batch_rows (batch, place, state, case_number, why_chinese, why_english)
            VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING
            """, .text(batch), .integer(row), .text(word), .text(number), .text(why?.chinese), .text(why?.english))
    }

    /// The oldest of an owner that is not being sent makes room for the next.
    fileprivate func makeRoom(for owner: String) throws(SQLFault) {
        let there = try integer(
            "SELECT count(*) FROM batches WHERE owner = $1 AND digest IS NOT NULL", [.text(owner)])
        guard there ?? 0 >= EmployerLimits.batchesOfOne else { return }
        let oldest = try first(
            """
            SELECT id FROM batches WHERE owner = $1 AND digest IS NOT NULL AND is_being_sent = 0
            ORDER BY at, id LIMIT 1
            """, [.text(owner)]
        ) { row throws(SQLFault) in try row.text(0) }
        guard let oldest else { return }
        try run(
            "UPDATE batches SET bytes = NULL, digest = NULL WHERE id = $1", .text(oldest))
        try run("DELETE FROM batch_rows WHERE batch = $1 AND state <> 'lodged'", .text(oldest))
    }

    /// Deletes the files that were uploaded before a moment and are not being sent.
    func forgetFiles(before moment: Instant) throws(SQLFault) {
        try run(
            """
            DELETE FROM batch_rows WHERE state <> 'lodged' AND batch IN (
                SELECT id FROM batches WHERE at < $1 AND is_being_sent = 0 AND digest IS NOT NULL)
            """, .integer(moment.milliseconds))
        try run(
            """
            UPDATE batches SET bytes = NULL, digest = NULL
            WHERE at < $1 AND is_being_sent = 0 AND digest IS NOT NULL
            """, .integer(moment.milliseconds))
    }
}

extension SQLRow {
    /// The columns id, owner, employer, credit_code, at, is_being_sent.
    fileprivate func batchHeading() throws(SQLFault) -> BatchHeading {
        BatchHeading(
            id: try text(0), owner: try text(1), employer: try text(2),
            creditCode: try value(3, "credit code") { try? CreditCode($0) }, at: try instant(4),
            isBeingSent: try flag(5))
    }

    /// The columns place, state, case_number, why_chinese, why_english.
    fileprivate func batchRowState() throws(SQLFault) -> BatchRowState {
        switch try text(1) {
        case "left-out": .leftOut
        case "taken": .taken
        case "lodged": .lodged(try caseNumber(2))
        case "refused": .refused(Wording(chinese: try text(3), english: try text(4)))
        default: throw unreadable(1, "state of a row")
        }
    }
}
