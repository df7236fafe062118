import Accounts
import Casework
import HTTPTypes
import Papers
import TransferCore
import TransferDocuments

/// The pages of an insured person: where each transfer is, who has it, until when, and what to do.
struct PersonPages: Sendable {
    let house: PageHouse
    let persons: PagePersons

    static let loginPath = "/my/login"
    static let access = Route.Access.visitors([.insuredPerson])
    /// What histories and the trail call them: no number and no name.
    static let actor = "insured-person"

    var routes: [Route] {
        let access = PersonPages.access
        let path = "/my/transfers/{number}"
        return [
            Route(.get, "/my", access: access, answer: list),
            Route(.get, "/my/transfers", access: access, query: PersonList.parameters, answer: list),
            Route(.get, path, access: access, answer: show),
            Route(.get, "\(path)/record", access: access, answer: record),
            Route(.get, "\(path)/papers/{sender}/{sequence}", access: access, answer: print),
        ] + withdrawalRoutes + requestRoutes
    }

    static func menu(_ visit: PageVisit) -> [(address: String, title: String)] {
        let say = visit.language
        let unread = visit.unread == 0 ? "" : say("（\(visit.unread)）", " (\(visit.unread))")
        return [
            ("/my", say("我的转移", "My transfers")), ("/my/notices", say("消息", "Notices") + unread),
            ("/my/grants", say("授权与查阅记录", "Who may look")),
        ]
    }

    /// What the start page of a node offers to insured persons and to whoever has a paper; nothing on a node without.
    static func entrances(_ house: PageHouse, _ say: PageLanguage) -> HTML? {
        guard house.persons != nil else { return nil }
        return """
            <p><a class="button" href="\(loginPath)">\(say("参保人员：我的转移", "Insured persons: my transfer"))</a>
            <a class="button second" href="/v">\(say("凭证核验", "Check a paper"))</a>
            <a class="button second" href="/g">\(say("授权查阅", "Look with a code"))</a></p>
            """
    }

    // MARK: The cases of one person

    /// A case of whoever asks, which their login has opened; any other is answered as if there were none.
    func own(_ call: Call) async throws(Problem) -> CaseView {
        let person = try call.person
        guard let number = CaseNumber(call.parameters[0]), person.opens.contains(number) else { throw .notFound }
        return try await house.desk.view(of: number)
    }

