import Testing
import TransferCore

/// What the machines of one case ask of each other.
@Suite struct `A case` {
    private static func story(
        _ role: Role, payouts: [Branch] = [], after events: [CaseEvent]
    ) throws -> TransferCase {
        var story = TransferCase(role: role, payouts: payouts)
        for event in events { _ = try story.apply(event) }
        return story
    }

    private static let completedOrigin: [CaseEvent] = [
        .origin(.letterArrived), .origin(.recordsPassed), .origin(.remittanceDecided), .origin(.remittancePaid),
        .origin(.completionArrived),
    ]
    private static let awaitingReply: [CaseEvent] = [
        .destination(.applicationLodged), .destination(.applicationPassed),
    ]
    private static let papers: [CaseEvent] = [
        .destination(.certificateArrived), .destination(.formArrived), .destination(.adviceArrived),
    ]
    private static let completedDestination: [CaseEvent] =
        awaitingReply + papers + [.destination(.fundsArrived), .destination(.booksMatched)]
    private static let ceasedOrigin: [CaseEvent] = [.origin(.letterArrived), .origin(.personEnded(.deceased))]

    @Test func `is complete only when every leg is`() throws {
        var story = try Self.story(.origin, payouts: [.housing, .medical], after: Self.completedOrigin)
        #expect(!story.isTerminal)
        for branch in [Branch.medical, .housing] {
            _ = try story.apply(.payout(.balance(branch), .balanceDue))
            #expect(!story.isCompleted)
            _ = try story.apply(.payout(.balance(branch), .payoutPaid))
        }
        #expect(story.isCompleted)
    }

    @Test func `shows the pension leg first and then the payouts in the order of the branches`() {
        let story = TransferCase(role: .destination, payouts: [.housing, .medical])
        #expect(story.legs.map(\.branch) == [.pension, .medical, .housing])
    }

    @Test func `takes no event of the other role`() {
        let events: [Role: [CaseEvent]] = [
            .destination: [.origin(.letterArrived), .awaitedReturn(.returnAdviceArrived)],
            .origin: [
                .destination(.applicationLodged), .awaitedPayout(.medical, .payoutNoticeArrived),
                .fundsReturn(.surplusFound), .clearing(.overlapFound),
            ],
        ]
        for (role, events) in events {
            for event in events {
                var story = TransferCase(role: role, payouts: [.medical])
                #expect(throws: NotAllowed(event: event.name, phase: "other-role")) { try story.apply(event) }
            }
        }
    }

