import TransferCore

extension AccountEntry {
    /// The key by which an entry is matched: the end-to-end key, or, where whoever paid gave none, the key of an order
    /// that stands in the text.
    ///
    /// A province pays for its cities under its own name, and its payment system may know no end-to-end key: then the
    /// key stands in the text, and the payer's name and account say nothing.
    ///
    /// Source: BR-127 of the domain handbook.
    package var matchingKey: String? {
        if let endToEndKey { return endToEndKey }
        return purposeText.flatMap(onlyOrderKey)
    }
}

/// The one order key, such as `370700-2026-0000012-K/P1`, that stands in a text, with no letter or digit before or
/// behind it; nil when none does, or when two different keys do: which of them was meant is a clerk's to find out.
///
/// Every place of the text is looked at once, and a bank's text has at most 140 characters.
private func onlyOrderKey(in text: String) -> String? {
    let bytes = Array(text.utf8)
    var found: String?
    var start = 0
    while start + keyLengths.lowerBound <= bytes.count {
        guard let key = orderKey(in: bytes, at: start) else {
            start += 1
            continue
        }
        guard found == nil || found == key else { return nil }
        found = key
        start += key.utf8.count
    }
    return found
}

/// A case number has 21 characters; the leg and the number of the try have three or four with their stroke.
private let keyLengths = 24...25

private func orderKey(in bytes: [UInt8], at start: Int) -> String? {
    guard start == 0 || !isWord(bytes[start - 1]) else { return nil }
    for length in keyLengths.reversed() {
        let end = start + length
        guard end <= bytes.count, end == bytes.count || !isWord(bytes[end]) else { continue }
        if let key = OrderKey(String(decoding: bytes[start..<end], as: UTF8.self)) { return key.text }
    }
    return nil
}

private func isWord(_ byte: UInt8) -> Bool {
    (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
}
