package import Casework

/// The body of a form that a browser has sent: `application/x-www-form-urlencoded`, read strictly and bounded.
///
/// Source: WHATWG URL standard, section 5.1, of which only UTF-8 is read here.
package struct FormBody: Sendable {
    private let fields: [(name: String, value: String)]

    /// No form of a node has more fields.
    package static let most = 200

    /// - Throws: a problem for what is no such body. Empty bodies have no fields.
    package init(_ bytes: [UInt8]) throws(Problem) {
        var fields: [(String, String)] = []
        for pair in bytes.split(separator: UInt8(ascii: "&")) {
            let halves = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard fields.count < FormBody.most, let name = FormBody.text(halves[0]),
                let value = FormBody.text(halves.count == 2 ? halves[1] : []), !name.isEmpty
            else { throw .request("form-invalid", "The form could not be read; send it as a browser does, in UTF-8.") }
            fields.append((name, value))
        }
        self.fields = fields
    }

    /// The value of a field, without blanks at its ends; nil for one that is not there, is empty or comes twice.
    package subscript(_ name: String) -> String? {
        let values = all(name)
        guard values.count == 1, let value = values.first, !value.isEmpty else { return nil }
        return value
    }

    /// The values of a field of which several can be ticked.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name.utf8.elementsEqual(name.utf8) }.map { FormBody.trimmed($0.value) }
    }

    private static func trimmed(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let isBlank = { (scalar: Unicode.Scalar) in scalar.properties.isWhitespace }
        guard let first = scalars.firstIndex(where: { !isBlank($0) }),
            let last = scalars.lastIndex(where: { !isBlank($0) })
        else { return "" }
        return String(scalars[first...last])
    }

    /// Nil for a wrong escape, for what is no UTF-8, and for a NUL.
    private static func text(_ bytes: ArraySlice<UInt8>) -> String? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(bytes.count)
        var place = bytes.startIndex
        while place < bytes.endIndex {
            switch bytes[place] {
            case UInt8(ascii: "+"): decoded.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                guard place + 2 < bytes.endIndex, let high = digit(bytes[place + 1]), let low = digit(bytes[place + 2])
                else { return nil }
                decoded.append(high << 4 | low)
                place += 2
            case 0: return nil
            case let byte: decoded.append(byte)
            }
            place += 1
        }
        return decoded.contains(0) ? nil : String(validating: decoded, as: UTF8.self)
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
