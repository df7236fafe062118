import Casework
import TransferCore
import TransferDocuments

// What staff do with a case when they look at it.

extension NationSlice {
    func staffLook(at number: CaseNumber, _ node: NationNode) async {
        guard let planned = plans[node.index][number], planned.at == time.now else { return }
        plans[node.index][number] = nil
        guard let story = story(of: number, at: node), !story.transfer.isTerminal else { return }
        let bounced = story.transfer.payouts.values.contains { leg in
            if case .bounced = leg.phase { !leg.moves } else { false }
        }
        if bounced { planVisit(of: number) }
        guard let action = sensibleAction(story, number, node),
            await node.store.isOfStaff(action, on: number, alone: node.alone, story: { story })
        else { return }
        await act(action, on: number, at: node)
    }

    private func act(_ action: StaffAction, on number: CaseNumber, at node: NationNode) async {
        guard let deciders = SimulatedCast.deciders else { return }
        if action == .reviseForm || action == .liftHold { await mend(number, node, action) }
        let decision = SimulatedCast.decision(action)
        do {
            try await node.desk.perform(decision, on: number, by: deciders)
            watch.struck("staff \(action.name)")
        } catch {
            watch.note("\(node.index) \(number) \(action.name): \(error)")
            watch.struck("staff not allowed \(action.name)")
            if case .received = story(of: number, at: node)?.transfer.recall.phase, action == .consentToRecall {
                await act(.declineRecall(.alreadyPaid), on: number, at: node)
            }
        }
    }

    /// The agency's records change: a month was added that came late, or what held the check up is over.
    private func mend(_ number: CaseNumber, _ node: NationNode, _ action: StaffAction) async {
        guard let file = try? node.store.file(of: number),
            let record = try? await node.store.record(of: file.opening.residentID)
        else { return }
        var lines = record.lines
        if action == .reviseForm {
            let year = 2_000 + number.text.utf8.reduce(0) { $0 + Int($1) } % 10
            lines.insert(SimulatedCast.line("\(year)-05", "\(year)-05", .ordinary, fen: 500_100), at: 0)
        }
        await mendRecord(of: file.opening.residentID, at: node, lines: lines)
    }

    private func sensibleAction(_ story: CaseStory, _ number: CaseNumber, _ node: NationNode) -> StaffAction? {
        if let action = answer(story.transfer) { return action }
        switch story.transfer.pension {
        case .destination(let handshake): return destinationAction(handshake, story.transfer, number, node)
        case .origin(let handshake):
            if handshake.phase == .awaitingCompletion, story.isFormRecalled { return .reviseForm }
            return originAction(handshake, story.transfer, number, node)
        }
    }

    /// What the other office has asked.
    private func answer(_ transfer: TransferCase) -> StaffAction? {
        if let answer = StaffAction(answering: transfer.queries) { return answer }
        if case .received = transfer.recall.phase { return .consentToRecall }
        if case .received = transfer.correction.phase { return .declineCorrection }
        return nil
    }

    private func destinationAction(
        _ handshake: DestinationHandshake, _ transfer: TransferCase, _ number: CaseNumber, _ node: NationNode
    ) -> StaffAction? {
        if let action = StaffAction(returning: transfer.fundsReturn) { return action }
        if case .choiceAwaited = transfer.clearing.phase {
            guard let place = owners[number] else { return nil }
            return .chooseMonths(
                numbers.chance(500) ? .here : .moved,
                SimulatedCast.card(of: applicants[place].person, applicants[place].serial + 500))
        }
        if let leg = transfer.payouts[.clearingRefund], case .bounced = leg.phase, let place = owners[number] {
            visits[place].cards += 1
            return .correctAccount(
                .clearingRefund,
                SimulatedCast.card(of: applicants[place].person, applicants[place].serial + 600 + visits[place].cards))
        }
        let mayRecall = transfer.recall.phase == .none
        switch handshake.phase {
        case .reviewing:
            return numbers.chance(assumed.asksSupplement) ? .askSupplement([.identityDocument]) : .accept
        case .awaitingReply where mayRecall && numbers.chance(assumed.recallsLetter):
            return .recall(.letter, .sentInError)
        case .awaitingAccount: return .confirmAccount
        case .mismatched(let difference):
            return transfer.queries.asked.isOpen ? nil : .ask(difference.subject)
        default: return nil
        }
    }

    private func originAction(
        _ handshake: OriginHandshake, _ transfer: TransferCase, _ number: CaseNumber, _ node: NationNode
    ) -> StaffAction? {
        if case .agreed = transfer.correction.phase { return .reviseForm }
        for (purpose, leg) in transfer.payouts.sorted(by: { $0.key < $1.key }) {
            guard case .bounced = leg.phase, leg.moves else { continue }
            return .correctAccount(purpose, SimulatedCast.account(of: number.destination))
        }
        switch handshake.phase {
        case .checking: return transfer.queries.asked.isOpen ? nil : .check
        case .onHold(.arrearsOpen), .onHold(.currentMonthUnsettled):
            return numbers.chance(400) ? .waiveArrears(signedOn: node.clock.now.date) : .liftHold
        case .onHold: return .liftHold
        case .frozen, .bounced: return .remit
        case .awaitingCompletion:
            if case .answered(.creditShort, .supplementFollows) = transfer.queries.received,
                shortfallsMet.insert("\(number) \(transfer.queries.numberReceived)").inserted
            {
                return .meetShortfall
            }
            let mayRecall = transfer.recall.phase == .none
            return mayRecall && numbers.chance(assumed.recallsForm) ? .recall(.form, .wrongAmount) : nil
        default: return nil
        }
    }
}
