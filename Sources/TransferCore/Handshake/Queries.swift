/// The questions of a case between the two offices, as either side lives them: at most one open in each direction.
///
///     asking side                         asked side
///         |-- query (one subject) ------------>|
///         |<-------------------- query answer -|
///
/// A query that is open pauses the clock of the step that waits for it, twice at most (BR-224). A mismatch of papers
/// and funds asks by itself.
///
/// Source: phase 7Q and 11M of the domain handbook.
package struct Queries: Equatable, Sendable {
    /// What this side asked.
    package private(set) var asked = Exchange.none
    /// What this side was asked.
    package private(set) var received = Exchange.none
    /// How many were asked and received so far; the number of the newest.
    package private(set) var numberAsked = 0
    package private(set) var numberReceived = 0

    package init() {}

    package enum Exchange: Hashable, Sendable {
        case none
        case open(QuerySubject)
        case answered(QuerySubject, QueryOutcome)

        package var isOpen: Bool {
            if case .open = self { true } else { false }
        }

        /// The answer to the newest query, if it was about this.
        package func outcome(of subject: QuerySubject) -> QueryOutcome? {
            if case .answered(subject, let outcome) = self { outcome } else { nil }
        }
    }

    package enum Event: Hashable, Sendable {
        case queryAsked(QuerySubject)
        case queryAnswerArrived(QueryOutcome)
        case queryArrived(QuerySubject)
        case queryAnswered(QueryOutcome)
        case deadlinePassed
    }

    /// Moves on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        switch (asked, received, event) {
        case (.none, _, .queryAsked(let subject)), (.answered, _, .queryAsked(let subject)):
            asked = .open(subject)
            numberAsked += 1
            return [.send(.query)]
        case (.open(let subject), _, .queryAnswerArrived(let outcome)):
            asked = .answered(subject, outcome)
            return [.alertClerk(.queryAnswered)]
        case (_, .none, .queryArrived(let subject)), (_, .answered, .queryArrived(let subject)):
            received = .open(subject)
            numberReceived += 1
            return [.alertClerk(.queryArrived)]
        case (_, .open(let subject), .queryAnswered(let outcome)):
            received = .answered(subject, outcome)
            return [.send(.queryAnswer)]
        // A late answer is reported, and ends nothing.
        case (.open, _, .deadlinePassed), (_, .open, .deadlinePassed):
            return [.alertClerk(.overdue)]
        default:
            throw NotAllowed(event: event.name, phase: phaseName)
        }
    }

    /// The published name of where the questions stand: the one that this side has to answer comes first.
    package var phaseName: String {
        if received.isOpen { return "query-received" }
        return asked.isOpen ? "query-asked" : "no-query"
    }
}

/// What a query is about. The names are published.
package enum QuerySubject: String, Hashable, Sendable, CaseIterable {
    /// Name or number differ between the two offices (RJ06).
    case identityDiffers = "identity-differs"
    /// Certificate, form, advice and credit do not agree.
    case booksDiffer = "books-differ"
    /// The credit is less than the form.
    case creditShort = "credit-short"
    /// The credit is more than the form.
    case creditOver = "credit-over"
    /// The papers are here and the money is not: the bank's reference is asked for.
    case fundsMissing = "funds-missing"
    /// The money is here and the papers are not.
    case papersMissing = "papers-missing"
    /// Another subject, told in the text.
    case other
}

/// What the asked office answers. The names are published.
package enum QueryOutcome: String, Hashable, Sendable, CaseIterable {
    /// What was sent stands.
    case confirmed
    /// A corrected letter, certificate or form follows.
    case correctionFollows = "correction-follows"
    /// What is missing will be paid under the same number.
    case supplementFollows = "supplement-follows"
    /// What is too much is to be sent back.
    case returnExcess = "return-excess"
    /// The office cannot do what is asked, with the reason in the text.
    case declined
}

extension Difference {
    /// What the other office is asked when this difference is found.
    package var subject: QuerySubject {
        switch self {
        case .creditShort: .creditShort
        case .creditOver: .creditOver
        default: .booksDiffer
        }
    }
}

extension Queries.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .queryAsked: "query-asked"
        case .queryAnswerArrived: "query-answer-arrived"
        case .queryArrived: "query-arrived"
        case .queryAnswered: "query-answered"
        case .deadlinePassed: "query-deadline-passed"
        }
    }
}
