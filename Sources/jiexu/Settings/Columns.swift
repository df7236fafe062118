/// Puts text into columns of a terminal, where ideographs and full-width signs are as wide as two letters.
enum Columns {
    /// The text with spaces after it up to the width.
    static func left(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - Columns.width(of: text)))
    }

    /// The text with spaces before it up to the width.
    static func right(_ text: String, _ width: Int) -> String {
        String(repeating: " ", count: max(0, width - Columns.width(of: text))) + text
    }

    /// Source: the wide and full-width ranges of Unicode Standard Annex 11 that Chinese text uses.
    static func width(of text: String) -> Int {
        text.unicodeScalars.reduce(0) { width, scalar in
            switch scalar.value {
            case 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE4F, 0xFF00...0xFF60,
                0xFFE0...0xFFE6, 0x20000...0x3FFFD:
                width + 2
            default: width + 1
            }
        }
    }
}
