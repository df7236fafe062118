package import Casework
package import TransferCore

extension JiexuStore {
    package func caseList(_ filter: CaseFilter) async throws(StoreError) -> [CaseListEntry] {
        try await read { connection in
            try connection.rows(
                """
                SELECT number, role, origin, destination, resident_id, opened_at, phase, holder, since, due,
                    is_due_provisional, is_overdue_reported, is_terminal
                FROM cases
                WHERE number > $1 AND ($2 IS NULL OR lodged_by = $2) AND ($3 = 0 OR is_terminal = 0)
                    AND ($4 IS NULL OR phase = $4)
                ORDER BY number LIMIT $5
                """,
                [
                    .text(filter.after?.text ?? ""), .text(filter.lodgedBy), .flag(filter.onlyLive),
                    .text(filter.phase),
                    .integer(max(1, min(1_000, filter.limit))),
                ]
            ) { row throws(SQLFault) in
                CaseListEntry(
                    number: try row.caseNumber(0), role: try row.word(1, as: Role.self), origin: try row.agency(2),
                    destination: try row.agency(3), residentID: try row.residentID(4), openedAt: try row.instant(5),
                    summary: try row.summary(from: 6))
            }
        }
    }

    package func notices(of number: CaseNumber) async throws(StoreError) -> [StoredNotice] {
        try await read { connection in
            try connection.rows(
                """
                SELECT branch, name, code, at FROM notices
                WHERE case_id = (SELECT id FROM cases WHERE number = $1) ORDER BY id
                """, [.text(number.text)]
            ) { row throws(SQLFault) in
                StoredNotice(
                    branch: try row.word(0, as: Branch.self), name: try row.text(1), code: try row.optionalText(2),
                    at: try row.instant(3))
            }
        }
    }

    package func postings(of number: CaseNumber) async throws(StoreError) -> [Posting] {
        try await read { connection in
            let rows = try connection.rows(
                """
                SELECT posting_groups.id, kind, account, amount
                FROM posting_groups LEFT JOIN posting_lines ON posting_lines.group_id = posting_groups.id
                WHERE case_id = (SELECT id FROM cases WHERE number = $1) ORDER BY posting_groups.id, line
                """, [.text(number.text)]
            ) { row throws(SQLFault) in
                let line = row.isNull(2) ? nil : (account: try row.text(2), amount: try row.money(3))
                return (group: try row.integer(0), kind: try row.word(1, as: Posting.Kind.self), line: line)
            }
            var postings: [Posting] = []
            var first = 0
            for place in rows.indices where place + 1 == rows.count || rows[place + 1].group != rows[place].group {
                let lines = rows[first...place].compactMap(\.line)
                postings.append(
                    try Posting(kind: rows[first].kind, lines: lines, group: rows[first].group, of: number))
                first = place + 1
            }
            return postings
        }
    }

    package func ledgerBalances() async throws(StoreError) -> [String: Money] {
        try await read { connection in
            let rows = try connection.rows("SELECT account, sum(amount) FROM posting_lines GROUP BY account") {
                row throws(SQLFault) in (try row.text(0), try row.money(1))
            }
            return Dictionary(uniqueKeysWithValues: rows)
        }
    }

    package func counts() async throws(StoreError) -> StoreCounts {
        try await read { connection in
            try connection.snapshot { () throws(SQLFault) in try connection.counts() }
        }
    }

    package var effort: StoreEffort { StoreEffort(commits: writes.commits, microseconds: writes.microseconds) }

    /// How many documents of a kind were kept behind a position, and up to where that was looked: for whoever follows what
    /// happens without counting all of it again.
    package func documents(
        of kind: DocumentKind, after position: Int64
    ) async throws(StoreError) -> (count: Int, last: Int64) {
        try await read { connection in
            let found = try connection.first(
                """
                SELECT coalesce(sum(CASE kind WHEN $1 THEN 1 ELSE 0 END), 0), coalesce(max(position), $2) FROM documents
                WHERE position > $2
                """, [.text(kind.rawValue), .integer(position)]
            ) { row throws(SQLFault) in (count: try row.int(0), last: try row.integer(1)) }
            return found ?? (0, position)
        }
    }
}

extension SQLConnection {
    fileprivate func counts() throws(SQLFault) -> StoreCounts {
        var counts = StoreCounts()
        // Live cases are few; those that have ended were counted when they did.
        try forEachRow(
            """
            SELECT phase, count(*), CAST(sum(version) AS BIGINT) FROM cases WHERE is_terminal = 0 GROUP BY phase
            UNION ALL
            SELECT phase, CAST(sum(cases) AS BIGINT), CAST(sum(events) AS BIGINT) FROM ended_cases GROUP BY phase
            """, []
        ) { row throws(SQLFault) in
            let cases = try row.int(1)
            guard cases > 0 else { return }
            counts.casesByPhase[try row.text(0), default: 0] += cases
            counts.events += try row.int(2)
        }
        try forEachRow(
            """
            SELECT recipient, count(*), min(queued_at) FROM outbox WHERE delivered_at IS NULL GROUP BY recipient
            """, []
        ) { row throws(SQLFault) in
            let recipient = try row.agency(0)
            counts.outboxByRecipient[recipient] = try row.int(1)
            counts.oldestOutboxAt[recipient] = try row.instant(2)
        }
        func count(_ sql: StaticString) throws(SQLFault) -> Int { Int(try integer(sql) ?? 0) }
        counts.openEffects = try count("SELECT count(*) FROM effects WHERE is_done = 0")
        counts.ordersWaiting = try count("SELECT count(*) FROM orders WHERE message_id IS NULL AND outcome IS NULL")
        counts.unmatchedBankLines = try count("SELECT count(*) FROM bank_lines WHERE case_id IS NULL")
        // Nothing of these is ever deleted, so that the last position says how many there are.
        counts.documents = try count("SELECT coalesce(max(position), 0) FROM documents")
        counts.postings = try count("SELECT coalesce(max(id), 0) FROM posting_groups")
        counts.auditLeaves = try count("SELECT coalesce(max(position) + 1, 0) FROM audit_leaves")
        return counts
    }
}

extension Posting {
    /// A posting as it was made.
    ///
    /// - Throws: ``StoreError/corrupt(_:)`` when a posting of its kind has other accounts, or does not sum to zero.
    fileprivate init(
        kind: Kind, lines: [(account: String, amount: Money)], group: Int64, of number: CaseNumber
    ) throws {
        var read: [Line] = []
        for line in lines {
            guard let account = LedgerAccount(name: line.account) else {
                throw StoreError.corrupt("posting group \(group) of case \(number) names no account: \(line.account)")
            }
            read.append(Line(account, line.amount))
        }
        guard let posting = Posting(kind, stored: read) else {
            throw StoreError.corrupt("posting group \(group) of case \(number) is not one of kind \(kind.rawValue)")
        }
        self = posting
    }
}
