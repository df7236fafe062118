import TransferCore

/// Reads a file of records row by row and goes on after each fault, so that all of them are found.
struct RecordsReader {
    private let agency: AgencyCode
    private let month: CalendarMonth
    private var faults: [RecordsFault] = []
    /// Where each column stands, by the order of ``RecordColumn``.
    private var places: [RecordColumn: Int] = [:]
    private var width = 0
    /// The line on which each person was first met, also of those whose row has faults.
    private var met: [ResidentID: Int] = [:]
    private var persons: [(line: Int, record: PersonRecord)] = []
    private var lines: [ResidentID: [(line: Int, contribution: ContributionLine)]] = [:]
    /// Lines whose contribution could not be read, to find those that belong to nobody.
    private var owners: [(line: Int, owner: ResidentID)] = []

    init(agency: AgencyCode, month: CalendarMonth) {
        self.agency = agency
        self.month = month
    }

    var hasNoFaults: Bool { faults.isEmpty }
    /// Whether so much is wrong that reading on is of no use.
    var isFull: Bool { faults.count >= RecordsFaults.most }

    var outcome: RecordsFaults {
        let sorted = faults.sorted { ($0.line, $0.column ?? "") < ($1.line, $1.column ?? "") }
        return RecordsFaults(faults: Array(sorted.prefix(RecordsFaults.most)), isCut: isFull)
    }

    mutating func refuse(_ fault: RecordsFault) { faults.append(fault) }

    // MARK: The header

    /// - Returns: whether the columns are known, so that rows can be read.
    mutating func readHeader(_ rows: inout CSVRows) -> Bool {
        switch rows.next() {
        case nil:
            refuse(RecordsFault(1, nil, "file-empty", "文件是空的。", "The file is empty."))
        case .broken(let flaw, let line)?:
            refuse(.broken(flaw, line))
        case .fields(let fields, _)?:
            let names = fields.map { String(decoding: $0.trimmed, as: UTF8.self) }
            if names.count == 1, names[0].contains(where: { $0 == ";" || $0 == "\t" }) {
                refuse(
                    RecordsFault(
                        1, nil, "delimiter", "列之间要用英文逗号分隔。",
                        "Columns are separated by commas, not by semicolons or tabs."
                    ))
                return false
            }
            width = names.count
            for (place, name) in names.enumerated() {
                guard let column = RecordColumn(rawValue: name) else {
                    refuse(
                        RecordsFault(
                            1, nil, "column-unknown", "第\(place + 1)列的列名不认识，请核对列名。",
                            "Column \(place + 1) has a name that is not known: check it or remove the column."))
                    continue
                }
                if places.updateValue(place, forKey: column) != nil {
                    refuse(RecordsFault(1, name, "column-twice", "该列出现两次。", "The column stands there twice."))
                }
            }
            for column in RecordColumn.allCases where places[column] == nil {
                refuse(
                    RecordsFault(
                        1, column.rawValue, "column-missing", "缺少该列。", "The column is missing from the header."))
            }
        }
        return faults.isEmpty
    }

    // MARK: Rows

    mutating func read(_ row: CSVRows.Row) {
        switch row {
        case .broken(let flaw, let line): refuse(.broken(flaw, line))
        case .fields(let fields, let line):
            guard fields.contains(where: { !$0.trimmed.isEmpty }) else {
                return refuse(RecordsFault(line, nil, "blank-row", "空行，请删除。", "The row is blank: remove it."))
            }
            guard fields.count == width else {
                return refuse(
                    RecordsFault(
                        line, nil, "field-count", "本行有\(fields.count)列，应为\(width)列。",
                        "The row has \(fields.count) fields, the header has \(width)."))
            }
            var row = RecordRow(fields, line: line, places: places)
            switch row.text(.record) {
            case "person": take(row.person(), row)
            case "line": take(row.contribution(), row)
            default:
                row.refuse(
                    .record, "record-unknown", "应为 person（人员）或 line（缴费记录）。", "A row is person or line.")
            }
            faults += row.faults
        }
    }

    private mutating func take(_ person: RecordRow.Person?, _ row: RecordRow) {
        guard let id = row.residentID else { return }
        if let first = met[id] {
            return refuse(
                RecordsFault(
                    row.line, RecordColumn.residentID.rawValue, "person-twice", "该人员在第\(first)行已经出现。",
                    "The person stands on line \(first) already."))
        }
        met[id] = row.line
        if let person { persons.append((row.line, person)) }
    }

