import FoundationEssentials
import SwiftASN1
import X509

/// A certificate with which a person logs in: of any key that browsers and cards use, issued by an authority that the node
/// trusts for persons. It is known by its public key and never by the name that stands in it.
///
/// Source: RFC 5280; SE-09 of the handbook of screens.
package struct PersonCertificate: Sendable {
    /// The public key as it stands in the certificate (SubjectPublicKeyInfo), and SHA-256 of it.
    package let publicKey: [UInt8]
    package let keyPin: DocumentDigest
    /// The name in it, for people to see.
    package let subject: String
    /// The number under which it was issued, in hexadecimal digits.
    package let serial: String
    /// The first and the last second at which it is valid, since 1970.
    package let validity: ClosedRange<Int64>
    fileprivate let certificate: Certificate

    /// No certificate of a person is longer, in bytes.
    package static let longest = 16_384

    /// - Throws: `certificate-form`.
    package init(der: [UInt8]) throws(TrustFault) {
        guard der.count <= PersonCertificate.longest, let certificate = try? Certificate(derEncoded: der),
            let key = try? certificate.publicKey.serializeAsPEM().derBytes
        else { throw TrustFault(.certificateForm, "not an X.509 certificate in DER with a known kind of key") }
        let from = Int64(certificate.notValidBefore.timeIntervalSince1970)
        let until = Int64(certificate.notValidAfter.timeIntervalSince1970)
        guard from <= until else { throw TrustFault(.certificateForm, "ends before it begins") }
        self.certificate = certificate
        publicKey = key
        keyPin = DocumentDigest(of: key)
        subject = certificate.subject.description
        serial = certificate.serialNumber.bytes.drop { $0 == 0 }.map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }.joined()
        validity = from...until
    }

    /// Reads the one certificate of a PEM text.
    package init(pem: String) throws(TrustFault) {
        guard pem.utf8.count <= 2 * PersonCertificate.longest, let document = try? PEMDocument(pemString: pem),
            document.discriminator == "CERTIFICATE"
        else { throw TrustFault(.certificateForm, "expected one PEM block of the kind CERTIFICATE") }
        try self.init(der: document.derBytes)
    }
}

/// The authorities whose certificates let persons log in. Each is trusted by itself: what it issued is taken, and nothing
/// that others issued below it. Where their lists of revoked certificates are looked at, each must have one.
package struct PersonAuthorities: Sendable {
    private let trusted: [(certificate: Certificate, thumbprint: DocumentDigest)]
    private var held = HeldLists([], areRequired: false, graceSeconds: Revocations.usualGraceSeconds)

    /// Reads all authorities of a PEM text.
    ///
    /// - Throws: `certificate-form` for what is none, `certificate-purpose` for a certificate that may issue no others.
    package init(pem: String) throws(TrustFault) {
        guard pem.utf8.count <= 1 << 20, let blocks = try? PEMDocument.parseMultiple(pemString: pem), !blocks.isEmpty
        else {
            throw TrustFault(.certificateForm, "expected PEM blocks of the kind CERTIFICATE")
        }
        var found: [(Certificate, DocumentDigest)] = []
        for block in blocks {
            guard block.discriminator == "CERTIFICATE", let certificate = try? Certificate(derEncoded: block.derBytes)
            else {
                throw TrustFault(.certificateForm, "expected certificates only")
            }
            guard PersonAuthorities.mayIssue(certificate) else {
                throw TrustFault(.certificatePurpose, "\(certificate.subject) may issue no certificates")
            }
            found.append((certificate, DocumentDigest(of: block.derBytes)))
        }
        trusted = found
    }

    /// Who may sign a list of revoked certificates of persons.
    package var listIssuers: [RevocationIssuer] {
        trusted.map { RevocationIssuer(authority: $0.certificate, thumbprint: $0.thumbprint) }
    }

    /// The newest list of each authority, by its thumbprint.
    package var lists: [DocumentDigest: RevocationList] { held.lists }

    /// The same authorities, whose certificates are looked for in lists from now on.
    ///
    /// - Parameter graceSeconds: for how long a list still holds when the next one is overdue.
    package func looking(in lists: [RevocationList], graceSeconds: Int64) -> PersonAuthorities {
        var authorities = self
        authorities.held = HeldLists(lists, areRequired: true, graceSeconds: graceSeconds)
        return authorities
    }

    private static func mayIssue(_ certificate: Certificate) -> Bool {
        guard let constraints = try? certificate.extensions.basicConstraints, case .isCertificateAuthority = constraints
        else {
            return false
        }
        guard let usage = try? certificate.extensions.keyUsage else { return true }
        return usage.keyCertSign
    }

    /// Checks a certificate that somebody shows: issued by one of these, for persons who log in, and valid at a time, as is
    /// its authority.
    ///
    /// - Parameter time: now, in seconds since 1970.
    /// - Throws: `certificate-issuer`, `certificate-purpose`, `certificate-time`, `certificate-revoked`, `crl-missing` or
    ///   `crl-stale`.
    package func verify(_ person: PersonCertificate, at time: Int64) throws(TrustFault) {
        let certificate = person.certificate
        let found = trusted.first {
            $0.certificate.subject == certificate.issuer
                && $0.certificate.publicKey.isValidSignature(certificate.signature, for: certificate)
        }
        guard let (issuer, thumbprint) = found else {
            throw TrustFault(.certificateIssuer, "no authority that is trusted here has issued it")
        }
        if let constraints = try? certificate.extensions.basicConstraints, case .isCertificateAuthority = constraints {
            throw TrustFault(.certificatePurpose, "it is that of an authority")
        }
        guard let uses = try? certificate.extensions.extendedKeyUsage, uses.contains(.clientAuth) else {
            throw TrustFault(.certificatePurpose, "it is not for logging in (clientAuth)")
        }
        if let usage = try? certificate.extensions.keyUsage, !usage.digitalSignature {
            throw TrustFault(.certificatePurpose, "its key does not sign")
        }
        let ends = [issuer.notValidBefore, issuer.notValidAfter].map { Int64($0.timeIntervalSince1970) }
        guard person.validity.contains(time), ends[0] <= time, time <= ends[1] else {
            throw TrustFault(.certificateTime, "it is not valid now")
        }
        try held.verify(
            Array(certificate.serialNumber.bytes.drop { $0 == 0 }), of: thumbprint, "the certificate", at: time)
    }
}

/// What knows the authorities of now: their lists are renewed while the node works.
package protocol PersonTrust: Sendable {
    var authorities: PersonAuthorities { get }
}

extension PersonAuthorities: PersonTrust {
    package var authorities: PersonAuthorities { self }
}
