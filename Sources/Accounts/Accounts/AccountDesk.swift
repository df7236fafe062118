package import Casework
import TransferDocuments

/// Where accounts are made and changed, by a security officer on the pages or from the console of the node's machine.
///
/// Nobody here sees or sets a password: a new or reset account comes with an activation secret, shown once, with which
/// its holder sets what is missing.
///
/// Source: SE-05, SE-08, SE-13, SE-24 of the domain handbook's checks; its job O6.
package struct AccountDesk: Sendable {
    private let store: any AccountStore
    private let clock: any NodeClock
    private let secrets: SecretSource
    private let others: OtherAccounts

    /// - Parameter others: the access tokens of the settings, whose names are taken and whose holders have roles.
    package init(
        store: any AccountStore, clock: any NodeClock, others: OtherAccounts = OtherAccounts(),
        secrets: SecretSource = .system
    ) {
        self.store = store
        self.clock = clock
        self.others = others
        self.secrets = secrets
    }

    /// The roles that the settings of the node give, by the number of the person.
    package var settingsRoles: [String: Set<AccountRole>] { others.roles }

    /// What a lost thing is.
    package enum Loss: String, Hashable, Sendable, CaseIterable {
        /// A new one is set with the second factor that is there.
        case password
        /// A new one is set up with the password that is there. Who has lost both gets a new account.
        case secondFactor = "second-factor"
    }

    /// How long an activation secret works.
    package static let invitationMilliseconds: Int64 = 7 * 86_400_000

    /// Makes an account, which waits for its holder.
    package func add(
        name: String, displayName: String, kind: AccountKind, by actor: AuditActor
    ) async throws(AccountDeskFault) -> ActivationSecret {
        guard let name = AccountName(name) else { throw .refused(.name) }
        try await check(actor, on: name, .add)
        guard !others.names.contains(name.text) else { throw .refused(.nameTaken) }
        guard AccountText.isTidy(displayName, 1...50) else { throw .refused(.displayName) }
        try check(kind)
        let now = clock.now
        var account = Account(name: name, displayName: displayName, kind: kind, createdAt: now)
        let secret = invite(&account, at: now)
        try await settle(account, .add, by: actor, reason: account.roleText, at: now) {
            (account, entry) throws(StoreError) in try await store.add(account, entry)
        }
        return secret
    }

    /// Takes an account out of use. All of its sessions end with their next request.
    package func disable(_ name: AccountName, by actor: AuditActor) async throws(AccountDeskFault) {
        try await change(name, .disable, by: actor) { account throws(AccountRefusal) in
            guard account.state != .disabled else { throw .state(.disabled) }
            account.state = .disabled
            account.invitation = nil
        }
    }

    /// Takes an account back into use. Whoever had not activated it yet needs a reset for a new activation secret.
    package func enable(_ name: AccountName, by actor: AuditActor) async throws(AccountDeskFault) {
        let others = others
        try await change(name, .enable, by: actor) { account throws(AccountRefusal) in
            guard account.state == .disabled else { throw .state(account.state) }
            try others.check(account.kind)
            account.state = account.password != nil && account.sealedSeed != nil ? .active : .invited
        }
    }

    /// Gives the staff's account other duties. Its sessions end with their next request.
    package func change(
        dutiesOf name: AccountName, to duties: Set<StaffDuty>, by actor: AuditActor
    ) async throws(AccountDeskFault) {
        let others = others
        try await change(name, .changeDuties, by: actor) { account throws(AccountRefusal) in
            guard case .staff = account.kind else { throw .kind }
            let changed = account.with(duties: duties)
            if let fault = changed.kind.fault { throw fault }
            try others.check(changed.kind)
            account = changed
        }
    }

    /// Takes away what is lost, and lets the holder set it anew with what is left. For an account that was never
    /// activated it makes another activation secret, whatever was lost.
    package func reset(
        _ name: AccountName, lost: Loss, by actor: AuditActor
    ) async throws(AccountDeskFault) -> ActivationSecret {
        let (now, secret) = (clock.now, ActivationSecret(secrets))
        let action: AuditAction = lost == .password ? .resetPassword : .resetSecondFactor
        try await change(name, action, by: actor) { account throws(AccountRefusal) in
            guard account.state != .disabled else { throw .state(.disabled) }
            if account.state == .active {
                switch lost {
                case .password:
                    let old = [account.password].compactMap(\.self) + account.earlierPasswords
                    account.earlierPasswords = Array(old.prefix(PasswordPolicy.remembered))
                    account.password = nil
                    account.passwordSetAt = nil
                case .secondFactor: account.sealedSeed = nil
                }
            }
            account.state = .invited
            account.invitation = AccountDesk.invitation(secret, at: now)
        }
        return secret
    }

    /// Forgets the wrong tries of an account.
    package func unlock(_ name: AccountName, by actor: AuditActor) async throws(AccountDeskFault) {
        try await check(actor, on: name, .unlock)
        try await stored { () throws(StoreError) in
            guard try await store.account(name) != nil else { return AccountRefusal.unknown }
            try await store.unlock(
                name, AuditEntry(at: clock.now, actor, .unlock, of: name.text, .done))
            return nil
        }
    }
}

