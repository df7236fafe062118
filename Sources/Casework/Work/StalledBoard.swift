package import TransferCore

/// Everything that is stuck at one moment: of it every list, every count and the metric are made, so that they agree.
package struct StalledBoard: Sendable {
    /// In the order of their numbers.
    package let cases: [StalledCase]
    package let money: [StalledMoney]
    /// How many cases were looked at to find this out.
    package let looked: Int
    package let counts: [StalledCause: Int]
    package let byPeer: [AgencyCode: Int]

    /// When so few were looked at, it is found out anew whenever something was written.
    static let few = 500

    init(cases: [StalledCase], money: [StalledMoney], looked: Int) {
        self.cases = cases
        self.money = money
        self.looked = looked
        var counts: [StalledCause: Int] = [:]
        var byPeer: [AgencyCode: Int] = [:]
        for stalled in cases {
            counts[stalled.cause, default: 0] += 1
            byPeer[stalled.peer, default: 0] += 1
        }
        if !money.isEmpty { counts[.moneyWithoutCase] = money.count }
        self.counts = counts
        self.byPeer = byPeer
    }

    /// The cases that a filter takes, from where it begins, as many as it wants.
    package func cases(_ filter: WorkDesk.StalledFilter) -> [StalledCase] {
        var found: [StalledCase] = []
        for stalled in cases where found.count < filter.limit {
            if let after = filter.after, stalled.number <= after { continue }
            if filter.takes(stalled) { found.append(stalled) }
        }
        return found
    }

    /// How many a filter takes of each peer, whichever peer it names itself.
    package func counts(ofEachPeer filter: WorkDesk.StalledFilter) -> [AgencyCode: Int] {
        var filter = filter
        filter.peer = nil
        var counts: [AgencyCode: Int] = [:]
        for stalled in cases where filter.takes(stalled) { counts[stalled.peer, default: 0] += 1 }
        return counts
    }

    /// How many a filter takes in all.
    package func count(_ filter: WorkDesk.StalledFilter) -> Int { cases.count { filter.takes($0) } }
}
