/// A case as one side lives it: one person, one origin, one destination, one application. What one side knows of it.
///
/// A case is what its events, applied again in their order, make it. Each branch of insurance is a leg: the pension leg
/// is the handshake of the side's role, the others are payouts. What is asked beside the straight road are machines of
/// their own. A case is complete when every one of them has come to its end.
package struct TransferCase: Equatable, Sendable {
    package private(set) var pension: PensionLeg
    /// The legs that are paid out here.
    package private(set) var payouts: [PayoutPurpose: PayoutLeg] = [:]
    package private(set) var awaitedPayouts: [Branch: AwaitedPayout] = [:]
    package private(set) var queries = Queries()
    package private(set) var recall = Recall()
    package private(set) var correction = Correction()
    /// At the destination.
    package private(set) var fundsReturn = FundsReturn()
    /// At the origin.
    package private(set) var awaitedReturn = AwaitedReturn()
    /// At the destination.
    package private(set) var clearing = Clearing()
    package private(set) var urging = Urging()

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
            for branch in branches { payouts[.balance(branch)] = PayoutLeg() }
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
        let before = leading.phase
        let effects = try move(event)
        if leading.phase != before { urging.beginAnew() }
        return effects
    }

    private mutating func move(_ event: CaseEvent) throws(NotAllowed) -> [CaseEffect] {
        switch (event, pension) {
        case (.destination(let event), .destination(var handshake)):
            // Money that went back ends the case only when the origin has confirmed it (BR-129).
            if event == .fundsGivenBack, fundsReturn.phase != .confirmed {
                throw NotAllowed(event: event.name, phase: fundsReturn.phase.name)
            }
            let effects = try handshake.apply(event)
            // What is recalled is owed from the same moment.
            let owed = event == .fundsRecalled ? try fundsReturn.apply(.surplusFound) : []
            pension = .destination(handshake)
            return effects.map(CaseEffect.destination) + owed.map(CaseEffect.side)
        case (.origin(let event), .origin(var handshake)):
            if event == .fundsReturned, awaitedReturn.phase != .confirmed {
                throw NotAllowed(event: event.name, phase: awaitedReturn.phase.name)
            }
            let effects = try handshake.apply(event)
            pension = .origin(handshake)
            return effects.map(CaseEffect.origin)
        case (.payout(let purpose, let event), _):
            return try movePayout(purpose, event)
        case (.awaitedPayout(let branch, let event), .destination):
            guard var leg = awaitedPayouts[branch] else { throw NotAllowed(event: event.name, phase: "no-such-leg") }
            let effects = try leg.apply(event)
            awaitedPayouts[branch] = leg
            return effects.map(CaseEffect.side)
        case (.query(let event), _):
            try checkOpenToQuestions(event)
            return try queries.apply(event).map(CaseEffect.side)
        case (.recall(let event), _):
            try checkRecall(event)
            return try recall.apply(event).map(CaseEffect.side)
        case (.correction(let event), _):
            // What was asked before the other office knew that all the money goes back is taken, and changes nothing.
            let isOvertaken = event == .correctionArrived && recall.isRemittanceRecalled
            if event == .correctionAsked || event == .correctionArrived, !isPensionCompleted, !isOvertaken {
                throw NotAllowed(event: event.name, phase: pensionView.phase)
            }
            return try correction.apply(event).map(CaseEffect.side)
        case (.fundsReturn(let event), .destination(let handshake)):
            // What never came is not owed.
            if event == .surplusFound, !handshake.hasFunds {
                throw NotAllowed(event: event.name, phase: handshake.phase.name)
            }
            return try fundsReturn.apply(event).map(CaseEffect.side)
        case (.awaitedReturn(let event), .origin):
            return try awaitedReturn.apply(event).map(CaseEffect.side)
        case (.clearing(let event), .destination):
            // What was given back is nobody's to choose any more.
            var needsFunds = event == .overlapFound
            if case .choiceMade = event { needsFunds = true }
            if needsFunds, !isPensionCompleted {
                throw NotAllowed(event: event.name, phase: pensionView.phase)
            }
            return try clearing.apply(event).map(CaseEffect.side)
        case (.urging(let event), _):
            guard !isTerminal else { throw NotAllowed(event: event.name, phase: leading.phase) }
            return try urging.apply(event).map(CaseEffect.side)
        case (.destination, .origin), (.origin, .destination), (.awaitedPayout, .origin), (.fundsReturn, .origin),
            (.awaitedReturn, .destination), (.clearing, .origin):
            throw NotAllowed(event: event.name, phase: "other-role")
        }
    }
}

