package import Casework
package import TransferCore
package import TransferDocuments

/// The port of what insured persons need: their cases, the codes with which they come in, and what they were told. When a
/// call that writes returns, what it wrote is on disk; a change and its entry in the trail are written together.
package protocol PersonStore: Sendable {
    /// The cases of this node in which somebody is the insured person, the newest first; at most a hundred.
    func cases(of person: ResidentID) async throws(StoreError) -> [CaseListEntry]

    // Telephones that a clerk has noted, where no application says one

    /// - Returns: nil when none was noted.
    func contact(of person: ResidentID) async throws(StoreError) -> String?
    func keepContact(
        _ mobile: String, of person: ResidentID, by account: String, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError)

    // One-time codes

    /// Keeps what a code can be compared with.
    ///
    /// - Returns: false when its case had as many as it may have in that time; then the row is kept without its case, so
    ///   that nobody can see from outside which of both it was.
    func keepCode(_ code: PersonCode, per limits: PersonCodeLimits, _ entry: AuditEntry) async throws(StoreError)
        -> Bool

    /// Compares what was typed. Every try counts before anybody looks whether it is right, and a code that was right is
    /// used.
    ///
    /// - Parameter entry: what the trail keeps of it, by the outcome.
    func tryCode(
        _ digest: DocumentDigest, of ticket: DocumentDigest, at: Instant,
        _ entry: @escaping @Sendable (PersonCodeTry) -> AuditEntry
    ) async throws(StoreError) -> PersonCodeTry

    // Notices

    /// Everything that somebody may be told in all their cases, the newest first: each event, each notice, each answer.
    /// What of it says something to them is in the words for it.
    func tidings(of person: ResidentID) async throws(StoreError) -> [PersonNotice]
    /// Notes that a word was read; nothing for one of somebody else.
    func markRead(_ key: PersonNotice.Key, of person: ResidentID, at: Instant) async throws(StoreError)

    /// Words of a source that were not handed over to a telephone yet, the oldest first.
    func untold(_ source: PersonNotice.Source, limit: Int) async throws(StoreError) -> [UntoldNotice]
    /// Notes that all words of a source up to this position were handed over, or say nothing.
    func told(_ source: PersonNotice.Source, upTo position: Int64) async throws(StoreError)

    // What people ask of the office

    /// Keeps a request.
    ///
    /// - Parameter since: no second one of the same kind and subject is kept in the case that was made from this moment on.
    /// - Returns: the number of the request, or of the one that is there already.
    func keep(
        _ request: PersonRequest, unlessSince since: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> PersonRequestOutcome
    /// Keeps a request in one transaction with the step of the case that follows from it: both, or neither. With a request
    /// that is there already nothing is written.
    @discardableResult
    func keep(
        _ request: PersonRequest, unlessSince since: Instant, with step: CaseStep, _ entry: AuditEntry
    ) async throws(StoreError) -> PersonRequestOutcome
    /// The requests of a case, the oldest first.
    func requests(of number: CaseNumber) async throws(StoreError) -> [PersonRequest]
    /// Requests that nobody has answered, the oldest first.
    func openRequests(limit: Int) async throws(StoreError) -> [PersonRequest]
    /// Answers a request.
    ///
    /// - Returns: false when it was answered before, or never was.
    func answer(
        _ id: Int64, _ words: String, by account: String, at: Instant, _ entry: AuditEntry
    ) async throws(StoreError) -> Bool
}

/// What a one-time code is compared with. The code itself is nowhere: its digest is taken together with a ticket of which
/// only the browser knows more than the digest, so that the million codes cannot be tried on a stolen database.
package struct PersonCode: Hashable, Sendable {
    package let ticket: DocumentDigest
    /// The case with which it lets somebody in; nil when what was typed belongs to nobody: then no code is right.
    package let number: CaseNumber?
    package let digest: DocumentDigest
    package let madeAt: Instant
    package let endsAt: Instant
    package let tries: Int

    package init(
        ticket: DocumentDigest, number: CaseNumber?, digest: DocumentDigest, madeAt: Instant, endsAt: Instant,
        tries: Int
    ) {
        self.ticket = ticket
        self.number = number
        self.digest = digest
        self.madeAt = madeAt
        self.endsAt = endsAt
        self.tries = tries
    }
}

/// How often codes may be asked for and tried.
///
/// Source: SE-03 and SE-42 of the domain handbook's checks; the numbers are our choice.
package struct PersonCodeLimits: Hashable, Sendable {
    /// How long a code lasts.
    package var lifeMilliseconds: Int64 = 10 * 60_000
    /// Wrong tries of one code.
    package var tries = 5
    /// Codes of one case in an hour: with the tries, 25 guesses of a million in an hour.
    package var codesPerHour = 5
    /// Requests from one address in a quarter of an hour.
    package var requestsPerSource = 60

    package init() {}
}

/// What became of a try of a code.
package enum PersonCodeTry: Hashable, Sendable {
    case right(CaseNumber)
    /// Wrong, and so many tries are left; of which case, nil when it is nobody's.
    case wrong(left: Int, CaseNumber?)
    /// Too late, tried too often, used before, or never made.
    case gone
}

/// Something that an insured person asks of the office that has the case, and its answer.
package struct PersonRequest: Hashable, Sendable {
    /// 0 before it is kept.
    package let id: Int64
    package let number: CaseNumber
    package let kind: Kind
    /// What it is about: the row of a form; empty for the whole case.
    package let subject: String
    /// The published name of the reason that was chosen.
    package let reason: String
    /// What the person has written; may be empty.
    package let words: String
    package let at: Instant
    package let answer: Answer?

    /// The names are published.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        /// 异议: a row of the record is not right.
        case objection
        /// 催办: it takes too long.
        case urging
        /// 撤回: why the application was taken back; answered by what the case does.
        case withdrawal
    }

    package struct Answer: Hashable, Sendable {
        package let words: String
        /// The account of who answered; people outside the agency never see it.
        package let account: String
        package let at: Instant

        package init(words: String, account: String, at: Instant) {
            self.words = words
            self.account = account
            self.at = at
        }
    }

    /// The longest words of either side, in characters.
    package static let longestWords = 200

    package init(
        id: Int64 = 0, number: CaseNumber, kind: Kind, subject: String = "", reason: String, words: String = "",
        at: Instant, answer: Answer? = nil
    ) {
        self.id = id
        self.number = number
        self.kind = kind
        self.subject = subject
        self.reason = reason
        self.words = words
        self.at = at
        self.answer = answer
    }
}

/// What became of a request.
package enum PersonRequestOutcome: Hashable, Sendable {
    case kept(Int64)
    /// There is one already.
    case known(Int64)

    package var id: Int64 {
        switch self {
        case .kept(let id), .known(let id): id
        }
    }
}
