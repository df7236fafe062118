import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Jobs over many cases: how far each has come, what became of each case, and stopping, going on, approving and ending.
struct JobPages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    private static let shown = 200

    var routes: [Route] {
        [
            Route(.get, "/jobs", access: DeskPages.access, answer: list),
            Route(.get, "/jobs/{id}", access: DeskPages.access, query: ["after"], answer: show),
            Route(.post, "/jobs/{id}/pause", access: DeskPages.access, body: .form, answer: pause),
            Route(.post, "/jobs/{id}/resume", access: DeskPages.access, body: .form, answer: resume),
            Route(.post, "/jobs/{id}/cancel", access: DeskPages.access, body: .form, answer: cancel),
            Route(.post, "/jobs/{id}/approve", access: DeskPages.access, body: .form, answer: approve),
            Route(.post, "/jobs/{id}/decline", access: DeskPages.access, body: .form, answer: decline),
        ]
    }

    private func person(_ number: String) -> String { work.staff[number]?.name ?? number }

    private func title(_ job: Job, _ say: PageLanguage) -> String {
        guard job.work == .action, let form = try? StaffActionForm.read(job.bytes) else {
            return say(Job.Work.resend.wording)
        }
        return say(form.action.title)
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let say = call.say
        let jobs = try await house.kept { () throws(StoreError) in try await work.store.jobs(limit: 100) }
        let rows = jobs.map { job -> HTML in
            """
            <tr><td><a href="/jobs/\(Int(job.id))">\(title(job, say))</a></td><td>\(person(job.maker))</td>
            <td>\(say.time(job.at))</td><td class="number">\(job.finished) / \(job.total)</td><td>\(say(job.state.wording))</td></tr>
            """
        }
        return house.page(
            say("批量办理", "Jobs"), here: "/stalled", call.page,
            """
            <div class="scroll" tabindex="0"><table><caption>\(say("最近 100 次", "The last 100"))</caption><thead><tr>
            <th scope="col">\(say("事项", "What"))</th><th scope="col">\(say("经办人", "Maker"))</th>
            <th scope="col">\(say("时间", "Time"))</th><th scope="col">\(say("进度", "Progress"))</th>
            <th scope="col">\(say("状态", "State"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            <p><a href="/stalled">\(say("滞留处理", "Stalled"))</a></p>
            """)
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        let (caller, say) = (try call.staff, call.say)
        let after = try call.identifier("after") ?? 0
        let job: Job
        let digest: DocumentDigest
        do throws(WorkFault) {
            job = try await work.job(try call.id)
            digest = try await work.digest(of: job)
        } catch let fault {
            throw Problem(fault)
        }
        let items = try await house.kept { () throws(StoreError) in
            try await work.store.items(of: job.id, after: Int(clamping: after), limit: JobPages.shown)
        }
        var entries: [CaseNumber: CaseListEntry] = [:]
        for item in items {
            let number = item.number
            entries[number] = try await house.kept { () throws(StoreError) in try await house.store.entry(number) }
        }
        let rows = items.map { item -> HTML in
            let now = entries[item.number].map { say(CaseWords.phaseWording($0.summary.phase)) } ?? ""
            return """
                <tr><td class="number">\(item.place)</td>
                <td><a href="/desk/cases/\(item.number.text)">\(item.number.text)</a></td>
                <td>\(outcome(item, say))</td><td>\(item.result?.why.map { say(Wording(inOneText: $0)) } ?? "")</td><td>\(now)</td></tr>
                """
        }
        let next: HTML? =
            items.count == JobPages.shown
            ? items.last.map {
                #"<p><a href="/jobs/\#(Int(job.id))?after=\#($0.place)" rel="next">\#(say("下一页", "Next page"))</a></p>"#
            }
            : nil
        return house.page(
            say("批量办理：\(title(job, say))", "Job: \(title(job, say))"), here: "/stalled", call.page,
            """
            <div class="panel now"><p role="status"><strong>\(say(job.state.wording))</strong> ·
            \(say("已办 \(job.finished) / 共 \(job.total) 件", "\(job.finished) of \(job.total)"))
            <progress max="\(max(1, job.total))" value="\(job.finished)"></progress>
            <a href="/jobs/\(Int(job.id))">\(say("刷新", "Refresh"))</a></p>
            <dl class="facts"><dt>\(say("经办人", "Maker"))</dt><dd>\(person(job.maker)) \(say.time(job.at))</dd>
            <dt>\(say("复核人", "Checker"))</dt><dd>\(job.checker.map { person($0) } ?? "—")</dd>\(entered(job, say))
            <dt>\(say("摘要", "Digest"))</dt><dd><code>\(digest.text)</code></dd></dl></div>
            \(buttons(job, digest, caller, call))
            <div class="scroll" tabindex="0"><table><caption>\(say("逐件结果", "Case by case"))</caption><thead><tr>
            <th scope="col">\(say("序号", "No."))</th><th scope="col">\(say("业务编号", "Case"))</th>
            <th scope="col">\(say("结果", "Result"))</th><th scope="col">\(say("原因", "Why"))</th>
            <th scope="col">\(say("现在的状态", "State now"))</th></tr></thead><tbody>\(rows)</tbody></table></div>\(next)
            """)
    }

    /// What was entered, as whoever approves it has to read it.
    private func entered(_ job: Job, _ say: PageLanguage) -> HTML? {
        guard job.work == .action else { return nil }
        return (try? StaffActionForm.read(job.bytes)).map { EnteredWords(form: $0).html(say) }
    }

    /// Done is what has moved its case; what was left to the outbox is not said to be done.
    private func outcome(_ item: JobItem, _ say: PageLanguage) -> HTML {
        guard let outcome = item.result?.outcome else {
            return "\(item.proposal == nil ? say("未办理", "not yet") : say(Proposal.State.open.wording))"
        }
        let words = say(outcome.wording)
        switch outcome {
        case .done: return #"<span class="done">\#(words)</span>"#
        case .queued: return "\(words)"
        case .skipped: return #"<span class="soon">\#(words)</span>"#
        case .refused: return #"<span class="late">\#(words)</span>"#
        }
    }

    private func buttons(_ job: Job, _ digest: DocumentDigest, _ caller: StaffCaller, _ call: Call) -> HTML? {
        let (say, id) = (call.say, Int(job.id))
        let secret = house.secret(call.page)
        var forms: HTML = ""
        let mayStop = !caller.member.duties.isDisjoint(with: StaffDuty.makers.union([.supervisor]))
        if mayStop, job.state == .running || job.state == .proposing {
            forms += """
                <form class="inline" method="post" action="/jobs/\(id)/pause">\(secret)
                <button class="second">\(say("暂停", "Pause"))</button></form>
                """
        }
        if mayStop, job.state == .paused {
            forms += """
                <form class="inline" method="post" action="/jobs/\(id)/resume">\(secret)<button>\(say("继续", "Go on"))</button></form>
                """
        }
        if job.state == .waiting {
            if caller.member.person == job.maker {
                forms += #"<p class="panel">\#(say("您是经办人，不能复核。", "You have made it; somebody else checks it."))</p>"#
            } else if !caller.member.duties.isDisjoint(with: StaffDuty.checkers) {
                forms += """
                    <form class="panel" method="post" action="/jobs/\(id)/approve">\(secret)
                    <input type="hidden" name="digest" value="\(digest.text)">\(FreshFactor.fields(call, house))
                    <button>\(say("复核通过，办理全部 \(job.total) 件", "Approve all \(job.total)"))</button></form>
                    <form class="panel" method="post" action="/jobs/\(id)/decline">\(secret)
                    <label for="why">\(say("退回原因", "Why it is sent back"))</label>
                    <textarea id="why" name="text" rows="2" maxlength="500" required></textarea>
                    <button class="second">\(say("退回", "Send back"))</button></form>
                    """
            }
        }
        if mayStop, job.state != .done, job.state != .declined {
            forms += """
                <details class="panel"><summary>\(say("取消其余", "End it"))</summary>
                <form method="post" action="/jobs/\(id)/cancel">\(secret)
                <label for="text">\(say("原因（已办理的不受影响）", "Why (what is done stays done)"))</label>
                <textarea id="text" name="text" rows="2" maxlength="500" required></textarea>
                <button class="second">\(say("取消其余未办的", "End what is not done"))</button></form></details>
                """
        }
        return forms.isEmpty ? nil : forms
    }

    // MARK: Acting

    private func act(
        _ call: Call, _ act: (JobID, StaffCaller) async throws(WorkFault) -> Job
    ) async throws(Problem) -> Answer {
        let caller = try call.staff
        do throws(WorkFault) {
            let job = try await act(try call.id, caller)
            return PageHouse.redirect(to: "/jobs/\(job.id)")
        } catch let fault {
            throw Problem(fault)
        }
    }

    private func pause(_ call: Call) async throws(Problem) -> Answer {
        try await act(call) { (id, caller) throws(WorkFault) in try await work.pauseJob(id, true, by: caller) }
    }

    private func resume(_ call: Call) async throws(Problem) -> Answer {
        try await act(call) { (id, caller) throws(WorkFault) in try await work.pauseJob(id, false, by: caller) }
    }

    private func why(_ call: Call) throws(Problem) -> String {
        guard let text = call.form["text"], text.utf8.count <= 1_500 else {
            throw .request("text-missing", "请写明原因，至多 500 字。 Say why, in up to 500 characters.")
        }
        return text
    }

    private func cancel(_ call: Call) async throws(Problem) -> Answer {
        let text = try why(call)
        return try await act(call) { (id, caller) throws(WorkFault) in
            try await work.cancelJob(id, text: text, by: caller)
        }
    }

    private func decline(_ call: Call) async throws(Problem) -> Answer {
        let text = try why(call)
        return try await act(call) { (id, caller) throws(WorkFault) in
            try await work.declineJob(id, text: text, by: caller)
        }
    }

    private func approve(_ call: Call) async throws(Problem) -> Answer {
        guard let digest = call.form["digest"].flatMap(DocumentDigest.init(text:)) else { throw .formNotOurs }
        let cookie = try await FreshFactor.show(call, house)
        var answer = try await act(call) { (id, caller) throws(WorkFault) in
            try await work.approveJob(id, digest: digest, by: caller)
        }
        if let cookie { answer.fields[.setCookie] = cookie }
        return answer
    }
}
