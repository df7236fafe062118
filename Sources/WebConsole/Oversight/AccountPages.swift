import Accounts
import Casework
import HTTPTypes
import TransferCore

/// The accounts of a node, for those who administer: the list with what keeps somebody out, one account with what can be
/// done to it, and who has which rights. Changes are the security officer's, with a fresh factor, and never on one's own.
///
/// Source: O6, SE-13, SE-22 to SE-25 of the handbook of screens.
struct AccountPages: Sendable {
    let house: PageHouse
    let oversight: Oversight

    static let access = Route.Access.duties([.systemAdministrator, .securityOfficer])
    static let officer = Route.Access.duties([.securityOfficer])
    private static let pageSize = 200
    /// The report of rights looks at no more accounts.
    private static let mostReported = 5_000

    var routes: [Route] {
        let path = "/admin/accounts/{name}"
        return [
            Route(.get, "/admin/accounts", access: AccountPages.access, query: ["after"], answer: list),
            Route(
                .get, "/admin/rights", access: .duties([.systemAdministrator, .securityOfficer, .auditor]),
                answer: rights),
            Route(.get, path, access: AccountPages.access, answer: show),
            Route(.post, "\(path)/{action}", access: AccountPages.officer, body: .form, answer: change),
        ]
    }

    // MARK: Lists

    private func accounts(after name: AccountName?, _ limit: Int) async throws(Problem) -> [Account] {
        do throws(StoreError) {
            return try await oversight.accountStore.accounts(after: name, limit: limit)
        } catch {
            throw Problem(error)
        }
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        var after: AccountName?
        if let text = call.query["after"] {
            guard let name = AccountName(text) else { throw .query("after", "it is no name of an account.") }
            after = name
        }
        let found = try await accounts(after: after, AccountPages.pageSize)
        let open: [AccountRequest]
        do throws(StoreError) {
            open = try await oversight.accountStore.openAccountRequests(limit: 100)
        } catch {
            throw Problem(error)
        }
        var rows: [HTML] = []
        for account in found {
            rows.append(
                """
                <tr><td><a href="/admin/accounts/\(account.name.text)">\(account.name.text)</a></td>
                <td>\(account.displayName)</td><td>\(account.unit?.name ?? account.kind.person ?? "")</td>
                <td>\(roles(account, say))</td><td>\(try await state(account, say))</td></tr>
                """)
        }
        let waiting: HTML? =
            open.isEmpty
            ? nil
            : """
            <p class="panel now"><a href="/admin/requests">\(say(
                "待批准的账号申请：\(open.count) 件", "Requests that wait for an approval: \(open.count)"))</a></p>
            """
        let next: HTML? =
            found.count == AccountPages.pageSize
            ? found.last.map { last -> HTML in
                #"<p><a href="/admin/accounts?after=\#(last.name.text)">\#(say("下一页", "Next page"))</a></p>"#
            } : nil
        return house.page(
            say("账号", "Accounts"), here: "/admin/accounts", call.page,
            """
            \(waiting)<p><a class="button" href="/admin/requests/new">\(say("申请新增账号", "Ask for an account"))</a>
            <a class="button second" href="/admin/requests">\(say("申请与批准", "Requests"))</a>
            <a class="button second" href="/admin/rights">\(say("权限报告", "Report of rights"))</a></p>
            <div class="scroll" tabindex="0"><table><caption>\(say("本页 \(found.count) 个账号", "\(found.count) accounts on this page"))</caption>
            <thead><tr><th scope="col">\(say("账号", "Account"))</th><th scope="col">\(say("姓名", "Name"))</th>
            <th scope="col">\(say("人员编号或单位", "Person or unit"))</th><th scope="col">\(say("角色", "Roles"))</th>
            <th scope="col">\(say("状态", "State"))</th></tr></thead><tbody>\(rows)</tbody></table></div>\(next)
            """)
    }

    private func roles(_ account: Account, _ say: PageLanguage) -> String {
        account.kind.roles.sorted().map { TrailWords.role($0, say) }.joined(separator: say("、", ", "))
    }

