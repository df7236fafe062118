package import TransferCore
package import TransferDocuments

/// Something that ends on a day: a certificate, the directory, a list of revoked certificates.
package struct TrustTerm: Hashable, Sendable {
    package let kind: Kind
    /// Whose it is; nil for what is the network's.
    package let agency: AgencyCode?
    /// The thumbprint of a certificate, the version of the directory, the number of a list.
    package let name: String
    /// The first second after it, since 1970.
    package let endsAt: Int64

    /// These names are published and never change.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case tls, signing, directory, root
        case directoryKey = "directory-key"
        case revocationList = "crl"
    }

    package init(kind: Kind, agency: AgencyCode?, name: String, endsAt: Int64) {
        self.kind = kind
        self.agency = agency
        self.name = name
        self.endsAt = endsAt
    }

    /// Whole days from a time, in seconds since 1970, to the end, rounded down: 0 on the last day, below zero after it.
    package func daysLeft(at time: Int64) -> Int64 {
        let left = endsAt - time
        return left >= 0 ? left / 86_400 : -((-left + 86_399) / 86_400)
    }

    /// The days before an end on which people are told.
    ///
    /// Source: our choice; reliability handbook, F41, has 30, 7 and 1.
    package static let warningDays: [Int64] = [60, 30, 14, 7, 1]

    /// The warning that holds at a time: of those reached the one next to the end; nil before all of them.
    package func warning(at time: Int64) -> Int64? {
        let left = daysLeft(at: time)
        return TrustTerm.warningDays.last { left <= $0 }
    }

    /// How the term stands in lists: `tls 370700 THUMBPRINT`.
    package var subject: String { ([kind.rawValue] + (agency.map { [$0.text] } ?? []) + [name]).joined(separator: " ") }

    /// The alarm that the term deserves at a time; nil while its end is far.
    package func alarm(at moment: Instant) -> TrustAlarm? {
        guard warning(at: moment.seconds) != nil else { return nil }
        let left = daysLeft(at: moment.seconds)
        guard moment.seconds < endsAt else {
            return TrustAlarm(.ended, subject, "ended at \(endsAt)", at: moment)
        }
        return TrustAlarm(.ending, subject, "\(left) days left", at: moment)
    }
}

extension TrustTerm {
    /// Every end that a node has to know: of the certificates in use of all agencies in the directory, of the directory, of
    /// the anchors and of the lists.
    ///
    /// Certificates that are no longer used at a time are left out, and so are those for which another one of the same
    /// agency and kind is used longer: they are on their way out.
    ///
    /// - Parameters:
    ///   - ownTLS: the certificate that this node shows, which the directory knows by its digests only.
    ///   - time: now, in seconds since 1970.
    package static func all(
        directory: SignedDirectory, anchors: TrustAnchors, revocations: Revocations, own: AgencyCode,
        ownTLS: NetworkCertificate?, at time: Int64
    ) -> [TrustTerm] {
        var terms = anchors.roots.map { TrustTerm(kind: .root, $0) }
        terms += anchors.directoryCertificates.map { TrustTerm(kind: .directoryKey, $0) }
        terms.append(
            TrustTerm(
                kind: .directory, agency: nil, name: "\(directory.directory.version)",
                endsAt: directory.directory.expiresAt))
        for list in revocations.lists.values.sorted(by: { $0.root.text < $1.root.text }) {
            terms.append(
                TrustTerm(kind: .revocationList, agency: nil, name: "\(list.number)", endsAt: list.nextDueAt))
        }
        for entry in directory.directory.agencies {
            let connections = entry.tlsCertificates.filter { $0.from <= time }.max { $0.until < $1.until }
            if let last = connections {
                terms.append(
                    TrustTerm(kind: .tls, agency: entry.code, name: last.thumbprint.text, endsAt: last.until))
            }
            let keys = entry.signingCertificates.filter { $0.from <= time && $0.revokedAt == nil }
            if let last = keys.max(by: { $0.until < $1.until }) {
                terms.append(
                    TrustTerm(
                        kind: .signing, agency: entry.code, name: last.certificate.thumbprint.text, endsAt: last.until))
            }
        }
        if let ownTLS, !terms.contains(where: { $0.name == ownTLS.thumbprint.text }) {
            terms.append(
                TrustTerm(
                    kind: .tls, agency: own, name: ownTLS.thumbprint.text, endsAt: ownTLS.validity.upperBound + 1))
        }
        return terms
    }

    private init(kind: Kind, _ certificate: NetworkCertificate) {
        self.init(
            kind: kind, agency: nil, name: certificate.thumbprint.text, endsAt: certificate.validity.upperBound + 1)
    }
}
