import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// The pages of those who see to what is stuck: all of it by cause and by peer, and one case with its attempts.
///
/// The counts are those of the metric `jiexu_stalled_cases`, made by the same function.
struct StalledPages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    var routes: [Route] {
        [
            Route(
                .get, "/stalled", access: DeskPages.access, query: ["cause", "peer", "level", "after"], answer: list),
            Route(.get, "/stalled/{number}", access: DeskPages.access, answer: show),
        ] + BulkPages(house: house, work: work, of: .stalled).routes + JobPages(house: house, work: work).routes
    }

    private static let pageSize = 100

    private func list(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let say = call.say
        var filter = try StaffFilter.read(call.query)
        filter.limit = StalledPages.pageSize
        let board: StalledBoard
        let at: Instant
        do throws(WorkFault) { (board, at) = try await work.stalledBoard() } catch { throw Problem(error) }
        let found = filter.cause == .moneyWithoutCase ? [] : board.cases(filter)
        let money =
            filter.cause ?? .moneyWithoutCase == .moneyWithoutCase && filter.peer == nil && filter.after == nil
            ? board.money : []
        let tiles = StalledCause.allCases.compactMap { cause -> HTML? in
            guard let count = board.counts[cause], count > 0 else { return nil }
            return """
                <a class="tile" href="/stalled?cause=\(cause.rawValue)"><b>\(count)</b>\(say(cause.sentence))</a>
                """
        }
        let title = filter.cause.map { say($0.sentence) } ?? say("滞留处理", "Stalled")
        let all = board.counts.values.reduce(0, +)
        let total = board.count(filter)
        let next: HTML? =
            found.count == filter.limit
            ? found.last.map { last in
                #"<p class="actions"><a href="\#(StalledPages.address(filter, after: last.number))" rel="next" accesskey="n">\#(say("下一页", "Next page"))</a></p>"#
            } : nil
        return house.page(
            title, here: "/stalled", call.page,
            """
            <p class="tabs"><a href="/stalled">\(say("全部滞留（\(all)）", "Everything that is stalled (\(all))"))</a>
            <a href="/jobs">\(say("批量办理记录", "Jobs"))</a>
            <span class="small">\(say("截至", "as of")) \(say.time(at))</span></p>
            <div class="tiles">\(tiles)</div>\(peers(board, filter, say))
            \(chosen(found, total, filter, call))\(next)\(moneyTable(money, say))
            """)
    }

    private static func address(_ filter: WorkDesk.StalledFilter, after number: CaseNumber?) -> String {
        var parts: [String] = []
        if let cause = filter.cause { parts.append("cause=\(cause.rawValue)") }
        if let peer = filter.peer { parts.append("peer=\(peer)") }
        if let level = filter.level { parts.append("level=\(level)") }
        if let number { parts.append("after=\(number)") }
        return parts.isEmpty ? "/stalled" : "/stalled?" + parts.joined(separator: "&")
    }

    private func peers(_ board: StalledBoard, _ filter: WorkDesk.StalledFilter, _ say: PageLanguage) -> HTML? {
        guard board.byPeer.count > 1 else { return nil }
        let counts = board.counts(ofEachPeer: filter)
        let items = board.byPeer.keys.sorted().map { peer -> HTML in
            var narrowed = filter
            narrowed.peer = peer
            narrowed.after = nil
            return """
                <a class="tile" href="\(StalledPages.address(narrowed, after: nil))"><b>\(counts[peer] ?? 0)</b>\(house.name(of: peer, say))</a>
                """
        }
        return "<h2>\(say("按对方机构", "By the other office"))</h2><div class=\"tiles\">\(items)</div>"
    }

    /// The list, of which cases can be chosen, with what can be done to many.
    private func chosen(
        _ found: [StalledCase], _ total: Int, _ filter: WorkDesk.StalledFilter, _ call: Call
    ) -> HTML {
        let say = call.say
        let duties = call.page.visitor?.duties ?? []
        guard !found.isEmpty, !duties.isDisjoint(with: StaffDuty.makers) else {
            return table(found, total, isChosen: false, say)
        }
        let options = BulkPages.actions(say).map { option -> HTML in
            #"<option value="\#(option.0)">\#(option.1)</option>"#
        }
        let hidden = [
            ("cause", filter.cause?.rawValue), ("peer", filter.peer?.text), ("level", filter.level.map(String.init)),
        ].compactMap { field -> HTML? in
            field.1.map { #"<input type="hidden" name="\#(field.0)" value="\#($0)">"# }
        }
        return """
            <form method="post" action="/stalled/prepare">\(house.secret(call.page))\(hidden)
            \(table(found, total, isChosen: true, say))
            <div class="panel"><label for="work">\(say("批量办理", "Do to many"))</label>
            <select id="work" name="work">\(options)</select>
            <p class="choice"><input type="radio" id="scope-ticked" name="scope" value="ticked" checked>
            <label for="scope-ticked">\(say("勾选的业务", "What is ticked"))</label></p>
            <p class="choice"><input type="radio" id="scope-all" name="scope" value="all">
            <label for="scope-all">\(say("符合当前筛选的全部 \(total) 件", "All \(total) of this filter"))</label></p>
            <button>\(say("下一步：先试办，不作改变", "Next: try it first, nothing is changed"))</button></div></form>
            """
    }

    private func table(_ found: [StalledCase], _ total: Int, isChosen: Bool, _ say: PageLanguage) -> HTML {
        let rows = found.map { stalled -> HTML in
            let late: HTML? =
                stalled.workingDaysLate > 0
                ? """
                <span class="mark late">\(say("超期 \(stalled.workingDaysLate) 个工作日", "\(stalled.workingDaysLate) days late"))</span>
                """ : nil
            let box: HTML? =
                isChosen
                ? """
                <td><input type="checkbox" name="case" value="\(stalled.number.text)" \
                aria-label="\(say("选择 \(stalled.number)", "Choose \(stalled.number)"))"></td>
                """ : nil
            return """
                <tr>\(box)<td><a href="/stalled/\(stalled.number.text)">\(stalled.number.text)</a></td>
                <td>\(say(stalled.cause.sentence))</td><td>\(house.name(of: stalled.peer, say))</td>
                <td>\(say(CaseWords.holderWording(stalled.holder)))</td><td>\(say.time(stalled.since)) \(late)</td>
                <td>\(level(stalled.level, say))</td></tr>
                """
        }
        let choice: HTML? = isChosen ? #"<th scope="col">\#(say("选择", "Choose"))</th>"# : nil
        let caption =
            found.count < total
            ? say("共 \(total) 件，本页 \(found.count) 件", "\(total) in all, \(found.count) on this page")
            : say("共 \(total) 件", "\(total) in all")
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption><thead><tr>
            \(choice)<th scope="col">\(say("业务", "Case"))</th><th scope="col">\(say("原因", "Cause"))</th>
            <th scope="col">\(say("对方机构", "Other office"))</th><th scope="col">\(say("须由谁办", "Who has to act"))</th>
            <th scope="col">\(say("自", "Since"))</th><th scope="col">\(say("上报", "Escalated"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    private func level(_ level: Int, _ say: PageLanguage) -> String {
        switch level {
        case 1: say("本机构主管", "our supervisor")
        case 2: say("上级机构", "superior agency")
        default: "-"
        }
    }

    private func moneyTable(_ money: [StalledMoney], _ say: PageLanguage) -> HTML? {
        guard !money.isEmpty else { return nil }
        let rows = money.map { one -> HTML in
            """
            <tr><td>\(one.line.line.reference)</td><td class="number">\(one.line.line.amount.description)</td>
            <td>\(say.day(one.line.line.bookedOn))</td><td>\(say(one.line.wording))</td><td class="number">\(one.workingDays)</td></tr>
            """
        }
        return """
            <h2>\(say("银行流水无对应业务", "Bank lines without a case"))</h2><div class="scroll" tabindex="0"><table><thead><tr>
            <th scope="col">\(say("银行流水号", "Reference"))</th><th scope="col">\(say("金额（元）", "Yuan"))</th>
            <th scope="col">\(say("记账日", "Booked on"))</th><th scope="col">\(say("原因", "Why"))</th>
            <th scope="col">\(say("工作日", "Working days"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }

    // MARK: One of them

    private func show(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let (number, say) = (try call.caseNumber, call.say)
        let view: CaseView
        let stalled: StalledCase?
        var possible: [WorkDesk.Possibility] = []
        do throws(WorkFault) {
            view = try await work.view(of: number)
            stalled = try await work.judge(view)
            if let stalled { possible = try await work.possibilities(for: stalled, in: view) }
        } catch {
            throw Problem(error)
        }
        guard let stalled else {
            let awaited: Wording
            let isDecision: Bool
            do throws(WorkFault) {
                awaited = try await work.awaited(of: view)
                isDecision = try await work.awaitedDecision(of: view) != nil
            } catch {
                throw Problem(error)
            }
            let words: HTML = "\(isDecision ? WaitingMark.html(say) : nil) \(say(awaited))"
            return house.page(
                say("没有滞留", "Not stalled"), here: "/stalled", call.page,
                """
                \(house.head(of: view, say))<p class="panel">\(words)
                <a href="/desk/cases/\(number.text)">\(say("查看", "See it"))</a></p>
                """)
        }
        let also = stalled.alsoBecause.map { one -> HTML in
            "<li>\(say(one.cause.sentence)) \(detail(one.detail, of: one.cause, say))</li>"
        }
        return house.page(
            say("滞留：\(number.text)", "Stalled: \(number.text)"), here: "/stalled", call.page,
            """
            <div class="panel"><p><span class="mark late">\(say("滞留", "Stalled"))</span>
            <strong>\(say(stalled.cause.sentence))</strong> \(detail(stalled.detail, of: stalled.cause, say))</p><ul>\(also)</ul>
            <p>\(say("须由谁办：", "Who has to act: "))\(say(CaseWords.holderWording(stalled.holder)))
            · \(say("上报：", "escalated: "))\(level(stalled.level, say))</p></div>
            \(house.head(of: view, say))\(DecisionTable(possible: possible, number: number).html(say))
            \(attempts(view, say))\(try await history(view, say))
            \(call.mayAct ? acts(number, call) : nil)
            <p><a class="button second" href="/desk/cases/\(number.text)">\(say("查看全部", "See all of it"))</a></p>
            """)
    }

    /// What can be done at once, whatever the cause.
    private func acts(_ number: CaseNumber, _ call: Call) -> HTML {
        """
        <form method="post" action="/desk/cases/\(number.text)/resend">\(house.secret(call.page))
        <button class="second">\(call.say("立即再送待回执文书", "Send what has no receipt again now"))</button>
        <a class="button second" href="/desk/cases/\(number.text)/decide/ask">\(call.say("向对方查询", "Ask the other office"))</a></form>
        """
    }

    private func detail(_ detail: String?, of cause: StalledCause, _ say: PageLanguage) -> String {
        detail.map { say(cause.wording(of: $0)) } ?? ""
    }

    /// Each attempt that failed, as long as it is kept: when, of which document, and how.
    private func history(_ view: CaseView, _ say: PageLanguage) async throws(Problem) -> HTML? {
        let number = view.opening.number
        let histories = try await house.kept { () throws(StoreError) in
            try await house.store.deliveryAttempts(of: number)
        }.filter { !$0.attempts.isEmpty }
        guard !histories.isEmpty else { return nil }
        let rows = histories.flatMap { history in
            let kind = view.file.documents.first {
                $0.sequence == history.sequence && $0.sender == view.opening.ownCode
            }?.kind
            return history.attempts.suffix(20).reversed().map { attempt -> HTML in
                """
                <tr><td>\(say.time(attempt.at))</td><td>\(kind.map { say(CaseWords.documentWording($0)) } ?? "")</td>
                <td class="number">\(history.failedAttempts)</td>
                <td>\(say(DeliveryWords.wording(of: attempt.code))) <code>\(attempt.code)</code></td></tr>
                """
            }
        }
        return """
            <h2>\(say("历次送达", "Every attempt"))</h2><div class="scroll" tabindex="0"><table><caption>\(say(
                "每份文书最近 20 次未成功的送达", "The last 20 failed attempts of each document"))</caption><thead><tr>
            <th scope="col">\(say("时间", "Time"))</th><th scope="col">\(say("文书", "Document"))</th>
            <th scope="col">\(say("未成功共计", "Failures in all"))</th><th scope="col">\(say("结果", "Result"))</th></tr></thead>
            <tbody>\(rows)</tbody></table></div>
            """
    }

    /// What was sent and did not get a receipt, with the peer's own words.
    private func attempts(_ view: CaseView, _ say: PageLanguage) -> HTML? {
        let rows = view.deliveries.filter { $0.attempts > 0 || $0.deliveredAt == nil }.map { delivery -> HTML in
            let kind = view.file.documents.first {
                $0.sequence == delivery.sequence && $0.recipient == delivery.recipient
            }
            return """
                <tr><td>\(kind.map { say(CaseWords.documentWording($0.kind)) } ?? "")</td>
                <td>\(house.name(of: delivery.recipient, say))</td><td class="number">\(delivery.attempts)</td>
                <td>\(delivery.deliveredAt.map { say.time($0) })</td>
                <td>\(delivery.lastError.map { Quotation(delivery: $0).html(say) })</td></tr>
                """
        }
        guard !rows.isEmpty else { return nil }
        return """
            <h2>\(say("送达情况", "Deliveries"))</h2><div class="scroll" tabindex="0"><table><thead><tr>
            <th scope="col">\(say("文书", "Document"))</th><th scope="col">\(say("收件方", "To"))</th>
            <th scope="col">\(say("失败次数", "Failures"))</th><th scope="col">\(say("送达", "Delivered"))</th>
            <th scope="col">\(say("原因与对方原话", "Why, and the peer's own words"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}
