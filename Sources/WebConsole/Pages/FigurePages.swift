import Casework
import HTTPTypes
import TransferCore
import TransferDocuments

/// Figures for staff: bars drawn by the node, each with its table, and nothing personal.
struct FigurePages: Sendable {
    let house: PageHouse
    let work: WorkDesk

    var routes: [Route] { [Route(.get, "/stats", access: DeskPages.access, answer: show)] }

    private func show(_ call: Call) async throws(Problem) -> Answer {
        _ = try call.staff
        let say = call.say
        let counts: StoreCounts
        let stalled: [StalledCause: Int]
        let at: Instant
        do throws(WorkFault) {
            (counts, at) = try await work.counts()
            stalled = try await work.stalledCounts()
        } catch {
            throw Problem(error)
        }
        let phases = counts.casesByPhase.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { (say(CaseWords.phaseWording($0.key)), $0.value) }
        let causes = StalledCause.allCases.compactMap { cause in stalled[cause].map { (say(cause.sentence), $0) } }
            .filter { $0.1 > 0 }
        let waiting = counts.outboxByRecipient.sorted { $0.key < $1.key }
            .map { (house.name(of: $0.key, say), $0.value) }
        return house.page(
            say("统计", "Figures"), here: "/stats", call.page,
            """
            <p class="small">\(say("截至", "as of")) \(say.time(at))</p>
            \(chart(say("各状态业务数", "Cases by state"), phases, say))
            \(chart(say("滞留原因", "Why cases are stalled"), causes, say))
            \(chart(say("待对方回执的文书", "Documents that wait for a receipt"), waiting, say))
            """)
    }

    /// Bars with their words and numbers, which a phone shows first, and the same as a table under them.
    private func chart(_ title: String, _ rows: [(String, Int)], _ say: PageLanguage) -> HTML {
        guard let most = rows.map(\.1).max(), most > 0 else {
            return #"<h2>\#(title)</h2><p class="panel">\#(say("没有。", "None."))</p>"#
        }
        let bars = rows.enumerated().map { place, row -> HTML in
            let (y, width) = (place * 26, max(1, row.1 * 360 / most))
            return """
                <text x="0" y="\(y + 17)">\(row.0)</text><text x="292" y="\(y + 17)" text-anchor="end">\(row.1)</text>
                <rect x="300" y="\(y + 4)" width="\(width)" height="18"></rect>
                """
        }
        let lines = rows.map { row -> HTML in "<tr><td>\(row.0)</td><td class=\"number\">\(row.1)</td></tr>" }
        let height = rows.count * 26 + 4
        return """
            <h2>\(title)</h2><div class="panel scroll"><svg role="img" aria-label="\(title)" width="664" height="\(height)" \
            viewBox="0 0 664 \(height)">\(bars)</svg>
            <details><summary>\(say("数据表", "As a table"))</summary><table><caption>\(title)</caption>
            <tbody>\(lines)</tbody></table></details></div>
            """
    }
}
