import Testing
import TransferCore

/// What holds on every way through a case, whatever happens in whatever order.
@Suite struct `Any case` {
    /// Walks of 60 events each, by seed.
    private static let walks = 2_000
    private static let seeds = [UInt64](1...10)
    private static let steps = 60

    @Test(arguments: seeds)
    func `keeps its promises at the destination`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var phases: Set<String> = []
        for _ in 1...Self.walks {
            var walk = DestinationWalk()
            for _ in 1...Self.steps {
                guard walk.step(using: &random) else { break }
                phases.insert(walk.phase.name)
            }
            #expect(walk.broken == [], "\(walk.path.joined(separator: ", "))")
        }
        #expect(phases.isSuperset(of: Walks.destination.taken.keys.filter { $0 != "draft" }))
    }

    @Test(arguments: seeds)
    func `keeps its promises at the origin`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var phases: Set<String> = []
        for _ in 1...Self.walks {
            var walk = OriginWalk()
            for _ in 1...Self.steps {
                guard walk.step(using: &random) else { break }
                phases.insert(walk.phase.name)
            }
            #expect(walk.broken == [], "\(walk.path.joined(separator: ", "))")
        }
        #expect(phases.isSuperset(of: Walks.origin.taken.keys.filter { $0 != "unopened" }))
    }
}

/// One case on its way, and what was seen of it.
struct CaseWalk {
    var story: TransferCase
    private(set) var path: [String] = []
    private(set) var posted: [Posting.Kind: Int] = [:]
    private(set) var broken: [String] = []

    init(role: Role) { story = TransferCase(role: role, payouts: [.medical]) }

    mutating func expect(_ condition: Bool, _ promise: String) {
        if !condition { broken.append(promise) }
    }

    func count(_ kind: Posting.Kind) -> Int { posted[kind, default: 0] }

    /// Tries events until the case takes one. What it does not take must change nothing.
    /// - Returns: the event and its effects; nil when it took none of them.
    mutating func advance(
        _ likely: [CaseEvent], _ all: [CaseEvent], using random: inout SplitMix
    ) -> (event: CaseEvent, effects: [CaseEffect])? {
        for _ in 1...12 {
            let source = likely.isEmpty || Int.random(in: 0...3, using: &random) == 0 ? all : likely
            guard let event = source.randomElement(using: &random) else { return nil }
            let before = story
            guard let effects = try? story.apply(event) else {
                if path.count % 8 == 0 { expect(story == before, "what is not allowed changes nothing") }
                continue
            }
            path.append(event.name)
            // The balances of other branches have books of their own.
            if case .awaitedPayout = event { return (event, effects) }
            for effect in effects {
                switch effect {
                case .destination(.post(let kind)), .origin(.post(let kind)), .payout(_, .post(let kind)),
                    .side(.post(let kind)):
                    posted[kind, default: 0] += 1
                default: break
                }
            }
            keepCommonPromises(after: event, effects)
            return (event, effects)
        }
        return nil
    }

    private mutating func keepCommonPromises(after event: CaseEvent, _ effects: [CaseEffect]) {
        let legs = story.legs
        let leading = story.leading
        let isTerminal = legs.allSatisfy { $0.holder == .nobody }
        expect((leading.holder == .nobody) == isTerminal, "what is open leads")
        let asking = legs.first { !$0.isTerminal && [.query, .recall, .correction].contains($0.kind) }
        expect(leading == asking ?? legs.first { !$0.isTerminal } ?? legs[0], "the leading leg is one of the legs")
        expect(story.isTerminal == isTerminal, "a case has ended when every leg has")
        if isTerminal {
            expect(story.isTerminal, "an end has nothing open")
            expect(!story.queries.asked.isOpen && !story.queries.received.isOpen, "an end has no open query")
            expect(
                story.recall.phase.clock == nil && story.correction.phase.clock == nil, "an end has no open question")
            expect(
                story.fundsReturn.phase.clock == nil && story.awaitedReturn.phase.clock == nil, "an end owes nothing")
        }
        if path.count % 4 == 0, leading.clock != nil {
            var late = story
            expect((try? late.apply(story.deadlineEvent)) != nil, "the deadline of the leading leg can pass")
        }
        expect(posted[.payoutPaid, default: 0] <= count(.payoutSetAside) + count(.payoutBounced), "paid what is due")
        if case .payout(.heir, .balanceDue) = event { expect(story.endedWithoutTransfer, "heirs after the end only") }
        if case .payout(.clearingRefund, .balanceDue) = event {
            if case .chosen = story.clearing.phase {} else { expect(false, "a refund after the choice only") }
        }
        expect(count(.returnPaid) - count(.returnBounced) <= count(.returnSetAside), "paid back what was set aside")
    }
}

