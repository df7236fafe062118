import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages of employers and of the agency's desk: what waits for them, what is done, and the single case.
struct EmployerPages: Sendable {
    let house: PageHouse

    static let roles: Set<AccessRole> = [.employer, .desk]
    private static let pageSize = 50

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        return [
            Route(.get, "/org", access: access, query: ListAddress.parameters, answer: list),
            Route(.get, "/org/cases/{number}", access: access, query: ["lodged"], answer: show),
        ] + ApplicationPages(house: house).routes + DraftPages(house: house).routes
            + CorrectionPages(house: house).routes + WithdrawalPages(house: house).routes
            + BatchPages(house: house).routes + RosterPages(house: house).routes + FindPages.employer(house).routes
    }

    // MARK: Lists

    /// Without anything in the address: what is to be done, and under it what is under way.
    private func list(_ call: Call) async throws(Problem) -> Answer {
        if let answer = try await DraftPages(house: house).comeBack(call) { return answer }
        let say = call.say
        let owner = call.caller.role.seesEveryCase ? nil : call.caller.name
        var address = try ListAddress(call.query, lodgedBy: owner)
        address.query.limit = EmployerPages.pageSize
        let counts = try await house.kept { () throws(StoreError) in
            try await house.store.stageCounts(lodgedBy: owner)
        }
        let isHome = call.query["stage"] == nil && call.query["batch"] == nil
        var content: HTML = """
            \(tabs(isHome ? nil : address.query.stage, counts, say))
            <p><a class="button" href="/org/new">\(say("新增申请", "New application"))</a>
            <a class="button second" href="/org/batch">\(say("批量申请", "Batch"))</a></p>\(FindPages.employer(house).box(call))
            """
        if isHome {
            content += try await DraftPages(house: house).table(call) ?? ""
            address.query.stage = .toDo
            content += try await part(
                address, say("待办（\(counts.toDo)）", "To do (\(counts.toDo))"), call)
            address.query.stage = .underWay
        }
        let caption: String =
            if address.query.batch != nil {
                say("本批业务", "Cases of this batch")
            } else {
                switch address.query.stage {
                case .toDo: say("待办（\(counts.toDo)）", "To do (\(counts.toDo))")
                case .underWay: say("进行中（\(counts.underWay)）", "Under way (\(counts.underWay))")
                case .done: say("已办", "Done")
                }
            }
        if address.query.stage == .toDo { content += try await DraftPages(house: house).table(call) ?? "" }
        content += try await part(address, address.isFiltered ? caption + say(" · 已筛选", ", filtered") : caption, call)
        if isHome { content += WebhookPages.link(house, say) ?? "" }
        let page = address.page > 1 ? say(" 第 \(address.page) 页", ", page \(address.page)") : ""
        return house.page(say("待办与已办", "To do and done") + page, here: "/org", call.page, content)
    }

    private func part(_ address: ListAddress, _ caption: String, _ call: Call) async throws(Problem) -> HTML {
        let query = address.query
        let entries = try await house.kept { () throws(StoreError) in try await house.store.cases(query) }
        let list = EmployerList(house: house, address: address, entries: entries, say: call.say)
        return "\(list.filters)\(list.table(caption, secret: house.secret(call.page)))\(list.foot)"
    }

    private func tabs(_ stage: CaseQuery.Stage?, _ counts: StageCounts, _ say: PageLanguage) -> HTML {
        let tabs: [(CaseQuery.Stage?, String, String)] = [
            (nil, "/org", say("首页", "Overview")),
            (.toDo, "/org?stage=todo", say("待办（\(counts.toDo)）", "To do (\(counts.toDo))")),
            (.underWay, "/org?stage=open", say("进行中（\(counts.underWay)）", "Under way (\(counts.underWay))")),
            (.done, "/org?stage=done&order=newest", say("已办", "Done")),
        ]
        let items = tabs.map { tab -> HTML in
            tab.0 == stage
                ? #"<b aria-current="page">\#(tab.2)</b> "# : #"<a href="\#(tab.1)">\#(tab.2)</a> "#
        }
        return #"<p class="tabs">\#(items)</p>"#
    }

    // MARK: One case

    func view(_ call: Call) async throws(Problem) -> CaseView {
        guard let number = CaseNumber(call.parameters[0]) else { throw .notFound }
        let view = try await house.desk.view(of: number)
        guard view.opening.isVisible(to: call.caller) else { throw .notFound }
        return view
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await view(call), call.say)
        let number = view.opening.number.text
        return house.page(
            say("业务 \(number)", "Case \(number)"), here: "/org", call.page,
            """
            \(call.query["lodged"] == "true" ? lodged(view, say) : nil)\(house.head(of: view, say))\(toDo(view, say))
            <div class="panel"><dl class="facts">
            <dt>\(say("参保人员", "Insured person"))</dt><dd>\(view.person?.maskedName ?? "") \(view.opening.residentID.description)</dd>
            <dt>\(say("转出地", "Origin"))</dt><dd>\(house.name(of: view.opening.origin, say))</dd>
            <dt>\(say("转入地", "Destination"))</dt><dd>\(house.name(of: view.opening.destination, say))</dd>
            <dt>\(say("申请时间", "Lodged"))</dt><dd>\(say.time(view.opening.openedAt))</dd>
            <dt>\(say("申请版本", "Version of the application"))</dt><dd>\(view.applicationVersion)</dd></dl></div>
            \(notices(view, say))\(house.timeline(view, say))
            """)
    }

    /// What was sent, what comes next, and when.
    private func lodged(_ view: CaseView, _ say: PageLanguage) -> HTML {
        """
        <div class="panel now" role="status"><p><strong>\(say(
            "已提交，业务编号 \(view.opening.number)。", "Sent. The number of the case is \(view.opening.number)."))</strong></p>
        <p>\(say("下一步：转入地经办机构审核，最迟 ", "Next, the destination reviews it, at the latest on "))\(house.due(view.summary).html(say))</p>
        <p>\(say("以后凭业务编号在“待办与已办”中查看进度；本页可以打印。",
            "Follow it by its number under “To do and done”; this page can be printed."))</p></div>
        """
    }

    /// Exactly one line: what the applicant has to do now, or that there is nothing.
    private func toDo(_ view: CaseView, _ say: PageLanguage) -> HTML {
        let number = view.opening.number.text
        guard view.summary.holder == .applicant, view.opening.role == .destination else {
            let withdrawal: HTML? =
                view.summary.isTerminal || view.opening.role == .origin
                ? nil
                : """
                <p class="actions"><a href="/org/cases/\(number)/withdraw">\(say("撤回申请", "Withdraw the application"))</a></p>
                """
            return "<p class=\"panel\">\(say("无需您操作。", "There is nothing for you to do."))</p>\(withdrawal)"
        }
        return """
            <p class="panel"><b>\(say("您现在需要：补正后重新提交。", "You now have to: correct the application and send it again."))</b></p>
            \(ReturnWords(view).html(say))
            <p class="actions"><a class="button" href="/org/cases/\(number)/correct">\(say("补正", "Correct"))</a>
            <a class="button second" href="/org/cases/\(number)/withdraw">\(say("撤回申请", "Withdraw"))</a></p>
            """
    }

    private func notices(_ view: CaseView, _ say: PageLanguage) -> HTML? {
        guard !view.notices.isEmpty else { return nil }
        let items = view.notices.reversed().map { notice -> HTML in
            let wording = NoticeWording(name: notice.name, code: notice.code)
            let words = wording.map { say($0.sentence) } ?? say(CaseWords.noticeWording(notice.name))
            return "<li>\(say.time(notice.at)) \(words) \(wording?.nextStep.map { say($0) } ?? "")</li>"
        }
        return "<h2>\(say("通知", "Notices"))</h2><div class=\"panel\"><ul>\(items)</ul></div>"
    }
}

extension CaseView {
    /// Why the origin handed the letter back, the last time it did.
    var returnReason: Reason? {
        file.events.last { $0.name == "letter-returned" }?.code.flatMap(Reason.init(code:))
    }
}
