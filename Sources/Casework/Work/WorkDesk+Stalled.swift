package import TransferCore

// What is stuck, who sees to it, and what is due soon.

extension WorkDesk {
    /// Which stalled cases a list shows.
    package struct StalledFilter: Hashable, Sendable {
        package var cause: StalledCause?
        package var peer: AgencyCode?
        /// Cases that were taken at least so far up.
        package var level: Int?
        /// Cases after this number, in ascending order.
        package var after: CaseNumber?
        /// 1 to ``Job/most``.
        package var limit = 100

        package init() {}

        /// Whether a case is one of them; where a page begins is not looked at.
        package func takes(_ stalled: StalledCase) -> Bool {
            (cause.map { $0 == stalled.cause } ?? true) && (peer.map { $0 == stalled.peer } ?? true)
                && (level.map { $0 <= stalled.level } ?? true)
        }
    }

    /// Everything that is stuck, and when it was so: what every list and every count of it shows.
    ///
    /// Where many are, it may be half a minute old; ``Remembered`` says when it is found out anew.
    package func stalledBoard() async throws(WorkFault) -> (board: StalledBoard, at: Instant) {
        let known = try await rememberedStalled.value(stamp: store.writeStamp, at: desk.clock.now) {
            do throws(WorkFault) { return .success(try await findStalled()) } catch { return .failure(error) }
        }
        return (known.value, known.at)
    }

    private func findStalled() async throws(WorkFault) -> StalledBoard {
        var cases: [StalledCase] = []
        let looked = try await forEachStalled(after: nil) { stalled in
            cases.append(stalled)
            return true
        }
        return StalledBoard(cases: cases, money: try await stalledMoney(), looked: looked)
    }

    /// The cases that are stuck, in the order of their numbers.
    package func stalled(_ filter: StalledFilter) async throws(WorkFault) -> [StalledCase] {
        try await stalledBoard().board.cases(filter)
    }

    /// The same, found out now: for what is done with them.
    package func stalledNow(_ filter: StalledFilter) async throws(WorkFault) -> [StalledCase] {
        var found: [StalledCase] = []
        try await forEachStalled(after: filter.after) { stalled in
            guard filter.takes(stalled) else { return true }
            found.append(stalled)
            return found.count < filter.limit
        }
        return found
    }

    /// How many are stuck, by cause: what the list shows without a filter, and money that belongs to no case.
    package func stalledCounts() async throws(WorkFault) -> [StalledCause: Int] {
        try await stalledBoard().board.counts
    }

    /// Bank lines that belong to no case.
    package func stalledMoney() async throws(WorkFault) -> [StalledMoney] {
        do throws(StoreError) {
            let (today, calendar) = (desk.clock.now.date, desk.agency.calendar)
            return try await desk.store.unmatchedBankLines().map {
                StalledMoney($0, today: today, calendar: calendar)
            }
        } catch {
            throw WorkFault(error)
        }
    }

    /// - Parameter use: gives false to end the look.
    /// - Returns: how many cases were looked at.
    @discardableResult
    private func forEachStalled(
        after first: CaseNumber?, _ use: (StalledCase) -> Bool
    ) async throws(WorkFault) -> Int {
        var after = first
        var looked = 0
        let differences = try await openDifferences()
        while true {
            let page: [CaseNumber]
            do throws(StoreError) {
                page = try await store.stalledCandidates(
                    today: desk.clock.now.date, after: after, limit: WorkDesk.lookedAtOnce)
            } catch {
                throw WorkFault(error)
            }
            for number in page {
                let view = try await view(of: number)
                looked += 1
                if let stalled = try await judge(view, differences[number] ?? []), !use(stalled) { return looked }
            }
            guard page.count == WorkDesk.lookedAtOnce, let last = page.last else { return looked }
            after = last
        }
    }

    /// Which cases may be stuck is asked for many at once: each time all live cases are looked through.
    private static var lookedAtOnce: Int { 5_000 }

    /// Why a case is stuck; nil when it goes on by itself.
    package func judge(_ view: CaseView) async throws(WorkFault) -> StalledCase? {
        try await judge(view, try await openDifferences()[view.opening.number] ?? [])
    }

    private func openDifferences() async throws(WorkFault) -> [CaseNumber: [String]] {
        do throws(StoreError) { return try await differences() } catch { throw WorkFault(error) }
    }

