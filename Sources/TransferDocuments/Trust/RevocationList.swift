import Crypto
import SwiftASN1
import X509

/// The list of certificates that an issuer takes back before their end: X.509 CRL version 2, signed by the issuer itself. It
/// is a root of the network, or an authority that issues certificates to persons.
///
/// It is read strictly: one issuer, one signature, a number, a beginning and an end; whatever else it says that must be
/// understood makes it unreadable. A value that exists carries the signature of an issuer that was given.
///
/// Source: RFC 5280, section 5; that lists are whole (no deltas, no parts, no indirect ones) is our choice.
package struct RevocationList: Hashable, Sendable {
    /// The bytes that were read.
    package let der: [UInt8]
    /// SHA-256 of the bytes.
    package let digest: DocumentDigest
    /// Rises with every list of the root.
    package let number: Int64
    /// Seconds since 1970: when the list was made, and when the next one is due at the latest.
    package let madeAt: Int64
    package let nextDueAt: Int64
    /// The issuer whose list it is, by the thumbprint of its certificate.
    package let root: DocumentDigest
    /// From when each serial number (its bytes without leading zeros) is no longer believed, in seconds since 1970.
    private let revoked: [[UInt8]: Int64]

    /// No list is longer, in bytes, or has more entries.
    package static let longest = 4 << 20
    package static let mostEntries = 50_000
    static let label = "X509 CRL"
    /// RFC 5280, section 5.2.3: at most 20 bytes; we count no further than this.
    package static let numbers: ClosedRange<Int64> = 0...1_000_000_000_000

    /// Reads a list and verifies it under one of the roots.
    ///
    /// - Throws: `crl-form`, or `crl-issuer` when no root of this network has signed it.
    package init(der: [UInt8], roots: [NetworkCertificate]) throws(TrustFault) {
        try self.init(der: der, issuers: RevocationIssuer.roots(roots))
    }

    /// Reads a list and verifies it under one of some issuers.
    package init(der: [UInt8], issuers: [RevocationIssuer]) throws(TrustFault) {
        guard der.count <= RevocationList.longest else {
            throw TrustFault(.crlForm, "longer than \(RevocationList.longest) bytes")
        }
        let parts: RevocationListParts
        do {
            parts = try RevocationListParts(derEncoded: try DER.parse(der))
        } catch let fault as TrustFault {
            throw fault
        } catch {
            throw TrustFault(.crlForm, "not a list of revoked certificates (X.509 CRL, version 2) in DER")
        }
        let named = issuers.filter { $0.isNamed(parts.issuer, key: parts.authorityKey) }
        guard !named.isEmpty else {
            throw TrustFault(.crlIssuer, "the list names an issuer that is no root of this network")
        }
        guard named.contains(where: { $0.algorithms[parts.algorithm] != nil }) else {
            throw TrustFault(.crlForm, "signed otherwise than its issuer may")
        }
        guard let issuer = named.first(where: { $0.hasSigned(parts.signed, parts.signature, by: parts.algorithm) })
        else { throw TrustFault(.crlIssuer, "the list does not carry the signature of its root") }
        self.der = der
        digest = DocumentDigest(of: der)
        number = parts.number
        madeAt = parts.madeAt
        nextDueAt = parts.nextDueAt
        revoked = parts.revoked
        root = issuer.thumbprint
    }

    /// Reads the lists of a PEM text that holds nothing else; one list of each root at most.
    package static func all(
        inPEM pem: String, roots: [NetworkCertificate]
    ) throws(TrustFault) -> [RevocationList] {
        try all(inPEM: pem, issuers: RevocationIssuer.roots(roots))
    }

    /// The same of any issuers.
    package static func all(inPEM pem: String, issuers: [RevocationIssuer]) throws(TrustFault) -> [RevocationList] {
        guard pem.utf8.count <= 2 * longest, let blocks = try? PEMDocument.parseMultiple(pemString: pem),
            !blocks.isEmpty
        else { throw TrustFault(.crlForm, "expected PEM blocks of the kind \(label)") }
        var lists: [RevocationList] = []
        for block in blocks {
            guard block.discriminator == label else {
                throw TrustFault(.crlForm, "expected lists only, found a block of another kind")
            }
            lists.append(try RevocationList(der: block.derBytes, issuers: issuers))
        }
        guard Set(lists.map(\.root)).count == lists.count else {
            throw TrustFault(.crlForm, "two lists of one root")
        }
        return lists
    }

    /// The list as a PEM block.
    package var pem: String { PEMDocument(type: RevocationList.label, derBytes: der).pemString + "\n" }

    /// How many certificates it takes back.
    package var count: Int { revoked.count }

    /// From when a certificate is no longer believed, in seconds since 1970; nil when the list does not name it, or is
    /// another root's.
    package func revokedAt(_ certificate: NetworkCertificate) -> Int64? { revokedAt(certificate.serialNumber) }

    /// The same by the serial number, its bytes without leading zeros.
    package func revokedAt(_ serialNumber: [UInt8]) -> Int64? { revoked[serialNumber] }

    /// The numbers and times of all entries, by serial number: for the next list, which names them again.
    package var entries: [(serialNumber: [UInt8], at: Int64)] {
        revoked.map { ($0.key, $0.value) }.sorted { $0.0.lexicographicallyPrecedes($1.0) }
    }

    /// Checks that this list may take the place of another of the same root: a higher number, or the same bytes.
    ///
    /// - Throws: `crl-rollback` or `crl-split`.
    package func verify(succeeds previous: RevocationList) throws(TrustFault) {
        guard digest != previous.digest else { return }
        guard number != previous.number else {
            throw TrustFault(.crlSplit, "there are two lists of number \(number)")
        }
        guard number > previous.number else {
            throw TrustFault(.crlRollback, "list \(number) after list \(previous.number)")
        }
    }
}

