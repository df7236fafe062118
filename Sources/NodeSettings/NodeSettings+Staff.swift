package import Casework
import TransferDocuments

extension NodeSettings {
    /// A person of the agency who decides, and the accounts with which they come in. Who made something and who checks it
    /// are kept apart by person, never by account (BR-240).
    package struct StaffPerson: Hashable, Sendable {
        /// The agency's number of the person, as documents sign it.
        package var person: String
        /// What colleagues call them.
        package var name: String
        package var roles: Set<StaffDuty>
        package var accounts: [Account]

        package init(person: String, name: String, roles: Set<StaffDuty>, accounts: [Account]) {
            self.person = person
            self.name = name
            self.roles = roles
            self.accounts = accounts
        }

        /// One way of coming in, of whose secret only the digest is known here.
        package struct Account: Hashable, Sendable {
            package var name: String
            /// SHA-256 of the secret, 64 lower-case hexadecimal digits.
            package var sha256: String

            package init(name: String, sha256: String) {
                self.name = name
                self.sha256 = sha256
            }
        }

        /// nil when the number is none that a document could be signed with.
        package var member: StaffMember? { StaffMember(person: person, name: name, duties: roles) }
    }
}

extension NodeSettings.StaffPerson {
    /// No agency has more people here, and no person more accounts.
    static let most = 500
    private static let mostAccounts = 16

    /// Reads the list `staff`.
    ///
    /// - Parameter tokens: other accounts, whose names and secrets are taken.
    static func read(
        _ root: inout SettingsSection, besides tokens: [NodeSettings.AccessToken]
    ) -> [NodeSettings.StaffPerson] {
        var names = Set(tokens.map(\.name))
        var secrets = Set(tokens.map(\.sha256))
        var people: [NodeSettings.StaffPerson] = []
        for var group in root.sections("staff", max: most) {
            guard let person = NodeSettings.StaffPerson(&group, &names, &secrets) else { continue }
            if people.contains(where: { $0.person == person.person }) {
                group.refuse("person", "stands there twice; put all accounts of a person together")
            }
            people.append(person)
        }
        return people
    }

    private init?(_ section: inout SettingsSection, _ names: inout Set<String>, _ secrets: inout Set<String>) {
        let form = "the agency's number of the person: 1 to 64 letters, digits, full stops, hyphens or underscores"
        let person = section.required("person", form) { Signatory("staff:\($0)") == nil ? nil : $0 }
        let name = section.required("name", SettingsForm.text(1...50)) { SettingsForm.isText($0, 1...50) ? $0 : nil }
        let roles: Set<StaffDuty> = section.words("roles")
        if roles.isEmpty {
            let words = StaffDuty.allCases.map(\.rawValue).joined(separator: ", ")
            section.refuse("roles", "expected at least one of \(words)")
        }
        if roles.contains(.auditor), roles.count > 1 {
            section.refuse("roles", "an auditor changes nothing and has no other role")
        }
        var accounts: [Account] = []
        for var group in section.sections("accounts", max: NodeSettings.StaffPerson.mostAccounts) {
            guard let account = Account(&group) else { continue }
            if !names.insert(account.name).inserted { group.refuse("name", "another token has this name") }
            if !secrets.insert(account.sha256).inserted {
                group.refuse("sha256", "another token has this secret; draw a new one")
            }
            accounts.append(account)
        }
        section.end()
        guard let person, let name else { return nil }
        self.init(person: person, name: name, roles: roles, accounts: accounts)
    }
}

extension NodeSettings.StaffPerson.Account {
    fileprivate init?(_ section: inout SettingsSection) {
        let name = section.required("name", "1 to 64 small letters, digits, full stops, hyphens or underscores") {
            SettingsForm.isName($0) ? $0 : nil
        }
        let nothing = DocumentDigest(of: []).hex
        let sha256 = section.required("sha256", "the SHA-256 of a secret in 64 lower-case hexadecimal digits") {
            DocumentDigest(hex: $0)?.hex
        }
        section.end()
        if sha256 == nothing {
            section.refuse("sha256", "is that of an empty secret; draw one of at least 32 random bytes")
        }
        guard let name, let sha256 else { return nil }
        self.init(name: name, sha256: sha256)
    }
}
