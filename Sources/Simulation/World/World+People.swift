import Casework
import TransferCore
import TransferDocuments

// The people of a run: applicants lodge, correct and withdraw; staff decide what waits for them, and while the faults last
// now and then something that nobody expected.

extension World {
    // MARK: Applicants

    /// An applicant looks after the own application.
    func visit(of serial: Int) async {
        let applicant = applicants[serial]
        let node = nodes[applicant.destination]
        defer {
            // While the faults last people come back; afterwards until all is done.
            let pause = numbers.within(10 * 3_600_000...60 * 3_600_000)
            if !places[serial].isAnswered || time.now < SimulatedFault.period + World.patience / 2 {
                events.push(.applicant(serial), at: time.now + (places[serial].isAnswered ? pause : 3_600_000))
            }
        }
        guard !node.isDead else { return }
        guard let number = places[serial].number else {
            if !places[serial].isAnswered { await lodge(serial, at: node) }
            return
        }
        await mendAccount(serial, number)
        guard let story = story(of: number, at: node), !story.transfer.isTerminal else { return }
        if let after = applicant.withdrawsAfter, !places[serial].hasWithdrawn, time.now > applicant.lodgesAt + after {
            places[serial].hasWithdrawn = true
            await withdraw(serial, number, node)
        }
        guard case .destination(let handshake) = story.transfer.pension else { return }
        switch handshake.phase {
        case .returned, .supplementing: await correct(serial, number, node)
        default: break
        }
    }

    private func lodge(_ serial: Int, at node: SimulatedNode) async {
        let application = applicants[serial].application(corrected: false)
        guard let form = try? ApplicationForm.write(application) else {
            return watch.find("lodged", "application \(serial) cannot be written")
        }
        let desk = node.desk
        let key = "key-\(serial)"
        race(node) { _ = try? await desk.lodge(application, form: form, owner: "mill", key: key) }
        let lodging = try? await desk.lodge(application, form: form, owner: "mill", key: key)
        node.store.setRival(nil)
        guard let lodging, !node.isDead else { return }
        var number: CaseNumber?
        switch lodging {
        case .opened(let given, _), .repeated(let given): number = given
        // Another case of the person is under way; an own one would have been told by its key.
        case .underWay: break
        case .keyReused, .faulty: watch.find("lodged", "application \(serial) was not taken")
        }
        if let told = places[serial].told, told != number {
            watch.find("same-answer", "\(key) got \(told), and then \(number?.text ?? "another answer")")
        }
        places[serial].told = number
        places[serial].number = number
        // Now and then the answer is lost on its way, and the same is lodged once more.
        if !time.areFaultsOver, numbers.chance(100) {
            places[serial].number = nil
        } else {
            places[serial].isAnswered = true
        }
    }

    private func withdraw(_ serial: Int, _ number: CaseNumber, _ node: SimulatedNode) async {
        let desk = node.desk
        try? await desk.withdraw(number, owner: "mill")
        watch.note("applicant \(serial) withdraws \(number)")
    }

    /// Corrects once; whose letter comes back again gives up.
    private func correct(_ serial: Int, _ number: CaseNumber, _ node: SimulatedNode) async {
        places[serial].corrections += 1
        guard places[serial].corrections <= 2 else { return await withdraw(serial, number, node) }
        let application = applicants[serial].application(corrected: true)
        guard let form = try? ApplicationForm.write(application) else { return }
        try? await node.desk.correct(number, application, form: form, owner: "mill")
    }

    /// Where a payout came back the person names another card.
    private func mendAccount(_ serial: Int, _ number: CaseNumber) async {
        let applicant = applicants[serial]
        let node = nodes[applicant.origin]
        guard !node.isDead, let story = story(of: number, at: node) else { return }
        for (purpose, leg) in story.transfer.payouts.sorted(by: { $0.key < $1.key }) {
            guard case .bounced = leg.phase, case .balance(let branch) = purpose, !leg.moves else { continue }
            places[serial].cards += 1
            let card = SimulatedCast.card(
                of: applicant.application(corrected: places[serial].corrections > 0).person,
                serial + 100 * places[serial].cards)
            _ = try? await node.desk.correctAccount(
                number, branch, card, form: Array("{\"card\":\(places[serial].cards)}".utf8), owner: "mill")
        }
    }

    // MARK: Staff

