package import TransferCore
package import TransferDocuments

/// How it stands with the keys, certificates and directory of a node: for people, monitoring and `jiexu certs status`.
package struct TrustReport: Sendable {
    package let at: Instant
    package let agency: AgencyCode
    package let directory: SignedDirectory
    package let revocations: Revocations
    /// The thumbprints of the certificates with which the node connects and signs.
    package let tls: DocumentDigest?
    package let signing: DocumentDigest?
    /// In the order of their ends.
    package let terms: [TrustTerm]
    package let alarms: [TrustAlarm]
    /// What each agency in force but this one has said of its directory; nil for one that has said nothing yet.
    package let peers: [(code: AgencyCode, directory: PeerDirectory?)]

    private static let mostAlarms = 1_000

    package init(
        agency: AgencyCode, directory: SignedDirectory, anchors: TrustAnchors, revocations: Revocations,
        ownTLS: NetworkCertificate?, signing: DocumentDigest?, store: any TrustStore, at: Instant
    ) async throws(StoreError) {
        self.at = at
        self.agency = agency
        self.directory = directory
        self.revocations = revocations
        tls = ownTLS?.thumbprint
        self.signing = signing
        terms = TrustTerm.all(
            directory: directory, anchors: anchors, revocations: revocations, own: agency, ownTLS: ownTLS,
            at: at.seconds
        ).sorted { ($0.endsAt, $0.subject) < ($1.endsAt, $1.subject) }
        alarms = try await store.openAlarms(limit: TrustReport.mostAlarms)
        let known = try await store.peerDirectories()
        peers = directory.directory.agencies.filter { $0.successor == nil && $0.code != agency }.map { entry in
            (entry.code, known.first { $0.peer == entry.code })
        }
    }

    /// The peers that have not said that they work by this directory or a newer one.
    package var behind: [AgencyCode] {
        peers.filter { peer in
            guard let known = peer.directory else { return true }
            let version = directory.directory.version
            return known.version < version || (known.version == version && known.digest != directory.digest)
        }.map(\.code)
    }

    /// Whether a certificate of this agency may be taken out of use: it is not the one in use, the one in use is in the
    /// directory, and every peer has said that it works by this directory.
    ///
    /// - Returns: nil when it may; else why not, in words for people.
    package func objection(toRetiring thumbprint: DocumentDigest) -> String? {
        if thumbprint == tls || thumbprint == signing { return "it is in use here; give the node the new one first" }
        let time = at.seconds
        if let tls, directory.agency(ofTLSThumbprint: tls, at: time) != agency {
            return "the certificate for connections in use is not in directory \(directory.directory.version)"
        }
        let keys = directory[agency]?.signingCertificates ?? []
        let isListed = keys.contains {
            $0.certificate.thumbprint == signing && $0.from <= time && time < $0.until && $0.revokedAt == nil
        }
        if signing != nil, !isListed {
            return "the document key in use is not in directory \(directory.directory.version)"
        }
        guard behind.isEmpty else {
            return "these have not said that they have directory \(directory.directory.version): "
                + behind.map(\.text).joined(separator: " ")
        }
        return nil
    }

    /// The certificates of this agency that the directory still lists as usable and that are not in use.
    package var retirable: [DocumentDigest] {
        guard let entry = directory[agency] else { return [] }
        let time = at.seconds
        let used = [tls, signing]
        return entry.tlsCertificates.filter { $0.isInUse(at: time) }.map(\.thumbprint).filter { !used.contains($0) }
            + entry.signingCertificates.filter { $0.from <= time && time < $0.until && $0.revokedAt == nil }
            .map(\.certificate.thumbprint).filter { !used.contains($0) }
    }
}

/// What became of each kind of file when it was read again.
package struct TrustReload: Hashable, Sendable {
    package let what: String
    package let outcome: Outcome
    /// Why it was not taken; empty otherwise.
    package let detail: String

    /// These names are published and never change.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        case unchanged, taken, refused
    }

    package init(_ what: String, _ outcome: Outcome, _ detail: String = "") {
        self.what = what
        self.outcome = outcome
        self.detail = detail
    }
}

/// The keys and certificates of a running node, as operators see and renew them: the port of the listener to them.
package protocol TrustControl: Sendable {
    /// How it stands now.
    func report() async throws(StoreError) -> TrustReport

    /// Reads all files again. What cannot be taken is refused, and what was in force before stays.
    func reload() async -> [TrustReload]

    /// How often files were taken and refused since the start.
    var counts: (taken: Int64, refused: Int64) { get }
}
