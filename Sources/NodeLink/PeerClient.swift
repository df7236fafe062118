import CurlShim
import TransferDocuments

/// Requests to peers: HTTP/1.1 over mutual TLS, on connections that stay open, by one thread of libcurl.
///
/// Guarantees: a request ends, at the latest at its deadline; an answer that is returned is complete, at most
/// ``PeerClientSettings/answerLimitBytes`` long and came from a machine that holds one of the keys the directory lists
/// for the peer; redirects, proxies of the environment and resumed TLS sessions are not used.
/// Does not: retry, except that libcurl may send a request a second time on a new connection when the one it chose had
/// been closed by the peer before any byte of an answer. Cancelling the task does not cut a request short.
package final class PeerClient: Sendable {
    // The engine is safe to submit to from any thread; it is stopped and freed by the owner only.
    private nonisolated(unsafe) let engine: OpaquePointer
    private let look: CertificateLook

    /// - Throws: `own-side` when libcurl does not accept the settings.
    ///
    /// - Parameter now: in seconds since 1970; by it our own look at certificates is made, libcurl's by the system's clock.
    package init(
        settings: PeerClientSettings, credentials: TLSCredentials, now: @escaping @Sendable () -> Int64
    ) throws(TransportError) {
        guard let revocations = try? credentials.judging() else {
            throw TransportError(
                .ownSide, attempt: "start of the client for peers", detail: "the root is none", outcomeUnknown: false)
        }
        let look = CertificateLook(revocations: revocations, now: now)
        self.look = look
        let engine = credentials.rootPEM.withUnsafeBytes { root in
            credentials.certificatePEM.withUnsafeBytes { certificate in
                credentials.keyPEM.withUnsafeBytes { key -> OpaquePointer? in
                    guard let rootStart = root.baseAddress, let certificateStart = certificate.baseAddress,
                        let keyStart = key.baseAddress, !root.isEmpty, !certificate.isEmpty, !key.isEmpty
                    else { return nil }
                    var values = jiexu_curl_settings(
                        root: rootStart, root_length: root.count, certificate: certificateStart,
                        certificate_length: certificate.count, key: keyStart, key_length: key.count,
                        minimum_tls: settings.minimumTLS == .tls12 ? 12 : 13,
                        connect_milliseconds: settings.connectMilliseconds,
                        total_milliseconds: settings.totalMilliseconds, idle_seconds: settings.idleSeconds,
                        lifetime_seconds: settings.lifetimeSeconds,
                        connections_per_host: settings.connectionsPerHost,
                        connections_kept: settings.connectionsKept, answer_limit: settings.answerLimitBytes,
                        look: { context, bytes, length in
                            Unmanaged<CertificateLook>.fromOpaque(context).takeUnretainedValue()
                                .verdict(on: Array(UnsafeBufferPointer(start: bytes, count: length)))
                        }, look_context: Unmanaged.passUnretained(look).toOpaque())
                    return jiexu_curl_start(&values) { results, count in
                        for result in UnsafeBufferPointer(start: results, count: count) { PeerClient.report(result) }
                    }
                }
            }
        }
        guard let engine else {
            throw TransportError(
                .ownSide, attempt: "start of the client for peers", detail: "libcurl does not accept the settings",
                outcomeUnknown: false)
        }
        self.engine = engine
    }

    deinit { jiexu_curl_free(engine) }

    /// Ends what is going on with `closed`, closes all connections and waits for the thread, which takes milliseconds.
    /// Called once, by the owner.
    package func close() { jiexu_curl_stop(engine) }

    /// Sends a body and waits for the answer.
    ///
    /// - Parameters:
    ///   - contentType: written as it is.
    ///   - path: begins with a slash; visible ASCII.
    ///   - answerLimitBytes: the longest body of the answer where it is less than that of the settings.
    package func post(
        _ body: [UInt8], contentType: String = "application/jose", path: String, to endpoint: PeerEndpoint,
        answerLimitBytes: Int? = nil
    ) async throws(TransportError) -> PeerResponse {
        try await send(body, contentType: contentType, path: path, to: endpoint, answerLimitBytes ?? 0)
    }

    package func get(_ path: String, from endpoint: PeerEndpoint) async throws(TransportError) -> PeerResponse {
        try await send(nil, contentType: nil, path: path, to: endpoint, 0)
    }

    private func send(
        _ body: [UInt8]?, contentType: String?, path: String, to endpoint: PeerEndpoint, _ answerLimitBytes: Int
    ) async throws(TransportError) -> PeerResponse {
        precondition(path.utf8.first == UInt8(ascii: "/") && path.utf8.allSatisfy { (0x21...0x7E).contains($0) })
        let attempt = "\(body == nil ? "GET" : "POST") \(endpoint.url)\(path)"
        let outcome = await withCheckedContinuation { continuation in
            submit(
                body, contentType, endpoint.url.text + path, endpoint.pinText, answerLimitBytes,
                Waiting(attempt, continuation))
        }
        return try outcome.get()
    }

    private func submit(
        _ body: [UInt8]?, _ contentType: String?, _ url: String, _ pins: String, _ answerLimitBytes: Int,
        _ waiting: Waiting
    ) {
        let context = Unmanaged.passRetained(waiting)
        let status = url.withCString { url in
            pins.withCString { pins in
                PeerClient.withCString(contentType.map { "Content-Type: \($0)" }) { header in
                    (body ?? []).withUnsafeBytes { bytes in
                        var request = jiexu_curl_request(
                            url: url, pins: pins, content_type_header: header,
                            body: body == nil ? nil : bytes.baseAddress, body_length: bytes.count,
                            answer_limit: answerLimitBytes,
                            context: context.toOpaque())
                        return jiexu_curl_submit(engine, &request)
                    }
                }
            }
        }
        guard status != 0 else { return }
        context.release()
        waiting.continuation.resume(
            returning: .failure(
                TransportError(
                    .closed, attempt: waiting.attempt, detail: "the client was closed", outcomeUnknown: false)))
    }

    private static func withCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result {
        guard let text else { return body(nil) }
        return text.withCString { body($0) }
    }

    /// Someone who waits for an answer; the engine holds it between submitting and reporting.
    private final class Waiting: Sendable {
        let attempt: String
        let continuation: CheckedContinuation<Result<PeerResponse, TransportError>, Never>

        init(_ attempt: String, _ continuation: CheckedContinuation<Result<PeerResponse, TransportError>, Never>) {
            self.attempt = attempt
            self.continuation = continuation
        }
    }

    /// On the engine's thread.
    private static func report(_ result: jiexu_curl_result) {
        let waiting = Unmanaged<Waiting>.fromOpaque(result.context).takeRetainedValue()
        waiting.continuation.resume(returning: outcome(of: result, waiting.attempt))
    }

    private static func outcome(
        of result: jiexu_curl_result, _ attempt: String
    ) -> Result<PeerResponse, TransportError> {
        let code: TransportError.Code
        switch result.outcome {
        case JIEXU_CURL_ANSWERED:
            if (300..<400).contains(result.status) {
                code = .redirected
                break
            }
            let body = Array(
                UnsafeBufferPointer(start: result.body, count: result.body == nil ? 0 : result.body_length))
            return .success(
                PeerResponse(
                    status: Int(result.status), contentType: String(cString: result.content_type), body: body,
                    connectionsOpened: Int(result.connections_opened)))
        case JIEXU_CURL_RESOLVE: code = .resolve
        case JIEXU_CURL_CONNECT: code = .connect
        case JIEXU_CURL_TLS: code = .tls
        case JIEXU_CURL_PIN: code = .peerKey
        case JIEXU_CURL_TIMEOUT: code = .timeout
        case JIEXU_CURL_TRUNCATED: code = .truncated
        case JIEXU_CURL_OVERSIZE: code = .oversize
        case JIEXU_CURL_MALFORMED: code = .malformed
        case JIEXU_CURL_LOST: code = .lost
        case JIEXU_CURL_STOPPED: code = .closed
        default: code = .ownSide
        }
        return .failure(
            TransportError(
                code, attempt: attempt, detail: String(cString: result.words), outcomeUnknown: result.was_sent != 0))
    }
}

/// A peer's complete answer, whatever its status.
package struct PeerResponse: Hashable, Sendable {
    package let status: Int
    /// As the peer wrote it; empty when it wrote none.
    package let contentType: String
    package let body: [UInt8]
    /// How many connections had to be opened for it: 0 when one was used again.
    package let connectionsOpened: Int
}

/// Our own look at the certificate of whoever answers, before anything is sent to it.
private final class CertificateLook: Sendable {
    private let revocations: Revocations
    private let now: @Sendable () -> Int64

    init(revocations: Revocations, now: @escaping @Sendable () -> Int64) {
        self.revocations = revocations
        self.now = now
    }

    /// On the engine's thread, once for each handshake.
    func verdict(on der: [UInt8]) -> jiexu_curl_verdict {
        do throws(TrustFault) {
            try revocations.verifyPeer(try NetworkCertificate(der: der), at: now())
            return JIEXU_CURL_TRUSTED
        } catch {
            switch error.code {
            case .certificateRevoked: return JIEXU_CURL_REVOKED
            default: return JIEXU_CURL_UNTRUSTED
            }
        }
    }
}
