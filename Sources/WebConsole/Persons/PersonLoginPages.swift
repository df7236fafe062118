import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages on which insured persons come in: identity number and case number, then the code from their telephone.
struct PersonLoginPages: Sendable {
    let house: PageHouse
    let persons: PagePersons

    var routes: [Route] {
        [
            Route(.get, PersonPages.loginPath, access: .anyone, answer: show),
            Route(.post, PersonPages.loginPath, access: .anyone, body: .form, answer: ask),
            Route(.post, "\(PersonPages.loginPath)/code", access: .anyone, body: .form, answer: enter),
        ]
    }

    private func show(_ call: Call) async throws(Problem) -> Answer { form(call, nil, 200) }

    private func form(_ call: Call, _ error: String?, _ status: Int) -> Answer {
        let say = call.say
        return house.form(
            say("参保人员登录", "Log in as an insured person"), error: error, status: .init(code: status), call.page,
            """
            <form class="panel" method="post" action="\(PersonPages.loginPath)">
            <label for="resident-id">\(say("居民身份证号码（必填）", "Identity number (required)"))</label>
            <input type="text" id="resident-id" name="resident-id" required maxlength="18" autocomplete="off">
            <label for="number">\(say("业务编号（必填）", "Case number (required)"))</label>
            <input type="text" id="number" name="number" required maxlength="24" autocomplete="off">
            <p class="hint">\(say("业务编号在受理回执上，例如 370700-2026-0000012-K。", "It stands on the receipt, as 370700-2026-0000012-K."))</p>
            <p><button>\(say("获取验证码", "Send me a code"))</button></p></form>
            <p class="small">\(say("验证码发到申请时登记的手机。手机已更换的，请带身份证到窗口办理，或拨打 12333。",
                "The code goes to the telephone in the application. If it has changed, come to the desk with your "
                    + "identity document, or call 12333."))</p>
            """)
    }

    private func ask(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        guard let person = call.form["resident-id"].flatMap({ try? ResidentID($0) }) else {
            return form(
                call,
                say("身份证号码不正确：应为 18 位，请核对最后一位。", "This is no identity number: it has 18 places; look at the last one."),
                422)
        }
        guard let number = call.form["number"].flatMap({ CaseNumber($0.uppercased()) }) else {
            return form(call, say("业务编号不正确，请对照受理回执填写。", "This is no case number; copy it from the receipt."), 422)
        }
        let asked: PersonLogin.Asked
        do throws(StoreError) {
            asked = try await persons.login.ask(person, number, from: call.source)
        } catch {
            throw Problem(error)
        }
        switch asked {
        case .ticket(let ticket): return codeForm(call, ticket, nil)
        case .tooMany(let seconds): throw .tooManyTries(seconds: seconds)
        }
    }

    /// The same words whether anything was sent or not.
    private func codeForm(_ call: Call, _ ticket: String, _ error: String?) -> Answer {
        let say = call.say
        let file = "\(house.desk.agency.code)/data/notices/code-*.json"
        let hint: HTML? = house.demonstration.map { _ in
            """
            <p class="hint">\(say("演示环境不发短信：验证码在演示文件夹的 \(file) 里，最新的一个。",
                "Nothing is sent in the demonstration: the code is in its folder, in the newest \(file)."))</p>
            """
        }
        return house.form(
            say("输入验证码", "Type the code"), error: error, status: .forbidden, call.page,
            """
            <div class="panel"><p>\(say(
                "如果号码与业务编号相符，验证码已发到申请时登记的手机，10 分钟内有效，只能用一次。",
                "If the two numbers belong together, a code was sent to the telephone in the application. It is good for "
                    + "ten minutes and works once."))</p>\(hint)
            <form method="post" action="\(PersonPages.loginPath)/code"><input type="hidden" name="ticket" value="\(ticket)">
            <label for="code">\(say("验证码（六位数字）", "Code (six digits)"))</label>
            <input type="text" id="code" name="code" inputmode="numeric" required maxlength="6" autocomplete="one-time-code">
            <p><button>\(say("登录", "Log in"))</button>
            <a class="button second" href="\(PersonPages.loginPath)">\(say("重新获取", "Ask for another"))</a></p></form></div>
            """)
    }

    private func enter(_ call: Call) async throws(Problem) -> Answer {
        let (form, say) = (call.form, call.say)
        guard let ticket = form["ticket"] else { return gone(call) }
        let entered: PersonLogin.Entered
        do throws(StoreError) {
            entered = try await persons.login.enter(ticket: ticket, code: form["code"] ?? "", from: call.source)
        } catch {
            throw Problem(error)
        }
        switch entered {
        case .wrong:
            return codeForm(call, ticket, say("验证码不正确。", "The code is not right."))
        case .gone: return gone(call)
        case .loggedIn(let number, let opens):
            let view = try await house.desk.view(of: number)
            guard let person = view.person else { return gone(call) }
            return await begin(person, opens, call)
        }
    }

    private func gone(_ call: Call) -> Answer {
        form(
            call,
            call.say(
                "验证码已失效、已用过或输错次数过多，请重新获取。", "The code is over, was used, or was wrong too often; ask for another."),
            403)
    }

    private func begin(_ person: InsuredPerson, _ opens: Set<CaseNumber>, _ call: Call) async -> Answer {
        await house.endSession(call)
        let token = AccessToken(name: PersonPages.actor, role: .insuredPerson, digest: DocumentDigest(of: []))
        let secret = house.sessions.begin(
            token, person: PersonVisit(person: person, opens: opens), at: house.desk.clock.machineTime)
        var answer = PageHouse.redirect(to: "/my")
        answer.fields[.setCookie] = house.setCookie(house.sessionCookie, secret, isSecret: true)
        return answer
    }
}

extension Problem {
    static func tooManyTries(seconds: Int) -> Problem {
        Problem(
            status: 429, code: "too-many-requests", title: "Too many requests",
            detail: "Too many tries came from here; try again in \(seconds) seconds.", retryAfterSeconds: seconds)
    }
}
