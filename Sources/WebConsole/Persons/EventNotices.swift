package import TransferCore

/// What an event of a case says to the insured person. The handshakes have some words of their own for people; whatever
/// else changes where a case stands is told by the event itself, from this one table.
///
/// Source: M2 of the domain handbook's screens: a change of state makes an unread item.
package enum EventNotice: Hashable, Sendable {
    /// An item of its own; and a text, where somebody is meant to know at once.
    ///
    /// - Parameter unless: the notices that say the same in the same step; where one of them is there, the event is silent.
    case told(Wording, isTexted: Bool, unless: Set<String>)
    /// The handshake says it, by a notice of the same step.
    case noticed
    /// It changes nothing for the person: what one treasury or one office has to do with another.
    case concernsNobody

    /// - Parameter name: the published name of an event; the payouts that share names begin with `refund-`, `heir-1-`.
    /// - Returns: nil for a name that was never published.
    package static func of(_ name: String) -> EventNotice? {
        if let known = table[name] { return known }
        if name.hasPrefix("refund-") { return table[String(name.dropFirst(7))] }
        guard name.hasPrefix("heir-") else { return nil }
        return table[String(name.dropFirst(7))]
    }

    /// Every published name for which something is decided here.
    package static var names: Set<String> { Set(table.keys) }

    private static let table: [String: EventNotice] = {
        var table = words
        for name in byNotice { table[name] = .noticed }
        for name in betweenOffices { table[name] = .concernsNobody }
        return table
    }()

    /// What the notices of the handshakes say: ``NoticeWording`` has the words.
    private static let byNotice: Set<String> = [
        "application-failed", "temporary-account-due", "supplement-asked", "application-withdrawn", "letter-returned",
        "hold-notice-arrived", "letter-recalled", "end-notice-arrived", "books-matched", "funds-given-back",
        "records-passed-in-part", "check-held", "overlap-found",
    ]

    /// Concerns no person: two offices settle it between them, or it only notes what another event has told already.
    private static let betweenOffices: Set<String> = [
        // What is still awaited was told by what came.
        "advice-outstanding", "funds-outstanding", "excess-confirmed", "earlier-completion-arrived",
        "remittance-decided", "case-ended", "application-ended",
        // Money that was never the person's: sent twice, or too much.
        "surplus-found", "nothing-owed", "return-decided", "return-paid", "return-bounced", "return-retried",
        "return-confirmation-arrived", "return-deadline-passed", "return-advice-arrived", "return-credit-arrived",
        "later-return-credit-arrived", "differing-return-advice-arrived", "differing-return-credit-arrived",
        "return-accepted",
        // The reminder that this office gets concerns its own people.
        "reminder-arrived",
    ]

    private static func quiet(_ chinese: String, _ english: String, unless: Set<String> = []) -> EventNotice {
        .told(Wording(chinese: chinese, english: english), isTexted: false, unless: unless)
    }

    private static func texted(_ chinese: String, _ english: String, unless: Set<String> = []) -> EventNotice {
        .told(Wording(chinese: chinese, english: english), isTexted: true, unless: unless)
    }

    private static let words = destination.merging(origin, uniquingKeysWith: same)
        .merging(payouts, uniquingKeysWith: same).merging(besides, uniquingKeysWith: same)

    /// A name that two machines have means the same in both.
    private static func same(_ first: EventNotice, _ second: EventNotice) -> EventNotice {
        precondition(first == second, "one name has one meaning")
        return first
    }

    private static let overdue = texted(
        "有一个环节已超过办理时限，您可以在业务页催办。", "A step has taken longer than it may; you can urge the office.",
        unless: ["lapsed"])

    private static let destination: [String: EventNotice] = [
        "application-lodged": texted(
            "您的转移申请已提交，等待转入地受理。", "Your application has been lodged, and waits to be accepted."),
        "application-passed": texted(
            "转入地已受理您的申请，并向转出地发出联系函。", "Your application has been accepted, and the letter has gone to the origin."),
        "application-supplemented": quiet("补充材料已收到，转入地继续审核。", "The papers that were missing have come."),
        "application-corrected": quiet("补正后的申请已提交，转入地重新审核。", "The corrected application is under review."),
        "certificate-arrived": quiet("转入地已收到转出地的参保缴费凭证。", "The contribution certificate has come from the origin."),
        "form-arrived": quiet(
            "转入地已收到转出地的信息表，您可以逐月核对缴费记录。", "The form has come from the origin: you can check your months."),
        "form-recalled": quiet(
            "转出地收回了信息表，将出具新的信息表。", "The origin has taken its form back and will send a new one."),
        "advice-arrived": quiet("转出地告知基金已划出，等待到账。", "The origin says that the funds are on their way."),
        "funds-arrived": quiet("基金已到达转入地，正在核对。", "The funds have come and are being checked."),
        "bounce-notice-arrived": quiet(
            "转出地的划款被银行退回，转入地正在核实收款账户，无需您操作。",
            "The bank gave the remittance back; the offices put it right, and there is nothing for you to do."),
        "account-confirmed": quiet("转入地已核实收款账户，等待转出地重新划款。", "The account is confirmed; the origin will pay again."),
        "books-differed": quiet(
            "到账金额与信息表不一致，两地正在核对，无需您操作。",
            "The funds and the form differ; the offices put it right, and there is nothing for you to do."),
        "funds-recalled": quiet("转入地同意将基金退回转出地。", "The destination has agreed to send the funds back to the origin."),
        "deadline-passed": overdue,
    ]

    private static let origin: [String: EventNotice] = [
        "letter-arrived": quiet("转出地已收到联系函，正在核对您的参保记录。", "The origin has the letter and checks your record."),
        "records-passed": quiet(
            "转出地核对无误，已出具参保缴费凭证和信息表。", "Your record is right; the origin has issued certificate and form."),
        "records-failed": quiet(
            "联系函与转出地的记录不符，已退回转入地。", "The letter does not agree with the record here and has gone back."),
        "hold-lifted": quiet("暂缓的核对已恢复办理。", "The check that had to wait goes on."),
        "remittance-paid": quiet("转出地已将基金划往转入地。", "The origin has paid the funds to the destination."),
        "remittance-bounced": bounced, "earlier-remittance-bounced": bounced,
        "remittance-retried": quiet("转出地已重新划款。", "The origin pays again."),
        "form-revised": quiet("转出地出具了新的信息表。", "The origin has issued a new form."),
        "supplement-frozen": quiet("转出地将后来到账的缴费补充转移。", "Contributions that came later are transferred too."),
        "shortfall-admitted": quiet("转出地同意补足差额。", "The origin will pay what was missing."),
        "letter-withdrawn": texted(
            "转入地已撤回联系函，您的关系和资金留在转出地。", "The letter was taken back: relationship and funds stay here."),
        "person-ended": quiet("转出地的参保关系已终止，不再转移。", "The relationship here has ended; nothing is transferred."),
        "completion-arrived": texted(
            "转入地已办结，转移接续完毕。", "The destination has posted the funds: the transfer is complete."),
        "funds-returned": quiet("基金已全部退回转出地。", "All funds have come back to the origin."),
        "deadline-passed": overdue,
    ]

    private static let bounced = quiet(
        "划款被银行退回，经办机构正在处理，无需您操作。", "The bank gave the remittance back; the offices put it right.")

    private static let payouts: [String: EventNotice] = [
        "balance-due": quiet("应付给您的余额已通知银行付款。", "The bank was told to pay you what is due."),
        "balance-moves": quiet("该险种的余额将转往转入地。", "The balance of this branch goes to the destination."),
        "balance-zero": quiet("该险种没有余额。", "There is no balance in this branch."),
        "payout-paid": quiet(
            "该险种的余额已划往转入地。", "The balance of this branch was paid to the destination.", unless: ["payout-paid"]),
        "payout-bounced": quiet(
            "该险种的余额划转被银行退回，经办机构正在处理。", "The bank gave the balance back; the offices put it right.",
            unless: ["payout-bounced", "come-to-the-desk"]),
        "account-corrected": quiet(
            "您的收款账户已更正，已重新通知银行付款。", "Your account was corrected, and the bank pays again."),
        "payout-notice-arrived": quiet("转出地告知该险种的余额已处理。", "The origin says what became of the balance."),
        "balance-notice-arrived": quiet("转出地告知该险种的余额已划出。", "The origin says that the balance is on its way."),
        "balance-credit-arrived": balanceCame, "later-balance-credit-arrived": balanceCame,
        "differing-balance-notice-arrived": balanceDiffers, "differing-balance-credit-arrived": balanceDiffers,
        "balance-accepted": quiet("该险种的余额已核实入账。", "The balance was checked and posted."),
        "deadline-passed": overdue,
    ]

    private static let balanceCame = quiet("该险种的余额已到达转入地。", "The balance of this branch has come.")
    private static let balanceDiffers = quiet(
        "该险种的余额与转出地告知的不一致，正在核对。", "The balance is not what the origin has said; it is being checked.")

    /// What the offices ask of each other, and what is done about a late step.
    private static let besides: [String: EventNotice] = [
        "query-asked": asking, "query-arrived": asking, "query-answered": answered, "query-answer-arrived": answered,
        "query-deadline-passed": overdue, "recall-deadline-passed": overdue, "correction-deadline-passed": overdue,
        "clearing-deadline-passed": overdue,
        "recall-asked": recall, "recall-arrived": recall,
        "recall-consented": quiet("两地已同意撤回。", "The offices agree to take it back."),
        "recall-consent-arrived": quiet("对方机构同意撤回。", "The other office agrees to take it back."),
        "recall-declined": notRecalled, "recall-refusal-arrived": notRecalled,
        "correction-asked": correction, "correction-arrived": correction,
        "correction-agreed": corrected, "correction-consent-arrived": corrected,
        "correction-declined": notCorrected, "correction-refusal-arrived": notCorrected,
        "correction-settled": quiet("更正已办完。", "The correction is done."),
        "choice-made": quiet("您选择的保留月份已登记。", "The months that you keep are noted."),
        "reminder-sent": quiet("已向对方机构发出催办函。", "The other office was sent a reminder."),
        "escalated": quiet("该业务已上报督办。", "Somebody above looks at the transfer."),
    ]

    private static let asking = quiet(
        "两地经办机构正在核实有关情况，无需您操作。", "The offices ask each other about something; there is nothing for you to do.")
    private static let answered = quiet("两地经办机构的核实已有答复，继续办理。", "The question was answered, and the transfer goes on.")
    private static let recall = quiet(
        "已请求撤回，等待对方机构答复。", "It was asked to take something back; the other office decides.")
    private static let notRecalled = quiet("撤回请求未获同意，业务继续办理。", "It was not agreed to; the transfer goes on.")
    private static let correction = quiet("两地正在办理更正，等待答复。", "A correction was asked for; the other office decides.")
    private static let corrected = quiet("更正请求已获同意。", "The correction was agreed to.")
    private static let notCorrected = quiet("更正请求未获同意。", "The correction was not agreed to.")
}
