package import TransferCore

// What an event of a case may carry besides its name, as JSON: bytes that are stored with it for ever.

/// The application as corrected after the origin returned the letter: the same form again, whole.
package enum CorrectedApplication {
    package static func read(_ bytes: [UInt8]) throws(FormFaults) -> TransferApplication {
        try ApplicationForm.read(bytes)
    }

    package static func write(_ application: TransferApplication) throws(DocumentFault) -> [UInt8] {
        try ApplicationForm.write(application)
    }
}

/// Another own account of the insured person, given after a payout bounced.
package enum AccountForm {
    /// Reads `{"holder", "bankName", "bankCode", "number"}`; every fault at once, like the application.
    ///
    /// - Parameter person: whose own the account has to be.
    package static func read(_ bytes: [UInt8], of person: InsuredPerson) throws(FormFaults) -> BankAccount {
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(bytes, limits: .request)
        } catch {
            throw FormFaults([
                FormFault(
                    error.pointer, error.code.rawValue, "提交的内容不是有效的 JSON（第 \(error.offset) 字节处）。",
                    "The body is not valid JSON at byte \(error.offset): \(error.code.mend).")
            ])
        }
        var reader = FormReader(json)
        let account = reader.account(of: person)
        guard let account, reader.faults.isEmpty else { throw FormFaults(reader.faults) }
        return account
    }

    package static func write(_ account: BankAccount) throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .request) { account.write(to: &$0) }
        } catch {
            throw DocumentFault(error)
        }
    }
}
