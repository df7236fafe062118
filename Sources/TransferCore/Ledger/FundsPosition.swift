/// What the origin says that it has paid, what the bank has credited, and what went back.
///
/// Of each advised order the credit that is equal to its advice counts. Every other credit under that key is surplus: it
/// blocks nothing, and goes back. A credit under a key that no advice names is held: its papers may be on their way, so it
/// neither counts nor is sent back by itself.
///
/// Source: our choice (matching table 4.3 of the domain handbook; X-05 for doubles).
package struct FundsPosition: Hashable, Sendable {
    /// The advices whose orders have not bounced, in the order in which they came.
    package var advised: [Advised]
    /// The credits of the case, in the order in which they came.
    package var credited: [Credited]
    /// What was set aside to go back to the origin so far, each with its terms.
    package var returned: [Owed]
    /// Whether the origin has said that what came beyond the form is to be sent back.
    package var isExcessConfirmed: Bool

    package struct Advised: Hashable, Sendable {
        package let key: OrderKey
        package let amount: Money
        /// The order of which this one pays what did not arrive.
        package let makesUp: OrderKey?

        package init(key: OrderKey, amount: Money, makesUp: OrderKey?) {
            self.key = key
            self.amount = amount
            self.makesUp = makesUp
        }
    }

    package struct Credited: Hashable, Sendable {
        package let key: OrderKey
        package let amount: Money

        package init(key: OrderKey, amount: Money) {
            self.key = key
            self.amount = amount
        }
    }

    /// Money that goes back to the origin by one order: the order that brought it, why, and how much.
    package struct Owed: Hashable, Sendable {
        package let key: OrderKey
        package let ground: ReturnGround
        package let amount: Money

        package init(key: OrderKey, ground: ReturnGround, amount: Money) {
            self.key = key
            self.ground = ground
            self.amount = amount
        }
    }

    package init(advised: [Advised], credited: [Credited], returned: [Owed], isExcessConfirmed: Bool) {
        self.advised = advised
        self.credited = credited
        self.returned = returned
        self.isExcessConfirmed = isExcessConfirmed
    }

    /// The credits, each put where it belongs.
    package struct Tally: Hashable, Sendable {
        /// Of each advised order that was credited: what counts and is still here.
        package fileprivate(set) var counted: [OrderKey: Money] = [:]
        /// What came under an advised key besides, and did not go back yet; in the order of the keys' first credits.
        package fileprivate(set) var extra: [Credited] = []
        /// What came under keys that no advice names, and did not go back yet.
        package fileprivate(set) var held: [Credited] = []

        /// What counts, of all orders.
        package var came: Money { counted.values.sum() }
    }

    package var tally: Tally {
        var tally = Tally()
        var keys: [OrderKey] = []
        var amounts: [OrderKey: [Money]] = [:]
        for credit in credited {
            if amounts[credit.key] == nil { keys.append(credit.key) }
            amounts[credit.key, default: []].append(credit.amount)
        }
        for key in keys {
            guard let credits = amounts[key], let first = credits.first else { continue }
            let back = sentBack(.surplus, of: key)
            guard let advice = advised.first(where: { $0.key == key }) else {
                let held = credits.sum() - back
                if held > .zero { tally.held.append(Credited(key: key, amount: held)) }
                continue
            }
            let counts = credits.contains(advice.amount) ? advice.amount : first
            let extra = credits.sum() - counts
            // What went back before its advice came is missing from what counts.
            tally.counted[key] = counts - max(.zero, back - extra)
            if extra > back { tally.extra.append(Credited(key: key, amount: extra - back)) }
        }
        return tally
    }

    private func sentBack(_ ground: ReturnGround, of key: OrderKey? = nil) -> Money {
        returned.filter { $0.ground == ground && (key == nil || $0.key == key) }.map(\.amount).sum()
    }

    /// What the advices promise for the form; an order that makes up for another one promises nothing more.
    private var promised: Money { advised.filter { $0.makesUp == nil }.map(\.amount).sum() }

    /// Compares what was advised with what was credited, order by order, and both with the form.
    ///
    /// A newer form that asks for less is the origin's written word that the rest is to be sent back.
    func outcome(formTotal: Money, formVersion: Int) -> Reconciliation.Outcome {
        let tally = tally
        let promised = promised
        // What was made up for is not waited for: everything that was promised is here.
        let missing = tally.came < promised ? advised.filter { tally.counted[$0.key] == nil } : []
        // The bank has perhaps credited the advised order under another key.
        if missing.contains(where: { advice in tally.held.contains { $0.amount == advice.amount } }) {
            return .differs(.orderKeyDiffers)
        }
        if promised < formTotal {
            return formVersion > 1 || advised.isEmpty ? .adviceOutstanding : .differs(.adviceDiffers)
        }
        if promised > formTotal, formVersion == 1 { return .differs(.adviceDiffers) }
        if !missing.isEmpty { return .fundsOutstanding }
        let came = tally.came
        if came < promised {
            // What is missing may be here already, before the advice of the order that makes it up.
            let held = tally.held.map(\.amount).sum()
            return held > .zero && came + held >= promised ? .adviceOutstanding : .differs(.creditShort)
        }
        if came - promised > sentBack(.excess), !isExcessConfirmed { return .differs(.creditOver) }
        // What went back cannot be posted: a form that asks for it again waits for another order.
        let rest = came - formTotal - sentBack(.excess) - sentBack(.corrected) - sentBack(.recalled)
        return rest < .zero ? .adviceOutstanding : .matched(surplus: rest + tally.extra.map(\.amount).sum())
    }

    /// Where the case stands for what is owed back.
    package enum Standing: Hashable, Sendable {
        /// Papers and funds are still compared: only what can never count is owed.
        case underWay
        /// A form of this total stands posted.
        case posted(Money)
        /// The origin has its remittance back, by consent; its newest form asks for this.
        case recalled(Money)
        /// The case ended without a transfer.
        case ended
    }

    /// What has to go back now, each by an order of its own, in this order.
    package func owed(_ standing: Standing) -> [Owed] {
        let tally = tally
        func surplus(_ credits: [Credited]) -> [Owed] {
            credits.map { Owed(key: $0.key, ground: .surplus, amount: $0.amount) }
        }
        let formTotal: Money
        switch standing {
        case .underWay: return surplus(tally.extra)
        case .ended:
            let counted = tally.counted.sorted { $0.key < $1.key }.map { Credited(key: $0.key, amount: $0.value) }
            return surplus(tally.extra + tally.held + counted).filter { $0.amount > .zero }
        case .posted(let total), .recalled(let total): formTotal = total
        }
        var owed = surplus(tally.extra)
        if case .recalled = standing { owed += surplus(tally.held) }
        guard let first = credited.first(where: { tally.counted[$0.key] != nil })?.key else { return owed }
        let came = tally.came
        // What went back on one ground is missing on every other: what the form asks for stays here.
        var left = came - sentBack(.excess) - sentBack(.corrected) - sentBack(.recalled)
        if case .posted = standing { left = left - formTotal }
        func add(_ ground: ReturnGround, _ wanted: Money) {
            let amount = min(wanted, left)
            guard amount > .zero else { return }
            owed.append(Owed(key: first, ground: ground, amount: amount))
            left = left - amount
        }
        let (excess, corrected) = (max(.zero, came - promised), max(.zero, min(came, promised) - formTotal))
        add(.excess, excess - sentBack(.excess))
        add(.corrected, corrected - sentBack(.corrected))
        if case .recalled = standing { add(.recalled, came - excess - corrected - sentBack(.recalled)) }
        return owed
    }
}
