import Logging
import TransferCore
import TransferDocuments

// A key that was revoked must not strand what it signed: the same payload is signed again with the new key.
//
// A document is its payload: its digest, its place in the chain and its identity do not change, so the recipient takes the
// renewed bytes as the document that they are, or as the one that it has. Nothing is said twice in two ways.

extension Desk {
    /// The bytes with which a document goes out: as it was signed, or signed again when its key was revoked meanwhile.
    ///
    /// What was renewed is kept before it goes out.
    ///
    /// - Throws: a ``DeliveryFault`` while this node still signs with a revoked key; the document goes on waiting.
    func deliverable(_ entry: OutboxEntry) async throws -> [UInt8] {
        guard isRevoked(entry.bytes, typ: .document) else { return entry.bytes }
        if let renewed = try await store.renewedSignature(entry), !isRevoked(renewed, typ: .document) {
            return renewed
        }
        let moment = clock.now
        let payload = try JWS.parse(entry.bytes, typ: .document, maximumBytes: Desk.longestDocument).payload
        let renewed = try signer.sign(payload, type: .document, at: moment)
        guard !isRevoked(renewed, typ: .document) else {
            throw DeliveryFault(
                code: "own-key-revoked", detail: "our document key was revoked; give the node the new one",
                concernsPeer: false)
        }
        try await store.renew(entry, bytes: renewed, at: moment)
        logger.notice(
            "a document was signed again with the new key",
            metadata: ["case": "\(entry.number)", "peer": "\(entry.recipient)"])
        return renewed
    }

    /// A receipt as it goes out again: with the same content, under a key that is still believed.
    func currentReceipt(_ receipt: [UInt8]) throws -> [UInt8] {
        guard isRevoked(receipt, typ: .receipt) else { return receipt }
        let payload = try JWS.parse(receipt, typ: .receipt, maximumBytes: Desk.longestDocument).payload
        return try signedReceipt(payload, at: clock.now)
    }

    /// Whether bytes that we signed are under a key that nobody believes any more. Costs nothing where no key of ours was
    /// ever revoked.
    private func isRevoked(_ bytes: [UInt8], typ: JWSType) -> Bool {
        let directory = directory.current
        guard directory.hasRevokedKeys else { return false }
        let now = clock.now.seconds
        let codes = directory.predecessors(of: agency.code)
        let revoked = codes.flatMap { directory[$0]?.signingCertificates ?? [] }.map(\.certificate.thumbprint)
            .filter { directory.revokedAt($0).map { $0 <= now } ?? false }
        guard !revoked.isEmpty,
            let header = try? JWS.header(of: bytes, typ: typ)
        else { return false }
        return revoked.contains(header.certificate)
    }
}
