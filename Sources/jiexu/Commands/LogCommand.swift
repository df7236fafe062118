import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu log`: the append-only log of a node.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The append-only log of a node: heads, proofs and alarms. 只增日志。",
        subcommands: [LogVerify.self, LogHead.self, LogProve.self, LogAlarms.self, LogAcceptLoss.self])
}

/// `jiexu log head`
struct LogHead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "Print the newest signed head of the log, and what is held of others. 日志头。",
        discussion: "Works while the node serves, and signs nothing: a serving node makes a head each minute.")

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await JiexuStore(path: settings.databasePath, access: .reading)
        defer { store.close() }
        let log = StoredLog(store)
        let tree = try await log.tree()
        print("日志 log: \(tree.size) leaves, root \(tree.root)")
        if let head = try await log.newestOwnHead() {
            print("日志头 head: \(LogWords.line(head))")
            print(head.text)
        } else {
            print("尚无日志头。 No head was signed yet.")
        }
        for head in try await log.newestHeads(limit: 1_000) {
            print("持有 held of \(head.head.agency): \(LogWords.line(head))")
        }
    }
}

/// `jiexu log alarms`
struct LogAlarms: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "alarms", abstract: "List the evidence against the logs of other agencies. 日志警报。",
        discussion: "Ends with 0 when there is none, with 1 when there is some. Works while the node serves.")

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await JiexuStore(path: settings.databasePath, access: .reading)
        defer { store.close() }
        let conflicts = try await StoredLog(store).headConflicts(limit: 10_000)
        for conflict in conflicts {
            print("× \(ChinaTime.text(conflict.at))  \(conflict)")
            print("    \(conflict.shown.text)\n    \(conflict.held.text)")
        }
        print(
            conflicts.isEmpty
                ? "没有警报。 Nothing stands against anybody." : "共 \(conflicts.count) 条。 \(conflicts.count) alarms.")
        guard conflicts.isEmpty else { throw CommandOutcome.findings }
    }
}

/// `jiexu log accept-loss`
struct LogAcceptLoss: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "accept-loss",
        abstract: "Go on with a log of which a part was lost; every peer will see it. 接受丢失，继续运行。",
        discussion: """
            A node that was restored from an old backup is recovering: it takes, sends and orders nothing. First bring back \
            what can be brought back. This command writes a leaf with the reason and begins a new epoch of the log; a \
            serving node goes on within seconds.
            """)

    @Option(help: "Why, and what was done to bring the lost part back: 1 to 500 bytes.")
    var reason: String

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let isTidy = (1...500).contains(reason.utf8.count) && reason.unicodeScalars.allSatisfy { $0.value >= 0x20 }
        guard isTidy else { throw Misuse("--reason: expected 1 to 500 bytes of text without control characters") }
        let settings = try settings.read()
        let store = try await JiexuStore(path: settings.databasePath, access: .importing)
        defer { store.close() }
        guard let epoch = try await StoredLog(store).acceptLoss(reason: reason, at: SystemClock().now) else {
            throw Misuse("nothing of this log is known to be missing")
        }
        print("已接受丢失，日志进入第 \(epoch) 期。 The loss was accepted; epoch \(epoch) of the log begins.")
    }
}

/// How heads are written for people.
enum LogWords {
    static func line(_ signed: SignedTreeHead) -> String {
        let head = signed.head
        let time = ChinaTime.text(Instant(milliseconds: head.atMilliseconds))
        return "size \(head.size), epoch \(head.epoch), root \(head.root), \(time)"
    }
}