    private func state(_ account: Account, _ say: PageLanguage) async throws(Problem) -> HTML {
        let now = house.desk.clock.now
        let until: Instant?
        do throws(StoreError) { until = try await oversight.accountStore.lock(of: account.name, at: now) } catch {
            throw Problem(error)
        }
        let lock: HTML? = until.map { until in
            #" <span class="mark late">\#(say("口令锁定至", "password locked until")) \#(say.time(until))</span>"#
        }
        let over: HTML? =
            account.state == .invited && !(account.invitation.map { $0.endsAt > now } ?? false)
            ? #" <span class="mark soon">\#(say("激活码已过期", "the activation code is over"))</span>"# : nil
        return "\(TrailWords.state(account.state, say))\(lock)\(over)"
    }

    // MARK: One account

    private func account(_ call: Call) async throws(Problem) -> Account {
        guard let name = AccountName(call.parameters[0]) else { throw .notFound }
        let found: Account?
        do throws(StoreError) { found = try await oversight.accountStore.account(name) } catch { throw Problem(error) }
        guard let found else { throw .notFound }
        return found
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        try await page(call, try await account(call), nil)
    }

    /// What can be done to an account, by its published name in the address.
    private enum Change: String, CaseIterable {
        case disable, enable, unlock
        case resetPassword = "reset-password"
        case resetSecondFactor = "reset-second-factor"

        func title(_ say: PageLanguage) -> String {
            switch self {
            case .disable: say("停用（其会话立即结束）", "Disable (its sessions end)")
            case .enable: say("启用", "Enable")
            case .unlock: say("解除锁定", "Unlock")
            case .resetPassword: say("重设口令", "Reset the password")
            case .resetSecondFactor: say("重设第二因素", "Reset the second factor")
            }
        }

        func fits(_ state: Account.State) -> Bool {
            switch self {
            case .enable: state == .disabled
            case .disable, .unlock, .resetPassword, .resetSecondFactor: state != .disabled
            }
        }
    }

    private func page(
        _ call: Call, _ account: Account, _ outcome: HTML?, error: String? = nil
    ) async throws(Problem) -> Answer {
        let (say, name) = (call.say, account.name.text)
        let isOfficer = call.page.visitor?.roles.contains(.securityOfficer) ?? false
        let buttons = Change.allCases.filter { $0.fits(account.state) }.map { change -> HTML in
            """
            <form class="inline" method="post" action="/admin/accounts/\(name)/\(change.rawValue)">\(house.secret(call.page))
            <button class="second">\(change.title(say))</button></form>
            """
        }
        let actions: HTML =
            isOfficer
            ? "<div class=\"panel\">\(buttons)</div>"
            : "<p class=\"hint\">\(say("变更由安全管理员办理。", "Changes are the security officer's."))</p>"
        let duties: HTML? =
            if case .staff = account.kind {
                #"<p><a href="/admin/requests/new?account=\#(name)">\#(say("申请变更岗位", "Ask for other duties"))</a></p>"#
            } else { nil }
        return house.form(
            say("账号 \(name)", "Account \(name)"), error: error, status: .init(code: 409), here: "/admin/accounts",
            call.page,
            """
            \(outcome)<div class="panel"><dl class="facts"><dt>\(say("姓名", "Name"))</dt><dd>\(account.displayName)</dd>
            <dt>\(say("人员编号或单位", "Person or unit"))</dt><dd>\(account.unit?.name ?? account.kind.person ?? "")</dd>
            <dt>\(say("角色", "Roles"))</dt><dd>\(roles(account, say))</dd>
            <dt>\(say("状态", "State"))</dt><dd>\(try await state(account, say))</dd>
            <dt>\(say("建立", "Made"))</dt><dd>\(say.time(account.createdAt))</dd>
            <dt>\(say("口令设置", "Password set"))</dt><dd>\(account.passwordSetAt.map { say.time($0) } ?? "-")</dd></dl></div>
            \(actions)\(duties)\(keyLink(account, isOfficer, say))
            """)
    }

    private func keyLink(_ account: Account, _ isOfficer: Bool, _ say: PageLanguage) -> HTML? {
        guard isOfficer, house.accounts?.authorities != nil else { return nil }
        return
            #"<p><a href="/admin/login-keys/\#(account.name.text)">\#(say("登录证书与密钥", "Certificates and keys"))</a></p>"#
    }

