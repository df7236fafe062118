package import TransferCore
package import TransferDocuments

/// Compares what two sides say of their common cases. Nothing here reads a store or a clock.
///
/// What only says that something is still on its way is no difference: a document of ours without a receipt, a case that
/// moved in the last minutes, and money that the banks may take days for.
package enum StateComparison {
    /// A case that moved within so many milliseconds is not compared. Source: our choice.
    package static let youngMilliseconds: Int64 = 5 * 60_000
    /// So long money may be between two banks. Source: our choice: a weekend.
    package static let bankMilliseconds: Int64 = 3 * 86_400_000
    /// How much later one side may see a case end than the other, before its absence there is a difference, in days.
    static let endSpread = 7

    /// Where two sides differ, by case number.
    ///
    /// - Parameters:
    ///   - own: our cases of the run, and those outside our own list that the other side has named.
    ///   - theirs: what the other side says of the same run.
    ///   - range: the run that both cover.
    ///   - now: when we looked.
    package static func differences(
        own: [OwnCase], theirs: [CaseStatement], range: StateDigest.Range, endedWithinDays: Int, now: Instant
    ) -> [StateDifference] {
        let known = Dictionary(own.map { ($0.number, $0) }) { first, _ in first }
        let said = Dictionary(theirs.map { ($0.number, $0) }) { first, _ in first }
        var found: [StateDifference] = []
        for number in Set(known.keys).union(said.keys).sorted() where range.contains(number) {
            switch (known[number], said[number]) {
            case (let own?, let statement?): found += differences(own, statement, now: now)
            case (let own?, nil):
                guard own.isCommon, !isMoving(own, now), !mayBeForgotten(own, endedWithinDays, now) else { continue }
                found.append(
                    StateDifference(number, .missingThere, here: own.statement.state.rawValue, there: "-"))
            case (nil, let statement?):
                found.append(StateDifference(number, .missingHere, here: "-", there: statement.state.rawValue))
            case (nil, nil): continue
            }
        }
        return found
    }

    private static func isMoving(_ own: OwnCase, _ now: Instant) -> Bool {
        own.isUnderWay || now < own.movedAt.adding(milliseconds: youngMilliseconds)
    }

    /// Whether the case ended so long ago that the other side need not name it any more.
    private static func mayBeForgotten(_ own: OwnCase, _ days: Int, _ now: Instant) -> Bool {
        guard let endedAt = own.endedAt else { return false }
        return endedAt.adding(milliseconds: Int64(max(0, days - endSpread)) * 86_400_000) < now
    }

    private static func differences(_ own: OwnCase, _ said: CaseStatement, now: Instant) -> [StateDifference] {
        // What has ended on both sides does not move any more, however young it is; only a receipt may still be under way.
        let hasEnded = own.endedAt != nil && !own.isUnderWay && (said.state == .completed || said.state == .ended)
        guard hasEnded || !isMoving(own, now) else { return [] }
        let here = own.statement
        var found: [StateDifference] = []
        func differ(_ kind: StateDifference.Kind, _ ours: String, _ their: String) {
            found.append(StateDifference(own.number, kind, here: ours, there: their))
        }
        let isBetweenBanks = now < own.movedAt.adding(milliseconds: bankMilliseconds)
        if here.state != said.state, !(isBetweenBanks && Set([here.state, said.state]) == [.open, .paid]) {
            differ(.state, here.state.rawValue, said.state.rawValue)
        }
        if !isMoving(own, now) {
            if here.sent != said.received {
                differ(.lastDocument, word(here.sent), word(said.received))
            } else if here.received != said.sent {
                differ(.lastDocument, word(here.received), word(said.sent))
            }
        }
        // What was posted and taken back again, the origin hears of with the money only.
        let isSettled = here.state == .completed && said.state == .completed
        if here.money.kept != said.money.kept, isSettled || !isBetweenBanks {
            differ(.amount, "\(here.money.kept)", "\(said.money.kept)")
        } else if isSettled, here.money.posted != said.money.posted {
            differ(.amount, "posted \(here.money.posted)", "posted \(said.money.posted)")
        }
        return found
    }

    private static func word(_ digest: DocumentDigest?) -> String { digest?.text ?? "-" }
}

/// One thing in which two sides differ about a case.
package struct StateDifference: Hashable, Sendable {
    package let number: CaseNumber
    package let kind: Kind
    /// What each side says, in published words, amounts or digests; a hyphen for nothing.
    package let here: String
    package let there: String

    /// The names are published.
    package enum Kind: String, Hashable, Sendable, CaseIterable {
        case missingHere = "missing-here"
        case missingThere = "missing-there"
        case state
        case lastDocument = "last-document"
        case amount
    }

    package init(_ number: CaseNumber, _ kind: Kind, here: String, there: String) {
        self.number = number
        self.kind = kind
        self.here = here
        self.there = there
    }
}

extension StateDifference: CustomStringConvertible {
    package var description: String { "\(number) \(kind.rawValue): \(here) here, \(there) there" }
}

/// What the two sides' books say of the money of their common cases: it must be the same but for what is between banks.
package struct PeerReckoning: Hashable, Sendable {
    /// Cases that both sides name.
    package private(set) var cases = 0
    /// Of the cases in which we are the origin: what left us, and what the peer says of it.
    package private(set) var outward = Pair()
    /// Of the cases in which we are the destination: what came to us, and what the peer says of it.
    package private(set) var inward = Pair()
    package private(set) var differences: [StateDifference] = []
    /// Beyond so many differences the rest is counted, not listed.
    package private(set) var furtherDifferences = 0

    package struct Pair: Hashable, Sendable {
        package var ours = MovedMoney.none
        package var theirs = MovedMoney.none

        package init() {}
    }

    /// So many differences are listed.
    package static let mostListed = 10_000

    package init() {}

    package mutating func add(_ found: [StateDifference]) {
        let room = PeerReckoning.mostListed - differences.count
        differences += found.prefix(room)
        furtherDifferences += max(0, found.count - room)
    }

    /// Adds the sums of one run.
    package mutating func add(own: [OwnCase], theirs: [CaseStatement], range: StateDigest.Range) {
        let said = Dictionary(theirs.map { ($0.number, $0) }) { first, _ in first }
        for item in own where range.contains(item.number) {
            guard let statement = said[item.number] else { continue }
            cases += 1
            switch item.role {
            case .origin: outward.add(item.statement.money, statement.money)
            case .destination: inward.add(item.statement.money, statement.money)
            }
        }
    }
}

extension PeerReckoning.Pair {
    fileprivate mutating func add(_ own: MovedMoney, _ said: MovedMoney) {
        ours = ours + own
        theirs = theirs + said
    }

    /// What the books of the two sides are apart, in what stayed with the destination: money between banks, or lost.
    package var apart: Money { ours.kept - theirs.kept }
}
