import Accounts
import ArgumentParser
import Casework
import Glibc
import NodeSettings
import Store
import TransferCore

/// `jiexu account`: the accounts of people who log in to the pages of a node.
struct AccountCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "account", abstract: "The accounts of people who log in to the pages. 网页登录帐号。",
        discussion: """
            For the first security officer of a node, and for when nobody can log in. All of it works while the node \
            serves, and leaves a row in the trail; a change ends the sessions of the account with their next request.
            """,
        subcommands: [
            AccountAdd.self, AccountList.self, AccountChange<Disabling>.self, AccountChange<Enabling>.self,
            AccountChange<Unlocking>.self, AccountReset.self, AccountRoles.self, AccountTrail.self,
        ])

    /// Opens the database beside a serving node.
    static func withStore<Value>(
        _ option: ConfigOption, _ use: (JiexuStore, NodeSettings) async throws -> Value
    ) async throws -> Value {
        let settings = try option.read()
        try Files.makeFolder(settings.data.directory, for: .owner)
        let store = try await settings.openStore(.importing)
        defer { store.close() }
        return try await use(store, settings)
    }

    /// Does something with an account, in the name of whoever may run commands here.
    static func change(
        _ option: ConfigOption, _ name: String,
        _ work: (AccountDesk, AccountName, AuditActor) async throws -> Void
    ) async throws {
        guard let name = AccountName(name) else { throw Misuse("\(AccountRefusal.name)") }
        try await withStore(option) { store, settings in
            let desk = AccountsAtNode.desk(settings, store: store, clock: SystemClock())
            try await work(desk, name, console)
        }
    }

    static var console: AuditActor { .console(user: getuid()) }

    /// Prints an activation secret: the only time that it is seen.
    static func tell(_ secret: ActivationSecret, of name: String) {
        print("激活码（仅显示这一次，7 天内有效，当面或密封交给本人）：")
        print("Activation secret, shown this once, good for 7 days; hand it over in person or sealed:")
        print("  \(name)  \(secret.typed)")
    }
}

/// `jiexu account add`
struct AccountAdd: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Make an account, and print its activation secret once. 新增帐号。",
        discussion: """
            staff, auditor, system-administrator and security-officer need --person; staff also --duty; employer needs \
            --unit and --owner. One person cannot be an administrator or auditor and anything else.
            """)

    @Argument(help: "1 to 64 of a-z, 0-9, '.', '_' and '-'; it names a seat, such as window-2.")
    var name: String

    @Option(help: "employer, staff, auditor, system-administrator or security-officer.")
    var kind: String

    @Option(help: "What colleagues call the holder: 1 to 50 characters.")
    var displayName: String

    @Option(help: "The agency's number of the person, as documents sign it.")
    var person: String?

    @Option(help: "clerk, checker, resolver or supervisor; may be repeated.")
    var duty: [String] = []

    @Option(help: "The name of the employer's unit.")
    var unit: String?

    @Option(help: "The owner of what the unit lodges: the name of its access token, or of its first account.")
    var owner: String?

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let kind = try accountKind()
        try await AccountCommand.withStore(settings) { store, settings in
            let desk = AccountsAtNode.desk(settings, store: store, clock: SystemClock())
            let secret = try await desk.add(
                name: name, displayName: displayName, kind: kind, by: AccountCommand.console)
            AccountCommand.tell(secret, of: name)
        }
    }

    private func accountKind() throws -> AccountKind {
        guard let word = AccountKind.Word(rawValue: kind) else {
            throw Misuse("--kind: expected \(AccountKind.Word.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        if word == .employer {
            guard let unit, let owner else { throw Misuse("an employer's account needs --unit and --owner") }
            guard person == nil, duty.isEmpty else {
                throw Misuse("an employer's account has no --person and no --duty")
            }
            return .employer(EmployerUnit(name: unit, owner: owner))
        }
        guard let person else { throw Misuse("an account of kind \(kind) needs --person") }
        guard unit == nil, owner == nil else { throw Misuse("only an employer's account has --unit and --owner") }
        guard word == .staff || duty.isEmpty else { throw Misuse("only an account of kind staff has --duty") }
        switch word {
        case .staff: return .staff(person: person, duties: try AccountRoles.duties(duty))
        case .auditor: return .auditor(person: person)
        case .systemAdministrator: return .systemAdministrator(person: person)
        case .securityOfficer, .employer: return .securityOfficer(person: person)
        }
    }
}

