import SwiftASN1

/// What a time-stamping authority is asked: to say that it has seen a digest now.
///
/// Source: RFC 3161, section 2.4.1. The digest is SHA-256 of the compact JWS of a tree head; nothing else of it is told.
package struct TimeStampRequest: Hashable, Sendable {
    package let imprint: DocumentDigest
    /// The answer must name the same number, so that no old answer is taken for a new one.
    package let nonce: UInt64
    /// The policy that the authority is asked for, as `1.2.3`; nil for its own.
    package let policy: String?

    /// The type of a request and of its answer in HTTP.
    package static let contentType = "application/timestamp-query"
    package static let answerType = "application/timestamp-reply"

    package init(of head: SignedTreeHead, nonce: UInt64, policy: String?) {
        imprint = DocumentDigest(of: head.bytes)
        self.nonce = nonce
        self.policy = policy
    }

    /// The request in DER; the certificates of the authority are asked for.
    ///
    /// - Throws: a fault of the code `policy` when that is no object identifier.
    package func encoded() throws(TimeStampFault) -> [UInt8] {
        var serializer = DER.Serializer()
        do {
            let policy = try policy.map { try ASN1ObjectIdentifier(dotRepresentation: $0) }
            try serializer.appendConstructedNode(identifier: .sequence) { request in
                try request.serialize(1)
                try request.appendConstructedNode(identifier: .sequence) { imprint in
                    try imprint.appendConstructedNode(identifier: .sequence) { algorithm in
                        try algorithm.serialize(TimeStampNames.sha256)
                        try algorithm.serialize(ASN1Null())
                    }
                    try imprint.serialize(ASN1OctetString(contentBytes: self.imprint.bytes[...]))
                }
                if let policy { try request.serialize(policy) }
                try request.serialize(nonce)
                try request.serialize(true)
            }
        } catch {
            throw TimeStampFault(.policy, "the policy is no object identifier")
        }
        return serializer.serializedBytes
    }

    /// Whether a text is an object identifier, as `1.2.3`.
    package static func isPolicy(_ text: String) -> Bool {
        text.utf8.count <= 100 && (try? ASN1ObjectIdentifier(dotRepresentation: text)) != nil
    }

    /// The token in an authority's answer.
    ///
    /// - Throws: `reply` when the bytes are no answer, `refused` when the authority made no token.
    package static func token(inReply bytes: [UInt8]) throws(TimeStampFault) -> [UInt8] {
        guard bytes.count <= TimeStampToken.longest else { throw TimeStampFault(.reply, "it is too long") }
        let status: Int
        let token: ASN1Node?
        do {
            (status, token) = try DER.sequence(try DER.parse(bytes), identifier: .sequence) { nodes in
                guard let head = nodes.next() else { throw TimeStampFault(.reply, "it has no status") }
                let status = try DER.sequence(head, identifier: .sequence) { parts in
                    let status = try Int(derEncoded: &parts)
                    while parts.next() != nil {}
                    return status
                }
                return (status, nodes.next())
            }
        } catch {
            throw TimeStampFault(.reply, "it is no answer to a time-stamp request")
        }
        guard status == 0 || status == 1 else {
            throw TimeStampFault(.refused, "the authority answered with status \(status)")
        }
        guard let token else { throw TimeStampFault(.reply, "it has no token") }
        return Array(token.encodedBytes)
    }
}

/// The names of what stands in a token.
enum TimeStampNames {
    static let sha256: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 1]
    static let sha384: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 2]
    static let sha512: ASN1ObjectIdentifier = [2, 16, 840, 1, 101, 3, 4, 2, 3]
    static let signedData: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 7, 2]
    static let tokenContent: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 1, 4]
    static let contentType: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 3]
    static let messageDigest: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 4]
    static let signingCertificate: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 9, 16, 2, 47]
    static let timeStamping: ASN1ObjectIdentifier = [1, 3, 6, 1, 5, 5, 7, 3, 8]
    static let rsa: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 1]
    static let rsaSHA256: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 11]
    static let rsaSHA384: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 12]
    static let rsaSHA512: ASN1ObjectIdentifier = [1, 2, 840, 113549, 1, 1, 13]
    static let ecdsaSHA256: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 2]
    static let ecdsaSHA384: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 3]
    static let ecdsaSHA512: ASN1ObjectIdentifier = [1, 2, 840, 10045, 4, 3, 4]
}

/// Why a time-stamp was not taken, or does not hold.
package struct TimeStampFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let code: Code
    package let detail: String

    /// These codes are published and never change.
    package enum Code: String, Hashable, Sendable, CaseIterable {
        /// The answer is none.
        case reply = "stamp-reply"
        /// The authority made no token.
        case refused = "stamp-refused"
        /// The token cannot be read.
        case form = "stamp-form"
        /// A digest or signature that is too weak, or not known here.
        case algorithm = "stamp-algorithm"
        /// It is over other bytes.
        case imprint = "stamp-imprint"
        /// It answers another request.
        case nonce = "stamp-nonce"
        /// It is under another policy.
        case policy = "stamp-policy"
        /// Its time is not now, or before the head was made.
        case time = "stamp-time"
        /// The signature does not hold.
        case signature = "stamp-signature"
        /// Its certificate is none of the authority's, or was not valid then.
        case certificate = "stamp-certificate"
        /// Its certificate is not one for time-stamps alone.
        case purpose = "stamp-purpose"
    }

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    package var description: String { "\(code.rawValue): \(detail)" }
}
