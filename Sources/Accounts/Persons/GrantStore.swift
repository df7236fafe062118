package import Casework
package import TransferCore
package import TransferDocuments

/// The port of what insured persons let others see.
package protocol GrantStore: Sendable {
    func keep(_ grant: PersonGrant, _ entry: AuditEntry) async throws(StoreError) -> Int64
    /// The grants of somebody, the newest first; at most a hundred.
    func grants(of person: ResidentID) async throws(StoreError) -> [PersonGrant]
    /// The uses of all grants of somebody, the newest first.
    func grantUses(of person: ResidentID, limit: Int) async throws(StoreError) -> [GrantUse]
    /// Takes a grant back at once.
    ///
    /// - Returns: false when it is not theirs, or was taken back before.
    func revokeGrant(_ id: Int64, of person: ResidentID, at: Instant, _ entry: AuditEntry) async throws(StoreError)
        -> Bool
    /// Uses a grant once, if it still can be used, and keeps who used it.
    ///
    /// - Parameter entry: for the trail, by whether there was one.
    /// - Returns: nil when the code is nobody's, too late, used up or taken back.
    func useGrant(
        _ digest: DocumentDigest, by who: String, from source: LoginSource, at: Instant,
        _ entry: @escaping @Sendable (CaseNumber?) -> AuditEntry
    ) async throws(StoreError) -> PersonGrant?
}

/// 授权: what an insured person lets somebody else see of one case, for a while.
package struct PersonGrant: Hashable, Sendable {
    /// 0 before it is kept.
    package let id: Int64
    /// Of the code, which is told once and is nowhere here.
    package let digest: DocumentDigest
    package let number: CaseNumber
    package let scopes: Set<Scope>
    package let madeAt: Instant
    package let endsAt: Instant
    /// How often it may be used.
    package let uses: Int
    package let used: Int
    package let revokedAt: Instant?

    /// What may be seen. The names are published.
    package enum Scope: String, Hashable, Sendable, CaseIterable {
        /// Where the transfer stands.
        case progress
        /// Years and months.
        case months
        /// Bases and amounts.
        case amounts
    }

    package static let mostUses = 20
    package static let mostDays = 90

    package init(
        id: Int64 = 0, digest: DocumentDigest, number: CaseNumber, scopes: Set<Scope>, madeAt: Instant,
        endsAt: Instant, uses: Int, used: Int = 0, revokedAt: Instant? = nil
    ) {
        self.id = id
        self.digest = digest
        self.number = number
        self.scopes = scopes
        self.madeAt = madeAt
        self.endsAt = endsAt
        self.uses = uses
        self.used = used
        self.revokedAt = revokedAt
    }

    package func canBeUsed(at now: Instant) -> Bool { revokedAt == nil && now < endsAt && used < uses }
}

/// One use of a grant: who, when, what.
package struct GrantUse: Hashable, Sendable {
    package let grant: Int64
    package let number: CaseNumber
    package let scopes: Set<PersonGrant.Scope>
    /// How whoever looked has named themselves.
    package let who: String
    /// From where.
    package let source: String
    package let at: Instant

    package init(
        grant: Int64, number: CaseNumber, scopes: Set<PersonGrant.Scope>, who: String, source: String, at: Instant
    ) {
        self.grant = grant
        self.number = number
        self.scopes = scopes
        self.who = who
        self.source = source
        self.at = at
    }
}
