package import Casework
import HummingbirdCore
package import Logging
package import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle
import Synchronization
package import TransferCore
package import TransferDocuments

/// Where documents of peers arrive, `POST /peer/v1/documents`, their statements of common cases,
/// `POST /peer/v1/digests`, and the heads of their logs, `POST /peer/v1/tree-heads`, and
/// by which directory they work, `POST /peer/v1/directory`; and `GET /peer/v1/ping`. HTTP/1.1
/// over mutual TLS.
///
/// Guarantees: a body is handed over only when it is complete, within its limit, and its sender is known: the agency
/// to which the directory, as it is at that moment, assigns the certificate of the connection. What the message says
/// about its sender plays no part. A body may be handed over and its answer not arrive; the peer then sends it again.
/// Assumes: `receive` answers in its own time; it is called once at a time for each connection.
/// On a graceful shutdown no further connections are taken, the requests that have begun are answered, and `run` ends.
///
/// Requests are read by a reader of our own instead of Hummingbird's: it refuses what two readers of HTTP could
/// understand differently, and takes less than half the time. Hummingbird listens, counts and shuts down.
package final class PeerServer: Service {
    private let settings: PeerServerSettings
    private let logger: Logger
    private let trust: Mutex<Trust>
    private let shares: PeerShares
    private let now: @Sendable () -> Int64
    private let identify: @Sendable (DocumentDigest) -> AgencyCode?
    private let isElsewhere: @Sendable (_ host: String) -> Bool
    private let receive: @Sendable ([[UInt8]], AgencyCode) async -> [PeerAnswer]
    private let receiveDigest: @Sendable ([UInt8], AgencyCode) async -> PeerAnswer
    private let receiveHeads: @Sendable ([UInt8], AgencyCode) async -> PeerAnswer
    private let receiveDirectory: @Sendable ([UInt8], AgencyCode) async -> PeerAnswer
    private let onListening: @Sendable (_ port: Int) -> Void
    private let eventLoopGroup: any EventLoopGroup

    /// What changes when certificates do.
    struct Trust: Sendable {
        let context: NIOSSLContext
        let revocations: Revocations
        /// Rises with every reload; a connection of an earlier one ends.
        var generation = 0
    }

    /// - Parameters:
    ///   - now: in seconds since 1970.
    ///   - identify: the agency that connects with a certificate, by the directory as it is now; asked with every
    ///     request, on an event loop: must not block.
    ///   - isElsewhere: whether a Host, as a request has it, is that of another agency; asked in the same way.
    ///   - receive: takes the documents of one request and their sender, and answers each in their order; called on the
    ///     concurrent executor.
    ///   - receiveDigest: takes a statement of common cases and its sender, in the same way.
    ///   - receiveHeads: takes a message about tree heads and its sender, in the same way.
    ///   - receiveDirectory: takes a statement on the directory and its sender, in the same way.
    ///   - onListening: called once, with the port.
    ///   - eventLoopGroup: the threads that move bytes. One thread serves many thousand requests a second, and is
    ///     cheaper for each of them than several.
    /// - Throws: `certificate-form` or another fault of the credentials.
    package init(
        settings: PeerServerSettings, credentials: TLSCredentials, logger: Logger, now: @escaping @Sendable () -> Int64,
        identify: @escaping @Sendable (DocumentDigest) -> AgencyCode?,
        isElsewhere: @escaping @Sendable (_ host: String) -> Bool = { _ in false },
        receive: @escaping @Sendable ([[UInt8]], AgencyCode) async -> [PeerAnswer],
        receiveDigest: @escaping @Sendable ([UInt8], AgencyCode) async -> PeerAnswer,
        receiveHeads: @escaping @Sendable ([UInt8], AgencyCode) async -> PeerAnswer,
        receiveDirectory: @escaping @Sendable ([UInt8], AgencyCode) async -> PeerAnswer,
        onListening: @escaping @Sendable (_ port: Int) -> Void = { _ in },
        eventLoopGroup: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) throws(TrustFault) {
        self.settings = settings
        self.logger = logger
        self.now = now
        self.identify = identify
        self.isElsewhere = isElsewhere
        self.receive = receive
        self.receiveDigest = receiveDigest
        self.receiveHeads = receiveHeads
        self.receiveDirectory = receiveDirectory
        self.onListening = onListening
        self.eventLoopGroup = eventLoopGroup
        shares = PeerShares(
            connectionsPerPeer: settings.connectionsPerPeer, handshakesPerSource: settings.handshakesPerSource,
            requestsPerSecond: settings.requestsPerSecond)
        trust = Mutex(try Trust(credentials, settings.minimumTLS))
    }

    /// Takes up other credentials for all connections that open from now on. Sessions that peers kept from before are
    /// worth nothing under the new ones. A connection that is open is judged anew with its next request, and ends after its
    /// answer; one that waits for a request ends within ``reloadSeconds``.
    ///
    /// - Throws: the fault of the credentials; those before stay in force.
    package func reload(_ credentials: TLSCredentials) throws(TrustFault) {
        let renewed = try Trust(credentials, settings.minimumTLS)
        trust.withLock { trust in
            let generation = trust.generation + 1
            trust = renewed
            trust.generation = generation
        }
    }

    /// For how long an idle connection may stay open under credentials that were replaced.
    package static let reloadSeconds = PeerRules.drainSeconds

    /// Serves until the service is shut down.
    ///
    /// - Throws: a ``ListenPlaceFault`` when nothing can listen at its address.
    package func run() async throws {
        try ListenPlace(host: settings.host, port: settings.port).check()
        let channel = PeerChannel(
            makeRules: { [self] in
                let trust = self.trust.withLock { $0 }
                let rules = PeerRules(
                    settings: settings, generation: trust.generation, logger: logger, shares: shares, now: now,
                    trust: { [self] in self.trust.withLock { ($0.generation, $0.revocations) } }, identify: identify,
                    isElsewhere: isElsewhere)
                return (rules, trust.context)
            }, receive: receive, receiveDigest: receiveDigest, receiveHeads: receiveHeads,
            receiveDirectory: receiveDirectory)
        let server = Server(
            childChannelSetup: channel,
            configuration: ServerConfiguration(
                address: .hostname(settings.host, port: settings.port), serverName: nil,
                availableConnectionsDelegate: .maximum(settings.connectionLimit, logger: logger)),
            onServerRunning: { [onListening] channel in onListening(channel.localAddress?.port ?? 0) },
            eventLoopGroup: eventLoopGroup, logger: logger)
        try await server.run()
    }
}

