import Casework
import TransferDocuments

extension LoginDesk {
    /// The first step of an activation: the name and the secret that was handed over.
    ///
    /// Wrong tries count and lock as those of a login do. The secret works until the account is activated with it.
    package func beginActivation(
        name: String, secret: String, from source: LoginSource, request: String = ""
    ) async throws(LoginFault) -> ActivationStart {
        let now = clock.now
        let attempt = try await beginTry(AccountName(name), source, now)
        if attempt.standing == .sourceLocked { return .refused }
        let shown = DocumentDigest(of: Base32.decode(secret) ?? [])
        let invitation = attempt.account?.invitation
        let isRight = areSame(shown.bytes, (invitation?.digest ?? AuditRow.beginning).bytes)
        guard let account = attempt.account, let invitation, account.state == .invited, now < invitation.endsAt,
            attempt.standing == .counted, isRight
        else {
            try await noteRefusal(of: attempt, .activate, .invitation, from: source, request, at: now)
            return .refused
        }
        try await stored { () throws(StoreError) in try await store.takeBackTry(account.name, from: source) }
        let seed = account.sealedSeed == nil ? secrets.bytes(OneTimeCode.seedBytes) : nil
        let ticket = LoginTickets.Ticket(
            name: account.name, version: account.version,
            endsAt: now.adding(milliseconds: LoginTickets.activationMilliseconds), seed: seed, isActivation: true)
        return .open(
            ticket: tickets.keep(ticket, at: now), setsPassword: account.password == nil,
            enrolment: seed.map { Enrolment(seed: $0, of: account.name) })
    }

    /// The second step: what was missing is set, and a code shows that the second factor works.
    ///
    /// A lost password is set with the second factor that is there, and a lost second factor with the password that is
    /// there: one of the two is never enough.
    ///
    /// - Parameter password: the new one, or the one that is there when none is to be set.
    package func finishActivation(
        ticket text: String, password: String, code: String, from source: LoginSource, request: String = ""
    ) async throws(LoginFault) -> ActivationEnd {
        let now = clock.now
        guard let ticket = tickets.find(text, isActivation: true, at: now) else { return .expired }
        let attempt = try await beginTry(ticket.name, source, now)
        if attempt.standing == .sourceLocked { return .refused }
        guard var account = attempt.account, account.version == ticket.version, account.state == .invited else {
            tickets.forget(text)
            return .expired
        }
        func refuse() async throws(LoginFault) -> ActivationEnd {
            try await noteRefusal(of: attempt, .activate, .invitation, from: source, request, at: now)
            return .refused
        }
        guard attempt.standing == .counted else {
            tickets.forget(text)
            return try await refuse()
        }
        if let known = account.password {
            guard try await matches(password, known) else { return try await refuse() }
        } else {
            let faults = try await self.faults(of: password, for: account)
            guard faults.isEmpty else {
                try await stored { () throws(StoreError) in try await store.takeBackTry(account.name, from: source) }
                return .weak(faults)
            }
            account.password = try await hash(password)
            account.passwordSetAt = now
        }
        if let seed = ticket.seed {
            guard let sealed = seedKey.seal(seed, of: account.name) else { throw .seedKey }
            account.sealedSeed = sealed
        }
        let entry = AuditEntry(
            at: now, AuditActor(account, .invitation, from: source, request: request), .activate, .done,
            reason: "code-taken")
        guard try await takeStep(of: code, account, from: source, entry, at: now) else { return try await refuse() }
        tickets.forget(text)
        account.invitation = nil
        account.state = .active
        account.generation += 1
        let active = account
        let outcome = try await stored { () throws(StoreError) in
            try await store.keep(
                active,
                AuditEntry(
                    at: now, AuditActor(active, .invitation, from: source, request: request), .activate,
                    of: active.name.text, .done, reason: "active"))
        }
        return outcome == .kept ? .activated : .expired
    }

    /// Changes one's own password; the old one is asked for once more.
    package func changePassword(
        _ visit: Visit, old: String, new: String, from source: LoginSource, request: String = ""
    ) async throws(LoginFault) -> PasswordChange {
        let now = clock.now
        let attempt = try await beginTry(visit.account.name, source, now)
        if attempt.standing == .sourceLocked { return .refused }
        let isRight = try await matches(old, attempt.account?.password)
        guard var account = attempt.account, account.mayLogIn, attempt.standing == .counted, isRight,
            let known = account.password
        else {
            try await noteRefusal(of: attempt, .changePassword, .password, from: source, request, at: now)
            return .refused
        }
        try await stored { () throws(StoreError) in try await store.takeBackTry(account.name, from: source) }
        let faults = try await self.faults(of: new, for: account)
        guard faults.isEmpty else { return .weak(faults) }
        account.earlierPasswords = Array(([known] + account.earlierPasswords).prefix(PasswordPolicy.remembered))
        account.password = try await hash(new)
        account.passwordSetAt = now
        account.generation += 1
        let changed = account
        let grant = try await stored { () throws(StoreError) -> SessionGrant? in
            let entry = AuditEntry(
                at: now, AuditActor(changed, .password, from: source, request: request), .changePassword, .done)
            guard try await store.keep(changed, entry) == .kept else { return nil }
            return try await sessions.renew(visit, of: changed, at: now, freshened: .no)
        }
        guard let grant else { return .refused }
        return .changed(grant)
    }

    /// Takes a code of the second factor from somebody who is logged in, before what asks for a fresh one.
    package func stepUp(
        _ visit: Visit, code: String, from source: LoginSource, request: String = ""
    ) async throws(LoginFault) -> StepUp {
        guard let account = try await shown(code, of: visit.account.name, from: source, request) else {
            return .refused
        }
        let grant = try await stored { () throws(StoreError) in
            try await sessions.renew(visit, of: account, at: clock.now, freshened: .yes)
        }
        guard let grant else { return .refused }
        return .fresh(grant)
    }

    /// Takes a code of the second factor with the first login by a certificate: whoever has bound it does not have the code.
    package func confirm(
        _ name: AccountName, code: String, from source: LoginSource, request: String = ""
    ) async throws(LoginFault) -> Bool {
        try await shown(code, of: name, from: source, request) != nil
    }

    /// The account, where the code is right; a refusal is in the trail.
    private func shown(
        _ code: String, of name: AccountName, from source: LoginSource, _ request: String
    ) async throws(LoginFault) -> Account? {
        let now = clock.now
        let attempt = try await beginTry(name, source, now)
        if attempt.standing == .sourceLocked { return nil }
        if let account = attempt.account, account.mayLogIn, attempt.standing == .counted {
            let entry = AuditEntry(
                at: now, AuditActor(account, .secondFactor, from: source, request: request), .stepUp, .done)
            if try await takeStep(of: code, account, from: source, entry, at: now) { return account }
        }
        try await noteRefusal(of: attempt, .stepUp, .secondFactor, from: source, request, at: now)
        return nil
    }

    /// Everything that is wrong with a new password, the ones of before among it.
    private func faults(of password: String, for account: Account) async throws(LoginFault) -> [PasswordFault] {
        let faults = policy.faults(of: password, for: account)
        guard faults.isEmpty, policy.profile.refusesEarlierPasswords else { return faults }
        let earlier = [account.password].compactMap(\.self) + account.earlierPasswords
        for hash in earlier.prefix(PasswordPolicy.remembered) {
            if try await matches(password, hash) { return [.usedBefore] }
        }
        return []
    }
}
