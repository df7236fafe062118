import FoundationEssentials
import NIOCore
import NIOPosix
import NIOSSL
import Synchronization
import TransferDocuments

/// A program that is told of changes: it waits at a port of this machine, with TLS, keeps what comes, and answers as it was
/// told.
struct WebhookReceiver: Sendable {
    struct Message: Sendable {
        /// The first line of the request.
        let line: String
        /// Names in lower case.
        let headers: [String: String]
        let body: [UInt8]
    }

    let port: Int
    /// A file with the root that its certificate is issued by.
    let roots: String
    private let inbox: Inbox

    var received: [Message] { inbox.state.withLock { $0.received } }

    /// Sets the whole answers to the next requests, in order; the last one is given again and again.
    func answer(_ answers: [String]) { inbox.state.withLock { $0.answers = answers } }

    func answer(_ statuses: Int...) {
        answer(statuses.map { "HTTP/1.1 \($0) Status\r\nContent-Length: 0\r\n\r\n" })
    }

    /// Runs a receiver, uses it, and takes it away.
    static func run(_ use: (WebhookReceiver) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory
            .appendingPathComponent("jiexu-receiver-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        // What calls it looks at the clock of the machine.
        let now = Int64(Date().timeIntervalSince1970)
        let authority = try CertificateAuthority.founding(
            networkName: "Receiver", validity: (now - 100 * 86_400)...(now + 1_000 * 86_400))
        let issued = try authority.issueTLS(
            for: WebCast.chengdu, hosts: ["127.0.0.1", "localhost"],
            validity: (now - 86_400)...(now + 30 * 86_400))
        let roots = folder.path + "/roots.pem"
        try Data(authority.root.pem.utf8).write(to: URL(fileURLWithPath: roots))
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMBytes(Array(issued.certificatePEM.utf8)).map {
                .certificate($0)
            },
            privateKey: .privateKey(try NIOSSLPrivateKey(bytes: Array(issued.keyPEM.utf8), format: .pem)))
        configuration.shutdownTimeout = .milliseconds(200)
        let context = try NIOSSLContext(configuration: configuration)
        let inbox = Inbox()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandlers([
                        NIOSSLServerHandler(context: context), Reading(inbox),
                    ])
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let receiver = WebhookReceiver(port: channel.localAddress?.port ?? 0, roots: roots, inbox: inbox)
        do {
            try await use(receiver)
        } catch {
            try? await channel.close()
            throw error
        }
        try await channel.close()
    }

    private final class Inbox: Sendable {
        let state = Mutex((received: [Message](), answers: ["HTTP/1.1 204 No Content\r\n\r\n"]))

        /// - Returns: what is answered.
        func take(_ message: Message) -> String {
            state.withLock { state in
                state.received.append(message)
                return state.answers.count > 1 ? state.answers.removeFirst() : state.answers[0]
            }
        }
    }

    /// Reads one request of a connection, answers it, and closes.
    private final class Reading: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let inbox: Inbox
        private var bytes: [UInt8] = []

        init(_ inbox: Inbox) { self.inbox = inbox }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView)
            guard let message = message() else { return }
            bytes = []
            let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: inbox.take(message)))).whenComplete { _ in
                bound.value.close(promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        /// The request, once it is there as a whole.
        private func message() -> Message? {
            let end = Array("\r\n\r\n".utf8)
            guard let place = bytes.firstRange(of: end) else { return nil }
            let lines = String(decoding: bytes[..<place.lowerBound], as: UTF8.self).split(separator: "\r\n")
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let halves = line.split(separator: ":", maxSplits: 1)
                guard halves.count == 2 else { continue }
                headers[halves[0].lowercased()] = String(halves[1].drop { $0 == " " })
            }
            let body = bytes[place.upperBound...]
            guard let length = headers["content-length"].flatMap({ Int($0) }), body.count >= length else { return nil }
            return Message(line: lines.first.map(String.init) ?? "", headers: headers, body: Array(body))
        }
    }
}
