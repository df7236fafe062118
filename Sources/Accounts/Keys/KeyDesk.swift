package import Casework
import Synchronization
package import TransferDocuments

/// Where accounts log in with keys instead of passwords: certificates that a security officer has bound to them, and security
/// keys that their holders have enrolled. Either shows two factors at once: something that one has, and the number or the
/// finger with which it is opened.
///
/// A password that is locked keeps nobody with a key from logging in. Wrong tries count for the place that they come from.
///
/// Source: SE-01, SE-03, SE-09 of the domain handbook's checks; Web Authentication Level 2, section 7.
package struct KeyDesk: Sendable {
    private let store: any AccountStore & LoginKeyStore
    private let sessions: Sessions
    private let clock: any NodeClock
    private let limits: LoginLimits
    private let challenges: KeyChallenges
    /// Nil where no security keys are used.
    package let site: KeySite?

    package init(
        store: any AccountStore & LoginKeyStore, sessions: Sessions, clock: any NodeClock, site: KeySite?,
        secrets: SecretSource = .system, limits: LoginLimits = LoginLimits()
    ) {
        self.store = store
        self.sessions = sessions
        self.clock = clock
        self.site = site
        self.limits = limits
        challenges = KeyChallenges(secrets: secrets)
    }

    /// No account has more keys of a kind.
    package static let mostKeys = 10

    /// What a login with a key has come to.
    package enum Outcome: Sendable {
        case loggedIn(SessionGrant)
        case refused(SecurityKeyFault)
        /// Nobody logs in from there for a while, or there are too many sessions.
        case busy
    }

    // MARK: Enrolling a security key

    /// A challenge for a new key of an account: 43 characters, for once.
    package func beginEnrolment(_ visit: Visit) -> String {
        challenges.issue(for: visit.account.name, at: clock.now)
    }

    /// Keeps the key that answers a challenge.
    ///
    /// - Parameters:
    ///   - clientData, attestation: as the browser gave them.
    ///   - label: 1 to 50 characters.
    /// - Throws: why it is not taken; a refusal is in the trail.
    package func finishEnrolment(
        _ visit: Visit, clientData: [UInt8], attestation: [UInt8], label: String, from source: LoginSource,
        request: String = ""
    ) async throws(KeyDeskFault) {
        let (now, account) = (clock.now, visit.account)
        func entry(_ result: AuditResult, _ reason: String) -> AuditEntry {
            AuditEntry(
                at: now, AuditActor(account, .session, from: source, request: request), .addLoginKey,
                of: account.name.text, result, reason: reason)
        }
        let enrolment: KeyEnrolment
        do throws(SecurityKeyFault) {
            guard let site else { throw .site }
            let statement = try ClientStatement(clientData, type: "webauthn.create", site: site)
            guard challenges.take(statement.challenge, of: account.name, at: now) else { throw .challenge }
            enrolment = try KeyEnrolment(attestation: attestation, site: site)
        } catch {
            try await stored { () throws(StoreError) in try await store.note(entry(.refused, error.rawValue)) }
            throw .refused(error)
        }
        guard AccountText.isTidy(label, 1...50) else { throw .label }
        let known = try await stored { () throws(StoreError) in try await store.loginKeys(of: account.name) }
        guard known.count < KeyDesk.mostKeys else { throw .tooMany }
        let key = LoginKey(
            id: 0, account: account.name, kind: .securityKey, subject: enrolment.id, publicKey: enrolment.publicKey,
            label: label, addedAt: now, counter: Int64(enrolment.counter), usedAt: nil, removedAt: nil)
        let isKept = try await stored { () throws(StoreError) in
            try await store.add(key, entry(.done, LoginKey.Kind.securityKey.rawValue))
        }
        guard isKept else { throw .known }
    }

    // MARK: Logging in with one

    /// A challenge for whoever has a key.
    package func beginLogin() -> String { challenges.issue(for: nil, at: clock.now) }

    /// Logs in whoever answers a challenge with an enrolled key.
    package func logIn(
        _ answer: KeyAnswer, from source: LoginSource, request: String = ""
    ) async throws(KeyDeskFault) -> Outcome {
        let now = clock.now
        let attempt = try await stored { () throws(StoreError) in
            try await store.beginTry(nil, from: source, at: now, limits: limits)
        }
        if attempt.standing == .sourceLocked { return .busy }
        var found: LoginKey?
        do throws(SecurityKeyFault) {
            let (key, counted) = try await read(answer, challengeOf: nil, &found, at: now)
            return try await enter(key, counter: counted, .securityKey, from: source, request, at: now)
        } catch {
            let account = await account(of: found)
            let entry = AuditEntry(
                at: now, AuditActor(account, .securityKey, from: source, request: request), .logIn, .refused,
                reason: error.rawValue)
            try await stored { () throws(StoreError) in try await store.note(entry) }
            return .refused(error)
        }
    }

    // MARK: Showing one again

    /// A challenge for somebody who is logged in.
    package func beginStepUp(_ visit: Visit) -> String { challenges.issue(for: visit.account.name, at: clock.now) }

    /// Takes a key as a fresh factor from somebody who is logged in; only a key of their own account is one.
    package func stepUp(
        _ visit: Visit, _ answer: KeyAnswer, from source: LoginSource, request: String = ""
    ) async throws(KeyDeskFault) -> StepUp {
        let (now, account) = (clock.now, visit.account)
        let attempt = try await stored { () throws(StoreError) in
            try await store.beginTry(nil, from: source, at: now, limits: limits)
        }
        if attempt.standing == .sourceLocked { return .refused }
        func entry(_ result: AuditResult, _ reason: String = "") -> AuditEntry {
            AuditEntry(
                at: now, AuditActor(account, .securityKey, from: source, request: request), .stepUp, result,
                reason: reason)
        }
        var found: LoginKey?
        do throws(SecurityKeyFault) {
            let (key, counted) = try await read(answer, challengeOf: account.name, &found, at: now)
            guard key.account == account.name else { throw .unknownKey }
            do throws(StoreError) {
                guard try await store.use(key, counter: counted, at: now, entry(.done)) else { return .refused }
                try await store.takeBackTry(account.name, from: source)
                return try await sessions.renew(visit, of: account, at: now, freshened: .yes).map { StepUp.fresh($0) }
                    ?? .refused
            } catch {
                throw .unknownKey
            }
        } catch {
            try await stored { () throws(StoreError) in try await store.note(entry(.refused, error.rawValue)) }
            return .refused
        }
    }

    /// Which key has answered, and how far it has counted.
    ///
    /// - Parameters:
    ///   - name: for whom the challenge was; nil for a login.
    ///   - found: the key that the answer names, also when it is refused.
    private func read(
        _ answer: KeyAnswer, challengeOf name: AccountName?, _ found: inout LoginKey?, at now: Instant
    ) async throws(SecurityKeyFault) -> (LoginKey, Int64) {
        guard let site else { throw .site }
        let statement = try ClientStatement(answer.clientData, type: "webauthn.get", site: site)
        guard challenges.take(statement.challenge, of: name, at: now) else { throw .challenge }
        let said = try AuthenticatorStatement(answer.authenticator, site: site, isEnrolment: false)
        found = try await key(.securityKey, answer.credential)
        guard let key = found, key.removedAt == nil else { throw .unknownKey }
        guard let publicKey = SecurityKeyPublic(bytes: key.publicKey),
            publicKey.isValid(answer.signature, for: answer.authenticator + statement.digest)
        else { throw .signature }
        let counted = Int64(said.counter)
        guard counted > key.counter || (counted == 0 && key.counter == 0) else { throw .counter }
        return (key, counted)
    }

    /// Why the store did not answer is a fault of a key that cannot be looked up: it opens nothing.
    private func key(_ kind: LoginKey.Kind, _ subject: [UInt8]) async throws(SecurityKeyFault) -> LoginKey? {
        guard (16...1_023).contains(subject.count) else { throw .unknownKey }
        do throws(StoreError) { return try await store.loginKey(kind, subject) } catch { throw .unknownKey }
    }

    private func account(of key: LoginKey?) async -> Account? {
        guard let key else { return nil }
        return (try? await store.account(key.account)) ?? nil
    }

    private func enter(
        _ key: LoginKey, counter: Int64, _ method: AuditMethod, from source: LoginSource, _ request: String,
        at now: Instant
    ) async throws(SecurityKeyFault) -> Outcome {
        do throws(StoreError) {
            guard let account = try await store.account(key.account), account.mayLogIn else {
                throw StoreError.duplicate
            }
            let entry = AuditEntry(
                at: now, AuditActor(account, method, from: source, request: request), .logIn, .done)
            guard try await store.use(key, counter: counter, at: now, entry) else { throw StoreError.duplicate }
            try await store.takeBackTry(account.name, from: source)
            try await sessions.sweep()
            guard let grant = try await sessions.begin(account, from: source, at: now) else { return .busy }
            return .loggedIn(grant)
        } catch {
            throw .unknownKey
        }
    }

    // MARK: Certificates

    /// Binds a certificate to an account; only a security officer does, and never to their own.
    package func bind(
        subject: DocumentDigest, publicKey: [UInt8], label: String, to account: Account, by actor: AuditActor
    ) async throws(KeyDeskFault) {
        let now = clock.now
        let isOfficer = actor.role == AccountRole.securityOfficer.rawValue
        guard isOfficer, actor.person != account.kind.person || actor.person == nil, actor.who != account.name.text
        else {
            let entry = AuditEntry(at: now, actor, .addLoginKey, of: account.name.text, .refused, reason: "not-allowed")
            try await stored { () throws(StoreError) in try await store.note(entry) }
            throw .notAllowed
        }
        let key = LoginKey(
            id: 0, account: account.name, kind: .certificate, subject: subject.bytes, publicKey: publicKey,
            label: AccountText.cleaned(label, longest: 100), addedAt: now, counter: 0, usedAt: nil, removedAt: nil)
        let isKept = try await stored { () throws(StoreError) in
            try await store.add(
                key,
                AuditEntry(
                    at: now, actor, .addLoginKey, of: account.name.text, .done,
                    reason: "certificate \(subject.hex.prefix(16))"))
        }
        guard isKept else { throw .known }
    }

    /// Logs in with a certificate that was shown, was issued by whom the node trusts for it, and is valid now.
    package func logIn(
        certificate subject: DocumentDigest, from source: LoginSource, request: String = ""
    ) async throws(KeyDeskFault) -> Outcome {
        let now = clock.now
        var found: LoginKey?
        do throws(SecurityKeyFault) {
            found = try await key(.certificate, subject.bytes)
            guard let key = found, key.removedAt == nil else { throw .unknownKey }
            return try await enter(key, counter: 0, .certificate, from: source, request, at: now)
        } catch {
            let entry = AuditEntry(
                at: now, AuditActor(await account(of: found), .certificate, from: source, request: request), .logIn,
                .refused, reason: found?.removedAt == nil ? error.rawValue : "removed")
            try await stored { () throws(StoreError) in try await store.note(entry) }
            return .refused(error)
        }
    }

    /// The account of a certificate; nil when none is bound to it.
    package func holder(of subject: DocumentDigest) async throws(KeyDeskFault) -> (key: LoginKey, account: Account?)? {
        let found = try await stored { () throws(StoreError) in try await store.loginKey(.certificate, subject.bytes) }
        guard let key = found else { return nil }
        return (key, await account(of: key))
    }

    // MARK: Taking out of use

    package func keys(of name: AccountName) async throws(KeyDeskFault) -> [LoginKey] {
        try await stored { () throws(StoreError) in try await store.loginKeys(of: name) }
    }

    /// Takes a key out of use: the holder their own, a security officer anybody's.
    package func remove(_ id: Int64, of name: AccountName, by actor: AuditActor) async throws(KeyDeskFault) {
        guard actor.who == name.text || actor.role == AccountRole.securityOfficer.rawValue else { throw .notAllowed }
        let entry = AuditEntry(
            at: clock.now, actor, .removeLoginKey, of: name.text, .done, reason: "key \(id)")
        let isRemoved = try await stored { () throws(StoreError) in
            try await store.remove(id, of: name, at: clock.now, entry)
        }
        guard isRemoved else { throw .refused(.unknownKey) }
    }

    private func stored<Value: Sendable>(
        _ work: () async throws(StoreError) -> Value
    ) async throws(KeyDeskFault) -> Value {
        do {
            return try await work()
        } catch {
            throw .store(error)
        }
    }
}

