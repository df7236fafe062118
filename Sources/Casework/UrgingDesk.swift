import Logging
import TransferCore
import TransferDocuments

// Steps that are late: told once, urged by signed reminders, and taken to somebody above. Late ends nothing.

extension Desk {
    /// Reports every deadline that has passed, once for each step: late is told, and ends nothing (BR-223), but for papers
    /// that were asked for and never came, whose application lapses.
    package func reportOverdue() async throws(StoreError) {
        for number in try await store.casesDue(before: clock.now.date, limit: 500) {
            do {
                try await commit(number) { (file, draft) throws(DeskFault) in
                    guard draft.story.transfer.leading.clock != nil, !draft.story.isOverdueReported else { return }
                    try overdue(file, &draft)
                }
            } catch {
                logger.warning("a passed deadline was not noted", metadata: ["case": "\(number)", "cause": "\(error)"])
            }
        }
    }

    private func overdue(_ file: CaseFile, _ draft: inout StepDraft) throws(DeskFault) {
        let event = draft.story.transfer.deadlineEvent
        // Papers that never came end the application; a letter that had gone out before is taken back.
        if case .destination(let handshake) = draft.story.transfer.pension, handshake.phase == .supplementing {
            try takeLetterBack(file, &draft, by: .policy)
        }
        _ = try draft.apply(event, actor: "clock")
        if draft.story.transfer.endedWithoutTransfer { return try endPayouts(file, &draft, actor: "clock") }
        // Arrears hold the check up until their time is over; then the rest goes on without them (BR-091).
        if case .origin(let handshake) = draft.story.transfer.pension,
            handshake.phase == .onHold(.arrearsOpen) || handshake.phase == .onHold(.currentMonthUnsettled)
        {
            _ = try draft.apply(.origin(.holdLifted), actor: "clock")
            return
        }
        try urge(&draft)
    }

    /// Looks at every live case once a day: reminders to the other office, and somebody above.
    package func urgeLate() async throws(StoreError) {
        var filter = CaseFilter()
        filter.onlyLive = true
        filter.limit = 500
        let today = clock.now.date
        while true {
            let page = try await store.caseList(filter)
            for entry in page where entry.summary.due.map({ $0 < today }) ?? false {
                do {
                    try await commit(entry.number) { (_, draft) throws(DeskFault) in try urge(&draft) }
                } catch {
                    logger.warning(
                        "a late case was not urged", metadata: ["case": "\(entry.number)", "cause": "\(error)"])
                }
            }
            guard page.count == filter.limit, let last = page.last else { return }
            filter.after = last.number
        }
    }

    /// One reminder at once and another every five working days while the other office holds the case; the supervisor
    /// after five working days, the superior agency after fifteen. What was done already is in the history, so that doing
    /// this again changes nothing.
    ///
    /// Source: BR-223 of the domain handbook; the distance of the reminders is our choice.
    private func urge(_ draft: inout StepDraft) throws(DeskFault) {
        let summary = draft.story.summary(limits: agency.limits, calendar: agency.calendar)
        guard let due = summary.due, due < clock.now.date, let clockNow = draft.story.transfer.leading.clock,
            let next = due.next
        else { return }
        let late = agency.calendar.workingDays(from: next, through: clock.now.date, countingUpTo: 10_000)
        let holder = draft.story.transfer.leading.holder
        let isPeers = holder == (draft.story.transfer.role == .destination ? .origin : .destination)
        if isPeers {
            let wanted = min(1 + late / Desk.reminderWorkingDays, Urging.mostReminders)
            if draft.story.transfer.urging.remindersSent < wanted {
                try remind(clockNow, due: due, late: late, &draft, by: .policy)
            }
        }
        while draft.story.transfer.urging.level < Urging.escalationWorkingDays.count,
            late >= Urging.escalationWorkingDays[draft.story.transfer.urging.level]
        {
            _ = try draft.apply(.urging(.escalated), actor: "clock")
        }
    }

    func remind(
        _ clockNow: Clock, due: CivilDate, late: Int, _ draft: inout StepDraft, by deciders: Deciders
    ) throws(DeskFault) {
        let reminder = Reminder(
            number: draft.story.transfer.urging.remindersSent + 1, clock: clockNow, dueOn: due, workingDaysLate: late)
        _ = try draft.apply(
            .urging(.reminderSent), actor: deciders.actor,
            materials: .init(contents: [.reminder(reminder)], deciders: deciders))
    }

    /// How many working days lie between two reminders. Source: our choice.
    static let reminderWorkingDays = 5
}
