import TransferCore

// What the documents of a dossier say, compared with each other and computed again.

extension DossierInspection {
    /// The newest document of each kind that was not refused; of payout notices the newest for each branch.
    private struct Newest {
        var letter: (document: CheckedDocument, content: AcceptanceLetter)?
        var certificate: (document: CheckedDocument, content: ContributionCertificate)?
        var form: (document: CheckedDocument, content: InformationForm)?
        var advice: (document: CheckedDocument, content: RemittanceAdvice)?
        var completion: (document: CheckedDocument, content: CompletionNotice)?
        var payouts: [Branch: PayoutNotice] = [:]

        init(_ documents: [CheckedDocument]) {
            for document in documents where !document.isRefused {
                switch document.envelope.content {
                case .acceptanceLetter(let content): letter = (document, content)
                case .contributionCertificate(let content): certificate = (document, content)
                case .informationForm(let content): form = (document, content)
                case .remittanceAdvice(let content): advice = (document, content)
                case .completionNotice(let content): completion = (document, content)
                case .payoutNotice(let content): payouts[content.branch] = content
                case .returnNote: break
                }
            }
        }
    }

    mutating func checkContents() {
        let newest = Newest(documents)
        checkApplications()
        if let (document, form) = newest.form {
            if let computed = try? form.request.computeFunds(), computed == form.computation {
            } else {
                find(
                    .computationDiffers, document.member, "信息表的金额与逐行重新计算的结果不一致。",
                    "The amounts of the form are not those that its lines come to.")
            }
            compare(document, form.person, newest.letter?.content.person)
        }
        if let (document, certificate) = newest.certificate {
            compare(document, certificate.person, newest.letter?.content.person)
            compare(
                document, certificate.accountBalance, newest.form?.content.computation.account, "个人账户储存额",
                "account balance")
        }
        if let (document, advice) = newest.advice {
            compare(document, advice.amount, newest.form?.content.computation.transfer, "转移金额", "remitted amount")
            if let letter = newest.letter?.content, letter.payee != advice.payee {
                find(
                    .payeeDiffers, document.member, "收款账户不是联系函所列账户。",
                    "The payee is not the one of the acceptance letter.")
            }
        }
        if let (document, completion) = newest.completion {
            let computation = newest.form?.content.computation
            compare(document, completion.individual, computation?.account, "个人账户金额", "individual part")
            compare(document, completion.pooled, computation?.pooled, "统筹基金金额", "pooled share")
        }
    }

    private mutating func compare(
        _ document: CheckedDocument, _ amount: Money, _ other: Money?, _ chinese: String, _ english: String
    ) {
        guard let other, amount != other else { return }
        find(
            .amountDiffers, document.member, "\(chinese)\(amount)与信息表的\(other)不一致。",
            "The \(english) of \(amount) differs from the \(other) of the information form.")
    }

    private mutating func compare(_ document: CheckedDocument, _ person: InsuredPerson, _ other: InsuredPerson?) {
        guard let other, !person.isSame(as: other) else { return }
        find(.personDiffers, document.member, "参保人员与联系函不一致。", "It is about another person than the acceptance letter.")
    }

    /// Every letter names the application that it answers: the first the one that was lodged, the next ones those that
    /// were corrected.
    private mutating func checkApplications() {
        guard caseFile?.role == .destination else { return }
        var members = [DossierMember.application]
        for (place, event) in events.enumerated() where event.name == "application-corrected" {
            members.append(DossierMember.attachment(place + 1))
        }
        for document in documents where !document.isRefused {
            guard case .acceptanceLetter(let letter) = document.envelope.content else { continue }
            guard members.indices.contains(letter.version - 1), let bytes = archive[members[letter.version - 1]] else {
                find(
                    .applicationDiffers, document.member, "档案中没有第\(letter.version)版联系函所答复的申请。",
                    "The application that version \(letter.version) of the letter answers is not in the dossier.")
                continue
            }
            let member = members[letter.version - 1]
            if DocumentDigest(of: bytes).text != letter.applicationDigest {
                find(
                    .applicationDiffers, member, "申请表不是第\(letter.version)版联系函所答复的申请。",
                    "It is not the application that version \(letter.version) of the letter answers.")
            }
            do throws(FormFaults) {
                compare(document, letter.person, try ApplicationForm.read(Array(bytes)).person)
            } catch {
                find(.memberUnreadable, member, "申请表无法读取。", "The application cannot be read: \(error).")
            }
        }
    }
}

