package import TransferCore
package import TransferDocuments

/// The port of everything that a node keeps. When a call that writes returns, what it wrote is on disk.
package protocol NodeStore: Sendable {
    // Cases

    /// - Returns: nil when there is no such case.
    func caseFile(_ number: CaseNumber) async throws(StoreError) -> CaseFile?

    /// Writes the step in one transaction, with one audit leaf for each event, document, receipt and posting; many steps
    /// may share one transaction of the database, and one that fails leaves the others alone.
    ///
    /// - Throws: ``StoreError/caseMovedOn`` when the version is another, or the person has another case where the step
    ///   was decided on there being none (``CaseStep/isFirstOfPerson``), ``StoreError/caseUnderWay`` when the opening would
    ///   make a second live case of the same role, person and origin, ``StoreError/duplicate`` when the incoming document, a
    ///   bank line or the idempotency key is stored already, or the document that went out has its receipt.
    func commit(_ step: CaseStep) async throws(StoreError)

    /// Writes runs of steps in as few transactions of the database as can be, each step as ``commit(_:)-(CaseStep)`` writes
    /// it. A run is of one case, and each step of it was decided on the case as the one before leaves it: behind one that
    /// fails none is written, whatever version the case has by then.
    ///
    /// - Returns: what became of each run, in their order. Of one that failed some steps may be written.
    func commit(_ runs: [[CaseStep]]) async -> [Result<Void, StoreError>]

    /// The live case of a person with an origin, in the role; nil for none.
    func liveCase(_ residentID: ResidentID, origin: AgencyCode, role: Role) async throws(StoreError) -> CaseNumber?

    /// The cases in which money of a person has left this agency, which is the origin and has made an order, or reached it,
    /// which is the destination and has completed: in the order of their numbers.
    func settledCases(_ residentID: ResidentID) async throws(StoreError) -> [CaseNumber]

    /// The next serial numbers of a year, each given once for ever; a crash may leave a gap.
    func reserveSerials(_ count: Int, year: Int) async throws(StoreError) -> Range<Int>

    func idempotentAnswer(owner: String, key: String) async throws(StoreError) -> IdempotentAnswer?

    // Messages

    /// A stored incoming document with its receipt; nil when nothing came in under this sequence.
    func incoming(_ number: CaseNumber, sender: AgencyCode, sequence: Int) async throws(StoreError) -> StoredDocument?

    /// Keeps what was refused as evidence: an equivocation, or an authentic document that no case could take.
    ///
    /// What was refused with a receipt opens no case any more, and what opened one is not refused: two receipts for the
    /// same bytes would contradict each other.
    ///
    /// - Throws: ``StoreError/duplicate`` when the same bytes have another receipt.
    func keepRefused(_ evidence: RefusedEvidence) async throws(StoreError)

    /// The receipt that was given for refused bytes, so that the same bytes get the same receipt.
    func refusedReceipt(_ digest: DocumentDigest, sender: AgencyCode) async throws(StoreError) -> [UInt8]?

    /// Whether a sender has a signed refusal of something that named this case: no first letter of it is taken any more.
    func hasRefused(from sender: AgencyCode, _ number: CaseNumber) async throws(StoreError) -> Bool

    /// Documents that have no receipt yet, in the order in which they were signed.
    func outbox(after position: Int64, limit: Int) async throws(StoreError) -> [OutboxEntry]

    /// The same without the documents for some recipients.
    func outbox(
        after position: Int64, without recipients: [AgencyCode], limit: Int
    ) async throws(StoreError) -> [OutboxEntry]

    /// The same for one recipient only.
    func outbox(for recipient: AgencyCode, after position: Int64, limit: Int) async throws(StoreError) -> [OutboxEntry]

    func delivered(_ entry: OutboxEntry, receipt: [UInt8], isRefused: Bool, at: Instant) async throws(StoreError)

    /// Keeps several receipts, each by itself, in as few transactions of the database as can be.
    ///
    /// - Returns: what became of each, in their order.
    func delivered(_ receipts: [DeliveredDocument]) async -> [Result<Void, StoreError>]

    /// The bytes with which a document was signed again last; nil when it never was.
    func renewedSignature(_ entry: OutboxEntry) async throws(StoreError) -> [UInt8]?

    /// Keeps the bytes with which a document was signed again, beside the first; from now on it is read with them.
    func renew(_ entry: OutboxEntry, bytes: [UInt8], at: Instant) async throws(StoreError)

    /// Counts a failed attempt and keeps it with its moment and code; the newest cause is for people to see. Of each
    /// document the first thousand attempts and the newest are kept.
    ///
    /// - Parameter code: lower-case letters, digits and hyphens; what is none is kept as `other`.
    func deliveryFailed(_ entry: OutboxEntry, code: String, error: String, at: Instant) async throws(StoreError)

    // Effects and deadlines

    func openEffects(after id: EffectID, limit: Int) async throws(StoreError) -> [OpenEffect]
    /// What waits of one case, in the order in which it was left.
    func openEffects(of number: CaseNumber) async throws(StoreError) -> [OpenEffect]
    func effectFailed(_ id: EffectID, error: String, dueAt: Instant) async throws(StoreError)
    /// Cases whose due day lies before the given day and was not reported.
    func casesDue(before day: CivilDate, limit: Int) async throws(StoreError) -> [CaseNumber]

    // Bank

    /// Gives waiting orders a message id, at most `limit` of them, all in one message; nil when none wait.
    func assignOrderMessage(_ messageID: String, at: Instant, limit: Int) async throws(StoreError) -> OrderMessage?
    /// Messages that have an id but were not yet written for the bank.
    func unwrittenOrderMessages() async throws(StoreError) -> [OrderMessage]
    func orderMessageWritten(_ messageID: String, at: Instant) async throws(StoreError)
    /// The orders that went out in a message; empty for one that is not known.
    func orders(inMessage messageID: String) async throws(StoreError) -> [StoredOrder]
    /// Keeps that an account's card was reported lost: no order to it goes to the bank from now on.
    func reportLost(_ account: String, by person: String, at: Instant) async throws(StoreError)
    /// Orders that wait and would pay to an account whose card was reported lost.
    func ordersToLostAccounts(limit: Int) async throws(StoreError) -> [OrderKey]
    func isBankLineKnown(_ reference: String) async throws(StoreError) -> Bool
    /// The lines that were taken under these references, whether they fitted a case or not, by their references.
    func bankLines(_ references: [String]) async throws(StoreError) -> [String: BankLine]
    /// Keeps a line that belongs to no case: the money stands in suspense, and it is a clerk's work.
    func keepUnmatched(_ line: BankLine, why: String, posting: Posting?, at: Instant) async throws(StoreError)

    // Records of the agency (the embedded records system)

    func record(of residentID: ResidentID) async throws(StoreError) -> PersonRecord?
    /// Replaces the records of the persons named, all or nothing.
    func importRecords(_ records: [PersonRecord], at: Instant) async throws(StoreError)

    /// What the newest commits have left to be done; nil for a store that has to be asked each time.
    var fresh: FreshWork? { get }

    // Reading for people

    func caseList(_ filter: CaseFilter) async throws(StoreError) -> [CaseListEntry]
    func notices(of number: CaseNumber) async throws(StoreError) -> [StoredNotice]
    func postings(of number: CaseNumber) async throws(StoreError) -> [Posting]
    func deliveries(of number: CaseNumber) async throws(StoreError) -> [DeliveryState]
    func ledgerBalances() async throws(StoreError) -> [String: Money]
    func counts() async throws(StoreError) -> StoreCounts

    var effort: StoreEffort { get }
    func unmatchedBankLines() async throws(StoreError) -> [UnmatchedLine]
    func refusedEvidence(limit: Int) async throws(StoreError) -> [RefusedEvidence]
}

