import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore

/// `jiexu store`: moving it; and what is for those who test it, not for those who use it.
struct StoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store", abstract: "Move what a node keeps into another database; its instances. 数据库。",
        subcommands: [
            StoreMigrate.self, StoreInstances.self, StoreRecount.self, StoreProbeCommand.self, StoreExamineCommand.self,
        ])
}

/// `jiexu store recount`: counts cases anew where `jiexu verify` has found that they are counted wrongly.
struct StoreRecount: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recount", abstract: "Count the cases of every week anew. 重新计数。",
        discussion: """
            Works while the node serves, as one transaction, for which its writes wait: about a second for a million \
            cases. They wait five seconds at most; stop a node with more than some millions of cases before. Changes only \
            what is counted.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let store = try await settings.read().openStore(.importing)
        defer { store.close() }
        try await store.recount()
        print("已重新计数。 Counted anew.")
    }
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
