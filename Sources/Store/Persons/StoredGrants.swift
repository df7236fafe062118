package import Accounts
package import Casework
package import TransferCore
package import TransferDocuments

extension JiexuStore: GrantStore {
    package func keep(_ grant: PersonGrant, _ entry: AuditEntry) async throws(StoreError) -> Int64 {
        try await writes.perform { transaction in
            let id = try transaction.connection.integer(
                """
                INSERT INTO person_grants (case_id, digest, scopes, made_at, ends_at, uses, used)
                SELECT id, $1, $2, $3, $4, $5, 0 FROM cases WHERE number = $6 RETURNING id
                """,
                [
                    .bytes(grant.digest.bytes), .text(grant.scopes.column), .integer(grant.madeAt.milliseconds),
                    .integer(grant.endsAt.milliseconds), .integer(grant.uses), .text(grant.number.text),
                ])
            guard let id else { throw StoreError.corrupt("there is no case \(grant.number)") }
            try transaction.connection.append(entry)
            return id
        }
    }

    package func grants(of person: ResidentID) async throws(StoreError) -> [PersonGrant] {
        try await read { connection in
            try connection.rows(
                """
                SELECT person_grants.id, digest, number, scopes, made_at, ends_at, uses, used, revoked_at
                FROM cases JOIN person_grants ON person_grants.case_id = cases.id
                WHERE resident_id = $1 ORDER BY person_grants.id DESC LIMIT 100
                """, [.text(person.fullText)]
            ) { row throws(SQLFault) in try row.grant() }
        }
    }

    package func grantUses(of person: ResidentID, limit: Int) async throws(StoreError) -> [GrantUse] {
        try await read { connection in
            try connection.rows(
                """
                SELECT grant_id, number, scopes, who, source, grant_uses.at
                FROM cases JOIN person_grants ON person_grants.case_id = cases.id
                    JOIN grant_uses ON grant_uses.grant_id = person_grants.id
                WHERE resident_id = $1 ORDER BY grant_uses.id DESC LIMIT $2
                """, [.text(person.fullText), .integer(limit)]
            ) { row throws(SQLFault) in
                GrantUse(
                    grant: try row.integer(0), number: try row.caseNumber(1), scopes: try row.scopes(2),
                    who: try row.text(3), source: try row.text(4), at: try row.instant(5))
            }
        }
    }

    package func revokeGrant(
        _ id: Int64, of person: ResidentID, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool {
        try await writes.perform { transaction in
            let count = try transaction.connection.run(
                """
                UPDATE person_grants SET revoked_at = $1
                WHERE id = $2 AND revoked_at IS NULL AND case_id IN (SELECT id FROM cases WHERE resident_id = $3)
                """, .integer(at.milliseconds), .integer(id), .text(person.fullText))
            guard count == 1 else { return false }
            try transaction.connection.append(entry)
            return true
        }
    }

    package func useGrant(
        _ digest: DocumentDigest, by who: String, from source: LoginSource, at: Instant,
        _ entry: @escaping @Sendable (CaseNumber?) -> AuditEntry
    ) async throws(StoreError) -> PersonGrant? {
        try await writes.perform { transaction in
            let connection = transaction.connection
            let grant = try connection.first(
                """
                SELECT person_grants.id, digest, number, scopes, made_at, ends_at, uses, used, revoked_at
                FROM person_grants JOIN cases ON cases.id = person_grants.case_id WHERE digest = $1
                """, [.bytes(digest.bytes)]
            ) { row throws(SQLFault) in try row.grant() }
            guard let grant, grant.canBeUsed(at: at) else {
                try connection.append(entry(nil))
                return nil
            }
            try connection.run("UPDATE person_grants SET used = used + 1 WHERE id = $1", .integer(grant.id))
            try connection.run(
                "INSERT INTO grant_uses (grant_id, who, source, at) VALUES ($1, $2, $3, $4)", .integer(grant.id),
                .text(who), .text(source.place), .integer(at.milliseconds))
            try connection.append(entry(grant.number))
            return grant
        }
    }
}

extension Set<PersonGrant.Scope> {
    /// The published names with commas between, in the order of the alphabet.
    fileprivate var column: String { map(\.rawValue).sorted().joined(separator: ",") }
}

extension SQLRow {
    fileprivate func scopes(_ column: Int) throws(SQLFault) -> Set<PersonGrant.Scope> {
        try value(column, "list of scopes") { text in
            let parts = text.split(separator: ",")
            let scopes = Set(parts.compactMap { PersonGrant.Scope(rawValue: String($0)) })
            return scopes.count == parts.count ? scopes : nil
        }
    }

    /// The columns id, digest, number, scopes, made_at, ends_at, uses, used, revoked_at.
    fileprivate func grant() throws(SQLFault) -> PersonGrant {
        PersonGrant(
            id: try integer(0), digest: try digest(1), number: try caseNumber(2), scopes: try scopes(3),
            madeAt: try instant(4), endsAt: try instant(5), uses: try int(6), used: try int(7),
            revokedAt: isNull(8) ? nil : try instant(8))
    }
}
