import BankFiles
package import TransferCore
import TransferDocuments

// The origin's side: the letter is checked against the own records, the account is settled, balances are paid out.

extension Desk {
    /// Carries out the effect ``NewEffect/Kind/checkRecords``: judges the letter by the agency's own records.
    func checkRecords(_ effect: OpenEffect) async throws(DeskFault) {
        try await commit(effect.number) { (file, draft) throws(DeskFault) in
            draft.finish(effect.id)
            // A letter that was answered already keeps its answer; the effect is only struck off. While the other office
            // is asked, the check waits for its answer.
            guard case .origin(let handshake) = draft.story.transfer.pension, handshake.phase == .checking,
                !draft.story.transfer.queries.asked.isOpen
            else { return }
            try await checkRecords(file, &draft, by: .policy)
        }
    }

    /// Judges the letter by the rules and the agency's own records, and freezes and certifies, hands the letter back, asks,
    /// waits or ends, in the order of section 4.2 of the domain handbook.
    ///
    /// - Parameter known: what was settled before, where that is known; nil to look.
    func checkRecords(
        _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders, after known: SettledBefore? = nil
    ) async throws(DeskFault) {
        do {
            let letter = try file.letter()
            let record = try await store.record(of: letter.person.residentID)
            var settled = SettledBefore()
            if let known { settled = known } else { settled = try await self.settled(before: file) }
            let decision = try originFacts(of: letter, record: record, in: file).decide()
            guard let record, !record.lines.contains(where: { settled.contains($0) }) else {
                // No record, or the months have been transferred and did not come back: for this letter there is nothing here.
                return try handBack(letter, record == nil ? decision.reason : nil, &draft, by: deciders)
            }
            switch decision.decision {
            case .letter, .partial:
                if let wait = waitsFor(record, in: file) { return try hold(wait, file, &draft, by: deciders) }
                try settle(letter, record, after: settled, in: file, &draft, by: deciders)
            case .end: try endPerson(decision.reason ?? .deceased, file, &draft, by: deciders)
            case .hold: try hold(decision.reason ?? .legalHold, file, &draft, by: deciders)
            case .return where decision.reason == .identityDiffers && !hasAskedForIdentity(draft):
                try askForIdentity(file, &draft, by: deciders)
            case .return, .refuse, .recordChange, .temporaryAccount, .wait, .payout, .keepAccount:
                try handBack(letter, decision.reason, &draft, by: deciders)
            }
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as RuleFault {
            throw .rule(fault)
        } catch let fault as DeskFault {
            throw fault
        } catch {
            preconditionFailure("a check throws store errors, rule faults and desk faults only")
        }
    }

    /// Arrears that are neither paid nor waived hold the check up once; when the hold ends they stand in the form as what
    /// they are, and do not stand in the way of the rest.
    ///
    /// Source: Shenzhen guide, item 9; BR-067, BR-091 of the domain handbook.
    private func waitsFor(_ record: PersonRecord, in file: CaseFile) -> Reason? {
        let name = OriginHandshake.Event.checkHeld(.arrearsOpen).name
        // A hold for something else has told nobody of arrears.
        let wasHeld = file.events.contains { $0.name == name && $0.code == Reason.arrearsOpen.code }
        return record.arrearsMonths > 0 && !wasHeld ? .arrearsOpen : nil
    }

    func handBack(
        _ letter: AcceptanceLetter, _ reason: Reason?, text: String? = nil, _ draft: inout StepDraft,
        by deciders: Deciders
    ) throws(DeskFault) {
        let reason = reason ?? .noRecordAtOrigin
        let note = ReturnNote(
            letterVersion: letter.version, reason: reason,
            text: text ?? "\(reason.sentence.chinese) \(reason.sentence.english)", returnedOn: clock.now.date)
        _ = try draft.apply(
            .origin(.recordsFailed(reason)), actor: deciders.actor,
            materials: .init(contents: [.returnNote(note)], deciders: deciders))
    }

    /// The check waits, and both offices and the insured person know why and until when.
    func hold(
        _ reason: Reason, text: String? = nil, _ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        let today = clock.now.date
        let days = agency.limits.workingDays(of: .hold, from: today)
        let notice = HoldNotice(
            letterVersion: file.count(of: .acceptanceLetter), reason: reason,
            text: text ?? "\(reason.sentence.chinese) \(reason.sentence.english)",
            until: agency.calendar.due(after: today, workingDays: days).date)
        _ = try draft.apply(
            .origin(.checkHeld(reason)), actor: deciders.actor,
            materials: .init(contents: [.holdNotice(notice)], deciders: deciders))
    }

    private func settle(
        _ letter: AcceptanceLetter, _ record: PersonRecord, after settled: SettledBefore, in file: CaseFile,
        _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        let today = clock.now.date
        let agency = agency
        let lines = file.lines(of: record)
        let computed: (request: FundRequest, funds: FundComputation, rules: RuleVersions)
        do {
            let request = FundRequest(
                origin: file.opening.origin, destination: file.opening.destination, destinationScheme: .employee,
                relation: record.relation, transferMonth: CalendarMonth(of: today),
                interest: agency.interest(in: CalendarMonth(of: today)),
                carried: record.carried, lines: lines)
            computed = (request, try request.computeFunds(), agency.ruleVersions)
        } catch {
            throw .rule(error)
        }
        let months = lines.filter { $0.kind != .withheld }
        guard computed.funds.transfer > .zero, let first = months.map(\.from).min(), let last = months.map(\.to).max()
        else {
            // A record without a paid month has nothing to transfer: to the destination it is no record.
            return try handBack(letter, .noRecordAtOrigin, &draft, by: deciders)
        }
        let funds = computed.funds
        let certificate = ContributionCertificate(
            letterVersion: letter.version, person: record.person, relation: record.relation, firstMonth: first,
            lastMonth: last, monthsPaid: funds.months.paid, accountBalance: funds.account, issuedOn: today)
        let form = InformationForm(
            version: 1, letterVersion: letter.version, person: record.person, request: computed.request,
            computation: funds, frozenOn: today, rules: computed.rules)
        let event: OriginHandshake.Event =
            funds.months.withheld > 0 ? .recordsPassedInPart(.backPaymentWithoutPapers) : .recordsPassed
        _ = try draft.apply(
            .origin(event), actor: deciders.actor,
            materials: .init(
                contents: [.contributionCertificate(certificate), .informationForm(form)],
                postings: [
                    .accountFrozen(individual: funds.account, pooled: funds.pooled, to: file.opening.destination)
                ],
                deciders: deciders))
        if draft.decidesAlone(.remittance) {
            try remit(funds.transfer, letter, record, after: settled, in: file, &draft, by: .policy)
        }
    }

    /// Carries out the effect ``NewEffect/Kind/remit``: orders what was frozen, if the person still lives.
    func remit(_ effect: OpenEffect) async throws(DeskFault) {
        try await commit(effect.number) { (file, draft) throws(DeskFault) in
            draft.finish(effect.id)
            guard case .origin(let handshake) = draft.story.transfer.pension, handshake.phase == .frozen else { return }
            try await remit(file, &draft, by: .policy)
        }
    }

    /// Orders what was frozen and not yet paid: the pivot of the case. A person who has died in between is not paid for.
    func remit(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) async throws(DeskFault) {
        do {
            let letter = try file.letter()
            guard let record = try await store.record(of: letter.person.residentID) else {
                throw StoreError.corrupt("\(file.opening.number): the record of the person is gone")
            }
            guard case .origin(let handshake) = draft.story.transfer.pension else { return }
            if record.isDeceased, handshake.phase == .frozen, handshake.isUnpaid {
                return try endPerson(.deceased, file, &draft, by: deciders)
            }
            try remit(
                try file.owedToDestination(), letter, record, after: try await settled(before: file), in: file, &draft,
                by: deciders)
        } catch let error as StoreError {
            throw .store(error)
        } catch let fault as DeskFault {
            throw fault
        } catch {
            preconditionFailure("remitting throws store errors and desk faults only")
        }
    }

    private func remit(
        _ amount: Money, _ letter: AcceptanceLetter, _ record: PersonRecord, after settled: SettledBefore,
        in file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        _ = try draft.apply(
            .origin(.remittanceDecided), actor: deciders.actor,
            materials: .init(
                orders: [
                    try order(
                        .remittance, attempt: file.nextAttempt(of: .remittance), amount, to: letter.payee, in: file)
                ],
                deciders: deciders))
        for branch in file.opening.payouts where draft.story.transfer.payouts[.balance(branch)]?.phase == .waiting {
            // A balance that was paid out in an earlier case is not paid out again.
            let balance = settled.hasPaid(branch, of: record) ? .zero : record.balances[branch] ?? .zero
            try setAside(branch, balance, letter, in: file, &draft, by: deciders)
        }
    }

    private func setAside(
        _ branch: Branch, _ balance: Money, _ letter: AcceptanceLetter, in file: CaseFile, _ draft: inout StepDraft,
        by deciders: Deciders
    ) throws(DeskFault) {
        let moves = letter.moves.contains(branch)
        guard balance > .zero, let account = moves ? letter.payee : letter.payoutAccount else {
            let notice = PayoutNotice(branch: branch, amount: .zero, payment: nil)
            _ = try draft.apply(
                .payout(.balance(branch), .balanceZero), actor: deciders.actor,
                materials: .init(contents: [.payoutNotice(notice)], deciders: deciders))
            return
        }
        _ = try draft.apply(
            .payout(.balance(branch), moves ? .balanceMoves : .balanceDue), actor: deciders.actor,
            materials: .init(
                postings: [.payoutSetAside(balance, of: branch)],
                orders: [try order(.balance(branch), attempt: 1, balance, to: account, in: file)],
                deciders: deciders))
    }

    func order(
        _ leg: OrderKey.Leg, attempt: Int, _ amount: Money, to creditor: BankAccount, in file: CaseFile
    ) throws(DeskFault) -> StoredOrder {
        guard let key = OrderKey(caseNumber: file.opening.number, leg: leg, attempt: attempt) else {
            throw .notAllowed(NotAllowed(event: "order", phase: "no-order-left"))
        }
        let order = StoredOrder(key: key, amount: amount, creditor: creditor, messageID: nil, outcome: nil)
        // An order that no file for the bank can hold must not be made: it would wait for ever.
        do {
            _ = try RemittanceOrderFile(
                OrderMessage(messageID: "CHECK", createdAt: clock.now, orders: [order]), debtor: agency.account)
        } catch {
            throw .unorderable("\(error)")
        }
        return order
    }

    /// What the origin knows. Rows 3 and 6 of the table (enrolment and age at the destination) are the destination's to
    /// judge, and its signed letter says that it has: they are taken as passed.
    func originFacts(
        of letter: AcceptanceLetter, record: PersonRecord?, in file: CaseFile
    ) -> PensionFacts {
        let today = clock.now.date
        return PensionFacts(
            applicationDate: today, birthDate: letter.person.residentID.birthDate, sex: letter.person.residentID.sex,
            householdProvince: file.opening.destination.provinceOrAny, origin: file.opening.origin,
            destination: file.opening.destination, originRelation: record?.relation ?? .general,
            purpose: letter.purpose, enrolments: [today], monthsPaid: 1, moveIsApproved: false,
            hasLabourRelation: false,
            nameAtOrigin: record?.person.name ?? letter.person.name, nameAtDestination: letter.person.name,
            hasCaseUnderWay: false, isDeceased: record?.isDeceased ?? false,
            drawsPension: record?.drawsPension ?? false, hasRecordAtOrigin: record != nil,
            isActiveAtOrigin: record?.isActive ?? false, isUnderLegalHold: record?.hasLegalHold ?? false,
            arrearsMonths: record?.arrearsMonths ?? 0, backPayments: [])
    }

    /// Takes another own account of the insured person, after a payout bounced.
    ///
    /// - Parameter form: the bytes that were sent, kept with the event.
    package func correctAccount(
        _ number: CaseNumber, _ branch: Branch, _ account: BankAccount, form: [UInt8], owner: String
    ) async throws(DeskFault) -> AccountCorrection {
        try await commit(number) { (file, draft) throws(DeskFault) in
            try correctAccount(
                .balance(branch), account, form: form, actor: "token:\(owner)", by: .policy, file, &draft)
        }
    }

    func correctAccount(
        _ purpose: PayoutPurpose, _ account: BankAccount, form: [UInt8], actor: String, by deciders: Deciders,
        _ file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) -> AccountCorrection {
        guard let leg = draft.story.transfer.payouts[purpose] else {
            throw .notAllowed(NotAllowed(event: "account-corrected", phase: "no-such-leg"))
        }
        guard let last = file.orders.last(where: { $0.key.leg == purpose.orderLeg }) else {
            throw .notAllowed(NotAllowed(event: "account-corrected", phase: leg.phase.name))
        }
        // The money goes to the person and to nobody else (BR-209).
        guard account.holder.utf8.elementsEqual(last.creditor.holder.utf8) else {
            throw .notAllowed(NotAllowed(event: "account-corrected", phase: "holder-differs"))
        }
        return try payAgain(purpose, last.amount, to: account, form: form, actor: actor, by: deciders, file, &draft)
    }

    /// Pays what bounced to another account.
    func payAgain(
        _ purpose: PayoutPurpose, _ amount: Money, to account: BankAccount, form: [UInt8], actor: String,
        by deciders: Deciders, _ file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) -> AccountCorrection {
        let attempt = file.nextAttempt(of: purpose.orderLeg)
        let next = try order(purpose.orderLeg, attempt: attempt, amount, to: account, in: file)
        _ = try draft.apply(
            .payout(purpose, .accountCorrected), actor: actor, cause: DocumentDigest(of: form).text,
            attachment: form, materials: .init(orders: [next], deciders: deciders))
        return AccountCorrection(attempt: attempt, amount: amount)
    }

    /// Pays a balance again that came back from the other office, to the account that the directory lists for it now.
    func retryBalance(_ file: CaseFile, _ draft: inout StepDraft, by deciders: Deciders) throws(DeskFault) {
        let bounced = draft.story.transfer.payouts.sorted { $0.key < $1.key }.first { _, leg in
            guard case .bounced = leg.phase else { return false }
            return leg.moves
        }
        guard let (purpose, leg) = bounced, let last = file.orders.last(where: { $0.key.leg == purpose.orderLeg }),
            let account = directory.current[directory.current.inForce(file.opening.destination)]?.remittanceAccount
        else {
            throw .notAllowed(
                NotAllowed(event: "account-corrected", phase: draft.story.transfer.leading.phase))
        }
        let next = try order(purpose.orderLeg, attempt: leg.phase.attempts + 1, last.amount, to: account, in: file)
        _ = try draft.apply(
            .payout(purpose, .accountCorrected), actor: deciders.actor,
            materials: .init(orders: [next], deciders: deciders))
    }

    /// What a corrected account led to.
    package struct AccountCorrection: Hashable, Sendable {
        /// The number of the order that was made.
        package let attempt: Int
        package let amount: Money
    }
}

extension CaseFile {
    /// What a record says, with the months in arrears that the person has waived in this case as waived.
    func lines(of record: PersonRecord) -> [ContributionLine] {
        hasWaiver ? record.lines.map(\.waivedIfInArrears) : record.lines
    }
}

extension ContributionLine {
    /// The same months, waived by the person: they stand in the form and carry nothing (BR-067).
    fileprivate var waivedIfInArrears: ContributionLine { kind == .arrears ? self.as(.waived) : self }

    /// The same line as another kind.
    func `as`(_ kind: ContributionKind) -> ContributionLine {
        ContributionLine(
            year: year, from: from, to: to, kind: kind, base: base, baseLimits: baseLimits, ownShare: ownShare,
            creditedShare: creditedShare, employerShare: employerShare, region: region, paidOn: paidOn)
    }
}
