/// Text that no spreadsheet program takes for a formula.
///
/// What begins with `=`, `+`, `-`, `@`, a tab or a line end is put behind an apostrophe; reading takes it off again, so
/// that a file of failed rows says what the user's own said.
///
/// Source: OWASP ASVS 5.0, 1.2.10.
package enum HarmlessText {
    package static func of(_ text: String) -> String { begins(text) ? "'" + text : text }

    /// What stood before it was made harmless.
    static func undone(_ text: String) -> String {
        guard text.utf8.first == UInt8(ascii: "'") else { return text }
        let rest = String(Substring(text.utf8.dropFirst()))
        return begins(rest) ? rest : text
    }

    private static func begins(_ text: String) -> Bool {
        guard let first = text.utf8.first else { return false }
        return "=+-@\t\r\n".utf8.contains(first)
    }
}

extension String {
    /// The text with each sign of ASCII written twice, also where a combining character makes it part of another one.
    func doubling(_ sign: UInt8) -> String {
        String(decoding: utf8.flatMap { $0 == sign ? [sign, sign] : [$0] }, as: UTF8.self)
    }
}
