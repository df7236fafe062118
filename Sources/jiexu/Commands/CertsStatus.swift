import ArgumentParser
import Casework
import Foundation
import FoundationNetworking
import NodeLink
import NodeSettings
import Store
import TransferCore
import TransferDocuments

/// `jiexu certs status`
struct CertsStatus: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "How long keys and certificates last, which directory each peer has, and what to see to. 密钥状态。",
        discussion: """
            Reads the node's store and files; works while the node serves, and when it does not. Ends with 1 when an alarm \
            is open.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let settings = try settings.read()
        let report = try await TrustStanding.report(settings)
        for line in TrustStanding.lines(of: report) { print(line) }
        if !report.alarms.isEmpty { throw CommandOutcome.findings }
    }
}

/// `jiexu certs reload`
struct CertsReload: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "reload",
        abstract: "Have the running node read its keys, lists and directory again. 重新读取密钥与目录。",
        discussion: """
            The same as SIGHUP, with an answer: what was taken and what was refused, and why. Ends with 1 when something \
            was refused; the node goes on with what it had.
            """)

    @OptionGroup var settings: ConfigOption

    func run() async throws {
        let listener = try settings.read().operations
        guard let url = URL(string: "http://\(listener.host):\(listener.port)/ops/trust/reload") else {
            throw Misuse("operations.listen is no address")
        }
        var request = URLRequest(url: url, timeoutInterval: 60)
        request.httpMethod = "POST"
        guard let (body, _) = try? await URLSession.shared.data(for: request),
            case .object(let answer)? = try? JSON.parse(Array(body), limits: .ofCommands),
            case .array(let files)? = answer["files"]
        else { throw Misuse("\(url.absoluteString): the node cannot be reached") }
        for file in files {
            let why = file["why"]?.text ?? ""
            print("\(file["file"]?.text ?? "")  \(file["outcome"]?.text ?? "")\(why.isEmpty ? "" : "  \(why)")")
        }
        if case .bool(true)? = answer["refused"] { throw CommandOutcome.findings }
    }
}

/// How it stands with the keys of a node, read from its store and files.
enum TrustStanding {
    static func report(_ settings: NodeSettings) async throws -> TrustReport {
        let anchors = try KeyFiles.anchors(settings.keys.anchors)
        let clock = SystemClock()
        let store = try await settings.openStore(.reading)
        defer { store.close() }
        let (revocations, _) = try await TrustFiles.firstRevocations(settings, anchors, store, clock.now)
        let (directory, _) = try await TrustFiles.firstDirectory(settings, anchors, store, clock.now)
        return try await TrustReport(
            agency: settings.agency.code, directory: directory.applying(revocations), anchors: anchors,
            revocations: revocations, ownTLS: try KeyFiles.credentials(settings, anchors).certificate(),
            signing: try KeyFiles.signingKey(settings).certificateThumbprint, store: store, at: clock.now)
    }

    static func lines(of report: TrustReport) -> [String] {
        let directory = report.directory.directory
        var lines = ["机构目录 directory \(directory.version)  \(report.directory.digest)"]
        for term in report.terms {
            let days = term.daysLeft(at: report.at.seconds)
            let mark = term.warning(at: report.at.seconds) == nil ? " " : "!"
            lines.append("\(mark) 还有 \(days) 天 days  \(term.subject)")
        }
        lines.append("对方的目录 directory of each peer:")
        for peer in report.peers {
            let known = peer.directory
            let at = known.map { ChinaTime.text(Instant(seconds: $0.asOf)) } ?? ""
            let words = known.map { "\($0.version)  \(at)" } ?? "尚未告知 not told yet"
            lines.append("\(report.behind.contains(peer.code) ? "!" : " ") \(peer.code)  \(words)")
        }
        for thumbprint in report.retirable {
            let why = report.objection(toRetiring: thumbprint)
            lines.append(
                "\(why == nil ? " " : "!") \(thumbprint)  "
                    + (why.map { "尚不可停用 not to be retired yet: \($0)" } ?? "可以停用 may be retired"))
        }
        for alarm in report.alarms {
            lines.append(
                "× \(ChinaTime.text(alarm.at))  \(alarm.kind.rawValue) \(alarm.subject): \(alarm.detail)")
        }
        if report.alarms.isEmpty { lines.append("没有警报。 No alarm is open.") }
        return lines
    }
}
