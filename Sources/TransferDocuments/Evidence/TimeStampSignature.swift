import Crypto
import FoundationEssentials
import SwiftASN1
import TransferCore
import X509

/// Who signed a token, with what, over what.
struct TokenSignature: Sendable {
    /// The digest of the signer's certificate, by SHA-2, from the signed attributes.
    let certificateDigest: [UInt8]
    let certificateHash: TokenHash
    /// The signed attributes, as they are signed.
    private let signed: [UInt8]
    private let algorithm: Certificate.SignatureAlgorithm
    private let value: ArraySlice<UInt8>

    /// Reads a signer, and makes sure that its attributes are those of the content.
    init(_ node: ASN1Node, over content: ArraySlice<UInt8>) throws {
        var parts = try node.children(of: .sequence)[...]
        func take() throws -> ASN1Node {
            guard let node = parts.popFirst() else { throw TimeStampFault(.form, "the signer ends early") }
            return node
        }
        _ = try take()
        _ = try take()
        let hash = try TokenHash(try take())
        let attributes = try take()
        guard attributes.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) else {
            throw TimeStampFault(.form, "nothing says of which certificate the signature is")
        }
        // What is signed is the set under its own tag, not under that of its place. RFC 5652, section 5.4.
        signed = [0x31] + attributes.encodedBytes.dropFirst()
        algorithm = try TokenSignature.algorithm(try take(), hash)
        value = try ASN1OctetString(derEncoded: try take()).bytes
        var contentType: ASN1ObjectIdentifier?
        var digest: [UInt8]?
        var certificate: (hash: TokenHash, digest: [UInt8])?
        for attribute in try attributes.children {
            let pair = try attribute.children(of: .sequence)
            guard pair.count == 2, let first = try pair[1].children(of: .set).first else {
                throw TimeStampFault(.form, "an attribute has no value")
            }
            switch try ASN1ObjectIdentifier(derEncoded: pair[0]) {
            case TimeStampNames.contentType where contentType == nil:
                contentType = try ASN1ObjectIdentifier(derEncoded: first)
            case TimeStampNames.messageDigest where digest == nil:
                digest = Array(try ASN1OctetString(derEncoded: first).bytes)
            case TimeStampNames.signingCertificate where certificate == nil:
                certificate = try TokenSignature.certificate(first)
            case TimeStampNames.contentType, TimeStampNames.messageDigest, TimeStampNames.signingCertificate:
                throw TimeStampFault(.form, "an attribute stands there twice")
            default: break
            }
        }
        guard contentType == TimeStampNames.tokenContent, digest == hash.of(content) else {
            throw TimeStampFault(.signature, "what was signed is not what it says")
        }
        guard let certificate else {
            throw TimeStampFault(.algorithm, "its certificate is not named by a digest of SHA-2")
        }
        (certificateHash, certificateDigest) = certificate
    }

    /// The first of the certificates that it names is the signer's. Source: RFC 5035, section 3.
    private static func certificate(_ node: ASN1Node) throws -> (hash: TokenHash, digest: [UInt8]) {
        guard let list = try node.children(of: .sequence).first, let first = try list.children(of: .sequence).first
        else { throw TimeStampFault(.form, "it names no certificate") }
        var parts = try first.children(of: .sequence)[...]
        var hash = TokenHash.sha256
        if let head = parts.first, head.identifier == .sequence {
            hash = try TokenHash(head)
            parts.removeFirst()
        }
        guard let digest = parts.first else { throw TimeStampFault(.form, "it names no certificate") }
        return (hash, Array(try ASN1OctetString(derEncoded: digest).bytes))
    }

    private static func algorithm(_ node: ASN1Node, _ hash: TokenHash) throws -> Certificate.SignatureAlgorithm {
        guard let first = try node.children(of: .sequence).first else {
            throw TimeStampFault(.algorithm, "it names none")
        }
        switch (try ASN1ObjectIdentifier(derEncoded: first), hash) {
        case (TimeStampNames.ecdsaSHA256, .sha256): return .ecdsaWithSHA256
        case (TimeStampNames.ecdsaSHA384, .sha384): return .ecdsaWithSHA384
        case (TimeStampNames.ecdsaSHA512, .sha512): return .ecdsaWithSHA512
        case (TimeStampNames.rsaSHA256, .sha256), (TimeStampNames.rsa, .sha256): return .sha256WithRSAEncryption
        case (TimeStampNames.rsaSHA384, .sha384), (TimeStampNames.rsa, .sha384): return .sha384WithRSAEncryption
        case (TimeStampNames.rsaSHA512, .sha512), (TimeStampNames.rsa, .sha512): return .sha512WithRSAEncryption
        default: throw TimeStampFault(.algorithm, "its signature is none of ECDSA or RSA with SHA-2")
        }
    }

    func isOf(_ certificate: StampCertificate) -> Bool {
        certificateHash.of(certificate.der[...]) == certificateDigest
    }

    func isValid(under certificate: StampCertificate) -> Bool {
        certificate.certificate.publicKey.isValidSignature(Array(value), for: signed, signatureAlgorithm: algorithm)
    }
}

