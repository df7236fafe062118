package import TransferCore

/// The Chinese words for published names, each with the name itself after it. A name that is not here is shown alone.
package enum CaseWords {
    package static func phase(_ name: String) -> String { both(phase(of: name), name) }
    package static func event(_ name: String) -> String { both(event(of: name), name) }
    package static func notice(_ name: String) -> String { both(notices[name], name) }

    /// The same as two sentences' worth of words: the Chinese one, and the published name read as English.
    package static func phaseWording(_ name: String) -> Wording { wording(phase(of: name), name) }
    package static func eventWording(_ name: String) -> Wording { wording(event(of: name), name) }
    package static func noticeWording(_ name: String) -> Wording { wording(notices[name], name) }

    package static func holderWording(_ holder: Holder) -> Wording { wording(holder.chinese, holder.rawValue) }
    package static func branchWording(_ branch: Branch) -> Wording { wording(chinese(branch), branch.rawValue) }
    package static func documentWording(_ kind: DocumentKind) -> Wording { wording(chinese(kind), kind.rawValue) }
    package static func roleWording(_ role: Role) -> Wording { wording(roleChinese(role), role.rawValue) }

    package static func role(_ role: Role) -> String { both(roleChinese(role), role.rawValue) }
    package static func holder(_ holder: Holder) -> String { both(holder.chinese, holder.rawValue) }
    package static func branch(_ branch: Branch) -> String { both(chinese(branch), branch.rawValue) }
    package static func document(_ kind: DocumentKind) -> String { both(chinese(kind), kind.rawValue) }
    package static func posting(_ kind: Posting.Kind) -> String { both(chinese(kind), kind.rawValue) }

    package static func postingWording(_ kind: Posting.Kind) -> Wording { wording(chinese(kind), kind.rawValue) }

    /// Legs that share the names of others stand behind a prefix: `refund-`, `heir-1-`.
    private static func phase(of name: String) -> String? { prefixed(name) { phases[$0] } }
    private static func event(of name: String) -> String? { prefixed(name) { events[$0] } }

    private static func prefixed(_ name: String, _ look: (String) -> String?) -> String? {
        if let word = look(name) { return word }
        if name.hasPrefix("refund-") { return look(String(name.dropFirst(7))).map { "清退款：\($0)" } }
        let parts = name.split(separator: "-", maxSplits: 2)
        guard parts.count == 3, parts[0] == "heir", let heir = Int(parts[1]) else { return nil }
        return look(String(parts[2])).map { "继承人\(heir)：\($0)" }
    }

    private static func wording(_ chinese: String?, _ name: String) -> Wording {
        let english = name.replacing("-", with: " ")
        return Wording(chinese: chinese ?? english, english: english)
    }

    package static func roleChinese(_ role: Role) -> String {
        switch role {
        case .destination: "转入地"
        case .origin: "转出地"
        }
    }

    private static func chinese(_ branch: Branch) -> String {
        switch branch {
        case .pension: "养老"
        case .medical: "医疗"
        case .housing: "公积金"
        }
    }

    private static func chinese(_ kind: DocumentKind) -> String {
        switch kind {
        case .acceptanceLetter: "同意接收函"
        case .returnNote: "退函"
        case .contributionCertificate: "参保缴费凭证"
        case .informationForm: "信息表"
        case .remittanceAdvice: "汇款通知"
        case .payoutNotice: "支付通知"
        case .completionNotice: "办结通知"
        case .holdNotice: "暂缓通知"
        case .bounceNotice: "退票通知"
        case .endNotice: "关系终止通知"
        case .returnAdvice: "退款通知"
        case .returnConfirmation: "退款到账确认"
        case .query: "查询函"
        case .queryAnswer: "查询答复"
        case .recallRequest: "撤回请求"
        case .recallAnswer: "撤回答复"
        case .correctionRequest: "更正请求"
        case .correctionAnswer: "更正答复"
        case .reminder: "催办函"
        }
    }

    private static func chinese(_ kind: Posting.Kind) -> String {
        switch kind {
        case .accountFrozen: "账户封存"
        case .remittancePaid: "基金划出"
        case .remittanceBounced: "划出退票"
        case .creditHeld: "到账挂账"
        case .creditPosted: "基金入账"
        case .payoutSetAside: "余额待付"
        case .payoutPaid: "余额付讫"
        case .payoutBounced: "付款退票"
        case .freezeLifted: "解除封存"
        case .creditReversed: "冲销入账"
        case .returnSetAside: "退款待付"
        case .returnPaid: "退款划出"
        case .returnBounced: "退款退票"
        case .returnBooked: "退款入账"
        case .debitHeld: "扣款挂账"
        }
    }

    /// Who or what acted.
    package static func actor(_ actor: String) -> String {
        if actor == DecisionStep.policy { return "\(actor)，按直通规则自动办理" }
        let words = ["peer:": "对方机构", "token:": "接口", "staff:": "工作人员", "bank": "银行", "clock": "时钟"]
        guard let word = words.first(where: { actor.hasPrefix($0.key) })?.value else { return actor }
        return "\(word) \(actor)"
    }

    private static func both(_ chinese: String?, _ name: String) -> String { chinese.map { "\($0) \(name)" } ?? name }
}
