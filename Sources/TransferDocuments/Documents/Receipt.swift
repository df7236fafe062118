package import TransferCore

/// The receipt for a document, signed by its recipient: "I have these bytes, and they are on disk". It says nothing about
/// what the recipient thinks of them: only a document does.
///
/// A refusal is a receipt too: the bytes are kept as evidence, and the sender is told which fault they have.
package struct Receipt: Hashable, Sendable {
    package let caseNumber: CaseNumber
    /// The sender of the document.
    package let sender: AgencyCode
    /// Its recipient, who signs the receipt.
    package let recipient: AgencyCode
    package let sequence: Int
    /// The digest of the document's payload.
    package let digest: DocumentDigest
    package let result: Result
    package let receivedAt: SigningTime
    /// The node or the person that took the document in, as the recipient names it: 1 to 64 characters.
    package let receiver: String

    package enum Result: Hashable, Sendable {
        case accepted
        /// - Parameters:
        ///   - code: a published code, lower-case letters and hyphens.
        ///   - pointer: the member that is wrong, nil when it is none in particular.
        case refused(code: String, pointer: String?)
    }

    package init(
        caseNumber: CaseNumber, sender: AgencyCode, recipient: AgencyCode, sequence: Int, digest: DocumentDigest,
        result: Result, receivedAt: SigningTime, receiver: String
    ) {
        self.caseNumber = caseNumber
        self.sender = sender
        self.recipient = recipient
        self.sequence = sequence
        self.digest = digest
        self.result = result
        self.receivedAt = receivedAt
        self.receiver = receiver
    }

    /// The payload to be signed.
    package func encoded() throws(DocumentFault) -> [UInt8] {
        try checkRules()
        do throws(JSONFault) {
            return try JSONWriter.object { json in
                json.field("format", DocumentHead.format)
                json.field("case", caseNumber.text)
                json.field("from", sender.text)
                json.field("to", recipient.text)
                json.field("sequence", sequence)
                json.field("digest", digest.text)
                switch result {
                case .accepted:
                    json.field("result", "accepted")
                    json.null("code")
                    json.null("pointer")
                case .refused(let code, let pointer):
                    json.field("result", "refused")
                    json.field("code", code)
                    if let pointer { json.field("pointer", pointer) } else { json.null("pointer") }
                }
                json.field("receivedAt", receivedAt.text)
                json.field("receiver", receiver)
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    /// Reads a payload whose signature was verified.
    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        var object = try ObjectReader(signedPayload: payload)
        caseNumber = try object.caseNumber("case")
        sender = try object.agency("from")
        recipient = try object.agency("to")
        sequence = try object.integer("sequence", DocumentHead.sequences)
        digest = try object.digest("digest")
        let word = try object.oneOf("result", ResultWord.self)
        let code = try object.textOrNull("code")
        let pointer = try object.textOrNull("pointer")
        switch (word, code) {
        case (.accepted, nil) where pointer == nil: result = .accepted
        case (.accepted, nil): throw object.fault(.conflictingFields, in: "pointer", "only a refusal has a place")
        case (.accepted, _): throw object.fault(.conflictingFields, in: "code", "only a refusal has a code")
        case (.refused, let code?): result = .refused(code: code, pointer: pointer)
        case (.refused, nil): throw object.fault(.conflictingFields, in: "code", "a refusal has a code")
        }
        receivedAt = try object.signingTime("receivedAt")
        receiver = try object.string("receiver")
        try object.end()
        try checkRules()
    }

    private enum ResultWord: String, CaseIterable { case accepted, refused }

    private func checkRules() throws(DocumentFault) {
        guard sender != recipient else {
            throw DocumentFault(.conflictingFields, "/to", "a document goes to another agency")
        }
        try FieldRule.integer(sequence, DocumentHead.sequences, at: "/sequence")
        try FieldRule.text(receiver, 1...64, at: "/receiver")
        guard case .refused(let code, let pointer) = result else { return }
        let isCode = code.utf8.allSatisfy {
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || $0 == UInt8(ascii: "-")
        }
        guard isCode, (1...64).contains(code.utf8.count) else {
            throw DocumentFault(.invalidFormat, "/code", "expected 1 to 64 lower-case letters, digits or hyphens")
        }
        guard pointer.map({ $0.isEmpty || $0.utf8.first == UInt8(ascii: "/") && $0.utf8.count <= 1_024 }) ?? true else {
            throw DocumentFault(.invalidFormat, "/pointer", "expected a JSON Pointer of at most 1024 bytes")
        }
    }
}

extension ObjectReader {
    fileprivate mutating func textOrNull(_ name: String) throws(DocumentFault) -> String? {
        let value = try required(name)
        return value.isNull ? nil : try value.string()
    }
}