    /// The staff of a node look at what is live.
    func staffRound(at node: SimulatedNode) async {
        guard !node.isDead else { return }
        compareClocks(of: node)
        var filter = World.everyCase
        filter.onlyLive = true
        guard let list = try? await node.store.caseList(filter) else { return }
        for entry in list where !node.isDead {
            // People do not see to everything every day.
            if !time.areFaultsOver, numbers.chance(350) { continue }
            guard let story = story(of: entry.number, at: node) else { continue }
            if !time.areFaultsOver, numbers.chance(60) {
                await act(oddAction(story), on: entry.number, at: node)
            } else if let action = await sensibleAction(story, entry.number, at: node),
                await node.store.isOfStaff(
                    action, on: entry.number, alone: node.alone, story: { self.story(of: entry.number, at: node) })
            {
                await act(action, on: entry.number, at: node)
            }
        }
        guard !time.areFaultsOver, numbers.chance(150),
            let any = try? await node.store.caseList(World.everyCase), !any.isEmpty
        else { return }
        let number = numbers.pick(any).number
        guard let story = story(of: number, at: node) else { return }
        await act(oddAction(story), on: number, at: node)
    }

    /// The case as people see it. A history that has not grown is not read again: it is the same.
    func story(of number: CaseNumber, at node: SimulatedNode) -> CaseStory? {
        guard let version = try? node.store.read({ $0.cases[number]?.events.count }) else { return nil }
        if let known = stories[node.index][number], known.version == version { return known.story }
        guard let file = try? node.store.file(of: number), let story = try? CaseStory(replaying: file) else {
            return nil
        }
        stories[node.index][number] = (version, story)
        return story
    }

    func act(_ action: StaffAction, on number: CaseNumber, at node: SimulatedNode) async {
        guard let deciders = SimulatedCast.deciders else { return }
        if action == .reviseForm || action == .liftHold { await mendRecord(of: number, at: node, action) }
        let decision = SimulatedCast.decision(action)
        let desk = node.desk
        race(node) { try? await desk.perform(decision, on: number, by: deciders) }
        do {
            try await desk.perform(decision, on: number, by: deciders)
            watch.struck("staff \(action.name)")
        } catch {
            if case .notAllowed = error { forbidden.insert(attempt(action.name, number, node)) }
            watch.note("\(node.index) \(number) \(action.name): \(error)")
        }
        node.store.setRival(nil)
    }

    /// The agency's records change: a month was added, or what held the check up is over.
    private func mendRecord(of number: CaseNumber, at node: SimulatedNode, _ action: StaffAction) async {
        guard let file = try? await node.store.caseFile(number),
            let record = try? await node.store.record(of: file.opening.residentID)
        else { return }
        var lines = record.lines
        if action == .reviseForm {
            // Most changes add a month that came late; some take one away again that was never paid.
            if let last = lines.firstIndex(where: { $0.base == World.lateBase }), numbers.chance(400) {
                lines.remove(at: last)
            } else {
                revisions += 1
                let month = "2023-" + (revisions % 12 < 9 ? "0" : "") + "\(revisions % 12 + 1)"
                lines.insert(SimulatedCast.line(month, month, .ordinary, fen: World.lateBase.fen), at: 0)
            }
        }
        try? await node.store.importRecords([record.mended(lines)], at: node.clock.now)
    }

    private static let lateBase = Money(fen: 500_100)

    // MARK: What is sensible

    private func sensibleAction(_ story: CaseStory, _ number: CaseNumber, at node: SimulatedNode) async -> StaffAction?
    {
        let transfer = story.transfer
        if let action = answer(to: transfer, number, node) { return action }
        switch transfer.pension {
        case .destination(let handshake): return await destinationAction(handshake, transfer, number, node)
        case .origin(let handshake):
            if handshake.phase == .awaitingCompletion, story.isFormRecalled { return .reviseForm }
            return originAction(handshake, transfer, number, node)
        }
    }

    /// What the other office has asked.
    /// What was tried on a case as it stood then: once it has moved on, it may be tried again.
    private func attempt(_ action: String, _ number: CaseNumber, _ node: SimulatedNode) -> String {
        "\(node.index) \(number) \(stories[node.index][number]?.version ?? 0) \(action)"
    }

    private func answer(to transfer: TransferCase, _ number: CaseNumber, _ node: SimulatedNode) -> StaffAction? {
        if let answer = StaffAction(answering: transfer.queries) { return answer }
        if case .received(let subject) = transfer.recall.phase {
            return subject == .remittance && numbers.chance(300) && !time.areFaultsOver
                ? .declineRecall(.benefitInPayment)
                : transfer.canConsent(to: subject)
                    && !forbidden.contains(attempt(StaffAction.consentToRecall.name, number, node))
                    ? .consentToRecall : .declineRecall(.alreadyPaid)
        }
        if case .received = transfer.correction.phase {
            return numbers.chance(500) ? .agreeToCorrection : .declineCorrection
        }
        return nil
    }

