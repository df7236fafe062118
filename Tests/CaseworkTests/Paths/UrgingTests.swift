import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A reminder` {
    @Test func `that comes twice is counted once`() async throws {
        try await NodePair.run(without: .settlement) { pair in
            pair.road.script { $0.kind == .reminder ? .arrivesTwice : .arrives }
            let number = try await pair.transfer()
            func counted() async throws -> [Int] {
                let here = try #require(try await pair.view(of: number, at: pair.destination))
                let there = try #require(try await pair.view(of: number, at: pair.origin))
                return [here.story.transfer.urging.remindersSent, there.story.transfer.urging.remindersReceived]
            }
            // Due on Friday 11 December; late from Monday on.
            for (days, reminders) in [(Int64(21), 0), (3, 1), (1, 1), (6, 2), (0, 2)] {
                try await pair.passDays(days)
                #expect(try await counted() == [reminders, reminders])
            }
            try await pair.act(.remind, on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await counted() == [3, 3])
            // Another step begins, and nothing was urged of it yet.
            try await pair.act(.check, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await counted() == [0, 0])
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `before the step is due says that nothing is late`() async throws {
        try await NodePair.run(without: .settlement) { pair in
            let number = try await pair.transfer()
            try await pair.act(.remind, on: number, at: pair.destination)
            try await pair.settle()
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            guard case .reminder(let reminder)? = try view.file.newest(.reminder)?.content else { return }
            #expect(reminder.workingDaysLate == 0)
            #expect(reminder.dueOn == PairCast.day("2026-12-11"))
            #expect(view.summary.phase == "checking")
        }
    }
}

/// The days were counted by hand: no holiday falls between 20 November and the end of 2026.
@Suite struct `A clock that stands still` {
    /// Asks on a day and answers on a later one.
    private static func pause(_ pair: NodePair, _ number: CaseNumber, from: String, to: String) async throws {
        func move(to day: String) {
            pair.clock.move(days: Int64(PairCast.day(day).dayNumber - pair.clock.now.date.dayNumber))
        }
        move(to: from)
        try await pair.act(.ask(.other), on: number, at: pair.destination)
        try await pair.settle()
        #expect(try await pair.phases(of: number) == ["query-asked", "query-received"])
        move(to: to)
        try await pair.act(.answer(.confirmed), on: number, at: pair.origin)
        try await pair.settle()
    }

    @Test func `for a question goes on where it stood, on both sides`() async throws {
        try await NodePair.run(without: .settlement) { pair in
            let number = try await pair.transfer()
            #expect(try await pair.due(of: number) == ["2026-12-11", "2026-12-11"])
            // Monday and Tuesday do not count; the Wednesday of the answer does.
            try await Self.pause(pair, number, from: "2026-11-23", to: "2026-11-25")
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "checking"])
            #expect(try await pair.due(of: number) == ["2026-12-15", "2026-12-15"])
        }
    }

    @Test func `is paused twice at most, for ten working days each`() async throws {
        try await NodePair.run(without: .settlement) { pair in
            let number = try await pair.transfer()
            try await Self.pause(pair, number, from: "2026-11-23", to: "2026-11-25")
            // Fourteen working days of asking count as ten.
            try await Self.pause(pair, number, from: "2026-11-26", to: "2026-12-16")
            #expect(try await pair.due(of: number) == ["2026-12-29", "2026-12-29"])
            // The third pause counts as none.
            try await Self.pause(pair, number, from: "2026-12-17", to: "2026-12-21")
            #expect(try await pair.due(of: number) == ["2026-12-29", "2026-12-29"])
        }
    }

    @Test func `for a hold goes on afterwards`() async throws {
        try await NodePair.run(without: .settlement) { pair in
            try await pair.know(nil, .atOrigin(hasLegalHold: true))
            let number = try await pair.transfer()
            pair.clock.move(days: 3)
            try await pair.act(.check, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "on-hold"])
            // Ten working days from Monday the 23rd.
            #expect(try await pair.due(of: number) == ["2026-12-07", "2026-12-07"])
            pair.clock.move(days: 2)
            try await pair.act(.liftHold, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "checking")
            #expect(try await pair.due(of: number)[1] == "2026-12-15")
        }
    }

    @Test func `for a recall goes on when it was refused`() async throws {
        try await NodePair.run(without: .settlement, .recall) { pair in
            let number = try await pair.transfer()
            pair.clock.move(days: 3)
            try await pair.act(.withdraw(.sentInError), on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["recall-asked", "recall-received"])
            #expect(try await pair.due(of: number) == ["2026-12-07", "2026-12-07"])
            pair.clock.move(days: 2)
            try await pair.act(.declineRecall(.other), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-reply", "checking"])
            #expect(try await pair.due(of: number) == ["2026-12-15", "2026-12-15"])
        }
    }
}
