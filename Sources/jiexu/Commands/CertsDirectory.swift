import ArgumentParser
import Casework
import NodeSettings
import TransferCore
import TransferDocuments

/// `jiexu certs directory`
struct CertsDirectory: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory",
        abstract: "Sign a directory of agencies from one entry file for each. 签发机构目录。",
        discussion: """
            An entry file names the agency's code, nameChinese, nameEnglish, endpoint, tlsCertificates (files), \
            signingCertificates (file, and revokedAt where the key was lost), receives (branch, from, until), \
            deadlineProfile, workingDays, account, and successor for an agency that was closed. Signing certificates \
            stay in the directory for ever: what they signed must be verifiable.
            """)

    @Option(help: "The folder of the directory's key.")
    var key: String

    @Option(help: "The folder of the root; its key is not needed.")
    var root: String

    @Option(name: .customLong("version"), help: "The number of the directory: higher than that of the one in force.")
    var number: Int64

    @Option(help: "How long the directory is good for new cases: 1 to 400.")
    var days = 90

    @Option(parsing: .upToNextOption, help: "The entry files.")
    var entries: [String]

    @Option(help: "The directory in force: the new one is refused unless it can take its place.")
    var previous: String?

    @Option(name: .shortAndLong, help: "The file to write.")
    var output: String

    func validate() throws {
        guard (1...1_000_000_000_000).contains(number) else {
            throw ValidationError("--version: expected 1 to 1000000000000")
        }
        guard (1...400).contains(days) else { throw ValidationError("--days: expected 1 to 400") }
    }

    func run() async throws {
        let now = SystemClock().now.seconds
        let agencies = try entries.map { try DirectoryEntryFile.read($0) }
        let roots = try KeyFiles.certificates(Files.join(root, NetworkFounding.rootCertificate))
        guard roots.count == 1 else { throw Misuse("\(root): expected one root certificate") }
        let directory = AgencyDirectory(
            version: number, issuedAt: now, expiresAt: now + Int64(days) * 86_400, agencies: agencies)
        let bytes = try NetworkFounding.signDirectory(
            directory, keyFolder: key, root: roots[0],
            previous: try previous.map { try Files.read($0, limit: SignedDirectory.longest) }, at: now)
        if previous == nil {
            try Files.create(output, bytes, for: .everyone)
        } else {
            try Files.replace(output, bytes, for: .everyone)
        }
        print(
            "目录第 \(number) 版，\(agencies.count) 个机构，有效至 \(ChinaTime.text(Instant(seconds: directory.expiresAt)))。"
                + " Directory \(number): \(agencies.count) agencies.")
    }
}

/// `jiexu certs show`
struct CertsShow: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show what a file of certificates or a directory says. 查看证书或机构目录。")

    @Argument(help: "A file of certificates (PEM), or a signed directory.")
    var file: String

    @Option(help: "The anchors by which a directory is verified.")
    var trust: String?

    func run() async throws {
        let bytes = try Files.read(file, limit: SignedDirectory.longest)
        if bytes.starts(with: "-----BEGIN".utf8) {
            for certificate in try KeyFiles.certificates(file) {
                CertificateText.lines(of: certificate).forEach { print($0) }
            }
            return
        }
        guard let trust else {
            throw Misuse("\(file) is no certificate; to show a directory, name the anchors with --trust")
        }
        let now = SystemClock().now.seconds
        let opened = try SignedDirectory.open(
            bytes, anchors: try KeyFiles.anchors(trust), at: now, expiry: .allowedForEvidence)
        let directory = opened.directory
        let end = opened.isExpired(at: now) ? "（已过期 expired）" : ""
        print("机构目录 directory \(directory.version)")
        print("  签发 issued    \(ChinaTime.text(Instant(seconds: directory.issuedAt)))")
        print("  有效至 until   \(ChinaTime.text(Instant(seconds: directory.expiresAt)))\(end)")
        for agency in directory.agencies {
            print("\(agency.code)  \(agency.nameChinese) \(agency.nameEnglish)  \(agency.endpoint)")
            print("  账户 account   \(agency.remittanceAccount)")
            for capability in agency.receives {
                let until = capability.until.map { " – \($0)" } ?? " –"
                print("  接收 receives  \(capability.branch.rawValue) \(capability.from)\(until)")
            }
            for entry in agency.tlsCertificates { print("  连接 tls       \(entry.thumbprint)") }
            for entry in agency.signingCertificates {
                let revoked = entry.revokedAt.map { "（自此撤销 revoked \(ChinaTime.text(Instant(seconds: $0)))）" } ?? ""
                print("  签名 signing   \(entry.certificate.thumbprint)\(revoked)")
            }
            if let successor = agency.successor { print("  接替 successor \(successor)") }
        }
    }
}

/// A certificate as text for people.
enum CertificateText {
    static func lines(of certificate: NetworkCertificate) -> [String] {
        let from = ChinaTime.text(Instant(seconds: certificate.validity.lowerBound))
        let until = ChinaTime.text(Instant(seconds: certificate.validity.upperBound))
        return [
            "\(purpose(of: certificate)) \(certificate.purpose)", "  有效 valid       \(from) – \(until)",
            "  指纹 thumbprint  \(certificate.thumbprint)", "  公钥 key pin     \(certificate.keyPin)",
        ]
    }

    private static func purpose(of certificate: NetworkCertificate) -> String {
        switch certificate.purpose {
        case .root: "根证书"
        case .directory: "目录签名证书"
        case .tls: "连接证书"
        case .signing: "文书签名证书"
        }
    }
}
