import Crypto
import FoundationEssentials
import SwiftASN1
import Testing
import TransferDocuments
import X509

@Suite struct `A signature` {
    private let forger = Forger()

    @Test func `is read back as it was made`() throws {
        for typ in JWSType.allCases {
            let bytes = try forger.key.sign(payload: forger.payload, typ: typ, at: forger.time)
            let jws = try JWS.parse(bytes, typ: typ, maximumBytes: 4_096)
            try jws.verify(with: forger.publicKey)
            #expect(jws.header == JWSHeader(typ: typ, certificate: forger.thumbprint, signingTime: forger.time))
            #expect(jws.payload == forger.payload)
            #expect(jws.bytes == bytes)
            #expect(jws.payloadDigest == DocumentDigest(of: forger.payload))
        }
    }

    @Test func `has the header of the profile, member for member`() throws {
        let bytes = try forger.key.sign(payload: forger.payload, typ: .receipt, at: forger.time)
        let header = try #require(Base64URL.decode(forger.parts(bytes)[0]))
        #expect(
            String(decoding: header, as: UTF8.self)
                == #"{"alg":"ES256","typ":"jiexu-receipt","x5t#S256":"\#(forger.thumbprint.text)","#
                + #""sigT":"2026-11-21T08:00:00Z","crit":["sigT"]}"#)
    }

    @Test func `has a header that can be read without the rest`() throws {
        for typ in JWSType.allCases {
            let bytes = try forger.key.sign(payload: forger.payload, typ: typ, at: forger.time)
            #expect(try JWS.header(of: bytes, typ: typ) == JWS.parse(bytes, typ: typ, maximumBytes: 4_096).header)
            let other: JWSType = typ == .receipt ? .document : .receipt
            #expect(throws: JWSFault.self) { try JWS.header(of: bytes, typ: other) }
            #expect(throws: JWSFault.self) { try JWS.header(of: Array(bytes.prefix(100)), typ: typ) }
            #expect(throws: JWSFault.self) { try JWS.header(of: [UInt8(ascii: ".")] + bytes, typ: typ) }
        }
        let members = forger.members.reversed().map { "\"\($0.name)\" : \($0.value)" }
        let turned = forger.token(header: "{ \(members.joined(separator: " , ")) }\n")
        #expect(try JWS.header(of: turned, typ: .document).certificate == forger.thumbprint)
    }

    @Test func `may have its header in another order, with white space that was signed`() {
        let members = forger.members.reversed().map { "\"\($0.name)\" : \($0.value)" }
        #expect(verdict(forger.token(header: "{ \(members.joined(separator: " , ")) }\n"), forger) == nil)
        #expect(verdict(forger.token(header: forger.header(["alg": #""\u0045S256""#])), forger) == nil)
    }

