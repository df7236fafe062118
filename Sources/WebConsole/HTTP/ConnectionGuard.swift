import Casework
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import NIOHTTP1

/// The bounds of a listener's connections.
package struct ConnectionLimits: Hashable, Sendable {
    /// Further connections wait in the queue of the system.
    package var connections = 1_024
    /// From the connection, or from the last answer, until a request is there whole.
    package var requestSeconds = 30
    /// From a whole request until its answer is on its way.
    package var answerSeconds = 60

    package init() {}

    /// How long a connection that was refused may still send, so that the refusal is not lost to a reset.
    static let drainSeconds = 2
}

/// A connection of HTTP/1.1 with a ``ConnectionGuard`` in front of the reader of requests.
struct GuardedChannel<Base: ServerChildChannel>: ServerChildChannel {
    let base: Base
    let limits: ConnectionLimits

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
        let limits = limits
        return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
            let pipeline = channel.pipeline.syncOperations
            let decoder = try pipeline.handler(type: ByteToMessageHandler<HTTPRequestDecoder>.self)
            try pipeline.addHandler(ConnectionGuard(limits: limits), position: .after(decoder))
            return value
        }
    }

    func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

/// Watches one connection on its event loop: refuses heads that two readers of HTTP could understand differently, ends
/// connections that are too slow, and writes the headers of security on every answer, also on those that no route gave.
///
///     reading -> answering -> reading ...
///        |           |
///        +-----------+--- refused ---> draining -> closed
final class ConnectionGuard: ChannelDuplexHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias InboundOut = HTTPServerRequestPart
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let limits: ConnectionLimits
    /// Heads that were passed on and are not answered yet.
    private var unanswered = 0
    private var isReceivingBody = false
    /// The last answer is out: what still comes is thrown away.
    private var isDraining = false
    private var deadline = NIODeadline.distantFuture
    private var timer: Scheduled<Void>?

    init(limits: ConnectionLimits) { self.limits = limits }

    func handlerAdded(context: ChannelHandlerContext) {
        expectRequest()
        watch(context)
    }

    func handlerRemoved(context: ChannelHandlerContext) { timer?.cancel() }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        context.fireChannelInactive()
    }

    // MARK: Requests

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard !isDraining else { return }
        switch unwrapInboundIn(data) {
        case .head(let head):
            if let problem = ConnectionGuard.refusal(of: head) { return refuse(problem, context) }
            if unanswered == 0, head.headers.contains(name: "expect") {
                context.writeAndFlush(
                    wrapOutboundOut(.head(.init(version: head.version, status: .continue))), promise: nil)
            }
            unanswered += 1
            isReceivingBody = true
        case .body: break
        case .end:
            isReceivingBody = false
            deadline = .now() + .seconds(Int64(limits.answerSeconds))
        }
        context.fireChannelRead(data)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard let fault = error as? HTTPParserError, !isReceivingBody, unanswered == 0 else {
            // Whoever waits for the rest of a body must learn that it is not whole.
            isReceivingBody = false
            drain(context)
            context.fireErrorCaught(error)
            return
        }
        guard !isDraining else { return }
        refuse(ConnectionGuard.problem(of: fault), context)
    }

    /// What is wrong with a head; nil when it is in order.
    ///
    /// Source: RFC 9112, sections 3.2 and 6.1, taken strictly.
    private static func refusal(of head: HTTPRequestHead) -> Problem? {
        let fields = head.headers
        guard head.version == .http1_1 || head.version == .http1_0 else {
            return .request("http-version", "Speak HTTP/1.1.", status: 505)
        }
        guard head.uri.utf8.count <= Target.longestBytes else {
            return .request("target-too-long", "The address may have \(Target.longestBytes) bytes.", status: 414)
        }
        guard fields[canonicalForm: "host"].count == 1 else {
            return .request("host-header", "Send the header Host once.")
        }
        let isChunked = fields.contains(name: "transfer-encoding")
        if isChunked, fields.contains(name: "content-length") {
            return .request("framing", "Send Content-Length or Transfer-Encoding, not both.")
        }
        if isChunked, fields["transfer-encoding"] != ["chunked"] {
            return .request("framing", "The only transfer coding that is read is chunked.")
        }
        if fields["content-length"].count > 1 { return .request("framing", "Send Content-Length once.") }
        let expectations = fields["expect"]
        guard expectations.isEmpty || expectations.map({ $0.lowercased() }) == ["100-continue"] else {
            return .request("expectation", "The only expectation that is met is 100-continue.", status: 417)
        }
        return nil
    }

    private static func problem(of fault: HTTPParserError) -> Problem {
        fault == .headerOverflow
            ? .request("headers-too-long", "The headers are too many or too long.", status: 431)
            : .request("http-syntax", "This is not a request of HTTP/1.1.")
    }

    // MARK: Answers

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        switch unwrapOutboundIn(data) {
        case .head(var head):
            ConnectionGuard.secure(&head.headers)
            // The rest of a body that nobody wanted is not waited for.
            if isReceivingBody { head.headers.replaceOrAdd(name: "connection", value: "close") }
            context.write(wrapOutboundOut(.head(head)), promise: promise)
        case .body: context.write(data, promise: promise)
        case .end:
            unanswered = max(0, unanswered - 1)
            let refusesBody = isReceivingBody && unanswered == 0
            context.writeAndFlush(data, promise: promise)
            if refusesBody { end(context) } else if unanswered == 0, !isDraining { expectRequest() }
        }
    }

    private func refuse(_ problem: Problem, _ context: ChannelHandlerContext) {
        // Answers keep the order of the requests: a refusal cannot overtake one that is still being answered.
        guard unanswered == 0 else { return context.close(promise: nil) }
        let answer = Answer(problem)
        var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status.code))
        head.headers = [
            "content-type": Problem.contentType, "content-length": "\(answer.body.count)", "connection": "close",
        ]
        ConnectionGuard.secure(&head.headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        end(context)
    }

    private func end(_ context: ChannelHandlerContext) {
        drain(context)
        context.close(mode: .output, promise: nil)
    }

    private func drain(_ context: ChannelHandlerContext) {
        isDraining = true
        deadline = .now() + .seconds(Int64(ConnectionLimits.drainSeconds))
        timer?.cancel()
        watch(context)
    }

    /// What does not say otherwise is no page, belongs into no cache, and may not be taken for something else.
    private static func secure(_ headers: inout HTTPHeaders) {
        let strictest = [
            ("cache-control", "no-store"), ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("referrer-policy", "no-referrer"), ("x-content-type-options", "nosniff"),
        ]
        for (name, value) in strictest where !headers.contains(name: name) { headers.add(name: name, value: value) }
    }

    // MARK: Deadlines

    private func expectRequest() { deadline = .now() + .seconds(Int64(limits.requestSeconds)) }

    /// One timer for a connection, set anew when it finds that the deadline has moved.
    private func watch(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(deadline: deadline) {
            let (guarding, context) = bound.value
            guarding.lookAtDeadline(context)
        }
    }

    private func lookAtDeadline(_ context: ChannelHandlerContext) {
        guard deadline <= .now() else { return watch(context) }
        if isReceivingBody { context.fireErrorCaught(HTTPParserError.invalidEOFState) }
        context.close(promise: nil)
    }
}