// MARK: - What one machine asks of another

extension TransferCase {
    /// Heirs are paid when the person's relationship has ended here, a refund when an overlap was cleared. Neither is the
    /// other office's affair, so no notice goes there: the proof of payment stands in the case.
    private mutating func movePayout(
        _ purpose: PayoutPurpose, _ event: PayoutLeg.Event
    ) throws(NotAllowed) -> [CaseEffect] {
        let begins = event == .balanceDue || event == .balanceZero
        guard var leg = payouts[purpose] ?? (begins ? PayoutLeg() : nil) else {
            throw NotAllowed(event: event.name, phase: "no-such-leg")
        }
        if begins, !mayBegin(purpose) { throw NotAllowed(event: event.name, phase: "no-such-leg") }
        let effects = try leg.apply(event)
        payouts[purpose] = leg
        return effects.filter { effect in
            if case .balance = purpose { return true }
            return effect != .send(.payoutNotice)
        }
        .map { CaseEffect.payout(purpose, $0) }
    }

    private func mayBegin(_ purpose: PayoutPurpose) -> Bool {
        switch (purpose, pension) {
        case (.heir, .origin(let handshake)):
            if case .ceased = handshake.phase { true } else { false }
        case (.clearingRefund, .destination):
            if case .chosen = clearing.phase { true } else { false }
        case (.balance, _): payouts[purpose] != nil
        case (.heir, .destination), (.clearingRefund, .origin): false
        }
    }

    /// A side that knows nothing of the case yet, or has ended it without a transfer, is asked nothing.
    private func checkOpenToQuestions(_ event: Queries.Event) throws(NotAllowed) {
        switch (event, pension) {
        case (.queryAnswered, _), (.queryAnswerArrived, _), (.deadlinePassed, _): return
        case (.queryAsked, .destination(let handshake)), (.queryArrived, .destination(let handshake)):
            switch handshake.phase {
            case .draft, .reviewing, .supplementing, .refused, .temporaryOpened, .withdrawn, .ceased, .givenBack:
                throw NotAllowed(event: event.name, phase: handshake.phase.name)
            default: return
            }
        case (.queryAsked, .origin(let handshake)), (.queryArrived, .origin(let handshake)):
            switch handshake.phase {
            case .unopened, .withdrawn, .ceased, .restored:
                throw NotAllowed(event: event.name, phase: handshake.phase.name)
            default: return
            }
        }
    }

    /// A side recalls only what it sent itself, while it still can be given back.
    private func checkRecall(_ event: Recall.Event) throws(NotAllowed) {
        let subject: RecallSubject
        let asker: Role
        switch event {
        case .recallAsked(let what): (subject, asker) = (what, role)
        case .recallArrived(let what): (subject, asker) = (what, role == .origin ? .destination : .origin)
        default: return
        }
        let isPossible: Bool
        switch (subject, pension) {
        case (_, _) where subject.recalledBy != asker: isPossible = false
        case (.letter, .destination(let handshake)):
            switch handshake.phase {
            // Whether the letter can still be given back is the origin's to say: a credit that nobody ordered decides nothing.
            case .awaitingReply, .returned, .awaitingPapers, .holdingFunds, .awaitingAccount, .awaitingNewForm:
                isPossible = handshake.completions == 0
            case .reviewing, .supplementing: isPossible = handshake.hasSentLetter
            default: isPossible = false
            }
        // Whether the letter can still be given back is what the answer says.
        case (.letter, .origin(let handshake)):
            isPossible = handshake.phase != .unopened
        case (.form, .origin(let handshake)), (.remittance, .origin(let handshake)):
            isPossible =
                handshake.phase == .awaitingCompletion || (subject == .remittance && handshake.phase == .completed)
        case (.form, .destination(let handshake)), (.remittance, .destination(let handshake)):
            switch handshake.phase {
            case .draft, .reviewing, .supplementing, .refused, .temporaryOpened: isPossible = false
            default: isPossible = true
            }
        }
        guard isPossible else { throw NotAllowed(event: event.name, phase: pensionView.phase) }
    }

