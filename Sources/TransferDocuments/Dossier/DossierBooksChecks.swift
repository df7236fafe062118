import TransferCore

// The history of a dossier and its books.

extension DossierInspection {
    /// The events that nothing but a document causes.
    private static let documentEvents: Set = [
        "letter-returned", "hold-notice-arrived", "end-notice-arrived", "certificate-arrived", "form-arrived",
        "advice-arrived", "bounce-notice-arrived", "letter-arrived", "completion-arrived",
        "earlier-completion-arrived", "payout-notice-arrived", "query-arrived", "query-answer-arrived",
        "recall-arrived", "recall-consent-arrived", "recall-refusal-arrived", "correction-arrived",
        "correction-consent-arrived", "correction-refusal-arrived", "return-advice-arrived",
        "return-confirmation-arrived", "reminder-arrived",
    ]

    mutating func checkHistory(_ said: DossierContents) {
        guard let caseFile, let history else { return }
        if let fault = history.fault {
            find(
                .historyNotAllowed, DossierMember.events, "第\(fault.number)个事件不可能发生。",
                "Event \(fault.number) cannot happen: \(fault.why).")
            return
        }
        for (place, event) in events.enumerated() where DossierInspection.documentEvents.contains(event.name) {
            guard let digest = event.cause.flatMap(DocumentDigest.init(text:)),
                !documents.contains(where: { $0.digest == digest })
            else { continue }
            find(
                .historyWithoutDocument, DossierMember.events, "第\(place + 1)个事件所依据的文书不在档案中。",
                "The document that caused event \(place + 1) is not in the dossier.")
        }
        if history.transfer.leading.phase != caseFile.phase {
            find(
                .phaseDiffers, DossierMember.caseFile, "历史事件的结果是\(history.transfer.leading.phase)，不是\(caseFile.phase)。",
                "The events come to \(history.transfer.leading.phase), not to \(caseFile.phase).")
        }
        if history.transfer.isCompleted { checkCompleteness(caseFile, said) }
    }

    private mutating func checkCompleteness(_ caseFile: DossierCase, _ said: DossierContents) {
        let kinds: [DocumentKind] = [
            .acceptanceLetter, .contributionCertificate, .informationForm, .remittanceAdvice, .completionNotice,
        ]
        for kind in kinds where !documents.contains(where: { $0.envelope.head.kind == kind && !$0.isRefused }) {
            find(
                .documentMissing, "documents/", "业务已办结，但缺少\(kind.chinese)。",
                "The case is completed, but there is no \(kind.rawValue)."
            )
        }
        for branch in caseFile.payouts where said.payouts[branch] == nil {
            find(
                .documentMissing, "documents/", "业务已办结，但缺少\(branch.rawValue)的支付通知。",
                "The case is completed, but there is no payout notice for \(branch.rawValue).")
        }
    }

    mutating func checkPostings(_ said: DossierContents) {
        for (place, posting) in postings.enumerated() where posting.lines.map(\.fen).reduce(0, +) != 0 {
            find(
                .postingUnbalanced, DossierMember.postings, "第\(place + 1)组记账借贷不平。",
                "Posting \(place + 1) does not sum to zero.")
        }
        guard let caseFile, let history, history.fault == nil else { return }
        let expected = ExpectedPostings(
            history.calledFor, said, caseFile,
            hasSurplus: events.contains { $0.name == FundsReturn.Event.surplusFound.name })
        // What no order of ours explains is booked when the bank tells it, whatever the history says; money that came back
        // and settles in suspense by itself is booked nowhere else.
        for kind in Posting.Kind.allCases where kind != .debitHeld && kind != .returnBooked {
            let booked = postings.filter { $0.kind == kind }
            let called = history.calledFor.indices.filter { history.calledFor[$0].kind == kind }
            if booked.count != called.count {
                find(
                    .postingDiffers, DossierMember.postings,
                    "\(kind.rawValue)记账\(booked.count)次，按历史应为\(called.count)次。",
                    "\(kind.rawValue) is booked \(booked.count) times, the history calls for \(called.count).")
                continue
            }
            for (posting, call) in zip(booked, called) {
                guard let expected = expected[call], DossierPosting(expected) != posting else { continue }
                find(
                    .postingDiffers, DossierMember.postings, "\(kind.rawValue)的记账与文书不一致。",
                    "What is booked as \(kind.rawValue) is not what the documents say.")
            }
        }
        checkSettled(history, caseFile)
    }

    /// When a case has ended at the destination, what came in less what went back is what was posted: nothing is left
    /// in suspense or on its way.
    private mutating func checkSettled(_ history: DossierHistory, _ caseFile: DossierCase) {
        guard caseFile.role == .destination, history.transfer.isTerminal else { return }
        let open = ["suspense:", "in-transit-to:"].map { account in
            postings.flatMap(\.lines).filter { $0.account.hasPrefix(account) }.map(\.fen).reduce(0, +)
        }
        guard open != [0, 0] else { return }
        find(
            .fundsUnsettled, DossierMember.postings, "业务已经结束，但到账减退款与入账不一致。",
            "The case has ended, but what came in less what went back is not what was posted.")
    }
}

/// The postings that the documents of a dossier call for.
private struct ExpectedPostings {
    private let calls: [DossierHistory.Call]
    private let said: DossierContents
    private let caseFile: DossierCase
    /// Whether more came in than was posted.
    private let hasSurplus: Bool

