/// A payout leg as the destination lives it: it waits for the origin's signed word that the balance was paid out.
///
/// Source: our choice: a case is complete when every leg is, on both sides.
package struct AwaitedPayout: Equatable, Sendable {
    package private(set) var phase = Phase.awaitingPayout

    package init() {}

    package enum Phase: Hashable, Sendable {
        case awaitingPayout
        case paidOut
        /// The application ended without a transfer, so nothing is paid out in this case.
        case dropped
    }

    package enum Event: Hashable, Sendable {
        case payoutNoticeArrived
        case applicationEnded
    }

    /// Moves the leg on, or throws and changes nothing. A pair that is not listed is not allowed.
    package mutating func apply(_ event: Event) throws(NotAllowed) {
        switch (phase, event) {
        case (.awaitingPayout, .payoutNoticeArrived): phase = .paidOut
        // A payout that bounced late and was paid again is told again.
        case (.paidOut, .payoutNoticeArrived): phase = .paidOut
        case (.awaitingPayout, .applicationEnded): phase = .dropped
        // The order was out already when the application ended.
        case (.dropped, .payoutNoticeArrived): phase = .paidOut
        default: throw NotAllowed(event: event.name, phase: phase.name)
        }
    }
}

extension AwaitedPayout.Phase {
    package var holder: Holder {
        switch self {
        case .awaitingPayout: .origin
        case .paidOut, .dropped: .nobody
        }
    }

    package var isTerminal: Bool { holder == .nobody }

    /// The published name.
    package var name: String {
        switch self {
        case .awaitingPayout: "awaiting-payout"
        case .paidOut: "paid-out"
        case .dropped: "dropped"
        }
    }
}

extension AwaitedPayout.Event {
    /// The published name.
    package var name: String {
        switch self {
        case .payoutNoticeArrived: "payout-notice-arrived"
        case .applicationEnded: "application-ended"
        }
    }
}
