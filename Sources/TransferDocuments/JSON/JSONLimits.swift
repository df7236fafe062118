/// What the reader accepts: how much, how deep, which numbers and which text.
package struct JSONLimits: Sendable {
    /// The longest input, in bytes.
    package var bytes: Int
    /// Objects and arrays inside one another; the outermost counts as one.
    package var depth: Int
    /// Members of objects and elements of arrays, all levels together.
    package var members: Int
    /// Whether the outermost value must be an object.
    package var topLevelObjectOnly: Bool
    /// Whether a number must be a whole number of at most 18 digits. If not, other numbers are read as
    /// ``JSON/fraction`` and ``JSON/integerOutOfRange``, without their value.
    package var integersOnly: Bool
    package var textRule: TextRule

    package init(
        bytes: Int, depth: Int, members: Int, topLevelObjectOnly: Bool, integersOnly: Bool, textRule: TextRule
    ) {
        self.bytes = bytes
        self.depth = depth
        self.members = members
        self.topLevelObjectOnly = topLevelObjectOnly
        self.integersOnly = integersOnly
        self.textRule = textRule
    }

    /// A document that an agency has signed.
    package static let document = JSONLimits(
        bytes: 1 << 20, depth: 16, members: 10_000, topLevelObjectOnly: true, integersOnly: true, textRule: .document)

    /// The body of a request to the public interface: what a document may hold, since it may end up in one.
    package static let request = document

    /// One line of a file of rule cases. What is wrong with a number is said by the rule that reads it.
    package static let ruleCases = JSONLimits(
        bytes: 8 << 20, depth: 64, members: 1_000_000, topLevelObjectOnly: true, integersOnly: false, textRule: .any)
}

/// Why bytes are not read as JSON, and where.
package struct JSONFault: Error, Hashable, Sendable {
    package let code: Code
    /// Bytes before the place at which reading stopped.
    package let offset: Int
    /// The value in which reading stopped, as a JSON Pointer (RFC 6901); empty for the outermost. Long names of
    /// members are cut, since they are the sender's.
    package private(set) var pointer: String

    init(_ code: Code, at offset: Int, pointer: String = "") {
        self.code = code
        self.offset = offset
        self.pointer = pointer
    }

    /// These codes are published and never change.
    package enum Code: String, Sendable, CaseIterable {
        case syntax = "json-syntax"
        case byteOrderMark = "json-bom"
        case utf8 = "json-utf8"
        case size = "json-size"
        case depth = "json-depth"
        case members = "json-members"
        case top = "json-top"
        case duplicate = "json-duplicate"
        case number = "json-number"
        case range = "json-range"
        case text = "json-text"
    }
}

extension JSONFault {
    /// The same fault, seen from the object or array around it.
    func inside(_ name: String) -> JSONFault {
        var outer = self
        outer.pointer = JSONPointer.token(name) + pointer
        return outer
    }

    func inside(_ index: Int) -> JSONFault {
        var outer = self
        outer.pointer = "/\(index)\(pointer)"
        return outer
    }
}

extension JSONFault: CustomStringConvertible {
    package var description: String {
        "\(code.rawValue) at byte \(offset)\(pointer.isEmpty ? "" : " in \(pointer)"): \(code.mend)"
    }
}

extension JSONFault.Code {
    /// What the sender has to change.
    package var mend: String {
        switch self {
        case .syntax: "write JSON as RFC 8259 has it, complete and with nothing after it"
        case .byteOrderMark: "write UTF-8 without a byte order mark"
        case .utf8: "write well-formed UTF-8"
        case .size: "send fewer bytes"
        case .depth: "nest fewer objects and arrays"
        case .members: "send fewer members and elements"
        case .top: "send an object"
        case .duplicate: "write every member once"
        case .number: "write whole numbers without fraction, exponent, leading zero or minus zero"
        case .range: "write numbers of at most 18 digits"
        case .text: "write text in normal form C without control, invisible or private characters"
        }
    }
}

/// Writing JSON Pointers (RFC 6901).
enum JSONPointer {
    /// Names longer than this many characters are cut in a pointer.
    static let longestName = 64

    /// One step into an object: a slash and the name, with `~` and `/` escaped.
    static func token(_ name: String) -> String {
        var token = "/"
        for (index, scalar) in name.unicodeScalars.enumerated() {
            guard index < longestName else { return token + "…" }
            switch scalar {
            case "~": token += "~0"
            case "/": token += "~1"
            default: token.unicodeScalars.append(scalar)
            }
        }
        return token
    }
}
