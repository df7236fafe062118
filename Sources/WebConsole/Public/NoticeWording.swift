package import TransferCore

/// What a notice says to the applicant or the insured person, and what they can do next.
package struct NoticeWording: Hashable, Sendable {
    package let sentence: Wording
    /// Nil where nothing is to be done.
    package let nextStep: Wording?

    package init(sentence: Wording, nextStep: Wording?) {
        self.sentence = sentence
        self.nextStep = nextStep
    }

    /// - Parameters:
    ///   - name: the published name of a ``Notice``.
    ///   - code: the code of its reason or bounce; nil for none.
    /// - Returns: nil for a notice that was never published.
    package init?(name: String, code: String?) {
        switch (name, code.flatMap(Reason.init(code:)), code.flatMap(BounceReason.init(rawValue:))) {
        case ("refusal", let reason?, _), ("temporary-account", let reason?, _), ("correction-needed", let reason?, _):
            sentence = reason.sentence
            nextStep = reason.nextStep
        case ("held", let reason?, _):
            sentence = Wording(
                chinese: "转出地暂缓核对：\(reason.sentence.chinese)", english: "The check waits: \(reason.sentence.english)")
            nextStep = reason.nextStep
        case ("partly-transferred", let reason?, _):
            sentence = Wording(
                chinese: "部分缴费不能转移：\(reason.sentence.chinese)",
                english: "A part stays behind: \(reason.sentence.english)")
            nextStep = reason.nextStep
        case ("ended", let reason?, _):
            sentence = Wording(
                chinese: "转移终止：\(reason.sentence.chinese)",
                english: "The transfer has ended: \(reason.sentence.english)")
            nextStep = nil
        case ("supplement-needed", _, _):
            sentence = Wording(chinese: "您的申请需要补充材料。", english: "Papers are missing from your application.")
            nextStep = Wording(
                chinese: "请查看业务页并在期限内补齐。", english: "See the page of the transfer, and add them in time.")
        case ("lapsed", _, _):
            sentence = Wording(
                chinese: "逾期未补齐材料，申请已失效。", english: "The papers did not come in time: the application has lapsed.")
            nextStep = Wording(chinese: "如仍需转移，请重新申请。", english: "To transfer nevertheless, apply again.")
        case ("withdrawn", _, _):
            sentence = Wording(
                chinese: "申请已撤回，您的关系和资金留在转出地。",
                english: "The application is withdrawn: relationship and funds stay at the origin.")
            nextStep = nil
        case ("choice-needed", _, _):
            sentence = Wording(
                chinese: "您有重复缴费的月份，请选择保留哪一地的缴费。",
                english: "Some months were paid in both places: choose which of them stay.")
            nextStep = Wording(chinese: "请联系转入地经办机构办理。", english: "Tell the agency at the destination.")
        case ("completion", _, _):
            sentence = Wording(
                chinese: "您的基本养老保险关系已转移接续完毕，资金已记入您的账户。",
                english: "Your basic pension insurance relationship has been transferred, and the funds are posted.")
            nextStep = nil
        case ("payout-paid", _, _):
            sentence = Wording(
                chinese: "余额已转入您本人的银行账户。", english: "The balance has been paid to your own bank account.")
            nextStep = nil
        case ("payout-bounced", _, let bounce?):
            sentence = bounce.sentence
            nextStep = Wording(
                chinese: "请向转出地经办机构提供您本人名下的另一银行账户。",
                english: "Give the agency at the origin another bank account that is held in your own name.")
        case ("come-to-the-desk", _, let bounce?):
            sentence = bounce.sentence
            nextStep = Wording(
                chinese: "多次支付未成功，请携带身份证件和本人银行卡到转出地经办机构窗口办理。",
                english: "Several payments did not succeed: come to the desk of the agency at the origin with your "
                    + "identity document and your own bank card.")
        default: return nil
        }
    }
}

extension BounceReason {
    /// Why the bank did not credit the money, in one sentence that a person outside the bank understands.
    var sentence: Wording {
        switch self {
        case .accountClosed:
            Wording(chinese: "款项未能入账：该银行账户已销户。", english: "The money could not be credited: the account is closed.")
        case .accountBlocked:
            Wording(
                chinese: "款项未能入账：该银行账户已冻结或停止收款。",
                english: "The money could not be credited: the account is blocked.")
        case .accountInvalid:
            Wording(
                chinese: "款项未能入账：该银行账号不存在。", english: "The money could not be credited: there is no such account.")
        case .overLimit:
            Wording(
                chinese: "款项未能入账：金额超过该银行账户的收款限额。",
                english: "The money could not be credited: the amount is above the limit of the account.")
        case .nameDiffers:
            Wording(
                chinese: "款项未能入账：户名与账号不符。",
                english: "The money could not be credited: the account is held in another name.")
        case .refusedByBank:
            Wording(
                chinese: "款项未能入账：收款银行未说明原因。",
                english: "The money could not be credited: the bank gave no further reason.")
        }
    }
}
