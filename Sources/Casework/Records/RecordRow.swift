import TransferCore
import TransferDocuments

/// One row of a file of records: reads its fields and gathers what is wrong with them.
struct RecordRow {
    let line: Int
    private(set) var residentID: ResidentID?
    private(set) var faults: [RecordsFault] = []
    private let fields: [ArraySlice<UInt8>]
    private let places: [RecordColumn: Int]

    /// A person without the lines, which stand in rows of their own.
    typealias Person = PersonRecord

    init(_ fields: [ArraySlice<UInt8>], line: Int, places: [RecordColumn: Int]) {
        self.fields = fields
        self.line = line
        self.places = places
    }

    mutating func person() -> Person? {
        refuseFilled(RecordColumn.ofLines)
        readResidentID()
        let name = name()
        let province = value(.householdProvince, "应为省级行政区划代码的前两位。", "It is the first two digits of a region code.") {
            Province($0)
        }
        let relation = value(.relation, "应为 general（一般账户）或 temporary（临时账户）。", "It is general or temporary.") {
            Relation(rawValue: $0)
        }
        let isActive = value(.status, "应为 active（参保缴费）或 stopped（中断缴费）。", "It is active or stopped.") {
            ["active": true, "stopped": false][$0]
        }
        let enrolledOn = days(.enrolledOn)
        let isDeceased = flag(.deceased)
        let drawsPension = flag(.drawsPension)
        let hasLegalHold = flag(.legalHold)
        let carried = carried()
        let medical = amount(.medicalBalanceFen, most: Money.limit)
        let housing = amount(.housingBalanceFen, most: Money.limit)
        guard faults.isEmpty, let residentID, let name, let province, let relation, let isActive, let isDeceased,
            let drawsPension, let hasLegalHold
        else { return nil }
        var balances: [Branch: Money] = [:]
        balances[.medical] = medical
        balances[.housing] = housing
        return PersonRecord(
            person: InsuredPerson(name: name, residentID: residentID), householdProvince: province,
            relation: relation, isActive: isActive, enrolledOn: enrolledOn, isDeceased: isDeceased,
            drawsPension: drawsPension, hasLegalHold: hasLegalHold, carried: carried, lines: [], balances: balances)
    }

    mutating func contribution() -> ContributionLine? {
        refuseFilled(RecordColumn.ofPersons)
        readResidentID()
        let year = number(.year, 1980...2079)
        let from = monthValue(.from)
        let to = monthValue(.to)
        let kind = value(
            .kind, "应为 ordinary、back-payment、deemed、arrears、waived 或 withheld。",
            "It is ordinary, back-payment, deemed, arrears, waived or withheld."
        ) { ContributionKind(rawValue: $0) }
        let base = isEmpty(.baseFen) ? missing(.baseFen) : amount(.baseFen, most: FundRequest.highestBase)
        let own = share(.ownShareBp)
        let credited = share(.creditedShareBp)
        let employer = share(.employerShareBp)
        let paidOn = isEmpty(.paidOn) ? nil : day(text(.paidOn), .paidOn)
        guard faults.isEmpty, residentID != nil, let year, let from, let to, let kind, let base, let own,
            let credited, let employer
        else { return nil }
        return ContributionLine(
            year: year, from: from, to: to, kind: kind, base: base, ownShare: own, creditedShare: credited,
            employerShare: employer, paidOn: paidOn)
    }

    /// The field without the spaces around it.
    func text(_ column: RecordColumn) -> String { String(decoding: bytes(column), as: UTF8.self) }

    private func bytes(_ column: RecordColumn) -> ArraySlice<UInt8> {
        guard let place = places[column] else { return [] }
        return fields[place].trimmed
    }

    private func isEmpty(_ column: RecordColumn) -> Bool { bytes(column).isEmpty }

    mutating func refuse(_ column: RecordColumn, _ code: String, _ chinese: String, _ english: String) {
        faults.append(RecordsFault(line, column.rawValue, code, chinese, english))
    }
}

