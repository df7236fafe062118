import TransferCore
import TransferDocuments

// Which order of the origin pays what: each amount that was frozen is one piece, and every order pays one of them.

extension CaseFile {
    /// An amount that was frozen, with the order that pays it first and the one that it makes up for.
    private struct Piece {
        let first: Int
        let makesUp: OrderKey?
    }

    private var pieces: [Piece] {
        [Piece(first: 1, makesUp: nil)]
            + events.compactMap { event in
                guard event.name == "supplement-frozen" || event.name == "shortfall-admitted" else { return nil }
                let words = event.cause?.split(separator: " ").map(String.init) ?? []
                guard let first = words.first.flatMap({ OrderKey($0) }) else { return nil }
                let root = event.name == "shortfall-admitted" && words.count > 3 ? OrderKey(words[3]) : nil
                return Piece(first: first.attempt, makesUp: root)
            }
    }

    /// By the number of each order: that of the order whose piece it pays, which is the first of the piece. An order that is
    /// not the first of a piece was made in place of the oldest one that had come back.
    private var firsts: [Int: Int] {
        let firsts = Set(pieces.map(\.first))
        var replaced: Set<Int> = []
        var found: [Int: Int] = [:]
        let orders = orders.filter { $0.key.leg == .remittance }
        for order in orders {
            let attempt = order.key.attempt
            guard !firsts.contains(attempt) else {
                found[attempt] = attempt
                continue
            }
            let older = orders.first { older in
                guard case .bounced? = older.outcome else { return false }
                return older.key.attempt < attempt && older.amount == order.amount
                    && !replaced.contains(older.key.attempt)
            }
            guard let older else { continue }
            replaced.insert(older.key.attempt)
            found[attempt] = found[older.key.attempt] ?? older.key.attempt
        }
        return found
    }

    /// The oldest remittance that came back and was not made again; nil for none.
    var bouncedRemittance: StoredOrder? {
        let orders = orders.filter { $0.key.leg == .remittance }
        let firsts = firsts
        return orders.first { order in
            guard case .bounced? = order.outcome else { return false }
            // A later order of the same piece stands in its place.
            let piece = firsts[order.key.attempt]
            return !orders.contains { $0.key.attempt > order.key.attempt && firsts[$0.key.attempt] == piece }
        }
    }

    /// The order that an order makes up for; nil when it stands for itself.
    func makesUp(_ key: OrderKey) -> OrderKey? {
        let first = firsts[key.attempt] ?? key.attempt
        return pieces.last { $0.first == first }?.makesUp
    }

    /// What the orders come to that make up for others and did not come back.
    var makeUps: Money {
        orders.filter { order in
            guard order.key.leg == .remittance, makesUp(order.key) != nil else { return false }
            if case .bounced? = order.outcome { return false }
            return true
        }.map(\.amount).sum()
    }
}
