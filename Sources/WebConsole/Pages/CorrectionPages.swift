import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Correcting an application that was returned: why, the fields that the reason names, what would change, and sending it.
/// The case keeps its number; what was sent before stays in its history.
struct CorrectionPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        let (access, path) = (Route.Access.visitors(EmployerPages.roles), "/org/cases/{number}/correct")
        var routes = [
            Route(.get, path, access: access, answer: correct),
            Route(.post, path, access: access, body: .form, answer: send),
            Route(.post, "\(path)/check", access: access, body: .form, answer: check),
            Route(.post, "\(path)/change", access: access, body: .form, answer: change),
        ]
        let drafts = DraftPages(house: house)
        for place in routes.indices where routes[place].method == .post { routes[place].rescue = drafts.rescue }
        return routes
    }

    private func returned(_ call: Call, _ number: String) async throws(Problem) -> CaseView {
        guard let number = CaseNumber(number) else { throw .notFound }
        let view = try await house.desk.view(of: number)
        guard view.opening.isVisible(to: call.caller), view.opening.role == .destination else { throw .notFound }
        return view
    }

    private func old(_ view: CaseView) throws(Problem) -> ApplicationFields {
        guard let (application, _) = try? view.file.application() else { throw .notFound }
        var fields = ApplicationFields(application)
        fields.correcting = view.opening.number
        return fields
    }

    private func correct(_ call: Call) async throws(Problem) -> Answer {
        let view = try await returned(call, call.parameters[0])
        var fields = try old(view)
        fields.key = String(SessionTable.random().prefix(32))
        return form(fields, faults: [], view, call)
    }

    /// A correction that was saved.
    func resume(
        _ fields: ApplicationFields, _ number: CaseNumber, note: HTML, _ call: Call
    ) async throws(Problem) -> Answer {
        form(fields, faults: [], note: note, try await returned(call, number.text), call)
    }

    private func change(_ call: Call) async throws(Problem) -> Answer {
        let view = try await returned(call, call.parameters[0])
        return form(ApplicationFields(call.form), faults: [], view, call)
    }

    private func form(
        _ fields: ApplicationFields, faults: [FormFault], note: HTML = "", _ view: CaseView, _ call: Call
    ) -> Answer {
        let (say, number) = (call.say, view.opening.number.text)
        var fields = fields
        fields.correcting = view.opening.number
        house.noteForm(of: call.page)
        return house.page(
            (faults.isEmpty ? "" : say("错误：", "Error: ")) + say("补正 \(number)", "Correct \(number)"),
            status: faults.isEmpty ? .ok : .unprocessableContent, here: "/org",
            call.page,
            """
            \(note)\(ApplicationFields.summary(faults, say))\(ReturnWords(view).html(say))
            <form class="panel" method="post" action="/org/cases/\(number)/correct/check">\(house.secret(call.page))
            \(fields.inputs(faults, named: ReturnWords(view).namedFields, house.origins, say))
            <button>\(say("下一步：核对改动", "Next: check what changes"))</button>
            <button class="second" formaction="/org/drafts" formnovalidate>\(say("保存", "Save"))</button></form>
            """)
    }

    private func check(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await returned(call, call.parameters[0]), call.say)
        let (fields, before) = (ApplicationFields(call.form), try old(view))
        let faults = fields.faults
        guard faults.isEmpty else { return form(fields, faults: faults, view, call) }
        let number = view.opening.number.text
        let changes = fields.changes(since: before, say)
        let rows = changes.map { change -> HTML in
            """
            <tr><td>\(change.label)</td><td>\(change.before.isEmpty ? "—" : change.before)</td>
            <td><strong>\(change.after.isEmpty ? "—" : change.after)</strong></td></tr>
            """
        }
        let table: HTML =
            changes.isEmpty
            ? #"<p class="panel">\#(say("没有改动；仍可重新提交。", "Nothing is changed; it can be sent again all the same."))</p>"#
            : """
            <div class="scroll" tabindex="0"><table><caption>\(say("改动（\(changes.count) 项）", "What changes (\(changes.count))"))</caption>
            <thead><tr><th scope="col">\(say("项目", "Field"))</th><th scope="col">\(say("原来", "Before"))</th>
            <th scope="col">\(say("现在", "After"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
        house.noteForm(of: call.page)
        return house.page(
            say("核对改动 \(number)", "Check what changes \(number)"), here: "/org", call.page,
            """
            <p class="panel">\(say(
                "业务编号不变，重新提交后为第 \(view.applicationVersion + 1) 版。",
                "The number of the case stays; this becomes version \(view.applicationVersion + 1)."))</p>
            \(table)
            <form class="inline" method="post" action="/org/cases/\(number)/correct">\(house.secret(call.page))\(fields.hidden)
            <button>\(say("重新提交", "Send again"))</button>
            <button class="second" formaction="/org/cases/\(number)/correct/change">\(say("修改", "Change"))</button>
            <button class="second" formaction="/org/drafts">\(say("保存", "Save"))</button></form>
            """)
    }

    private func send(_ call: Call) async throws(Problem) -> Answer {
        let view = try await returned(call, call.parameters[0])
        let fields = ApplicationFields(call.form)
        let (application, bytes): (TransferApplication, [UInt8])
        do throws(FormFaults) { (application, bytes) = try fields.application() } catch {
            return form(fields, faults: error.faults, view, call)
        }
        let owner = call.caller.name
        do throws(DeskFault) {
            try await house.desk.correct(view.opening.number, application, form: bytes, owner: owner)
        } catch {
            guard case .faulty(let faults) = error else { throw Problem(error) }
            return form(fields, faults: faults, view, call)
        }
        try await house.kept { () throws(StoreError) in
            try await house.store.discardDraft(fields.key, of: owner)
        }
        return PageHouse.redirect(to: "/org/cases/\(view.opening.number)")
    }
}

/// Why an application is with its applicant again: the code, the sentence, what to do, and the clerk's own words.
struct ReturnWords {
    let reason: Reason?
    /// What the clerk has written; nil where nobody has.
    let note: String?
    /// Who has written it.
    let office: AgencyCode
    let items: [SupplementItem]

    init(_ view: CaseView) {
        reason = view.returnReason
        let last = view.file.events.last { ["letter-returned", "supplement-asked"].contains($0.name) }
        if last?.name == "supplement-asked" {
            office = view.opening.destination
            let form = last?.attachment.flatMap { try? JSON.parse($0, limits: .request) }
            note = if case .string(let text)? = form?["text"] { text } else { nil }
            items =
                if case .array(let elements)? = form?["items"] {
                    elements.compactMap { element in
                        if case .string(let name) = element { SupplementItem(rawValue: name) } else { nil }
                    }
                } else { [] }
        } else {
            office = view.opening.origin
            if case .returnNote(let letter)? = try? view.file.newest(.returnNote)?.content {
                note = letter.text
            } else {
                note = nil
            }
            items = []
        }
    }

    var namedFields: Set<String> {
        var fields = reason?.namedFields ?? []
        if items.contains(.payoutAccount) {
            fields.formUnion(ApplicationFields.account.map(\.pointer))
        }
        if items.contains(.identityDocument) { fields.formUnion(["/person/name", "/person/residentId"]) }
        return fields
    }

    func html(_ say: PageLanguage) -> HTML {
        let papers = say.options(SupplementItem.self).filter { item in items.contains { $0.rawValue == item.0 } }.map(
            \.1)
        return """
            <div class="panel now"><p><span class="mark late">\(say("回退", "Returned"))</span>
            <strong>\(reason.map { "\($0.code) " + say($0.sentence) } ?? say("要求补充材料", "Papers are asked for"))</strong></p>
            <p>\(reason.map { say($0.nextStep) } ?? "")\(papers.joined(separator: "、"))</p>
            <p>\(note.map { say("经办说明：", "The clerk writes: ") + $0 } ?? "")</p></div>
            """
    }
}

extension CaseView {
    /// The first is version 1; each correction makes the next.
    var applicationVersion: Int {
        1 + file.events.count { ["application-corrected", "application-supplemented"].contains($0.name) }
    }
}
