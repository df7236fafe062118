import Casework
import NodeLink
import TransferCore
import TransferDocuments

/// Carries documents, statements and tree heads to peers over mutual TLS: the directory says where a peer is and which key
/// it must hold. While the node is recovering, no document goes out.
struct PeerPost: PeerLink, DigestLink, HeadLink, DirectoryLink {
    let clients: PeerClients
    let directory: any DirectorySource
    let clock: any NodeClock
    let gate: RecoveryGate

    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        guard gate.isOpen else {
            throw DeliveryFault(code: "recovering", detail: "this node is recovering", concernsPeer: true)
        }
        guard !gate.isQuarantined(peer) else {
            throw DeliveryFault(
                code: "quarantined", detail: "an alarm stands against the log of \(peer)", concernsPeer: true)
        }
        return try await post(
            document, path: "/peer/v1/documents", to: peer, answerLimitBytes: PeerPost.longestReceipt)
    }

    func show(_ message: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        try await post(message, path: "/peer/v1/tree-heads", to: peer)
    }

    func exchange(_ statement: [UInt8], with peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        try await post(statement, path: "/peer/v1/digests", to: peer)
    }

    func tell(_ statement: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        try await post(statement, path: "/peer/v1/directory", to: peer)
    }

    /// More of an answer to a document is not read. A receipt has less than a kilobyte.
    private static let longestReceipt = 64 << 10

    private func post(
        _ body: [UInt8], path: String, to peer: AgencyCode, answerLimitBytes: Int? = nil
    ) async throws(DeliveryFault) -> [UInt8] {
        guard let entry = directory.current[peer], let endpoint = PeerEndpoint(entry, at: clock.now.seconds) else {
            throw DeliveryFault(
                code: "peer-not-in-directory", detail: "the directory names no endpoint for \(peer)",
                concernsPeer: true)
        }
        let response: PeerResponse
        do {
            response = try await clients.current.post(
                body, path: path, to: endpoint, answerLimitBytes: answerLimitBytes)
        } catch {
            throw DeliveryFault(code: error.code.rawValue, detail: "\(error)", concernsPeer: true)
        }
        guard response.status == 200, response.contentType.utf8.elementsEqual("application/jose".utf8) else {
            throw DeliveryFault(
                code: PeerPost.problemCode(in: response) ?? "status-\(response.status)",
                detail: "the peer answered with status \(response.status)",
                concernsPeer: response.status == 429 || response.status >= 500)
        }
        return response.body
    }

    /// The code of a problem document; nil when the body is none.
    private static func problemCode(in response: PeerResponse) -> String? {
        guard let json = try? JSON.parse(response.body, limits: .request), case .object(let object) = json,
            case .string(let code)? = object["code"], code.utf8.count <= 64
        else { return nil }
        return code
    }
}
