import ArgumentParser
import Casework
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu dossier`: a case as one file that a stranger can check offline.
struct DossierCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "dossier", abstract: "Export and verify the dossiers of cases. 业务卷宗。",
        subcommands: [DossierExport.self, DossierVerify.self])
}

/// `jiexu dossier export`
struct DossierExport: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Write the dossier of a case, signed by the agency; works while the node serves. 导出卷宗。")

    @Argument(help: "The number of the case.")
    var number: String

    @Option(name: .shortAndLong, help: "The file to write; it holds personal data and is for its owner only.")
    var output: String

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let view = try await CaseReading.view(number, settings)
        let key = try KeyFiles.signingKey(settings)
        let directory = try Files.read(settings.keys.directory, limit: SignedDirectory.longest)
        let bytes = try DossierWriter.write(
            Dossier(view, log: try await LogReading.log(of: view, settings)), directory: directory,
            exporter: settings.agency.code, key: key,
            at: SystemClock().now.signingTime)
        try Files.create(output, bytes, for: .owner)
        print("已导出 \(view.opening.number) 的卷宗：\(output)。 Exported \(view.file.documents.count) documents.")
    }
}

/// `jiexu dossier verify`
struct DossierVerify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check a dossier offline, with nothing but the anchors. 离线核验卷宗。",
        discussion: "Ends with 0 only when nothing is wrong or missing, with 1 when something is.")

    @Argument(help: "The dossier.")
    var file: String

    @Option(help: "The trust anchors of the network, PEM.")
    var trust: String

    @Option(help: "The certificates of time-stamping authorities that are trusted, PEM.")
    var stampTrust: String?

    @Option(help: "Judge as if it were this moment, such as 2041-03-20T00:00:00Z. 按此时刻核验。")
    var at: String?

    @Flag(help: "Print the findings as one JSON object.")
    var json = false

    /// No dossier is longer, in bytes.
    private static let longest = 64 << 20

    func run() async throws {
        let anchors = try KeyFiles.anchors(trust)
        let bytes = try Files.read(file, limit: DossierVerify.longest)
        let now = try at.map { text in
            guard let time = SigningTime(text) else {
                throw Misuse("--at: expected a moment such as 2041-03-20T00:00:00Z")
            }
            return time.secondsSince1970
        }
        let authorities = try stampTrust.map { path in
            try StampCertificate.all(inPEM: String(decoding: try Files.read(path, limit: 1 << 18), as: UTF8.self))
        }
        let (findings, remarks) = DossierVerifier.examine(
            bytes, anchors: anchors, stampAuthorities: authorities ?? [], at: now ?? SystemClock().now.seconds)
        if json {
            let text = try JSONWriter.object(limits: .ofCommands) { json in
                json.field("sound", findings.isEmpty)
                json.array("findings", findings) { json, finding in
                    json.object { json in
                        json.field("code", finding.code.rawValue)
                        json.field("member", finding.member)
                        json.field("chinese", finding.chinese)
                        json.field("english", finding.english)
                    }
                }
                json.array("remarks", remarks) { json, remark in
                    json.object { json in
                        json.field("member", remark.member)
                        json.field("chinese", remark.chinese)
                        json.field("english", remark.english)
                    }
                }
            }
            print(String(decoding: text, as: UTF8.self))
        } else {
            for remark in remarks { print("· \(remark.member)\n    \(remark.chinese)\n    \(remark.english)") }
            for finding in findings {
                let member = finding.member.isEmpty ? file : finding.member
                print("× \(member)  \(finding.code.rawValue)\n    \(finding.chinese)\n    \(finding.english)")
            }
            print(
                findings.isEmpty
                    ? "卷宗完整，签名有效。 The dossier is whole and its signatures are good."
                    : "发现 \(findings.count) 处问题。 \(findings.count) findings.")
        }
        guard findings.isEmpty else { throw CommandOutcome.findings }
    }
}

extension Dossier {
    /// All that the node has of a case.
    init(_ view: CaseView, log: DossierLog?) {
        self.init(
            caseNumber: view.opening.number, role: view.opening.role, origin: view.opening.origin,
            destination: view.opening.destination, payouts: view.opening.payouts, phase: view.summary.phase,
            documents: view.file.documents.map { SignedDocument(bytes: $0.bytes, receipt: $0.receipt) },
            application: view.opening.application,
            events: view.file.events.map { event in
                Event(
                    branch: event.branch, name: event.name, code: event.code, atMilliseconds: event.at.milliseconds,
                    actor: event.actor, cause: event.cause, attachment: event.attachment)
            }, postings: view.postings, log: log)
    }
}

extension JSONLimits {
    /// What commands print: as much as there is.
    static let ofCommands = JSONLimits(
        bytes: 64 << 20, depth: 16, members: 2_000_000, topLevelObjectOnly: true, integersOnly: true, textRule: .any)
}
