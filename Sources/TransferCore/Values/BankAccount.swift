/// A bank account to which money is paid: an agency's remittance account or the insured person's own.
///
/// Prints masked: the number's last four places only.
package struct BankAccount: Hashable, Sendable {
    /// The name in which the account is held, compared as bytes.
    package let holder: String
    package let bankName: String
    /// The bank code (支付系统行号), 12 digits.
    package let bankCode: String
    /// The account number: up to 32 digits.
    package let number: String

    package init(holder: String, bankName: String, bankCode: String, number: String) {
        self.holder = holder
        self.bankName = bankName
        self.bankCode = bankCode
        self.number = number
    }
}

extension BankAccount {
    /// Whether money that is sent to one goes to the other: number, bank and holder equal as bytes.
    package func isSameAccount(as other: BankAccount) -> Bool {
        number.utf8.elementsEqual(other.number.utf8) && bankCode.utf8.elementsEqual(other.bankCode.utf8)
            && holder.utf8.elementsEqual(other.holder.utf8)
    }
}

extension BankAccount: CustomStringConvertible {
    package var description: String { "\(bankCode) \(maskedNumber)" }

    /// The last four places behind asterisks.
    package var maskedNumber: String {
        String(repeating: "*", count: max(0, number.utf8.count - 4)) + number.suffix(4)
    }
}
