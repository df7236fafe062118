package import Casework
import CurlShim
import Dispatch
import TransferDocuments

/// Asks time-stamping authorities over HTTP or HTTPS (RFC 3161, section 3.4).
///
/// Guarantees: a request ends at the authority's deadline at the latest; an answer that is returned is complete, of the
/// right type and no longer than a token may be. Redirects and proxies of the environment are not used. That the answer
/// is the authority's shows its signature, not the connection: the roots for HTTPS are those of the system.
package struct StampClient: StampLink {
    /// One request at a time: what is slow waits for itself.
    private static let queue = DispatchQueue(label: "jiexu.stamps")

    package init() {}

    package func ask(_ request: [UInt8], of authority: StampAuthority) async throws(DeliveryFault) -> [UInt8] {
        let outcome: Result<[UInt8], DeliveryFault> = await withCheckedContinuation { continuation in
            StampClient.queue.async {
                continuation.resume(returning: StampClient.post(request, to: authority))
            }
        }
        return try outcome.get()
    }

    private static func post(_ request: [UInt8], to authority: StampAuthority) -> Result<[UInt8], DeliveryFault> {
        var (length, status, code): (Int, Int32, Int32) = (0, 0, 0)
        let answer = [UInt8](unsafeUninitializedCapacity: TimeStampToken.longest) { buffer, count in
            request.withUnsafeBytes { body in
                if let answer = buffer.baseAddress, let start = body.baseAddress {
                    code = jiexu_curl_post_once(
                        authority.url, "Content-Type: \(TimeStampRequest.contentType)",
                        "Accept: \(TimeStampRequest.answerType)", start, body.count,
                        Int32(authority.timeoutMilliseconds), answer, buffer.count, &length, &status)
                }
            }
            count = length
        }
        guard code == 0 else {
            return .failure(
                DeliveryFault(
                    code: "stamp-unreached", detail: "\(authority.name): \(String(cString: jiexu_curl_words(code)))",
                    concernsPeer: true))
        }
        guard status == 200 else {
            return .failure(
                DeliveryFault(
                    code: "stamp-status", detail: "\(authority.name) answered with status \(status)", concernsPeer: true
                ))
        }
        return .success(answer)
    }
}
