package import Accounts
package import Casework
import TransferCore
import TransferDocuments

extension JiexuStore: AccountStore {
    package func add(_ account: Account, _ entry: AuditEntry) async throws(StoreError) -> AccountOutcome {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let isThere = try connection.integer(
                "SELECT count(*) FROM accounts WHERE name = $1", [.text(account.name.text)])
            guard isThere == 0 else { return .nameTaken }
            if let conflict = try connection.conflict(with: account) { return .conflict(conflict) }
            try connection.run(
                """
                INSERT INTO accounts (name, display_name, kind, person, unit, owner, duties, state, version, generation,
                    password, password_set_at, earlier_passwords, seed, invitation, invitation_ends_at, created_at)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
                """,
                [
                    .text(account.name.text), .text(account.displayName), .text(account.kind.word.rawValue),
                    .text(account.kind.person), .text(account.unit?.name), .text(account.unit?.owner),
                ] + account.columns + [.integer(account.createdAt.milliseconds)])
            try connection.append(entry)
            return .kept
        }
    }

    package func keep(_ account: Account, _ entry: AuditEntry) async throws(StoreError) -> AccountOutcome {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let version = try connection.integer(
                "SELECT version FROM accounts WHERE name = $1", [.text(account.name.text)])
            guard version == Int64(account.version) else { return .movedOn }
            if account.state != .disabled, let conflict = try connection.conflict(with: account) {
                return .conflict(conflict)
            }
            if account.state == .disabled, try connection.isLastInUse(account) { return .lastOfItsKind }
            var next = account
            next.version += 1
            try connection.run(
                """
                UPDATE accounts SET duties = $1, state = $2, version = $3, generation = $4, password = $5,
                    password_set_at = $6, earlier_passwords = $7, seed = $8, invitation = $9, invitation_ends_at = $10
                WHERE name = $11
                """, next.columns + [.text(account.name.text)])
            try connection.append(entry)
            return .kept
        }
    }

    package func account(_ name: AccountName) async throws(StoreError) -> Account? {
        try await read { connection in try connection.account(name) }
    }

    package func accounts(after name: AccountName?, limit: Int) async throws(StoreError) -> [Account] {
        try await read { connection in
            try connection.rows(
                """
                SELECT name, display_name, kind, person, unit, owner, duties, state, version, generation, password,
                    password_set_at, earlier_passwords, seed, invitation, invitation_ends_at, created_at
                FROM accounts WHERE name > $1 ORDER BY name LIMIT $2
                """, [.text(name?.text ?? ""), .integer(limit)]
            ) { row throws(SQLFault) in try row.account() }
        }
    }

    package func note(_ entry: AuditEntry) async throws(StoreError) {
        try await writes.perform { transaction in try transaction.connection.append(entry) }
    }

    package func auditRows(after number: Int64, limit: Int) async throws(StoreError) -> [AuditRow] {
        try await read { connection in try connection.auditRows(after: number, limit: limit) }
    }
}

extension Examination {
    /// The trail of accounts, from its first row on.
    mutating func examineAccountTrail() throws(SQLFault) {
        var chain = AuditChain()
        while true {
            let rows = try connection.auditRows(after: chain.count, limit: 1_000)
            guard !rows.isEmpty else { return }
            for row in rows {
                if let fault = chain.follow(row) { find("row \(fault.number) of the trail of accounts", "\(fault)") }
            }
        }
    }
}

extension SQLConnection {
    fileprivate func auditRows(after number: Int64, limit: Int) throws(SQLFault) -> [AuditRow] {
        try rows(
            """
            SELECT number, at, who, person, role, method, source, request, action, object, result, reason, previous,
                digest
            FROM account_audit WHERE number > $1 ORDER BY number LIMIT $2
            """, [.integer(number), .integer(limit)]
        ) { row throws(SQLFault) in try row.auditRow() }
    }

    func account(_ name: AccountName) throws(SQLFault) -> Account? {
        try first(
            """
            SELECT name, display_name, kind, person, unit, owner, duties, state, version, generation, password,
                password_set_at, earlier_passwords, seed, invitation, invitation_ends_at, created_at
            FROM accounts WHERE name = $1
            """, [.text(name.text)]
        ) { row throws(SQLFault) in try row.account() }
    }

    /// What the person of an account already is, in other accounts that are in use.
    fileprivate func conflict(with account: Account) throws(SQLFault) -> DutyConflict? {
        guard let person = account.kind.person else { return nil }
        let others = try rows(
            """
            SELECT name, display_name, kind, person, unit, owner, duties, state, version, generation, password,
                password_set_at, earlier_passwords, seed, invitation, invitation_ends_at, created_at
            FROM accounts WHERE person = $1 AND name <> $2 AND state <> 'disabled'
            """, [.text(person), .text(account.name.text)]
        ) { row throws(SQLFault) in try row.account() }
        return SeparatedDuties.conflict(among: others.reduce(account.kind.roles) { $0.union($1.kind.roles) })
    }

