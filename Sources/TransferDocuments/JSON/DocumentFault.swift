/// Why JSON that was read is not the document it should be: what is wrong, and with which value.
package struct DocumentFault: Error, Hashable, Sendable {
    package let code: Code
    /// The value that is wrong or absent, as a JSON Pointer (RFC 6901); empty for the outermost.
    package let pointer: String
    /// What was expected, in words. It never repeats what was received, which may be personal.
    package let detail: String

    package init(_ code: Code, _ pointer: String, _ detail: String) {
        self.code = code
        self.pointer = pointer
        self.detail = detail
    }

    /// A published code; others who read documents add their own.
    package struct Code: RawRepresentable, Hashable, Sendable {
        package let rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// A member is absent; the pointer names it.
        package static let missingField = Code(rawValue: "missing-field")
        /// A member that the document does not have; of several, the one whose name is lowest in bytes.
        package static let unknownField = Code(rawValue: "unknown-field")
        /// Another JSON type than the one expected.
        package static let wrongType = Code(rawValue: "wrong-type")
        /// A number outside its range, or too many or too few elements.
        package static let outOfRange = Code(rawValue: "out-of-range")
        /// A string that has not the form of its field.
        package static let invalidFormat = Code(rawValue: "invalid-format")
        /// A string of the right form that is none of the values known.
        package static let unknownValue = Code(rawValue: "unknown-value")
    }
}

extension DocumentFault: CustomStringConvertible {
    package var description: String { "\(code.rawValue) at \(pointer.isEmpty ? "the top" : pointer): \(detail)" }
}
