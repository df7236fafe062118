package import TransferCore

/// A document of a case as its signed payload says it: the envelope, and what the document says.
///
/// The identity of a document is its case, its sender and its sequence; its digest is that of the payload bytes, which
/// are kept as they were signed and never written anew.
package struct DocumentEnvelope: Hashable, Sendable {
    package let head: DocumentHead
    package let content: DocumentContent

    /// - Parameters:
    ///   - sequence: 1, 2, 3 … per case and sender.
    ///   - previous: the digest of the newest document of the case that the sender knows; nil in the first of the case.
    package init(
        caseNumber: CaseNumber, sender: AgencyCode, recipient: AgencyCode, sequence: Int, previous: DocumentDigest?,
        issuedAt: SigningTime, maker: Signatory, checker: Signatory, content: DocumentContent
    ) {
        head = DocumentHead(
            kind: content.kind, caseNumber: caseNumber, sender: sender, recipient: recipient, sequence: sequence,
            previous: previous, issuedAt: issuedAt, maker: maker, checker: checker)
        self.content = content
    }

    /// The payload to be signed.
    ///
    /// - Throws: the rule that is broken: what a partner would have to refuse is not written.
    package func encoded() throws(DocumentFault) -> [UInt8] {
        try checkRules()
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .signedDocument) { json in
                head.write(to: &json)
                json.object("content") { content.write(to: &$0) }
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    /// Reads a payload whose signature was verified: first its envelope, then its content, then the rules of both.
    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        let (head, content) = try DocumentHead.split(payload)
        self.head = head
        self.content = try DocumentContent(head.kind, content)
        try checkRules()
    }

    private func checkRules() throws(DocumentFault) {
        try head.checkRules()
        do throws(DocumentFault) { try content.checkRules() } catch { throw error.inside("/content") }
        for (key, pointer) in content.orderKeys where key.caseNumber != head.caseNumber {
            throw DocumentFault(.conflictingFields, "/content\(pointer)", "the order belongs to another case")
        }
    }
}

/// The envelope of a document: what it is, of which case, from whom, after which. It can be read of a document whose
/// content has to be refused, so that the refusal can name it.
package struct DocumentHead: Hashable, Sendable {
    package let kind: DocumentKind
    package let caseNumber: CaseNumber
    /// The agency that says it wrote the document; who signed it, the signature tells.
    package let sender: AgencyCode
    package let recipient: AgencyCode
    /// 1, 2, 3 … per case and sender.
    package let sequence: Int
    /// The digest of the newest document of the case that the sender knew; nil in the first of the case.
    package let previous: DocumentDigest?
    package let issuedAt: SigningTime
    package let maker: Signatory
    package let checker: Signatory

    /// The first member of every payload: which form it has.
    package static let format = "jiexu/1"

    /// No case has more documents of one sender. Source: our choice.
    package static let sequences = 1...9_999

    /// Reads the envelope of a payload; of the content only that it is an object.
    package init(decoding payload: [UInt8]) throws(DocumentFault) {
        self = try DocumentHead.split(payload).head
        try checkRules()
    }

    init(
        kind: DocumentKind, caseNumber: CaseNumber, sender: AgencyCode, recipient: AgencyCode, sequence: Int,
        previous: DocumentDigest?, issuedAt: SigningTime, maker: Signatory, checker: Signatory
    ) {
        self.kind = kind
        self.caseNumber = caseNumber
        self.sender = sender
        self.recipient = recipient
        self.sequence = sequence
        self.previous = previous
        self.issuedAt = issuedAt
        self.maker = maker
        self.checker = checker
    }

    fileprivate static func split(_ payload: [UInt8]) throws(DocumentFault) -> (head: Self, content: ValueReader) {
        var object = try ObjectReader(signedPayload: payload)
        let head = DocumentHead(
            kind: try object.oneOf("kind", DocumentKind.self), caseNumber: try object.caseNumber("case"),
            sender: try object.agency("from"), recipient: try object.agency("to"),
            sequence: try object.integer("sequence", sequences), previous: try object.digestOrNull("previous"),
            issuedAt: try object.signingTime("issuedAt"), maker: try object.signatory("maker"),
            checker: try object.signatory("checker"))
        let content = try object.required("content")
        _ = try content.object()
        try object.end()
        return (head, content)
    }

    fileprivate func write(to json: inout JSONWriter) {
        json.field("format", DocumentHead.format)
        json.field("kind", kind.rawValue)
        json.field("case", caseNumber.text)
        json.field("from", sender.text)
        json.field("to", recipient.text)
        json.field("sequence", sequence)
        if let previous { json.field("previous", previous.text) } else { json.null("previous") }
        json.field("issuedAt", issuedAt.text)
        json.field("maker", maker.text)
        json.field("checker", checker.text)
    }

    fileprivate func checkRules() throws(DocumentFault) {
        guard sender != recipient else {
            throw DocumentFault(.conflictingFields, "/to", "a document goes to another agency")
        }
        try FieldRule.integer(sequence, DocumentHead.sequences, at: "/sequence")
        let isFirst = kind == .acceptanceLetter && sequence == 1
        guard (previous == nil) == isFirst else {
            throw DocumentFault(
                .chain, "/previous",
                isFirst ? "the first document of a case has none before it" : "expected the digest of the one before")
        }
        guard maker.isWritable else { throw DocumentFault(.invalidFormat, "/maker", Signatory.form) }
        guard checker.isWritable else { throw DocumentFault(.invalidFormat, "/checker", Signatory.form) }
        if case .staff = maker, maker == checker {
            throw DocumentFault(.samePerson, "/checker", "the checker must be another person than the maker")
        }
    }
}

extension JSONLimits {
    /// A document with its content: an information form of the most lines that are allowed has more members than other
    /// documents.
    static let signedDocument = {
        var limits = JSONLimits.document
        limits.members = 20_000
        return limits
    }()
}

extension ObjectReader {
    /// Opens a signed payload and makes sure that it is of the form that is read here.
    init(signedPayload payload: [UInt8]) throws(DocumentFault) {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(payload, limits: .signedDocument)
        } catch {
            throw DocumentFault(error)
        }
        try self.init(json)
        let format = try required("format")
        guard try format.string().hasSameBytes(as: DocumentHead.format) else {
            throw format.fault(.unsupportedFormat, "this node reads \(DocumentHead.format)")
        }
    }

    mutating func digest(_ name: String) throws(DocumentFault) -> DocumentDigest {
        try string(name, as: "a SHA-256 digest in base64url") { DocumentDigest(text: $0) }
    }

    fileprivate mutating func digestOrNull(_ name: String) throws(DocumentFault) -> DocumentDigest? {
        let value = try required(name)
        guard !value.isNull else { return nil }
        return try value.string(as: "a SHA-256 digest in base64url") { DocumentDigest(text: $0) }
    }

    mutating func signingTime(_ name: String) throws(DocumentFault) -> SigningTime {
        try string(name, as: "a time of the form 2026-11-21T08:00:00Z") { SigningTime($0) }
    }

    fileprivate mutating func signatory(_ name: String) throws(DocumentFault) -> Signatory {
        try string(name, as: Signatory.form) { Signatory($0) }
    }
}

extension Signatory {
    fileprivate static let form = "policy:straight-through, or staff: and 1 to 64 letters, digits, stops or hyphens"
}
