import Casework
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Checking every case of a node` {
    private static func findings(at node: PairNode) async throws -> [AuditFinding] {
        var findings: [AuditFinding] = []
        try await CaseAudit.checkAll(
            node.realStore, agency: node.desk.agency, directory: PairNetwork.shared.directory
        ) { findings.append($0) }
        return findings
    }

    @Test func `finds nothing after transfers, pay-outs, refusals and a lost answer`() async throws {
        try await NodePair.run { pair in
            pair.road.script { $0.earlier == 0 ? .answerIsLost : .arrivesTwice }
            _ = try await pair.transfer(PairCast.application(branches: [.medical, .housing]))
            for node in pair.nodes {
                #expect(try await Self.findings(at: node) == [])
                #expect(try await node.audit.verify() == [])
            }
        }
    }

    /// What is changed behind the back of the node at the origin, and the words of what is found.
    static let damages: [(sql: String, words: String)] = [
        ("UPDATE cases SET phase = 'awaiting-completion'", "its summary says phase"),
        ("UPDATE cases SET holder = 'destination'", "its summary says holder"),
        ("UPDATE cases SET since = since + 1000", "its summary says since"),
        ("UPDATE events SET name = 'nothing-happened' WHERE sequence = 2", "event 2: there is no event"),
        ("UPDATE events SET name = 'completion-arrived' WHERE sequence = 2", "event 2: "),
        (
            """
            DELETE FROM posting_lines WHERE group_id = (SELECT max(id) FROM posting_groups);
            DELETE FROM posting_groups WHERE id = (SELECT max(id) FROM posting_groups);
            """, "causes a posting"
        ),
        ("UPDATE posting_groups SET kind = 'credit-held' WHERE id = 1", "no event causes it"),
        (
            """
            INSERT INTO posting_groups (id, case_id, case_version, kind) VALUES (99, 1, 1, 'remittance-paid');
            INSERT INTO posting_lines (group_id, line, account, amount) VALUES (99, 1, 'bank', -100), (99, 2, 'pooled', 100);
            """, "no event causes it"
        ),
        ("UPDATE orders SET outcome = 'bounced', outcome_word = 'AC04'", "it has bounced, and 1 debit lines stand"),
        ("UPDATE orders SET outcome = NULL, outcome_word = NULL", "it has no outcome, and 1 bank lines"),
        ("UPDATE orders SET outcome_word = 'another'", "which is no debit line"),
        ("UPDATE orders SET amount = amount + 1", "a bank line has another amount"),
        ("UPDATE bank_lines SET amount = amount + 1", "its bank lines come to"),
        ("DELETE FROM bank_lines", "its bank lines come to"),
        ("UPDATE receipts SET is_refused = 1 WHERE document = 1", "says another result"),
        (
            "UPDATE receipts SET bytes = (SELECT r.bytes FROM receipts AS r WHERE r.document <> receipts.document LIMIT 1)",
            "it is for another document"
        ),
        ("UPDATE receipts SET bytes = X'7B7D' WHERE document = 2", "the receipt for document 1 of 440300"),
        ("DELETE FROM receipts WHERE document = 1", "was taken without a receipt"),
        (
            "UPDATE documents SET bytes = (SELECT d.bytes FROM documents AS d WHERE d.position <> documents.position LIMIT 1)",
            "it says other things than the table"
        ),
        ("UPDATE documents SET kind = 'return-note' WHERE position = 1", "it says other things than the table"),
    ]

    @Test(.enabled(if: TestStore.speaksSQLite), arguments: damages.indices)
    func `finds what was changed behind its back, and names the case`(
        place: Int
    ) async throws {
        let (sql, words) = Self.damages[place]
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            #expect(try await Self.findings(at: pair.origin) == [])
            try await pair.origin.runUnguarded(sql)
            let findings = try await Self.findings(at: pair.origin)
            #expect(findings.contains { $0.place == number.text && $0.what.contains(words) }, "\(findings)")
        }
    }
}
