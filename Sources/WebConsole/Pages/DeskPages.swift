import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages of clerks: what is due first, one case with everything that is known of it, and deciding.
struct DeskPages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    static let access = Route.Access.visitors([.staff])
    var routes: [Route] {
        let path = "/desk/cases/{number}"
        return [
            Route(.get, path, access: DeskPages.access, answer: show),
            Route(.post, "\(path)/claim", access: DeskPages.access, body: .form, answer: claim),
            Route(.post, "\(path)/hand-over", access: DeskPages.access, body: .form, answer: handOver),
            Route(.post, "\(path)/resend", access: DeskPages.access, body: .form, answer: resend),
            Route(.get, "\(path)/decide", access: DeskPages.access, answer: choose),
            Route(.get, "\(path)/decide/{action}", access: DeskPages.access, answer: prepare),
            Route(.post, "\(path)/decide/{action}", access: DeskPages.access, body: .form, answer: propose),
        ] + WorklistPages(house: house, work: work).routes + FindPages.staff(house).routes
    }

    // MARK: One case

    private func view(_ call: Call) async throws(Problem) -> CaseView {
        _ = try call.staff
        guard let number = CaseNumber(call.parameters[0]) else { throw .notFound }
        do throws(WorkFault) { return try await work.view(of: number) } catch { throw Problem(error) }
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await view(call), call.say)
        let number = view.opening.number
        let assignment: Assignment?
        let stalled: StalledCase?
        do throws(StoreError) { assignment = try await work.store.assignment(of: number) } catch {
            throw Problem(error)
        }
        let awaited: NewEffect.Kind?
        do throws(WorkFault) {
            stalled = try await work.judge(view)
            awaited = try await work.awaitedDecision(of: view)
        } catch {
            throw Problem(error)
        }
        // What only waits for a decision in its time is not called stuck.
        let badge: HTML? =
            stalled.map { stalled in
                """
                <p class="panel"><span class="mark late">\(say("滞留", "Stalled"))</span> \(say(stalled.cause.sentence))
                <a href="/stalled/\(number.text)">\(say("处理", "See to it"))</a></p>
                """
            }
            ?? awaited.map { kind in
                """
                <p class="panel">\(WaitingMark.html(say)) \(say(kind.wording))</p>
                """
            }
        return house.page(
            say("业务 \(number.text)", "Case \(number.text)"), here: "/desk", call.page,
            """
            \(house.head(of: view, say))\(badge)\(assigned(assignment, number, call))
            <p class="actions"><a class="button" href="/desk/cases/\(number.text)/decide">\(say("办理", "Decide"))</a></p>
            \(facts(view, say))\(legs(view, say))\(documents(view, say))\(house.timeline(view, say))
            \(try await house.requestPanel(of: view, call))
            """)
    }

    private func assigned(_ assignment: Assignment?, _ number: CaseNumber, _ call: Call) -> HTML {
        let say = call.say
        guard let person = assignment?.person else {
            return """
                <form method="post" action="/desk/cases/\(number.text)/claim">\(house.secret(call.page))
                <p>\(say("尚无人领取。", "Nobody sees to it."))
                <button class="second">\(say("领取", "Claim"))</button></p></form>
                """
        }
        let name = work.staff[person]?.name ?? person
        let own = call.page.visitor?.token.member
        let isOwn = person == own?.person
        let words = isOwn ? say("由您领取。", "You see to it.") : say("由 \(name) 领取。", "\(name) sees to it.")
        guard isOwn || own?.duties.contains(.supervisor) == true else { return "<p>\(words)</p>" }
        let duties: Set<StaffDuty> = [.clerk, .resolver, .supervisor]
        let others = work.staff.values
            .filter { $0.person != person && !$0.duties.isDisjoint(with: duties) }
            .sorted { $0.person < $1.person }
            .map { member -> HTML in #"<option value="\#(member.person)">\#(member.name)</option>"# }
        return """
            <form method="post" action="/desk/cases/\(number.text)/hand-over">\(house.secret(call.page))<p>\(words)
            <label class="inline" for="person">\(say("转交给", "Hand over to"))</label>
            <select id="person" name="person"><option value="">\(say("无人（释放）", "nobody (release)"))</option>\(others)</select>
            <button class="second">\(say("转交", "Hand over"))</button></p></form>
            """
    }

    private func facts(_ view: CaseView, _ say: PageLanguage) -> HTML {
        let opening = view.opening
        return """
            <div class="panel"><dl class="facts">
            <dt>\(say("参保人员", "Insured person"))</dt><dd>\(view.person?.maskedName ?? "") \(opening.residentID.description)
            <a href="\(RevealPages.address(opening.number))">\(say("显示证件号码", "Show the number"))</a></dd>
            <dt>\(say("转出地", "Origin"))</dt><dd>\(house.name(of: opening.origin, say))</dd>
            <dt>\(say("转入地", "Destination"))</dt><dd>\(house.name(of: opening.destination, say))</dd>
            <dt>\(say("立案", "Opened"))</dt><dd>\(say.time(opening.openedAt))</dd>
            <dt>\(say("已划转养老资金", "Pension money moved"))</dt><dd>\(view.pensionMoved.description)</dd>
            <dt>\(say("版本", "Version"))</dt><dd>\(view.file.events.count)</dd></dl></div>
            """
    }

    private func legs(_ view: CaseView, _ say: PageLanguage) -> HTML {
        let rows = view.story.transfer.legs.map { leg -> HTML in
            """
            <tr><td>\(say(CaseWords.branchWording(leg.branch)))</td><td>\(say(CaseWords.phaseWording(leg.phase)))</td>
            <td>\(say(CaseWords.holderWording(leg.holder)))</td></tr>
            """
        }
        return """
            <h2>\(say("分项", "Branches and questions"))</h2><div class="scroll" tabindex="0"><table><thead><tr>
            <th scope="col">\(say("险种", "Branch"))</th><th scope="col">\(say("状态", "State"))</th>
            <th scope="col">\(say("当前经手", "Who has it"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private func documents(_ view: CaseView, _ say: PageLanguage) -> HTML? {
        guard !view.file.documents.isEmpty else { return nil }
        let rows = view.file.documents.map { document -> HTML in
            let state: HTML =
                document.isRefused
                ? #"<span class="late">\#(say("被拒收", "refused"))</span>"#
                : document.receipt == nil ? "\(say("待回执", "no receipt yet"))" : "\(say("已回执", "receipt"))"
            let paper: HTML? = PaperPages.address(of: document, in: view.opening.number).map { address in
                "<a href=\"\(address)\">PDF</a>"
            }
            return """
                <tr><td>\(say.time(document.at))</td><td>\(say(CaseWords.documentWording(document.kind)))</td>
                <td>\(house.name(of: document.sender, say))</td><td>\(state)</td>
                <td><code>\(String(document.digest.hex.prefix(12)))</code></td><td>\(paper)</td></tr>
                """
        }
        return """
            <h2>\(say("文书", "Documents"))</h2><div class="scroll" tabindex="0"><table><thead><tr>
            <th scope="col">\(say("时间", "Time"))</th><th scope="col">\(say("文书", "Document"))</th>
            <th scope="col">\(say("发出方", "From"))</th><th scope="col">\(say("回执", "Receipt"))</th>
            <th scope="col">\(say("摘要", "Digest"))</th><th scope="col">\(say("打印", "Print"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    private func claim(_ call: Call) async throws(Problem) -> Answer {
        let (number, caller) = (try call.caseNumber, try call.staff)
        do throws(WorkFault) { _ = try await work.claim(number, by: caller) } catch { throw Problem(error) }
        return PageHouse.redirect(to: "/desk/cases/\(number)")
    }

    /// To a colleague, or to nobody.
    private func handOver(_ call: Call) async throws(Problem) -> Answer {
        let (number, caller) = (try call.caseNumber, try call.staff)
        do throws(WorkFault) {
            _ = try await work.handOver(number, to: call.form["person"], by: caller)
        } catch {
            throw Problem(error)
        }
        return PageHouse.redirect(to: "/desk/cases/\(number)")
    }

    private func resend(_ call: Call) async throws(Problem) -> Answer {
        let (number, caller) = (try call.caseNumber, try call.staff)
        do throws(WorkFault) { _ = try await work.resend(number, by: caller) } catch { throw Problem(error) }
        return PageHouse.redirect(to: "/stalled/\(number)")
    }

    // MARK: Deciding

    private func choose(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await view(call), call.say)
        let number = view.opening.number
        let possible: [WorkDesk.Possibility]
        do throws(WorkFault) {
            possible = try await work.possibilities(among: ActionFields.examples, on: number)
        } catch {
            throw Problem(error)
        }
        return house.page(
            say("办理 \(number.text)", "Decide \(number.text)"), here: "/desk", call.page,
            "\(house.head(of: view, say))\(DecisionTable(possible: possible, number: number).html(say))")
    }

    private func prepare(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await view(call), call.say)
        guard let fields = ActionFields(call.parameters[1]) else { throw .notFound }
        return form(fields, [], view, call, say)
    }

    private func form(
        _ fields: ActionFields, _ faults: [FormFault], _ view: CaseView, _ call: Call, _ say: PageLanguage
    ) -> Answer {
        let number = view.opening.number
        let title = ActionFields.examples.first { $0.name == fields.name }.map { say($0.title) } ?? fields.name
        return house.page(
            (faults.isEmpty ? "" : say("错误：", "Error: ")) + title,
            status: faults.isEmpty ? .ok : .unprocessableContent, here: "/desk", call.page,
            """
            \(ApplicationFields.summary(faults, say))\(house.head(of: view, say))
            <form class="panel" method="post" action="/desk/cases/\(number.text)/decide/\(fields.name)">
            \(house.secret(call.page))<input type="hidden" name="version" value="\(view.file.events.count)">
            \(fields.inputs(say))<button>\(say("提交复核", "Hand to the checker"))</button>
            <a class="button second" href="/desk/cases/\(number.text)/decide">\(say("返回", "Back"))</a></form>
            """)
    }

    /// Somebody else was here meanwhile: who, when and what, and the words that were entered, so that they are not lost.
    private func movedOn(_ view: CaseView, _ call: Call) -> Answer {
        let (say, number) = (call.say, view.opening.number.text)
        let last = view.file.events.last
        let actor = last.map { event in
            event.actor.hasPrefix("staff:")
                ? work.staff[String(event.actor.dropFirst(6))].map { MaskedName.of($0.name) } ?? event.actor
                : CaseWords.actor(event.actor)
        }
        return house.page(
            say("此件已被他人办理", "Somebody else has been here"), status: .conflict, here: "/desk", call.page,
            """
            <div class="panel now"><p><strong>\(say("您打开之后此件已有变动，没有办理。", "The case has moved on; nothing was done."))</strong></p>
            <p>\(last.map { say.time($0.at) }) \(actor ?? "") \(last.map { say(CaseWords.eventWording($0.name)) } ?? "")</p>
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
            case .desk(.faulty(let faults)): return form(fields, faults, try await view(call), call, call.say)
            case .movedOn, .desk(.store(.caseMovedOn)): return movedOn(try await view(call), call)
            default: throw Problem(error)
            }
        }
        let id = proposed.proposal?.id
        return PageHouse.redirect(to: id.map { "/review/\($0)" } ?? "/desk/cases/\(number)")
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
