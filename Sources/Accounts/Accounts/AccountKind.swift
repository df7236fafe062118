package import Casework
package import TransferCore
import TransferDocuments

/// What an account is for. Insured persons have none: they ask at the desk or with the number of their case.
///
/// The kind of an account never changes: who moves from one kind to another gets a new account.
package enum AccountKind: Hashable, Sendable {
    /// A unit that lodges for its people, and sees what it lodged.
    case employer(EmployerUnit)
    /// A person of the agency who prepares or checks decisions.
    case staff(person: String, duties: Set<StaffDuty>)
    /// Reads everything and changes nothing (审计管理员).
    case auditor(person: String)
    /// Sees to the node: settings, certificates, backups (系统管理员).
    case systemAdministrator(person: String)
    /// Sees to the accounts of others (安全管理员).
    case securityOfficer(person: String)

    /// The published names of the kinds, without what belongs to them.
    package enum Word: String, Hashable, Sendable, CaseIterable {
        case employer, staff, auditor
        case systemAdministrator = "system-administrator"
        case securityOfficer = "security-officer"
    }

    package var word: Word {
        switch self {
        case .employer: .employer
        case .staff: .staff
        case .auditor: .auditor
        case .systemAdministrator: .systemAdministrator
        case .securityOfficer: .securityOfficer
        }
    }

    /// The agency's number of the person; nil for a unit.
    package var person: String? {
        switch self {
        case .employer: nil
        case .staff(let person, _), .auditor(let person), .systemAdministrator(let person),
            .securityOfficer(let person):
            person
        }
    }

    package var roles: Set<AccountRole> {
        switch self {
        case .employer: [.employer]
        case .staff(_, let duties): Set(duties.map(AccountRole.init))
        case .auditor: [.auditor]
        case .systemAdministrator: [.systemAdministrator]
        case .securityOfficer: [.securityOfficer]
        }
    }

    /// What is wrong with it; nil for a kind that may be kept.
    package var fault: AccountRefusal? {
        if let person, Signatory("staff:\(person)") == nil { return .person }
        switch self {
        case .employer(let unit):
            return AccountText.isTidy(unit.name, 1...100) && AccountName(unit.owner) != nil ? nil : .unit
        case .staff(_, let duties): return duties.isEmpty || duties.contains(.auditor) ? .duties : nil
        case .auditor, .systemAdministrator, .securityOfficer: return nil
        }
    }
}

/// A unit whose people log in to lodge.
package struct EmployerUnit: Hashable, Sendable {
    /// What people call it: 1 to 100 characters.
    package let name: String
    /// The owner of what it lodges, as cases keep it (`lodgedBy`): the same for all accounts of the unit, and for the
    /// access token of its own system.
    package let owner: String

    package init(name: String, owner: String) {
        self.name = name
        self.owner = owner
    }
}

/// What the holder of an account may be. The names are published.
package enum AccountRole: String, Hashable, Sendable, CaseIterable, Comparable {
    case employer, clerk, checker, resolver, supervisor, auditor
    case systemAdministrator = "system-administrator"
    case securityOfficer = "security-officer"

    package init(_ duty: StaffDuty) {
        switch duty {
        case .clerk: self = .clerk
        case .checker: self = .checker
        case .resolver: self = .resolver
        case .supervisor: self = .supervisor
        case .auditor: self = .auditor
        }
    }

    /// The role in words for people.
    package var wording: Wording {
        switch self {
        case .employer: Wording(chinese: "单位经办人", english: "employer")
        case .clerk: Wording(chinese: "经办", english: "clerk")
        case .checker: Wording(chinese: "复核", english: "checker")
        case .resolver: Wording(chinese: "滞留处理", english: "resolver")
        case .supervisor: Wording(chinese: "主管", english: "supervisor")
        case .auditor: Wording(chinese: "审计管理员", english: "auditor")
        case .systemAdministrator: Wording(chinese: "系统管理员", english: "system administrator")
        case .securityOfficer: Wording(chinese: "安全管理员", english: "security officer")
        }
    }

    /// In the order in which they are listed.
    package static func < (a: AccountRole, b: AccountRole) -> Bool { a.place < b.place }

    private var place: Int { AccountRole.allCases.firstIndex(of: self) ?? 0 }
}

/// Which roles one person may not have together, in however many accounts.
///
/// The three administrators are apart from each other and from all business. Whoever makes and whoever checks are kept
/// apart by person at each decision instead, so that a small office can work.
///
/// Source: GB/T 22239-2019, 8.1.4 (access control) and 8.1.5; SE-24 of the domain handbook.
package enum SeparatedDuties {
    /// The roles that stand alone.
    private static let alone: Set<AccountRole> = [.systemAdministrator, .securityOfficer, .auditor]

    /// - Returns: the first two roles that exclude each other; nil when one person may have them all.
    package static func conflict(among roles: Set<AccountRole>) -> DutyConflict? {
        let sorted = roles.sorted()
        guard sorted.count > 1, let lonely = sorted.first(where: alone.contains),
            let other = sorted.first(where: { $0 != lonely })
        else { return nil }
        return DutyConflict(other, lonely)
    }
}

/// Two roles that one person may not have together.
package struct DutyConflict: Hashable, Sendable, CustomStringConvertible {
    package let first: AccountRole
    package let second: AccountRole

    init(_ a: AccountRole, _ b: AccountRole) { (first, second) = a < b ? (a, b) : (b, a) }

    package var description: String { "\(wording.chinese) \(wording.english)" }

    /// The conflict in words for people.
    package var wording: Wording {
        Wording(
            chinese: "同一人不得兼任\(first.wording.chinese)与\(second.wording.chinese)。",
            english: "One person cannot be \(first.wording.english) and \(second.wording.english); give one of them to "
                + "somebody else.")
    }
}
