/// The recall of something that was sent, as either side lives it: its letter by the destination, its form or its money
/// by the origin.
///
///     recalling side                      other side
///         |-- recall request ----------------->|
///         |<--- consent, or refusal with ground|
///
/// A consent is given in the same step in which this side undoes what it has to undo; after payment that is a new,
/// linked remittance and never an erasure. A recall that the handshake no longer allows cannot be consented to.
///
/// Source: section 4.1 of the domain handbook (phases 15 and 16); our choice for the form.
package struct Recall: Equatable, Sendable {
    package private(set) var phase = Phase.none
    /// Whether the remittance was ever given back by consent: what is asked afterwards changes nothing about that.
    package private(set) var isRemittanceRecalled = false

    package init() {}

    package enum Phase: Hashable, Sendable {
        case none
        case asked(RecallSubject)
        case received(RecallSubject)
        case consented(RecallSubject)
        case declined(RecallSubject)
    }

    package enum Event: Hashable, Sendable {
        case recallAsked(RecallSubject)
        case recallArrived(RecallSubject)
        case recallConsented
        case recallDeclined
        case recallConsentArrived
        case recallRefusalArrived
        case deadlinePassed
    }

    /// Moves on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        let (next, effects): (Phase, [SideEffect])
        switch (phase, event) {
        case (_, .recallAsked(.remittance)) where isRemittanceRecalled:
            throw NotAllowed(event: event.name, phase: phase.name)
        case (.none, .recallAsked(let subject)), (.consented, .recallAsked(let subject)),
            (.declined, .recallAsked(let subject)):
            (next, effects) = (.asked(subject), [.send(.recallRequest)])
        case (.none, .recallArrived(let subject)), (.consented, .recallArrived(let subject)),
            (.declined, .recallArrived(let subject)):
            (next, effects) = (.received(subject), [.alertClerk(.recallArrived), .answerRecall])
        // Both at once. The origin recalls only what it sent after it has paid, and then the letter cannot be given back
        // any more: its recall stands on both sides, and the other one is answered by it.
        case (.asked(.letter), .recallArrived(let subject)) where subject.recalledBy == .origin:
            (next, effects) = (
                .received(subject), [.alertClerk(.recallRefused), .alertClerk(.recallArrived), .answerRecall]
            )
        case (.asked(let subject), .recallArrived(.letter)) where subject.recalledBy == .origin:
            (next, effects) = (phase, [])
        case (.received(let subject), .recallConsented):
            (next, effects) = (.consented(subject), [.send(.recallAnswer)])
        case (.received(let subject), .recallDeclined):
            (next, effects) = (.declined(subject), [.send(.recallAnswer)])
        case (.asked(let subject), .recallConsentArrived):
            (next, effects) = (.consented(subject), [])
        case (.asked(let subject), .recallRefusalArrived):
            (next, effects) = (.declined(subject), [.alertClerk(.recallRefused)])
        case (.asked, .deadlinePassed), (.received, .deadlinePassed):
            (next, effects) = (phase, [.alertClerk(.overdue)])
        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }
        phase = next
        if phase == .consented(.remittance) { isRemittanceRecalled = true }
        return effects
    }
}

/// What is recalled. The names are published.
package enum RecallSubject: String, Hashable, Sendable, CaseIterable {
    /// The acceptance letter: the destination, or the applicant behind it, wants no transfer.
    case letter
    /// The information form: the origin will send a newer one.
    case form
    /// The remittance: the origin wants its money back.
    case remittance

    /// The side that sent it, and so the only one that may recall it.
    package var recalledBy: Role { self == .letter ? .destination : .origin }
}

/// Why something is recalled, or why a recall is refused. The names are published.
package enum RecallGround: String, Hashable, Sendable, CaseIterable {
    case applicantWithdrew = "applicant-withdrew"
    case sentInError = "sent-in-error"
    case wrongAmount = "wrong-amount"
    case personEnded = "person-ended"
    /// Refusal: the money has left.
    case alreadyPaid = "already-paid"
    /// Refusal: the money was used for a benefit that is being paid.
    case benefitInPayment = "benefit-in-payment"
    case other
}

extension Recall.Phase {
    /// The published name.
    package var name: String {
        switch self {
        case .none: "no-recall"
        case .asked: "recall-asked"
        case .received: "recall-received"
        case .consented: "recall-consented"
        case .declined: "recall-declined"
        }
    }

    package var clock: Clock? {
        switch self {
        case .asked, .received: .recall
        case .none, .consented, .declined: nil
        }
    }
}

extension Recall.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .recallAsked: "recall-asked"
        case .recallArrived: "recall-arrived"
        case .recallConsented: "recall-consented"
        case .recallDeclined: "recall-declined"
        case .recallConsentArrived: "recall-consent-arrived"
        case .recallRefusalArrived: "recall-refusal-arrived"
        case .deadlinePassed: "recall-deadline-passed"
        }
    }
}
