package import Casework
import TransferCore
package import TransferDocuments

/// Looks whether a store still is what was written: recomputes what can be recomputed, and compares.
///
/// It reads one view of the database and changes nothing. It trusts no column that says what another one proves.
package struct StoreAudit: Sendable {
    private let store: JiexuStore

    package init(_ store: JiexuStore) { self.store = store }

    /// Something that is not as it should be.
    package struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// The row, for a person who looks for it: `posting group 17`, `event 3 of 370700-2026-0000012-K`.
        package let row: String
        package let what: String
        /// The leaf of the log that is not that of its row; nil where none is known to be.
        package var leaf: Int64?
        /// Whether it is only that something was counted wrongly, which ``JiexuStore/recount()`` mends.
        package var isOfCounts = false

        package var description: String { "\(row): \(what)" }
    }

    /// How many leaves of a kind there are, and how many rows that must have one.
    package struct Count: Hashable, Sendable {
        package let kind: LeafEntry.Kind
        package let leaves: Int64
        package let rows: Int64
    }

    /// The counts of every kind, in the order in which the kinds are listed.
    package func counts() async throws(StoreError) -> [Count] {
        try await store.read { connection in
            try connection.snapshot { () throws(SQLFault) in
                var counts: [Count] = []
                for kind in LeafEntry.Kind.allCases {
                    let leaves = try connection.integer(
                        "SELECT count(*) FROM audit_leaves WHERE kind = $1", [.text(kind.rawValue)])
                    counts.append(Count(kind: kind, leaves: leaves ?? 0, rows: try connection.rowCount(of: kind)))
                }
                return counts
            }
        }
    }

    /// Beyond so many the rest is not listed.
    private static let limit = 1_000

    /// What is wrong, in no case more than a thousand findings; empty when nothing is.
    package func verify() async throws(StoreError) -> [Finding] {
        try await store.read { connection in
            try connection.snapshot { () throws(SQLFault) in
                var examination = Examination(connection: connection)
                try examination.examineFile()
                try examination.examineLedger()
                try examination.examineSuspense()
                try examination.examineEvents()
                try examination.examineTallies()
                try examination.examineDocuments()
                try examination.examineLeafPositions()
                try examination.examineLeafHashes()
                try examination.examineAccountTrail()
                return Array(examination.findings.prefix(StoreAudit.limit))
            }
        }
    }
}

extension SQLConnection {
    /// How many rows of a kind must have a leaf.
    fileprivate func rowCount(of kind: LeafEntry.Kind) throws(SQLFault) -> Int64 {
        let count: Int64? =
            switch kind {
            case .event: try integer("SELECT count(*) FROM events")
            case .document: try integer("SELECT count(*) FROM documents")
            case .receipt: try integer("SELECT count(*) FROM receipts")
            case .posting: try integer("SELECT count(*) FROM posting_groups")
            case .refusal: try integer("SELECT count(*) FROM refused")
            case .key, .directory, .loss, .settings:
                try integer("SELECT count(*) FROM log_notes WHERE kind = $1", [.text(kind.rawValue)])
            case .rules:
                try integer(
                    "SELECT count(*) FROM rule_tables WHERE id > (SELECT last_without FROM leaves_since WHERE kind = 'rules')"
                )
            case .proposal:
                try integer(
                    "SELECT count(*) FROM proposals WHERE id > (SELECT last_without FROM leaves_since WHERE kind = 'proposal')"
                )
            case .verdict:
                try integer(
                    """
                    SELECT count(*) FROM proposal_verdicts
                    WHERE proposal > (SELECT last_without FROM leaves_since WHERE kind = 'verdict')
                        OR proposal IN (SELECT subject FROM audit_leaves WHERE kind = 'verdict')
                    """)
            case .acknowledgement: try integer("SELECT count(*) FROM alarm_acknowledgements")
            case .recovered: try integer("SELECT count(*) FROM recovered_documents")
            }
        return count ?? 0
    }
}

/// One look at a database.
struct Examination {
    let connection: any SQLConnection
    var findings: [StoreAudit.Finding] = []

    mutating func find(_ row: String, _ what: String, leaf: Int64? = nil, isOfCounts: Bool = false) {
        findings.append(.init(row: row, what: what, leaf: leaf, isOfCounts: isOfCounts))
    }

