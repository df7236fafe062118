import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `An application that does not meet the conditions` {
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let person: InsuredPerson
        let record: PersonRecord?
        var origin = PairCast.shenzhen
        var phase = "refused"
        var notice = "refusal"
        let reason: Reason
    }

    private static let person = PairCast.person()
    private static let older = PairCast.person(3, name: "赵民", born: "19740218")

    static let rows = [
        Row(testDescription: "no record at the destination", person: person, record: nil, reason: .notEnrolled),
        Row(
            testDescription: "never enrolled there", person: person, record: .atDestination(enrolledOn: nil),
            reason: .notEnrolled),
        Row(
            testDescription: "nothing paid there", person: person, record: .atDestination(lines: []),
            reason: .notEnrolled),
        Row(
            testDescription: "draws a pension", person: person, record: .atDestination(drawsPension: true),
            reason: .drawsPension),
        Row(
            testDescription: "52 years old, away from home", person: older,
            record: .atDestination(older, household: PersonRecord.guangdong), phase: "temporary-opened",
            notice: "temporary-account", reason: .enrolledLateAwayFromHome),
        Row(
            testDescription: "both places in one province", person: person, record: .atDestination(),
            origin: PairCast.jinan, reason: .sameProvince),
        Row(
            testDescription: "has died", person: person, record: .atDestination(isDeceased: true), reason: .deceased),
        Row(
            testDescription: "another name in the own records", person: person,
            record: .atDestination(PairCast.person(name: "林芬")), reason: .identityDiffers),
    ]

    @Test(arguments: rows)
    func `is refused in writing with its reason, and the origin never hears of it`(row: Row) async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(row.record, .atOrigin(row.person))
            let number = try await pair.transfer(
                PairCast.application(row.person, origin: row.origin, branches: [.medical]))
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.summary.phase == row.phase)
            #expect(view.summary.isTerminal)
            #expect(view.file.events.contains { $0.branch == .pension && $0.code == row.reason.code })
            #expect(view.story.transfer.legs.map(\.phase) == [row.phase, "dropped"])
            #expect(view.notices.map { [$0.name, $0.code] } == [[row.notice, row.reason.code]])
            #expect(view.file.documents.isEmpty)
            #expect(pair.road.sent.isEmpty)
            #expect(pair.bank.movements.isEmpty)
            #expect(try await pair.destination.store.ledgerBalances() == [:])
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `does not stand in the way of a better one`() async throws {
        try await NodePair.run(records: false) { pair in
            try await pair.know(nil, .atOrigin())
            let refused = try await pair.transfer()
            try await pair.know(.atDestination(), nil)
            let number = try await pair.lodge(key: "key-2")
            try await pair.settle()
            #expect(number != refused)
            #expect(try await pair.complaints(about: number) == [])
        }
    }
}
