import NIOCore
import NIOPosix
import NIOSSL
import NodeLink
import Synchronization
import TransferDocuments

/// A peer that answers whatever it was told to, however wrong, and counts who came.
final class ScriptedPeer: Sendable {
    enum Step: Sendable {
        case send(String)
        /// Sends a text again and again, this often.
        case flood(String, Int)
        case wait(TimeAmount)
        /// Ends the connection as TLS wants it.
        case close
        /// Ends the connection below TLS.
        case cut
    }

    let port: Int
    let connections = Recorded<Void>()
    let requests = Recorded<Void>()
    private let channel: any Channel

    init(_ steps: [Step], credentials: TLSCredentials) async throws {
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(credentials.certificatePEM).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: credentials.keyPEM, format: .pem)))
        configuration.minimumTLSVersion = .tlsv13
        configuration.shutdownTimeout = .milliseconds(200)
        let context = try NIOSSLContext(configuration: configuration)
        let (connections, requests) = (connections, requests)
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                connections.append(())
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOSSLServerHandler(context: context), ScriptedConnection(steps, requests),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    func stop() async throws { try await channel.close() }

    /// Plays the steps when the head of a request has come. (The requests of the tests are short.)
    private final class ScriptedConnection: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let steps: [Step]
        private let requests: Recorded<Void>

        init(_ steps: [Step], _ requests: Recorded<Void>) {
            self.steps = steps
            self.requests = requests
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard String(buffer: unwrapInboundIn(data)).contains("\r\n\r\n") else { return }
            requests.append(())
            play(steps[...], context)
        }

        private func play(_ steps: ArraySlice<Step>, _ context: ChannelHandlerContext) {
            guard let step = steps.first else { return }
            let rest = steps.dropFirst()
            switch step {
            case .send(let text):
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
                play(rest, context)
            case .flood(let text, let count):
                for _ in 0..<count { context.write(wrapOutboundOut(ByteBuffer(string: text)), promise: nil) }
                context.flush()
                play(rest, context)
            case .wait(let time):
                let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
                context.eventLoop.scheduleTask(in: time) { bound.value.0.play(rest, bound.value.1) }
            case .close: context.close(promise: nil)
            case .cut: context.channel.pipeline.syncOperations.cutBelowTLS()
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}

extension ChannelPipeline.SynchronousOperations {
    /// Closes the connection without a word of TLS.
    fileprivate func cutBelowTLS() {
        (try? context(handlerType: NIOSSLServerHandler.self))?.close(promise: nil)
    }
}