// MARK: - Kinds of field

extension RecordRow {
    private mutating func refuseFilled(_ columns: [RecordColumn]) {
        for column in columns where !isEmpty(column) {
            refuse(column, "field-not-empty", "这一类行不填写此列。", "A row of this kind leaves the column empty.")
        }
    }

    private mutating func missing<Value>(_ column: RecordColumn) -> Value? {
        refuse(column, "missing-field", "请填写此列。", "Fill in this column.")
        return nil
    }

    private mutating func value<Value>(
        _ column: RecordColumn, _ chinese: String, _ english: String, _ read: (String) -> Value?
    ) -> Value? {
        guard !isEmpty(column) else { return missing(column) }
        if let value = read(text(column)) { return value }
        refuse(column, "unknown-value", chinese, english)
        return nil
    }

    private mutating func flag(_ column: RecordColumn) -> Bool? {
        value(column, "应为 yes（是）或 no（否）。", "It is yes or no.") { ["yes": true, "no": false][$0] }
    }

    private mutating func name() -> String? {
        guard !isEmpty(.name) else { return missing(.name) }
        let text = text(.name)
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, (1...50).contains(scalars.count),
            !first.properties.isWhitespace, !last.properties.isWhitespace, !"=+-@".unicodeScalars.contains(first),
            (try? JSONWriter.object { $0.field("name", text) }) != nil
        else {
            refuse(
                .name, "invalid-format", "姓名应为1至50个字，首尾不能有全角空格，不能含不可见字符或公式。",
                "A name has 1 to 50 characters, no wide space at either end, and no invisible character or formula.")
            return nil
        }
        return text
    }

    /// Source: GB 11643-1999.
    private mutating func readResidentID() {
        let column = RecordColumn.residentID
        guard !isEmpty(column) else { return _ = missing(column) as String? }
        let text = text(column)
        let fault: IdentifierFault
        do throws(IdentifierFault) {
            residentID = try ResidentID(text)
            return
        } catch {
            fault = error
        }
        if RecordRow.isConverted(text) {
            return refuse(
                column, "resident-id-spreadsheet", "表格软件把公民身份号码改成了数字，末几位已经丢失：请把该列设为文本后重新填写。",
                "A spreadsheet has turned the identity number into a quantity and lost its last places: format the column as "
                    + "text and enter it again.")
        }
        switch fault {
        case .length:
            refuse(
                column, "resident-id-length", "公民身份号码应为18位（旧号码为15位）。",
                "An identity number has 18 places, an old one 15.")
        case .character:
            refuse(
                column, "resident-id-character", "公民身份号码只能由数字组成，最后一位可以是X。",
                "An identity number has digits only; the last place may be X.")
        case .date:
            refuse(
                column, "resident-id-date", "公民身份号码中的出生日期不存在。",
                "The date of birth in the identity number does not exist.")
        case .checkDigit:
            refuse(
                column, "resident-id-check-digit", "公民身份号码的校验位不符，请逐位核对。",
                "The check digit of the identity number does not fit: compare it place by place.")
        }
    }

    /// Whether a number was written by a spreadsheet that keeps fifteen places: `3.20106E+17`, or 18 digits ending in 000.
    ///
    /// Source: BC7 of the reliability page.
    private static func isConverted(_ text: String) -> Bool {
        if text.utf8.count == 18, text.utf8.allSatisfy(\.isDigit) { return text.hasSuffix("000") }
        return isQuantity(text)
    }

    /// Whether a text is a number with an exponent or a fraction, or with marks between its thousands.
    private static func isQuantity(_ text: String) -> Bool {
        guard let first = text.utf8.first, first.isDigit || first == UInt8(ascii: "-") else { return false }
        return text.utf8.contains { !$0.isDigit }
            && text.utf8.allSatisfy { $0.isDigit || "+-.,Ee".utf8.contains($0) }
    }

