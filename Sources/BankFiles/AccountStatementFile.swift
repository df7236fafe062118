package import TransferCore

/// The movements of one account over one or more days, between two balances.
///
/// Source: ISO 20022 camt.053.001.08.
package struct AccountStatementFile: Hashable, Sendable {
    /// Chosen by the bank.
    package let messageID: String
    package let createdAt: String
    /// The bank's identifier of the statement, unique for the account.
    package let statementID: String
    /// One more than that of the statement before it; nil when the bank counts none.
    package let sequenceNumber: Int?
    package let account: String
    package let opening: AccountBalance
    package let closing: AccountBalance
    /// Booked from the day of the opening balance to the day of the closing balance.
    package let entries: [AccountEntry]

    /// - Throws: `balance` when the closing balance is not the opening balance and all entries, `day` when an entry
    ///   lies outside the days, and what a notification throws.
    package init(
        messageID: String, createdAt: String, statementID: String, sequenceNumber: Int?, account: String,
        opening: AccountBalance, closing: AccountBalance, entries: [AccountEntry]
    ) throws(BankFileFault) {
        let root = MessageKind.accountStatement.root
        let report = AccountReport(account: account, entries: entries)
        try FieldForm.identifier.require(messageID, at: BankFilePlace("\(root)/GrpHdr/MsgId"))
        try requireInstant(createdAt, at: BankFilePlace("\(root)/GrpHdr/CreDtTm"))
        try FieldForm.identifier.require(statementID, at: BankFilePlace("\(root)/Stmt[1]/Id"))
        try requireSequenceNumber(sequenceNumber, at: BankFilePlace("\(root)/Stmt[1]/ElctrncSeqNb"))
        try opening.check(at: BankFilePlace("\(root)/Stmt[1]/Bal[1]/Amt"))
        try closing.check(at: BankFilePlace("\(root)/Stmt[1]/Bal[2]/Amt"))
        try report.check(under: "\(root)/Stmt[1]")
        guard opening.day <= closing.day else {
            throw BankFileFault(
                .day, at: BankFilePlace("\(root)/Stmt[1]/Bal[2]/Dt"), "the last day lies before the first")
        }
        if let number = entries.firstIndex(where: { !(opening.day...closing.day).contains($0.bookedOn) }) {
            throw BankFileFault(
                .day, at: BankFilePlace("\(root)/Stmt[1]/Ntry[\(number + 1)]/BookgDt", transaction: number + 1),
                "the entry lies outside the days of the statement")
        }
        guard opening.amount + report.credits - report.debits == closing.amount else {
            throw BankFileFault(
                .balance, at: BankFilePlace("\(root)/Stmt[1]/Bal[2]/Amt"),
                "is not the opening balance with all credits and debits")
        }
        self.messageID = messageID
        self.createdAt = createdAt
        self.statementID = statementID
        self.sequenceNumber = sequenceNumber
        self.account = account
        self.opening = opening
        self.closing = closing
        self.entries = entries
    }
}

/// What is on an account at the beginning or the end of a day.
package struct AccountBalance: Hashable, Sendable {
    /// Less than zero when the account is overdrawn.
    package let amount: Money
    package let day: CivilDate

    package init(amount: Money, day: CivilDate) {
        self.amount = amount
        self.day = day
    }
}

/// The bytes of a statement.
extension AccountStatementFile {
    /// The file, UTF-8, with one line for each entry. Equal files are equal bytes.
    package func bytes() -> [UInt8] {
        let kind = MessageKind.accountStatement
        let report = AccountReport(account: account, entries: entries)
        var text = MessageText(kind, expecting: entries.count)
        text.append("\n<GrpHdr>")
        text.leaf("MsgId", messageID)
        text.leaf("CreDtTm", createdAt)
        text.append("</GrpHdr>\n<Stmt>")
        text.leaf("Id", statementID)
        if let sequenceNumber { text.leaf("ElctrncSeqNb", String(sequenceNumber)) }
        text.leaf("CreDtTm", createdAt)
        report.writeAccount(to: &text)
        opening.write("OPBD", to: &text)
        closing.write("CLBD", to: &text)
        report.writeEntries(to: &text)
        text.append("\n</Stmt>")
        return text.closed(kind)
    }

