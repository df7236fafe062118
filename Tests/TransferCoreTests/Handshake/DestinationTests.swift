import Testing
import TransferCore

extension `The destination handshake` {
    private typealias Event = DestinationHandshake.Event

    /// From the application to the papers and the advice.
    private static let papers: [DestinationHandshake.Event] = [
        .applicationLodged, .applicationPassed, .certificateArrived, .formArrived, .adviceArrived,
    ]

    private static func handshake(after events: [DestinationHandshake.Event]) throws -> DestinationHandshake {
        var handshake = DestinationHandshake()
        for event in events { _ = try handshake.apply(event) }
        return handshake
    }

    @Test func `completes whether the funds come before, between or after the papers`() throws {
        for place in 2...Self.papers.count {
            var events = Self.papers
            events.insert(.fundsArrived, at: place)
            #expect(try Self.handshake(after: events + [.booksMatched]).phase == .completed)
        }
    }

    @Test func `holds the money in suspense the moment it arrives and posts it only when the books match`() throws {
        var handshake = DestinationHandshake()
        var posted: [Posting.Kind] = []
        let story: [Event] = [
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
        for machine in Walks.destination.machines {
            let phase = machine.phase
            #expect((phase.holder == .nobody) == phase.isTerminal)
            if phase.isTerminal { #expect(machine.clock == nil, "\(phase.name)") }
            // An applicant who has not lodged anything owes nothing yet.
            if !phase.isTerminal, phase != .draft { #expect(machine.clock != nil, "\(phase.name)") }
        }
    }

    @Test func `asks for papers twice and refuses when nothing is added in time`() throws {
        var handshake = try Self.handshake(after: [.applicationLodged])
        for _ in 1...DestinationHandshake.mostSupplements {
            #expect(try handshake.apply(.supplementAsked) == [.notifyApplicant(.supplementNeeded)])
            var late = handshake
            #expect(try late.apply(.deadlinePassed) == [.notifyApplicant(.lapsed)])
            #expect(late.phase == .refused(.papersIncomplete))
            #expect(try handshake.apply(.applicationSupplemented) == [.review])
        }
        #expect(throws: NotAllowed.self) { try handshake.apply(.supplementAsked) }
    }

    @Test func `waits by another clock while the origin's check is held, until the origin goes on`() throws {
        var handshake = try Self.handshake(after: [.applicationLodged, .applicationPassed])
        #expect(handshake.clock == .originReply)
        _ = try handshake.apply(.holdNoticeArrived(.arrearsOpen))
        #expect(handshake.clock == .hold && handshake.hold == .arrearsOpen)
        _ = try handshake.apply(.certificateArrived)
        #expect(handshake.clock == .originReply && handshake.hold == nil)
    }

    @Test func `sends the letter again when the bank could not credit, and waits for the next advice`() throws {
        var handshake = try Self.handshake(after: Self.papers)
        let asked = try handshake.apply(.bounceNoticeArrived(.nameDiffers))
        #expect(asked == [.confirmAccount, .alertClerk(.remittanceBounced)])
        #expect(handshake.phase == .awaitingAccount(.nameDiffers))
        #expect(try handshake.apply(.accountConfirmed) == [.send(.acceptanceLetter)])
        #expect(handshake.phase == .awaitingPapers(.certificateAndForm))
    }

    @Test func `reconciles at once when the advice comes for money that waits already`() throws {
        let short: [Event] = Self.papers + [.fundsArrived, .booksDiffered(.creditShort)]
        var handshake = try Self.handshake(after: short + [.bounceNoticeArrived(.accountClosed), .fundsArrived])
        #expect(try handshake.apply(.adviceArrived) == [.reconcile])
        let supplement: [Event] = Self.papers + [.fundsArrived, .booksMatched, .fundsArrived, .formArrived]
        handshake = try Self.handshake(after: supplement + [.adviceOutstanding])
        #expect(try handshake.apply(.adviceArrived) == [.reconcile])
    }

    @Test func `goes on waiting for the newer form after a bounce between`() throws {
        let recalled: [Event] = Self.papers + [.formRecalled, .bounceNoticeArrived(.accountClosed)]
        #expect(try Self.handshake(after: recalled + [.accountConfirmed]).phase == .awaitingNewForm)
        #expect(try Self.handshake(after: recalled + [.adviceArrived]).phase == .awaitingNewForm)
    }

    @Test func `reverses what was posted before it posts a newer form, and before it gives money back`() throws {
        let posted: [Event] = Self.papers + [.fundsArrived, .booksMatched]
        var handshake = try Self.handshake(after: posted + [.formArrived])
        #expect(try handshake.apply(.booksMatched).prefix(2) == [.post(.creditReversed), .post(.creditPosted)])
        #expect(handshake.completions == 2)
        #expect(try handshake.apply(.fundsRecalled) == [.post(.creditReversed)])
        #expect(handshake.completions == 0)
        let unposted: [Event] = Self.papers + [.fundsArrived, .booksDiffered(.creditOver)]
        handshake = try Self.handshake(after: unposted)
        #expect(try handshake.apply(.fundsRecalled) == [])
    }

    @Test func `does not end without a transfer by letter or end notice once money is posted`() throws {
        for machine in Walks.destination.machines where machine.completions > 0 {
            for event in [Event.letterRecalled, .endNoticeArrived(.deceased), .applicationWithdrawn] {
                var next = machine
                #expect(throws: NotAllowed.self, "\(machine.phase.name)") { try next.apply(event) }
            }
        }
    }

    @Test func `takes money in every phase in which it can come`() throws {
        for machine in Walks.destination.machines {
            switch machine.phase {
            case .draft, .reviewing, .supplementing, .refused, .temporaryOpened, .returned, .reconciling: continue
            default: break
            }
            var next = machine
            #expect(try next.apply(.fundsArrived).contains(.post(.creditHeld)), "\(machine.phase.name)")
        }
    }
}
