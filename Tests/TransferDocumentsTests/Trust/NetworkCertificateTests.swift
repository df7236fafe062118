import Crypto
import Foundation
import SwiftASN1
import Testing
import TransferCore
import TransferDocuments
import X509

@Suite struct `A certificate of the network` {
    @Test func `has the purpose it was issued for and the root as its issuer`() throws {
        let cast = try TrustCast()
        let issued: [(IssuedCertificate, NetworkCertificate.Purpose)] = [
            (cast.directoryKey, .directory),
            (cast.chengduTLS, .tls(TrustCast.chengdu)),
            (cast.chengduSigning, .signing(TrustCast.chengdu)),
            (cast.hangzhouSigning, .signing(TrustCast.hangzhou)),
        ]
        for (item, purpose) in issued {
            let read = try NetworkCertificate(pem: item.certificatePEM)
            #expect(read.purpose == purpose)
            #expect(read == item.certificate)
            #expect(read.validity == TrustCast.validity)
            try read.verify(issuedBy: [cast.authority.root])
            let key = try P256.Signing.PrivateKey(pemRepresentation: item.keyPEM)
            #expect(key.publicKey.rawRepresentation == read.publicKey.rawRepresentation)
        }
        #expect(cast.authority.root.purpose == .root)
        try cast.authority.root.verify(issuedBy: [cast.authority.root])
        #expect(Set(issued.map(\.0.certificate.thumbprint)).count == issued.count)
        #expect(Set(issued.map(\.0.certificate.keyPin)).count == issued.count)
    }

