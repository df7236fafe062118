/// The correction of a completed case, as either side lives it: both offices agree first, then the origin sends a newer
/// form, and both ledgers are put right by adding.
///
///     proposing side                      other side
///         |-- correction request ------------->|
///         |<--- consent, or refusal with ground|
///     origin                              destination
///         |-- information form, one newer ---->|   reversal and new posting
///
/// Source: BR-142 and side case C of the domain handbook (section 4.4).
package struct Correction: Equatable, Sendable {
    package private(set) var phase = Phase.none

    package init() {}

    package enum Phase: Hashable, Sendable {
        case none
        case asked
        case received
        case agreed
        case declined
        case settled
    }

    package enum Event: Hashable, Sendable {
        case correctionAsked
        case correctionArrived
        case correctionAgreed
        case correctionDeclined
        case correctionConsentArrived
        case correctionRefusalArrived
        /// The newer form was sent, or came; or all the money goes back, and nothing is left to correct.
        case correctionSettled
        case deadlinePassed
    }

    /// Moves on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        let (next, effects): (Phase, [SideEffect])
        switch (phase, event) {
        case (.none, .correctionAsked), (.declined, .correctionAsked), (.settled, .correctionAsked):
            (next, effects) = (.asked, [.send(.correctionRequest)])
        case (.none, .correctionArrived), (.declined, .correctionArrived), (.settled, .correctionArrived):
            (next, effects) = (.received, [.alertClerk(.correctionArrived)])
        // Both ask at once: then both consent.
        case (.asked, .correctionArrived):
            (next, effects) = (.agreed, [.alertClerk(.correctionArrived)])
        case (.received, .correctionAgreed):
            (next, effects) = (.agreed, [.send(.correctionAnswer)])
        case (.received, .correctionDeclined):
            (next, effects) = (.declined, [.send(.correctionAnswer)])
        case (.asked, .correctionConsentArrived):
            (next, effects) = (.agreed, [])
        case (.asked, .correctionRefusalArrived):
            (next, effects) = (.declined, [.alertClerk(.correctionRefused)])
        // Agreed on and made; or nothing is left to put right, whatever was asked or is still on its way.
        case (.asked, .correctionSettled), (.received, .correctionSettled), (.agreed, .correctionSettled),
            (.settled, .correctionConsentArrived), (.settled, .correctionRefusalArrived):
            (next, effects) = (.settled, [])
        case (.asked, .deadlinePassed), (.received, .deadlinePassed), (.agreed, .deadlinePassed):
            (next, effects) = (phase, [.alertClerk(.overdue)])
        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }
        phase = next
        return effects
    }
}

extension Correction.Phase {
    /// The published name.
    package var name: String {
        switch self {
        case .none: "no-correction"
        case .asked: "correction-asked"
        case .received: "correction-received"
        case .agreed: "correction-agreed"
        case .declined: "correction-declined"
        case .settled: "correction-settled"
        }
    }

    package var clock: Clock? {
        switch self {
        case .asked, .received, .agreed: .recall
        case .none, .declined, .settled: nil
        }
    }
}

extension Correction.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .correctionAsked: "correction-asked"
        case .correctionArrived: "correction-arrived"
        case .correctionAgreed: "correction-agreed"
        case .correctionDeclined: "correction-declined"
        case .correctionConsentArrived: "correction-consent-arrived"
        case .correctionRefusalArrived: "correction-refusal-arrived"
        case .correctionSettled: "correction-settled"
        case .deadlinePassed: "correction-deadline-passed"
        }
    }
}
