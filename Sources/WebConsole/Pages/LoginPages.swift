package import Accounts
import Casework
import HTTPTypes
import TransferCore
package import TransferDocuments

/// What the pages need of the accounts of a node.
package struct PageAccounts: Sendable {
    let login: LoginDesk
    let sessions: Sessions
    /// Nil where nobody logs in with keys.
    let keys: KeyDesk?
    /// Who issues certificates for logging in; nil where nobody does.
    let authorities: (any PersonTrust)?

    package init(
        login: LoginDesk, sessions: Sessions, keys: KeyDesk? = nil, authorities: (any PersonTrust)? = nil
    ) {
        self.login = login
        self.sessions = sessions
        self.keys = keys
        self.authorities = authorities
    }
}

/// The pages on which people come in: name and password, then the code of the second factor; the activation of a new
/// account; the change of one's own password; and leaving.
///
/// The accounts in the settings, which the demonstration uses, come in with their one secret.
struct LoginPages: Sendable {
    let house: PageHouse
    let tokens: AccessTokens

    var routes: [Route] {
        let anybody = Route.Access.visitors(Set(AccessRole.allCases))
        return [
            Route(.get, "/login", access: .anyone, answer: login),
            Route(.post, "/login", access: .anyone, body: .form, answer: enter),
            Route(.post, "/login/code", access: .anyone, body: .form, answer: enterCode),
            Route(.get, "/activate", access: .anyone, answer: activate),
            Route(.post, "/activate", access: .anyone, body: .form, answer: openActivation),
            Route(.post, "/activate/finish", access: .anyone, body: .form, answer: finishActivation),
            Route(.get, "/account", access: anybody, answer: account),
            Route(.post, "/account", access: anybody, body: .form, answer: changePassword),
            Route(.post, "/logout", access: anybody, body: .form, answer: leave),
        ]
    }

    // MARK: Coming in

    private func login(_ call: Call) async throws(Problem) -> Answer { form(call, nil) }

    /// Whatever was wrong, the words are the same.
    private func refused(_ call: Call) -> Answer {
        form(
            call,
            call.say(
                "账号或口令不正确，或尝试次数过多。请核对后重试。", "The account or the secret is not right, or there were too many tries."))
    }

    private func form(_ call: Call, _ error: String?) -> Answer {
        let say = call.say
        return page(
            say("登录", "Log in"), error, call,
            """
            <form class="panel" method="post" action="/login">
            <label for="name">\(say("账号", "Account"))</label>
            <input type="text" id="name" name="name" required maxlength="64" autocomplete="username">
            <label for="secret">\(say("口令", "Password"))</label>
            <input type="password" id="secret" name="secret" required maxlength="512" autocomplete="current-password">
            <p><button>\(say("登录", "Log in"))</button></p></form>
            <p><a href="/activate">\(say("第一次登录，或重设口令或第二因素：激活账号", "First time, or a reset: activate the account"))</a></p>
            \(KeyLinks.login(house, say))
            """)
    }

    private func page(_ title: String, _ error: String?, _ call: Call, _ content: HTML) -> Answer {
        house.form(title, error: error, status: .init(code: 403), call.page, content)
    }

    private func enter(_ call: Call) async throws(Problem) -> Answer {
        let form = call.form
        guard let name = form["name"], let secret = form["secret"] else { return refused(call) }
        let today = house.desk.clock.now.date
        if let token = tokens.token(shown: secret, on: today), token.name.utf8.elementsEqual(name.utf8) {
            let secret = house.sessions.begin(token, at: house.desk.clock.machineTime)
            return await begin(secret, token.role == .staff, call)
        }
        guard let accounts = house.accounts else { return refused(call) }
        do throws(LoginFault) {
            switch try await accounts.login.begin(name: name, password: secret, from: call.source) {
            case .secondFactor(let ticket): return codeForm(call, ticket, nil)
            case .refused: return refused(call)
            }
        } catch {
            throw Problem(error)
        }
    }

