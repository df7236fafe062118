// All identifiers of the system, in alphabetical order. Each is its own type, so that a case number cannot be passed
// where a document number is expected, and each is plain ASCII, so that equal values are equal bytes.

/// The code of an agency (社会保险经办机构): the GB/T 2260 code of the region it serves.
///
/// One agency serves a region in this network; a region that is renumbered names its successor in the directory.
package typealias AgencyCode = RegionCode

/// The number of a case: the code of the destination, the year, a serial number and a check character, as in
/// `370700-2026-0000012-K`. The acceptance letter, the forms, the remittance and every notice carry it.
///
/// The check character is ISO 7064 MOD 37,36 over the digits, so that one mistyped character is found.
///
/// Source: our choice (BR-061, and 7.6 of the domain handbook).
package struct CaseNumber: Hashable, Comparable, Sendable {
    package let text: String

    /// The agency that gave the number: always the destination.
    package var destination: AgencyCode { AgencyCode(beginning: self) }

    /// - Parameters:
    ///   - serial: 1 to 9,999,999, counted by the destination in each year.
    package init?(destination: AgencyCode, year: Int, serial: Int) {
        guard (1900...2099).contains(year), (1...9_999_999).contains(serial) else { return nil }
        let padded = String(repeating: "0", count: 7 - String(serial).utf8.count) + String(serial)
        let check = CaseNumber.checkCharacter(of: destination.text + String(year) + padded)
        text = "\(destination.text)-\(year)-\(padded)-\(check)"
    }

    /// Reads a case number; nil unless the form and the check character are right.
    package init?(_ text: some StringProtocol) { self.init(exactly: String(text)) }

    /// One walk over the bytes, for numbers are read far more often than given.
    private init?(exactly text: String) {
        var text = text
        let isNumber = text.withUTF8 { bytes in
            guard bytes.count == CaseNumber.length, bytes[6] == UInt8(ascii: "-"), bytes[11] == UInt8(ascii: "-"),
                bytes[19] == UInt8(ascii: "-"), RegionCode.isRegion(UnsafeBufferPointer(rebasing: bytes[..<6])),
                let year = decimal(bytes[7..<11]), (1900...2099).contains(year),
                let serial = decimal(bytes[12..<19]), serial >= 1
            else { return false }
            var check = CheckSum()
            for place in 0..<19 where place != 6 && place != 11 { check.add(bytes[place]) }
            return bytes[20] == check.character
        }
        guard isNumber else { return nil }
        self.text = text
    }

    /// In bytes, which are characters.
    static let length = 21

    package static func < (a: CaseNumber, b: CaseNumber) -> Bool { a.text < b.text }

    private static func checkCharacter(of digits: String) -> Character {
        var check = CheckSum()
        for byte in digits.utf8 { check.add(byte) }
        return Character(Unicode.Scalar(check.character))
    }

    /// ISO 7064 MOD 37,36 over decimal digits.
    private struct CheckSum {
        private var product = 36

        mutating func add(_ digit: UInt8) {
            var sum = (product + Int(digit - UInt8(ascii: "0"))) % 36
            if sum == 0 { sum = 36 }
            product = sum * 2 % 37
        }

        /// A digit or a capital letter.
        var character: UInt8 {
            let value = UInt8((37 - product) % 36)
            return value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
        }
    }
}

extension CaseNumber: CustomStringConvertible {
    package var description: String { text }
}

/// The end-to-end key of one order at the bank: the case number, the leg and the number of the try, as in
/// `370700-2026-0000012-K/P1`. It is made and stored before the order exists, so that an order is made once.
package struct OrderKey: Hashable, Comparable, Sendable {
    package let caseNumber: CaseNumber
    package let leg: Leg
    /// 1 for the first order of the leg; one more for each order that follows a bounce or pays what is still owed.
    package let attempt: Int

    /// What an order pays.
    package enum Leg: Hashable, Sendable {
        /// The remittance to the destination.
        case remittance
        /// A balance, to the insured person.
        case balance(Branch)
        /// The refund of months that were insured twice, to the insured person.
        case clearingRefund
        /// The share of one heir: 1 to 9.
        case heir(Int)
        /// Money that the destination sends back to the origin.
        case fundsReturn
    }

    package init?(caseNumber: CaseNumber, leg: Leg, attempt: Int) {
        guard (1...99).contains(attempt), leg != .balance(.pension) else { return nil }
        if case .heir(let heir) = leg, !(1...9).contains(heir) { return nil }
        self.caseNumber = caseNumber
        self.leg = leg
        self.attempt = attempt
    }

    /// Reads what ``text`` writes; nil for anything else.
    package init?(_ text: some StringProtocol) { self.init(exactly: String(text)) }

    private init?(exactly text: String) {
        var text = text
        let read = text.withUTF8 { bytes -> (leg: Leg, attempt: Int)? in
            let start = CaseNumber.length
            guard bytes.count > start + 2, bytes[start] == UInt8(ascii: "/") else { return nil }
            var digits = start + 2
            let leg: Leg
            switch bytes[start + 1] {
            case UInt8(ascii: "P"): leg = .remittance
            case UInt8(ascii: "M"): leg = .balance(.medical)
            case UInt8(ascii: "H"): leg = .balance(.housing)
            case UInt8(ascii: "C"): leg = .clearingRefund
            case UInt8(ascii: "R"): leg = .fundsReturn
            case UInt8(ascii: "E"):
                guard bytes.count > digits + 2, let heir = decimal(bytes[digits..<(digits + 1)]),
                    bytes[digits + 1] == UInt8(ascii: "-")
                else { return nil }
                leg = .heir(heir)
                digits += 2
            default: return nil
            }
            // A number is written without zeros before it.
            guard bytes.count <= digits + 2, bytes[digits] != UInt8(ascii: "0"),
                let attempt = decimal(bytes[digits...])
            else { return nil }
            return (leg, attempt)
        }
        guard let read, let number = CaseNumber(text.prefix(CaseNumber.length)),
            let key = OrderKey(caseNumber: number, leg: read.leg, attempt: read.attempt)
        else { return nil }
        self = key
    }

    package var text: String {
        switch leg {
        case .remittance: "\(caseNumber.text)/P\(attempt)"
        case .balance(.medical): "\(caseNumber.text)/M\(attempt)"
        case .balance(.housing): "\(caseNumber.text)/H\(attempt)"
        case .balance(.pension): preconditionFailure("the pension is remitted, never paid out")
        case .clearingRefund: "\(caseNumber.text)/C\(attempt)"
        case .heir(let heir): "\(caseNumber.text)/E\(heir)-\(attempt)"
        case .fundsReturn: "\(caseNumber.text)/R\(attempt)"
        }
    }

    package static func < (a: OrderKey, b: OrderKey) -> Bool { a.text < b.text }
}

extension OrderKey: CustomStringConvertible {
    package var description: String { text }
}
