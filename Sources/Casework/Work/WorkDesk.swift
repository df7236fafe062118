package import TransferCore
package import TransferDocuments

/// The desk at which the agency's people work: they prepare decisions, check those of others, and see to what is stuck.
///
/// A decision that leaves the agency, moves money or touches trust is a proposal of one person, and done when another
/// person has approved exactly its bytes while the case still stands where it stood. What is answered as done has moved
/// the case already.
///
/// Source: BR-240 of the domain handbook.
package struct WorkDesk: Sendable {
    package let desk: Desk
    package let store: any WorkStore
    /// Everybody who works here, by number.
    package let staff: [String: StaffMember]
    /// Tells the outbox to try the documents for an agency now.
    let deliverNow: @Sendable (AgencyCode) async -> Void
    /// Where the books of the two offices differ, by published names.
    let differences: @Sendable () async throws(StoreError) -> [CaseNumber: [String]]
    /// After so many minutes without anything being done a claim ends.
    package let claimMinutes: Int
    let rememberedStalled = Remembered<StalledBoard> { $0.looked > StalledBoard.few }
    let rememberedFigures = Remembered<CaseFigures> { figures in
        figures.legs.count > 2_000 || CaseFigures.sum(figures.open).count > 2_000
    }
    /// Rung when a job has work for ``WorkRound``.
    let bell = Bell()

    package init(
        desk: Desk, store: any WorkStore, staff: [StaffMember], claimMinutes: Int = 30,
        deliverNow: @escaping @Sendable (AgencyCode) async -> Void,
        differences: @escaping @Sendable () async throws(StoreError) -> [CaseNumber: [String]] = {
            () throws(StoreError) in [:]
        }
    ) {
        self.desk = desk
        self.store = store
        self.staff = Dictionary(staff.map { ($0.person, $0) }) { first, _ in first }
        self.claimMinutes = claimMinutes
        self.deliverNow = deliverNow
        self.differences = differences
    }

    /// What came of a decision that was entered.
    package struct Proposed: Sendable {
        /// nil for a rehearsal.
        package let proposal: Proposal?
        package let form: StaffActionForm
        package let rehearsal: Rehearsal
        /// The version of the case on which it rests.
        package let version: Int
    }

    // MARK: Making

    /// Takes a decision down for another person to check; one that needs nobody is carried out at once.
    ///
    /// - Parameter isRehearsal: tells what it would do, and keeps nothing.
    /// - Throws: ``WorkFault/movedOn(seen:now:)`` when the form names another version than the case has.
    package func propose(
        _ body: [UInt8], on number: CaseNumber, by caller: StaffCaller, isRehearsal: Bool = false
    ) async throws(WorkFault) -> Proposed {
        guard !caller.member.duties.isDisjoint(with: StaffDuty.makers) || isRehearsal else {
            throw .dutyMissing(StaffDuty.makers)
        }
        let form: StaffActionForm
        do throws(FormFaults) { form = try StaffActionForm.read(body) } catch { throw .desk(.faulty(error.faults)) }
        let version = try await version(of: number)
        if let seen = form.version, seen != version { throw .movedOn(seen: seen, now: version) }
        let rehearsal = try await rehearse(form.decision, on: number)
        guard !isRehearsal else {
            return Proposed(proposal: nil, form: form, rehearsal: rehearsal, version: version)
        }
        let id: ProposalID
        do throws(StoreError) {
            id = try await store.keep(
                NewProposal(
                    number: number, version: version, action: form.action.name, bytes: body,
                    maker: caller.member.person, account: caller.account, at: desk.clock.now))
        } catch {
            throw error == .duplicate ? .proposedAlready : WorkFault(error)
        }
        if !form.action.needsChecker, let deciders = Deciders(alone: caller.member.person) {
            try await carryOut(try await proposal(id), by: deciders)
        }
        return Proposed(proposal: try await proposal(id), form: form, rehearsal: rehearsal, version: version)
    }

    func rehearse(_ decision: StaffDecision, on number: CaseNumber) async throws(WorkFault) -> Rehearsal {
        try await rehearse(decision, in: try await file(number))
    }

    func rehearse(_ decision: StaffDecision, in file: CaseFile) async throws(WorkFault) -> Rehearsal {
        guard decision.action.roles.contains(file.opening.role) else {
            throw .desk(.notAllowed(NotAllowed(event: decision.action.name, phase: "other-role")))
        }
        do throws(DeskFault) {
            return try await desk.rehearse(decision, in: file, by: .policy)
        } catch {
            throw .desk(error)
        }
    }

    // MARK: Checking

    /// Approves a proposal, and carries it out before it answers.
    ///
    /// - Parameter digest: that of the bytes which the checker has seen.
    /// - Returns: the proposal as it stands then.
    package func approve(
        _ id: ProposalID, digest: DocumentDigest, by caller: StaffCaller
    ) async throws(WorkFault) -> Proposal {
        let proposal = try await proposal(id)
        try await checkApproval(of: proposal, by: caller)
        guard digest == proposal.digest else {
            try await refuse(caller, proposal, .digestDiffers)
            throw .digestDiffers
        }
        switch proposal.state {
        case .open: break
        // The process ended between the approval and the step: the same person's approval goes on with it.
        case .approved where proposal.verdict?.person == caller.member.person:
            return try await finish(proposal)
        case .approved, .declined, .carriedOut, .void:
            throw .decidedAlready(proposal.state.rawValue, by: proposal.verdict?.person)
        }
        let version = try await version(of: proposal.number)
        guard version == proposal.version else {
            let fault = WorkFault.movedOn(seen: proposal.version, now: version)
            try await end(proposal, isCarriedOut: false, version: version, why: fault.told)
            throw fault
        }
        try await keep(verdict(true, nil, caller), on: proposal)
        return try await finish(try await self.proposal(id))
    }

    /// Declines a proposal, with words to whoever made it. Its maker may take it back so.
    package func decline(_ id: ProposalID, text: String, by caller: StaffCaller) async throws(WorkFault) -> Proposal {
        let proposal = try await proposal(id)
        if proposal.maker != caller.member.person, caller.member.duties.isDisjoint(with: StaffDuty.checkers) {
            throw .dutyMissing(StaffDuty.checkers)
        }
        guard proposal.state == .open else {
            throw .decidedAlready(proposal.state.rawValue, by: proposal.verdict?.person)
        }
        try await keep(verdict(false, text, caller), on: proposal)
        return try await self.proposal(id)
    }

    private func verdict(_ isApproval: Bool, _ text: String?, _ caller: StaffCaller) -> Proposal.Verdict {
        Proposal.Verdict(
            isApproval: isApproval, person: caller.member.person, account: caller.account, text: text,
            at: desk.clock.now)
    }

    /// Who may approve: another person, whose duty it is. Whoever may not is kept with the reason.
    private func checkApproval(of proposal: Proposal, by caller: StaffCaller) async throws(WorkFault) {
        guard caller.member.person != proposal.maker else {
            try await refuse(caller, proposal, .samePerson)
            throw .samePerson
        }
        guard !caller.member.duties.isDisjoint(with: StaffDuty.checkers) else {
            try await refuse(caller, proposal, .dutyMissing(StaffDuty.checkers))
            throw .dutyMissing(StaffDuty.checkers)
        }
    }

    private func refuse(_ caller: StaffCaller, _ proposal: Proposal, _ fault: WorkFault) async throws(WorkFault) {
        do throws(StoreError) {
            try await store.keepRefusedApproval(
                of: proposal.id, to: caller.member.person, account: caller.account, why: "\(fault)",
                at: desk.clock.now)
        } catch {
            throw WorkFault(error)
        }
    }

    // MARK: Carrying out

    /// Does what was approved, and tells how it ended.
    func finish(_ proposal: Proposal) async throws(WorkFault) -> Proposal {
        guard let checker = proposal.verdict?.person,
            let deciders = Deciders(maker: proposal.maker, checker: checker)
        else { throw .samePerson }
        try await carryOut(proposal, by: deciders)
        return try await self.proposal(proposal.id)
    }

    /// Takes the step, once: a proposal whose step stands in the history already is only marked so.
    private func carryOut(_ proposal: Proposal, by deciders: Deciders) async throws(WorkFault) {
        let form: StaffActionForm
        do throws(StoreError) { form = try proposal.form() } catch { throw WorkFault(error) }
        if case .retry = form.action { await deliver(proposal.number) }
        do throws(DeskFault) {
            try await desk.perform(
                form.decision, on: proposal.number, by: deciders, expecting: proposal.version)
        } catch {
            if case .store(.caseMovedOn) = error { return try await settle(proposal, deciders) }
            guard !error.isTransient else { throw .desk(error) }
            let version = try await version(of: proposal.number)
            try await end(proposal, isCarriedOut: false, version: version, why: WorkFault.desk(error).told)
            throw .desk(error)
        }
        try await end(
            proposal, isCarriedOut: true, version: try await version(of: proposal.number), why: nil)
    }

    /// The case is at another version: by this very step, whose mark was lost, or by somebody else's.
    private func settle(_ proposal: Proposal, _ deciders: Deciders) async throws(WorkFault) {
        let file = try await file(proposal.number)
        guard proposal.isDone(in: file, by: deciders) else {
            let fault = WorkFault.movedOn(seen: proposal.version, now: file.version)
            try await end(proposal, isCarriedOut: false, version: file.version, why: fault.told)
            throw fault
        }
        try await end(proposal, isCarriedOut: true, version: file.version, why: nil)
    }

    private func end(
        _ proposal: Proposal, isCarriedOut: Bool, version: Int, why: String?
    ) async throws(WorkFault) {
        do throws(StoreError) {
            try await store.keep(
                Proposal.End(isCarriedOut: isCarriedOut, version: version, why: why, at: desk.clock.now),
                of: proposal.id)
        } catch {
            throw WorkFault(error)
        }
    }

    func keep(_ verdict: Proposal.Verdict, on proposal: Proposal) async throws(WorkFault) {
        do throws(StoreError) {
            try await store.keep(verdict, on: proposal.id)
        } catch {
            guard error == .duplicate else { throw WorkFault(error) }
            let now = try await self.proposal(proposal.id)
            throw .decidedAlready(now.state.rawValue, by: now.verdict?.person)
        }
    }
}

