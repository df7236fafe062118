import Testing
import TransferCore

@Suite struct `The shares of heirs` {
    @Test func `are halves to the fen, the odd one to the first`() throws {
        // Case P-06 of the domain handbook.
        let balances = [Branch.medical: Money(fen: 1_863_28), .housing: Money(fen: 402_11)]
        let shares = try #require(HeirShares(of: balances, parts: [1, 1]))
        #expect(shares.amounts == [Money(fen: 1_132_70), Money(fen: 1_132_69)])
        #expect(shares.amounts.sum() == Money(fen: 2_265_39))
        #expect(shares.sources[0] == [HeirShares.Source(branch: .medical, amount: Money(fen: 1_132_70))])
        #expect(
            shares.sources[1] == [
                HeirShares.Source(branch: .medical, amount: Money(fen: 730_58)),
                HeirShares.Source(branch: .housing, amount: Money(fen: 402_11)),
            ])
    }

    @Test(arguments: [UInt64](1...200))
    func `keep the sum, the proportion and every balance, whatever they are`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        var balances: [Branch: Money] = [:]
        for branch in Branch.allCases where Bool.random(using: &random) {
            balances[branch] = Money(fen: .random(in: 0...Money.limit.fen, using: &random))
        }
        let most = [3, 1_000_000].randomElement(using: &random) ?? 3
        let parts = (0..<Int.random(in: 1...HeirShares.most, using: &random)).map { _ in
            Int.random(in: 1...most, using: &random)
        }
        let shares = try #require(HeirShares(of: balances, parts: parts))
        let total = balances.values.sum()
        #expect(shares.amounts.sum() == total)
        #expect(shares.amounts.count == parts.count && shares.sources.count == parts.count)
        let whole = parts.reduce(0, +)
        for (amount, part) in zip(shares.amounts, parts) {
            // No heir is more than a fen away from the exact part: |amount × whole − total × part| ≤ whole.
            let given = Wide(amount.fen, Int64(whole))
            let exact = Wide(total.fen, Int64(part))
            #expect(given.isWithin(UInt64(whole), of: exact), "\(amount) of \(total) for \(part) of \(whole)")
        }
        for (amount, sources) in zip(shares.amounts, shares.sources) {
            #expect(sources.map(\.amount).sum() == amount)
            #expect(sources.allSatisfy { $0.amount > .zero })
        }
        for branch in Branch.allCases {
            let taken = shares.sources.joined().filter { $0.branch == branch }.map(\.amount).sum()
            #expect(taken == balances[branch, default: .zero])
        }
    }

    /// A product of two amounts that are not below zero, in full.
    private struct Wide {
        let high: UInt64
        let low: UInt64

        init(_ a: Int64, _ b: Int64) { (high, low) = UInt64(a).multipliedFullWidth(by: UInt64(b)) }

        func isWithin(_ distance: UInt64, of other: Wide) -> Bool {
            let isLess = (high, low) < (other.high, other.low)
            let (small, large) = isLess ? (self, other) : (other, self)
            let (low, borrowed) = large.low.subtractingReportingOverflow(small.low)
            return large.high - small.high - (borrowed ? 1 : 0) == 0 && low <= distance
        }
    }

    @Test func `are not made without heirs, for too many, or with parts that are none`() {
        let balances = [Branch.pension: Money(fen: 100)]
        for parts in [[], [0], [1, -1], [1_000_001], [Int](repeating: 1, count: HeirShares.most + 1)] {
            #expect(HeirShares(of: balances, parts: parts) == nil)
        }
        #expect(HeirShares(of: [.pension: Money(fen: -1)], parts: [1]) == nil)
        #expect(HeirShares(of: [:], parts: [1, 2])?.amounts == [.zero, .zero])
    }
}
