import TransferCore

/// A value of a case and where it stands; reads it as what the contract says, or throws the fault it is.
///
/// Each reading checks the type first, then the range or the format, then whether the value is known.
struct CaseValue {
    let json: JSON
    let path: CasePath

    init(_ json: JSON, at path: CasePath) {
        self.json = json
        self.path = path
    }

    func fault(_ code: RuleFault.Code, _ message: String) -> RuleFault {
        RuleFault(code, at: path.text, message)
    }
}

extension CaseValue {
    func text() throws(RuleFault) -> String {
        guard case .string(let text) = json else { throw fault(.wrongType, "a string is needed") }
        return text
    }

    /// A text that is not empty.
    func name() throws(RuleFault) -> String {
        let text = try text()
        guard !text.isEmpty else { throw fault(.invalidFormat, "must not be empty") }
        return text
    }

    /// One of the published words of a list.
    func known<Word: RawRepresentable<String>>() throws(RuleFault) -> Word {
        let text = try text()
        guard let word = Word(rawValue: text), word.rawValue.utf8.elementsEqual(text.utf8) else {
            throw fault(.unknownValue, "not in the list of values")
        }
        return word
    }

    func flag() throws(RuleFault) -> Bool {
        guard case .bool(let flag) = json else { throw fault(.wrongType, "true or false is needed") }
        return flag
    }