// MARK: - The history and the books

extension DossierInspection {
    private static let documentEvents: Set = [
        "letter-returned", "certificate-arrived", "form-arrived", "advice-arrived", "letter-arrived",
        "completion-arrived", "payout-notice-arrived",
    ]

    mutating func checkHistory() {
        guard let caseFile else { return }
        let history = DossierHistory(events, role: caseFile.role, payouts: caseFile.payouts)
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
        if history.transfer.isCompleted { checkCompleteness(caseFile) }
    }

    private mutating func checkCompleteness(_ caseFile: DossierCase) {
        let kinds: [DocumentKind] = [
            .acceptanceLetter, .contributionCertificate, .informationForm, .remittanceAdvice, .completionNotice,
        ]
        for kind in kinds where !documents.contains(where: { $0.envelope.head.kind == kind && !$0.isRefused }) {
            find(
                .documentMissing, "documents/", "业务已办结，但缺少\(kind.chinese)。",
                "The case is completed, but there is no \(kind.rawValue)."
            )
        }
        let paid = Newest(documents).payouts
        for branch in caseFile.payouts where paid[branch] == nil {
            find(
                .documentMissing, "documents/", "业务已办结，但缺少\(branch.rawValue)的支付通知。",
                "The case is completed, but there is no payout notice for \(branch.rawValue).")
        }
    }

    mutating func checkPostings() {
        for (place, posting) in postings.enumerated() where posting.lines.map(\.fen).reduce(0, +) != 0 {
            find(
                .postingUnbalanced, DossierMember.postings, "第\(place + 1)组记账借贷不平。",
                "Posting \(place + 1) does not sum to zero.")
        }
        guard let caseFile else { return }
        let history = DossierHistory(events, role: caseFile.role, payouts: caseFile.payouts)
        guard history.fault == nil else { return }
        let newest = Newest(documents)
        for kind in Posting.Kind.allCases {
            let booked = postings.filter { $0.kind == kind }
            let called = history.calledFor.filter { $0.kind == kind }
            if booked.count != called.count {
                find(
                    .postingDiffers, DossierMember.postings,
                    "\(kind.rawValue)记账\(booked.count)次，按历史应为\(called.count)次。",
                    "\(kind.rawValue) is booked \(booked.count) times, the history calls for \(called.count).")
                continue
            }
            for (posting, call) in zip(booked, called) {
                guard let expected = expected(call, newest, caseFile), DossierPosting(expected) != posting else {
                    continue
                }
                find(
                    .postingDiffers, DossierMember.postings, "\(kind.rawValue)的记账与文书不一致。",
                    "What is booked as \(kind.rawValue) is not what the documents say.")
            }
        }
    }

    /// The posting that the documents call for; nil where no document says the amount.
    private func expected(
        _ call: (kind: Posting.Kind, branch: Branch), _ newest: Newest, _ caseFile: DossierCase
    ) -> Posting? {
        let form = newest.form?.content.computation
        let remitted = newest.advice?.content.amount
        let payout = newest.payouts[call.branch]?.amount
        return switch call.kind {
        case .accountFrozen:
            form.flatMap {
                $0.moneyMoves
                    ? .accountFrozen(individual: $0.account, pooled: $0.pooled, to: caseFile.destination) : nil
            }
        case .remittancePaid: remitted.map { .remittancePaid($0, to: caseFile.destination) }
        case .remittanceBounced: remitted.map { .remittanceBounced($0, to: caseFile.destination) }
        case .creditHeld: newest.completion.map { .creditHeld($0.content.individual + $0.content.pooled) }
        case .creditPosted:
            newest.completion.map { .creditPosted(individual: $0.content.individual, pooled: $0.content.pooled) }
        case .payoutSetAside: payout.map { .payoutSetAside($0, of: call.branch) }
        case .payoutPaid: payout.map { .payoutPaid($0, of: call.branch) }
        case .payoutBounced: payout.map { .payoutBounced($0, of: call.branch) }
        }
    }
}

extension DocumentKind {
    fileprivate var chinese: String {
        switch self {
        case .acceptanceLetter: "同意接收函"
        case .returnNote: "退回通知"
        case .contributionCertificate: "参保缴费凭证"
        case .informationForm: "信息表"
        case .remittanceAdvice: "汇款通知"
        case .payoutNotice: "支付通知"
        case .completionNotice: "办结通知"
        }
    }
}
