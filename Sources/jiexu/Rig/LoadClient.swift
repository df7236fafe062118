import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// Asks the public interface of a node over connections that are kept, one request on each at a time. A measurement shares
/// the processors with what it measures: the client of Foundation took a sixth of the nodes' own time.
final class LoadClient: Sendable {
    /// Connections that wait for a request, by the port they lead to.
    private let idle = Mutex<[Int: [any Channel]]>([:])

    func post(
        _ path: String, _ body: [UInt8], idempotencyKey: String, to api: NodeAPI
    ) async throws -> NodeAPI.Answer {
        let port = api.publicPort
        let kept = idle.withLock { $0[port]?.popLast() }
        let channel: any Channel
        if let kept, kept.isActive { channel = kept } else { channel = try await LoadClient.connect(to: port) }
        let answer = channel.eventLoop.makePromise(of: NodeAPI.Answer.self)
        let head = HTTPRequestHead(
            version: .http1_1, method: .POST, uri: path,
            headers: [
                "Host": "127.0.0.1:\(port)", "Authorization": "Bearer \(api.token)",
                "Content-Type": "application/json", "Content-Length": "\(body.count)",
                "Idempotency-Key": idempotencyKey,
            ])
        channel.writeAndFlush(Exchange(head: head, body: ByteBuffer(bytes: body), answer: answer), promise: nil)
        let result = try await answer.futureResult.get()
        idle.withLock { $0[port, default: []].append(channel) }
        return result
    }

    private static func connect(to port: Int) async throws -> any Channel {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHTTPClientHandlers()
                    try channel.pipeline.syncOperations.addHandler(ExchangeOnWire())
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
    }
}

/// A request, and whoever waits for its answer.
private struct Exchange: Sendable {
    let head: HTTPRequestHead
    let body: ByteBuffer
    let answer: EventLoopPromise<NodeAPI.Answer>
}

private final class ExchangeOnWire: ChannelDuplexHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundIn = Exchange
    typealias OutboundOut = HTTPClientRequestPart

    private var answer: EventLoopPromise<NodeAPI.Answer>?
    private var timeout: Scheduled<Void>?
    private var status = 0
    private var body: [UInt8] = []

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let exchange = unwrapOutboundIn(data)
        (answer, status, body) = (exchange.answer, 0, [])
        let waiting = exchange.answer
        timeout = context.eventLoop.scheduleTask(in: .seconds(10)) { waiting.fail(RigFault("no answer in 10 s")) }
        context.write(wrapOutboundOut(.head(exchange.head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(exchange.body))), promise: nil)
        context.write(wrapOutboundOut(.end(nil)), promise: promise)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let bytes): body += bytes.readableBytesView
        case .end: end { $0.succeed(NodeAPI.Answer(status: status, body: body)) }
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        end { $0.fail(RigFault("the node closed the connection")) }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        end { $0.fail(error) }
        context.close(promise: nil)
    }

    private func end(_ tell: (EventLoopPromise<NodeAPI.Answer>) -> Void) {
        timeout?.cancel()
        if let answer { tell(answer) }
        (answer, timeout) = (nil, nil)
    }
}
