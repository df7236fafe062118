package import Crypto
import FoundationEssentials
import SwiftASN1
package import TransferCore
import X509

/// The authority of the network: the root and its key, from which every other certificate is made.
///
/// It is used where the root's key is: offline, by hand, a few times a year. Times are in seconds since 1970 and are
/// given by the caller; serial numbers and keys come from the random numbers of the system.
package struct CertificateAuthority: Sendable {
    package let root: NetworkCertificate
    private let key: P256.Signing.PrivateKey
    private let networkName: String

    /// Makes the root of a new network.
    ///
    /// - Parameters:
    ///   - networkName: 1 to 64 characters; stands in every certificate as the organisation.
    ///   - validity: no certificate of the network can be valid outside it.
    package static func founding(
        networkName: String, validity: ClosedRange<Int64>
    ) throws(TrustFault) -> CertificateAuthority {
        let key = P256.Signing.PrivateKey()
        let subject = try CertificateAuthority.name("root", of: networkName)
        let identifier = CertificateAuthority.identifier(of: key.publicKey)
        let certificate = try CertificateAuthority.made {
            try Certificate(
                version: .v3, serialNumber: CertificateAuthority.serialNumber(), publicKey: .init(key.publicKey),
                notValidBefore: date(validity.lowerBound), notValidAfter: date(validity.upperBound), issuer: subject,
                subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: .init {
                    Critical(BasicConstraints.isCertificateAuthority(maxPathLength: 0))
                    Critical(KeyUsage(keyCertSign: true, cRLSign: true))
                    SubjectKeyIdentifier(keyIdentifier: identifier)
                },
                issuerPrivateKey: .init(key))
        }
        return CertificateAuthority(root: certificate, key: key, networkName: networkName)
    }

    /// Takes up a network that was founded before.
    ///
    /// - Throws: `certificate-purpose` when the certificate is no root; `certificate-form` when the key cannot be read
    ///   or is another root's.
    package init(certificatePEM: String, keyPEM: String) throws(TrustFault) {
        let root = try NetworkCertificate(pem: certificatePEM)
        guard root.purpose == .root else {
            throw TrustFault(.certificatePurpose, "expected the root of the network, found \(root.purpose)")
        }
        guard let key = try? P256.Signing.PrivateKey(pemRepresentation: keyPEM),
            key.publicKey.rawRepresentation == root.publicKey.rawRepresentation
        else { throw TrustFault(.certificateForm, "the key is not a P-256 key in PEM that belongs to the root") }
        self.init(root: root, key: key, networkName: CertificateAuthority.organisation(of: root.subject))
    }

    private init(root: NetworkCertificate, key: P256.Signing.PrivateKey, networkName: String) {
        self.root = root
        self.key = key
        self.networkName = networkName
    }

    /// The key of the root, PKCS #8 in PEM. Whoever has it can be any agency.
    package var keyPEM: String { key.pemRepresentation + "\n" }

    /// Signs with the root's key, as DER.
    func sign(_ bytes: [UInt8]) throws -> [UInt8] { Array(try key.signature(for: bytes).derRepresentation) }

    /// A new key and certificate for the connections of an agency, as server and as client.
    ///
    /// - Parameter hosts: 1 to 16 names under which peers reach the agency: DNS names without wildcard, or IPv4
    ///   addresses.
    package func issueTLS(
        for agency: AgencyCode, hosts: [String], validity: ClosedRange<Int64>
    ) throws(TrustFault) -> IssuedCertificate {
        guard (1...16).contains(hosts.count) else { throw TrustFault(.certificateForm, "expected 1 to 16 hosts") }
        var names = [GeneralName.uniformResourceIdentifier(CertificateProfile.agencyPrefix + agency.text)]
        for host in hosts {
            if let address = HostName.addressBytes(host) {
                names.append(.ipAddress(ASN1OctetString(contentBytes: address[...])))
            } else if HostName.isName(host) {
                names.append(.dnsName(host))
            } else {
                throw TrustFault(.certificateForm, "\(host) is neither a DNS name in lower case nor an IPv4 address")
            }
        }
        return try issue(
            "\(agency.text) connections", names: names, usage: KeyUsage(digitalSignature: true),
            extendedUsages: [.serverAuth, .clientAuth], validity: validity)
    }

    /// A new key and certificate for the documents of an agency.
    package func issueSigning(
        for agency: AgencyCode, validity: ClosedRange<Int64>
    ) throws(TrustFault) -> IssuedCertificate {
        try issue(
            "\(agency.text) documents",
            names: [.uniformResourceIdentifier(CertificateProfile.agencyPrefix + agency.text)],
            usage: KeyUsage(digitalSignature: true, nonRepudiation: true),
            extendedUsages: [.init(oid: CertificateProfile.documentSigning)], validity: validity)
    }

    /// A new key and certificate for the directory of agencies.
    package func issueDirectory(validity: ClosedRange<Int64>) throws(TrustFault) -> IssuedCertificate {
        try issue(
            "directory", names: [.uniformResourceIdentifier(CertificateProfile.directoryName)],
            usage: KeyUsage(digitalSignature: true), extendedUsages: [], validity: validity)
    }

    private func issue(
        _ commonName: String, names: [GeneralName], usage: KeyUsage, extendedUsages: [ExtendedKeyUsage.Usage],
        validity: ClosedRange<Int64>
    ) throws(TrustFault) -> IssuedCertificate {
        guard root.validity.contains(validity.lowerBound), root.validity.contains(validity.upperBound) else {
            throw TrustFault(.certificateTime, "a certificate must be valid within the time of its root")
        }
        guard let rootIdentifier = root.subjectKeyIdentifier else {
            throw TrustFault(.certificateForm, "the root has no subject key identifier")
        }
        let newKey = P256.Signing.PrivateKey()
        let subject = try CertificateAuthority.name(commonName, of: networkName)
        let certificate = try CertificateAuthority.made {
            try Certificate(
                version: .v3, serialNumber: CertificateAuthority.serialNumber(), publicKey: .init(newKey.publicKey),
                notValidBefore: date(validity.lowerBound), notValidAfter: date(validity.upperBound),
                issuer: root.subject, subject: subject, signatureAlgorithm: .ecdsaWithSHA256,
                extensions: .init {
                    Critical(BasicConstraints.notCertificateAuthority)
                    Critical(usage)
                    if !extendedUsages.isEmpty { try ExtendedKeyUsage(extendedUsages) }
                    SubjectAlternativeNames(names)
                    SubjectKeyIdentifier(keyIdentifier: CertificateAuthority.identifier(of: newKey.publicKey))
                    AuthorityKeyIdentifier(keyIdentifier: rootIdentifier)
                },
                issuerPrivateKey: .init(key))
        }
        try certificate.verify(issuedBy: [root])
        return IssuedCertificate(certificate: certificate, key: newKey)
    }
}

