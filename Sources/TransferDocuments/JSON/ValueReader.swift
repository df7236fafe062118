/// One JSON value together with its place, to be taken as what it should be.
package struct ValueReader: Sendable {
    package let json: JSON
    package let place: JSONPlace

    package init(_ json: JSON, at place: JSONPlace = JSONPlace()) {
        self.json = json
        self.place = place
    }

    /// A fault with this value, for whoever finds it wrong for a reason of its own.
    package func fault(_ code: DocumentFault.Code, _ detail: String) -> DocumentFault {
        DocumentFault(code, place.pointer, detail)
    }

    private func wrongType(_ expected: String) -> DocumentFault {
        fault(.wrongType, "expected \(expected), found \(json.kind)")
    }

    package var isNull: Bool { if case .null = json { true } else { false } }

    /// A string of a number of characters (Unicode scalars).
    package func string(length: ClosedRange<Int>? = nil) throws(DocumentFault) -> String {
        guard case .string(let text) = json else { throw wrongType("a string") }
        if let length, !length.contains(text.unicodeScalars.count) {
            throw fault(.invalidFormat, "expected \(length.lowerBound) to \(length.upperBound) characters")
        }
        return text
    }

    /// A string that says a value of another type.
    ///
    /// - Parameters:
    ///   - form: how such a string looks, for the error message.
    ///   - parse: nil when the string is not of that form.
    package func string<Value>(
        as form: String, _ parse: (String) -> Value?
    ) throws(DocumentFault) -> Value {
        guard case .string(let text) = json else { throw wrongType("a string") }
        guard let value = parse(text) else { throw fault(.invalidFormat, "expected \(form)") }
        return value
    }

    /// One of the names of an enumeration.
    package func oneOf<Value: RawRepresentable<String> & CaseIterable>(
        _ type: Value.Type
    ) throws(DocumentFault) -> Value {
        guard case .string(let text) = json else { throw wrongType("a string") }
        // By bytes: the enumeration's own initialiser compares as Swift compares strings.
        guard let value = type.allCases.first(where: { $0.rawValue.hasSameBytes(as: text) }) else {
            throw fault(.unknownValue, "expected " + type.allCases.map(\.rawValue).joined(separator: ", "))
        }
        return value
    }

    package func integer(_ range: ClosedRange<Int64>) throws(DocumentFault) -> Int64 {
        switch json {
        case .integer(let number) where range.contains(number): return number
        case .integer, .integerOutOfRange:
            throw fault(.outOfRange, "expected \(range.lowerBound) to \(range.upperBound)")
        default: throw wrongType("an integer")
        }
    }

    package func integer(_ range: ClosedRange<Int>) throws(DocumentFault) -> Int {
        Int(try integer(Int64(range.lowerBound)...Int64(range.upperBound)))
    }

    package func bool() throws(DocumentFault) -> Bool {
        guard case .bool(let flag) = json else { throw wrongType("a boolean") }
        return flag
    }

    package func object() throws(DocumentFault) -> ObjectReader {
        guard case .object(let object) = json else { throw wrongType("an object") }
        return ObjectReader(object, at: place)
    }

    /// The elements of an array, each taken in its turn.
    package func array<Element>(
        min: Int = 0, max: Int, _ take: (ValueReader) throws(DocumentFault) -> Element
    ) throws(DocumentFault) -> [Element] {
        guard case .array(let elements) = json else { throw wrongType("an array") }
        guard (min...max).contains(elements.count) else {
            throw fault(.outOfRange, "expected \(min) to \(max) elements")
        }
        var taken: [Element] = []
        taken.reserveCapacity(elements.count)
        let around = place.pointer
        for (index, element) in elements.enumerated() {
            taken.append(try take(ValueReader(element, at: JSONPlace(around).element(index))))
        }
        return taken
    }
}
