import Casework
import TransferCore
import TransferDocuments

/// How far a transfer has come, in the six steps that insured persons see, and how many of its working days are used.
struct TransferProgress {
    let step: Int
    /// Of the clock that runs: the days used, and the limit; nil where none runs.
    let days: (used: Int, limit: Int)?
    /// From when on the person may urge; nil where nobody's clock runs.
    let mayUrgeFrom: CivilDate?

    /// 提交 → 转入地受理 → 发联系函 → 转出地办理 → 转入地接续 → 办结. Source: section 0.1 of the handbook of screens.
    static let names: [Wording] = [
        Wording(chinese: "提交", english: "Lodged"), Wording(chinese: "转入地受理", english: "Destination reviews"),
        Wording(chinese: "发联系函", english: "Letter sent"), Wording(chinese: "转出地办理", english: "Origin works"),
        Wording(chinese: "转入地接续", english: "Destination joins"), Wording(chinese: "办结", english: "Completed"),
    ]

    init(_ view: CaseView, agency: AgencySettings, today: CivilDate) {
        step = TransferProgress.step(of: view)
        guard let due = view.summary.due, let clock = view.story.transfer.leading.clock,
            let start = view.story.clockStart?.date
        else {
            days = nil
            mayUrgeFrom = nil
            return
        }
        let limit = agency.limits.workingDays(of: clock, from: start)
        days = (TransferProgress.used(on: today, due: due, limit: limit, agency.calendar), limit)
        mayUrgeFrom = TransferProgress.urgingDay(due: due, limit: limit, agency.calendar)
    }

    private static func step(of view: CaseView) -> Int {
        if view.story.transfer.isCompleted { return 6 }
        let phase = view.summary.phase
        switch (view.opening.role, phase) {
        case (_, "completed"): return 6
        case (.destination, "draft"): return 1
        case (.destination, "reviewing"), (.destination, "supplementing"), (.destination, "refused"),
            (.destination, "temporary-opened"), (.destination, "returned"):
            return 2
        case (.destination, "awaiting-reply"):
            // Until the origin has signed for the letter it is only on its way.
            let letter = view.deliveries.last { $0.kind == .acceptanceLetter }
            return letter?.deliveredAt == nil ? 3 : 4
        case (.destination, "awaiting-form"), (.destination, "awaiting-advice"), (.destination, "on-hold"): return 4
        case (.destination, "withdrawn"), (.destination, "ceased"):
            return view.file.documents.isEmpty ? 2 : 4
        case (.destination, _), (.origin, "awaiting-completion"): return 5
        case (.origin, _): return 4
        }
    }

    /// How many working days of a limit are used: what is left is counted, so that days on which the clock stood still
    /// are not.
    private static func used(on day: CivilDate, due: CivilDate, limit: Int, _ calendar: WorkingDayCalendar) -> Int {
        if due < day {
            let late = due.next.map { calendar.workingDays(from: $0, through: day, countingUpTo: 9_999) } ?? 0
            return limit + late
        }
        let left = day.next.map { calendar.workingDays(from: $0, through: due, countingUpTo: 9_999) } ?? 0
        return max(0, limit - left)
    }

    /// The first day on which more than four fifths of the limit are used. Source: M8 of the handbook of screens.
    private static func urgingDay(due: CivilDate, limit: Int, _ calendar: WorkingDayCalendar) -> CivilDate {
        var day = due
        while let before = CivilDate(dayNumber: day.dayNumber - 1),
            used(on: before, due: due, limit: limit, calendar) * 5 > limit * 4
        {
            day = before
        }
        return day
    }
}

extension TransferProgress {
    func html(_ say: PageLanguage) -> HTML {
        let items = TransferProgress.names.enumerated().map { place, name -> HTML in
            place + 1 == step
                ? #"<li aria-current="step">\#(place + 1) \#(say(name))</li>"# : "<li>\(place + 1) \(say(name))</li>"
        }
        return "<ol class=\"steps\">\(items)</ol>"
    }

    /// 第 4/6 步 转出地办理.
    func words(_ say: PageLanguage) -> String {
        let name = say(TransferProgress.names[step - 1])
        return say("第 \(step)/6 步：\(name)", "Step \(step) of 6: \(name)")
    }
}
