import TransferCore
import TransferDocuments

// Money that goes back from the destination to the origin: always a new, linked remittance, once.

extension Desk {
    /// Carries out the effect ``NewEffect/Kind/returnFunds``.
    func returnFunds(_ effect: OpenEffect) async throws(DeskFault) {
        try await commit(effect.number) { (file, draft) throws(DeskFault) in
            draft.finish(effect.id)
            guard draft.story.transfer.fundsReturn.phase == .owed else { return }
            try returnFunds(file, &draft, by: .policy)
        }
    }

    /// Orders back everything that stands in suspense for the case and is not owed to the insured person.
    func returnFunds(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        let amount = try surplus(file, draft)
        guard amount > .zero else {
            throw .notAllowed(NotAllowed(event: "return-decided", phase: "nothing-owed"))
        }
        _ = try draft.apply(
            .fundsReturn(.returnDecided), actor: deciders.actor,
            materials: .init(
                postings: [.returnSetAside(amount, to: file.opening.origin)],
                orders: [try returnOrder(amount, file, draft)], deciders: deciders))
    }

    /// Orders again what the bank could not credit to the origin.
    func retryReturn(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        guard let last = file.orders.last(where: { $0.key.leg == .fundsReturn }) else {
            throw .notAllowed(NotAllowed(event: "return-retried", phase: "nothing-ordered"))
        }
        _ = try draft.apply(
            .fundsReturn(.returnRetried), actor: deciders.actor,
            materials: .init(orders: [try returnOrder(last.amount, file, draft)], deciders: deciders))
    }

