package import Casework
import TransferCore
import TransferDocuments

extension JiexuStore {
    package func keep(_ proposal: NewProposal) async throws(StoreError) -> ProposalID {
        try await writes.perform { transaction in
            let (id, isNew) = try transaction.connection.keep(proposal)
            if isNew {
                try transaction.appendLeaf(.proposal, case: nil, subject: id, AuditLeaf.proposal(id, proposal))
            }
            return id
        }
    }

    package func proposal(_ id: ProposalID) async throws(StoreError) -> Proposal? {
        try await read { connection in
            try connection.first(
                """
                SELECT proposals.id, cases.number, proposals.version, action, bytes, maker, proposals.account,
                    proposals.at, job, is_approval, person, proposal_verdicts.account, reason, proposal_verdicts.at,
                    is_carried_out, proposal_ends.version, why, proposal_ends.at
                FROM proposals JOIN cases ON cases.id = proposals.case_id
                    LEFT JOIN proposal_verdicts ON proposal_verdicts.proposal = proposals.id
                    LEFT JOIN proposal_ends ON proposal_ends.proposal = proposals.id
                WHERE proposals.id = $1
                """, [.integer(id)]
            ) { row throws(SQLFault) in try row.proposal() }
        }
    }

    package func proposals(
        in state: Proposal.State?, after id: ProposalID, limit: Int
    ) async throws(StoreError) -> [Proposal] {
        try await read { connection in
            try connection.rows(
                """
                SELECT proposals.id, cases.number, proposals.version, action, bytes, maker, proposals.account,
                    proposals.at, job, is_approval, person, proposal_verdicts.account, reason, proposal_verdicts.at,
                    is_carried_out, proposal_ends.version, why, proposal_ends.at
                FROM proposals JOIN cases ON cases.id = proposals.case_id
                    LEFT JOIN proposal_verdicts ON proposal_verdicts.proposal = proposals.id
                    LEFT JOIN proposal_ends ON proposal_ends.proposal = proposals.id
                WHERE proposals.id > $1 AND ($2 IS NULL OR $2 = CASE
                    WHEN is_carried_out = 1 THEN 'carried-out' WHEN is_carried_out = 0 THEN 'void'
                    WHEN is_approval = 1 THEN 'approved' WHEN is_approval = 0 THEN 'declined' ELSE 'open' END)
                ORDER BY proposals.id LIMIT $3
                """, [.integer(id), .text(state?.rawValue), .integer(limit)]
            ) { row throws(SQLFault) in try row.proposal() }
        }
    }

    package func keep(_ verdict: Proposal.Verdict, on id: ProposalID) async throws(StoreError) {
        try await writes.perform { transaction in
            let count = try transaction.connection.run(
                """
                INSERT INTO proposal_verdicts (proposal, is_approval, person, account, reason, at)
                SELECT $1, $2, $3, $4, $5, $6 WHERE NOT EXISTS (SELECT 1 FROM proposal_ends WHERE proposal = $1)
                ON CONFLICT DO NOTHING
                """, .integer(id), .flag(verdict.isApproval), .text(verdict.person), .text(verdict.account),
                .text(verdict.text), .integer(verdict.at.milliseconds))
            guard count == 1 else { throw StoreError.duplicate }
            try transaction.appendLeaf(.verdict, case: nil, subject: id, AuditLeaf.verdict(verdict, on: id))
        }
    }

    package func keep(_ end: Proposal.End, of id: ProposalID) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                """
                INSERT INTO proposal_ends (proposal, is_carried_out, version, why, at) VALUES ($1, $2, $3, $4, $5)
                ON CONFLICT DO NOTHING
                """, .integer(id), .flag(end.isCarriedOut), .integer(end.version), .text(end.why),
                .integer(end.at.milliseconds))
        }
    }

    package func keepRefusedApproval(
        of id: ProposalID, to person: String, account: String, why: String, at: Instant
    ) async throws(StoreError) {
        try await writes.perform { transaction in
            try transaction.connection.run(
                "INSERT INTO refused_approvals (proposal, person, account, why, at) VALUES ($1, $2, $3, $4, $5)",
                .integer(id), .text(person), .text(account), .text(why), .integer(at.milliseconds))
        }
    }
}

extension SQLConnection {
    fileprivate func keep(_ proposal: NewProposal) throws -> (id: ProposalID, isNew: Bool) {
        let digest = DocumentDigest(of: proposal.bytes).bytes
        let open = try first(
            """
            SELECT id, maker, job FROM proposals
            WHERE case_id = (SELECT id FROM cases WHERE number = $1) AND version = $2 AND digest = $3
                AND NOT EXISTS (SELECT 1 FROM proposal_verdicts WHERE proposal = id)
                AND NOT EXISTS (SELECT 1 FROM proposal_ends WHERE proposal = id)
            """, [.text(proposal.number.text), .integer(proposal.version), .bytes(digest)]
        ) { row throws(SQLFault) in (try row.integer(0), try row.text(1), try row.optionalInteger(2)) }
        if let (id, maker, job) = open {
            guard maker == proposal.maker, job == proposal.job else { throw StoreError.duplicate }
            return (id, false)
        }
        let id = try integer(
            """
            INSERT INTO proposals (case_id, version, action, bytes, digest, maker, account, at, job)
            VALUES ((SELECT id FROM cases WHERE number = $1), $2, $3, $4, $5, $6, $7, $8, $9) RETURNING id
            """,
            [
                .text(proposal.number.text), .integer(proposal.version), .text(proposal.action),
                .bytes(proposal.bytes), .bytes(digest), .text(proposal.maker), .text(proposal.account),
                .integer(proposal.at.milliseconds), .integer(proposal.job),
            ])
        guard let id else { throw StoreError.corrupt("a proposal was kept without an id") }
        // Whoever prepares something is at work on the case.
        try run(
            """
            UPDATE claims SET at = $1
            WHERE case_id = (SELECT id FROM cases WHERE number = $2) AND person = $3 AND at < $1
            """, .integer(proposal.at.milliseconds), .text(proposal.number.text), .text(proposal.maker))
        return (id, true)
    }
}

extension SQLRow {
    /// The columns of a proposal, its verdict and its end.
    fileprivate func proposal() throws(SQLFault) -> Proposal {
        let verdict =
            isNull(9)
            ? nil
            : Proposal.Verdict(
                isApproval: try flag(9), person: try text(10), account: try text(11), text: try optionalText(12),
                at: try instant(13))
        let end =
            isNull(14)
            ? nil
            : Proposal.End(
                isCarriedOut: try flag(14), version: try int(15), why: try optionalText(16), at: try instant(17))
        return Proposal(
            id: try integer(0), number: try caseNumber(1), version: try int(2), action: try text(3),
            bytes: try bytes(4), maker: try text(5), account: try text(6), at: try instant(7),
            job: try optionalInteger(8), verdict: verdict, end: end)
    }
}
