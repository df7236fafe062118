import TransferCore
import TransferDocuments

// What a document of the other office means for a case: the event that it is, after its content was compared with what
// the case holds, and what follows from it.

/// What a document says contradicts what the case already holds.
struct Mismatch: Error {
    /// The published code of the refusal.
    let code: String
    let pointer: String
}

/// The event that a document is, with what its effects need.
struct DocumentMeaning {
    let event: CaseEvent
    var materials = StepDraft.Materials()

    init(_ event: CaseEvent, _ materials: StepDraft.Materials = .init()) {
        self.event = event
        self.materials = materials
    }
}

extension Desk {
    /// - Throws: ``Mismatch`` when the content contradicts the case, ``DeskFault/notAllowed(_:)`` when the other side does
    ///   not write such documents.
    func meaning(
        of content: DocumentContent, file: CaseFile?, opening: CaseOpening, _ draft: StepDraft
    ) async throws -> DocumentMeaning {
        let other: Role = opening.role == .origin ? .destination : .origin
        guard content.kind.senders.contains(other) else {
            throw DeskFault.notAllowed(NotAllowed(event: content.kind.rawValue, phase: "other-role"))
        }
        switch content {
        case .acceptanceLetter(let letter): return try await letterMeaning(letter, file, opening, draft)
        case .returnNote(let note):
            try checkVersion(note.letterVersion, file)
            return .init(.destination(.letterReturned(note.reason)))
        case .holdNotice(let notice):
            try checkVersion(notice.letterVersion, file)
            return .init(.destination(.holdNoticeArrived(notice.reason)))
        case .contributionCertificate(let certificate):
            try checkOlderVersion(certificate.letterVersion, file)
            try checkPerson(certificate.person, file)
            return .init(.destination(.certificateArrived))
        case .informationForm(let form): return try formMeaning(form, file, opening, draft)
        case .remittanceAdvice(let advice):
            try check(advice.orderKey, .remittance, opening, "/content/orderKey")
            if let older = advice.makesUp {
                try check(older, .remittance, opening, "/content/makesUp")
                guard try isAdvised(older, file, draft) else {
                    throw Mismatch(code: "order-key", pointer: "/content/makesUp")
                }
            }
            guard try !isAdvised(advice.orderKey, file, draft) else {
                throw Mismatch(code: "order-key", pointer: "/content/orderKey")
            }
            return .init(.destination(.adviceArrived))
        case .bounceNotice(let notice):
            try check(notice.orderKey, .remittance, opening, "/content/orderKey")
            return .init(.destination(.bounceNoticeArrived(notice.reason)))
        case .endNotice(let notice):
            try checkOlderVersion(notice.letterVersion, file)
            return .init(.destination(.endNoticeArrived(notice.reason)))
        case .payoutNotice(let notice):
            if let payment = notice.payment {
                try check(payment.orderKey, .balance(notice.branch), opening, "/content/payment/orderKey")
            }
            return try balanceMeaning(notice, file, draft)
        case .completionNotice(let notice): return try completionMeaning(notice, file, draft)
        case .returnAdvice(let advice): return try returnMeaning(advice, file, opening, draft)
        case .returnConfirmation(let confirmation):
            guard let order = file?.orders.last(where: { $0.key.leg == .fundsReturn }),
                order.key == confirmation.orderKey
            else { throw Mismatch(code: "order-key", pointer: "/content/orderKey") }
            // Less may have come: what the bank lost on the way is between the banks and their customers.
            guard confirmation.amount <= order.amount else {
                throw Mismatch(code: "amount-mismatch", pointer: "/content/amount")
            }
            return .init(.fundsReturn(.returnConfirmationArrived))
        case .query(let query):
            guard query.number == draft.story.transfer.queries.numberReceived + 1 else {
                throw Mismatch(code: "query-number", pointer: "/content/number")
            }
            return .init(.query(.queryArrived(query.subject)))
        case .queryAnswer(let answer):
            guard answer.number == draft.story.transfer.queries.numberAsked else {
                throw Mismatch(code: "query-number", pointer: "/content/number")
            }
            return .init(.query(.queryAnswerArrived(answer.outcome)))
        case .recallRequest(let request):
            if let key = request.orderKey {
                try check(key, .remittance, opening, "/content/orderKey")
                guard try isAdvised(key, file, draft) else {
                    throw Mismatch(code: "order-key", pointer: "/content/orderKey")
                }
            }
            return .init(.recall(.recallArrived(request.subject)))
        case .recallAnswer(let answer):
            guard draft.story.transfer.recall.phase == .asked(answer.subject) else {
                throw Mismatch(code: "recall-subject", pointer: "/content/subject")
            }
            return .init(.recall(answer.isConsent ? .recallConsentArrived : .recallRefusalArrived))
        case .correctionRequest(let request):
            // A newer form may have gone out meanwhile.
            guard let newest = try file.flatMap({ try draft.newestForm($0) })?.version, request.formVersion <= newest
            else { throw Mismatch(code: "form-version", pointer: "/content/formVersion") }
            return .init(.correction(.correctionArrived))
        case .correctionAnswer(let answer):
            guard let file, let newest = try draft.newestForm(file)?.version else {
                throw Mismatch(code: "form-version", pointer: "/content/formVersion")
            }
            // It is of the form that was asked about, or of one that has gone out since.
            var oldest = newest
            if case .correctionRequest(let request)? = try draft.newest(
                .correctionRequest, from: opening.ownCode, file)
            {
                oldest = min(request.formVersion, newest)
            }
            guard (oldest...newest).contains(answer.formVersion) else {
                throw Mismatch(code: "form-version", pointer: "/content/formVersion")
            }
            return .init(.correction(answer.isConsent ? .correctionConsentArrived : .correctionRefusalArrived))
        case .reminder:
            return .init(.urging(.reminderArrived))
        }
    }

