package import TransferCore

/// Why a case is stuck. The names are published; of several causes a case is listed under the first in this order, which is
/// that in which they have to be cleared.
package enum StalledCause: String, Hashable, Sendable, CaseIterable {
    /// The peer has refused a document of ours, signed.
    case documentRefused = "document-refused"
    /// The acceptance letter has no receipt after three working days.
    case letterUnacknowledged = "letter-unacknowledged"
    /// A document of ours has no receipt, and several attempts to deliver it have failed.
    case peerSilent = "peer-silent"
    case queryToAnswer = "query-to-answer"
    case recallToAnswer = "recall-to-answer"
    case correctionToAnswer = "correction-to-answer"
    /// We asked, and wait for the answer.
    case queryUnanswered = "query-unanswered"
    /// Certificate, form, advice and credit do not agree.
    case booksDiffer = "books-differ"
    /// Money is here that is not what the other office has said of it.
    case moneyDiffers = "money-differs"
    /// The other office waits for a newer form of ours.
    case formOwed = "form-owed"
    case remittanceBounced = "remittance-bounced"
    case returnBounced = "return-bounced"
    /// Money has to be sent back.
    case returnOwed = "return-owed"
    case payoutBounced = "payout-bounced"
    case checkHeld = "check-held"
    /// Money came when none was owed, and lies in suspense.
    case surplusFunds = "surplus-funds"
    /// The money is here, and papers are not.
    case fundsWithoutPapers = "funds-without-papers"
    /// Months are insured twice, and the insured person has not chosen yet.
    case choiceAwaited = "choice-awaited"
    /// The person has died, and the heirs are not paid.
    case personEnded = "person-ended"
    /// Work of the node itself keeps failing.
    case effectFails = "effect-fails"
    /// A step that no policy decides waits for two persons, and its day has passed: before that it is their work.
    case decisionWaits = "decision-waits"
    case overdue
    /// The books of the two offices differ about the case.
    case statesDiffer = "states-differ"
    /// A bank line belongs to no case.
    case moneyWithoutCase = "money-without-case"
}

extension StalledCause {
    /// What the cause is, in one sentence.
    package var sentence: Wording {
        switch self {
        case .documentRefused:
            Wording(chinese: "对方拒收了本方的文书。", english: "The peer has refused a document of ours.")
        case .letterUnacknowledged:
            Wording(
                chinese: "同意接收函发出三个工作日仍无回执。", english: "The acceptance letter has no receipt after three working days.")
        case .peerSilent:
            Wording(
                chinese: "文书多次未能送达，对方无回执。", english: "A document could not be delivered: the peer gives no receipt.")
        case .queryToAnswer:
            Wording(chinese: "对方的查询待本方答复。", english: "A query of the peer waits for our answer.")
        case .recallToAnswer:
            Wording(chinese: "对方的撤回请求待本方答复。", english: "A recall of the peer waits for our answer.")
        case .correctionToAnswer:
            Wording(chinese: "对方的更正请求待本方答复。", english: "A correction that the peer proposes waits for our answer.")
        case .queryUnanswered:
            Wording(chinese: "本方的查询对方尚未答复。", english: "The peer has not answered our query yet.")
        case .booksDiffer:
            Wording(chinese: "凭证、信息表、汇款通知与到账金额不一致。", english: "Certificate, form, advice and credit do not agree.")
        case .moneyDiffers:
            Wording(chinese: "到账金额与对方通知不一致。", english: "The money is not what the peer has said of it.")
        case .formOwed:
            Wording(chinese: "对方在等待本方重新出具的信息表。", english: "The peer waits for a newer form of ours.")
        case .remittanceBounced:
            Wording(chinese: "基金划转被退票，仍由转出地负责支付。", english: "The remittance bounced: the origin still owes it.")
        case .returnBounced:
            Wording(chinese: "退回的资金被退票。", english: "The money that was sent back bounced.")
        case .returnOwed:
            Wording(chinese: "有资金应退回转出地，尚未办理。", english: "Money has to be sent back to the origin.")
        case .payoutBounced:
            Wording(chinese: "向个人支付被退票，待提供另一本人账户。", english: "A payout bounced: another own account is needed.")
        case .checkHeld:
            Wording(chinese: "转出地的核对已挂起。", english: "The origin's check is held.")
        case .surplusFunds:
            Wording(chinese: "收到不应收的资金，暂挂待处理。", english: "Money came that nobody owes; it lies in suspense.")
        case .fundsWithoutPapers:
            Wording(chinese: "基金已到账，但文书未到齐。", english: "The funds are here, and papers are missing.")
        case .choiceAwaited:
            Wording(chinese: "重复缴费月份待参保人员选择保留。", english: "Months are insured twice: the insured person has to choose.")
        case .personEnded:
            Wording(chinese: "参保人员已去世，余额尚未支付继承人。", english: "The person has died, and the heirs are not paid.")
        case .effectFails:
            Wording(chinese: "本节点的自动办理多次失败。", english: "Work of this node keeps failing.")
        case .decisionWaits:
            Wording(
                chinese: "应由经办与复核人员作出的决定已过期限。", english: "A decision of two persons is overdue.")
        case .overdue:
            Wording(chinese: "已超过办理期限。", english: "The deadline has passed.")
        case .statesDiffer:
            Wording(chinese: "双方对本业务的记录不一致。", english: "The books of the two offices differ about the case.")
        case .moneyWithoutCase:
            Wording(chinese: "银行流水无对应业务。", english: "A bank line belongs to no case.")
        }
    }

