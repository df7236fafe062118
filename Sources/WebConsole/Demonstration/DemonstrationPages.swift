import Casework
import HTTPTypes
import TransferCore

/// The start page of a demonstration: who can log in, what to try, how the prepared cases stand, and the clock. Only a node
/// of a demonstration has it.
///
/// Source: SE-57 and O10 of the handbook of screens.
struct DemonstrationPages: Sendable {
    let house: PageHouse

    static let address = "/demo"
    private static let steps = [1, 5, 10, 20]

    var routes: [Route] {
        guard house.demonstration != nil else { return [] }
        return [
            Route(.get, DemonstrationPages.address, access: .anyone, answer: show),
            Route(.post, "/demo/clock", access: .anyone, body: .form, answer: move),
        ]
    }

    private func show(_ call: Call) async throws(Problem) -> Answer { try await page(call, nil) }

    private func page(_ call: Call, _ error: String?) async throws(Problem) -> Answer {
        let say = call.say
        var content: HTML = """
            <p class="panel">\(say(
                "三个机构、一个模拟银行都在这台机器上运行，转移是真实签发和传送的，人员与金额均为虚构。",
                "Three agencies and a simulated bank run on this machine. The transfers are really signed and sent; the people and "
                    + "the money are invented."))</p>
            """
        if let guide = house.demonstration?.guide {
            content += offices(guide, say) + tours(say) + (try await samples(guide, say)) + texts(say)
        } else {
            content += """
                <p class="panel now">\(say("示例正在准备，约需一分钟，请稍后刷新。", "The examples are being prepared, for about a minute; load the page again then."))</p>
                """
        }
        content += clock(say)
        return house.form(
            say("演示：从这里开始", "Demonstration: start here"), error: error, status: .unprocessableContent,
            here: DemonstrationPages.address, call.page, content)
    }

    // MARK: Who can log in

    private func offices(_ guide: DemonstrationGuide, _ say: PageLanguage) -> HTML {
        let own = house.desk.agency.code.text
        let links = guide.offices.map { office -> HTML in
            office.code == own
                ? "<li><b>\(say(office.chinese, office.english)) \(office.code)</b> \(say("（本页）", "(this page)"))</li>"
                : #"<li><a href="\#(office.pages)demo">\#(say(office.chinese, office.english)) \#(office.code)</a></li>"#
        }
        let accounts = guide.offices.first { $0.code == own }?.accounts ?? []
        let rows = accounts.map { account -> HTML in
            """
            <tr><td><code>\(account.name)</code></td><td>\(say(account.chinese, account.english))</td>
            <td><code>\(account.secret)</code></td></tr>
            """
        }
        return """
            <h2>\(say("谁可以登录", "Who can log in"))</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("账号", "Accounts"))"><table class="wide">
            <caption>\(say("本机构的账号；其他机构的账号名相同，口令各异", "The accounts of this office; elsewhere the names are the same and the passwords are others"))</caption>
            <thead><tr><th scope="col">\(say("账号", "Account"))</th><th scope="col">\(say("可以做什么", "What for"))</th>
            <th scope="col">\(say("口令", "Password"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p><a class="button" href="/login">\(say("登录", "Log in"))</a></p>
            <h3>\(say("三个机构", "The three offices"))</h3><ul>\(links)</ul>
            """
    }

    // MARK: What to try

    private func tours(_ say: PageLanguage) -> HTML {
        let tours: [(who: String, what: String, link: String, name: String)] = [
            (
                "hr.zhang",
                say(
                    "用人单位：新增一份申请，或下载模板、上传一批；看待办里被退回的件并补正。",
                    "An employer: lodge one application, or a batch from the template; correct what was returned."),
                "/org", say("待办与已办", "To do and done")
            ),
            (
                "li.na",
                say(
                    "经办：领取一件审核中的申请，办理“受理”，提交复核；想自己复核时看到不允许。",
                    "A clerk: claim an application under review, accept it, hand it to a checker; see that you cannot check it yourself."
                ),
                "/desk", say("经办", "Cases")
            ),
            (
                "wang.wei",
                say(
                    "复核：打开待复核的件，核对后通过，文书随即签名发出。",
                    "A checker: open what waits, approve it; the letter is signed and sent."),
                "/review", say("复核", "To check")
            ),
            (
                "li.na",
                say(
                    "滞留处理：对方不通、退票、查询待答、到账不符，各有原因和可办事项。",
                    "What is stalled: a silent peer, a bounce, a query to answer, money that differs; each with its cause and what can be done."
                ),
                "/stalled", say("滞留处理", "Stalled")
            ),
            (
                "chen.jing",
                say(
                    "审计：查谁看过谁的证件号码，校验审计记录和业务日志没有被改动。",
                    "An auditor: find who saw whose number, and check that neither the trail nor the log was changed."),
                "/audit", say("审计", "Audit")
            ),
            (
                "zhou.lei",
                say(
                    "系统管理员：激活账号后看对方节点、证书到期日和诊断。",
                    "A system administrator: open the account, then look at peers, certificates and diagnostics."),
                "/activate", say("激活账号", "Activate an account")
            ),
            (
                say("参保人员", "An insured person"),
                say(
                    "用下表中的虚构身份证号和业务编号登录，验证码显示在本页“手机短信”一栏；看办到哪一步、由谁经手、最迟何时。",
                    "Log in with an invented resident id and the case number from the table below; the code appears on this page under "
                        + "texts. See who has the transfer and until when."),
                "/my/login", say("参保人员登录", "Log in as an insured person")
            ),
            (
                say("任何人", "Anybody"),
                say("手里有一份凭证：输入纸面上的验证码，看是否有效。", "A paper in hand: type its check code and see whether it is good."),
                "/v", say("凭证核验", "Check a paper")
            ),
            (
                say("任何人", "Anybody"),
                say(
                    "把时钟向前拨 5 天或 20 天，看期限、超期和催办怎样变化。",
                    "Move the clock by 5 or 20 days, and see due days and marks change."),
                "#clock", say("时钟", "Clock")
            ),
        ]
        let items = tours.map { tour -> HTML in
            #"<li><b>\#(tour.who)</b> \#(tour.what) <a href="\#(tour.link)">\#(tour.name)</a></li>"#
        }
        return "<h2>\(say("可以试什么", "What to try"))</h2><ol class=\"panel tours\">\(items)</ol>"
    }

