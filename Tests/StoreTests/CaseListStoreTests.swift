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
