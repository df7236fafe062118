import Accounts
import Casework
import HTTPTypes
import NIOCore
import NIOSSL
import TransferCore
import TransferDocuments

/// The page on which somebody logs in with a certificate, on the listener that asks browsers for one; and where a security
/// officer binds certificates to accounts.
///
/// TLS takes whatever certificate is shown, and this page judges it: so that a wrong one gets words instead of a
/// connection that breaks. The first login with a certificate asks for a code of the account's second factor as well: one
/// officer alone binds certificates, and does not have it.
///
/// Source: SE-09 of the handbook of screens.
struct CertificatePages: Sendable {
    let house: PageHouse
    let login: LoginDesk
    let keys: KeyDesk
    let trust: any PersonTrust
    let accounts: any AccountStore

    var routes: [Route] {
        [
            Route(.get, "/login/certificate", access: .anyone, answer: show),
            Route(.post, "/login/certificate", access: .anyone, body: .form, answer: enter),
            Route(.get, "/admin/login-keys/{name}", access: AccountPages.officer, answer: list),
            Route(.post, "/admin/login-keys/{name}", access: AccountPages.officer, body: .form, answer: bind),
            Route(.post, "/admin/login-keys/{name}/remove", access: AccountPages.officer, body: .form, answer: remove),
        ]
    }

    // MARK: Logging in

    private enum Shown {
        case good(PersonCertificate, LoginKey, Account)
        /// What is wrong, and what to do.
        case bad(cause: String, Wording)
    }

    private func shown(_ call: Call) async throws(Problem) -> Shown {
        let der = await Self.peerCertificate(of: call)
        guard let der else {
            return .bad(
                cause: "none",
                Wording(
                    chinese: "浏览器没有出示证书。请插入证书介质，关闭全部浏览器窗口后重新打开本页，并在弹出的窗口中选择证书。",
                    english:
                        "The browser showed no certificate. Insert the token, close all windows of the browser, open this "
                        + "page again and choose the certificate."))
        }
        let certificate: PersonCertificate
        do throws(TrustFault) {
            certificate = try PersonCertificate(der: der)
            try trust.authorities.verify(certificate, at: house.desk.clock.now.seconds)
        } catch {
            return .bad(cause: error.code.rawValue, Self.words(error.code))
        }
        let holder: (key: LoginKey, account: Account?)?
        do throws(KeyDeskFault) { holder = try await keys.holder(of: certificate.keyPin) } catch {
            throw Problem(error)
        }
        guard let holder else {
            return .bad(
                cause: "unknown",
                Wording(
                    chinese: "此证书尚未登记到任何账号，请联系安全管理员登记。",
                    english: "This certificate is bound to no account; ask the security officer to bind it."))
        }
        guard holder.key.removedAt == nil else {
            return .bad(
                cause: "revoked",
                Wording(
                    chinese: "此证书的登记已撤销，不能再用于登录。请联系安全管理员。",
                    english:
                        "The binding of this certificate was taken back; it does not log in any more. Ask the security officer."
                ))
        }
        guard let account = holder.account, account.mayLogIn else {
            return .bad(
                cause: "account",
                Wording(chinese: "证书所属账号未激活或已停用，请联系安全管理员。", english: "The account of this certificate is not in use."))
        }
        return .good(certificate, holder.key, account)
    }

    private static func words(_ code: TrustFault.Code) -> Wording {
        switch code {
        case .certificateTime:
            Wording(chinese: "证书已过期或尚未生效，请更换证书。", english: "The certificate is not valid now; have it renewed.")
        case .certificateRevoked:
            Wording(
                chinese: "此证书已被签发机构吊销，不能再用于登录。请更换证书。",
                english:
                    "This certificate was revoked by whoever issued it and does not log in any more; have it replaced.")
        case .crlMissing, .crlStale:
            Wording(
                chinese: "签发机构的吊销名单缺失或已过期，暂时不能用证书登录。请联系系统管理员。",
                english:
                    "The list of revoked certificates is missing or out of date, so certificates do not log in now; "
                    + "tell the administrator.")
        case .certificateIssuer:
            Wording(
                chinese: "证书不是由本系统信任的机构签发的，请选择另一张证书。",
                english: "The certificate was issued by nobody who is trusted here; choose another one.")
        default:
            Wording(
                chinese: "此证书不是用于身份登录的证书，请选择另一张证书。",
                english: "This certificate is not for logging in; choose another one.")
        }
    }

