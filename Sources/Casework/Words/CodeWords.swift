package import TransferCore

/// A published code that people read: what stands for it on a page.
package protocol Worded: CaseIterable, RawRepresentable<String> {
    var wording: Wording { get }
}

extension QuerySubject: Worded {
    package var wording: Wording {
        switch self {
        case .identityDiffers: Wording(chinese: "身份信息不一致", english: "The identity differs")
        case .booksDiffer: Wording(chinese: "凭证与信息表不一致", english: "The papers do not agree")
        case .creditShort: Wording(chinese: "到账金额不足", english: "Less money came")
        case .creditOver: Wording(chinese: "到账金额多出", english: "More money came")
        case .fundsMissing: Wording(chinese: "基金未到账", english: "The funds are missing")
        case .papersMissing: Wording(chinese: "文书未到", english: "Papers are missing")
        case .other: Wording(chinese: "其他", english: "Other")
        }
    }
}

extension QueryOutcome: Worded {
    package var wording: Wording {
        switch self {
        case .confirmed: Wording(chinese: "无误，以已发文书为准", english: "It is right as it was sent")
        case .correctionFollows: Wording(chinese: "有误，将重新出具", english: "It is wrong; a newer form follows")
        case .supplementFollows: Wording(chinese: "不足部分将补划", english: "The rest follows")
        case .returnExcess: Wording(chinese: "请退回多出部分", english: "Send back what is over")
        case .declined: Wording(chinese: "不能答复", english: "Cannot be answered")
        }
    }
}

extension RecallSubject: Worded {
    package var wording: Wording {
        switch self {
        case .letter: Wording(chinese: "同意接收函", english: "The acceptance letter")
        case .form: Wording(chinese: "信息表", english: "The information form")
        case .remittance: Wording(chinese: "已划转的基金", english: "The remittance")
        }
    }
}

extension RecallGround: Worded {
    package var wording: Wording {
        switch self {
        case .applicantWithdrew: Wording(chinese: "申请人撤回", english: "The applicant has withdrawn")
        case .sentInError: Wording(chinese: "误发", english: "Sent in error")
        case .wrongAmount: Wording(chinese: "金额有误", english: "Wrong amount")
        case .personEnded: Wording(chinese: "保险关系已终止", english: "The relationship has ended")
        case .alreadyPaid: Wording(chinese: "资金已划转", english: "The money has left")
        case .benefitInPayment: Wording(chinese: "已据此发放待遇", english: "A benefit is being paid from it")
        case .other: Wording(chinese: "其他", english: "Other")
        }
    }
}

extension KeptMonths: Worded {
    package var wording: Wording {
        switch self {
        case .here: Wording(chinese: "保留转入地的", english: "Those paid here")
        case .moved: Wording(chinese: "保留转来的", english: "Those that came")
        }
    }
}

extension SupplementItem: Worded {
    package var wording: Wording {
        switch self {
        case .identityDocument: Wording(chinese: "身份证件", english: "Identity document")
        case .householdRegister: Wording(chinese: "户口簿", english: "Household register")
        case .labourContract: Wording(chinese: "劳动合同", english: "Labour contract")
        case .approvalOfMove: Wording(chinese: "调动批准材料", english: "Approval of the move")
        case .payoutAccount: Wording(chinese: "本人银行账户", english: "The person's own account")
        case .mandate: Wording(chinese: "委托书", english: "Mandate")
        case .other: Wording(chinese: "其他", english: "Other")
        }
    }
}

extension NewEffect.Kind: Worded {
    /// The decision for which a case waits.
    package var wording: Wording {
        switch self {
        case .review: Wording(chinese: "受理审核", english: "Review of the application")
        case .checkRecords: Wording(chinese: "核对参保记录", english: "Check of the records")
        case .remit: Wording(chinese: "划转基金", english: "Remittance of the funds")
        case .confirmAccount: Wording(chinese: "确认收款账户", english: "Confirmation of the account")
        case .answerRecall: Wording(chinese: "答复撤回请求", english: "Answer to the recall")
        case .returnFunds: Wording(chinese: "退回资金", english: "Return of the money")
        }
    }
}

extension Difference: Worded {
    package var wording: Wording {
        switch self {
        case .formAccountDiffers: Wording(chinese: "信息表个人账户合计不符", english: "The form's account total differs")
        case .formPooledDiffers: Wording(chinese: "信息表统筹合计不符", english: "The form's pooled total differs")
        case .formTotalDiffers: Wording(chinese: "信息表转移总额不符", english: "The form's total differs")
        case .formFiguresDiffer: Wording(chinese: "信息表明细不符", english: "The form's figures differ")
        case .certificateDiffers: Wording(chinese: "凭证与信息表不符", english: "Certificate and form differ")
        case .monthsDiffer: Wording(chinese: "缴费月数不符", english: "The months differ")
        case .orderKeyDiffers: Wording(chinese: "付款指令号不符", english: "The number of the order differs")
        case .adviceDiffers: Wording(chinese: "汇款通知金额不符", english: "The advice differs")
        case .creditShort: Wording(chinese: "到账金额不足", english: "Less money came")
        case .creditOver: Wording(chinese: "到账金额多出", english: "More money came")
        }
    }
}

extension BounceReason: Worded {
    package var wording: Wording {
        switch self {
        case .accountClosed: Wording(chinese: "账户已销户", english: "The account is closed")
        case .accountBlocked: Wording(chinese: "账户冻结或停止收款", english: "The account is blocked")
        case .accountInvalid: Wording(chinese: "账号不存在", english: "There is no such account")
        case .overLimit: Wording(chinese: "超过收款限额", english: "Above the limit of the account")
        case .nameDiffers: Wording(chinese: "户名与账号不符", english: "The account is in another name")
        case .refusedByBank: Wording(chinese: "收款银行未说明原因", english: "The bank gave no reason")
        }
    }
}

