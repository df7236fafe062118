/// Base64 with the alphabet for URLs (RFC 4648, section 5), without padding, in its one canonical form: bits that do
/// not belong to a byte are zero. So every sequence of bytes has one text, and no byte of a text can be changed without
/// changing what it says.
package enum Base64URL {
    /// How many characters a number of bytes takes.
    package static func length(ofBytes count: Int) -> Int { (count * 4 + 2) / 3 }

    package static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var text: [UInt8] = []
        append(Array(bytes), to: &text)
        return text
    }

    /// Writes the text of the bytes behind what is already there.
    package static func append(_ bytes: [UInt8], to text: inout [UInt8]) {
        let start = text.count
        text.append(contentsOf: repeatElement(0, count: length(ofBytes: bytes.count)))
        bytes.withUnsafeBufferPointer { source in
            text.withUnsafeMutableBufferPointer { target in
                alphabet.withUnsafeBufferPointer { letters in
                    encode(source, into: UnsafeMutableBufferPointer(rebasing: target[start...]), letters)
                }
            }
        }
    }

    /// The bytes that a text says.
    ///
    /// - Returns: nil for any other character (also `=`, `+`, `/` and white space), for a length that no bytes have,
    ///   and for bits set beyond the last byte.
    package static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        let (whole, rest) = (text.count / 4, text.count % 4)
        guard rest != 1 else { return nil }
        let count = whole * 3 + (rest == 0 ? 0 : rest - 1)
        var isCanonical = true
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { target, initialised in
            text.withUnsafeBufferPointer { source in
                values.withUnsafeBufferPointer { values in
                    isCanonical = decode(source, into: target, values)
                }
            }
            initialised = isCanonical ? count : 0
        }
        return isCanonical ? bytes : nil
    }

    package static func decode(_ text: String) -> [UInt8]? { decode(Array(text.utf8)[...]) }
}

extension Base64URL {
    private static let alphabet: [UInt8] = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// What each character is worth; 0xFF for one that is not of the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 0xFF, count: 256)
        for (value, letter) in alphabet.enumerated() { values[Int(letter)] = UInt8(value) }
        return values
    }()

    private static func encode(
        _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>,
        _ letters: UnsafeBufferPointer<UInt8>
    ) {
        var (from, to) = (0, 0)
        while from + 3 <= source.count {
            let group = UInt32(source[from]) << 16 | UInt32(source[from + 1]) << 8 | UInt32(source[from + 2])
            target[to] = letters[Int(group >> 18)]
            target[to + 1] = letters[Int(group >> 12 & 63)]
            target[to + 2] = letters[Int(group >> 6 & 63)]
            target[to + 3] = letters[Int(group & 63)]
            from += 3
            to += 4
        }
        switch source.count - from {
        case 1:
            target[to] = letters[Int(source[from] >> 2)]
            target[to + 1] = letters[Int(source[from] & 3) << 4]
        case 2:
            let group = UInt32(source[from]) << 8 | UInt32(source[from + 1])
            target[to] = letters[Int(group >> 10)]
            target[to + 1] = letters[Int(group >> 4 & 63)]
            target[to + 2] = letters[Int(group & 15) << 2]
        default: break
        }
    }

    /// - Returns: false when the text is not the canonical one of any bytes.
    private static func decode(
        _ source: UnsafeBufferPointer<UInt8>, into target: UnsafeMutableBufferPointer<UInt8>,
        _ values: UnsafeBufferPointer<UInt8>
    ) -> Bool {
        var (from, to) = (0, 0)
        // A character outside the alphabet sets the top bits; they are looked at once, at the end.
        var seen: UInt8 = 0
        while from + 4 <= source.count {
            let (a, b) = (values[Int(source[from])], values[Int(source[from + 1])])
            let (c, d) = (values[Int(source[from + 2])], values[Int(source[from + 3])])
            seen |= a | b | c | d
            target[to] = a << 2 | b >> 4
            target[to + 1] = b << 4 | c >> 2
            target[to + 2] = c << 6 | d
            from += 4
            to += 3
        }
        switch source.count - from {
        case 2:
            let (a, b) = (values[Int(source[from])], values[Int(source[from + 1])])
            seen |= a | b
            guard b & 0x0F == 0 else { return false }
            target[to] = a << 2 | b >> 4
        case 3:
            let (a, b) = (values[Int(source[from])], values[Int(source[from + 1])])
            let c = values[Int(source[from + 2])]
            seen |= a | b | c
            guard c & 0x03 == 0 else { return false }
            target[to] = a << 2 | b >> 4
            target[to + 1] = b << 4 | c >> 2
        default: break
        }
        return seen & 0xC0 == 0
    }
}
