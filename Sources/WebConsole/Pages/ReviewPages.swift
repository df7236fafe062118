import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages of checkers: what others have prepared, and the approval of exactly those bytes.
struct ReviewPages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    private static let pageSize = 100

    var routes: [Route] {
        [
            Route(.get, "/review", access: DeskPages.access, query: ["after", "all"], answer: list),
            Route(.get, "/review/{id}", access: DeskPages.access, answer: show),
            Route(.post, "/review/{id}/approve", access: DeskPages.access, body: .form, answer: approve),
            Route(.post, "/review/{id}/decline", access: DeskPages.access, body: .form, answer: decline),
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let (say, isAll) = (call.say, call.query["all"] == "true")
        let found: [Proposal]
        let after = try call.identifier("after") ?? 0
        do throws(StoreError) {
            found = try await work.store.proposals(in: isAll ? nil : .open, after: after, limit: ReviewPages.pageSize)
        } catch {
            throw Problem(error)
        }
        let rows = found.map { proposal -> HTML in
            """
            <tr><td><a href="/review/\(Int(proposal.id))">\(title(proposal, say))</a></td>
            <td><a href="/desk/cases/\(proposal.number.text)">\(proposal.number.text)</a></td>
            <td>\(person(proposal.maker))</td><td>\(say.time(proposal.at))</td><td>\(say(proposal.state.wording))</td></tr>
            """
        }
        let tabs: HTML =
            isAll
            ? #"<p><a href="/review">\#(say("待复核", "To check"))</a> · <b>\#(say("全部", "All"))</b></p>"#
            : #"<p><b>\#(say("待复核", "To check"))</b> · <a href="/review?all=true">\#(say("全部", "All"))</a></p>"#
        var content: HTML = """
            \(tabs)<div class="scroll" tabindex="0"><table><caption>\(say("共 \(found.count) 件", "\(found.count) in all"))</caption><thead><tr>
            <th scope="col">\(say("事项", "Action"))</th><th scope="col">\(say("业务", "Case"))</th>
            <th scope="col">\(say("经办人", "Maker"))</th><th scope="col">\(say("时间", "Time"))</th>
            <th scope="col">\(say("状态", "State"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
        if found.count == ReviewPages.pageSize, let last = found.last {
            let next = "/review?after=\(last.id)\(isAll ? "&all=true" : "")"
            content += #"<p><a href="\#(next)">\#(say("下一页", "Next page"))</a></p>"#
        }
        return house.page(say("复核", "To check"), here: "/review", call.page, content)
    }

    private func title(_ proposal: Proposal, _ say: PageLanguage) -> String {
        (try? proposal.form()).map { say($0.action.title) } ?? proposal.action
    }

    private func person(_ number: String) -> String { work.staff[number]?.name ?? number }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        let say = call.say
        let proposal: Proposal
        let view: CaseView
        do throws(WorkFault) {
            proposal = try await work.proposal(try call.id)
            view = try await work.view(of: proposal.number)
        } catch let fault {
            throw Problem(fault)
        }
        var content: HTML = """
            \(house.head(of: view, say))<div class="panel"><dl class="facts">
            <dt>\(say("业务", "Case"))</dt><dd><a href="/desk/cases/\(proposal.number.text)">\(proposal.number.text)</a></dd>
            <dt>\(say("经办人", "Maker"))</dt><dd>\(person(proposal.maker)) \(say.time(proposal.at))</dd>
            <dt>\(say("状态", "State"))</dt><dd>\(say(proposal.state.wording))</dd>\(verdict(proposal, say))
            \(parameters(proposal, say))
            <dt>\(say("表单摘要", "Digest of the form"))</dt><dd><code>\(proposal.digest.text)</code></dd></dl></div>
            """
        if proposal.state == .open {
            content += try await evidence(proposal, view, say)
            content += decision(proposal, caller, call)
        }
        return house.page(title(proposal, say), here: "/review", call.page, content)
    }

    private func verdict(_ proposal: Proposal, _ say: PageLanguage) -> HTML {
        var rows: HTML = ""
        if let verdict = proposal.verdict {
            rows += """
                <dt>\(say("复核人", "Checker"))</dt><dd>\(person(verdict.person)) \(say.time(verdict.at)) \(verdict.text ?? "")</dd>
                """
        }
        if let why = proposal.end?.why {
            rows += "<dt>\(say("未能办理的原因", "Why not"))</dt><dd>\(say(Wording(inOneText: why)))</dd>"
        }
        return rows
    }

    /// What was entered, in words: that is what is approved.
    private func parameters(_ proposal: Proposal, _ say: PageLanguage) -> HTML? {
        (try? proposal.form()).map { EnteredWords(form: $0).html(say) }
    }

    /// With what it was decided, what would be signed with what was there before, and what comes of it.
    private func evidence(
        _ proposal: Proposal, _ view: CaseView, _ say: PageLanguage
    ) async throws(Problem) -> HTML {
        guard let form = try? proposal.form() else { return "" }
        let possible: [WorkDesk.Possibility]
        do throws(WorkFault) {
            possible = try await work.possibilities(among: [form.action], on: proposal.number)
        } catch {
            throw Problem(error)
        }
        let papers = possible.first.flatMap { one in
            PreparedPapers(contents: one.rehearsal.contents, file: view.file, say: say).html
        }
        return """
            \(try await house.evidence(for: view, work, say))\(papers)
            \(DecisionTable(possible: possible, number: proposal.number).html(say))
            """
    }

    /// Nobody checks what they have made themselves: then there is no button, and the rule holds behind it as well.
    private func decision(_ proposal: Proposal, _ caller: StaffCaller, _ call: Call) -> HTML {
        let say = call.say
        let id = Int(proposal.id)
        if caller.member.person == proposal.maker {
            return #"<p class="panel">\#(say("您是经办人，不能复核。", "You have made it; somebody else checks it."))</p>"#
        }
        guard !caller.member.duties.isDisjoint(with: StaffDuty.checkers) else {
            return #"<p class="panel">\#(say("复核须由复核岗办理。", "Checking is for checkers."))</p>"#
        }
        return """
            <form class="panel" method="post" action="/review/\(id)/approve">\(house.secret(call.page))
            <input type="hidden" name="digest" value="\(proposal.digest.text)">\(FreshFactor.fields(call, house))
            <p>\(say("复核通过后立即办理，并以本机构密钥签名。", "It is carried out at once, and signed with the key of this agency."))</p>
            <button>\(say("复核通过", "Approve"))</button></form>
            <form class="panel" method="post" action="/review/\(id)/decline">\(house.secret(call.page))
            <label for="text">\(say("退回原因", "Why it is sent back"))</label>
            <textarea id="text" name="text" rows="2" maxlength="500" required></textarea>
            <button class="second">\(say("退回经办人", "Send back"))</button></form>
            """
    }

    private func approve(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        guard let digest = call.form["digest"].flatMap(DocumentDigest.init(text:)) else { throw .formNotOurs }
        let cookie = try await FreshFactor.show(call, house)
        let proposal: Proposal
        do throws(WorkFault) {
            proposal = try await work.approve(try call.id, digest: digest, by: caller)
        } catch let fault {
            throw Problem(fault)
        }
        var answer = PageHouse.redirect(to: "/review/\(proposal.id)")
        if let cookie { answer.fields[.setCookie] = cookie }
        return answer
    }

    private func decline(_ call: Call) async throws(Problem) -> Answer {
        let caller = try call.staff
        let text = call.form["text"] ?? ""
        guard (1...500).contains(text.utf8.count) else {
            throw .request("text-missing", "Say why it is sent back, in up to 500 characters.")
        }
        let proposal: Proposal
        do throws(WorkFault) {
            proposal = try await work.decline(try call.id, text: text, by: caller)
        } catch let fault {
            throw Problem(fault)
        }
        return PageHouse.redirect(to: "/review/\(proposal.id)")
    }
}

/// What was entered in the form of a decision, as whoever checks it has to read it.
struct EnteredWords {
    let form: StaffActionForm

    func html(_ say: PageLanguage) -> HTML {
        let rows = form.action.parameterWords.map { row -> HTML in
            "<dt>\(say(row.name))</dt><dd>\(say(row.value))</dd>"
        }
        return """
            <dt>\(say("事项", "Action"))</dt><dd>\(say(form.action.title))</dd>\(rows)
            <dt>\(say("说明", "In words"))</dt><dd>\(form.decision.text)</dd>
            """
    }
}
