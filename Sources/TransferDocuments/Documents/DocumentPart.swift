import TransferCore

/// A value that stands in documents: how it is written, how it is read and which rules it obeys.
///
/// Reading finds out whether each member is there and has its type and form; ``checkRules()`` holds for values as well as for
/// what was read, so that a node cannot write what its partner has to refuse.
protocol DocumentPart {
    /// Takes the members that it knows; the caller ends the object.
    init(from object: inout ObjectReader) throws(DocumentFault)

    /// Writes its members into an object that is open.
    func write(to json: inout JSONWriter)

    /// Throws the first rule that is broken, with a pointer from this value.
    func checkRules() throws(DocumentFault)
}

extension DocumentPart {
    /// Reads a whole object, all of whose members are known, without checking its rules.
    init(_ value: ValueReader) throws(DocumentFault) {
        var object = try value.object()
        try self.init(from: &object)
        try object.end()
    }
}

extension ObjectReader {
    mutating func part<Part: DocumentPart>(_ name: String) throws(DocumentFault) -> Part {
        try Part(required(name))
    }

    /// A part that is either there or null; the member itself must be there.
    mutating func partOrNull<Part: DocumentPart>(_ name: String) throws(DocumentFault) -> Part? {
        let value = try required(name)
        return value.isNull ? nil : try Part(value)
    }

    mutating func money(_ name: String) throws(DocumentFault) -> Money {
        Money(fen: try integer(name, 0...Money.limit.fen))
    }

    mutating func date(_ name: String) throws(DocumentFault) -> CivilDate {
        try string(name, as: "a day of the years 1900 to 2099 as YYYY-MM-DD") { CivilDate($0) }
    }

    mutating func month(_ name: String) throws(DocumentFault) -> CalendarMonth {
        try string(name, as: "a month of the years 1980 to 2079 as YYYY-MM") { text in
            CalendarMonth(text).flatMap { FieldRule.years.contains($0.year) ? $0 : nil }
        }
    }

    mutating func agency(_ name: String) throws(DocumentFault) -> AgencyCode {
        try string(name, as: "a region code of six digits") { AgencyCode($0) }
    }

    mutating func caseNumber(_ name: String) throws(DocumentFault) -> CaseNumber {
        try string(name, as: "a case number with its check character") { CaseNumber($0) }
    }

    mutating func orderKey(_ name: String) throws(DocumentFault) -> OrderKey {
        try string(name, as: orderKeyForm) { OrderKey($0) }
    }

    private var orderKeyForm: String { "an order key: case number, leg and attempt" }
}

/// Members that may be absent.
extension ObjectReader {
    mutating func optionalMoney(_ name: String) throws(DocumentFault) -> Money? {
        try optionalInteger(name, 0...Money.limit.fen).map { Money(fen: $0) }
    }

    mutating func optionalOrderKey(_ name: String) throws(DocumentFault) -> OrderKey? {
        try optionalString(name, as: orderKeyForm) { OrderKey($0) }
    }

    mutating func optionalOneOf<Value: RawRepresentable<String> & CaseIterable>(
        _ name: String, _ type: Value.Type
    ) throws(DocumentFault) -> Value? {
        try optional(name)?.oneOf(type)
    }
}

extension JSONWriter {
    mutating func part(_ name: String, _ part: some DocumentPart) {
        object(name) { part.write(to: &$0) }
    }

    mutating func partOrNull(_ name: String, _ part: (some DocumentPart)?) {
        if let part { self.part(name, part) } else { null(name) }
    }
}

extension DocumentFault {
    /// The same fault, seen from the object around it.
    func inside(_ pointer: String) -> DocumentFault { DocumentFault(code, pointer + self.pointer, detail) }

    /// A fault of reading, as the fault of a document.
    init(_ fault: JSONFault) {
        self.init(Code(rawValue: fault.code.rawValue), fault.pointer, fault.code.mend)
    }

    /// A fault of the computation's input, as the fault of the object that holds it.
    init(_ fault: RuleFault) {
        var pointer = ""
        for step in fault.path.split(whereSeparator: { $0 == "." || $0 == "[" }) {
            pointer += "/" + (step.last == "]" ? step.dropLast() : step)
        }
        self.init(Code(rawValue: fault.code.rawValue), pointer, fault.message)
    }
}

/// Checks a part of a value; its faults are told from the value around it.
func checked(_ pointer: String, _ check: () throws(DocumentFault) -> Void) throws(DocumentFault) {
    do throws(DocumentFault) { try check() } catch { throw error.inside(pointer) }
}

// Published codes, besides those of the reader.
extension DocumentFault.Code {
    /// The document is of a form that this node does not read.
    package static let unsupportedFormat = Self(rawValue: "unsupported-format")
    /// Maker and checker are one person.
    package static let samePerson = Self(rawValue: "same-person")
    /// The document does not name the one before it where it must, or does where it cannot.
    package static let chain = Self(rawValue: "chain")
    /// An end before its beginning.
    package static let wrongOrder = Self(rawValue: "wrong-order")
    /// Members that cannot stand together.
    package static let conflictingFields = Self(rawValue: "conflicting-fields")
    /// A total is not the sum of its parts.
    package static let sumDiffers = Self(rawValue: "sum-differs")
    /// A number whose check digit does not follow from its other places.
    package static let checkDigit = Self(rawValue: "check-digit")
    /// A value that stands twice in a list of different values, or out of its order.
    package static let duplicateValue = Self(rawValue: "duplicate-value")
}
