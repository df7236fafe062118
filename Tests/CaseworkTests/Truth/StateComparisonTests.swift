import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Comparing what two sides say` {
    private static let now = PairCast.noon
    private static let number = CaseNumber(destination: PairCast.weifang, year: 2026, serial: 1)!
    private static let all = StateDigest.Range(after: nil, through: nil)
    private static let letter = DocumentDigest(of: [1])
    private static let advice = DocumentDigest(of: [2])
    private static let paid = MovedMoney(remitted: PairCast.transfer, returned: .zero, posted: .zero)
    private static let posted = MovedMoney(
        remitted: PairCast.transfer, returned: .zero, posted: PairCast.transfer)

    /// Ours, at rest for so many hours.
    private static func own(
        _ state: StateClass, _ money: MovedMoney, hours: Int64 = 240, sent: DocumentDigest? = advice,
        received: DocumentDigest? = letter, isUnderWay: Bool = false, endedDaysAgo: Int64? = nil
    ) -> OwnCase {
        OwnCase(
            statement: CaseStatement(number: number, state: state, sent: sent, received: received, money: money),
            role: .origin, isUnderWay: isUnderWay, movedAt: now.adding(milliseconds: -hours * 3_600_000),
            endedAt: endedDaysAgo.map { now.adding(milliseconds: -$0 * 86_400_000) })
    }

    private static func theirs(
        _ state: StateClass, _ money: MovedMoney, sent: DocumentDigest? = letter, received: DocumentDigest? = advice
    ) -> CaseStatement {
        CaseStatement(number: number, state: state, sent: sent, received: received, money: money)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let own: OwnCase?
        let theirs: CaseStatement?
        let found: [StateDifference.Kind]
    }

    static let rows = [
        Row(testDescription: "the same", own: own(.paid, paid), theirs: theirs(.paid, paid), found: []),
        Row(
            testDescription: "another state", own: own(.paid, paid), theirs: theirs(.ended, paid), found: [.state]),
        Row(
            testDescription: "another state, five minutes ago", own: own(.paid, paid, hours: 0),
            theirs: theirs(.ended, paid), found: []),
        Row(
            testDescription: "another state, while a document of ours has no receipt",
            own: own(.paid, paid, isUnderWay: true), theirs: theirs(.ended, paid), found: []),
        Row(
            testDescription: "money that left an hour ago", own: own(.paid, paid, hours: 1),
            theirs: theirs(.open, .none), found: []),
        Row(
            testDescription: "money that left ten days ago", own: own(.paid, paid), theirs: theirs(.open, .none),
            found: [.state, .amount]),
        Row(
            testDescription: "another sum in a completed case", own: own(.completed, posted, hours: 1),
            theirs: theirs(.completed, paid + paid), found: [.amount]),
        Row(
            testDescription: "less posted than we were told", own: own(.completed, posted),
            theirs: theirs(.completed, paid), found: [.amount]),
        Row(
            testDescription: "money that came back and went again",
            own: own(
                .paid,
                MovedMoney(remitted: PairCast.transfer + PairCast.transfer, returned: PairCast.transfer, posted: .zero)),
            theirs: theirs(.paid, paid), found: []),
        Row(
            testDescription: "a document that they do not have", own: own(.paid, paid),
            theirs: theirs(.paid, paid, received: letter), found: [.lastDocument]),
        Row(
            testDescription: "a document that we do not have", own: own(.paid, paid),
            theirs: theirs(.paid, paid, sent: advice), found: [.lastDocument]),
        Row(
            testDescription: "a case that they do not name", own: own(.paid, paid), theirs: nil, found: [.missingThere]),
        Row(
            testDescription: "a case of which they have accepted nothing",
            own: own(.open, .none, sent: nil, received: nil), theirs: nil, found: []),
        Row(
            testDescription: "a case that ended long ago", own: own(.completed, posted, endedDaysAgo: 28), theirs: nil,
            found: []),
        Row(
            testDescription: "a case that ended lately", own: own(.completed, posted, endedDaysAgo: 10), theirs: nil,
            found: [.missingThere]),
        Row(
            testDescription: "a case that we do not have", own: nil, theirs: theirs(.open, .none),
            found: [.missingHere]),
    ]

    @Test(arguments: rows) func `finds what differs, and nothing that is on its way`(row: Row) {
        let found = StateComparison.differences(
            own: row.own.map { [$0] } ?? [], theirs: row.theirs.map { [$0] } ?? [], range: Self.all,
            endedWithinDays: 31, now: Self.now)
        #expect(found.map(\.kind) == row.found)
    }

    @Test func `says nothing of cases outside the run`() {
        let found = StateComparison.differences(
            own: [], theirs: [Self.theirs(.open, .none)], range: StateDigest.Range(after: Self.number, through: nil),
            endedWithinDays: 31, now: Self.now)
        #expect(found == [])
    }
}
