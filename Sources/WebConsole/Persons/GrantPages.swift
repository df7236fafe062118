import Accounts
import Casework
import HTTPTypes
import Papers
import TransferCore
import TransferDocuments

/// 授权与查阅记录: what an insured person lets somebody else see, for a while, and who has looked.
///
/// Source: M6 of the handbook of screens.
struct GrantPages: Sendable {
    let house: PageHouse
    let persons: PagePersons

    var routes: [Route] {
        let access = PersonPages.access
        return [
            Route(.get, "/my/grants", access: access, answer: list),
            Route(.post, "/my/grants", access: access, body: .form, answer: make),
            Route(.post, "/my/grants/{id}/revoke", access: access, body: .form, answer: revoke),
        ] + GranteePages(house: house, persons: persons).routes
    }

    private static let days = [1, 7, 30, PersonGrant.mostDays]
    private static let uses = [1, 3, PersonGrant.mostUses]

    /// What a code is found by. Codes are drawn at random, of 60 bits, and live for months at most.
    static func digest(of code: CheckCode) -> DocumentDigest {
        DocumentDigest(of: Array("person grant\n\(code.text)".utf8))
    }

    private func list(_ call: Call) async throws(Problem) -> Answer { try await page(call, nil, nil) }

    private func page(_ call: Call, _ error: String?, _ fresh: HTML?) async throws(Problem) -> Answer {
        let (person, say) = (try call.person, call.say)
        let cases: [CaseListEntry]
        let grants: [PersonGrant]
        let uses: [GrantUse]
        do throws(StoreError) {
            cases = try await persons.records.cases(of: person)
            grants = try await persons.records.grants(of: person)
            uses = try await persons.records.grantUses(of: person, limit: 100)
        } catch {
            throw Problem(error)
        }
        return house.form(
            say("授权与查阅记录", "Who may look, and who has"), error: error, status: .init(code: 422), here: "/my/grants",
            call.page,
            """
            \(fresh)\(table(grants, call))\(record(uses, say))\(form(cases, call))
            """)
    }

    private func form(_ cases: [CaseListEntry], _ call: Call) -> HTML {
        let say = call.say
        let numbers = cases.map { entry -> HTML in
            "<option value=\"\(entry.number.text)\">\(entry.number.text) \(house.name(of: entry.origin, say))</option>"
        }
        let scopes = PersonGrant.Scope.allCases.map { scope -> HTML in
            """
            <p><input type="checkbox" id="scope-\(scope.rawValue)" name="scope" value="\(scope.rawValue)">
            <label for="scope-\(scope.rawValue)">\(scope.words(say))</label></p>
            """
        }
        let days = GrantPages.days.map { "<option value=\"\($0)\">\(say("\($0) 天", "\($0) days"))</option>" as HTML }
        let uses = GrantPages.uses.map { "<option value=\"\($0)\">\(say("\($0) 次", "\($0) times"))</option>" as HTML }
        return """
            <h2>\(say("新授权", "New"))</h2><form class="panel" method="post" action="/my/grants">\(house.secret(call.page))
            <p>\(say("生成一个授权码，交给您的新单位、银行等，对方凭码在「授权查阅」页只能看到您勾选的内容。姓名和证件号码以掩码显示。",
                "You get a code for a new employer, a bank or somebody else. With it they see what you tick and nothing else; "
                    + "name and identity number are masked."))</p>
            <label for="number">\(say("业务", "Transfer"))</label><select id="number" name="number">\(numbers)</select>
            <fieldset class="choice"><legend>\(say("可查阅的内容（必选）", "What may be seen (required)"))</legend>\(scopes)</fieldset>
            <label for="days">\(say("有效期", "For"))</label><select id="days" name="days">\(days)</select>
            <label for="uses">\(say("可用次数", "How often"))</label><select id="uses" name="uses">\(uses)</select>
            <p><button>\(say("生成授权码", "Make a code"))</button></p></form>
            """
    }

