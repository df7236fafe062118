package import Casework
package import TransferCore

extension JiexuStore: WorkStore {
    package func keep(_ job: NewJob) async throws(StoreError) -> JobID {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let id = try connection.integer(
                "INSERT INTO jobs (work, bytes, maker, account, at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
                [
                    .text(job.work.rawValue), .bytes(job.bytes), .text(job.maker), .text(job.account),
                    .integer(job.at.milliseconds),
                ])
            guard let id else { throw StoreError.corrupt("a job was kept without an id") }
            for (place, item) in job.items.enumerated() {
                try connection.run(
                    """
                    INSERT INTO job_items (job, place, case_id, version)
                    VALUES ($1, $2, (SELECT id FROM cases WHERE number = $3), $4)
                    """, .integer(id), .integer(place + 1), .text(item.number.text), .integer(item.version))
            }
            try connection.keep(JobMove(job.state, by: job.maker, at: job.at), of: id)
            return id
        }
    }

    package func job(_ id: JobID) async throws(StoreError) -> Job? {
        try await read { connection in
            try connection.first(
                """
                SELECT id, work, bytes, maker, account, at,
                    (SELECT count(*) FROM job_items WHERE job = jobs.id),
                    (SELECT count(*) FROM job_results WHERE job = jobs.id),
                    (SELECT state FROM job_moves WHERE job = jobs.id ORDER BY id DESC LIMIT 1),
                    (SELECT person FROM job_moves
                        WHERE job = jobs.id AND state = 'running' AND person IS NOT NULL AND person <> maker
                        ORDER BY id LIMIT 1)
                FROM jobs WHERE id = $1
                """, [.integer(id)]
            ) { row throws(SQLFault) in try row.job() }
        }
    }

    package func jobs(limit: Int) async throws(StoreError) -> [Job] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, work, bytes, maker, account, at,
                    (SELECT count(*) FROM job_items WHERE job = jobs.id),
                    (SELECT count(*) FROM job_results WHERE job = jobs.id),
                    (SELECT state FROM job_moves WHERE job = jobs.id ORDER BY id DESC LIMIT 1),
                    (SELECT person FROM job_moves
                        WHERE job = jobs.id AND state = 'running' AND person IS NOT NULL AND person <> maker
                        ORDER BY id LIMIT 1)
                FROM jobs ORDER BY id DESC LIMIT $1
                """, [.integer(limit)]
            ) { row throws(SQLFault) in try row.job() }
        }
    }

    package func jobsUnderWay() async throws(StoreError) -> [Job] {
        try await read { connection in
            try connection.rows(
                """
                SELECT id, work, bytes, maker, account, at,
                    (SELECT count(*) FROM job_items WHERE job = jobs.id),
                    (SELECT count(*) FROM job_results WHERE job = jobs.id),
                    (SELECT state FROM job_moves WHERE job = jobs.id ORDER BY id DESC LIMIT 1),
                    (SELECT person FROM job_moves
                        WHERE job = jobs.id AND state = 'running' AND person IS NOT NULL AND person <> maker
                        ORDER BY id LIMIT 1)
                FROM jobs
                WHERE (SELECT state FROM job_moves WHERE job = jobs.id ORDER BY id DESC LIMIT 1)
                    IN ('proposing', 'running')
                ORDER BY id
                """
            ) { row throws(SQLFault) in try row.job() }
        }
    }

    package func items(of job: JobID, after place: Int, limit: Int) async throws(StoreError) -> [JobItem] {
        try await read { connection in
            try connection.rows(
                """
                SELECT job_items.place, cases.number, job_items.version,
                    (SELECT max(id) FROM proposals WHERE job = $1 AND case_id = job_items.case_id),
                    outcome, why, job_results.at
                FROM job_items JOIN cases ON cases.id = job_items.case_id
                    LEFT JOIN job_results ON job_results.job = $1 AND job_results.place = job_items.place
                WHERE job_items.job = $1 AND job_items.place > $2 ORDER BY job_items.place LIMIT $3
                """, [.integer(job), .integer(place), .integer(limit)]
            ) { row throws(SQLFault) in try row.jobItem() }
        }
    }

    package func openItems(of job: JobID, unproposed: Bool, limit: Int) async throws(StoreError) -> [JobItem] {
        try await read { connection in
            try connection.rows(
                """
                SELECT job_items.place, cases.number, job_items.version,
                    (SELECT max(id) FROM proposals WHERE job = $1 AND case_id = job_items.case_id),
                    NULL, NULL, NULL
                FROM job_items JOIN cases ON cases.id = job_items.case_id
                WHERE job_items.job = $1
                    AND NOT EXISTS (SELECT 1 FROM job_results WHERE job = $1 AND place = job_items.place)
                    AND ($2 = 0 OR NOT EXISTS (
                        SELECT 1 FROM proposals WHERE job = $1 AND case_id = job_items.case_id))
                ORDER BY job_items.place LIMIT $3
                """, [.integer(job), .flag(unproposed), .integer(limit)]
            ) { row throws(SQLFault) in try row.jobItem() }
        }
    }

    package func keep(_ result: JobItem.Result, of place: Int, in job: JobID) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO job_results (job, place, outcome, why, at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT DO NOTHING
                """, .integer(job), .integer(place), .text(result.outcome.rawValue), .text(result.why?.bounded),
                .integer(result.at.milliseconds))
        }
    }

    package func move(_ job: JobID, from state: Job.State, _ move: JobMove) async throws(StoreError) {
        try await writes.perform { transaction in
            let now = try transaction.connection.first(
                "SELECT state FROM job_moves WHERE job = $1 ORDER BY id DESC LIMIT 1", [.integer(job)]
            ) { row throws(SQLFault) in try row.word(0, as: Job.State.self) }
            guard now == state else { throw StoreError.duplicate }
            try transaction.connection.keep(move, of: job)
        }
    }
}

