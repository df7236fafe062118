import Casework
import HTTPTypes
import TransferCore

/// Finding a case by its number, or the cases of a person by the whole identity number. What is looked for is sent as a
/// form: it stands in no address, no history and no log.
struct FindPages: Sendable {
    let house: PageHouse
    let access: Route.Access
    /// Where the list is: `/org` or `/desk`.
    let base: String

    static func employer(_ house: PageHouse) -> FindPages {
        FindPages(house: house, access: .visitors(EmployerPages.roles), base: "/org")
    }

    static func staff(_ house: PageHouse) -> FindPages {
        FindPages(house: house, access: DeskPages.access, base: "/desk")
    }

    var routes: [Route] { [Route(.post, "\(base)/find", access: access, body: .form, answer: find)] }

    /// The box in which one types; nil for those who may send no form here.
    func box(_ call: Call) -> HTML? {
        let say = call.say
        guard call.page.visitor?.mayAsk(.post, access) == true else { return nil }
        return """
            <form class="panel find" method="post" action="\(base)/find">\(house.secret(call.page))
            <label for="what">\(say("查找：业务编号，或 18 位公民身份号码", "Find: number of a case, or an identity number of 18 places"))</label>
            <input type="text" id="what" name="what" maxlength="40" required autocomplete="off" accesskey="s">
            <button>\(say("查找", "Find"))</button></form>
            """
    }

    private func find(_ call: Call) async throws(Problem) -> Answer {
        let say = call.say
        if base == "/desk" { _ = try call.staff }
        let owner = base == "/desk" || call.caller.role.seesEveryCase ? nil : call.caller.name
        let what = call.form["what"] ?? ""
        if let number = CaseNumber(what.uppercased()) {
            let view = try? await house.desk.view(of: number)
            if let view, owner == nil || view.opening.isVisible(to: call.caller) {
                return PageHouse.redirect(to: "\(base)/cases/\(number)")
            }
            return nothing(say("没有编号为 \(number) 的业务，或者您无权查看。", "There is no case \(number), or it is not yours."), call)
        }
        guard let residentID = try? ResidentID(what.uppercased()) else {
            return nothing(
                say(
                    "请输入完整的业务编号，或 18 位公民身份号码（末位 X 可小写）。",
                    "Type the whole number of a case, or an identity number of 18 places."), call)
        }
        let found = try await house.kept { () throws(StoreError) in
            try await house.store.cases(of: residentID, lodgedBy: owner)
        }
        let caption = say(
            "\(residentID.description) 的业务（\(found.count)）", "Cases of \(residentID.description) (\(found.count))")
        return house.page(
            say("查找结果", "Found"), here: base, call.page,
            "\(box(call))\(house.list(found.map { CaseRow(entry: $0) }, caption: caption, at: "\(base)/cases", say))")
    }

    private func nothing(_ words: String, _ call: Call) -> Answer {
        house.form(
            call.say("查找", "Find"), error: words, status: .unprocessableContent, here: base, call.page, "\(box(call))")
    }
}
