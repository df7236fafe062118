import Casework
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments

/// The moment from which all cases of these tests are counted is a Saturday at noon in China.
@Suite struct `What is counted of cases as they come and go` {
    private static func at(_ days: Int64) -> Instant { Cast.noon.adding(milliseconds: days * 86_400_000) }

    /// A step of a case that ends with it, or goes on.
    private static func step(
        _ serial: Int, expecting version: Int, phase: String, isTerminal: Bool, since days: Int64
    ) -> CaseStep {
        var step = CaseStep(
            number: Cast.number(serial), expecting: version,
            summary: CaseSummary(
                phase: phase, holder: isTerminal ? .nobody : .destination, since: at(days), due: nil,
                isDueProvisional: false, isOverdueReported: false, isTerminal: isTerminal))
        step.events = [Cast.event("\(phase)-begins")]
        return step
    }

    private static func monday(_ days: Int) throws -> CivilDate {
        let day = Cast.noon.date
        return try #require(CivilDate(dayNumber: day.dayNumber - (day.weekday - 1) + days))
    }

    private static func weeks(_ store: JiexuStore) async throws -> [WeekFigures] {
        try await store.weekFigures(from: monday(-70))
    }

    @Test(arguments: StoreKind.all) func `stand in the week of their opening and in that of their end`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for serial in 1...3 { try await store.commit(Cast.firstStep(serial)) }
            try await store.commit(Self.step(1, expecting: 1, phase: "completed", isTerminal: true, since: 8))
            try await store.commit(Self.step(2, expecting: 1, phase: "refused", isTerminal: true, since: 1))
            var first = WeekFigures(monday: try Self.monday(0))
            first.opened = 3
            first.endedOtherwise = 1
            var second = WeekFigures(monday: try Self.monday(7))
            second.completed = 1
            second.days = 8
            #expect(try await Self.weeks(store) == [first, second])
            #expect(try await store.counts().casesByPhase == ["completed": 1, "refused": 1, "reviewing": 1])
            #expect(try await store.weekFigures(from: Self.monday(7)) == [second])
            #expect(try await store.weekFigures(from: Self.monday(14)) == [])
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `change weeks at midnight in China, between Sunday and Monday`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let midnight = try Int64(Self.monday(7).dayNumber) * 86_400_000 - 8 * 3_600_000
            for (serial, moment) in [(1, midnight - 1), (2, midnight)] {
                var step = CaseStep(number: Cast.number(serial), expecting: 0, summary: Cast.summary())
                let opening = Cast.opening(serial)
                step.opening = CaseOpening(
                    number: opening.number, role: opening.role, origin: opening.origin,
                    destination: opening.destination, residentID: opening.residentID, payouts: opening.payouts,
                    openedAt: Instant(milliseconds: moment), application: opening.application, lodgedBy: nil)
                step.events = [Cast.event("application-lodged")]
                try await store.commit(step)
            }
            let weeks = try await Self.weeks(store)
            #expect(try weeks.map(\.monday) == [Self.monday(0), Self.monday(7)] && weeks.map(\.opened) == [1, 1])
        }
    }

    @Test(arguments: StoreKind.all) func `are counted once when a case that had ended goes on and ends again`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            try await store.commit(Self.step(1, expecting: 1, phase: "completed", isTerminal: true, since: 2))
            // One more event in a case that has ended changes no week.
            try await store.commit(Self.step(1, expecting: 2, phase: "completed", isTerminal: true, since: 2))
            #expect(try await store.counts().casesByPhase == ["completed": 1])
            #expect(try await store.counts().events == 3)
            try await store.commit(Self.step(1, expecting: 3, phase: "returned", isTerminal: false, since: 11))
            #expect(try await store.counts().casesByPhase == ["returned": 1])
            #expect(try await store.counts().events == 4)
            #expect(try await Self.weeks(store).map(\.completed) == [0])
            try await store.commit(Self.step(1, expecting: 4, phase: "completed", isTerminal: true, since: 16))
            let weeks = try await Self.weeks(store)
            #expect(weeks.map(\.completed) == [0, 1] && weeks.map(\.days) == [0, 16])
            #expect(try weeks.last?.monday == Self.monday(21))
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `are not counted by a step that is refused`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            let before = (try await store.counts(), try await Self.weeks(store))
            let outcomes = await store.commit([
                [Self.step(1, expecting: 1, phase: "completed", isTerminal: true, since: 2), Cast.firstStep(1)],
                [Self.step(1, expecting: 7, phase: "completed", isTerminal: true, since: 2)],
                [Cast.firstStep(2, resident: 1)],
            ])
            #expect(outcomes.allSatisfy { (try? $0.get()) == nil })
            #expect(try await store.counts() == before.0)
            #expect(try await Self.weeks(store) == before.1)
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test func `are compared with the cases, and what was changed is named`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await TestStore.open(path)
            defer { store.close() }
            for serial in 1...2 { try await store.commit(Cast.firstStep(serial)) }
            try await store.commit(Self.step(1, expecting: 1, phase: "completed", isTerminal: true, since: 1))
            #expect(try await StoreAudit(store).verify() == [])
            try await TestStore.runUnguarded(
                "UPDATE opened_cases SET cases = 5; UPDATE ended_cases SET days = days + 1;", at: path)
            let findings = try await StoreAudit(store).verify()
            let week = try Self.monday(0)
            #expect(
                findings.map(\.row) == ["the week of \(week)", "the week of \(week), completed"], "\(findings)")
            #expect(findings.first?.what.hasPrefix("3 more cases") == true)
            #expect(findings.allSatisfy { $0.isOfCounts })
            try await store.recount()
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    /// A database of the version before is counted once, when it is opened.
    @Test(.enabled(if: TestStore.speaksSQLite))
    func `are counted when an older database is brought to this version`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let before = try await TestStore.open(path)
            for serial in 1...4 { try await before.commit(Cast.firstStep(serial)) }
            try await before.commit(Self.step(1, expecting: 1, phase: "completed", isTerminal: true, since: 9))
            try await before.commit(Self.step(2, expecting: 1, phase: "completed", isTerminal: true, since: 10))
            try await before.commit(Self.step(3, expecting: 1, phase: "refused", isTerminal: true, since: 0))
            let known = (try await before.counts(), try await Self.weeks(before))
            before.close()
            try await TestStore.runUnguarded(
                """
                DROP TABLE opened_cases; DROP TABLE ended_cases; DROP INDEX cases_stage; DROP INDEX cases_ended;
                CREATE INDEX cases_phase ON cases (phase);
                DELETE FROM schema_versions WHERE version >= 18;
                """, at: path)
            let after = try await TestStore.open(path)
            defer { after.close() }
            #expect(try await after.counts() == known.0)
            #expect(try await Self.weeks(after) == known.1)
            #expect(try await StoreAudit(after).verify() == [])
        }
    }
}
