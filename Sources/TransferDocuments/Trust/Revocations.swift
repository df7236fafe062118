/// What a node knows of certificates that were taken back: the newest list of each root, and how long it goes on when no
/// newer one comes.
///
/// Where lists are asked for, a root without a list is a root whose certificates nobody can judge: they are refused. A list
/// whose successor is overdue holds for a grace time, and then the certificates of its root are refused too.
///
/// Source: reliability handbook, F45 and BT38 to BT42; that lists may be left out altogether is our choice: the signed
/// directory takes a certificate out of use at once in any case.
package struct Revocations: Hashable, Sendable {
    package let roots: [NetworkCertificate]
    /// By the thumbprint of the root.
    package let lists: [DocumentDigest: RevocationList]
    /// Whether every root must have a list.
    package let areRequired: Bool
    /// For how long after the time at which the next one was due a list still holds, in seconds.
    package let graceSeconds: Int64

    /// Source: reliability handbook, F45.
    package static let usualGraceSeconds: Int64 = 24 * 3_600

    /// Lists are neither asked for nor known.
    package static func unchecked(_ roots: [NetworkCertificate]) -> Revocations {
        Revocations(roots: roots, lists: [], areRequired: false)
    }

    package init(
        roots: [NetworkCertificate], lists: [RevocationList], areRequired: Bool,
        graceSeconds: Int64 = usualGraceSeconds
    ) {
        self.roots = roots
        self.lists = Dictionary(lists.map { ($0.root, $0) }) { $0.number > $1.number ? $0 : $1 }
        self.areRequired = areRequired
        self.graceSeconds = graceSeconds
    }

    /// Checks that a certificate is issued by one of the roots and not taken back at a time, in seconds since 1970.
    ///
    /// - Throws: `certificate-issuer`, `certificate-revoked`, `crl-missing` or `crl-stale`.
    package func verify(_ certificate: NetworkCertificate, at time: Int64) throws(TrustFault) {
        let root = try certificate.issuer(among: roots)
        guard let list = lists[root.thumbprint] else {
            guard areRequired else { return }
            throw TrustFault(.crlMissing, "no list of revoked certificates of the root \(root.thumbprint.text) is here")
        }
        if let revokedAt = list.revokedAt(certificate), revokedAt <= time {
            throw TrustFault(.certificateRevoked, "\(certificate.thumbprint.text) was revoked at \(revokedAt)")
        }
        guard time < list.nextDueAt + graceSeconds else {
            throw TrustFault(
                .crlStale, "list \(list.number) was to be followed by another at \(list.nextDueAt), now is \(time)")
        }
    }

    /// From when the certificate of a document key is no longer believed by the lists; nil when none names it.
    package func revokedAt(_ certificate: NetworkCertificate) -> Int64? {
        guard let root = try? certificate.issuer(among: roots) else { return nil }
        return lists[root.thumbprint]?.revokedAt(certificate)
    }
}
