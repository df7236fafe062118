import Casework
import TransferCore
import TransferDocuments

// What people decide, tables, alarms, and what was brought back.

extension Examination {
    mutating func examineDecisionLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, proposals.id, number, proposals.version, action, bytes, maker, account,
                proposals.at, job, digest
            FROM audit_leaves AS leaves LEFT JOIN proposals ON proposals.id = leaves.subject
                LEFT JOIN cases ON cases.id = proposals.case_id
            WHERE leaves.kind = 'proposal'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2), !row.isNull(3) else {
                return find("audit leaf \(leaf)", "its proposal is missing", leaf: leaf)
            }
            let proposal = NewProposal(
                number: try row.caseNumber(3), version: try row.int(4), action: try row.text(5),
                bytes: try row.bytes(6),
                maker: try row.text(7), account: try row.text(8), at: try row.instant(9),
                job: try row.optionalInteger(10))
            let id = try row.integer(2)
            compare(try row.digest(1), AuditLeaf.proposal(id, proposal), leaf, "proposal \(id)")
        }
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, proposal, is_approval, person, account, reason, at
            FROM audit_leaves AS leaves LEFT JOIN proposal_verdicts ON proposal_verdicts.proposal = leaves.subject
            WHERE leaves.kind = 'verdict'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2) else { return find("audit leaf \(leaf)", "its verdict is missing", leaf: leaf) }
            let verdict = Proposal.Verdict(
                isApproval: try row.flag(3), person: try row.text(4), account: try row.text(5),
                text: try row.optionalText(6), at: try row.instant(7))
            let id = try row.integer(2)
            compare(try row.digest(1), AuditLeaf.verdict(verdict, on: id), leaf, "verdict on proposal \(id)")
        }
    }

    mutating func examineRuleLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, name, version, imported_at, imported_by, bytes
            FROM audit_leaves AS leaves LEFT JOIN rule_tables ON rule_tables.id = leaves.subject
            WHERE leaves.kind = 'rules'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2) else { return find("audit leaf \(leaf)", "its table is missing", leaf: leaf) }
            let table = StoredRuleTable(
                name: try row.word(2, as: RuleTableName.self), version: try row.text(3), importedAt: try row.instant(4),
                importedBy: try row.text(5), bytes: try row.bytes(6))
            compare(
                try row.digest(1), AuditLeaf.rules(table), leaf, "table \(table.name.rawValue) \(table.version)")
        }
    }

    mutating func examineAlarmLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, given.id, person, account, reason, given.at, shown, held
            FROM audit_leaves AS leaves LEFT JOIN alarm_acknowledgements AS given ON given.id = leaves.subject
                LEFT JOIN head_conflicts ON head_conflicts.id = given.conflict
            WHERE leaves.kind = 'acknowledgement'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2), !row.isNull(7) else {
                return find("audit leaf \(leaf)", "its acknowledgement is missing", leaf: leaf)
            }
            let given = HeadAlarm.Acknowledgement(
                person: try row.text(3), account: try row.text(4), reason: try row.text(5), at: try row.instant(6))
            compare(
                try row.digest(1),
                AuditLeaf.acknowledgement(given, shown: try row.bytes(7), held: try row.bytes(8)), leaf,
                "acknowledgement \(try row.integer(2))")
        }
    }

    mutating func examineRecoveredLeaves() throws(SQLFault) {
        try connection.forEachRow(
            """
            SELECT leaves.position, hash, id, epoch, case_number, sender, sequence, bytes, receipt, at
            FROM audit_leaves AS leaves LEFT JOIN recovered_documents ON recovered_documents.id = leaves.subject
            WHERE leaves.kind = 'recovered'
            """, []
        ) { row throws(SQLFault) in
            let leaf = try row.integer(0)
            guard !row.isNull(2) else { return find("audit leaf \(leaf)", "its document is missing", leaf: leaf) }
            let name = "recovered document \(try row.integer(2))"
            guard let payload = payload(of: try row.bytes(7)) else {
                return find(name, "its bytes are not a compact JWS", leaf: leaf)
            }
            let document = RecoveredDocument(
                epoch: try row.int(3), number: try row.caseNumber(4), sender: try row.agency(5),
                sequence: try row.int(6), digest: DocumentDigest(of: payload), bytes: try row.bytes(7),
                receipt: row.isNull(8) ? nil : try row.bytes(8), at: try row.instant(9))
            compare(try row.digest(1), AuditLeaf.recovered(document), leaf, name)
        }
    }
}
