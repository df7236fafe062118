package import TransferCore
package import TransferDocuments

/// The port of a node's append-only log: the tree over its leaves, its own heads, and what it holds of the logs of others.
package protocol EvidenceStore: Sendable {
    // The tree

    /// The size and the root of the log as it is now.
    func tree() async throws(StoreError) -> (size: Int64, root: DocumentDigest)
    /// The root over the first leaves; the log has at least so many.
    func root(ofFirst size: Int64) async throws(StoreError) -> DocumentDigest
    /// A proof of consistency; the log has at least as many leaves as the larger size.
    func consistency(from old: Int64, to size: Int64) async throws(StoreError) -> [DocumentDigest]
    /// The paths of leaves in the tree of a size, in the order of the positions, which are all smaller than it.
    func inclusion(of positions: [Int64], in size: Int64) async throws(StoreError) -> [[DocumentDigest]]
    /// The leaves of a case, in ascending order of their positions.
    func leaves(of number: CaseNumber) async throws(StoreError) -> [CaseLeaf]

    // Our own heads

    /// The epoch of the log: 1, and one more for every loss that was accepted.
    func epoch() async throws(StoreError) -> Int
    /// The newest head of this epoch; nil for none.
    func newestOwnHead() async throws(StoreError) -> SignedTreeHead?
    /// Keeps a head for ever, in one transaction with the look that it is larger and later than the newest one.
    ///
    /// - Returns: the newest head: this one, or one that is as large or larger and was kept before.
    /// - Throws: ``StoreError/caseMovedOn`` when a smaller head was kept with a later moment: sign again.
    func keepOwnHead(_ head: SignedTreeHead) async throws(StoreError) -> SignedTreeHead

    // Notes

    /// Appends a leaf for a certificate or a directory, unless the newest note of this kind says the same.
    func note(_ fact: LogNote.Fact, at: Instant) async throws(StoreError)
    /// Keeps a head of ours that others hold and our log does not go back to.
    func keepMissing(_ head: SignedTreeHead, shownBy peer: AgencyCode, at: Instant) async throws(StoreError)
    /// Such a head while nobody has accepted the loss; the largest of them.
    func missingHead() async throws(StoreError) -> SignedTreeHead?
    /// Goes on with the log as it is: appends a leaf that says so, and begins the next epoch.
    ///
    /// - Returns: the epoch that begins; nil when nothing is missing.
    func acceptLoss(reason: String, at: Instant) async throws(StoreError) -> Int?

    // The heads of others

    /// The agencies with which there ever was a case, or whose heads are held.
    func logPeers() async throws(StoreError) -> [AgencyCode]
    /// The newest head of an agency that was accepted; nil for none.
    func newestHead(of agency: AgencyCode) async throws(StoreError) -> SignedTreeHead?
    /// A head that was accepted, by its epoch and size.
    func head(of agency: AgencyCode, epoch: Int, size: Int64) async throws(StoreError) -> SignedTreeHead?
    /// The newest accepted heads of all agencies, the latest taken first.
    func newestHeads(limit: Int) async throws(StoreError) -> [SignedTreeHead]
    /// Keeps a head that was accepted after another one.
    ///
    /// - Throws: ``StoreError/caseMovedOn`` when the newest head of the agency is not that other one any more.
    func keep(
        _ head: SignedTreeHead, after last: SignedTreeHead?, proof: [DocumentDigest], at: Instant
    ) async throws(StoreError)

    /// Keeps a head of an agency that another one has shown, until its own agency proves that it goes on from it. Of each
    /// agency a few are kept at most.
    func keepShown(_ head: SignedTreeHead, by peer: AgencyCode, at: Instant) async throws(StoreError)
    /// Heads that were shown and not proved yet, oldest first.
    func shownHeads(of agency: AgencyCode, limit: Int) async throws(StoreError) -> [SignedTreeHead]
    func settleShown(_ head: SignedTreeHead, at: Instant) async throws(StoreError)

    /// Keeps evidence of a history that does not agree with itself; the same evidence once. Of each agency a hundred are
    /// kept at most.
    ///
    /// - Returns: whether it is new.
    @discardableResult
    func keep(_ conflict: HeadConflict) async throws(StoreError) -> Bool
    /// All conflicts, the oldest first.
    func headConflicts(limit: Int) async throws(StoreError) -> [HeadConflict]

    // Alarms and who holds what: see ``HeadAlarm`` and ``HeldHeads``

    /// All conflicts with who has acknowledged them, the oldest first.
    func headAlarms(limit: Int) async throws(StoreError) -> [HeadAlarm]
    /// Keeps that a person has acknowledged an alarm, with a leaf; a second time by the same person changes nothing.
    ///
    /// - Returns: the alarm as it is then; nil when there is none of this number.
    func acknowledge(
        _ alarm: Int64, by person: String, account: String, reason: String, at: Instant
    ) async throws(StoreError) -> HeadAlarm?
    /// Notes that another agency holds a head of ours.
    func noteHeld(_ head: TreeHead, by peer: AgencyCode, at: Instant) async throws(StoreError)
    func heldHeads() async throws(StoreError) -> HeldHeads

    // Time-stamps

    /// Keeps a time-stamp over a head of ours.
    func keep(_ stamp: TreeStamp) async throws(StoreError)
    /// The stamps over the smallest head of the present epoch that has any and covers a position.
    func stamps(covering position: Int64) async throws(StoreError) -> [TreeStamp]
    /// The newest stamp of an authority; nil for none.
    func newestStamp(by authority: String) async throws(StoreError) -> TreeStamp?
    /// The moment in the newest stamp of each authority, by its name.
    func newestStampTimes() async throws(StoreError) -> [String: Instant]
    /// All stamps, the oldest first.
    func stamps(limit: Int) async throws(StoreError) -> [TreeStamp]
    /// One of our own heads.
    func ownHead(epoch: Int, size: Int64) async throws(StoreError) -> SignedTreeHead?
}

