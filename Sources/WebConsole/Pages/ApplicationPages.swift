import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Lodging one application: the form, a page to check it, and sending it. What was entered can be saved at any moment.
///
/// The form of the page becomes the form of the interface, and is read by the same reader: there is one set of rules.
struct ApplicationPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        let drafts = DraftPages(house: house)
        var routes = [
            Route(.get, "/org/new", access: access, answer: blank),
            Route(.post, "/org/new", access: access, body: .form, answer: change),
            Route(.post, "/org/new/check", access: access, body: .form, answer: check),
            Route(.post, "/org/new/send", access: access, body: .form, answer: send),
        ]
        for place in routes.indices where routes[place].method == .post { routes[place].rescue = drafts.rescue }
        return routes
    }

    private func blank(_ call: Call) async throws(Problem) -> Answer {
        var fields = ApplicationFields()
        fields.key = String(SessionTable.random().prefix(32))
        return page(fields, faults: [], call)
    }

    /// Back from the page where the form is checked, with everything that was entered.
    private func change(_ call: Call) async throws(Problem) -> Answer {
        page(ApplicationFields(call.form), faults: [], call)
    }

    /// - Parameter note: what stands above the form, besides its faults.
    func page(_ fields: ApplicationFields, faults: [FormFault], note: HTML = "", _ call: Call) -> Answer {
        let say = call.say
        house.noteForm(of: call.page)
        return house.page(
            (faults.isEmpty ? "" : say("错误：", "Error: ")) + say("新增转移接续申请", "New application"),
            status: faults.isEmpty ? .ok : .unprocessableContent, here: "/org/new",
            call.page,
            """
            \(note)\(ApplicationFields.summary(faults, say))<form class="panel" method="post" action="/org/new/check">
            \(house.secret(call.page))\(fields.inputs(faults, house.origins, say))
            <button>\(say("下一步：核对", "Next: check"))</button>
            <button class="second" formaction="/org/drafts" formnovalidate>\(say("保存", "Save"))</button></form>
            """)
    }

    private func check(_ call: Call) async throws(Problem) -> Answer {
        let (fields, say) = (ApplicationFields(call.form), call.say)
        let faults = fields.faults
        guard faults.isEmpty else { return page(fields, faults: faults, call) }
        house.noteForm(of: call.page)
        return house.page(
            say("核对并提交", "Check and send"), here: "/org/new", call.page,
            """
            <div class="panel"><dl class="facts">\(fields.facts(house.origins, say))</dl></div>
            <form class="inline" method="post" action="/org/new/send">\(house.secret(call.page))\(fields.hidden)
            <button>\(say("提交", "Send"))</button>
            <button class="second" formaction="/org/new">\(say("修改", "Change"))</button>
            <button class="second" formaction="/org/drafts">\(say("保存", "Save"))</button></form>
            """)
    }

    /// The key of the form makes one case of it, however often it is sent.
    private func send(_ call: Call) async throws(Problem) -> Answer {
        let fields = ApplicationFields(call.form)
        let (application, bytes): (TransferApplication, [UInt8])
        do throws(FormFaults) { (application, bytes) = try fields.application() } catch {
            return page(fields, faults: error.faults, call)
        }
        guard (1...64).contains(fields.key.utf8.count) else { throw .formNotOurs }
        let owner = call.caller.name
        let outcome: Desk.Lodging
        do throws(DeskFault) {
            outcome = try await house.desk.lodge(application, form: bytes, owner: owner, key: fields.key)
        } catch {
            throw Problem(error)
        }
        switch outcome {
        case .opened(let number, _), .repeated(let number):
            // What stays behind of the draft if the process ends here is the same application: sent again, it is the same
            // case.
            try await house.kept { () throws(StoreError) in
                try await house.store.discardDraft(fields.key, of: owner)
            }
            return PageHouse.redirect(to: "/org/cases/\(number)?lodged=true")
        case .faulty(let faults): return page(fields, faults: faults, call)
        case .keyReused: return try await sentBefore(fields.key, call)
        case .underWay:
            let sentence = Reason.caseUnderWay.sentence
            return page(
                fields, faults: [FormFault("", Reason.caseUnderWay.code, sentence.chinese, sentence.english)], call)
        }
    }

    /// The form was sent, and then changed and sent again: what was sent stands, and is changed in its case.
    private func sentBefore(_ key: String, _ call: Call) async throws(Problem) -> Answer {
        let (store, owner, say) = (house.desk.store, call.caller.name, call.say)
        let answer = try await house.kept { () throws(StoreError) in
            try await store.idempotentAnswer(owner: owner, key: key)
        }
        guard let answer, let number = CaseNumber(String(decoding: answer.answer, as: UTF8.self)) else {
            throw .formNotOurs
        }
        return house.page(
            say("已经提交过", "Sent already"), status: .conflict, here: "/org", call.page,
            """
            <p class="panel">\(say(
                "这份申请已经提交，之后的改动没有提交。需要更改的，请在业务页面办理补正，或撤回后重新申请。",
                "This application was sent already; what was changed afterwards was not. Correct it in its case, or withdraw it."))
            <a href="/org/cases/\(number.text)">\(number.text)</a></p>
            """)
    }
}

extension PageHouse {
    /// The agencies from which somebody can come.
    var origins: [(code: AgencyCode, entry: DirectoryEntry)] { otherAgencies.map { ($0.code, $0) } }

    /// What the store says, or its fault as a problem.
    func kept<Value: Sendable>(
        _ read: () async throws(StoreError) -> Value
    ) async throws(Problem) -> Value {
        do throws(StoreError) { return try await read() } catch { throw Problem(error) }
    }
}