    /// What follows at once from a document that was taken.
    func follow(
        _ content: DocumentContent, _ file: CaseFile, _ draft: inout StepDraft, actor: String
    ) async throws(DeskFault) {
        switch content {
        case .endNotice: try endPayouts(file, &draft, actor: actor)
        case .query(let query): try await answerAlone(query, file, &draft)
        case .queryAnswer(let answer): try await followAnswer(answer, file, &draft)
        case .recallAnswer(let answer) where answer.isConsent: try followConsent(answer, file, &draft)
        case .informationForm where draft.story.transfer.correction.phase == .agreed:
            _ = try draft.apply(.correction(.correctionSettled), actor: actor)
        case .returnAdvice(let advice) where draft.story.transfer.awaitedReturn.phase == .confirmed:
            try finishReturn(advice, file, &draft, actor: actor)
        // What the two agree on too late, with nothing left to put right.
        case .correctionRequest, .correctionAnswer:
            if draft.story.transfer.recall.isRemittanceRecalled { try dropCorrection(&draft, actor: actor) }
        case .returnConfirmation(let confirmation):
            let order = file.orders.last { $0.key == confirmation.orderKey }
            if order?.amount != confirmation.amount { draft.alert(.booksDiffer) }
        default: return
        }
    }

    // MARK: The single documents

    private func letterMeaning(
        _ letter: AcceptanceLetter, _ file: CaseFile?, _ opening: CaseOpening, _ draft: StepDraft
    ) async throws -> DocumentMeaning {
        guard letter.person.residentID == opening.residentID else {
            throw Mismatch(code: "person-differs", pointer: "/content/person/residentId")
        }
        guard letter.version == (file?.count(of: .acceptanceLetter) ?? 0) + 1 else {
            throw Mismatch(code: "letter-version", pointer: "/content/version")
        }
        guard letter.payouts == opening.payouts else {
            throw Mismatch(code: "payouts-differ", pointer: "/content/payouts")
        }
        if let file, case .acceptanceLetter(let older)? = try file.newest(.acceptanceLetter)?.content {
            try check(letter, against: older, draft)
        }
        // Money goes to the account that the signed directory names, and to no other: a letter cannot divert it.
        let payee = directory.current.inForce(opening.destination)
        guard let listed = directory.current[payee]?.remittanceAccount, letter.payee.isSameAccount(as: listed) else {
            throw Mismatch(code: "payee-differs", pointer: "/content/payee")
        }
        var materials = StepDraft.Materials()
        if case .origin(let handshake) = draft.story.transfer.pension, case .bounced = handshake.phase, let file,
            let last = file.bouncedRemittance
        {
            // The account is confirmed, and nobody is left whom it would be paid for.
            if handshake.isUnpaid, try await hasDied(file) {
                return .init(.origin(.personEnded(.deceased)), try endMaterials(.deceased, file, draft, by: .policy))
            }
            materials.orders = [
                try order(
                    .remittance, attempt: file.nextAttempt(of: .remittance), last.amount, to: letter.payee, in: file)
            ]
        }
        return .init(.origin(.letterArrived), materials)
    }