    @Test func `carries any bytes, of every length`() throws {
        for length in 1..<100 {
            let payload = (0..<length).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ length) }
            let bytes = try forger.key.sign(payload: payload, typ: .dossier, at: forger.time)
            let jws = try JWS.parse(bytes, typ: .dossier, maximumBytes: 4_096)
            try jws.verify(with: forger.publicKey)
            #expect(jws.payload == payload)
        }
    }

    @Test func `that anybody could derive from a good one is of the same document`() throws {
        let bytes = try forger.key.sign(payload: forger.payload, typ: .document, at: forger.time)
        var parts = forger.parts(bytes)
        let signature = try #require(Base64URL.decode(parts[2]))
        parts[2] = String(decoding: Base64URL.encode(signature[..<32] + negated(signature[32...])), as: UTF8.self)
        let other = Array(parts.joined(separator: ".").utf8)
        #expect(other != bytes)
        #expect(verdict(other, forger) == nil)  // BJ9
        let (one, two) = (
            try JWS.parse(bytes, typ: .document, maximumBytes: 4_096),
            try JWS.parse(other, typ: .document, maximumBytes: 4_096)
        )
        #expect(one.payloadDigest == two.payloadDigest)
    }

    @Test func `is different every time, so that it must be kept`() throws {
        let one = try forger.key.sign(payload: forger.payload, typ: .document, at: forger.time)
        let two = try forger.key.sign(payload: forger.payload, typ: .document, at: forger.time)
        #expect(one != two)
    }

    @Test func `leaves what the payload is to its reader`() throws {
        let inner = forger.token()
        for payload in [inner, Array("no JSON".utf8), [0xFF]] {  // BJ38, BJ45
            let jws = try JWS.parse(forger.token(payload: payload), typ: .document, maximumBytes: 4_096)
            #expect(throws: JSONFault.self) { try JSON.parse(jws.payload, limits: .document) }
        }
    }

    @Test func `has fault codes that never change`() {
        #expect(
            JWSFault.Code.allCases.map(\.rawValue) == [
                "jws-size", "jws-form", "jws-base64", "jws-header", "jws-alg", "jws-crit", "jws-typ", "jws-signature",
            ])
    }

    /// n − s, bytes most significant first.
    private func negated(_ number: ArraySlice<UInt8>) -> [UInt8] {
        var borrow = 0
        let digits = zip(order, number).reversed().map { n, s -> UInt8 in
            let difference = Int(n) - Int(s) - borrow
            borrow = difference < 0 ? 1 : 0
            return UInt8(difference + borrow * 256)
        }
        return digits.reversed()
    }
}

@Suite struct `A signing key` {
    private func certificate(for key: P256.Signing.PrivateKey) throws -> Certificate {
        let name = try DistinguishedName { CommonName("Hangzhou social insurance agency, documents") }
        return try Certificate(
            version: .v3, serialNumber: .init(bytes: [1]), publicKey: .init(key.publicKey),
            notValidBefore: Date(timeIntervalSince1970: 1_790_000_000),
            notValidAfter: Date(timeIntervalSince1970: 1_800_000_000), issuer: name, subject: name,
            signatureAlgorithm: .ecdsaWithSHA256, extensions: .init(), issuerPrivateKey: .init(key))
    }

    @Test func `is read together with its certificate`() throws {
        let privateKey = P256.Signing.PrivateKey()
        let certificate = try certificate(for: privateKey)
        let key = try SigningKey(
            privateKeyPEM: privateKey.pemRepresentation, certificatePEM: certificate.serializeAsPEM().pemString)
        var serializer = DER.Serializer()
        try serializer.serialize(certificate)
        #expect(key.certificateThumbprint == DocumentDigest(of: serializer.serializedBytes))

        let time = try #require(SigningTime("2026-11-21T08:00:00Z"))
        let bytes = try key.sign(payload: [1], typ: .document, at: time)
        let jws = try JWS.parse(bytes, typ: .document, maximumBytes: 1_024)
        #expect(jws.header.certificate == key.certificateThumbprint)
        try jws.verify(with: #require(P256.Signing.PublicKey(certificate.publicKey)))
    }

    @Test func `is refused with another's certificate, and when either cannot be read`() throws {
        let (one, two) = (P256.Signing.PrivateKey(), P256.Signing.PrivateKey())
        let pem = try certificate(for: two).serializeAsPEM().pemString
        #expect(throws: SigningKeyFault.otherCertificate) {
            try SigningKey(privateKeyPEM: one.pemRepresentation, certificatePEM: pem)
        }
        #expect(throws: SigningKeyFault.unreadableKey) { try SigningKey(privateKeyPEM: pem, certificatePEM: pem) }
        #expect(throws: SigningKeyFault.unreadableKey) {
            try SigningKey(privateKeyPEM: P384.Signing.PrivateKey().pemRepresentation, certificatePEM: pem)
        }
        #expect(throws: SigningKeyFault.unreadableCertificate) {
            try SigningKey(privateKeyPEM: two.pemRepresentation, certificatePEM: two.publicKey.pemRepresentation)
        }
        #expect(throws: SigningKeyFault.unreadableCertificate) {
            try SigningKey(privateKeyPEM: two.pemRepresentation, certificatePEM: "")
        }
    }
}