    mutating func examineFile() throws(SQLFault) {
        switch connection.dialect {
        case .sqlite:
            let faults = try connection.rows("PRAGMA integrity_check") { row throws(SQLFault) in try row.text(0) }
            for fault in faults where fault != "ok" { find("the file", fault) }
            let orphans = try connection.rows("PRAGMA foreign_key_check") { row throws(SQLFault) in
                "\(try row.text(0)) row \(row.isNull(1) ? "?" : String(try row.integer(1))) names no row of \(try row.text(2))"
            }
            for orphan in orphans { find("the file", orphan) }
        case .postgres:
            let idle = try connection.rows(
                """
                SELECT CAST(tgrelid::regclass AS TEXT), CAST(tgname AS TEXT) FROM pg_trigger
                WHERE tgenabled <> 'O' AND tgrelid IN (
                    SELECT oid FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace))
                ORDER BY 1, 2
                """
            ) { row throws(SQLFault) in "the trigger \(try row.text(1)) of \(try row.text(0)) is switched off" }
            for trigger in idle { find("the database", trigger) }
            let broken = try connection.rows(
                """
                SELECT CAST(indexrelid::regclass AS TEXT) FROM pg_index
                WHERE NOT (indisvalid AND indisready) AND indrelid IN (
                    SELECT oid FROM pg_class WHERE relnamespace = CAST(current_schema() AS regnamespace))
                """
            ) { row throws(SQLFault) in try row.text(0) }
            for index in broken { find("the database", "the index \(index) is not valid") }
        }
    }

    mutating func examineLedger() throws(SQLFault) {
        let groups = try connection.rows(
            "SELECT group_id, count(*), sum(amount) FROM posting_lines GROUP BY group_id HAVING sum(amount) <> 0 OR count(*) < 2"
        ) { row throws(SQLFault) in (id: try row.integer(0), lines: try row.integer(1), sum: try row.integer(2)) }
        for group in groups {
            find("posting group \(group.id)", "its \(group.lines) lines sum to \(group.sum) fen")
        }
        let sum = try connection.integer("SELECT sum(amount) FROM posting_lines") ?? 0
        if sum != 0 { find("the ledger", "its accounts sum to \(sum) fen") }
    }

    /// Money that belongs to no case stands in suspense, each line once and with its own amount.
    mutating func examineSuspense() throws(SQLFault) {
        let groups = try connection.rows(
            """
            SELECT posting_groups.id, reference,
                sum(CASE WHEN account = 'bank' THEN posting_lines.amount ELSE 0 END),
                CASE WHEN direction = 'credit' THEN bank_lines.amount ELSE -bank_lines.amount END
            FROM posting_groups JOIN bank_lines ON bank_lines.reference = posting_groups.bank_reference
                JOIN posting_lines ON posting_lines.group_id = posting_groups.id
            WHERE posting_groups.kind IN ('credit-held', 'debit-held')
            GROUP BY posting_groups.id, reference, direction, bank_lines.amount
            """
        ) { row throws(SQLFault) in
            (id: try row.integer(0), line: try row.text(1), posted: try row.money(2), amount: try row.money(3))
        }
        for group in groups where group.posted != group.amount {
            find(
                "posting group \(group.id)",
                "it books \(group.posted), and the bank line \(group.line) is \(group.amount)")
        }
        let missing = try connection.rows(
            """
            SELECT reference FROM bank_lines
            WHERE case_id IS NULL AND direction = 'credit' AND return_reason IS NULL AND why <> 'reference-used-before'
                AND NOT EXISTS (SELECT 1 FROM posting_groups WHERE bank_reference = reference)
            """
        ) { row throws(SQLFault) in try row.text(0) }
        for reference in missing { find("bank line \(reference)", "it came in, and does not stand in suspense") }
    }

    /// What is counted as cases come and go, against the cases.
    mutating func examineTallies() throws(SQLFault) {
        let opened = try connection.rows(
            """
            SELECT week, CAST(sum(cases) AS BIGINT) FROM (
                SELECT week, cases FROM opened_cases
                UNION ALL SELECT (opened_at - 316800000) / 604800000, -count(*) FROM cases GROUP BY 1) AS counted
            GROUP BY week HAVING sum(cases) <> 0 ORDER BY week
            """
        ) { row throws(SQLFault) in (week: try row.integer(0), more: try row.integer(1)) }
        for item in opened {
            find(
                "the week \(Examination.week(item.week))", "\(item.more) more cases are counted as opened than were",
                isOfCounts: true)
        }
        let ended = try connection.rows(
            """
            SELECT week, phase, CAST(sum(cases) AS BIGINT), CAST(sum(days) AS BIGINT), CAST(sum(events) AS BIGINT)
            FROM (
                SELECT week, phase, cases, days, events FROM ended_cases
                UNION ALL SELECT (since - 316800000) / 604800000, phase, -count(*),
                    -sum((since - opened_at) / 86400000), -sum(version)
                FROM cases WHERE is_terminal = 1 GROUP BY 1, 2) AS counted
            GROUP BY week, phase HAVING sum(cases) <> 0 OR sum(days) <> 0 OR sum(events) <> 0 ORDER BY week, phase
            """
        ) { row throws(SQLFault) in
            (
                week: try row.integer(0), phase: try row.text(1), more: try row.integer(2), days: try row.integer(3),
                events: try row.integer(4)
            )
        }
        for item in ended {
            find(
                "the week \(Examination.week(item.week)), \(item.phase)",
                "\(item.more) more cases are counted as ended than have, with \(item.days) more days and "
                    + "\(item.events) more events", isOfCounts: true)
        }
    }

