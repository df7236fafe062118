package import Crypto
import FoundationEssentials

/// A JSON Web Signature in its compact form (RFC 7515, section 3.1): protected header, payload and signature in
/// base64url with full stops between them.
///
/// One algorithm (ES256, for receipts over several of them where they were signed together) and one profile (see
/// ``JWSHeader``). Reading has two steps that are never turned round:
/// ``parse(_:typ:maximumBytes:)`` looks at the form only and trusts nothing; the caller finds the certificate named in
/// the header in the directory, and ``verify(with:)`` checks the signature on the very bytes that were received. The
/// payload is opaque here: it is read as JSON only afterwards, and never written anew.
///
/// Of a signature (r, s) anybody can make (r, n − s), which is as valid. We accept both: the identity of a document is
/// the digest of its payload, so the second is the same document again, and it does not matter which of the two was
/// stored.
package struct JWS: Sendable {
    package let header: JWSHeader
    /// The payload without its base64url; never empty.
    package let payload: [UInt8]
    /// The bytes as received, from which nothing is left out.
    package let bytes: [UInt8]
    private let signature: Signature
    /// How many of the bytes are header and payload with the full stop between them.
    private let signedCount: Int

    private enum Signature: Sendable {
        case own([UInt8])
        case shared(SharedSignature)
    }

    /// The longest protected header, before base64url. Ours has fewer than 160 bytes; white space may make another's
    /// somewhat longer.
    static let longestHeader = 512

    private static let longestHeaderText = Base64URL.length(ofBytes: longestHeader)
    private static let signatureBytes = 64

    /// Takes the three parts apart and reads the header.
    ///
    /// - Parameters:
    ///   - typ: the only kind of thing that is accepted here.
    ///   - maximumBytes: the longest form; what is longer is refused before anything of it is looked at.
    package static func parse(_ bytes: [UInt8], typ: JWSType, maximumBytes: Int) throws(JWSFault) -> JWS {
        guard bytes.count <= maximumBytes else { throw JWSFault(.size, "at most \(maximumBytes) bytes") }
        let stop = UInt8(ascii: ".")
        guard let last = bytes.lastIndex(of: stop), let first = bytes.prefix(longestHeaderText + 1).firstIndex(of: stop)
        else { throw JWSFault(bytes.contains(stop) ? .header : .form, "three parts with a full stop between them") }
        guard first > 0, first < last else { throw JWSFault(.form, "three parts with a full stop between them") }
        let (headerText, payloadText, signatureText) = (
            bytes[..<first], bytes[(first + 1)..<last], bytes[(last + 1)...]
        )

        guard let headerBytes = Base64URL.decode(headerText) else {
            throw JWSFault(.base64, "the protected header is not base64url")
        }
        let header = try JWSHeader(reading: headerBytes, typ: typ)
        guard let payload = Base64URL.decode(payloadText) else {
            guard !payloadText.contains(stop) else { throw JWSFault(.form, "more than three parts") }
            throw JWSFault(.base64, "the payload is not base64url")
        }
        guard !payload.isEmpty else { throw JWSFault(.form, "the payload is missing; it may not be detached") }
        guard header.isShared || signatureText.count == Base64URL.length(ofBytes: signatureBytes) else {
            throw JWSFault(.signature, "a signature of ES256 has \(signatureBytes) bytes")
        }
        guard let signatureRead = Base64URL.decode(signatureText) else {
            throw JWSFault(.base64, "the signature is not base64url")
        }
        let signature: Signature
        if header.isShared {
            guard let shared = SharedSignature(signatureRead) else {
                throw JWSFault(.signature, "a shared signature has (r, s), a place among others, and a path")
            }
            signature = .shared(shared)
        } else {
            signature = .own(signatureRead)
        }
        return JWS(header: header, payload: payload, bytes: bytes, signature: signature, signedCount: last)
    }

    /// Reads the header alone of bytes that were parsed whole before, such as our own: the payload is not looked at.
    ///
    /// - Parameter typ: the only kind of thing that is accepted here.
    package static func header(of bytes: [UInt8], typ: JWSType) throws(JWSFault) -> JWSHeader {
        guard let first = bytes.prefix(longestHeaderText + 1).firstIndex(of: UInt8(ascii: ".")), first > 0 else {
            throw JWSFault(.form, "three parts with a full stop between them")
        }
        guard let header = Base64URL.decode(bytes[..<first]) else {
            throw JWSFault(.base64, "the protected header is not base64url")
        }
        return try JWSHeader(reading: header, typ: typ)
    }

    private init(header: JWSHeader, payload: [UInt8], bytes: [UInt8], signature: Signature, signedCount: Int) {
        self.header = header
        self.payload = payload
        self.bytes = bytes
        self.signature = signature
        self.signedCount = signedCount
    }

    /// Checks the signature on the bytes as they were received.
    ///
    /// - Parameter key: the key of the certificate that the header names, as the directory has it; never one that came
    ///   with the message.
    package func verify(with key: P256.Signing.PublicKey) throws(JWSFault) {
        let signed = bytes[..<signedCount]
        let isValid: Bool
        switch signature {
        case .own(let bytes):
            let read = try? P256.Signing.ECDSASignature(rawRepresentation: bytes)
            isValid = read.map { key.isValidSignature($0, for: SHA256.hash(contiguous: signed)) } ?? false
        case .shared(let shared): isValid = shared.isValid(for: signed, with: key)
        }
        guard isValid else { throw JWSFault(.signature, "the signature is not the signer's on these bytes") }
    }

    /// Names the certificate and the signature that several things share, and the root under which this one stands: what has
    /// the same name was signed at once, with the same key, and needs to be verified once. nil for what was signed alone, and
    /// where the path is none. It is computed on every call.
    package var sharedName: DocumentDigest? {
        guard case .shared(let shared) = signature else { return nil }
        return shared.name(for: bytes[..<signedCount]).map {
            DocumentDigest(of: header.certificate.bytes + $0.bytes)
        }
    }

    /// The identity of what was signed. It is computed on every call.
    package var payloadDigest: DocumentDigest { DocumentDigest(of: payload) }
}

extension SHA256 {
    /// The digest of bytes that lie in one piece, taken in at once.
    static func hash(contiguous bytes: ArraySlice<UInt8>) -> SHA256Digest {
        var hash = SHA256()
        bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return hash.finalize()
    }
}

/// Why bytes are not a signature that we accept.
package struct JWSFault: Error, Hashable, Sendable {
    package let code: Code
    /// What was expected, in words.
    package let detail: String

    init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// These codes are published and never change.
    package enum Code: String, Sendable, CaseIterable {
        case size = "jws-size"
        case form = "jws-form"
        case base64 = "jws-base64"
        case header = "jws-header"
        case alg = "jws-alg"
        case crit = "jws-crit"
        case typ = "jws-typ"
        case signature = "jws-signature"
    }
}

extension JWSFault: CustomStringConvertible {
    package var description: String { "\(code.rawValue): \(detail)" }
}
