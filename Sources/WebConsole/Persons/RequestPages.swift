import Accounts
import Casework
import HTTPTypes
import TransferCore

/// What insured persons have asked of this office, for its clerks: objections to rows, and urgings, each to be answered in
/// words that the person reads.
struct RequestPages: Sendable {
    let house: PageHouse
    let persons: PagePersons

    var routes: [Route] {
        [
            Route(.get, "/desk/requests", access: DeskPages.access, answer: list),
            Route(.post, "/desk/requests/{id}", access: DeskPages.access, body: .form, answer: answer),
            Route(.post, "/desk/cases/{number}/contact", access: DeskPages.access, body: .form, answer: keepContact),
        ]
    }

    private static let most = 200

    private func list(_ call: Call) async throws(Problem) -> Answer { try await page(call, nil) }

    private func page(_ call: Call, _ error: String?) async throws(Problem) -> Answer {
        _ = try call.staff
        let say = call.say
        let open: [PersonRequest]
        do throws(StoreError) { open = try await persons.records.openRequests(limit: RequestPages.most) } catch {
            throw Problem(error)
        }
        let items = open.map { request -> HTML in
            let number = request.number.text
            return """
                <li class="panel"><p>\(house.words(of: request, say)) <a href="/desk/cases/\(number)">\(number)</a>
                \(say.time(request.at))</p>
                <form method="post" action="/desk/requests/\(String(request.id))">\(house.secret(call.page))
                <label for="words-\(String(request.id))">\(say("答复（参保人员可见，200 字以内）", "Answer (the person reads it; 200 characters)"))</label>
                <textarea id="words-\(String(request.id))" name="words" rows="2" required maxlength="200"></textarea>
                <button>\(say("答复", "Answer"))</button></form></li>
                """
        }
        return house.form(
            say("异议与催办（\(open.count)）", "Objections and urgings (\(open.count))"), error: error,
            status: .init(code: 422), here: "/desk/requests", call.page,
            open.isEmpty
                ? "<p class=\"panel\">\(say("没有待答复的异议或催办。", "Nothing waits for an answer."))</p>"
                : "<ul class=\"plain\">\(items)</ul>")
    }

    private func answer(_ call: Call) async throws(Problem) -> Answer {
        let staff = try call.staff
        guard !staff.member.duties.contains(.auditor) else { throw .pageNotAllowed }
        guard let id = Int64(call.parameters[0]) else { throw .notFound }
        guard let words = call.form["words"], words.unicodeScalars.count <= PersonRequest.longestWords else {
            return try await page(call, call.say("请填写答复，不超过 200 字。", "Write an answer of at most 200 characters."))
        }
        let now = house.desk.clock.now
        let entry = AuditEntry(at: now, actor(staff, call), .answerPerson, of: "\(id)", .done)
        let isFirst: Bool
        do throws(StoreError) {
            isFirst = try await persons.records.answer(id, words, by: staff.account, at: now, entry)
        } catch {
            throw Problem(error)
        }
        guard isFirst else { return try await page(call, call.say("此件已由他人答复。", "Somebody else has answered it.")) }
        return PageHouse.redirect(to: "/desk/requests")
    }

    private func actor(_ staff: StaffCaller, _ call: Call) -> AuditActor {
        AuditActor(
            who: staff.account, person: staff.member.person, role: "staff", method: .session, source: call.source.place)
    }

    /// Notes the telephone of a person whose application this office does not have, after their identity was looked at.
    private func keepContact(_ call: Call) async throws(Problem) -> Answer {
        let staff = try call.staff
        guard !staff.member.duties.contains(.auditor) else { throw .pageNotAllowed }
        let view = try await house.desk.view(of: try call.caseNumber)
        guard let mobile = call.form["mobile"], mobile.utf8.count == 11, mobile.hasPrefix("1"),
            mobile.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) })
        else { throw .request("mobile-invalid", "A mobile number has eleven digits and begins with 1.", status: 422) }
        let now = house.desk.clock.now
        let entry = AuditEntry(at: now, actor(staff, call), .noteTelephone, of: view.opening.number.text, .done)
        do throws(StoreError) {
            try await persons.records.keepContact(
                mobile, of: view.opening.residentID, by: staff.account, at: now, entry)
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/desk/cases/\(view.opening.number)")
    }
}

extension PageHouse {
    /// 异议 or 催办, with the reason that was chosen and what the person has written.
    func words(of request: PersonRequest, _ say: PageLanguage) -> HTML {
        let words = request.words.isEmpty ? "" : say("「\(request.words)」", "“\(request.words)”")
        switch request.kind {
        case .objection:
            let reason = ObjectionReason(rawValue: request.reason)?.words(say) ?? ""
            let parts = request.subject.split(separator: "-")
            let row = parts.last.map(String.init) ?? ""
            return """
                <span class="mark soon">\(say("异议", "Objection"))</span> \(say("信息表第 \(row) 行：", "Row \(row) of the form: "))\(reason)\(words)
                """
        case .urging:
            return "<span class=\"mark late\">\(say("催", "Urged"))</span> \(say("参保人员催办", "The insured person urges"))"
        case .withdrawal:
            let reason = WithdrawalReason(rawValue: request.reason)?.words(say) ?? ""
            return "\(say("申请人撤回：", "Withdrawn: "))\(reason)"
        }
    }

    /// What the person of a case has asked, for the desk's page of it; with the telephone where none stands in an application.
    func requestPanel(of view: CaseView, _ call: Call) async throws(Problem) -> HTML? {
        guard let persons else { return nil }
        let say = call.say
        let requests: [PersonRequest]
        do throws(StoreError) { requests = try await persons.records.requests(of: view.opening.number) } catch {
            throw Problem(error)
        }
        let items = requests.map { request -> HTML in
            let answer: HTML =
                request.answer.map { "\(say("答复：", "Answer: "))\($0.words)" }
                ?? (request.kind == .withdrawal ? "" : "<a href=\"/desk/requests\">\(say("待答复", "To be answered"))</a>")
            return "<li>\(say.time(request.at)) \(words(of: request, say)) \(answer)</li>"
        }
        let list: HTML? =
            items.isEmpty
            ? nil : "<h2>\(say("参保人员来件", "From the insured person"))</h2><div class=\"panel\"><ul>\(items)</ul></div>"
        guard view.opening.role == .origin, call.mayAct else { return list }
        return """
            \(list)<details><summary>\(say("登记参保人员手机号（核对身份证后）", "Note the person's telephone (after looking at the identity document)"))</summary>
            <form class="panel" method="post" action="/desk/cases/\(view.opening.number.text)/contact">\(secret(call.page))
            <label for="mobile">\(say("手机号", "Mobile number"))</label>
            <input type="tel" id="mobile" name="mobile" required maxlength="11" autocomplete="off">
            <p class="hint">\(say("用于发送登录验证码和通知。", "Codes and notices go there."))</p>
            <button>\(say("登记", "Note it"))</button></form></details>
            """
    }
}