    /// Which balances move is said once; and after the check nobody can be put in the place of the person whose record was
    /// checked, nor another account in the place of theirs.
    private func check(
        _ letter: AcceptanceLetter, against older: AcceptanceLetter, _ draft: StepDraft
    ) throws(Mismatch) {
        guard older.moves == letter.moves else { throw Mismatch(code: "payouts-differ", pointer: "/content/moves") }
        guard case .origin(let handshake) = draft.story.transfer.pension else { return }
        switch handshake.phase {
        case .unopened, .checking, .onHold, .returned: return
        default: break
        }
        guard older.person.isSame(as: letter.person) else {
            throw Mismatch(code: "person-differs", pointer: "/content/person")
        }
        guard older.payoutAccount == letter.payoutAccount else {
            throw Mismatch(code: "payouts-differ", pointer: "/content/payoutAccount")
        }
    }

    private func formMeaning(
        _ form: InformationForm, _ file: CaseFile?, _ opening: CaseOpening, _ draft: StepDraft
    ) throws -> DocumentMeaning {
        try checkOlderVersion(form.letterVersion, file)
        try checkPerson(form.person, file)
        guard form.request.origin == opening.origin, form.request.destination == opening.destination else {
            throw Mismatch(code: "regions-differ", pointer: "/content/request")
        }
        let last = try file.flatMap { try draft.newestForm($0) }
        guard form.version == (last?.version ?? 0) + 1 else {
            throw Mismatch(code: "form-version", pointer: "/content/version")
        }
        // What is completed is corrected only with both offices' consent; what came late only adds.
        if let last, case .destination(let handshake) = draft.story.transfer.pension, handshake.phase == .completed,
            draft.story.transfer.correction.phase != .agreed, !form.onlyAdds(to: last)
        {
            throw Mismatch(code: "correction-not-agreed", pointer: "/content/version")
        }
        return .init(.destination(.formArrived))
    }

    private func completionMeaning(
        _ notice: CompletionNotice, _ file: CaseFile?, _ draft: StepDraft
    ) throws -> DocumentMeaning {
        guard let file else { throw Mismatch(code: "form-version", pointer: "/content/formVersion") }
        let forms = try draft.all(.informationForm, file).compactMap { content -> InformationForm? in
            if case .informationForm(let form) = content { form } else { nil }
        }
        guard let form = forms.first(where: { $0.version == notice.formVersion }), let newest = forms.last else {
            throw Mismatch(code: "form-version", pointer: "/content/formVersion")
        }
        guard notice.individual == form.computation.account, notice.pooled == form.computation.pooled else {
            throw Mismatch(code: "amount-mismatch", pointer: "/content")
        }
        // Where more is being paid than the destination has seen, its word is of what was before. Where nothing was paid,
        // there is nothing that it can have completed.
        var isNewest = form.version == newest.version
        if case .origin(let handshake) = draft.story.transfer.pension, handshake.ordersPaid > 0 {
            switch handshake.phase {
            case .frozen, .remitting, .bounced: isNewest = false
            default: break
            }
        }
        return .init(.origin(isNewest ? .completionArrived : .earlierCompletionArrived))
    }

    /// A balance that was paid to the person, or one that is on its way here: the latter is posted when word and money
    /// agree.
    private func balanceMeaning(
        _ notice: PayoutNotice, _ file: CaseFile?, _ draft: StepDraft
    ) throws -> DocumentMeaning {
        guard let payment = notice.payment, let file, try file.letter().moves.contains(notice.branch) else {
            return .init(.awaitedPayout(notice.branch, .payoutNoticeArrived))
        }
        let credit = file.bankLines.last { line in
            line.direction == .credit && line.endToEndKey.utf8.elementsEqual(payment.orderKey.text.utf8)
        }
        // What is posted is what came under this very key, and nothing else.
        var event = AwaitedPayout.Event.balanceNoticeArrived
        if draft.story.transfer.awaitedPayouts[notice.branch]?.phase == .balanceCredited {
            guard let credit else { throw Mismatch(code: "order-key", pointer: "/content/payment/orderKey") }
            if credit.amount != notice.amount { event = .differingBalanceNoticeArrived }
        }
        return .init(
            .awaitedPayout(notice.branch, event),
            .init(postings: [.balancePosted(notice.amount, of: notice.branch)]))
    }

