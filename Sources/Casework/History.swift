package import TransferCore

/// A case with its history applied: where it stands, and since when.
///
/// Whether a case runs for the first time or is read after a crash makes no difference: it is always built from its
/// events by the same switch that will judge the next one.
package struct CaseStory: Sendable {
    package private(set) var transfer: TransferCase
    /// When the leading leg came into its phase.
    package private(set) var since: Instant
    /// When the clock that runs now was started; nil when none runs.
    package private(set) var clockStart: Instant?
    package private(set) var isOverdueReported = false
    /// At the origin: whether the other office has given its form back, and no newer one was sent yet.
    package private(set) var isFormRecalled = false
    /// The days on which the clock that runs now stood still, because one office had asked the other something, the check was
    /// held or the applicant was asked for papers: two at most, ten working days each, or twenty for papers (BR-224 and
    /// state 2 of the domain handbook).
    package private(set) var pauses: [PauseOfClock] = []
    /// The clock that goes on when what interrupts it has ended.
    private var interrupted: Interrupted?
    /// What ``TransferCase/leading`` is now: looking for it again is half of the work of a replay.
    private var leading: TransferCase.LegView

    /// A time in which a clock stood still.
    package struct PauseOfClock: Hashable, Sendable {
        package let from: Instant
        package let to: Instant
        /// What ran meanwhile.
        fileprivate let by: Clock
    }

    private struct Interrupted: Sendable {
        let clock: Clock
        /// What runs in its place.
        let by: Clock
        let start: Instant
        let since: Instant
        let pauses: [PauseOfClock]
    }

    /// How often a clock may be paused, and how long each time, in working days. Source: our choice (BR-224).
    package static let mostPauses = 2
    package static let longestPauseWorkingDays = 10

    /// A case of which nothing has happened yet.
    package init(opening: CaseOpening) {
        transfer = TransferCase(role: opening.role, payouts: opening.payouts)
        leading = transfer.leading
        since = opening.openedAt
    }

    /// Applies the stored events again.
    ///
    /// - Throws: ``StoreError/corrupt(_:)`` when they are not a history that the protocol allows.
    package init(replaying file: CaseFile) throws(StoreError) {
        let known = ReplayedStories.shared.story(of: file)
        self = known?.story ?? CaseStory(opening: file.opening)
        guard known?.events != file.events.count else { return }
        for stored in file.events.dropFirst(known?.events ?? 0) {
            guard
                let event = CaseEvent(
                    role: file.opening.role, branch: stored.branch, name: stored.name, code: stored.code)
            else {
                throw .corrupt("\(file.opening.number): no event \(stored.name) of \(stored.branch.rawValue)")
            }
            do {
                _ = try apply(event, at: stored.at)
            } catch {
                throw .corrupt("\(file.opening.number): \(error)")
            }
        }
        ReplayedStories.shared.keep(self, of: file)
    }

    package mutating func apply(_ event: CaseEvent, at moment: Instant) throws(NotAllowed) -> [CaseEffect] {
        let before = leading
        let effects = try transfer.apply(event)
        let after = transfer.leading
        leading = after
        if after.phase != before.phase || after.branch != before.branch { since = moment }
        if after.clock != before.clock || after.branch != before.branch {
            turnClock(from: before.clock, to: after.clock, at: moment)
            isOverdueReported = false
        }
        if event.saysOverdue { isOverdueReported = true }
        switch event {
        case .recall(.recallConsentArrived): isFormRecalled = transfer.recall.phase == .consented(.form)
        case .origin(.formRevised), .origin(.supplementFrozen): isFormRecalled = false
        default: break
        }
        return effects
    }

    /// A question, a recall, a hold or a list of missing papers interrupts the clock of the step that waits for it; that
    /// clock goes on afterwards where it stood. Every other change begins anew.
    private mutating func turnClock(from before: Clock?, to after: Clock?, at moment: Instant) {
        if let after, after.interrupts {
            if let before, !before.interrupts, let clockStart {
                interrupted = Interrupted(
                    clock: before, by: after, start: clockStart, since: moment, pauses: pauses)
            }
            clockStart = moment
            pauses = []
        } else if let waiting = interrupted, waiting.clock == after {
            clockStart = waiting.start
            pauses = waiting.pauses
            if pauses.count < CaseStory.mostPauses {
                pauses.append(PauseOfClock(from: waiting.since, to: moment, by: waiting.by))
            }
            interrupted = nil
        } else {
            clockStart = after == nil ? nil : moment
            pauses = []
            interrupted = nil
        }
    }
}

