import TransferCore

/// Both sides of one case, the documents on the road between them in each direction, in their order, and the bank. An
/// order moves one unit of money; a form asks for so many units.
struct TwoSides {
    var destination = TransferCase(role: .destination, payouts: [])
    var origin = TransferCase(role: .origin, payouts: [])
    var toOrigin: [Paper] = []
    var toDestination: [Paper] = []
    /// The orders at the bank, the oldest first.
    var orders: [Order] = []
    /// The newest form as the origin wrote it.
    var written = Form(version: 0, units: 1)
    // What the destination's file holds.
    var read = Form(version: 0, units: 1)
    var advised: [Int] = []
    var bounced: Set<Int> = []
    var credited: [Int] = []
    /// How often what can happen again and again still may.
    var budget: [Chance: Int]
    /// What went wrong in the newest step.
    var refusal: String?

    /// What is told of a document here.
    enum Paper: Hashable {
        case letter
        case returnNote
        case holdNotice
        case certificate
        case form(Form)
        case advice(Int)
        case bounceNotice(Int)
        case endNotice
        case completion(version: Int)
        case recall(RecallSubject)
        case recallAnswer(RecallSubject, isConsent: Bool)
    }

    struct Form: Hashable {
        var version: Int
        var units: Int
    }

    struct Order: Hashable {
        var state = State.ordered
        /// Whether it pays what another order was short of.
        let makesUp: Bool
        var isShort = false

        enum State: Hashable {
            case ordered
            case underWay
            case credited
            case bounced
        }
    }

    /// What is bounded, so that the walk ends.
    enum Chance: String, CaseIterable {
        case letterReturned, checkHeld, bounce, retry, revision, supplement, short, personEnded, letterRecall,
            formRecall
        case fundsRecall
    }

    /// - Parameter budget: how often each may happen; what is not named does not.
    init(_ budget: [Chance: Int]) {
        self.budget = budget
        tellDestination(.destination(.applicationLodged))
    }

    /// Whether it is the same as another one: two ways may lead to one place.
    var key: String {
        let chances = Chance.allCases.map { budget[$0, default: 0] }
        return "\(destination)\(origin)\(toOrigin)\(toDestination)\(orders)\(written)\(read)\(advised)"
            + "\(bounced.sorted())\(credited)\(chances)"
    }

    var isEnded: Bool { destination.isTerminal && origin.isTerminal }

    var phases: String { "\(atDestination.name) and \(atOrigin.name)" }

    var atDestination: DestinationHandshake.Phase {
        if case .destination(let handshake) = destination.pension { handshake.phase } else { .draft }
    }

    var atOrigin: OriginHandshake.Phase {
        if case .origin(let handshake) = origin.pension { handshake.phase } else { .unopened }
    }
}

// MARK: - What can happen

extension TwoSides {
    /// Every place that one more step can lead to.
    func next() -> [TwoSides] {
        Step.allCases.compactMap { step in
            var next = self
            next.refusal = nil
            return next.take(step) ? next : nil
        }
    }

    enum Step: CaseIterable {
        case deliverToOrigin, deliverToDestination
        case pass, correct, confirmAccount, recallLetter, consentAtDestination, declineAtDestination, giveBack
        case passRecords, failRecords, hold, liftHold, decide, retry, end, revise, supplement, admitShortfall
        case recallForm, recallFunds, consentAtOrigin, declineAtOrigin
        case bankPays, bankBounces, bankBouncesLate, bankCredits, bankCreditsShort
    }

    private mutating func spend(_ chance: Chance) -> Bool {
        guard budget[chance, default: 0] > 0 else { return false }
        budget[chance, default: 0] -= 1
        return true
    }

