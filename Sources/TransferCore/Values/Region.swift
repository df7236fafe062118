/// A region code of GB/T 2260: six digits, of which the first two are the province (行政区划代码).
package struct RegionCode: Hashable, Comparable, Sendable {
    package let text: String

    /// - Returns: nil unless the text is six ASCII digits whose first two are a province, or `910000`, service in the
    ///   armed forces, which is no province.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 6, decimal(text.utf8) != nil else { return nil }
        let code = String(text)
        guard code == RegionCode.armedForces || Province(code.prefix(2)) != nil else { return nil }
        self.text = code
    }

    private static let armedForces = "910000"

    /// The province; nil for service in the armed forces.
    package var province: Province? { Province(text.prefix(2)) }

    package static func < (a: RegionCode, b: RegionCode) -> Bool { a.text < b.text }
}

extension RegionCode: CustomStringConvertible {
    package var description: String { text }
}

/// A province, autonomous region or municipality: the first two digits of a region code.
package struct Province: Hashable, Comparable, Sendable {
    package let text: String

    private static let codes: Set<String> = [
        "11", "12", "13", "14", "15", "21", "22", "23", "31", "32", "33", "34", "35", "36", "37", "41", "42", "43",
        "44", "45", "46", "50", "51", "52", "53", "54", "61", "62", "63", "64", "65", "71", "81", "82",
    ]

    package init?(_ text: some StringProtocol) {
        guard Province.codes.contains(String(text)) else { return nil }
        self.text = String(text)
    }

    package static func < (a: Province, b: Province) -> Bool { a.text < b.text }
}

extension Province: CustomStringConvertible {
    package var description: String { text }
}
