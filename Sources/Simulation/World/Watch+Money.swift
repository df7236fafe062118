import Casework
import Synchronization
import TransferCore
import TransferDocuments

// Money, counted again from raw lines: what the bank did, what the books say, and that they are the same.

extension Watch {
    func takeMoney(_ step: CaseStep, at node: Int, _ mirror: inout Mirror, _ state: inout State) {
        book(step.postings, of: step.number, at: node, &state)
        var posted = Int64(0)
        for line in step.postings.flatMap(\.lines) {
            mirror.ledger[line.account.name, default: 0] += line.amount.fen
            if line.account == .bank { posted += line.amount.fen }
        }
        var told = Int64(0)
        for line in step.bankLines {
            told += line.direction == .credit ? line.amount.fen : -line.amount.fen
            mirror.references.insert(line.reference)
            takeReference(line, at: node, isExact: true, &state)
        }
        // What an agency owes is negative: nobody pays out of suspense, transit or a payout more than came there.
        for (account, balance) in mirror.ledger where balance > 0 && Watch.owes(account) {
            state.find(
                "overdrawn", "\(step.number) at \(codes[node]): \(account) is overdrawn by \(balance) fen")
        }
        if posted != told {
            state.find(
                "bank-line-booked",
                "\(step.number) at \(codes[node]): the bank moved \(told) fen, the books \(posted)")
        }
        for order in step.orders {
            if mirror.orders[order.key.text] != nil {
                state.find("order-once", "\(order.key.text) was made twice at \(codes[node])")
            }
            mirror.orders[order.key.text] = order.amount.fen
        }
    }

    /// A transfer touches these accounts only.
    private static func isTransferable(_ account: String) -> Bool {
        account == "bank" || account == "pooled" || owes(account)
            || ["individual:pension", "individual:medical", "individual:housing"].contains(account)
    }

    private static func owes(_ account: String) -> Bool {
        account.hasPrefix("suspense:") || account.hasPrefix("in-transit-to:") || account.hasPrefix("payout:")
    }

    /// Books postings into the watch's own ledger of the node.
    func book(_ postings: [Posting], of number: CaseNumber?, at node: Int, _ state: inout State) {
        for posting in postings {
            var sum = Int64(0)
            for line in posting.lines {
                sum += line.amount.fen
                let account = line.account.name
                if !Watch.isTransferable(account) {
                    state.find("account-moved", "\(codes[node]) books on \(account), which no transfer touches")
                }
                state.ledgers[node][account, default: 0] += line.amount.fen
            }
            if sum != 0 || posting.lines.count < 2 {
                state.find(
                    "posting-balances",
                    "\(number?.text ?? "a loose posting") at \(codes[node]): \(posting.kind.rawValue) sums to \(sum)")
            }
        }
    }

    /// A line is taken once, and only if the bank has booked it.
    func takeReference(_ line: BankLine, at node: Int, isExact: Bool, _ state: inout State) {
        if !state.references[node].insert(line.reference).inserted {
            state.find("bank-line-once", "\(line.reference) was taken twice at \(codes[node])")
        }
        guard isExact else { return }
        if state.booked[node][line.reference] != line {
            state.find("bank-line-true", "\(line.reference) at \(codes[node]) is not what the bank has booked")
        }
    }

    // MARK: The bank

    /// The bank books a movement on the account of an agency.
    func booked(_ line: BankLine, for node: Int) {
        state.withLock { state in
            state.note("bank \(codes[node]) \(line.direction.rawValue) \(line.amount.fen) \(line.endToEndKey)")
            state.booked[node][line.reference] = line
        }
    }

    /// The bank carries an order out: once for each key, and no leg twice.
    func carriesOut(_ key: OrderKey, _ amount: Money, payer: Int) {
        state.withLock { state in
            state.note("bank carries out \(key.text) \(amount.fen)")
            if state.carriedOut.updateValue(amount.fen, forKey: key.text) != nil {
                state.find("paid-once", "the bank was told twice to carry out \(key.text)")
            }
            state.carriedOutOf[key.caseNumber, default: []].append(key.text)
            guard let mirror = state.mirrors[payer][key.caseNumber] else {
                return state.find("paid-once", "\(key.text) was ordered and its case is unknown")
            }
            guard mirror.orders[key.text] == amount.fen else {
                return state.find("paid-once", "\(key.text) was ordered otherwise than it stands in the case")
            }
            let paid = Set(state.carriedOutOf[key.caseNumber] ?? []).filter { other in
                !state.cameBack.contains(other) && OrderKey(other)?.leg == key.leg
            }
            let allowed: Int
            switch key.leg {
            case .remittance: allowed = 1 + mirror.count("supplement-frozen", "shortfall-admitted")
            case .fundsReturn: allowed = mirror.count("return-decided")
            case .balance, .clearingRefund, .heir: allowed = 1
            }
            if paid.count > allowed {
                state.find("one-payment", "\(key.caseNumber): \(paid.count) payments stand of the leg of \(key.text)")
            }
            if key.leg == .remittance, mirror.cancelled != nil {
                state.find("pivot", "\(key.text) was paid although the case had ended at the origin")
            }
        }
    }

    /// Money of an order came back to its payer.
    func cameBack(_ key: String) { state.withLock { _ = $0.cameBack.insert(key) } }

    /// The bank moves other money than an order says.
    func disturbs(_ key: String) {
        state.withLock { _ = $0.disturbed.insert(String(key.prefix { $0 != "/" })) }
    }

    func isDisturbed(_ number: CaseNumber) -> Bool { state.withLock { $0.disturbed.contains(number.text) } }

    // MARK: At rest

    /// The books of a node against the bank.
    func checkBooks(of node: Int, bankBalance: Money) {
        state.withLock { state in
            let ledger = state.ledgers[node]
            let sum = ledger.values.reduce(0, +)
            if sum != 0 { state.find("ledger-balances", "the ledger of \(codes[node]) sums to \(sum) fen") }
            let missing = state.booked[node].keys.filter { !state.references[node].contains($0) }.sorted()
            if let first = missing.first {
                state.find("bank-line-known", "\(missing.count) bank lines are in no book of \(codes[node]): \(first)")
            } else if ledger["bank", default: 0] != bankBalance.fen {
                state.find(
                    "bank-agrees",
                    "\(codes[node]) has \(ledger["bank", default: 0]) fen in its books, \(bankBalance.fen) at the bank")
            }
        }
    }
}
