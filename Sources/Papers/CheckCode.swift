/// The check code (验证码) of a paper: twelve random characters and a check character, with which anybody who holds the
/// paper asks whether it is good. It says nothing about the person, and cannot be guessed: 60 bits.
///
/// The alphabet is that of Crockford's base 32: digits and capital letters without I, L, O and U. The check character
/// makes a parity over the field of 32 elements, each place with another weight: one wrong character is always found,
/// and so are two that changed places.
package struct CheckCode: Hashable, Sendable {
    /// Thirteen characters without separators, as they stand in addresses and stores.
    package let text: String

    /// How many bytes make a code.
    package static let byteCount = 8

    /// In characters.
    package static let length = 13

    /// The code of random bytes; the same bytes give the same code.
    ///
    /// - Parameter bytes: eight bytes of a cryptographic source; of the last byte the lower half is not used.
    /// - Returns: nil for another number of bytes.
    package init?(randomBytes bytes: [UInt8]) {
        guard bytes.count == CheckCode.byteCount else { return nil }
        var bits = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        var places: [UInt8] = []
        for _ in 0..<CheckCode.length - 1 {
            places.append(UInt8(bits >> 59))
            bits <<= 5
        }
        places.append(CheckCode.parity(of: places))
        text = String(decoding: places.map { CheckCode.alphabet[Int($0)] }, as: UTF8.self)
    }

    /// Reads a code as people type it: letters of either case, `I` and `L` for 1, `O` for 0, and hyphens or spaces, one
    /// at a time, between characters. Nothing else is passed over.
    package init(reading typed: String) throws(CheckCodeFault) {
        var places: [UInt8] = []
        var wasSeparator = true
        for byte in typed.utf8 {
            if byte == UInt8(ascii: "-") || byte == UInt8(ascii: " ") {
                guard !wasSeparator else { throw .character(places.count + 1) }
                wasSeparator = true
                continue
            }
            guard let value = CheckCode.value(of: byte) else { throw .character(places.count + 1) }
            guard places.count < CheckCode.length else { throw .length }
            places.append(value)
            wasSeparator = false
        }
        guard places.count == CheckCode.length else { throw .length }
        guard !wasSeparator else { throw .character(CheckCode.length) }
        guard CheckCode.parity(of: places[..<(CheckCode.length - 1)]) == places.last else { throw .checkCharacter }
        text = String(decoding: places.map { CheckCode.alphabet[Int($0)] }, as: UTF8.self)
    }

    /// As it is printed: `0123-4567-89AB-C`.
    package var grouped: String {
        var groups = ""
        for (place, character) in text.enumerated() {
            if place > 0, place.isMultiple(of: 4) { groups += "-" }
            groups.append(character)
        }
        return groups
    }

    private static let alphabet = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)

    private static func value(of byte: UInt8) -> UInt8? {
        let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
        switch isSmall ? byte - 32 : byte {
        case UInt8(ascii: "I"), UInt8(ascii: "L"): return 1
        case UInt8(ascii: "O"): return 0
        case let letter: return alphabet.firstIndex(of: letter).map(UInt8.init)
        }
    }

    /// The sum of the places, each times a power of the field's generator: Horner's rule, with a step at the end for
    /// the check character's own place.
    private static func parity(of places: some Sequence<UInt8>) -> UInt8 {
        places.reduce(0) { doubled($0 ^ $1) }
    }

    /// Times x, modulo x⁵ + x² + 1.
    private static func doubled(_ value: UInt8) -> UInt8 {
        value & 16 == 0 ? value << 1 : value << 1 ^ 0b10_0101
    }
}

extension CheckCode: CustomStringConvertible {
    package var description: String { grouped }
}

/// Why a text is no check code.
package enum CheckCodeFault: Error, Hashable, Sendable {
    /// Not thirteen characters.
    case length
    /// A character that no code has, or a separator that is out of place; counted from 1, without separators.
    case character(Int)
    /// The check character does not agree with the others: at least one is wrong.
    case checkCharacter
}