    /// The certificate of the connection; nil without TLS, and where none was shown.
    private static func peerCertificate(of call: Call) async -> [UInt8]? {
        guard let connection = call.connection else { return nil }
        let shown = try? await connection.nioSSL_peerCertificate().get()
        return shown.flatMap { $0 }.flatMap { try? $0.toDERBytes() }
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        switch try await shown(call) {
        case .bad(let cause, let words): return try await refused(cause, words, call)
        case .good(let certificate, let key, let account): return form(certificate, key, account, nil, call)
        }
    }

    private func form(
        _ certificate: PersonCertificate, _ key: LoginKey, _ account: Account, _ error: String?, _ call: Call
    ) -> Answer {
        let say = call.say
        let code: HTML? =
            key.usedAt != nil
            ? nil
            : """
            <p>\(say(
                "此证书首次登录，还须输入该账号的动态码，以确认证书确由本人持有。",
                "The first login with this certificate asks for the account's code as well: so it is sure to be its holder's."))</p>
            <label for="code">\(say("动态码（六位数字）", "Code (six digits)"))</label>
            <input type="text" id="code" name="code" inputmode="numeric" required maxlength="6" autocomplete="one-time-code">
            """
        return house.form(
            say("用证书登录", "Log in with a certificate"), error: error, status: .forbidden, call.page,
            """
            <form class="panel" method="post" action="/login/certificate"><dl class="facts">
            <dt>\(say("证书", "Certificate"))</dt><dd>\(certificate.subject)</dd>
            <dt>\(say("序列号", "Serial number"))</dt><dd>\(certificate.serial)</dd>
            <dt>\(say("有效至", "Valid until"))</dt><dd>\(say.time(Instant(seconds: certificate.validity.upperBound)))</dd>
            <dt>\(say("账号", "Account"))</dt><dd>\(account.name.text) \(account.displayName)</dd></dl>\(code)
            <p><button>\(say("以此证书登录", "Log in with this certificate"))</button></p></form>
            """)
    }

    /// One page for every certificate that does not log in.
    private func refused(_ cause: String, _ words: Wording, _ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        if let trail = house.trail, cause != "none" {
            let actor = AuditActor(nil, .certificate, from: call.source, request: call.request)
            do throws(StoreError) {
                try await trail.note(
                    AuditEntry(at: house.desk.clock.now, actor, .logIn, .refused, reason: "certificate \(cause)"))
            } catch {
                throw .trailBroken
            }
        }
        return house.page(
            say("证书不能登录", "This certificate does not log in"), status: .forbidden, call.page,
            """
            <p class="problem" role="alert">\(say(words))</p><p class="small">\(say("代码", "Code")): <code>\(cause)</code></p>
            <p><a href="/login">\(say("用口令与动态码登录", "Log in with password and code"))</a></p>
            """)
    }

    private func enter(_ call: Call) async throws(Problem) -> Answer {
        switch try await shown(call) {
        case .bad(let cause, let words): return try await refused(cause, words, call)
        case .good(let certificate, let key, let account):
            if key.usedAt == nil, try await !isConfirmed(account, call) {
                let words = call.say("动态码不正确或已用过，请等下一个。", "The code is wrong or was used; wait for the next one.")
                return form(certificate, key, account, words, call)
            }
            let outcome: KeyDesk.Outcome
            do throws(KeyDeskFault) {
                outcome = try await keys.logIn(
                    certificate: certificate.keyPin, from: call.source, request: call.request)
            } catch {
                throw Problem(error)
            }
            switch outcome {
            case .loggedIn(let grant): return await house.begin(grant, call)
            case .refused: throw .loginNeeded
            case .busy: throw Problem(LoginFault.busy)
            }
        }
    }

