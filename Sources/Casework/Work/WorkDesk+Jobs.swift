package import TransferCore
package import TransferDocuments

// Jobs: the same done to many cases, each by itself, and told for each.

extension WorkDesk {
    /// Makes a job of what a filter finds. It is done by ``WorkRound``.
    ///
    /// - Parameters:
    ///   - form: the form of the action; nil to let the outbox try again.
    ///   - chosen: of what the filter finds only these; nil for all of it.
    /// - Throws: ``WorkFault/nothingToDo`` when no case fits.
    package func makeJob(
        _ form: [UInt8]?, on filter: StalledFilter, choosing chosen: Set<CaseNumber>? = nil, by caller: StaffCaller
    ) async throws(WorkFault) -> Job {
        var filter = filter
        filter.limit = Job.most + 1
        var found = try await stalledNow(filter)
        if let chosen { found.removeAll { !chosen.contains($0.number) } }
        return try await makeJob(
            form, of: found.map { NewJob.Item(number: $0.number, version: $0.version) }, by: caller)
    }

    /// Makes a job of cases that an action answers among many: those that are ready for it, and no other.
    ///
    /// - Throws: ``WorkFault/nothingToDo`` when none is.
    package func makeJob(
        _ form: [UInt8], answering numbers: [CaseNumber], by caller: StaffCaller
    ) async throws(WorkFault) -> Job {
        let action = try StaffDecision.read(form).action
        var items: [NewJob.Item] = []
        for number in numbers {
            // The version is read first: what moves while the rules are asked is left alone when its turn comes.
            let version = try await version(of: number)
            guard let readiness = try await readiness(of: number), readiness.why == nil, readiness.action == action
            else { continue }
            items.append(NewJob.Item(number: number, version: version))
        }
        return try await makeJob(form, of: items, by: caller)
    }

    private func makeJob(
        _ form: [UInt8]?, of items: [NewJob.Item], by caller: StaffCaller
    ) async throws(WorkFault) -> Job {
        guard !caller.member.duties.isDisjoint(with: StaffDuty.makers) else { throw .dutyMissing(StaffDuty.makers) }
        let needsChecker = try form.map { bytes throws(WorkFault) in try StaffDecision.read(bytes).action.needsChecker }
        guard !items.isEmpty else { throw .nothingToDo }
        guard items.count <= Job.most else { throw .tooMany(items.count) }
        let id: JobID
        do throws(StoreError) {
            id = try await store.keep(
                NewJob(
                    work: form == nil ? .resend : .action, bytes: form ?? [], maker: caller.member.person,
                    account: caller.account, at: desk.clock.now, items: items,
                    state: needsChecker == true ? .proposing : .running))
        } catch {
            throw WorkFault(error)
        }
        bell.ring()
        return try await job(id)
    }

    package func job(_ id: JobID) async throws(WorkFault) -> Job {
        let found: Job?
        do throws(StoreError) { found = try await store.job(id) } catch { throw WorkFault(error) }
        guard let found else { throw .noSuchJob }
        return found
    }

    /// What an approval of the job has to name.
    package func digest(of job: Job) async throws(WorkFault) -> DocumentDigest {
        do throws(StoreError) {
            return job.digest(of: try await store.items(of: job.id, after: 0, limit: Job.most))
        } catch {
            throw WorkFault(error)
        }
    }

    /// Approves every proposal of a job as a whole.
    package func approveJob(
        _ id: JobID, digest: DocumentDigest, by caller: StaffCaller
    ) async throws(WorkFault) -> Job {
        let job = try await job(id)
        guard caller.member.person != job.maker else { throw .samePerson }
        guard !caller.member.duties.isDisjoint(with: StaffDuty.checkers) else {
            throw .dutyMissing(StaffDuty.checkers)
        }
        guard try await self.digest(of: job) == digest else { throw .digestDiffers }
        try await move(job, from: .waiting, JobMove(.running, by: caller.member.person, at: desk.clock.now))
        return try await self.job(id)
    }

    package func declineJob(_ id: JobID, text: String, by caller: StaffCaller) async throws(WorkFault) -> Job {
        let job = try await job(id)
        if job.maker != caller.member.person, caller.member.duties.isDisjoint(with: StaffDuty.checkers) {
            throw .dutyMissing(StaffDuty.checkers)
        }
        try await move(
            job, from: .waiting, JobMove(.declined, by: caller.member.person, text: text, at: desk.clock.now))
        return try await self.job(id)
    }

    /// Ends a job before it is through: cases that were done stay done, the others are left alone.
    package func cancelJob(_ id: JobID, text: String, by caller: StaffCaller) async throws(WorkFault) -> Job {
        let duties = StaffDuty.makers.union([.supervisor])
        guard !caller.member.duties.isDisjoint(with: duties) else { throw .dutyMissing(duties) }
        let job = try await job(id)
        switch job.state {
        case .proposing, .waiting, .running, .paused: break
        case .declined, .done: throw .decidedAlready(job.state.rawValue, by: job.checker)
        }
        try await move(
            job, from: job.state, JobMove(.declined, by: caller.member.person, text: text, at: desk.clock.now))
        return try await self.job(id)
    }