extension Proposal.State: Worded {
    package var wording: Wording {
        switch self {
        case .open: Wording(chinese: "待复核", english: "to check")
        case .approved: Wording(chinese: "已复核", english: "approved")
        case .declined: Wording(chinese: "已退回经办人", english: "sent back")
        case .carriedOut: Wording(chinese: "已办理", english: "carried out")
        case .void: Wording(chinese: "未能办理", english: "not carried out")
        }
    }
}

extension Job.State: Worded {
    package var wording: Wording {
        switch self {
        case .proposing: Wording(chinese: "正在准备", english: "being prepared")
        case .waiting: Wording(chinese: "待复核", english: "waits for the checker")
        case .running: Wording(chinese: "办理中", english: "under way")
        case .paused: Wording(chinese: "已暂停", english: "paused")
        case .declined: Wording(chinese: "已取消", english: "ended")
        case .done: Wording(chinese: "已办完", english: "done")
        }
    }
}

extension Job.Work: Worded {
    package var wording: Wording {
        switch self {
        case .resend: Wording(chinese: "重新送达", english: "Send again")
        case .action: Wording(chinese: "办理事项", english: "An action")
        }
    }
}

extension JobItem.Outcome: Worded {
    package var wording: Wording {
        switch self {
        case .done: Wording(chinese: "已办理", english: "done")
        case .queued: Wording(chinese: "已排队，由送达程序再送", english: "queued: the outbox tries it")
        case .skipped: Wording(chinese: "已跳过", english: "left alone")
        case .refused: Wording(chinese: "不允许", english: "not allowed")
        }
    }
}

extension StateDifference.Kind: Worded {
    package var wording: Wording {
        switch self {
        case .missingHere: Wording(chinese: "本机构没有该业务", english: "The case is missing here")
        case .missingThere: Wording(chinese: "对方没有该业务", english: "The case is missing there")
        case .state: Wording(chinese: "业务状态不同", english: "The states differ")
        case .lastDocument: Wording(chinese: "最后的文书不同", english: "The last documents differ")
        case .amount: Wording(chinese: "金额不同", english: "The amounts differ")
        }
    }
}

extension PayoutPurpose {
    /// What is paid.
    package var wording: Wording {
        switch self {
        case .balance(let branch):
            let words = CaseWords.branchWording(branch)
            return Wording(chinese: "\(words.chinese)余额", english: "balance, \(words.english)")
        case .clearingRefund: return Wording(chinese: "重复缴费清退款", english: "refund of months insured twice")
        case .heir(let heir): return Wording(chinese: "第\(heir)继承人应得部分", english: "share of heir \(heir)")
        }
    }
}

extension OrderKey.Leg {
    /// What the bank is told to pay.
    package var wording: Wording {
        switch self {
        case .remittance: Wording(chinese: "划转基金", english: "remittance of the funds")
        case .balance(let branch): PayoutPurpose.balance(branch).wording
        case .clearingRefund: PayoutPurpose.clearingRefund.wording
        case .heir(let heir): PayoutPurpose.heir(heir).wording
        case .fundsReturn: Wording(chinese: "退回资金", english: "return of the money")
        }
    }
}

extension StalledCause {
    /// The words for what ``StalledCase/detail`` says besides the cause: a code of the list that the cause has, and the
    /// error of a delivery as it came.
    package func wording(of detail: String) -> Wording {
        func word<Code: Worded>(_ type: Code.Type) -> Wording? { Code(rawValue: detail)?.wording }
        let words: Wording? =
            switch self {
            case .documentRefused: DocumentKind(rawValue: detail).map(CaseWords.documentWording)
            case .queryToAnswer, .queryUnanswered: word(QuerySubject.self)
            case .recallToAnswer: word(RecallSubject.self)
            case .booksDiffer: word(Difference.self)
            case .remittanceBounced, .returnBounced: word(BounceReason.self)
            case .payoutBounced: StalledCause.bouncedPayout(detail)
            case .checkHeld: Reason(code: detail)?.sentence
            case .effectFails, .decisionWaits: word(NewEffect.Kind.self)
            case .statesDiffer: word(StateDifference.Kind.self)
            case .letterUnacknowledged, .peerSilent:
                Wording(
                    chinese: "\(DeliveryWords.wording(ofFault: detail).chinese)（原文：\(detail)）",
                    english: "\(DeliveryWords.wording(ofFault: detail).english) (\(detail))")
            case .correctionToAnswer, .moneyDiffers, .formOwed, .returnOwed,
                .surplusFunds, .fundsWithoutPapers, .choiceAwaited, .personEnded, .overdue, .moneyWithoutCase:
                nil
            }
        return words ?? Wording(chinese: detail, english: detail)
    }

    /// `medical AC04`: the leg, and why its payment bounced.
    private static func bouncedPayout(_ detail: String) -> Wording? {
        let parts = detail.split(separator: " ").map(String.init)
        guard parts.count == 2, let purpose = StaffAction.payout(named: parts[0]),
            let bounce = BounceReason(rawValue: parts[1])
        else { return nil }
        return Wording(
            chinese: "\(purpose.wording.chinese)，\(bounce.wording.chinese)",
            english: "\(purpose.wording.english): \(bounce.wording.english)")
    }
}