// What a store may leave to these: several steps are written one after the other, nothing is handed over in memory, and a
// document whose signature has to be renewed is signed anew for each attempt.
extension NodeStore {
    package func commit(_ runs: [[CaseStep]]) async -> [Result<Void, StoreError>] {
        var outcomes: [Result<Void, StoreError>] = []
        for run in runs {
            do throws(StoreError) {
                for step in run { try await commit(step) }
                outcomes.append(.success(()))
            } catch {
                outcomes.append(.failure(error))
            }
        }
        return outcomes
    }

    package func delivered(_ receipts: [DeliveredDocument]) async -> [Result<Void, StoreError>] {
        var outcomes: [Result<Void, StoreError>] = []
        for one in receipts {
            do throws(StoreError) {
                try await delivered(one.entry, receipt: one.receipt, isRefused: one.isRefused, at: one.at)
                outcomes.append(.success(()))
            } catch {
                outcomes.append(.failure(error))
            }
        }
        return outcomes
    }

    package var fresh: FreshWork? { nil }
    package func renewedSignature(_ entry: OutboxEntry) async throws(StoreError) -> [UInt8]? { nil }
    package func renew(_ entry: OutboxEntry, bytes: [UInt8], at: Instant) async throws(StoreError) {}
}

/// A document that waits for its receipt.
package struct OutboxEntry: Hashable, Sendable {
    /// Rises with every document that is signed.
    package let position: Int64
    package let number: CaseNumber
    package let recipient: AgencyCode
    package let sequence: Int
    package let digest: DocumentDigest
    package let bytes: [UInt8]

    package init(
        position: Int64, number: CaseNumber, recipient: AgencyCode, sequence: Int, digest: DocumentDigest,
        bytes: [UInt8]
    ) {
        self.position = position
        self.number = number
        self.recipient = recipient
        self.sequence = sequence
        self.digest = digest
        self.bytes = bytes
    }
}

/// How the delivery of one outgoing document stands.
package struct DeliveryState: Hashable, Sendable {
    package let sequence: Int
    package let recipient: AgencyCode
    package let kind: DocumentKind
    package let attempts: Int
    package let lastError: String?
    package let deliveredAt: Instant?

    package init(
        sequence: Int, recipient: AgencyCode, kind: DocumentKind, attempts: Int, lastError: String?,
        deliveredAt: Instant?
    ) {
        self.sequence = sequence
        self.recipient = recipient
        self.kind = kind
        self.attempts = attempts
        self.lastError = lastError
        self.deliveredAt = deliveredAt
    }
}

