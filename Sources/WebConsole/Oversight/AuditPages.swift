import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages of auditors: the trail by time, account, action, object and result; the same as a file; and what each account
/// did with the data of persons. What an auditor looks for is in the trail too, and nothing here changes anything else.
///
/// Source: A1 and SE-68 of the handbook of screens.
struct AuditPages: Sendable {
    let house: PageHouse
    let oversight: Oversight

    static let access = Route.Access.duties([.auditor])
    private static let pageSize = 100
    private static let mostExported = 50_000
    private static let query: Set<String> = ["from", "through", "who", "action", "object", "result", "below"]

    var routes: [Route] {
        [
            Route(.get, "/audit", access: AuditPages.access, query: AuditPages.query, answer: search),
            Route(.get, "/audit/export", access: AuditPages.access, query: AuditPages.query, answer: export),
            Route(.get, "/audit/use", access: AuditPages.access, query: ["days"], answer: use),
        ]
    }

    // MARK: Searching

    /// An empty parameter is one that is not given, as a form sends it.
    private func filter(_ call: Call) throws(Problem) -> TrailFilter {
        var filter = TrailFilter()
        let query = call.query.filter { !$0.value.isEmpty }
        func moment(_ name: String, daysLater: Int) throws(Problem) -> Instant? {
            guard let text = query[name] else { return nil }
            guard let day = CivilDate(text) else { throw .query(name, "it is a day such as 2026-03-02.") }
            return Instant(seconds: Int64(day.dayNumber + daysLater) * 86_400 - 8 * 3_600)
        }
        filter.from = try moment("from", daysLater: 0)
        filter.before = try moment("through", daysLater: 1)
        filter.who = query["who"]
        filter.object = query["object"]
        if let text = query["action"] {
            guard let action = AuditAction(rawValue: text) else { throw .query("action", "it is none of the list.") }
            filter.action = action
        }
        if let text = query["result"] {
            guard let result = AuditResult(rawValue: text) else { throw .query("result", "it is none of the list.") }
            filter.result = result
        }
        if let text = query["below"] {
            guard text.utf8.count <= 18, let number = Int64(text), number > 0 else {
                throw .query("below", "it is a whole number.")
            }
            filter.below = number
        }
        filter.limit = AuditPages.pageSize
        return filter
    }

    private func rows(_ filter: TrailFilter) async throws(Problem) -> [AuditRow] {
        do throws(StoreError) { return try await oversight.trail.trail(filter) } catch {
            guard case .corrupt = error else { throw Problem(error) }
            throw Problem(
                status: 500, code: "trail-broken", title: "The trail is broken",
                detail: "审计记录中有无法读取的行，请到“校验”页查看。 A row of the trail cannot be read: see the page of checks.")
        }
    }

    private func search(_ call: Call) async throws(Problem) -> Answer {
        let (say, filter) = (call.say, try filter(call))
        let found = try await rows(filter)
        if filter != AuditPages.everything {
            try await house.note(.searchTrail, .done, reason: filter.summary, call)
        }
        return house.page(
            say("审计", "Audit"), here: "/audit", call.page,
            """
            \(links(say))\(form(call.query, say))\(table(found, say))\(next(found, filter, call.query, say))
            """)
    }

    private static let everything: TrailFilter = {
        var filter = TrailFilter()
        filter.limit = pageSize
        return filter
    }()

    private func links(_ say: PageLanguage) -> HTML {
        """
        <p><b>\(say("审计记录", "The trail"))</b> · <a href="/audit/find">\(say("按身份号码查找", "Find by identity number"))</a> ·
        <a href="/audit/check">\(say("校验", "Checks"))</a> ·
        <a href="/audit/use">\(say("个人信息使用情况", "Use of personal data"))</a> ·
        <a href="/audit/dossier">\(say("业务卷宗", "Dossier of a case"))</a></p>
        """
    }

    private func form(_ query: [String: String], _ say: PageLanguage) -> HTML {
        func choices(_ name: String, _ all: [(String, String)]) -> [HTML] {
            all.map { value, title in
                query[name] == value
                    ? #"<option value="\#(value)" selected>\#(title)</option>"#
                    : #"<option value="\#(value)">\#(title)</option>"#
            }
        }
        let actions = choices("action", AuditAction.allCases.map { ($0.rawValue, TrailWords.action($0, say)) })
        let results = choices("result", AuditResult.allCases.map { ($0.rawValue, TrailWords.result($0, say)) })
        return """
            <form class="panel filter" method="get" action="/audit">
            <div><label for="from">\(say("自", "From"))</label>
            <input type="date" id="from" name="from" value="\(query["from"] ?? "")"></div>
            <div><label for="through">\(say("至", "Through"))</label>
            <input type="date" id="through" name="through" value="\(query["through"] ?? "")"></div>
            <div><label for="who">\(say("账号", "Account"))</label>
            <input type="text" id="who" name="who" maxlength="64" value="\(query["who"] ?? "")"></div>
            <div><label for="action">\(say("事项", "Action"))</label>
            <select id="action" name="action"><option value="">\(say("全部", "All"))</option>\(actions)</select></div>
            <div><label for="object">\(say("对象（业务编号或账号）", "Object (case or account)"))</label>
            <input type="text" id="object" name="object" maxlength="64" value="\(query["object"] ?? "")"></div>
            <div><label for="result">\(say("结果", "Result"))</label>
            <select id="result" name="result"><option value="">\(say("全部", "All"))</option>\(results)</select></div>
            <div><button>\(say("查询", "Search"))</button>
            <button class="second" formaction="/audit/export">\(say("导出 CSV", "Export as CSV"))</button></div></form>
            """
    }