extension AccountDesk {
    private static func invitation(_ secret: ActivationSecret, at now: Instant) -> Account.Invitation {
        Account.Invitation(digest: secret.digest, endsAt: now.adding(milliseconds: invitationMilliseconds))
    }

    private func invite(_ account: inout Account, at now: Instant) -> ActivationSecret {
        let secret = ActivationSecret(secrets)
        account.invitation = AccountDesk.invitation(secret, at: now)
        return secret
    }

    private func check(_ kind: AccountKind) throws(AccountDeskFault) {
        if let fault = kind.fault { throw .refused(fault) }
        do {
            try others.check(kind)
        } catch {
            throw .refused(error)
        }
    }

    /// Whether the actor may change the account; a refusal is noted.
    private func check(_ actor: AuditActor, on name: AccountName, _ action: AuditAction) async throws(AccountDeskFault)
    {
        let refusal: AccountRefusal
        if actor.method == .console {
            return
        } else if actor.role != AccountRole.securityOfficer.rawValue {
            refusal = .notAllowed
        } else if actor.who == name.text {
            refusal = .ownAccount
        } else if let person = actor.person, try await isOwn(name, person) {
            refusal = .ownAccount
        } else {
            return
        }
        let entry = AuditEntry(
            at: clock.now, actor, action, of: name.text, .refused,
            reason: refusal == .ownAccount ? "own-account" : "not-allowed")
        try await stored { () throws(StoreError) in
            try await store.note(entry)
            return refusal
        }
    }

    private func isOwn(_ name: AccountName, _ person: String) async throws(AccountDeskFault) -> Bool {
        do {
            return try await store.account(name)?.kind.person == person
        } catch {
            throw .store(error)
        }
    }

    private func change(
        _ name: AccountName, _ action: AuditAction, by actor: AuditActor,
        _ work: (inout Account) throws(AccountRefusal) -> Void
    ) async throws(AccountDeskFault) {
        try await check(actor, on: name, action)
        let now = clock.now
        let found: Account?
        do {
            found = try await store.account(name)
        } catch {
            throw .store(error)
        }
        guard var account = found else { throw .refused(.unknown) }
        do {
            try work(&account)
        } catch {
            throw .refused(error)
        }
        account.generation += 1
        try await settle(account, action, by: actor, reason: account.roleText, at: now) {
            (account, entry) throws(StoreError) in try await store.keep(account, entry)
        }
    }

    private func settle(
        _ account: Account, _ action: AuditAction, by actor: AuditActor, reason: String, at now: Instant,
        _ write: (Account, AuditEntry) async throws(StoreError) -> AccountOutcome
    ) async throws(AccountDeskFault) {
        let entry = AuditEntry(at: now, actor, action, of: account.name.text, .done, reason: reason)
        try await stored { () throws(StoreError) in
            switch try await write(account, entry) {
            case .kept: return nil
            case .nameTaken: return .nameTaken
            case .movedOn: return .movedOn
            case .lastOfItsKind: return .lastOfItsKind
            case .conflict(let conflict):
                try await store.note(
                    AuditEntry(at: now, actor, action, of: account.name.text, .refused, reason: "duties exclude"))
                return .conflict(conflict)
            }
        }
    }

    private func stored(
        _ work: () async throws(StoreError) -> AccountRefusal?
    ) async throws(AccountDeskFault) {
        let refusal: AccountRefusal?
        do {
            refusal = try await work()
        } catch {
            throw .store(error)
        }
        if let refusal { throw .refused(refusal) }
    }
}

/// Why an account was not made or changed.
package enum AccountDeskFault: Error, Hashable, Sendable, CustomStringConvertible {
    case refused(AccountRefusal)
    case store(StoreError)

    package var description: String {
        switch self {
        case .refused(let refusal): "\(refusal)"
        case .store(let error): "\(error)"
        }
    }
}

/// What lets somebody activate an account, once: 160 random bits, for typing in. The store keeps its digest alone.
package struct ActivationSecret: Sendable {
    /// Eight groups of four letters and figures, with hyphens between.
    package let typed: String
    let digest: DocumentDigest

    init(_ secrets: SecretSource) {
        let bytes = secrets.bytes(20)
        typed = Base32.grouped(bytes)
        digest = DocumentDigest(of: bytes)
    }
}

extension ActivationSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "an activation secret" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["secret": description]) }
}

/// Who else may act at this node: the holders of access tokens, whom the settings name.
package struct OtherAccounts: Hashable, Sendable {
    /// The names of all tokens.
    package var names: Set<String> = []
    /// The roles of persons by the agency's number of the person.
    package var roles: [String: Set<AccountRole>] = [:]

    package init() {}

    fileprivate func check(_ kind: AccountKind) throws(AccountRefusal) {
        guard let person = kind.person, let known = roles[person],
            let conflict = SeparatedDuties.conflict(among: known.union(kind.roles))
        else { return }
        throw .conflict(conflict)
    }
}