/// Bytes that were refused, kept with the ground.
package struct RefusedEvidence: Hashable, Sendable {
    package let sender: AgencyCode
    /// The number that the document named; nil when it named none.
    package let number: String?
    package let digest: DocumentDigest
    package let code: String
    package let bytes: [UInt8]
    /// The signed refusal that was given; nil when the answer was a problem.
    package let receipt: [UInt8]?
    package let at: Instant

    package init(
        sender: AgencyCode, number: String?, digest: DocumentDigest, code: String, bytes: [UInt8], receipt: [UInt8]?,
        at: Instant
    ) {
        self.sender = sender
        self.number = number
        self.digest = digest
        self.code = code
        self.bytes = bytes
        self.receipt = receipt
        self.at = at
    }
}

/// Orders that go to the bank in one file.
package struct OrderMessage: Hashable, Sendable {
    package let messageID: String
    package let createdAt: Instant
    package let orders: [StoredOrder]

    package init(messageID: String, createdAt: Instant, orders: [StoredOrder]) {
        self.messageID = messageID
        self.createdAt = createdAt
        self.orders = orders
    }
}

/// What an agency's own records say of an insured person.
package struct PersonRecord: Hashable, Sendable {
    package let person: InsuredPerson
    package let householdProvince: Province
    package let relation: Relation
    /// Whether contributions are still being paid here.
    package let isActive: Bool
    /// The days on which the person enrolled in this agency's province, ascending.
    package let enrolledOn: [CivilDate]
    package let isDeceased: Bool
    package let drawsPension: Bool
    package let hasLegalHold: Bool
    /// The account balance already settled at the end of a year; nil for none.
    package let carried: CarriedBalance?
    package let lines: [ContributionLine]
    /// Balances of the individual medical account and the housing fund.
    package let balances: [Branch: Money]

    package init(
        person: InsuredPerson, householdProvince: Province, relation: Relation, isActive: Bool,
        enrolledOn: [CivilDate], isDeceased: Bool, drawsPension: Bool, hasLegalHold: Bool, carried: CarriedBalance?,
        lines: [ContributionLine], balances: [Branch: Money]
    ) {
        self.person = person
        self.householdProvince = householdProvince
        self.relation = relation
        self.isActive = isActive
        self.enrolledOn = enrolledOn
        self.isDeceased = isDeceased
        self.drawsPension = drawsPension
        self.hasLegalHold = hasLegalHold
        self.carried = carried
        self.lines = lines
        self.balances = balances
    }
}

/// Which cases a list shows.
package struct CaseFilter: Hashable, Sendable {
    package var lodgedBy: String?
    package var onlyLive = false
    package var phase: String?
    /// Cases after this number, in ascending order.
    package var after: CaseNumber?
    /// 1 to 1,000.
    package var limit = 100

    package init() {}
}

/// One line of a list of cases.
package struct CaseListEntry: Hashable, Sendable {
    package let number: CaseNumber
    package let role: Role
    package let origin: AgencyCode
    package let destination: AgencyCode
    package let residentID: ResidentID
    package let openedAt: Instant
    package let summary: CaseSummary

    package init(
        number: CaseNumber, role: Role, origin: AgencyCode, destination: AgencyCode, residentID: ResidentID,
        openedAt: Instant, summary: CaseSummary
    ) {
        self.number = number
        self.role = role
        self.origin = origin
        self.destination = destination
        self.residentID = residentID
        self.openedAt = openedAt
        self.summary = summary
    }
}

/// What writing has cost since the store was opened.
package struct StoreEffort: Sendable {
    /// Transactions that were synced.
    package var commits: Int64 = 0
    /// CPU time of the thread that writes.
    package var microseconds: Int64 = 0

    package init(commits: Int64 = 0, microseconds: Int64 = 0) {
        (self.commits, self.microseconds) = (commits, microseconds)
    }
}

extension NodeStore {
    /// Nothing, for a store that does not count.
    package var effort: StoreEffort { StoreEffort() }
}

/// What metrics and checks count.
package struct StoreCounts: Hashable, Sendable {
    package var casesByPhase: [String: Int] = [:]
    package var outboxByRecipient: [AgencyCode: Int] = [:]
    package var oldestOutboxAt: [AgencyCode: Instant] = [:]
    package var openEffects = 0
    package var ordersWaiting = 0
    package var unmatchedBankLines = 0
    package var events = 0
    package var documents = 0
    package var postings = 0
    package var auditLeaves = 0

    package init() {}
}

/// A bank line that belongs to no case.
package struct UnmatchedLine: Hashable, Sendable {
    package let line: BankLine
    package let why: String
    package let at: Instant

    package init(line: BankLine, why: String, at: Instant) {
        self.line = line
        self.why = why
        self.at = at
    }
}
