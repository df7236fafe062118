import Testing
import TransferCore

@Suite struct `The clearing of months insured twice` {
    @Test func `allows exactly these steps`() {
        Walks.clearing.expect(
            exactly: """
                choice-awaited + choice-made              -> choice-made
                choice-awaited + clearing-deadline-passed -> choice-awaited
                choice-made    + overlap-found            -> choice-awaited
                no-overlap     + overlap-found            -> choice-awaited
                """)
    }

    @Test func `asks the insured person and never decides by itself`() throws {
        var clearing = Clearing()
        #expect(try clearing.apply(.overlapFound) == [.notifyInsuredPerson(.choiceNeeded)])
        #expect(try clearing.apply(.deadlinePassed) == [.alertClerk(.overdue)])
        #expect(clearing.phase == .choiceAwaited)
        for kept in KeptMonths.allCases {
            var chosen = clearing
            #expect(try chosen.apply(.choiceMade(kept)) == [])
            #expect(chosen.phase == .chosen(kept))
        }
    }
}

@Suite struct `The urging of a late step` {
    /// A step that has not been urged takes all three; each has its own end.
    @Test(arguments: [
        (Urging.Event.reminderSent, SideEffect.send(.reminder), Urging.mostReminders),
        (.reminderArrived, .alertClerk(.reminded), Urging.mostReminders),
        (.escalated, .alertClerk(.escalated), Urging.escalationWorkingDays.count),
    ])
    func `goes on until it is enough, and no longer`(event: Urging.Event, effect: SideEffect, most: Int) throws {
        var urging = Urging()
        for _ in 1...most { #expect(try urging.apply(event) == [effect]) }
        let before = urging
        #expect(throws: NotAllowed(event: event.name, phase: "urged-enough")) { try urging.apply(event) }
        #expect(urging == before)
        for other in [Urging.Event.reminderSent, .reminderArrived, .escalated] where other != event {
            #expect(throws: Never.self) { try urging.apply(other) }
        }
    }

    @Test func `tells the supervisor after 5 working days and the superior agency after 15`() {
        #expect(Urging.escalationWorkingDays == [5, 15])
    }

    @Test func `begins anew with the next step`() throws {
        var story = TransferCase(role: .destination, payouts: [])
        _ = try story.apply(.destination(.applicationLodged))
        for event in [Urging.Event.reminderSent, .escalated, .escalated] { _ = try story.apply(.urging(event)) }
        #expect(story.urging.remindersSent == 1 && story.urging.level == 2)
        _ = try story.apply(.destination(.applicationPassed))
        #expect(story.urging == Urging())
    }
}
