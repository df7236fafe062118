import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Deciding a case: what can be done, with the evidence side by side, and what would be signed.
struct DecidePages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    var routes: [Route] {
        let path = "/desk/cases/{number}/decide"
        return [
            Route(.get, path, access: DeskPages.access, answer: choose),
            Route(.get, "\(path)/{action}", access: DeskPages.access, answer: prepare),
            Route(.post, "\(path)/{action}", access: DeskPages.access, body: .form, answer: propose),
        ]
    }

    private func choose(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await work.view(call), call.say)
        let number = view.opening.number
        let possible: [WorkDesk.Possibility]
        do throws(WorkFault) {
            possible = try await work.possibilities(among: ActionFields.examples, on: number)
        } catch {
            throw Problem(error)
        }
        return house.page(
            say("办理 \(number.text)", "Decide \(number.text)"), here: "/desk", call.page,
            """
            \(house.head(of: view, say))\(try await evidence(view, say))
            \(DecisionTable(possible: possible, number: number).html(say))
            """)
    }

    /// While the application or the letter is to be answered.
    private func evidence(_ view: CaseView, _ say: PageLanguage) async throws(Problem) -> HTML? {
        try await house.evidence(for: view, work, say)
    }

    private func prepare(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await work.view(call), call.say)
        guard let fields = ActionFields(call.parameters[1]) else { throw .notFound }
        return try await form(fields, [], view, call, say)
    }

    private func form(
        _ fields: ActionFields, _ faults: [FormFault], _ view: CaseView, _ call: Call, _ say: PageLanguage
    ) async throws(Problem) -> Answer {
        let number = view.opening.number
        let example = ActionFields.examples.first { $0.name == fields.name }
        let title = example.map { say($0.title) } ?? fields.name
        let possible: [WorkDesk.Possibility]
        do throws(WorkFault) {
            possible = try await work.possibilities(among: example.map { [$0] } ?? [], on: number)
        } catch {
            throw Problem(error)
        }
        let papers = possible.first.flatMap { one in
            PreparedPapers(contents: one.rehearsal.contents, file: view.file, say: say).html
        }
        let button =
            example?.needsChecker == false ? say("办理", "Do it") : say("提交复核", "Hand to the checker")
        let send: HTML =
            call.mayAct
            ? "<button>\(button)</button>" : "<p class=\"hint\">\(say("您的岗位只看不办。", "Your duty is to look."))</p>"
        return house.page(
            (faults.isEmpty ? "" : say("错误：", "Error: ")) + title,
            status: faults.isEmpty ? .ok : .unprocessableContent, here: "/desk", call.page,
            """
            \(ApplicationFields.summary(faults, say))\(house.head(of: view, say))
            \(fields.answersAsked ? try await evidence(view, say) : nil)\(papers)
            <form class="panel" method="post" action="/desk/cases/\(number.text)/decide/\(fields.name)">
            \(house.secret(call.page))<input type="hidden" name="version" value="\(view.file.events.count)">
            \(fields.inputs(say))\(send)
            <a class="button second" href="/desk/cases/\(number.text)/decide">\(say("返回", "Back"))</a></form>
            """)
    }

    /// Those of the staff who did something, in the order in which they did, as colleagues may see them.
    ///
    /// - Parameter actor: as an event keeps it: `staff:` and a number, or two with `+` between them.
    /// - Returns: nil for what was not done by staff.
    private func people(of actor: String) -> String? {
        let people = actor.split(separator: "+").map { part -> String? in
            guard part.hasPrefix("staff:") else { return nil }
            let number = String(part.dropFirst(6))
            return work.staff[number].map { MaskedName.of($0.name) } ?? number
        }
        return people.contains(nil) ? nil : people.compactMap(\.self).joined(separator: "、")
    }

    /// Somebody else was here meanwhile: who, when and what, and all that was entered, so that nothing is lost.
    private func movedOn(_ view: CaseView, _ entered: [UInt8], _ call: Call) -> Answer {
        let (say, number) = (call.say, view.opening.number.text)
        let last = view.file.events.last
        let actor = last.map { people(of: $0.actor) ?? CaseWords.actor($0.actor) } ?? ""
        let time: HTML? = last.map { say.time($0.at) }
        let event = last.map { say(CaseWords.eventWording($0.name)) } ?? ""
        let choices = (try? StaffActionForm.read(entered)).map { form -> HTML in
            """
            <h2>\(say("您填写的内容", "What you had entered"))</h2><dl class="facts">\(EnteredWords(form: form).html(say))</dl>
            """
        }
        return house.page(
            say("此件已被他人办理", "Somebody else has been here"), status: .conflict, here: "/desk", call.page,
            """
            <div class="panel now"><p><strong>\(say("您打开之后此件已有变动，没有办理。", "The case has moved on; nothing was done."))</strong></p>
            <p>\(say("此件已由 \(actor) 于 ", "\(actor) was here at "))\(time)\(say(" 办理：\(event)。", ": \(event)."))</p>
            \(choices)
            <label for="kept">\(say("您填写的说明（可复制）", "What you had written, to be copied"))</label>
            <textarea id="kept" rows="3" readonly>\(call.form["text"] ?? "")</textarea>
            <p class="actions"><a class="button" href="/desk/cases/\(number)/decide">\(say("重新查看后办理", "Look again"))</a></p></div>
            """)
    }

    private func propose(_ call: Call) async throws(Problem) -> Answer {
        let (number, caller) = (try call.caseNumber, try call.staff)
        guard let fields = ActionFields(call.parameters[1]) else { throw .notFound }
        let bytes = try fields.bytes(call.form)
        let proposed: WorkDesk.Proposed
        do throws(WorkFault) {
            proposed = try await work.propose(bytes, on: number, by: caller)
        } catch {
            switch error {
            case .desk(.faulty(let faults)):
                return try await form(fields, faults, try await work.view(call), call, call.say)
            case .movedOn, .desk(.store(.caseMovedOn)): return movedOn(try await work.view(call), bytes, call)
            default: throw Problem(error)
            }
        }
        let id = proposed.proposal?.id
        return PageHouse.redirect(to: id.map { "/review/\($0)" } ?? "/desk/cases/\(number)")
    }
}

