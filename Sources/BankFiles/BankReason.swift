package import TransferCore

/// Why a bank did not do what was ordered, in the bank's words.
package struct BankReason: Hashable, Sendable {
    /// One of the external codes of ISO 20022, such as AC04; 1 to 4 capital letters and digits.
    package let code: String
    /// The bank's own sentence, up to 105 characters. It may hold personal data; never part of a log.
    package let text: String?

    package init(code: String, text: String?) {
        self.code = code
        self.text = text
    }

    /// What it means for the remittance. A code that no rule knows is the bank's own refusal.
    package var bounce: BounceReason { BounceReason(rawValue: code) ?? .refusedByBank }

    func check(_ here: (String) -> BankFilePlace) throws(BankFileFault) {
        try FieldForm.reasonCode.require(code, at: here("Rsn/Cd"))
        if let text { try FieldForm.reasonText.require(text, at: here("AddtlInf")) }
    }

    /// Writes the inside of an element that holds a reason.
    func write(to text: inout MessageText) {
        text.append("<Rsn>")
        text.leaf("Cd", code)
        text.append("</Rsn>")
        if let sentence = self.text { text.leaf("AddtlInf", sentence) }
    }

    /// Reads the inside of an element that holds a reason: of a return, or of a status.
    ///
    /// A bank's own code outside the published list is read as MS03, a reason that the bank does not specify, and kept
    /// in the text.
    init(_ fields: ElementFields) throws(BankFileFault) {
        let choice = try fields.inside("Rsn", .codeChoice)
        let own = try choice.ifFreeText("Prtry")
        let sentence = try fields.ifFreeText("AddtlInf")
        if let own {
            self.init(code: BounceReason.refusedByBank.rawValue, text: sentence ?? own)
        } else {
            self.init(code: try choice.text("Cd"), text: sentence)
        }
    }
}

extension ElementSequence {
    static let returnReason = ElementSequence("OrgnlBkTxCd Orgtr Rsn AddtlInf*")
    static let statusReason = ElementSequence("Orgtr Rsn AddtlInf*")
}
