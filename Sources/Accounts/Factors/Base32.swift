/// Bytes as people type them: base32 (RFC 4648, section 6) without padding.
package enum Base32 {
    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".utf8)

    package static func encode(_ bytes: [UInt8]) -> String {
        var letters: [UInt8] = []
        var (held, count) = (UInt32(0), 0)
        for byte in bytes {
            held = held << 8 | UInt32(byte)
            count += 8
            while count >= 5 {
                count -= 5
                letters.append(alphabet[Int(held >> UInt32(count) & 31)])
            }
            held &= 1 << UInt32(count) - 1
        }
        if count > 0 { letters.append(alphabet[Int(held << UInt32(5 - count) & 31)]) }
        return String(decoding: letters, as: UTF8.self)
    }

    /// In groups of four with hyphens between, as it is read out.
    package static func grouped(_ bytes: [UInt8]) -> String {
        let letters = Array(encode(bytes))
        return stride(from: 0, to: letters.count, by: 4)
            .map { String(letters[$0..<min($0 + 4, letters.count)]) }.joined(separator: "-")
    }

    /// Reads what somebody typed: small letters, spaces and hyphens do no harm.
    ///
    /// - Returns: nil for any other character, and for bits that belong to no byte.
    package static func decode(_ text: String) -> [UInt8]? {
        guard text.utf8.count <= 512 else { return nil }
        var bytes: [UInt8] = []
        var (held, count) = (UInt32(0), 0)
        for letter in text.utf8 where letter != UInt8(ascii: "-") && letter != UInt8(ascii: " ") {
            let isSmall = (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
            guard let value = alphabet.firstIndex(of: isSmall ? letter - 32 : letter) else { return nil }
            held = held << 5 | UInt32(value)
            count += 5
            if count >= 8 {
                count -= 8
                bytes.append(UInt8(held >> UInt32(count) & 255))
            }
            held &= 1 << UInt32(count) - 1
        }
        return held == 0 && count < 5 ? bytes : nil
    }
}
