package import Casework
import TransferDocuments

/// The rules of sessions. Every request asks for the account anew, so that a disabled account, a reset one and one with
/// other duties loses its sessions with the next request, whoever changed it and wherever.
///
/// Source: SE-10, SE-11, SE-13, SE-22, SE-25 of the domain handbook's checks.
package struct Sessions: Sendable {
    private let store: any SessionStore
    private let accounts: any AccountStore
    private let policy: PasswordPolicy
    private let clock: any NodeClock
    private let secrets: SecretSource
    package let limits: SessionLimits

    package init(
        store: any SessionStore, accounts: any AccountStore, policy: PasswordPolicy, clock: any NodeClock,
        secrets: SecretSource = .system, limits: SessionLimits = SessionLimits()
    ) {
        self.store = store
        self.accounts = accounts
        self.policy = policy
        self.clock = clock
        self.secrets = secrets
        self.limits = limits
    }

    /// Who asks.
    package enum Activity: Sendable {
        /// A person has done something: the session lasts longer.
        case person
        /// The page asks by itself: the session ends as if it had not.
        case page
    }

    /// Whose session an id is.
    ///
    /// - Parameter id: as the browser sent it.
    /// - Returns: nil when there is none, when it has ended, and when its account may not log in any more.
    package func visit(_ id: String, by activity: Activity = .person) async throws(StoreError) -> Visit? {
        guard Opaque.isText(id), var session = try await store.session(Opaque.digest(id)) else { return nil }
        let now = clock.now
        guard let account = try await accounts.account(session.account), account.state == .active,
            account.generation == session.generation, now < end(of: session, account)
        else {
            try await store.end(session.digest)
            return nil
        }
        if activity == .person {
            try await store.touch(session.digest, at: now)
            session.seenAt = max(session.seenAt, now)
        }
        return visit(account, session, id, at: now)
    }

    /// Ends a session.
    package func end(_ visit: Visit) async throws(StoreError) { try await store.end(visit.session.digest) }

    /// The sessions of an account that have not ended, those that were used last first.
    package func list(of name: AccountName) async throws(StoreError) -> [Session] {
        let now = clock.now
        guard let account = try await accounts.account(name), account.state == .active else { return [] }
        return try await store.sessions(of: name)
            .filter { $0.generation == account.generation && now < end(of: $0, account) }
            .sorted { $0.seenAt > $1.seenAt }
    }

    /// Ends one session of an account.
    ///
    /// - Parameters:
    ///   - handle: as ``Session/handle`` gives it.
    ///   - actor: the holder of the account, or a security officer.
    /// - Returns: false when the account has no such session.
    package func end(_ handle: String, of name: AccountName, by actor: AuditActor) async throws(StoreError) -> Bool {
        guard let session = try await store.sessions(of: name).first(where: { $0.handle == handle }) else {
            return false
        }
        try await accounts.note(
            AuditEntry(at: clock.now, actor, .endSession, of: name.text, .done, reason: handle))
        try await store.end(session.digest)
        return true
    }

    /// Forgets what has ended; a node does this now and then.
    package func sweep() async throws(StoreError) {
        let now = clock.now
        try await store.forget(
            begunBefore: now.adding(milliseconds: -limits.absolute),
            unseenSince: now.adding(milliseconds: -max(limits.idleOfAgency, limits.idleOfOthers)))
    }
}

extension Sessions {
    /// Begins a session for somebody who has shown both factors.
    ///
    /// - Returns: nil when no more sessions are kept.
    func begin(_ account: Account, from source: LoginSource, at now: Instant) async throws(StoreError) -> SessionGrant?
    {
        let others = try await list(of: account.name)
        if others.count >= limits.perAccount {
            for old in others.dropFirst(limits.perAccount - 1) { try await store.end(old.digest) }
        }
        return try await grant(account, from: source, began: now, fresh: now, at: now)
    }

    /// Whether the second factor was shown.
    enum Freshening: Sendable {
        case yes, no
    }

    /// Goes on with a session under another id, and ends the old one first.
    func renew(
        _ visit: Visit, of account: Account, at now: Instant, freshened: Freshening
    ) async throws(StoreError) -> SessionGrant? {
        try await store.end(visit.session.digest)
        return try await grant(
            account, from: visit.session.source, began: visit.session.beganAt,
            fresh: freshened == .yes ? now : visit.session.freshAt, at: now)
    }

    private func grant(
        _ account: Account, from source: LoginSource, began: Instant, fresh: Instant, at now: Instant
    ) async throws(StoreError) -> SessionGrant? {
        let id = Opaque.text(secrets)
        let session = Session(
            digest: Opaque.digest(id), account: account.name, generation: account.generation, source: source,
            beganAt: began, seenAt: now, freshAt: fresh)
        if try await !store.keep(session) {
            try await sweep()
            guard try await store.keep(session) else { return nil }
        }
        return SessionGrant(id: id, visit: visit(account, session, id, at: now))
    }

    private func visit(_ account: Account, _ session: Session, _ id: String, at now: Instant) -> Visit {
        Visit(
            account: account, session: session, formToken: Visit.formToken(of: id), endsAt: end(of: session, account),
            isFresh: now <= session.freshAt.adding(milliseconds: limits.fresh) && now >= session.freshAt,
            password: policy.standing(setAt: account.passwordSetAt, at: now))
    }

    /// The moment from which on it has ended.
    private func end(of session: Session, _ account: Account) -> Instant {
        min(
            session.seenAt.adding(milliseconds: limits.idle(of: account.kind)),
            session.beganAt.adding(milliseconds: limits.absolute))
    }
}