/// What a security key has answered to a challenge, as the browser gave it.
package struct KeyAnswer: Hashable, Sendable {
    package var credential: [UInt8]
    package var clientData: [UInt8]
    package var authenticator: [UInt8]
    package var signature: [UInt8]

    package init(credential: [UInt8], clientData: [UInt8], authenticator: [UInt8], signature: [UInt8]) {
        self.credential = credential
        self.clientData = clientData
        self.authenticator = authenticator
        self.signature = signature
    }
}

/// Why something with a key was not done.
package enum KeyDeskFault: Error, Hashable, Sendable {
    case refused(SecurityKeyFault)
    case label
    case tooMany
    /// The key is in use already, for this account or for another.
    case known
    case notAllowed
    case store(StoreError)
}

/// Challenges under way: each for once, for five minutes, and in memory only.
final class KeyChallenges: Sendable {
    private struct Challenge {
        /// The account that enrols; nil for a login.
        let account: AccountName?
        let endsAt: Instant
    }

    private static let most = 2_000
    private static let milliseconds: Int64 = 5 * 60_000
    private let open = Mutex<[DocumentDigest: Challenge]>([:])
    private let secrets: SecretSource

    init(secrets: SecretSource) { self.secrets = secrets }

    func issue(for account: AccountName?, at now: Instant) -> String {
        let text = Opaque.text(secrets)
        open.withLock { open in
            open = open.filter { $0.value.endsAt > now }
            if open.count >= KeyChallenges.most, let first = open.min(by: { $0.value.endsAt < $1.value.endsAt }) {
                open[first.key] = nil
            }
            open[Opaque.digest(text)] = Challenge(
                account: account, endsAt: now.adding(milliseconds: KeyChallenges.milliseconds))
        }
        return text
    }

    /// Takes a challenge, whatever comes of it: a second time it is none.
    func take(_ text: String, of account: AccountName?, at now: Instant) -> Bool {
        guard Opaque.isText(text) else { return false }
        return open.withLock { open in
            guard let challenge = open.removeValue(forKey: Opaque.digest(text)) else { return false }
            return challenge.endsAt > now && challenge.account == account
        }
    }
}
