/// The name with which somebody logs in: 1 to 64 of `a-z`, `0-9`, `.`, `_` and `-`.
///
/// Cases and events keep it, so it names a seat (`window-2`) and never a person.
package struct AccountName: Hashable, Comparable, Sendable, CustomStringConvertible {
    package let text: String

    /// - Returns: nil for any other form; the name is never corrected.
    package init?(_ text: String) {
        guard (1...64).contains(text.utf8.count), text.utf8.allSatisfy(AccountName.isAllowed) else { return nil }
        self.text = text
    }

    private static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."),
            UInt8(ascii: "_"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    package static func < (a: AccountName, b: AccountName) -> Bool { Array(a.text.utf8) < Array(b.text.utf8) }

    package var description: String { text }
}

extension [UInt8] {
    fileprivate static func < (a: [UInt8], b: [UInt8]) -> Bool { a.lexicographicallyPrecedes(b) }
}

/// Texts that are kept with accounts.
enum AccountText {
    /// Readable text of some length in characters, without control characters and without spaces at its ends.
    static func isTidy(_ text: String, _ length: ClosedRange<Int>) -> Bool {
        let scalars = text.unicodeScalars
        guard let first = scalars.first, let last = scalars.last, length.contains(scalars.count) else { return false }
        return !first.properties.isWhitespace && !last.properties.isWhitespace
            && scalars.allSatisfy(AccountText.isReadable)
    }

    /// The text with everything that could break a line of a log taken out, and no longer than some characters.
    static func cleaned(_ text: String, longest: Int) -> String {
        var clean = ""
        for scalar in text.unicodeScalars.prefix(longest) {
            clean.unicodeScalars.append(AccountText.isReadable(scalar) ? scalar : "?")
        }
        return clean
    }

    private static func isReadable(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }
}
