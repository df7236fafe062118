import Casework
import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import TransferCore

/// What Hummingbird's server is told to do with a connection: TLS, then one ``PeerConnection``, whose requests are
/// answered one after the other by a task of the connection.
struct PeerChannel: ServerChildChannel {
    let makeRules: @Sendable () -> (PeerRules, NIOSSLContext)
    let receive: @Sendable ([[UInt8]], AgencyCode) async -> [PeerAnswer]
    let receiveDigest: @Sendable ([UInt8], AgencyCode) async -> PeerAnswer
    let receiveHeads: @Sendable ([UInt8], AgencyCode) async -> PeerAnswer
    let receiveDirectory: @Sendable ([UInt8], AgencyCode) async -> PeerAnswer

    struct Value: ServerChildChannelValue {
        let channel: any Channel
        let requests: AsyncStream<PeerRequest>
        let handler: NIOLoopBound<PeerConnection>
    }

    func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Value> {
        channel.eventLoop.makeCompletedFuture {
            let (rules, context) = makeRules()
            let (requests, continuation) = AsyncStream.makeStream(of: PeerRequest.self)
            let handler = PeerConnection(rules: rules, requests: continuation)
            let tls = NIOSSLServerHandler(
                context: context,
                customVerificationCallback: { shown, verdict in
                    // With this callback nothing else looks at the certificate; a failure ends the handshake.
                    do {
                        guard let leaf = shown.first, shown.count <= PeerRules.mostCertificates else {
                            return verdict.succeed(.failed)
                        }
                        _ = try rules.verify(leaf)
                        verdict.succeed(.certificateVerified)
                    } catch {
                        rules.logger.debug("certificate of a peer refused", metadata: ["error": "\(error)"])
                        verdict.succeed(.failed)
                    }
                },
                configuration: .init())
            try channel.pipeline.syncOperations.addHandlers([tls, handler])
            return Value(
                channel: channel, requests: requests, handler: NIOLoopBound(handler, eventLoop: channel.eventLoop))
        }
    }

    func handle(value: Value, logger: Logger) async {
        for await request in value.requests {
            let answer =
                switch request.kind {
                case .document: HTTPAnswer(await receive([request.body], request.sender)[0])
                case .batch: await answers(to: request)
                case .digest: HTTPAnswer(await receiveDigest(request.body, request.sender))
                case .treeHeads: HTTPAnswer(await receiveHeads(request.body, request.sender))
                case .directory: HTTPAnswer(await receiveDirectory(request.body, request.sender))
                }
            value.channel.eventLoop.execute { value.handler.value.answer(answer) }
        }
        // The stream ends when the connection is closed, and when the task is cancelled.
        value.channel.close(promise: nil)
    }

    /// Each document is judged by itself, and all are written together.
    private func answers(to request: PeerRequest) async -> HTTPAnswer {
        do throws(HeadProblem) {
            let documents = try DocumentBatch.documents(in: request.body)
            return HTTPAnswer(await receive(documents, request.sender))
        } catch {
            return HTTPAnswer(problem: error.problem, allow: nil)
        }
    }
}

/// A complete body and the agency on whose connection it came.
struct PeerRequest: Sendable {
    /// What a body is, by the path to which it was sent.
    enum Kind: Sendable {
        case document
        /// Several documents of different cases.
        case batch
        /// A statement of common cases.
        case digest
        /// The heads of a log and of others'.
        case treeHeads
        /// By which directory the peer works.
        case directory
    }

    let kind: Kind
    let body: [UInt8]
    let sender: AgencyCode

    /// For how many requests it counts.
    var weight: Int {
        switch kind {
        case .batch: min(DocumentBatch.most, DocumentBatch.count(in: body))
        case .document, .digest, .treeHeads, .directory: 1
        }
    }
}
