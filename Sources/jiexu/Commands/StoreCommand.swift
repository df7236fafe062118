import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore

/// `jiexu store`: what is for those who test the store, not for those who use it.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Look at what the store does to the disk.", shouldDisplay: false,
        subcommands: [StoreProbeCommand.self])
}

/// `jiexu store probe`
struct StoreProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe", abstract: "Commit again and again, and say so after each commit.", shouldDisplay: false)

    @Option(help: "How many commits: 1 to 1000000.")
    var commits: Int

    @Option(help: "full, as nodes do; or normal, which may lose commits in a power cut, to see the difference.")
    var synchronous = Synchronous.full

    @Option(help: "An empty folder, made when it is not there.")
    var directory: String

    enum Synchronous: String, ExpressibleByArgument, CaseIterable {
        case full, normal
    }

    func validate() throws {
        guard (1...1_000_000).contains(commits) else { throw ValidationError("--commits: expected 1 to 1000000") }
    }

    func run() async throws {
        try Files.makeFolder(directory, for: .owner)
        let synchronous: SQLiteDatabase.Synchronous =
            switch synchronous {
            case .full: .full
            case .normal: .normal
            }
        try await StoreProbe.run(commits: commits, synchronous: synchronous, directory: directory)
    }
}

/// `jiexu verify`: whether what the node has stored still is what was written.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute the audit log and the ledger of a node, and compare. 核验账簿与审计记录。",
        discussion: "Works while the node serves. Ends with 0 when nothing is wrong, with 1 when something is.")

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await JiexuStore(path: settings.databasePath, access: .reading)
        defer { store.close() }
        var findings = try await StoreAudit(store).verify().map(\.description)
        let balances = try await store.ledgerBalances().sorted { $0.key < $1.key }
        let owed = balances.map(\.value).filter { $0 < .zero }.sum()
        let held = balances.map(\.value).filter { $0 > .zero }.sum()
        for (account, balance) in balances { print("  \(Columns.right("\(balance)", 18))  \(account)") }
        print("借方合计 sum of what is above zero \(held)，贷方合计 below zero \(owed)，差额 difference \(held + owed)")
        if held + owed != .zero { findings.append("the ledger: its accounts sum to \(held + owed)") }
        let counts = try await store.counts()
        print(
            "事件 events \(counts.events)，文书 documents \(counts.documents)，记账 postings \(counts.postings)，"
                + "审计 audit leaves \(counts.auditLeaves)")
        guard findings.isEmpty else {
            for finding in findings { print("× \(finding)") }
            print("发现 \(findings.count) 处问题。 \(findings.count) findings.")
            throw CommandOutcome.findings
        }
        print("未发现问题。 Nothing is wrong.")
    }
}