    @Test func `is refused under the root of another network of the same name`() throws {
        let (ours, theirs) = (try TrustCast(), try TrustCast())
        #expect(
            faultCode { try theirs.chengduTLS.certificate.verify(issuedBy: [ours.authority.root]) }
                == .certificateIssuer)
    }

    @Test func `is refused under a root that has our root's name and identifier but another key`() throws {
        let cast = try TrustCast()
        let real = try Certificate(derEncoded: cast.authority.root.der)
        let key = P256.Signing.PrivateKey()
        let forgery = try made(
            key: key, issuer: real.subject, subject: real.subject, signedBy: key, extensions: real.extensions)
        try forgery.verify(issuedBy: [forgery])
        let leaf = cast.chengduTLS.certificate
        #expect(faultCode { try leaf.verify(issuedBy: [forgery]) } == .certificateIssuer)
        try leaf.verify(issuedBy: [forgery, cast.authority.root])
    }

    @Test func `does not survive the change of any byte`() throws {
        let cast = try TrustCast()
        let der = cast.chengduSigning.certificate.der
        for index in der.indices {
            var changed = der
            changed[index] ^= 0x01
            #expect(throws: TrustFault.self, "byte \(index)") {
                try NetworkCertificate(der: changed).verify(issuedBy: [cast.authority.root])
            }
        }
        #expect(faultCode { _ = try NetworkCertificate(der: der + [0]) } == .certificateForm)
        #expect(faultCode { _ = try NetworkCertificate(der: []) } == .certificateForm)
        #expect(
            faultCode { _ = try NetworkCertificate(der: [UInt8](repeating: 0x30, count: 9_000)) } == .certificateForm)
    }

    @Test func `cannot be issued beyond the time of its root`() throws {
        let cast = try TrustCast()
        let end = cast.authority.root.validity.upperBound
        #expect(
            faultCode { _ = try cast.authority.issueSigning(for: TrustCast.chengdu, validity: (end - 1)...(end + 1)) }
                == .certificateTime)
    }

    @Test(arguments: ["*.example.org", "Node.example", "", "-a.example", "a..b", "a b", "256.1.1.1", "1.2.3", "[::1]"])
    func `cannot be issued for a host that is not plain`(host: String) throws {
        let cast = try TrustCast()
        #expect(
            faultCode {
                _ = try cast.authority.issueTLS(for: TrustCast.chengdu, hosts: [host], validity: TrustCast.validity)
            } == .certificateForm)
    }

    @Test func `of an authority can be taken up again with its key, and with no other`() throws {
        let cast = try TrustCast()
        let again = try CertificateAuthority(certificatePEM: cast.authority.root.pem, keyPEM: cast.authority.keyPEM)
        let issued = try again.issueSigning(for: TrustCast.hangzhou, validity: TrustCast.validity)
        try issued.certificate.verify(issuedBy: [cast.authority.root])
        #expect(
            faultCode {
                _ = try CertificateAuthority(certificatePEM: cast.authority.root.pem, keyPEM: cast.chengduTLS.keyPEM)
            } == .certificateForm)
        #expect(
            faultCode {
                _ = try CertificateAuthority(
                    certificatePEM: cast.chengduTLS.certificatePEM, keyPEM: cast.chengduTLS.keyPEM)
            } == .certificatePurpose)
    }

    /// Certificates that a careless authority could issue, and what is wrong with them.
    @Test func `that would do for no purpose or for two is refused`() throws {
        let agency = GeneralName.uniformResourceIdentifier("urn:jiexu:agency:510100")
        let host = GeneralName.dnsName("node.chengdu.example")
        let tls: [ExtendedKeyUsage.Usage] = [.serverAuth, .clientAuth]
        let signing = ExtendedKeyUsage.Usage(oid: [1, 3, 6, 1, 5, 5, 7, 3, 36])
        let digital = KeyUsage(digitalSignature: true)
        let both = KeyUsage(digitalSignature: true, nonRepudiation: true)
        let rows: [(String, KeyUsage, [ExtendedKeyUsage.Usage], [GeneralName])] = [
            ("no extended key usage", digital, [], [agency, host]),
            ("server only", digital, [.serverAuth], [agency, host]),
            ("any usage", digital, [.any], [agency, host]),
            ("code signing", digital, [.codeSigning], [agency, host]),
            ("TLS and signing", both, tls + [signing], [agency, host]),
            (
                "TLS that may sign certificates", KeyUsage(digitalSignature: true, keyCertSign: true), tls,
                [agency, host]
            ),
            ("TLS without a host", digital, tls, [agency]),
            ("TLS with a wildcard", digital, tls, [agency, .dnsName("*.example")]),
            ("TLS without an agency", digital, tls, [host]),
            (
                "TLS of two agencies", digital, tls,
                [agency, .uniformResourceIdentifier("urn:jiexu:agency:330100"), host]
            ),
            (
                "an agency that is no region", digital, tls,
                [.uniformResourceIdentifier("urn:jiexu:agency:990000"), host]
            ),
            ("a mail address", digital, tls, [agency, host, .rfc822Name("a@b.example")]),
            ("signing with a host", both, [signing], [agency, host]),
            ("signing without non-repudiation", digital, [signing], [agency]),
        ]
        for (name, usage, extended, names) in rows {
            let code = faultCode {
                _ = try made(
                    extensions: try Certificate.Extensions {
                        Critical(usage)
                        if !extended.isEmpty { try ExtendedKeyUsage(extended) }
                        SubjectAlternativeNames(names)
                        SubjectKeyIdentifier(keyIdentifier: [1, 2, 3])
                    })
            }
            #expect(code == .certificatePurpose, "\(name)")
        }
    }

    @Test func `with an unknown critical extension, a long path or another algorithm is refused`() throws {
        let usage = KeyUsage(keyCertSign: true, cRLSign: true)
        let unknown = Certificate.Extension(oid: [1, 2, 3, 4], critical: true, value: [5, 0])
        #expect(
            faultCode {
                _ = try made(
                    extensions: try Certificate.Extensions {
                        unknown; Critical(usage)
                    })
            } == .certificateForm)
        for length in [nil, 1] as [Int?] {
            #expect(
                faultCode {
                    _ = try made(
                        extensions: try Certificate.Extensions {
                            Critical(BasicConstraints.isCertificateAuthority(maxPathLength: length))
                            Critical(usage)
                            SubjectKeyIdentifier(keyIdentifier: [1, 2, 3])
                        })
                } == .certificateForm)
        }
        let name = try DistinguishedName { CommonName("x") }
        let key = Certificate.PrivateKey(P384.Signing.PrivateKey())
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(7), publicKey: key.publicKey,
            notValidBefore: Date(timeIntervalSince1970: 0), notValidAfter: Date(timeIntervalSince1970: 1), issuer: name,
            subject: name, signatureAlgorithm: .ecdsaWithSHA384, extensions: .init(), issuerPrivateKey: key)
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        #expect(faultCode { _ = try NetworkCertificate(der: serializer.serializedBytes) } == .certificateForm)
    }

    /// A certificate with any extensions, self-signed unless another key is given.
    @discardableResult
    private func made(
        key: P256.Signing.PrivateKey = P256.Signing.PrivateKey(), issuer: DistinguishedName? = nil,
        subject: DistinguishedName? = nil, signedBy signer: P256.Signing.PrivateKey? = nil,
        extensions: Certificate.Extensions
    ) throws -> NetworkCertificate {
        let name = try DistinguishedName { CommonName("made") }
        let certificate = try Certificate(
            version: .v3, serialNumber: .init(7), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: TimeInterval(TrustCast.now - 20 * TrustCast.year)),
            notValidAfter: Date(timeIntervalSince1970: TimeInterval(TrustCast.now + 20 * TrustCast.year)),
            issuer: issuer ?? name, subject: subject ?? name, signatureAlgorithm: .ecdsaWithSHA256,
            extensions: extensions, issuerPrivateKey: .init(signer ?? key))
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        return try NetworkCertificate(der: serializer.serializedBytes)
    }
}

@Suite struct `The trust anchors` {
    @Test func `are a root and a directory certificate under it, in any order`() throws {
        let cast = try TrustCast()
        let (root, directory) = (cast.authority.root.pem, cast.directoryKey.certificatePEM)
        #expect(
            try TrustAnchors(pem: directory + root)
                == TrustAnchors([cast.directoryKey.certificate, cast.authority.root]))
    }

    @Test func `are refused with anything missing, twice or more`() throws {
        let (cast, other) = (try TrustCast(), try TrustCast())
        let (root, directory) = (cast.authority.root.pem, cast.directoryKey.certificatePEM)
        let rows: [(String, String, TrustFault.Code)] = [
            ("nothing", "", .anchorsForm),
            ("no directory certificate", root, .anchorsForm),
            ("no root", directory, .anchorsForm),
            ("the root twice", root + root + directory, .anchorsForm),
            ("an agency", root + directory + cast.chengduTLS.certificatePEM, .anchorsForm),
            ("a key", root + directory + cast.authority.keyPEM, .certificateForm),
            ("another network's directory", root + other.directoryKey.certificatePEM, .certificateIssuer),
            ("text", "hello", .anchorsForm),
        ]
        for (name, pem, code) in rows { #expect(faultCode { _ = try TrustAnchors(pem: pem) } == code, "\(name)") }
    }
}
