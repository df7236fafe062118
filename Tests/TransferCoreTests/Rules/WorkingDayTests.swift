import Testing
import TransferCore

@Suite struct `The working-day calendar` {
    @Test(arguments: [
        2008: 251, 2009: 250, 2010: 250, 2011: 250, 2012: 249, 2013: 250, 2014: 250, 2015: 249, 2016: 250, 2017: 249,
        2018: 250, 2019: 250, 2020: 249, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 248, 2026: 248,
    ])
    func `has the published number of working days in each year`(year: Int, count: Int) {
        let first = CivilDate(year: year, month: 1, day: 1)!
        let last = CivilDate(year: year, month: 12, day: 31)!
        #expect(calendar.workingDays(from: first, through: last, countingUpTo: 400) == count)
    }

    @Test(arguments: [
        ("2026-02-14", true), ("2026-02-16", false), ("2026-02-28", true), ("2026-03-01", false),
        ("2026-09-20", true), ("2026-10-07", false), ("2026-10-08", true), ("2025-01-26", true), ("2004-01-17", true),
    ])
    func `knows holidays and make-up working days`(date: String, isWorking: Bool) {
        #expect(calendar.isWorkingDay(day(date)) == isWorking)
    }

    @Test func `counts Monday to Friday where no notice is out, and says so`() {
        #expect(calendar.isWorkingDay(day("2027-01-01")))
        #expect(!calendar.isWorkingDay(day("2027-01-02")))
        #expect(calendar.due(after: day("2026-12-11"), workingDays: 15).isProvisional)
        #expect(!calendar.due(after: day("2026-12-10"), workingDays: 15).isProvisional)
        #expect(calendar.due(after: day("2026-12-10"), workingDays: 15).edition == "2026.1")
    }
}

@Suite struct `A limit in working days` {
    @Test(arguments: [
        ("2025-09-22", "2025-10-17"), ("2026-02-14", "2026-03-13"), ("2010-01-04", "2010-01-25"),
        ("2026-12-11", "2027-01-01"),
    ])
    func `does not count the day of the event`(event: String, due: String) {
        #expect(calendar.due(after: day(event), workingDays: 15).date == day(due))
    }

    @Test func `begins on the next working day after an event on a day off`() {
        let saturday = calendar.due(after: day("2026-02-21"), workingDays: 15)
        #expect(saturday == calendar.due(after: day("2026-02-23"), workingDays: 15))
    }

    @Test(arguments: [("2026-02-14", "2026-02-24", "2026-03-16"), ("2026-02-15", "2026-02-23", "2026-03-12")])
    func `does not count the days of a pause`(from: String, to: String, due: String) {
        let pause = Pause(from: day(from), to: day(to))
        #expect(calendar.due(after: day("2026-02-13"), workingDays: 15, pauses: [pause]).date == day(due))
    }

    @Test(arguments: [UInt64](1...200))
    func `never ends on a day off, and holds exactly its number of working days`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let event = try #require(CivilDate(dayNumber: Int.random(in: 12_418...21_000, using: &random)))
        let length = Int.random(in: 1...200, using: &random)
        let due = calendar.due(after: event, workingDays: length)
        #expect(calendar.isWorkingDay(due.date))
        let dayOne = try #require(event.next)
        #expect(calendar.workingDays(from: dayOne, through: due.date, countingUpTo: 400) == length)
    }

    @Test(arguments: [UInt64](1...100))
    func `ends later by the working days of a pause that lies within it`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let event = try #require(CivilDate(dayNumber: Int.random(in: 12_418...20_000, using: &random)))
        let from = try #require(CivilDate(dayNumber: event.dayNumber + Int.random(in: 1...10, using: &random)))
        let to = try #require(CivilDate(dayNumber: from.dayNumber + Int.random(in: 0...8, using: &random)))
        let paused = calendar.workingDays(from: from, through: to, countingUpTo: 100)
        #expect(
            calendar.due(after: event, workingDays: 30, pauses: [Pause(from: from, to: to)])
                == calendar.due(after: event, workingDays: 30 + paused))
    }
}

@Suite struct `A plan of deadlines` {
    @Test func `starts the last clock when both the form and the funds are in`() throws {
        let deadlines = try plan([.init(name: "finish", events: [day("2026-03-11"), day("2026-03-02")])])
        #expect(deadlines[0].dayZero == day("2026-03-11") && deadlines[0].due.date == day("2026-04-01"))
    }

    @Test func `starts a step without events on the last day of the step before`() throws {
        let deadlines = try plan([
            .init(name: "letter", events: [day("2026-04-24")]), .init(name: "origin", events: []),
            .init(name: "finish", events: []),
        ])
        #expect(deadlines.map(\.due.date) == [day("2026-05-19"), day("2026-06-09"), day("2026-07-01")])
    }

    @Test(arguments: [
        (DeadlinePlan.Step(name: "refund", events: [day("2026-03-02")]), RuleFault.Code.unknownValue, "steps[0].step"),
        (.init(name: "letter", events: []), .missingField, "steps[0].events[0]"),
        (.init(name: "letter", events: [day("2026-03-02"), day("2003-12-31")]), .calendarRange, "steps[0].events[1]"),
        (
            pausing(("2026-03-03", "2026-03-03"), ("2026-03-05", "2026-03-05"), ("2026-03-09", "2026-03-09")),
            .pauseLimit, "steps[0].pauses"
        ),
        (pausing(("2026-03-05", "2026-03-04")), .wrongOrder, "steps[0].pauses[0].to"),
        (pausing(("2003-12-31", "2026-03-04")), .calendarRange, "steps[0].pauses[0].from"),
        (
            pausing(("2026-03-03", "2026-03-05"), ("2026-03-01", "2026-03-03")), .overlappingLines,
            "steps[0].pauses[1]"
        ),
        (pausing(("2026-03-09", "2026-03-23")), .pauseLimit, "steps[0].pauses[0]"),
    ])
    func `is refused for a step that breaks a rule`(step: DeadlinePlan.Step, code: RuleFault.Code, path: String) {
        let fault = fault { () throws(RuleFault) in try plan([step]) }
        #expect(fault?.code == code && fault?.path == path)
    }

    @Test func `allows a pause of ten working days, however many days it has`() throws {
        let deadlines = try plan([pausing(("2026-03-07", "2026-03-22"))])
        #expect(deadlines[0].due.date == day("2026-04-07"))
    }

    private func plan(_ steps: [DeadlinePlan.Step]) throws(RuleFault) -> [DeadlinePlan.Deadline] {
        let limits = ["letter", "origin", "finish"].map { DeadlinePlan.Limit(step: $0, workingDays: 15) }
        return try DeadlinePlan(limits: limits, steps: steps).deadlines(by: calendar)
    }
}

private let calendar = WorkingDayCalendar.shipped

private func pausing(_ pauses: (String, String)...) -> DeadlinePlan.Step {
    .init(name: "letter", events: [day("2026-03-02")], pauses: pauses.map { Pause(from: day($0.0), to: day($0.1)) })
}
