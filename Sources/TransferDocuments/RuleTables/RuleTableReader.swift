import TransferCore

/// Reads a table row by row and goes on after each fault, so that all of them are found.
struct RuleTableReader {
    private(set) var faults: [RuleTableFault] = []

    /// - Returns: nil where something of the head is wrong; ``faults`` says what.
    mutating func table(_ json: JSON) -> RuleTable? {
        guard var head = take({ () throws(DocumentFault) in try ObjectReader(json) }) else { return nil }
        let name = take { () throws(DocumentFault) in try head.oneOf("table", RuleTableName.self) }
        let version = take { () throws(DocumentFault) in
            try head.string("version", as: "1 to 32 letters, digits, full stops and hyphens") {
                RuleTableReader.isVersion($0) ? $0 : nil
            }
        }
        let source = take { () throws(DocumentFault) in
            try head.string("source", as: "1 to 400 characters: where the figures were published") {
                FieldRule.isTidy($0, 1...400) ? $0 : nil
            }
        }
        var years: ClosedRange<Int>?
        if name == .calendar {
            years = take { () throws(DocumentFault) in try RuleTableReader.years(try head.object("years")) }
        }
        let elements = take { () throws(DocumentFault) in
            try head.array("rows", max: RuleTableFile.mostRows) { value throws(DocumentFault) in value }
        }
        if name != nil { _ = take { () throws(DocumentFault) in try head.end() } }
        guard let name, let elements else { return nil }
        let rows = elements.compactMap { element in
            take { () throws(DocumentFault) in try RuleRow(element, of: name) }
        }
        guard let version, let source, faults.isEmpty else { return nil }
        return RuleTable(name: name, version: version, source: source, years: years, rows: rows)
    }

    private mutating func take<Value>(_ read: () throws(DocumentFault) -> Value) -> Value? {
        do throws(DocumentFault) {
            return try read()
        } catch {
            faults.append(RuleTableFault(error.pointer, error.detail))
            return nil
        }
    }

    private static func years(_ object: ObjectReader) throws(DocumentFault) -> ClosedRange<Int> {
        var object = object
        let from = try object.integer("from", 2004...2099)
        let until = try object.integer("until", 2004...2099)
        try object.end()
        guard from <= until else { throw object.fault(.wrongOrder, in: "until", "the end is before the beginning") }
        return from...until
    }

    private static func isVersion(_ text: String) -> Bool {
        (1...32).contains(text.utf8.count) && text != RuleVersions.Table.settings
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}

extension RuleRow {
    fileprivate init(_ value: ValueReader, of table: RuleTableName) throws(DocumentFault) {
        var object = try value.object()
        let from = try object.required("from")
        let first = try from.span(table.precision)
        let until = try object.optional("until").map { value throws(DocumentFault) in try value.span(table.precision) }
        let fact = try RuleFact(from: &object, of: table)
        try object.end()
        self.init(from: first.first, until: until?.last ?? (table.endsByItself ? first.last : nil), fact: fact)
    }
}

extension RuleFact {
    fileprivate init(from object: inout ObjectReader, of table: RuleTableName) throws(DocumentFault) {
        switch table {
        case .interestRates:
            let province = try object.optionalString("province", as: "two digits of a province") { Province($0) }
            self = .interestRate(
                try object.share("rateBp", 0...BasisPoints.highestInterestRate.value), province: province)
        case .interestFormulas:
            let agency = try object.optionalString("agency", as: "a region code of six digits") { AgencyCode($0) }
            self = .interestFormula(try object.oneOf("formula", InterestFormula.self), agency: agency)
        case .baseLimits:
            let region = try object.string("region", as: "a region code of six digits") { RegionCode($0) }
            let bases = 0...FundRequest.highestBase.fen
            let floor = Money(fen: try object.integer("floorFen", bases))
            let ceiling = Money(fen: try object.integer("ceilingFen", bases))
            guard floor <= ceiling else {
                throw object.fault(.wrongOrder, in: "ceilingFen", "the ceiling is below the floor")
            }
            self = .baseLimits(BaseLimits(floor: floor, ceiling: ceiling), region: region)
        case .deadlines:
            let profile = try object.string("profile", as: "1 to 64 characters without spaces at the ends") {
                FieldRule.isTidy($0, 1...64) ? $0 : nil
            }
            self = .deadline(
                profile: profile, step: try object.oneOf("step", Clock.self),
                workingDays: try object.integer("workingDays", 1...400))
        case .calendar:
            let isOff = try object.string("day", as: "off or working") { text -> Bool? in
                text == "off" ? true : text == "working" ? false : nil
            }
            self = isOff ? .dayOff : .workingDay
        case .shares:
            let account = try object.optionalInteger("accountShareBp", 0...10_000).flatMap { BasisPoints($0) }
            self = .shares(account: account, pooled: try object.share("pooledShareBp", 0...10_000))
        case .minimums:
            self = .minimum(try object.oneOf("minimum", RuleMinimum.self), try object.integer("number", 0...1_200))
        }
    }
}

extension ObjectReader {
    fileprivate mutating func share(_ name: String, _ range: ClosedRange<Int>) throws(DocumentFault) -> BasisPoints {
        let value = try integer(name, range)
        guard let share = BasisPoints(value) else { throw fault(.outOfRange, in: name, "expected 0 to 10000") }
        return share
    }
}

extension ValueReader {
    /// The first and the last day of a year, a month or a day.
    fileprivate func span(_ precision: RuleTableName.Precision) throws(DocumentFault) -> (
        first: CivilDate, last: CivilDate
    ) {
        switch precision {
        case .year:
            let year = try integer(FieldRule.years)
            return try days(year, 1, to: 12)
        case .month:
            let month = try string(as: "a month as YYYY-MM") { CalendarMonth($0) }
            return try days(month.year, month.month, to: month.month)
        case .day:
            let day = try string(as: "a day as YYYY-MM-DD") { CivilDate($0) }
            return (day, day)
        }
    }

    private func days(
        _ year: Int, _ month: Int, to last: Int
    ) throws(DocumentFault) -> (first: CivilDate, last: CivilDate) {
        let lastDay = CivilDate.days(inMonth: last, of: year)
        guard let first = CivilDate(year: year, month: month, day: 1),
            let end = CivilDate(year: year, month: last, day: lastDay)
        else { throw fault(.outOfRange, "no such month") }
        return (first, end)
    }
}
