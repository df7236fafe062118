/// The balances of a person who has died, divided among the heirs.
///
/// Source: Social Insurance Law, Art. 14; Social Insurance Law rules (人社部令13号), Art. 6; the fen that is left over goes
/// to the first heirs (our choice; case P-06 of the domain handbook).
package struct HeirShares: Hashable, Sendable {
    /// The amount of each heir, in the order in which they were named.
    package let amounts: [Money]
    /// For each heir, from which balances the amount is taken: each balance is used up before the next.
    package let sources: [[Source]]

    package struct Source: Hashable, Sendable {
        package let branch: Branch
        package let amount: Money

        package init(branch: Branch, amount: Money) {
            self.branch = branch
            self.amount = amount
        }
    }

    /// No case has more heirs. Source: our choice; an order key has one place for the heir.
    package static let most = 9

    /// - Parameters:
    ///   - balances: what there is, by branch; zero and more.
    ///   - parts: the parts of the heirs, 1 to 1,000,000 each: 1 and 1 are halves, 2 and 1 two thirds and one third.
    /// - Returns: nil unless there are 1 to ``most`` heirs with such parts.
    package init?(of balances: [Branch: Money], parts: [Int]) {
        guard (1...HeirShares.most).contains(parts.count), parts.allSatisfy((1...1_000_000).contains),
            balances.values.allSatisfy({ $0 >= .zero })
        else { return nil }
        let total = balances.values.sum()
        let whole = Int64(parts.reduce(0, +))
        // Quotient and rest by themselves: the product of the largest total and part does not fit 64 bits.
        var fen = parts.map { part in
            total.fen / whole * Int64(part) + total.fen % whole * Int64(part) / whole
        }
        var left = total.fen - fen.reduce(0, +)
        for heir in fen.indices where left > 0 {
            fen[heir] += 1
            left -= 1
        }
        amounts = fen.map(Money.init(fen:))

        var rest = balances.filter { $0.value > .zero }.sorted { $0.key < $1.key }
        var sources: [[Source]] = []
        for amount in amounts {
            var wanted = amount
            var taken: [Source] = []
            while wanted > .zero, !rest.isEmpty {
                let part = min(wanted, rest[0].value)
                taken.append(Source(branch: rest[0].key, amount: part))
                wanted = wanted - part
                rest[0].value = rest[0].value - part
                if rest[0].value == .zero { rest.removeFirst() }
            }
            sources.append(taken)
        }
        self.sources = sources
    }
}
