import Accounts
import ArgumentParser
import Casework
import NodeSettings
import Store

/// `jiexu account list`
struct AccountList: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the accounts, with their roles and what keeps them out. 帐号列表。",
        discussion: "Works while the node serves, and changes nothing.")

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let store = try await settings.read().openStore(.reading)
        defer { store.close() }
        let now = SystemClock().now
        var (last, count): (AccountName?, Int) = (nil, 0)
        while true {
            let accounts = try await store.accounts(after: last, limit: 200)
            for account in accounts {
                let holder = account.unit.map { "\($0.name) (\($0.owner))" } ?? account.kind.person ?? "-"
                var words = [account.name.text, account.state.rawValue, account.roleText, holder]
                if let until = try await store.lock(of: account.name, at: now) {
                    words.append("锁定至 locked until \(ChinaTime.text(until))")
                }
                if account.state == .invited {
                    let end = account.invitation.map {
                        $0.endsAt > now ? "至 until \(ChinaTime.text($0.endsAt))" : "已过期 over"
                    }
                    words.append("激活码 activation \(end ?? "无 none")")
                }
                print(words.joined(separator: "  "))
            }
            count += accounts.count
            guard let end = accounts.last?.name else { break }
            last = end
        }
        print("共 \(count) 个帐号。 \(count) accounts.")
    }
}

/// `jiexu account trail`
struct AccountTrail: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "trail", abstract: "Print what was done with accounts, and whether the rows are whole. 帐号审计记录。",
        discussion: """
            The whole chain of rows is followed whatever is printed. Ends with 0 when it is whole, with 1 when a row is \
            missing, was changed, or does not follow from the one before. The last digest, noted elsewhere, shows later \
            that no row was taken from the end. Works while the node serves.
            """)

    @Option(help: "Print rows behind this number only.")
    var after: Int64 = 0

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let store = try await settings.read().openStore(.reading)
        defer { store.close() }
        var chain = AuditChain()
        var breaks: [AuditBreak] = []
        while true {
            let rows = try await store.auditRows(after: chain.count, limit: 1_000)
            for row in rows {
                if let fault = chain.follow(row) { breaks.append(fault) }
                if row.number > after { print(AccountTrail.line(row)) }
            }
            if rows.isEmpty { break }
        }
        if let fault = try await TrailNote(settings.read()).verify(store, at: SystemClock().now).breaks.first(where: {
            !breaks.contains($0)
        }) {
            breaks.append(fault)
        }
        print("共 \(chain.count) 行，末行摘要 \(chain.head)。 \(chain.count) rows, the digest of the last is \(chain.head).")
        for fault in breaks { print("× \(fault)") }
        guard breaks.isEmpty else { throw CommandOutcome.findings }
    }

    private static func line(_ row: AuditRow) -> String {
        let (entry, actor) = (row.entry, row.entry.actor)
        let words = [
            "\(row.number)", ChinaTime.text(entry.at), actor.who, actor.person ?? "", actor.role, actor.method.rawValue,
            actor.source, entry.action.rawValue, entry.object, entry.result.rawValue, entry.reason, actor.request,
        ]
        return words.map { $0.isEmpty ? "-" : $0 }.joined(separator: "  ")
    }
}
