import Testing
import TransferCore

/// Every machine that can be reached from a first one, and what each event does to each of them.
///
/// Machines are walked, not names: a counter behind a phase makes another machine. What counts without end is bounded by
/// `within`.
struct MachineWalk<Machine: Equatable & Sendable, Event>: Sendable {
    private(set) var machines: [Machine]
    /// The steps as rows, `phase + event -> phase`. The arrow is `~>` where another machine in the same phase refuses the
    /// event, because of what it has counted.
    private(set) var rows: Set<String> = []
    /// By phase, the names of the events that it takes.
    private(set) var taken: [String: Set<String>] = [:]
    /// Refusals that do not name event and phase, or that changed something.
    private(set) var faults: Set<String> = []
    private(set) var refusals = 0

    init(
        from start: Machine, events: [Event], within: (Machine) -> Bool = { _ in true }, phase: (Machine) -> String,
        name: (Event) -> String, apply: (inout Machine, Event) throws -> Void
    ) {
        var steps: Set<[String]> = []
        var refused: Set<[String]> = []
        var seen: Set<String> = ["\(start)"]
        machines = [start]
        var position = 0
        while position < machines.count {
            let machine = machines[position]
            position += 1
            taken[phase(machine), default: []].formUnion([])
            for event in events {
                var next = machine
                do {
                    try apply(&next, event)
                    steps.insert([phase(machine), name(event), phase(next)])
                    taken[phase(machine), default: []].insert(name(event))
                    if within(next), seen.insert("\(next)").inserted { machines.append(next) }
                } catch {
                    refusals += 1
                    refused.insert([phase(machine), name(event)])
                    let wanted = NotAllowed(event: name(event), phase: phase(machine))
                    if next != machine || error as? NotAllowed != wanted { faults.insert("\(wanted): \(error)") }
                }
            }
        }
        for step in steps {
            let arrow = refused.contains([step[0], step[1]]) ? "~>" : "->"
            rows.insert("\(step[0]) + \(step[1]) \(arrow) \(step[2])")
        }
    }

    /// Holds the walk against a table, and every pair that is not in it against its refusal.
    func expect(exactly table: String, _ place: SourceLocation = #_sourceLocation) {
        let wanted = table.split(separator: "\n").map { line in line.split(separator: " ").joined(separator: " ") }
        let missing = Set(wanted).subtracting(rows).sorted()
        let unlisted = rows.subtracting(wanted).sorted()
        #expect(missing == [], "listed, and not allowed", sourceLocation: place)
        #expect(unlisted == [], "allowed, and not listed", sourceLocation: place)
        #expect(wanted.count == Set(wanted).count, "a row stands twice", sourceLocation: place)
        #expect(faults == [], sourceLocation: place)
        #expect(refusals > 0, sourceLocation: place)
    }
}

/// The machines of a case, walked with one payload for each event that carries one.
enum Walks {
    static let destinationEvents: [DestinationHandshake.Event] = [
        .applicationLodged, .applicationPassed, .applicationFailed(.notEnrolled),
        .temporaryAccountDue(.enrolledLateAwayFromHome), .supplementAsked, .applicationSupplemented,
        .applicationWithdrawn, .letterReturned(.identityDiffers), .applicationCorrected,
        .holdNoticeArrived(.legalHold), .letterRecalled, .endNoticeArrived(.deceased), .certificateArrived,
        .formArrived, .formRecalled, .adviceArrived, .fundsArrived, .bounceNoticeArrived(.accountClosed),
        .accountConfirmed, .booksMatched, .booksDiffered(.creditShort), .adviceOutstanding, .fundsOutstanding,
        .excessConfirmed, .fundsRecalled, .fundsGivenBack, .deadlinePassed,
    ]
    static let destination = MachineWalk(
        from: DestinationHandshake(), events: destinationEvents,
        within: { $0.completions <= 2 }, phase: { $0.phase.name }, name: { $0.name },
        apply: { machine, event in _ = try machine.apply(event) })

