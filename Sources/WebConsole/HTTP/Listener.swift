import Casework
import Hummingbird
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOSSL

/// Where a listener waits for connections.
package struct ListenAddress: Hashable, Sendable {
    /// A name or an address of this machine.
    package let host: String
    /// 0 takes a free port; which one is told when the listener waits.
    package let port: Int
    /// Nil for plain HTTP, which is for this machine only.
    package let tls: TLSFiles?
    /// Whether browsers are asked for a certificate. Whatever they show is let through, and judged by the pages.
    package let asksForCertificate: Bool

    package init(host: String = "127.0.0.1", port: Int, tls: TLSFiles? = nil, asksForCertificate: Bool = false) {
        self.host = host
        self.port = port
        self.tls = tls
        self.asksForCertificate = asksForCertificate
    }

    /// The files of a TLS identity, in PEM: the certificate with its chain, and the key.
    package struct TLSFiles: Hashable, Sendable {
        package let certificateFile: String
        package let keyFile: String

        package init(certificateFile: String, keyFile: String) {
            self.certificateFile = certificateFile
            self.keyFile = keyFile
        }
    }

    /// Whether only this machine can reach it.
    var isLoopback: Bool { host == "localhost" || host == "::1" || host.hasPrefix("127.") }
}

extension ListenAddress: CustomStringConvertible {
    package var description: String { "\(tls == nil ? "http" : "https")://\(host):\(port)" }
}

/// Why a listener does not come up.
package enum ListenerFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// Access tokens would cross the network readable for everyone.
    case plainBeyondLoopback(host: String)
    /// The operations listener has no tokens, so only this machine may reach it.
    case notLoopback(host: String)
    case tlsFile(path: String, why: String)
    /// It ended before it waited for connections.
    case ended

    package var description: String {
        switch self {
        case .plainBeyondLoopback(let host):
            "plain HTTP on \(host) would show access tokens to the network: give a certificate and a key, or listen on "
                + "127.0.0.1 behind a proxy"
        case .notLoopback(let host): "the operations listener must wait on this machine only, not on \(host)"
        case .tlsFile(let path, let why): "\(path) cannot be used for TLS: \(why)"
        case .ended: "the listener ended before it waited for connections"
        }
    }
}

/// Listens for HTTP/1.1 and lets a table of routes answer, until the group of services that runs it shuts down: then no
/// further connections are taken, and requests that have begun are answered.
struct Listener: Sendable {
    let address: ListenAddress
    let table: RouteTable
    let limits: ConnectionLimits
    let bound = BoundPort()

    init(address: ListenAddress, table: RouteTable, limits: ConnectionLimits) {
        self.address = address
        self.table = table
        self.limits = limits
    }

    func run() async throws {
        let bound = bound
        do {
            let application = Application(
                responder: table, server: try server(),
                configuration: ApplicationConfiguration(
                    address: .hostname(address.host, port: address.port),
                    availableConnectionsDelegate: MaximumAvailableConnections(
                        limits.connections, logger: table.logger)),
                onServerRunning: { channel in
                    if let port = channel.localAddress?.port { await bound.set(port) }
                },
                logger: table.logger)
            try await application.run()
            await bound.end(ListenerFault.ended)
        } catch {
            await bound.end(error)
            throw error
        }
    }

    private func server() throws -> HTTPServerBuilder {
        let limits = limits
        let http = HTTPServerBuilder { responder in
            GuardedChannel(
                base: HTTP1Channel(
                    responder: responder,
                    configuration: .init(
                        httpDecoderConfiguration: .init(
                            maxHeaderFieldSize: 8_192, maxHeaderListSize: 32_768, maxHeaderFieldCount: 64))),
                limits: limits)
        }
        guard let files = address.tls else { return http }
        var configuration = try Listener.tlsConfiguration(files)
        guard address.asksForCertificate else { return try .tls(http, tlsConfiguration: configuration) }
        configuration.certificateVerification = .optionalVerification
        return try .tls(
            http,
            configuration: TLSChannelConfiguration(
                tlsConfiguration: configuration,
                customVerificationCallback: { _, verdict in verdict.succeed(.certificateVerified) }))
    }

    private static func tlsConfiguration(_ files: ListenAddress.TLSFiles) throws(ListenerFault) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(files.certificateFile)
        } catch {
            throw .tlsFile(path: files.certificateFile, why: "\(error)")
        }
        guard !chain.isEmpty else { throw .tlsFile(path: files.certificateFile, why: "it holds no certificate") }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: files.keyFile, format: .pem)
        } catch {
            throw .tlsFile(path: files.keyFile, why: "\(error)")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        return configuration
    }
}

/// The port at which a listener waits, told as soon as it is known.
actor BoundPort {
    private var outcome: Result<Int, any Error>?
    private var waiting: [CheckedContinuation<Int, any Error>] = []

    /// The port; waits until the listener has one.
    ///
    /// - Throws: why the listener did not come up.
    func wait() async throws -> Int {
        if let outcome { return try outcome.get() }
        return try await withCheckedThrowingContinuation { waiting.append($0) }
    }

    func set(_ port: Int) { settle(.success(port)) }

    func end(_ error: any Error) { settle(.failure(error)) }

    private func settle(_ result: Result<Int, any Error>) {
        guard outcome == nil else { return }
        outcome = result
        for continuation in waiting { continuation.resume(with: result) }
        waiting = []
    }
}
