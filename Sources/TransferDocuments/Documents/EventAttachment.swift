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

    /// Reads `{"number"}`: the number of an account whose card was reported lost, 1 to 34 letters, digits and hyphens.
    package static func readNumber(_ bytes: [UInt8]) throws(FormFaults) -> String {
        let fault = FormFaults([
            FormFault(
                "/number", "invalid-format", "应为账号：1 至 34 位字母、数字或连字符。",
                "The number of the account is expected: 1 to 34 letters, digits and hyphens.")
        ])
        guard let json = try? JSON.parse(bytes, limits: .request), case .object(let object) = json,
            object.members.count == 1, case .string(let number)? = object["number"],
            (1...34).contains(number.utf8.count), number.utf8.allSatisfy(AccountForm.isAccountByte)
        else { throw fault }
        return number
    }

    private static func isAccountByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "-"):
            true
        default: false
        }
    }

    package static func write(_ account: BankAccount) throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .request) { account.write(to: &$0) }
        } catch {
            throw DocumentFault(error)
        }
    }
}

/// What the destination's own records had as paid when months that were insured twice were found, as
/// `{"lines": [{"from", "to", "baseFen", "creditedShareBp"}, …]}`.
package enum OwnLines {
    /// - Throws: a ``DocumentFault`` with the place of the first fault.
    package static func read(_ bytes: [UInt8]) throws(DocumentFault) -> [OverlapLine] {
        let json: JSON
        do throws(JSONFault) { json = try JSON.parse(bytes, limits: .document) } catch { throw DocumentFault(error) }
        var object = try ObjectReader(json)
        let lines = try object.array("lines", max: most) { value throws(DocumentFault) in try line(value) }
        try object.end()
        return lines
    }

    package static func write(_ lines: [OverlapLine]) throws(DocumentFault) -> [UInt8] {
        do throws(JSONFault) {
            return try JSONWriter.object(limits: .document) { json in
                json.array("lines", lines) { json, line in
                    json.object { json in
                        json.field("from", line.from.description)
                        json.field("to", line.to.description)
                        json.field("baseFen", line.base.fen)
                        json.field("creditedShareBp", line.creditedShare.value)
                    }
                }
            }
        } catch {
            throw DocumentFault(error)
        }
    }

    /// Every month of the calendar by itself.
    private static let most = CivilDate.years.count * 12

    private static func line(_ value: ValueReader) throws(DocumentFault) -> OverlapLine {
        var object = try value.object()
        let line = OverlapLine(
            from: try object.month("from"), to: try object.month("to"),
            base: Money(fen: try object.integer("baseFen", 0...FundRequest.highestBase.fen)),
            creditedShare: try object.share("creditedShareBp"))
        try object.end()
        return line
    }
}