    private mutating func take(_ step: Step) -> Bool {
        switch step {
        case .deliverToOrigin, .deliverToDestination: return deliver(step)
        case .pass: return tellDestination(.destination(.applicationPassed))
        case .correct: return tellDestination(.destination(.applicationCorrected))
        case .confirmAccount: return tellDestination(.destination(.accountConfirmed))
        case .recallLetter: return spend(.letterRecall) && tellDestination(.recall(.recallAsked(.letter)))
        case .consentAtDestination:
            guard case .received(let subject) = destination.recall.phase else { return false }
            let undo: DestinationHandshake.Event = subject == .form ? .formRecalled : .fundsRecalled
            return tellDestination(.destination(undo)) && tellDestination(.recall(.recallConsented))
        case .declineAtDestination: return tellDestination(.recall(.recallDeclined))
        case .giveBack:
            guard atDestination == .givingBack, toOrigin.isEmpty else { return false }
            let returning: [FundsReturn.Event] = [.returnDecided, .returnPaid, .returnConfirmationArrived]
            let coming: [AwaitedReturn.Event] = [.returnAdviceArrived, .returnCreditArrived]
            return returning.allSatisfy { tellDestination(.fundsReturn($0)) }
                && coming.allSatisfy { tellOrigin(.awaitedReturn($0)) } && tellOrigin(.origin(.fundsReturned))
                && tellDestination(.destination(.fundsGivenBack))
        case .passRecords:
            written.version = 1
            return tellOrigin(.origin(.recordsPassed))
        case .failRecords: return spend(.letterReturned) && tellOrigin(.origin(.recordsFailed(.identityDiffers)))
        case .hold: return spend(.checkHeld) && tellOrigin(.origin(.checkHeld(.legalHold)))
        case .liftHold: return tellOrigin(.origin(.holdLifted))
        case .decide: return tellOrigin(.origin(.remittanceDecided))
        case .retry: return spend(.retry) && tellOrigin(.origin(.remittanceRetried))
        case .end: return spend(.personEnded) && tellOrigin(.origin(.personEnded(.deceased)))
        case .revise:
            // Whoever got a form back sends a newer one.
            guard atDestination == .awaitingNewForm || spend(.revision) else { return false }
            guard !toDestination.contains(where: { if case .form = $0 { true } else { false } }) else { return false }
            written.version += 1
            return tellOrigin(.origin(.formRevised))
        case .supplement:
            written = Form(version: written.version + 1, units: written.units + 1)
            return spend(.supplement) && tellOrigin(.origin(.supplementFrozen))
        case .admitShortfall:
            let isMadeUp = orders.contains { $0.makesUp && $0.state != .bounced }
            guard orders.contains(where: \.isShort), !isMadeUp else { return false }
            return tellOrigin(.origin(.shortfallAdmitted))
        case .recallForm: return spend(.formRecall) && tellOrigin(.recall(.recallAsked(.form)))
        case .recallFunds: return spend(.fundsRecall) && tellOrigin(.recall(.recallAsked(.remittance)))
        case .consentAtOrigin:
            guard case .received = origin.recall.phase else { return false }
            return tellOrigin(.origin(.letterWithdrawn)) && tellOrigin(.recall(.recallConsented))
        case .declineAtOrigin: return tellOrigin(.recall(.recallDeclined))
        case .bankPays, .bankBounces, .bankBouncesLate, .bankCredits, .bankCreditsShort: return bank(step)
        }
    }

    private mutating func bank(_ step: Step) -> Bool {
        let newest = orders.indices.last
        switch step {
        case .bankPays:
            guard let newest, orders[newest].state == .ordered else { return false }
            orders[newest].state = .underWay
            return tellOrigin(.origin(.remittancePaid))
        case .bankBounces:
            guard let newest, orders[newest].state == .ordered, spend(.bounce) else { return false }
            orders[newest].state = .bounced
            return tellOrigin(.origin(.remittanceBounced(.accountClosed)))
        case .bankBouncesLate:
            // The bank's word counts for the newest order only.
            guard let newest, orders[newest].state == .underWay, atOrigin == .awaitingCompletion, spend(.bounce)
            else { return false }
            orders[newest].state = .bounced
            return tellOrigin(.origin(.remittanceBounced(.accountClosed)))
        default:
            guard let oldest = orders.firstIndex(where: { $0.state == .underWay }) else { return false }
            if step == .bankCreditsShort {
                guard oldest == 0, spend(.short) else { return false }
                orders[oldest].isShort = true
            }
            orders[oldest].state = .credited
            credited.append(oldest)
            let phase = atDestination.name
            if !tellDestination(.destination(.fundsArrived)) { refusal = "funds in \(phase)" }
            return true
        }
    }
}