    private func judge(_ view: CaseView, _ differences: [String]) async throws(WorkFault) -> StalledCase? {
        var circumstances = try await circumstances(of: view)
        circumstances.differences = differences
        return StalledCase(view, circumstances)
    }

    /// The decision of persons for which a case waits within its time; nil where none does.
    package func awaitedDecision(of view: CaseView) async throws(WorkFault) -> NewEffect.Kind? {
        try await circumstances(of: view).awaitedDecision(in: view)
    }

    /// For what a case that is not stuck waits, who has to act, and until which day; for one that has ended, that it has.
    package func awaited(of view: CaseView) async throws(WorkFault) -> Wording {
        let summary = view.summary
        guard !view.story.transfer.isTerminal else {
            let phase = CaseWords.phaseWording(summary.phase)
            return Wording(chinese: "此件已结束：\(phase.chinese)", english: "the case has ended: \(phase.english)")
        }
        let what = try await awaitedDecision(of: view)?.wording ?? CaseWords.phaseWording(summary.phase)
        let holder = CaseWords.holderWording(summary.holder)
        let until = summary.due
        return Wording(
            chinese: "此件没有滞留，等待“\(what.chinese)”，由\(holder.chinese)办理，\(until.map { "期限 \($0)" } ?? "没有期限")",
            english: "it is not stuck: it waits for \(what.english), by \(holder.english), "
                + (until.map { "until \($0)" } ?? "without a day"))
    }

    private func circumstances(of view: CaseView) async throws(WorkFault) -> StalledCase.Circumstances {
        let desk = desk
        do throws(StoreError) {
            return StalledCase.Circumstances(
                effects: try await desk.store.openEffects(of: view.opening.number), now: desk.clock.now,
                calendar: desk.agency.calendar, decidesAlone: { desk.decidesAlone($0) })
        } catch {
            throw WorkFault(error)
        }
    }

    /// An action on a stalled case with what it would do; nil for one that the case does not allow now.
    package struct Possibility: Sendable {
        package let action: StaffAction
        package let rehearsal: Rehearsal
        package let consequences: Consequences
    }

    /// What can be done now, each tried without writing anything, the usual first.
    package func possibilities(for stalled: StalledCase, in view: CaseView) async throws(WorkFault) -> [Possibility] {
        try await possibilities(among: stalled.candidates(in: view), on: stalled.number)
    }

    /// Those of some actions that a case allows now, each tried without writing anything.
    package func possibilities(
        among actions: [StaffAction], on number: CaseNumber
    ) async throws(WorkFault) -> [Possibility] {
        let file = try await file(number)
        var possible: [Possibility] = []
        for action in actions {
            do {
                let rehearsal = try await rehearse(
                    StaffDecision(action: action, text: action.title.chinese, form: []), in: file)
                possible.append(
                    Possibility(action: action, rehearsal: rehearsal, consequences: Consequences(of: rehearsal)))
            } catch .desk(let fault) where !fault.isTransient {
                continue
            }
        }
        return possible
    }

    /// Live cases whose due day lies within some working days from today, by day.
    ///
    /// - Parameter workingDays: 0 to 60; 0 is today.
    package func forecast(workingDays: Int, limit: Int) async throws(WorkFault) -> [CaseListEntry] {
        let today = desk.clock.now.date
        let last = desk.agency.calendar.due(after: today, workingDays: workingDays).date
        do throws(StoreError) {
            return try await store.casesDue(from: today, through: last, limit: limit)
        } catch {
            throw WorkFault(error)
        }
    }

    // MARK: Trying again

    /// Lets the outbox try what the case has for the other agency now.
    func deliver(_ number: CaseNumber) async {
        guard let file = try? await desk.store.caseFile(number) else { return }
        await deliverNow(file.opening.peerCode)
        desk.bells.effects.ring()
        desk.bells.orders.ring()
    }

    /// Lets the outbox try what the case has for the other agency now.
    ///
    /// - Returns: how many documents wait there for a receipt.
    package func resend(_ number: CaseNumber, by caller: StaffCaller) async throws(WorkFault) -> Int {
        guard !caller.member.duties.isDisjoint(with: StaffDuty.makers) else { throw .dutyMissing(StaffDuty.makers) }
        let file = try await file(number)
        await deliver(number)
        return file.documents.count { $0.recipient == file.opening.peerCode && $0.receipt == nil }
    }
}
