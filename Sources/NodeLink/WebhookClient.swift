import CurlShim
import Dispatch
package import Webhooks

/// Sends messages to webhooks over HTTPS.
///
/// Guarantees: a request ends at its deadline at the latest, and within a second of the cancelling of its task. No
/// connection is opened to an address that not the whole internet reaches, whatever the name of the host stands for at
/// that moment. Redirects and proxies are not used; of an answer nothing but the status is kept.
package struct WebhookClient: WebhookLink {
    private let allowsLoopback: Bool
    private let roots: String?

    /// What is read of an answer's body, in bytes.
    private static let answerLimit = 4_096

    /// - Parameters:
    ///   - allowsLoopback: whether the addresses of this machine may be called; for trials.
    ///   - roots: a file of the roots that are trusted, PEM; nil for those of the system.
    package init(allowsLoopback: Bool = false, roots: String? = nil) {
        self.allowsLoopback = allowsLoopback
        self.roots = roots
    }

    package func mayReach(_ address: String) -> Bool { jiexu_webhook_may_reach(address, allowsLoopback ? 1 : 0) == 1 }

    package func post(_ request: WebhookRequest) async throws(WebhookFault) -> Int {
        guard let halt = Halt() else { throw .connectionLost }
        let outcome: Result<Int, WebhookFault> = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                // A thread of its own for each: a slow one is waited for by nobody else.
                DispatchQueue(label: "jiexu.webhook").async {
                    continuation.resume(returning: perform(request, halt))
                }
            }
        } onCancel: {
            halt.set()
        }
        return try outcome.get()
    }

    private func perform(_ request: WebhookRequest, _ halt: Halt) -> Result<Int, WebhookFault> {
        var status: Int32 = 0
        var outcome = JIEXU_WEBHOOK_LOST
        let texts = [
            request.url.text, "webhook-id: \(request.id)", "webhook-timestamp: \(request.timestamp)",
            "webhook-signature: \(request.signature)", roots ?? "",
        ]
        // One text behind the other, each with its end; the places stay where they are meanwhile.
        let bytes = texts.map { Array($0.utf8CString) }
        let joined = bytes.flatMap(\.self)
        joined.withUnsafeBufferPointer { start in
            request.body.withUnsafeBytes { body in
                guard let first = start.baseAddress, let content = body.baseAddress else { return }
                var places: [UnsafePointer<CChar>] = []
                var offset = 0
                for text in bytes {
                    places.append(first + offset)
                    offset += text.count
                }
                var message = jiexu_webhook_request(
                    url: places[0], id: places[1], timestamp: places[2], signature: places[3], body: content,
                    body_length: body.count, total_milliseconds: Int32(WebhookRequest.timeoutMilliseconds),
                    answer_limit: WebhookClient.answerLimit, roots: roots == nil ? nil : places[4],
                    allows_loopback: allowsLoopback ? 1 : 0, halt: halt.pointer)
                outcome = jiexu_webhook_post(&message, &status)
            }
        }
        switch outcome {
        case JIEXU_WEBHOOK_ANSWERED: return .success(Int(status))
        case JIEXU_WEBHOOK_REFUSED: return .failure(.addressRefused)
        case JIEXU_WEBHOOK_RESOLVE: return .failure(.unresolved)
        case JIEXU_WEBHOOK_CONNECT: return .failure(.unreached)
        case JIEXU_WEBHOOK_TLS: return .failure(.tlsFailed)
        case JIEXU_WEBHOOK_TIMEOUT: return .failure(.timedOut)
        case JIEXU_WEBHOOK_MALFORMED: return .failure(.notHTTP)
        case JIEXU_WEBHOOK_HALTED: return .failure(.stopping)
        default: return .failure(.connectionLost)
        }
    }
}

/// Ends a request from another thread. The pointer is never changed, and what it points to takes calls from any thread.
private final class Halt: @unchecked Sendable {
    let pointer: OpaquePointer

    init?() {
        guard let made = jiexu_halt_make() else { return nil }
        pointer = made
    }

    func set() { jiexu_halt_set(pointer) }

    deinit { jiexu_halt_free(pointer) }
}
