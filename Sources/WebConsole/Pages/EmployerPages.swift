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
            Route(.get, "/org", access: access, query: ["after", "done"], answer: list),
            Route(.get, "/org/cases/{number}", access: access, answer: show),
            Route(.get, "/org/cases/{number}/withdraw", access: access, answer: askWithdrawal),
            Route(.post, "/org/cases/{number}/withdraw", access: access, body: .form, answer: withdraw),
        ] + ApplicationPages(house: house).routes + BatchPages(house: house).routes
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        var filter = CaseFilter()
        if !call.caller.role.seesEveryCase { filter.lodgedBy = call.caller.name }
        let isDone = call.query["done"] == "true"
        filter.onlyLive = !isDone
        filter.limit = EmployerPages.pageSize
        if let text = call.query["after"] {
            guard let number = CaseNumber(text) else { throw .query("after", "it is no case number.") }
            filter.after = number
        }
        let entries: [CaseListEntry]
        do throws(StoreError) { entries = try await house.desk.store.caseList(filter) } catch { throw Problem(error) }
        let shown = entries.filter { $0.summary.isTerminal == isDone }
        let mine = shown.filter { $0.summary.holder == .applicant }
        let others = shown.filter { $0.summary.holder != .applicant }
        let tab: HTML =
            isDone
            ? #"<a href="/org">\#(say("待办与进行中", "To do and under way"))</a> · <b>\#(say("已办", "Done"))</b>"#
            : #"<b>\#(say("待办与进行中", "To do and under way"))</b> · <a href="/org?done=true">\#(say("已办", "Done"))</a>"#
        var content: HTML = """
            <p>\(tab)</p><p><a class="button" href="/org/new">\(say("新增申请", "New application"))</a></p>
            """
        if isDone {
            content += house.list(others + mine, caption: say("已办", "Done"), at: "/org/cases", say)
        } else {
            content += house.list(
                mine, caption: say("待办（\(mine.count)）", "To do (\(mine.count))"),
                at: "/org/cases", say)
            content += house.list(
                others, caption: say("进行中（\(others.count)）", "Under way (\(others.count))"), at: "/org/cases", say)
        }
        if entries.count == filter.limit, let last = entries.last {
            let next = "/org?after=\(last.number)\(isDone ? "&done=true" : "")"
            content += #"<p><a href="\#(next)">\#(say("下一页", "Next page"))</a></p>"#
        }
        return house.page(say("待办与已办", "To do and done"), here: "/org", call.page, content)
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
            \(house.head(of: view, say))\(toDo(view, say))
            <div class="panel"><dl class="facts">
            <dt>\(say("参保人员", "Insured person"))</dt><dd>\(view.person?.maskedName ?? "") \(view.opening.residentID.description)</dd>
            <dt>\(say("转出地", "Origin"))</dt><dd>\(house.name(of: view.opening.origin, say))</dd>
            <dt>\(say("转入地", "Destination"))</dt><dd>\(house.name(of: view.opening.destination, say))</dd>
            <dt>\(say("申请时间", "Lodged"))</dt><dd>\(say.time(view.opening.openedAt))</dd></dl></div>
            \(notices(view, say))\(house.timeline(view, say))
            """)
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
        let reason = view.returnReason
        return """
            <div class="panel"><p><b>\(say("您现在需要：补正后重新提交。", "You now have to: correct the application and send it again."))</b></p>
            <p>\(reason.map { say("退回原因：", "Reason: ") + "\($0.code) " + say($0.sentence) } ?? "")</p>
            <p>\(reason.map { say($0.nextStep) } ?? "")</p>
            <p class="actions"><a class="button" href="/org/cases/\(number)/correct">\(say("补正", "Correct"))</a>
            <a class="button second" href="/org/cases/\(number)/withdraw">\(say("撤回申请", "Withdraw"))</a></p></div>
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

    // MARK: Withdrawal

    private func askWithdrawal(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await view(call), call.say)
        let number = view.opening.number.text
        return house.page(
            say("撤回申请", "Withdraw the application"), here: "/org", call.page,
            """
            <div class="panel"><p>\(say(
                "撤回后本次转移不再办理。同意接收函已发出的，须转出地同意；基金已划转的，不能撤回。",
                "The transfer then goes no further. Once the letter has gone out the origin has to consent; once it has paid, "
                    + "nothing can be withdrawn."))</p>
            <form method="post" action="/org/cases/\(number)/withdraw">\(house.secret(call.page))
            <button>\(say("确认撤回 \(number)", "Withdraw \(number)"))</button>
            <a class="button second" href="/org/cases/\(number)">\(say("不撤回", "Do not withdraw"))</a></form></div>
            """)
    }

    private func withdraw(_ call: Call) async throws(Problem) -> Answer {
        let view = try await view(call)
        do throws(DeskFault) {
            try await house.desk.withdraw(view.opening.number, owner: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/org/cases/\(view.opening.number)")
    }
}

extension CaseView {
    /// Why the origin handed the letter back, the last time it did.
    var returnReason: Reason? {
        file.events.last { $0.name == "letter-returned" }?.code.flatMap(Reason.init(code:))
    }
}