    private func table(_ found: [AuditRow], _ say: PageLanguage) -> HTML {
        let rows = found.map { row -> HTML in
            let (entry, actor) = (row.entry, row.entry.actor)
            let kind: HTML =
                entry.result == .refused
                ? #"<span class="mark late">\#(TrailWords.result(entry.result, say))</span>"#
                : "\(TrailWords.result(entry.result, say))"
            return """
                <tr><td class="number">\(Int(row.number))</td><td>\(say.time(entry.at))</td>
                <td>\(actor.who)\(actor.person.map { " (\($0))" } ?? "")</td><td>\(TrailWords.roles(actor.role, say))</td>
                <td>\(actor.source)</td><td>\(TrailWords.action(entry.action, say))</td><td>\(entry.object)</td>
                <td>\(kind)</td><td>\(TrailWords.detail(entry.reason, say))</td><td class="small">\(actor.request)</td></tr>
                """
        }
        let heads = [
            say("序号", "No."), say("时间", "Time"), say("账号（人员）", "Account (person)"), say("角色", "Role"),
            say("来源", "From"), say("事项", "Action"), say("对象", "Object"), say("结果", "Result"), say("说明", "Detail"),
            say("请求号", "Request"),
        ].map { head -> HTML in #"<th scope="col">\#(head)</th>"# }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("审计记录", "The trail"))"><table>
            <caption>\(say("最新在前，本页 \(found.count) 行", "The newest first, \(found.count) rows on this page"))</caption>
            <thead><tr>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private func next(
        _ found: [AuditRow], _ filter: TrailFilter, _ query: [String: String], _ say: PageLanguage
    ) -> HTML? {
        guard found.count == filter.limit, let last = found.last else { return nil }
        var address = "/audit?below=\(last.number)"
        for (name, value) in query.sorted(by: { $0.key < $1.key }) where name != "below" && !value.isEmpty {
            address += "&\(name)=\(value)"
        }
        return #"<p><a href="\#(address)">\#(say("下一页（更早）", "Next page (earlier)"))</a></p>"#
    }

    // MARK: A file

    private func export(_ call: Call) async throws(Problem) -> Answer {
        var filter = try filter(call)
        filter.limit = AuditPages.mostExported + 1
        let found = try await rows(filter)
        guard found.count <= AuditPages.mostExported else {
            throw Problem(
                status: 413, code: "export-too-long", title: "Too many rows",
                detail: "结果超过 \(AuditPages.mostExported) 行，请缩小时间范围。 More than \(AuditPages.mostExported) rows: "
                    + "narrow the time.")
        }
        if let answer = call.factorFirst(exporting: found.count, .trail) { return answer }
        try await house.note(.exportTrail, .done, reason: "\(found.count) rows: \(filter.summary)", call)
        return PageHouse.attachment(
            TrailSheet.write(found.reversed()), "text/csv; charset=utf-8",
            "trail-\(house.desk.agency.code)-\(house.desk.clock.now.date).csv")
    }

    // MARK: Use

    private func use(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        let days: Int64
        switch call.query["days"] {
        case nil, "7": days = 7
        case "1": days = 1
        case "30": days = 30
        default: throw .query("days", "it is 1, 7 or 30.")
        }
        let now = house.desk.clock.now
        let uses: [TrailUse]
        do throws(StoreError) {
            uses = try await oversight.trail.uses(
                from: now.adding(milliseconds: -days * 86_400_000), before: now.adding(milliseconds: 1), limit: 500)
        } catch {
            throw Problem(error)
        }
        try await house.note(.misuseReport, .done, reason: "\(days) days", call)
        let rows = uses.map { use -> HTML in
            let mark: HTML? =
                use.reveals > RevealPages.mostPerHour || use.casesWithoutWork >= 20
                ? #" <span class="mark late">\#(say("请核查", "look into it"))</span>"# : nil
            return """
                <tr><td><a href="/audit?who=\(use.who)">\(use.who)</a>\(use.person.map { " (\($0))" } ?? "")\(mark)</td>
                <td>\(use.role)</td><td class="number">\(use.reveals)</td><td class="number">\(use.views)</td>
                <td class="number">\(use.cases)</td><td class="number">\(use.casesWithoutWork)</td>
                <td class="number">\(use.exports)</td><td class="number">\(use.refusals)</td></tr>
                """
        }
        let heads = [
            say("账号（人员）", "Account (person)"), say("角色", "Role"), say("揭示证件号", "Ids revealed"),
            say("查看次数", "Views"), say("涉及业务", "Cases"), say("其中未办理", "of them not worked on"),
            say("导出", "Exports"), say("被拒绝", "Refused"),
        ].map { head -> HTML in #"<th scope="col">\#(head)</th>"# }
        let caption = say("最近 \(Int(days)) 天，按揭示次数", "The last \(Int(days)) days, most reveals first")
        return house.page(
            say("个人信息使用情况", "Use of personal data"), here: "/audit", call.page,
            """
            <p><a href="/audit">\(say("审计记录", "The trail"))</a> · <a href="/audit/use?days=1">\(say("1 天", "1 day"))</a> ·
            <a href="/audit/use?days=7">\(say("7 天", "7 days"))</a> · <a href="/audit/use?days=30">\(say("30 天", "30 days"))</a></p>
            <p class="hint">\(say(
                "“未办理”指查看了业务但同一时段内没有办理动作。揭示过多或未办理 20 件以上的账号有标记。",
                "“Not worked on” counts cases that were looked at without doing anything with them in the same time. Accounts "
                    + "with many reveals, or 20 such cases, are marked."))</p>
            <div class="scroll" tabindex="0"><table><caption>\(caption)</caption><thead><tr>\(heads)</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """)
    }
}
