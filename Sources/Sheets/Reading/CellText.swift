/// What people and spreadsheet programs do to the text of a cell, undone.
enum CellText {
    /// White space and characters without width, which stand at the ends of copied text.
    static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x09...0x0D, 0x20, 0xA0, 0x200B...0x200D, 0x2060, 0xFEFF, 0x3000: true
        default: scalar.value > 0x7F && scalar.value < 0x3000 && scalar.properties.isWhitespace
        }
    }

    /// Without white space at the ends.
    static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return "" }
        if !isSpace(first), !isSpace(last) { return text }
        guard let start = scalars.firstIndex(where: { !isSpace($0) }),
            let end = scalars.lastIndex(where: { !isSpace($0) })
        else { return "" }
        return String(scalars[start...end])
    }

    /// Without any white space.
    static func withoutSpaces(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isSpace) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.filter { !isSpace($0) }))
    }

    /// With the half-width forms of full-width letters, digits and signs.
    static func halfWidth(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: isFullWidth) else { return text }
        return String(
            String.UnicodeScalarView(
                text.unicodeScalars.map { isFullWidth($0) ? Unicode.Scalar(UInt8($0.value - 0xFEE0)) : $0 }))
    }

    private static func isFullWidth(_ scalar: Unicode.Scalar) -> Bool { (0xFF01...0xFF5E).contains(scalar.value) }

    /// A number as a workbook stores it, without its exponent: `1.38001380E+10` is `13800138000`. What is no whole number
    /// of at most forty places is returned as it is.
    static func plainNumber(_ text: String) -> String {
        let parts = text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "E") || $0 == UInt8(ascii: "e") })
        guard parts.count <= 2, let mantissa = parts.first else { return text }
        let halves = mantissa.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        let isDigits = { (bytes: Substring.UTF8View) in bytes.allSatisfy { (0x30...0x39).contains($0) } }
        guard halves.count <= 2, let whole = halves.first, !whole.isEmpty, isDigits(whole) else { return text }
        let fraction = halves.count == 2 ? Array(halves[1]).reversed().drop { $0 == 0x30 }.reversed() : []
        guard fraction.allSatisfy({ (0x30...0x39).contains($0) }) else { return text }
        var exponent = 0
        if parts.count == 2 {
            let given = parts[1].first == UInt8(ascii: "+") ? parts[1].dropFirst() : parts[1]
            guard isDigits(given), given.count <= 2, let number = Int(String(Substring(given))) else { return text }
            exponent = number
        }
        guard fraction.count <= exponent, whole.count + exponent <= 40 else { return text }
        let zeros = [UInt8](repeating: 0x30, count: exponent - fraction.count)
        let digits = (Array(whole) + fraction + zeros).drop { $0 == 0x30 }
        return digits.isEmpty ? "0" : String(decoding: digits, as: UTF8.self)
    }
}
