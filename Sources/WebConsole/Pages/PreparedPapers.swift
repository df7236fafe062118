import Casework
import TransferCore
import TransferDocuments

/// A paper as it would be signed: each field with where it comes from, and what it said before where it said something else.
///
/// Source: C4 and R3 of the handbook of screens.
struct PreparedPaper {
    let kind: DocumentKind
    let rows: [Row]
    /// What the rows of the version before say, by their names; empty for the first.
    let before: [Wording: Wording]
    /// Of a form: its months, and whether they come to what it says.
    let form: InformationForm?

    struct Row {
        let name: Wording
        let value: Wording
        /// Where it comes from: a paper, a record, or a rule with its source.
        let source: Wording

        init(name: Wording, value: Wording, source: Wording) {
            self.name = name
            self.value = value
            self.source = source
        }

        /// A value that reads alike in both languages.
        init(name: Wording, value: String, source: Wording) {
            self.init(name: name, value: Wording(chinese: value, english: value), source: source)
        }
    }

    /// - Parameter before: the newest of the kind that was sent before.
    /// - Returns: nil for papers that say only what was entered.
    init?(_ content: DocumentContent, before: DocumentContent?) {
        guard let rows = PreparedPaper.rows(content) else { return nil }
        kind = content.kind
        self.rows = rows
        self.before = Dictionary(
            (before.flatMap(PreparedPaper.rows) ?? []).map { ($0.name, $0.value) }
        ) { first, _ in first }
        if case .informationForm(let form) = content { self.form = form } else { form = nil }
    }

    private static func rows(_ content: DocumentContent) -> [Row]? {
        switch content {
        case .acceptanceLetter(let letter): rows(letter)
        case .contributionCertificate(let certificate): rows(certificate)
        case .informationForm(let form): rows(form)
        default: nil
        }
    }

    private static let application = Wording(chinese: "申请", english: "the application")
    private static let record = Wording(chinese: "本机构缴费记录", english: "the own record")
    private static let clock = Wording(chinese: "签发当日", english: "the day of signing")
    private static let count = Wording(chinese: "本业务已发版次加一", english: "one more than was sent")

    private static func rows(_ letter: AcceptanceLetter) -> [Row] {
        var rows = [
            Row(name: Words.name, value: letter.person.maskedName, source: application),
            Row(name: Words.number, value: "\(letter.person.residentID)", source: application),
            Row(name: Words.version, value: "\(letter.version)", source: count),
            Row(
                name: Wording(chinese: "收款账户", english: "Payee"),
                value: "\(letter.payee.holder) \(letter.payee.bankName) \(letter.payee.number)",
                source: Wording(chinese: "已签名的机构目录", english: "the signed directory")),
            Row(
                name: Wording(chinese: "联系方式", english: "Office"),
                value:
                    "\(letter.office.name) \(letter.office.address) \(letter.office.postcode) \(letter.office.telephone)",
                source: Wording(chinese: "本机构设置", english: "the settings of this agency")),
            Row(
                name: Wording(chinese: "一并处理的险种", english: "Other branches"), value: list(letter.payouts),
                source: application),
            Row(
                name: Wording(chinese: "由转入地接收的余额", english: "Balances taken here"), value: list(letter.moves),
                source: Wording(chinese: "机构目录：本机构接收能力", english: "the directory: what this agency receives")),
            Row(
                name: Wording(chinese: "事由", english: "Purpose"), value: letter.purpose.wording,
                source: application),
        ]
        if let account = letter.payoutAccount {
            rows.append(
                Row(
                    name: Wording(chinese: "本人账户", english: "Own account"),
                    value: "\(MaskedName.of(account.holder)) \(account.bankName) \(account.maskedNumber)",
                    source: application))
        }
        return rows + [Row(name: Words.issued, value: "\(letter.issuedOn)", source: clock)]
    }

    private static func rows(_ certificate: ContributionCertificate) -> [Row] {
        [
            Row(name: Words.name, value: certificate.person.maskedName, source: record),
            Row(name: Words.number, value: "\(certificate.person.residentID)", source: record),
            Row(
                name: Wording(chinese: "首末缴费月", english: "First and last month"),
                value: "\(certificate.firstMonth) – \(certificate.lastMonth)", source: record),
            Row(
                name: ExplanationStep.Kind.paidMonths.title, value: "\(certificate.monthsPaid)",
                source: FundRule.monthsPaid.words),
            Row(
                name: ExplanationStep.Kind.account.title, value: "\(certificate.accountBalance)",
                source: FundRule.sums.words),
            Row(name: Words.issued, value: "\(certificate.issuedOn)", source: clock),
        ]
    }

