import TransferCore
import TransferDocuments

// The origin beside the straight road: the end of a person's relationship, heirs, contributions that came late, money
// that did not arrive.

extension Desk {
    /// The relationship ends before anything was paid: what was frozen is released, and the other office is told.
    ///
    /// Source: Social Insurance Law, Art. 14; phase 12D of the domain handbook.
    func endPerson(
        _ reason: Reason, text: String? = nil, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        _ = try draft.apply(
            .origin(.personEnded(reason)), actor: deciders.actor,
            materials: try endMaterials(reason, text: text, file, draft, by: deciders))
        try dropPayouts(file, &draft, actor: deciders.actor)
    }

    /// What the end of the relationship needs: the word to the other office, and the freeze lifted.
    func endMaterials(
        _ reason: Reason, text: String? = nil, _ file: CaseFile, _ draft: StepDraft, by deciders: Deciders
    ) throws(DeskFault) -> StepDraft.Materials {
        let notice = EndNotice(
            letterVersion: file.count(of: .acceptanceLetter), reason: reason,
            text: text ?? "\(reason.sentence.chinese) \(reason.sentence.english)", endedOn: clock.now.date)
        return .init(contents: [.endNotice(notice)], postings: try lifted(file, draft), deciders: deciders)
    }

    /// Whether the records say that the person has died.
    func hasDied(_ file: CaseFile) async throws(DeskFault) -> Bool {
        do throws(StoreError) { return try await store.record(of: file.opening.residentID)?.isDeceased ?? false } catch
        {
            throw .store(error)
        }
    }

    /// What reverses the freeze, if there was one and nothing was paid.
    func lifted(_ file: CaseFile, _ draft: StepDraft) throws(DeskFault) -> [Posting] {
        guard case .origin(let handshake) = draft.story.transfer.pension, handshake.ordersPaid == 0,
            let form = try draft.newestForm(file)
        else { return [] }
        return [
            .freezeLifted(
                individual: form.computation.account, pooled: form.computation.pooled,
                to: file.opening.destination)
        ]
    }

    /// Payout legs that were not ordered end with the case.
    func dropPayouts(_ file: CaseFile, _ draft: inout StepDraft, actor: String) throws(DeskFault) {
        for branch in file.opening.payouts where draft.story.transfer.payouts[.balance(branch)]?.phase == .waiting {
            _ = try draft.apply(.payout(.balance(branch), .caseEnded), actor: actor)
        }
    }

    /// Pays the balances of a person who has died to the heirs, in their parts. What was ordered to the person before and
    /// came back goes to one heir whom the others have empowered.
    ///
    /// Source: Social Insurance Law, Art. 14; BR-209, BR-211 of the domain handbook; one heir for what came back is our
    /// choice, because an order stands for the balance and not for its parts.
    func settleHeirs(
        _ heirs: [StaffAction.Heir], _ decision: StaffDecision, _ file: CaseFile, _ draft: inout StepDraft,
        by deciders: Deciders
    ) async throws(DeskFault) {
        let record: PersonRecord?
        do throws(StoreError) { record = try await store.record(of: file.opening.residentID) } catch {
            throw .store(error)
        }
        // Whoever is not the insured person shows a notarised paper (BR-209).
        guard heirs.allSatisfy({ (1...64).contains($0.paper.utf8.count) }) else {
            throw .notAllowed(NotAllowed(event: "settle-heirs", phase: "mandate-missing"))
        }
        let isEnded = draft.story.transfer.legs.contains { $0.kind == .pension && $0.phase == "ceased" }
        guard isEnded, draft.story.transfer.payouts[.heir(1)] == nil else {
            return try payBounced(to: heirs, record, decision, file, &draft, by: deciders)
        }
        let settled: SettledBefore
        do throws(StoreError) { settled = try await self.settled(before: file) } catch { throw .store(error) }
        guard !settled.hasPaidHeirs else {
            throw .notAllowed(NotAllowed(event: "settle-heirs", phase: "heirs-settled"))
        }
        guard let record,
            let shares = HeirShares(of: try balances(of: record, after: settled, file), parts: heirs.map(\.part)),
            shares.amounts.sum() > .zero
        else { return try payBounced(to: heirs, record, decision, file, &draft, by: deciders) }
        for (place, heir) in heirs.enumerated() {
            let leg = PayoutPurpose.heir(place + 1)
            let amount = shares.amounts[place]
            guard amount > .zero else {
                _ = try draft.apply(.payout(leg, .balanceZero), actor: deciders.actor)
                continue
            }
            _ = try draft.apply(
                .payout(leg, .balanceDue), actor: deciders.actor, cause: decision.digest.text,
                attachment: place == 0 ? decision.form : nil,
                materials: .init(
                    postings: [.payoutSetAside(shares.sources[place])],
                    orders: [try order(leg.orderLeg, attempt: 1, amount, to: heir.account, in: file)],
                    deciders: deciders))
        }
    }

