import TransferCore

/// What notifications and statements share: an account, its entries, and what the entries come to.
///
/// Source: ISO 20022 camt.053.001.08 and camt.054.001.08.
struct AccountReport {
    let account: String
    let entries: [AccountEntry]

    var credits: Money { entries.filter { $0.direction == .credit }.map(\.amount).sum() }
    var debits: Money { entries.filter { $0.direction == .debit }.map(\.amount).sum() }

    /// - Parameter path: the element around the entries.
    func check(under path: String) throws(BankFileFault) {
        try FieldForm.account.require(account, at: BankFilePlace("\(path)/Acct/Id/Othr/Id"))
        var references: Set<String> = []
        for (number, entry) in entries.enumerated() {
            func here(_ rest: String) -> BankFilePlace {
                BankFilePlace("\(path)/Ntry[\(number + 1)]/\(rest)", transaction: number + 1)
            }
            try entry.check(here)
            guard references.insert(entry.bankReference).inserted else {
                throw BankFileFault(.duplicateReference, at: here("AcctSvcrRef"), "stands in the file already")
            }
        }
        guard credits <= .limit, debits <= .limit else {
            throw BankFileFault(
                .controlSum, at: BankFilePlace("\(path)/TxsSummry"), "the entries come to more than one file may hold")
        }
    }

    func writeAccount(to text: inout MessageText) {
        text.append("<Acct><Id><Othr>")
        text.leaf("Id", account)
        text.append("</Othr></Id><Ccy>CNY</Ccy></Acct>")
    }

    /// Writes the totals and then the entries.
    func writeEntries(to text: inout MessageText) {
        let net = credits - debits
        text.append("<TxsSummry><TtlNtries>")
        text.leaf("NbOfNtries", String(entries.count))
        text.leaf("Sum", (credits + debits).description)
        text.append("<TtlNetNtry>")
        text.leaf("Amt", (net < .zero ? -net : net).description)
        text.leaf("CdtDbtInd", (net < .zero ? AccountEntry.Direction.debit : .credit).rawValue)
        text.append("</TtlNetNtry></TtlNtries>")
        for (element, direction) in [("TtlCdtNtries", AccountEntry.Direction.credit), ("TtlDbtNtries", .debit)] {
            text.append("<\(element)>")
            text.leaf("NbOfNtries", String(entries.count { $0.direction == direction }))
            text.leaf("Sum", (direction == .credit ? credits : debits).description)
            text.append("</\(element)>")
        }
        text.append("</TxsSummry>")
        for entry in entries { entry.write(to: &text) }
    }

    /// Reads the account, which must be the one expected, the totals, which must be there, and the entries.
    init(_ fields: ElementFields, account expected: String) throws(BankFileFault) {
        let account = try fields.inside("Acct", .account)
        guard try fields.accountNumber("Acct") == expected else {
            throw BankFileFault(.account, at: fields.place("Acct"), "another account than the one expected")
        }
        if let currency = try account.ifText("Ccy"), currency != "CNY" {
            throw BankFileFault(.currency, at: account.place("Ccy"), "the account is not held in CNY")
        }
        var entries: [AccountEntry] = []
        for index in fields.all("Ntry") {
            entries.append(try AccountEntry(try ElementFields(fields.tree, index, .entry)))
        }
        self.init(account: expected, entries: entries)
        try requireTotals(of: try fields.inside("TxsSummry", .totals))
    }

    init(account: String, entries: [AccountEntry]) {
        self.account = account
        self.entries = entries
    }

    private func requireTotals(of totals: ElementFields) throws(BankFileFault) {
        let all = try totals.inside("TtlNtries", .total)
        try require(all, count: entries.count, sum: credits + debits)
        if let net = try all.ifInside("TtlNetNtry", ElementSequence("Amt CdtDbtInd")) {
            let sign: AccountEntry.Direction = credits < debits ? .debit : .credit
            let amount = credits < debits ? debits - credits : credits - debits
            let given = try net.text("CdtDbtInd")
            guard try net.sum("Amt") == amount, given == sign.rawValue || amount == .zero else {
                throw BankFileFault(.controlSum, at: net.place("Amt"), "the entries come to another net sum")
            }
        }
        if let part = try totals.ifInside("TtlCdtNtries", .total) {
            try require(part, count: entries.count { $0.direction == .credit }, sum: credits)
        }
        if let part = try totals.ifInside("TtlDbtNtries", .total) {
            try require(part, count: entries.count { $0.direction == .debit }, sum: debits)
        }
    }

    private func require(_ fields: ElementFields, count: Int, sum: Money) throws(BankFileFault) {
        guard try fields.count("NbOfNtries") == count else {
            throw BankFileFault(.transactionCount, at: fields.place("NbOfNtries"), "\(count) such entries follow")
        }
        guard try fields.sum("Sum") == sum else {
            throw BankFileFault(.controlSum, at: fields.place("Sum"), "the entries come to another sum")
        }
    }
}

extension ElementSequence {
    static let reportHeader = ElementSequence("MsgId CreDtTm MsgRcpt MsgPgntn OrgnlBizQry AddtlInf")
    fileprivate static let totals = ElementSequence("TtlNtries TtlCdtNtries TtlDbtNtries TtlNtriesPerBkTxCd*")
    fileprivate static let total = ElementSequence("NbOfNtries Sum TtlNetNtry")
}