/// The events that both roles can meet beside the straight road.
private let sideEvents: [CaseEvent] =
    [
        .query(.queryAsked(.other)), .query(.queryAnswerArrived(.confirmed)), .query(.queryArrived(.other)),
        .query(.queryAnswered(.confirmed)), .recall(.recallConsented), .recall(.recallDeclined),
        .recall(.recallConsentArrived), .recall(.recallRefusalArrived), .recall(.deadlinePassed),
        .correction(.correctionAsked), .correction(.correctionArrived), .correction(.correctionAgreed),
        .correction(.correctionDeclined), .correction(.correctionConsentArrived),
        .correction(.correctionRefusalArrived), .correction(.correctionSettled), .correction(.deadlinePassed),
        .urging(.reminderSent), .urging(.reminderArrived), .urging(.escalated),
    ] + RecallSubject.allCases.flatMap { [.recall(.recallAsked($0)), .recall(.recallArrived($0))] }

private let payoutEvents: [PayoutLeg.Event] = [
    .balanceDue, .balanceMoves, .balanceZero, .payoutPaid, .payoutBounced(.accountClosed), .accountCorrected,
    .caseEnded,
    .deadlinePassed,
]

/// A walk at the destination: what was posted, what of the money is still here.
private struct DestinationWalk {
    private var walk = CaseWalk(role: .destination)
    private var seen: Set<String> = []
    private var hasPosted = false

    var path: [String] { walk.path }
    var broken: [String] { walk.broken }

    var phase: DestinationHandshake.Phase {
        guard case .destination(let handshake) = walk.story.pension else { return .draft }
        return handshake.phase
    }

    private static let events: [CaseEvent] =
        Walks.destinationEvents.map(CaseEvent.destination) + sideEvents + Walks.returnEvents.map(CaseEvent.fundsReturn)
        + payoutEvents.map { .payout(.clearingRefund, $0) } + [
            .awaitedPayout(.medical, .payoutNoticeArrived), .awaitedPayout(.medical, .balanceNoticeArrived),
            .awaitedPayout(.medical, .balanceCreditArrived), .awaitedPayout(.medical, .applicationEnded),
            .clearing(.overlapFound), .clearing(.choiceMade(.moved)), .clearing(.deadlinePassed),
        ]
    private static let likely: [String: [CaseEvent]] = Walks.destination.taken.mapValues { names in
        // A deadline passes more rarely than anything else, and a return is likely where money goes back.
        Walks.destinationEvents.filter { event in
            names.contains(event.name) && event != .deadlinePassed && event != .letterRecalled
                && event != .endNoticeArrived(.deceased)
        }.map(CaseEvent.destination)
    }

