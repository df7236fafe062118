import NIOCore
import NIOPosix
import NIOSSL
import NodeLink

/// Opens a TLS connection and sends bytes as they are, in order to see what the server makes of them.
enum RawPeer {
    struct Failure: Error { let reason: String }

    /// Sends the parts one after the other and collects what comes back until the server closes the connection.
    ///
    /// - Parameters:
    ///   - credentials: nil shows no certificate.
    ///   - pause: between the parts.
    ///   - limit: after this time the connection is given up: a test that gets there fails.
    static func exchange(
        _ parts: [[UInt8]], port: Int, credentials: TLSCredentials?, root: [UInt8]? = nil,
        pause: TimeAmount = .zero, maximumTLS: TLSVersion = .tlsv13, limit: TimeAmount = .seconds(20)
    ) async throws -> [UInt8] {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .certificates(
            try NIOSSLCertificate.fromPEMBytes(root ?? credentials?.rootPEM ?? []))
        configuration.certificateVerification = .noHostnameVerification
        configuration.minimumTLSVersion = .tlsv1
        configuration.maximumTLSVersion = maximumTLS
        configuration.shutdownTimeout = .milliseconds(200)
        if let credentials {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(credentials.certificatePEM)
                .map { .certificate($0) }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: credentials.keyPEM, format: .pem))
        }
        let context = try NIOSSLContext(configuration: configuration)
        let group = MultiThreadedEventLoopGroup.singleton
        let done = group.next().makePromise(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: group).channelInitializer { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandlers([
                    try NIOSSLClientHandler(context: context, serverHostname: "localhost"),
                    CollectedBytes(done: done),
                ])
            }
        }.connect(host: "127.0.0.1", port: port).get()
        let guardTask = channel.eventLoop.scheduleTask(in: limit) {
            done.fail(Failure(reason: "the server did not close the connection"))
            channel.close(promise: nil)
        }
        for part in parts {
            try? await channel.writeAndFlush(ByteBuffer(bytes: part))
            if pause > .zero { try await Task.sleep(for: .nanoseconds(pause.nanoseconds)) }
        }
        defer { guardTask.cancel() }
        return try await done.futureResult.get()
    }

    static func exchange(
        _ text: String, port: Int, credentials: TLSCredentials?, root: [UInt8]? = nil,
        maximumTLS: TLSVersion = .tlsv13
    ) async throws -> [UInt8] {
        try await exchange(
            [Array(text.utf8)], port: port, credentials: credentials, root: root, maximumTLS: maximumTLS)
    }

    /// Collects everything; a failed handshake fails the promise, an end without close_notify does not.
    private final class CollectedBytes: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let done: EventLoopPromise<[UInt8]>
        private var bytes: [UInt8] = []

        init(done: EventLoopPromise<[UInt8]>) { self.done = done }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if bytes.isEmpty { done.fail(error) }
            context.close(promise: nil)
        }

        func channelInactive(context: ChannelHandlerContext) { done.succeed(bytes) }
    }
}

/// The statuses of the answers in what came back, in order.
func statuses(_ bytes: [UInt8]) -> [Int] {
    let text = String(decoding: bytes, as: UTF8.self)
    return text.split(separator: "HTTP/1.1 ", omittingEmptySubsequences: false).dropFirst().compactMap {
        Int($0.prefix(3))
    }
}
