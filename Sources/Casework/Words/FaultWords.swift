package import TransferCore

extension WorkFault {
    /// Why something was not done, as it is kept for people: in Chinese, and then in English.
    var told: String { "\(chinese) \(description)" }

    private var chinese: String {
        switch self {
        case .desk(.notAllowed(let fault)): "现处“\(CaseWords.phaseWording(fault.phase).chinese)”，不能这样办理。"
        case .desk(.rule): "登记数据有误，无法计算。"
        case .desk(.faulty): "填写的内容有误。"
        case .desk(.directoryExpired): "机构目录已过期。"
        case .desk: "本机构暂时不能办理。"
        case .noSuchProposal, .noSuchJob: "没有该项拟办。"
        case .dutyMissing: "没有办理此项的岗位。"
        case .samePerson: "经办人不能复核。"
        case .digestDiffers: "复核的内容与拟办的不同。"
        case .decidedAlready: "已由他人办理。"
        case .proposedAlready: "他人已提出相同的拟办。"
        case .movedOn: "此件在此期间已有变动。"
        case .seenToBy: "已由他人领取。"
        case .noSuchPerson: "没有该人员。"
        case .nothingToDo: "没有可办理的业务。"
        case .tooMany: "件数超过一次可办的上限。"
        }
    }
}

extension UnmatchedLine {
    /// Why the line belongs to no case, in words.
    package var wording: Wording {
        switch why {
        case "no-such-key": Wording(chinese: "附言中没有付款指令号", english: "it carries no number of an order")
        case "no-such-case": Wording(chinese: "没有该业务", english: "there is no such case")
        case "case-under-way": Wording(chinese: "该业务正在另行办理", english: "the case is under way elsewhere")
        case "reference-used-before": Wording(chinese: "银行流水号已用过", english: "the bank's reference was used before")
        default: Wording(chinese: "该业务当前不应收付此款（\(why)）", english: why)
        }
    }
}
