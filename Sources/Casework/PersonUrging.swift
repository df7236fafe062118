package import TransferCore

extension Desk {
    /// An insured person urges: while the other office holds the case and its time is over, it gets a signed reminder at
    /// once, besides those that go by themselves. Where nothing can be reminded of, the urging alone is kept.
    ///
    /// Source: BR-223 of the domain handbook; M8 of the handbook of screens.
    ///
    /// - Parameter writing: writes the reminder together with the urging.
    package func remindForPerson(
        _ number: CaseNumber, through writing: @escaping StepWriting
    ) async throws(DeskFault) {
        try await commit(number, through: writing) { (_, draft) throws(DeskFault) in
            let summary = draft.story.summary(limits: agency.limits, calendar: agency.calendar)
            let isPeers = summary.holder == (draft.story.transfer.role == .destination ? .origin : .destination)
            guard isPeers, let due = summary.due, due < clock.now.date, let next = due.next,
                let clockNow = draft.story.transfer.leading.clock,
                draft.story.transfer.urging.remindersSent < Urging.mostReminders
            else { return }
            let late = agency.calendar.workingDays(from: next, through: clock.now.date, countingUpTo: 10_000)
            try remind(clockNow, due: due, late: late, &draft, by: .policy)
        }
    }
}
