import TransferCore

/// The history of a dossier, applied again from the beginning.
struct DossierHistory {
    /// What the events came to; as far as they were allowed.
    private(set) var transfer: TransferCase
    /// The postings that the events call for, in their order, each with its leg.
    private(set) var calledFor: [Call] = []
    /// The first event that cannot happen, counted from 1, and why; nil when all can.
    private(set) var fault: (number: Int, why: String)?

    /// A posting that an event calls for.
    struct Call: Hashable {
        let kind: Posting.Kind
        let event: CaseEvent
        /// The place of the event in the history, from 0.
        let place: Int
    }

    init(_ events: [Dossier.Event], role: Role, payouts: [Branch]) {
        transfer = TransferCase(role: role, payouts: payouts)
        for (place, stored) in events.enumerated() {
            guard let event = CaseEvent(stored, role: role) else {
                fault = (place + 1, "\(stored.name) is no event of this leg, or its code is wrong")
                return
            }
            do throws(NotAllowed) {
                for effect in try transfer.apply(event) {
                    guard let kind = effect.posting else { continue }
                    calledFor.append(Call(kind: kind, event: event, place: place))
                }
            } catch {
                fault = (place + 1, error.description)
                return
            }
        }
    }
}

extension CaseEffect {
    fileprivate var posting: Posting.Kind? {
        switch self {
        case .destination(.post(let kind)), .origin(.post(let kind)), .payout(_, .post(let kind)),
            .side(.post(let kind)):
            kind
        case .destination, .origin, .payout, .side: nil
        }
    }
}

extension CaseEvent {
    /// The event that is stored under a name; nil when the leg has none of that name, or the code does not fit. Names and
    /// codes of a dossier are compared as bytes.
    fileprivate init?(_ stored: Dossier.Event, role: Role) {
        guard let event = CaseEvent(role: role, branch: stored.branch, name: stored.name, code: stored.code),
            event.name.hasSameBytes(as: stored.name), (event.code ?? "").hasSameBytes(as: stored.code ?? "")
        else { return nil }
        self = event
    }
}