    private func payBounced(
        to heirs: [StaffAction.Heir], _ record: PersonRecord?, _ decision: StaffDecision, _ file: CaseFile,
        _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        let payouts = draft.story.transfer.payouts
        let bounced = payouts.keys.sorted().compactMap { purpose -> (PayoutPurpose, Money)? in
            guard case .balance = purpose, let leg = payouts[purpose], !leg.moves, case .bounced = leg.phase,
                let last = file.orders.last(where: { $0.key.leg == purpose.orderLeg })
            else { return nil }
            return (purpose, last.amount)
        }
        guard record?.isDeceased == true, !bounced.isEmpty else {
            let isSettled = payouts[.heir(1)] != nil
            throw .notAllowed(NotAllowed(event: "settle-heirs", phase: isSettled ? "heirs-settled" : "nothing-due"))
        }
        guard heirs.count == 1, let heir = heirs.first else {
            throw .notAllowed(NotAllowed(event: "settle-heirs", phase: "one-heir-needed"))
        }
        for (purpose, amount) in bounced {
            _ = try payAgain(
                purpose, amount, to: heir.account, form: decision.form, actor: deciders.actor, by: deciders, file,
                &draft)
        }
    }

    /// What is in the individual accounts of a person here: the account part of the pension, medical and housing.
    ///
    /// What was transferred or paid out before, in this case or an earlier one, is not there any more.
    private func balances(
        of record: PersonRecord, after settled: SettledBefore, _ file: CaseFile
    ) throws(DeskFault) -> [Branch: Money] {
        let ordered = file.orders.compactMap { order -> Branch? in
            if case .balance(let branch) = order.key.leg { branch } else { nil }
        }
        var balances = record.balances.filter {
            !settled.hasPaid($0.key, of: record) && !ordered.contains($0.key)
        }
        let lines = record.lines.filter { !settled.contains($0) }
        guard !lines.isEmpty || (record.carried != nil && !settled.hasMonths) else { return balances }
        do {
            let month = CalendarMonth(of: clock.now.date)
            // What was credited is there, and not what a transfer would carry: the shares of the lines count, as they do for
            // a move into the residents' scheme, and a late payment without papers is in the account all the same.
            let funds = try FundRequest(
                origin: agency.code, destination: agency.code,
                destinationScheme: record.relation == .temporary ? .employee : .residents, relation: record.relation,
                transferMonth: month, interest: agency.interest(in: month),
                carried: settled.hasMonths ? nil : record.carried, lines: lines.map(\.inTheAccount)
            ).computeFunds()
            balances[.pension] = funds.account
        } catch {
            throw .rule(error)
        }
        return balances
    }

    /// Makes a newer form from the records as they stand now. Where it asks for more, the rest is frozen and remitted under
    /// the same number; where it asks for less, the destination sends the rest back.
    ///
    /// Source: side cases S and C, BR-066 and BR-142 of the domain handbook.
    func reviseForm(
        _ decision: StaffDecision, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) async throws(DeskFault) {
        guard case .origin(let handshake) = draft.story.transfer.pension, let last = try draft.newestForm(file) else {
            throw .notAllowed(NotAllowed(event: "form-revised", phase: draft.story.transfer.leading.phase))
        }
        // What is asked back whole, or comes back whole, is not paid again in part.
        let recall = draft.story.transfer.recall
        guard recall.phase != .asked(.remittance), !recall.isRemittanceRecalled else {
            throw .notAllowed(NotAllowed(event: "form-revised", phase: "remittance-recalled"))
        }
        let form = try await newer(than: last, file)
        // Nothing is frozen anew that was frozen for a form which the other office has refused.
        let given = try givenAway(file, draft)
        let missing = given.missing(for: form.computation.parts)
        let more = missing.sum
        let isAgreed = draft.story.transfer.correction.phase == .agreed
        // Where a newer form is owed, it may say that the older one stands.
        guard form.request.lines != last.request.lines || isAgreed || draft.story.isFormRecalled else {
            throw .notAllowed(NotAllowed(event: "form-revised", phase: "nothing-changed"))
        }
        // A completed case is corrected only with both offices' consent; what came late is no correction. Where a form was
        // refused and its money has gone all the same, the other office is not complete any more, and asks.
        let isAskedFor = given.canCount && draft.story.transfer.queries.numberReceived > 0
        if handshake.phase == .completed, !isAgreed, !isAskedFor, !form.onlyAdds(to: last) {
            throw .notAllowed(NotAllowed(event: "form-revised", phase: "correction-not-agreed"))
        }
        let posting = Posting.accountFrozen(
            individual: missing.individual, pooled: missing.pooled, to: file.opening.destination)
        _ = try draft.apply(
            .origin(more > .zero ? .supplementFrozen : .formRevised), actor: deciders.actor,
            cause: OrderKey(
                caseNumber: file.opening.number, leg: .remittance, attempt: file.nextAttempt(of: .remittance)
            ).map { "\($0) with \(more.fen)" },
            attachment: decision.form,
            materials: .init(contents: [.informationForm(form)], postings: [posting], deciders: deciders))
        if isAgreed { _ = try draft.apply(.correction(.correctionSettled), actor: deciders.actor) }
        if more > .zero, draft.decidesAlone(.remittance) {
            try orderAgain(.remittanceDecided, more, file, &draft, by: .policy)
        }
    }

