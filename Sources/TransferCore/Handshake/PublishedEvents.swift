// Events as histories and dossiers store them: by name and code, and back.

extension CaseEvent {
    /// The published code that an event carries: a reason, a bounce, a difference, a subject or an outcome; nil for events
    /// that carry none.
    package var code: String? {
        switch self {
        case .destination(let event): event.code
        case .origin(let event): event.code
        case .payout(_, .payoutBounced(let bounce)): bounce.rawValue
        case .query(.queryAsked(let subject)), .query(.queryArrived(let subject)): subject.rawValue
        case .query(.queryAnswered(let outcome)), .query(.queryAnswerArrived(let outcome)): outcome.rawValue
        case .recall(.recallAsked(let subject)), .recall(.recallArrived(let subject)): subject.rawValue
        case .fundsReturn(.returnBounced(let bounce)): bounce.rawValue
        case .clearing(.choiceMade(let kept)): kept.rawValue
        case .payout, .awaitedPayout, .query, .recall, .correction, .fundsReturn, .awaitedReturn, .clearing, .urging:
            nil
        }
    }

    /// The event that was stored under a name and a code.
    ///
    /// - Returns: nil for a name or a code that was never published.
    package init?(role: Role, branch: Branch, name: String, code: String?) {
        guard let event = CaseEvent.of(role, branch, name, PublishedCode(text: code)), event.code == code else {
            return nil
        }
        self = event
    }

    private static func of(_ role: Role, _ branch: Branch, _ name: String, _ code: PublishedCode) -> CaseEvent? {
        if branch != .pension {
            switch role {
            case .destination:
                return AwaitedPayout.Event(name: name).map { .awaitedPayout(branch, $0) }
            case .origin:
                return PayoutLeg.Event(name: name, code).map { .payout(.balance(branch), $0) }
            }
        }
        for (purpose, prefix) in PayoutPurpose.ofPension(role) where name.hasPrefix(prefix) {
            let rest = String(name.dropFirst(prefix.count))
            if let event = PayoutLeg.Event(name: rest, code) { return .payout(purpose, event) }
        }
        switch role {
        case .destination:
            if let event = DestinationHandshake.Event(name: name, code) { return .destination(event) }
            if let event = FundsReturn.Event(name: name, code) { return .fundsReturn(event) }
            if let event = Clearing.Event(name: name, code) { return .clearing(event) }
        case .origin:
            if let event = OriginHandshake.Event(name: name, code) { return .origin(event) }
            if let event = AwaitedReturn.Event(name: name) { return .awaitedReturn(event) }
        }
        return Queries.Event(name: name, code).map(CaseEvent.query) ?? Recall.Event(name: name, code).map(
            CaseEvent.recall)
            ?? Correction.Event(name: name).map(CaseEvent.correction) ?? Urging.Event(name: name).map(CaseEvent.urging)
    }
}

/// A stored code, read as what the event of a name needs.
struct PublishedCode {
    let text: String?

    var reason: Reason? { text.flatMap(Reason.init(code:)) }
    var bounce: BounceReason? { text.flatMap(BounceReason.init(rawValue:)) }
    var difference: Difference? { text.flatMap(Difference.init(rawValue:)) }
    var subject: QuerySubject? { text.flatMap(QuerySubject.init(rawValue:)) }
    var outcome: QueryOutcome? { text.flatMap(QueryOutcome.init(rawValue:)) }
    var recalled: RecallSubject? { text.flatMap(RecallSubject.init(rawValue:)) }
    var kept: KeptMonths? { text.flatMap(KeptMonths.init(rawValue:)) }
}

extension PayoutPurpose {
    /// The payout legs that stand under the pension branch in a role, with what their events' names begin with. Made once:
    /// they are looked through with every event of every history.
    fileprivate static func ofPension(_ role: Role) -> [(purpose: PayoutPurpose, prefix: String)] {
        role == .destination ? ofDestination : ofOrigin
    }

    private static let ofDestination = [PayoutPurpose.clearingRefund].map { ($0, $0.prefix) }
    private static let ofOrigin = (1...HeirShares.most).map(PayoutPurpose.heir).map { ($0, $0.prefix) }
}
