import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages of clerks: what is due first, and one case with everything that is known of it.
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
        ] + DecidePages(house: house, work: work).routes + WorklistPages(house: house, work: work).routes
            + FindPages.staff(house).routes
    }

    // MARK: One case

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (view, say) = (try await work.view(call), call.say)
        let number = view.opening.number
        let assignments = try await house.kept { () throws(StoreError) in
            try await work.store.assignments(of: number)
        }
        let assignment = assignments.last
        let claims = assignments.map { (at: $0.at, words: words(of: $0, say)) }
        let stalled: StalledCase?
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
        let decide: HTML? =
            call.mayAct
            ? #"<p class="actions"><a class="button" href="/desk/cases/\#(number.text)/decide">\#(say("办理", "Decide"))</a></p>"#
            : nil
        return house.page(
            say("业务 \(number.text)", "Case \(number.text)"), here: "/desk", call.page,
            """
            \(house.head(of: view, say))\(badge)\(assigned(assignment, number, call))\(decide)
            \(facts(view, call))\(legs(view, say))\(documents(view, say))\(house.timeline(view, besides: claims, say))
            \(try await house.requestPanel(of: view, call))
            """)
    }

    /// Who took the case, gave it on, or left it.
    private func words(of assignment: Assignment, _ say: PageLanguage) -> String {
        func name(_ person: String) -> String { work.staff[person]?.name ?? person }
        switch (assignment.person, assignment.by) {
        case (let person?, let by) where person == by: return say("\(name(by)) 领取", "\(name(by)) took the case")
        case (let person?, let by):
            return say("\(name(by)) 转交给 \(name(person))", "\(name(by)) handed the case over to \(name(person))")
        case (nil, Assignment.idle):
            return say("领取后长时间无操作，自动释放", "Nothing was done about the claim: the case is free again")
        case (nil, let by): return say("\(name(by)) 释放", "\(name(by)) left the case to others")
        }
    }

    private func assigned(_ assignment: Assignment?, _ number: CaseNumber, _ call: Call) -> HTML {
        let say = call.say
        guard let person = assignment?.person else {
            guard call.mayAct else { return "<p>\(say("尚无人领取。", "Nobody sees to it."))</p>" }
            return """
                <form method="post" action="/desk/cases/\(number.text)/claim">\(house.secret(call.page))
                <p>\(say("尚无人领取。领取后 \(work.claimMinutes) 分钟无操作自动释放。",
                    "Nobody sees to it. A claim ends after \(work.claimMinutes) minutes in which nothing is done."))
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

    private func facts(_ view: CaseView, _ call: Call) -> HTML {
        let (opening, say) = (view.opening, call.say)
        let reveal: HTML? =
            call.mayAct
            ? #"<a href="\#(RevealPages.address(opening.number))">\#(say("显示证件号码", "Show the number"))</a>"# : nil
        return """
            <div class="panel"><dl class="facts">
            <dt>\(say("参保人员", "Insured person"))</dt><dd>\(view.person?.maskedName ?? "") \(opening.residentID.description)
            \(reveal)</dd>
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
        do throws(WorkFault) { _ = try await work.claim(number, by: caller) } catch {
            guard case .seenToBy(let person) = error else { throw Problem(error) }
            return taken(number, by: work.staff[person]?.name ?? person, call)
        }
        return PageHouse.redirect(to: "/desk/cases/\(number)")
    }

    /// Somebody else was faster: who has it.
    private func taken(_ number: CaseNumber, by name: String, _ call: Call) -> Answer {
        let say = call.say
        return house.page(
            say("此件已有人领取", "Somebody has claimed it"), status: .conflict, here: "/desk", call.page,
            """
            <div class="panel now"><p><strong>\(say("已由 \(name) 领取，您没有领取。", "\(name) sees to it; it is not yours."))</strong></p>
            <p class="actions"><a class="button" href="/desk/cases/\(number.text)">\(say("查看此件", "Look at it"))</a>
            <a class="button second" href="/desk?who=free">\(say("无人领取的业务", "What nobody has claimed"))</a></p></div>
            """)
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
}
