import TransferCore

/// The bytes of a sheet.
extension AccountSheetFile {
    /// The file, with one line for each movement. Equal files are equal bytes.
    package func bytes(_ encoding: SheetEncoding) -> [UInt8] {
        var text = SheetRows.text(Control.allCases.map(\.rawValue))
        text += SheetRows.text([
            AccountSheetFile.kind, messageID, createdAt, account, "CNY", firstDay.description, lastDay.description,
            sequenceNumber.map(String.init) ?? "", String(entries.count { $0.direction == .credit }),
            credits.description, String(entries.count { $0.direction == .debit }), debits.description,
            balances?.opening.description ?? "", balances?.closing.description ?? "",
        ])
        text += SheetRows.text(Column.allCases.map(\.rawValue))
        for entry in entries { text += SheetRows.text(entry.sheetFields) }
        text += SheetRows.text([AccountSheetFile.end, String(entries.count)])
        return encoding.bytes(of: text)
    }

    /// Reads a sheet whole, or refuses it whole.
    ///
    /// - Parameter account: the only account whose movements may be told.
    package init(reading bytes: [UInt8], account: String) throws(BankFileFault) {
        guard bytes.count <= BankFileLimit.bytes else {
            throw BankFileFault(.size, at: .file, "\(bytes.count) bytes, at most \(BankFileLimit.bytes) are read")
        }
        let rows = try SheetRows(try SheetEncoding.text(of: bytes).text).rows
        guard rows.first?.fields.first == Control.kind.rawValue else {
            throw BankFileFault(
                .namespace, at: .file, "neither a message of ISO 20022 nor an account sheet: the first heading is wrong"
            )
        }
        try AccountSheetFile.requireHeadings(Control.allCases.map(\.rawValue), in: rows[0])
        guard rows.count >= 4, let last = rows.last, last.fields.first == AccountSheetFile.end else {
            throw BankFileFault(
                .malformed, at: BankFilePlace("line[\(rows.count)]"),
                "the last line is not \(AccountSheetFile.end): it is half a file; have it sent again")
        }
        let control = try SheetControl(rows[1])
        try control.require(account: account)
        try AccountSheetFile.requireHeadings(Column.allCases.map(\.rawValue), in: rows[2])
        var entries: [AccountEntry] = []
        for row in rows[3..<(rows.count - 1)] { entries.append(try AccountEntry(row)) }
        guard last.fields.count == 2, last.fields[1] == String(entries.count) else {
            throw BankFileFault(
                .transactionCount, at: BankFilePlace("line[\(last.line)]"), "\(entries.count) movements stand before it"
            )
        }
        try control.requireTotals(of: entries)
        try self.init(
            messageID: try control.text(.messageID), createdAt: try control.text(.createdAt), account: account,
            sequenceNumber: try control.sequenceNumber(), firstDay: try control.day(.firstDay),
            lastDay: try control.day(.lastDay), balances: try control.balances(), entries: entries)
    }

    private static func requireHeadings(_ names: [String], in row: SheetRows.Row) throws(BankFileFault) {
        for (index, name) in names.enumerated() {
            guard index < row.fields.count else {
                throw BankFileFault(
                    .missingElement, at: BankFilePlace("line[\(row.line)]/\(name)"), "the heading must stand here")
            }
            guard row.fields[index] == name else {
                throw BankFileFault(
                    .unexpectedElement, at: BankFilePlace("line[\(row.line)]/\(name)"),
                    "another heading stands where this one must")
            }
        }
        guard row.fields.count == names.count else {
            throw BankFileFault(
                .unexpectedElement, at: BankFilePlace("line[\(row.line)]"),
                "the sheet has no column behind \(names.last!)")
        }
    }
}

/// The second line of a sheet.
private struct SheetControl {
    let fields: [AccountSheetFile.Control: String]

    init(_ row: SheetRows.Row) throws(BankFileFault) {
        let names = AccountSheetFile.Control.allCases
        guard row.fields.count == names.count else {
            throw BankFileFault(
                .malformed, at: BankFilePlace("line[2]"), "\(row.fields.count) fields under \(names.count) headings")
        }
        fields = Dictionary(uniqueKeysWithValues: zip(names, row.fields))
        guard fields[.kind] == AccountSheetFile.kind else {
            throw BankFileFault(
                .namespace, at: AccountSheetFile.place(.kind), "another kind of file than \(AccountSheetFile.kind)")
        }
    }

    func text(_ field: AccountSheetFile.Control) throws(BankFileFault) -> String {
        guard let text = fields[field], !text.isEmpty else {
            throw BankFileFault(.missingElement, at: AccountSheetFile.place(field), "must be filled in")
        }
        return text
    }

    func require(account: String) throws(BankFileFault) {
        guard try text(.account) == account else {
            throw BankFileFault(
                .account, at: AccountSheetFile.place(.account), "another account than the one expected")
        }
        guard try text(.currency) == "CNY" else {
            throw BankFileFault(.currency, at: AccountSheetFile.place(.currency), "the account is not held in CNY")
        }
    }

