import Accounts
import Casework
import TransferCore

/// The words for what stands in the trail.
enum TrailWords {
    static func action(_ action: AuditAction, _ say: PageLanguage) -> String {
        switch action {
        case .password: say("输入口令", "Password shown")
        case .logIn: say("登录", "Logged in")
        case .logOut: say("退出", "Logged out")
        case .lock: say("锁定", "Locked")
        case .stepUp: say("再次验证", "Fresh factor")
        case .endSession: say("终止会话", "Session ended")
        case .activate: say("激活账号", "Account activated")
        case .changePassword: say("更换口令", "Password changed")
        case .add: say("新增账号", "Account added")
        case .disable: say("停用账号", "Account disabled")
        case .enable: say("启用账号", "Account enabled")
        case .unlock: say("解除锁定", "Unlocked")
        case .resetPassword: say("重设口令", "Password reset")
        case .resetSecondFactor: say("重设第二因素", "Second factor reset")
        case .changeDuties: say("变更岗位", "Duties changed")
        case .sendCode: say("发送验证码", "Code sent")
        case .noteTelephone: say("登记手机号码", "Telephone noted")
        case .ask: say("提出异议或咨询", "The office asked")
        case .answerPerson: say("答复参保人", "Insured person answered")
        case .makeGrant: say("生成授权码", "Grant made")
        case .useGrant: say("使用授权码", "Grant used")
        case .revokeGrant: say("撤销授权", "Grant revoked")
        case .checkPaper: say("查验凭证", "Paper checked")
        case .correctAccount: say("更正收款账户", "Account corrected")
        case .withdraw: say("撤回申请", "Application withdrawn")
        case .requestAccount: say("申请账号或岗位", "Account or duties asked for")
        case .declineAccount: say("退回账号申请", "Account declined")
        case .addLoginKey: say("登记登录密钥", "Login key added")
        case .removeLoginKey: say("移除登录密钥", "Login key removed")
        case .view: say("查看", "Viewed")
        case .list: say("查看列表", "List viewed")
        case .print: say("打印", "Printed")
        case .reveal: say("揭示证件号", "Identity number revealed")
        case .act: say("办理", "Acted")
        case .searchTrail: say("查询审计", "Trail searched")
        case .findPerson: say("按身份号码查找", "Person looked for")
        case .exportTrail: say("导出审计", "Trail exported")
        case .verifyTrail: say("校验审计", "Trail verified")
        case .exportDossier: say("导出卷宗", "Dossier exported")
        case .misuseReport: say("查看使用情况报告", "Report on use viewed")
        case .holdPeer: say("暂停投递", "Deliveries held")
        case .resumePeer: say("恢复投递", "Deliveries resumed")
        case .testPeer: say("连接测试", "Connection tested")
        case .exportDiagnostics: say("导出诊断", "Diagnostics exported")
        }
    }

    static func result(_ result: AuditResult, _ say: PageLanguage) -> String {
        switch result {
        case .done: say("成功", "done")
        case .refused: say("拒绝", "refused")
        case .begun: say("已提交办理", "let through")
        }
    }

    static func role(_ role: AccountRole, _ say: PageLanguage) -> String { say(role.wording) }

    static func state(_ state: Account.State, _ say: PageLanguage) -> String { say(state.wording) }

    /// The roles as a row of the trail has them: their names, with commas.
    static func roles(_ names: String, _ say: PageLanguage) -> String {
        names.split(separator: ",").map { name in
            AccountRole(rawValue: String(name)).map { role($0, say) } ?? code(String(name), say) ?? String(name)
        }.joined(separator: say("、", ", "))
    }

    /// What a row says more: its codes in words; addresses, numbers and what somebody wrote as they stand.
    static func detail(_ reason: String, _ say: PageLanguage) -> String {
        if let words = code(reason, say) { return words }
        let parts = reason.split(separator: " ", maxSplits: 1).map(String.init)
        if parts.count == 2, let words = code(parts[0], say) { return "\(words) \(parts[1])" }
        let names = reason.split(separator: ",").map(String.init)
        guard names.count > 1, names.allSatisfy({ AccountRole(rawValue: $0) != nil }) else {
            return AccountRole(rawValue: reason).map { role($0, say) } ?? reason
        }
        return roles(reason, say)
    }

    /// The words for one code of the trail; nil for what is none.
    static func code(_ name: String, _ say: PageLanguage) -> String? {
        if let purpose = Purpose(rawValue: name) { return purpose.words(say) }
        return codes[name].map { say($0) }
    }

    /// What else the trail says in codes: who comes without an account, and why something was refused.
    private static let codes: [String: Wording] = [
        "maintenance-here": PeerHold.Reason.maintenanceHere.wording,
        "maintenance-there": PeerHold.Reason.maintenanceThere.wording,
        "key-change": PeerHold.Reason.keyChange.wording,
        "suspicion": PeerHold.Reason.suspicion.wording,
        "rehearsal": PeerHold.Reason.rehearsal.wording,
        "role-not-allowed": Wording(chinese: "令牌的角色不允许", english: "role not allowed"),
        "form-faulty": Wording(chinese: "填写有误", english: "form not correct"),
        "insured-person": Wording(chinese: "参保人员", english: "insured person"),
        "grantee": Wording(chinese: "被授权查阅方", english: "grantee"),
        "public": Wording(chinese: "公众", english: "the public"),
        "desk": Wording(chinese: "窗口", english: "desk"),
        "wrong-password": Wording(chinese: "口令错误", english: "wrong password"),
        "wrong-code": Wording(chinese: "验证码错误", english: "wrong code"),
        "no-code": Wording(chinese: "验证码已失效", english: "no code"),
        "code-taken": Wording(chinese: "验证码已用过", english: "code used before"),
        "no-telephone": Wording(chinese: "没有登记手机号码", english: "no telephone"),
        "not-a-code": Wording(chinese: "不是有效授权码", english: "not a code"),
        "own-account": Wording(chinese: "本人账号", english: "own account"),
        "not-allowed": Wording(chinese: "不允许", english: "not allowed"),
        "page-not-allowed": Wording(chinese: "无权查看", english: "page not allowed"),
        "not-found": Wording(chinese: "没有此页或此件", english: "not found"),
        "too-many-tries": Wording(chinese: "尝试次数过多", english: "too many tries"),
        "form-not-ours": Wording(chinese: "表单已失效", english: "form not taken"),
        "fresh-factor-needed": Wording(chinese: "须再次验证", english: "fresh factor needed"),
        "duty-missing": Wording(chinese: "没有该岗位", english: "duty missing"),
        "same-person": Wording(chinese: "经办人不能复核", english: "the same person"),
        "case-moved-on": Wording(chinese: "此件已被他人办理", english: "the case has moved on"),
        "password-overdue": Wording(chinese: "口令已过期", english: "password overdue"),
    ]
}