    private func codeForm(_ call: Call, _ ticket: String, _ error: String?) -> Answer {
        let say = call.say
        return page(
            say("第二因素", "Second factor"), error, call,
            """
            <form class="panel" method="post" action="/login/code"><input type="hidden" name="ticket" value="\(ticket)">
            <label for="code">\(say("动态码（六位数字）", "Code (six digits)"))</label>
            <input type="text" id="code" name="code" inputmode="numeric" required maxlength="6" autocomplete="one-time-code">
            <p><button>\(say("登录", "Log in"))</button></p></form>
            """)
    }

    private func enterCode(_ call: Call) async throws(Problem) -> Answer {
        let form = call.form
        guard let accounts = house.accounts, let ticket = form["ticket"] else { return refused(call) }
        do throws(StoreError) { try await accounts.sessions.sweep() } catch { throw Problem(error) }
        do throws(LoginFault) {
            switch try await accounts.login.finish(ticket: ticket, code: form["code"] ?? "", from: call.source) {
            case .loggedIn(let grant): return await house.begin(grant, call)
            case .refused:
                return codeForm(
                    call, ticket, call.say("动态码不正确或已用过，请等下一个。", "The code is wrong or was used; wait for the next one.")
                )
            case .expired: return refused(call)
            case .full: throw LoginFault.busy
            }
        } catch {
            throw Problem(error)
        }
    }

    private func begin(_ secret: String, _ isStaff: Bool, _ call: Call) async -> Answer {
        await house.endSession(call)
        var answer = PageHouse.redirect(to: isStaff ? "/desk" : "/org")
        answer.fields[.setCookie] = house.setCookie(house.sessionCookie, secret, isSecret: true)
        return answer
    }

    // MARK: Activation

    private func activate(_ call: Call) async throws(Problem) -> Answer { activationForm(call, nil) }

    private func activationForm(_ call: Call, _ error: String?) -> Answer {
        let say = call.say
        return page(
            say("激活账号", "Activate an account"), error, call,
            """
            <form class="panel" method="post" action="/activate">
            <label for="name">\(say("账号", "Account"))</label>
            <input type="text" id="name" name="name" required maxlength="64" autocomplete="username">
            <label for="secret">\(say("激活码", "Activation secret"))</label>
            <input type="text" id="secret" name="secret" required maxlength="64" autocomplete="off">
            <p class="hint">\(say("激活码由经办机构当面交给您，七天内有效，只能用一次。",
                "The agency has handed it to you; it works once, for seven days."))</p>
            <p><button>\(say("下一步", "Next"))</button></p></form>
            """)
    }

    private func openActivation(_ call: Call) async throws(Problem) -> Answer {
        let form = call.form
        guard let accounts = house.accounts, let name = form["name"], let secret = form["secret"] else {
            return activationRefused(call)
        }
        do throws(LoginFault) {
            switch try await accounts.login.beginActivation(name: name, secret: secret, from: call.source) {
            case .open(let ticket, let setsPassword, let enrolment):
                return finishForm(call, ticket, setsPassword, enrolment?.typed, nil)
            case .refused: return activationRefused(call)
            }
        } catch {
            throw Problem(error)
        }
    }

    private func activationRefused(_ call: Call) -> Answer {
        activationForm(
            call, call.say("账号或激活码不正确、已用过或已过期。", "The account or the secret is wrong, was used, or is too old."))
    }

    private func finishForm(
        _ call: Call, _ ticket: String, _ setsPassword: Bool, _ seed: String?, _ error: String?
    ) -> Answer {
        let say = call.say
        let enrolment: HTML? = seed.map { seed in
            """
            <p>\(say("把下面的密钥输入动态码应用（TOTP，六位，30 秒）：", "Type this key into an app for codes (TOTP, six digits, 30 seconds):"))
            <code>\(seed)</code></p><input type="hidden" name="seed" value="\(seed)">
            """
        }
        return page(
            say("激活账号", "Activate an account"), error, call,
            """
            <form class="panel" method="post" action="/activate/finish"><input type="hidden" name="ticket" value="\(ticket)">
            <input type="hidden" name="sets" value="\(setsPassword ? "true" : "false")">\(enrolment)
            <label for="password">\(setsPassword ? say("新口令", "New password") : say("现有口令", "The password you have"))</label>
            <input type="password" id="password" name="password" required maxlength="512" autocomplete="new-password">
            <label for="code">\(say("动态码", "Code"))</label>
            <input type="text" id="code" name="code" inputmode="numeric" required maxlength="6" autocomplete="one-time-code">
            <p><button>\(say("激活", "Activate"))</button></p></form>
            """)
    }

