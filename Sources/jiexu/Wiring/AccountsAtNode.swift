import Accounts
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// What people need to log in to a node's pages, made from its settings.
struct AccountsAtNode {
    let login: LoginDesk
    let sessions: Sessions
    let accounts: AccountDesk
    let keys: KeyDesk
    /// Who issues certificates for logging in; nil where nobody does.
    let authorities: PersonLists?

    /// - Throws: when the key of the seeds cannot be read or made.
    init(_ settings: NodeSettings, store: JiexuStore, clock: any NodeClock) throws {
        let profile: PasswordProfile =
            switch settings.accounts.passwords {
            case .mlps3: .mlps3
            case .asvs: .asvs
            }
        let policy = PasswordPolicy(profile: profile, contextWords: [settings.agency.office.name])
        sessions = Sessions(store: MemorySessions(), accounts: store, policy: policy, clock: clock)
        login = LoginDesk(
            store: store, sessions: sessions, hashing: ScryptThreads(), policy: policy,
            seedKey: try AccountsAtNode.seedKey(settings.accounts.seedKey), clock: clock)
        accounts = AccountsAtNode.desk(settings, store: store, clock: clock)
        // Without an address that browsers know security keys for, there are none.
        keys = KeyDesk(
            store: store, sessions: sessions, clock: clock, site: KeySite(origin: settings.publicAccess.address))
        authorities = try settings.accounts.certificates.map { certificates in
            guard settings.publicAccess.tls != nil else {
                throw Misuse("accounts.certificates needs the TLS identity of public.tls")
            }
            return try PersonLists(certificates, graceHours: settings.keys.revocationGraceHours, clock: clock)
        }
    }

    /// The desk alone, which needs no key.
    static func desk(_ settings: NodeSettings, store: JiexuStore, clock: any NodeClock) -> AccountDesk {
        AccountDesk(store: store, clock: clock, others: others(settings))
    }

    /// Who acts with access tokens.
    private static func others(_ settings: NodeSettings) -> OtherAccounts {
        var others = OtherAccounts()
        others.names = Set(settings.publicAccess.tokens.map(\.name))
        for person in settings.staff {
            others.names.formUnion(person.accounts.map(\.name))
            others.roles[person.person] = Set(person.roles.map(AccountRole.init))
        }
        return others
    }

    /// Reads the key, or makes it when there is none.
    private static func seedKey(_ path: String) throws -> SeedKey {
        guard let key = SeedKey(bytes: try KeyFiles.ownKey(path, byteCount: SeedKey.byteCount)) else {
            throw Misuse("\(path): expected \(SeedKey.byteCount) bytes; bring the key back from its backup")
        }
        return key
    }
}
