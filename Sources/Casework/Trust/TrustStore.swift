package import TransferCore
package import TransferDocuments

/// What a node remembers of whom it believes, beyond the files that it was given: the port to the store.
///
/// What this guarantees: the newest directory and the newest list of revoked certificates of each root survive a restart, so
/// that nobody can put older ones in their place while the node is down.
package protocol TrustStore: Sendable {
    /// The signed directory that was in force last; nil for a node that has had none.
    func newestDirectory() async throws(StoreError) -> [UInt8]?

    /// Keeps a directory for ever, once for each version.
    ///
    /// - Throws: ``StoreError/caseMovedOn`` when a newer version, or other bytes of this one, are kept.
    func keep(_ directory: SignedDirectory, at: Instant) async throws(StoreError)

    /// The list with the highest number of each root, as DER.
    func newestRevocationLists() async throws(StoreError) -> [[UInt8]]

    /// Keeps a list for ever, once for each number of a root.
    ///
    /// - Throws: ``StoreError/caseMovedOn`` when one of a higher number, or other bytes of this number, are kept.
    func keep(_ list: RevocationList, at: Instant) async throws(StoreError)

    /// What each peer has said last about the directory that it works by, in the order of codes.
    func peerDirectories() async throws(StoreError) -> [PeerDirectory]

    /// Keeps what a peer says; an older statement never takes the place of a newer one.
    func keep(_ peer: PeerDirectory) async throws(StoreError)

    /// Keeps an alarm open until it is cleared; one that is open already takes the new words.
    ///
    /// - Returns: whether it was not open before.
    func raise(_ alarm: TrustAlarm) async throws(StoreError) -> Bool

    /// Ends the open alarm of a kind about a subject, if there is one.
    func clear(_ kind: TrustAlarm.Kind, _ subject: String, at: Instant) async throws(StoreError)

    /// The alarms that are open, the oldest first.
    func openAlarms(limit: Int) async throws(StoreError) -> [TrustAlarm]
}

/// What a peer has said about the directory that it works by.
package struct PeerDirectory: Hashable, Sendable {
    package let peer: AgencyCode
    package let version: Int64
    package let digest: DocumentDigest
    /// When the peer signed it, in seconds since 1970.
    package let asOf: Int64
    /// The peer's statement as it came: its evidence.
    package let statement: [UInt8]

    package init(peer: AgencyCode, version: Int64, digest: DocumentDigest, asOf: Int64, statement: [UInt8]) {
        self.peer = peer
        self.version = version
        self.digest = digest
        self.asOf = asOf
        self.statement = statement
    }
}

/// Something about keys, certificates or the directory that a person has to see to. It stays in the node's list until its
/// cause is gone.
package struct TrustAlarm: Hashable, Sendable {
    package let kind: Kind
    /// What it is about: `tls`, `signing`, `directory`, `crl`, a thumbprint or an agency's code.
    package let subject: String
    /// What was found, in words without secrets or persons.
    package let detail: String
    /// The digest of what is in force, and of what was shown instead; where there are two.
    package let held: DocumentDigest?
    package let shown: DocumentDigest?
    package let at: Instant

    /// These names are published and never change.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// A new file was not taken; the old one stays in force.
        case fileRefused = "file-refused"
        /// A directory or a list older than the one in force was shown.
        case rollback
        /// Two directories, or two lists, of one number.
        case split
        /// A peer works by a newer directory than this node.
        case directoryBehind = "directory-behind"
        /// A certificate, a key, the directory or a list comes to its end.
        case ending
        /// It has come to its end.
        case ended
        /// The next list of revoked certificates is overdue; connections are refused when the grace time is over.
        case listOverdue = "list-overdue"
        /// No lists of revoked certificates are looked at here.
        case unchecked
        /// Our own key or certificate is not in the directory, or was revoked.
        case ownKey = "own-key"
    }

    package init(
        _ kind: Kind, _ subject: String, _ detail: String, held: DocumentDigest? = nil, shown: DocumentDigest? = nil,
        at: Instant
    ) {
        self.kind = kind
        self.subject = subject
        self.detail = detail
        self.held = held
        self.shown = shown
        self.at = at
    }
}
