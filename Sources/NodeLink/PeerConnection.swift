import Casework
import Logging
import NIOCore
import NIOSSL
import NIOTLS
import TransferCore
import TransferDocuments

/// One connection of a peer, on its event loop, behind TLS: reads requests, hands their bodies over one at a time, and
/// writes the answers.
///
///     handshaking -> reading -> receiving -> answering -> writing -> reading ...
///                       |           |                        |
///                       |           +--- too often --------> writing -> pausing -> reading ...
///                       +-----------+--- refused ----------> draining -> closed
///
/// While a body is being answered nothing more is read from the network, so a peer that sends many requests at once
/// fills its own buffers, not ours. Every state but `answering`, which is the node's, has a deadline. If the process dies
/// here, the peer has no receipt and sends again.
final class PeerConnection: ChannelDuplexHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = Never
    typealias OutboundIn = Never
    typealias OutboundOut = ByteBuffer

    private enum State {
        case handshaking
        case reading
        case receiving(PeerRequest.Kind, length: Int, from: AgencyCode)
        case answering
        case writing
        /// The peer asked more often than it may: it was told so, and its next request waits a moment, so that what is
        /// beyond its share costs next to nothing.
        case pausing
        /// The answer that ends the connection is out. What the peer still sends is thrown away for a moment, so that
        /// the answer is not lost to a reset.
        case draining
        case closed
    }

    private let rules: PeerRules
    private let requests: AsyncStream<PeerRequest>.Continuation
    private var state = State.handshaking
    private var reader = RequestHeadReader()
    private var inbox = ByteBuffer()
    private var identity: NetworkCertificate?
    /// For whom the connection counts; nil before it is taken and after it is given back.
    private var seat: PeerShares.Seat?
    private var closesAfterAnswer = false
    private var pausesAfterAnswer = false
    private var isReadHeld = false
    private var isProcessing = false
    private var deadline: NIODeadline = .distantFuture
    private var timer: Scheduled<Void>?
    private var context: ChannelHandlerContext?

    init(rules: PeerRules, requests: AsyncStream<PeerRequest>.Continuation) {
        self.rules = rules
        self.requests = requests
    }

    func handlerAdded(context: ChannelHandlerContext) {
        self.context = context
        expect(within: rules.settings.handshakeSeconds)
        watch(context)
    }

    /// Not before: only an open connection has an address, and can be closed without harm to the one that listens.
    func channelActive(context: ChannelHandlerContext) {
        seat = rules.shares.arrive(from: context.channel.remoteAddress?.ipAddress ?? "")
        guard seat != nil else { return close() }
        context.fireChannelActive()
    }

    func handlerRemoved(context: ChannelHandlerContext) { end() }

    func channelInactive(context: ChannelHandlerContext) {
        end()
        context.fireChannelInactive()
    }

    private func end() {
        state = .closed
        timer?.cancel()
        timer = nil
        context = nil
        inbox.clear()
        requests.finish()
        if let seat { rules.shares.leave(seat) }
        seat = nil
    }

    private func close() {
        guard let context else { return }
        state = .closed
        requests.finish()
        context.close(promise: nil)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        rules.logger.debug("connection of a peer failed", metadata: ["error": "\(error)"])
        close()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event {
        case TLSUserEvent.handshakeCompleted: handshakeCompleted(context)
        case ChannelEvent.inputClosed: peerWillSendNoMore()
        case is ChannelShouldQuiesceEvent: stopGracefully()
        default: context.fireUserInboundEventTriggered(event)
        }
    }

    private func handshakeCompleted(_ context: ChannelHandlerContext) {
        // A resumed session does not call the verification callback; so the certificate is looked at again here.
        guard let shown = try? context.channel.pipeline.syncOperations.nioSSL_peerCertificate(),
            let certificate = try? rules.verify(shown)
        else { return close() }
        identity = certificate
        // Whom the directory does not know goes on counting for its source, and is told so with its first request.
        if let agency = rules.identify(certificate.thumbprint), let held = seat {
            guard let seat = rules.shares.move(held, to: agency) else {
                rules.logger.notice("a peer has too many connections", metadata: ["peer": "\(agency)"])
                return close()
            }
            self.seat = seat
        }
        state = .reading
        expect(within: rules.settings.idleSeconds)
        process()
    }

    private func peerWillSendNoMore() {
        switch state {
        case .answering, .writing: closesAfterAnswer = true
        case .handshaking, .reading, .receiving, .draining, .pausing: close()
        case .closed: break
        }
    }

    private func stopGracefully() {
        switch state {
        case .handshaking, .draining, .pausing: close()
        case .reading: if reader.hasBegun { closesAfterAnswer = true } else { close() }
        case .receiving, .answering, .writing: closesAfterAnswer = true
        case .closed: break
        }
    }

    private func expect(within seconds: Int) { deadline = .now() + .seconds(Int64(seconds)) }

    /// One timer for each connection. It looks often enough that no deadline, however short, passes unseen.
    private func watch(_ context: ChannelHandlerContext) {
        let left = max(.milliseconds(50), deadline - .now())
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        timer = context.eventLoop.scheduleTask(in: min(left, rules.shortestLimit)) { bound.value.lookAtDeadline() }
    }

    private func lookAtDeadline() {
        guard let context else { return }
        if case .answering = state { return watch(context) }
        guard deadline > .now() else { return close() }
        if !rules.isCurrent(identity) {
            // Credentials were replaced, or the certificate has ended: what has begun is answered, and nothing more.
            stopGracefully()
            if case .closed = state { return }
        }
        watch(context)
    }

    func read(context: ChannelHandlerContext) {
        switch state {
        case .answering, .writing, .pausing: isReadHeld = true
        case .handshaking, .reading, .receiving, .draining, .closed: context.read()
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        switch state {
        case .draining, .closed: break
        case .handshaking, .reading, .receiving, .answering, .writing, .pausing:
            if inbox.readableBytes == 0 { inbox = bytes } else { inbox.writeBuffer(&bytes) }
            process()
        }
    }

    /// Takes requests out of the inbox until one has to be waited for.
    private func process() {
        // An answer that is written at once leads back here; the loop that is under way then goes on with the next
        // request, so that many requests at once do not make a deep stack.
        guard !isProcessing else { return }
        isProcessing = true
        defer { isProcessing = false }
        while true {
            switch state {
            case .reading: guard readHead() else { return }
            case .receiving(let kind, let length, let agency):
                guard let body = inbox.readSlice(length: length) else { return }
                inbox.discardReadBytes()
                // The body was read to its end, so the connection goes on: a new one would cost more than the answer.
                let request = PeerRequest(kind: kind, body: Array(body.readableBytesView), sender: agency)
                guard rules.shares.mayAsk(agency, countingFor: request.weight, at: .now()) else {
                    refuseTooMany()
                    continue
                }
                state = .answering
                requests.yield(request)
                return
            case .handshaking, .answering, .writing, .pausing, .draining, .closed: return
            }
        }
    }

    /// - Returns: whether a head was taken and accepted.
    private func readHead() -> Bool {
        guard inbox.readableBytes > 0 else { return false }
        if !reader.hasBegun { expect(within: rules.settings.headSeconds) }
        do {
            guard let head = try reader.take(from: &inbox) else { return false }
            try accept(head)
            return true
        } catch {
            refuse(error)
            return false
        }
    }

    private func accept(_ head: RequestHead) throws(HeadProblem) {
        closesAfterAnswer = closesAfterAnswer || head.closesConnection
        if let identity, !rules.isCurrent(identity) {
            closesAfterAnswer = true
            try rules.verifyAgain(identity)
        }
        let (agency, route) = try rules.route(head, from: identity?.thumbprint)
        switch route {
        case .ping:
            guard rules.shares.mayAsk(agency, at: .now()) else { return refuseTooMany() }
            write(HTTPAnswer.ping, closing: closesAfterAnswer)
        case .body(let kind, let length):
            if head.expectsContinue, inbox.readableBytes < length { writeNow(HTTPAnswer.goOn) }
            expect(within: rules.settings.bodySeconds)
            state = .receiving(kind, length: length, from: agency)
        }
    }

    private func refuseTooMany() {
        pausesAfterAnswer = true
        write(HTTPAnswer(problem: PeerRules.tooManyRequests, allow: nil), closing: closesAfterAnswer)
    }

    private func refuse(_ refusal: HeadProblem) {
        rules.logger.debug("request of a peer refused", metadata: ["problem": "\(refusal.problem)"])
        write(HTTPAnswer(problem: refusal.problem, allow: refusal.allow), closing: true)
    }

    /// The node's answer to the request that was handed over.
    func answer(_ answer: HTTPAnswer) {
        guard case .answering = state else { return }
        write(answer, closing: closesAfterAnswer)
    }

    private func write(_ answer: HTTPAnswer, closing: Bool) {
        guard let context else { return }
        state = .writing
        closesAfterAnswer = closing
        expect(within: rules.settings.bodySeconds)
        let buffer = answer.buffer(at: rules.now(), closing: closing, allocator: context.channel.allocator)
        let written = context.eventLoop.makePromise(of: Void.self)
        let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
        written.futureResult.whenComplete { result in
            switch result {
            case .success: bound.value.written()
            case .failure: bound.value.close()
            }
        }
        context.writeAndFlush(wrapOutboundOut(buffer), promise: written)
    }

    private func writeNow(_ bytes: StaticString) {
        guard let context else { return }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(staticString: bytes)), promise: nil)
    }

    private func written() {
        guard case .writing = state, let context else { return }
        if closesAfterAnswer {
            state = .draining
            inbox.clear()
            expect(within: PeerRules.drainSeconds)
            context.close(mode: .output, promise: nil)
        } else if pausesAfterAnswer {
            state = .pausing
            let bound = NIOLoopBound(self, eventLoop: context.eventLoop)
            context.eventLoop.scheduleTask(in: PeerRules.pause) { bound.value.goOn() }
        } else {
            goOn()
        }
        releaseRead(context)
    }

    /// Takes the next request.
    private func goOn() {
        guard let context else { return }
        switch state {
        case .writing, .pausing: break
        case .handshaking, .reading, .receiving, .answering, .draining, .closed: return
        }
        pausesAfterAnswer = false
        state = .reading
        expect(within: rules.settings.idleSeconds)
        process()
        releaseRead(context)
    }

    private func releaseRead(_ context: ChannelHandlerContext) {
        switch state {
        case .answering, .writing, .pausing: break
        case .handshaking, .reading, .receiving, .draining, .closed:
            guard isReadHeld else { return }
            isReadHeld = false
            context.read()
        }
    }
}
