import TransferCore

/// A cell as the form takes it: mended where only one thing can be meant, and with what was mended.
struct BatchCell {
    let text: String
    let mendings: [SheetMending]
    /// Whether a spreadsheet program has turned the number into a quantity and lost its last places.
    let isRuined: Bool

    init(_ cell: SheetCell, in column: BatchColumn) {
        let given = CellText.trimmed(HarmlessText.undone(cell.text))
        var text = given
        var mendings: [SheetMending] = []
        func mend(_ mending: SheetMending, _ change: (String) -> String) {
            let changed = change(text)
            guard !changed.utf8.elementsEqual(text.utf8) else { return }
            text = changed
            mendings.append(mending)
        }
        if column.isNumber || column == .origin { mend(.fullWidth, CellText.halfWidth) }
        if column.isNumber { mend(.spaces, CellText.withoutSpaces) }
        switch column {
        case .residentID: mend(.lowerCase) { $0.utf8.count == 18 && $0.hasSuffix("x") ? $0.dropLast() + "X" : $0 }
        case .mobile: mend(.prefix, BatchCell.withoutPrefix)
        default: break
        }
        self.text = text
        self.mendings = mendings
        isRuined =
            column.isNumber && (cell.hasLostPlaces || BatchCell.isQuantity(text))
            || column == .residentID && BatchCell.hasLostLastPlaces(text)
    }

    /// Whether a text is 18 digits whose last three were lost, as spreadsheet programs write a number of fifteen places that
    /// they keep. A number that may end so is one.
    private static func hasLostLastPlaces(_ text: String) -> Bool {
        text.utf8.count == 18 && text.hasSuffix("000") && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && (try? ResidentID(text)) == nil
    }

    /// A mobile number without `+86`, `86` or hyphens.
    private static func withoutPrefix(_ text: String) -> String {
        let bytes = text.utf8.filter { $0 != UInt8(ascii: "-") }
        let digits = bytes.first == UInt8(ascii: "+") ? Array(bytes.dropFirst()) : bytes
        guard digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return text }
        if digits.count == 13, digits.starts(with: "86".utf8) {
            return String(decoding: digits.dropFirst(2), as: UTF8.self)
        }
        return digits.count == 11 && digits.count == bytes.count ? String(decoding: digits, as: UTF8.self) : text
    }

    /// Whether a text is a number with an exponent, such as `6.217E+18`.
    static func isQuantity(_ text: String) -> Bool {
        let parts = text.utf8.split(whereSeparator: { $0 == UInt8(ascii: "E") || $0 == UInt8(ascii: "e") })
        guard parts.count == 2, let first = parts[0].first, (0x30...0x39).contains(first) else { return false }
        let exponent = parts[1].drop { $0 == UInt8(ascii: "+") }
        // A number of letters and digits may well be 1E5.
        return text.utf8.contains { $0 == UInt8(ascii: "+") || $0 == UInt8(ascii: ".") }
            && parts[0].allSatisfy { (0x30...0x39).contains($0) || $0 == UInt8(ascii: ".") }
            && (1...2).contains(exponent.count) && exponent.allSatisfy { (0x30...0x39).contains($0) }
    }
}

extension SheetCell {
    /// Whether it is a number of more than the fifteen places that are kept, with zeros behind them.
    fileprivate var hasLostPlaces: Bool {
        isNumber && text.utf8.count > 15 && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
            && text.utf8.dropFirst(15).allSatisfy { $0 == 0x30 }
    }

    /// The user's own text as it is handed back. What lost its last places is written as the spreadsheet program shows it,
    /// with an exponent: as digits alone nothing would betray it any more.
    var ownText: String {
        guard hasLostPlaces, let first = text.first else { return HarmlessText.undone(text) }
        return "\(first).\(text.prefix(15).dropFirst())E+\(text.utf8.count - 1)"
    }
}

/// What was mended in a cell without asking, and is said.
package enum SheetMending: String, Hashable, CaseIterable, Sendable {
    case fullWidth = "full-width"
    case spaces
    case lowerCase = "lower-case"
    case prefix

    package var messageChinese: String {
        switch self {
        case .fullWidth: "全角字符已改为半角。"
        case .spaces: "号码中的空格已去掉。"
        case .lowerCase: "末位小写 x 已改为大写 X。"
        case .prefix: "手机号码的国家代码或连字符已去掉。"
        }
    }

    package var messageEnglish: String {
        switch self {
        case .fullWidth: "Full-width characters were changed to half-width ones."
        case .spaces: "Spaces inside the number were taken out."
        case .lowerCase: "The lower-case x at the end was changed to X."
        case .prefix: "The country code or hyphens of the mobile number were taken out."
        }
    }
}

/// Values as messages may show them.
package enum CellMask {
    /// A value with what identifies a person masked, and never longer than forty characters.
    package static func of(_ text: String, in column: BatchColumn) -> String {
        let shown = String(
            String.UnicodeScalarView(text.unicodeScalars.prefix(40).map { isPlain($0) ? $0 : "\u{FFFD}" }))
        guard !shown.isEmpty else { return "" }
        switch column {
        case .name, .holder: return ends(of: shown, 1, 0)
        // A quantity has lost what it would betray, and shows what went wrong.
        case .residentID where BatchCell.isQuantity(shown), .cardNumber where BatchCell.isQuantity(shown): return shown
        case .residentID: return ends(of: shown, 3, 4)
        case .mobile: return ends(of: shown, 3, 2)
        case .cardNumber, .certificateNumber: return ends(of: shown, 0, 4)
        case .serial, .origin, .purpose, .approvedMove, .otherBranches, .bankName, .bankCode: return shown
        }
    }

    /// Both ends of a text, of which at least half is masked.
    private static func ends(of text: String, _ first: Int, _ last: Int) -> String {
        let count = text.unicodeScalars.count
        let (first, last) = first + last <= count / 2 ? (first, last) : (min(first, count / 2), 0)
        let scalars = text.unicodeScalars
        return String(String.UnicodeScalarView(scalars.prefix(first)))
            + String(repeating: "*", count: max(1, count - first - last))
            + String(String.UnicodeScalarView(scalars.suffix(last)))
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .unassigned: false
        default: true
        }
    }
}
