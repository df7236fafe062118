import Casework
import TransferCore
import TransferDocuments

/// What an information form says of somebody's months, by year: every total is the sum of the rows that are shown.
struct ContributionTable: Sendable {
    /// In the order of their years.
    let years: [Year]
    let formVersion: Int
    /// What the form itself says that is remitted.
    let transfer: Money
    let account: Money
    let pooled: Money

    struct Year: Sendable {
        let year: Int
        let rows: [Row]
        var sum: Sum { rows.map(\.sum).reduce(Sum(), +) }
    }

    struct Row: Sendable {
        /// The line of the form, from 1; nil for what is no line: a balance that was carried over, or its interest.
        let line: Int?
        let words: Wording
        let base: Money?
        let sum: Sum
        /// Months that stand in the record of the destination as well.
        let overlap: [CalendarMonth]
    }

    /// Amounts that can be added.
    struct Sum: Hashable, Sendable {
        var months = 0
        var principal = Money.zero
        var interest = Money.zero
        var pooled = Money.zero

        static func + (a: Sum, b: Sum) -> Sum {
            Sum(
                months: a.months + b.months, principal: a.principal + b.principal, interest: a.interest + b.interest,
                pooled: a.pooled + b.pooled)
        }
    }

    var total: Sum { years.map(\.sum).reduce(Sum(), +) }
    var overlaps: [CalendarMonth] { years.flatMap(\.rows).flatMap(\.overlap) }

    /// Whether the rows come to what the form says.
    var agrees: Bool { total.principal + total.interest == account && total.pooled == pooled }

    /// - Parameter own: the lines that the destination has of the same person; months in both are told.
    init(_ form: InformationForm, besides own: [ContributionLine]) {
        formVersion = form.version
        transfer = form.computation.transfer
        account = form.computation.account
        pooled = form.computation.pooled
        let paidHere = Set(own.filter(\.kind.carriesMoney).flatMap { $0.from.index...$0.to.index })
        var rows: [Int: [Row]] = [:]
        if let carried = form.request.carried {
            rows[carried.yearEnd, default: []].append(
                Row(
                    line: nil, words: Wording(chinese: "结转余额", english: "Balance carried over"), base: nil,
                    sum: Sum(principal: carried.balance), overlap: []))
        }
        for year in form.computation.years where year.openingInterest != .zero {
            rows[year.year, default: []].append(
                Row(
                    line: nil, words: Wording(chinese: "上年余额利息", english: "Interest on the balance before"), base: nil,
                    sum: Sum(interest: year.openingInterest), overlap: []))
        }
        for (place, line) in form.request.lines.enumerated() {
            let amounts = form.computation.lines.indices.contains(place) ? form.computation.lines[place] : .zero
            let overlap = line.kind.carriesMoney ? (line.from.index...line.to.index).filter(paidHere.contains) : []
            rows[line.year, default: []].append(
                Row(
                    line: place + 1, words: line.words, base: line.base,
                    sum: Sum(
                        months: line.months, principal: amounts.principal, interest: amounts.interest,
                        pooled: amounts.pooled),
                    overlap: overlap.compactMap { CalendarMonth(year: $0 / 12, month: $0 % 12 + 1) }))
        }
        years = rows.sorted { $0.key < $1.key }.map { Year(year: $0.key, rows: $0.value) }
    }
}

extension ContributionLine {
    /// 2024年3月—8月 正常缴费.
    var words: Wording {
        let months = from == to ? "\(from)" : "\(from) – \(to)"
        let (chinese, english) =
            switch kind {
            case .ordinary: ("正常缴费", "paid")
            case .backPayment: ("补缴", "paid late")
            case .deemed: ("视同缴费", "counted as paid")
            case .arrears: ("欠费", "in arrears")
            case .waived: ("放弃补缴", "waived")
            case .withheld: ("暂不转移", "stays behind")
            }
        return Wording(chinese: "\(months) \(chinese)", english: "\(months) \(english)")
    }
}

/// How the table is shown: with amounts, or months only.
struct ContributionTableView {
    let table: ContributionTable
    let say: PageLanguage
    /// Without it, months only.
    let showsAmounts: Bool
    /// What stands at the end of a row of the form; nil for nothing.
    let action: (Int) -> HTML?

    var html: HTML {
        var heads = [say("年月与性质", "Months and what they are"), say("月数", "Months")]
        if showsAmounts {
            heads += [
                say("缴费基数（元）", "Base (yuan)"), say("个人账户本金", "Account"), say("利息", "Interest"), say("统筹部分", "Pooled"),
            ]
        }
        let head = heads.map { head -> HTML in #"<th scope="col">\#(head)</th>"# }
        let body = table.years.map { year -> HTML in
            let rows = year.rows.map { row -> HTML in
                """
                <tr><td>\(say(row.words))\(overlap(row))\(row.line.flatMap(action))</td>\(cells(row.sum, row.base?.description ?? ""))</tr>
                """
            }
            let sum = say("\(year.year)年小计", "Sum of \(year.year)")
            return """
                \(rows)<tr class="sum"><th scope="row">\(sum)</th>\(cells(year.sum, ""))</tr>
                """
        }
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(say("缴费记录", "Contributions"))"><table class="\(showsAmounts ? "wide" : "")">
            <thead><tr>\(head)</tr></thead><tbody>\(body)
            <tr class="sum"><th scope="row">\(say("合计", "Total"))</th>\(cells(table.total, ""))</tr></tbody></table></div>
            """
    }

    private func cells(_ sum: ContributionTable.Sum, _ base: String) -> HTML {
        let months: HTML = "<td class=\"number\">\(sum.months == 0 ? "" : String(sum.months))</td>"
        guard showsAmounts else { return months }
        return """
            \(months)<td class="number">\(base)</td><td class="number">\(sum.principal.description)</td>
            <td class="number">\(sum.interest.description)</td><td class="number">\(sum.pooled.description)</td>
            """
    }

    private func overlap(_ row: ContributionTable.Row) -> HTML? {
        guard !row.overlap.isEmpty else { return nil }
        let months = row.overlap.map(\.description).joined(separator: say("、", ", "))
        return """
            <br><span class="mark late">\(say("与转入地重复缴费", "Paid in both places"))</span> \(months)
            """
    }
}
