import Casework
import NodeLink
import Synchronization
import TransferCore
import TransferDocuments

/// Carries documents, statements and tree heads to peers over mutual TLS: the directory says where a peer is and which key
/// it must hold. While the node is recovering, no document goes out.
struct PeerPost: PeerLink, DigestLink, HeadLink, DirectoryLink {
    let clients: PeerClients
    let directory: any DirectorySource
    let clock: any NodeClock
    let gate: RecoveryGate
    let singly: PeersServedSingly

    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8] {
        try mayDeliver(to: peer)
        return try await post(
            document, path: "/peer/v1/documents", to: peer, answerLimitBytes: PeerPost.longestReceipt)
    }

    /// In one request; to a peer that takes documents one by one only, in one for each.
    func deliver(_ documents: [CaseDocument], to peer: AgencyCode) async -> [Result<[UInt8], DeliveryFault>] {
        guard documents.count > 1, !singly.contains(peer, at: clock.now) else {
            return await deliverOneByOne(documents, to: peer)
        }
        let body = DocumentBatch.body(of: documents.map(\.bytes))
        do throws(DeliveryFault) {
            try mayDeliver(to: peer)
            let response = try await send(
                body, DocumentBatch.contentType, path: DocumentBatch.path, to: peer,
                answerLimitBytes: PeerPost.longestReceipt * documents.count)
            if response.status == 200, response.contentType.utf8.elementsEqual(DocumentBatch.answersContentType.utf8),
                let outcomes = DocumentBatch.outcomes(in: response.body, of: documents.count)
            {
                return outcomes
            }
            guard PeerPost.doNotKnowBatches.contains(response.status) else {
                throw DeliveryFault(problem: response.body, status: response.status)
            }
        } catch {
            return documents.map { _ in .failure(error) }
        }
        singly.note(peer, at: clock.now)
        return await deliverOneByOne(documents, to: peer)
    }

    /// With what a peer answers that does not know requests with several documents, or takes shorter ones only.
    private static let doNotKnowBatches: Set<Int> = [200, 404, 405, 413, 415]

    private func mayDeliver(to peer: AgencyCode) throws(DeliveryFault) {
        guard gate.isOpen else {
            throw DeliveryFault(code: "recovering", detail: "this node is recovering", concernsPeer: true)
        }
        guard !gate.isQuarantined(peer) else {
            throw DeliveryFault(
                code: "quarantined", detail: "an alarm stands against the log of \(peer)", concernsPeer: true)
        }
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
        let response = try await send(
            body, "application/jose", path: path, to: peer, answerLimitBytes: answerLimitBytes)
        guard response.status == 200, response.contentType.utf8.elementsEqual("application/jose".utf8) else {
            throw DeliveryFault(problem: response.body, status: response.status)
        }
        return response.body
    }

    private func send(
        _ body: [UInt8], _ contentType: String, path: String, to peer: AgencyCode, answerLimitBytes: Int?
    ) async throws(DeliveryFault) -> PeerResponse {
        guard let entry = directory.current[peer], let endpoint = PeerEndpoint(entry, at: clock.now.seconds) else {
            throw DeliveryFault(
                code: "peer-not-in-directory", detail: "the directory names no endpoint for \(peer)",
                concernsPeer: true)
        }
        do {
            return try await clients.current.post(
                body, contentType: contentType, path: path, to: endpoint, answerLimitBytes: answerLimitBytes)
        } catch {
            throw DeliveryFault(code: error.code.rawValue, detail: "\(error)", concernsPeer: true)
        }
    }
}

/// The peers that take documents one by one only. Each is asked again after an hour, since its program may be a newer one.
final class PeersServedSingly: Sendable {
    private let since = Mutex<[AgencyCode: Instant]>([:])
    private static let milliseconds: Int64 = 3_600_000

    func contains(_ peer: AgencyCode, at now: Instant) -> Bool {
        since.withLock { $0[peer].map { now < $0.adding(milliseconds: PeersServedSingly.milliseconds) } ?? false }
    }

    func note(_ peer: AgencyCode, at now: Instant) { since.withLock { $0[peer] = now } }
}