    private static func week(_ week: Int64) -> String { CaseTally.monday(of: week).map { "of \($0)" } ?? "\(week)" }

    mutating func examineEvents() throws(SQLFault) {
        let cases = try connection.rows(
            """
            SELECT number, version, count(sequence), coalesce(min(sequence), 1), coalesce(max(sequence), 0)
            FROM cases LEFT JOIN events ON events.case_id = cases.id GROUP BY cases.id
            HAVING count(sequence) <> version OR coalesce(min(sequence), 1) <> 1
                OR coalesce(max(sequence), 0) <> version
            """
        ) { row throws(SQLFault) in
            (
                number: try row.text(0), version: try row.integer(1), count: try row.integer(2),
                from: try row.integer(3), to: try row.integer(4)
            )
        }
        for item in cases {
            find(
                "case \(item.number)",
                "its version is \(item.version), and it has \(item.count) events from \(item.from) to \(item.to)")
        }
    }

    mutating func examineDocuments() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT position, digest, bytes FROM documents
            UNION ALL SELECT document, digest, renewed_signatures.bytes
            FROM renewed_signatures JOIN documents ON documents.position = document
            ORDER BY 1
            """, []
        ) {
            row throws(SQLFault) in
            let name = "document \(try row.integer(0))"
            let digest = try row.digest(1)
            guard let payload = payload(of: try row.bytes(2)) else {
                return find(name, "its bytes are not a compact JWS")
            }
            if DocumentDigest(of: payload) != digest {
                let leaf = try connection.integer(
                    "SELECT position FROM audit_leaves WHERE kind = 'document' AND subject = $1",
                    [.integer(try row.integer(0))]
                )
                find(name, "its digest is not that of its payload", leaf: leaf)
            }
        }
    }

    /// The middle of the three parts between full stops.
    func payload(of bytes: [UInt8]) -> [UInt8]? {
        let parts = bytes.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count == 3 ? Base64URL.decode(parts[1]) : nil
    }

    mutating func examineLeafPositions() throws(SQLFault) {
        let count = try connection.integer("SELECT count(*) FROM audit_leaves") ?? 0
        let first = try connection.integer("SELECT min(position) FROM audit_leaves") ?? 0
        let last = try connection.integer("SELECT max(position) FROM audit_leaves") ?? -1
        if first != 0 || last != count - 1 {
            let gap = try connection.integer(
                """
                SELECT min(position) + 1 FROM audit_leaves AS leaves
                WHERE NOT EXISTS (SELECT 1 FROM audit_leaves WHERE position = leaves.position + 1)
                """)
            find(
                "the audit leaves", "there are \(count), from position \(first) to \(last)",
                leaf: first > 0 ? 0 : gap)
        }
        let twice = try connection.rows(
            """
            SELECT kind, subject, max(position) FROM audit_leaves GROUP BY kind, coalesce(case_id, 0), subject
            HAVING count(*) > 1
            """
        ) { row throws(SQLFault) in "\(try row.text(0)) \(try row.integer(1)) twice, again at \(try row.integer(2))" }
        for leaf in twice { find("the audit leaves", leaf) }
        try examineLeafOrder()

        try examineUnlogged(
            "event",
            """
            SELECT case_id, sequence FROM events EXCEPT SELECT case_id, subject FROM audit_leaves WHERE kind = 'event'
            """)
        try examineUnlogged(
            "document",
            """
            SELECT case_id, position FROM documents
            EXCEPT SELECT case_id, subject FROM audit_leaves WHERE kind = 'document'
            """)
        try examineUnlogged(
            "receipt",
            """
            SELECT documents.case_id, document FROM receipts JOIN documents ON documents.position = document
            EXCEPT SELECT case_id, subject FROM audit_leaves WHERE kind = 'receipt'
            """)
        try examineUnlogged(
            "posting group",
            """
            SELECT coalesce(case_id, 0), id FROM posting_groups
            EXCEPT SELECT coalesce(case_id, 0), subject FROM audit_leaves WHERE kind = 'posting'
            """)
        try examineUnlogged(
            "refusal",
            "SELECT 0, id FROM refused EXCEPT SELECT 0, subject FROM audit_leaves WHERE kind = 'refusal'")
        try examineUnlogged(
            "note",
            """
            SELECT 0, id FROM log_notes
            EXCEPT SELECT 0, subject FROM audit_leaves WHERE kind IN ('key', 'directory', 'loss', 'settings')
            """)
        try examineUnlogged(
            "table of the rules",
            """
            SELECT 0, id FROM rule_tables WHERE id > (SELECT last_without FROM leaves_since WHERE kind = 'rules')
            EXCEPT SELECT 0, subject FROM audit_leaves WHERE kind = 'rules'
            """)
        try examineUnlogged(
            "proposal",
            """
            SELECT 0, id FROM proposals WHERE id > (SELECT last_without FROM leaves_since WHERE kind = 'proposal')
            EXCEPT SELECT 0, subject FROM audit_leaves WHERE kind = 'proposal'
            """)
        try examineUnlogged(
            "verdict on proposal",
            """
            SELECT 0, proposal FROM proposal_verdicts
            WHERE proposal > (SELECT last_without FROM leaves_since WHERE kind = 'verdict')
            EXCEPT SELECT 0, subject FROM audit_leaves WHERE kind = 'verdict'
            """)
        try examineUnlogged(
            "acknowledgement",
            """
            SELECT 0, id FROM alarm_acknowledgements
            EXCEPT SELECT 0, subject FROM audit_leaves WHERE kind = 'acknowledgement'
            """)
        try examineUnlogged(
            "recovered document",
            """
            SELECT 0, id FROM recovered_documents EXCEPT SELECT 0, subject FROM audit_leaves WHERE kind = 'recovered'
            """)
    }

    /// Leaves of one kind stand in the order in which their rows were written, as far as the rows have numbers.
    private mutating func examineLeafOrder() throws(SQLFault) {
        let late = try connection.rows(
            """
            SELECT position, kind, subject FROM (
                SELECT position, kind, subject,
                    lag(subject) OVER (PARTITION BY kind, CASE kind WHEN 'event' THEN case_id ELSE 0 END
                        ORDER BY position) AS before
                FROM audit_leaves WHERE kind NOT IN ('receipt', 'verdict')) AS leaves
            WHERE before >= subject ORDER BY position LIMIT 10
            """
        ) { row throws(SQLFault) in
            (leaf: try row.integer(0), name: "\(try row.text(1)) \(try row.integer(2))")
        }
        for row in late { find(row.name, "its leaf stands behind that of a later row", leaf: row.leaf) }
    }

    private mutating func examineUnlogged(_ name: String, _ sql: StaticString) throws(SQLFault) {
        let rows = try connection.rows(sql) { row throws(SQLFault) in (try row.integer(0), try row.integer(1)) }
        for (id, subject) in rows {
            let owner = id == 0 ? "" : " of case row \(id)"
            find("\(name) \(subject)\(owner)", "it has no audit leaf")
        }
    }
}

// MARK: - The hashes of the leaves

extension Examination {
    mutating func examineLeafHashes() throws(SQLFault) {
        try examineEventLeaves()
        try examineDocumentLeaves()
        try examineReceiptLeaves()
        try examinePostingLeaves()
        try examineRefusalLeaves()
        try examineNoteLeaves()
        try examineDecisionLeaves()
        try examineRuleLeaves()
        try examineAlarmLeaves()
        try examineRecoveredLeaves()
    }

    mutating func compare(_ stored: DocumentDigest, _ computed: DocumentDigest, _ leaf: Int64, _ row: String) {
        if stored != computed { find(row, "it is not what audit leaf \(leaf) was computed from", leaf: leaf) }
    }

    private mutating func examineEventLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, subject, number, branch, name, code, at, actor, cause, attachment
            FROM audit_leaves AS leaves LEFT JOIN cases ON cases.id = leaves.case_id
                LEFT JOIN events ON events.case_id = leaves.case_id AND events.sequence = leaves.subject
            WHERE leaves.kind = 'event'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(3), !row.isNull(4) else {
                return find("audit leaf \(leaf)", "its event is missing", leaf: leaf)
            }
            let (number, sequence) = (try row.caseNumber(3), try row.int(2))
            let computed = AuditLeaf.event(try row.event(from: 4), sequence: sequence, of: number)
            compare(try row.digest(1), computed, leaf, "event \(sequence) of \(number)")
        }
    }

    private mutating func examineDocumentLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, number, sender, recipient, sequence, documents.kind, digest, digest, at, NULL, NULL
            FROM audit_leaves AS leaves LEFT JOIN documents ON documents.position = leaves.subject
                LEFT JOIN cases ON cases.id = documents.case_id
            WHERE leaves.kind = 'document'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2) else { return find("audit leaf \(leaf)", "its document is missing", leaf: leaf) }
            let (number, document) = (try row.caseNumber(2), try row.document(from: 3))
            compare(
                try row.digest(1), AuditLeaf.document(document, of: number), leaf,
                "document \(document.sequence) of \(document.sender) in \(number)")
        }
    }

    private mutating func examineReceiptLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, number, sender, sequence, is_refused, receipts.bytes
            FROM audit_leaves AS leaves LEFT JOIN documents ON documents.position = leaves.subject
                LEFT JOIN cases ON cases.id = documents.case_id
                LEFT JOIN receipts ON receipts.document = leaves.subject
            WHERE leaves.kind = 'receipt'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2), !row.isNull(6) else {
                return find("audit leaf \(leaf)", "its receipt is missing", leaf: leaf)
            }
            let (number, sender, sequence) = (try row.caseNumber(2), try row.agency(3), try row.int(4))
            let computed = AuditLeaf.receipt(
                try row.bytes(6), isRefused: try row.flag(5), sender: sender, sequence: sequence, of: number)
            compare(
                try row.digest(1), computed, leaf, "receipt for document \(sequence) of \(sender) in \(number)")
        }
    }

    private mutating func examinePostingLeaves() throws(SQLFault) {
        struct Group {
            let leaf: Int64
            let hash: DocumentDigest
            let id: Int64
            let kind: String
            let number: CaseNumber?
            let reference: String?
            var lines: [(account: String, amount: Int64)] = []
        }
        var open: Group?
        func close(_ group: Group?) {
            guard let group else { return }
            let computed = AuditLeaf.posting(
                kind: group.kind, lines: group.lines, of: group.number, bankReference: group.reference)
            compare(group.hash, computed, group.leaf, "posting group \(group.id)")
        }
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, groups.id, groups.kind, number, bank_reference, account, amount
            FROM audit_leaves AS leaves LEFT JOIN posting_groups AS groups ON groups.id = leaves.subject
                LEFT JOIN cases ON cases.id = groups.case_id
                LEFT JOIN posting_lines AS lines ON lines.group_id = groups.id
            WHERE leaves.kind = 'posting' ORDER BY leaves.position, lines.line
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            if open?.leaf != leaf {
                close(open)
                open = nil
                guard !row.isNull(2) else {
                    return find("audit leaf \(leaf)", "its posting group is missing", leaf: leaf)
                }
                open = Group(
                    leaf: leaf, hash: try row.digest(1), id: try row.integer(2), kind: try row.text(3),
                    number: row.isNull(4) ? nil : try row.caseNumber(4), reference: try row.optionalText(5))
            }
            if !row.isNull(6) { open?.lines.append((account: try row.text(6), amount: try row.integer(7))) }
        }
        close(open)
    }

    private mutating func examineNoteLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, id, log_notes.kind, at, number, digest, reason
            FROM audit_leaves AS leaves LEFT JOIN log_notes
                ON log_notes.id = leaves.subject AND log_notes.kind = leaves.kind
            WHERE leaves.kind IN ('key', 'directory', 'loss', 'settings')
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2) else { return find("audit leaf \(leaf)", "its note is missing", leaf: leaf) }
            compare(try row.digest(1), AuditLeaf.note(try row.note(from: 3)), leaf, "note \(try row.integer(2))")
        }
    }

    private mutating func examineRefusalLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, id, sender, case_number, digest, code, bytes, receipt, at
            FROM audit_leaves AS leaves LEFT JOIN refused ON refused.id = leaves.subject WHERE leaves.kind = 'refusal'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2) else { return find("audit leaf \(leaf)", "its refusal is missing", leaf: leaf) }
            let (evidence, name) = (try row.evidence(from: 3), "refusal \(try row.integer(2))")
            compare(try row.digest(1), AuditLeaf.refusal(evidence), leaf, name)
            let isSigned = evidence.bytes.count { $0 == UInt8(ascii: ".") } == 2
            let payload = payload(of: evidence.bytes)
            if evidence.receipt != nil, isSigned, payload.map({ DocumentDigest(of: $0) }) != evidence.digest {
                find(name, "its digest is not that of its payload", leaf: leaf)
            }
        }
    }
}
