import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages on which somebody logs in with a security key (WebAuthn), and on which its holder enrols one.
///
/// Source: SE-01, SE-25 of the handbook of screens.
struct SecurityKeyPages: Sendable {
    let house: PageHouse
    let keys: KeyDesk
    let site: KeySite

    private static let freshPath = "/account/fresh/key"

    /// What leads to where a key is shown again; nil where there are none.
    static func freshLink(_ house: PageHouse, _ place: FreshPages.Place, _ say: PageLanguage) -> HTML? {
        guard house.accounts?.keys?.site != nil else { return nil }
        return """
            <p><a href="\(freshPath)?to=\(place.rawValue)">\(say("用安全密钥验证", "Show a security key instead"))</a></p>
            """
    }

    var routes: [Route] {
        let holders = Route.Access.visitors(Set(AccessRole.allCases))
        return [
            KeyScript.route,
            Route(.get, "/login/key", access: .anyone, answer: login),
            Route(.post, "/login/key", access: .anyone, body: .form, answer: enter),
            Route(.get, SecurityKeyPages.freshPath, access: holders, query: ["to"], answer: askAgain),
            Route(.post, SecurityKeyPages.freshPath, access: holders, body: .form, answer: freshen),
            Route(.get, "/account/keys", access: holders, answer: list),
            Route(.post, "/account/keys", access: holders, body: .form, answer: enrol),
            Route(.post, "/account/keys/remove", access: holders, body: .form, answer: remove),
        ]
    }

    /// What a page says where no key can be used.
    private func start(_ title: String, _ say: PageLanguage) -> HTML {
        """
        <p><button type="button" id="security-key-start" disabled>\(title)</button></p>
        <p id="security-key-failed" class="field-error" role="alert" hidden>\(say(
            "未完成：没有可用的安全密钥、已取消，或浏览器不支持。可改用口令与动态码登录。",
            "It did not work: no key, cancelled, or not supported by this browser. Log in with password and code instead."))</p>
        <noscript><p>\(say("安全密钥需要浏览器脚本；其他登录方式不需要。", "Security keys need scripts; the other ways to log in do not."))</p></noscript>
        <script src="\(KeyScript.address)"></script>
        """
    }

    // MARK: Logging in

    private func login(_ call: Call) async throws(Problem) -> Answer { form(call, nil) }

