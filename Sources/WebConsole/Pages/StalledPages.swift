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
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let say = call.say
        var filter = try StaffFilter.read(call.query)
        filter.limit = 200
        let counts: [StalledCause: Int]
        let found: [StalledCase]
        let money: [StalledMoney]
        do throws(WorkFault) {
            counts = try await work.stalledCounts()
            found = filter.cause == .moneyWithoutCase ? [] : try await work.stalled(filter)
            money =
                filter.cause ?? .moneyWithoutCase == .moneyWithoutCase && filter.peer == nil
                ? try await work.stalledMoney() : []
        } catch {
            throw Problem(error)
        }
        let tiles = StalledCause.allCases.compactMap { cause -> HTML? in
            guard let count = counts[cause], count > 0 else { return nil }
            return """
                <a class="tile" href="/stalled?cause=\(cause.rawValue)"><b>\(count)</b>\(say(cause.sentence))</a>
                """
        }
        let title = filter.cause.map { say($0.sentence) } ?? say("滞留处理", "Stalled")
        return house.page(
            title, here: "/stalled", call.page,
            """
            <div class="tiles">\(tiles)</div>\(peers(found, say))\(table(found, say))\(moneyTable(money, say))
            <p><a href="/stalled">\(say("全部滞留", "Everything that is stalled"))</a></p>
            """)
    }

    private func peers(_ found: [StalledCase], _ say: PageLanguage) -> HTML? {
        let byPeer = Dictionary(grouping: found, by: \.peer).sorted { $0.key < $1.key }
        guard byPeer.count > 1 else { return nil }
        let items = byPeer.map { peer, cases -> HTML in
            #"<a class="tile" href="/stalled?peer=\#(peer.text)"><b>\#(cases.count)</b>\#(house.name(of: peer, say))</a>"#
        }
        return "<h2>\(say("按对方机构", "By the other office"))</h2><div class=\"tiles\">\(items)</div>"
    }

    private func table(_ found: [StalledCase], _ say: PageLanguage) -> HTML {
        let rows = found.map { stalled -> HTML in
            let late: HTML? =
                stalled.workingDaysLate > 0
                ? """
                <span class="mark late">\(say("超期 \(stalled.workingDaysLate) 个工作日", "\(stalled.workingDaysLate) days late"))</span>
                """ : nil
            return """
                <tr><td><a href="/stalled/\(stalled.number.text)">\(stalled.number.text)</a></td>
                <td>\(say(stalled.cause.sentence))</td><td>\(house.name(of: stalled.peer, say))</td>
                <td>\(say(CaseWords.holderWording(stalled.holder)))</td><td>\(say.time(stalled.since)) \(late)</td>
                <td>\(level(stalled.level, say))</td></tr>
                """
        }
        return """
            <div class="scroll"><table><caption>\(say("共 \(found.count) 件", "\(found.count) in all"))</caption><thead><tr>
            <th scope="col">\(say("业务", "Case"))</th><th scope="col">\(say("原因", "Cause"))</th>
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
            <td>\(say.day(one.line.line.bookedOn))</td><td>\(one.line.why)</td><td class="number">\(one.workingDays)</td></tr>
            """
        }
        return """
            <h2>\(say("银行流水无对应业务", "Bank lines without a case"))</h2><div class="scroll"><table><thead><tr>
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
            return house.page(
                say("没有滞留", "Not stalled"), here: "/stalled", call.page,
                """
                \(house.head(of: view, say))<p class="panel">\(say("此件在正常办理中。", "The case goes on by itself."))
                <a href="/desk/cases/\(number.text)">\(say("查看", "See it"))</a></p>
                """)
        }
        let also = stalled.alsoBecause.map { one -> HTML in "<li>\(say(one.cause.sentence)) \(one.detail ?? "")</li>" }
        return house.page(
            say("滞留：\(number.text)", "Stalled: \(number.text)"), here: "/stalled", call.page,
            """
            <div class="panel"><p><span class="mark late">\(say("滞留", "Stalled"))</span>
            <strong>\(say(stalled.cause.sentence))</strong> \(stalled.detail ?? "")</p><ul>\(also)</ul>
            <p>\(say("须由谁办：", "Who has to act: "))\(say(CaseWords.holderWording(stalled.holder)))
            · \(say("上报：", "escalated: "))\(level(stalled.level, say))</p></div>
            \(house.head(of: view, say))\(DecisionTable(possible: possible, number: number).html(say))
            \(attempts(view, say))
            <form method="post" action="/desk/cases/\(number.text)/resend">\(house.secret(call.page))
            <button class="second">\(say("立即再送待回执文书", "Send what has no receipt again now"))</button>
            <a class="button second" href="/desk/cases/\(number.text)">\(say("查看全部", "See all of it"))</a></form>
            """)
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
                <td>\(delivery.deliveredAt.map { say.time($0) })</td><td>\(delivery.lastError ?? "")</td></tr>
                """
        }
        guard !rows.isEmpty else { return nil }
        return """
            <h2>\(say("送达情况", "Deliveries"))</h2><div class="scroll"><table><thead><tr>
            <th scope="col">\(say("文书", "Document"))</th><th scope="col">\(say("收件方", "To"))</th>
            <th scope="col">\(say("失败次数", "Failures"))</th><th scope="col">\(say("送达", "Delivered"))</th>
            <th scope="col">\(say("对方原话", "The peer's own words"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            """
    }
}