/// What a list says, before anybody asked who signed it.
private struct RevocationListParts {
    let signed: ArraySlice<UInt8>
    /// The AlgorithmIdentifier in DER, and the signature as it stands there.
    let algorithm: [UInt8]
    let signature: [UInt8]
    let issuer: DistinguishedName
    let authorityKey: ArraySlice<UInt8>
    let number: Int64
    let madeAt: Int64
    let nextDueAt: Int64
    let revoked: [[UInt8]: Int64]

    init(derEncoded node: ASN1Node) throws {
        let (list, algorithm, bits) = try DER.sequence(node, identifier: .sequence) { nodes in
            guard let list = nodes.next(), let algorithm = nodes.next() else { throw Unreadable() }
            return (list, algorithm, try ASN1BitString(derEncoded: &nodes))
        }
        guard bits.paddingBits == 0 else { throw TrustFault(.crlForm, "the signature is not of whole bytes") }
        signed = list.encodedBytes
        self.algorithm = Array(algorithm.encodedBytes)
        signature = Array(bits.bytes)
        if self.algorithm == RevocationListDER.ecdsaWithSHA256 {
            guard case .constructed = try DER.parse(signature).content else { throw Unreadable() }
        }
        var found = Found()
        try DER.sequence(list, identifier: .sequence) { nodes in
            guard try Int(derEncoded: &nodes) == 1 else { throw TrustFault(.crlForm, "not of version 2") }
            guard let inner = nodes.next(), inner.encodedBytes == algorithm.encodedBytes else {
                throw TrustFault(.crlForm, "names two ways of signing")
            }
            guard let issuer = nodes.next() else { throw Unreadable() }
            found.issuer = try DistinguishedName(derEncoded: issuer)
            found.madeAt = try RevocationListDER.time(nodes.next())
            guard var next = nodes.next() else { throw Unreadable() }
            guard next.identifier == .utcTime || next.identifier == .generalizedTime else {
                throw TrustFault(.crlForm, "does not say when the next list is due")
            }
            found.nextDueAt = try RevocationListDER.time(next)
            guard let after = nodes.next() else { throw TrustFault(.crlForm, "has no extensions") }
            next = after
            if next.identifier == .sequence {
                found.revoked = try RevocationListParts.entries(next)
                guard let last = nodes.next() else { throw TrustFault(.crlForm, "has no extensions") }
                next = last
            }
            try found.readExtensions(next)
        }
        guard let issuer = found.issuer, let key = found.authorityKey, let number = found.number else {
            throw TrustFault(.crlForm, "has no number, or does not name the key of its root")
        }
        guard found.madeAt < found.nextDueAt else { throw TrustFault(.crlForm, "ends before it begins") }
        self.issuer = issuer
        authorityKey = key
        self.number = number
        madeAt = found.madeAt
        nextDueAt = found.nextDueAt
        revoked = found.revoked
    }

    private struct Found {
        var issuer: DistinguishedName?
        var madeAt: Int64 = 0
        var nextDueAt: Int64 = 0
        var revoked: [[UInt8]: Int64] = [:]
        var authorityKey: ArraySlice<UInt8>?
        var number: Int64?