// MARK: - Reading

extension WorkDesk {
    package func proposal(_ id: ProposalID) async throws(WorkFault) -> Proposal {
        let found: Proposal?
        do throws(StoreError) { found = try await store.proposal(id) } catch { throw WorkFault(error) }
        guard let found else { throw .noSuchProposal }
        return found
    }

    func file(_ number: CaseNumber) async throws(WorkFault) -> CaseFile {
        let found: CaseFile?
        do throws(StoreError) { found = try await desk.store.caseFile(number) } catch { throw WorkFault(error) }
        guard let found else { throw .desk(.noSuchCase) }
        return found
    }

    func version(of number: CaseNumber) async throws(WorkFault) -> Int { try await file(number).version }

    package func view(of number: CaseNumber) async throws(WorkFault) -> CaseView {
        let view: CaseView?
        do throws(StoreError) {
            view = try await CaseView.read(
                number, from: desk.store, limits: desk.agency.limits, calendar: desk.agency.calendar)
        } catch {
            throw WorkFault(error)
        }
        guard let view else { throw .desk(.noSuchCase) }
        return view
    }
}

extension Proposal {
    /// Whether the step right after the version on which this rests is this one: the same two persons took it, and where
    /// it names what it rests on, that is these bytes.
    func isDone(in file: CaseFile, by deciders: Deciders) -> Bool {
        guard file.version > version else { return false }
        let first = file.events[version]
        guard first.actor == deciders.actor else { return false }
        let step = file.events[version...].prefix { $0.at == first.at && $0.actor == first.actor }
        let named = step.filter { $0.attachment != nil || $0.cause.flatMap(DocumentDigest.init(text:)) != nil }
        return named.isEmpty
            || named.contains { $0.attachment == bytes || $0.cause == digest.text }
    }
}
