package import Crypto
import FoundationEssentials
import SwiftASN1
import X509

/// The private key with which an agency signs, and the certificate that goes with it.
package struct SigningKey: Sendable {
    private let key: P256.Signing.PrivateKey

    /// The SHA-256 digest of the certificate (DER), by which others find it in the directory.
    package let certificateThumbprint: DocumentDigest

    /// Reads a key (SEC 1 or PKCS #8) and its certificate, both PEM, and makes sure that they belong together: a key
    /// with another's certificate would sign what nobody can verify.
    package init(privateKeyPEM: String, certificatePEM: String) throws(SigningKeyFault) {
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: privateKeyPEM) else { throw .unreadableKey }
        guard let document = try? PEMDocument(pemString: certificatePEM),
            document.discriminator == Certificate.defaultPEMDiscriminator,
            let certificate = try? Certificate(derEncoded: document.derBytes)
        else { throw .unreadableCertificate }
        guard let publicKey = P256.Signing.PublicKey(certificate.publicKey),
            publicKey.rawRepresentation == key.publicKey.rawRepresentation
        else { throw .otherCertificate }
        self.init(key, certificateThumbprint: DocumentDigest(of: document.derBytes))
    }

    /// The caller answers for the certificate being the key's.
    package init(_ key: P256.Signing.PrivateKey, certificateThumbprint: DocumentDigest) {
        self.key = key
        self.certificateThumbprint = certificateThumbprint
    }

    package var publicKey: P256.Signing.PublicKey { key.publicKey }

    /// Signs a payload and returns the compact form. The signature is different every time, so whoever must give the
    /// same bytes again has to keep them.
    ///
    /// - Parameter payload: any bytes, at least one.
    package func sign(payload: [UInt8], typ: JWSType, at time: SigningTime) throws(SigningKeyFault) -> [UInt8] {
        precondition(!payload.isEmpty, "a detached payload is not of our profile")
        let header = JWSHeader(typ: typ, certificate: certificateThumbprint, signingTime: time)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Base64URL.length(ofBytes: payload.count) + 300)
        Base64URL.append(header.bytes, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &bytes)
        guard let signature = try? key.signature(for: SHA256.hash(contiguous: bytes[...])) else { throw .notSigned }
        bytes.append(UInt8(ascii: "."))
        Base64URL.append(Array(signature.rawRepresentation), to: &bytes)
        return bytes
    }
}

/// Why there is no key to sign with. Nothing of the key is ever in it.
package enum SigningKeyFault: String, Error, Sendable {
    case unreadableKey = "not a P-256 private key in PEM"
    case unreadableCertificate = "not a certificate in PEM"
    case otherCertificate = "the certificate is for another key"
    case notSigned = "the key did not sign"
}

extension SigningKeyFault: CustomStringConvertible {
    package var description: String { rawValue }
}