    private func newer(than last: InformationForm, _ file: CaseFile) async throws(DeskFault) -> InformationForm {
        do {
            guard let record = try await store.record(of: file.opening.residentID) else {
                throw StoreError.corrupt("\(file.opening.number): the record of the person is gone")
            }
            let settled = try await settled(before: file)
            let lines = file.lines(of: record).filter { !settled.contains($0) }
            let request = FundRequest(
                origin: last.request.origin, destination: last.request.destination,
                destinationScheme: last.request.destinationScheme, relation: record.relation,
                transferMonth: transferMonth(of: lines, since: last.request.transferMonth),
                interest: last.request.interest, carried: record.carried, lines: lines)
            return InformationForm(
                version: last.version + 1, letterVersion: file.count(of: .acceptanceLetter), person: record.person,
                request: request, computation: try request.computeFunds(), frozenOn: clock.now.date,
                rules: last.rules)
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as RuleFault {
            throw .rule(fault)
        } catch let fault as DeskFault {
            throw fault
        } catch {
            preconditionFailure("making a form throws store errors and rule faults only")
        }
    }

    /// The month of a newer form's computation: that of the older one, or a later one of the same year in which a line was
    /// paid since. A later year would settle this one, with interest on money that has left; a line of it is refused as
    /// `after-transfer`.
    ///
    /// Source: BR-066 of the domain handbook; our choice of the month.
    private func transferMonth(of lines: [ContributionLine], since last: CalendarMonth) -> CalendarMonth {
        let paid = lines.map { line in line.paidOn.map { CalendarMonth(of: $0) } ?? line.to }
        let thisMonth = CalendarMonth(of: clock.now.date)
        return max(last, paid.filter { $0.year == last.year && $0 <= thisMonth }.max() ?? last)
    }

    /// Pays again what did not arrive, from the pooled fund, when the destination has asked for it. Another query is made up
    /// for when more has come since, and less is missing: until then what was paid in between is on its way.
    ///
    /// Source: matching table 4.3 of the domain handbook (money below the form: supplement under the same number).
    func meetShortfall(
        _ decision: StaffDecision, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        guard case .query(let query)? = try draft.newest(.query, from: file.opening.peerCode, file),
            query.subject == .creditShort, let expected = query.expected, let found = query.found, found < expected,
            // One query is made up for once.
            file.events.count(where: { $0.name == "shortfall-admitted" })
                < file.events.count(where: { $0.name == "query-arrived" && $0.code == query.subject.rawValue }),
            let short = file.orders.last(where: { $0.key.leg == .remittance && $0.amount >= expected - found }),
            // What was paid since to make it up is not among what the destination had found: nothing is paid twice.
            file.makeUps <= found,
            try draft.shortBefore(query, file).allSatisfy({ $0.found < found && expected - found < $0.gap })
        else {
            throw .notAllowed(NotAllowed(event: "shortfall-admitted", phase: draft.story.transfer.leading.phase))
        }
        let amount = expected - found
        let next = OrderKey(
            caseNumber: file.opening.number, leg: .remittance, attempt: file.nextAttempt(of: .remittance))
        _ = try draft.apply(
            .origin(.shortfallAdmitted), actor: deciders.actor,
            cause: next.map { "\($0) makes up \(short.key) with \(amount.fen)" },
            attachment: decision.form,
            materials: .init(
                postings: [.accountFrozen(individual: .zero, pooled: amount, to: file.opening.destination)],
                deciders: deciders))
        if draft.decidesAlone(.remittance) { try orderAgain(.remittanceDecided, amount, file, &draft, by: .policy) }
    }

    /// Another order to the account of the newest letter: of what was frozen later, or of what the bank gave back.
    private func orderAgain(
        _ event: OriginHandshake.Event, _ amount: Money, _ file: CaseFile, _ draft: inout StepDraft,
        by deciders: Deciders
    ) throws(DeskFault) {
        let letter: AcceptanceLetter
        do throws(StoreError) { letter = try file.letter() } catch { throw .store(error) }
        _ = try draft.apply(
            .origin(event), actor: deciders.actor,
            materials: .init(
                orders: [
                    try order(
                        .remittance, attempt: file.nextAttempt(of: .remittance), amount, to: letter.payee, in: file)
                ],
                deciders: deciders))
    }

    /// Orders again what the bank gave back, to the account of the newest letter. A person who has died since is not paid
    /// for.
    func retryRemittance(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) async throws(DeskFault) {
        guard let last = file.bouncedRemittance else {
            throw .notAllowed(NotAllowed(event: "remittance-retried", phase: draft.story.transfer.leading.phase))
        }
        if case .origin(let handshake) = draft.story.transfer.pension, handshake.isUnpaid, try await hasDied(file) {
            return try endPerson(.deceased, file, &draft, by: deciders)
        }
        try orderAgain(.remittanceRetried, last.amount, file, &draft, by: deciders)
    }
}

extension StepDraft {
    /// What the destination had found, and what was missing, by its earlier queries about money that is short; nothing while
    /// none was made up for.
    fileprivate func shortBefore(
        _ query: Query, _ file: CaseFile
    ) throws(DeskFault) -> [(found: Money, gap: Money)] {
        guard file.events.contains(where: { $0.name == OriginHandshake.Event.shortfallAdmitted.name }) else {
            return []
        }
        return try all(.query, file).compactMap { content in
            guard case .query(let earlier) = content, earlier.subject == .creditShort, earlier.number < query.number,
                let found = earlier.found, let expected = earlier.expected
            else { return nil }
            return (found, expected - found)
        }
    }
}

extension InformationForm {
    /// Whether every line of an older form still stands here, alone or in a line that months were added to.
    func onlyAdds(to older: InformationForm) -> Bool {
        older.request.lines.allSatisfy { line in request.lines.contains { $0.holds(line) } }
            && computation.transfer >= older.computation.transfer
    }
}

extension ContributionLine {
    /// The same line with money that only its papers keep from moving counted as paid.
    fileprivate var inTheAccount: ContributionLine { kind == .withheld ? self.as(.backPayment) : self }

