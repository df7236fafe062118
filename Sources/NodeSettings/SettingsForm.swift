import TransferDocuments

/// The forms of texts in a settings file, and how they are told.
enum SettingsForm {
    static let path = "a path of 1 to 1024 characters"

    static func text(_ length: ClosedRange<Int>) -> String {
        "\(length.lowerBound) to \(length.upperBound) readable characters without spaces at the ends"
    }

    /// A text that can stand in a document: it will.
    static func isText(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, length.contains(scalars.count),
            !first.properties.isWhitespace, !last.properties.isWhitespace
        else { return false }
        return (try? JSONWriter.object { $0.field("text", text) }) != nil
    }

    static func isDigits(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        length.contains(text.utf8.count) && text.utf8.allSatisfy(isDigit)
    }

    static func isTelephone(_ text: String) -> Bool {
        let places = text.utf8.first == UInt8(ascii: "+") ? text.utf8.dropFirst() : text.utf8[...]
        return (3...20).contains(places.count) && places.allSatisfy { isDigit($0) || $0 == UInt8(ascii: "-") }
    }

    /// The name of an access token.
    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { isDigit($0) || isSmallLetter($0) || ".-_".utf8.contains($0) }
    }

    static func isHost(_ text: String) -> Bool {
        (1...253).contains(text.utf8.count)
            && text.utf8.allSatisfy { isDigit($0) || isLetter($0) || ".-:".utf8.contains($0) }
    }

    static func isPath(_ text: String) -> Bool {
        (1...1_024).contains(text.utf8.count) && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
    }

    /// Where a database is, without a password: words with values, or a URI whose user has none.
    static func isDatabase(_ text: String) -> Bool {
        guard !text.isEmpty else { return true }
        let words = text.lowercased().filter { $0 != " " }
        guard isPath(text), !words.contains("password=") else { return false }
        let schemes = ["postgres://", "postgresql://"]
        guard let scheme = schemes.first(where: words.hasPrefix) else { return words.contains("=") }
        let user = words.dropFirst(scheme.count).prefix { $0 != "/" }.split(separator: "@", maxSplits: 1)
        return user.count < 2 || !user[0].contains(":")
    }

    static func year(_ text: String) -> Int? {
        guard isDigits(text, 4...4), let year = Int(text), (1980...2079).contains(year) else { return nil }
        return year
    }

    /// The name of a step in a profile of limits.
    static func stepName(_ text: String) -> String? {
        let isName =
            (1...40).contains(text.utf8.count)
            && text.utf8.allSatisfy { isSmallLetter($0) || $0 == UInt8(ascii: "-") }
        return isName ? text : nil
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isSmallLetter(_ byte: UInt8) -> Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte) }

    private static func isLetter(_ byte: UInt8) -> Bool {
        isSmallLetter(byte) || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
