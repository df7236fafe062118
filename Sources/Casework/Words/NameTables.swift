// The Chinese words for the published names of phases, events and notices. Whole against the page of published names.

extension CaseWords {
    static let phases = [
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
        // Beside the straight road.
        "supplementing": "待补充材料", "awaiting-account": "待确认收款账户", "awaiting-new-form": "待新信息表",
        "giving-back": "退回基金中", "given-back": "已退回基金", "withdrawn": "已撤回", "ceased": "关系已终止",
        "on-hold": "暂缓办理", "frozen": "已封存，待划款", "restored": "基金已收回",
        "query-asked": "已查询，待答复", "query-received": "待答复查询", "recall-asked": "已请求撤回", "recall-received": "待答复撤回请求",
        "correction-asked": "已请求更正", "correction-received": "待答复更正请求", "correction-agreed": "同意更正，待新信息表",
        "balance-noticed": "余额待到账", "balance-credited": "余额已到，待通知", "balance-posted": "余额已入账",
        "return-owed": "应退款", "return-ordered": "退款已通知银行", "return-bounced": "退款退票",
        "return-awaiting-confirmation": "退款待确认", "return-advised": "已告知退款，待到账", "return-credited": "退款已到，待通知",
        "choice-awaited": "待本人选择重复月份", "choice-made": "已选择保留月份", "no-overlap": "无重复缴费",
        "balance-differs": "余额与通知不符", "return-differs": "退款与通知不符", "return-confirmed": "退款已确认",
        "no-query": "无查询", "no-recall": "无撤回请求", "recall-consented": "已同意撤回", "recall-declined": "未同意撤回",
        "no-correction": "无更正", "correction-declined": "未同意更正", "correction-settled": "已更正", "no-return": "无退款",
    ]

    static let events = [
        "application-lodged": "提交申请", "application-passed": "审核通过", "application-failed": "审核不通过",
        "temporary-account-due": "应建临时账户", "letter-returned": "同意接收函被退回", "application-corrected": "申请已补正",
        "certificate-arrived": "收到参保缴费凭证", "form-arrived": "收到信息表", "advice-arrived": "收到汇款通知",
        "funds-arrived": "基金到账", "books-matched": "核对一致", "books-differed": "核对不符", "deadline-passed": "超过期限",
        "letter-arrived": "收到同意接收函", "records-passed": "参保记录相符", "records-failed": "参保记录不符",
        "remittance-paid": "基金已划出", "remittance-bounced": "基金划转退票", "completion-arrived": "收到办结通知",
        "payout-notice-arrived": "收到支付通知", "application-ended": "申请已终止", "balance-due": "余额应付",
        "supplement-asked": "要求补充材料", "application-supplemented": "已补充材料", "application-withdrawn": "申请已撤回",
        "hold-notice-arrived": "收到暂缓通知", "letter-recalled": "同意接收函已撤回", "end-notice-arrived": "收到关系终止通知",
        "form-recalled": "信息表已撤回", "bounce-notice-arrived": "收到退票通知", "account-confirmed": "收款账户已确认",
        "advice-outstanding": "待汇款通知", "funds-outstanding": "待基金到账", "excess-confirmed": "多收款已确认",
        "funds-recalled": "同意退回基金", "funds-given-back": "基金已退回", "records-passed-in-part": "参保记录部分相符",
        "check-held": "暂缓核对", "hold-lifted": "恢复核对", "remittance-decided": "决定划款",
        "remittance-retried": "重新划款", "form-revised": "出具新信息表", "supplement-frozen": "补充封存",
        "shortfall-admitted": "同意补足", "letter-withdrawn": "同意接收函撤回", "person-ended": "关系终止",
        "earlier-completion-arrived": "收到前次办结通知", "funds-returned": "基金已收回", "case-ended": "业务终止",
        "query-asked": "发出查询", "query-answer-arrived": "收到查询答复", "query-arrived": "收到查询", "query-answered": "已答复查询",
        "recall-asked": "请求撤回", "recall-arrived": "收到撤回请求", "recall-consented": "同意撤回", "recall-declined": "拒绝撤回",
        "recall-consent-arrived": "对方同意撤回", "recall-refusal-arrived": "对方拒绝撤回", "recall-deadline-passed": "撤回答复超期",
        "correction-asked": "请求更正", "correction-arrived": "收到更正请求", "correction-agreed": "同意更正",
        "correction-declined": "拒绝更正", "correction-consent-arrived": "对方同意更正",
        "correction-refusal-arrived": "对方拒绝更正", "correction-settled": "已按新信息表更正", "correction-deadline-passed": "更正超期",
        "balance-moves": "余额应转出", "balance-notice-arrived": "收到余额转出通知", "balance-credit-arrived": "余额到账",
        "surplus-found": "发现多收款", "return-decided": "决定退款", "return-paid": "退款已划出", "return-bounced": "退款退票",
        "return-retried": "重新退款", "return-confirmation-arrived": "收到退款到账确认", "return-deadline-passed": "退款超期",
        "return-advice-arrived": "收到退款通知", "return-credit-arrived": "退款到账",
        "later-return-credit-arrived": "后一笔退款到账", "overlap-found": "发现重复缴费",
        "choice-made": "已选择保留月份", "clearing-deadline-passed": "清退超期", "reminder-sent": "已催办",
        "reminder-arrived": "收到催办", "escalated": "已上报", "balance-accepted": "按实际到账余额入账",
        "differing-balance-credit-arrived": "到账余额与通知不符",
        "differing-balance-notice-arrived": "余额通知与到账不符", "later-balance-credit-arrived": "后一笔余额到账",
        "differing-return-advice-arrived": "退款通知与到账不符", "differing-return-credit-arrived": "到账退款与通知不符",
        "return-accepted": "按实际到账退款入账", "nothing-owed": "不再应退款", "earlier-remittance-bounced": "前次划转退票",
        "query-deadline-passed": "查询答复超期",
        "balance-zero": "余额为零", "payout-paid": "已付本人", "payout-bounced": "付款退票", "account-corrected": "收款账户已更正",
    ]

    static let notices = [
        "refusal": "不予受理通知", "temporary-account": "建立临时账户通知", "correction-needed": "补正通知", "completion": "办结通知",
        "supplement-needed": "补充材料通知", "lapsed": "逾期未补通知", "withdrawn": "撤回通知", "partly-transferred": "部分转移通知",
        "held": "暂缓办理通知", "ended": "关系终止通知", "choice-needed": "请选择保留月份",
        "payout-paid": "余额支付通知", "payout-bounced": "付款退票通知", "come-to-the-desk": "请到窗口办理",
    ]
}
