package import Casework

/// The port of accounts, tries and the trail. When a call that writes returns, what it wrote is on disk; a change and its
/// entry in the trail are written together or not at all.
package protocol AccountStore: Sendable {
    /// Keeps a new account.
    func add(_ account: Account, _ entry: AuditEntry) async throws(StoreError) -> AccountOutcome

    /// Keeps a changed account; its version becomes the next one.
    ///
    /// - Parameter account: with the version that it was read with. Its name, kind and time of making are not changed,
    ///   but for the duties of staff.
    func keep(_ account: Account, _ entry: AuditEntry) async throws(StoreError) -> AccountOutcome

    /// - Returns: nil when there is none.
    func account(_ name: AccountName) async throws(StoreError) -> Account?

    /// Accounts behind a name, by their names.
    func accounts(after name: AccountName?, limit: Int) async throws(StoreError) -> [Account]

    /// Counts a try as a wrong one, before anybody has looked whether it is: so tries at the same time are all counted.
    /// The last one that is allowed locks at once.
    ///
    /// The same is written for a name that nobody has as for another.
    ///
    /// - Parameter name: nil for a text that is no name.
    func beginTry(
        _ name: AccountName?, from source: LoginSource, at: Instant, limits: LoginLimits
    ) async throws(StoreError) -> LoginTry

    /// Takes back what ``beginTry(_:from:at:limits:)`` counted: it was right. Earlier wrong tries stay.
    func takeBackTry(_ name: AccountName, from source: LoginSource) async throws(StoreError)

    /// Takes a step of the second factor, forgets all wrong tries of the account, takes the one of the source back, and
    /// keeps the entry.
    ///
    /// - Returns: false, and nothing is written, when the step was taken before.
    func takeStep(
        _ step: Int64, of name: AccountName, from source: LoginSource, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool

    /// Until when an account is locked; nil when it is not.
    func lock(of name: AccountName, at: Instant) async throws(StoreError) -> Instant?

    /// Forgets all wrong tries of an account.
    func unlock(_ name: AccountName, _ entry: AuditEntry) async throws(StoreError)

    /// Keeps an entry by itself.
    func note(_ entry: AuditEntry) async throws(StoreError)

    /// Rows of the trail behind a number.
    func auditRows(after number: Int64, limit: Int) async throws(StoreError) -> [AuditRow]
}

/// What became of a new or changed account.
package enum AccountOutcome: Hashable, Sendable {
    case kept
    case nameTaken
    /// The person has a role in another account that excludes one of this.
    case conflict(DutyConflict)
    /// It was changed, or never was there.
    case movedOn
    /// No other account in use has its kind, and a node cannot do without.
    case lastOfItsKind
}

/// What stands when a try begins.
package struct LoginTry: Sendable {
    /// The account of the name; nil for none.
    package let account: Account?
    package let standing: Standing
    /// Whether this try is the last of the account, or of the source, that is allowed: unless it is right, the lock that
    /// was set with it stays.
    package let isLast: Bool

    package enum Standing: Hashable, Sendable {
        case counted
        case accountLocked
        case sourceLocked
    }

    package init(account: Account?, standing: Standing, isLast: Bool) {
        self.account = account
        self.standing = standing
        self.isLast = isLast
    }
}

/// How many wrong tries there may be.
///
/// Source: SE-03 and section 4.2 of the domain handbook's checks.
package struct LoginLimits: Hashable, Sendable {
    /// Wrong tries of an account until it is locked. Only a login that succeeds, or a security officer, forgets them.
    package var triesPerAccount = 5
    /// Wrong tries from one address until it is locked; they are forgotten when none came for as long as a lock lasts.
    package var triesPerSource = 5
    package var lockMilliseconds: Int64 = 15 * 60_000

    package init() {}
}