    mutating func step(using random: inout SplitMix) -> Bool {
        let before = phase
        let givesBack = before == .givingBack ? Walks.returnEvents.map(CaseEvent.fundsReturn) : []
        let likely = DestinationWalk.likely[before.name, default: []] + givesBack
        guard let (event, effects) = walk.advance(likely, DestinationWalk.events, using: &random) else { return false }
        seen.insert(event.name)
        if event == .destination(.booksMatched) {
            let needed: Set = ["certificate-arrived", "form-arrived", "advice-arrived", "funds-arrived"]
            walk.expect(
                seen.isSuperset(of: needed), "nothing is posted before certificate, form, advice and funds are here")
            hasPosted = true
        }
        let isPosted = walk.count(.creditPosted) - walk.count(.creditReversed)
        walk.expect((0...1).contains(isPosted), "posted once and reversed once, in turn")
        walk.expect(
            effects.contains(.destination(.post(.creditPosted))) == (event == .destination(.booksMatched)),
            "posts only on a match")
        walk.expect(
            effects.contains(.destination(.send(.completionNotice))) == (event == .destination(.booksMatched)),
            "a completion notice means posted money")
        let sendsLetter = event == .destination(.applicationPassed) || event == .destination(.accountConfirmed)
        walk.expect(effects.contains(.destination(.send(.acceptanceLetter))) == sendsLetter, "a letter for its reasons")
        walk.expect(
            effects.contains(.destination(.post(.creditHeld))) == (event == .destination(.fundsArrived)),
            "money is held when it comes")
        switch phase {
        case .refused, .temporaryOpened, .withdrawn, .ceased:
            walk.expect(!hasPosted, "what was posted never ends as if nothing had happened")
        case .givenBack:
            walk.expect(isPosted == 0, "what was posted is reversed before it goes back")
            walk.expect(walk.count(.returnSetAside) > 0, "what is given back was set aside")
            walk.expect(walk.count(.returnPaid) > walk.count(.returnBounced), "and paid")
        case .completed:
            walk.expect(isPosted == 1, "completed means posted")
        default: break
        }
        return true
    }
}

/// A walk at the origin: what was frozen, ordered and paid.
private struct OriginWalk {
    private var walk = CaseWalk(role: .origin)
    private var ordersOut = 0

    var path: [String] { walk.path }
    var broken: [String] { walk.broken }

    var phase: OriginHandshake.Phase {
        guard case .origin(let handshake) = walk.story.pension else { return .unopened }
        return handshake.phase
    }

    private static let returns: [CaseEvent] =
        [.returnAdviceArrived, .returnCreditArrived, .laterReturnCreditArrived, .deadlinePassed].map(
            CaseEvent.awaitedReturn)
    private static let events: [CaseEvent] =
        Walks.originEvents.map(CaseEvent.origin) + sideEvents
        + returns
        + [PayoutPurpose.balance(.medical), .heir(1), .heir(9)].flatMap { purpose in
            payoutEvents.map { .payout(purpose, $0) }
        }
    private static let likely: [String: [CaseEvent]] = Walks.origin.taken.mapValues { names in
        Walks.originEvents.filter { names.contains($0.name) && $0 != .deadlinePassed }.map(CaseEvent.origin)
    }

    mutating func step(using random: inout SplitMix) -> Bool {
        let before = phase
        let comesBack = before == .completed || before == .awaitingCompletion ? OriginWalk.returns : []
        let likely = OriginWalk.likely[before.name, default: []] + comesBack
        guard let (event, effects) = walk.advance(likely, OriginWalk.events, using: &random) else { return false }
        if effects.contains(.origin(.orderRemittance)) { ordersOut += 1 }
        switch event {
        case .origin(.remittanceBounced), .origin(.earlierRemittanceBounced): ordersOut -= 1
        default: break
        }
        let owed = walk.count(.accountFrozen) - walk.count(.freezeLifted)
        let paid = walk.count(.remittancePaid) - walk.count(.remittanceBounced)
        var bounced = 0
        if case .origin(let handshake) = walk.story.pension { bounced = handshake.ordersBounced }
        walk.expect((0...(1 + bounced)).contains(owed - paid), "what is frozen is paid or about to be paid")
        walk.expect((paid...(paid + 1)).contains(ordersOut), "one order at a time is on its way")
        walk.expect(
            effects.contains(.origin(.send(.remittanceAdvice))) == (event == .origin(.remittancePaid)),
            "advises what the bank has paid, and nothing else")
        if effects.contains(.origin(.send(.contributionCertificate))) {
            walk.expect(effects.contains(.origin(.post(.accountFrozen))), "certifies what it freezes")
        }
        if case .completed = phase { walk.expect(paid > 0 && owed == paid, "completed means paid") }
        switch phase {
        case .withdrawn, .ceased:
            walk.expect(ordersOut == 0, "no way back once a remittance is ordered and has not bounced")
            walk.expect(owed == 0 && paid == 0, "every freeze is lifted, every payment came back")
        case .restored:
            walk.expect(walk.count(.returnBooked) > 0, "what was returned is booked")
        default: break
        }
        return true
    }
}
