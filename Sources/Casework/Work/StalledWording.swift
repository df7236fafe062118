package import TransferCore

// What an action does here and at the other office, in the words of the people who press the button.

extension StaffAction {
    /// What the action is, as it stands on a button.
    package var title: Wording {
        switch self {
        case .accept: Wording(chinese: "同意受理", english: "Accept the application")
        case .refuse: Wording(chinese: "不予受理", english: "Refuse the application")
        case .openTemporaryAccount: Wording(chinese: "建立临时账户", english: "Open a temporary account")
        case .askSupplement: Wording(chinese: "要求补充材料", english: "Ask for missing papers")
        case .withdraw: Wording(chinese: "撤回申请", english: "Withdraw the application")
        case .check: Wording(chinese: "核对参保记录", english: "Check the records")
        case .handBack: Wording(chinese: "退回同意接收函", english: "Hand the letter back")
        case .hold: Wording(chinese: "挂起核对", english: "Hold the check")
        case .liftHold: Wording(chinese: "解除挂起", english: "Lift the hold")
        case .waiveArrears: Wording(chinese: "凭声明不再补缴欠费", english: "Go on without the arrears, on a signed waiver")
        case .remit: Wording(chinese: "划转基金", english: "Remit the funds")
        case .endPerson: Wording(chinese: "终止保险关系", english: "End the relationship")
        case .settleHeirs: Wording(chinese: "向继承人支付余额", english: "Pay the balances to the heirs")
        case .confirmAccount: Wording(chinese: "确认收款账户", english: "Confirm the agency's account")
        case .correctAccount: Wording(chinese: "更正个人收款账户", english: "Correct the account of a payout")
        case .ask: Wording(chinese: "向对方查询", english: "Ask the other office")
        case .answer: Wording(chinese: "答复对方查询", english: "Answer the other office")
        case .recall: Wording(chinese: "请求撤回", english: "Ask for something back")
        case .consentToRecall: Wording(chinese: "同意撤回", english: "Consent to the recall")
        case .declineRecall: Wording(chinese: "不同意撤回", english: "Decline the recall")
        case .askCorrection: Wording(chinese: "提出更正", english: "Propose a correction")
        case .agreeToCorrection: Wording(chinese: "同意更正", english: "Agree to the correction")
        case .declineCorrection: Wording(chinese: "不同意更正", english: "Decline the correction")
        case .remind: Wording(chinese: "催办", english: "Remind the other office")
        case .reviseForm: Wording(chinese: "重新出具信息表", english: "Send a newer information form")
        case .meetShortfall: Wording(chinese: "补划不足部分", english: "Pay what was short")
        case .returnFunds: Wording(chinese: "退回资金", english: "Send the money back")
        case .retryReturn: Wording(chinese: "再次退回资金", english: "Send the money back once more")
        case .retryBalance: Wording(chinese: "再次划转余额", english: "Pay the balance to the other office once more")
        case .acceptMoney: Wording(chinese: "按实际到账金额入账", english: "Accept the money as it came")
        case .chooseMonths: Wording(chinese: "登记保留的月份", english: "Record which months are kept")
        case .retry: Wording(chinese: "立即重试", english: "Try again now")
        }
    }
}

