import PaperShim

/// The fonts, as the shim holds them. Used by one at a time.
final class FontSet {
    let pointer: OpaquePointer
    /// Whether there is a glyph for a scalar, of those that were asked for; at most one entry per scalar of Unicode.
    private var glyphs: [UInt32: Bool] = [:]

    /// - Returns: nil when the first family is not below one of the folders.
    init?(folders: [String], families: [String]) {
        let opened = FontSet.withTexts(folders) { folders in
            FontSet.withTexts(families) { FontSet.open(folders, $0) }
        }
        guard let opened else { return nil }
        pointer = opened
    }

    deinit { jiexu_fonts_close(pointer) }

    /// The text as it can be printed: what no font has, or what nobody would see, stands as its code point.
    ///
    /// - Parameter missing: takes the scalars up that were replaced.
    func printable(_ text: String, missing: inout Set<UInt32>) -> String {
        guard text.unicodeScalars.contains(where: { !has($0) }) else { return text }
        var shown = ""
        for scalar in text.unicodeScalars {
            if has(scalar) {
                shown.unicodeScalars.append(scalar)
            } else {
                shown += scalar.codePoint(brackets)
                missing.insert(scalar.value)
            }
        }
        return shown
    }

    /// Around code points: angles, or where no font has them the brackets of Chinese text.
    private var brackets: (open: String, close: String) { has("⟨") && has("⟩") ? ("⟨", "⟩") : ("〈", "〉") }

    private func has(_ scalar: Unicode.Scalar) -> Bool {
        if (0x20...0x7E).contains(scalar.value) { return true }
        if let known = glyphs[scalar.value] { return known }
        let has = scalar.isShown && jiexu_fonts_have(pointer, scalar.value) != 0
        glyphs[scalar.value] = has
        return has
    }

    private static func open(
        _ folders: UnsafeBufferPointer<UnsafePointer<CChar>>, _ families: UnsafeBufferPointer<UnsafePointer<CChar>>
    ) -> OpaquePointer? {
        guard let folder = folders.baseAddress, let family = families.baseAddress else { return nil }
        return jiexu_fonts_open(folder, folders.count, family, families.count)
    }

    private static func withTexts<Result>(
        _ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>>) -> Result
    ) -> Result {
        func step(_ place: Int, _ pointers: [UnsafePointer<CChar>]) -> Result {
            guard place < texts.count else { return pointers.withUnsafeBufferPointer(body) }
            return texts[place].withCString { step(place + 1, pointers + [$0]) }
        }
        return step(0, [])
    }
}

extension Unicode.Scalar {
    /// Whether a character may stand on paper as itself: not when it shows nothing, or changes how others are shown, or
    /// means something to some fonts only (private use).
    fileprivate var isShown: Bool {
        switch properties.generalCategory {
        case .control, .format, .surrogate, .privateUse, .unassigned, .lineSeparator, .paragraphSeparator: false
        default: !properties.isDefaultIgnorableCodePoint && !properties.isVariationSelector && value != 0xFFFD
        }
    }

    /// As it is printed where no font has it: `⟨U+2EBF0⟩`.
    fileprivate func codePoint(_ brackets: (open: String, close: String)) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        let zeros = String(repeating: "0", count: max(0, 4 - digits.utf8.count))
        return "\(brackets.open)U+\(zeros)\(digits)\(brackets.close)"
    }
}
