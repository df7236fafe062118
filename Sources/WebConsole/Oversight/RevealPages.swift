import Accounts
import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// An identity number in full, one at a time, for a purpose, with a row in the trail before anybody sees it. On every other
/// page it is masked on the node.
///
/// Source: SE-21, SE-25 and SE-43 of the handbook of screens.
struct RevealPages: Sendable {
    let house: PageHouse
    let work: WorkDesk
    let trail: any TrailStore

    /// Beyond so many in an hour a fresh factor is asked for, and the auditor's report marks the account.
    static let mostPerHour = 20
    /// Those who decide. An auditor looks at what was done, and needs no number for it.
    private static let access = Route.Access.duties([.clerk, .checker, .resolver, .supervisor])
    private static let pattern = "/desk/reveal/{number}"

    static func address(_ number: CaseNumber) -> String { "/desk/reveal/\(number.text)" }

    var routes: [Route] {
        [
            Route(.get, RevealPages.pattern, access: RevealPages.access, answer: ask),
            Route(.post, RevealPages.pattern, access: RevealPages.access, body: .form, answer: reveal),
        ]
    }

    private func view(_ call: Call) async throws(Problem) -> CaseView {
        _ = try call.staff
        let number = try call.caseNumber
        do throws(WorkFault) { return try await work.view(of: number) } catch { throw Problem(error) }
    }

    private func ask(_ call: Call) async throws(Problem) -> Answer { form(call, try await view(call), nil) }

    private func form(_ call: Call, _ view: CaseView, _ error: String?) -> Answer {
        let (say, number) = (call.say, view.opening.number)
        return house.form(
            say("显示证件号码", "Show the identity number"), error: error, status: .init(code: 422), here: "/desk",
            call.page,
            """
            <form class="panel" method="post" action="\(RevealPages.address(number))">\(house.secret(call.page))
            <p>\(say(
                "业务 \(number.text)：显示完整证件号码会记入审计，含您的姓名编号、时间与用途，参保人员可以查询。",
                "Case \(number.text): showing the whole number goes into the trail with your number, the time and the purpose."))</p>
            \(Purpose.reveal.choice(say))
            <p><button>\(say("显示", "Show"))</button>
            <a class="button second" href="/desk/cases/\(number.text)">\(say("返回", "Back"))</a></p></form>
            """)
    }

    private func reveal(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await view(call), call.say)
        let number = view.opening.number
        guard let purpose = Purpose.reveal.read(call.form) else {
            return form(call, view, say("请选择用途。", "Choose the purpose."))
        }
        let recent: Int
        do throws(StoreError) {
            recent = try await trail.count(
                of: .reveal, by: call.page.visitor?.actor(from: call.source, call.request).who ?? "",
                since: house.desk.clock.now.adding(milliseconds: -3_600_000))
        } catch {
            throw Problem(error)
        }
        if recent >= RevealPages.mostPerHour, let answer = call.freshFirst(.desk) {
            try await house.note(.reveal, of: number.text, .refused, reason: "needs a fresh factor", call)
            return answer
        }
        try await house.note(.reveal, of: number.text, .done, reason: purpose.rawValue, call)
        return house.page(
            say("证件号码", "Identity number"), here: "/desk", call.page,
            """
            <div class="panel"><dl class="facts"><dt>\(say("业务", "Case"))</dt><dd>\(number.text)</dd>
            <dt>\(say("证件号码", "Identity number"))</dt><dd><strong>\(view.opening.residentID.fullText)</strong></dd></dl>
            <p class="hint">\(say("此次显示已记入审计。", "That it was shown stands in the trail."))</p>
            <p><a class="button second" href="/desk/cases/\(number.text)">\(say("返回业务", "Back to the case"))</a></p></div>
            """)
    }
}
