import Accounts
import Casework
import HTTPTypes
import TransferCore

/// Accounts and duties that one administrator asks for and another person, a security officer, grants.
///
/// Source: SE-23 and SE-24 of the handbook of screens.
struct AccountRequestPages: Sendable {
    let house: PageHouse
    let oversight: Oversight

    private static let most = 200
    /// The duties that are ticked; an auditor is an account of its own kind.
    private static let duties: [StaffDuty] = [.clerk, .checker, .resolver, .supervisor]

    var routes: [Route] {
        let path = "/admin/requests"
        return [
            Route(.get, path, access: AccountPages.access, answer: list),
            Route(.get, "\(path)/new", access: AccountPages.access, query: ["account"], answer: new),
            Route(.post, path, access: AccountPages.access, body: .form, answer: ask),
            Route(.post, "\(path)/{id}/approve", access: AccountPages.officer, body: .form, answer: approve),
            Route(.post, "\(path)/{id}/decline", access: AccountPages.officer, body: .form, answer: decline),
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer { try await page(call, nil, nil) }

    private func page(_ call: Call, _ outcome: HTML?, _ error: String?) async throws(Problem) -> Answer {
        let say = call.say
        let open: [AccountRequest]
        do throws(StoreError) {
            open = try await oversight.accountStore.openAccountRequests(limit: AccountRequestPages.most)
        } catch {
            throw Problem(error)
        }
        let visitor = call.page.visitor
        let rows = open.map { request -> HTML in
            let wish = request.wish
            let mayDecide =
                visitor?.roles.contains(.securityOfficer) == true
                && visitor?.session?.account.kind.person != request.makerPerson
            let forms: HTML =
                mayDecide
                ? """
                <form class="inline" method="post" action="/admin/requests/\(Int(request.id))/approve">\(house.secret(call.page))
                <button>\(say("批准", "Approve"))</button></form>
                <form class="inline" method="post" action="/admin/requests/\(Int(request.id))/decline">\(house.secret(call.page))
                <button class="second">\(say("退回", "Decline"))</button></form>
                """ : "\(say("须由另一名安全管理员批准", "another person, a security officer, has to decide"))"
            let roles = wish.kind.roles.sorted().map { TrailWords.role($0, say) }.joined(separator: say("、", ", "))
            return """
                <tr><td>\(wish.work == .add ? say("新增账号", "New account") : say("变更岗位", "Other duties"))</td>
                <td>\(wish.name.text)</td><td>\(wish.displayName)</td>
                <td>\(wish.kind.person ?? "")</td><td>\(roles)</td><td>\(request.maker) (\(request.makerPerson))</td>
                <td>\(say.time(request.at))</td><td>\(forms)</td></tr>
                """
        }
        let heads = [
            say("事项", "What"), say("账号", "Account"), say("姓名", "Name"), say("人员编号", "Person"), say("角色", "Roles"),
            say("申请人", "Asked for by"), say("时间", "Time"), say("办理", "Decide"),
        ].map { head -> HTML in #"<th scope="col">\#(head)</th>"# }
        return house.form(
            say("账号申请与批准", "Requests for accounts"), error: error, status: .init(code: 409),
            here: "/admin/accounts", call.page,
            """
            \(outcome)<p><a class="button" href="/admin/requests/new">\(say("申请新增账号", "Ask for an account"))</a>
            <a class="button second" href="/admin/accounts">\(say("账号列表", "Accounts"))</a></p>
            <div class="scroll" tabindex="0"><table><caption>\(say("待批准 \(open.count) 件", "\(open.count) wait"))</caption>
            <thead><tr>\(heads)</tr></thead><tbody>\(rows)</tbody></table></div>
            """)
    }

    // MARK: Asking

    private func new(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.requests) { return answer }
        var known: Account?
        if let text = call.query["account"], let name = AccountName(text) {
            do throws(StoreError) { known = try await oversight.accountStore.account(name) } catch {
                throw Problem(error)
            }
        }
        return form(call, known, nil)
    }

    private func form(_ call: Call, _ known: Account?, _ error: String?) -> Answer {
        let say = call.say
        let form = call.sentForm
        let ticked = Set(form?.all("duty") ?? known?.member.map { $0.duties.map(\.rawValue) } ?? [])
        let duties = AccountRequestPages.duties.map { duty -> HTML in
            let title = TrailWords.role(AccountRole(duty), say)
            return ticked.contains(duty.rawValue)
                ? #"<input type="checkbox" id="duty-\#(duty.rawValue)" name="duty" value="\#(duty.rawValue)" checked><label for="duty-\#(duty.rawValue)">\#(title)</label> "#
                : #"<input type="checkbox" id="duty-\#(duty.rawValue)" name="duty" value="\#(duty.rawValue)"><label for="duty-\#(duty.rawValue)">\#(title)</label> "#
        }
        let dutyField: HTML = """
            <fieldset class="choice"><legend>\(say("岗位（工作人员填写）", "Duties (of staff)"))</legend>\(duties)</fieldset>
            """
        let fields: HTML
        if let known {
            fields = """
                <input type="hidden" name="name" value="\(known.name.text)"><input type="hidden" name="work" value="duties">
                <p>\(say("账号", "Account")): \(known.name.text) \(known.displayName)</p>\(dutyField)
                """
        } else {
            fields = "\(newFields(form, say))\(dutyField)"
        }
        return house.form(
            known == nil ? say("申请新增账号", "Ask for an account") : say("申请变更岗位", "Ask for other duties"),
            error: error, status: .init(code: 422), here: "/admin/accounts", call.page,
            """
            <form class="panel" method="post" action="/admin/requests">\(house.secret(call.page))
            <p>\(say(
                "由另一名安全管理员批准后生效。系统、安全、审计管理员三者互斥，也不得兼任业务岗位。",
                "It holds once another person, a security officer, has approved it. The three administrators exclude each other "
                    + "and all business."))</p>\(fields)
            <p><button>\(say("提交申请", "Ask"))</button></p></form>
            """)
    }

    private func newFields(_ form: FormBody?, _ say: PageLanguage) -> HTML {
        let kinds = AccountKind.Word.allCases.map { word -> HTML in
            let title =
                switch word {
                case .employer: say("单位", "employer")
                case .staff: say("工作人员", "staff")
                case .auditor: say("审计管理员", "auditor")
                case .systemAdministrator: say("系统管理员", "system administrator")
                case .securityOfficer: say("安全管理员", "security officer")
                }
            return form?["kind"] == word.rawValue
                ? #"<option value="\#(word.rawValue)" selected>\#(title)</option>"#
                : #"<option value="\#(word.rawValue)">\#(title)</option>"#
        }
        func text(_ name: String, _ title: String, _ hint: String, most: Int) -> HTML {
            """
            <label for="\(name)">\(title)</label><input type="text" id="\(name)" name="\(name)" maxlength="\(most)" \
            value="\(form?[name] ?? "")"><span class="hint">\(hint)</span>
            """
        }
        return """
            <input type="hidden" name="work" value="add">
            \(text("name", say("账号名（必填）", "Account (required)"), say("窗口或岗位名，如 window-2；小写字母、数字、. _ -", "names a seat, such as window-2"), most: 64))
            \(text("display-name", say("姓名（必填）", "Name (required)"), "", most: 50))
            <label for="kind">\(say("类别", "Kind"))</label><select id="kind" name="kind">\(kinds)</select>
            \(text("person", say("人员编号", "Number of the person"), say("机构工作人员填写", "of people of the agency"), most: 64))
            \(text("unit", say("单位名称", "Name of the unit"), say("单位账号填写", "of employers"), most: 100))
            \(text("owner", say("单位归属名", "Owner"), say("该单位全部账号与接口令牌共用", "the same for all accounts of the unit"), most: 64))
            """
    }

    private func ask(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.requests) { return answer }
        let (form, say) = (call.form, call.say)
        guard let actor = call.page.visitor?.actor(from: call.source, call.request) else { throw .loginNeeded }
        var known: Account?
        do {
            guard let name = form["name"].flatMap({ AccountName($0) }) else {
                throw AccountDeskFault.refused(.name)
            }
            if form["work"] == "duties" { known = try await oversight.accountStore.account(name) }
            try await oversight.requests.ask(try wish(form, name, known), by: actor)
        } catch let error as StoreError {
            throw Problem(error)
        } catch AccountDeskFault.refused(let refusal) {
            return self.form(call, known, say(refusal.wording))
        } catch AccountDeskFault.store(let error) {
            throw Problem(error)
        } catch {
            throw .internalFault
        }
        return try await page(
            call,
            """
            <p class="panel done" role="status">\(say("申请已提交，待另一人批准。", "It was asked for, and waits for another person."))</p>
            """, nil)
    }

    private func wish(
        _ form: FormBody, _ name: AccountName, _ known: Account?
    ) throws(AccountDeskFault) -> AccountRequest.Wish {
        let duties = Set(form.all("duty").compactMap(StaffDuty.init(rawValue:)))
        if form["work"] == "duties" {
            guard let known else { throw .refused(.unknown) }
            guard case .staff(let person, _) = known.kind else { throw .refused(.kind) }
            return AccountRequest.Wish(
                .duties, name: name, displayName: known.displayName, kind: .staff(person: person, duties: duties))
        }
        guard let word = form["kind"].flatMap(AccountKind.Word.init(rawValue:)) else { throw .refused(.kind) }
        let person = form["person"] ?? ""
        let kind: AccountKind =
            switch word {
            case .employer: .employer(EmployerUnit(name: form["unit"] ?? "", owner: form["owner"] ?? ""))
            case .staff: .staff(person: person, duties: duties)
            case .auditor: .auditor(person: person)
            case .systemAdministrator: .systemAdministrator(person: person)
            case .securityOfficer: .securityOfficer(person: person)
            }
        return AccountRequest.Wish(.add, name: name, displayName: form["display-name"] ?? "", kind: kind)
    }

    // MARK: Deciding

    private func id(_ call: Call) throws(Problem) -> Int64 {
        let text = call.parameters[0]
        guard text.utf8.count <= 18, let id = Int64(text), id > 0 else { throw .notFound }
        return id
    }

    private func approve(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.requests) { return answer }
        guard let actor = call.page.visitor?.actor(from: call.source, call.request) else { throw .loginNeeded }
        let (say, id) = (call.say, try id(call))
        let approval: RequestDesk.Approval
        do throws(AccountDeskFault) {
            approval = try await oversight.requests.approve(id, by: actor)
        } catch {
            return try await refused(error, call)
        }
        switch approval {
        case .added(let secret, let name):
            return try await page(call, ActivationNote(secret: secret, name: name).html(say), nil)
        case .changed(let name):
            let words = say("岗位已变更。", "duties changed.")
            return try await page(call, #"<p class="panel done" role="status">\#(name.text): \#(words)</p>"#, nil)
        }
    }

    private func decline(_ call: Call) async throws(Problem) -> Answer {
        if let answer = call.freshFirst(.requests) { return answer }
        guard let actor = call.page.visitor?.actor(from: call.source, call.request) else { throw .loginNeeded }
        let id = try id(call)
        do throws(AccountDeskFault) {
            try await oversight.requests.decline(id, by: actor)
        } catch {
            return try await refused(error, call)
        }
        return PageHouse.redirect(to: "/admin/requests")
    }

    private func refused(_ fault: AccountDeskFault, _ call: Call) async throws(Problem) -> Answer {
        guard case .refused(let refusal) = fault else { throw Problem(fault) }
        return try await page(call, nil, call.say(refusal.wording))
    }
}
