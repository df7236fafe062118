import TransferCore

extension InformationForm {
    /// 信息表: every line, every settled year, and what they come to.
    func sheet(_ head: PaperHead) -> Sheet {
        var blocks: [Block] = [
            .heading(Wording(chinese: "一、基本情况", english: "The person and the relationship")),
            .fields(personFields(head)),
            .heading(Wording(chinese: "二、转移金额", english: "What is transferred")),
            .fields(totals),
            .heading(Wording(chinese: "三、缴费明细", english: "Lines of contributions")),
            .table(lines),
        ]
        if !computation.years.isEmpty {
            blocks += [
                .heading(Wording(chinese: "四、个人账户分年结算", english: "The account, year by year")),
                .table(years),
            ]
        }
        if let rules {
            let tables = rules.tables.map { "\($0.name) \($0.version)" }.joined(separator: "；")
            blocks.append(
                .paragraph(
                    Wording(
                        chinese: "计算所用规则版本：\(rules.builtIn)；日历：\(rules.calendar)\(tables.isEmpty ? "" : "；\(tables)")。",
                        english: "Versions of the rules and of the calendar with which the amounts were computed.")))
        }
        return Sheet(blocks: blocks)
    }

    private func personFields(_ head: PaperHead) -> [Field] {
        var fields = person.fields(head.persons)
        fields += [
            Field("账户性质", "Account", request.relation.onPaper),
            Field(
                "转入地险种", "Scheme at the destination",
                request.destinationScheme == .employee
                    ? Wording(chinese: "职工基本养老保险", english: "employees")
                    : Wording(chinese: "城乡居民基本养老保险", english: "residents")),
            Field("转出地", "Origin", request.origin.text),
            Field("转入地", "Destination", request.destination.text),
            Field("转移年月", "Month of the transfer", request.transferMonth.onPaper),
            Field("结算日期", "Frozen on", frozenOn.onPaper),
            Field("计息办法", "Interest", request.interest.formula.onPaper),
            Field("信息表版次", "Version", "\(version)（联系函 \(letterVersion)）"),
        ]
        if let carried = request.carried {
            fields += [
                Field("结转年度", "Carried from the end of", "\(carried.yearEnd)年末"),
                Field("结转储存额", "Balance carried", carried.balance.onPaper),
            ]
        }
        return fields
    }

    private var totals: [Field] {
        let months = computation.months
        var fields = [
            Field("个人账户本金", "Principal", computation.principal.onPaper),
            Field("个人账户利息", "Interest", computation.interest.onPaper),
            Field("个人账户储存额", "Individual account", computation.account.onPaper),
            Field("统筹基金", "Pooled share", computation.pooled.onPaper),
            Field(
                "转移合计", "Total", computation.transfer.onPaper,
                beneath: computation.moneyMoves ? "" : "within one province no money moves", isWide: true),
            Field("合计大写", "Total in capitals", "人民币\(computation.transfer.inCapitals)", isWide: true),
            Field("实际缴费", "Months paid", monthsOnPaper(months.paid)),
            Field("视同缴费", "Deemed months", monthsOnPaper(months.deemed)),
        ]
        if months.arrears + months.waived + months.withheld > 0 {
            fields.append(
                Field(
                    "不计入的月数", "Months not counted",
                    Wording(
                        chinese: "欠费 \(months.arrears)，放弃 \(months.waived)，暂留 \(months.withheld)",
                        english: "arrears, waived, withheld"), isWide: true))
        }
        if computation.retained > .zero {
            fields.append(Field("留存转出地", "Retained at origin", computation.retained.onPaper))
        }
        if computation.raised > .zero { fields.append(Field("转出地补足", "Raised by origin", computation.raised.onPaper)) }
        if computation.withheldAccount > .zero || computation.withheldPooled > .zero {
            fields += [
                Field("暂留个人账户额", "Withheld: account", computation.withheldAccount.onPaper),
                Field("暂留统筹额", "Withheld: pooled", computation.withheldPooled.onPaper),
            ]
        }
        return fields
    }

    private var lines: Table {
        let (lines, amounts) = (request.lines, computation.lines)
        return Table(
            columns: [
                Table.Column("序号", "No.", 24), Table.Column("起止年月", "Months", 82), Table.Column("月数", "Count", 26),
                Table.Column("类别", "Kind", 32), Table.Column("缴费基数（元）", "Base", 54, .right),
                Table.Column("个人%", "Own", 34, .right), Table.Column("记账%", "Credited", 34, .right),
                Table.Column("单位%", "Employer", 36, .right), Table.Column("本金（元）", "Principal", 58, .right),
                Table.Column("当年利息（元）", "Interest", 52, .right),
                Table.Column("统筹（元）", "Pooled", 58, .right), Table.Column("缴费地", "Paid at", 36),
            ],
            rowCount: lines.count
        ) { row in
            let line = lines[row]
            let amounts = row < amounts.count ? amounts[row] : .zero
            return [
                "\(row + 1)", line.from == line.to ? "\(line.from)" : "\(line.from)至\(line.to)", "\(line.months)",
                line.kind.short, line.base.description, line.ownShare.description, line.creditedShare.description,
                line.employerShare.description, amounts.principal.description, amounts.interest.description,
                amounts.pooled.description, line.region?.text ?? "—",
            ]
        }
    }

    private var years: Table {
        let years = computation.years
        return Table(
            columns: [
                Table.Column("年度", "Year", 40), Table.Column("年初储存额（元）", "Opening balance", 90, .right),
                Table.Column("年初储存额利息（元）", "Interest on it", 90, .right),
                Table.Column("当年记账额（元）", "Credited", 90, .right),
                Table.Column("当年记账额利息（元）", "Interest on it", 90, .right),
                Table.Column("年末储存额（元）", "Closing balance", 100, .right),
            ],
            rowCount: years.count
        ) { row in
            let year = years[row]
            return [
                "\(year.year)", year.opening.description, year.openingInterest.description, year.credited.description,
                year.creditedInterest.description, year.closing.description,
            ]
        }
    }
}
