import Accounts
import Casework
import HTTPTypes
import Papers
import TransferCore
import TransferDocuments

/// 授权查阅: whoever has a code of a grant types it and sees what was ticked, once for each use.
struct GranteePages: Sendable {
    let house: PageHouse
    let persons: PagePersons

    var routes: [Route] {
        [
            Route(.get, "/g", access: .anyone, answer: ask),
            Route(.post, "/g", access: .anyone, body: .form, answer: show),
        ]
    }

    private static let longestName = 60

    private func ask(_ call: Call) async throws(Problem) -> Answer { form(call, nil, 200) }

    private func form(_ call: Call, _ error: String?, _ status: Int) -> Answer {
        let say = call.say
        var answer = house.form(
            say("授权查阅", "Look with a code"), error: error, status: .init(code: status), call.page,
            """
            <form class="panel" method="post" action="/g">
            <label for="code">\(say("授权码（必填）", "Code (required)"))</label>
            <input type="text" id="code" name="code" required maxlength="24" autocomplete="off">
            <label for="who">\(say("查阅单位或姓名（必填，参保人员可见）", "Who looks (required; the insured person reads it)"))</label>
            <input type="text" id="who" name="who" required maxlength="60" autocomplete="organization" value="\(call.sentForm?["who"] ?? "")">
            <p class="hint">\(say("每次查阅都有记录，参保人员可以看到。", "Each look is noted, and the person sees it."))</p>
            <p><button>\(say("查阅", "Look"))</button></p></form>
            """)
        answer.fields[.robots] = "noindex, nofollow"
        return answer
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (now, say) = (house.desk.clock.now, call.say)
        if let seconds = persons.wrongCodes.wait(call.source.place, at: now) { throw .tooManyTries(seconds: seconds) }
        guard let who = call.form["who"], who.unicodeScalars.count <= GranteePages.longestName else {
            return form(call, say("请填写查阅单位或姓名，不超过 60 字。", "Say who looks, in at most 60 characters."), 422)
        }
        let actor = call.actor("grantee")
        var grant: PersonGrant?
        do throws(StoreError) {
            if let code = call.form["code"].flatMap({ try? CheckCode(reading: $0) }) {
                grant = try await persons.records.useGrant(
                    GrantPages.digest(of: code), by: who, from: call.source, at: now
                ) { number in
                    AuditEntry(
                        at: now, actor, .useGrant, of: number?.text ?? "", number == nil ? .refused : .done)
                }
            } else {
                try await persons.records.note(AuditEntry(at: now, actor, .useGrant, .refused, reason: "not-a-code"))
            }
        } catch {
            throw Problem(error)
        }
        guard let grant else {
            _ = persons.wrongCodes.take(call.source.place, at: now)
            return form(
                call,
                say(
                    "授权码不正确、已过期、已用完或已撤销。请向参保人员核实。",
                    "The code is wrong, over, used up or revoked. Ask the insured person."), 403)
        }
        return try await content(grant, call)
    }

    /// Only what was ticked is read into the page.
    private func content(_ grant: PersonGrant, _ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        let view = try await house.desk.view(of: grant.number)
        var content: HTML = """
            <div class="panel"><dl class="facts"><dt>\(say("参保人员", "Insured person"))</dt>
            <dd>\(view.person?.maskedName ?? "") \(view.opening.residentID.description)</dd>
            <dt>\(say("查阅时间", "Looked at"))</dt><dd>\(say.time(house.desk.clock.now))</dd>
            <dt>\(say("剩余次数", "Uses left"))</dt><dd>\(grant.uses - grant.used - 1)</dd></dl></div>
            """
        if grant.scopes.contains(.progress) {
            let progress = TransferProgress(view, agency: house.desk.agency, today: house.desk.clock.now.date)
            content += """
                <h2>\(PersonGrant.Scope.progress.words(say))</h2><div class="panel now"><p><strong>\(say.coarse(view.summary))</strong> ·
                \(progress.words(say))</p><p>\(house.name(of: view.opening.origin, say)) →
                \(house.name(of: view.opening.destination, say))</p></div>
                """
        }
        let showsAmounts = grant.scopes.contains(.amounts)
        if showsAmounts || grant.scopes.contains(.months) {
            let pages = PersonPages(house: house, persons: persons)
            if let table = try await pages.contributions(view) {
                let shown = ContributionTableView(table: table, say: say, showsAmounts: showsAmounts) { _ in nil }
                content += "<h2>\(say("缴费记录", "Contributions"))</h2>\(shown.html)"
            } else {
                content += "<p class=\"panel\">\(say("转出地尚未出具信息表。", "The origin has not sent its form yet."))</p>"
            }
        }
        var answer = house.page(say("授权查阅", "Look with a code"), call.page, content)
        answer.fields[.robots] = "noindex, nofollow"
        return answer
    }
}
