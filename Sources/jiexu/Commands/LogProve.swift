import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu log prove`
struct LogProve: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prove",
        abstract: "Print the proofs that everything of a case stands in the log. 证明业务内容在日志中。",
        discussion: "The output is the member log.json of a dossier. Works while the node serves.")

    @Argument(help: "The number of the case.")
    var number: String

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let view = try await CaseReading.view(number, settings)
        print(String(decoding: try await LogReading.log(of: view, settings).encoded(), as: UTF8.self))
    }
}

/// `jiexu log verify`
struct LogVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Recompute the log from the stored rows, and compare it with every head. 核验日志。",
        discussion: """
            Works while the node serves, and changes nothing. Each leaf is computed again from its row, the tree is laid \
            over all of them, and every head that this node has signed must have its root at its size. The heads that are \
            held of other agencies must grow out of each other; signatures of documents and time-stamps must hold. The \
            first leaf that is not what it was is named. Evidence against other agencies is listed and is no fault \
            of this log. Ends with 0 when nothing is wrong, with 1 when something is.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let audit = StoreAudit(store)
        let rows = try await audit.verify()
        let outcome = try await LogReading.audit(store, settings).verify()
        let findings = rows + outcome.findings
        for finding in findings { print("× \(finding)") }
        for count in try await audit.counts() where count.leaves > 0 || count.rows > 0 {
            let mark = count.leaves == count.rows ? " " : "×"
            print("\(mark) \(count.kind.rawValue): \(count.leaves) leaves, \(count.rows) rows")
        }
        // A row that is not its leaf's names it exactly; a head only bounds it.
        if let first = rows.compactMap(\.leaf).min() ?? outcome.findings.compactMap(\.leaf).min() {
            print("第一个坏叶 first bad leaf: \(first)")
        }
        for conflict in outcome.conflicts { print("! \(conflict)") }
        for head in outcome.unproven { print("? \(head)") }
        print("日志 log: \(outcome.size) leaves, root \(outcome.root)")
        print(
            "日志头 own heads \(outcome.ownHeads)，持有 heads of others \(outcome.peerHeads)，"
                + "时间戳 time-stamps \(outcome.stamps)，签名 signatures \(outcome.signatures)")
        let count = findings.count
        print(count == 0 ? "未发现问题。 Nothing is wrong." : "发现 \(count) 处问题。 \(count) findings.")
        guard count == 0 else { throw CommandOutcome.findings }
    }
}

/// The log of a node, read beside the process that serves.
enum LogReading {
    static func audit(_ store: JiexuStore, _ settings: NodeSettings) throws -> LogAudit {
        let directory = try SignedDirectory.open(
            try Files.read(settings.keys.directory, limit: SignedDirectory.longest),
            anchors: try KeyFiles.anchors(settings.keys.anchors), at: SystemClock().now.seconds,
            expiry: .allowedForEvidence)
        return LogAudit(store, agency: settings.agency.code, directory: directory)
    }

    /// The proofs for a case, in the newest head; when that is older than the case, a new one is signed and kept.
    static func log(of view: CaseView, _ settings: NodeSettings) async throws -> DossierLog {
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let log = StoredLog(store)
        let leaves = try await log.leaves(of: view.opening.number)
        let last = leaves.last?.position ?? -1
        let stamps = try await log.stamps(covering: last)
        var head = try await log.newestOwnHead()
        if let stamp = stamps.first { head = try await log.ownHead(epoch: stamp.epoch, size: stamp.size) }
        if head.map({ $0.head.size <= last }) ?? true {
            let writing = try await settings.openStore(.importing)
            defer { writing.close() }
            let own = StoredLog(writing)
            guard try await own.missingHead() == nil else {
                throw Misuse("the node is recovering and signs no heads: see jiexu log verify")
            }
            head = try await signer(own, settings).newestHead(isUrgent: true)
        }
        guard let head, head.head.size > last else { throw Misuse("\(view.opening.number): its leaves are in no head") }
        return try await LogExtract.log(of: view, leaves: leaves, head: head, stamps: stamps, from: log)
    }

    /// Signs heads beside the process that serves, with the same key and the same note outside the database.
    static func signer(_ log: StoredLog, _ settings: NodeSettings) throws -> HeadSigner {
        HeadSigner(
            log: log, agency: settings.agency.code, clock: SystemClock(),
            signer: DocumentKey(key: try KeyFiles.signingKey(settings)), anchor: HeadAnchorFile(settings))
    }
}
