package import Casework
package import TransferCore
import TransferDocuments

// What is said of the cases with one agency: read off the tables, without the bytes of documents.

extension JiexuStore {
    package func sharedCases(
        with peers: [AgencyCode], after: CaseNumber?, endedSince: Instant, limit: Int
    ) async throws(StoreError) -> [CaseFacts] {
        try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                var rows: [SharedCase] = []
                for peer in peers {
                    rows += try connection.rows(
                        """
                        SELECT id, number, role, payouts, is_terminal, since, origin, destination FROM cases
                        WHERE (CASE role WHEN 'destination' THEN origin ELSE destination END) = $1 AND number > $2
                            AND (is_terminal = 0 OR since >= $3)
                        ORDER BY number LIMIT $4
                        """,
                        [
                            .text(peer.text), .text(after?.text ?? ""), .integer(endedSince.milliseconds),
                            .integer(limit),
                        ]
                    ) { row throws(SQLFault) in try row.sharedCase() }
                }
                rows.sort { $0.number < $1.number }
                return try rows.prefix(limit).map { row throws(SQLFault) in try connection.facts(of: row) }
            }
        }
    }

    package func sharedCases(with peers: [AgencyCode], named: [CaseNumber]) async throws(StoreError) -> [CaseFacts] {
        let peers = Set(peers)
        return try await read { connection in
            try connection.snapshot { () throws(SQLFault) in
                var facts: [CaseFacts] = []
                for number in named.sorted() {
                    let found = try connection.first(
                        """
                        SELECT id, number, role, payouts, is_terminal, since, origin, destination FROM cases
                        WHERE number = $1
                        """, [.text(number.text)]
                    ) { row throws(SQLFault) in try row.sharedCase() }
                    guard let found, peers.contains(found.peer) else { continue }
                    facts.append(try connection.facts(of: found))
                }
                return facts
            }
        }
    }

    package func casePeers() async throws(StoreError) -> [AgencyCode] {
        try await read { connection in
            var peers: [AgencyCode] = []
            // From one peer to the next along the index, so that the cases between them are not looked at.
            while true {
                let next = try connection.first(
                    """
                    SELECT CASE role WHEN 'destination' THEN origin ELSE destination END FROM cases
                    WHERE (CASE role WHEN 'destination' THEN origin ELSE destination END) > $1
                    ORDER BY (CASE role WHEN 'destination' THEN origin ELSE destination END) LIMIT 1
                    """, [.text(peers.last?.text ?? "")]
                ) { row throws(SQLFault) in try row.agency(0) }
                guard let next else { return peers }
                peers.append(next)
            }
        }
    }
}

/// A row of `cases`, as far as the other side may know of it.
private struct SharedCase {
    let id: Int64
    let number: CaseNumber
    let role: Role
    let payouts: [Branch]
    let isTerminal: Bool
    let since: Instant
    let peer: AgencyCode
}

extension SQLRow {
    /// The columns id, number, role, payouts, is_terminal, since, origin, destination.
    fileprivate func sharedCase() throws(SQLFault) -> SharedCase {
        let role = try word(2, as: Role.self)
        return SharedCase(
            id: try integer(0), number: try caseNumber(1), role: role,
            payouts: try value(3, "list of branches", [Branch].init(column:)), isTerminal: try flag(4),
            since: try instant(5), peer: try agency(role == .destination ? 6 : 7))
    }
}

extension SQLConnection {
    fileprivate func facts(of item: SharedCase) throws(SQLFault) -> CaseFacts {
        var movedAt = item.since
        var events: [CaseFacts.Event] = []
        try forEachRow(
            "SELECT branch, name, code, at FROM events WHERE case_id = $1 ORDER BY sequence", [.integer(item.id)]
        ) { row throws(SQLFault) in
            movedAt = max(movedAt, try row.instant(3))
            events.append(
                CaseFacts.Event(
                    branch: try row.word(0, as: Branch.self), name: try row.text(1), code: try row.optionalText(2)))
        }
        var documents: [CaseFacts.Document] = []
        try forEachRow(
            """
            SELECT digest, at, outbox.document, delivered_at, receipts.document, is_refused
            FROM documents LEFT JOIN outbox ON outbox.document = documents.position
                LEFT JOIN receipts ON receipts.document = documents.position
            WHERE case_id = $1 ORDER BY documents.position
            """, [.integer(item.id)]
        ) { row throws(SQLFault) in
            movedAt = max(movedAt, try row.instant(1))
            if !row.isNull(3) { movedAt = max(movedAt, try row.instant(3)) }
            documents.append(
                CaseFacts.Document(
                    isOwn: !row.isNull(2), digest: try row.digest(0), hasReceipt: !row.isNull(4),
                    isRefused: row.isNull(5) ? false : try row.flag(5)))
        }
        var notice: [UInt8]?
        if item.role == .origin {
            notice = try first(
                """
                SELECT documents.bytes FROM documents
                    JOIN receipts ON receipts.document = documents.position AND is_refused = 0
                WHERE case_id = $1 AND kind = 'completion-notice' ORDER BY documents.position DESC LIMIT 1
                """, [.integer(item.id)]
            ) { row throws(SQLFault) in try row.bytes(0) }
        }
        return CaseFacts(
            number: item.number, role: item.role, payouts: item.payouts, isTerminal: item.isTerminal,
            since: item.since, events: events, movedAt: movedAt, documents: documents,
            postings: try postings(ofCaseRow: item.id).map(\.posting),
            completionNotice: notice)
    }

    /// The groups of postings of a case by their published names, each with its id and the version of the case that it was
    /// committed with.
    func postings(
        ofCaseRow id: Int64
    ) throws(SQLFault) -> [(id: Int64, version: Int, posting: CaseFacts.Posting)] {
        var groups: [(id: Int64, version: Int, kind: String, lines: [CaseFacts.Posting.Line])] = []
        try forEachRow(
            """
            SELECT posting_groups.id, case_version, kind, account, amount
            FROM posting_groups LEFT JOIN posting_lines ON posting_lines.group_id = posting_groups.id
            WHERE case_id = $1 ORDER BY posting_groups.id, line
            """, [.integer(id)]
        ) { row throws(SQLFault) in
            let group = try row.integer(0)
            if groups.last?.id != group {
                groups.append((id: group, version: try row.int(1), kind: try row.text(2), lines: []))
            }
            guard !row.isNull(3) else { return }
            groups[groups.count - 1].lines.append(.init(account: try row.text(3), amount: try row.money(4)))
        }
        return groups.map { ($0.id, $0.version, CaseFacts.Posting(kind: $0.kind, lines: $0.lines)) }
    }
}