    static let originEvents: [OriginHandshake.Event] = [
        .letterArrived, .recordsPassed, .recordsPassedInPart(.backPaymentWithoutPapers),
        .recordsFailed(.noRecordAtOrigin), .checkHeld(.legalHold), .checkHeld(.arrearsOpen), .holdLifted,
        .remittanceDecided, .remittancePaid, .remittanceBounced(.accountClosed), .remittanceRetried, .formRevised,
        .supplementFrozen, .shortfallAdmitted, .letterWithdrawn, .personEnded(.deceased), .completionArrived,
        .earlierCompletionArrived, .fundsReturned, .earlierRemittanceBounced(.accountClosed), .deadlinePassed,
    ]
    static let origin = MachineWalk(
        from: OriginHandshake(), events: originEvents,
        within: { $0.ordersPaid <= 3 && $0.ordersBounced <= 2 }, phase: { $0.phase.name }, name: { $0.name },
        apply: { machine, event in _ = try machine.apply(event) })

    static let payout = MachineWalk(
        from: PayoutLeg(),
        events: [
            .balanceDue, .balanceMoves, .balanceZero, .payoutPaid, .payoutBounced(.accountClosed), .accountCorrected,
            .caseEnded,
            .deadlinePassed,
        ] as [PayoutLeg.Event],
        within: { $0.phase.attempts <= 5 }, phase: { $0.phase.name }, name: { $0.name },
        apply: { machine, event in _ = try machine.apply(event) })

    static let awaitedPayout = MachineWalk(
        from: AwaitedPayout(),
        events: [
            .payoutNoticeArrived, .balanceNoticeArrived, .balanceCreditArrived, .laterBalanceCreditArrived,
            .differingBalanceNoticeArrived, .differingBalanceCreditArrived, .balanceAccepted, .applicationEnded,
            .deadlinePassed,
        ] as [AwaitedPayout.Event],
        phase: { $0.phase.name }, name: { $0.name }, apply: { machine, event in _ = try machine.apply(event) })

    static let queries = MachineWalk(
        from: Queries(),
        events: [
            .queryAsked(.creditShort), .queryAsked(.other), .queryAnswerArrived(.confirmed), .queryArrived(.other),
            .queryArrived(.identityDiffers), .queryAnswered(.declined), .deadlinePassed,
        ] as [Queries.Event],
        within: { $0.numberAsked <= 2 && $0.numberReceived <= 2 }, phase: { $0.phaseName }, name: { $0.name },
        apply: { machine, event in _ = try machine.apply(event) })

    static let recall = MachineWalk(
        from: Recall(),
        events: RecallSubject.allCases.flatMap { [.recallAsked($0), .recallArrived($0)] } + [
            .recallConsented, .recallDeclined, .recallConsentArrived, .recallRefusalArrived, .deadlinePassed,
        ] as [Recall.Event],
        phase: { $0.phase.name }, name: { $0.name }, apply: { machine, event in _ = try machine.apply(event) })

    static let correction = MachineWalk(
        from: Correction(),
        events: [
            .correctionAsked, .correctionArrived, .correctionAgreed, .correctionDeclined, .correctionConsentArrived,
            .correctionRefusalArrived, .correctionSettled, .deadlinePassed,
        ] as [Correction.Event],
        phase: { $0.phase.name }, name: { $0.name }, apply: { machine, event in _ = try machine.apply(event) })

    static let returnEvents: [FundsReturn.Event] = [
        .surplusFound, .nothingOwed, .returnDecided, .returnPaid, .returnBounced(.accountClosed), .returnRetried,
        .returnConfirmationArrived, .deadlinePassed,
    ]
    static let fundsReturn = MachineWalk(
        from: FundsReturn(), events: returnEvents,
        within: { $0.attempts <= 4 }, phase: { $0.phase.name }, name: { $0.name },
        apply: { machine, event in _ = try machine.apply(event) })

    static let awaitedReturn = MachineWalk(
        from: AwaitedReturn(),
        events: [
            .returnAdviceArrived, .returnCreditArrived, .laterReturnCreditArrived, .differingReturnAdviceArrived,
            .differingReturnCreditArrived, .returnAccepted, .deadlinePassed,
        ] as [AwaitedReturn.Event],
        phase: { $0.phase.name }, name: { $0.name }, apply: { machine, event in _ = try machine.apply(event) })

    static let clearing = MachineWalk(
        from: Clearing(),
        events: [.overlapFound, .choiceMade(.here), .choiceMade(.moved), .deadlinePassed] as [Clearing.Event],
        phase: { $0.phase.name }, name: { $0.name }, apply: { machine, event in _ = try machine.apply(event) })
}