    init(
        _ calls: [DossierHistory.Call], _ said: DossierContents, _ caseFile: DossierCase, hasSurplus: Bool
    ) {
        self.hasSurplus = hasSurplus
        self.calls = calls
        self.said = said
        self.caseFile = caseFile
    }

    /// The posting for one call; nil where no document says its amount.
    subscript(place: Int) -> Posting? {
        let call = calls[place]
        let destination = caseFile.destination
        if case .awaitedPayout(let branch, _) = call.event {
            return said.payouts[branch].map {
                call.kind == .creditHeld
                    ? .creditHeld($0.amount, of: branch) : .balancePosted($0.amount, of: branch)
            }
        }
        switch call.kind {
        case .accountFrozen: return isFirstFreeze(call) ? frozen(Posting.accountFrozen) : nil
        case .freezeLifted: return frozen(Posting.freezeLifted)
        case .remittancePaid:
            return element(before(place, .remittancePaid), of: said.advices).map {
                .remittancePaid($0.amount, to: destination)
            }
        case .remittanceBounced:
            // Which of the orders before came back, the bank's line says.
            if case .origin(.earlierRemittanceBounced) = call.event { return nil }
            return element(before(place, .remittancePaid) - 1, of: said.advices).map {
                .remittanceBounced($0.amount, to: destination)
            }
        case .creditHeld: return credit(place).map { .creditHeld($0) }
        case .creditPosted:
            return element(before(place, .creditPosted), of: said.completions).map {
                .creditPosted(individual: $0.individual, pooled: $0.pooled)
            }
        case .creditReversed:
            return element(before(place, .creditPosted) - 1, of: said.completions).map {
                .creditReversed(individual: $0.individual, pooled: $0.pooled)
            }
        case .returnSetAside:
            return element(before(place, .returnPaid), of: said.returns).map {
                .returnSetAside($0.amount, to: caseFile.origin)
            }
        case .returnPaid:
            return element(before(place, .returnPaid), of: said.returns).map {
                .returnPaid($0.amount, to: caseFile.origin)
            }
        case .returnBounced:
            return element(before(place, .returnPaid) - 1, of: said.returns).map {
                .returnBounced($0.amount, to: caseFile.origin)
            }
        // To which accounts money goes back, only the origin's books can tell.
        case .returnBooked, .debitHeld: return nil
        case .payoutSetAside: return payout(call).map { .payoutSetAside($0.amount, of: $0.branch) }
        case .payoutPaid: return payout(call).map { .payoutPaid($0.amount, of: $0.branch) }
        case .payoutBounced: return payout(call).map { .payoutBounced($0.amount, of: $0.branch) }
        }
    }

    /// How many postings of a kind the history calls for before one.
    private func before(_ place: Int, _ kind: Posting.Kind) -> Int {
        calls[..<place].filter { $0.kind == kind && !$0.isOfBalance }.count
    }

    private func element<Content>(_ place: Int, of said: [DossierContents.Said<Content>]) -> Content? {
        said.indices.contains(place) ? said[place].content : nil
    }

    /// Later freezes are of what is added, which no single document says.
    private func isFirstFreeze(_ call: DossierHistory.Call) -> Bool {
        switch call.event {
        case .origin(.recordsPassed), .origin(.recordsPassedInPart): true
        default: false
        }
    }

    private func frozen(_ posting: (Money, Money, AgencyCode) -> Posting) -> Posting? {
        guard let computation = said.forms.first?.content.computation, computation.moneyMoves else { return nil }
        return posting(computation.account, computation.pooled, caseFile.destination)
    }

    /// One credit that was posted whole is what the notice says; of several only their sum is known. At the origin a
    /// credit is a return.
    private func credit(_ place: Int) -> Money? {
        let credits = calls.filter { $0.kind == .creditHeld && !$0.isOfBalance }.count
        switch caseFile.role {
        case .origin:
            return element(before(place, .creditHeld), of: said.confirmations).map(\.amount)
        case .destination:
            guard credits == 1, said.completions.count == 1, !hasSurplus else { return nil }
            return said.completions.last.map { $0.content.individual + $0.content.pooled }
        }
    }

    /// A balance; of refunds and shares no document tells.
    private func payout(_ call: DossierHistory.Call) -> PayoutNotice? {
        guard case .payout(.balance(let branch), _) = call.event else { return nil }
        return said.payouts[branch]
    }
}

extension DossierHistory.Call {
    /// Whether it is about the balance of another branch, whose credits are counted by themselves.
    fileprivate var isOfBalance: Bool {
        if case .awaitedPayout = event { true } else { false }
    }
}

extension DocumentKind {
    fileprivate var chinese: String {
        switch self {
        case .acceptanceLetter: "同意接收函"
        case .returnNote: "退回通知"
        case .holdNotice: "暂缓通知"
        case .contributionCertificate: "参保缴费凭证"
        case .informationForm: "信息表"
        case .remittanceAdvice: "汇款通知"
        case .bounceNotice: "退汇通知"
        case .endNotice: "终止通知"
        case .payoutNotice: "支付通知"
        case .completionNotice: "办结通知"
        case .returnAdvice: "退款通知"
        case .returnConfirmation: "退款到账确认"
        case .query: "查询"
        case .queryAnswer: "查询答复"
        case .recallRequest: "撤回请求"
        case .recallAnswer: "撤回答复"
        case .correctionRequest: "更正请求"
        case .correctionAnswer: "更正答复"
        case .reminder: "催办"
        }
    }
}
