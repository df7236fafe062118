import BankFiles
package import TransferCore
import TransferDocuments

// The origin's side: the letter is checked against the own records, the account is settled, balances are paid out.

extension Desk {
    /// Carries out the effect ``NewEffect/Kind/checkRecords``: judges the letter by the agency's own records, and either
    /// freezes, certifies and orders, or hands the letter back.
    func checkRecords(_ effect: OpenEffect) async throws(DeskFault) {
        try await commit(effect.number) { (file, draft) throws(DeskFault) in
            draft.finish(effect.id)
            // A letter that was answered already keeps its answer; the effect is only struck off.
            guard case .origin(let handshake) = draft.story.transfer.pension, handshake.phase == .checking
            else { return }
            do {
                guard case .acceptanceLetter(let letter)? = try file.newest(.acceptanceLetter)?.content else {
                    throw StoreError.corrupt("\(effect.number): the acceptance letter is missing")
                }
                let record = try await store.record(of: letter.person.residentID)
                let settled = try await settled(before: file)
                let decision = try originFacts(of: letter, record: record, in: file).decide()
                if let record, record.lines.contains(where: { settled.contains($0) }) {
                    // The months have been transferred already: for this letter there is nothing here any more.
                    try handBack(letter, .noRecordAtOrigin, &draft)
                } else if let record, decision.decision == .letter || decision.decision == .partial {
                    try settle(letter, record, after: settled, in: file, &draft)
                } else {
                    try handBack(letter, decision.reason ?? .noRecordAtOrigin, &draft)
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
    }

    private func handBack(
        _ letter: AcceptanceLetter, _ reason: Reason, _ draft: inout StepDraft
    ) throws(DeskFault) {
        let note = ReturnNote(
            letterVersion: letter.version, reason: reason,
            text: "\(reason.sentence.chinese) \(reason.sentence.english)",
            returnedOn: clock.now.date)
        _ = try draft.apply(
            .origin(.recordsFailed(reason)), actor: DecisionStep.policy, materials: .init(contents: [.returnNote(note)])
        )
    }

    private func settle(
        _ letter: AcceptanceLetter, _ record: PersonRecord, after settled: SettledBefore, in file: CaseFile,
        _ draft: inout StepDraft
    ) throws(DeskFault) {
        let today = clock.now.date
        let agency = agency
        let computed: (request: FundRequest, funds: FundComputation, rules: RuleVersions)
        do {
            let request = FundRequest(
                origin: file.opening.origin, destination: file.opening.destination, destinationScheme: .employee,
                relation: record.relation, transferMonth: CalendarMonth(of: today),
                interest: agency.interest(in: CalendarMonth(of: today)),
                carried: record.carried, lines: record.lines)
            computed = (request, try request.computeFunds(), agency.ruleVersions)
        } catch {
            throw .rule(error)
        }
        let months = record.lines.filter { $0.kind != .withheld }
        guard computed.funds.transfer > .zero, let first = months.map(\.from).min(), let last = months.map(\.to).max()
        else {
            // A record without a paid month has nothing to transfer: to the destination it is no record.
            return try handBack(letter, .noRecordAtOrigin, &draft)
        }
        let funds = computed.funds
        let certificate = ContributionCertificate(
            letterVersion: letter.version, person: record.person, relation: record.relation, firstMonth: first,
            lastMonth: last, monthsPaid: funds.months.paid, accountBalance: funds.account, issuedOn: today)
        let form = InformationForm(
            letterVersion: letter.version, person: record.person, request: computed.request, computation: funds,
            frozenOn: today, rules: computed.rules)
        _ = try draft.apply(
            .origin(.recordsPassed), actor: DecisionStep.policy,
            materials: .init(
                contents: [.contributionCertificate(certificate), .informationForm(form)],
                postings: [
                    .accountFrozen(individual: funds.account, pooled: funds.pooled, to: file.opening.destination)
                ],
                orders: [try order(.pension, attempt: 1, funds.transfer, to: letter.payee, in: file)]
            )
        )
        for branch in file.opening.payouts {
            // A balance that was paid out in an earlier case is not paid out again.
            let balance = settled.branches.contains(branch) ? .zero : record.balances[branch] ?? .zero
            try setAside(branch, balance, letter, in: file, &draft)
        }
    }

    /// What this agency has settled for a person in earlier cases. Two cases of one person are never live at the same
    /// time at the origin, so what is read here cannot change while this case is decided.
    private struct SettledBefore {
        var months: [(from: CalendarMonth, to: CalendarMonth)] = []
        var branches: Set<Branch> = []

        func contains(_ line: ContributionLine) -> Bool {
            months.contains { $0.from <= line.to && line.from <= $0.to }
        }
    }

    private func settled(before file: CaseFile) async throws -> SettledBefore {
        var settled = SettledBefore()
        for number in try await store.settledCases(file.opening.residentID) where number != file.opening.number {
            guard let earlier = try await store.caseFile(number),
                case .informationForm(let form)? = try earlier.newest(.informationForm)?.content
            else { continue }
            settled.months += form.request.lines.map { ($0.from, $0.to) }
            settled.branches.formUnion(earlier.orders.map(\.key.branch))
        }
        return settled
    }

    private func setAside(
        _ branch: Branch, _ balance: Money, _ letter: AcceptanceLetter, in file: CaseFile, _ draft: inout StepDraft
    ) throws(DeskFault) {
        guard balance > .zero, let account = letter.payoutAccount else {
            let notice = PayoutNotice(branch: branch, amount: .zero, payment: nil)
            _ = try draft.apply(
                .payout(branch, .balanceZero), actor: DecisionStep.policy,
                materials: .init(contents: [.payoutNotice(notice)]))
            return
        }
        _ = try draft.apply(
            .payout(branch, .balanceDue), actor: DecisionStep.policy,
            materials: .init(
                postings: [.payoutSetAside(balance, of: branch)],
                orders: [try order(branch, attempt: 1, balance, to: account, in: file)]))
    }

    func order(
        _ branch: Branch, attempt: Int, _ amount: Money, to creditor: BankAccount, in file: CaseFile
    ) throws(DeskFault) -> StoredOrder {
        guard let key = OrderKey(caseNumber: file.opening.number, branch: branch, attempt: attempt) else {
            preconditionFailure("an order is tried at most 99 times")
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
    private func originFacts(
        of letter: AcceptanceLetter, record: PersonRecord?, in file: CaseFile
    ) -> PensionFacts {
        let today = clock.now.date
        return PensionFacts(
            applicationDate: today, birthDate: letter.person.residentID.birthDate, sex: letter.person.residentID.sex,
            householdProvince: file.opening.destination.provinceOrAny, origin: file.opening.origin,
            destination: file.opening.destination, originRelation: record?.relation ?? .general, purpose: .move,
            enrolments: [today], monthsPaid: 1, moveIsApproved: false, hasLabourRelation: false,
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
            guard let leg = draft.story.transfer.payouts[branch] else {
                throw .notAllowed(NotAllowed(event: "account-corrected", phase: "no-such-leg"))
            }
            guard let last = file.orders.last(where: { $0.key.branch == branch }) else {
                throw .notAllowed(NotAllowed(event: "account-corrected", phase: leg.phase.name))
            }
            // The money goes to the insured person and to nobody else (BR-209).
            guard account.holder.utf8.elementsEqual(last.creditor.holder.utf8) else {
                throw .notAllowed(NotAllowed(event: "account-corrected", phase: "holder-differs"))
            }
            let attempt = leg.phase.attempts + 1
            guard OrderKey(caseNumber: number, branch: branch, attempt: attempt) != nil else {
                throw .notAllowed(NotAllowed(event: "account-corrected", phase: "no-order-left"))
            }
            let next = try order(branch, attempt: attempt, last.amount, to: account, in: file)
            _ = try draft.apply(
                .payout(branch, .accountCorrected), actor: "token:\(owner)", cause: DocumentDigest(of: form).text,
                attachment: form, materials: .init(orders: [next]))
            return AccountCorrection(attempt: attempt, amount: last.amount)
        }
    }

    /// What a corrected account led to.
    package struct AccountCorrection: Hashable, Sendable {
        /// The number of the order that was made.
        package let attempt: Int
        package let amount: Money
    }
}