    /// The actions that may clear it, to be tried one after the other on the case: the first is what is usually done.
    ///
    /// - Parameter detail: what the finding says more, as ``StalledCase/detail`` has it.
    package func candidates(in view: CaseView, detail: String?) -> [StaffAction] {
        let mine: [StaffAction]
        switch self {
        case .documentRefused: mine = StalledCause.ends(in: view) + [.reviseForm, .ask(.other)]
        case .letterUnacknowledged, .peerSilent: mine = [.retry] + StalledCause.ends(in: view)
        case .queryToAnswer: mine = QueryOutcome.allCases.map(StaffAction.answer)
        case .recallToAnswer: mine = [.consentToRecall, .declineRecall(.alreadyPaid), .declineRecall(.other)]
        case .correctionToAnswer: mine = [.agreeToCorrection, .declineCorrection]
        case .queryUnanswered: mine = [.remind]
        case .booksDiffer:
            let subject = detail.flatMap(Difference.init(rawValue:))?.subject ?? .booksDiffer
            mine = [.ask(subject), .remind, .meetShortfall]
        case .moneyDiffers: mine = [.acceptMoney, .ask(.other)]
        case .formOwed: mine = [.reviseForm]
        case .remittanceBounced: mine = [.confirmAccount, .remit, .remind]
        case .returnBounced: mine = [.retryReturn]
        case .returnOwed, .surplusFunds: mine = [.returnFunds]
        case .payoutBounced: mine = StalledCause.accountCorrections(in: view)
        case .checkHeld: mine = [.liftHold, .waiveArrears(signedOn: view.summary.since.date), .handBack(.arrearsOpen)]
        case .fundsWithoutPapers: mine = [.ask(.papersMissing), .remind]
        case .choiceAwaited: mine = KeptMonths.allCases.map { .chooseMonths($0, nil) }
        case .personEnded: mine = []
        case .effectFails: mine = [.retry] + StalledCause.decisions(for: detail)
        case .decisionWaits: mine = StalledCause.decisions(for: detail)
        case .overdue, .statesDiffer: mine = [.remind, .ask(.other)] + StalledCause.ends(in: view)
        case .moneyWithoutCase: mine = []
        }
        return mine.filter { $0.roles.contains(view.opening.role) }
    }

    /// How the side can end the case, as far as it still can.
    private static func ends(in view: CaseView) -> [StaffAction] {
        switch view.opening.role {
        case .destination: [.withdraw(.sentInError), .refuse(.papersIncomplete)]
        case .origin: [.handBack(.letterIncomplete)]
        }
    }

    /// The decisions that do the work which waits.
    ///
    /// - Parameter kind: the published name of a ``NewEffect/Kind``.
    private static func decisions(for kind: String?) -> [StaffAction] {
        switch kind.flatMap(NewEffect.Kind.init(rawValue:)) {
        case .review: [.accept, .refuse(.papersIncomplete), .askSupplement([.other]), .openTemporaryAccount]
        case .checkRecords: [.check, .handBack(.letterIncomplete), .hold(.legalHold)]
        case .remit: [.remit]
        case .confirmAccount: [.confirmAccount]
        case .answerRecall: [.consentToRecall, .declineRecall(.alreadyPaid), .declineRecall(.other)]
        case .returnFunds: [.returnFunds]
        case nil: []
        }
    }

    /// Another account for each payout that bounced. The one that stands there is only what the rehearsal is made with.
    private static func accountCorrections(in view: CaseView) -> [StaffAction] {
        view.story.transfer.payouts.keys.sorted().compactMap { purpose in
            guard case .bounced? = view.story.transfer.payouts[purpose]?.phase,
                let order = view.file.orders.last(where: { $0.key.leg == purpose.orderLeg })
            else { return nil }
            let moves = view.story.transfer.payouts[purpose]?.moves ?? false
            return moves ? .retryBalance : .correctAccount(purpose, order.creditor)
        }
    }
}