    /// Reads a file whole, or refuses it whole. Totals and both booked balances must be there.
    ///
    /// - Parameter account: the only account whose movements may be told.
    package init(reading bytes: [UInt8], account: String) throws(BankFileFault) {
        let (tree, root) = try ElementTree.message(.accountStatement, in: bytes)
        let message = try ElementFields(tree, root, ElementSequence("GrpHdr Stmt"))
        let header = try message.inside("GrpHdr", .reportHeader)
        let fields = try message.inside("Stmt", .statement)
        let report = try AccountReport(fields, account: account)
        let balances = try AccountBalance.read(from: fields)
        var number: Int?
        if let text = try fields.ifText("ElctrncSeqNb") {
            number = try BankFiles.sequenceNumber(text, at: fields.place("ElctrncSeqNb"))
        }
        try self.init(
            messageID: try header.text("MsgId"), createdAt: try header.text("CreDtTm"),
            statementID: try fields.text("Id"), sequenceNumber: number, account: account, opening: balances.opening,
            closing: balances.closing, entries: report.entries)
    }
}

extension AccountBalance {
    fileprivate func check(at place: @autoclosure () -> BankFilePlace) throws(BankFileFault) {
        guard (-Money.limit...Money.limit).contains(amount) else {
            throw BankFileFault(.amountForm, at: place(), "more than an account may hold")
        }
    }

    fileprivate func write(_ kind: String, to text: inout MessageText) {
        text.append("\n<Bal><Tp><CdOrPrtry>")
        text.leaf("Cd", kind)
        text.append("</CdOrPrtry></Tp>")
        text.amount("Amt", amount < .zero ? -amount : amount)
        text.leaf("CdtDbtInd", (amount < .zero ? AccountEntry.Direction.debit : .credit).rawValue)
        text.append("<Dt>")
        text.leaf("Dt", day.description)
        text.append("</Dt></Bal>")
    }

    /// The opening and closing booked balances among all balances of a statement.
    fileprivate static func read(
        from fields: ElementFields
    ) throws(BankFileFault) -> (opening: AccountBalance, closing: AccountBalance) {
        var found: [String: AccountBalance] = [:]
        for index in fields.all("Bal") {
            let balance = try ElementFields(fields.tree, index, ElementSequence("Tp CdtLine* Amt CdtDbtInd Dt Avlbty*"))
            let kind = try balance.inside("Tp", ElementSequence("CdOrPrtry SubTp"))
                .inside("CdOrPrtry", .codeChoice)
            guard let code = try kind.ifText("Cd"), code == "OPBD" || code == "CLBD" else { continue }
            guard let direction = AccountEntry.Direction(rawValue: try balance.text("CdtDbtInd")) else {
                throw BankFileFault(.unknownCode, at: balance.place("CdtDbtInd"), "neither CRDT nor DBIT")
            }
            let amount = try balance.amount("Amt")
            let read = AccountBalance(amount: direction == .credit ? amount : -amount, day: try balance.day("Dt"))
            guard found.updateValue(read, forKey: code) == nil else {
                throw BankFileFault(.repeatedElement, at: fields.tree.place(of: index), "a second \(code) balance")
            }
        }
        guard let opening = found["OPBD"], let closing = found["CLBD"] else {
            throw BankFileFault(
                .missingElement, at: fields.tree.place(of: fields.index), "needs one OPBD and one CLBD balance")
        }
        return (opening, closing)
    }
}

extension ElementSequence {
    fileprivate static let statement = ElementSequence(
        """
        Id StmtPgntn ElctrncSeqNb RptgSeq LglSeqNb CreDtTm FrToDt CpyDplctInd RptgSrc Acct RltdAcct Intrst* Bal* \
        TxsSummry Ntry* AddtlStmtInf
        """)
}
