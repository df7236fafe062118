package import Casework
import TransferDocuments

/// Where people log in: a name with a password first, then the code of the second factor.
///
/// A name that nobody has, a wrong password, and an account that is locked, disabled or not yet activated get the same
/// answer after the same work: one key derivation and the same two writes. A try is counted before it is looked at, so
/// that tries at the same time cannot outrun the lock.
///
/// A source that is locked is refused before any work, so that one machine cannot keep the others from logging in; that
/// depends on the source alone and tells nothing about an account.
///
/// Source: SE-01 to SE-05, SE-08, SE-10 of the domain handbook's checks.
package struct LoginDesk: Sendable {
    let store: any AccountStore
    let sessions: Sessions
    let passwords: Passwords
    let policy: PasswordPolicy
    let seedKey: SeedKey
    let clock: any NodeClock
    let secrets: SecretSource
    let limits: LoginLimits
    let tickets: LoginTickets

    /// - Parameters:
    ///   - hashing: where passwords become keys.
    ///   - cost: of new hashes; those that are there keep theirs until their password is changed.
    package init(
        store: any AccountStore, sessions: Sessions, hashing: any PasswordHashing, cost: ScryptCost = .usual,
        policy: PasswordPolicy, seedKey: SeedKey, clock: any NodeClock, secrets: SecretSource = .system,
        limits: LoginLimits = LoginLimits()
    ) {
        self.store = store
        self.sessions = sessions
        passwords = Passwords(hashing: hashing, cost: cost, secrets: secrets)
        self.policy = policy
        self.seedKey = seedKey
        self.clock = clock
        self.secrets = secrets
        self.limits = limits
        tickets = LoginTickets(secrets: secrets)
    }

    /// The first step: name and password.
    ///
    /// - Parameter request: the number of the request, for the trail.
    package func begin(
        name: String, password: String, from source: LoginSource, request: String = ""
    ) async throws(LoginFault) -> LoginStart {
        let now = clock.now
        let attempt = try await beginTry(AccountName(name), source, now)
        if attempt.standing == .sourceLocked { return .refused }
        let isRight = try await matches(password, attempt.account?.password)
        guard let account = attempt.account, account.mayLogIn, attempt.standing == .counted, isRight else {
            try await noteRefusal(of: attempt, .password, .password, from: source, request, at: now)
            return .refused
        }
        try await stored { () throws(StoreError) in try await store.takeBackTry(account.name, from: source) }
        let ticket = LoginTickets.Ticket(
            name: account.name, version: account.version,
            endsAt: now.adding(milliseconds: LoginTickets.milliseconds), seed: nil, isActivation: false)
        return .secondFactor(ticket: tickets.keep(ticket, at: now))
    }

    /// The second step: the code of the second factor. A session begins with it, under an id that nobody has seen before.
    package func finish(
        ticket text: String, code: String, from source: LoginSource, request: String = ""
    ) async throws(LoginFault) -> LoginEnd {
        let now = clock.now
        guard let ticket = tickets.find(text, isActivation: false, at: now) else { return .expired }
        let attempt = try await beginTry(ticket.name, source, now)
        if attempt.standing == .sourceLocked { return .refused }
        guard let account = attempt.account, account.version == ticket.version, account.mayLogIn else {
            tickets.forget(text)
            return .expired
        }
        guard attempt.standing == .counted else {
            tickets.forget(text)
            try await noteRefusal(of: attempt, .logIn, .secondFactor, from: source, request, at: now)
            return .refused
        }
        let entry = AuditEntry(
            at: now, AuditActor(account, .secondFactor, from: source, request: request), .logIn, .done)
        guard try await takeStep(of: code, account, from: source, entry, at: now) else {
            try await noteRefusal(of: attempt, .logIn, .secondFactor, from: source, request, at: now)
            return .refused
        }
        tickets.forget(text)
        let grant = try await stored { () throws(StoreError) in
            try await sessions.begin(account, from: source, at: now)
        }
        guard let grant else { return .full }
        return .loggedIn(grant)
    }

    /// Ends the session of somebody who logs out.
    package func logOut(_ visit: Visit, from source: LoginSource, request: String = "") async throws(LoginFault) {
        let entry = AuditEntry(
            at: clock.now, AuditActor(visit.account, .session, from: source, request: request), .logOut, .done)
        try await stored { () throws(StoreError) in
            try await store.note(entry)
            try await sessions.end(visit)
        }
    }
}

extension LoginDesk {
    func beginTry(
        _ name: AccountName?, _ source: LoginSource, _ now: Instant
    ) async throws(LoginFault) -> LoginTry {
        try await stored { () throws(StoreError) in
            try await store.beginTry(name, from: source, at: now, limits: limits)
        }
    }

    /// Looks whether a code is right, and takes its step.
    func takeStep(
        of code: String, _ account: Account, from source: LoginSource, _ entry: AuditEntry, at now: Instant
    ) async throws(LoginFault) -> Bool {
        guard let seed = account.sealedSeed.flatMap({ seedKey.open($0, of: account.name) }) else { throw .seedKey }
        guard let step = OneTimeCode.step(of: code, seed: seed, at: now) else { return false }
        return try await stored { () throws(StoreError) in
            try await store.takeStep(step, of: account.name, from: source, entry)
        }
    }

    /// The trail says why, which the answer does not.
    func noteRefusal(
        of attempt: LoginTry, _ action: AuditAction, _ method: AuditMethod, from source: LoginSource, _ request: String,
        at now: Instant
    ) async throws(LoginFault) {
        let reason =
            switch (attempt.standing, attempt.account) {
            case (.sourceLocked, _): "source-locked"
            case (_, nil): "unknown-name"
            case (.accountLocked, _): "account-locked"
            case (.counted, let account?) where account.state == .disabled: "disabled"
            case (.counted, let account?) where account.state == .invited && action == .password: "not-activated"
            case (.counted, _): "wrong"
            }
        let entry = AuditEntry(
            at: now, AuditActor(attempt.account, method, from: source, request: request), action, .refused,
            reason: attempt.isLast ? "\(reason), locked now" : reason)
        try await stored { () throws(StoreError) in try await store.note(entry) }
    }

    func matches(_ password: String, _ hash: PasswordHash?) async throws(LoginFault) -> Bool {
        do {
            return try await passwords.matches(password, hash)
        } catch {
            throw .busy
        }
    }

    func hash(_ password: String) async throws(LoginFault) -> PasswordHash {
        do {
            return try await passwords.hash(of: password)
        } catch {
            throw .busy
        }
    }

    func stored<Value: Sendable>(
        _ work: () async throws(StoreError) -> Value
    ) async throws(LoginFault) -> Value {
        do {
            return try await work()
        } catch {
            throw .store(error)
        }
    }
}
