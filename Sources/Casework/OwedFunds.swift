import TransferCore
import TransferDocuments

// What is owed back to the origin, counted anew after every step: it is owed from the step on that makes it so, and no
// longer than that.

extension Desk {
    /// What was advised, credited and sent back so far.
    func funds(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> FundsPosition {
        let bounced = Set(
            try draft.all(.bounceNotice, file).compactMap { content -> OrderKey? in
                if case .bounceNotice(let notice) = content { notice.orderKey } else { nil }
            })
        let advised = try draft.all(.remittanceAdvice, file).compactMap { content -> FundsPosition.Advised? in
            guard case .remittanceAdvice(let advice) = content, !bounced.contains(advice.orderKey) else { return nil }
            return .init(key: advice.orderKey, amount: advice.amount, makesUp: advice.makesUp)
        }
        return FundsPosition(
            advised: advised,
            credited: draft.remittanceCredits(file).compactMap { line in
                OrderKey(line.endToEndKey).map { .init(key: $0, amount: line.amount) }
            },
            returned: file.setAsideToReturn,
            isExcessConfirmed: draft.story.transfer.queries.asked.outcome(of: .creditOver) == .returnExcess)
    }

    /// What has to go back now, each by an order of its own.
    func owedBack(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> [FundsPosition.Owed] {
        guard case .destination(let handshake) = draft.story.transfer.pension, handshake.hasFunds else { return [] }
        let came = draft.remittanceCredits(file).map(\.amount).sum() - file.setAsideToReturn.map(\.amount).sum()
        let posted = try posted(file, draft).map { $0.individual + $0.pooled } ?? .zero
        // Nothing stands in suspense: the usual end needs no look at the papers.
        guard came > posted else { return [] }
        let funds = try funds(file, draft)
        switch handshake.phase {
        case .completed: return funds.owed(.posted(posted))
        case .givingBack, .givenBack:
            return funds.owed(.recalled(try draft.newestForm(file)?.computation.transfer ?? came))
        case .refused, .temporaryOpened, .withdrawn, .ceased: return funds.owed(.ended)
        default: return funds.owed(.underWay)
        }
    }

    /// Makes what is owed back owed, and what is not owed any more not owed; a case that has given everything back ends.
    func settleOwed(_ file: CaseFile, _ draft: inout StepDraft) async throws(DeskFault) {
        guard case .destination(let handshake) = draft.story.transfer.pension, handshake.hasFunds,
            !draft.step.events.isEmpty
        else { return }
        let isSettled = handshake.phase.isTerminal || handshake.phase == .givingBack
        let phase = draft.story.transfer.fundsReturn.phase
        guard isSettled || phase == .owed else { return }
        let owed = try owedBack(file, draft)
        switch phase {
        case .none where isSettled && !owed.isEmpty, .confirmed where isSettled && !owed.isEmpty:
            _ = try draft.apply(.fundsReturn(.surplusFound), actor: DecisionStep.policy)
        case .owed where owed.isEmpty:
            _ = try draft.apply(.fundsReturn(.nothingOwed), actor: DecisionStep.policy)
            try await finish(.returnFunds, of: file, &draft)
        default: break
        }
        if handshake.phase == .givingBack, owed.isEmpty, draft.story.transfer.fundsReturn.phase == .confirmed {
            _ = try draft.apply(.destination(.fundsGivenBack), actor: DecisionStep.policy)
        }
    }

    /// Strikes off work that has nothing left to do.
    func finish(
        _ kind: NewEffect.Kind, of file: CaseFile, _ draft: inout StepDraft
    ) async throws(DeskFault) {
        do throws(StoreError) {
            for effect in try await store.openEffects(of: file.opening.number) where effect.kind == kind {
                draft.finish(effect.id)
            }
        } catch {
            throw .store(error)
        }
    }
}

extension CaseFile {
    /// What was set aside to go back so far, with its terms: every order that was not replaced by another try.
    var setAsideToReturn: [FundsPosition.Owed] {
        let orders = orders.filter { $0.key.leg == .fundsReturn }
        return orders.enumerated().filter { place, order in
            guard case .bounced? = order.outcome else { return true }
            return place == orders.count - 1
        }.compactMap { returnTerms(of: $0.element) }
    }

    /// Which order a return undoes, and why, as it was decided: each try of it has the terms of the decision.
    func returnTerms(of order: StoredOrder) -> FundsPosition.Owed? {
        var terms: (key: OrderKey, ground: ReturnGround)?
        var attempt = 0
        for event in events {
            switch event.name {
            case FundsReturn.Event.returnDecided.name:
                attempt += 1
                terms = event.cause.flatMap(CaseFile.returnTerms) ?? terms
            case FundsReturn.Event.returnRetried.name: attempt += 1
            default: continue
            }
            if attempt == order.key.attempt { break }
        }
        return terms.map { .init(key: $0.key, ground: $0.ground, amount: order.amount) }
    }

    /// What the decision on a return names as its cause: the order that it undoes, and the ground.
    static func cause(of owed: FundsPosition.Owed) -> String { "\(owed.key) \(owed.ground.rawValue)" }

    private static func returnTerms(_ cause: String) -> (key: OrderKey, ground: ReturnGround)? {
        let words = cause.split(separator: " ")
        guard words.count == 2, let key = OrderKey(words[0]), let ground = ReturnGround(rawValue: String(words[1]))
        else { return nil }
        return (key, ground)
    }
}
