/// A request to a peer that brought no complete answer.
///
/// A peer's refusal is not one: it is an answer (``PeerResponse``).
package struct TransportError: Error, Sendable {
    package let code: Code
    /// What was being attempted: `POST https://host:port/path`.
    package let attempt: String
    /// What the network said, for operators.
    package let detail: String
    /// Whether the peer may have received and carried out the request. It is sent again as it was: a document that
    /// arrives twice is answered with the same receipt.
    ///
    /// Under TLS 1.3 a peer that refuses our certificate says so only after the request was sent.
    package let outcomeUnknown: Bool

    package init(_ code: Code, attempt: String, detail: String, outcomeUnknown: Bool) {
        self.code = code
        self.attempt = attempt
        self.detail = detail
        self.outcomeUnknown = outcomeUnknown
    }

    /// These codes are published and never change.
    package enum Code: String, Sendable, CaseIterable {
        /// The name of the host is not known.
        case resolve
        /// Nobody listens there.
        case connect
        /// One side did not accept the other's certificate, or the versions of TLS have nothing in common.
        case tls
        /// The peer showed another key than the directory has for it.
        case peerKey = "peer-key"
        /// The deadline passed.
        case timeout
        /// The answer ended before its end.
        case truncated
        /// The answer is longer than any answer may be.
        case oversize
        /// The answer is not HTTP, or says two things about its length.
        case malformed
        /// The peer answered with a redirect, which is never followed.
        case redirected
        /// The connection was lost.
        case lost
        /// The client was closed.
        case closed
        /// The request could not be made on our side: out of memory, or settings that are not accepted.
        case ownSide = "own-side"
    }
}

extension TransportError {
    /// Whether trying the same thing again later can succeed without anyone changing a certificate or the directory.
    package var isTransient: Bool {
        switch code {
        case .resolve, .connect, .timeout, .truncated, .lost, .closed: true
        case .tls, .peerKey, .oversize, .malformed, .redirected, .ownSide: false
        }
    }
}

extension TransportError: Equatable {
    package static func == (a: TransportError, b: TransportError) -> Bool { a.code == b.code }
}

extension TransportError: CustomStringConvertible {
    package var description: String { "\(attempt): \(code.rawValue)\(detail.isEmpty ? "" : " (\(detail))")" }
}
