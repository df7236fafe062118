import NIOCore
import NIOPosix
import NIOSSL
import Testing
import TransferDocuments

/// Sends bytes to a listener as they are, and reads what comes back until the listener closes the connection.
enum Wire {
    struct Failure: Error { let reason: String }

    /// - Parameters:
    ///   - tls: speaks TLS without looking at the certificate.
    ///   - identity: the certificate that is shown, and its key, both in PEM.
    ///   - endsInput: closes the sending side when everything is sent.
    static func exchange(
        _ text: String, port: Int, tls: Bool = false, endsInput: Bool = false,
        identity: (certificate: String, key: String)? = nil
    ) async throws -> [Reply] {
        let context = tls ? try Wire.context(identity) : nil
        let group = MultiThreadedEventLoopGroup.singleton
        let done = group.next().makePromise(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: group)
            .channelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let context {
                        try channel.pipeline.syncOperations.addHandler(
                            try NIOSSLClientHandler(context: context, serverHostname: nil))
                    }
                    try channel.pipeline.syncOperations.addHandler(Collector(done: done))
                }
            }.connect(host: "127.0.0.1", port: port).get()
        // A listener that never closes would hang the test; it fails instead.
        let limit = channel.eventLoop.scheduleTask(in: .seconds(30)) {
            done.fail(Failure(reason: "the listener did not close the connection"))
            channel.close(promise: nil)
        }
        defer { limit.cancel() }
        // A listener that refuses early may close while the rest is still being sent.
        try? await channel.writeAndFlush(ByteBuffer(string: text))
        if endsInput { try? await channel.close(mode: .output).get() }
        return try Reply.all(in: try await done.futureResult.get())
    }

    /// The one answer to what was sent.
    static func only(_ text: String, port: Int, tls: Bool = false) async throws -> Reply {
        let replies = try await exchange(text, port: port, tls: tls)
        try #require(replies.count == 1)
        return replies[0]
    }

    private static func context(_ identity: (certificate: String, key: String)?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let identity {
            configuration.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(identity.certificate.utf8)).map {
                .certificate($0)
            }
            configuration.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(identity.key.utf8), format: .pem))
        }
        configuration.certificateVerification = .none
        configuration.shutdownTimeout = .milliseconds(200)
        return try NIOSSLContext(configuration: configuration)
    }

    private final class Collector: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        private let done: EventLoopPromise<[UInt8]>
        private var bytes: [UInt8] = []

        init(done: EventLoopPromise<[UInt8]>) { self.done = done }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            bytes.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            if case ChannelEvent.inputClosed = event { context.close(promise: nil) }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        func channelInactive(context: ChannelHandlerContext) { done.succeed(bytes) }
    }
}

/// One answer as it came over the wire.
struct Reply: Sendable {
    let status: Int
    /// Names in lower case.
    let headers: [String: String]
    let body: String

    /// The body as JSON; a body that is none is an empty object.
    var json: JSON { (try? JSON.parse(Array(body.utf8), limits: Reply.limits)) ?? .object(JSONObject([])) }

    func text(_ path: String...) -> String? {
        var value: JSON? = json
        for name in path { value = value?[name] }
        guard case .string(let text)? = value else { return nil }
        return text
    }

    func number(_ name: String) -> Int64? {
        guard case .integer(let number)? = json[name] else { return nil }
        return number
    }

    func list(_ name: String) -> [JSON] {
        guard case .array(let elements)? = json[name] else { return [] }
        return elements
    }

    private static let limits = JSONLimits(
        bytes: 16 << 20, depth: 16, members: 1_000_000, topLevelObjectOnly: true, integersOnly: true, textRule: .any)

    /// Takes answers with a length, one after the other.
    static func all(in bytes: [UInt8]) throws -> [Reply] {
        var rest = String(decoding: bytes, as: UTF8.self)[...]
        var replies: [Reply] = []
        while let end = rest.firstRange(of: "\r\n\r\n") {
            let lines = rest[..<end.lowerBound].split(separator: "\r\n")
            rest = rest[end.upperBound...]
            let status = try #require(lines.first.flatMap { Int($0.dropFirst(9).prefix(3)) })
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let halves = line.split(separator: ":", maxSplits: 1)
                try #require(halves.count == 2)
                headers[halves[0].lowercased()] = String(halves[1].drop { $0 == " " })
            }
            let length = headers["content-length"].flatMap { Int($0) } ?? 0
            let body = String(decoding: Array(rest.utf8.prefix(length)), as: UTF8.self)
            rest = rest[rest.utf8.index(rest.startIndex, offsetBy: length)...]
            replies.append(Reply(status: status, headers: headers, body: body))
        }
        return replies
    }
}

extension JSON {
    func text(_ name: String) -> String? {
        guard case .string(let text)? = self[name] else { return nil }
        return text
    }
}
