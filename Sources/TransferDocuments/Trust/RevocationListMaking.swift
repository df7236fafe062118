import Crypto
import SwiftASN1
import X509

extension CertificateAuthority {
    /// Makes the list of the certificates that are taken back, and reads it back as a node would.
    ///
    /// - Parameters:
    ///   - number: higher than that of every list before.
    ///   - madeAt: now, in seconds since 1970.
    ///   - nextDueAt: when the next list is there at the latest. Nodes go on for a grace time after it, and then take no
    ///     connection.
    ///   - revoked: serial numbers (``NetworkCertificate/serialNumber``) and from when each is no longer believed.
    /// - Throws: `crl-form` when it cannot be made.
    package func revocationList(
        number: Int64, madeAt: Int64, nextDueAt: Int64, revoked: [(serialNumber: [UInt8], at: Int64)]
    ) throws(TrustFault) -> RevocationList {
        guard let rootKey = root.subjectKeyIdentifier else {
            throw TrustFault(.crlForm, "the root has no subject key identifier")
        }
        let der: [UInt8]
        do {
            let signed = try RevocationListDER.listToSign(
                issuer: root.subject, rootKey: rootKey, number: number, madeAt: madeAt, nextDueAt: nextDueAt,
                revoked: revoked)
            let signature = try sign(signed)
            var serializer = DER.Serializer()
            try serializer.appendConstructedNode(identifier: .sequence) { list in
                list.serializeRawBytes(signed)
                list.serializeRawBytes(RevocationListDER.ecdsaWithSHA256)
                try list.serialize(ASN1BitString(bytes: signature[...]))
            }
            der = serializer.serializedBytes
        } catch {
            throw TrustFault(.crlForm, "the list could not be made: \(error)")
        }
        return try RevocationList(der: der, roots: [root])
    }
}

extension RevocationListDER {
    fileprivate static func listToSign(
        issuer: DistinguishedName, rootKey: ArraySlice<UInt8>, number: Int64, madeAt: Int64, nextDueAt: Int64,
        revoked: [(serialNumber: [UInt8], at: Int64)]
    ) throws -> [UInt8] {
        let authority = try Certificate.Extension(
            AuthorityKeyIdentifier(keyIdentifier: rootKey), critical: false)
        var numberBytes = DER.Serializer()
        try numberBytes.serialize(number)
        var serializer = DER.Serializer()
        try serializer.appendConstructedNode(identifier: .sequence) { list in
            try list.serialize(1)
            list.serializeRawBytes(ecdsaWithSHA256)
            try list.serialize(issuer)
            try append(madeAt, to: &list)
            try append(nextDueAt, to: &list)
            if !revoked.isEmpty {
                try list.appendConstructedNode(identifier: .sequence) { entries in
                    for entry in revoked {
                        try entries.appendConstructedNode(identifier: .sequence) { item in
                            let needsZero = (entry.serialNumber.first ?? 0x80) >= 0x80
                            try item.serialize((needsZero ? [0] : []) + entry.serialNumber[...])
                            try append(entry.at, to: &item)
                        }
                    }
                }
            }
            try list.appendConstructedNode(identifier: .init(tagWithNumber: 0, tagClass: .contextSpecific)) { tagged in
                try tagged.appendConstructedNode(identifier: .sequence) { extensions in
                    try append(authority.oid, authority.value, to: &extensions)
                    try append(crlNumber, numberBytes.serializedBytes[...], to: &extensions)
                }
            }
        }
        return serializer.serializedBytes
    }

    private static func append(
        _ identifier: ASN1ObjectIdentifier, _ value: ArraySlice<UInt8>, to extensions: inout DER.Serializer
    ) throws {
        try extensions.appendConstructedNode(identifier: .sequence) { item in
            try item.serialize(identifier)
            try item.serialize(ASN1OctetString(contentBytes: value))
        }
    }

    /// UTCTime until 2049, GeneralizedTime from then on (RFC 5280, section 5.1.2.4).
    private static func append(_ time: Int64, to serializer: inout DER.Serializer) throws {
        guard let text = SigningTime(secondsSince1970: time)?.text else {
            throw ASN1Error.invalidASN1Object(reason: "a time out of range")
        }
        let parts = text.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        if parts[0] < 2_050 {
            try serializer.serialize(
                UTCTime(
                    year: parts[0], month: parts[1], day: parts[2], hours: parts[3], minutes: parts[4],
                    seconds: parts[5]))
        } else {
            try serializer.serialize(
                GeneralizedTime(
                    year: parts[0], month: parts[1], day: parts[2], hours: parts[3], minutes: parts[4],
                    seconds: parts[5], fractionalSeconds: 0))
        }
    }
}
