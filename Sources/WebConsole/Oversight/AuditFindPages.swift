import Accounts
import Casework
import HTTPTypes
import TransferCore

/// An auditor finds the cases of a person by the whole identity number. It is sent as a form, with a purpose, and stands in
/// no address, no log and no row; the trail has a row for each case that was found.
///
/// Source: SE-43, SE-50 and SE-68 of the handbook of screens.
struct AuditFindPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        [
            Route(.get, "/audit/find", access: AuditPages.access, answer: ask),
            Route(.post, "/audit/find", access: AuditPages.access, body: .form, answer: find),
        ]
    }

    private func ask(_ call: Call) async throws(Problem) -> Answer { page(call, error: nil, nil) }

    private func page(_ call: Call, error: String?, _ found: HTML?) -> Answer {
        let say = call.say
        return house.form(
            say("查找参保人员的业务", "Find the cases of a person"), error: error, status: .unprocessableContent,
            here: "/audit", call.page,
            """
            <p><a href="/audit">\(say("审计记录", "The trail"))</a> · <b>\(say("查找", "Find"))</b></p>\(found)
            <form class="panel" method="post" action="/audit/find">\(house.secret(call.page))
            <label for="what">\(say("18 位公民身份号码", "Identity number of 18 places"))</label>
            <input type="text" id="what" name="what" maxlength="18" required autocomplete="off" accesskey="s">
            \(Purpose.dossier.choice(say))
            <p class="hint">\(say(
                "查找本身记入审计记录（用途与找到的业务编号，不记身份号码）。",
                "The search is a row of the trail: the purpose and the cases that were found, not the number."))</p>
            <p><button>\(say("查找", "Find"))</button></p></form>
            """)
    }

    private func find(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        guard let person = (call.form["what"]?.uppercased()).flatMap({ try? ResidentID($0) }) else {
            return page(
                call, error: say("请输入 18 位公民身份号码。", "Type an identity number of 18 places."), nil)
        }
        guard let purpose = Purpose.dossier.read(call.form) else {
            return page(call, error: say("请选择用途。", "Choose the purpose."), nil)
        }
        let entries = try await house.kept { () throws(StoreError) in
            try await house.store.cases(of: person, lodgedBy: nil)
        }
        // Before anything is shown; a person without a case is looked for all the same.
        for number in entries.isEmpty ? [""] : entries.map(\.number.text) {
            try await house.note(.findPerson, of: number, .done, reason: purpose.rawValue, call)
        }
        let caption = say(
            "\(person.description) 的业务（\(entries.count)）", "Cases of \(person.description) (\(entries.count))")
        let list = house.list(entries.map { CaseRow(entry: $0) }, caption: caption, at: "/desk/cases", say)
        return page(call, error: nil, list)
    }
}
