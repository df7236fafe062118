package import TransferCore

/// The port to other nodes.
package protocol PeerLink: Sendable {
    /// Sends one document and waits for the answer.
    ///
    /// - Returns: the body of the answer, when the peer answered with a receipt. Whether it is one is the caller's to
    ///   check.
    func deliver(_ document: [UInt8], to peer: AgencyCode) async throws(DeliveryFault) -> [UInt8]
}

/// Why a document has no receipt yet.
package struct DeliveryFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// A stable code: of the transport, or of the problem with which the peer answered.
    package let code: String
    package let detail: String
    /// Whether the fault is the whole peer's (it is down, it is busy) rather than this document's.
    package let concernsPeer: Bool

    /// The code of an attempt that failed on our own side.
    package static let ownCode = "own-side"

    package init(code: String, detail: String, concernsPeer: Bool) {
        self.code = code
        self.detail = detail
        self.concernsPeer = concernsPeer
    }

    package var description: String { "\(code): \(detail)" }
}