        mutating func readExtensions(_ node: ASN1Node) throws {
            guard case .constructed(let content) = node.content,
                node.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific)
            else { throw Unreadable() }
            var inner = content.makeIterator()
            guard let list = inner.next(), inner.next() == nil else { throw Unreadable() }
            for (identifier, isCritical, value) in try RevocationListDER.extensions(list) {
                switch identifier {
                case RevocationListDER.crlNumber:
                    guard number == nil, let read = try? Int64(derEncoded: DER.parse(value)),
                        RevocationList.numbers.contains(read)
                    else { throw TrustFault(.crlForm, "has no number that can be read") }
                    number = read
                case .X509ExtensionID.authorityKeyIdentifier:
                    let read = Certificate.Extension(oid: identifier, critical: isCritical, value: value)
                    guard authorityKey == nil, let key = try AuthorityKeyIdentifier(read).keyIdentifier else {
                        throw TrustFault(.crlForm, "does not name the key of its root")
                    }
                    authorityKey = key
                default:
                    // A part of a list, a delta or an indirect one says so critically.
                    guard !isCritical else { throw TrustFault(.crlForm, "has a critical extension not known here") }
                }
            }
        }
    }

    private static func entries(_ node: ASN1Node) throws -> [[UInt8]: Int64] {
        guard case .constructed(let content) = node.content else { throw Unreadable() }
        var revoked: [[UInt8]: Int64] = [:]
        for entry in content {
            guard revoked.count < RevocationList.mostEntries else {
                throw TrustFault(.crlForm, "has more than \(RevocationList.mostEntries) entries")
            }
            let (serial, at) = try DER.sequence(entry, identifier: .sequence) { nodes in
                let serial = try ArraySlice<UInt8>(derEncoded: &nodes)
                let at = try RevocationListDER.time(nodes.next())
                if let extensions = nodes.next() {
                    guard try RevocationListDER.extensions(extensions).allSatisfy({ !$0.isCritical }) else {
                        throw TrustFault(.crlForm, "an entry has a critical extension")
                    }
                }
                return (Array(serial.drop { $0 == 0 }), at)
            }
            guard revoked.updateValue(at, forKey: serial) == nil else {
                throw TrustFault(.crlForm, "names a certificate twice")
            }
        }
        guard !revoked.isEmpty else { throw TrustFault(.crlForm, "has an empty list where it should have none") }
        return revoked
    }

    private struct Unreadable: Error {}
}

/// The small parts of a list in DER, both ways.
enum RevocationListDER {
    /// AlgorithmIdentifier of ecdsa-with-SHA256 (RFC 5758, section 3.2).
    static let ecdsaWithSHA256: [UInt8] = [0x30, 0x0A, 0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02]
    static let crlNumber: ASN1ObjectIdentifier = [2, 5, 29, 20]

    static func extensions(
        _ node: ASN1Node
    ) throws -> [(identifier: ASN1ObjectIdentifier, isCritical: Bool, value: ArraySlice<UInt8>)] {
        guard node.identifier == .sequence, case .constructed(let content) = node.content else {
            throw ASN1Error.unexpectedFieldType(node.identifier)
        }
        return try content.map { item in
            try DER.sequence(item, identifier: .sequence) { nodes in
                let identifier = try ASN1ObjectIdentifier(derEncoded: &nodes)
                let isCritical = try DER.decodeDefault(&nodes, defaultValue: false)
                return (identifier, isCritical, try ASN1OctetString(derEncoded: &nodes).bytes)
            }
        }
    }

    /// Seconds since 1970.
    static func time(_ node: ASN1Node?) throws -> Int64 {
        guard let node else { throw ASN1Error.invalidASN1Object(reason: "a time is missing") }
        let parts: [Int]
        if node.identifier == .utcTime {
            let time = try UTCTime(derEncoded: node)
            parts = [time.year, time.month, time.day, time.hours, time.minutes, time.seconds]
        } else {
            let time = try GeneralizedTime(derEncoded: node)
            guard time.rawFractionalSeconds.isEmpty else {
                throw ASN1Error.invalidASN1Object(reason: "a time with a part of a second")
            }
            parts = [time.year, time.month, time.day, time.hours, time.minutes, time.seconds]
        }
        let two = parts.dropFirst().map { $0 < 10 ? "0\($0)" : "\($0)" }
        guard let time = SigningTime("\(parts[0])-\(two[0])-\(two[1])T\(two[2]):\(two[3]):\(two[4])Z") else {
            throw ASN1Error.invalidASN1Object(reason: "a time out of range")
        }
        return time.secondsSince1970
    }
}
