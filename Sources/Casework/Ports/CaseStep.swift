package import TransferCore
package import TransferDocuments

/// One step of a case: everything that one transaction writes, or nothing of it.
package struct CaseStep: Sendable {
    package let number: CaseNumber
    /// The version that the case must still have: the number of its events. 0 together with ``opening``.
    package let expecting: Int
    /// Present in the first step only.
    package var opening: CaseOpening?
    /// Whether the step was decided on the word that the person has no other case in which this agency is the origin, and
    /// never had one: nothing was settled for the person before. Together with ``opening`` only.
    package var isFirstOfPerson = false
    package var events: [StoredEvent] = []
    package var postings: [Posting] = []
    /// Documents that this node signed: stored and put into the outbox.
    package var outgoing: [StoredDocument] = []
    /// A document that came in, with the receipt that is given for it; unique by case, sender and sequence.
    package var incoming: StoredDocument?
    /// The receipt of a document that went out, kept in the same transaction as what follows from it.
    package var delivered: DeliveredDocument?
    package var orders: [StoredOrder] = []
    /// The bank's answer to orders made earlier.
    package var orderOutcomes: [OrderKey: StoredOrder.Outcome] = [:]
    /// Bank lines that this step matches to the case; unique by reference.
    package var bankLines: [BankLine] = []
    package var newEffects: [NewEffect] = []
    /// Effects that this step carries out: they are marked done in the same transaction.
    package var doneEffects: [EffectID] = []
    package var notices: [StoredNotice] = []
    package var alerts: [StoredAlert] = []
    package var idempotency: IdempotentAnswer?
    /// What lists show; a cache of what the events say.
    package var summary: CaseSummary

    package init(number: CaseNumber, expecting: Int, summary: CaseSummary) {
        self.number = number
        self.expecting = expecting
        self.summary = summary
    }

    /// Whether nothing would be written but the summary, which stands there already.
    package var isEmpty: Bool {
        opening == nil && events.isEmpty && postings.isEmpty && outgoing.isEmpty && incoming == nil && orders.isEmpty
            && orderOutcomes.isEmpty && bankLines.isEmpty && newEffects.isEmpty && doneEffects.isEmpty
            && notices.isEmpty && alerts.isEmpty && idempotency == nil && delivered == nil
    }
}

/// A receipt for a document that went out.
package struct DeliveredDocument: Sendable {
    package let entry: OutboxEntry
    /// The compact JWS.
    package let receipt: [UInt8]
    package let isRefused: Bool
    package let at: Instant

    package init(entry: OutboxEntry, receipt: [UInt8], isRefused: Bool, at: Instant) {
        self.entry = entry
        self.receipt = receipt
        self.isRefused = isRefused
        self.at = at
    }
}

package typealias EffectID = Int64

/// Work that a step leaves to be done after its commit, as often as it takes. What is sent and what is ordered are not
/// among them: they wait in the outbox and in the orders.
package struct NewEffect: Hashable, Sendable {
    package let kind: Kind
    package let dueAt: Instant

    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The destination reviews the application.
        case review
        /// The origin checks its records.
        case checkRecords = "check-records"
        /// The origin orders the remittance of what it has frozen.
        case remit
        /// The destination confirms or mends its account after a bounce.
        case confirmAccount = "confirm-account"
        /// One office answers a recall of the other.
        case answerRecall = "answer-recall"
        /// The destination sends money back.
        case returnFunds = "return-funds"

        /// The decision that carries it out.
        package var step: DecisionStep {
            switch self {
            case .review: .acceptance
            case .checkRecords: .settlement
            case .remit: .remittance
            case .confirmAccount: .account
            case .answerRecall: .recall
            case .returnFunds: .fundsReturn
            }
        }
    }

    package init(kind: Kind, dueAt: Instant) {
        self.kind = kind
        self.dueAt = dueAt
    }
}

/// An effect that is not done yet.
package struct OpenEffect: Hashable, Sendable {
    package let id: EffectID
    package let number: CaseNumber
    package let kind: NewEffect.Kind
    package let attempts: Int
    package let dueAt: Instant

    package init(id: EffectID, number: CaseNumber, kind: NewEffect.Kind, attempts: Int, dueAt: Instant) {
        self.id = id
        self.number = number
        self.kind = kind
        self.attempts = attempts
        self.dueAt = dueAt
    }
}

/// A word to the applicant or the insured person.
package struct StoredNotice: Hashable, Sendable {
    package let branch: Branch
    /// The published name of the notice.
    package let name: String
    /// The code of its reason; nil for none.
    package let code: String?
    package let at: Instant

    package init(branch: Branch, name: String, code: String?, at: Instant) {
        self.branch = branch
        self.name = name
        self.code = code
        self.at = at
    }
}

/// A call for a clerk's eye.
package struct StoredAlert: Hashable, Sendable {
    package let branch: Branch
    package let alert: Alert
    package let at: Instant

    package init(branch: Branch, alert: Alert, at: Instant) {
        self.branch = branch
        self.alert = alert
        self.at = at
    }
}

/// The answer that a key of the public API got, given again to the same request.
package struct IdempotentAnswer: Hashable, Sendable {
    /// The name of the access token.
    package let owner: String
    package let key: String
    /// SHA-256 of the request's body: the same key with another body is refused.
    package let bodyDigest: DocumentDigest
    package let answer: [UInt8]

    package init(owner: String, key: String, bodyDigest: DocumentDigest, answer: [UInt8]) {
        self.owner = owner
        self.key = key
        self.bodyDigest = bodyDigest
        self.answer = answer
    }
}

/// The line that lists show of a case: a cache of what its events say.
package struct CaseSummary: Hashable, Sendable {
    /// The published name of the leading leg's phase.
    package let phase: String
    package let holder: Holder
    package let since: Instant
    /// The last working day for the step that is under way; nil when no clock runs.
    package let due: CivilDate?
    package let isDueProvisional: Bool
    /// Whether a passed deadline was already reported for this step.
    package let isOverdueReported: Bool
    package let isTerminal: Bool

    package init(
        phase: String, holder: Holder, since: Instant, due: CivilDate?, isDueProvisional: Bool,
        isOverdueReported: Bool, isTerminal: Bool
    ) {
        self.phase = phase
        self.holder = holder
        self.since = since
        self.due = due
        self.isDueProvisional = isDueProvisional
        self.isOverdueReported = isOverdueReported
        self.isTerminal = isTerminal
    }
}
