import SwiftASN1

/// What a time-stamping authority has signed: that it saw a digest at a moment. Read strictly, and believed only after
/// ``verify(_:signedBy:)``.
///
/// The container is CMS; of that exactly what RFC 3161 asks of a token is read: DER, one signer, signed attributes with the
/// digest of its certificate by SHA-2 (RFC 5816). What is older than that is refused.
/// Source: RFC 3161, section 2.4.2; RFC 5652, section 5; RFC 5816.
package struct TimeStampToken: Sendable {
    /// The token as it came.
    package let bytes: [UInt8]
    /// The SHA-256 of what was stamped.
    package let imprint: DocumentDigest
    package let policy: String
    package let nonce: UInt64?
    /// In milliseconds since 1970.
    package let atMilliseconds: Int64
    /// The number of the token, in hexadecimal.
    package let serial: String
    /// The certificates that came with it; nothing of them is believed.
    let certificates: [StampCertificate]
    let signature: TokenSignature

    /// No token, and no answer with one, is longer, in bytes.
    package static let longest = 64 << 10
    private static let mostCertificates = 8

    /// Reads a token.
    ///
    /// - Throws: `form` or `algorithm`.
    package init(_ bytes: [UInt8]) throws(TimeStampFault) {
        guard bytes.count <= TimeStampToken.longest else { throw TimeStampFault(.form, "it is too long") }
        self.bytes = bytes
        let parts: SignedParts
        do {
            parts = try SignedParts(try DER.parse(bytes))
            let content = try TokenContent(try DER.parse(parts.content))
            guard content.algorithm == TimeStampNames.sha256, let imprint = DocumentDigest(bytes: content.imprint)
            else {
                throw TimeStampFault(.algorithm, "it stamps another digest than SHA-256")
            }
            self.imprint = imprint
            policy = content.policy
            nonce = content.nonce
            serial = content.serial
            atMilliseconds = content.atMilliseconds
            guard parts.certificates.count <= TimeStampToken.mostCertificates else {
                throw TimeStampFault(.form, "it has more than \(TimeStampToken.mostCertificates) certificates")
            }
            certificates = try parts.certificates.map { try StampCertificate(der: Array($0.encodedBytes)) }
            signature = try TokenSignature(parts.signer, over: parts.content)
        } catch let fault as TimeStampFault {
            throw fault
        } catch {
            throw TimeStampFault(.form, "it is no time-stamp token in DER")
        }
    }
}

/// The parts of the CMS container.
private struct SignedParts {
    let content: ArraySlice<UInt8>
    let certificates: [ASN1Node]
    let signer: ASN1Node

    init(_ root: ASN1Node) throws {
        let data = try DER.sequence(root, identifier: .sequence) { nodes in
            guard try ASN1ObjectIdentifier(derEncoded: &nodes) == TimeStampNames.signedData else {
                throw TimeStampFault(.form, "it is no signed data")
            }
            return try DER.explicitlyTagged(&nodes, tagNumber: 0, tagClass: .contextSpecific) { $0 }
        }
        (content, certificates, signer) = try DER.sequence(data, identifier: .sequence) { nodes in
            guard try Int(derEncoded: &nodes) == 3, nodes.next()?.identifier == .set, let inner = nodes.next() else {
                throw TimeStampFault(.form, "it is signed data of another version")
            }
            let content = try DER.sequence(inner, identifier: .sequence) { parts in
                guard try ASN1ObjectIdentifier(derEncoded: &parts) == TimeStampNames.tokenContent else {
                    throw TimeStampFault(.form, "what is signed is no time-stamp")
                }
                return try DER.explicitlyTagged(&parts, tagNumber: 0, tagClass: .contextSpecific) {
                    try ASN1OctetString(derEncoded: $0).bytes
                }
            }
            var certificates: [ASN1Node] = []
            var next = nodes.next()
            if let node = next, node.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) {
                certificates = try node.children
                next = nodes.next()
            }
            if let node = next, node.identifier == ASN1Identifier(tagWithNumber: 1, tagClass: .contextSpecific) {
                next = nodes.next()
            }
            guard let signers = next, signers.identifier == .set, nodes.next() == nil else {
                throw TimeStampFault(.form, "it has no signer")
            }
            let all = try signers.children
            guard all.count == 1 else { throw TimeStampFault(.form, "it has \(all.count) signers; one is expected") }
            return (content, certificates, all[0])
        }
    }
}

/// What is signed (TSTInfo).
private struct TokenContent {
    let policy: String
    let algorithm: ASN1ObjectIdentifier
    let imprint: ArraySlice<UInt8>
    let serial: String
    let atMilliseconds: Int64
    let nonce: UInt64?