    private func destinationAction(
        _ handshake: DestinationHandshake, _ transfer: TransferCase, _ number: CaseNumber, _ node: SimulatedNode
    ) async -> StaffAction? {
        if let action = StaffAction(returning: transfer.fundsReturn) { return action }
        if case .choiceAwaited = transfer.clearing.phase {
            guard let file = try? await node.store.caseFile(number), let person = person(of: file) else { return nil }
            return .chooseMonths(numbers.chance(500) ? .here : .moved, SimulatedCast.card(of: person, 500))
        }
        if let leg = transfer.payouts[.clearingRefund], case .bounced = leg.phase,
            let file = try? await node.store.caseFile(number), let holder = file.orders.last?.creditor.holder
        {
            return .correctAccount(.clearingRefund, card(holder, leg))
        }
        switch handshake.phase {
        case .reviewing:
            if !time.areFaultsOver, numbers.chance(100) { return .askSupplement([.identityDocument]) }
            return .accept
        case .awaitingAccount: return .confirmAccount
        case .mismatched(let difference):
            return transfer.queries.asked.isOpen ? nil : .ask(difference.subject)
        default: return nil
        }
    }

    private func card(_ holder: String, _ leg: PayoutLeg) -> BankAccount {
        SimulatedCast.card(
            of: InsuredPerson(name: holder, residentID: applicants[0].person.residentID), 600 + numbers.below(300))
    }

    private func person(of file: CaseFile) -> InsuredPerson? {
        guard let form = file.opening.application else { return nil }
        let corrected = file.events.last { $0.name == "application-corrected" || $0.name == "application-supplemented" }
        return try? ApplicationForm.read(corrected?.attachment ?? form).person
    }

    private func originAction(
        _ handshake: OriginHandshake, _ transfer: TransferCase, _ number: CaseNumber, _ node: SimulatedNode
    ) -> StaffAction? {
        if case .agreed = transfer.correction.phase { return .reviseForm }
        for (purpose, leg) in transfer.payouts.sorted(by: { $0.key < $1.key }) {
            guard case .bounced = leg.phase else { continue }
            if case .heir = purpose { return .correctAccount(purpose, card("何春", leg)) }
            // A balance that goes to the other office is paid again to the account that it has confirmed.
            if leg.moves { return .correctAccount(purpose, SimulatedCast.account(of: number.destination)) }
        }
        switch handshake.phase {
        case .checking: return transfer.queries.asked.isOpen ? nil : .check
        case .onHold: return numbers.chance(300) ? .waiveArrears(signedOn: SimulatedCast.day("2026-12-01")) : .liftHold
        case .frozen, .bounced: return .remit
        case .ceased where transfer.payouts[.heir(1)] == nil: return nil
        case .awaitingCompletion:
            // The other office was told that more will be paid.
            guard case .answered(.creditShort, .supplementFollows) = transfer.queries.received,
                shortfallsMet.insert("\(number) \(transfer.queries.numberReceived)").inserted
            else { return nil }
            return .meetShortfall
        default: return nil
        }
    }

    // MARK: What nobody expects

    private func oddAction(_ story: CaseStory) -> StaffAction {
        let card = SimulatedCast.card(of: applicants[0].person, 700 + numbers.below(200))
        let heirs = [
            StaffAction.Heir(
                account: SimulatedCast.card(of: SimulatedCast.person(3, name: "何春"), 800), part: 1, paper: "公证1号")
        ]
        let common: [StaffAction] = [
            .ask(.other), .ask(.fundsMissing), .answer(.confirmed), .askCorrection, .remind, .consentToRecall,
            .declineRecall(.other), .agreeToCorrection, .declineCorrection, .retry,
        ]
        let own: [StaffAction]
        switch story.transfer.role {
        case .destination:
            own = [
                .accept, .refuse(.notEnrolled), .openTemporaryAccount, .askSupplement([.other]),
                .withdraw(.sentInError), .recall(.letter, .sentInError), .confirmAccount, .returnFunds, .retryReturn,
                .chooseMonths(.here, card), .ask(.booksDiffer), .ask(.creditShort), .ask(.creditOver),
            ]
        case .origin:
            own = [
                .check, .handBack(.noRecordAtOrigin), .hold(.currentMonthUnsettled), .liftHold, .remit,
                .endPerson(.deceased), .settleHeirs(heirs), .recall(.form, .wrongAmount),
                .recall(.remittance, .sentInError), .reviseForm, .meetShortfall,
                .correctAccount(.balance(.medical), card),
            ]
        }
        return numbers.pick(numbers.chance(400) ? common : own)
    }
}

extension TransferCase {
    /// Whether a consent can still undo what is recalled.
    fileprivate func canConsent(to subject: RecallSubject) -> Bool {
        var copy = self
        switch subject {
        case .letter: return (try? copy.apply(.origin(.letterWithdrawn))) != nil
        case .form: return (try? copy.apply(.destination(.formRecalled))) != nil
        // What was refunded to the person cannot go back as well.
        case .remittance:
            return payouts[.clearingRefund] == nil && (try? copy.apply(.destination(.fundsRecalled))) != nil
        }
    }
}