    private mutating func take(_ contribution: ContributionLine?, _ row: RecordRow) {
        guard let id = row.residentID else { return }
        if let contribution {
            lines[id, default: []].append((row.line, contribution))
        } else {
            owners.append((row.line, id))
        }
    }

    // MARK: What does not show in a single row

    /// The persons with their lines, after the rules that concern several rows.
    mutating func records() -> [PersonRecord] {
        if persons.isEmpty, faults.isEmpty, lines.isEmpty {
            refuse(RecordsFault(1, nil, "no-rows", "文件只有表头，没有记录。", "The file has a header and no rows."))
        }
        for (id, own) in lines where met[id] == nil { for line in own { refuseOwnerless(line.line) } }
        for (line, id) in owners where met[id] == nil { refuseOwnerless(line) }
        return persons.map { line, record in
            let own = lines[record.person.residentID] ?? []
            check(record, line: line, own)
            return record.with(own.map(\.contribution))
        }
    }

    private mutating func refuseOwnerless(_ line: Int) {
        refuse(
            RecordsFault(
                line, RecordColumn.residentID.rawValue, "person-missing", "文件中没有该人员的 person 行。",
                "The file has no row person with this identity number."))
    }

    /// Applies the rules of a fund request. The first fault is told, the line that has it is left out, and the rest is
    /// looked at again, so that every faulty line is told.
    private mutating func check(
        _ record: PersonRecord, line: Int, _ all: [(line: Int, contribution: ContributionLine)]
    ) {
        var own = all
        while !isFull {
            let request = FundRequest(
                origin: agency, destination: agency, destinationScheme: .employee, relation: record.relation,
                transferMonth: month, interest: InterestTerms(formula: .none, rates: [:]), carried: record.carried,
                lines: own.map(\.contribution))
            do throws(RuleFault) {
                return try request.check()
            } catch {
                guard let place = error.linePlace, own.indices.contains(place) else {
                    return refuse(RecordsFault(error, line: line))
                }
                refuse(RecordsFault(error, line: own[place].line))
                own.remove(at: place)
            }
        }
    }
}

extension RuleFault {
    /// The place in `lines` to which the path points: 3 for `lines[3].to`; nil for any other path.
    fileprivate var linePlace: Int? {
        guard path.hasPrefix("lines[") else { return nil }
        return Int(path.dropFirst(6).prefix { $0 != "]" })
    }
}

extension RecordsFault {
    fileprivate static func broken(_ flaw: CSVRows.Flaw, _ line: Int) -> RecordsFault {
        switch flaw {
        case .quoteNotClosed:
            RecordsFault(line, nil, "csv-syntax", "双引号没有结束。", "A quotation mark is never closed.")
        case .quoteInside:
            RecordsFault(
                line, nil, "csv-syntax", "双引号只能用来括住整个字段。", "A quotation mark stands inside a field that is not quoted.")
        case .textAfterQuote:
            RecordsFault(line, nil, "csv-syntax", "结束的双引号后面还有内容。", "Something follows a closing quotation mark.")
        case .carriageReturn:
            RecordsFault(
                line, nil, "csv-syntax", "换行应为 CR LF 或 LF。", "A row ends with CR LF or LF, not with CR alone.")
        case .fieldTooLong:
            RecordsFault(
                line, nil, "field-too-long", "一个字段最多\(CSVRows.longestField)字节。",
                "A field has at most \(CSVRows.longestField) bytes.")
        }
    }
}

extension ArraySlice<UInt8> {
    /// Without the ASCII spaces at both ends.
    var trimmed: ArraySlice<UInt8> {
        let isSpace = { (byte: UInt8) in byte == UInt8(ascii: " ") }
        guard let first = firstIndex(where: { !isSpace($0) }), let last = lastIndex(where: { !isSpace($0) })
        else { return self[startIndex..<startIndex] }
        return self[first...last]
    }
}

extension PersonRecord {
    fileprivate func with(_ lines: [ContributionLine]) -> PersonRecord {
        PersonRecord(
            person: person, householdProvince: householdProvince, relation: relation, isActive: isActive,
            enrolledOn: enrolledOn, isDeceased: isDeceased, drawsPension: drawsPension, hasLegalHold: hasLegalHold,
            carried: carried, lines: lines, balances: balances)
    }
}