    func day(_ field: AccountSheetFile.Control) throws(BankFileFault) -> CivilDate {
        guard let day = CivilDate(try text(field)) else {
            throw BankFileFault(
                .dateForm, at: AccountSheetFile.place(field), "not a day of the form 2026-03-15")
        }
        return day
    }

    func sequenceNumber() throws(BankFileFault) -> Int? {
        guard let text = fields[.sequenceNumber], !text.isEmpty else { return nil }
        return try BankFiles.sequenceNumber(text, at: AccountSheetFile.place(.sequenceNumber))
    }

    func balances() throws(BankFileFault) -> AccountSheetFile.Balances? {
        guard fields[.opening] != "" || fields[.closing] != "" else { return nil }
        return AccountSheetFile.Balances(opening: try balance(.opening), closing: try balance(.closing))
    }

    /// Sums are looked at before counts would be: a missing movement is told by both.
    func requireTotals(of entries: [AccountEntry]) throws(BankFileFault) {
        for (direction, count, sum) in [
            (AccountEntry.Direction.credit, AccountSheetFile.Control.creditCount, AccountSheetFile.Control.creditSum),
            (.debit, .debitCount, .debitSum),
        ] {
            let amounts = entries.filter { $0.direction == direction }.map(\.amount)
            guard try text(count) == String(amounts.count) else {
                throw BankFileFault(
                    .transactionCount, at: AccountSheetFile.place(count), "\(amounts.count) such movements follow")
            }
            guard try money(sum) == amounts.sum() else {
                throw BankFileFault(
                    .controlSum, at: AccountSheetFile.place(sum), "the movements come to another sum")
            }
        }
    }

    private func balance(_ field: AccountSheetFile.Control) throws(BankFileFault) -> Money {
        let text = try text(field)
        let isNegative = text.utf8.first == UInt8(ascii: "-")
        guard let magnitude = Money(yuan: isNegative ? String(decoding: text.utf8.dropFirst(), as: UTF8.self) : text)
        else {
            throw BankFileFault(.amountForm, at: AccountSheetFile.place(field), "not a balance of the form 0.00")
        }
        return isNegative ? -magnitude : magnitude
    }

    private func money(_ field: AccountSheetFile.Control) throws(BankFileFault) -> Money {
        guard let money = Money(yuan: try text(field)) else {
            throw BankFileFault(.amountForm, at: AccountSheetFile.place(field), "not a sum of the form 0.00")
        }
        return money
    }
}

extension AccountEntry {
    /// What stands in a sheet where whoever ordered gave no key; an empty field means the same.
    private static let noKey = "NOTPROVIDED"

    fileprivate var sheetFields: [String] {
        let reason = returned.map { [$0.code, $0.text].compactMap(\.self).joined(separator: " ") }
        return [
            bookedOn.description, direction == .credit ? "贷" : "借", amount.description, counterpartyName ?? "",
            counterpartyAccount ?? "", endToEndKey ?? "", bankReference, reason ?? "", purposeText ?? "",
        ]
    }

    /// Reads one movement of a sheet.
    fileprivate init(_ row: SheetRows.Row) throws(BankFileFault) {
        let names = AccountSheetFile.Column.allCases
        let number = row.line - 3
        guard row.fields.count == names.count else {
            throw BankFileFault(
                .malformed, at: BankFilePlace("line[\(row.line)]", transaction: number),
                "\(row.fields.count) fields under \(names.count) headings")
        }
        let fields = Dictionary(uniqueKeysWithValues: zip(names, row.fields))
        func here(_ column: AccountSheetFile.Column) -> BankFilePlace {
            AccountSheetFile.place(column, entry: number)
        }
        func optional(_ column: AccountSheetFile.Column) -> String? {
            guard let text = fields[column], !text.isEmpty else { return nil }
            return text
        }
        guard let day = CivilDate(optional(.bookedOn) ?? "") else {
            throw BankFileFault(.dateForm, at: here(.bookedOn), "not a day of the form 2026-03-15")
        }
        let direction: Direction
        switch optional(.direction) {
        case "贷": direction = .credit
        case "借": direction = .debit
        default: throw BankFileFault(.unknownCode, at: here(.direction), "neither 贷 nor 借")
        }
        let amount = optional(.amount) ?? ""
        guard let money = Money(yuan: amount) else {
            let isNegative = amount.utf8.first == UInt8(ascii: "-")
            throw BankFileFault(
                isNegative ? .negativeAmount : .amountForm, at: here(.amount),
                isNegative ? "an amount has no sign" : "not an amount of the form 0.00, or more than one may be")
        }
        guard let reference = optional(.bankReference) else {
            throw BankFileFault(.missingElement, at: here(.bankReference), "must be filled in")
        }
        let reason = optional(.returnReason).map { text in
            let words = text.split(separator: " ", maxSplits: 1)
            return BankReason(code: String(words[0]), text: words.count == 2 ? trimmed(String(words[1])) : nil)
        }
        let key = optional(.endToEndKey)
        self.init(
            direction: direction, amount: money, bankReference: reference,
            endToEndKey: key == AccountEntry.noKey ? nil : key, counterpartyName: optional(.counterpartyName),
            counterpartyAccount: optional(.counterpartyAccount), bookedOn: day, purposeText: optional(.purposeText),
            returned: reason)
    }
}
