import TransferDocuments

/// A person of the agency who decides: known by the agency's own number, whatever accounts they come in with.
///
/// Who made something and who checks it are kept apart by person, never by account: a second account of the same person
/// is the same person.
///
/// Source: BR-240 of the domain handbook.
package struct StaffMember: Hashable, Sendable {
    /// The agency's number of the person, as documents sign it: 1 to 64 letters, digits, `.`, `_` and `-` of ASCII.
    package let person: String
    /// What colleagues call them: 1 to 50 characters.
    package let name: String
    package let duties: Set<StaffDuty>

    /// - Returns: nil when the number is none that a document could be signed with.
    package init?(person: String, name: String, duties: Set<StaffDuty>) {
        guard Signatory("staff:\(person)") != nil else { return nil }
        self.person = person
        self.name = name
        self.duties = duties
    }
}

/// What a person of the agency is there for. The names are published.
package enum StaffDuty: String, Hashable, Sendable, CaseIterable {
    /// Prepares decisions (经办).
    case clerk
    /// Checks what others have prepared (复核).
    case checker
    /// Sees to what is stuck (滞留处理).
    case resolver
    /// Answers for the others: checks, and hands cases over (主管).
    case supervisor
    /// Reads everything and changes nothing (审计).
    case auditor

    /// Who may prepare a decision.
    package static let makers: Set<StaffDuty> = [.clerk, .resolver]
    /// Who may check one.
    package static let checkers: Set<StaffDuty> = [.checker, .supervisor]
}

/// Somebody who acts, and the account with which they came in.
package struct StaffCaller: Hashable, Sendable {
    package let member: StaffMember
    /// The name of the access token.
    package let account: String

    package init(member: StaffMember, account: String) {
        self.member = member
        self.account = account
    }
}

extension StaffMember: CustomStringConvertible {
    /// The number only: names of people stay out of logs.
    package var description: String { "staff:\(person)" }
}
