package import TransferCore

extension CaseEvent {
    /// The published code that an event carries: a reason, a bounce or a difference; nil for events that carry none.
    package var code: String? {
        switch self {
        case .destination(.applicationFailed(let reason)), .destination(.temporaryAccountDue(let reason)),
            .destination(.letterReturned(let reason)):
            reason.code
        case .destination(.booksDiffered(let difference)): difference.rawValue
        case .origin(.recordsFailed(let reason)): reason.code
        case .origin(.remittanceBounced(let bounce)), .payout(_, .payoutBounced(let bounce)): bounce.rawValue
        case .destination, .origin, .payout, .awaitedPayout: nil
        }
    }

    /// The event that was stored under a name and a code.
    ///
    /// - Returns: nil for a name or a code that was never published.
    package init?(role: Role, branch: Branch, name: String, code: String?) {
        func reason() -> Reason? { code.flatMap(Reason.init(code:)) }
        func bounce() -> BounceReason? { code.flatMap(BounceReason.init(rawValue:)) }

        let event: CaseEvent? =
            switch (role, branch, name) {
            case (.destination, .pension, "application-lodged"): .destination(.applicationLodged)
            case (.destination, .pension, "application-passed"): .destination(.applicationPassed)
            case (.destination, .pension, "application-failed"):
                reason().map { .destination(.applicationFailed($0)) }
            case (.destination, .pension, "temporary-account-due"):
                reason().map { .destination(.temporaryAccountDue($0)) }
            case (.destination, .pension, "letter-returned"): reason().map { .destination(.letterReturned($0)) }
            case (.destination, .pension, "application-corrected"): .destination(.applicationCorrected)
            case (.destination, .pension, "certificate-arrived"): .destination(.certificateArrived)
            case (.destination, .pension, "form-arrived"): .destination(.formArrived)
            case (.destination, .pension, "advice-arrived"): .destination(.adviceArrived)
            case (.destination, .pension, "funds-arrived"): .destination(.fundsArrived)
            case (.destination, .pension, "books-matched"): .destination(.booksMatched)
            case (.destination, .pension, "books-differed"):
                code.flatMap(Difference.init(rawValue:)).map { .destination(.booksDiffered($0)) }
            case (.destination, .pension, "deadline-passed"): .destination(.deadlinePassed)
            case (.destination, _, "payout-notice-arrived"): .awaitedPayout(branch, .payoutNoticeArrived)
            case (.destination, _, "application-ended"): .awaitedPayout(branch, .applicationEnded)
            case (.origin, .pension, "letter-arrived"): .origin(.letterArrived)
            case (.origin, .pension, "records-passed"): .origin(.recordsPassed)
            case (.origin, .pension, "records-failed"): reason().map { .origin(.recordsFailed($0)) }
            case (.origin, .pension, "remittance-paid"): .origin(.remittancePaid)
            case (.origin, .pension, "remittance-bounced"): bounce().map { .origin(.remittanceBounced($0)) }
            case (.origin, .pension, "completion-arrived"): .origin(.completionArrived)
            case (.origin, .pension, "deadline-passed"): .origin(.deadlinePassed)
            case (.origin, _, "balance-due"): .payout(branch, .balanceDue)
            case (.origin, _, "balance-zero"): .payout(branch, .balanceZero)
            case (.origin, _, "payout-paid"): .payout(branch, .payoutPaid)
            case (.origin, _, "payout-bounced"): bounce().map { .payout(branch, .payoutBounced($0)) }
            case (.origin, _, "account-corrected"): .payout(branch, .accountCorrected)
            case (.origin, _, "deadline-passed"): .payout(branch, .deadlinePassed)
            default: nil
            }
        guard let event, event.code == code else { return nil }
        self = event
    }
}

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

    /// A case of which nothing has happened yet.
    package init(opening: CaseOpening) {
        transfer = TransferCase(role: opening.role, payouts: opening.payouts)
        since = opening.openedAt
    }

    /// Applies the stored events again.
    ///
    /// - Throws: ``StoreError/corrupt(_:)`` when they are not a history that the protocol allows.
    package init(replaying file: CaseFile) throws(StoreError) {
        self.init(opening: file.opening)
        for stored in file.events {
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
    }

    package mutating func apply(_ event: CaseEvent, at moment: Instant) throws(NotAllowed) -> [CaseEffect] {
        let before = transfer.leading
        let effects = try transfer.apply(event)
        let after = transfer.leading
        if after.phase != before.phase || after.branch != before.branch { since = moment }
        if after.clock != before.clock || after.branch != before.branch {
            clockStart = after.clock == nil ? nil : moment
            isOverdueReported = false
        }
        if event.name == DestinationHandshake.Event.deadlinePassed.name { isOverdueReported = true }
        return effects
    }
}

extension CaseStory {
    /// The line that lists show, with the deadline by the agency's limits and the calendar.
    package func summary(limits: DeadlineLimits, calendar: WorkingDayCalendar) -> CaseSummary {
        let leading = transfer.leading
        var due: DueDate?
        if let clock = leading.clock, let clockStart {
            let days = limits.workingDays(of: clock, from: clockStart.date)
            due = calendar.due(after: clockStart.date, workingDays: days)
        }
        return CaseSummary(
            phase: leading.phase, holder: leading.holder, since: since, due: due?.date,
            isDueProvisional: due?.isProvisional ?? false, isOverdueReported: isOverdueReported,
            isTerminal: transfer.isTerminal
        )
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
