import Casework
import TransferCore
import TransferDocuments

// How cases are shown in lists and at the head of their page: who has it, since when, until when, and what to do.

extension PageLanguage {
    /// 进行中, 已退回, 已办结 or 已终止: where a case stands, in the words of the halls.
    func coarse(_ summary: CaseSummary) -> String {
        switch (summary.phase, summary.isTerminal) {
        case ("completed", _): self("已办结", "Completed")
        case (_, true): self("结束", "Ended")
        case ("returned", _), ("supplementing", _): self("已退回（待补正）", "Returned for correction")
        default: self("进行中", "Under way")
        }
    }

    /// A day as it is said: 2026年3月2日, or 2 Mar 2026.
    func day(_ day: CivilDate) -> String {
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        return self("\(day.year)年\(day.month)月\(day.day)日", "\(day.day) \(months[day.month - 1]) \(day.year)")
    }

    /// A moment of a legal event, with the instant for programs.
    func time(_ moment: Instant) -> HTML {
        #"<time datetime="\#(moment.signingTime.text)">\#(String(ChinaTime.text(moment).dropLast(3)))</time>"#
    }
}

/// Until when a step has to be done, in words and with a mark.
struct DueWords {
    let summary: CaseSummary
    let today: CivilDate
    let calendar: WorkingDayCalendar

    /// Working days after the due day; negative before it; nil where no clock runs.
    var daysLate: Int? {
        guard let due = summary.due else { return nil }
        return due < today
            ? calendar.workingDays(from: due, through: today, countingUpTo: 999) - (calendar.isWorkingDay(due) ? 1 : 0)
            : -(calendar.workingDays(from: today, through: due, countingUpTo: 999)
                - (calendar.isWorkingDay(today) ? 1 : 0))
    }

    func html(_ say: PageLanguage) -> HTML {
        guard let due = summary.due, let late = daysLate else { return "-" }
        let day = say.day(due) + (summary.isDueProvisional ? say("（暂定）", " (provisional)") : "")
        if late > 0 {
            return """
                \(day) <span class="mark late">\(say("已超期 \(late) 个工作日", "\(late) working days overdue"))</span>
                """
        }
        // A day that has passed is late, even while no working day has passed since: the lists count it so, too.
        if due < today { return #"\#(day) <span class="mark late">\#(say("已超期", "overdue"))</span>"# }
        if late >= -2 { return #"\#(day) <span class="mark soon">\#(say("将到期", "due soon"))</span>"# }
        return "\(day)"
    }
}

extension PageHouse {
    func due(_ summary: CaseSummary) -> DueWords {
        DueWords(summary: summary, today: desk.clock.now.date, calendar: desk.agency.calendar)
    }

    /// A list of cases. Persons are masked in every list.
    func list(_ rows: [CaseRow], caption: String, at base: String, _ say: PageLanguage) -> HTML {
        guard let first = rows.first else { return #"<p class="panel">\#(caption)</p>"# }
        let lines = rows.map { row -> HTML in
            let entry = row.entry
            let peer = entry.role == .origin ? entry.destination : entry.origin
            let choice: HTML? = row.choice.map { "<td>\($0)</td>" }
            let person: HTML? = row.person.map { "<td>\($0)</td>" }
            return """
                <tr>\(choice)<td><a href="\(base)/\(entry.number.text)">\(entry.number.text)</a>\(row.marks)</td>
                <td>\(entry.residentID.description)</td>
                <td>\(say(CaseWords.roleWording(entry.role)))</td>
                <td>\(name(of: peer, say))</td>
                <td>\(say(CaseWords.phaseWording(entry.summary.phase)))</td>
                <td>\(say(CaseWords.holderWording(entry.summary.holder)))</td>\(person)
                <td>\(say.time(entry.summary.since))</td>
                <td>\(due(entry.summary).html(say))</td></tr>
                """
        }
        var heads = [
            say("业务编号", "Case"), say("证件号码", "Resident id"), say("本机构", "We are"), say("对方机构", "Other office"),
            say("状态", "State"), say("当前经手", "Who has it"),
        ]
        if first.choice != nil { heads.insert(say("选择", "Choose"), at: 0) }
        if first.person != nil { heads.append(say("领取人", "Seen to by")) }
        let cells = (heads + [say("自", "Since"), say("最迟", "Due by")]).map { head -> HTML in
            #"<th scope="col">\#(head)</th>"#
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption>
            <thead><tr>\(cells)</tr></thead><tbody>\(lines)</tbody></table></div>
            """
    }

    /// What everybody wants to know first: where it is, who has it, since when, until when.
    func head(of view: CaseView, _ say: PageLanguage) -> HTML {
        let summary = view.summary
        let holder =
            switch summary.holder {
            case .origin: name(of: view.opening.origin, say)
            case .destination: name(of: view.opening.destination, say)
            default: say(CaseWords.holderWording(summary.holder))
            }
        return """
            <div class="panel now"><p><strong>\(say.coarse(summary))</strong> ·
            \(say(CaseWords.phaseWording(summary.phase)))</p>
            <dl class="facts"><dt>\(say("当前经手", "Who has it"))</dt><dd>\(holder)</dd>
            <dt>\(say("自", "Since"))</dt><dd>\(say.time(summary.since))</dd>
            <dt>\(say("最迟", "Due by"))</dt><dd>\(due(summary).html(say))</dd></dl></div>
            """
    }

    /// What happened, the newest first, in plain words.
    ///
    /// - Parameter besides: what is no event of the case, such as who has taken it.
    func timeline(
        _ view: CaseView, besides: [(at: Instant, words: String)] = [], _ say: PageLanguage
    ) -> HTML {
        var lines = view.file.events.map { event -> (at: Instant, words: String, why: String) in
            let reason = event.code.flatMap(Reason.init(code:)).map { say($0.sentence) }
            let leg = event.branch == .pension ? "" : say(CaseWords.branchWording(event.branch)) + say("：", ": ")
            return (event.at, leg + say(CaseWords.eventWording(event.name)), reason ?? "")
        }
        lines += besides.map { ($0.at, $0.words, "") }
        // What happened in the same moment stays in its order.
        let order = lines.indices.sorted { (lines[$0].at, $0) > (lines[$1].at, $1) }
        let rows = order.map { place -> HTML in
            let line = lines[place]
            return "<tr><td>\(say.time(line.at))</td><td>\(line.words)</td><td>\(line.why)</td></tr>"
        }
        return """
            <h2>\(say("办理记录", "What happened"))</h2><div class="scroll" tabindex="0"><table>
            <thead><tr><th scope="col">\(say("时间", "Time"))</th><th scope="col">\(say("事项", "Event"))</th>
            <th scope="col">\(say("原因", "Reason"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}

/// A line of a list of cases. In one list all lines have a choice or none, and all a person or none.
struct CaseRow {
    let entry: CaseListEntry
    /// Behind the number.
    var marks: HTML?
    /// What stands before the number to choose the case with, or why it cannot be chosen.
    var choice: HTML?
    /// Who sees to it.
    var person: String?
}

/// 待决定: a decision of persons waits within its time. It is not 滞留: nothing is stuck.
enum WaitingMark {
    static func html(_ say: PageLanguage) -> HTML {
        #"<span class="mark">\#(say("待决定", "To be decided"))</span>"#
    }
}