    func integer(_ range: ClosedRange<Int>) throws(RuleFault) -> Int {
        let number = Int(try wholeNumber())
        guard range.contains(number) else {
            throw fault(.outOfRange, "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// An amount in fen.
    func money(_ range: ClosedRange<Int64> = 0...Money.limit.fen) throws(RuleFault) -> Money {
        let fen = try wholeNumber()
        guard fen >= 0 else { throw fault(.negativeMoney, "money is never negative") }
        guard range.contains(fen) else {
            throw fault(.outOfRange, "must be \(range.lowerBound) to \(range.upperBound)")
        }
        return Money(fen: fen)
    }

    /// The contribution base of a month, or a limit of it.
    func base() throws(RuleFault) -> Money { try money(0...FundRequest.highestBase.fen) }

    func share(_ range: ClosedRange<Int> = 0...10_000) throws(RuleFault) -> BasisPoints {
        guard let share = BasisPoints(try integer(range)) else { throw fault(.outOfRange, "no share") }
        return share
    }

    func year() throws(RuleFault) -> Int { try integer(CaseValue.contributionYears) }

    private func wholeNumber() throws(RuleFault) -> Int64 {
        switch json {
        case .integer(let number): return number
        case .integerOutOfRange: throw fault(.outOfRange, "must be \(Int64.min) to \(Int64.max)")
        default: throw fault(.wrongType, "an integer is needed")
        }
    }

    /// The years in which contributions are counted.
    static let contributionYears = 1980...2079
}

extension CaseValue {
    /// `YYYY-MM-DD`.
    func date() throws(RuleFault) -> CivilDate {
        let numbers = try numbers(of: text(), lengths: [4, 2, 2], form: "YYYY-MM-DD")
        try checkYear(numbers[0], CivilDate.readableYears)
        guard let date = CivilDate(year: numbers[0], month: numbers[1], day: numbers[2]) else {
            throw fault(.impossibleDate, "no such day")
        }
        return date
    }

    /// `YYYY-MM`.
    func month() throws(RuleFault) -> CalendarMonth {
        let numbers = try numbers(of: text(), lengths: [4, 2], form: "YYYY-MM")
        try checkYear(numbers[0], CaseValue.contributionYears)
        guard let month = CalendarMonth(year: numbers[0], month: numbers[1]) else {
            throw fault(.impossibleDate, "no such month")
        }
        return month
    }

    /// A year written as the name of a field: `YYYY`.
    func yearName(_ name: String) throws(RuleFault) -> Int {
        let year = try numbers(of: name, lengths: [4], form: "YYYY")[0]
        try checkYear(year, CaseValue.contributionYears)
        return year
    }

    func province() throws(RuleFault) -> Province {
        let text = try text()
        _ = try numbers(of: text, lengths: [2], form: "two digits")
        guard let province = Province(text) else { throw fault(.unknownValue, "no such province") }
        return province
    }

    /// - Parameter armedForces: whether `910000`, service in the armed forces, is a region here.
    func region(armedForces: ArmedForces = .excluded) throws(RuleFault) -> RegionCode {
        let text = try text()
        _ = try numbers(of: text, lengths: [6], form: "six digits")
        guard let region = RegionCode(text), region.province != nil || armedForces == .included else {
            throw fault(.unknownValue, "no such region")
        }
        return region
    }

    enum ArmedForces { case included, excluded }

    /// The numbers of a text that consists of groups of ASCII digits of the given lengths with hyphens between them.
    private func numbers(of text: String, lengths: [Int], form: String) throws(RuleFault) -> [Int] {
        let groups = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard groups.map(\.count) == lengths else { throw fault(.invalidFormat, "must be \(form)") }
        var numbers: [Int] = []
        for group in groups {
            var number = 0
            for byte in group {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else {
                    throw fault(.invalidFormat, "must be \(form)")
                }
                number = number * 10 + Int(byte - UInt8(ascii: "0"))
            }
            numbers.append(number)
        }
        return numbers
    }

    private func checkYear(_ year: Int, _ years: ClosedRange<Int>) throws(RuleFault) {
        guard years.contains(year) else {
            throw fault(.outOfRange, "the year must be \(years.lowerBound) to \(years.upperBound)")
        }
    }
}

extension CaseValue {
    /// A list, item by item.
    func list<Item>(
        _ sizes: ClosedRange<Int> = 0...1_000, _ read: (CaseValue) throws(RuleFault) -> Item
    ) throws(RuleFault) -> [Item] {
        guard case .array(let elements) = json else { throw fault(.wrongType, "a list is needed") }
        guard sizes.contains(elements.count) else {
            throw fault(.outOfRange, "must have \(sizes.lowerBound) to \(sizes.upperBound) items")
        }
        var items: [Item] = []
        items.reserveCapacity(elements.count)
        for (place, element) in elements.enumerated() {
            items.append(try read(CaseValue(element, at: .item(place, of: path))))
        }
        return items
    }

    /// A map, by ascending names, each name before its value.
    func map<Item>(_ read: (_ name: String, _ value: CaseValue) throws(RuleFault) -> Item) throws(RuleFault) -> [Item] {
        guard case .object(let object) = json else { throw fault(.wrongType, "an object is needed") }
        let members = object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
        var items: [Item] = []
        for member in members {
            items.append(try read(member.name, CaseValue(member.value, at: .field(member.name, of: path))))
        }
        return items
    }

    /// An object that has no other fields than those named.
    func object(fields: [String]) throws(RuleFault) -> CaseObject {
        guard case .object(let object) = json else { throw fault(.wrongType, "an object is needed") }
        var unknown: String?
        for (name, _) in object.members where !fields.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
            if let known = unknown, known.utf8.lexicographicallyPrecedes(name.utf8) { continue }
            unknown = name
        }
        if let unknown {
            throw RuleFault(.unknownField, at: CasePath.field(unknown, of: path).text, "no such field")
        }
        return CaseObject(object, at: path)
    }

    /// The word in an object that decides which other fields it has.
    func deciding<Word: RawRepresentable<String>>(_ name: String) throws(RuleFault) -> Word {
        guard case .object(let object) = json else { throw fault(.wrongType, "an object is needed") }
        return try CaseObject(object, at: path)[name].known()
    }
}

/// An object of a case, whose unknown fields are already refused.
struct CaseObject {
    private let object: JSONObject
    private let path: CasePath

    init(_ object: JSONObject, at path: CasePath) {
        self.object = object
        self.path = path
    }

    /// A field that must be there.
    subscript(name: String) -> CaseValue {
        get throws(RuleFault) {
            guard let value = optional(name) else {
                throw RuleFault(.missingField, at: CasePath.field(name, of: path).text, "field is missing")
            }
            return value
        }
    }

    /// A field that may be absent. Null is a value, not absence.
    func optional(_ name: String) -> CaseValue? {
        object[name].map { CaseValue($0, at: .field(name, of: path)) }
    }
}

/// Applies a rule; a fault it throws is one of the input.
func applying<Answer>(_ rule: () throws(RuleFault) -> Answer) throws(RuleFault) -> Answer {
    do {
        return try rule()
    } catch {
        throw RuleFault(error.code, at: CasePath.inInput(error.path), error.message)
    }
}
