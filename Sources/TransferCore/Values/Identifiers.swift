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
    package var destination: AgencyCode {
        guard let code = AgencyCode(text.prefix(6)) else { preconditionFailure("a case number begins with a region") }
        return code
    }

    /// - Parameters:
    ///   - serial: 1 to 9,999,999, counted by the destination in each year.
    package init?(destination: AgencyCode, year: Int, serial: Int) {
        guard (1900...2099).contains(year), (1...9_999_999).contains(serial) else { return nil }
        let padded = String(repeating: "0", count: 7 - String(serial).utf8.count) + String(serial)
        let check = CaseNumber.checkCharacter(of: destination.text + String(year) + padded)
        text = "\(destination.text)-\(year)-\(padded)-\(check)"
    }

    /// Reads a case number; nil unless the form and the check character are right.
    package init?(_ text: some StringProtocol) {
        let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0].count == 6, parts[1].count == 4, parts[2].count == 7, parts[3].count == 1,
            let destination = AgencyCode(String(decoding: parts[0], as: UTF8.self)),
            let year = decimal(parts[1]), let serial = decimal(parts[2]),
            let number = CaseNumber(destination: destination, year: year, serial: serial),
            number.text.utf8.elementsEqual(text.utf8)
        else { return nil }
        self = number
    }

    package static func < (a: CaseNumber, b: CaseNumber) -> Bool { a.text < b.text }

    private static let alphabet = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")

    /// ISO 7064 MOD 37,36 over decimal digits.
    private static func checkCharacter(of digits: String) -> Character {
        var product = 36
        for byte in digits.utf8 {
            var sum = (product + Int(byte - UInt8(ascii: "0"))) % 36
            if sum == 0 { sum = 36 }
            product = sum * 2 % 37
        }
        return alphabet[(37 - product) % 36]
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
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = CaseNumber(parts[0]), let letter = parts[1].utf8.first else { return nil }
        var rest = parts[1].utf8.dropFirst()
        let leg: Leg
        switch letter {
        case UInt8(ascii: "P"): leg = .remittance
        case UInt8(ascii: "M"): leg = .balance(.medical)
        case UInt8(ascii: "H"): leg = .balance(.housing)
        case UInt8(ascii: "C"): leg = .clearingRefund
        case UInt8(ascii: "R"): leg = .fundsReturn
        case UInt8(ascii: "E"):
            guard let heir = decimal(rest.prefix(1)), rest.dropFirst().first == UInt8(ascii: "-") else { return nil }
            rest = rest.dropFirst(2)
            leg = .heir(heir)
        default: return nil
        }
        guard let attempt = decimal(rest), let key = OrderKey(caseNumber: number, leg: leg, attempt: attempt),
            key.text.utf8.elementsEqual(text.utf8)
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
