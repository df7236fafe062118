import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The form of a decision` {
    private static let account = PairCast.ownAccount()

    /// Every action once, with each of its codes.
    private static let actions: [StaffAction] =
        [
            .accept, .openTemporaryAccount, .askSupplement(SupplementItem.allCases), .check, .liftHold,
            .waiveArrears(signedOn: PairCast.day("2026-11-20")), .remit,
            .settleHeirs([
                .init(account: account, part: 1, paper: "公证字第1号"), .init(account: account, part: 3, paper: "2"),
            ]),
            .confirmAccount, .correctAccount(.balance(.medical), account), .correctAccount(.clearingRefund, account),
            .correctAccount(.heir(9), account), .consentToRecall, .askCorrection, .agreeToCorrection,
            .declineCorrection, .remind, .reviseForm, .meetShortfall, .returnFunds, .retryReturn,
            .retryBalance, .acceptMoney,
            .chooseMonths(.here, nil), .chooseMonths(.moved, account), .retry,
        ]
        + Reason.allCases.flatMap { [StaffAction.refuse($0), .handBack($0), .hold($0), .endPerson($0)] }
        + RecallGround.allCases.flatMap { [StaffAction.withdraw($0), .declineRecall($0), .recall(.form, $0)] }
        + QuerySubject.allCases.map(StaffAction.ask) + QueryOutcome.allCases.map(StaffAction.answer)

    @Test(arguments: actions)
    func `is read as the action that was written`(action: StaffAction) throws {
        let bytes = try StaffActionForm.write(action, text: "因为如此。", version: 7)
        let form = try StaffActionForm.read(bytes)
        #expect(form.action == action)
        #expect(form.decision.text == "因为如此。")
        #expect(form.decision.form == bytes)
        #expect(form.digest == DocumentDigest(of: bytes))
        #expect(form.version == 7)
    }

    @Test(arguments: [
        (form: "[]", faults: ["json-top-level-object at "]),
        (form: "{}", faults: ["missing-field at /action", "missing-field at /text"]),
        (form: #"{"action":"stamp","text":"x"}"#, faults: ["unknown-value at /action"]),
        (form: #"{"action":7,"text":"x"}"#, faults: ["wrong-type at /action"]),
        (form: #"{"action":"remit","text":" x"}"#, faults: ["invalid-format at /text"]),
        (form: #"{"action":"remit","text":""}"#, faults: ["invalid-format at /text"]),
        (form: #"{"action":"remit","text":"x","reason":"RJ01"}"#, faults: ["unknown-field at /reason"]),
        (form: #"{"action":"remit","text":"x","version":0}"#, faults: ["out-of-range at /version"]),
        (form: #"{"action":"remit","text":"x","version":"1"}"#, faults: ["out-of-range at /version"]),
        (form: #"{"action":"refuse","text":"x"}"#, faults: ["missing-field at /reason"]),
        (form: #"{"action":"refuse","text":"x","reason":"RJ99"}"#, faults: ["unknown-value at /reason"]),
        (
            form: #"{"action":"answer","outcome":"perhaps"}"#,
            faults: ["unknown-value at /outcome", "missing-field at /text"]
        ),
        (
            form: #"{"action":"recall","text":"x","subject":"all","ground":"none"}"#,
            faults: ["unknown-value at /subject", "unknown-value at /ground"]
        ),
        (form: #"{"action":"ask-supplement","text":"x","items":[]}"#, faults: ["wrong-type at /items"]),
        (
            form: #"{"action":"ask-supplement","text":"x","items":["mandate","mandate"]}"#,
            faults: ["unknown-value at /items/1"]
        ),
        (
            form: #"{"action":"waive-arrears","text":"x","signedOn":"2026-02-30"}"#,
            faults: ["invalid-format at /signedOn"]
        ),
        (
            form: #"{"action":"correct-account","text":"x","payout":"pension","account":{"holder":"林芳","bankName":"x","#
                + #""bankCode":"1","number":"2"}}"#,
            faults: ["unknown-value at /payout", "bank-code at /account/bankCode", "card-number at /account/number"]
        ),
        (
            form: #"{"action":"settle-heirs","text":"x","heirs":[{"part":0,"paper":"1"}]}"#,
            faults: ["missing-field at /heirs/0/account", "out-of-range at /heirs/0/part"]
        ),
    ])
    func `tells every fault with its place`(form: String, faults: [String]) {
        do {
            _ = try StaffActionForm.read(Array(form.utf8))
            Issue.record("the form was taken")
        } catch {
            let told = error.faults.map { "\($0.code) at \($0.pointer)" }
            if faults.first?.hasPrefix("json-") == true {
                #expect(told.count == 1 && told[0].hasPrefix("json-"))
            } else {
                #expect(told == faults)
            }
            for fault in error.faults {
                #expect(!fault.messageChinese.isEmpty && !fault.messageEnglish.isEmpty)
            }
        }
    }

    @Test func `is not read beyond its longest`() {
        let text = String(repeating: "x", count: StaffActionForm.longest)
        #expect(throws: FormFaults.self) {
            try StaffActionForm.read(Array(#"{"action":"remit","text":"\#(text)"}"#.utf8))
        }
    }
}