    @Test func `takes no event of a leg that it has not`() {
        var story = TransferCase(role: .origin, payouts: [.medical])
        for purpose in [PayoutPurpose.balance(.housing), .heir(1), .clearingRefund] {
            let name = purpose.prefix + "balance-due"
            let refusal = NotAllowed(event: "balance-due", phase: "no-such-leg")
            #expect(throws: refusal, "\(name)") { try story.apply(.payout(purpose, .balanceDue)) }
        }
        var destination = TransferCase(role: .destination, payouts: [])
        #expect(throws: NotAllowed(event: "payout-notice-arrived", phase: "no-such-leg")) {
            try destination.apply(.awaitedPayout(.medical, .payoutNoticeArrived))
        }
    }

    // MARK: Recalls

    @Test func `recalls only what its side sent`() throws {
        let before: [Role: TransferCase] = [
            .destination: try Self.story(.destination, after: Self.awaitingReply),
            .origin: try Self.story(.origin, after: Self.completedOrigin.dropLast()),
        ]
        for (role, story) in before {
            for subject in RecallSubject.allCases {
                var asking = story
                let asked = (try? asking.apply(.recall(.recallAsked(subject)))) != nil
                #expect(asked == (subject.recalledBy == role), "\(role) asks for its \(subject)")
                var receiving = story
                let received = (try? receiving.apply(.recall(.recallArrived(subject)))) != nil
                #expect(received == (subject.recalledBy != role), "\(role) is asked for the \(subject)")
            }
        }
    }

    @Test func `recalls the letter only while the origin has not paid, and the form only until the case is completed`()
        throws
    {
        for events in [[], Array(Self.papers.prefix(2)), [.destination(.fundsArrived)]] {
            var story = try Self.story(.destination, after: Self.awaitingReply + events)
            #expect(throws: Never.self) { try story.apply(.recall(.recallAsked(.letter))) }
        }
        var paid = try Self.story(.destination, after: Self.awaitingReply + Self.papers)
        #expect(throws: NotAllowed.self) { try paid.apply(.recall(.recallAsked(.letter))) }
        var origin = try Self.story(.origin, after: Self.completedOrigin)
        #expect(throws: NotAllowed(event: "recall-asked", phase: "completed")) {
            try origin.apply(.recall(.recallAsked(.form)))
        }
        #expect(throws: Never.self) { try origin.apply(.recall(.recallAsked(.remittance))) }
    }

    @Test func `answers a recall of the letter even when it has ended already`() throws {
        for events in [Self.ceasedOrigin, Self.completedOrigin] {
            var story = try Self.story(.origin, after: events)
            _ = try story.apply(.recall(.recallArrived(.letter)))
            #expect(!story.isTerminal)
            #expect(try story.apply(.recall(.recallDeclined)) == [.side(.send(.recallAnswer))])
            #expect(story.isTerminal)
        }
        var unopened = TransferCase(role: .origin, payouts: [])
        #expect(throws: NotAllowed.self) { try unopened.apply(.recall(.recallArrived(.letter))) }
    }

    @Test func `owes the money back from the consent on, and ends only when the origin has it`() throws {
        var story = try Self.story(.destination, after: Self.completedDestination)
        let effects = try story.apply(.destination(.fundsRecalled))
        #expect(effects == [.destination(.post(.creditReversed)), .side(.returnFunds)])
        for event in [FundsReturn.Event.returnDecided, .returnPaid] {
            #expect(throws: NotAllowed.self) { try story.apply(.destination(.fundsGivenBack)) }
            _ = try story.apply(.fundsReturn(event))
        }
        #expect(throws: NotAllowed(event: "funds-given-back", phase: "return-awaiting-confirmation")) {
            try story.apply(.destination(.fundsGivenBack))
        }
        _ = try story.apply(.fundsReturn(.returnConfirmationArrived))
        _ = try story.apply(.destination(.fundsGivenBack))
        #expect(story.isTerminal && !story.isCompleted)
        var origin = try Self.story(.origin, after: Self.completedOrigin)
        #expect(throws: NotAllowed(event: "funds-returned", phase: "no-return")) {
            try origin.apply(.origin(.fundsReturned))
        }
    }

    // MARK: Queries and corrections

    @Test func `is asked nothing before the other side knows of it or after it ended without a transfer`() throws {
        let silent: [(Role, [CaseEvent])] = [
            (.destination, []), (.destination, [.destination(.applicationLodged)]),
            (.destination, [.destination(.applicationLodged), .destination(.applicationFailed(.notEnrolled))]),
            (.destination, Self.awaitingReply + [.destination(.endNoticeArrived(.deceased))]),
            (.origin, []), (.origin, Self.ceasedOrigin),
            (.origin, [.origin(.letterArrived), .origin(.letterWithdrawn)]),
        ]
        for (role, events) in silent {
            var story = try Self.story(role, after: events)
            for event in [Queries.Event.queryAsked(.other), .queryArrived(.other)] {
                #expect(throws: NotAllowed(event: event.name, phase: story.legs[0].phase)) {
                    try story.apply(.query(event))
                }
            }
        }
        for (role, events) in [(Role.destination, Self.completedDestination), (.origin, Self.completedOrigin)] {
            var story = try Self.story(role, after: events)
            #expect(throws: Never.self) { try story.apply(.query(.queryArrived(.other))) }
            #expect(!story.isTerminal && story.leading.kind == .query)
        }
    }

    @Test func `answers a query that was open when it ended`() throws {
        var story = try Self.story(.origin, after: [.origin(.letterArrived), .query(.queryArrived(.other))])
        _ = try story.apply(.origin(.personEnded(.deceased)))
        #expect(!story.isTerminal)
        #expect(throws: Never.self) { try story.apply(.query(.queryAnswered(.declined))) }
        #expect(story.isTerminal)
    }

    @Test func `is corrected only when it is completed`() throws {
        for event in [Correction.Event.correctionAsked, .correctionArrived] {
            for (role, events) in [
                (Role.destination, Self.completedDestination), (.origin, Self.completedOrigin),
            ] {
                var early = try Self.story(role, after: events.dropLast())
                #expect(throws: NotAllowed(event: event.name, phase: early.legs[0].phase)) {
                    try early.apply(.correction(event))
                }
                var story = try Self.story(role, after: events)
                #expect(throws: Never.self) { try story.apply(.correction(event)) }
                #expect(!story.isTerminal && story.leading.kind == .correction)
            }
        }
    }

    // MARK: Heirs, refunds, and what leads

    @Test func `pays heirs only after the relationship has ended here`() throws {
        var alive = try Self.story(.origin, after: Self.completedOrigin)
        #expect(throws: NotAllowed.self) { try alive.apply(.payout(.heir(1), .balanceDue)) }
        var ceased = try Self.story(.origin, after: Self.ceasedOrigin)
        #expect(ceased.isTerminal)
        let due = try ceased.apply(.payout(.heir(2), .balanceDue))
        #expect(due == [.payout(.heir(2), .post(.payoutSetAside)), .payout(.heir(2), .orderPayout(attempt: 1))])
        #expect(!ceased.isTerminal && ceased.leading.phase == "heir-2-payout-ordered")
        let paid = try ceased.apply(.payout(.heir(2), .payoutPaid))
        #expect(!paid.contains(.payout(.heir(2), .send(.payoutNotice))), "heirs are not the other office's affair")
        #expect(ceased.isTerminal)
        var ended = try Self.story(
            .destination, after: Self.awaitingReply + [.destination(.endNoticeArrived(.deceased))])
        #expect(throws: NotAllowed.self) { try ended.apply(.payout(.heir(1), .balanceDue)) }
    }

    @Test func `refunds months insured twice only after the choice`() throws {
        var story = try Self.story(.destination, after: Self.completedDestination + [.clearing(.overlapFound)])
        #expect(story.leading.holder == .insuredPerson)
        #expect(throws: NotAllowed.self) { try story.apply(.payout(.clearingRefund, .balanceDue)) }
        _ = try story.apply(.clearing(.choiceMade(.here)))
        _ = try story.apply(.payout(.clearingRefund, .balanceDue))
        #expect(story.leading.phase == "refund-payout-ordered")
        let paid = try story.apply(.payout(.clearingRefund, .payoutPaid))
        #expect(!paid.contains(.payout(.clearingRefund, .send(.payoutNotice))))
        #expect(story.isCompleted)
    }

    @Test func `is led by what was asked, then by the pension leg, then by what is still open`() throws {
        var story = try Self.story(.origin, payouts: [.medical], after: Array(Self.completedOrigin.prefix(2)))
        _ = try story.apply(.payout(.balance(.medical), .balanceDue))
        #expect(story.leading.kind == .pension)
        _ = try story.apply(.query(.queryArrived(.other)))
        #expect(story.leading.kind == .query && story.leading.holder == .origin && story.leading.clock == .query)
        _ = try story.apply(.query(.queryAnswered(.confirmed)))
        for event in [OriginHandshake.Event.remittanceDecided, .remittancePaid, .completionArrived] {
            _ = try story.apply(.origin(event))
        }
        #expect(story.leading.kind == .payout(.balance(.medical)))
    }

    @Test func `ended without a transfer, or did not`() throws {
        #expect(try Self.story(.origin, after: Self.ceasedOrigin).endedWithoutTransfer)
        #expect(try !Self.story(.origin, after: Self.completedOrigin).endedWithoutTransfer)
        #expect(try !Self.story(.destination, after: Self.completedDestination).endedWithoutTransfer)
        #expect(
            try Self.story(.destination, after: Self.awaitingReply + [.destination(.letterRecalled)])
                .endedWithoutTransfer)
    }
}
