import Casework
import FoundationEssentials
import Logging
import NodeLink
import ServiceLifecycle
import Synchronization
import TransferCore
import TransferDocuments

/// Two agencies on one machine: Weifang listens, Chengdu sends. Certificates are of the real time, since libcurl looks
/// at the clock of the system.
struct PeerCast {
    static let weifang = AgencyCode("370700")!
    static let chengdu = AgencyCode("510100")!

    let authority: CertificateAuthority
    let weifang: IssuedCertificate
    let chengdu: IssuedCertificate

    static func now() -> Int64 { Int64(Date().timeIntervalSince1970) }

    static var today: ClosedRange<Int64> { (now() - 3_600)...(now() + 86_400) }

    init() throws {
        authority = try CertificateAuthority.founding(
            networkName: "Jiexu trial network", validity: (PeerCast.now() - 86_400)...(PeerCast.now() + 86_400 * 3_650))
        weifang = try authority.issueTLS(
            for: PeerCast.weifang, hosts: ["localhost", "127.0.0.1"], validity: PeerCast.today)
        chengdu = try authority.issueTLS(for: PeerCast.chengdu, hosts: ["localhost"], validity: PeerCast.today)
    }

    /// What a node shows and trusts.
    func credentials(_ own: IssuedCertificate, root: NetworkCertificate? = nil) -> TLSCredentials {
        TLSCredentials(
            rootPEM: Array((root ?? authority.root).pem.utf8), certificatePEM: Array(own.certificatePEM.utf8),
            keyPEM: Array(own.keyPEM.utf8))
    }

    func client(
        _ own: IssuedCertificate? = nil, root: NetworkCertificate? = nil,
        settings: PeerClientSettings = PeerClientSettings(connectMilliseconds: 10_000),
        revocations: Revocations? = nil
    ) throws -> PeerClient {
        try PeerClient(
            settings: settings, credentials: credentials(own ?? chengdu, root: root).with(revocations),
            now: PeerCast.now)
    }

    /// Where Weifang listens.
    func endpoint(_ port: Int, host: String = "127.0.0.1", pin: DocumentDigest? = nil) -> PeerEndpoint {
        PeerEndpoint(
            url: EndpointURL(host: host, port: port)!, keyPins: [pin ?? weifang.certificate.keyPin])!
    }

    /// Runs the server of Weifang while the body runs, and stops it gracefully.
    @discardableResult
    func withServer<Result: Sendable>(
        settings: PeerServerSettings = PeerServerSettings(host: "127.0.0.1", port: 0),
        identify: (@Sendable (DocumentDigest) -> AgencyCode?)? = nil,
        isElsewhere: @escaping @Sendable (_ host: String) -> Bool = { _ in false },
        receive: @escaping @Sendable ([UInt8], AgencyCode) async -> PeerAnswer = { body, sender in
            .receipt(Array(sender.text.utf8) + body)
        },
        receiveDigest: @escaping @Sendable ([UInt8], AgencyCode) async -> PeerAnswer = { body, sender in
            .receipt(Array("digest of \(sender)".utf8) + body)
        },
        receiveHeads: @escaping @Sendable ([UInt8], AgencyCode) async -> PeerAnswer = { body, sender in
            .receipt(Array("heads of \(sender)".utf8) + body)
        },
        _ body: @Sendable @escaping (_ port: Int, PeerServer) async throws -> Result
    ) async throws -> Result {
        let known = chengdu.certificate.thumbprint
        let (ports, port) = AsyncStream.makeStream(of: Int.self)
        let server = try PeerServer(
            settings: settings, credentials: credentials(weifang), logger: silent, now: PeerCast.now,
            identify: identify ?? { $0 == known ? PeerCast.chengdu : nil }, isElsewhere: isElsewhere,
            receive: { documents, sender in await documents.mapSideBySide { await receive($0, sender) } },
            receiveDigest: receiveDigest, receiveHeads: receiveHeads,
            receiveDirectory: { body, sender in .receipt(Array("directory of \(sender)".utf8) + body) },
            onListening: { port.yield($0) })
        let services = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: [.init(service: server)], gracefulShutdownSignals: [], logger: silent))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await services.run() }
            var numbers = ports.makeAsyncIterator()
            guard let number = await numbers.next() else { throw CancellationError() }
            do {
                let result = try await body(number, server)
                await services.triggerGracefulShutdown()
                try await group.waitForAll()
                return result
            } catch {
                await services.triggerGracefulShutdown()
                throw error
            }
        }
    }

    let silent = Logger(label: "silent") { _ in SwiftLogNoOpLogHandler() }
}

/// A list that several tasks write to.
final class Recorded<Element: Sendable>: Sendable {
    private let elements = Mutex<[Element]>([])

    func append(_ element: Element) { elements.withLock { $0.append(element) } }
    var all: [Element] { elements.withLock { $0 } }
    var count: Int { all.count }
}

/// The error that a request ends with; nil when it is answered.
func transportError(_ body: () async throws -> PeerResponse) async -> TransportError? {
    do {
        _ = try await body()
        return nil
    } catch {
        return error as? TransportError
    }
}

/// The code of a problem in an answer.
func problemCode(_ answer: PeerResponse) throws -> String? {
    guard answer.contentType == Problem.contentType else { return nil }
    return problemCode(answer.body)
}

func problemCode(_ body: [UInt8]) -> String? {
    guard case .string(let code)? = (try? JSON.parse(body, limits: .document))?["code"] else { return nil }
    return code
}
