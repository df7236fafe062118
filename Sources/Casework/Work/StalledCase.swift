package import TransferCore

/// A case that is stuck: why, who has to act, since when, and how late it is. Nothing here reads a store or a clock.
package struct StalledCase: Sendable {
    package let number: CaseNumber
    package let role: Role
    package let peer: AgencyCode
    package let phase: String
    /// What has to be cleared first.
    package let cause: StalledCause
    /// More about the cause: a code, a kind of document, the last error of the delivery; nil where nothing is.
    package let detail: String?
    /// What stands in the way besides, in the order in which it has to be cleared.
    package let alsoBecause: [(cause: StalledCause, detail: String?)]
    /// Who has to act.
    package let holder: Holder
    package let since: Instant
    package let due: CivilDate?
    /// Working days after the due day; 0 in time.
    package let workingDaysLate: Int
    /// 0, 1 (the supervisor of this agency) or 2 (the superior agency).
    package let level: Int
    package let version: Int

    /// The actions that may clear it, the usual first, each once. Whether the case allows one now tells a rehearsal.
    package func candidates(in view: CaseView) -> [StaffAction] {
        var candidates: [StaffAction] = []
        for (cause, detail) in [(cause, detail)] + alsoBecause {
            for action in cause.candidates(in: view, detail: detail) where !candidates.contains(action) {
                candidates.append(action)
            }
        }
        return candidates
    }

    /// After so many failed attempts a peer is silent. Source: our choice.
    package static let attemptsUntilSilent = 3
    /// After so many failures work of the node is shown. Source: our choice.
    package static let failuresUntilShown = 5
    /// How many working days a letter may be without a receipt. Source: our choice.
    package static let letterWorkingDays = 3

    /// What there is to know of a case besides itself.
    package struct Circumstances: Sendable {
        package var effects: [OpenEffect]
        /// Whether the agency's policy decides a step alone.
        package var decidesAlone: @Sendable (NewEffect.Kind) -> Bool
        /// Where the books of the two offices differ about the case, by published names.
        package var differences: [String] = []
        package var now: Instant
        package var calendar: WorkingDayCalendar

        package init(
            effects: [OpenEffect], now: Instant, calendar: WorkingDayCalendar,
            decidesAlone: @escaping @Sendable (NewEffect.Kind) -> Bool
        ) {
            self.effects = effects
            self.now = now
            self.calendar = calendar
            self.decidesAlone = decidesAlone
        }

        /// Whether the step that is under way still has time. One without a clock has none: it would never be late.
        fileprivate func isInTime(_ view: CaseView) -> Bool { view.summary.due.map { $0 >= now.date } ?? false }

        /// Whether work that is left waits for persons, because no policy decides it.
        fileprivate func waitsForPersons(_ effect: OpenEffect) -> Bool {
            effect.attempts < StalledCase.failuresUntilShown && !decidesAlone(effect.kind)
        }

        /// The decision of persons for which a case waits within its time: ordinary work, which stands in the worklist and
        /// is not stuck. Nil where none waits, and where its day has passed.
        package func awaitedDecision(in view: CaseView) -> NewEffect.Kind? {
            isInTime(view) ? effects.first(where: waitsForPersons)?.kind : nil
        }
    }

    /// - Returns: nil for a case that goes on by itself.
    package init?(_ view: CaseView, _ circumstances: Circumstances) {
        let found = StalledFinding.all(in: view, circumstances)
        guard let first = found.first else { return nil }
        number = view.opening.number
        role = view.opening.role
        peer = view.opening.peerCode
        phase = view.summary.phase
        cause = first.cause
        alsoBecause = found.dropFirst().map { ($0.cause, $0.detail) }
        detail = first.detail
        holder = first.holder ?? view.summary.holder
        since = first.since ?? view.summary.since
        due = view.summary.due
        let today = circumstances.now.date
        if let due = view.summary.due, due < today, let next = due.next {
            workingDaysLate = circumstances.calendar.workingDays(from: next, through: today, countingUpTo: 10_000)
        } else {
            workingDaysLate = 0
        }
        level = view.story.transfer.urging.level
        version = view.file.version
    }
}

