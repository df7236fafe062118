import TransferCore

/// Both sides of one case, the documents on the road between them in each direction, in their order, and the bank. An
/// order moves one unit of money; a form asks for so many units.
struct TwoSides {
    private var destination = TransferCase(role: .destination, payouts: [])
    private var origin = TransferCase(role: .origin, payouts: [])
    private var toOrigin: [Paper] = []
    private var toDestination: [Paper] = []
    /// The orders at the bank, the oldest first.
    private var orders: [Order] = []
    /// The newest form as the origin wrote it.
    private var written = Form(version: 0, units: 1)
    // What the destination's file holds.
    private var read = Form(version: 0, units: 1)
    private var advised: [Int] = []
    private var bounced: Set<Int> = []
    private var credited: [Int] = []
    /// How often what can happen again and again still may.
    private var budget: [Chance: Int]
    /// What went wrong in the newest step.
    private(set) var refusal: String?

    /// What is told of a document here.
    private enum Paper: Hashable {
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

    private struct Form: Hashable {
        var version: Int
        var units: Int
    }

    private struct Order: Hashable {
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

    private var atDestination: DestinationHandshake.Phase {
        if case .destination(let handshake) = destination.pension { handshake.phase } else { .draft }
    }

    private var atOrigin: OriginHandshake.Phase {
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

    private enum Step: CaseIterable {
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

// MARK: - Documents

extension TwoSides {
    private mutating func deliver(_ step: Step) -> Bool {
        if step == .deliverToOrigin {
            guard !toOrigin.isEmpty else { return false }
            let paper = toOrigin.removeFirst()
            let phase = atOrigin.name
            if !readAtOrigin(paper) { refusal = "\(TwoSides.name(paper)) at the origin in \(phase)" }
        } else {
            guard !toDestination.isEmpty else { return false }
            let paper = toDestination.removeFirst()
            let phase = atDestination.name
            if !readAtDestination(paper) { refusal = "\(TwoSides.name(paper)) at the destination in \(phase)" }
        }
        return true
    }

    private static func name(_ paper: Paper) -> String { String("\(paper)".prefix { $0.isLetter }) }

    private mutating func readAtOrigin(_ paper: Paper) -> Bool {
        switch paper {
        case .letter: return tellOrigin(.origin(.letterArrived))
        case .completion(let version):
            let isNewest = version == written.version && atOrigin == .awaitingCompletion
            return tellOrigin(.origin(isNewest ? .completionArrived : .earlierCompletionArrived))
        case .recall(let subject): return tellOrigin(.recall(.recallArrived(subject)))
        case .recallAnswer(_, let isConsent):
            return tellOrigin(.recall(isConsent ? .recallConsentArrived : .recallRefusalArrived))
        default: return false
        }
    }

    private mutating func readAtDestination(_ paper: Paper) -> Bool {
        switch paper {
        case .returnNote: return tellDestination(.destination(.letterReturned(.identityDiffers)))
        case .holdNotice: return tellDestination(.destination(.holdNoticeArrived(.legalHold)))
        case .certificate: return tellDestination(.destination(.certificateArrived))
        case .form(let form):
            read = form
            return tellDestination(.destination(.formArrived))
        case .advice(let order):
            advised.append(order)
            return tellDestination(.destination(.adviceArrived))
        case .bounceNotice(let order):
            bounced.insert(order)
            return tellDestination(.destination(.bounceNoticeArrived(.accountClosed)))
        case .endNotice: return tellDestination(.destination(.endNoticeArrived(.deceased)))
        case .recall(let subject): return tellDestination(.recall(.recallArrived(subject)))
        case .recallAnswer(let subject, let isConsent):
            guard tellDestination(.recall(isConsent ? .recallConsentArrived : .recallRefusalArrived)) else {
                return false
            }
            return !isConsent || subject != .letter || tellDestination(.destination(.letterRecalled))
        default: return false
        }
    }

    @discardableResult
    private mutating func tellDestination(_ event: CaseEvent) -> Bool {
        guard let effects = try? destination.apply(event) else { return false }
        for effect in effects {
            switch effect {
            case .destination(.send(.acceptanceLetter)): toOrigin.append(.letter)
            case .destination(.send(.completionNotice)): toOrigin.append(.completion(version: read.version))
            case .destination(.reconcile): reconcile()
            case .side(.send(.recallRequest)), .side(.send(.recallAnswer)):
                if let paper = TwoSides.paper(of: destination.recall) { toOrigin.append(paper) }
            default: break
            }
        }
        return true
    }

    private mutating func tellOrigin(_ event: CaseEvent) -> Bool {
        guard let effects = try? origin.apply(event) else { return false }
        for effect in effects {
            switch effect {
            case .origin(.send(.returnNote)): toDestination.append(.returnNote)
            case .origin(.send(.holdNotice)): toDestination.append(.holdNotice)
            case .origin(.send(.contributionCertificate)): toDestination.append(.certificate)
            case .origin(.send(.informationForm)): toDestination.append(.form(written))
            case .origin(.send(.remittanceAdvice)): toDestination.append(.advice(orders.count - 1))
            case .origin(.send(.bounceNotice)): toDestination.append(.bounceNotice(orders.count - 1))
            case .origin(.send(.endNotice)): toDestination.append(.endNotice)
            case .origin(.orderRemittance):
                // What was short is made up by the first order after it that is not for a newer form.
                let paid = orders.count { !$0.makesUp && $0.state != .bounced }
                orders.append(Order(makesUp: orders.contains(where: \.isShort) && paid >= written.units))
            case .side(.send(.recallRequest)), .side(.send(.recallAnswer)):
                if let paper = TwoSides.paper(of: origin.recall) { toDestination.append(paper) }
            default: break
            }
        }
        return true
    }

    private static func paper(of recall: Recall) -> Paper? {
        switch recall.phase {
        case .asked(let subject): .recall(subject)
        case .consented(let subject): .recallAnswer(subject, isConsent: true)
        case .declined(let subject): .recallAnswer(subject, isConsent: false)
        case .none, .received: nil
        }
    }

    /// What the destination finds in its file: the reconciliation itself is tested elsewhere, with the same answers.
    private mutating func reconcile() {
        func money(_ fen: Int) -> Money { Money(fen: Int64(fen)) }
        let number = CaseNumber(destination: AgencyCode("370700")!, year: 2026, serial: 1)!
        func key(_ order: Int) -> OrderKey { OrderKey(caseNumber: number, leg: .remittance, attempt: order + 1)! }
        let total = read.units * 10
        let papers = PapersPosition(
            certificateAccount: money(total), formAccount: money(total), formPooled: .zero, formTotal: money(total),
            formVersion: read.version, computedAccount: money(total), computedPooled: .zero, formFiguresAgree: true,
            monthsAgree: true)
        // A short order lacks 1 of its 10, and the order that makes up for it pays that.
        let short = orders.firstIndex(where: \.isShort)
        let funds = FundsPosition(
            advised: advised.filter { !bounced.contains($0) }.map { order in
                let makesUp = orders[order].makesUp
                return .init(key: key(order), amount: money(makesUp ? 1 : 10), makesUp: makesUp ? short.map(key) : nil)
            },
            credited: credited.map { order in
                .init(key: key(order), amount: money(orders[order].makesUp ? 1 : orders[order].isShort ? 9 : 10))
            }, returned: .zero, isExcessConfirmed: false)
        let event: DestinationHandshake.Event =
            switch Reconciliation(papers: papers, funds: funds).outcome {
            case .matched: .booksMatched
            case .adviceOutstanding: .adviceOutstanding
            case .fundsOutstanding: .fundsOutstanding
            case .differs(let difference): .booksDiffered(difference)
            }
        if !tellDestination(.destination(event)) { refusal = "\(event.name) in \(atDestination.name)" }
    }
}
