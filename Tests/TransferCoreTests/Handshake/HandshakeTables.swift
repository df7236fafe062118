import Testing
import TransferCore

/// Every allowed step of a machine, as rows `phase + event -> phase`, found by walking every event through every phase
/// that can be reached.
private func table<Machine, Event>(
    from start: Machine, events: [Event], phase: (Machine) -> String, name: (Event) -> String,
    apply: (inout Machine, Event) -> Bool
) -> [String] {
    var rows: Set<String> = []
    var seen: Set<String> = [phase(start)]
    var open = [start]
    while let machine = open.popLast() {
        for event in events {
            var next = machine
            guard apply(&next, event) else { continue }
            rows.insert("\(phase(machine)) + \(name(event)) -> \(phase(next))")
            if seen.insert(phase(next)).inserted { open.append(next) }
        }
    }
    return rows.sorted()
}

private func expectTable(_ rows: [String], _ expected: String) {
    let wanted = expected.split(separator: "\n").map { line in
        line.split(separator: " ", omittingEmptySubsequences: true).joined(separator: " ")
    }
    #expect(rows == wanted.sorted())
}

@Suite struct `The destination handshake` {
    private static let events: [DestinationHandshake.Event] = [
        .applicationLodged, .applicationPassed, .applicationFailed(.notEnrolled),
        .temporaryAccountDue(.enrolledLateAwayFromHome), .letterReturned(.identityDiffers), .applicationCorrected,
        .certificateArrived, .formArrived, .adviceArrived, .fundsArrived, .booksMatched, .booksDiffered(.creditShort),
        .deadlinePassed,
    ]

    @Test func `allows exactly these steps`() {
        let rows = table(
            from: DestinationHandshake(), events: Self.events, phase: { $0.phase.name }, name: { $0.name },
            apply: { machine, event in (try? machine.apply(event)) != nil })
        expectTable(
            rows,
            """
            awaiting-advice                     + advice-arrived        -> awaiting-funds
            awaiting-advice                     + deadline-passed       -> awaiting-advice
            awaiting-advice                     + funds-arrived         -> holding-funds-awaiting-advice
            awaiting-form                       + deadline-passed       -> awaiting-form
            awaiting-form                       + form-arrived          -> awaiting-advice
            awaiting-form                       + funds-arrived         -> holding-funds-awaiting-form
            awaiting-funds                      + deadline-passed       -> awaiting-funds
            awaiting-funds                      + funds-arrived         -> reconciling
            awaiting-reply                      + certificate-arrived   -> awaiting-form
            awaiting-reply                      + deadline-passed       -> awaiting-reply
            awaiting-reply                      + funds-arrived         -> holding-funds-awaiting-certificate
            awaiting-reply                      + letter-returned       -> returned
            draft                               + application-lodged    -> reviewing
            holding-funds-awaiting-advice       + advice-arrived        -> reconciling
            holding-funds-awaiting-advice       + deadline-passed       -> holding-funds-awaiting-advice
            holding-funds-awaiting-certificate  + certificate-arrived   -> holding-funds-awaiting-form
            holding-funds-awaiting-certificate  + deadline-passed       -> holding-funds-awaiting-certificate
            holding-funds-awaiting-form         + deadline-passed       -> holding-funds-awaiting-form
            holding-funds-awaiting-form         + form-arrived          -> holding-funds-awaiting-advice
            mismatched                          + deadline-passed       -> mismatched
            reconciling                         + books-differed        -> mismatched
            reconciling                         + books-matched         -> completed
            reconciling                         + deadline-passed       -> reconciling
            returned                            + application-corrected -> reviewing
            returned                            + deadline-passed       -> returned
            reviewing                           + application-failed    -> refused
            reviewing                           + application-passed    -> awaiting-reply
            reviewing                           + deadline-passed       -> reviewing
            reviewing                           + temporary-account-due -> temporary-opened
            """)
    }

