import Crypto
import SwiftASN1
import X509

/// Who may sign a list of revoked certificates, and in which ways.
package struct RevocationIssuer: Sendable {
    /// SHA-256 of the certificate.
    package let thumbprint: DocumentDigest
    private let subject: DistinguishedName
    private let keyIdentifier: ArraySlice<UInt8>?
    private let publicKey: Certificate.PublicKey
    /// By the AlgorithmIdentifier in DER.
    let algorithms: [[UInt8]: Certificate.SignatureAlgorithm]

    /// Roots of the network sign by ECDSA on P-256 with SHA-256 only.
    package static func roots(_ roots: [NetworkCertificate]) -> [RevocationIssuer] {
        roots.filter { $0.purpose == .root }.map { root in
            RevocationIssuer(
                thumbprint: root.thumbprint, subject: root.subject, keyIdentifier: root.subjectKeyIdentifier,
                publicKey: Certificate.PublicKey(root.publicKey),
                algorithms: [RevocationListDER.ecdsaWithSHA256: .ecdsaWithSHA256])
        }
    }

    /// An authority for persons, with any key that browsers and cards use.
    init(authority: Certificate, thumbprint: DocumentDigest) {
        self.init(
            thumbprint: thumbprint, subject: authority.subject,
            keyIdentifier: (try? authority.extensions.subjectKeyIdentifier)?.keyIdentifier,
            publicKey: authority.publicKey, algorithms: RevocationIssuer.common)
    }

    private init(
        thumbprint: DocumentDigest, subject: DistinguishedName, keyIdentifier: ArraySlice<UInt8>?,
        publicKey: Certificate.PublicKey, algorithms: [[UInt8]: Certificate.SignatureAlgorithm]
    ) {
        self.thumbprint = thumbprint
        self.subject = subject
        self.keyIdentifier = keyIdentifier
        self.publicKey = publicKey
        self.algorithms = algorithms
    }

    /// Whether a list names this issuer. One without an identifier of its key is known by its name alone.
    func isNamed(_ name: DistinguishedName, key: ArraySlice<UInt8>) -> Bool {
        subject == name && keyIdentifier.map { $0 == key } ?? true
    }

    func hasSigned(_ bytes: ArraySlice<UInt8>, _ signature: [UInt8], by algorithm: [UInt8]) -> Bool {
        guard let algorithm = algorithms[algorithm] else { return false }
        return publicKey.isValidSignature(signature, for: bytes, signatureAlgorithm: algorithm)
    }

    /// Source: RFC 5758, section 3.2; RFC 4055, section 5; RFC 8410, section 3.
    private static let common: [[UInt8]: Certificate.SignatureAlgorithm] = [
        RevocationListDER.ecdsaWithSHA256: .ecdsaWithSHA256, ecdsa(0x03): .ecdsaWithSHA384,
        ecdsa(0x04): .ecdsaWithSHA512, rsa(0x0B): .sha256WithRSAEncryption, rsa(0x0C): .sha384WithRSAEncryption,
        rsa(0x0D): .sha512WithRSAEncryption, [0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70]: .ed25519,
    ]

    private static func ecdsa(_ last: UInt8) -> [UInt8] {
        [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, last]
    }

    private static func rsa(_ last: UInt8) -> [UInt8] {
        [0x30, 0x0D, 0x06, 0x09, 0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 0x01, 0x01, last, 0x05, 0x00]
    }
}
