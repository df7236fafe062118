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
    private let held: HeldLists

    /// By the thumbprint of the root.
    package var lists: [DocumentDigest: RevocationList] { held.lists }
    /// Whether every root must have a list.
    package var areRequired: Bool { held.areRequired }
    /// For how long after the time at which the next one was due a list still holds, in seconds.
    package var graceSeconds: Int64 { held.graceSeconds }

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
        held = HeldLists(lists, areRequired: areRequired, graceSeconds: graceSeconds)
    }

    /// Checks that a certificate is issued by one of the roots and not taken back at a time, in seconds since 1970.
    ///
    /// - Throws: `certificate-issuer`, `certificate-revoked`, `crl-missing` or `crl-stale`.
    package func verify(_ certificate: NetworkCertificate, at time: Int64) throws(TrustFault) {
        let root = try certificate.issuer(among: roots)
        try held.verify(certificate.serialNumber, of: root.thumbprint, certificate.thumbprint.text, at: time)
    }

    /// From when the certificate of a document key is no longer believed by the lists; nil when none names it.
    package func revokedAt(_ certificate: NetworkCertificate) -> Int64? {
        guard let root = try? certificate.issuer(among: roots) else { return nil }
        return lists[root.thumbprint]?.revokedAt(certificate)
    }
}

/// The newest list of each issuer, and what it says of a certificate.
struct HeldLists: Hashable, Sendable {
    /// By the thumbprint of the issuer.
    let lists: [DocumentDigest: RevocationList]
    /// Whether every issuer must have a list.
    let areRequired: Bool
    /// For how long after the time at which the next one was due a list still holds, in seconds.
    let graceSeconds: Int64

    init(_ lists: [RevocationList], areRequired: Bool, graceSeconds: Int64) {
        self.lists = Dictionary(lists.map { ($0.root, $0) }) { $0.number > $1.number ? $0 : $1 }
        self.areRequired = areRequired
        self.graceSeconds = graceSeconds
    }

    /// - Parameters:
    ///   - serialNumber: its bytes without leading zeros.
    ///   - name: what the fault calls the certificate.
    /// - Throws: `certificate-revoked`, `crl-missing` or `crl-stale`.
    func verify(
        _ serialNumber: [UInt8], of issuer: DocumentDigest, _ name: String, at time: Int64
    ) throws(TrustFault) {
        guard let list = lists[issuer] else {
            guard areRequired else { return }
            throw TrustFault(.crlMissing, "no list of revoked certificates of the root \(issuer.text) is here")
        }
        if let revokedAt = list.revokedAt(serialNumber), revokedAt <= time {
            throw TrustFault(.certificateRevoked, "\(name) was revoked at \(revokedAt)")
        }
        guard time < list.nextDueAt + graceSeconds else {
            throw TrustFault(
                .crlStale, "list \(list.number) was to be followed by another at \(list.nextDueAt), now is \(time)")
        }
    }
}
