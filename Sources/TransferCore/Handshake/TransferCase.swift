/// A case (业务): one insured person, one origin, one destination, one application. What one side knows of it.
///
/// A case is what its events, applied again in their order, make it. Each branch of insurance is a leg: the pension leg
/// is the handshake of the side's role, the others are payouts. A case is complete when every leg is.
package struct TransferCase: Equatable, Sendable {
    package private(set) var pension: PensionLeg
    /// The legs that are paid out, by branch, in the order of ``Branch``.
    package private(set) var payouts: [Branch: PayoutLeg] = [:]
    package private(set) var awaitedPayouts: [Branch: AwaitedPayout] = [:]

    package enum PensionLeg: Equatable, Sendable {
        case destination(DestinationHandshake)
        case origin(OriginHandshake)
    }

    /// A case of which nothing has happened yet.
    /// - Parameter payouts: the branches whose balances are paid to the insured person in this case.
    package init(role: Role, payouts branches: [Branch]) {
        switch role {
        case .destination:
            pension = .destination(DestinationHandshake())
            for branch in branches { awaitedPayouts[branch] = AwaitedPayout() }
        case .origin:
            pension = .origin(OriginHandshake())
            for branch in branches { payouts[branch] = PayoutLeg() }
        }
    }

    package var role: Role {
        switch pension {
        case .destination: .destination
        case .origin: .origin
        }
    }

    /// Moves the leg on that the event belongs to, or throws and changes nothing.
    package mutating func apply(_ event: CaseEvent) throws(NotAllowed) -> [CaseEffect] {
        switch (event, pension) {
        case (.destination(let event), .destination(var handshake)):
            let effects = try handshake.apply(event)
            pension = .destination(handshake)
            return effects.map(CaseEffect.destination)
        case (.origin(let event), .origin(var handshake)):
            let effects = try handshake.apply(event)
            pension = .origin(handshake)
            return effects.map(CaseEffect.origin)
        case (.payout(let branch, let event), .origin):
            guard var leg = payouts[branch] else { throw NotAllowed(event: event.name, phase: "no-such-leg") }
            let effects = try leg.apply(event)
            payouts[branch] = leg
            return effects.map { CaseEffect.payout(branch, $0) }
        case (.awaitedPayout(let branch, let event), .destination):
            guard var leg = awaitedPayouts[branch] else { throw NotAllowed(event: event.name, phase: "no-such-leg") }
            try leg.apply(event)
            awaitedPayouts[branch] = leg
            return []
        case (.destination, .origin), (.origin, .destination), (.payout, .destination), (.awaitedPayout, .origin):
            throw NotAllowed(event: event.name, phase: "other-role")
        }
    }
}

/// An event of a case, with the leg that it belongs to.
package enum CaseEvent: Hashable, Sendable {
    case destination(DestinationHandshake.Event)
    case origin(OriginHandshake.Event)
    case payout(Branch, PayoutLeg.Event)
    case awaitedPayout(Branch, AwaitedPayout.Event)

    package var branch: Branch {
        switch self {
        case .destination, .origin: .pension
        case .payout(let branch, _), .awaitedPayout(let branch, _): branch
        }
    }

    /// The published name of the event within its leg.
    package var name: String {
        switch self {
        case .destination(let event): event.name
        case .origin(let event): event.name
        case .payout(_, let event): event.name
        case .awaitedPayout(_, let event): event.name
        }
    }
}

/// An effect of a case, with the leg that it belongs to.
package enum CaseEffect: Hashable, Sendable {
    case destination(DestinationHandshake.Effect)
    case origin(OriginHandshake.Effect)
    case payout(Branch, PayoutLeg.Effect)
}

// MARK: - What can be read off a case

extension TransferCase {
    /// One leg as lists and pages show it.
    package struct LegView: Hashable, Sendable {
        package let branch: Branch
        /// The published name of the leg's phase.
        package let phase: String
        package let holder: Holder
        package let clock: Clock?
        package var isTerminal: Bool { holder == .nobody }
    }

    package var legs: [LegView] {
        var views = [pensionView]
        for branch in payouts.keys.sorted() {
            guard let phase = payouts[branch]?.phase else { continue }
            views.append(LegView(branch: branch, phase: phase.name, holder: phase.holder, clock: phase.clock))
        }
        for branch in awaitedPayouts.keys.sorted() {
            guard let phase = awaitedPayouts[branch]?.phase else { continue }
            views.append(LegView(branch: branch, phase: phase.name, holder: phase.holder, clock: nil))
        }
        return views
    }

    private var pensionView: LegView {
        switch pension {
        case .destination(let handshake):
            LegView(
                branch: .pension, phase: handshake.phase.name, holder: handshake.phase.holder,
                clock: handshake.phase.clock
            )
        case .origin(let handshake):
            LegView(
                branch: .pension, phase: handshake.phase.name, holder: handshake.phase.holder,
                clock: handshake.phase.clock
            )
        }
    }

    /// Whether every leg has come to its end.
    package var isTerminal: Bool { legs.allSatisfy(\.isTerminal) }

    /// The leg that says where the case is: the pension leg until it ends, then the first that has not ended.
    package var leading: LegView {
        let legs = legs
        return legs.first { !$0.isTerminal } ?? legs[0]
    }

    /// The event that says that the deadline of the leading leg has passed.
    package var deadlineEvent: CaseEvent {
        switch (role, leading.branch) {
        case (.destination, _): .destination(.deadlinePassed)
        case (.origin, .pension): .origin(.deadlinePassed)
        case (.origin, let branch): .payout(branch, .deadlinePassed)
        }
    }

    /// Whether the pension leg ended with the funds posted (destination) or confirmed (origin).
    package var isCompleted: Bool {
        switch pension {
        case .destination(let handshake): handshake.phase == .completed && isTerminal
        case .origin(let handshake): handshake.phase == .completed && isTerminal
        }
    }
}