    /// What an action would do to cases, without doing it: which allow it and what it does, and which do not and why.
    package func rehearseJob(
        _ action: StaffAction, on numbers: [CaseNumber]
    ) async throws(WorkFault) -> [(number: CaseNumber, outcome: Result<Rehearsal, WorkFault>)] {
        var outcomes: [(number: CaseNumber, outcome: Result<Rehearsal, WorkFault>)] = []
        for number in numbers {
            do {
                let rehearsal = try await rehearse(
                    StaffDecision(action: action, text: action.title.chinese, form: []), on: number)
                outcomes.append((number, .success(rehearsal)))
            } catch {
                if case .desk(let fault) = error, fault.isTransient { throw error }
                outcomes.append((number, .failure(error)))
            }
        }
        return outcomes
    }

    /// Stops a job after the case that is under way, or lets it go on where it stopped.
    package func pauseJob(_ id: JobID, _ isPaused: Bool, by caller: StaffCaller) async throws(WorkFault) -> Job {
        let duties = StaffDuty.makers.union([.supervisor])
        guard !caller.member.duties.isDisjoint(with: duties) else { throw .dutyMissing(duties) }
        let job = try await job(id)
        let now = desk.clock.now
        if isPaused {
            guard job.state == .running || job.state == .proposing else {
                throw .decidedAlready(job.state.rawValue, by: nil)
            }
            try await move(job, from: job.state, JobMove(.paused, by: caller.member.person, at: now))
        } else {
            // Where nobody has approved what somebody has to approve, proposals were still being made.
            let needsChecker = try needsChecker(job)
            try await move(
                job, from: .paused,
                JobMove(needsChecker && job.checker == nil ? .proposing : .running, by: nil, at: now))
        }
        return try await self.job(id)
    }

    private func needsChecker(_ job: Job) throws(WorkFault) -> Bool {
        guard job.work == .action else { return false }
        do throws(FormFaults) {
            return try StaffActionForm.read(job.bytes).action.needsChecker
        } catch {
            throw .desk(.store(.corrupt("the job \(job.id) cannot be read again: \(error)")))
        }
    }

    private func move(_ job: Job, from state: Job.State, _ move: JobMove) async throws(WorkFault) {
        do throws(StoreError) {
            try await store.move(job.id, from: state, move)
        } catch {
            guard error == .duplicate else { throw WorkFault(error) }
            let now = try await self.job(job.id)
            throw .decidedAlready(now.state.rawValue, by: now.checker)
        }
        bell.ring()
    }
}

// MARK: - Working

extension WorkDesk {
    /// How many cases of a job are taken up before its state is looked at again.
    private static let batch = 20

    /// Does a part of every job that is under way, and finishes what was approved and not carried out.
    ///
    /// Each case is marked after it was done. If the process ends between the two, it is found done when it is taken up
    /// again.
    ///
    /// - Returns: whether there is more to do.
    package func workOnce() async throws(WorkFault) -> Bool {
        let approved: [Proposal]
        let jobs: [Job]
        do throws(StoreError) {
            approved = try await store.proposals(in: .approved, after: 0, limit: 100)
            jobs = try await store.jobsUnderWay()
        } catch {
            throw WorkFault(error)
        }
        for proposal in approved where proposal.job == nil {
            do throws(WorkFault) { _ = try await finish(proposal) } catch { try rethrow(error) }
        }
        var hasMore = false
        for job in jobs { hasMore = try await work(on: job) || hasMore }
        return hasMore
    }

    /// What cannot succeed is kept with its reason already; only what may succeed later goes up.
    private func rethrow(_ fault: WorkFault) throws(WorkFault) {
        if case .desk(let fault) = fault, fault.isTransient { throw .desk(fault) }
    }

    private func work(on job: Job) async throws(WorkFault) -> Bool {
        let isProposing = job.state == .proposing
        let items: [JobItem]
        do throws(StoreError) {
            items = try await store.openItems(of: job.id, unproposed: isProposing, limit: WorkDesk.batch)
        } catch {
            throw WorkFault(error)
        }
        guard !items.isEmpty else {
            let hasProposals = isProposing ? try await hasOpenItems(job) : false
            try await end(job, in: hasProposals ? .waiting : .done)
            return false
        }
        for item in items {
            if isProposing { try await propose(item, in: job) } else { try await work(on: item, in: job) }
        }
        return true
    }

    private func hasOpenItems(_ job: Job) async throws(WorkFault) -> Bool {
        do throws(StoreError) {
            return try await !store.openItems(of: job.id, unproposed: false, limit: 1).isEmpty
        } catch {
            throw WorkFault(error)
        }
    }