extension Clock {
    /// Whether another clock stands still while this one runs.
    fileprivate var interrupts: Bool { self == .query || self == .hold || self == .recall || self == .supplement }
}

extension CaseEvent {
    /// Whether the event says that the deadline of the leading leg has passed.
    fileprivate var saysOverdue: Bool {
        switch self {
        case .destination(.deadlinePassed), .origin(.deadlinePassed), .payout(_, .deadlinePassed),
            .recall(.deadlinePassed), .correction(.deadlinePassed), .fundsReturn(.deadlinePassed),
            .awaitedReturn(.deadlinePassed), .awaitedPayout(_, .deadlinePassed), .clearing(.deadlinePassed),
            .query(.deadlinePassed):
            true
        default: false
        }
    }
}

extension CaseStory {
    /// The line that lists show, with the deadline by the agency's limits and the calendar.
    package func summary(limits: DeadlineLimits, calendar: WorkingDayCalendar) -> CaseSummary {
        let leading = transfer.leading
        var due: DueDate?
        if let clock = leading.clock, let clockStart {
            let days = limits.workingDays(of: clock, from: clockStart.date)
            due = calendar.due(
                after: clockStart.date, workingDays: days, pauses: pauses.map { $0.days(by: calendar, limits) })
        }
        return CaseSummary(
            phase: leading.phase, holder: leading.holder, since: since, due: due?.date,
            isDueProvisional: due?.isProvisional ?? false, isOverdueReported: isOverdueReported,
            isTerminal: transfer.isTerminal
        )
    }
}

extension CaseStory.PauseOfClock {
    /// The days of the pause, cut to the longest that counts. The day on which it ends counts for the step again, so that
    /// a question that is answered on its day pauses nothing.
    ///
    /// Papers have a time of their own, after which the application lapses.
    fileprivate func days(by calendar: WorkingDayCalendar, _ limits: DeadlineLimits) -> Pause {
        let first = from.date
        let longestWorkingDays =
            by == .supplement ? limits.workingDays(of: by, from: first) : CaseStory.longestPauseWorkingDays
        guard let dayBefore = CivilDate(dayNumber: first.dayNumber - 1),
            let last = CivilDate(dayNumber: to.date.dayNumber - 1)
        else { return Pause(from: first, to: first) }
        let longest = calendar.due(after: dayBefore, workingDays: longestWorkingDays).date
        return Pause(from: first, to: min(last, longest))
    }
}

/// The limits of the clocks, in working days: the profile of an agency.
///
/// Source: 国办发〔2009〕66号, Art. 8, where a profile names none; local profiles are data (BR-225).
package struct DeadlineLimits: Hashable, Sendable {
    package let profile: String
    private let limits: [Clock: Int]
    private var rules = RuleTables()

    package init(profile: String, limits: [Clock: Int]) {
        self.profile = profile
        self.limits = limits
    }

    /// The same limits with imported tables, which come first where they know the profile.
    package func with(_ rules: RuleTables) -> DeadlineLimits {
        var limits = self
        limits.rules = rules
        return limits
    }

    /// The limit of a clock that starts on a day.
    package func workingDays(of clock: Clock, from day: CivilDate) -> Int {
        rules.workingDays(of: clock, by: profile, from: day) ?? limits[clock] ?? clock.defaultWorkingDays
    }
}
