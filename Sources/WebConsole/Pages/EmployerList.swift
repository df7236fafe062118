import Casework
import HTTPTypes
import TransferCore

/// A page of cases as an employer sees them: filters, columns by which it can be put in order, rows to be chosen, and the
/// way to the next page.
struct EmployerList {
    let house: PageHouse
    let address: ListAddress
    let entries: [CaseListEntry]
    let say: PageLanguage

    private static let phases = [
        "reviewing", "supplementing", "awaiting-reply", "returned", "awaiting-form", "awaiting-advice",
        "awaiting-funds",
        "reconciling", "mismatched", "completed", "refused", "withdrawn",
    ]

    /// Orders by which cases that are done are not put: nobody looks for the day by which they were due.
    private var hasClock: Bool { address.query.stage != .done && address.query.batch == nil }

    // MARK: Filters

    var filters: HTML {
        let query = address.query
        let open: HTML = address.isFiltered ? " open" : ""
        return """
            <details class="panel"\(open)><summary>\(say("筛选与排序", "Filter and order"))</summary>
            <form method="get" action="/org"><div class="fields">
            \(select("stage", say("范围", "Which"), [
                ("todo", say("待办", "To do")), ("open", say("进行中", "Under way")), ("done", say("已办", "Done")),
            ], query.stage.rawValue))
            \(select("phase", say("状态", "State"), anything + EmployerList.phases.map {
                ($0, say(CaseWords.phaseWording($0)))
            }, query.phase))
            \(select("origin", say("转出地", "Origin"), anything + house.origins.map {
                ($0.code.text, house.name(of: $0.code, say))
            }, query.origin?.text))
            \(select("branch", say("险种", "Branch"), anything + [Branch.medical, .housing].map {
                ($0.rawValue, say(CaseWords.branchWording($0)))
            }, query.branch?.rawValue))
            <p><label for="from">\(say("申请日期从", "Lodged from"))</label>
            <input type="date" id="from" name="from" value="\(query.openedFrom?.description ?? "")"></p>
            <p><label for="to">\(say("至", "to"))</label>
            <input type="date" id="to" name="to" value="\(query.openedThrough?.description ?? "")"></p>
            </div><button>\(say("筛选", "Filter"))</button>
            <a class="button second" href="/org">\(say("清除", "Clear"))</a></form></details>
            """
    }

    private var anything: [(String, String)] { [("", say("全部", "All"))] }

    private func select(_ name: String, _ label: String, _ options: [(String, String)], _ chosen: String?) -> HTML {
        let items = options.map { option -> HTML in
            option.0 == (chosen ?? "")
                ? #"<option value="\#(option.0)" selected>\#(option.1)</option>"#
                : #"<option value="\#(option.0)">\#(option.1)</option>"#
        }
        return
            #"<p><label for="\#(name)">\#(label)</label><select id="\#(name)" name="\#(name)">\#(items)</select></p>"#
    }

    // MARK: Rows

    /// - Parameter secret: the hidden field of forms, for a list in which rows can be chosen; nil where none can.
    func table(_ caption: String, secret: HTML?) -> HTML {
        guard !entries.isEmpty else { return #"<p class="panel">\#(caption)</p>"# }
        let canChoose = secret != nil && address.query.stage != .done
        let rows = entries.map { entry -> HTML in
            let box: HTML? =
                canChoose
                ? """
                <td><input type="checkbox" name="case" value="\(entry.number.text)" \
                aria-label="\(say("选择 \(entry.number.text)", "Choose \(entry.number.text)"))"></td>
                """ : nil
            let returned: HTML? =
                entry.summary.holder == .applicant
                ? #" <span class="mark late">\#(say("回退", "returned"))</span>"# : nil
            return """
                <tr>\(box)<td><a href="/org/cases/\(entry.number.text)">\(entry.number.text)</a></td>
                <td>\(entry.residentID.description)</td>
                <td>\(house.name(of: entry.origin, say))</td>
                <td>\(say(CaseWords.phaseWording(entry.summary.phase)))\(returned)</td>
                <td>\(say(CaseWords.holderWording(entry.summary.holder)))</td>
                <td>\(say.time(entry.summary.since))</td>
                <td>\(house.due(entry.summary).html(say))</td></tr>
                """
        }
        let choice: HTML? = canChoose ? #"<th scope="col">\#(say("选择", "Choose"))</th>"# : nil
        let table: HTML = """
            <div class="scroll" tabindex="0" role="region" aria-label="\(caption)"><table><caption>\(caption)</caption>
            <thead><tr>\(choice)\(numberHead)<th scope="col">\(say("证件号码", "Resident id"))</th>
            <th scope="col">\(say("转出地", "Origin"))</th><th scope="col">\(say("状态", "State"))</th>
            <th scope="col">\(say("当前经手", "Who has it"))</th>\(head(say("自", "Since"), .since))
            \(head(say("最迟", "Due by"), .due))</tr></thead><tbody>\(rows)</tbody></table></div>
            """
        guard canChoose else { return table }
        return """
            <form method="post" action="/org/withdraw">\(secret)\(table)
            <p class="actions"><button class="second">\(say("退单：撤回所选", "Withdraw what is chosen"))</button></p></form>
            """
    }

    /// By number, from the oldest or from the newest.
    private var numberHead: HTML {
        let order = address.query.order
        let (sort, other): (HTML, CaseQuery.Order) =
            switch order {
            case .number: (#" aria-sort="ascending""#, .newest)
            case .newest: (#" aria-sort="descending""#, .number)
            case .due, .since: ("", .number)
            }
        let mark = order == .number ? " ▲" : order == .newest ? " ▼" : ""
        return """
            <th scope="col"\(sort)><a href="/org?\(address.ordered(other).text)">\(say("业务编号", "Case"))\(mark)</a></th>
            """
    }

    private func head(_ title: String, _ order: CaseQuery.Order) -> HTML {
        guard hasClock else { return #"<th scope="col">\#(title)</th>"# }
        return address.query.order == order
            ? #"<th scope="col" aria-sort="ascending">\#(title) ▲</th>"#
            : #"<th scope="col"><a href="/org?\#(address.ordered(order).text)">\#(title)</a></th>"#
    }

    /// The way to the next page, and to the list on paper.
    var foot: HTML {
        var links: HTML = ""
        if address.page > 1 {
            var first = address.ordered(address.query.order)
            first.page = 1
            links += #"<a href="/org?\#(first.text)">\#(say("第一页", "First page"))</a> · "#
        }
        if entries.count == address.query.limit, let last = entries.last {
            links +=
                #"<a href="/org?\#(address.next(behind: last).text)" rel="next">\#(say("下一页", "Next page"))</a> · "#
        }
        guard !entries.isEmpty else { return links }
        let list = address.ordered(address.query.order).text
        return """
            <p class="actions">\(links)\(say("打印花名册：", "Roster: "))
            <a href="/org/roster.pdf?\(list)">PDF</a> · <a href="/org/roster.xlsx?\(list)">XLSX</a></p>
            """
    }
}
