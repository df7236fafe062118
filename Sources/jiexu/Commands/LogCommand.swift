import ArgumentParser
import Casework
import Logging
import NodeLink
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu log`: the append-only log of a node.
struct LogCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "log", abstract: "The append-only log of a node: heads, proofs and alarms. 只增日志。",
        subcommands: [
            LogVerify.self, LogHead.self, LogProve.self, LogExport.self, LogStamp.self, LogAlarms.self,
            LogAcknowledge.self, LogRecover.self, LogAcceptLoss.self,
        ])
}

/// `jiexu log head`
struct LogHead: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "Print the newest signed head of the log, and what is held of others. 日志头。",
        discussion: "Works while the node serves, and signs nothing: a serving node makes a head each minute.")

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
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
        discussion: """
            An open alarm quarantines its agency: no new transfer with it begins, and what is under way waits, until two \
            persons have acknowledged it (jiexu log acknowledge). Ends with 0 when none is open, with 1 when one is. Works \
            while the node serves.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let alarms = try await StoredLog(store).headAlarms(limit: 10_000)
        for alarm in alarms {
            let state = alarm.isOpen ? "× 未关闭 open" : "· 已关闭 closed"
            print("\(state)  \(alarm.id)  \(ChinaTime.text(alarm.conflict.at))  \(alarm.conflict)")
            print("    \(alarm.conflict.shown.text)\n    \(alarm.conflict.held.text)")
            for given in alarm.acknowledgements {
                print("    staff:\(given.person)  \(ChinaTime.text(given.at))  \(given.reason)")
            }
        }
        let open = alarms.filter(\.isOpen).count
        print(
            alarms.isEmpty
                ? "没有警报。 Nothing stands against anybody."
                : "共 \(alarms.count) 条，未关闭 \(open) 条。 \(alarms.count) alarms, \(open) open.")
        guard open == 0 else { throw CommandOutcome.findings }
    }
}

/// `jiexu log acknowledge`
struct LogAcknowledge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "acknowledge",
        abstract: "Acknowledge an alarm as one of two persons; the second one ends the quarantine. 确认警报。",
        discussion: "Asks the serving node, in the name of the person whose token it is: a supervisor or a resolver.")

    @Argument(help: "The number of the alarm, from jiexu log alarms.")
    var alarm: Int64

    @Option(help: "What was looked into and found: 1 to 500 bytes.")
    var reason: String

    @OptionGroup var caller: StalledCaller

    func run() async throws {
        guard HeadAlarm.isReason(reason) else {
            throw Misuse("--reason: expected 1 to 500 bytes of text without control characters")
        }
        let body = try JSONWriter.object { $0.field("text", reason) }
        let answer = try await caller.node().post("/api/v1/staff/log-alarms/\(alarm)/acknowledge", body)
        try caller.tell(answer) { json in
            json["isOpen"] == .bool(true)
                ? ["已确认，还需另一人确认。 Acknowledged; a second person is needed."]
                : ["已由两人确认，隔离解除。 Two persons have acknowledged it; the quarantine ends."]
        }
    }
}

/// `jiexu log stamp`
struct LogStamp: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "stamp", abstract: "Have the newest head stamped with the time by every authority now. 加盖时间戳。",
        discussion:
            "Works while the node serves. Ends with 0 when every authority has stamped, with 1 when one has not.")

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let authorities = try settings.stampAuthorities()
        guard !authorities.isEmpty else { throw Misuse("timestamping: the settings name no authority") }
        let store = try await settings.openStore(.importing)
        defer { store.close() }
        let log = StoredLog(store)
        guard try await log.missingHead() == nil else {
            throw Misuse("the node is recovering and signs no heads: see jiexu log verify")
        }
        let desk = StampDesk(
            log: log, heads: try LogReading.signer(log, settings), link: StampClient(), clock: SystemClock(),
            logger: Logger(label: "stamp") { _ in SwiftLogNoOpLogHandler() }, authorities: authorities)
        var failures = 0
        for authority in authorities {
            switch try await desk.stamp(by: authority) {
            case .stamped(let stamp):
                print("✓ \(stamp.authority)  size \(stamp.size), epoch \(stamp.epoch), \(ChinaTime.text(stamp.at))")
            case .covered(let stamp):
                print("· \(stamp.authority)  size \(stamp.size) is stamped already, \(ChinaTime.text(stamp.at))")
            case .failed(let failure):
                failures += 1
                print("× \(failure.authority)  \(failure.cause)")
            case nil: print("日志为空。 The log has no leaves.")
            }
        }
        guard failures == 0 else { throw CommandOutcome.findings }
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
        let store = try await settings.openStore(.importing)
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