    private func finishActivation(_ call: Call) async throws(Problem) -> Answer {
        let form = call.form
        guard let accounts = house.accounts, let ticket = form["ticket"] else { return activationRefused(call) }
        func again(_ words: String) -> Answer {
            finishForm(call, ticket, form["sets"] == "true", form["seed"], words)
        }
        do throws(LoginFault) {
            let end = try await accounts.login.finishActivation(
                ticket: ticket, password: form["password"] ?? "", code: form["code"] ?? "", from: call.source)
            switch end {
            case .activated: return PageHouse.redirect(to: "/login")
            case .weak(let faults): return again(faults.map(\.description).joined(separator: " "))
            case .refused:
                return again(call.say("动态码或口令不正确。", "The code or the password is not right."))
            case .expired: return activationRefused(call)
            }
        } catch {
            throw Problem(error)
        }
    }

    // MARK: One's own account

    private func account(_ call: Call) async throws(Problem) -> Answer {
        accountForm(call, nil, try await SessionPages(house: house).table(call))
    }

    private func accountForm(_ call: Call, _ error: String?, _ sessions: HTML = "") -> Answer {
        let say = call.say
        if call.page.visitor?.person != nil { return PageHouse.redirect(to: "/my") }
        guard call.page.visitor?.session != nil else {
            return house.page(
                say("我的账号", "My account"), call.page,
                """
                <p class="panel">\(say("此账号写在节点的配置里，口令由管理员更换。", "This account stands in the settings of the node."))</p>\(sessions)
                """)
        }
        return page(
            say("更换口令", "Change the password"), error, call,
            """
            <form class="panel" method="post" action="/account">\(house.secret(call.page))
            <label for="old">\(say("现有口令", "The password you have"))</label>
            <input type="password" id="old" name="old" required maxlength="512" autocomplete="current-password">
            <label for="new">\(say("新口令", "New password"))</label>
            <input type="password" id="new" name="new" required maxlength="512" autocomplete="new-password">
            <p><button>\(say("更换", "Change"))</button></p></form>\(KeyLinks.own(house, say))\(sessions)
            """)
    }

    private func changePassword(_ call: Call) async throws(Problem) -> Answer {
        let form = call.form
        guard let accounts = house.accounts, let visit = call.page.visitor?.session else { throw .notFound }
        do throws(LoginFault) {
            let change = try await accounts.login.changePassword(
                visit, old: form["old"] ?? "", new: form["new"] ?? "", from: call.source)
            switch change {
            case .changed(let grant): return await house.begin(grant, call)
            case .weak(let faults): return accountForm(call, faults.map(\.description).joined(separator: " "))
            case .refused: return accountForm(call, call.say("现有口令不正确。", "The password you have is not right."))
            }
        } catch {
            throw Problem(error)
        }
    }

    private func leave(_ call: Call) async throws(Problem) -> Answer {
        if let old = PageHouse.cookie(house.sessionCookie, call.fields) { house.sessions.end(old) }
        if let visit = call.page.visitor?.session {
            do throws(LoginFault) { try await house.accounts?.login.logOut(visit, from: call.source) } catch {
                throw Problem(error)
            }
        }
        var answer = PageHouse.redirect(to: "/")
        answer.fields[.setCookie] = house.setCookie(house.sessionCookie, "", isSecret: true, seconds: 0)
        answer.fields[.clearSiteData] = #""cache", "storage""#
        return answer
    }
}

extension Problem {
    init(_ fault: LoginFault) {
        switch fault {
        case .busy:
            self.init(
                status: 503, code: "unavailable", title: "Service unavailable",
                detail: "Too many log in at this moment; try again in a few seconds.", retryAfterSeconds: 5)
        case .store(let error): self.init(error)
        case .seedKey: self = .internalFault
        }
    }

    static let passwordOverdue = Problem(
        status: 403, code: "password-overdue", title: "Password overdue",
        detail: "The password is older than the policy allows: change it first, under /account.")
}

extension HTTPField.Name {
    static let clearSiteData = HTTPField.Name("Clear-Site-Data")!
}
