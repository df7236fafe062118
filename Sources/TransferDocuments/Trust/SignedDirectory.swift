package import Crypto
package import TransferCore

/// A directory whose signature and entries were verified, ready for the questions that every message asks.
///
/// Each answer costs one look into a table; certificates were parsed and verified once, when the directory was opened.
package struct SignedDirectory: Sendable {
    package let directory: AgencyDirectory
    /// The signed bytes as they came.
    package let bytes: [UInt8]
    /// SHA-256 of the signed bytes.
    package let digest: DocumentDigest
    private let entries: [AgencyCode: DirectoryEntry]
    private var signers: [DocumentDigest: Signer]
    private let connections: [DocumentDigest: Connection]
    /// Whether any document key in it was ever taken back: where none was, nobody has to look for one.
    package private(set) var hasRevokedKeys: Bool

    /// No directory is longer, in bytes.
    package static let longest = 16 << 20
    /// How far the issuer's clock may be ahead of ours, in seconds.
    package static let clockTolerance: Int64 = 300

    /// What is done with a directory that has expired.
    package enum ExpiryRule: Sendable {
        /// Not opened: for everything that begins something new.
        case refused
        /// Opened nevertheless: to verify what was signed before, and to go on with what has begun.
        case allowedForEvidence
    }

    private struct Signer {
        let agency: AgencyCode
        let publicKey: P256.Signing.PublicKey
        let from: Int64
        let until: Int64
        var revokedAt: Int64?
    }

    private struct Connection {
        let agency: AgencyCode
        let entry: TLSCertificateEntry
    }

    /// Verifies a signed directory: the signature by a pinned directory certificate, the times, and the entries.
    ///
    /// - Parameters:
    ///   - bytes: a JWS of the type `jiexu-directory`, compact.
    ///   - time: now, in seconds since 1970.
    /// - Throws: `directory-signature`, `directory-form`, `directory-expired`, `directory-future`,
    ///   `directory-conflict`, or the fault of a certificate.
    package static func open(
        _ bytes: [UInt8], anchors: TrustAnchors, at time: Int64, expiry: ExpiryRule = .refused
    ) throws(TrustFault) -> SignedDirectory {
        let signature: JWS
        do {
            signature = try JWS.parse(bytes, typ: .directory, maximumBytes: longest)
        } catch {
            throw TrustFault(.directorySignature, "not a signed directory: \(error)")
        }
        let thumbprint = signature.header.certificate
        guard let issuer = anchors.directoryCertificates.first(where: { $0.thumbprint == thumbprint }) else {
            throw TrustFault(.directorySignature, "signed by a key that is no anchor of ours")
        }
        do {
            try signature.verify(with: issuer.publicKey)
        } catch {
            throw TrustFault(.directorySignature, "the signature does not belong to these bytes")
        }
        let directory = try AgencyDirectory(payload: signature.payload)
        let signedAt = signature.header.signingTime.secondsSince1970
        guard issuer.isValid(at: signedAt), issuer.isValid(at: directory.issuedAt) else {
            throw TrustFault(.directorySignature, "the directory's certificate was not valid when it signed")
        }
        guard directory.issuedAt < directory.expiresAt, directory.issuedAt <= signedAt + clockTolerance,
            signedAt < directory.expiresAt
        else { throw TrustFault(.directoryConflict, "was signed outside its own time") }
        guard directory.issuedAt <= time + clockTolerance else {
            throw TrustFault(.directoryFuture, "issued at \(directory.issuedAt), now is \(time)")
        }
        if time >= directory.expiresAt, expiry == .refused {
            throw TrustFault(.directoryExpired, "expired at \(directory.expiresAt), now is \(time)")
        }
        return try SignedDirectory(directory, bytes: bytes, roots: anchors.roots)
    }

    private init(_ directory: AgencyDirectory, bytes: [UInt8], roots: [NetworkCertificate]) throws(TrustFault) {
        var entries: [AgencyCode: DirectoryEntry] = [:]
        var signers: [DocumentDigest: Signer] = [:]
        var connections: [DocumentDigest: Connection] = [:]
        var owners = KeyOwners()
        for entry in directory.agencies {
            guard entries.updateValue(entry, forKey: entry.code) == nil else {
                throw TrustFault(.directoryConflict, "agency \(entry.code) stands there twice")
            }
            for item in entry.signingCertificates {
                let certificate = item.certificate
                guard certificate.purpose == .signing(entry.code) else {
                    throw TrustFault(
                        .directoryConflict, "agency \(entry.code) shows a certificate for \(certificate.purpose)")
                }
                try certificate.verify(issuedBy: roots)
                guard certificate.isValid(at: item.from), certificate.isValid(at: item.until - 1) else {
                    throw TrustFault(
                        .directoryConflict, "agency \(entry.code) uses \(certificate.thumbprint.text) beyond its time")
                }
                let signer = Signer(
                    agency: entry.code, publicKey: certificate.publicKey, from: item.from, until: item.until,
                    revokedAt: item.revokedAt)
                guard signers.updateValue(signer, forKey: certificate.thumbprint) == nil else {
                    throw TrustFault(.directoryConflict, "\(certificate.thumbprint.text) stands there twice")
                }
                try owners.add(certificate.keyPin, .signing(entry.code))
            }
            for item in entry.tlsCertificates {
                let connection = Connection(agency: entry.code, entry: item)
                guard connections.updateValue(connection, forKey: item.thumbprint) == nil else {
                    throw TrustFault(.directoryConflict, "\(item.thumbprint.text) stands there twice")
                }
                try owners.add(item.keyPin, .tls(entry.code))
            }
        }
        for entry in directory.agencies {
            if let successor = entry.successor, entries[successor] == nil || successor == entry.code {
                throw TrustFault(.directoryConflict, "the successor of \(entry.code) is not another agency of it")
            }
        }
        if let thumbprint = connections.keys.first(where: { signers[$0] != nil }) {
            throw TrustFault(.directoryConflict, "\(thumbprint.text) stands there for connections and for documents")
        }
        self.directory = directory
        self.bytes = bytes
        self.entries = entries
        self.signers = signers
        self.connections = connections
        hasRevokedKeys = signers.values.contains { $0.revokedAt != nil }
        digest = DocumentDigest(of: bytes)
    }

    /// Who has each key, for which purpose: a key serves one agency and one purpose.
    private struct KeyOwners {
        private var purposes: [DocumentDigest: NetworkCertificate.Purpose] = [:]

        mutating func add(_ pin: DocumentDigest, _ purpose: NetworkCertificate.Purpose) throws(TrustFault) {
            if let other = purposes.updateValue(purpose, forKey: pin), other != purpose {
                throw TrustFault(.directoryConflict, "one key is for \(other) and for \(purpose)")
            }
        }
    }
}

