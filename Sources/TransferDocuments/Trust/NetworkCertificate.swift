package import Crypto
import FoundationEssentials
import SwiftASN1
package import TransferCore
import X509

/// A certificate of the network: X.509 version 3, P-256, ECDSA with SHA-256, made for exactly one purpose.
///
/// A value that exists has the form of its purpose; who issued it is a second question (``verify(issuedBy:)``), and
/// when it may be used a third (``isValid(at:)``). The path has always two certificates: a root issues every other
/// certificate itself, and the form of a root forbids anything below that.
///
/// Source: RFC 5280; the purposes and names are our choice, see `certs/README.md`.
package struct NetworkCertificate: Sendable {
    /// The bytes that were read.
    package let der: [UInt8]
    package let purpose: Purpose
    /// SHA-256 of the whole certificate (`x5t#S256`).
    package let thumbprint: DocumentDigest
    /// SHA-256 of the public key (SubjectPublicKeyInfo), the same for two certificates of one key.
    package let keyPin: DocumentDigest
    package let publicKey: P256.Signing.PublicKey
    /// The first and the last second at which the certificate is valid, since 1970.
    package let validity: ClosedRange<Int64>
    private let certificate: Certificate

    /// What a certificate is for.
    package enum Purpose: Hashable, Sendable {
        /// Issues all other certificates. Its key is kept offline.
        case root
        /// Signs the directory of agencies.
        case directory
        /// Opens and accepts connections in the name of an agency.
        case tls(AgencyCode)
        /// Signs documents in the name of an agency.
        case signing(AgencyCode)
    }

    /// No certificate of the network is longer, in bytes.
    package static let longest = 8_192

    /// Reads a certificate and finds its purpose.
    ///
    /// - Throws: `certificate-form` or `certificate-purpose`.
    package init(der: [UInt8]) throws(TrustFault) {
        guard der.count <= NetworkCertificate.longest else {
            throw TrustFault(.certificateForm, "longer than \(NetworkCertificate.longest) bytes")
        }
        guard let certificate = try? Certificate(derEncoded: der) else {
            throw TrustFault(.certificateForm, "not an X.509 certificate in DER with a known kind of key")
        }
        guard NetworkCertificate.endsInWholeBytes(der) else {
            throw TrustFault(.certificateForm, "the signature is not of whole bytes")
        }
        guard certificate.version == .v3 else { throw TrustFault(.certificateForm, "not of version 3") }
        guard certificate.signatureAlgorithm == .ecdsaWithSHA256 else {
            throw TrustFault(.certificateForm, "signed otherwise than by ECDSA with SHA-256")
        }
        guard let key = P256.Signing.PublicKey(certificate.publicKey) else {
            throw TrustFault(.certificateForm, "the key is not of P-256")
        }
        let from = Int64(certificate.notValidBefore.timeIntervalSince1970)
        let until = Int64(certificate.notValidAfter.timeIntervalSince1970)
        guard from <= until else { throw TrustFault(.certificateForm, "ends before it begins") }
        self.der = der
        self.certificate = certificate
        publicKey = key
        validity = from...until
        thumbprint = DocumentDigest(of: der)
        keyPin = DocumentDigest(of: Array(key.derRepresentation))
        purpose = try CertificateProfile(certificate).purpose()
    }

    /// Whether the signature, a string of bits, leaves no bit of its last byte unused. That number is the one part of a
    /// certificate which no signature covers, so it could be changed and give the certificate a second thumbprint.
    private static func endsInWholeBytes(_ der: [UInt8]) -> Bool {
        let signature = try? DER.sequence(try DER.parse(der), identifier: .sequence) { nodes in
            (_, _) = (nodes.next(), nodes.next())
            return try ASN1BitString(derEncoded: &nodes)
        }
        return signature?.paddingBits == 0
    }

    /// Reads the one certificate of a PEM text.
    package init(pem: String) throws(TrustFault) {
        guard pem.utf8.count <= 2 * NetworkCertificate.longest, let document = try? PEMDocument(pemString: pem),
            document.discriminator == NetworkCertificate.label
        else { throw TrustFault(.certificateForm, "expected one PEM block of the kind CERTIFICATE") }
        try self.init(der: document.derBytes)
    }

    /// Reads all certificates of a PEM text that holds nothing else.
    package static func all(inPEM pem: String) throws(TrustFault) -> [NetworkCertificate] {
        guard pem.utf8.count <= 32 * longest, let blocks = try? PEMDocument.parseMultiple(pemString: pem) else {
            throw TrustFault(.certificateForm, "expected PEM blocks, \(32 * longest) bytes at most")
        }
        var certificates: [NetworkCertificate] = []
        for block in blocks {
            guard block.discriminator == label else {
                throw TrustFault(.certificateForm, "expected certificates only, found a block of another kind")
            }
            certificates.append(try NetworkCertificate(der: block.derBytes))
        }
        return certificates
    }

    static let label = "CERTIFICATE"

    /// The certificate as a PEM block.
    package var pem: String { PEMDocument(type: NetworkCertificate.label, derBytes: der).pemString + "\n" }

    /// Whether the certificate is valid at a time, in seconds since 1970.
    package func isValid(at time: Int64) -> Bool { validity.contains(time) }

    /// Whether a root of the network issued this certificate. Says nothing about time, except that a certificate that
    /// outlives its root is refused: whoever is valid at a time then has a root that is valid at that time.
    ///
    /// - Throws: `certificate-issuer`.
    package func verify(issuedBy roots: [NetworkCertificate]) throws(TrustFault) { _ = try issuer(among: roots) }

    /// The root that issued this certificate; see ``verify(issuedBy:)``.
    package func issuer(among roots: [NetworkCertificate]) throws(TrustFault) -> NetworkCertificate {
        let named = roots.filter {
            $0.purpose == .root && $0.certificate.subject == certificate.issuer
                && $0.subjectKeyIdentifier == authorityKeyIdentifier
        }
        guard !named.isEmpty else {
            throw TrustFault(.certificateIssuer, "\(thumbprint.text) names an issuer that is no root of this network")
        }
        guard
            let root = named.first(where: {
                $0.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
            })
        else { throw TrustFault(.certificateIssuer, "\(thumbprint.text) does not carry the signature of its root") }
        guard root.validity.contains(validity.lowerBound), root.validity.contains(validity.upperBound) else {
            throw TrustFault(.certificateIssuer, "\(thumbprint.text) is valid beyond its root")
        }
        return root
    }

    /// The number under which its root issued it, without leading zeros: by it a list of revoked certificates names it.
    package var serialNumber: [UInt8] { Array(certificate.serialNumber.bytes.drop { $0 == 0 }) }

    var subject: DistinguishedName { certificate.subject }

    var subjectKeyIdentifier: ArraySlice<UInt8>? {
        (try? certificate.extensions.subjectKeyIdentifier)?.keyIdentifier
    }

    private var authorityKeyIdentifier: ArraySlice<UInt8>? {
        // A root may leave its own identifier out as its authority.
        (try? certificate.extensions.authorityKeyIdentifier)?.keyIdentifier
            ?? (purpose == .root ? subjectKeyIdentifier : nil)
    }
}

extension NetworkCertificate: Hashable {
    package static func == (a: NetworkCertificate, b: NetworkCertificate) -> Bool { a.der == b.der }
    package func hash(into hasher: inout Hasher) { hasher.combine(thumbprint) }
}

extension NetworkCertificate.Purpose: CustomStringConvertible {
    package var description: String {
        switch self {
        case .root: "the root of the network"
        case .directory: "the directory's signature"
        case .tls(let agency): "the connections of agency \(agency)"
        case .signing(let agency): "the documents of agency \(agency)"
        }
    }
}
