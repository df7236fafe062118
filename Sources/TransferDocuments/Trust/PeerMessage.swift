package import TransferCore

/// What one node tells another outside of cases, asking and answering in the same form: its payload begins with who says it,
/// to whom, and of which moment it speaks. It is believed when sender, signer and connection are one agency and it was signed
/// at that moment.
///
/// Source: contracts/protocol.md, rule 30.
package protocol PeerMessage: Sendable {
    /// What the protected header says that it is.
    static var typ: JWSType { get }
    /// The longest message, as a compact JWS, in bytes.
    static var longest: Int { get }
    /// What people call it, in the words of a refusal.
    static var noun: String { get }

    var sender: AgencyCode { get }
    var recipient: AgencyCode { get }
    var asOf: SigningTime { get }

    /// The payload to be signed.
    func encoded() throws(DocumentFault) -> [UInt8]

    /// Reads a payload whose signature was verified.
    init(decoding payload: [UInt8]) throws(DocumentFault)
}

extension PeerMessage {
    package static var noun: String { "statement" }

    /// Nobody tells itself anything.
    func checkSides() throws(DocumentFault) {
        guard sender != recipient else {
            throw DocumentFault(.conflictingFields, "/to", "a \(Self.noun) goes to another agency")
        }
    }
}

extension ObjectReader {
    /// Who says it, to whom, and of which moment.
    mutating func messageHead() throws(DocumentFault) -> (AgencyCode, AgencyCode, SigningTime) {
        (try agency("from"), try agency("to"), try signingTime("asOf"))
    }
}

extension JSONWriter {
    /// - Parameter between: writes what stands before the moment.
    mutating func messageHead(of message: some PeerMessage, _ between: (inout JSONWriter) -> Void = { _ in }) {
        field("format", DocumentHead.format)
        field("from", message.sender.text)
        field("to", message.recipient.text)
        between(&self)
        field("asOf", message.asOf.text)
    }
}