    private func make(_ call: Call) async throws(Problem) -> Answer {
        let (person, say, form) = (try call.person, call.say, call.form)
        let now = house.desk.clock.now
        let scopes = Set(form.all("scope").compactMap(PersonGrant.Scope.init(rawValue:)))
        guard let number = form["number"].flatMap({ CaseNumber($0) }), !scopes.isEmpty,
            let days = form["days"].flatMap({ Int($0) }), GrantPages.days.contains(days),
            let uses = form["uses"].flatMap({ Int($0) }), GrantPages.uses.contains(uses)
        else {
            return try await page(call, say("请勾选至少一项可查阅的内容。", "Tick at least one thing that may be seen."), nil)
        }
        guard person.opens.contains(number) else { throw .notFound }
        var generator = SystemRandomNumberGenerator()
        let bytes = (0..<CheckCode.byteCount).map { _ in UInt8.random(in: .min ... .max, using: &generator) }
        guard let code = CheckCode(randomBytes: bytes) else { throw .internalFault }
        let grant = PersonGrant(
            digest: GrantPages.digest(of: code), number: number, scopes: scopes, madeAt: now,
            endsAt: now.adding(milliseconds: Int64(days) * 86_400_000), uses: uses)
        let entry = AuditEntry(
            at: now, call.actor(PersonPages.actor), .makeGrant, of: number.text, .done,
            reason: scopes.map(\.rawValue).sorted().joined(separator: ","))
        do throws(StoreError) { _ = try await persons.records.keep(grant, entry) } catch { throw Problem(error) }
        return try await page(
            call, nil,
            """
            <div class="panel now"><p>\(say("授权码（只显示这一次，请抄下或复制）：", "The code (it is shown only now: write it down):"))
            <strong class="code">\(code.grouped)</strong></p>
            <p>\(say("对方在 \(persons.address)/g 输入。", "It is typed at \(persons.address)/g."))</p></div>
            """)
    }

    private func table(_ grants: [PersonGrant], _ call: Call) -> HTML? {
        guard !grants.isEmpty else { return nil }
        let (say, now) = (call.say, house.desk.clock.now)
        let rows = grants.map { grant -> HTML in
            let state: HTML =
                if grant.canBeUsed(at: now) {
                    """
                    <form class="inline" method="post" action="/my/grants/\(String(grant.id))/revoke">\(house.secret(call.page))
                    <button class="second">\(say("撤销", "Revoke"))</button></form>
                    """
                } else if grant.revokedAt != nil {
                    "\(say("已撤销", "Revoked"))"
                } else {
                    "\(grant.used >= grant.uses ? say("已用完", "Used up") : say("已过期", "Over"))"
                }
            return """
                <tr><td>\(grant.number.text)</td><td>\(words(grant.scopes, say))</td><td>\(say.time(grant.endsAt))</td>
                <td class="number">\(grant.used)/\(grant.uses)</td><td>\(state)</td></tr>
                """
        }
        let heads = [
            say("业务", "Transfer"), say("可查阅", "May be seen"), say("有效至", "Until"), say("已用", "Used"),
            say("状态", "State"),
        ].map { "<th scope=\"col\">\($0)</th>" as HTML }
        return """
            <h2>\(say("我的授权", "What I have allowed"))</h2><div class="scroll" tabindex="0"><table class="wide"><thead><tr>\(heads)</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private func record(_ uses: [GrantUse], _ say: PageLanguage) -> HTML? {
        guard !uses.isEmpty else { return nil }
        let rows = uses.map { use -> HTML in
            """
            <tr><td>\(say.time(use.at))</td><td>\(use.who)</td><td>\(use.number.text)</td>
            <td>\(words(use.scopes, say))</td><td>\(use.source)</td></tr>
            """
        }
        let heads = [
            say("时间", "When"), say("查阅人（自报）", "Who (as they said)"), say("业务", "Transfer"), say("内容", "What"),
            say("来源地址", "From"),
        ].map { "<th scope=\"col\">\($0)</th>" as HTML }
        return """
            <h2>\(say("查阅记录", "Who has looked"))</h2><div class="scroll" tabindex="0"><table class="wide"><thead><tr>\(heads)</tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private func words(_ scopes: Set<PersonGrant.Scope>, _ say: PageLanguage) -> String {
        PersonGrant.Scope.allCases.filter(scopes.contains).map { $0.words(say) }.joined(separator: say("、", ", "))
    }

    private func revoke(_ call: Call) async throws(Problem) -> Answer {
        let person = try call.person
        guard let id = Int64(call.parameters[0]) else { throw .notFound }
        let now = house.desk.clock.now
        let entry = AuditEntry(at: now, call.actor(PersonPages.actor), .revokeGrant, of: "\(id)", .done)
        do throws(StoreError) {
            if try await persons.records.grants(of: person).contains(where: { $0.id == id }) {
                _ = try await persons.records.revokeGrant(id, of: person.residentID, at: now, entry)
            }
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/my/grants")
    }
}

extension PersonGrant.Scope {
    func words(_ say: PageLanguage) -> String {
        switch self {
        case .progress: say("办理进度", "Where it stands")
        case .months: say("缴费年月", "Years and months")
        case .amounts: say("缴费基数与金额", "Bases and amounts")
        }
    }
}