    private func change(_ call: Call) async throws(Problem) -> Answer {
        let (account, say) = (try await account(call), call.say)
        guard let change = Change(rawValue: call.parameters[1]) else { throw .notFound }
        if let answer = call.freshFirst(.accounts) { return answer }
        guard let actor = call.page.visitor?.actor(from: call.source, call.request) else { throw .loginNeeded }
        var secret: ActivationSecret?
        do throws(AccountDeskFault) {
            let desk = oversight.accounts
            switch change {
            case .disable: try await desk.disable(account.name, by: actor)
            case .enable: try await desk.enable(account.name, by: actor)
            case .unlock: try await desk.unlock(account.name, by: actor)
            case .resetPassword: secret = try await desk.reset(account.name, lost: .password, by: actor)
            case .resetSecondFactor: secret = try await desk.reset(account.name, lost: .secondFactor, by: actor)
            }
        } catch {
            guard case .refused(let refusal) = error else { throw Problem(error) }
            return try await page(call, account, nil, error: say(refusal.wording))
        }
        guard let secret else { return PageHouse.redirect(to: "/admin/accounts/\(account.name.text)") }
        return try await page(
            call, try await self.account(call), ActivationNote(secret: secret, name: account.name).html(say))
    }

    // MARK: Rights

    /// Who may what, by person, and which of it excludes each other.
    private func rights(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        var all: [Account] = []
        while all.count < AccountPages.mostReported {
            let more = try await accounts(after: all.last?.name, 500)
            all += more
            if more.count < 500 { break }
        }
        let inUse = all.filter { $0.state != .disabled }
        let byPerson = Dictionary(grouping: inUse.filter { $0.kind.person != nil }) { $0.kind.person ?? "" }
        // Who acts with an account of the settings has roles too.
        let settings = oversight.accounts.settingsRoles
        let rows = Set(byPerson.keys).union(settings.keys).sorted().map { person -> HTML in
            let accounts = byPerson[person] ?? []
            let roles = accounts.reduce(into: settings[person] ?? []) { $0.formUnion($1.kind.roles) }
            let names = accounts.map(\.name.text) + (settings[person] == nil ? [] : [say("（配置）", "(settings)")])
            let conflict = SeparatedDuties.conflict(among: roles)
            let mark: HTML =
                conflict.map { #"<span class="mark late">\#(say("不相容", "conflict"))</span> \#(say($0.wording))"# }
                ?? #"<span class="mark done">\#(say("无冲突", "none"))</span>"#
            return """
                <tr><td>\(person)</td><td>\(names.joined(separator: " "))</td>
                <td>\(roles.sorted().map { TrailWords.role($0, say) }.joined(separator: say("、", ", ")))</td><td>\(mark)</td></tr>
                """
        }
        let counts = [AccountRole.systemAdministrator, .securityOfficer, .auditor].map { role -> HTML in
            let count =
                all.count { $0.state == .active && $0.kind.roles.contains(role) }
                + settings.values.count { $0.contains(role) }
            return """
                <dt>\(TrailWords.role(role, say))</dt><dd>\(count) \(count == 0
                    ? say("（缺）", "(missing)") : count == 1 ? say("（仅一人，不能停用）", "(the only one, cannot be disabled)") : "")</dd>
                """
        }
        return house.page(
            say("权限报告", "Report of rights"), here: "/admin/accounts", call.page,
            """
            <div class="panel"><dl class="facts">\(counts)</dl></div>
            <div class="scroll" tabindex="0"><table><caption>\(say("按人员，不含停用账号和单位", "By person, without disabled accounts and employers"))</caption>
            <thead><tr><th scope="col">\(say("人员编号", "Person"))</th><th scope="col">\(say("账号", "Accounts"))</th>
            <th scope="col">\(say("角色", "Roles"))</th><th scope="col">\(say("职责冲突", "Conflict"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """)
    }
}

/// An activation secret as it is shown: once, here.
struct ActivationNote {
    let secret: ActivationSecret
    let name: AccountName

    func html(_ say: PageLanguage) -> HTML {
        """
        <div class="panel now" role="status"><p><strong>\(say("激活码（仅显示这一次）", "Activation secret (shown this once)"))</strong></p>
        <p>\(name.text) <code>\(secret.typed)</code></p>
        <p>\(say("七天内有效，只能用一次。请当面或密封交给本人，不要用短信或邮件发送。",
            "Good for seven days, once. Hand it over in person or sealed, never by message."))</p></div>
        """
    }
}

extension Problem {
    /// Why an account was not made or changed.
    init(_ fault: AccountDeskFault) {
        switch fault {
        case .store(let error): self.init(error)
        case .refused(let refusal):
            self.init(status: 409, code: "account-refused", title: "Not possible", detail: "\(refusal)")
        }
    }
}
