import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A deadline` {
    /// The days were counted by hand on the calendars of 2026 and 2027, from the day after the event on.
    @Test(arguments: [
        // Friday 20 November: five days each in three weeks.
        (day: "2026-11-20", due: "2026-12-11", isProvisional: false),
        // Thursday 24 September: the 25th and 1 to 7 October are holidays, Saturday 10 October is worked.
        (day: "2026-09-24", due: "2026-10-22", isProvisional: false),
        // A Saturday: the first day that counts is Monday.
        (day: "2026-11-21", due: "2026-12-11", isProvisional: false),
        // Friday 25 December: the year 2027 has no notice yet, so that Monday to Friday count and the day may move.
        (day: "2026-12-25", due: "2027-01-15", isProvisional: true),
    ])
    func `of fifteen working days ends on the day that a person counts`(
        day: String, due: String, isProvisional: Bool
    ) async throws {
        try await NodePair.run(alone: []) { pair in
            pair.clock.move(days: Int64(PairCast.day(day).dayNumber - PairCast.noon.date.dayNumber))
            let number = try await pair.lodge()
            let summary = try #require(try await pair.view(of: number, at: pair.destination)).summary
            #expect(summary.due == PairCast.day(due))
            #expect(summary.isDueProvisional == isProvisional)
        }
    }

    @Test func `is that of the step which is under way, and ends with it`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            pair.road.script { $0.kind == .completionNotice ? .isKeptBack : .arrives }
            pair.bank.flaw(PairCast.card, .refuses(.accountClosed))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            func due(_ node: PairNode) async throws -> String? {
                try await pair.view(of: number, at: node)?.summary.due?.description
            }
            // Both sides count the origin's fifteen days from the letter.
            #expect(try await due(pair.destination) == "2026-12-11")
            #expect(try await due(pair.origin) == "2026-12-11")

            pair.clock.move(days: 3)
            try await pair.carryOutByHand(at: pair.origin)
            pair.bank.script { _ in [] }
            try await pair.settle()
            // The origin has done its part on Monday the 23rd and gives the destination fifteen days; at the destination
            // the origin's fifteen days run on until the money is there.
            #expect(try await due(pair.origin) == "2026-12-14")
            #expect(try await due(pair.destination) == "2026-12-11")

            pair.clock.move(days: 1)
            pair.bank.tell(PairCast.weifang, [pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1")])
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.destination) == "awaiting-payout")
            #expect(try await due(pair.destination) == "2026-12-15")
            pair.road.script { _ in .arrives }
            try await pair.settle()
            // The person has five days to give another account.
            #expect(try await pair.phase(of: number, at: pair.origin) == "payout-bounced")
            #expect(try await due(pair.origin) == "2026-12-01")
        }
    }

    @Test func `for a correction is ten working days, on both sides`() async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(.atDestination(), nil)
            let number = try await pair.transfer()
            for node in pair.nodes {
                #expect(try await pair.view(of: number, at: node)?.summary.due == PairCast.day("2026-12-04"))
            }
        }
    }

    @Test func `that passes is told once, and ends nothing`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let number = try await pair.transfer()
            func events(_ node: PairNode) async throws -> Int {
                let file = try #require(try await node.store.caseFile(number))
                return file.events.count { $0.name == "deadline-passed" }
            }
            for (days, told) in [(Int64(21), 0), (1, 1), (0, 1), (30, 1)] {
                pair.clock.move(days: days)
                for node in pair.nodes {
                    try await node.desk.reportOverdue()
                    #expect(try await events(node) == told)
                    #expect(try await pair.view(of: number, at: node)?.summary.isOverdueReported == (told == 1))
                }
            }
            #expect(try await pair.phase(of: number, at: pair.origin) == "checking")
            try await pair.carryOutByHand(at: pair.origin)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    /// The clock of a payout once had no event: its case was looked at every minute for ever, and five hundred of them
    /// would have hidden every other.
    @Test func `of a payout passes like every other`() async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .refuses(.accountClosed))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(try await pair.phase(of: number, at: pair.origin) == "payout-bounced")
            pair.clock.move(days: 8)
            for _ in 0..<3 { try await pair.origin.desk.reportOverdue() }
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(file.events.count { $0.name == "deadline-passed" && $0.branch == .medical } == 1)
            #expect(try await pair.origin.store.casesDue(before: pair.clock.now.date, limit: 10) == [])

            _ = try await pair.correctAccount(number, .medical)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `starts anew with each step, and can pass again`() async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(.atDestination(), nil)
            let number = try await pair.transfer()
            for _ in 0..<3 {
                pair.clock.move(days: 60)
                try await pair.destination.desk.reportOverdue()
                try await pair.correct(number)
                try await pair.settle()
            }
            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(file.events.count { $0.name == "deadline-passed" } == 3)
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `is kept by none of a hundred cases, and each of them is told`() async throws {
        try await NodePair.run(alone: []) { pair in
            for serial in 1...100 {
                _ = try await pair.lodge(PairCast.application(PairCast.person(serial)), key: "key-\(serial)")
            }
            pair.clock.move(days: 30)
            try await pair.destination.desk.reportOverdue()
            let overdue = try await pair.destination.store.caseList(CaseFilter()).count { $0.summary.isOverdueReported }
            #expect(overdue == 100)
        }
    }
}

extension NodePair {
    /// Carries out the work that waits at a node and that no policy decides there, and what it leaves in turn.
    func carryOutByHand(at node: PairNode) async throws {
        for _ in 0..<10 {
            let effects = try await node.store.openEffects(after: 0, limit: 10)
            guard !effects.isEmpty else { return }
            for effect in effects { try await node.desk.carryOut(effect) }
        }
        throw Restless()
    }
}