/// A certificate and its key, both new.
package struct IssuedCertificate: Sendable {
    package let certificate: NetworkCertificate
    package let key: P256.Signing.PrivateKey

    package var certificatePEM: String { certificate.pem }

    /// PKCS #8 in PEM. Belongs into a file that only its owner can read.
    package var keyPEM: String { key.pemRepresentation + "\n" }

    /// The key with its certificate's thumbprint, ready to sign.
    package var signingKey: SigningKey { SigningKey(key, certificateThumbprint: certificate.thumbprint) }
}

extension IssuedCertificate: CustomStringConvertible {
    package var description: String { "certificate \(certificate.thumbprint.text) for \(certificate.purpose)" }
}

extension CertificateAuthority: CustomStringConvertible {
    package var description: String { "the authority of \(networkName)" }
}

extension CertificateAuthority {
    /// Makes a certificate and reads it back, so that what is issued is what will be accepted.
    private static func made(_ make: () throws -> Certificate) throws(TrustFault) -> NetworkCertificate {
        var serializer = DER.Serializer()
        do {
            try serializer.serialize(try make())
        } catch {
            throw TrustFault(.certificateForm, "the certificate could not be made: \(error)")
        }
        return try NetworkCertificate(der: serializer.serializedBytes)
    }

    private static func name(_ commonName: String, of network: String) throws(TrustFault) -> DistinguishedName {
        guard (1...64).contains(network.unicodeScalars.count),
            !network.unicodeScalars.contains(where: { $0.value < 32 }),
            let name = try? DistinguishedName(builder: {
                OrganizationName(network)
                CommonName(commonName)
            })
        else { throw TrustFault(.certificateForm, "the name of the network must have 1 to 64 characters") }
        return name
    }

    private static func organisation(of subject: DistinguishedName) -> String {
        for relative in subject {
            for attribute in relative where attribute.type == .RDNAttributeType.organizationName {
                if let name = String(attribute.value) { return name }
            }
        }
        return "Jiexu"
    }

    /// 127 random bits: positive, and never of more than 20 bytes.
    private static func serialNumber() -> Certificate.SerialNumber {
        var numbers = SystemRandomNumberGenerator()
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max, using: &numbers) }
        bytes[0] = bytes[0] & 0x3F | 0x40
        return Certificate.SerialNumber(bytes: bytes)
    }

    /// The leftmost 160 bits of the SHA-256 of the public key (RFC 7093, section 2, method 1).
    private static func identifier(of key: P256.Signing.PublicKey) -> ArraySlice<UInt8> {
        Array(SHA256.hash(data: key.x963Representation)).prefix(20)
    }
}

private func date(_ seconds: Int64) -> Date { Date(timeIntervalSince1970: TimeInterval(seconds)) }
