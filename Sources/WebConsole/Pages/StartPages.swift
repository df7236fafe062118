import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages for everybody: the start, the guide, logging in and out, and the language.
struct StartPages: Sendable {
    let house: PageHouse
    let tokens: AccessTokens

    var routes: [Route] {
        [
            PageStyle.route,
            Route(.get, "/", access: .anyone, answer: start),
            Route(.get, "/guide", access: .anyone, answer: guide),
            Route(.get, "/login", access: .anyone, answer: login),
            Route(.post, "/login", access: .anyone, body: .form, answer: enter),
            Route(
                .post, "/logout", access: .visitors(Set(AccessRole.allCases)), body: .form, answer: leave),
            Route(.post, "/language", access: .anyone, body: .form, answer: chooseLanguage),
        ]
    }

    private func start(_ call: Call) async throws(Problem) -> Answer {
        if let visitor = call.page.visitor {
            return PageHouse.redirect(to: visitor.token.role == .staff ? "/desk" : "/org")
        }
        let say = call.say
        return house.page(
            say("首页", "Start"), call.page,
            """
            <div class="panel"><p>\(say(
                "参保人员跨地区就业后，由新参保地经办机构受理申请，联系原参保地转移关系和资金。",
                "When somebody changes region, the agency of the new region takes the application and has the relationship "
                    + "and the funds transferred from the old one."))</p>
            <p><a class="button" href="/login">\(say("单位与工作人员登录", "Employers and staff: log in"))</a>
            <a class="button second" href="/guide">\(say("办事指南与时限", "Guide and time limits"))</a></p></div>
            """)
    }

    /// The limits are those that the node reckons with, not a text beside them.
    private func guide(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        let (limits, today) = (house.desk.agency.limits, house.desk.clock.now.date)
        func row(_ clock: Clock, _ chinese: String, _ english: String) -> HTML {
            let days = limits.workingDays(of: clock, from: today)
            return """
                <tr><td>\(say(chinese, english))</td>
                <td class="number">\(say("\(days) 个工作日", "\(days) working days"))</td></tr>
                """
        }
        let rows: [HTML] = [
            row(.review, "转入地审核申请", "The destination reviews the application"),
            row(.originReply, "转出地核对、出具凭证和信息表、划转基金", "The origin checks, certifies and remits"),
            row(.reconciliation, "转入地核对到账并办结", "The destination reconciles and completes"),
            row(.correction, "申请人补正", "The applicant corrects"),
            row(.supplement, "申请人补充材料", "The applicant hands in what is missing"),
        ]
        return house.page(
            say("办事指南与时限", "Guide and time limits"), call.page,
            """
            <p>\(say("期限按国务院公布的节假日与调休推算，遇补正、暂缓时暂停。",
                "Time limits are counted in working days, with the holidays that the State Council announces."))</p>
            <div class="scroll"><table><thead><tr><th scope="col">\(say("环节", "Step"))</th>
            <th scope="col">\(say("时限", "Limit"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p>\(say("咨询电话：12333", "Questions: call 12333"))</p>
            """)
    }

    // MARK: Logging in and out

    private func login(_ call: Call) async throws(Problem) -> Answer { form(call, isWrong: false) }

    private func form(_ call: Call, isWrong: Bool) -> Answer {
        let say = call.say
        let error: HTML? =
            isWrong
            ? """
            <div class="errors" role="alert"><p>\(say(
                "账号或口令不正确。请核对后重试。", "The account or the secret is not right. Check them and try again."))</p></div>
            """ : nil
        return house.page(
            (isWrong ? say("错误：", "Error: ") : "") + say("登录", "Log in"), status: isWrong ? .init(code: 403) : .ok,
            call.page,
            """
            \(error)<form class="panel" method="post" action="/login" autocomplete="off">
            <label for="name">\(say("账号", "Account"))</label>
            <input type="text" id="name" name="name" required maxlength="64" autocomplete="username">
            <label for="secret">\(say("口令", "Secret"))</label>
            <input type="password" id="secret" name="secret" required maxlength="512" autocomplete="current-password">
            <p class="hint">\(say("口令由经办机构发放。", "The agency gives out the secrets."))</p>
            <button>\(say("登录", "Log in"))</button></form>
            """)
    }

    private func enter(_ call: Call) async throws(Problem) -> Answer {
        let form = try call.form
        guard let name = form["name"], let secret = form["secret"], let token = tokens.token(shown: secret),
            token.name.utf8.elementsEqual(name.utf8)
        else { return self.form(call, isWrong: true) }
        // The session before, if there was one, ends: nobody goes on under a number that somebody else may know.
        if let old = PageHouse.cookie(house.sessionCookie, call.fields) { house.sessions.end(old) }
        var answer = PageHouse.redirect(to: token.role == .staff && token.member != nil ? "/desk" : "/org")
        answer.fields[.setCookie] = house.setCookie(
            house.sessionCookie, house.sessions.begin(token, at: house.desk.clock.now), isSecret: true)
        return answer
    }

    private func leave(_ call: Call) async throws(Problem) -> Answer {
        if let old = PageHouse.cookie(house.sessionCookie, call.fields) { house.sessions.end(old) }
        var answer = PageHouse.redirect(to: "/")
        answer.fields[.setCookie] = house.setCookie(house.sessionCookie, "", isSecret: true, seconds: 0)
        answer.fields[.clearSiteData] = #""cache", "storage""#
        return answer
    }

    private func chooseLanguage(_ call: Call) async throws(Problem) -> Answer {
        let language = try call.form["language"].flatMap(PageLanguage.init(rawValue:)) ?? .chinese
        // Only to an address of this node: what begins with two strokes would lead elsewhere.
        let to = try call.form["to"].flatMap { address -> String? in
            guard (try? Target(address)) != nil, !address.hasPrefix("//") else { return nil }
            return address
        }
        var answer = PageHouse.redirect(to: to ?? "/")
        answer.fields[.setCookie] = house.setCookie(
            PageHouse.languageCookie, language.rawValue, isSecret: false, seconds: 365 * 86_400)
        return answer
    }
}

extension HTTPField.Name {
    static let clearSiteData = HTTPField.Name("Clear-Site-Data")!
}
