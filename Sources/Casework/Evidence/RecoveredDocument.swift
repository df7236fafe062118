package import TransferCore
package import TransferDocuments

/// A document of a case that this node lost with a part of its log, as another agency has brought it back.
///
/// It is evidence, and it keeps the number that it has: no other document gets the same one. What follows from it people
/// decide.
package struct RecoveredDocument: Hashable, Sendable {
    /// The epoch of the log in which it was brought back.
    package let epoch: Int
    package let number: CaseNumber
    package let sender: AgencyCode
    package let sequence: Int
    package let digest: DocumentDigest
    /// The compact JWS.
    package let bytes: [UInt8]
    package let receipt: [UInt8]?
    package let at: Instant

    package init(
        epoch: Int, number: CaseNumber, sender: AgencyCode, sequence: Int, digest: DocumentDigest, bytes: [UInt8],
        receipt: [UInt8]?, at: Instant
    ) {
        self.epoch = epoch
        self.number = number
        self.sender = sender
        self.sequence = sequence
        self.digest = digest
        self.bytes = bytes
        self.receipt = receipt
        self.at = at
    }
}
