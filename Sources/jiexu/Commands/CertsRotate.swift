import ArgumentParser
import Casework
import Glibc
import NodeSettings
import TransferCore
import TransferDocuments

/// Which of the two keys of an agency.
enum AgencyKeyKind: String, ExpressibleByArgument, CaseIterable {
    case tls, signing
}

/// `jiexu certs rotate`
struct CertsRotate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make the next key beside the one in use, and later take it into use. 轮换密钥。",
        discussion: """
            Without --finish: writes tls-next.pem and tls-next.key (or signing-…) into the folder of the keys, and says \
            what stands in the agency's entry of the directory from now on: both certificates. With --finish: once every \
            peer has that directory, the next key takes the place of the old one, which is kept as …-old. A peer that has \
            not said so makes it refuse, unless --force is given. Nothing is written over.
            """)

    @Argument(help: "tls or signing.")
    var kind: AgencyKeyKind

    @Option(help: "The node's settings file: it names the agency and its files.")
    var config: String

    @Option(help: "The folder of the root; needed to make the next key.")
    var root: String?

    @Option(help: "A DNS name or IPv4 address under which peers reach the node; may be repeated.")
    var host: [String] = ["localhost"]

    @Option(help: "How long the certificate is valid: 1 to 10, and not beyond the root.")
    var years = 2

    @Flag(help: "Take the next key into use.")
    var finish = false

    @Flag(help: "Take it into use although peers have not said that they have the directory with it.")
    var force = false

    func run() async throws {
        let settings = try NodeSettings.ofNode(config)
        let keys = settings.keys
        let current =
            kind == .tls ? (keys.tlsCertificate, keys.tlsKey) : (keys.signingCertificate, keys.signingKey)
        let next = (RotatedFiles.named(current.0, "-next"), RotatedFiles.named(current.1, "-next"))
        if finish { return try await takeIntoUse(settings, current, next) }
        guard let root else { throw Misuse("--root: name the folder of the root") }
        // A demonstration may be before the machine, by whose clock TLS looks at certificates.
        let now = min(SystemClock().now, SystemClock().machineTime).seconds
        let authority = try NetworkFounding.root(in: root)
        let validity = NetworkFounding.validity(years: years, by: authority, at: now)
        let issued =
            kind == .tls
            ? try authority.issueTLS(for: settings.agency.code, hosts: host, validity: validity)
            : try authority.issueSigning(for: settings.agency.code, validity: validity)
        try Files.create(next.1, Array(issued.keyPEM.utf8), for: .owner)
        try Files.create(next.0, Array(issued.certificatePEM.utf8), for: .everyone)
        CertificateText.lines(of: issued.certificate).forEach { print($0) }
        print(
            """
            下一步 What comes next:
              1. 在目录条目中同时列出两个证书。 List both certificates in the entry of \(settings.agency.code): \(next.0)
              2. 签发更高版本的目录。 Issue a directory of a higher version: jiexu certs directory --previous …
              3. 等待各方确认。 Wait until every peer has it: jiexu certs status --config \(config)
              4. 启用。 Take it into use: jiexu certs rotate \(kind.rawValue) --config \(config) --finish
              5. 停用旧证书。 Retire the old one: jiexu certs retire THUMBPRINT --config \(config)
            """)
    }

    private func takeIntoUse(
        _ settings: NodeSettings, _ current: (String, String), _ next: (String, String)
    ) async throws {
        let report = try await TrustStanding.report(settings)
        let certificates = try KeyFiles.certificates(next.0)
        guard certificates.count == 1 else { throw Misuse("\(next.0): expected one certificate") }
        // The key must fit before anything is moved.
        _ = try KeyFiles.signingKey(next.1, certificate: next.0)
        let thumbprint = certificates[0].thumbprint
        let entry = report.directory[settings.agency.code]
        let isListed =
            (entry?.tlsCertificates.map(\.thumbprint) ?? []).contains(thumbprint)
            || (entry?.signingCertificates.map(\.certificate.thumbprint) ?? []).contains(thumbprint)
        guard isListed else {
            throw Misuse("\(next.0) is not in directory \(report.directory.directory.version): peers would refuse it")
        }
        guard report.behind.isEmpty || force else {
            throw Misuse(
                "these have not said that they have directory \(report.directory.directory.version): "
                    + report.behind.map(\.text).joined(separator: " ") + "; wait, or give --force")
        }
        let stamp = "-old-\(SystemClock().now.seconds)"
        try RotatedFiles.move(current.1, to: RotatedFiles.named(current.1, stamp))
        try RotatedFiles.move(current.0, to: RotatedFiles.named(current.0, stamp))
        try RotatedFiles.move(next.1, to: current.1)
        try RotatedFiles.move(next.0, to: current.0)
        print("已启用 \(thumbprint)；请运行 certs reload。 It is in use when the node has read it: jiexu certs reload")
    }
}

