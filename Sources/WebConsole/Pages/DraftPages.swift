import Casework
import HTTPTypes
import Synchronization
import TransferCore
import TransferDocuments

/// Applications that are saved and not sent: saving, with what is still missing, opening, and throwing away. A form that is
/// sent after the session has ended becomes a draft of whoever had opened it.
struct DraftPages: Sendable {
    let house: PageHouse

    var routes: [Route] {
        let access = Route.Access.visitors(EmployerPages.roles)
        var save = Route(.post, "/org/drafts", access: access, body: .form, answer: save)
        save.rescue = rescue
        return [
            save,
            Route(.get, "/org/drafts/{id}", access: access, query: ["saved"], answer: open),
            Route(.post, "/org/drafts/{id}/discard", access: access, body: .form, answer: discard),
        ]
    }

    /// After the node was asked for this, one comes back to the draft.
    static let cookie = "jiexu-draft"

    private static func isID(_ text: String) -> Bool {
        text.utf8.count == 32
            && text.utf8.allSatisfy {
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                    || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
            }
    }

    private func keep(_ fields: ApplicationFields, of owner: String) async throws(Problem) -> Bool {
        guard DraftPages.isID(fields.key), let bytes = fields.draftBytes else { return false }
        let now = house.desk.clock.now
        return try await house.kept { () throws(StoreError) in
            try await house.store.keep(
                ApplicationDraft(id: fields.key, owner: owner, bytes: bytes, begunAt: now, changedAt: now))
        }
    }

    private func save(_ call: Call) async throws(Problem) -> Answer {
        let (fields, say) = (ApplicationFields(call.form), call.say)
        guard try await keep(fields, of: call.caller.name) else {
            return ApplicationPages(house: house).page(
                fields,
                faults: [
                    FormFault(
                        "", "no-room", "没有保存：草稿已满（每单位 \(EmployerLimits.draftsOfOne) 份）或内容过长，请先提交或删除一些草稿。",
                        "Not saved: there are too many drafts, or this one is too long. Send or delete some first.")
                ], call)
        }
        // The answer to a form leads on, so that loading the page again saves nothing anew.
        _ = say
        return PageHouse.redirect(to: "/org/drafts/\(fields.key)?saved=true")
    }

    private func draft(_ call: Call) async throws(Problem) -> ApplicationDraft {
        let (id, owner) = (call.parameters[0], call.caller.name)
        guard DraftPages.isID(id) else { throw .notFound }
        let draft = try await house.kept { () throws(StoreError) in try await house.store.draft(id, of: owner) }
        guard let draft else { throw .notFound }
        return draft
    }

    private func open(_ call: Call) async throws(Problem) -> Answer {
        let (draft, say) = (try await draft(call), call.say)
        guard let fields = ApplicationFields(draft) else { throw .notFound }
        let missing = fields.faults
        let items = missing.map { fault -> HTML in
            let words = say(fault.messageChinese, fault.messageEnglish)
            guard let name = ApplicationFields.fieldName(at: fault.pointer) else { return "<li>\(words)</li>" }
            return "<li><a href=\"#\(name)\">\(words)</a></li>"
        }
        let state =
            missing.isEmpty
            ? say("内容已齐，可以核对并提交。", "Everything is there: check it, and send it.")
            : say("提交前还须填写或更正：", "Before it can be sent:")
        let saved =
            call.query["saved"] == "true" ? say("已保存。", "Saved. ") : say("草稿（已保存，未提交）。", "A draft: saved, not sent. ")
        let note: HTML = """
            <div class="panel now" role="status"><p><strong>\(saved)</strong> \(state)</p><ul>\(items)</ul>
            <p class="small">\(say("最后改动：", "Last changed: "))\(say.time(draft.changedAt)) ·
            \(say("此后 30 天未改动的草稿自动删除：", "Deleted when nothing is changed for 30 days: "))\(say.time(draft.lapsesAt))</p>
            <form method="post" action="/org/drafts/\(draft.id)/discard">\(house.secret(call.page))
            <button class="second">\(say("删除草稿", "Delete the draft"))</button></form></div>
            """
        if let number = fields.correcting {
            return try await CorrectionPages(house: house).resume(fields, number, note: note, call)
        }
        return ApplicationPages(house: house).page(fields, faults: [], note: note, call)
    }

    private func discard(_ call: Call) async throws(Problem) -> Answer {
        let draft = try await draft(call)
        try await house.kept { () throws(StoreError) in
            try await house.store.discardDraft(draft.id, of: draft.owner)
        }
        return PageHouse.redirect(to: "/org")
    }

    // MARK: In the list of what is to be done