extension SignedDirectory {
    /// Whose key a signature names, if it could be signed with it.
    ///
    /// - Parameters:
    ///   - thumbprint: of the signing certificate, from the header of the signature.
    ///   - signedAt: when the signer says it signed, in seconds since 1970.
    ///   - seenAt: when the signature was first seen by someone who is believed: on receipt it is now; later it is the
    ///     time of the receipt or of a time-stamp. A thief of a key can write any `signedAt`, but no `seenAt`.
    /// - Throws: `key-unknown`, `key-purpose`, `key-time` or `key-revoked`.
    package func signer(
        thumbprint: DocumentDigest, signedAt: Int64, seenAt: Int64
    ) throws(TrustFault) -> (agency: AgencyCode, publicKey: P256.Signing.PublicKey) {
        guard let signer = signers[thumbprint] else {
            if let connection = connections[thumbprint] {
                throw TrustFault(.keyPurpose, "this is the key of the connections of agency \(connection.agency)")
            }
            throw TrustFault(.keyUnknown, "no agency of directory \(directory.version) has the key \(thumbprint.text)")
        }
        guard signer.from <= signedAt, signedAt < signer.until else {
            throw TrustFault(.keyTime, "the key of agency \(signer.agency) was not in use at \(signedAt)")
        }
        if let revokedAt = signer.revokedAt, max(signedAt, seenAt) >= revokedAt {
            throw TrustFault(.keyRevoked, "the key of agency \(signer.agency) was revoked at \(revokedAt)")
        }
        return (signer.agency, signer.publicKey)
    }

