/// A piece of a page. What stands in the source is markup; whatever is put into it while it runs is text, and is escaped.
///
///     let cell: HTML = "<td>\(name)</td>"
///
/// Markup is a `StaticString`, so that no value that came from outside can ever become markup. What is escaped is safe as
/// text and in attributes with quotation marks, and in no other place: pages have neither scripts nor styles of their own.
package struct HTML: Sendable, ExpressibleByStringInterpolation {
    package private(set) var markup: String

    package init() { markup = "" }

    package init(stringLiteral value: StaticString) { markup = value.description }

    package init(stringInterpolation: Interpolation) { markup = stringInterpolation.markup }

    /// Pieces after each other.
    package init(_ pieces: [HTML]) { markup = pieces.map(\.markup).joined() }

    /// Text as it is to be read.
    package init(text: String) { markup = HTML.escaped(text) }

    package static func + (left: HTML, right: HTML) -> HTML { HTML([left, right]) }
    package static func += (left: inout HTML, right: HTML) { left.markup += right.markup }

    package var isEmpty: Bool { markup.isEmpty }

    package struct Interpolation: StringInterpolationProtocol {
        fileprivate var markup = ""

        package init(literalCapacity: Int, interpolationCount: Int) { markup.reserveCapacity(literalCapacity * 2) }

        package mutating func appendLiteral(_ literal: StaticString) { markup += literal.description }
        package mutating func appendInterpolation(_ text: String) { markup += HTML.escaped(text) }
        package mutating func appendInterpolation(_ number: Int) { markup += String(number) }
        package mutating func appendInterpolation(_ piece: HTML) { markup += piece.markup }
        package mutating func appendInterpolation(_ piece: HTML?) { markup += piece?.markup ?? "" }
        package mutating func appendInterpolation(_ pieces: [HTML]) { for piece in pieces { markup += piece.markup } }
    }

    /// Control characters are shown as a replacement, so that nothing invisible is on a page.
    private static func escaped(_ text: String) -> String {
        var escaped = ""
        escaped.reserveCapacity(text.utf8.count + 16)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\n", "\t": escaped.unicodeScalars.append(scalar)
            case _ where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value): escaped += "\u{FFFD}"
            // Marks that turn the direction of writing could show one thing and mean another.
            case "\u{202A}"..."\u{202E}", "\u{2066}"..."\u{2069}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