    /// Whether the months of a line are among those of this one, and everything else is the same.
    fileprivate func holds(_ other: ContributionLine) -> Bool {
        guard from <= other.from, other.to <= to else { return false }
        return self
            == ContributionLine(
                year: other.year, from: from, to: to, kind: other.kind, base: other.base, baseLimits: other.baseLimits,
                ownShare: other.ownShare, creditedShare: other.creditedShare, employerShare: other.employerShare,
                region: other.region, paidOn: other.paidOn)
    }
}

extension StaffDecision {
    var digest: DocumentDigest { DocumentDigest(of: form) }
}

extension CaseFile {
    /// The newest acceptance letter.
    func letter() throws(StoreError) -> AcceptanceLetter {
        guard case .acceptanceLetter(let letter)? = try newest(.acceptanceLetter)?.content else {
            throw .corrupt("\(opening.number): the acceptance letter is missing")
        }
        return letter
    }

    /// The number of the next order of a leg.
    func nextAttempt(of leg: OrderKey.Leg) -> Int { (orders.last { $0.key.leg == leg }?.key.attempt ?? 0) + 1 }

    /// Whether the person has waived months in arrears, in writing.
    var hasWaiver: Bool { events.contains { $0.name == "hold-lifted" && $0.cause?.hasPrefix(CaseFile.waiver) == true } }

    /// What the cause of a lifted hold begins with when the person has signed a waiver; the day follows.
    static let waiver = "waiver "

    /// What was frozen for the destination last, and is ordered next: the whole of the first form, or what the event that
    /// froze it names.
    func owedToDestination() throws(StoreError) -> Money {
        let freezing = ["records-passed", "records-passed-in-part", "supplement-frozen", "shortfall-admitted"]
        guard let event = events.last(where: { freezing.contains($0.name) }) else {
            throw .corrupt("\(opening.number): nothing was frozen")
        }
        if event.name == "supplement-frozen" || event.name == "shortfall-admitted" {
            guard let fen = event.cause?.split(separator: " ").last.flatMap({ Int64($0) }), fen > 0 else {
                throw .corrupt("\(opening.number): \(event.name) does not say how much")
            }
            return Money(fen: fen)
        }
        guard let document = documents.first(where: { $0.kind == .informationForm && !$0.isRefused }),
            case .informationForm(let form) = try content(of: document)
        else { throw .corrupt("\(opening.number): the information form is missing") }
        return form.computation.transfer
    }
}
