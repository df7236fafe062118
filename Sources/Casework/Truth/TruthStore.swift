package import TransferCore
package import TransferDocuments

/// The port of what a node keeps to compare its books with those of other agencies, and to prove what it sent.
package protocol TruthStore: Sendable {
    /// The cases with one of some agencies whose numbers lie behind another, in ascending order: the live ones, and those
    /// that ended since a moment.
    ///
    /// - Parameter limit: the most cases.
    func sharedCases(
        with peers: [AgencyCode], after: CaseNumber?, endedSince: Instant, limit: Int
    ) async throws(StoreError) -> [CaseFacts]

    /// Those of the numbers that are cases with one of some agencies, in ascending order.
    func sharedCases(with peers: [AgencyCode], named: [CaseNumber]) async throws(StoreError) -> [CaseFacts]

    /// The agencies with which there ever was a case.
    func casePeers() async throws(StoreError) -> [AgencyCode]

    /// The next serial number of a statement for an agency, given once for ever; a crash may leave a gap.
    func reserveDigestSerial(for peer: AgencyCode) async throws(StoreError) -> Int

    /// Keeps statements, and what comparing them came to, in one transaction. Differences that are not found any more in
    /// the run that was compared are cleared.
    ///
    /// - Throws: ``StoreError/duplicate`` when a statement of the same signer and serial is kept already.
    func keep(_ statements: [KeptStatement], _ comparison: KeptComparison?) async throws(StoreError)

    /// How many statements of a peer were kept since a moment.
    func statementCount(of peer: AgencyCode, since: Instant) async throws(StoreError) -> Int

    /// When the books were last compared with a peer to the end; nil for never.
    func lastComparison(with peer: AgencyCode) async throws(StoreError) -> Instant?

    /// Differences that are not cleared, by case number; of one peer, or of all.
    func openDifferences(with peer: AgencyCode?, limit: Int) async throws(StoreError) -> [KeptDifference]

    /// Every failed attempt of the documents of a case that are ours, in the order of documents and attempts.
    func deliveryAttempts(of number: CaseNumber) async throws(StoreError) -> [DeliveryHistory]
}

/// What the tables say of a case, without the bytes of its documents.
package struct CaseFacts: Sendable {
    package let number: CaseNumber
    package let role: Role
    /// The branches that are paid out in this case.
    package let payouts: [Branch]
    package let isTerminal: Bool
    package let since: Instant
    /// In the order in which they were committed.
    package let events: [Event]
    /// The moment of the newest event, document or receipt.
    package let movedAt: Instant
    /// In the order in which they were committed.
    package let documents: [Document]
    package let postings: [Posting]
    /// The compact JWS of the newest completion notice that came in and was accepted; nil for none.
    package let completionNotice: [UInt8]?

    /// An event, by what its replay needs.
    package struct Event: Hashable, Sendable {
        package let branch: Branch
        package let name: String
        package let code: String?

        package init(branch: Branch, name: String, code: String?) {
            self.branch = branch
            self.name = name
            self.code = code
        }
    }

    package struct Document: Hashable, Sendable {
        package let isOwn: Bool
        package let digest: DocumentDigest
        package let hasReceipt: Bool
        package let isRefused: Bool

        package init(isOwn: Bool, digest: DocumentDigest, hasReceipt: Bool, isRefused: Bool) {
            self.isOwn = isOwn
            self.digest = digest
            self.hasReceipt = hasReceipt
            self.isRefused = isRefused
        }
    }

    /// A group of lines, by the published names of its kind and accounts.
    package struct Posting: Hashable, Sendable {
        package let kind: String
        package let lines: [Line]

        package struct Line: Hashable, Sendable {
            package let account: String
            package let amount: Money

            package init(account: String, amount: Money) {
                self.account = account
                self.amount = amount
            }
        }

        package init(kind: String, lines: [Line]) {
            self.kind = kind
            self.lines = lines
        }
    }

    package init(
        number: CaseNumber, role: Role, payouts: [Branch], isTerminal: Bool, since: Instant, events: [Event],
        movedAt: Instant, documents: [Document], postings: [Posting], completionNotice: [UInt8]?
    ) {
        self.number = number
        self.role = role
        self.payouts = payouts
        self.isTerminal = isTerminal
        self.since = since
        self.events = events
        self.movedAt = movedAt
        self.documents = documents
        self.postings = postings
        self.completionNotice = completionNotice
    }
}

/// A signed statement of either side, as it is kept for ever.
package struct KeptStatement: Hashable, Sendable {
    package let peer: AgencyCode
    package let isOwn: Bool
    package let serial: Int
    package let at: Instant
    /// The compact JWS.
    package let bytes: [UInt8]

    package init(peer: AgencyCode, isOwn: Bool, serial: Int, at: Instant, bytes: [UInt8]) {
        self.peer = peer
        self.isOwn = isOwn
        self.serial = serial
        self.at = at
        self.bytes = bytes
    }
}

/// What comparing two statements came to.
package struct KeptComparison: Hashable, Sendable {
    package let peer: AgencyCode
    /// The run of case numbers that both statements cover.
    package let range: StateDigest.Range
    package let differences: [StateDifference]
    package let at: Instant

    package init(peer: AgencyCode, range: StateDigest.Range, differences: [StateDifference], at: Instant) {
        self.peer = peer
        self.range = range
        self.differences = differences
        self.at = at
    }
}

/// A difference as work for an office: since when it stands, and until when it was seen.
package struct KeptDifference: Hashable, Sendable {
    package let peer: AgencyCode
    package let difference: StateDifference
    package let firstSeen: Instant
    package let lastSeen: Instant

    package init(peer: AgencyCode, difference: StateDifference, firstSeen: Instant, lastSeen: Instant) {
        self.peer = peer
        self.difference = difference
        self.firstSeen = firstSeen
        self.lastSeen = lastSeen
    }
}

/// Every attempt to deliver one document that failed.
package struct DeliveryHistory: Hashable, Sendable {
    package let sequence: Int
    /// How many attempts failed; of so many the first thousand and the newest are in ``attempts``.
    package let failedAttempts: Int
    package let attempts: [Attempt]

    package struct Attempt: Hashable, Sendable {
        package let at: Instant
        /// A published code; `other` for a cause that has none.
        package let code: String

        package init(at: Instant, code: String) {
            self.at = at
            self.code = code
        }
    }

    package init(sequence: Int, failedAttempts: Int, attempts: [Attempt]) {
        self.sequence = sequence
        self.failedAttempts = failedAttempts
        self.attempts = attempts
    }

    /// The attempts of one document that are kept as rows; beyond them only the newest.
    package static let mostKept = 1_000
}
