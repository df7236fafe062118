/// A unified social credit code (统一社会信用代码) of an employer or an agency: eighteen places.
///
/// Source: GB 32100-2015.
package struct CreditCode: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) throws(IdentifierFault) {
        let given = places(of: text)
        guard given.count == 18 else { throw .length }
        var values: [Int] = []
        for byte in given {
            guard let value = CreditCode.alphabet.firstIndex(of: byte) else { throw .character }
            values.append(value)
        }
        guard values[17] == (31 - weighted(values, by: CreditCode.weights) % 31) % 31 else { throw .checkDigit }
        self.text = text
    }

    package var description: String { text }

    // The letters I, O, S, V and Z are left out, as they are easily misread.
    private static let alphabet = Array("0123456789ABCDEFGHJKLMNPQRTUWXY".utf8)
    private static let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
}

/// An organisation code (组织机构代码) of the time before the credit code: eight places, a hyphen, a check digit.
///
/// Source: GB 11714-1997.
package struct OrganisationCode: Hashable, Sendable, CustomStringConvertible {
    /// With the hyphen, whichever way it was read: `60003734-1`.
    package let text: String

    /// - Parameter text: nine places, or ten with the hyphen before the last.
    package init(_ text: String) throws(IdentifierFault) {
        var given = places(of: text)
        if given.count == 10, given[8] == UInt8(ascii: "-") { given.remove(at: 8) }
        guard given.count == 9 else { throw .length }
        var values: [Int] = []
        for byte in given[..<8] {
            guard let value = OrganisationCode.value(of: byte) else { throw .character }
            values.append(value)
        }
        guard digit(given[8]) != nil || given[8] == UInt8(ascii: "X") else { throw .character }
        let check = OrganisationCode.checkDigits[weighted(values, by: OrganisationCode.weights) % 11]
        guard given[8] == check else { throw .checkDigit }
        self.text = String(decoding: given[..<8], as: UTF8.self) + "-" + String(UnicodeScalar(check))
    }

    package var description: String { text }

    /// Digits count as themselves, A is 10 and Z is 35.
    private static func value(of byte: UInt8) -> Int? {
        if let value = digit(byte) { return value }
        return (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? Int(byte - UInt8(ascii: "A")) + 10 : nil
    }

    private static let weights = [3, 7, 9, 10, 5, 8, 4, 2]

    /// Indexed by the weighted sum modulo 11: 11 minus it, where 10 is written X and 11 is written 0.
    private static let checkDigits = Array("0X987654321".utf8)
}