    /// Whether the destination gives the money back, or has.
    private var hasGivenBack: Bool {
        guard case .destination(let handshake) = pension else { return false }
        return handshake.phase == .givingBack || handshake.phase == .givenBack
    }

    private var isPensionCompleted: Bool {
        switch pension {
        case .destination(let handshake): handshake.phase == .completed
        case .origin(let handshake): handshake.phase == .completed
        }
    }
}

/// An event of a case, with the leg that it belongs to.
package enum CaseEvent: Hashable, Sendable {
    case destination(DestinationHandshake.Event)
    case origin(OriginHandshake.Event)
    case payout(PayoutPurpose, PayoutLeg.Event)
    case awaitedPayout(Branch, AwaitedPayout.Event)
    case query(Queries.Event)
    case recall(Recall.Event)
    case correction(Correction.Event)
    case fundsReturn(FundsReturn.Event)
    case awaitedReturn(AwaitedReturn.Event)
    case clearing(Clearing.Event)
    case urging(Urging.Event)

    package var branch: Branch {
        switch self {
        case .payout(let purpose, _): purpose.branch
        case .awaitedPayout(let branch, _): branch
        case .destination, .origin, .query, .recall, .correction, .fundsReturn, .awaitedReturn, .clearing, .urging:
            .pension
        }
    }

    /// The published name of the event within its branch.
    package var name: String {
        switch self {
        case .destination(let event): event.name
        case .origin(let event): event.name
        case .payout(let purpose, let event): purpose.prefix + event.name
        case .awaitedPayout(_, let event): event.name
        case .query(let event): event.name
        case .recall(let event): event.name
        case .correction(let event): event.name
        case .fundsReturn(let event): event.name
        case .awaitedReturn(let event): event.name
        case .clearing(let event): event.name
        case .urging(let event): event.name
        }
    }
}

/// An effect of a case, with the leg that it belongs to.
package enum CaseEffect: Hashable, Sendable {
    case destination(DestinationHandshake.Effect)
    case origin(OriginHandshake.Effect)
    case payout(PayoutPurpose, PayoutLeg.Effect)
    case side(SideEffect)
}

// MARK: - What can be read off a case

extension TransferCase {
    /// One leg, or one question beside it, as lists and pages show it.
    package struct LegView: Hashable, Sendable {
        package let kind: Kind
        package let branch: Branch
        /// The published name of the phase.
        package let phase: String
        package let holder: Holder
        package let clock: Clock?
        package var isTerminal: Bool { holder == .nobody }

        package enum Kind: Hashable, Sendable {
            case pension
            case payout(PayoutPurpose)
            case awaitedPayout
            case query
            case recall
            case correction
            case fundsReturn
            case clearing
        }
    }

    /// The pension leg, then the other branches, then what is asked beside them, if anything is.
    package var legs: [LegView] {
        var views = [pensionView]
        for purpose in payouts.keys.sorted() {
            guard let leg = payouts[purpose] else { continue }
            views.append(
                LegView(
                    kind: .payout(purpose), branch: purpose.branch, phase: purpose.prefix + leg.phase.name,
                    holder: leg.holder, clock: leg.phase.clock))
        }
        for branch in awaitedPayouts.keys.sorted() {
            guard let phase = awaitedPayouts[branch]?.phase else { continue }
            views.append(
                LegView(
                    kind: .awaitedPayout, branch: branch, phase: phase.name, holder: phase.holder, clock: phase.clock))
        }
        return views + sideViews.filter { !$0.isTerminal }
    }

    private var pensionView: LegView {
        switch pension {
        case .destination(let handshake):
            LegView(
                kind: .pension, branch: .pension, phase: handshake.phase.name, holder: handshake.phase.holder,
                clock: handshake.clock)
        case .origin(let handshake):
            LegView(
                kind: .pension, branch: .pension, phase: handshake.phase.name, holder: handshake.phase.holder,
                clock: handshake.phase.clock)
        }
    }

    private var sideViews: [LegView] { [queryView, recallView, correctionView, returnView, clearingView] }