// MARK: - Looking for what is stuck

extension JiexuStore {
    package var writeStamp: Int64 { writes.commits }

    package func stalledCandidates(
        today: CivilDate, after: CaseNumber?, limit: Int
    ) async throws(StoreError) -> [CaseNumber] {
        try await read { connection in
            // Everything that may be a cause has a row somewhere: an alert, a bounce, work that is not done, a document
            // without a receipt. What of it still holds is judged by the case itself.
            try connection.rows(
                """
                SELECT number FROM cases
                WHERE number > $1 AND id IN (
                    SELECT id FROM cases
                    WHERE is_terminal = 0 AND (
                        due < $2
                        OR EXISTS (SELECT 1 FROM alerts WHERE case_id = cases.id)
                        OR EXISTS (SELECT 1 FROM effects WHERE case_id = cases.id AND is_done = 0)
                        OR EXISTS (SELECT 1 FROM orders WHERE case_id = cases.id AND outcome = 'bounced')
                        OR EXISTS (SELECT 1 FROM notices WHERE case_id = cases.id AND name = 'choice-needed')
                        OR phase LIKE 'holding-funds%' OR phase IN ('query-asked', 'query-received', 'return-owed'))
                    UNION SELECT case_id FROM alerts WHERE name IN ('surplus-funds', 'person-ended')
                    UNION SELECT case_id FROM outbox JOIN documents ON documents.position = outbox.document
                        WHERE delivered_at IS NULL
                    UNION SELECT cases.id FROM digest_differences JOIN cases ON cases.number = case_number
                        WHERE cleared_at IS NULL)
                ORDER BY number LIMIT $3
                """, [.text(after?.text ?? ""), .integer(today.dayNumber), .integer(limit)]
            ) { row throws(SQLFault) in try row.caseNumber(0) }
        }
    }

    package func casesDue(
        from: CivilDate, through: CivilDate, limit: Int
    ) async throws(StoreError) -> [CaseListEntry] {
        try await read { connection in
            try connection.rows(
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases WHERE due BETWEEN $1 AND $2 AND is_terminal = 0 ORDER BY due, number LIMIT $3
                """, [.integer(from.dayNumber), .integer(through.dayNumber), .integer(limit)]
            ) { row throws(SQLFault) in
                CaseListEntry(
                    number: try row.caseNumber(0), role: try row.word(1, as: Role.self), origin: try row.agency(2),
                    destination: try row.agency(3), residentID: try row.residentID(4), openedAt: try row.instant(5),
                    summary: try row.summary(from: 6))
            }
        }
    }
}

extension SQLConnection {
    fileprivate func keep(_ move: JobMove, of job: JobID) throws(SQLFault) {
        try run(
            "INSERT INTO job_moves (job, state, person, reason, at) VALUES ($1, $2, $3, $4, $5)", .integer(job),
            .text(move.state.rawValue), .text(move.person), .text(move.text), .integer(move.at.milliseconds))
    }
}

extension SQLRow {
    /// The columns id, work, bytes, maker, account, at, then the counts, the state and the checker.
    fileprivate func job() throws(SQLFault) -> Job {
        Job(
            id: try integer(0), work: try word(1, as: Job.Work.self), bytes: try bytes(2), maker: try text(3),
            account: try text(4), at: try instant(5), total: try int(6), finished: try int(7),
            state: try word(8, as: Job.State.self), checker: try optionalText(9))
    }

    /// The columns place, number, version, proposal, outcome, why, at.
    fileprivate func jobItem() throws(SQLFault) -> JobItem {
        let result =
            isNull(4)
            ? nil
            : JobItem.Result(
                try word(4, as: JobItem.Outcome.self), why: try optionalText(5), at: try instant(6))
        return JobItem(
            place: try int(0), number: try caseNumber(1), version: try int(2), proposal: try optionalInteger(3),
            result: result)
    }
}