    init(_ root: ASN1Node) throws {
        var nodes = try root.children(of: .sequence)[...]
        func take() throws -> ASN1Node {
            guard let node = nodes.popFirst() else { throw TimeStampFault(.form, "the time-stamp ends early") }
            return node
        }
        guard try Int(derEncoded: take()) == 1 else { throw TimeStampFault(.form, "it is of another version") }
        policy = String(describing: try ASN1ObjectIdentifier(derEncoded: take()))
        let message = try take().children(of: .sequence)
        guard message.count == 2, let name = try message[0].children(of: .sequence).first else {
            throw TimeStampFault(.form, "it has no digest")
        }
        algorithm = try ASN1ObjectIdentifier(derEncoded: name)
        imprint = try ASN1OctetString(derEncoded: message[1]).bytes
        let number = try take()
        guard number.identifier == .integer, let digits = number.primitive, (1...24).contains(digits.count) else {
            throw TimeStampFault(.form, "its number is longer than 24 bytes")
        }
        serial = digits.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
        let time = try take()
        guard time.identifier == .generalizedTime, let text = time.primitive,
            let milliseconds = TokenTime.milliseconds(text)
        else { throw TimeStampFault(.form, "its time is none in universal time") }
        atMilliseconds = milliseconds
        if nodes.first?.identifier == .sequence { nodes.removeFirst() }
        if nodes.first?.identifier == .boolean { nodes.removeFirst() }
        if let node = nodes.first, node.identifier == .integer {
            guard let value = try? UInt64(derEncoded: node) else { throw TimeStampFault(.nonce, "it is too long") }
            nonce = value
            nodes.removeFirst()
        } else {
            nonce = nil
        }
        // Behind it the authority's name and extensions may stand; neither is asked for here.
        if let node = nodes.first, node.identifier == ASN1Identifier(tagWithNumber: 0, tagClass: .contextSpecific) {
            nodes.removeFirst()
        }
        guard nodes.isEmpty else { throw TimeStampFault(.form, "it has extensions, which are not known here") }
    }
}

/// `20260320021504Z` or with a fraction of a second. Source: RFC 3161, section 2.4.2 (GeneralizedTime).
enum TokenTime {
    static func milliseconds(_ text: ArraySlice<UInt8>) -> Int64? {
        var digits = Array(text)
        guard digits.popLast() == UInt8(ascii: "Z"), digits.count >= 14 else { return nil }
        func number(_ range: Range<Int>) -> Int? {
            digits[range].reduce(0 as Int?) { sum, byte in
                guard let sum, (0x30...0x39).contains(byte) else { return nil }
                return sum * 10 + Int(byte - 0x30)
            }
        }
        guard let year = number(0..<4), let month = number(4..<6), let day = number(6..<8), let hour = number(8..<10),
            let minute = number(10..<12), let second = number(12..<14)
        else { return nil }
        let fraction = digits.dropFirst(14)
        var milliseconds = 0
        if !fraction.isEmpty {
            let places = fraction.dropFirst()
            // No trailing zero, as DER has it.
            guard fraction.first == UInt8(ascii: "."), (1...9).contains(places.count), places.last != 0x30,
                places.allSatisfy({ (0x30...0x39).contains($0) })
            else { return nil }
            for place in 0..<3 {
                let digit = places.dropFirst(place).first ?? 0x30
                milliseconds = milliseconds * 10 + Int(digit - 0x30)
            }
        }
        func padded(_ number: Int, _ width: Int = 2) -> String {
            String(repeating: "0", count: max(0, width - String(number).utf8.count)) + String(number)
        }
        let written =
            "\(padded(year, 4))-\(padded(month))-\(padded(day))T\(padded(hour)):\(padded(minute)):\(padded(second))Z"
        guard let time = SigningTime(written) else { return nil }
        return time.secondsSince1970 * 1_000 + Int64(milliseconds)
    }
}

extension ASN1Node {
    /// What stands in a constructed node.
    var children: [ASN1Node] {
        get throws {
            guard case .constructed(let nodes) = content else { throw TimeStampFault(.form, "something has no parts") }
            return Array(IteratorSequence(nodes.makeIterator()))
        }
    }

    func children(of expected: ASN1Identifier) throws -> [ASN1Node] {
        guard identifier == expected else { throw TimeStampFault(.form, "something is of another kind") }
        return try children
    }

    var primitive: ArraySlice<UInt8>? {
        if case .primitive(let bytes) = content { bytes } else { nil }
    }
}
