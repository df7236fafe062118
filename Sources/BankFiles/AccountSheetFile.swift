package import TransferCore

/// The movements of one account over one or more days as a bank without ISO 20022 hands them out: a CSV sheet (账户明细)
/// with Chinese headings, in GB 18030 or UTF-8.
///
///     文件类型,文件编号,生成时间,账号,币种,起始日期,终止日期,顺序号,贷方笔数,贷方金额,借方笔数,借方金额,期初余额,期末余额
///     账户明细,Z1,2026-03-16T18:00:00+08:00,15330100000000001,CNY,2026-03-16,2026-03-16,7,1,19064.00,0,0.00,,
///     交易日期,借贷标志,金额,对方户名,对方账号,端到端标识,银行流水号,退汇原因,摘要
///     2026-03-16,贷,19064.00,潍坊市社会保险事业中心,15370700000000001,370700-2026-0000012-K/P1,R1,,基金转移
///     结束,1
///
/// The second line says of whom the sheet is and what its movements come to; the last line says how many there are, so
/// that half a sheet is found wherever it ends. The article "Account sheets" describes every field.
///
/// Source: our choice; it holds what camt.053.001.08 holds, so that both lead to the same entries.
package struct AccountSheetFile: Hashable, Sendable {
    /// Chosen by the bank, unique among its sheets.
    package let messageID: String
    package let createdAt: String
    package let account: String
    /// The number of the sheet, one more than that of the sheet before it; nil when the bank counts none.
    package let sequenceNumber: Int?
    /// The first day of which the sheet tells.
    package let firstDay: CivilDate
    /// The last day of which the sheet tells.
    package let lastDay: CivilDate
    /// Nil when the bank tells none.
    package let balances: Balances?
    package let entries: [AccountEntry]

    /// What is on the account before the first movement and after the last one; less than zero when overdrawn.
    package struct Balances: Hashable, Sendable {
        package let opening: Money
        package let closing: Money

        package init(opening: Money, closing: Money) {
            self.opening = opening
            self.closing = closing
        }
    }

    /// - Throws: `text-form`, `date-form`, `day`, `balance`, an amount's fault, `duplicate-reference` or `control-sum`.
    package init(
        messageID: String, createdAt: String, account: String, sequenceNumber: Int?, firstDay: CivilDate,
        lastDay: CivilDate, balances: Balances?, entries: [AccountEntry]
    ) throws(BankFileFault) {
        self.messageID = messageID
        self.createdAt = createdAt
        self.account = account
        self.sequenceNumber = sequenceNumber
        self.firstDay = firstDay
        self.lastDay = lastDay
        self.balances = balances
        self.entries = entries
        try check()
    }

    var credits: Money { entries.filter { $0.direction == .credit }.map(\.amount).sum() }
    var debits: Money { entries.filter { $0.direction == .debit }.map(\.amount).sum() }
}

extension AccountSheetFile {
    private func check() throws(BankFileFault) {
        try FieldForm.identifier.require(messageID, at: AccountSheetFile.place(.messageID))
        try requireInstant(createdAt, at: AccountSheetFile.place(.createdAt))
        try FieldForm.account.require(account, at: AccountSheetFile.place(.account))
        try requireSequenceNumber(sequenceNumber, at: AccountSheetFile.place(.sequenceNumber))
        guard firstDay <= lastDay else {
            throw BankFileFault(.day, at: AccountSheetFile.place(.lastDay), "the last day lies before the first")
        }
        try checkEntries()
        guard credits <= .limit, debits <= .limit else {
            throw BankFileFault(
                .controlSum, at: AccountSheetFile.place(.creditSum), "the movements come to more than a file may hold")
        }
        guard let balances else { return }
        for (balance, field) in [(balances.opening, Control.opening), (balances.closing, .closing)] {
            guard (-Money.limit...Money.limit).contains(balance) else {
                throw BankFileFault(.amountForm, at: AccountSheetFile.place(field), "more than an account may hold")
            }
        }
        guard balances.opening + credits - debits == balances.closing else {
            throw BankFileFault(
                .balance, at: AccountSheetFile.place(.closing), "is not the opening balance with all credits and debits"
            )
        }
    }

    private func checkEntries() throws(BankFileFault) {
        var references: Set<String> = []
        for (index, entry) in entries.enumerated() {
            func here(_ column: Column) -> BankFilePlace { AccountSheetFile.place(column, entry: index + 1) }
            try entry.check { here(Column(element: $0)) }
            guard references.insert(entry.bankReference).inserted else {
                throw BankFileFault(.duplicateReference, at: here(.bankReference), "stands in the file already")
            }
            guard (firstDay...lastDay).contains(entry.bookedOn) else {
                throw BankFileFault(.day, at: here(.bookedOn), "the movement lies outside the days of the sheet")
            }
        }
    }

    /// The fields of the second line, in their order.
    enum Control: String, CaseIterable {
        case kind = "文件类型"
        case messageID = "文件编号"
        case createdAt = "生成时间"
        case account = "账号"
        case currency = "币种"
        case firstDay = "起始日期"
        case lastDay = "终止日期"
        case sequenceNumber = "顺序号"
        case creditCount = "贷方笔数"
        case creditSum = "贷方金额"
        case debitCount = "借方笔数"
        case debitSum = "借方金额"
        case opening = "期初余额"
        case closing = "期末余额"
    }

    /// The fields of each movement, in their order.
    enum Column: String, CaseIterable {
        case bookedOn = "交易日期"
        case direction = "借贷标志"
        case amount = "金额"
        case counterpartyName = "对方户名"
        case counterpartyAccount = "对方账号"
        case endToEndKey = "端到端标识"
        case bankReference = "银行流水号"
        case returnReason = "退汇原因"
        case purposeText = "摘要"

        /// The column of what a message of ISO 20022 has in that element of an entry.
        init(element path: String) {
            switch path.split(separator: "/").last {
            case "Amt": self = .amount
            case "AcctSvcrRef": self = .bankReference
            case "EndToEndId": self = .endToEndKey
            case "Nm": self = .counterpartyName
            case "Id": self = .counterpartyAccount
            case "Ustrd[1]": self = .purposeText
            default: self = .returnReason
            }
        }
    }

    /// What stands in the field of the kind.
    static let kind = "账户明细"
    /// The first field of the last line.
    static let end = "结束"

    static func place(_ field: Control) -> BankFilePlace { BankFilePlace("line[2]/\(field.rawValue)") }

    /// - Parameter entry: counted from 1; the first stands on the fourth line.
    static func place(_ column: Column, entry: Int) -> BankFilePlace {
        BankFilePlace("line[\(entry + 3)]/\(column.rawValue)", transaction: entry)
    }
}

/// Passes when the number of a statement is one that banks count with: 1 to 999,999,999, or none.
func requireSequenceNumber(_ number: Int?, at place: @autoclosure () -> BankFilePlace) throws(BankFileFault) {
    guard let number, !(1...999_999_999).contains(number) else { return }
    throw BankFileFault(.sequence, at: place(), "the number of a statement is 1 to 999999999")
}

/// The number that 1 to 9 digits write.
func sequenceNumber(_ text: String, at place: @autoclosure () -> BankFilePlace) throws(BankFileFault) -> Int {
    guard (1...9).contains(text.utf8.count), text.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let number = Int(text), number > 0
    else { throw BankFileFault(.sequence, at: place(), "the number of a statement is 1 to 999999999") }
    return number
}