    /// Whether an account of those that administer or audit is in use, and no other of its kind is.
    fileprivate func isLastInUse(_ account: Account) throws(SQLFault) -> Bool {
        switch account.kind.word {
        case .employer, .staff: return false
        case .auditor, .systemAdministrator, .securityOfficer: break
        }
        let (own, others) = (
            try integer(
                "SELECT count(*) FROM accounts WHERE name = $1 AND state = 'active'", [.text(account.name.text)]),
            try integer(
                "SELECT count(*) FROM accounts WHERE kind = $1 AND name <> $2 AND state = 'active'",
                [.text(account.kind.word.rawValue), .text(account.name.text)])
        )
        return own == 1 && others == 0
    }

    /// Writes the next row of the trail.
    func append(_ entry: AuditEntry) throws(SQLFault) {
        let last = try first(
            "SELECT number, digest FROM account_audit ORDER BY number DESC LIMIT 1"
        ) { row throws(SQLFault) in (number: try row.integer(0), digest: try row.digest(1)) }
        let row = AuditRow(entry, behind: last)
        let actor = entry.actor
        try run(
            """
            INSERT INTO account_audit (number, at, who, person, role, method, source, request, action, object, result,
                reason, previous, digest)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
            """, .integer(row.number), .integer(entry.at.milliseconds), .text(actor.who), .text(actor.person),
            .text(actor.role), .text(actor.method.rawValue), .text(actor.source), .text(actor.request),
            .text(entry.action.rawValue), .text(entry.object), .text(entry.result.rawValue), .text(entry.reason),
            .bytes(row.previous.bytes), .bytes(row.digest.bytes))
    }
}

extension Account {
    /// The columns duties to invitation_ends_at, which a change may write.
    fileprivate var columns: [SQLValue] {
        let duties: String? =
            if case .staff(_, let duties) = kind { duties.map(\.rawValue).sorted().joined(separator: ",") } else { nil }
        return [
            .text(duties), .text(state.rawValue), .integer(version), .integer(generation), .text(password?.text),
            .integer(passwordSetAt?.milliseconds),
            .text(earlierPasswords.map(\.text).joined(separator: " ")), .bytes(sealedSeed),
            .bytes(invitation?.digest.bytes), .integer(invitation?.endsAt.milliseconds),
        ]
    }
}

extension SQLRow {
    /// The columns name to created_at of `accounts`, in the order of the table.
    fileprivate func account() throws(SQLFault) -> Account {
        var account = Account(
            name: try value(0, "name of an account") { AccountName($0) }, displayName: try text(1),
            kind: try accountKind(), state: try word(7, as: Account.State.self), createdAt: try instant(16))
        account.version = try int(8)
        account.generation = try int(9)
        if !isNull(10) { account.password = try value(10, "hash of a password") { PasswordHash(text: $0) } }
        account.passwordSetAt = isNull(11) ? nil : try instant(11)
        account.earlierPasswords = try value(12, "hashes of passwords") { text in
            let parts = text.split(separator: " ")
            let hashes = parts.compactMap { PasswordHash(text: String($0)) }
            return hashes.count == parts.count ? hashes : nil
        }
        account.sealedSeed = try optionalBytes(13)
        if !isNull(14) { account.invitation = Account.Invitation(digest: try digest(14), endsAt: try instant(15)) }
        return account
    }

    /// The columns kind to duties.
    func accountKind() throws(SQLFault) -> AccountKind {
        switch try word(2, as: AccountKind.Word.self) {
        case .employer: return .employer(EmployerUnit(name: try text(4), owner: try text(5)))
        case .staff:
            let duties = try value(6, "list of duties") { text -> Set<StaffDuty>? in
                let parts = text.split(separator: ",")
                let duties = Set(parts.compactMap { StaffDuty(rawValue: String($0)) })
                return duties.count == parts.count ? duties : nil
            }
            return .staff(person: try text(3), duties: duties)
        case .auditor: return .auditor(person: try text(3))
        case .systemAdministrator: return .systemAdministrator(person: try text(3))
        case .securityOfficer: return .securityOfficer(person: try text(3))
        }
    }

    /// The columns number to digest of `account_audit`, in the order of the table.
    func auditRow() throws(SQLFault) -> AuditRow {
        let actor = AuditActor(
            who: try text(2), person: try optionalText(3), role: try text(4),
            method: try word(5, as: AuditMethod.self), source: try text(6), request: try text(7))
        let entry = AuditEntry(
            at: try instant(1), actor, try word(8, as: AuditAction.self), of: try text(9),
            try word(10, as: AuditResult.self), reason: try text(11))
        return AuditRow(number: try integer(0), entry: entry, previous: try digest(12), digest: try digest(13))
    }
}
