/// A JSON value as it was read: the order of members is kept, numbers are whole numbers, and nothing is converted.
///
/// Two values are equal when they have the same members in the same order and their strings have the same bytes.
/// Swift's own comparison of strings takes U+F900 and U+8C48 for one character, which is wrong for anything that
/// identifies a person or a document.
package enum JSON: Sendable {
    case null
    case bool(Bool)
    case integer(Int64)
    /// A whole number beyond 64 bits. Read only where ``JSONLimits/integersOnly`` is false.
    case integerOutOfRange
    /// A number with a fraction or an exponent. Read only where ``JSONLimits/integersOnly`` is false.
    case fraction
    case string(String)
    case array([JSON])
    case object(JSONObject)
}

/// The members of an object in the order in which they were written; no name occurs twice.
package struct JSONObject: Sendable {
    package let members: [(name: String, value: JSON)]

    /// The caller sees to it that no name occurs twice.
    package init(_ members: [(name: String, value: JSON)]) { self.members = members }

    /// The value of a member, found by the bytes of its name; nil when there is none.
    package subscript(name: String) -> JSON? {
        for member in members where member.name.hasSameBytes(as: name) { return member.value }
        return nil
    }
}

extension JSON {
    /// What kind of value this is, in words for an error message.
    package var kind: String {
        switch self {
        case .null: "null"
        case .bool: "a boolean"
        case .integer, .integerOutOfRange: "an integer"
        case .fraction: "a number with a fraction or an exponent"
        case .string: "a string"
        case .array: "an array"
        case .object: "an object"
        }
    }

    /// The member of an object, nil for any other value.
    package subscript(name: String) -> JSON? {
        guard case .object(let object) = self else { return nil }
        return object[name]
    }
}

extension JSON: Equatable {
    package static func == (a: JSON, b: JSON) -> Bool {
        switch (a, b) {
        case (.null, .null), (.integerOutOfRange, .integerOutOfRange), (.fraction, .fraction): true
        case (.bool(let x), .bool(let y)): x == y
        case (.integer(let x), .integer(let y)): x == y
        case (.string(let x), .string(let y)): x.hasSameBytes(as: y)
        case (.array(let x), .array(let y)): x == y
        case (.object(let x), .object(let y)): x == y
        default: false
        }
    }
}

extension JSONObject: Equatable {
    package static func == (a: JSONObject, b: JSONObject) -> Bool {
        a.members.elementsEqual(b.members) { $0.name.hasSameBytes(as: $1.name) && $0.value == $1.value }
    }
}

extension String {
    /// Whether both strings are the same bytes of UTF-8.
    func hasSameBytes(as other: String) -> Bool {
        // The comparison of the standard library is quick, but it also holds for canonically equivalent strings. ASCII
        // has no equivalent of as few bytes; other strings are compared again, byte by byte.
        utf8.count == other.utf8.count && self == other && (utf8Span.isKnownASCII || utf8.elementsEqual(other.utf8))
    }
}
