package import TransferCore
package import TransferDocuments

/// A decision of staff as it is entered: a JSON object with the action's published name, its parameters, and why.
///
///     {"action": "answer", "outcome": "return-excess", "text": "多汇的部分请退回。", "version": 12}
///
/// The bytes are kept as they came: their digest is what a second person approves.
package struct StaffActionForm: Hashable, Sendable {
    package let decision: StaffDecision
    /// The version of the case that was on the screen; nil where it was not told.
    package let version: Int?

    package var action: StaffAction { decision.action }
    /// What a checker approves.
    package var digest: DocumentDigest { DocumentDigest(of: decision.form) }

    /// No form is longer, in bytes.
    package static let longest = 16_384

    /// Reads a form.
    ///
    /// - Throws: every fault of the form, in the order of its fields; never none.
    package static func read(_ bytes: [UInt8]) throws(FormFaults) -> StaffActionForm {
        var limits = JSONLimits.request
        limits.bytes = longest
        let json: JSON
        do throws(JSONFault) {
            json = try JSON.parse(bytes, limits: limits)
        } catch {
            throw FormFaults([
                FormFault(
                    error.pointer, error.code.rawValue, "提交的内容不是有效的 JSON（第 \(error.offset) 字节处）。",
                    "The body is not valid JSON at byte \(error.offset): \(error.code.mend).")
            ])
        }
        guard var reader = StaffFormReader(json) else {
            throw FormFaults([FormFault("", "wrong-type", "此处应为一组字段。", "A group of fields is expected here.")])
        }
        let action = reader.action()
        let text = reader.tidy("text", 1...500)
        let version = reader.integerIfPresent("version", 1...999_999)
        reader.end()
        guard let action, let text, reader.faults.isEmpty else { throw FormFaults(reader.faults) }
        return StaffActionForm(
            decision: StaffDecision(action: action, text: text, form: bytes), version: version)
    }

    /// Writes a form that is read as the same action.
    ///
    /// - Throws: a fault of text that no form can hold.
    package static func write(_ action: StaffAction, text: String, version: Int? = nil) throws(JSONFault) -> [UInt8] {
        try JSONWriter.object(limits: .request) { json in
            json.field("action", action.name)
            action.writeParameters(to: &json)
            json.field("text", text)
            json.field("version", ifPresent: version.map(Int64.init))
        }
    }
}

extension StaffAction {
    /// The published name of a payout leg: the branch, `refund`, or `heir-1` to `heir-9`.
    package static func payoutName(_ purpose: PayoutPurpose) -> String {
        switch purpose {
        case .balance(let branch): branch.rawValue
        case .clearingRefund: "refund"
        case .heir(let heir): "heir-\(heir)"
        }
    }

    /// The payout leg of a published name; nil for none.
    package static func payout(named name: String) -> PayoutPurpose? {
        let purposes: [PayoutPurpose] =
            [.balance(.medical), .balance(.housing), .clearingRefund] + (1...HeirShares.most).map(PayoutPurpose.heir)
        return purposes.first { payoutName($0) == name }
    }

    fileprivate func writeParameters(to json: inout JSONWriter) {
        switch self {
        case .accept, .openTemporaryAccount, .check, .liftHold, .remit, .confirmAccount, .consentToRecall,
            .askCorrection, .agreeToCorrection, .declineCorrection, .remind, .reviseForm, .meetShortfall,
            .returnFunds, .retryReturn, .retryBalance, .acceptMoney, .retry:
            break
        case .refuse(let reason), .handBack(let reason), .hold(let reason), .endPerson(let reason):
            json.field("reason", reason.code)
        case .askSupplement(let items): json.array("items", items) { $0.value($1.rawValue) }
        case .withdraw(let ground), .declineRecall(let ground): json.field("ground", ground.rawValue)
        case .waiveArrears(let day): json.field("signedOn", day.description)
        case .settleHeirs(let heirs):
            json.array("heirs", heirs) { json, heir in
                json.object { json in
                    json.object("account") { $0.accountFields(heir.account) }
                    json.field("part", heir.part)
                    json.field("paper", heir.paper)
                }
            }
        case .correctAccount(let purpose, let account):
            json.field("payout", StaffAction.payoutName(purpose))
            json.object("account") { $0.accountFields(account) }
        case .ask(let subject): json.field("subject", subject.rawValue)
        case .answer(let outcome): json.field("outcome", outcome.rawValue)
        case .recall(let subject, let ground):
            json.field("subject", subject.rawValue)
            json.field("ground", ground.rawValue)
        case .chooseMonths(let kept, let account):
            json.field("keep", kept.rawValue)
            if let account { json.object("account") { $0.accountFields(account) } }
        }
    }
}

extension JSONWriter {
    fileprivate mutating func accountFields(_ account: BankAccount) {
        field("holder", account.holder)
        field("bankName", account.bankName)
        field("bankCode", account.bankCode)
        field("number", account.number)
    }
}
