/// What a node trusts without being told by anyone: the roots of the network and the certificates of the directory's
/// key. They come by hand, on a separate way, as one file of PEM blocks.
///
/// There is one of each; for the time in which one of them changes there may be several, and an old root stays as long
/// as evidence under it is kept.
package struct TrustAnchors: Hashable, Sendable {
    package let roots: [NetworkCertificate]
    package let directoryCertificates: [NetworkCertificate]

    /// 1 to 8 of each.
    private static let most = 8

    /// Reads the file: blocks of the kind CERTIFICATE, each a root or a directory certificate issued by one of the
    /// roots, none twice.
    ///
    /// - Throws: `anchors-form`, or the fault of a certificate or of the PEM text.
    package init(pem: String) throws(TrustFault) {
        try self.init(try NetworkCertificate.all(inPEM: pem))
    }

    package init(_ certificates: [NetworkCertificate]) throws(TrustFault) {
        roots = certificates.filter { $0.purpose == .root }
        directoryCertificates = certificates.filter { $0.purpose == .directory }
        guard (1...TrustAnchors.most).contains(roots.count),
            (1...TrustAnchors.most).contains(directoryCertificates.count)
        else {
            throw TrustFault(.anchorsForm, "expected a root and a directory certificate, and at most 8 of each")
        }
        if let other = certificates.first(where: { $0.purpose != .root && $0.purpose != .directory }) {
            throw TrustFault(.anchorsForm, "a certificate for \(other.purpose) is no anchor")
        }
        guard Set(certificates).count == certificates.count else {
            throw TrustFault(.anchorsForm, "a certificate stands there twice")
        }
        for root in roots { try root.verify(issuedBy: [root]) }
        for certificate in directoryCertificates { try certificate.verify(issuedBy: roots) }
    }
}
