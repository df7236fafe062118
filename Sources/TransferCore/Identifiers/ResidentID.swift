/// A resident identity number (公民身份号码): eighteen places, the last a check digit.
///
/// Numbers of the first generation, fifteen digits, are raised to eighteen. The number prints masked wherever it is
/// interpolated, reflected or dumped; the whole of it only through ``ResidentID/fullText``. The region in the first
/// six places is that of first registration and may long have been abolished, so it is never a ground for refusal.
///
/// Source: GB 11643-1999.
package struct ResidentID: Hashable, Sendable {
    /// All eighteen places, with an upper-case `X`. Personal data: for documents and stores, never for logs.
    package let fullText: String

    /// The date of birth inside the number, in the years 1800 to 2099.
    package let birthDate: CivilDate

    package let sex: Sex

    /// - Parameter text: eighteen places, the last a digit, `X` or `x`; or fifteen digits.
    package init(_ text: String) throws(IdentifierFault) {
        let given = places(of: text)
        guard given.count == 18 || given.count == 15 else { throw .length }
        let isOld = given.count == 15
        var values = try digits(isOld ? given[...] : given[..<17])
        if isOld { values.insert(contentsOf: [1, 9], at: 6) }
        let last = isOld ? nil : given[17] == UInt8(ascii: "x") ? UInt8(ascii: "X") : given[17]
        if let last, digit(last) == nil, last != UInt8(ascii: "X") { throw .character }

        let year = values[6] * 1000 + values[7] * 100 + values[8] * 10 + values[9]
        let birth = CivilDate(year: year, month: values[10] * 10 + values[11], day: values[12] * 10 + values[13])
        guard let birth, ResidentID.birthYears.contains(birth.year) else { throw .date }

        let check = ResidentID.checkDigits[weighted(values, by: ResidentID.weights) % 11]
        if let last, last != check { throw .checkDigit }

        fullText = String(decoding: values.map { UInt8(ascii: "0") + UInt8($0) } + [check], as: UTF8.self)
        birthDate = birth
        sex = values[16].isMultiple(of: 2) ? .female : .male
    }

    /// Whether the first two digits are a province of today. A number for which they are not is still valid.
    package var namesKnownProvince: Bool { Province(fullText.prefix(2)) != nil }

    private static let birthYears = 1800...2099
    private static let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
    private static let checkDigits = Array("10X98765432".utf8)
}

extension ResidentID: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The first three and the last four places: `110***********123X`.
    package var description: String { fullText.prefix(3) + "***********" + fullText.suffix(4) }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["masked": description]) }
}
