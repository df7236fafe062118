import ArgumentParser
import Casework
import NodeSettings
import TransferCore
import TransferDocuments

/// `jiexu certs`: keys and certificates of a network, and its directory of agencies.
struct CertsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "certs",
        abstract: "Make and look at keys, certificates and the directory. 密钥、证书与机构目录。",
        discussion: """
            A network has one root; it issues two certificates to each agency, one for connections and one for \
            documents, and one to the key that signs the directory of agencies. Nodes trust the root and the \
            directory's certificate: the anchors. Private keys are written for their owner only, and nothing is \
            written over.
            """,
        subcommands: [
            CertsRoot.self, CertsAgency.self, CertsDirectoryKey.self, CertsAnchors.self, CertsDirectory.self,
            CertsShow.self, CertsStatus.self, CertsReload.self, CertsRotate.self, CertsRetire.self, CertsRevoke.self,
            CertsRehearse.self,
        ])
}

/// `jiexu certs root`
struct CertsRoot: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "root", abstract: "Found a network: its root, root.pem and root.key. 建立根证书。")

    @Option(name: .shortAndLong, help: "The folder to write to; keep it offline.")
    var output: String

    @Option(help: "How long the root is valid: 1 to 50.")
    var years = 20

    @Option(help: "The name of the network; stands in every certificate.")
    var name = "Jiexu"

    func validate() throws {
        guard (1...50).contains(years) else { throw ValidationError("--years: expected 1 to 50") }
    }

    func run() async throws {
        let now = SystemClock().now.seconds
        let authority = try NetworkFounding.foundRoot(networkName: name, years: years, in: output, at: now)
        CertificateText.lines(of: authority.root).forEach { print($0) }
    }
}

/// `jiexu certs agency`
struct CertsAgency: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agency",
        abstract: "Issue an agency its tls.pem, tls.key, signing.pem and signing.key. 为经办机构签发证书。")

    @Argument(help: "The agency's code: a region code of six digits.")
    var code: String

    @Option(help: "The folder of the root.")
    var root: String

    @Option(name: .shortAndLong, help: "The folder to write to.")
    var output: String

    @Option(help: "A DNS name or IPv4 address under which peers reach the node; may be repeated.")
    var host: [String] = ["localhost"]

    @Option(help: "How long the certificates are valid: 1 to 10, and not beyond the root.")
    var years = 2

    func validate() throws {
        guard AgencyCode(code) != nil else { throw ValidationError("\(code): expected a region code of six digits") }
        guard (1...10).contains(years) else { throw ValidationError("--years: expected 1 to 10") }
    }

    func run() async throws {
        guard let code = AgencyCode(code) else { return }
        let now = SystemClock().now.seconds
        let issued = try NetworkFounding.issueAgency(
            code, hosts: host, years: years, by: try NetworkFounding.root(in: root), in: output, at: now)
        CertificateText.lines(of: issued.tls).forEach { print($0) }
        CertificateText.lines(of: issued.signing).forEach { print($0) }
    }
}

/// `jiexu certs directory-key`
struct CertsDirectoryKey: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "directory-key",
        abstract: "Issue the directory's directory.pem and directory.key. 为机构目录签发证书。")

    @Option(help: "The folder of the root.")
    var root: String

    @Option(name: .shortAndLong, help: "The folder to write to.")
    var output: String

    @Option(help: "How long the certificate is valid: 1 to 20, and not beyond the root.")
    var years = 5

    func validate() throws {
        guard (1...20).contains(years) else { throw ValidationError("--years: expected 1 to 20") }
    }

    func run() async throws {
        let now = SystemClock().now.seconds
        let certificate = try NetworkFounding.issueDirectoryKey(
            years: years, by: try NetworkFounding.root(in: root), in: output, at: now)
        CertificateText.lines(of: certificate).forEach { print($0) }
    }
}

/// `jiexu certs anchors`
struct CertsAnchors: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "anchors",
        abstract: "Put the anchors of the network into one file, to be handed to every agency. 汇集信任锚。")

    @Option(help: "The folder of the root; may be repeated while roots change.")
    var root: [String]

    @Option(help: "The folder of the directory's key; may be repeated while keys change.")
    var key: [String]

    @Option(name: .shortAndLong, help: "The file to write.")
    var output: String

    func run() async throws {
        let files =
            root.map { Files.join($0, NetworkFounding.rootCertificate) }
            + key.map { Files.join($0, NetworkFounding.directoryCertificate) }
        let certificates = try files.flatMap { try KeyFiles.certificates($0) }
        _ = try TrustAnchors(certificates)
        try Files.create(output, Array(certificates.map(\.pem).joined().utf8), for: .everyone)
        for certificate in certificates { CertificateText.lines(of: certificate).forEach { print($0) } }
    }
}
