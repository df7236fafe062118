import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu log recover`
struct LogRecover: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "recover",
        abstract:
            "Take up that a part of the log is lost, bring back what peers hold, and list what people decide. 恢复。",
        discussion: """
            With --from-anchor the head noted outside the database is taken up as missing: the node then starts, recovering \
            and read-only. With --dossier the documents of a case come back from the dossier of the other agency: each with \
            its signatures verified and a leaf of its own, so that no number is used twice. What was decided or posted here \
            cannot come back; it is listed. When all is done, jiexu log accept-loss lets the node go on.
            """)

    @Flag(help: "Go on with a database that ends before the head noted outside of it.")
    var fromAnchor = false

    @Option(help: "A dossier of a case that the other agency has exported; may be given several times.")
    var dossier: [String] = []

    @OptionGroup var settings: ConfigOption

    /// No dossier is longer, in bytes.
    private static let longest = 64 << 20

    func run() async throws {
        let settings = try settings.read()
        let store = try await settings.openStore(.importing)
        defer { store.close() }
        let log = StoredLog(store)
        let anchors = try KeyFiles.anchors(settings.keys.anchors)
        if fromAnchor { try await takeUpAnchor(log, anchors, settings) }
        for path in dossier { try await bringBack(path, log, anchors) }
        try await tell(store, log, settings)
    }

    private func takeUpAnchor(_ log: StoredLog, _ anchors: TrustAnchors, _ settings: NodeSettings) async throws {
        let file = HeadAnchorFile(settings)
        guard let bytes = try file.read() else { throw Misuse("\(file.path): no head is noted there") }
        let directory = try SignedDirectory.open(
            try Files.read(settings.keys.directory, limit: SignedDirectory.longest), anchors: anchors,
            at: SystemClock().now.seconds, expiry: .allowedForEvidence)
        let noted: SignedTreeHead
        do throws(HeadFault) {
            noted = try SignedTreeHead(bytes, in: directory, at: nil)
        } catch {
            throw Misuse("\(file.path): \(error); move the file away if it is not this node's")
        }
        guard noted.head.agency == settings.agency.code else {
            throw Misuse("\(file.path): the noted head is that of \(noted.head.agency)")
        }
        let (epoch, tree) = (try await log.epoch(), try await log.tree())
        let isWhole: Bool
        if noted.head.epoch < epoch {
            isWhole = true
        } else if noted.head.epoch == epoch, tree.size >= noted.head.size {
            isWhole = try await log.root(ofFirst: noted.head.size) == noted.head.root
        } else {
            isWhole = false
        }
        guard !isWhole else { return print("数据库与所记日志头一致。 The database goes back to the noted head.") }
        try await log.keepMissing(noted, shownBy: settings.agency.code, at: SystemClock().now)
        print("已登记缺失的日志头。 Taken up as missing: \(LogWords.line(noted)); the log has \(tree.size) leaves.")
    }

    private func bringBack(_ path: String, _ log: StoredLog, _ anchors: TrustAnchors) async throws {
        let now = SystemClock().now
        let found: [DossierDocuments.Found]
        do {
            found = try DossierDocuments.read(
                try Files.read(path, limit: LogRecover.longest), anchors: anchors, at: now.seconds)
        } catch let doubt as DossierDoubt {
            for finding in doubt.findings { print("× \(path): \(finding)") }
            throw Misuse("\(path): nothing is brought back from a dossier that is in doubt")
        }
        let kept = try await log.keepRecovered(
            found.map {
                RecoveredDocument(
                    epoch: 0, number: $0.head.caseNumber, sender: $0.head.sender, sequence: $0.head.sequence,
                    digest: $0.digest, bytes: $0.bytes, receipt: $0.receipt, at: now)
            })
        print(
            "\(path)：共 \(found.count) 份文书，找回 \(kept.count) 份。 \(kept.count) of \(found.count) documents brought back.")
        for document in kept {
            print("  + \(document.number)  \(document.sender) \(document.sequence)  \(document.digest)")
        }
    }

    /// What is known to be missing, and what only people can decide.
    private func tell(_ store: JiexuStore, _ log: StoredLog, _ settings: NodeSettings) async throws {
        let tree = try await log.tree()
        print("日志 log: \(tree.size) leaves, epoch \(try await log.epoch())")
        let missing = try await log.missingHead()
        if let missing {
            print("缺失 missing: \(LogWords.line(missing))")
            print("  缺少 \(max(0, missing.head.size - tree.size)) 个叶。 At least so many leaves are gone.")
        }
        for (number, sender, count) in try await log.recoveredCases() {
            print(
                "? 业务 case \(number): \(count) documents of \(sender) were brought back; decide what follows from them")
        }
        for kept in try await store.openDifferences(with: nil, limit: 10_000) {
            let difference = kept.difference
            print(
                "? 业务 case \(difference.number): \(difference.kind.rawValue), here \(difference.here), "
                    + "there \(difference.there)")
        }
        if missing != nil {
            print(
                "待人决定：丢失期间本机构的决定、记账与银行指令，请对照纸质与银行流水。 For people: decisions, postings and bank orders of "
                    + "the lost time, by paper and bank statement; then jiexu log accept-loss.")
        }
    }
}
