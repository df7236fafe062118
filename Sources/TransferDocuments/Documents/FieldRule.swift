import TransferCore

/// The rules of single fields, for values that are written as well as for values that are read.
enum FieldRule {
    /// The years of months and of lines. Source: our choice (rule-case contract, section 1).
    static let years = 1980...2079

    /// The most months that a person can have paid: a hundred years.
    static let months = 0...1_200

    /// A letter can be corrected this often. Source: our choice.
    static let letterVersions = 1...99

    /// A form can be replaced this often. Source: our choice.
    static let formVersions = 1...99

    /// The numbers of queries and reminders of a case. Source: our choice.
    static let numbers = 1...99

    /// A name or a short text: so many characters, no space at either end.
    static func text(_ text: String, _ length: ClosedRange<Int>, at pointer: String) throws(DocumentFault) {
        guard isTidy(text, length) else {
            throw DocumentFault(
                .invalidFormat, pointer,
                "expected \(length.lowerBound) to \(length.upperBound) characters without spaces at the ends")
        }
    }

    /// Whether a text has so many characters (Unicode scalars) and no space at either end.
    static func isTidy(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last else { return false }
        return length.contains(scalars.count) && !isSpace(first) && !isSpace(last)
    }

    /// No space lies beyond U+3000, so for an ideograph no table has to be asked.
    private static func isSpace(_ scalar: Unicode.Scalar) -> Bool {
        scalar.value <= 0x3000 && scalar.properties.isWhitespace
    }

    static func digits(_ text: String, _ length: ClosedRange<Int>, at pointer: String) throws(DocumentFault) {
        guard isDigits(text, length) else {
            let places = length.count == 1 ? "\(length.lowerBound)" : "\(length.lowerBound) to \(length.upperBound)"
            throw DocumentFault(.invalidFormat, pointer, "expected \(places) digits")
        }
    }

    static func isDigits(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        length.contains(text.utf8.count)
            && text.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
    }

    static func amount(_ money: Money, at pointer: String) throws(DocumentFault) {
        guard money >= .zero, money <= Money.limit else {
            throw DocumentFault(.outOfRange, pointer, "expected 0 to \(Money.limit.fen) fen")
        }
    }

    static func amountAboveZero(_ money: Money, at pointer: String) throws(DocumentFault) {
        guard money > .zero, money <= Money.limit else {
            throw DocumentFault(.outOfRange, pointer, "expected 1 to \(Money.limit.fen) fen")
        }
    }

    static func integer(_ number: Int, _ range: ClosedRange<Int>, at pointer: String) throws(DocumentFault) {
        guard range.contains(number) else {
            throw DocumentFault(.outOfRange, pointer, "expected \(range.lowerBound) to \(range.upperBound)")
        }
    }

    static func sum(_ total: Money, of parts: Money, at pointer: String) throws(DocumentFault) {
        guard total == parts else {
            throw DocumentFault(.sumDiffers, pointer, "expected the sum of the parts, \(parts.fen) fen")
        }
    }

    /// What one clerk writes to another.
    static func clerksText(_ text: String, at pointer: String) throws(DocumentFault) {
        try self.text(text, 1...500, at: pointer)
    }

    /// The reference of a bank, in the bank's own form.
    static func bankReference(_ text: String, at pointer: String) throws(DocumentFault) {
        try self.text(text, 1...64, at: pointer)
    }
}
