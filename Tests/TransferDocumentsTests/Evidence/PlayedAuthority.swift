import Crypto
import FoundationEssentials
import SwiftASN1
import TransferDocuments
import X509

/// A time-stamping authority, played: it stamps whatever it is given, at whatever moment it likes. That its tokens are
/// those of RFC 3161, the tests with the answers of `openssl ts` say, which go through the same reader.
struct PlayedAuthority {
    private let issuer: (certificate: Certificate, key: Certificate.PrivateKey)
    private let signer: (certificate: Certificate, key: P256.Signing.PrivateKey)

    /// - Parameter validity: of its certificate, in seconds since 1970.
    init(validity: ClosedRange<Int64>) throws {
        let issuerKey = Certificate.PrivateKey(P256.Signing.PrivateKey())
        let issuerName = try DistinguishedName { CommonName("Played CA") }
        func certificate(
            _ name: DistinguishedName, _ key: Certificate.PublicKey, _ extensions: Certificate.Extensions
        ) throws -> Certificate {
            try Certificate(
                version: .v3, serialNumber: Certificate.SerialNumber(), publicKey: key,
                notValidBefore: Date(timeIntervalSince1970: TimeInterval(validity.lowerBound)),
                notValidAfter: Date(timeIntervalSince1970: TimeInterval(validity.upperBound)), issuer: issuerName,
                subject: name, signatureAlgorithm: .ecdsaWithSHA256, extensions: extensions, issuerPrivateKey: issuerKey
            )
        }
        issuer = (
            try certificate(
                issuerName, issuerKey.publicKey,
                Certificate.Extensions { Critical(BasicConstraints.isCertificateAuthority(maxPathLength: nil)) }),
            issuerKey
        )
        let key = P256.Signing.PrivateKey()
        signer = (
            try certificate(
                try DistinguishedName { CommonName("Played TSA") }, Certificate.PublicKey(key.publicKey),
                Certificate.Extensions { Critical(try ExtendedKeyUsage([.timeStamping])) }),
            key
        )
    }

    private static func der(_ certificate: Certificate) throws -> [UInt8] {
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return serializer.serializedBytes
    }

    /// What a verifier trusts.
    var trusted: [StampCertificate] {
        get throws { [try StampCertificate(der: PlayedAuthority.der(issuer.certificate))] }
    }

    /// - Parameter time: in seconds since 1970.
    func stamp(_ bytes: [UInt8], at time: Int64) throws -> DossierLog.Stamp {
        let text = Array(SigningTime(secondsSince1970: time)!.text.utf8.filter { (0x30...0x39).contains($0) }) + [0x5A]
        let certificate = try PlayedAuthority.der(signer.certificate)
        let sha256 = tag(0x30, [6, 9, 0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1])
        let name: [UInt8] = [6, 11, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 0x10, 1, 4]
        let content = tag(
            0x30,
            [2, 1, 1] + [6, 3, 0x2A, 3, 4]
                + tag(0x30, sha256 + tag(4, Array(SHA256.hash(data: bytes)))) + [2, 1, 9] + tag(0x18, text))
        let digest = tag(4, Array(SHA256.hash(data: content)))
        let named = tag(0x30, tag(0x30, tag(0x30, tag(4, Array(SHA256.hash(data: certificate))))))
        let attributes =
            tag(0x30, [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 3] + tag(0x31, name))
            + tag(0x30, [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 4] + tag(0x31, digest))
            + tag(0x30, [6, 11, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 0x10, 2, 0x2F] + tag(0x31, named))
        let signature = Array(try signer.key.signature(for: tag(0x31, attributes)).derRepresentation)
        let signerInfo = tag(
            0x30,
            [2, 1, 1] + tag(0x30, tag(0x30, []) + [2, 1, 1]) + sha256 + tag(0xA0, attributes)
                + tag(0x30, [6, 8, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]) + tag(4, signature))
        let signed = tag(
            0x30,
            [2, 1, 3] + tag(0x31, sha256) + tag(0x30, name + tag(0xA0, tag(4, content))) + tag(0xA0, certificate)
                + tag(0x31, signerInfo))
        let token = tag(0x30, [6, 9, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2] + tag(0xA0, signed))
        return DossierLog.Stamp(
            authority: "played", token: token, chain: try PlayedAuthority.der(issuer.certificate))
    }

    private func tag(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        switch content.count {
        case 0..<0x80: [tag, UInt8(content.count)] + content
        case 0x80..<0x100: [tag, 0x81, UInt8(content.count)] + content
        default: [tag, 0x82, UInt8(content.count >> 8), UInt8(content.count & 255)] + content
        }
    }
}