    private func end(_ job: Job, in state: Job.State) async throws(WorkFault) {
        do throws(StoreError) {
            try await store.move(job.id, from: job.state, JobMove(state, by: nil, at: desk.clock.now))
        } catch {
            // Somebody has paused it meanwhile: it is looked at again when it goes on.
            guard error == .duplicate else { throw WorkFault(error) }
        }
    }

    private func propose(_ item: JobItem, in job: Job) async throws(WorkFault) {
        do throws(WorkFault) {
            let version = try await version(of: item.number)
            guard version == item.version else { throw .movedOn(seen: item.version, now: version) }
            let form = try form(of: job)
            _ = try await rehearse(form.decision, on: item.number)
            _ = try await keep(
                NewProposal(
                    number: item.number, version: item.version, action: form.action.name, bytes: job.bytes,
                    maker: job.maker, account: job.account, at: desk.clock.now, job: job.id))
        } catch {
            try await keep(error, of: item, in: job)
        }
    }

    private func keep(_ proposal: NewProposal) async throws(WorkFault) -> ProposalID {
        do throws(StoreError) {
            return try await store.keep(proposal)
        } catch {
            throw error == .duplicate ? .proposedAlready : WorkFault(error)
        }
    }

    private func work(on item: JobItem, in job: Job) async throws(WorkFault) {
        do throws(WorkFault) {
            switch job.work {
            case .resend:
                await deliver(item.number)
                try await keep(JobItem.Result(.queued, at: desk.clock.now), of: item, in: job)
            case .action:
                if let proposal = item.proposal {
                    try await carryOut(try await self.proposal(proposal), in: job)
                } else {
                    try await perform(item, in: job)
                }
                // To try again is to ask others to: whether it succeeded, the case will show.
                let isTry = try form(of: job).action == .retry
                try await keep(JobItem.Result(isTry ? .queued : .done, at: desk.clock.now), of: item, in: job)
            }
        } catch {
            try await keep(error, of: item, in: job)
        }
    }

    /// Approves the proposal in the name of whoever approved the job, and carries it out.
    private func carryOut(_ proposal: Proposal, in job: Job) async throws(WorkFault) {
        guard let checker = job.checker, checker != proposal.maker else { throw .samePerson }
        var proposal = proposal
        if proposal.state == .open {
            try await keep(
                Proposal.Verdict(
                    isApproval: true, person: checker, account: "job:\(job.id)", text: nil, at: desk.clock.now),
                on: proposal)
            proposal = try await self.proposal(proposal.id)
        }
        switch proposal.state {
        case .carriedOut: return
        case .approved: _ = try await finish(proposal)
        case .open, .declined, .void:
            throw .decidedAlready(proposal.state.rawValue, by: proposal.verdict?.person)
        }
    }

    /// What needs no second person.
    private func perform(_ item: JobItem, in job: Job) async throws(WorkFault) {
        let form = try form(of: job)
        guard let deciders = Deciders(alone: job.maker) else { throw .samePerson }
        if case .retry = form.action { await deliver(item.number) }
        do throws(DeskFault) {
            try await desk.perform(form.decision, on: item.number, by: deciders, expecting: item.version)
        } catch {
            guard case .store(.caseMovedOn) = error else { throw .desk(error) }
            let file = try await file(item.number)
            let done = Proposal(
                id: 0, number: item.number, version: item.version, action: form.action.name, bytes: job.bytes,
                maker: job.maker, account: job.account, at: job.at, job: job.id, verdict: nil, end: nil)
            guard done.isDone(in: file, by: deciders) else {
                throw .movedOn(seen: item.version, now: file.version)
            }
        }
    }

    private func form(of job: Job) throws(WorkFault) -> StaffActionForm {
        do throws(FormFaults) {
            return try StaffActionForm.read(job.bytes)
        } catch {
            throw .desk(.store(.corrupt("the job \(job.id) cannot be read again: \(error)")))
        }
    }

    /// Keeps why an item was left alone; what may succeed later goes up, and the item stays open.
    private func keep(_ fault: WorkFault, of item: JobItem, in job: Job) async throws(WorkFault) {
        if case .desk(let fault) = fault, fault.isTransient { throw .desk(fault) }
        let outcome: JobItem.Outcome
        switch fault {
        case .movedOn, .decidedAlready, .proposedAlready: outcome = .skipped
        default: outcome = .refused
        }
        try await keep(JobItem.Result(outcome, why: fault.told, at: desk.clock.now), of: item, in: job)
    }

    private func keep(_ result: JobItem.Result, of item: JobItem, in job: Job) async throws(WorkFault) {
        do throws(StoreError) {
            try await store.keep(result, of: item.place, in: job.id)
        } catch {
            throw WorkFault(error)
        }
    }
}

extension StaffDecision {
    /// A decision as it was entered.
    fileprivate static func read(_ form: [UInt8]) throws(WorkFault) -> StaffDecision {
        do throws(FormFaults) {
            return try StaffActionForm.read(form).decision
        } catch {
            throw .desk(.faulty(error.faults))
        }
    }
}