    private func returnOrder(_ amount: Money, _ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> StoredOrder {
        // The origin's account is the one that the signed directory names now.
        guard let creditor = directory.current[directory.current.inForce(file.opening.origin)]?.remittanceAccount else {
            throw .notAllowed(NotAllowed(event: "return-decided", phase: "origin-not-in-directory"))
        }
        return try order(
            .fundsReturn, attempt: draft.story.transfer.fundsReturn.attempts + 1, amount, to: creditor, in: file)
    }

    /// What came for the case and is neither posted nor sent back nor still to be matched.
    func surplus(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> Money {
        let came = draft.remittanceCredits(file).map(\.amount).sum()
        let posted = try posted(file, draft).map { $0.individual + $0.pooled } ?? .zero
        return came - posted - file.setAsideToReturn
    }

    /// Which order a return undoes, and why.
    func returnTerms(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> (of: OrderKey, ground: ReturnGround) {
        let keys = draft.remittanceCredits(file).compactMap { OrderKey($0.endToEndKey) }
        guard let first = keys.first, let last = keys.last,
            case .destination(let handshake) = draft.story.transfer.pension
        else { throw .notAllowed(NotAllowed(event: "return-paid", phase: "nothing-credited")) }
        if handshake.phase == .givingBack || handshake.phase == .givenBack { return (first, .recalled) }
        if draft.story.transfer.queries.asked.outcome(of: .creditOver) == .returnExcess { return (first, .excess) }
        if Set(keys).count < keys.count { return (last, .surplus) }
        if let form = try draft.newestForm(file), form.version > 1 { return (first, .corrected) }
        return (last, .surplus)
    }

    /// What the bank says of a return that this node ordered.
    func takeReturnOutcome(
        _ line: BankLine, _ order: StoredOrder, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        if let reason = line.returnReason {
            draft.settle(order.key, .bounced(reason))
            _ = try draft.apply(
                .fundsReturn(.returnBounced(reason)), actor: "bank", cause: line.reference,
                materials: .init(postings: [.returnBounced(order.amount, to: file.opening.origin)]))
            return
        }
        draft.settle(order.key, .paid(bankReference: line.reference))
        let terms = try returnTerms(file, draft)
        let advice = ReturnAdvice(
            orderKey: order.key, returns: terms.of, amount: order.amount, ground: terms.ground,
            bankReference: line.reference, paidOn: line.bookedOn)
        _ = try draft.apply(
            .fundsReturn(.returnPaid), actor: "bank", cause: line.reference,
            materials: .init(
                contents: [.returnAdvice(advice)], postings: [.returnPaid(order.amount, to: file.opening.origin)]))
    }

    // MARK: The origin

    /// Money that came back by bank.
    func takeReturnCredit(
        _ line: BankLine, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        var materials = StepDraft.Materials(postings: [.creditHeld(line.amount)])
        var advice: ReturnAdvice?
        if draft.story.transfer.awaitedReturn.phase == .advised,
            case .returnAdvice(let newest)? = try draft.newest(.returnAdvice, file)
        {
            // A return that bounced late is ordered again: its money may overtake its advice.
            if let key = OrderKey(line.endToEndKey), key.attempt > newest.orderKey.attempt {
                _ = try draft.apply(
                    .awaitedReturn(.laterReturnCreditArrived), actor: "bank", cause: line.reference,
                    materials: materials)
                return
            }
            guard newest.amount == line.amount, newest.orderKey.text.utf8.elementsEqual(line.endToEndKey.utf8) else {
                throw .notAllowed(NotAllowed(event: "bank-line", phase: "return-differs-from-its-advice"))
            }
            advice = newest
            try add(newest, line, to: &materials, file, draft)
        }
        _ = try draft.apply(
            .awaitedReturn(.returnCreditArrived), actor: "bank", cause: line.reference, materials: materials)
        if let advice { try finishReturn(advice, file, &draft, actor: "bank") }
    }

    /// The credit that an advice is about, if it is here already.
    func returnCredit(of advice: ReturnAdvice, _ file: CaseFile) -> BankLine? {
        file.bankLines.last { line in
            line.direction == .credit && line.endToEndKey.utf8.elementsEqual(advice.orderKey.text.utf8)
        }
    }

    /// What the meeting of advice and credit needs: the books and the confirmation.
    func add(
        _ advice: ReturnAdvice, _ line: BankLine, to materials: inout StepDraft.Materials, _ file: CaseFile,
        _ draft: StepDraft
    ) throws(DeskFault) {
        materials.postings.append(try booked(advice, file, draft))
        materials.contents.append(
            .returnConfirmation(
                ReturnConfirmation(
                    orderKey: advice.orderKey, amount: line.amount, bankReference: line.reference,
                    creditedOn: line.bookedOn)))
    }

    /// A remittance that was recalled goes back to the account and the pool it came from, a correction by what it lowered;
    /// what the bank paid twice settles in suspense against the debit that nobody ordered.
    private func booked(_ advice: ReturnAdvice, _ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> Posting {
        let forms = try draft.all(.informationForm, file).compactMap { content -> FundComputation? in
            if case .informationForm(let form) = content { form.computation } else { nil }
        }
        guard let newest = forms.last else { return .returnBooked(individual: .zero, pooled: .zero) }
        switch advice.ground {
        case .recalled where advice.amount <= newest.transfer:
            let individual = min(newest.account, advice.amount)
            return .returnBooked(individual: individual, pooled: advice.amount - individual)
        case .corrected:
            if let before = forms.dropLast().last, before.transfer - newest.transfer == advice.amount {
                return .returnBooked(
                    individual: before.account - newest.account, pooled: before.pooled - newest.pooled)
            }
            return .returnBooked(individual: .zero, pooled: .zero)
        case .recalled, .surplus, .excess: return .returnBooked(individual: .zero, pooled: .zero)
        }
    }

    /// The whole remittance is back: the case ends here as if nothing had been sent. Where less came back, the months stay
    /// given away, and a clerk has to look.
    func finishReturn(
        _ advice: ReturnAdvice, _ file: CaseFile, _ draft: inout StepDraft, actor: String
    ) throws(DeskFault) {
        guard advice.ground == .recalled else { return }
        guard try draft.newestForm(file)?.computation.transfer == advice.amount else {
            return draft.alert(.booksDiffer)
        }
        _ = try draft.apply(.origin(.fundsReturned), actor: actor)
    }
}

extension CaseFile {
    /// What was set aside to go back so far: every order that was not replaced by another try.
    var setAsideToReturn: Money {
        let orders = orders.filter { $0.key.leg == .fundsReturn }
        return orders.enumerated().filter { place, order in
            guard case .bounced? = order.outcome else { return true }
            return place == orders.count - 1
        }.map(\.element.amount).sum()
    }
}
