import Testing
import TransferCore

/// One machine of a case, walked through from its beginning by every event.
struct Leg: Sendable, CustomTestStringConvertible {
    let title: String
    let events: [String]
    /// Each phase that can be reached, followed by the events that can happen in it, in alphabetical order. The events
    /// that tell of a deadline are left out: they happen wherever a clock runs.
    let phases: Set<[String]>

    var testDescription: String { title }

    /// The names in a row of a table: what stands between backquotes.
    static func names(_ row: String) -> [String] {
        row.split(separator: "`", omittingEmptySubsequences: false).enumerated().filter { $0.offset % 2 == 1 }.map {
            String($0.element)
        }
    }

    private init<Machine: Equatable, Event>(
        _ title: String, from start: Machine, _ events: [Event], _ name: (Event) -> String,
        _ phase: (Machine) -> String, _ apply: (inout Machine, Event) throws -> Void
    ) {
        var reached = [start]
        var allowed: [String: Set<String>] = [:]
        var next = 0
        while next < reached.count {
            let machine = reached[next]
            next += 1
            allowed[phase(machine), default: []].formUnion([])
            for event in events {
                var copy = machine
                guard (try? apply(&copy, event)) != nil else { continue }
                if !name(event).hasSuffix("deadline-passed") {
                    allowed[phase(machine), default: []].insert(name(event))
                }
                if !reached.contains(copy), reached.count < 300 { reached.append(copy) }
            }
        }
        self.title = title
        self.events = events.map(name).reduce(into: []) { names, name in
            if names.last != name { names.append(name) }
        }
        phases = Set(allowed.map { [$0.key] + $0.value.sorted() })
    }
}

extension Leg {
    static let all = handshakes + payouts + questions + returns

    private static let handshakes: [Leg] = [
        Leg(
            "Pension leg at the destination", from: DestinationHandshake(),
            [
                DestinationHandshake.Event.applicationLodged, .applicationPassed, .applicationFailed(.notEnrolled),
                .temporaryAccountDue(.enrolledLateAwayFromHome), .supplementAsked, .applicationSupplemented,
                .applicationWithdrawn, .letterReturned(.identityDiffers), .applicationCorrected,
                .holdNoticeArrived(.currentMonthUnsettled), .letterRecalled, .endNoticeArrived(.deceased),
                .certificateArrived, .formArrived, .formRecalled, .adviceArrived, .fundsArrived,
                .bounceNoticeArrived(.accountClosed), .accountConfirmed, .booksMatched, .booksDiffered(.creditShort),
                .adviceOutstanding, .fundsOutstanding, .excessConfirmed, .fundsRecalled, .fundsGivenBack,
                .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
        Leg(
            "Pension leg at the origin", from: OriginHandshake(),
            [
                OriginHandshake.Event.letterArrived, .recordsPassed, .recordsPassedInPart(.backPaymentWithoutPapers),
                .recordsFailed(.noRecordAtOrigin), .checkHeld(.currentMonthUnsettled), .holdLifted,
                .remittanceDecided, .remittancePaid, .remittanceBounced(.accountClosed),
                .earlierRemittanceBounced(.accountClosed), .remittanceRetried,
                .formRevised, .supplementFrozen, .shortfallAdmitted, .letterWithdrawn, .personEnded(.deceased),
                .completionArrived, .earlierCompletionArrived, .fundsReturned,
                .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
    ]

    private static let payouts: [Leg] = [
        Leg(
            "Payout leg at the origin", from: PayoutLeg(),
            [
                PayoutLeg.Event.balanceDue, .balanceMoves, .balanceZero, .payoutPaid, .payoutBounced(.accountClosed),
                .accountCorrected, .caseEnded, .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
        Leg(
            "Payout leg at the destination", from: AwaitedPayout(),
            [
                AwaitedPayout.Event.payoutNoticeArrived, .balanceNoticeArrived, .balanceCreditArrived,
                .laterBalanceCreditArrived, .differingBalanceNoticeArrived, .differingBalanceCreditArrived,
                .balanceAccepted, .applicationEnded, .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
    ]

    private static let questions: [Leg] = [
        Leg(
            "Queries", from: Queries(),
            [
                Queries.Event.queryAsked(.other), .queryAnswerArrived(.confirmed), .queryArrived(.other),
                .queryAnswered(.confirmed), .deadlinePassed,
            ], \.name, \.phaseName, { _ = try $0.apply($1) }),
        Leg(
            "Recall", from: Recall(),
            [
                Recall.Event.recallAsked(.letter), .recallAsked(.remittance), .recallArrived(.letter),
                .recallArrived(.remittance), .recallConsented, .recallDeclined, .recallConsentArrived,
                .recallRefusalArrived, .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
        Leg(
            "Correction", from: Correction(),
            [
                Correction.Event.correctionAsked, .correctionArrived, .correctionAgreed, .correctionDeclined,
                .correctionConsentArrived, .correctionRefusalArrived, .correctionSettled, .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
    ]

    private static let returns: [Leg] = [
        Leg(
            "Money sent back, at the destination", from: FundsReturn(),
            [
                FundsReturn.Event.surplusFound, .nothingOwed, .returnDecided, .returnPaid,
                .returnBounced(.accountClosed),
                .returnRetried, .returnConfirmationArrived, .deadlinePassed,
            ], \.name, \.phase.name, { _ = try $0.apply($1) }),
        Leg(
            "Money sent back, at the origin", from: AwaitedReturn(),
            [
                AwaitedReturn.Event.returnAdviceArrived, .returnCreditArrived, .laterReturnCreditArrived,
                .differingReturnAdviceArrived, .differingReturnCreditArrived, .returnAccepted, .deadlinePassed,
            ], \.name, \.phase.name,
            { _ = try $0.apply($1) }),
        Leg(
            "Months insured twice", from: Clearing(),
            [Clearing.Event.overlapFound, .choiceMade(.here), .deadlinePassed], \.name, \.phase.name,
            { _ = try $0.apply($1) }),
    ]
}