    /// The drafts of an owner, for the page of what is to be done; nil where there are none.
    func table(_ call: Call) async throws(Problem) -> HTML? {
        let (owner, say) = (call.caller.name, call.say)
        let drafts = try await house.kept { () throws(StoreError) in try await house.store.drafts(of: owner) }
        guard !drafts.isEmpty else { return nil }
        let rows = drafts.map { draft -> HTML in
            let fields = ApplicationFields(draft) ?? ApplicationFields()
            let count = fields.faults.count
            let state: HTML =
                count == 0
                ? #"<span class="done">\#(say("可提交", "ready to be sent"))</span>"#
                : "\(say("还缺 \(count) 项", "\(count) things missing"))"
            let kind =
                fields.correcting.map { say("补正 \($0)", "Correction of \($0)") } ?? say("新申请", "New application")
            return """
                <tr><td><a href="/org/drafts/\(draft.id)">\(say("打开", "Open"))</a></td><td>\(kind)</td>
                <td>\(fields.maskedPerson)</td><td>\(state)</td><td>\(say.time(draft.changedAt))</td></tr>
                """
        }
        let caption = say("待办 · 未提交的草稿（\(drafts.count)）", "To do: drafts, not sent (\(drafts.count))")
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption>
            <thead><tr><th scope="col">\(say("草稿", "Draft"))</th><th scope="col">\(say("事项", "What"))</th>
            <th scope="col">\(say("参保人员", "Insured person"))</th><th scope="col">\(say("状态", "State"))</th>
            <th scope="col">\(say("最后改动", "Last changed"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    // MARK: After the end of the session

    /// Keeps a form that came from a page of a session that has ended.
    ///
    /// - Returns: nil for a form of which it is not known whose page it came from.
    @Sendable func rescue(_ call: Call) async throws(Problem) -> Answer? {
        guard let form = call.sentForm, let secret = form["form-secret"], let owner = house.formOwners.owner(of: secret)
        else { return nil }
        let fields = ApplicationFields(form)
        guard !fields.isBlank, try await keep(fields, of: owner) else { return nil }
        let say = call.say
        var answer = house.page(
            say("请重新登录", "Log in again"), status: .unauthorized, call.page,
            """
            <div class="panel now"><p><strong>\(say("登录已失效，您填写的内容没有丢失。", "The session has ended; nothing is lost."))</strong></p>
            <p>\(say(
                "已存为草稿，没有提交。用同一账号登录后会回到这份草稿。",
                "What you entered was saved as a draft and not sent. Log in with the same account to go on with it."))</p>
            <p class="actions"><a class="button" href="/login">\(say("登录", "Log in"))</a></p></div>
            """)
        answer.fields[.setCookie] = house.setCookie(DraftPages.cookie, fields.key, isSecret: true, seconds: 3_600)
        return answer
    }

    /// Leads somebody who has logged in again to the draft that was kept; nil where none was.
    func comeBack(_ call: Call) async throws(Problem) -> Answer? {
        guard let id = PageHouse.cookie(DraftPages.cookie, call.fields), DraftPages.isID(id) else { return nil }
        let owner = call.caller.name
        let draft = try await house.kept { () throws(StoreError) in try await house.store.draft(id, of: owner) }
        guard draft != nil else { return nil }
        var answer = PageHouse.redirect(to: "/org/drafts/\(id)")
        answer.fields[.setCookie] = house.setCookie(DraftPages.cookie, "", isSecret: true, seconds: 0)
        return answer
    }
}

/// Whose session a form belongs to, for as long as one may sit over it: longer than the session itself.
///
/// Only the digests of the secrets of forms are kept, and only while the node runs.
final class FormOwners: Sendable {
    private struct Note {
        let owner: String
        var at: Instant
    }

    /// No more are kept; those that were shown longest ago make room.
    static let most = 5_000
    static let longestSeconds: Int64 = 24 * 3_600

    private let notes = Mutex<[DocumentDigest: Note]>([:])

    func note(_ secret: String, of owner: String, at now: Instant) {
        notes.withLock { notes in
            if notes.count >= FormOwners.most {
                let times = notes.values.map(\.at.milliseconds).sorted()
                let middle = times[times.count / 2]
                notes = notes.filter { $0.value.at.milliseconds > middle }
            }
            notes[FormOwners.digest(secret)] = Note(owner: owner, at: now)
        }
    }

    func owner(of secret: String) -> String? { notes.withLock { $0[FormOwners.digest(secret)]?.owner } }

    func forget(before moment: Instant) {
        notes.withLock { notes in notes = notes.filter { $0.value.at >= moment } }
    }

    private static func digest(_ secret: String) -> DocumentDigest { DocumentDigest(of: Array(secret.utf8)) }
}

extension PageHouse {
    /// Notes that a form was shown that somebody may fill in for long.
    func noteForm(of visit: PageVisit) {
        guard let visitor = visit.visitor else { return }
        formOwners.note(visitor.formSecret, of: visitor.token.name, at: desk.clock.now)
    }
}
