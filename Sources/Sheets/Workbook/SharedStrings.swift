/// The texts that the sheets of a workbook have in common. How they are to be pronounced is left out.
final class SharedStrings: WorkbookPart {
    private(set) var strings: [String] = []
    private var bytes: [UInt8] = []
    private var phonetics = 0
    private var isText = false

    override func begin(_ element: WorkbookElement, _ attributes: WorkbookAttributes) {
        switch element {
        case .sharedString: bytes.removeAll(keepingCapacity: true)
        case .phonetic: phonetics += 1
        case .text: isText = phonetics == 0
        default: break
        }
    }

    override func end(_ element: WorkbookElement) {
        switch element {
        case .sharedString:
            guard strings.count < SheetLimit.sharedStrings else { return refuse(.tooManyRows) }
            strings.append(WorkbookText.decoded(bytes))
        case .phonetic: phonetics -= 1
        case .text: isText = false
        default: break
        }
    }

    override func text(_ text: UnsafeBufferPointer<CChar>) {
        guard isText else { return }
        bytes.append(contentsOf: UnsafeRawBufferPointer(text))
    }
}

/// The spelling of characters that XML cannot hold: `_x000D_` is a carriage return.
///
/// Source: ISO/IEC 29500-1, 22.9.2.19.
enum WorkbookText {
    static func decoded(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard text.utf8.contains(UInt8(ascii: "_")) else { return text }
        var decoded: [UInt8] = []
        var rest = bytes[...]
        while let first = rest.first {
            if let unit = unit(rest.prefix(7)), let scalar = Unicode.Scalar(unit), canStand(scalar) {
                decoded += Array(String(scalar).utf8)
                rest = rest.dropFirst(7)
            } else {
                decoded.append(first)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: decoded, as: UTF8.self)
    }

    /// The text as a workbook spells it: what would be read as the spelling of a character is spelled itself, and what
    /// no workbook holds is the replacement character.
    static func encoded(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var encoded: [UInt8] = []
        for (place, byte) in bytes.enumerated() {
            if byte == UInt8(ascii: "_"), unit(bytes[place...].prefix(7)) != nil { encoded += Array("_x005F".utf8) }
            encoded.append(byte)
        }
        let spelled = String(decoding: encoded, as: UTF8.self)
        return String(String.UnicodeScalarView(spelled.unicodeScalars.map { canStand($0) ? $0 : "\u{FFFD}" }))
    }

    private static func canStand(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value != 0 && scalar.value != 0xFFFE && scalar.value != 0xFFFF
    }

    private static func unit(_ bytes: ArraySlice<UInt8>) -> UInt16? {
        guard bytes.count == 7, bytes.starts(with: "_x".utf8), bytes.last == UInt8(ascii: "_") else { return nil }
        let digits = bytes.dropFirst(2).dropLast()
        guard digits.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else { return nil }
        return UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
    }
}
