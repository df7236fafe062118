/// Which text the strings of a JSON value may hold.
package enum TextRule: Sendable {
    /// Any well-formed UTF-8.
    case any
    /// Text that shows what it is: in normal form C, without control characters, line separators, invisible or
    /// direction-changing characters, private-use characters and noncharacters. Two such texts that look alike are not
    /// made different by what no one sees. Every ideograph of Unicode is welcome, also the rare ones of personal names
    /// that lie beyond the Basic Multilingual Plane; compatibility ideographs are not in normal form C.
    case document
}

/// What is wrong with a text, and how many bytes precede it.
struct TextFlaw: Equatable {
    enum Kind { case notUTF8, forbidden }

    let kind: Kind
    let offset: Int
}

extension TextRule {
    /// The first flaw of a text; nil when it is in order. Well-formedness of UTF-8 is always asked for.
    func flaw(in text: UnsafeBufferPointer<UInt8>) -> TextFlaw? {
        var index = 0
        var isSurelyNormal = true
        while index < text.count {
            let lead = text[index]
            if lead < 0x80 {
                if self == .document, lead < 0x20 || lead == 0x7F { return TextFlaw(kind: .forbidden, offset: index) }
                index += 1
                continue
            }
            guard let (scalar, length) = decodedScalar(text, at: index) else {
                return TextFlaw(kind: .notUTF8, offset: index)
            }
            if self == .document {
                if TextRule.isForbidden(scalar) { return TextFlaw(kind: .forbidden, offset: index) }
                if isSurelyNormal, !TextRule.isInertForNormalisation(scalar) { isSurelyNormal = false }
            }
            index += length
        }
        if self == .document, !isSurelyNormal, !isNormal(text) { return TextFlaw(kind: .forbidden, offset: 0) }
        return nil
    }

    /// Characters that no document holds, besides the ASCII controls: C1 controls, code points that are ignored when
    /// shown, changes of direction, line separators, private use, noncharacters, and the replacement character, which
    /// stands where a conversion lost the true one.
    ///
    /// The table is written out so that two nodes with different Unicode tables agree.
    /// Source: Unicode 16, DerivedCoreProperties (Default_Ignorable_Code_Point); our choice of the rest.
    private static func isForbidden(_ scalar: UInt32) -> Bool {
        switch scalar {
        // The common ideographs first: most text that is not ASCII is of this kind.
        case 0x3001...0x3163, 0x3165...0xD7FF: false
        case 0x80...0x9F, 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F: true
        case 0x200B...0x200F, 0x2028...0x202E, 0x2060...0x206F, 0x3164: true
        case 0xE000...0xF8FF, 0xFDD0...0xFDEF, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFD: true
        case 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A, 0xE0000...0xE0FFF, 0xF0000...: true
        default: scalar & 0xFFFE == 0xFFFE
        }
    }

    /// Whether a character is in normal form C whatever stands before and after it. False is no verdict.
    private static func isInertForNormalisation(_ scalar: UInt32) -> Bool {
        switch scalar {
        case ..<0x300, 0x4E00...0x9FFF, 0x3400...0x4DBF, 0x20000...0x2F7FF, 0x30000...0x3FFFF: true
        case 0x2010...0x2027, 0x3000...0x3029, 0xFF01...0xFF9F: true
        default: false
        }
    }

    private func isNormal(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
        let string = String(decoding: text, as: UTF8.self)
        var span = string.utf8Span
        return span.checkForNFC(quickCheck: false)
    }
}

/// The scalar that begins at a byte of 0x80 or above, and its length in bytes; nil when it is not well-formed UTF-8:
/// a stray continuation byte, a sequence cut short, an overlong form, a surrogate or a value beyond U+10FFFF.
///
/// Source: The Unicode Standard, table 3-7.
@inline(__always)
private func decodedScalar(_ text: UnsafeBufferPointer<UInt8>, at index: Int) -> (scalar: UInt32, length: Int)? {
    let lead = text[index]
    let length: Int
    var scalar: UInt32
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch lead {
    case 0xC2...0xDF: (length, scalar) = (2, UInt32(lead & 0x1F))
    case 0xE0...0xEF:
        (length, scalar) = (3, UInt32(lead & 0x0F))
        if lead == 0xE0 { second = 0xA0...0xBF }
        if lead == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
        (length, scalar) = (4, UInt32(lead & 0x07))
        if lead == 0xF0 { second = 0x90...0xBF }
        if lead == 0xF4 { second = 0x80...0x8F }
    default: return nil
    }
    guard length <= text.count - index, second.contains(text[index + 1]) else { return nil }
    scalar = scalar << 6 | UInt32(text[index + 1] & 0x3F)
    for position in (index + 2)..<(index + length) {
        guard text[position] & 0xC0 == 0x80 else { return nil }
        scalar = scalar << 6 | UInt32(text[position] & 0x3F)
    }
    return (scalar, length)
}