    private func isConfirmed(_ account: Account, _ call: Call) async throws(Problem) -> Bool {
        do throws(LoginFault) {
            return try await login.confirm(
                account.name, code: call.form["code"] ?? "", from: call.source, request: call.request)
        } catch {
            throw Problem(error)
        }
    }

    // MARK: Binding

    private func account(_ call: Call) async throws(Problem) -> Account {
        guard let name = AccountName(call.parameters[0]) else { throw .notFound }
        let found: Account?
        do throws(StoreError) { found = try await accounts.account(name) } catch { throw Problem(error) }
        guard let found else { throw .notFound }
        return found
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        try await page(call, try await account(call), nil)
    }

    private func page(_ call: Call, _ account: Account, _ error: String?) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.accounts) { return answer }
        let (say, path) = (call.say, "/admin/login-keys/\(account.name)")
        let known: [LoginKey]
        do throws(KeyDeskFault) { known = try await keys.keys(of: account.name) } catch { throw Problem(error) }
        let rows = known.map { key -> HTML in
            """
            <tr><td>\(key.label)</td><td>\(key.kind == .certificate ? say("证书", "certificate") : say("安全密钥", "security key"))</td>
            <td>\(say.time(key.addedAt))</td><td>\(key.usedAt.map { say.time($0) } ?? "-")</td>
            <td><form class="inline" method="post" action="\(path)/remove">\(house.secret(call.page))
            <input type="hidden" name="id" value="\(Int(key.id))"><button class="second">\(say("撤销", "Take back"))</button></form></td></tr>
            """
        }
        return house.form(
            say("登录密钥：\(account.name)", "Login keys: \(account.name)"), error: error, status: .init(code: 422),
            here: "/admin/accounts", call.page,
            """
            <div class="scroll" tabindex="0"><table><thead><tr><th scope="col">\(say("名称", "Name"))</th><th scope="col">\(say("种类", "Kind"))</th>
            <th scope="col">\(say("登记", "Added"))</th><th scope="col">\(say("最近使用", "Last used"))</th>
            <th scope="col">\(say("操作", "Do"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <form class="panel" method="post" action="\(path)">\(house.secret(call.page))
            <label for="pem">\(say("登记个人证书（PEM）", "Bind a certificate (PEM)"))</label>
            <textarea id="pem" name="pem" rows="8" required></textarea>
            <p><button>\(say("登记", "Bind"))</button></p></form>
            <p><a href="/admin/accounts/\(account.name.text)">\(say("返回账号", "Back to the account"))</a></p>
            """)
    }

    private func bind(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.accounts) { return answer }
        let account = try await account(call)
        guard let actor = call.page.visitor?.actor(from: call.source, call.request) else { throw .loginNeeded }
        let certificate: PersonCertificate
        do throws(TrustFault) {
            certificate = try PersonCertificate(pem: call.form["pem"] ?? "")
            try trust.authorities.verify(certificate, at: house.desk.clock.now.seconds)
        } catch {
            return try await page(call, account, call.say(Self.words(error.code)))
        }
        do throws(KeyDeskFault) {
            try await keys.bind(
                subject: certificate.keyPin, publicKey: certificate.publicKey,
                label: "\(certificate.subject) \(certificate.serial)", to: account, by: actor)
        } catch {
            if case .store = error { throw Problem(error) }
            return try await page(call, account, KeyWords.fault(error, call.say))
        }
        return PageHouse.redirect(to: "/admin/login-keys/\(account.name)")
    }

    private func remove(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.accounts) { return answer }
        let account = try await account(call)
        guard let actor = call.page.visitor?.actor(from: call.source, call.request),
            let id = call.form["id"].flatMap({ Int64($0) })
        else { throw .notFound }
        do throws(KeyDeskFault) {
            try await keys.remove(id, of: account.name, by: actor)
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/admin/login-keys/\(account.name)")
    }
}