    /// Whether an agency has a document key that is in use at a moment: without one nothing that it signs then is believed,
    /// by anybody, ever. An agency of which no key is listed has signed nothing that could be judged, and passes.
    ///
    /// - Parameter time: in seconds since 1970.
    package func hasKey(of agency: AgencyCode, inUseAt time: Int64) -> Bool {
        guard let keys = entries[agency]?.signingCertificates, !keys.isEmpty else { return true }
        return keys.contains { key in
            (try? signer(thumbprint: key.certificate.thumbprint, signedAt: time, seenAt: time)) != nil
        }
    }

    /// Whose signature it is: the key that it names was bound to that agency when it signed, and has signed these bytes.
    ///
    /// - Parameters:
    ///   - signature: as it was parsed; nothing of it was believed yet.
    ///   - seenAt: as above; nil for when it was signed, which is how a thing is judged that was taken before.
    /// - Throws: a ``TrustFault`` for the key, or a ``JWSFault`` for the signature.
    package func signer(of signature: JWS, seenAt: Int64?) throws -> AgencyCode {
        let signedAt = signature.header.signingTime.secondsSince1970
        let key = try signer(
            thumbprint: signature.header.certificate, signedAt: signedAt, seenAt: seenAt ?? signedAt)
        try signature.verify(with: key.publicKey)
        return key.agency
    }

    /// The agency that connects with a certificate, nil when the directory has none for it at this time.
    package func agency(ofTLSThumbprint thumbprint: DocumentDigest, at time: Int64) -> AgencyCode? {
        guard let connection = connections[thumbprint], connection.entry.isInUse(at: time) else { return nil }
        return connection.agency
    }

    /// The entry of an agency; nil when it is not in the directory.
    package subscript(code: AgencyCode) -> DirectoryEntry? { entries[code] }

    /// Whether the directory is no longer good for new cases.
    package func isExpired(at time: Int64) -> Bool { time >= directory.expiresAt }

    /// The same directory with what the roots have taken back: a document key that a list names is not believed from the
    /// time of the list or of the directory on, whichever is earlier.
    package func applying(_ revocations: Revocations) -> SignedDirectory {
        var applied = self
        for entry in directory.agencies {
            for item in entry.signingCertificates {
                guard let listed = revocations.revokedAt(item.certificate) else { continue }
                let known = applied.signers[item.certificate.thumbprint]?.revokedAt
                applied.signers[item.certificate.thumbprint]?.revokedAt = min(listed, known ?? listed)
                applied.hasRevokedKeys = true
            }
        }
        return applied
    }

    /// From when a document key is no longer believed; nil when it was not taken back.
    package func revokedAt(_ thumbprint: DocumentDigest) -> Int64? { signers[thumbprint]?.revokedAt }

    /// Checks that this directory may take the place of another: a higher version, or the same one byte for byte.
    ///
    /// - Throws: `directory-rollback` or `directory-split`.
    package func verify(succeeds previous: SignedDirectory) throws(TrustFault) {
        if directory.version == previous.directory.version {
            guard digest == previous.digest else {
                throw TrustFault(.directorySplit, "there are two directories of version \(directory.version)")
            }
        } else if directory.version < previous.directory.version {
            throw TrustFault(
                .directoryRollback, "version \(directory.version) after version \(previous.directory.version)")
        }
    }
}
