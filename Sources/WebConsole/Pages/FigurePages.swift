import Casework
import HTTPTypes
import Sheets
import TransferCore
import TransferDocuments

/// Figures for staff: bars drawn by the node, each with its table and a file to be taken along, and nothing personal.
///
/// Source: X6 of the handbook of screens.
struct FigurePages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    var routes: [Route] {
        [
            Route(.get, "/stats", access: DeskPages.access, answer: show),
            Route(.get, "/stats/{chart}", access: DeskPages.access, answer: file),
        ]
    }

    /// A table of numbers. The first column is words; the second one is drawn.
    private struct Chart {
        /// By which its file is called; part of an address.
        let name: String
        let title: String
        let headings: [String]
        let rows: [(words: String, figures: [Int?])]
    }

    private func charts(_ say: PageLanguage) async throws(Problem) -> (charts: [Chart], at: Instant) {
        let counts: StoreCounts
        let stalled: [StalledCause: Int]
        let weeks: [WeekFigures]
        let figures: CaseFigures
        let at: Instant
        do throws(WorkFault) {
            stalled = try await work.stalledCounts()
            weeks = try await work.weeks()
            (figures, at) = try await work.figures()
        } catch {
            throw Problem(error)
        }
        do throws(StoreError) { counts = try await house.desk.store.counts() } catch { throw Problem(error) }
        let number = say("件数", "Cases")
        func simple(_ name: String, _ title: String, _ rows: [(String, Int)]) -> Chart {
            Chart(name: name, title: title, headings: [title, number], rows: rows.map { ($0.0, [$0.1]) })
        }
        let phases = counts.casesByPhase.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        let causes = StalledCause.allCases.filter { (stalled[$0] ?? 0) > 0 }
        let waiting = counts.outboxByRecipient.sorted { $0.key < $1.key }
        return (
            [
                Chart(
                    name: "weeks", title: say("各周业务（周一起）", "Cases by week (from Monday)"),
                    headings: [
                        say("周", "Week"), say("新开", "Opened"), say("办结", "Completed"), say("其他结束", "Ended otherwise"),
                        say("办结平均天数", "Average days of those completed"),
                    ],
                    rows: weeks.map {
                        ($0.monday.description, [$0.opened, $0.completed, $0.endedOtherwise, $0.averageDays])
                    }),
                simple(
                    "states", say("各状态业务数", "Cases by state"),
                    phases.map { (say(CaseWords.phaseWording($0.key)), $0.value) }),
                ages(figures, say),
                legs(figures, say),
                peers(figures, say),
                simple(
                    "reasons", say("退回、暂缓与不予办理的原因", "Why cases were returned, held or refused"),
                    figures.reasons.map { (reason($0, say), $0.count) }),
                simple(
                    "causes", say("滞留原因", "Why cases are stalled"),
                    causes.map { (say($0.sentence), stalled[$0] ?? 0) }),
                simple(
                    "waiting", say("待对方回执的文书", "Documents that wait for a receipt"),
                    waiting.map { (house.name(of: $0.key, say), $0.value) }),
            ], at
        )
    }

    private func ages(_ figures: CaseFigures, _ say: PageLanguage) -> Chart {
        let rows = CaseFigures.Age.allCases.map { age in
            let first = CaseFigures.Age(rawValue: age.rawValue - 1)?.lastDay.map { $0 + 1 } ?? 0
            let words = age.lastDay.map { say("\(first)～\($0) 天", "\(first) to \($0) days") }
            let cases = CaseFigures.sum(figures.open.filter { $0.age == age })
            return (
                words ?? say("\(first) 天以上", "\(first) days and more"), [cases.count, cases.overdue] as [Int?]
            )
        }
        return Chart(
            name: "ages", title: say("在办业务已历天数", "Age of open cases"),
            headings: [say("自申请之日起", "Since the application"), say("件数", "Cases"), say("其中超期", "Of them overdue")],
            rows: rows)
    }

    private func legs(_ figures: CaseFigures, _ say: PageLanguage) -> Chart {
        let agency = house.desk.agency
        let legs = figures.legFigures(
            limits: agency.limits, calendar: agency.calendar, today: house.desk.clock.now.date)
        return Chart(
            name: "legs", title: say("各环节用时与时限（工作日）", "Working days of each leg, and its limit"),
            headings: [
                say("环节", "Leg"), say("半数不超过", "Half within"), say("九成不超过", "Nine of ten within"), say("时限", "Limit"),
                say("超时件数", "Over the limit"), say("件数", "Cases"),
            ],
            rows: legs.map { (say($0.kind.wording), [$0.median, $0.ninth, $0.limit, $0.late, $0.count]) })
    }

    private func peers(_ figures: CaseFigures, _ say: PageLanguage) -> Chart {
        let peers = Dictionary(grouping: figures.open, by: \.peer).sorted { $0.key < $1.key }
        return Chart(
            name: "peers", title: say("在办业务的对方经办机构", "Open cases by the other agency"),
            headings: [say("经办机构", "Agency"), say("在办", "Open"), say("其中超期", "Of them overdue")],
            rows: peers.map { peer, open in
                let cases = CaseFigures.sum(open)
                return (house.name(of: peer, say), [cases.count, cases.overdue] as [Int?])
            })
    }

    private func reason(_ reasons: CaseFigures.Reasons, _ say: PageLanguage) -> String {
        let code = Reason(code: reasons.code).map { say($0.sentence) } ?? reasons.code
        return "\(say(CaseWords.eventWording(reasons.event)))\(say("：", ": "))\(code)"
    }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let say = call.say
        let (charts, at) = try await charts(say)
        return house.page(
            say("统计", "Figures"), here: "/stats", call.page,
            """
            <p class="small">\(say("截至", "as of")) \(say.time(at))</p>\(charts.map { html($0, say) })
            """)
    }

    private func file(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let say = call.say
        guard let chart = try await charts(say).charts.first(where: { "\($0.name).csv" == call.parameters[0] }) else {
            throw .notFound
        }
        let roster = Roster(
            title: chart.title, unit: house.name(of: house.desk.agency.code, say), reference: chart.name,
            madeBy: call.page.visitor?.name ?? "", madeAtSeconds: Int(house.desk.clock.now.seconds),
            headings: chart.headings,
            rows: chart.rows.map { row in [row.words] + row.figures.map { $0.map { "\($0)" } ?? "" } })
        return PageHouse.attachment(
            roster.csv(), "text/csv; charset=utf-8", "\(chart.name)-\(house.desk.clock.now.date).csv")
    }

    /// Bars with their words and numbers, which a phone shows first, and the same as a table under them.
    private func html(_ chart: Chart, _ say: PageLanguage) -> HTML {
        let title = chart.title
        let drawn = chart.rows.map { ($0.words, $0.figures[0] ?? 0) }
        let hasFigures = chart.rows.contains { $0.figures.contains { ($0 ?? 0) > 0 } }
        guard hasFigures, let most = drawn.map(\.1).max() else {
            return #"<h2>\#(title)</h2><p class="panel">\#(say("没有。", "None."))</p>"#
        }
        let bars = drawn.enumerated().map { place, row -> HTML in
            let (y, width) = (place * 26, row.1 == 0 ? 0 : max(1, row.1 * 360 / max(1, most)))
            return """
                <text x="0" y="\(y + 17)">\(row.0)</text><text x="292" y="\(y + 17)" text-anchor="end">\(row.1)</text>
                <rect x="300" y="\(y + 4)" width="\(width)" height="18"></rect>
                """
        }
        let heads = chart.headings.enumerated().map { place, head -> HTML in
            let kind: HTML? = place > 0 ? #" class="number""# : nil
            return #"<th scope="col"\#(kind)>\#(head)</th>"#
        }
        let lines = chart.rows.map { row -> HTML in
            let cells = row.figures.map { figure -> HTML in
                #"<td class="number">\#(figure.map { "\($0)" } ?? "—")</td>"#
            }
            return "<tr><td>\(row.words)</td>\(cells)</tr>"
        }
        let height = drawn.count * 26 + 4
        let label = chart.headings.count > 2 ? "\(title)\(say("：", ": "))\(chart.headings[1])" : title
        return """
            <h2>\(title)</h2><div class="panel scroll"><svg role="img" aria-label="\(label)" width="664" height="\(height)" \
            viewBox="0 0 664 \(height)">\(bars)</svg>
            <details\(chart.headings.count > 2 ? " open" : nil)><summary>\(say("数据表", "As a table"))</summary>\
            <table><caption>\(label)</caption>
            <thead><tr>\(heads)</tr></thead><tbody>\(lines)</tbody></table></details>
            <p><a href="/stats/\(chart.name).csv">\(say("下载（CSV）", "Download (CSV)"))</a></p></div>
            """
    }
}

extension CaseFigures.Leg.Kind {
    fileprivate var wording: Wording {
        switch self {
        case .review: Wording(chinese: "受理审核（转入）", english: "review, as destination")
        case .reply: Wording(chinese: "等待转出地（转入）", english: "reply of the origin, as destination")
        case .origin: Wording(chinese: "核对与划款（转出）", english: "check and payment, as origin")
        case .posting: Wording(chinese: "入账办结（转入）", english: "posting, as destination")
        }
    }
}