    private var otherSide: Holder { role == .destination ? .origin : .destination }
    private var ownSide: Holder { role == .destination ? .destination : .origin }

    private func view(_ kind: LegView.Kind, _ phase: String, _ holder: Holder, _ clock: Clock?) -> LegView {
        LegView(kind: kind, branch: .pension, phase: phase, holder: holder, clock: clock)
    }

    private var queryView: LegView {
        let isAsked = queries.received.isOpen || queries.asked.isOpen
        return view(
            .query, queries.phaseName, !isAsked ? .nobody : queries.received.isOpen ? ownSide : otherSide,
            isAsked ? .query : nil)
    }

    private var recallView: LegView {
        let holder: Holder
        switch recall.phase {
        case .asked: holder = otherSide
        case .received: holder = ownSide
        case .none, .consented, .declined: holder = .nobody
        }
        return view(.recall, recall.phase.name, holder, recall.phase.clock)
    }

    private var correctionView: LegView {
        let holder: Holder
        switch correction.phase {
        case .asked: holder = otherSide
        case .received: holder = ownSide
        case .agreed: holder = .origin
        case .none, .declined, .settled: holder = .nobody
        }
        return view(.correction, correction.phase.name, holder, correction.phase.clock)
    }

    private var returnView: LegView {
        switch role {
        case .destination:
            view(.fundsReturn, fundsReturn.phase.name, fundsReturn.phase.holder, fundsReturn.phase.clock)
        case .origin:
            view(.fundsReturn, awaitedReturn.phase.name, awaitedReturn.phase.holder, awaitedReturn.phase.clock)
        }
    }

    private var clearingView: LegView {
        let isChoosing = clearing.phase == .choiceAwaited && !hasGivenBack
        return view(
            .clearing, clearing.phase.name, isChoosing ? .insuredPerson : .nobody, isChoosing ? .clearing : nil)
    }

    /// Whether every leg has come to its end and nothing is asked.
    package var isTerminal: Bool {
        pensionView.isTerminal && payouts.values.allSatisfy { $0.holder == .nobody }
            && awaitedPayouts.values.allSatisfy { $0.phase.holder == .nobody } && queryView.isTerminal
            && recallView.isTerminal && correctionView.isTerminal && returnView.isTerminal && clearingView.isTerminal
    }

    /// The leg that says where the case is: what one office asked the other first, for the step waits for it; then the
    /// pension leg until it ends; then the first that has not ended.
    ///
    /// It is asked for with every event of every history, so no list of all legs is made for it where few have to be seen.
    package var leading: LegView {
        let query = queryView
        if !query.isTerminal { return query }
        let recall = recallView
        if !recall.isTerminal { return recall }
        let correction = correctionView
        if !correction.isTerminal { return correction }
        let pension = pensionView
        if !pension.isTerminal { return pension }
        return legs.first { !$0.isTerminal } ?? pension
    }

    /// The event that says that the deadline of the leading leg has passed; allowed only while that leg has a clock.
    package var deadlineEvent: CaseEvent {
        switch (leading.kind, role) {
        case (.payout(let purpose), _): .payout(purpose, .deadlinePassed)
        case (.recall, _): .recall(.deadlinePassed)
        case (.correction, _): .correction(.deadlinePassed)
        case (.fundsReturn, .destination): .fundsReturn(.deadlinePassed)
        case (.fundsReturn, .origin): .awaitedReturn(.deadlinePassed)
        case (.clearing, _): .clearing(.deadlinePassed)
        case (.awaitedPayout, _): .awaitedPayout(leading.branch, .deadlinePassed)
        case (.pension, .destination): .destination(.deadlinePassed)
        case (.pension, .origin): .origin(.deadlinePassed)
        case (.query, _): .query(.deadlinePassed)
        }
    }

    /// Whether the pension leg ended with the funds posted (destination) or confirmed (origin).
    package var isCompleted: Bool { isPensionCompleted && isTerminal }

    /// Whether the case ended without a transfer, on either side.
    package var endedWithoutTransfer: Bool {
        switch pension {
        case .destination(let handshake): handshake.phase.endedWithoutTransfer
        case .origin(let handshake):
            switch handshake.phase {
            case .withdrawn, .ceased: true
            default: false
            }
        }
    }
}
