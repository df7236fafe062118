/// The clearing of months that were insured twice, as the destination lives it after the funds were posted: the insured
/// person chooses which to keep, and gets the account part of the others back.
///
/// Source: 人社部发〔2010〕70号, item 十 (transfer first, clear afterwards); 人社部发〔2009〕187号, item 三 (the person
/// chooses); BR-170 to BR-173 of the domain handbook.
package struct Clearing: Equatable, Sendable {
    package private(set) var phase = Phase.none

    package init() {}

    package enum Phase: Hashable, Sendable {
        case none
        case choiceAwaited
        case chosen(KeptMonths)
    }

    package enum Event: Hashable, Sendable {
        case overlapFound
        case choiceMade(KeptMonths)
        case deadlinePassed
    }

    /// Moves on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) -> [SideEffect] {
        switch (phase, event) {
        case (.none, .overlapFound), (.chosen, .overlapFound):
            phase = .choiceAwaited
            return [.notifyInsuredPerson(.choiceNeeded)]
        case (.choiceAwaited, .choiceMade(let kept)):
            phase = .chosen(kept)
            return []
        case (.choiceAwaited, .deadlinePassed):
            return [.alertClerk(.overdue)]
        default:
            throw NotAllowed(event: event.name, phase: phase.name)
        }
    }
}

/// Which of the months that were insured twice stay. The names are published.
package enum KeptMonths: String, Hashable, Sendable, CaseIterable {
    /// Those that were paid at the destination.
    case here
    /// Those that came with the transfer.
    case moved
}

extension Clearing.Phase {
    /// The published name.
    package var name: String {
        switch self {
        case .none: "no-overlap"
        case .choiceAwaited: "choice-awaited"
        case .chosen: "choice-made"
        }
    }
}

extension Clearing.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .overlapFound: "overlap-found"
        case .choiceMade: "choice-made"
        case .deadlinePassed: "clearing-deadline-passed"
        }
    }
}