/// One thing that holds a case up.
struct StalledFinding {
    let cause: StalledCause
    var detail: String?
    /// Who has to act; nil for whoever holds the case.
    var holder: Holder?
    /// nil for since the phase began.
    var since: Instant?

    /// Everything that holds a case up, each cause once, in the order in which it has to be cleared.
    static func all(in view: CaseView, _ circumstances: StalledCase.Circumstances) -> [StalledFinding] {
        let own: Holder = view.opening.role == .destination ? .destination : .origin
        let found =
            deliveries(view, own, circumstances) + questions(view, own) + money(view, own) + handshake(view, own)
            + effects(view, own, circumstances) + rest(view, own, circumstances)
        var causes: Set<StalledCause> = []
        return StalledCause.allCases.compactMap { cause in
            found.first { $0.cause == cause && causes.insert(cause).inserted }
        }
    }

    private static func deliveries(
        _ view: CaseView, _ own: Holder, _ circumstances: StalledCase.Circumstances
    ) -> [StalledFinding] {
        var found: [StalledFinding] = []
        let ours = view.file.documents.filter { $0.recipient == view.opening.peerCode }
        for kind in Set(ours.map(\.kind)).sorted(by: { $0.rawValue < $1.rawValue }) {
            guard !view.story.transfer.isTerminal, let newest = ours.last(where: { $0.kind == kind }), newest.isRefused
            else { continue }
            found.append(.init(cause: .documentRefused, detail: kind.rawValue, holder: own, since: newest.at))
        }
        for document in ours where document.receipt == nil {
            let delivery = view.deliveries.first {
                $0.sequence == document.sequence && $0.recipient == document.recipient
            }
            if document.kind == .acceptanceLetter, let next = document.at.date.next,
                circumstances.calendar.workingDays(
                    from: next, through: circumstances.now.date, countingUpTo: StalledCase.letterWorkingDays + 1)
                    > StalledCase.letterWorkingDays
            {
                found.append(.init(cause: .letterUnacknowledged, detail: delivery?.lastError, since: document.at))
            }
            if let delivery, delivery.attempts >= StalledCase.attemptsUntilSilent {
                found.append(.init(cause: .peerSilent, detail: delivery.lastError, since: document.at))
            }
        }
        return found
    }

    private static func questions(_ view: CaseView, _ own: Holder) -> [StalledFinding] {
        let other: Holder = own == .destination ? .origin : .destination
        let transfer = view.story.transfer
        var found: [StalledFinding] = []
        if case .open(let subject) = transfer.queries.received {
            found.append(.init(cause: .queryToAnswer, detail: subject.rawValue, holder: own))
        }
        if case .open(let subject) = transfer.queries.asked {
            found.append(.init(cause: .queryUnanswered, detail: subject.rawValue, holder: other))
        }
        if case .received(let subject) = transfer.recall.phase {
            found.append(.init(cause: .recallToAnswer, detail: subject.rawValue, holder: own))
        }
        if transfer.correction.phase == .received { found.append(.init(cause: .correctionToAnswer, holder: own)) }
        return found
    }

    private static func money(_ view: CaseView, _ own: Holder) -> [StalledFinding] {
        let transfer = view.story.transfer
        var found: [StalledFinding] = []
        switch transfer.fundsReturn.phase {
        case .owed: found.append(.init(cause: .returnOwed, holder: own))
        case .bounced(let reason): found.append(.init(cause: .returnBounced, detail: reason.rawValue, holder: own))
        default: break
        }
        for purpose in transfer.payouts.keys.sorted() {
            guard case .bounced(_, let reason)? = transfer.payouts[purpose]?.phase else { continue }
            let detail = "\(StaffAction.payoutName(purpose)) \(reason.rawValue)"
            let holder = transfer.payouts[purpose]?.holder ?? .insuredPerson
            found.append(.init(cause: .payoutBounced, detail: detail, holder: holder))
        }
        let balanceDiffers = transfer.awaitedPayouts.values.contains { $0.phase == .balanceDiffers }
        let returnDiffers = transfer.awaitedReturn.phase == .differs
        if balanceDiffers || returnDiffers || view.isReturnedInPart {
            found.append(.init(cause: .moneyDiffers, holder: own))
        }
        if transfer.role == .origin, transfer.correction.phase == .agreed || view.story.isFormRecalled {
            found.append(.init(cause: .formOwed, holder: own))
        }
        if transfer.clearing.phase == .choiceAwaited {
            found.append(.init(cause: .choiceAwaited, holder: .insuredPerson))
        }
        if case .destination(let handshake) = transfer.pension, handshake.phase.isTerminal,
            transfer.fundsReturn.phase == .none || transfer.fundsReturn.phase == .confirmed, view.suspense != .zero
        {
            found.append(.init(cause: .surplusFunds, holder: own))
        }
        return found
    }

