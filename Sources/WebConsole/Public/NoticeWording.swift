package import TransferCore

/// What a notice says to the applicant or the insured person, and what they can do next.
package struct NoticeWording: Hashable, Sendable {
    package let sentence: Wording
    /// Nil where nothing is to be done.
    package let nextStep: Wording?

    /// - Parameters:
    ///   - name: the published name of a ``Notice``.
    ///   - code: the code of its reason or bounce; nil for none.
    /// - Returns: nil for a notice that was never published.
    package init?(name: String, code: String?) {
        switch (name, code.flatMap(Reason.init(code:)), code.flatMap(BounceReason.init(rawValue:))) {
        case ("refusal", let reason?, _), ("temporary-account", let reason?, _), ("correction-needed", let reason?, _):
            sentence = reason.sentence
            nextStep = reason.nextStep
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