/// One leaf of a case.
package struct CaseLeaf: Hashable, Sendable {
    package let kind: LeafEntry.Kind
    /// The key of the row within its kind; ascending in the order in which rows of the kind were written.
    package let subject: Int64
    package let position: Int64

    package init(kind: LeafEntry.Kind, subject: Int64, position: Int64) {
        self.kind = kind
        self.subject = subject
        self.position = position
    }
}

/// Something about the node itself that has a leaf in its log.
package struct LogNote: Hashable, Sendable {
    package let at: Instant
    package let fact: Fact

    package enum Fact: Hashable, Sendable {
        /// The certificate with whose key the node signs from now on.
        case key(certificate: DocumentDigest)
        /// The directory that holds from now on.
        case directory(version: Int, digest: DocumentDigest)
        /// That a person went on with a log of which a part was lost.
        case loss(epoch: Int, reason: String)
        /// The settings file with which the node works from now on.
        case settings(digest: DocumentDigest)
    }

    package init(at: Instant, fact: Fact) {
        self.at = at
        self.fact = fact
    }

    package var kind: LeafEntry.Kind {
        switch fact {
        case .key: .key
        case .directory: .directory
        case .loss: .loss
        case .settings: .settings
        }
    }
}

/// Evidence that the history of an agency does not agree with itself: two heads that it signed.
package struct HeadConflict: Hashable, Sendable {
    package let kind: Kind
    /// The head that was not accepted, or only with this alarm.
    package let shown: SignedTreeHead
    /// The head that was held.
    package let held: SignedTreeHead
    /// The proof that came with the shown head and does not hold; empty for none.
    package let proof: [DocumentDigest]
    /// Who showed it: the agency itself, or another one.
    package let shownBy: AgencyCode
    package let at: Instant

    /// These names are published and never change.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Signed later, and smaller: a part of the log is gone.
        case smaller
        /// As large, with another root.
        case otherRoot = "other-root"
        /// Larger, and it does not go on from the one that was held.
        case inconsistent
        /// Signed later, of an epoch before.
        case olderEpoch = "older-epoch"
        /// The agency says that it lost a part of its log and went on.
        case restarted
        /// Another agency was shown a history that does not go together with ours.
        case forked
    }

    package init(
        kind: Kind, shown: SignedTreeHead, held: SignedTreeHead, proof: [DocumentDigest], shownBy: AgencyCode,
        at: Instant
    ) {
        self.kind = kind
        self.shown = shown
        self.held = held
        self.proof = proof
        self.shownBy = shownBy
        self.at = at
    }

    /// The agency whose history it is.
    package var agency: AgencyCode { shown.head.agency }
}

extension HeadConflict: CustomStringConvertible {
    package var description: String {
        "\(agency) \(kind.rawValue): size \(shown.head.size) of epoch \(shown.head.epoch) was shown by \(shownBy), "
            + "size \(held.head.size) of epoch \(held.head.epoch) is held"
    }
}
