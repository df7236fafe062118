import Accounts
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
}
