import Casework
import Sheets
import TransferCore

/// The rows of a batch, a page at a time: what each is, what is wrong with it, and whether it is to be sent.
struct BatchTable {
    let batch: Batch
    let call: Call
    /// The hidden field of forms.
    let secret: HTML?

    /// What a page shows; a form has no more fields than this twice.
    static let shown = 90

    private var say: PageLanguage { call.say }

    func html() throws(Problem) -> HTML {
        let onlyFaults = call.query["show"] == "faults"
        let all = onlyFaults ? batch.sheet.rows.filter { isFaulty($0) } : batch.sheet.rows
        let pages = max(1, (all.count + BatchTable.shown - 1) / BatchTable.shown)
        var page = 1
        if let text = call.query["page"] {
            guard text.utf8.count <= 6, let number = Int(text), (1...pages).contains(number) else { throw .notFound }
            page = number
        }
        let rows = all.dropFirst((page - 1) * BatchTable.shown).prefix(BatchTable.shown)
        let canChoose = !batch.heading.isBeingSent && rows.contains { canBeChosen($0) }
        let caption = say(
            "第 \(page) 页，共 \(pages) 页；行号是文件中的行号", "Page \(page) of \(pages); rows as the file numbers them")
        let choice: HTML? =
            canChoose
            ? """
            <p class="actions"><button class="second">\(say("保存勾选", "Keep what is ticked"))</button>
            <span class="small">\(say("勾选的才提交；换页前请先保存。", "What is ticked is sent; keep it before you turn the page."))</span></p>
            """ : nil
        let table: HTML = """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption><thead><tr>
            <th scope="col">\(say("提交", "Send"))</th><th scope="col">\(say("行", "Row"))</th>
            <th scope="col">\(say("结果", "Result"))</th><th scope="col">\(say("说明", "What"))</th></tr></thead>
            <tbody>\(rows.map { line($0) })</tbody></table></div>
            """
        return """
            <p class="tabs">\(filter(onlyFaults))</p>
            <form method="post" action="/org/batch/\(batch.id)/choose">\(secret)\
            <input type="hidden" name="page" value="\(onlyFaults ? 1 : page)">\(table)\(choice)</form>
            <p class="actions">\(turning(page, pages, onlyFaults))</p>
            """
    }

    private func filter(_ onlyFaults: Bool) -> HTML {
        let (all, faults) = (say("全部行", "All rows"), say("只看有错和疑似重复", "Only faults and possible doubles"))
        return onlyFaults
            ? #"<a href="/org/batch/\#(batch.id)">\#(all)</a> <b>\#(faults)</b>"#
            : #"<b>\#(all)</b> <a href="/org/batch/\#(batch.id)?show=faults">\#(faults)</a>"#
    }

    private func turning(_ page: Int, _ pages: Int, _ onlyFaults: Bool) -> HTML {
        let rest = onlyFaults ? "&show=faults" : ""
        var links: HTML = ""
        if page > 1 {
            links +=
                #"<a href="/org/batch/\#(batch.id)?page=\#(page - 1)\#(rest)" rel="prev">\#(say("上一页", "Previous page"))</a> "#
        }
        if page < pages {
            links +=
                #"<a href="/org/batch/\#(batch.id)?page=\#(page + 1)\#(rest)" rel="next">\#(say("下一页", "Next page"))</a>"#
        }
        return links
    }

    private func isFaulty(_ row: BatchSheet.Row) -> Bool {
        if case .refused? = batch.states[row.number] { return true }
        if case .submittable = row.outcome { return false }
        return true
    }

    private func canBeChosen(_ row: BatchSheet.Row) -> Bool {
        if case .faulty = row.outcome { return false }
        return batch.states[row.number]?.isOutcome != true
    }

    private func line(_ row: BatchSheet.Row) -> HTML {
        let (mark, words) = outcome(of: row)
        var box: HTML = ""
        if canBeChosen(row), !batch.heading.isBeingSent {
            let ticked: HTML = batch.isChosen(row) ? " checked" : ""
            box = """
                <input type="hidden" name="shown" value="\(row.number)"><input type="checkbox" name="row" \
                value="\(row.number)"\(ticked) aria-label="\(say("提交第 \(row.number) 行", "Send row \(row.number)"))">
                """
        }
        return #"<tr><td>\#(box)</td><td class="number">\#(row.number)</td><td>\#(mark)</td><td>\#(words)</td></tr>"#
    }

    private func outcome(of row: BatchSheet.Row) -> (HTML, HTML) {
        switch (row.outcome, batch.states[row.number]) {
        case (_, .lodged(let number)?):
            (
                #"<span class="done">\#(say("已提交", "Sent"))</span>"#,
                #"<a href="/org/cases/\#(number.text)">\#(number.text)</a>"#
            )
        case (_, .refused(let words)?): (bad(say("未能提交", "Not sent")), "\(say(words))")
        case (.faulty(let faults), _):
            (
                bad(say("有错", "Fault")),
                "<ul>\(faults.map { fault -> HTML in "<li>\(sentence(fault))</li>" })</ul>"
            )
        case (.duplicate(_, _, let duplicate), let state):
            (
                state == .taken ? ready : bad(say("疑似重复", "Perhaps twice")),
                "\(say(duplicate.messageChinese, duplicate.messageEnglish))"
            )
        case (.submittable, let state):
            (
                state == .leftOut ? "\(say("不提交", "Left out"))" : ready,
                HTML(
                    row.notes.map { note -> HTML in
                        let heading = say(note.column.heading, note.column.headingEnglish)
                        return "\(heading): \(say(note.mending.messageChinese, note.mending.messageEnglish)) "
                    })
            )
        }
    }

    private var ready: HTML { "\(say("可提交", "Ready"))" }

    private func bad(_ words: String) -> HTML { #"<span class="late">\#(words)</span>"# }

    private func sentence(_ fault: SheetFault) -> String {
        let column = fault.column.map { say($0.heading, $0.headingEnglish) + say("：", ": ") } ?? ""
        let value = fault.maskedValue.isEmpty ? "" : "“\(fault.maskedValue)” "
        return column + value + say(fault.messageChinese, fault.messageEnglish)
    }
}
