/// A region code of GB/T 2260: six digits, of which the first two are the province (行政区划代码).
package struct RegionCode: Hashable, Comparable, Sendable {
    package let text: String

    /// - Returns: nil unless the text is six ASCII digits whose first two are a province, or `910000`, service in the
    ///   armed forces, which is no province.
    package init?(_ text: some StringProtocol) {
        var code = String(text)
        guard code.withUTF8(RegionCode.isRegion) else { return nil }
        self.text = code
    }

    /// The destination, with which every case number begins.
    init(beginning number: CaseNumber) { text = String(number.text.prefix(6)) }

    static func isRegion(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
        guard bytes.count == 6, let number = decimal(bytes) else { return false }
        return number == armedForces || Province.isCode(number / 10_000)
    }

    private static let armedForces = 910_000

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

    package init?(_ text: some StringProtocol) {
        let code = String(text)
        guard code.utf8.count == 2, let number = decimal(code.utf8), Province.isCode(number) else { return nil }
        self.text = code
    }

    static func isCode(_ number: Int) -> Bool {
        switch number {
        case 11...15, 21...23, 31...37, 41...46, 50...54, 61...65, 71, 81, 82: true
        default: false
        }
    }

    package static func < (a: Province, b: Province) -> Bool { a.text < b.text }
}

extension Province: CustomStringConvertible {
    package var description: String { text }
}
