import Casework
import Logging
import NIOCore
import NIOSSL
import TransferCore
import TransferDocuments

/// What holds for every connection of the server for peers: who may speak, and what may be asked.
struct PeerRules: Sendable {
    let settings: PeerServerSettings
    /// Of the credentials under which the connection was opened.
    let generation: Int
    let logger: Logger
    /// What each peer may take; one for all connections.
    let shares: PeerShares
    /// Now, in seconds since 1970.
    let now: @Sendable () -> Int64
    /// By what certificates are judged now, and since which reload.
    let trust: @Sendable () -> (generation: Int, revocations: Revocations)
    /// The agency that connects with a certificate, by the directory as it is now.
    let identify: @Sendable (DocumentDigest) -> AgencyCode?
    /// Whether a Host is that of another agency, by the directory as it is now.
    let isElsewhere: @Sendable (_ host: String) -> Bool

    static let documentsPath = "/peer/v1/documents"
    static let batchesPath = "/peer/v1/document-batches"
    static let digestsPath = "/peer/v1/digests"
    static let treeHeadsPath = "/peer/v1/tree-heads"
    static let directoryPath = "/peer/v1/directory"
    static let pingPath = "/peer/v1/ping"
    static let jose = "application/jose"
    /// For how long a connection that was refused something is kept for the peer to read the answer.
    static let drainSeconds = 2
    /// How long a connection waits after it was told that its agency asks too often.
    static let pause: TimeAmount = .milliseconds(100)
    /// Peers send one certificate; a few more are not looked at, many are refused.
    static let mostCertificates = 4
    /// The longest statement of common cases, whatever the limit of documents is.
    static let digestLimitBytes = 1 << 20

    enum Route {
        case body(PeerRequest.Kind, length: Int)
        case ping
    }

    /// The deadlines are looked at no less often than this.
    var shortestLimit: TimeAmount {
        let limits = [settings.handshakeSeconds, settings.headSeconds, settings.bodySeconds, settings.idleSeconds]
        return .seconds(Int64(max(1, min(limits.min() ?? 1, PeerRules.drainSeconds))))
    }

    /// Whether a certificate is one of this network for connections and valid now.
    ///
    /// Which agency it stands for is asked with every request, of the directory.
    func verify(_ shown: NIOSSLCertificate) throws -> NetworkCertificate {
        let certificate = try NetworkCertificate(der: try shown.toDERBytes())
        try trust().revocations.verifyPeer(certificate, at: now())
        return certificate
    }

    /// Whether the connection still is one of the credentials and of the certificate's time: else it ends.
    func isCurrent(_ certificate: NetworkCertificate?) -> Bool {
        trust().generation == generation && certificate?.isValid(at: now()) ?? true
    }

    /// Judges the certificate of an open connection again: it may have been taken back, or have come to its end.
    func verifyAgain(_ certificate: NetworkCertificate) throws(HeadProblem) {
        do throws(TrustFault) {
            try trust().revocations.verifyPeer(certificate, at: now())
        } catch {
            logger.notice("a connection lost its certificate", metadata: ["cause": "\(error)"])
            throw HeadProblem(
                403, error.code.rawValue, "your certificate is not accepted any more",
                "connect again with one that is in the directory, valid and not revoked")
        }
    }

    /// Decides on a head. The order is that of the checks: who, where, how, what.
    func route(_ head: RequestHead, from identity: DocumentDigest?) throws(HeadProblem) -> (AgencyCode, Route) {
        guard let identity, let agency = identify(identity) else {
            throw HeadProblem(
                403, "peer-unknown", "the directory has no agency with this certificate",
                "renew your entry in the directory, or ask us whether ours is current")
        }
        if let authority = settings.authority, authority.lowercased() != head.host.lowercased() {
            throw HeadProblem(421, "other-host", "another node was meant", "this node is \(authority)")
        }
        guard !isElsewhere(head.host) else {
            throw HeadProblem(421, "other-host", "another node was meant", "look into the directory")
        }
        switch head.path {
        case PeerRules.documentsPath:
            guard head.method == "POST" else { throw notAllowed("POST") }
            return (agency, .body(.document, length: try bodyLength(of: head, limit: settings.bodyLimitBytes)))
        case PeerRules.batchesPath:
            guard head.method == "POST" else { throw notAllowed("POST") }
            let length = try bodyLength(of: head, limit: DocumentBatch.longest, type: DocumentBatch.contentType)
            return (agency, .body(.batch, length: length))
        case PeerRules.digestsPath:
            guard head.method == "POST" else { throw notAllowed("POST") }
            return (agency, .body(.digest, length: try bodyLength(of: head, limit: PeerRules.digestLimitBytes)))
        case PeerRules.treeHeadsPath:
            guard head.method == "POST" else { throw notAllowed("POST") }
            return (agency, .body(.treeHeads, length: try bodyLength(of: head, limit: HeadExchange.longest)))
        case PeerRules.directoryPath:
            guard head.method == "POST" else { throw notAllowed("POST") }
            return (agency, .body(.directory, length: try bodyLength(of: head, limit: DirectoryStatement.longest)))
        case PeerRules.pingPath:
            guard head.method == "GET" else { throw notAllowed("GET") }
            guard head.contentLength ?? 0 == 0 else { throw .framing("a GET has no body here") }
            return (agency, .ping)
        default:
            throw HeadProblem(404, "not-found", "there is nothing here", "documents go to \(PeerRules.documentsPath)")
        }
    }

    private func bodyLength(
        of head: RequestHead, limit: Int, type: String = PeerRules.jose
    ) throws(HeadProblem) -> Int {
        guard head.contentType?.lowercased() == type else {
            throw HeadProblem(415, "content-type", "expected Content-Type: \(type)", "without parameters")
        }
        guard !head.hasContentEncoding else {
            throw HeadProblem(415, "content-encoding", "send the body without a Content-Encoding")
        }
        guard let length = head.contentLength else {
            throw HeadProblem(411, "length-required", "send the body with a Content-Length")
        }
        guard length > 0 else { throw HeadProblem(400, "body-empty", "the body is empty") }
        guard length <= limit else {
            throw HeadProblem(413, "body-too-long", "the body is too long", "at most \(limit) bytes")
        }
        return length
    }

    /// The answer to a peer that asks more often than it may.
    static let tooManyRequests = Problem(
        status: 429, code: "too-many-requests", title: "too many requests of this agency",
        detail: "Send the same again later, and less at a time.", retryAfterSeconds: 1)

    private func notAllowed(_ method: String) -> HeadProblem {
        HeadProblem(405, "method", "this method is not allowed here", "only \(method)", allow: method)
    }
}