/// Something that is done to one account and needs nothing but its name.
protocol AccountDeed {
    static var command: String { get }
    static var abstract: String { get }
    static var discussion: String { get }
    /// What is printed behind the name of the account.
    static var outcome: String { get }

    static func carryOut(
        _ desk: AccountDesk, _ name: AccountName, by actor: AuditActor) async throws(AccountDeskFault)
}

/// `jiexu account disable`, `enable` and `unlock`
struct AccountChange<Deed: AccountDeed>: AsyncParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: Deed.command, abstract: Deed.abstract, discussion: Deed.discussion)
    }

    @Argument(help: "The name of the account.")
    var name: String
    @OptionGroup var settings: ConfigOption

    func run() async throws {
        try await AccountCommand.change(settings, name) { desk, name, actor in
            try await Deed.carryOut(desk, name, by: actor)
            print("\(name): \(Deed.outcome)")
        }
    }
}

/// `jiexu account disable`
enum Disabling: AccountDeed {
    static let command = "disable"
    static let abstract = "Take an account out of use; its sessions end. 停用帐号。"
    static let discussion = "The last system administrator, security officer or auditor in use stays."
    static let outcome = "已停用。 Disabled."

    static func carryOut(
        _ desk: AccountDesk, _ name: AccountName, by actor: AuditActor
    ) async throws(AccountDeskFault) { try await desk.disable(name, by: actor) }
}

/// `jiexu account enable`
enum Enabling: AccountDeed {
    static let command = "enable"
    static let abstract = "Take an account back into use. 启用帐号。"
    static let discussion =
        "An account that was never activated needs `jiexu account reset` for a new activation secret."
    static let outcome = "已启用。 Enabled."

    static func carryOut(
        _ desk: AccountDesk, _ name: AccountName, by actor: AuditActor
    ) async throws(AccountDeskFault) { try await desk.enable(name, by: actor) }
}

/// `jiexu account unlock`
enum Unlocking: AccountDeed {
    static let command = "unlock"
    static let abstract = "Forget the wrong tries of an account. 解除锁定。"
    static let discussion = ""
    static let outcome = "已解除锁定。 Unlocked."

    static func carryOut(
        _ desk: AccountDesk, _ name: AccountName, by actor: AuditActor
    ) async throws(AccountDeskFault) { try await desk.unlock(name, by: actor) }
}

/// `jiexu account reset`
struct AccountReset: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reset", abstract: "Let a holder set a lost password or second factor anew. 重置。",
        discussion: """
            What is lost stops working at once, and all sessions end. With the activation secret the holder sets a new \
            password with the second factor they have, or a new second factor with the password they have. Who has lost \
            both gets a new account, and the old one is disabled. Tell the holder by another way that it was reset.
            """)

    @Argument(help: "The name of the account.")
    var name: String

    @Option(help: "password or second-factor.")
    var lost: String

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        guard let lost = AccountDesk.Loss(rawValue: lost) else {
            throw Misuse("--lost: expected password or second-factor")
        }
        try await AccountCommand.change(settings, name) { desk, name, actor in
            AccountCommand.tell(try await desk.reset(name, lost: lost, by: actor), of: name.text)
        }
    }
}

/// `jiexu account roles`
struct AccountRoles: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "roles", abstract: "Give the staff's account other duties; its sessions end. 变更岗位。")

    @Argument(help: "The name of the account.")
    var name: String

    @Option(help: "clerk, checker, resolver or supervisor; may be repeated. The duties are these and no others.")
    var duty: [String]

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let duties = try AccountRoles.duties(duty)
        try await AccountCommand.change(settings, name) { desk, name, actor in
            try await desk.change(dutiesOf: name, to: duties, by: actor)
            print("已变更 \(name) 的岗位。 Changed.")
        }
    }

    static func duties(_ words: [String]) throws -> Set<StaffDuty> {
        Set(
            try words.map { word in
                guard let duty = StaffDuty(rawValue: word), duty != .auditor else {
                    throw Misuse("--duty \(word): expected clerk, checker, resolver or supervisor")
                }
                return duty
            })
    }
}
