import TransferCore

/// The history of a dossier, applied again from the beginning.
struct DossierHistory {
    /// What the events came to; as far as they were allowed.
    private(set) var transfer: TransferCase
    /// The postings that the events call for, in their order, each with its leg.
    private(set) var calledFor: [(kind: Posting.Kind, branch: Branch)] = []
    /// The first event that cannot happen, counted from 1, and why; nil when all can.
    private(set) var fault: (number: Int, why: String)?

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
                    calledFor.append((kind, event.branch))
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
        case .destination(.post(let kind)), .origin(.post(let kind)), .payout(_, .post(let kind)): kind
        default: nil
        }
    }
}

extension CaseEvent {
    /// The event that is stored under a name; nil when the leg has none of that name, or the code does not fit.
    init?(_ stored: Dossier.Event, role: Role) {
        switch (stored.branch, role) {
        case (.pension, .destination):
            guard let event = DestinationHandshake.Event(stored.name, code: stored.code) else { return nil }
            self = .destination(event)
        case (.pension, .origin):
            guard let event = OriginHandshake.Event(stored.name, code: stored.code) else { return nil }
            self = .origin(event)
        case (let branch, .origin):
            guard let event = PayoutLeg.Event(stored.name, code: stored.code) else { return nil }
            self = .payout(branch, event)
        case (let branch, .destination):
            guard let event = AwaitedPayout.Event(stored.name, code: stored.code) else { return nil }
            self = .awaitedPayout(branch, event)
        }
    }
}

extension DestinationHandshake.Event {
    fileprivate init?(_ name: String, code: String?) {
        let plain: [Self] = [
            .applicationLodged, .applicationPassed, .applicationCorrected, .certificateArrived, .formArrived,
            .adviceArrived, .fundsArrived, .booksMatched, .deadlinePassed,
        ]
        let coded: [Self] =
            (code.flatMap(Reason.init(code:)).map {
                [.applicationFailed($0), .temporaryAccountDue($0), .letterReturned($0)]
            } ?? []) + (code.flatMap(Difference.init(rawValue:)).map { [.booksDiffered($0)] } ?? [])
        guard let event = (code == nil ? plain : coded).first(where: { $0.name == name }) else { return nil }
        self = event
    }
}

extension OriginHandshake.Event {
    fileprivate init?(_ name: String, code: String?) {
        let plain: [Self] = [.letterArrived, .recordsPassed, .remittancePaid, .completionArrived, .deadlinePassed]
        let coded: [Self] =
            (code.flatMap(Reason.init(code:)).map { [.recordsFailed($0)] } ?? [])
            + (code.flatMap(BounceReason.init(rawValue:)).map { [.remittanceBounced($0)] } ?? [])
        guard let event = (code == nil ? plain : coded).first(where: { $0.name == name }) else { return nil }
        self = event
    }
}

extension PayoutLeg.Event {
    fileprivate init?(_ name: String, code: String?) {
        let plain: [Self] = [.balanceDue, .balanceZero, .payoutPaid, .accountCorrected]
        let coded: [Self] = code.flatMap(BounceReason.init(rawValue:)).map { [.payoutBounced($0)] } ?? []
        guard let event = (code == nil ? plain : coded).first(where: { $0.name == name }) else { return nil }
        self = event
    }
}

extension AwaitedPayout.Event {
    fileprivate init?(_ name: String, code: String?) {
        guard code == nil, let event = [Self.payoutNoticeArrived, .applicationEnded].first(where: { $0.name == name })
        else { return nil }
        self = event
    }
}
