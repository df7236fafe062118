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

    /// Orders back what is owed first: each order undoes one remittance, for one ground. What two persons send back besides
    /// is money that is held for papers, when they see that none will come.
    func returnFunds(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        var owed = try owedBack(file, draft).first
        if owed == nil, deciders != .policy, case .destination(let handshake) = draft.story.transfer.pension,
            handshake.phase.isTerminal
        {
            owed = try funds(file, draft).tally.held.first.map {
                .init(key: $0.key, ground: .surplus, amount: $0.amount)
            }
            if owed != nil { _ = try draft.apply(.fundsReturn(.surplusFound), actor: deciders.actor) }
        }
        guard let owed else {
            throw .notAllowed(NotAllowed(event: "return-decided", phase: "nothing-owed"))
        }
        _ = try draft.apply(
            .fundsReturn(.returnDecided), actor: deciders.actor, cause: CaseFile.cause(of: owed),
            materials: .init(
                postings: [.returnSetAside(owed.amount, to: file.opening.origin)],
                orders: [try returnOrder(owed.amount, file, draft)], deciders: deciders))
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
        guard let terms = file.returnTerms(of: order) else {
            throw .store(.corrupt("\(file.opening.number): the return \(order.key) has no terms"))
        }
        let advice = ReturnAdvice(
            orderKey: order.key, returns: terms.key, amount: order.amount, ground: terms.ground,
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
        guard try !isReturnConfirmed(line.endToEndKey, file, draft) else {
            throw .notAllowed(NotAllowed(event: "bank-line", phase: "return-confirmed"))
        }
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
            guard newest.orderKey.text.utf8.elementsEqual(line.endToEndKey.utf8) else {
                throw .notAllowed(NotAllowed(event: "bank-line", phase: "return-came-back"))
            }
            guard newest.amount == line.amount else {
                _ = try draft.apply(
                    .awaitedReturn(.differingReturnCreditArrived), actor: "bank", cause: line.reference,
                    materials: materials)
                return
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
        materials.postings.append(try booked(advice, line.amount, file, draft))
        materials.contents.append(
            .returnConfirmation(
                ReturnConfirmation(
                    orderKey: advice.orderKey, amount: line.amount, bankReference: line.reference,
                    creditedOn: line.bookedOn)))
    }

    /// A remittance that was recalled goes back to the account and the pool it came from, a correction by what it lowered,
    /// what was frozen for a form that was refused by what it raised; what the bank paid twice settles in suspense against
    /// the debit that nobody ordered.
    ///
    /// - Parameter amount: what came, which two persons may have accepted as less than the advice says.
    private func booked(
        _ advice: ReturnAdvice, _ amount: Money, _ file: CaseFile, _ draft: StepDraft
    ) throws(DeskFault) -> Posting {
        switch advice.ground {
        case .recalled:
            let before = try recalledBack(file, draft)
            guard let newest = try draft.newestForm(file)?.computation, before + amount <= newest.transfer else {
                break
            }
            // The account comes first, over all parts in which the money comes.
            let individual = min(newest.account, before + amount) - min(newest.account, before)
            return .returnBooked(individual: individual, pooled: amount - individual)
        case .corrected:
            var given = try givenAway(file, draft)
            let back = given.cameBack(amount)
            return .returnBooked(individual: back.individual, pooled: back.pooled)
        case .excess:
            var given = try givenAway(file, draft)
            let back = given.cameBackUnasked(amount)
            return .returnBooked(individual: back.individual, pooled: back.pooled)
        case .surplus: break
        }
        return .returnBooked(individual: .zero, pooled: .zero)
    }

    /// What was given away by all forms so far, less what corrections have brought back.
    func givenAway(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> GivenAway {
        var given = GivenAway()
        var grounds: [OrderKey: ReturnGround] = [:]
        // Of what was refused only this side's own forms count; what the other office wrote may not even be readable.
        for (content, isRefused) in try draft.all(
            [.informationForm, .returnAdvice, .returnConfirmation], file, andRefused: .informationForm)
        {
            switch content {
            case .informationForm(let form):
                let parts = form.computation.parts
                if isRefused { given.refused(parts) } else { given.sent(parts) }
            case .returnAdvice(let advice): grounds[advice.orderKey] = advice.ground
            case .returnConfirmation(let confirmation):
                switch grounds[confirmation.orderKey] {
                case .corrected: _ = given.cameBack(confirmation.amount)
                case .excess: _ = given.cameBackUnasked(confirmation.amount)
                case .recalled, .surplus, nil: break
                }
            default: break
            }
        }
        return given
    }

    /// Two persons accept what came although it is not what was advised: it is booked and confirmed as it came, and a case
    /// whose recalled remittance is back in part ends. What the bank lost is to be claimed from it.
    func acceptReturn(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        guard case .returnAdvice(let advice)? = try draft.newest(.returnAdvice, file) else {
            throw .notAllowed(NotAllowed(event: "return-accepted", phase: "no-return"))
        }
        if draft.story.transfer.awaitedReturn.phase == .differs, let line = returnCredit(of: advice, file) {
            var materials = StepDraft.Materials(deciders: deciders)
            try add(advice, line, to: &materials, file, draft)
            _ = try draft.apply(.awaitedReturn(.returnAccepted), actor: deciders.actor, materials: materials)
        } else if advice.ground != .recalled {
            throw .notAllowed(NotAllowed(event: "return-accepted", phase: draft.story.transfer.leading.phase))
        }
        if advice.ground == .recalled { _ = try draft.apply(.origin(.fundsReturned), actor: deciders.actor) }
    }

    /// What was confirmed so far of a remittance that was recalled: it may come in parts, as its orders did.
    private func recalledBack(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> Money {
        var recalled: Set<OrderKey> = []
        var back = Money.zero
        for content in try draft.all([.returnAdvice, .returnConfirmation], file) {
            switch content {
            case .returnAdvice(let advice) where advice.ground == .recalled: recalled.insert(advice.orderKey)
            case .returnConfirmation(let confirmation) where recalled.contains(confirmation.orderKey):
                back += confirmation.amount
            default: break
            }
        }
        return back
    }

    /// The whole remittance is back: the case ends here as if nothing had been sent. Where less came back, the months stay
    /// given away, and a clerk has to look.
    func finishReturn(
        _ advice: ReturnAdvice, _ file: CaseFile, _ draft: inout StepDraft, actor: String
    ) throws(DeskFault) {
        guard advice.ground == .recalled else { return }
        guard try draft.newestForm(file)?.computation.transfer == recalledBack(file, draft) else {
            return draft.alert(.booksDiffer)
        }
        _ = try draft.apply(.origin(.fundsReturned), actor: actor)
    }
}

extension FundComputation {
    /// What is remitted, by where it belongs.
    var parts: GivenAway.Parts { .init(individual: account, pooled: pooled) }
}
