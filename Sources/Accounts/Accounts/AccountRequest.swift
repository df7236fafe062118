package import Casework

/// An account, or other duties, that one person asks for and another decides on.
///
/// Source: SE-23 and SE-24 of the domain handbook's checks: a role is granted by two different persons.
package struct AccountRequest: Hashable, Sendable {
    package let id: Int64
    package let wish: Wish
    /// The account and the person who asked.
    package let maker: String
    package let makerPerson: String
    package let at: Instant
    package let state: State

    package init(id: Int64, wish: Wish, maker: String, makerPerson: String, at: Instant, state: State) {
        self.id = id
        self.wish = wish
        self.maker = maker
        self.makerPerson = makerPerson
        self.at = at
        self.state = state
    }

    /// What is asked for.
    package struct Wish: Hashable, Sendable {
        package let work: Work
        package let name: AccountName
        package let displayName: String
        /// Of the new account; for other duties, staff with these duties.
        package let kind: AccountKind

        package init(_ work: Work, name: AccountName, displayName: String, kind: AccountKind) {
            self.work = work
            self.name = name
            self.displayName = displayName
            self.kind = kind
        }
    }

    /// The names are published.
    package enum Work: String, Hashable, Sendable, CaseIterable {
        case add, duties
    }

    /// The names are published.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case open, approved, declined
    }
}

/// The port of requests.
package protocol AccountRequestStore: Sendable {
    /// Keeps a request.
    ///
    /// - Returns: its number; nil when one for the same name is open.
    func keep(
        _ wish: AccountRequest.Wish, maker: String, person: String, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> Int64?

    /// - Returns: nil when there is none.
    func accountRequest(_ id: Int64) async throws(StoreError) -> AccountRequest?

    /// The open requests, the oldest first.
    func openAccountRequests(limit: Int) async throws(StoreError) -> [AccountRequest]

    /// Ends an open request.
    ///
    /// - Returns: false when it is not open any more.
    func settle(
        _ id: Int64, as state: AccountRequest.State, by checker: String, person: String, at: Instant,
        _ entry: AuditEntry?
    ) async throws(StoreError) -> Bool
}

/// Where accounts and duties are asked for by an administrator, and granted by a security officer who is another person.
package struct RequestDesk: Sendable {
    private let accounts: AccountDesk
    private let store: any AccountStore & AccountRequestStore
    private let clock: any NodeClock

    package init(accounts: AccountDesk, store: any AccountStore & AccountRequestStore, clock: any NodeClock) {
        self.accounts = accounts
        self.store = store
        self.clock = clock
    }

    /// What an approval has come to.
    package enum Approval: Sendable {
        /// The account is there; the secret is shown once.
        case added(ActivationSecret, AccountName)
        case changed(AccountName)
    }

    /// Asks for an account or for other duties. Nobody asks for themselves.
    package func ask(_ wish: AccountRequest.Wish, by actor: AuditActor) async throws(AccountDeskFault) {
        guard let person = actor.person, RequestDesk.makers.contains(actor.role) else {
            try await refuse(wish.name, .requestAccount, by: actor, .notAllowed)
            return
        }
        guard wish.kind.person != person else {
            try await refuse(wish.name, .requestAccount, by: actor, .ownAccount)
            return
        }
        guard AccountText.isTidy(wish.displayName, 1...50) else { throw .refused(.displayName) }
        if let fault = wish.kind.fault { throw .refused(fault) }
        let known = try await stored { () throws(StoreError) in try await store.account(wish.name) }
        switch wish.work {
        case .add: if known != nil { throw .refused(.nameTaken) }
        case .duties:
            guard let known else { throw .refused(.unknown) }
            guard case .staff = known.kind else { throw .refused(.kind) }
        }
        let now = clock.now
        let entry = AuditEntry(
            at: now, actor, .requestAccount, of: wish.name.text, .done,
            reason: wish.kind.roles.sorted().map(\.rawValue).joined(separator: ","))
        let id = try await stored { () throws(StoreError) in
            try await store.keep(wish, maker: actor.who, person: person, at: now, entry)
        }
        guard id != nil else { throw .refused(.movedOn) }
    }

    /// Grants what was asked for, as another person than the one who asked.
    package func approve(_ id: Int64, by actor: AuditActor) async throws(AccountDeskFault) -> Approval {
        let request = try await open(id, by: actor, .add)
        let (wish, person) = (request.wish, actor.person ?? "")
        let approval: Approval
        switch wish.work {
        case .add:
            approval = .added(
                try await accounts.add(
                    name: wish.name.text, displayName: wish.displayName, kind: wish.kind, by: actor), wish.name)
        case .duties:
            guard case .staff(_, let duties) = wish.kind else { throw .refused(.kind) }
            try await accounts.change(dutiesOf: wish.name, to: duties, by: actor)
            approval = .changed(wish.name)
        }
        _ = try await stored { () throws(StoreError) in
            try await store.settle(id, as: .approved, by: actor.who, person: person, at: clock.now, nil)
        }
        return approval
    }

    /// Declines it, as another person than the one who asked.
    package func decline(_ id: Int64, by actor: AuditActor) async throws(AccountDeskFault) {
        let request = try await open(id, by: actor, .declineAccount)
        let (now, person) = (clock.now, actor.person ?? "")
        let entry = AuditEntry(at: now, actor, .declineAccount, of: request.wish.name.text, .done)
        let isOpen = try await stored { () throws(StoreError) in
            try await store.settle(id, as: .declined, by: actor.who, person: person, at: now, entry)
        }
        guard isOpen else { throw .refused(.movedOn) }
    }

    /// The roles that may ask.
    private static let makers: Set<String> = [
        AccountRole.systemAdministrator.rawValue, AccountRole.securityOfficer.rawValue,
    ]

    private func open(
        _ id: Int64, by actor: AuditActor, _ action: AuditAction
    ) async throws(AccountDeskFault) -> AccountRequest {
        let found = try await stored { () throws(StoreError) in try await store.accountRequest(id) }
        guard let request = found else { throw .refused(.unknown) }
        guard request.state == .open else { throw .refused(.movedOn) }
        guard actor.role == AccountRole.securityOfficer.rawValue, let person = actor.person else {
            try await refuse(request.wish.name, action, by: actor, .notAllowed)
            return request
        }
        if person == request.makerPerson { try await refuse(request.wish.name, action, by: actor, .samePerson) }
        if person == request.wish.kind.person { try await refuse(request.wish.name, action, by: actor, .ownAccount) }
        return request
    }

    /// Notes a refusal, and throws it.
    private func refuse(
        _ name: AccountName, _ action: AuditAction, by actor: AuditActor, _ refusal: AccountRefusal
    ) async throws(AccountDeskFault) {
        let reason =
            switch refusal {
            case .samePerson: "same-person"
            case .ownAccount: "own-account"
            default: "not-allowed"
            }
        try await stored { () throws(StoreError) in
            try await store.note(
                AuditEntry(at: clock.now, actor, action, of: name.text, .refused, reason: reason))
        }
        throw .refused(refusal)
    }

    private func stored<Value: Sendable>(
        _ work: () async throws(StoreError) -> Value
    ) async throws(AccountDeskFault) -> Value {
        do {
            return try await work()
        } catch {
            throw .store(error)
        }
    }
}
