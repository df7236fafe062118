/// The code of a bank branch in the national payment system (支付系统行号, CNAPS): twelve digits.
///
/// Source: ISO 7064 MOD 11,10 for the last digit; that bank codes follow it was found on published codes.
package struct BankCode: Hashable, Sendable, CustomStringConvertible {
    package let text: String

    package init(_ text: String) throws(IdentifierFault) {
        let given = places(of: text)
        guard given.count == 12 else { throw .length }
        let values = try digits(given)
        var product = 10
        for value in values.dropLast() {
            let sum = (product + value) % 10
            product = (sum == 0 ? 10 : sum) * 2 % 11
        }
        guard (product + values[11]) % 10 == 1 else { throw .checkDigit }
        self.text = text
    }

    package var description: String { text }
}

/// The number of a bank card (银行卡号): sixteen to nineteen digits. Prints masked.
///
/// A valid number is no proof that the card exists; only the bank can compare it with its holder's name.
///
/// Source: ISO/IEC 7812-1, the Luhn check.
package struct CardNumber: Hashable, Sendable {
    /// All the digits. Personal data: for payment orders and stores, never for logs.
    package let fullText: String

    package init(_ text: String) throws(IdentifierFault) {
        let given = places(of: text)
        guard (16...19).contains(given.count) else { throw .length }
        var sum = 0
        for (place, value) in try digits(given).reversed().enumerated() {
            let doubled = place.isMultiple(of: 2) ? value : value * 2
            sum += doubled > 9 ? doubled - 9 : doubled
        }
        guard sum.isMultiple(of: 10) else { throw .checkDigit }
        fullText = text
    }
}

extension CardNumber: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// Stars and the last four digits: `***************0005`.
    package var description: String {
        String(repeating: "*", count: fullText.utf8.count - 4) + fullText.suffix(4)
    }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["masked": description]) }
}