/// A digest of SHA-2. Nothing weaker is believed: SHA-1 has no name here.
enum TokenHash: Sendable {
    case sha256, sha384, sha512

    /// Reads an AlgorithmIdentifier.
    init(_ node: ASN1Node) throws {
        guard let first = try node.children(of: .sequence).first else {
            throw TimeStampFault(.algorithm, "it names none")
        }
        switch try ASN1ObjectIdentifier(derEncoded: first) {
        case TimeStampNames.sha256: self = .sha256
        case TimeStampNames.sha384: self = .sha384
        case TimeStampNames.sha512: self = .sha512
        default: throw TimeStampFault(.algorithm, "its digest is none of SHA-2")
        }
    }

    func of(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        switch self {
        case .sha256: Array(SHA256.hash(data: bytes))
        case .sha384: Array(SHA384.hash(data: bytes))
        case .sha512: Array(SHA512.hash(data: bytes))
        }
    }
}

/// A certificate of a time-stamping authority, as it is configured or came in a token.
package struct StampCertificate: Hashable, Sendable {
    package let der: [UInt8]
    let certificate: Certificate

    package static let longest = 16 << 10

    /// - Throws: `form`.
    package init(der: [UInt8]) throws(TimeStampFault) {
        guard der.count <= StampCertificate.longest, let certificate = try? Certificate(derEncoded: der) else {
            throw TimeStampFault(.form, "it is no certificate in DER")
        }
        self.der = der
        self.certificate = certificate
    }

    /// All certificates of a PEM text that holds nothing else: 1 to 8.
    package static func all(inPEM pem: String) throws(TimeStampFault) -> [StampCertificate] {
        guard pem.utf8.count <= 8 * 2 * longest, let blocks = try? PEMDocument.parseMultiple(pemString: pem),
            (1...8).contains(blocks.count), blocks.allSatisfy({ $0.discriminator == "CERTIFICATE" })
        else { throw TimeStampFault(.form, "expected 1 to 8 PEM blocks of the kind CERTIFICATE") }
        var certificates: [StampCertificate] = []
        for block in blocks { certificates.append(try StampCertificate(der: block.derBytes)) }
        return certificates
    }

    /// Certificates that stand one behind the other, as a store keeps them.
    package static func all(inSequence bytes: [UInt8]) throws(TimeStampFault) -> [StampCertificate] {
        var certificates: [StampCertificate] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            guard let length = DERLength.whole(rest), length <= rest.count, certificates.count < 8 else {
                throw TimeStampFault(.form, "certificates are cut short")
            }
            certificates.append(try StampCertificate(der: Array(rest.prefix(length))))
            rest = rest.dropFirst(length)
        }
        return certificates
    }

    /// Valid at a moment, in seconds since 1970.
    func isValid(at time: Int64) -> Bool {
        Int64(certificate.notValidBefore.timeIntervalSince1970.rounded(.down)) <= time
            && time <= Int64(certificate.notValidAfter.timeIntervalSince1970.rounded(.down))
    }

    package static func == (a: StampCertificate, b: StampCertificate) -> Bool { a.der == b.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(der) }
}

/// How long a value in DER is, its head included.
enum DERLength {
    static func whole(_ bytes: ArraySlice<UInt8>) -> Int? {
        let bytes = Array(bytes.prefix(6))
        guard bytes.count >= 2 else { return nil }
        if bytes[1] < 0x80 { return 2 + Int(bytes[1]) }
        let count = Int(bytes[1] & 0x7F)
        guard (1...3).contains(count), bytes.count >= 2 + count else { return nil }
        return 2 + count + bytes[2..<(2 + count)].reduce(0) { $0 << 8 | Int($1) }
    }
}