    private static func handshake(_ view: CaseView, _ own: Holder) -> [StalledFinding] {
        switch view.story.transfer.pension {
        case .destination(let handshake):
            switch handshake.phase {
            case .mismatched(let difference):
                return [.init(cause: .booksDiffer, detail: difference.rawValue, holder: own)]
            case .awaitingAccount(let reason):
                return [.init(cause: .remittanceBounced, detail: reason.rawValue, holder: own)]
            case .holdingFunds: return [.init(cause: .fundsWithoutPapers, holder: .origin)]
            case .awaitingReply:
                return handshake.hold.map { [.init(cause: .checkHeld, detail: $0.code, holder: .origin)] } ?? []
            default: return []
            }
        case .origin(let handshake):
            switch handshake.phase {
            case .onHold(let reason):
                return [.init(cause: .checkHeld, detail: reason.code, holder: handshake.phase.holder)]
            case .bounced(let reason):
                return [.init(cause: .remittanceBounced, detail: reason.rawValue, holder: .destination)]
            case .ceased(.deceased) where view.story.transfer.payouts[.heir(1)] == nil:
                return [.init(cause: .personEnded, holder: own)]
            default: return []
            }
        }
    }

    /// A decision that waits for persons within its time is their ordinary work and stands in the worklist: it holds
    /// nothing up before its day has passed. Here and nowhere else it is said when it does, so that board, metric,
    /// command and pages count the same.
    private static func effects(
        _ view: CaseView, _ own: Holder, _ circumstances: StalledCase.Circumstances
    ) -> [StalledFinding] {
        circumstances.effects.compactMap { effect in
            if effect.attempts >= StalledCase.failuresUntilShown {
                return StalledFinding(cause: .effectFails, detail: effect.kind.rawValue, holder: own)
            }
            guard circumstances.waitsForPersons(effect), !circumstances.isInTime(view) else { return nil }
            return StalledFinding(cause: .decisionWaits, detail: effect.kind.rawValue, holder: own)
        }
    }

    private static func rest(
        _ view: CaseView, _ own: Holder, _ circumstances: StalledCase.Circumstances
    ) -> [StalledFinding] {
        var found: [StalledFinding] = []
        if let due = view.summary.due, due < circumstances.now.date, !view.summary.isTerminal {
            found.append(.init(cause: .overdue))
        }
        if let difference = circumstances.differences.first {
            found.append(.init(cause: .statesDiffer, detail: difference, holder: own))
        }
        return found
    }
}

extension CaseView {
    /// Whether a recalled remittance came back, and is not the whole of it.
    fileprivate var isReturnedInPart: Bool {
        guard case .origin(let handshake) = story.transfer.pension,
            handshake.phase == .awaitingCompletion || handshake.phase == .completed,
            story.transfer.awaitedReturn.phase == .confirmed,
            case .returnAdvice(let advice)? = try? file.newest(.returnAdvice)?.content
        else { return false }
        return advice.ground == .recalled
    }

    /// What lies in suspense in this case.
    fileprivate var suspense: Money {
        postings.flatMap(\.lines).filter { $0.account == .suspense(.pension) }.map(\.amount).sum()
    }
}

/// Money that belongs to no case, as something that is stuck: it has an age.
package struct StalledMoney: Sendable {
    package let line: UnmatchedLine
    /// Working days since it was booked.
    package let workingDays: Int

    package init(_ line: UnmatchedLine, today: CivilDate, calendar: WorkingDayCalendar) {
        self.line = line
        workingDays =
            line.line.bookedOn.next.map { calendar.workingDays(from: $0, through: today, countingUpTo: 10_000) } ?? 0
    }
}
