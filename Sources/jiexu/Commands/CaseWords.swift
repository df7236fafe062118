import Casework
import TransferCore

/// The Chinese words for published names, each with the name itself after it. A name that is not here is shown alone.
enum CaseWords {
    static func phase(_ name: String) -> String { both(phases[name], name) }
    static func event(_ name: String) -> String { both(events[name], name) }
    static func notice(_ name: String) -> String { both(notices[name], name) }

    static func role(_ role: Role) -> String { "\(roleChinese(role)) \(role.rawValue)" }

    static func roleChinese(_ role: Role) -> String {
        switch role {
        case .destination: "转入地"
        case .origin: "转出地"
        }
    }

    static func holder(_ holder: Holder) -> String {
        let chinese =
            switch holder {
            case .applicant: "申请人"
            case .insuredPerson: "参保人员"
            case .destination: "转入地"
            case .origin: "转出地"
            case .nobody: "无"
            }
        return "\(chinese) \(holder.rawValue)"
    }

    static func branch(_ branch: Branch) -> String {
        let chinese =
            switch branch {
            case .pension: "养老"
            case .medical: "医疗"
            case .housing: "公积金"
            }
        return "\(chinese) \(branch.rawValue)"
    }

    static func document(_ kind: DocumentKind) -> String {
        let chinese =
            switch kind {
            case .acceptanceLetter: "同意接收函"
            case .returnNote: "退函"
            case .contributionCertificate: "参保缴费凭证"
            case .informationForm: "信息表"
            case .remittanceAdvice: "汇款通知"
            case .payoutNotice: "支付通知"
            case .completionNotice: "办结通知"
            }
        return "\(chinese) \(kind.rawValue)"
    }

    static func posting(_ kind: Posting.Kind) -> String {
        let chinese =
            switch kind {
            case .accountFrozen: "账户封存"
            case .remittancePaid: "基金划出"
            case .remittanceBounced: "划出退票"
            case .creditHeld: "到账挂账"
            case .creditPosted: "基金入账"
            case .payoutSetAside: "余额待付"
            case .payoutPaid: "余额付讫"
            case .payoutBounced: "付款退票"
            }
        return "\(chinese) \(kind.rawValue)"
    }

    /// Who or what acted.
    static func actor(_ actor: String) -> String {
        if actor == DecisionStep.policy { return "\(actor)，按直通规则自动办理" }
        let words = ["peer:": "对方机构", "token:": "接口", "staff:": "工作人员", "bank": "银行", "clock": "时钟"]
        guard let word = words.first(where: { actor.hasPrefix($0.key) })?.value else { return actor }
        return "\(word) \(actor)"
    }

    private static func both(_ chinese: String?, _ name: String) -> String { chinese.map { "\($0) \(name)" } ?? name }

    private static let phases = [
        // The destination.
        "draft": "草稿", "reviewing": "审核中", "refused": "不予受理", "temporary-opened": "已建临时账户",
        "awaiting-reply": "待转出地答复", "returned": "已退回", "awaiting-form": "待信息表", "awaiting-advice": "待汇款通知",
        "awaiting-funds": "待基金到账", "holding-funds-awaiting-certificate": "基金已到，待缴费凭证",
        "holding-funds-awaiting-form": "基金已到，待信息表", "holding-funds-awaiting-advice": "基金已到，待汇款通知",
        "reconciling": "核对中", "mismatched": "核对不符", "completed": "已办结",
        // The origin.
        "unopened": "未立案", "checking": "核对参保记录", "remitting": "基金划转中", "bounced": "已退票",
        "awaiting-completion": "待办结通知",
        // Payouts, at the origin and at the destination.
        "waiting": "待核对", "payout-ordered": "已通知银行付款", "payout-bounced": "付款退票", "paid-out": "已付本人",
        "nothing-due": "无余额", "awaiting-payout": "待转出地付款", "dropped": "不再付款",
    ]

    private static let events = [
        "application-lodged": "提交申请", "application-passed": "审核通过", "application-failed": "审核不通过",
        "temporary-account-due": "应建临时账户", "letter-returned": "同意接收函被退回", "application-corrected": "申请已补正",
        "certificate-arrived": "收到参保缴费凭证", "form-arrived": "收到信息表", "advice-arrived": "收到汇款通知",
        "funds-arrived": "基金到账", "books-matched": "核对一致", "books-differed": "核对不符", "deadline-passed": "超过期限",
        "letter-arrived": "收到同意接收函", "records-passed": "参保记录相符", "records-failed": "参保记录不符",
        "remittance-paid": "基金已划出", "remittance-bounced": "基金划转退票", "completion-arrived": "收到办结通知",
        "payout-notice-arrived": "收到支付通知", "application-ended": "申请已终止", "balance-due": "余额应付",
        "balance-zero": "余额为零", "payout-paid": "已付本人", "payout-bounced": "付款退票", "account-corrected": "收款账户已更正",
    ]

    private static let notices = [
        "refusal": "不予受理通知", "temporary-account": "建立临时账户通知", "correction-needed": "补正通知", "completion": "办结通知",
        "payout-paid": "余额支付通知", "payout-bounced": "付款退票通知", "come-to-the-desk": "请到窗口办理",
    ]
}
