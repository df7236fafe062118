/// What is wrong with an identifier: the first of these, in this order.
///
/// Source: our choice (rule-case contract, section 7).
package enum IdentifierFault: String, Error, Hashable, CaseIterable, Sendable {
    /// Too short or too long.
    case length
    /// A place holds a character that does not belong there. Digits are ASCII digits, letters upper case.
    case character
    /// The date of birth inside it does not exist or lies outside 1800 to 2099.
    case date
    /// The check digit does not follow from the other places.
    case checkDigit = "check-digit"

    /// The published spelling.
    package var code: String { rawValue }
}

/// The places of an identifier: one byte for each Unicode scalar, so that a length counts what a reader would count.
/// A scalar beyond ASCII becomes 0xFF, which belongs in no identifier.
func places(of text: String) -> [UInt8] {
    text.unicodeScalars.map { $0.isASCII ? UInt8($0.value) : 0xFF }
}

/// The value of an ASCII digit; nil for any other byte.
func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
}

/// The values of a run of ASCII digits.
func digits(_ bytes: some Sequence<UInt8>) throws(IdentifierFault) -> [Int] {
    var values: [Int] = []
    for byte in bytes {
        guard let value = digit(byte) else { throw .character }
        values.append(value)
    }
    return values
}

/// The sum of the products of values and weights, place by place.
func weighted(_ values: [Int], by weights: [Int]) -> Int {
    var sum = 0
    for (value, weight) in zip(values, weights) { sum += value * weight }
    return sum
}