    /// The figures are those of the explanation, which names the rule of each.
    private static func rows(_ form: InformationForm) -> [Row] {
        let steps = (try? form.request.explainFunds())?.totals ?? []
        return [
            Row(name: Words.name, value: form.person.maskedName, source: record),
            Row(name: Words.number, value: "\(form.person.residentID)", source: record),
            Row(name: Words.version, value: "\(form.version)", source: count),
        ] + steps.map { Row(name: $0.kind.title, value: "\($0.result)", source: $0.rule.words) }
            + [Row(name: Wording(chinese: "封存日期", english: "Frozen on"), value: "\(form.frozenOn)", source: clock)]
    }

    private static func list(_ branches: [Branch]) -> Wording {
        let words = branches.map(CaseWords.branchWording)
        return Wording(
            chinese: words.isEmpty ? "无" : words.map(\.chinese).joined(separator: "、"),
            english: words.isEmpty ? "none" : words.map(\.english).joined(separator: ", "))
    }

    private enum Words {
        static let name = Wording(chinese: "姓名", english: "Name")
        static let number = Wording(chinese: "证件号码", english: "Resident id")
        static let version = Wording(chinese: "版次", english: "Version")
        static let issued = Wording(chinese: "出具日期", english: "Issued on")
    }
}

extension FundRule {
    /// The rule by its number, with what it rests on.
    fileprivate var words: Wording {
        Wording(chinese: "按规则计算：\(id)，\(source.chinese)", english: "by rule \(id), \(source.english)")
    }
}

extension PreparedPaper {
    /// The rows, and of a form its months with the word whether they come to what it says.
    func table(_ say: PageLanguage) -> HTML {
        let rows = rows.map { row -> HTML in
            let old = before[row.name].flatMap { $0 == row.value ? nil : $0 }
            let change: HTML? = old.map { old in
                """
                <br><span class="mark soon">\(say("有变动", "changed"))</span> \(say("原为", "was")) \(say(old)) → \(say(row.value))
                """
            }
            return """
                <tr><th scope="row">\(say(row.name))</th><td>\(say(row.value))\(change)</td><td>\(say(row.source))</td></tr>
                """
        }
        let title = say(CaseWords.documentWording(kind))
        return """
            <div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table><caption>\(title)</caption><thead><tr>
            <th scope="col">\(say("项目", "Field"))</th><th scope="col">\(say("内容", "Content"))</th>
            <th scope="col">\(say("来源", "Where from"))</th></tr></thead><tbody>\(rows)</tbody></table></div>
            \(form.map { PreparedPaper.months(of: $0, say) })
            """
    }

    private static func months(of form: InformationForm, _ say: PageLanguage) -> HTML {
        let table = ContributionTable(form, besides: [])
        let shown = ContributionTableView(table: table, say: say, showsAmounts: true) { _ in nil }
        let again = try? form.request.computeFunds()
        let agrees = again == form.computation && table.agrees
        let words =
            agrees
            ? say(
                "已按明细重新计算：各项合计与文书一致，转移总额 \(table.transfer) 元。",
                "Computed again from the lines: every total is that of the paper; \(table.transfer) yuan are transferred."
            )
            : say("按明细重新计算与文书不一致，不要签发。", "Computed again from the lines it differs from the paper: do not sign.")
        return """
            \(shown.html)<p class="\(agrees ? "done" : "late")">\(words)</p>
            """
    }
}

/// What a decision would sign, and what of it can be changed.
struct PreparedPapers {
    let contents: [DocumentContent]
    let file: CaseFile
    let say: PageLanguage

    /// Nil where nothing would be signed that has fields to show.
    var html: HTML? {
        let papers = contents.compactMap { content in
            PreparedPaper(content, before: (try? file.newest(content.kind))?.content)
        }
        guard !papers.isEmpty else { return nil }
        let tables = papers.map { $0.table(say) }
        return """
            <h2>\(say("将要签发的文书", "What will be signed"))</h2>\(tables)\(rule)
            """
    }

    /// Nothing of a paper is typed in: each field is that of its source, and changes where the source is changed.
    private var rule: HTML {
        let words = say(
            "以上各项由来源自动生成，不能在此改写（本系统约定：账户封存后不得改动明细，更正须重新出具并经双方同意）。"
                + "申请有误的，退回补正；登记或缴费记录有误的，先更正登记，再办“重新出具信息表”并写明原因，复核人会看到前后对照。",
            "Every field comes from its source and cannot be rewritten here (our rule: no line changes while the account is frozen, "
                + "and corrections are newer papers). A wrong application is returned; a wrong record is put right first, then "
                + "“Send a newer information form” with the reason, and the checker sees what was there before.")
        return "<p class=\"panel\">\(words)</p>"
    }
}
