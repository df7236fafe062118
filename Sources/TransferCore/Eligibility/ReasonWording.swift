/// One sentence in the two languages the broker speaks.
package struct Wording: Hashable, Sendable {
    package let chinese: String
    package let english: String

    package init(chinese: String, english: String) {
        self.chinese = chinese
        self.english = english
    }
}

extension Reason {
    /// Why, in one sentence a person outside the agency understands.
    package var sentence: Wording { wording.sentence }

    /// What the person or the agency can do now.
    package var nextStep: Wording { wording.nextStep }

    private var wording: (sentence: Wording, nextStep: Wording) {
        switch self {
        case .notEnrolled:
            Reason.wording(
                "您在转入地尚未参保，或者还没有缴费记录。", "You are not insured at the destination, or nothing has been paid there yet.",
                "请先在转入地参保并至少缴纳一个月，再提出申请。", "Enrol there, pay at least one month, then apply again.")
        case .drawsPension:
            Reason.wording(
                "您已经按月领取基本养老金，养老保险关系不再转移。", "You already draw a basic pension, so the relationship can no longer move.",
                "如对领取记录有疑问，请向发放养老金的经办机构核对。", "If the record is wrong, ask the agency that pays the pension to check it."
            )
        case .enrolledLateAwayFromHome:
            Reason.wording(
                "您首次在本省参保时男年满50周岁或女年满40周岁，且户籍不在本省，应建立临时账户。",
                "You first enrolled in this province at 50 (men) or 40 (women) or later and your household is elsewhere, "
                    + "so a temporary account is kept here.",
                "请继续在本地缴费；达到领取条件或再次流动时，由待遇领取地或新参保地归集。",
                "Go on paying here; the benefit place gathers the account when a pension is due or you move on.")
        case .originAccountTemporary:
            Reason.wording(
                "转出地的账户是临时账户，本次不能转移。", "The account at the origin is temporary and cannot move now.",
                "该账户予以封存，待确定待遇领取地后统一归集。", "It is sealed there and gathered once the benefit place is known.")
        case .sameProvince:
            Reason.wording(
                "转出地与转入地在同一省份，不转移资金，只变更参保记录。",
                "Both places are in one province: only the record changes, no money moves.",
                "无需提交跨省申请，由转入地变更记录即可。", "No application is needed; the destination changes the record.")
        case .identityDiffers:
            Reason.wording(
                "两地登记的姓名或公民身份号码不一致。", "The name or identity number differs between the two agencies.",
                "请先到登记有误的经办机构更正，再重新提交。", "Have it corrected at the agency that holds the error, then submit again.")
        case .noRecordAtOrigin:
            Reason.wording(
                "转出地查不到您的参保记录。", "The origin has no record of you.",
                "请核对参保地和公民身份号码，改正后重新提交。", "Check the place and the identity number, correct them and submit again.")
        case .activeAtOrigin:
            Reason.wording(
                "您在转出地仍处于参保缴费状态。", "You are still insured at the origin.",
                "请原单位办理停保，或由本人停止缴费后重新提交。",
                "Let the former employer stop your insurance, or stop paying yourself, then submit again.")
        case .arrearsOpen:
            Reason.wording(
                "转出地有欠费月份，这些月份不计年限，也不转移资金。",
                "Some months at the origin are unpaid; they neither count nor carry money.",
                "可在转移前在转出地补缴，或书面放弃；其余部分照常转移。",
                "Pay them at the origin before the move or waive them in writing; the rest moves.")
        case .backPaymentWithoutPapers:
            Reason.wording(
                "一次性缴费满三年，但缺少规定的材料，相应年限和资金暂不转移。",
                "A back payment of three years or more lacks the papers it needs; those months and their money stay.",
                "请转出地补齐承诺书或法律文书；其余部分照常转移。",
                "The origin must supply the undertaking or the legal paper; the rest moves.")
        case .caseUnderWay:
            Reason.wording(
                "同一转出地已有一笔业务正在办理。", "Another case for the same origin is under way.",
                "请等待该业务办结，或先撤回后再申请。", "Wait until it is completed, or withdraw it first.")
        case .deceased:
            Reason.wording(
                "参保人员已经死亡，养老保险关系终止。", "The insured person has died and the relationship ends.",
                "请继承人向转出地经办机构申领个人账户余额。", "The heirs may claim the account balance from the origin.")
        case .legalHold:
            Reason.wording(
                "账户被司法冻结，或有未结清的贷款、担保。", "The account is held by a court, or a loan or guarantee is open.",
                "请先解除冻结或结清；解除后业务自动继续。", "Have the hold lifted or the loan settled; the case then goes on.")
        case .identityDocumentInvalid:
            Reason.wording(
                "身份证件过期、无法辨认或与本人不符。", "The identity document is expired, unreadable or of another person.",
                "请换领有效证件后重新提交。", "Renew the document and submit again.")
        case .papersIncomplete:
            Reason.wording(
                "材料不全，或印章、字迹不清。", "A paper is missing, or a seal or print is not clear.",
                "请按一次性告知清单补齐材料。", "Supply everything on the list you were given.")
        case .cashedOut:
            Reason.wording(
                "该养老保险关系已在2010年以前退保结清。", "The relationship was ended and cashed out before 2010.",
                "该段年限不再转移；如有疑问请向转出地查询。", "Those years no longer move; ask the origin if in doubt.")
        case .housingNotReady:
            Reason.wording(
                "公积金账户尚未封存，或在转入地缴存未满规定月数。",
                "The housing account is not sealed, or too few months are paid at the destination.",
                "请办理封存并缴存满规定月数，届时业务自动继续。", "Have it sealed and go on paying; the leg continues then.")
        case .medicalNotReady:
            Reason.wording(
                "转出地医保未停保、转入地未参保，或者您已退休。",
                "The medical insurance is not stopped at the origin or not started at the destination, or you are retired.",
                "请先停保和参保；退休人员的医保关系不转移。",
                "Stop and start it first; a retired person's medical relationship does not move.")
        case .currentMonthUnsettled:
            Reason.wording(
                "当月个人应缴部分尚未结清。", "Your own contribution for this month is not settled.",
                "请结清当月缴费。", "Settle this month's contribution.")
        case .recordsNotMerged:
            Reason.wording(
                "转出地有两个姓名或两个账户的记录尚未合并。", "The origin holds your records under two names or two accounts.",
                "请先在转出地办理合并。", "Have them merged at the origin first.")
        case .fundNotAccepted:
            Reason.wording(
                "两地之一不能办理该项资金的转移。", "One of the regions cannot send or take this fund.",
                "余额将支付到您本人的银行账户，请提供账户。", "The balance is paid to your own bank account; please supply it.")
        case .letterIncomplete:
            Reason.wording(
                "联系函缺少收款账户、姓名、身份号码、邮编或电话等必填内容。",
                "The acceptance letter lacks a mandatory field: payee account, name, identity number, postcode or phone.",
                "请转入地补齐后重新发函。", "The destination must complete the letter and send it again.")
        }
    }

    private static func wording(
        _ chinese: String, _ english: String, _ chineseNext: String, _ englishNext: String
    ) -> (sentence: Wording, nextStep: Wording) {
        (Wording(chinese: chinese, english: english), Wording(chinese: chineseNext, english: englishNext))
    }
}