    @Test func `completes whether the funds come before, between or after the papers`() throws {
        let papers: [DestinationHandshake.Event] = [.certificateArrived, .formArrived, .adviceArrived]
        for place in 0...papers.count {
            var handshake = DestinationHandshake()
            var events = papers
            events.insert(.fundsArrived, at: place)
            for event in [.applicationLodged, .applicationPassed] + events + [.booksMatched] {
                _ = try handshake.apply(event)
            }
            #expect(handshake.phase == .completed)
        }
    }

    @Test func `holds the money in suspense the moment it arrives and posts it only when the books match`() throws {
        var handshake = DestinationHandshake()
        var posted: [Posting.Kind] = []
        let story: [DestinationHandshake.Event] = [
            .applicationLodged, .applicationPassed, .fundsArrived, .certificateArrived, .formArrived, .adviceArrived,
            .booksMatched,
        ]
        for event in story {
            for case .post(let kind) in try handshake.apply(event) { posted.append(kind) }
            if event != .booksMatched { #expect(!posted.contains(.creditPosted)) }
        }
        #expect(posted == [.creditHeld, .creditPosted])
    }

    @Test func `changes nothing when a step is not allowed`() {
        var handshake = DestinationHandshake()
        let before = handshake
        #expect(throws: NotAllowed(event: "books-matched", phase: "draft")) { try handshake.apply(.booksMatched) }
        #expect(handshake == before)
    }

    @Test func `has somebody who must act in every phase that is not an end`() {
        let phases: [DestinationHandshake.Phase] = [
            .draft, .reviewing, .awaitingReply, .returned(.identityDiffers), .awaitingPapers(.certificate),
            .awaitingFunds, .holdingFunds(.none), .reconciling, .mismatched(.creditShort),
        ]
        for phase in phases { #expect(phase.holder != .nobody && !phase.isTerminal) }
        for phase in [DestinationHandshake.Phase.completed, .refused(.notEnrolled)] {
            #expect(phase.isTerminal && phase.clock == nil)
        }
    }
}

@Suite struct `The origin handshake` {
    private static let events: [OriginHandshake.Event] = [
        .letterArrived, .recordsPassed, .recordsFailed(.noRecordAtOrigin), .remittancePaid,
        .remittanceBounced(.accountClosed), .completionArrived, .deadlinePassed,
    ]

    @Test func `allows exactly these steps`() {
        let rows = table(
            from: OriginHandshake(), events: Self.events, phase: { $0.phase.name }, name: { $0.name },
            apply: { machine, event in (try? machine.apply(event)) != nil })
        expectTable(
            rows,
            """
            awaiting-completion + completion-arrived -> completed
            awaiting-completion + deadline-passed    -> awaiting-completion
            awaiting-completion + remittance-bounced -> bounced
            bounced             + deadline-passed    -> bounced
            checking            + deadline-passed    -> checking
            checking            + records-failed     -> returned
            checking            + records-passed     -> remitting
            remitting           + deadline-passed    -> remitting
            remitting           + remittance-bounced -> bounced
            remitting           + remittance-paid    -> awaiting-completion
            returned            + deadline-passed    -> returned
            returned            + letter-arrived     -> checking
            unopened            + letter-arrived     -> checking
            """)
    }

    @Test func `orders the remittance exactly once on every way from the letter to the end`() throws {
        var handshake = OriginHandshake()
        var orders = 0
        let story: [OriginHandshake.Event] = [
            .letterArrived, .recordsFailed(.identityDiffers), .letterArrived, .recordsPassed, .remittancePaid,
            .completionArrived,
        ]
        for event in story { orders += try handshake.apply(event).count { $0 == .orderRemittance } }
        #expect(orders == 1)
        #expect(handshake.phase == .completed)
    }

    @Test func `says that it has paid only after the bank has said so`() throws {
        var handshake = OriginHandshake()
        _ = try handshake.apply(.letterArrived)
        #expect(try handshake.apply(.recordsPassed).contains(.send(.remittanceAdvice)) == false)
        #expect(try handshake.apply(.remittancePaid).contains(.send(.remittanceAdvice)))
    }
}

@Suite struct `A payout leg` {
    private static let events: [PayoutLeg.Event] = [
        .balanceDue, .balanceZero, .payoutPaid, .payoutBounced(.accountClosed), .accountCorrected, .deadlinePassed,
    ]

    @Test func `allows exactly these steps`() {
        let rows = table(
            from: PayoutLeg(), events: Self.events, phase: { $0.phase.name }, name: { $0.name },
            apply: { machine, event in (try? machine.apply(event)) != nil })
        expectTable(
            rows,
            """
            paid-out       + payout-bounced    -> payout-bounced
            payout-bounced + account-corrected -> payout-ordered
            payout-bounced + deadline-passed   -> payout-bounced
            payout-ordered + deadline-passed   -> payout-ordered
            waiting        + deadline-passed   -> waiting
            payout-ordered + payout-bounced    -> payout-bounced
            payout-ordered + payout-paid       -> paid-out
            waiting        + balance-due       -> payout-ordered
            waiting        + balance-zero      -> nothing-due
            """)
    }

    @Test func `is paid again after a bounce, under the number of the next try`() throws {
        var leg = PayoutLeg()
        _ = try leg.apply(.balanceDue)
        _ = try leg.apply(.payoutBounced(.accountClosed))
        #expect(try leg.apply(.accountCorrected) == [.orderPayout(attempt: 2)])
        #expect(try leg.apply(.payoutPaid).contains(.post(.payoutPaid)))
        #expect(leg.phase == .paid(attempt: 2))
    }

    @Test func `calls the person to the desk after the third bounce`() throws {
        var leg = PayoutLeg()
        _ = try leg.apply(.balanceDue)
        for bounce in 1...3 {
            let effects = try leg.apply(.payoutBounced(.accountClosed))
            #expect(effects.contains(.notifyInsuredPerson(.comeToTheDesk(.accountClosed))) == (bounce == 3))
            if bounce < 3 { _ = try leg.apply(.accountCorrected) }
        }
    }

    @Test func `makes no order for a balance of zero`() throws {
        var leg = PayoutLeg()
        #expect(try leg.apply(.balanceZero) == [.send(.payoutNotice)])
        #expect(leg.phase.isTerminal)
    }
}

@Suite struct `A case` {
    @Test func `is complete only when every leg is`() throws {
        var story = TransferCase(role: .origin, payouts: [.housing, .medical])
        let pension: [OriginHandshake.Event] = [.letterArrived, .recordsPassed, .remittancePaid, .completionArrived]
        for event in pension { _ = try story.apply(.origin(event)) }
        #expect(!story.isTerminal)
        for branch in [Branch.medical, .housing] {
            _ = try story.apply(.payout(branch, .balanceDue))
            #expect(!story.isCompleted)
            _ = try story.apply(.payout(branch, .payoutPaid))
        }
        #expect(story.isCompleted)
    }

    @Test func `shows the pension leg first and then the payouts in the order of the branches`() {
        let story = TransferCase(role: .destination, payouts: [.housing, .medical])
        #expect(story.legs.map(\.branch) == [.pension, .medical, .housing])
    }

    @Test func `takes no event of the other role`() {
        var story = TransferCase(role: .destination, payouts: [])
        #expect(throws: NotAllowed.self) { try story.apply(.origin(.letterArrived)) }
        #expect(throws: NotAllowed.self) { try story.apply(.payout(.medical, .balanceDue)) }
    }

    @Test func `takes no event of a leg that it has not`() {
        var story = TransferCase(role: .origin, payouts: [.medical])
        #expect(throws: NotAllowed(event: "balance-due", phase: "no-such-leg")) {
            try story.apply(.payout(.housing, .balanceDue))
        }
    }
}
