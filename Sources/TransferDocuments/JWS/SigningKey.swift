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
        let input = input(payload, JWSHeader(typ: typ, certificate: certificateThumbprint, signingTime: time))
        return SigningKey.compact(input, try signature(of: input))
    }

    /// Signs payloads with one signature (``SharedSignature``), or a single one by itself. Each compact form stands for
    /// itself afterwards.
    ///
    /// - Parameters:
    ///   - payloads: of receipts, as only these share. More than 256 take more than one signature.
    /// - Returns: the compact form of each, in their order.
    package func sign(receipts payloads: [[UInt8]], at time: SigningTime) throws(SigningKeyFault) -> [[UInt8]] {
        let type = SharedSignature.type
        guard payloads.count > 1 else {
            return try payloads.map { payload throws(SigningKeyFault) in
                try sign(payload: payload, typ: type, at: time)
            }
        }
        guard payloads.count <= SharedSignature.most else {
            return try sign(receipts: Array(payloads.prefix(SharedSignature.most)), at: time)
                + sign(receipts: Array(payloads.dropFirst(SharedSignature.most)), at: time)
        }
        let header = JWSHeader(typ: type, certificate: certificateThumbprint, signingTime: time, isShared: true)
        let inputs = payloads.map { input($0, header) }
        let signatures = try SharedSignature.over(inputs) { message throws(SigningKeyFault) in
            try signature(of: message)
        }
        return zip(inputs, signatures).map { SigningKey.compact($0, $1.bytes) }
    }

    /// The compact form.
    private static func compact(_ input: consuming [UInt8], _ signature: [UInt8]) -> [UInt8] {
        input.append(UInt8(ascii: "."))
        Base64URL.append(signature, to: &input)
        return input
    }

    /// What is signed of a compact form: header and payload with a full stop between them.
    private func input(_ payload: [UInt8], _ header: JWSHeader) -> [UInt8] {
        precondition(!payload.isEmpty, "a detached payload is not of our profile")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Base64URL.length(ofBytes: payload.count) + 600)
        Base64URL.append(header.bytes, to: &bytes)
        bytes.append(UInt8(ascii: "."))
        Base64URL.append(payload, to: &bytes)
        return bytes
    }

    /// (r, s) of some bytes.
    private func signature(of bytes: [UInt8]) throws(SigningKeyFault) -> [UInt8] {
        guard let signature = try? key.signature(for: SHA256.hash(contiguous: bytes[...])) else { throw .notSigned }
        return Array(signature.rawRepresentation)
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