    // MARK: One transfer

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await own(call), call.say)
        let number = view.opening.number
        let progress = TransferProgress(view, agency: house.desk.agency, today: house.desk.clock.now.date)
        let requests = try await requests(of: number)
        return house.page(
            say("转移业务 \(number)", "Transfer \(number)"), here: "/my", call.page,
            """
            \(head(view, progress, say))\(progress.html(say))
            <p class="actions"><a class="button second" href="/my/transfers/\(number.text)/record">\(say("核对缴费记录", "Check my months"))</a></p>
            \(urging(view, progress, requests, call))\(withdrawal(view, say))
            \(papers(view, say))\(timeline(view, requests, say))
            """)
    }

    /// All that matters, on a telephone without scrolling. Source: M1 of the handbook of screens.
    private func head(_ view: CaseView, _ progress: TransferProgress, _ say: PageLanguage) -> HTML {
        let summary = view.summary
        let days: HTML? = progress.days.map { days in
            """
            <dt>\(say("办理时限", "Time used"))</dt><dd>\(say(
                "已用 \(days.used)/\(days.limit) 个工作日", "\(days.used) of \(days.limit) working days used"))</dd>
            """
        }
        let due: HTML? = summary.due.map { _ in
            "<dt>\(say("最迟", "Due by"))</dt><dd>\(house.due(summary).html(say))</dd>"
        }
        let holds: HTML? =
            summary.holder == .nobody
            ? nil : "<dt>\(say("当前经手", "Who has it"))</dt><dd>\(holder(view, say))</dd>"
        return """
            <div class="panel now"><p><strong>\(say.coarse(summary))</strong> · \(progress.words(say))</p>
            <dl class="facts">\(holds)\(days)\(due)</dl>
            \(toDo(view, say))</div>
            """
    }

    /// The office that has the case, with the telephone where it is known.
    private func holder(_ view: CaseView, _ say: PageLanguage) -> HTML {
        let code: AgencyCode
        switch view.summary.holder {
        case .origin: code = view.opening.origin
        case .destination: code = view.opening.destination
        case .applicant, .insuredPerson, .nobody: return "\(say(CaseWords.holderWording(view.summary.holder)))"
        }
        let telephone = telephone(of: code, in: view)
        return "\(house.name(of: code, say))\(say("，电话 ", ", telephone "))\(telephone)"
    }

    func telephone(of code: AgencyCode, in view: CaseView) -> String {
        let agency = house.desk.agency
        if code == agency.code { return agency.office.telephone }
        if code == view.opening.destination,
            case .acceptanceLetter(let letter)? = try? view.file.newest(.acceptanceLetter)?.content
        {
            return letter.office.telephone
        }
        return "12333"
    }

    /// Exactly one line.
    private func toDo(_ view: CaseView, _ say: PageLanguage) -> HTML {
        let number = view.opening.number.text
        if let branch = bouncedPayout(view) {
            return """
                <p><b>\(say("您现在需要：提供您本人名下的另一银行账户。", "You now have to: give another bank account of your own."))</b>
                <a class="button" href="/my/transfers/\(number)/account/\(branch.rawValue)">\(say("填写账户", "Give it"))</a></p>
                """
        }
        switch view.summary.holder {
        case .applicant:
            let next = view.returnReason.map { say($0.nextStep) } ?? ""
            return """
                <p><b>\(say("您现在需要：请申请单位或窗口补正后重新提交。", "You now have to: have the application corrected and sent again."))</b>
                \(next)</p>
                """
        case .insuredPerson:
            return """
                <p><b>\(say("您现在需要：带身份证到窗口办理。", "You now have to: come to the desk with your identity document."))</b></p>
                """
        case .origin, .destination, .nobody:
            return "<p><b>\(say("无需您操作。", "There is nothing for you to do."))</b></p>"
        }
    }

    /// The branch of a payout that the bank gave back, where this office pays.
    func bouncedPayout(_ view: CaseView) -> Branch? {
        guard view.opening.role == .origin else { return nil }
        return view.story.transfer.legs.first { $0.phase == "payout-bounced" }?.branch
    }

    /// What the offices did and what the person has asked, the newest first.
    private func timeline(_ view: CaseView, _ requests: [PersonRequest], _ say: PageLanguage) -> HTML {
        var rows: [(at: Instant, words: HTML, who: String)] = view.file.events.map { event in
            let reason = event.code.flatMap(Reason.init(code:)).map { say($0.sentence) } ?? ""
            let leg = event.branch == .pension ? "" : say(CaseWords.branchWording(event.branch)) + say("：", ": ")
            return (event.at, "\(leg)\(say(CaseWords.eventWording(event.name))) \(reason)", actor(event, view, say))
        }
        let own = house.name(of: house.desk.agency.code, say)
        for request in requests {
            rows.append((request.at, house.words(of: request, say), say("本人", "You")))
            if let answer = request.answer {
                rows.append((answer.at, "\(say("答复：", "Answer: "))\(answer.words)", own))
            }
        }
        // What happened in the same moment stays in its order.
        let order = rows.indices.sorted { (rows[$0].at, $0) > (rows[$1].at, $1) }
        let items = order.map { place -> HTML in
            let row = rows[place]
            return "<tr><td>\(say.time(row.at))</td><td>\(row.words)</td><td>\(row.who)</td></tr>"
        }
        return """
            <h2>\(say("办理记录", "What happened"))</h2><div class="scroll" tabindex="0"><table>
            <thead><tr><th scope="col">\(say("时间", "Time"))</th><th scope="col">\(say("事项", "Event"))</th>
            <th scope="col">\(say("办理方", "Office"))</th></tr></thead><tbody>\(items)</tbody></table></div>
            """
    }

    /// Which office did it; clerks are not named.
    private func actor(_ event: StoredEvent, _ view: CaseView, _ say: PageLanguage) -> String {
        if event.actor == "bank" { return say("银行", "Bank") }
        if event.actor == "token:\(PersonPages.actor)" { return say("本人", "You") }
        if event.actor.hasPrefix("token:"), event.name.hasPrefix("application-") { return say("申请人", "Applicant") }
        if event.actor.hasPrefix("peer:") { return house.name(of: view.opening.peerCode, say) }
        return house.name(of: view.opening.ownCode, say)
    }

    // MARK: Papers

    private func papers(_ view: CaseView, _ say: PageLanguage) -> HTML? {
        let documents = view.file.documents.filter { PageHouse.personalPapers.contains($0.kind) && !$0.isRefused }
        guard !documents.isEmpty else { return nil }
        let items = documents.map { document -> HTML in
            let path = "/my/transfers/\(view.opening.number)/papers/\(document.sender)/\(document.sequence)"
            return """
                <li><a href="\(path)">\(say(CaseWords.documentWording(document.kind))) (PDF)</a>
                <span class="small">\(house.name(of: document.sender, say)) \(say.time(document.at))</span></li>
                """
        }
        return """
            <h2>\(say("凭证与告知书", "Papers"))</h2><div class="panel"><ul>\(items)</ul>
            <p class="small">\(say("每份带查验码，收件方可在「凭证核验」查验真伪。",
                "Each has a code with which whoever gets it can check it here."))</p></div>
            """
    }

    private func print(_ call: Call) async throws(Problem) -> Answer {
        let view = try await own(call)
        guard
            let document = view.file.documents.first(where: { document in
                document.sender.text == call.parameters[1] && String(document.sequence) == call.parameters[2]
                    && PageHouse.personalPapers.contains(document.kind)
            })
        else { throw .notFound }
        return try await house.paper(of: document, in: view, persons: .full)
    }

    // MARK: The record

    /// The table of the newest information form; nil before there is one.
    func contributions(_ view: CaseView) async throws(Problem) -> ContributionTable? {
        guard case .informationForm(let form)? = try? view.file.newest(.informationForm)?.content else { return nil }
        guard view.opening.role == .destination else { return ContributionTable(form, besides: []) }
        do throws(StoreError) {
            let own = try await house.desk.store.record(of: view.opening.residentID)
            return ContributionTable(form, besides: own?.lines ?? [])
        } catch {
            throw Problem(error)
        }
    }

    private func record(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await own(call), call.say)
        let number = view.opening.number
        let title = say("核对缴费记录", "Check my months")
        let back: HTML = """
            <p><a href="/my/transfers/\(number.text)">\(say("返回业务 \(number)", "Back to transfer \(number)"))</a></p>
            """
        guard let table = try await contributions(view) else {
            return house.page(
                title, here: "/my", call.page,
                """
                <p class="panel">\(say("转出地尚未出具信息表。出具后，您可在此逐月核对。",
                    "The origin has not sent its form yet. Once it has, you can check every month here."))</p>\(back)
                """)
        }
        let requests = try await requests(of: number)
        let shown = ContributionTableView(table: table, say: say, showsAmounts: true) { line in
            objection(line, table, requests, view, say)
        }
        return house.page(title, here: "/my", call.page, "\(remarks(table, view, say))\(shown.html)\(back)")
    }

    private func remarks(_ table: ContributionTable, _ view: CaseView, _ say: PageLanguage) -> HTML {
        let overlaps = table.overlaps
        return """
            <div class="panel"><p>\(say(
                "以下是\(house.name(of: view.opening.origin, say))出具的信息表（第 \(table.formVersion) 版）。",
                "This is the form of \(house.name(of: view.opening.origin, say)), version \(table.formVersion)."))</p>
            <dl class="facts"><dt>\(say("转移金额（元）", "Transferred (yuan)"))</dt><dd>\(table.transfer.description)</dd>
            <dt>\(say("个人账户储存额", "Individual account"))</dt><dd>\(table.account.description)</dd>
            <dt>\(say("统筹基金", "Pooled share"))</dt><dd>\(table.pooled.description)</dd>
            <dt>\(say("核对", "Check"))</dt><dd>\(table.agrees
                ? say("各行之和与信息表载明金额一致。", "The rows come to what the form says.")
                : say("各行之和与信息表载明金额不一致，请提出异议。", "The rows do not come to what the form says: object to it."))</dd>
            <dt>\(say("重复缴费", "Paid in both places"))</dt><dd>\(overlaps.isEmpty
                ? say("未发现。", "None.")
                : say("发现 \(overlaps.count) 个月，已在表中标明。", "\(overlaps.count) months; they are marked in the table."))</dd></dl></div>
            """
    }
}
