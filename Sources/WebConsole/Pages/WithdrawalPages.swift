import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Taking applications back (退单): one, or many with a result for each.
struct WithdrawalPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        return [
            Route(.get, "/org/cases/{number}/withdraw", access: access, answer: ask),
            Route(.post, "/org/cases/{number}/withdraw", access: access, body: .form, answer: withdraw),
            Route(.post, "/org/withdraw", access: access, body: .form, answer: askMany),
            Route(.post, "/org/withdraw/confirm", access: access, body: .form, answer: withdrawMany),
        ]
    }

    private func consequence(_ say: PageLanguage) -> String {
        say(
            "撤回后本次转移不再办理。同意接收函已发出的，须转出地同意；基金已划转的，不能撤回。",
            "The transfer then goes no further. Once the letter has gone out the origin has to consent; once it has paid, "
                + "nothing can be withdrawn.")
    }

    // MARK: One

    private func ask(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await EmployerPages(house: house).view(call), call.say)
        let number = view.opening.number.text
        return house.page(
            say("撤回申请", "Withdraw the application"), here: "/org", call.page,
            """
            <div class="panel"><p>\(consequence(say))</p>
            <form method="post" action="/org/cases/\(number)/withdraw">\(house.secret(call.page))
            <button>\(say("确认撤回 \(number)", "Withdraw \(number)"))</button>
            <a class="button second" href="/org/cases/\(number)">\(say("不撤回", "Do not withdraw"))</a></form></div>
            """)
    }

    private func withdraw(_ call: Call) async throws(Problem) -> Answer {
        let view = try await EmployerPages(house: house).view(call)
        do throws(DeskFault) {
            try await house.desk.withdraw(view.opening.number, owner: call.caller.name)
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/org/cases/\(view.opening.number)")
    }

    // MARK: Many

    /// The cases that were ticked, each once, at most a page of them.
    private func chosen(_ call: Call) -> [CaseNumber] {
        var numbers: [CaseNumber] = []
        for text in call.form.all("case") {
            if let number = CaseNumber(text), !numbers.contains(number) { numbers.append(number) }
        }
        return Array(numbers.prefix(100))
    }

    private func askMany(_ call: Call) async throws(Problem) -> Answer {
        let (numbers, say) = (chosen(call), call.say)
        guard !numbers.isEmpty else {
            return house.form(
                say("退单", "Withdraw"), error: say("没有选中任何业务。", "Nothing was chosen."), status: .unprocessableContent,
                here: "/org", call.page,
                """
                <p><a href="/org">\(say("返回列表", "Back to the list"))</a></p>
                """)
        }
        let items = numbers.map { number -> HTML in
            """
            <li><input type="hidden" name="case" value="\(number.text)">\(number.text)</li>
            """
        }
        return house.page(
            say("退单：确认", "Withdraw: confirm"), here: "/org", call.page,
            """
            <form class="panel" method="post" action="/org/withdraw/confirm">\(house.secret(call.page))
            <p>\(consequence(say))</p><ul>\(items)</ul>
            <button>\(say("确认撤回 \(numbers.count) 件", "Withdraw \(numbers.count)"))</button>
            <a class="button second" href="/org">\(say("不撤回", "Do not withdraw"))</a></form>
            """)
    }

    /// Each by itself: what cannot be withdrawn holds the others up in nothing. Loading the page again says the same.
    private func withdrawMany(_ call: Call) async throws(Problem) -> Answer {
        let (numbers, say) = (chosen(call), call.say)
        var rows: [HTML] = []
        var done = 0
        for number in numbers {
            let (isDone, words) = try await outcome(of: number, call)
            done += isDone ? 1 : 0
            let mark: HTML =
                isDone
                ? #"<span class="done">\#(say("已撤回", "Withdrawn"))</span>"#
                : #"<span class="late">\#(say("不能撤回", "Not withdrawn"))</span>"#
            rows.append(
                """
                <tr><td><a href="/org/cases/\(number.text)">\(number.text)</a></td><td>\(mark)</td><td>\(words)</td></tr>
                """)
        }
        return house.page(
            say("退单：结果", "Withdraw: results"), here: "/org", call.page,
            """
            <p class="panel now" role="status"><strong>\(say(
                "共 \(numbers.count) 件：已撤回 \(done)，不能撤回 \(numbers.count - done)",
                "\(numbers.count) in all: \(done) withdrawn, \(numbers.count - done) not"))</strong></p>
            <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">\(say("业务编号", "Case"))</th>
            <th scope="col">\(say("结果", "Result"))</th><th scope="col">\(say("说明", "Why"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div><p><a href="/org">\(say("返回列表", "Back to the list"))</a></p>
            """)
    }

    private func outcome(of number: CaseNumber, _ call: Call) async throws(Problem) -> (isDone: Bool, words: String) {
        let say = call.say
        let gone = say("没有此件，或者您无权办理。", "There is none, or it is not yours.")
        guard let view = try? await house.desk.view(of: number), view.opening.isVisible(to: call.caller) else {
            return (false, gone)
        }
        if view.summary.phase == "withdrawn" { return (true, "") }
        do throws(DeskFault) {
            try await house.desk.withdraw(number, owner: call.caller.name)
        } catch {
            switch error {
            case .notAllowed(let fault):
                let phase = say(CaseWords.phaseWording(fault.phase))
                return (false, say("当前阶段（\(phase)）不能撤回。", "Not possible in this phase (\(phase))."))
            default:
                let problem = Problem(error)
                return (false, PageProblem.words(problem, say).words.text(say))
            }
        }
        let after = try await house.desk.view(of: number)
        return after.summary.phase == "withdrawn"
            ? (true, "") : (true, say("已向转出地发出撤回请求，待其答复。", "The origin was asked, and has to consent."))
    }
}
