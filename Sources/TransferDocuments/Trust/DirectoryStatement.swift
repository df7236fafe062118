package import TransferCore

/// What one node tells another about the directory that it works by: which version, and its digest. Both sides tell it in
/// the same form, asking and answering.
///
/// So an agency knows who has its new key before it retires the old one, and two directories of one version are found.
/// Source: reliability handbook, F43 and F47.
package struct DirectoryStatement: PeerMessage, Hashable {
    package let sender: AgencyCode
    package let recipient: AgencyCode
    package let asOf: SigningTime
    package let version: Int64
    /// SHA-256 of the signed directory.
    package let digest: DocumentDigest

    package static let typ = JWSType.directoryHeld
    package static let longest = 4_096

    package init(
        sender: AgencyCode, recipient: AgencyCode, asOf: SigningTime, version: Int64, digest: DocumentDigest
    ) {
        self.sender = sender
        self.recipient = recipient
        self.asOf = asOf
        self.version = version
        self.digest = digest
    }

    package func encoded() throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object { json in
                json.messageHead(of: self)
                json.field("version", version)
                json.field("digest", digest.text)
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        var object = try ObjectReader(signedPayload: payload)
        (sender, recipient, asOf) = try object.messageHead()
        version = try object.integer("version", 1...1_000_000_000_000)
        digest = try object.digest("digest")
        try object.end()
        try checkSides()
    }
}
