import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The list of clerks: what is due first, what others have urged before everything, who has what, and all cases by number.
struct WorklistPages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    static let pageSize = 100
    /// Due within so many working days is soon. Source: C1 of the handbook of screens.
    private static let soonDays = 2

    var routes: [Route] {
        [
            Route(
                .get, "/desk", access: DeskPages.access,
                query: ["after", "all", "due", "who", "phase", "peer", "page"],
                answer: list)
        ] + BulkPages(house: house, work: work, of: .worklist).routes
    }

    private enum Due: String {
        case late
        case soon
    }

    private enum Who: String {
        case mine
        case free
    }

    /// What the address says, and the list that it means.
    private struct Filter {
        var query = WorklistQuery()
        var due: Due?
        var who: Who?

        func address(_ change: (inout Filter) -> Void = { _ in }) -> String {
            var other = self
            change(&other)
            var parts: [String] = []
            if let due = other.due { parts.append("due=\(due.rawValue)") }
            if let who = other.who { parts.append("who=\(who.rawValue)") }
            if let phase = other.query.phase { parts.append("phase=\(phase)") }
            if let peer = other.query.peer { parts.append("peer=\(peer)") }
            return parts.isEmpty ? "/desk" : "/desk?" + parts.joined(separator: "&")
        }
    }

    private func filter(_ call: Call, today: CivilDate, soon: CivilDate) throws(Problem) -> Filter {
        var filter = Filter()
        filter.query.limit = WorklistPages.pageSize
        filter.query.after = try ListAddress.place("after", call.query)
        if let text = call.query["due"], !text.isEmpty {
            guard let due = Due(rawValue: text) else { throw .query("due", "it is late or soon.") }
            filter.due = due
            switch due {
            case .late: filter.query.through = CivilDate(dayNumber: today.dayNumber - 1)
            case .soon: (filter.query.from, filter.query.through) = (today, soon)
            }
        }
        if let text = call.query["who"], !text.isEmpty {
            guard let who = Who(rawValue: text) else { throw .query("who", "it is mine or free.") }
            filter.who = who
            switch who {
            case .mine: filter.query.person = try call.staff.member.person
            case .free: filter.query.onlyFree = true
            }
        }
        if let text = call.query["phase"], !text.isEmpty {
            guard text.utf8.count <= 40 else { throw .query("phase", "it is the name of a phase.") }
            filter.query.phase = text
        }
        if let text = call.query["peer"], !text.isEmpty {
            guard let peer = AgencyCode(text) else { throw .query("peer", "it is a region code of six digits.") }
            filter.query.peer = peer
        }
        return filter
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        if call.query["all"] == "true" { return try await everything(call) }
        let say = call.say
        let today = house.desk.clock.now.date
        let soon = house.desk.agency.calendar.due(after: today, workingDays: WorklistPages.soonDays).date
        let filter = try filter(call, today: today, soon: soon)
        let page = call.query["page"].flatMap { Int($0) } ?? 1
        let counts = try await house.kept { () throws(StoreError) in
            try await house.store.dueCounts(today: today, soon: soon)
        }
        let found = try await house.kept { () throws(StoreError) in try await house.store.worklist(filter.query) }
        var urged: [WorklistEntry] = []
        if filter.query.after == nil {
            var query = filter.query
            query.onlyUrged = true
            let wanted = query
            urged = try await house.kept { () throws(StoreError) in try await house.store.worklist(wanted) }
        }
        var foot: HTML = ""
        if found.count == WorklistPages.pageSize, let last = found.last?.entry {
            let start = filter.address()
            let place = "\(last.summary.due.map { $0.dayNumber } ?? 0).\(last.number)"
            foot = """
                <p class="actions"><a href="\(start)\(start.contains("?") ? "&" : "?")after=\(place)&page=\(page + 1)" rel="next" \
                accesskey="n">\(say("下一页", "Next page"))</a></p>
                """
        }
        let caption = say("按期限先后", "By due day") + (page > 1 ? say(" · 第 \(page) 页", ", page \(page)") : "")
        return house.page(
            say("经办", "Cases") + (page > 1 ? say(" 第 \(page) 页", ", page \(page)") : ""), here: "/desk", call.page,
            """
            \(tabs(filter, counts, say))\(FindPages.staff(house).box(call))\(choices(filter, say))
            \(urged.isEmpty ? nil : table(urged, say("被催办（\(urged.count)）", "Urged (\(urged.count))"), say))
            \(try await chosen(found, caption, call))\(foot)
            <p class="small">\(say(
                "键盘：Alt+S 查找，Alt+N 下一页；Tab 依次到每一处，Enter 打开。",
                "Keys: Alt+S to find, Alt+N for the next page; Tab goes everywhere, Enter opens."))</p>
            """)
    }

    private func tabs(_ filter: Filter, _ counts: DueCounts, _ say: PageLanguage) -> HTML {
        func tab(_ words: String, _ address: String, _ isHere: Bool) -> HTML {
            isHere ? #"<b aria-current="page">\#(words)</b> "# : #"<a href="\#(address)">\#(words)</a> "#
        }
        return """
            <p class="tabs">\(tab(
                say("按期限（\(counts.all)）", "By due day (\(counts.all))"),
                filter.address { $0.due = nil; $0.who = nil }, filter.due == nil && filter.who == nil))
            \(tab(
                say("已超期（\(counts.late)）", "Overdue (\(counts.late))"), filter.address { $0.due = .late },
                filter.due == .late))
            \(tab(
                say("将到期（\(counts.soon)）", "Due soon (\(counts.soon))"), filter.address { $0.due = .soon },
                filter.due == .soon))
            \(tab(say("我领取的", "Mine"), filter.address { $0.who = .mine }, filter.who == .mine))
            \(tab(say("无人领取", "Nobody's"), filter.address { $0.who = .free }, filter.who == .free))
            <a href="/desk?all=true">\(say("全部", "All"))</a></p>
            """
    }

    private func choices(_ filter: Filter, _ say: PageLanguage) -> HTML {
        let peers = house.otherAgencies.map { entry -> HTML in
            entry.code == filter.query.peer
                ? #"<option value="\#(entry.code.text)" selected>\#(house.name(of: entry.code, say))</option>"#
                : #"<option value="\#(entry.code.text)">\#(house.name(of: entry.code, say))</option>"#
        }
        return """
            <form class="panel" method="get" action="/desk"><label for="peer">\(say("对方机构", "Other office"))</label>
            <select id="peer" name="peer"><option value="">\(say("全部", "All"))</option>\(peers)</select>
            <button class="second">\(say("筛选", "Filter"))</button></form>
            """
    }

    private func table(
        _ entries: [WorklistEntry], _ caption: String, choices: [CaseNumber: HTML]? = nil, _ say: PageLanguage
    ) -> HTML {
        guard !entries.isEmpty else { return #"<p class="panel">\#(caption) \#(say("没有。", "None."))</p>"# }
        let rows = entries.map { line -> CaseRow in
            let urged: HTML? = line.isUrged ? #" <span class="mark late">\#(say("催", "urged"))</span>"# : nil
            return CaseRow(
                entry: line.entry, marks: "\(urged)\(waiting(line, say))",
                choice: choices.map { $0[line.entry.number] ?? "" },
                person: line.person.map { work.staff[$0]?.name ?? $0 } ?? "—")
        }
        return house.list(rows, caption: caption, at: "/desk/cases", say)
    }

    // MARK: Many at once

    /// The list, in which those who prepare decisions can tick what every rule lets pass. What has to be looked at by
    /// itself says why.
    ///
    /// Source: C6 of the handbook of screens.
    private func chosen(
        _ entries: [WorklistEntry], _ caption: String, _ call: Call
    ) async throws(Problem) -> HTML {
        let (say, caller) = (call.say, try call.staff)
        guard !caller.member.duties.isDisjoint(with: StaffDuty.makers) else { return table(entries, caption, say) }
        var (choices, actions): ([CaseNumber: HTML], [StaffAction]) = ([:], [])
        for line in entries {
            guard let kind = line.work, [.review, .checkRecords].contains(kind), !work.desk.decidesAlone(kind) else {
                continue
            }
            let number = line.entry.number
            if let person = line.person, person != caller.member.person {
                choices[number] = "<span class=\"small\">\(say("他人已领取", "somebody else's"))</span>"
                continue
            }
            let readiness: WorkDesk.Readiness?
            do throws(WorkFault) { readiness = try await work.readiness(of: number) } catch { throw Problem(error) }
            guard let readiness else { continue }
            if let why = readiness.why {
                choices[number] =
                    "<span class=\"small\">\(say("须单独办理：", "by itself: "))\(say(why))</span>"
            } else {
                choices[number] = """
                    <input type="checkbox" name="case" value="\(number.text)" \
                    aria-label="\(say("选择 \(number)", "Choose \(number)"))">
                    """
                if !actions.contains(readiness.action) { actions.append(readiness.action) }
            }
        }
        guard !choices.isEmpty else { return table(entries, caption, say) }
        let buttons = actions.map { action -> HTML in
            """
            <button class="second" name="work" value="\(action.name)">\(say("所选一并办理：", "All that is ticked: "))\(say(action.title))</button>
            """
        }
        return """
            <form method="post" action="/desk/prepare">\(house.secret(call.page))
            \(table(entries, caption, choices: choices, say))<p class="actions">\(buttons)</p></form>
            """
    }

    /// What waits for a decision within its time; of what is late the due day says so.
    private func waiting(_ line: WorklistEntry, _ say: PageLanguage) -> HTML? {
        guard let kind = line.work, !work.desk.decidesAlone(kind), let due = line.entry.summary.due,
            due >= work.desk.clock.now.date
        else { return nil }
        return " \(WaitingMark.html(say))"
    }

    // MARK: All of them

    private func everything(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        var filter = CaseFilter()
        filter.limit = WorklistPages.pageSize
        if let text = call.query["after"] {
            guard let number = CaseNumber(text) else { throw .query("after", "it is no case number.") }
            filter.after = number
        }
        let wanted = filter
        let entries = try await house.kept { () throws(StoreError) in try await work.desk.store.caseList(wanted) }
        var content: HTML = """
            <p class="tabs"><a href="/desk">\(say("按期限", "By due day"))</a> <b aria-current="page">\(say("全部", "All"))</b></p>
            \(FindPages.staff(house).box(call))
            """
        content += house.list(
            entries.map { CaseRow(entry: $0) }, caption: say("全部业务，按编号", "All cases, by number"), at: "/desk/cases", say
        )
        if entries.count == WorklistPages.pageSize, let end = entries.last {
            content += """
                <p class="actions"><a href="/desk?all=true&amp;after=\(end.number.text)" rel="next" accesskey="n">\(say(
                    "下一页", "Next page"))</a></p>
                """
        }
        return house.page(say("经办", "Cases"), here: "/desk", call.page, content)
    }
}
