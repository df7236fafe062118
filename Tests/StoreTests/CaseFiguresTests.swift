import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The figures of a store` {
    private static func at(_ days: Int64) -> Instant { Cast.noon.adding(milliseconds: days * 86_400_000) }

    private static func event(_ name: String, day: Int64, code: String? = nil) -> StoredEvent {
        StoredEvent(
            branch: .pension, name: name, code: code, at: at(day), actor: "clock", cause: nil, attachment: nil)
    }

    /// A case that is opened at noon and walks on as the events say.
    private static func walk(
        _ store: JiexuStore, _ serial: Int, role: Role, phase: String, _ events: [StoredEvent], due: CivilDate? = nil
    ) async throws {
        try await store.commit(Cast.firstStep(serial, role: role))
        var step = CaseStep(
            number: Cast.number(serial), expecting: 1,
            summary: Cast.summary(phase: phase, due: due, isTerminal: phase == "completed"))
        step.events = events
        try await store.commit(step)
    }

    /// Every fourth minute a node went through all cases there ever were, for the hundred that were open.
    @Test func `are found without a look at all cases that have ended`() async throws {
        try await withDirectory { directory in
            let database = FaultyDatabase(
                try SQLiteDatabase(path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings))
            let store = try await JiexuStore(database: database, access: .serving)
            defer { store.close() }
            let plans = try await database.plans { _ = try await store.caseFigures(at: Cast.noon) }
            let scans = plans.filter { $0.hasPrefix("SCAN cases") }
            #expect(scans == ["SCAN cases USING INDEX cases_worklist"], "an index of live cases")
            let lists = try await database.plans {
                var query = CaseQuery()
                (query.stage, query.order) = (.underWay, .due)
                _ = try await store.cases(query)
                _ = try await store.stageCounts(lodgedBy: nil)
            }
            #expect(lists.contains("SEARCH cases USING INDEX cases_worklist ((due,number)>(?,?))"), "\(lists)")
            #expect(lists.contains("SEARCH cases USING INDEX cases_applicant (number>?)"), "\(lists)")
        }
    }

    @Test(arguments: StoreKind.all) func `tell when each leg of a completed case began and ended`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await Self.walk(
                store, 1, role: .destination, phase: "completed",
                [
                    Self.event("application-passed", day: 2), Self.event("letter-returned", day: 4, code: "R-OPEN"),
                    Self.event("application-passed", day: 5), Self.event("funds-arrived", day: 11),
                    Self.event("form-arrived", day: 9), Self.event("books-matched", day: 12),
                ])
            try await Self.walk(
                store, 2, role: .origin, phase: "completed",
                [Self.event("letter-arrived", day: 1), Self.event("remittance-paid", day: 8)])
            // What is under way says nothing yet.
            try await Self.walk(
                store, 3, role: .destination, phase: "awaiting-reply", [Self.event("application-passed", day: 1)])
            let legs = Set(try await store.caseFigures(at: Self.at(20)).legs)
            #expect(
                legs == [
                    CaseFigures.Leg(.review, from: Cast.noon, to: Self.at(2)),
                    CaseFigures.Leg(.reply, from: Self.at(5), to: Self.at(11)),
                    CaseFigures.Leg(.posting, from: Self.at(11), to: Self.at(12)),
                    CaseFigures.Leg(.origin, from: Self.at(1), to: Self.at(8)),
                ])
        }
    }

    @Test(arguments: StoreKind.all) func `count open cases by the other agency and by age, and reasons by their code`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let refused = [Self.event("application-failed", day: 1, code: "no-record")]
            try await Self.walk(
                store, 1, role: .destination, phase: "reviewing", refused, due: Cast.noon.date)
            try await Self.walk(store, 2, role: .origin, phase: "checking", [Self.event("letter-arrived", day: 0)])
            try await Self.walk(store, 3, role: .destination, phase: "completed", refused)
            let young = try await store.caseFigures(at: Self.at(7))
            #expect(
                young.open == [
                    CaseFigures.Open(peer: Cast.hangzhou, age: .week, count: 1, overdue: 0),
                    CaseFigures.Open(peer: Cast.chengdu, age: .week, count: 1, overdue: 1),
                ])
            #expect(
                young.reasons == [CaseFigures.Reasons(event: "application-failed", code: "no-record", count: 2)])
            for (days, age) in [(8, CaseFigures.Age.twoWeeks), (31, .sixWeeks), (90, .quarter), (91, .longer)] {
                let later = try await store.caseFigures(at: Self.at(Int64(days)))
                #expect(later.open.map(\.age) == [age, age], "after \(days) days")
            }
        }
    }

    @Test func `count a leg in working days from the day after, and hold it against its limit`() {
        // Opened on a Saturday.
        let legs = [3, 7, 70].map { CaseFigures.Leg(.review, from: Cast.noon, to: Self.at($0)) }
        let figures = CaseFigures(open: [], legs: legs, reasons: []).legFigures(
            limits: DeadlineLimits(profile: "here", limits: [.review: 5]), calendar: .shipped, today: Cast.noon.date)
        #expect(figures.map(\.kind) == [.review])
        #expect(figures.map(\.count) == [3] && figures.map(\.limit) == [5])
        #expect(figures.map(\.median) == [5], "one week, whose Saturday and Sunday do not count")
        #expect(figures.map(\.late) == [1])
        #expect((figures.first?.ninth ?? 0) > 40)
    }
}