extension PeerServer.Trust {
    init(_ credentials: TLSCredentials, _ minimumTLS: TLSMinimum) throws(TrustFault) {
        revocations = try credentials.judging()
        do {
            let chain = try NIOSSLCertificate.fromPEMBytes(credentials.certificatePEM)
            let key = try NIOSSLPrivateKey(bytes: credentials.keyPEM, format: .pem)
            var configuration = TLSConfiguration.makeServerConfigurationWithMTLS(
                certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key),
                trustRoots: .certificates(try NIOSSLCertificate.fromPEMBytes(credentials.rootPEM)))
            configuration.minimumTLSVersion = minimumTLS == .tls12 ? .tlsv12 : .tlsv13
            configuration.certificateVerification = .noHostnameVerification
            configuration.applicationProtocols = ["http/1.1"]
            configuration.shutdownTimeout = .seconds(1)
            configuration.cipherSuiteValues = [
                .TLS_AES_128_GCM_SHA256, .TLS_AES_256_GCM_SHA384, .TLS_CHACHA20_POLY1305_SHA256,
                .TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, .TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
                .TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
            ]
            context = try NIOSSLContext(configuration: configuration)
        } catch {
            throw TrustFault(.certificateForm, "certificate and key for connections are not taken: \(error)")
        }
    }
}
