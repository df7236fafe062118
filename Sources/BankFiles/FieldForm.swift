import TransferCore

/// The form of one text field of a bank file: which characters, and how many.
struct FieldForm {
    enum Characters {
        /// Capital letters, digits, `/` and `-`: our own end-to-end keys.
        case key
        /// Printable ASCII without a space: identifiers that others choose.
        case identifier
        /// Letters, digits and `-`.
        case account
        /// Capital letters and digits.
        case code
        /// Names and sentences: no control or direction characters, no white space at either end.
        case free
    }

    let characters: Characters
    /// The most characters, counted as Unicode scalars, as XML Schema counts them. The least is 1.
    let limit: Int

    static let endToEndKey = FieldForm(characters: .key, limit: 35)
    static let identifier = FieldForm(characters: .identifier, limit: 35)
    static let account = FieldForm(characters: .account, limit: 34)
    static let reasonCode = FieldForm(characters: .code, limit: 4)
    static let name = FieldForm(characters: .free, limit: 140)
    static let purpose = FieldForm(characters: .free, limit: 60)
    /// Unstructured remittance information as others write it.
    static let foreignPurpose = FieldForm(characters: .free, limit: 140)
    /// An end-to-end key as others write it.
    static let foreignKey = FieldForm(characters: .free, limit: 35)
    /// An account as others write it, perhaps masked.
    static let foreignAccount = FieldForm(characters: .free, limit: 34)
    static let reasonText = FieldForm(characters: .free, limit: 105)

    /// Passes when the text has this form.
    func require(_ text: String, at place: @autoclosure () -> BankFilePlace) throws(BankFileFault) {
        let length = text.utf8.count <= limit ? text.utf8.count : text.unicodeScalars.count
        guard length > 0, length <= limit else {
            throw BankFileFault(.textForm, at: place(), "\(length) characters, where 1 to \(limit) are possible")
        }
        guard allows(text) else {
            throw BankFileFault(.textForm, at: place(), "a character that does not belong here")
        }
    }

    private func allows(_ text: String) -> Bool {
        switch characters {
        case .key: text.utf8.allSatisfy { isCapital($0) || isDigit($0) || $0 == 0x2F || $0 == 0x2D }
        case .identifier: text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
        case .account: text.utf8.allSatisfy { isDigit($0) || isCapital($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
        case .code: text.utf8.allSatisfy { isCapital($0) || isDigit($0) }
        case .free: text.unicodeScalars.allSatisfy(isReadable) && trimmed(text).utf8.count == text.utf8.count
        }
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }
private func isCapital(_ byte: UInt8) -> Bool { (0x41...0x5A).contains(byte) }

/// False for control characters, for line and paragraph separators, for characters that turn the direction of writing
/// and so could show another name than the one that is stored, and for what XML cannot hold.
private func isReadable(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x00...0x1F, 0x7F...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFFE...0xFFFF: false
    default: true
    }
}

/// The text without spaces, tabs and line ends at its two ends. Banks pad names.
func trimmed(_ text: String) -> String {
    func isSpace(_ scalar: Unicode.Scalar) -> Bool { scalar.properties.isWhitespace }
    let scalars = text.unicodeScalars
    guard let first = scalars.firstIndex(where: { !isSpace($0) }), let last = scalars.lastIndex(where: { !isSpace($0) })
    else { return "" }
    return String(scalars[first...last])
}

/// Passes when the text is a bank code whose check digit is right.
func requireBankCode(_ text: String, at place: @autoclosure () -> BankFilePlace) throws(BankFileFault) {
    do {
        _ = try BankCode(text)
    } catch {
        throw BankFileFault(.bankCode, at: place(), "not a bank code of twelve digits: \(error.code)")
    }
}

/// Passes when the amount may be moved: more than zero and not beyond `Money.limit`.
func requireAmount(_ amount: Money, at place: @autoclosure () -> BankFilePlace) throws(BankFileFault) {
    guard amount >= .zero else { throw BankFileFault(.negativeAmount, at: place(), "an amount has no sign") }
    guard amount != .zero else { throw BankFileFault(.zeroAmount, at: place(), "nothing to move") }
    guard amount <= .limit else { throw BankFileFault(.amountForm, at: place(), "more than one amount may be") }
}

/// Passes when the text is an instant as ISO 20022 writes it: `2026-03-15T09:30:00`, perhaps with a fraction of the
/// second, perhaps with `Z` or an offset such as `+08:00`.
func requireInstant(_ text: String, at place: @autoclosure () -> BankFilePlace) throws(BankFileFault) {
    guard isInstant(Array(text.utf8)) else {
        throw BankFileFault(.dateForm, at: place(), "not an instant of the form 2026-03-15T09:30:00+08:00")
    }
}

private func isInstant(_ bytes: [UInt8]) -> Bool {
    func number(_ range: Range<Int>) -> Int? {
        guard range.upperBound <= bytes.count, bytes[range].allSatisfy(isDigit) else { return nil }
        return bytes[range].reduce(0) { $0 * 10 + Int($1 - 0x30) }
    }
    func isClock(at start: Int) -> Bool {
        guard let hour = number(start..<start + 2), let minute = number(start + 3..<start + 5) else { return false }
        return bytes[start + 2] == 0x3A && hour < 24 && minute < 60
    }
    guard (19...40).contains(bytes.count), CivilDate(String(decoding: bytes[..<10], as: UTF8.self)) != nil,
        bytes[10] == 0x54, isClock(at: 11), bytes[16] == 0x3A, let second = number(17..<19), second < 60
    else { return false }
    var rest = bytes[19...]
    if rest.first == 0x2E {
        let fraction = rest.dropFirst().prefix(while: isDigit)
        guard (1...9).contains(fraction.count) else { return false }
        rest = rest.dropFirst(1 + fraction.count)
    }
    switch (rest.count, rest.first) {
    case (0, _), (1, 0x5A): return true
    case (6, 0x2B), (6, 0x2D): return isClock(at: rest.startIndex + 1)
    default: return false
    }
}
