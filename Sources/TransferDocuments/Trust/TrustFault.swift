/// Why a certificate, the anchors, a directory or a key is not trusted.
package struct TrustFault: Error, Hashable, Sendable {
    package let code: Code
    /// What was found where, and what to do about it. Names agencies and thumbprints, never a key or a person.
    package let detail: String

    package init(_ code: Code, _ detail: String) {
        self.code = code
        self.detail = detail
    }

    /// These codes are published and never change.
    package enum Code: String, Sendable, CaseIterable {
        // Certificates.
        /// Not a certificate, or not one with the algorithms and extensions of this network.
        case certificateForm = "certificate-form"
        /// A certificate made for something else than what it is used for.
        case certificatePurpose = "certificate-purpose"
        /// Not issued by a root of this network.
        case certificateIssuer = "certificate-issuer"
        /// Outside the time for which the certificate was issued.
        case certificateTime = "certificate-time"
        /// Taken back by its root before its end.
        case certificateRevoked = "certificate-revoked"
        /// The file of trust anchors is not what it should be.
        case anchorsForm = "anchors-form"

        // Lists of certificates that were taken back.
        /// Not such a list, or not one of the form of this network.
        case crlForm = "crl-form"
        /// Not signed by a root of this network.
        case crlIssuer = "crl-issuer"
        /// A number lower than the one already known.
        case crlRollback = "crl-rollback"
        /// The number already known, with other bytes.
        case crlSplit = "crl-split"
        /// Made later than now: one of the two clocks is wrong.
        case crlFuture = "crl-future"
        /// No list of a root is known, and lists are asked for.
        case crlMissing = "crl-missing"
        /// The next list is overdue, and the grace time is over.
        case crlStale = "crl-stale"

        // The directory.
        case directoryForm = "directory-form"
        case directorySignature = "directory-signature"
        case directoryExpired = "directory-expired"
        /// Issued later than now: one of the two clocks is wrong.
        case directoryFuture = "directory-future"
        /// The entries contradict each other or the certificates in them.
        case directoryConflict = "directory-conflict"
        /// A version lower than the one already known.
        case directoryRollback = "directory-rollback"
        /// The version already known, with other bytes.
        case directorySplit = "directory-split"

        // Keys that sign documents.
        /// No agency of the directory has this key.
        case keyUnknown = "key-unknown"
        /// The key was not in use at that time.
        case keyTime = "key-time"
        /// The key was revoked before the signature was seen.
        case keyRevoked = "key-revoked"
        /// The key is in the directory, but not for signing documents.
        case keyPurpose = "key-purpose"
    }
}

extension TrustFault: CustomStringConvertible {
    package var description: String { "\(code.rawValue): \(detail)" }
}
