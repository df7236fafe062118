package import TransferCore

extension FundExplanation {
    /// The explanation as lines of text: a head, then line by line, year by year, and the totals.
    package func text(in language: ExplanationLanguage) -> [String] {
        var text: [String] = []
        func add(_ wording: Wording, indent: String = "") {
            text += language.single.map { indent + wording.text(in: $0) }
        }
        func add(_ steps: [ExplanationStep]) {
            for step in steps { text += language.single.map { "  " + step.sentence(in: $0) } }
        }
        head.forEach { add($0) }
        for place in lines.indices {
            text.append("")
            add(title(ofLineAt: place))
            add(lines[place])
        }
        for place in years.indices {
            text.append("")
            add(title(ofYearAt: place))
            add(years[place])
        }
        text.append("")
        add(Wording("合计", "Totals"))
        add(totals)
        return text
    }

    private var head: [Wording] {
        let formula =
            switch request.interest.formula {
            case .none: Wording("不计利息", "no interest")
            case .annual: Wording("年度计算法", "annual formula")
            case .monthlyProducts: Wording("月积数法", "monthly products")
            }
        return [
            Wording(
                "转移资金计算说明：\(request.origin) → \(request.destination)，计算月份 \(request.transferMonth)，\(formula.chinese)",
                "How the funds were computed: \(request.origin) → \(request.destination), "
                    + "in \(request.transferMonth), \(formula.english)"),
            Wording(
                "金额单位为元；“≈”后的金额四舍五入到分，合计为各行之和。",
                "Amounts are in yuan; what stands behind ≈ is rounded half up to the fen; totals are sums of lines."),
        ]
    }

    /// What a line is: its place, its year and its kind.
    func title(ofLineAt place: Int) -> Wording {
        let line = request.lines[place]
        let paidOn = line.paidOn.map { Wording("，\($0) 缴纳", ", paid on \($0)") }
        return Wording(
            "第\(place + 1)行 \(line.year)年 \(line.kind.wording.chinese)\(paidOn?.chinese ?? "")",
            "Line \(place + 1), \(line.year), \(line.kind.wording.english)\(paidOn?.english ?? "")")
    }

    func title(ofYearAt place: Int) -> Wording {
        let year = funds.years[place].year
        let rate = request.interest.rates[year].map(\.description) ?? "-"
        return Wording("\(year)年结息（利率 \(rate)）", "Year \(year), rate of interest \(rate)")
    }
}