extension DocumentKind {
    /// What happens at the other office when it gets a document of this kind.
    package var effectAtPeer: Wording {
        switch self {
        case .acceptanceLetter:
            Wording(
                chinese: "对方收到同意接收函，开始核对参保记录。", english: "The peer gets the acceptance letter and checks its records.")
        case .returnNote:
            Wording(
                chinese: "对方收到退回的函，由申请人补正后重发。",
                english: "The peer gets its letter back, to be corrected and sent again.")
        case .holdNotice:
            Wording(
                chinese: "对方得知核对已挂起，其期限暂停。",
                english: "The peer learns that the check is held, and its clock stands still.")
        case .contributionCertificate:
            Wording(chinese: "对方收到参保缴费凭证。", english: "The peer gets the contribution certificate.")
        case .informationForm:
            Wording(
                chinese: "对方收到信息表，据此核对金额。", english: "The peer gets the information form and reconciles with it.")
        case .remittanceAdvice:
            Wording(
                chinese: "对方收到汇款通知，待到账核对。", english: "The peer gets the remittance advice and waits for the credit.")
        case .bounceNotice:
            Wording(chinese: "对方得知划转被退票，需确认收款账户。", english: "The peer learns of the bounce and confirms its account.")
        case .endNotice:
            Wording(
                chinese: "对方得知保险关系已终止，其业务结束。",
                english: "The peer learns that the relationship has ended, and its case ends.")
        case .payoutNotice:
            Wording(chinese: "对方收到余额支付通知。", english: "The peer gets the payout notice.")
        case .completionNotice:
            Wording(
                chinese: "对方收到办结通知，其业务办结。", english: "The peer gets the completion notice, and its case is completed.")
        case .returnAdvice:
            Wording(
                chinese: "对方得知资金已退回，待到账确认。",
                english: "The peer learns that money was sent back and waits for the credit.")
        case .returnConfirmation:
            Wording(chinese: "对方得知退回的资金已到账。", english: "The peer learns that the returned money has arrived.")
        case .query:
            Wording(
                chinese: "查询出现在对方工作台，等待其答复，本步骤期限暂停。",
                english:
                    "The query appears at the peer's desk and waits for an answer; the clock of the step stands still.")
        case .queryAnswer:
            Wording(chinese: "对方收到答复，其查询结束。", english: "The peer gets the answer, and its query is closed.")
        case .recallRequest:
            Wording(
                chinese: "撤回请求出现在对方工作台，由其同意或拒绝。",
                english: "The recall appears at the peer's desk, to consent or decline.")
        case .recallAnswer:
            Wording(chinese: "对方收到对撤回请求的答复。", english: "The peer gets the answer to its recall.")
        case .correctionRequest:
            Wording(
                chinese: "更正请求出现在对方工作台，由其同意或拒绝。",
                english: "The proposed correction appears at the peer's desk, to agree or decline.")
        case .correctionAnswer:
            Wording(chinese: "对方收到对更正请求的答复。", english: "The peer gets the answer to the correction it proposed.")
        case .reminder:
            Wording(chinese: "对方收到签名的催办，其经办人会看到。", english: "The peer gets a signed reminder that its clerks see.")
        }
    }
}

/// What a rehearsed action would do, in sentences.
package struct Consequences: Hashable, Sendable {
    package let here: [Wording]
    package let atPeer: [Wording]

    package init(of rehearsal: Rehearsal) {
        var here: [Wording] = []
        if rehearsal.phaseBefore != rehearsal.phaseAfter {
            let (before, after) = (
                CaseWords.phaseWording(rehearsal.phaseBefore), CaseWords.phaseWording(rehearsal.phaseAfter)
            )
            here.append(
                Wording(
                    chinese: "阶段由“\(before.chinese)”变为“\(after.chinese)”，此后由\(rehearsal.holderAfter.chinese)办理。",
                    english: "The phase goes from “\(before.english)” to “\(after.english)”; then "
                        + "\(rehearsal.holderAfter.english) has to act."))
        }
        for (key, amount) in rehearsal.orders.sorted(by: { $0.key < $1.key }) {
            let what = key.leg.wording
            here.append(
                Wording(
                    chinese: "向银行发出付款指令 \(key)（\(what.chinese)），金额 \(amount) 元。",
                    english: "The bank is ordered to pay \(key), \(what.english): \(amount) yuan."))
        }
        if !rehearsal.postings.isEmpty {
            let kinds = rehearsal.postings.map { CaseWords.postingWording($0.kind) }.listed
            here.append(Wording(chinese: "记账：\(kinds.chinese)。", english: "It is posted: \(kinds.english)."))
        }
        if !rehearsal.documents.isEmpty {
            let kinds = rehearsal.documents.map(CaseWords.documentWording).listed
            here.append(
                Wording(
                    chinese: "签发并送出文书：\(kinds.chinese)。", english: "Documents are signed and sent: \(kinds.english)."))
        }
        if !rehearsal.notices.isEmpty {
            let names = rehearsal.notices.map(CaseWords.noticeWording).listed
            here.append(Wording(chinese: "通知当事人：\(names.chinese)。", english: "The person is told: \(names.english)."))
        }
        if here.isEmpty {
            here.append(
                Wording(
                    chinese: "待办事项立即再办一次，业务阶段不变。",
                    english: "What waits is tried again at once; the case itself stays as it is."))
        }
        self.here = here
        let effects = rehearsal.documents.map(\.effectAtPeer)
        atPeer =
            effects.isEmpty
            ? [Wording(chinese: "对方不受影响。", english: "Nothing changes at the peer.")] : effects
    }
}

extension [Wording] {
    /// One after the other.
    fileprivate var listed: Wording {
        Wording(
            chinese: map(\.chinese).joined(separator: "、"), english: map(\.english).joined(separator: ", "))
    }
}

extension Holder {
    package var chinese: String {
        switch self {
        case .applicant: "申请人"
        case .insuredPerson: "参保人员"
        case .destination: "转入地"
        case .origin: "转出地"
        case .nobody: "无人"
        }
    }

    package var english: String {
        switch self {
        case .applicant: "the applicant"
        case .insuredPerson: "the insured person"
        case .destination: "the destination"
        case .origin: "the origin"
        case .nobody: "nobody"
        }
    }
}