/// The names of files while keys change.
enum RotatedFiles {
    /// `keys/tls.pem` with `-next` is `keys/tls-next.pem`.
    static func named(_ path: String, _ suffix: String) -> String {
        guard let dot = path.lastIndex(of: "."), !path[dot...].contains("/") else { return path + suffix }
        return path[..<dot] + suffix + path[dot...]
    }

    static func move(_ path: String, to other: String) throws {
        guard !Files.exists(other) || Files.exists(path) else { throw Misuse("\(path) is not there") }
        guard rename(path, other) == 0 else {
            throw Misuse("\(path) cannot be moved to \(other): \(String(cString: strerror(errno)))")
        }
    }
}

/// `jiexu certs retire`
struct CertsRetire: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "retire",
        abstract: "Say whether a certificate of ours may go, and how the directory lists it then. 停用旧证书。",
        discussion: """
            It may go when it is not in use, the one in use is in the directory, and every peer has said that it works by \
            this directory. Otherwise the command says what is missing and ends with 1, unless --force is given.
            """)

    @Argument(help: "The thumbprint, as `certs status` shows it.")
    var thumbprint: String

    @OptionGroup var settings: ConfigOption

    @Flag(help: "Retire it although peers have not said that they have the directory.")
    var force = false

    func run() async throws {
        guard let digest = DocumentDigest(text: thumbprint) else { throw Misuse("\(thumbprint) is no thumbprint") }
        let report = try await TrustStanding.report(try settings.read())
        guard report.retirable.contains(digest) else {
            throw Misuse("\(thumbprint): no certificate of \(report.agency) that is in the directory and not in use")
        }
        if let why = report.objection(toRetiring: digest) {
            print("尚不可停用。 Not to be retired yet: \(why)")
            guard force else { throw CommandOutcome.findings }
            print("按 --force 停用。 Retired all the same: --force.")
        }
        let isSigning =
            report.directory[report.agency]?.signingCertificates.contains { $0.certificate.thumbprint == digest }
            ?? false
        print(
            isSigning
                ? "在目录条目中为其写明停用时间。 In the entry of the directory, give it: until: \"\(report.at.signingTime)\""
                : "从目录条目的 tlsCertificates 中删去。 Leave it out of tlsCertificates in the entry of the directory.")
    }
}

/// `jiexu certs revoke`
struct CertsRevoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "revoke",
        abstract: "Make the next list of revoked certificates (CRL). 签发证书吊销列表。",
        discussion: """
            The list names every certificate of the one before it, and those given now. Without certificates it is the \
            first list, or a renewal of the last: nodes want a new one before the old one is overdue.
            """)

    @Argument(help: "Files with the certificates to take back.")
    var certificates: [String] = []

    @Option(help: "The folder of the root.")
    var root: String

    @Option(help: "The list in force; it is left out only for the first.")
    var previous: String?

    @Option(help: "In how many days the next list is due at the latest: 1 to 90.")
    var days = 7

    @Option(help: "From when they are not believed, as 2026-11-21T08:00:00Z; now when it is left out.")
    var from: String?

    @Option(name: .shortAndLong, help: "The file to write; its name ends in .pem.")
    var output: String

    func validate() throws {
        guard (1...90).contains(days) else { throw ValidationError("--days: expected 1 to 90") }
        guard output.hasSuffix(".pem") else { throw ValidationError("--output: expected a name that ends in .pem") }
    }

    func run() async throws {
        let now = SystemClock().now.seconds
        var since = now
        if let from {
            guard let time = SigningTime(from) else { throw Misuse("--from: expected the form 2026-11-21T08:00:00Z") }
            since = time.secondsSince1970
        }
        let taken = try certificates.flatMap { try KeyFiles.certificates($0) }
        let list = try NetworkFounding.revocationList(
            taking: taken, since: since, after: try previous.map { try KeyFiles.text($0) }, days: days,
            by: try NetworkFounding.root(in: root), at: now)
        try Files.replace(output, Array(list.pem.utf8), for: .everyone)
        print(
            "吊销列表第 \(list.number) 号，\(list.count) 个证书，最迟于 \(ChinaTime.text(Instant(seconds: list.nextDueAt))) 更新。"
                + " List \(list.number): \(list.count) certificates.")
    }
}
