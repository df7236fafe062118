import Casework
import Store
import Testing
import TransferCore

/// Lists of ended cases, of everybody and of one employer, with and without a filter by phase.
@Suite struct `A list of ended cases` {
    private func fill(_ store: JiexuStore) async throws {
        for serial in 1...9 {
            try await store.commit(Cast.firstStep(serial))
            guard serial < 9 else { continue }
            var step = CaseStep(
                number: Cast.number(serial), expecting: 1,
                summary: Cast.summary(phase: serial.isMultiple(of: 3) ? "refused" : "completed", isTerminal: true))
            step.events = [Cast.event("ends")]
            try await store.commit(step)
        }
    }

    private func serials(_ store: JiexuStore, _ change: (inout CaseQuery) -> Void) async throws -> [Int] {
        var query = CaseQuery()
        query.stage = .done
        change(&query)
        let numbers = try await store.cases(query).map(\.number)
        return try numbers.map { number in try #require((1...9).first { Cast.number($0) == number }) }
    }

    @Test(arguments: StoreKind.all) func `has those of a phase in their order, from either end and in pages`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await fill(store)
            let owner = try #require(Cast.firstStep(1).opening).lodgedBy
            for lodgedBy in [nil, owner] {
                #expect(try await serials(store) { $0.lodgedBy = lodgedBy } == [1, 2, 3, 4, 5, 6, 7, 8])
                #expect(try await serials(store) { ($0.lodgedBy, $0.phase) = (lodgedBy, "refused") } == [3, 6])
                #expect(
                    try await serials(store) {
                        ($0.lodgedBy, $0.phase, $0.order) = (lodgedBy, "completed", .newest)
                    } == [8, 7, 5, 4, 2, 1])
                #expect(
                    try await serials(store) {
                        ($0.lodgedBy, $0.phase, $0.limit) = (lodgedBy, "completed", 2)
                        $0.after = CaseQuery.Place(key: 0, number: Cast.number(2))
                    } == [4, 5])
                #expect(
                    try await serials(store) {
                        ($0.lodgedBy, $0.phase, $0.order, $0.limit) = (lodgedBy, "completed", .newest, 3)
                        $0.after = CaseQuery.Place(key: 0, number: Cast.number(7))
                    } == [5, 4, 2])
                // That one is under way.
                #expect(try await serials(store) { ($0.lodgedBy, $0.phase) = (lodgedBy, "reviewing") } == [])
                #expect(
                    try await serials(store) {
                        ($0.lodgedBy, $0.phase, $0.origin) = (lodgedBy, "refused", Cast.hangzhou)
                    }
                        == [])
                #expect(
                    try await serials(store) {
                        ($0.lodgedBy, $0.phase, $0.origin) = (lodgedBy, "refused", Cast.chengdu)
                    } == [3, 6])
            }
            #expect(try await serials(store) { ($0.lodgedBy, $0.phase) = ("another", "refused") } == [])
        }
    }
}

/// Lists in the order of the due day, of everybody and of one employer, which are read by different statements.
@Suite struct `A list of cases by their due day` {
    /// What stands in the store: the day in November on which a case is due, if it has one, and who has it.
    private static let cases: [(serial: Int, due: Int?, holder: Holder, phase: String)] = [
        (1, 25, .destination, "reviewing"), (2, nil, .origin, "recorded"), (3, 23, .origin, "accepted"),
        (4, nil, .destination, "reviewing"), (5, 25, .origin, "accepted"), (6, nil, .nobody, "completed"),
        (7, 20, .applicant, "returned"), (8, 24, .destination, "reviewing"), (9, nil, .applicant, "returned"),
    ]

    private func fill(_ store: JiexuStore) async throws {
        for (serial, due, holder, phase) in Self.cases {
            var step = CaseStep(
                number: Cast.number(serial), expecting: 0,
                summary: CaseSummary(
                    phase: phase, holder: holder, since: Cast.noon, due: due.map { Cast.day(2026, 11, $0) },
                    isDueProvisional: false, isOverdueReported: false, isTerminal: holder == .nobody))
            step.opening = Cast.opening(serial)
            step.events = [Cast.event("application-lodged")]
            try await store.commit(step)
        }
    }

    /// The serials of all pages, each page by itself.
    private func pages(
        _ store: JiexuStore, of size: Int, _ change: (inout CaseQuery) -> Void = { _ in }
    ) async throws -> [[Int]] {
        var query = CaseQuery()
        (query.stage, query.order, query.limit) = (.underWay, .due, size)
        change(&query)
        var pages: [[Int]] = []
        while pages.count < 10 {
            let entries = try await store.cases(query)
            guard let last = entries.last else { break }
            pages.append(
                try entries.map { entry in try #require((1...9).first { Cast.number($0) == entry.number }) })
            query.after = query.place(of: last)
        }
        return pages
    }

    @Test(arguments: StoreKind.all) func `has what is due first at its head and what has no day at its end`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await fill(store)
            let owner = try #require(Cast.firstStep(1).opening).lodgedBy
            for lodgedBy in [nil, owner] {
                #expect(try await pages(store, of: 50) { $0.lodgedBy = lodgedBy } == [[3, 8, 1, 5, 2, 4]])
                #expect(try await pages(store, of: 4) { $0.lodgedBy = lodgedBy } == [[3, 8, 1, 5], [2, 4]])
                #expect(try await pages(store, of: 5) { $0.lodgedBy = lodgedBy } == [[3, 8, 1, 5, 2], [4]])
                #expect(
                    try await pages(store, of: 1) { $0.lodgedBy = lodgedBy } == [[3], [8], [1], [5], [2], [4]])
                #expect(
                    try await pages(store, of: 2) { ($0.lodgedBy, $0.phase) = (lodgedBy, "reviewing") }
                        == [[8, 1], [4]])
                #expect(try await pages(store, of: 2) { ($0.lodgedBy, $0.origin) = (lodgedBy, Cast.hangzhou) } == [])
            }
        }
    }
}