    private mutating func number(_ column: RecordColumn, _ range: ClosedRange<Int>) -> Int? {
        guard !isEmpty(column) else { return missing(column) }
        guard let number = wholeNumber(column) else { return nil }
        guard range.contains(Int(number)) else {
            refuse(
                column, "out-of-range", "应在\(range.lowerBound)至\(range.upperBound)之间。",
                "It lies between \(range.lowerBound) and \(range.upperBound).")
            return nil
        }
        return Int(number)
    }

    private mutating func share(_ column: RecordColumn) -> BasisPoints? {
        number(column, 0...10_000).flatMap { BasisPoints($0) }
    }

    /// An amount of whole fen; nil where the field is empty.
    private mutating func amount(_ column: RecordColumn, most: Money) -> Money? {
        guard !isEmpty(column), let fen = wholeNumber(column) else { return nil }
        guard fen <= most.fen else {
            refuse(column, "out-of-range", "金额不能超过\(most.fen)分。", "It is at most \(most.fen) fen.")
            return nil
        }
        return Money(fen: fen)
    }

    private mutating func wholeNumber(_ column: RecordColumn) -> Int64? {
        let text = text(column)
        guard text.utf8.allSatisfy(\.isDigit), (1...15).contains(text.utf8.count), text == "0" || !text.hasPrefix("0"),
            let number = Int64(text)
        else {
            if RecordRow.isQuantity(text) {
                refuse(
                    column, "number-format", "只写整数数字：金额以分为单位，不带小数点、逗号或指数。",
                    "Write digits only: amounts are whole fen, without point, commas or exponent.")
            } else {
                refuse(column, "invalid-format", "只能填写数字。", "Write digits only, and no formula.")
            }
            return nil
        }
        return number
    }

    private mutating func carried() -> CarriedBalance? {
        switch (isEmpty(.carriedYearEnd), isEmpty(.carriedBalanceFen)) {
        case (true, true): return nil
        case (true, false): return missing(.carriedYearEnd)
        case (false, true): return missing(.carriedBalanceFen)
        case (false, false):
            guard let year = number(.carriedYearEnd, 1980...2079),
                let balance = amount(.carriedBalanceFen, most: Money.limit)
            else { return nil }
            return CarriedBalance(yearEnd: year, balance: balance)
        }
    }

    private mutating func monthValue(_ column: RecordColumn) -> CalendarMonth? {
        guard !isEmpty(column) else { return missing(column) }
        guard let month = CalendarMonth(text(column)) else {
            refuse(
                column, "month-format", "月份应写作 2026-03 的形式；表格软件改成日期或数字的，请把该列设为文本后重新填写。",
                "A month is written 2026-03; if a spreadsheet has changed it, format the column as text and enter it again."
            )
            return nil
        }
        return month
    }

    private mutating func day(_ text: String, _ column: RecordColumn) -> CivilDate? {
        if let day = CivilDate(text) { return day }
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        if parts.map(\.count) == [4, 2, 2], parts.joined().allSatisfy(\.isDigit) {
            refuse(column, "impossible-date", "没有这一天。", "There is no such day.")
        } else {
            refuse(
                column, "date-format", "日期应写作 2026-03-15 的形式；表格软件改成其他形式或数字的，请把该列设为文本后重新填写。",
                "A day is written 2026-03-15; if a spreadsheet has changed it, format the column as text and enter it again."
            )
        }
        return nil
    }

    /// Days separated by semicolons, ascending; none where the field is empty.
    private mutating func days(_ column: RecordColumn) -> [CivilDate] {
        guard !isEmpty(column) else { return [] }
        var days: [CivilDate] = []
        for part in bytes(column).split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false) {
            guard let day = day(String(decoding: part.trimmed, as: UTF8.self), column) else { return [] }
            guard !days.contains(day) else {
                refuse(column, "duplicate-value", "同一日期只填写一次。", "Name each day once.")
                return []
            }
            days.append(day)
        }
        return days.sorted()
    }
}

extension UInt8 {
    fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
}