    private func returnMeaning(
        _ advice: ReturnAdvice, _ file: CaseFile?, _ opening: CaseOpening, _ draft: StepDraft
    ) throws -> DocumentMeaning {
        try check(advice.orderKey, .fundsReturn, opening, "/content/orderKey")
        // Money that nobody ordered may have come under any key of the case; every other ground names an order.
        try check(advice.returns, .remittance, opening, "/content/returns")
        guard let file, advice.ground == .surplus || file.orders.contains(where: { $0.key == advice.returns }) else {
            throw Mismatch(code: "order-key", pointer: "/content/returns")
        }
        // What is confirmed was told once, and is told no second time.
        guard try !isReturnConfirmed(advice.orderKey.text, file, draft) else {
            throw Mismatch(code: "order-key", pointer: "/content/orderKey")
        }
        if advice.ground == .recalled, !draft.story.transfer.recall.isRemittanceRecalled {
            throw Mismatch(code: "not-recalled", pointer: "/content/ground")
        }
        var materials = StepDraft.Materials()
        if draft.story.transfer.awaitedReturn.phase == .credited {
            guard let line = returnCredit(of: advice, file) else {
                throw Mismatch(code: "order-key", pointer: "/content/orderKey")
            }
            guard line.amount == advice.amount else {
                return .init(.awaitedReturn(.differingReturnAdviceArrived))
            }
            try add(advice, line, to: &materials, file, draft)
        }
        return .init(.awaitedReturn(.returnAdviceArrived), materials)
    }

    // MARK: What documents have in common

    private func check(
        _ key: OrderKey, _ leg: OrderKey.Leg, _ opening: CaseOpening, _ pointer: String
    ) throws(Mismatch) {
        guard key.caseNumber == opening.number, key.leg == leg else {
            throw Mismatch(code: "order-key", pointer: pointer)
        }
    }

    private func isAdvised(_ key: OrderKey, _ file: CaseFile?, _ draft: StepDraft) throws -> Bool {
        guard let file else { return false }
        return try draft.all(.remittanceAdvice, file).contains { content in
            if case .remittanceAdvice(let advice) = content { advice.orderKey == key } else { false }
        }
    }

    /// Whether this side has confirmed a return.
    func isReturnConfirmed(_ key: String, _ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> Bool {
        try draft.all(.returnConfirmation, file).contains { content in
            guard case .returnConfirmation(let confirmation) = content else { return false }
            return confirmation.orderKey.text.utf8.elementsEqual(key.utf8)
        }
    }

    private func checkVersion(_ version: Int, _ file: CaseFile?) throws(Mismatch) {
        guard version == file?.count(of: .acceptanceLetter) else {
            throw Mismatch(code: "letter-version", pointer: "/content/letterVersion")
        }
    }

    /// A letter that only confirms or mends the account crosses with what the origin writes after its check: then the
    /// older letter is named, and what it says of the person and the balances holds in the newer one too.
    private func checkOlderVersion(_ version: Int, _ file: CaseFile?) throws {
        let newest = file?.count(of: .acceptanceLetter) ?? 0
        var oldest = newest
        if case .contributionCertificate(let certificate)? = try file?.newest(.contributionCertificate)?.content {
            oldest = certificate.letterVersion
        }
        guard version >= oldest, version <= newest else {
            throw Mismatch(code: "letter-version", pointer: "/content/letterVersion")
        }
    }

    private func checkPerson(_ person: InsuredPerson, _ file: CaseFile?) throws {
        guard case .acceptanceLetter(let letter)? = try file?.newest(.acceptanceLetter)?.content,
            letter.person.isSame(as: person)
        else { throw Mismatch(code: "person-differs", pointer: "/content/person") }
    }
}
