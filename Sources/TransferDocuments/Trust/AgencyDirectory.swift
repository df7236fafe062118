package import TransferCore

/// The directory of agencies: who takes part in the network, where each is reached, which keys are its own, what it can
/// receive and within which limits it answers.
///
/// It is a document of its own, signed by the directory key, numbered and with an end (``SignedDirectory``). Keys that
/// once signed documents stay in it for ever, with the time in which they were used: evidence outlives keys.
package struct AgencyDirectory: Hashable, Sendable {
    /// Rises with every issue; never falls.
    package let version: Int64
    /// Seconds since 1970.
    package let issuedAt: Int64
    /// The first second at which the directory is no longer good for new cases.
    package let expiresAt: Int64
    /// In the order of their codes; at most ``mostAgencies``.
    package let agencies: [DirectoryEntry]

    package static let mostAgencies = 10_000

    package init(version: Int64, issuedAt: Int64, expiresAt: Int64, agencies: [DirectoryEntry]) {
        self.version = version
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.agencies = agencies.sorted { $0.code < $1.code }
    }
}

/// One agency of the directory.
package struct DirectoryEntry: Hashable, Sendable {
    package let code: AgencyCode
    /// The name as it stands on letters: 1 to 100 characters.
    package let nameChinese: String
    package let nameEnglish: String
    package let endpoint: EndpointURL
    /// The certificates with which it connects and is connected to: 1 to 8, more than one while they change.
    package let tlsCertificates: [TLSCertificateEntry]
    /// The certificates with which it signs and ever signed documents: 1 to 64.
    package let signingCertificates: [SigningCertificateEntry]
    /// What it can receive as a destination, and on which days.
    package let receives: [Capability]
    package let deadlineProfile: DeadlineProfile
    /// The account to which remittances for this agency are paid.
    package let remittanceAccount: BankAccount
    /// The agency that took over when this one was closed or renumbered.
    package let successor: AgencyCode?

    package init(
        code: AgencyCode, nameChinese: String, nameEnglish: String, endpoint: EndpointURL,
        tlsCertificates: [TLSCertificateEntry], signingCertificates: [SigningCertificateEntry], receives: [Capability],
        deadlineProfile: DeadlineProfile, remittanceAccount: BankAccount, successor: AgencyCode? = nil
    ) {
        self.code = code
        self.nameChinese = nameChinese
        self.nameEnglish = nameEnglish
        self.endpoint = endpoint
        self.tlsCertificates = tlsCertificates
        self.signingCertificates = signingCertificates
        self.receives = receives
        self.deadlineProfile = deadlineProfile
        self.remittanceAccount = remittanceAccount
        self.successor = successor
    }

    /// Whether the agency can take a branch of a transfer on a day.
    package func canReceive(_ branch: Branch, on day: CivilDate) -> Bool {
        receives.contains { $0.branch == branch && $0.from <= day && $0.until.map { day < $0 } ?? true }
    }

    /// The pins of the keys of which one must show itself at the endpoint at a time.
    package func keyPins(at time: Int64) -> [DocumentDigest] {
        tlsCertificates.filter { $0.isInUse(at: time) }.map(\.keyPin)
    }
}

/// A certificate of an agency's connections, by its digests: the certificate itself is shown in every handshake.
package struct TLSCertificateEntry: Hashable, Sendable {
    /// SHA-256 of the certificate.
    package let thumbprint: DocumentDigest
    /// SHA-256 of its public key (SubjectPublicKeyInfo): whoever connects to the agency checks it before sending.
    package let keyPin: DocumentDigest
    /// Seconds since 1970: the first second of use, and the first one after it.
    package let from: Int64
    package let until: Int64

    package init(thumbprint: DocumentDigest, keyPin: DocumentDigest, from: Int64, until: Int64) {
        self.thumbprint = thumbprint
        self.keyPin = keyPin
        self.from = from
        self.until = until
    }

    /// The entry for a certificate over all the time for which it was issued.
    package init(_ certificate: NetworkCertificate) {
        self.init(
            thumbprint: certificate.thumbprint, keyPin: certificate.keyPin, from: certificate.validity.lowerBound,
            until: certificate.validity.upperBound + 1)
    }

    package func isInUse(at time: Int64) -> Bool { from <= time && time < until }
}

/// A certificate of an agency's documents, whole, so that a signature can be checked offline years later.
package struct SigningCertificateEntry: Hashable, Sendable {
    package let certificate: NetworkCertificate
    /// Seconds since 1970: the first second of use, and the first one after it.
    package let from: Int64
    package let until: Int64
    /// From when the key is no longer believed, if it was lost or taken.
    package let revokedAt: Int64?

    package init(certificate: NetworkCertificate, from: Int64, until: Int64, revokedAt: Int64? = nil) {
        self.certificate = certificate
        self.from = from
        self.until = until
        self.revokedAt = revokedAt
    }

    /// The entry for a certificate over all the time for which it was issued.
    package init(_ certificate: NetworkCertificate) {
        self.init(
            certificate: certificate, from: certificate.validity.lowerBound,
            until: certificate.validity.upperBound + 1)
    }
}

/// That an agency can receive a branch from one day on, until before another.
package struct Capability: Hashable, Sendable {
    package let branch: Branch
    package let from: CivilDate
    /// The first day on which it no longer can; nil when no end is known.
    package let until: CivilDate?

    package init(branch: Branch, from: CivilDate, until: CivilDate? = nil) {
        self.branch = branch
        self.from = from
        self.until = until
    }
}

/// The limits within which an agency answers, in working days, by the name of the step.
package struct DeadlineProfile: Hashable, Sendable {
    /// 1 to 64 characters.
    package let name: String
    /// Names of 1 to 40 lower-case letters and hyphens; 1 to 400 days each; at most 32.
    package let workingDays: [String: Int]

    package init(name: String, workingDays: [String: Int]) {
        self.name = name
        self.workingDays = workingDays
    }
}