extension WorkDesk {
    /// The case of an address, for staff.
    func view(_ call: Call) async throws(Problem) -> CaseView {
        _ = try call.staff
        guard let number = CaseNumber(call.parameters[0]) else { throw .notFound }
        do throws(WorkFault) { return try await view(of: number) } catch { throw Problem(error) }
    }
}

extension PageHouse {
    /// What the application or the letter is decided with; nil once it is answered.
    func evidence(for view: CaseView, _ work: WorkDesk, _ say: PageLanguage) async throws(Problem) -> HTML? {
        guard view.isToBeAnswered else { return nil }
        let evidence: CaseEvidence?
        do throws(WorkFault) {
            evidence = try await work.evidence(in: view.file)
        } catch {
            // What cannot be judged can still be asked about, and returned.
            guard case .desk(.rule(let fault)) = error else { throw Problem(error) }
            let words = say("登记数据有误，无法核对：", "The record is faulty and cannot be judged: ")
            return "<div class=\"errors\"><p>\(words)\(fault.description)</p></div>"
        }
        return evidence.map { EvidencePanes(evidence: $0, view: view, house: self, say: say).html }
    }
}

extension CaseView {
    /// Whether the application waits for the destination's answer, or the letter for the origin's.
    var isToBeAnswered: Bool {
        switch story.transfer.pension {
        case .destination(let handshake): handshake.phase == .reviewing || handshake.phase == .supplementing
        case .origin(let handshake):
            switch handshake.phase {
            case .checking, .onHold: true
            default: false
            }
        }
    }
}

/// What can be done to a case now: each with what it does here and at the other office.
struct DecisionTable {
    let possible: [WorkDesk.Possibility]
    let number: CaseNumber

    func html(_ say: PageLanguage) -> HTML {
        guard !possible.isEmpty else {
            return #"<p class="panel">\#(say("现在没有可办理的事项。", "There is nothing that can be done now."))</p>"#
        }
        let rows = possible.map { one -> HTML in
            let here = one.consequences.here.map { wording -> HTML in "<li>\(say(wording))</li>" }
            let there = one.consequences.atPeer.map { wording -> HTML in "<li>\(say(wording))</li>" }
            let second: HTML? =
                one.action.needsChecker
                ? #"<p class="small">\#(say("须第二人复核", "A second person checks it"))</p>"# : nil
            let name: HTML =
                ActionFields(one.action.name) == nil
                ? "\(say(one.action.title))"
                : """
                <a href="/desk/cases/\(number.text)/decide/\(one.action.name)">\(say(one.action.title))</a>
                """
            return "<tr><td>\(name)\(second)</td><td><ul>\(here)</ul></td><td><ul>\(there)</ul></td></tr>"
        }
        return """
            <h2>\(say("现在可以办理", "What can be done now"))</h2><div class="scroll" tabindex="0"><table><thead><tr>
            <th scope="col">\(say("事项", "Action"))</th><th scope="col">\(say("在本机构", "Here"))</th>
            <th scope="col">\(say("在对方机构", "At the other office"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}