    // MARK: The prepared cases

    /// How each case stands is read now, from the books of this office.
    private func samples(_ guide: DemonstrationGuide, _ say: PageLanguage) async throws(Problem) -> HTML {
        var rows: [HTML] = []
        for sample in guide.samples {
            guard let number = CaseNumber(sample.number) else { continue }
            let view: CaseView?
            do throws(StoreError) {
                view = try await CaseView.read(
                    number, from: house.desk.store, limits: house.desk.agency.limits,
                    calendar: house.desk.agency.calendar)
            } catch {
                throw Problem(error)
            }
            let office = guide.offices.first { $0.code == sample.office }
            let base = sample.office == house.desk.agency.code.text ? "/" : office?.pages ?? "/"
            let state: HTML =
                view.map { view in
                    """
                    \(say(CaseWords.phaseWording(view.summary.phase))) \(house.due(view.summary).html(say))
                    """
                } ?? "-"
            rows.append(
                """
                <tr><td><a href="\(base)desk/cases/\(sample.number)">\(sample.number)</a></td>
                <td>\(say(sample.chinese, sample.english))</td><td>\(office.map { say($0.chinese, $0.english) } ?? sample.office)</td>
                <td>\(state)</td><td><code>\(sample.residentID)</code></td></tr>
                """)
        }
        return """
            <h2>\(say("准备好的业务", "The prepared cases"))</h2>
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("准备好的业务", "The prepared cases"))"><table class="wide">
            <caption>\(say("状态是本机构此刻账上的；打开须先以该机构工作人员登录",
                "The state is what the books of this office say now; to open one, log in as staff of the office named"))</caption>
            <thead><tr><th scope="col">\(say("业务编号", "Case"))</th><th scope="col">\(say("看什么", "What it shows"))</th>
            <th scope="col">\(say("在哪个机构看", "Where"))</th><th scope="col">\(say("状态、最迟", "State, due by"))</th>
            <th scope="col">\(say("虚构身份证号", "Invented resident id"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    /// No text goes to any telephone: what would have gone is shown here.
    private func texts(_ say: PageLanguage) -> HTML {
        let texts = house.demonstration?.texts ?? []
        let title: HTML = "<h2 id=\"texts\">\(say("手机短信", "Texts to telephones"))</h2>"
        guard !texts.isEmpty else {
            return title + """
                <p class="panel">\(say("本机构尚未发出短信。请求验证码后刷新本页。", "This office has sent none yet. Ask for a code, then load this page again."))</p>
                """
        }
        let items = texts.map { text -> HTML in "<li lang=\"zh-CN\">\(text)</li>" }
        return title + "<ol class=\"panel tours\">\(items)</ol>"
    }

    // MARK: The clock

    private func clock(_ say: PageLanguage) -> HTML {
        guard let demonstration = house.demonstration else { return "" }
        let (now, machine) = (house.desk.clock.now, house.desk.clock.machineTime)
        let days = (now.milliseconds - machine.milliseconds + 43_200_000) / 86_400_000
        let buttons = DemonstrationPages.steps.map { step -> HTML in
            """
            <button class="second" name="days" value="\(step)">\(say("向前 \(step) 天", "\(step) days on"))</button>
            """
        }
        return """
            <h2 id="clock">\(say("时钟", "The clock"))</h2><div class="panel"><dl class="facts">
            <dt>\(say("演示时间", "Time here"))</dt><dd>\(say.time(now))</dd>
            <dt>\(say("与真实时间相差", "Against the real time"))</dt><dd>\(say("\(days) 天", "\(days) days"))</dd>
            <dt>\(say("最远可到", "At the furthest"))</dt><dd>\(say.day(demonstration.furthest.date))\(say("（演示证书到期）", " (then its certificates end)"))</dd></dl>
            <p>\(say(
                "三个机构和银行的时钟同时向前，不能向后；期限、超期、催办随之变化，登录不受影响。",
                "The clocks of the three offices and of the bank go forward together, never back. Due days, marks and reminders follow; "
                    + "nobody is logged out."))</p>
            <form method="post" action="/demo/clock">\(buttons)</form></div>
            """
    }

    private func move(_ call: Call) async throws(Problem) -> Answer {
        guard let demonstration = house.demonstration else { throw .notFound }
        guard let text = call.form["days"], let days = Int(text), DemonstrationPages.steps.contains(days) else {
            throw .request("days-missing", "Say by how many days: 1, 5, 10 or 20.")
        }
        do throws(DemonstrationRefusal) {
            try demonstration.moveClock(days: days)
        } catch {
            return try await page(call, error.sentence)
        }
        return PageHouse.redirect(to: "/demo#clock")
    }
}

extension PageHouse {
    /// What stands on every page of a node of a demonstration.
    func demonstrationBanner(_ say: PageLanguage) -> HTML? {
        demonstration.map { _ in
            """
            <p class="demo">\(say("演示环境：人员与金额均为虚构。", "Demonstration: people and money are invented."))
            <a href="\(DemonstrationPages.address)">\(say("从这里开始", "Start here"))</a> · \(say.time(desk.clock.now))</p>
            """
        }
    }
}