    private func form(_ call: Call, _ error: String?) -> Answer {
        let say = call.say
        return asking(
            say("用安全密钥登录", "Log in with a security key"), error, call, to: "/login/key", keys.beginLogin(), nil,
            #"<p><a href="/login">\#(say("用口令登录", "Log in with a password"))</a></p>"#)
    }

    /// A page that asks for a key and sends its answer to an address.
    private func asking(
        _ title: String, _ error: String?, _ call: Call, to address: String, _ challenge: String, _ fields: HTML?,
        _ foot: HTML
    ) -> Answer {
        let say = call.say
        return KeyScript.allowed(
            on: house.form(
                title, error: error, status: .init(code: 403), call.page,
                """
                <form class="panel" id="security-key" method="post" action="\(address)" data-mode="get" \
                data-challenge="\(challenge)" data-host="\(site.host)">\(fields)
                <input type="hidden" name="client-data"><input type="hidden" name="credential">
                <input type="hidden" name="authenticator"><input type="hidden" name="signature">
                <p>\(say("插入或靠近安全密钥，按提示输入其密码或按指纹。", "Insert or hold the key, and follow what the browser says."))</p>
                \(start(title, say))</form>
                \(foot)
                """))
    }

    private func bytes(_ form: FormBody, _ name: String) -> [UInt8] {
        form[name].flatMap { Base64URL.decode($0) } ?? []
    }

    private func answer(_ form: FormBody) -> KeyAnswer {
        KeyAnswer(
            credential: bytes(form, "credential"), clientData: bytes(form, "client-data"),
            authenticator: bytes(form, "authenticator"), signature: bytes(form, "signature"))
    }

    private func enter(_ call: Call) async throws(Problem) -> Answer {
        let outcome: KeyDesk.Outcome
        do throws(KeyDeskFault) {
            outcome = try await keys.logIn(answer(call.form), from: call.source, request: call.request)
        } catch {
            throw Problem(error)
        }
        switch outcome {
        case .loggedIn(let grant): return await house.begin(grant, call)
        case .refused:
            return form(
                call,
                call.say(
                    "此安全密钥不能登录，或页面已过期；请再试一次。", "This key does not log in here, or the page was too old; try again."))
        case .busy: throw Problem(LoginFault.busy)
        }
    }

    // MARK: Showing one again

    private func askAgain(_ call: Call) async throws(Problem) -> Answer {
        try again(call, FreshPages.place(call.query["to"]), nil)
    }

    private func again(_ call: Call, _ place: FreshPages.Place, _ error: String?) throws(Problem) -> Answer {
        guard let visit = call.page.visitor?.session else { throw .notFound }
        let say = call.say
        return asking(
            say("用安全密钥验证", "Show a security key"), error, call, to: SecurityKeyPages.freshPath,
            keys.beginStepUp(visit),
            #"\#(house.secret(call.page))<input type="hidden" name="place" value="\#(place.rawValue)">"#,
            """
            <p><a href="\(FreshPages.address)?to=\(place.rawValue)">\(say("用动态码验证", "Enter a code instead"))</a></p>
            """)
    }

    private func freshen(_ call: Call) async throws(Problem) -> Answer {
        guard let visit = call.page.visitor?.session else { throw .notFound }
        let place = FreshPages.place(call.form["place"])
        let end: StepUp
        do throws(KeyDeskFault) {
            end = try await keys.stepUp(visit, answer(call.form), from: call.source, request: call.request)
        } catch {
            throw Problem(error)
        }
        switch end {
        case .fresh(let grant): return await house.begin(grant, to: place.address, call)
        case .refused:
            return try again(
                call, place,
                call.say("不是本账号的安全密钥，或页面已过期；请再试一次。", "No key of this account, or the page was too old; try again."))
        }
    }

    // MARK: One's own keys

    private func list(_ call: Call) async throws(Problem) -> Answer { try await page(call, nil) }

    private func page(_ call: Call, _ error: String?) async throws(Problem) -> Answer {
        let say = call.say
        guard let visit = call.page.visitor?.session else { throw .notFound }
        if let answer = call.freshFirst(.home) { return answer }
        let known: [LoginKey]
        do throws(KeyDeskFault) { known = try await keys.keys(of: visit.account.name) } catch { throw Problem(error) }
        let rows = known.map { key -> HTML in
            """
            <tr><td>\(key.label)</td><td>\(key.kind == .certificate ? say("证书", "certificate") : say("安全密钥", "security key"))</td>
            <td>\(say.time(key.addedAt))</td><td>\(key.usedAt.map { say.time($0) } ?? "-")</td>
            <td><form class="inline" method="post" action="/account/keys/remove">\(house.secret(call.page))
            <input type="hidden" name="id" value="\(Int(key.id))"><button class="second">\(say("移除", "Remove"))</button></form></td></tr>
            """
        }
        let user = DocumentDigest(of: Array("jiexu account \(visit.account.name)".utf8)).text
        return KeyScript.allowed(
            on: house.form(
                say("登录密钥", "Login keys"), error: error, status: .init(code: 422), call.page,
                """
                <div class="scroll" tabindex="0"><table><caption>\(say("本账号的登录密钥", "The keys of this account"))</caption><thead><tr>
                <th scope="col">\(say("名称", "Name"))</th><th scope="col">\(say("种类", "Kind"))</th>
                <th scope="col">\(say("登记", "Added"))</th><th scope="col">\(say("最近使用", "Last used"))</th><th scope="col">\(say("操作", "Do"))</th>
                </tr></thead><tbody>\(rows)</tbody></table></div>
                <form class="panel" id="security-key" method="post" action="/account/keys" data-mode="create" \
                data-challenge="\(keys.beginEnrolment(visit))" data-host="\(site.host)" data-user="\(user)" \
                data-name="\(visit.account.name.text)">\(house.secret(call.page))
                <input type="hidden" name="client-data"><input type="hidden" name="attestation">
                <label for="label">\(say("名称（便于辨认）", "A name for it"))</label>
                <input type="text" id="label" name="label" maxlength="50" value="\(say("安全密钥", "security key"))">
                \(start(say("登记新的安全密钥", "Enrol a new security key"), say))</form>
                """))
    }

    private func enrol(_ call: Call) async throws(Problem) -> Answer {
        guard let visit = call.page.visitor?.session else { throw .notFound }
        if let answer = call.freshFirst(.home) { return answer }
        let fields = call.form
        do throws(KeyDeskFault) {
            try await keys.finishEnrolment(
                visit, clientData: bytes(fields, "client-data"), attestation: bytes(fields, "attestation"),
                label: fields["label"] ?? "", from: call.source, request: call.request)
        } catch {
            if case .store = error { throw Problem(error) }
            return try await page(call, KeyWords.fault(error, call.say))
        }
        return PageHouse.redirect(to: "/account/keys")
    }

    private func remove(_ call: Call) async throws(Problem) -> Answer {
        guard let visitor = call.page.visitor, let visit = visitor.session else { throw .notFound }
        if let answer = call.freshFirst(.home) { return answer }
        guard let id = call.form["id"].flatMap({ Int64($0) }) else { throw .notFound }
        do throws(KeyDeskFault) {
            try await keys.remove(id, of: visit.account.name, by: visitor.actor(from: call.source, call.request))
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/account/keys")
    }
}

/// The words for what goes wrong with keys.
enum KeyWords {
    static func fault(_ fault: KeyDeskFault, _ say: PageLanguage) -> String {
        switch fault {
        case .refused(.challenge):
            say("页面已过期或已用过，请再试一次。", "The page was too old or used; try again.")
        case .refused(.algorithm), .refused(.attestation):
            say("不支持此种安全密钥。", "This kind of key is not supported.")
        case .refused(.person):
            say("密钥没有验证持有人（密码或指纹），不能使用。", "The key has not verified its holder (number or finger).")
        case .refused: say("密钥的应答不正确，没有登记。", "The answer of the key was not right; it was not enrolled.")
        case .label: say("请填写 1 至 50 字的名称。", "Give it a name of 1 to 50 characters.")
        case .tooMany:
            say("密钥已有 \(KeyDesk.mostKeys) 个，请先移除不用的。", "There are \(KeyDesk.mostKeys) keys; remove one first.")
        case .known: say("此密钥或证书已登记给一个账号。", "This key or certificate is bound to an account already.")
        case .notAllowed: say("无权变更此账号的密钥；本人的证书由另一名安全管理员登记。", "You may not change the keys of this account.")
        case .store: say("系统繁忙，请稍后再试。", "Busy; try again later.")
        }
    }
}

extension Problem {
    init(_ fault: KeyDeskFault) {
        if case .store(let error) = fault {
            self.init(error)
        } else {
            self.init(
                status: 409, code: "key-refused", title: "Not possible", detail: KeyWords.fault(fault, .english))
        }
    }
}
