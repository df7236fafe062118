package import Casework
package import TransferCore
package import TransferDocuments

/// Somebody who may log in to the pages of the node, as the store keeps it.
///
/// What is missing, the password or the seed of the second factor, is what the holder sets with an invitation; an
/// account that misses one is invited and cannot log in.
package struct Account: Hashable, Sendable {
    package let name: AccountName
    /// What colleagues call the holder: 1 to 50 characters.
    package let displayName: String
    package let kind: AccountKind
    package var state: State
    /// Grows with every change; a change that was made on an older one is refused.
    package var version = 1
    /// Grows with every change after which a session of the account must end.
    package var generation = 1
    package var password: PasswordHash?
    package var passwordSetAt: Instant?
    /// Passwords of before, the newest first.
    package var earlierPasswords: [PasswordHash] = []
    /// The seed of the second factor, sealed with the key of the node.
    package var sealedSeed: [UInt8]?
    package var invitation: Invitation?
    package let createdAt: Instant

    /// The names are published.
    package enum State: String, Hashable, Sendable, CaseIterable {
        /// Waits for its holder, who has an activation secret.
        case invited
        case active
        case disabled
    }

    /// A secret that lets the holder set what is missing, once.
    package struct Invitation: Hashable, Sendable {
        /// SHA-256 of the secret.
        package let digest: DocumentDigest
        package let endsAt: Instant

        package init(digest: DocumentDigest, endsAt: Instant) {
            self.digest = digest
            self.endsAt = endsAt
        }
    }

    package init(
        name: AccountName, displayName: String, kind: AccountKind, state: State = .invited, createdAt: Instant
    ) {
        self.name = name
        self.displayName = displayName
        self.kind = kind
        self.state = state
        self.createdAt = createdAt
    }

    /// The account with other duties; itself, when it is not of the staff.
    package func with(duties: Set<StaffDuty>) -> Account {
        guard case .staff(let person, _) = kind else { return self }
        var other = Account(
            name: name, displayName: displayName, kind: .staff(person: person, duties: duties), state: state,
            createdAt: createdAt)
        (other.version, other.generation) = (version, generation)
        (other.password, other.passwordSetAt, other.earlierPasswords) = (password, passwordSetAt, earlierPasswords)
        (other.sealedSeed, other.invitation) = (sealedSeed, invitation)
        return other
    }

    /// The person of the agency who acts with this account, as the desks know them; nil for a unit and for those who
    /// administer.
    package var member: StaffMember? {
        switch kind {
        case .staff(let person, let duties): StaffMember(person: person, name: displayName, duties: duties)
        case .auditor(let person): StaffMember(person: person, name: displayName, duties: [.auditor])
        case .employer, .systemAdministrator, .securityOfficer: nil
        }
    }

    /// The unit that lodges with this account; nil for people of the agency.
    package var unit: EmployerUnit? {
        if case .employer(let unit) = kind { unit } else { nil }
    }

    /// Its roles as one text, in their order.
    package var roleText: String { kind.roles.sorted().map(\.rawValue).joined(separator: ",") }

    /// Whether a password and a second factor are there and may be used.
    package var mayLogIn: Bool { state == .active && password != nil && sealedSeed != nil }
}

extension Account: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The name, the kind and the state: neither the holder nor a secret.
    package var description: String { "\(name) (\(kind.word.rawValue), \(state.rawValue))" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["account": description]) }
}

extension Account.State {
    /// The state in words for people.
    package var wording: Wording {
        switch self {
        case .invited: Wording(chinese: "待激活", english: "to be activated")
        case .active: Wording(chinese: "在用", english: "in use")
        case .disabled: Wording(chinese: "已停用", english: "disabled")
        }
    }
}

/// Why an account is not made or changed.
package enum AccountRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    case name
    case nameTaken
    case displayName
    case person
    case unit
    case duties
    case conflict(DutyConflict)
    case unknown
    /// The change fits no account in this state or of this kind.
    case state(Account.State)
    case kind
    /// Nobody changes their own account.
    case ownAccount
    /// Only a security officer changes accounts.
    case notAllowed
    /// Somebody else has changed the account meanwhile.
    case movedOn
    /// The last of its kind stays: without it nobody could administer or audit.
    case lastOfItsKind
    /// Whoever asked for something does not decide on it, with whatever account.
    case samePerson

    package var description: String { "\(wording.chinese) \(wording.english)" }

    /// Why, in words for people.
    package var wording: Wording {
        switch self {
        case .name:
            Wording(
                chinese: "账号名不合规。", english: "The name of the account must be 1 to 64 of a-z, 0-9, '.', '_' and '-'.")
        case .nameTaken:
            Wording(chinese: "账号名已被使用。", english: "Another account or access token has this name; take another.")
        case .displayName:
            Wording(chinese: "姓名应为 1 至 50 字。", english: "The display name must be 1 to 50 readable characters.")
        case .person:
            Wording(
                chinese: "人员编号不合规。",
                english: "The number of the person must be 1 to 64 letters, digits, '.', '_' and '-' of ASCII.")
        case .unit:
            Wording(
                chinese: "单位名称或归属名不合规。",
                english: "The unit needs a name of 1 to 100 characters and an owner in the form of an account name.")
        case .duties:
            Wording(
                chinese: "岗位不合规。",
                english:
                    "Staff need at least one duty of clerk, checker, resolver and supervisor; an auditor is an account of its own kind."
            )
        case .conflict(let conflict): conflict.wording
        case .unknown: Wording(chinese: "没有这个账号。", english: "There is no such account.")
        case .state(let state):
            Wording(
                chinese: "账号\(state.wording.chinese)，不能这样做。",
                english: "The account is \(state.wording.english); this cannot be done with it.")
        case .kind:
            Wording(
                chinese: "此类账号不能这样做。", english: "This cannot be done with an account of this kind; make a new account.")
        case .ownAccount:
            Wording(chinese: "不得变更自己的账号。", english: "Nobody changes their own account; ask another security officer.")
        case .notAllowed: Wording(chinese: "只有安全管理员可以变更账号。", english: "Only a security officer changes accounts.")
        case .lastOfItsKind:
            Wording(
                chinese: "这是最后一个此类管理员，不能停用；请先新增一个并启用。",
                english: "This is the last of its kind in use and stays: make and activate another one first.")
        case .samePerson:
            Wording(chinese: "申请人不得自行批准。", english: "Whoever asked for it cannot approve it; another person has to.")
        case .movedOn:
            Wording(
                chinese: "账号刚被他人变更，请重新查看。", english: "Somebody else has just changed the account; look at it again.")
        }
    }
}
