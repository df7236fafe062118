package import TransferCore

// What the steps of an explanation are called, and how they read.

extension ExplanationStep.Kind {
    /// The name of what the step finds.
    package var title: Wording {
        switch self {
        case .months: Wording("缴费月数", "Months")
        case .base: Wording("月缴费基数", "Monthly base")
        case .accountShare: Wording("个人账户转移比例", "Account share")
        case .pooledShare: Wording("统筹基金转移比例", "Pooled share")
        case .principal: Wording("个人账户本金", "Account principal")
        case .pooled: Wording("统筹基金", "Pooled part")
        case .retained: Wording("超出部分（留存转出地记录）", "Credited above, stays recorded at the origin")
        case .raised: Wording("不足部分（由转出地补足）", "Credited below, added by the origin")
        case .interestMonths: Wording("计息月积数", "Months of interest")
        case .interest: Wording("当年利息", "Interest of the year")
        case .noMoney: Wording("转移金额", "Amount transferred")
        case .withheldPrincipal: Wording("暂不转移的个人账户本金", "Account principal that stays")
        case .withheldPooled: Wording("暂不转移的统筹基金", "Pooled part that stays")
        case .opening: Wording("年初余额", "Balance at the beginning of the year")
        case .openingInterest: Wording("年初余额的全年利息", "A year's interest on it")
        case .credited: Wording("当年记入本金", "Credited in the year")
        case .creditedInterest: Wording("当年记入本金的利息", "Interest on what was credited")
        case .closing: Wording("年末余额", "Balance at the end of the year")
        case .paidMonths: Wording("实际缴费月数", "Months paid")
        case .countedMonths: Wording("合计缴费月数（含视同缴费）", "Months that count, deemed ones included")
        case .totalPrincipal: Wording("个人账户本金合计", "Principal, total")
        case .totalInterest: Wording("利息合计", "Interest, total")
        case .account: Wording("个人账户储存额", "Account part")
        case .totalPooled: Wording("统筹基金合计", "Pooled part, total")
        case .totalRetained: Wording("留存转出地记录合计", "Recorded at the origin, total")
        case .totalRaised: Wording("转出地补足合计", "Added by the origin, total")
        case .withheldAccount: Wording("暂不转移的个人账户合计", "Account principal that stays, total")
        case .totalWithheldPooled: Wording("暂不转移的统筹基金合计", "Pooled part that stays, total")
        case .transfer: Wording("转移总额", "Transfer")
        }
    }
}

extension ShareBasis {
    /// Why the shares are these.
    var wording: Wording {
        switch self {
        case .temporary:
            Wording("临时缴费账户：单位和个人缴费全部转移", "temporary account: what both sides paid moves whole")
        case .residents: Wording("转入城乡居民养老保险：只转个人账户", "into the residents' scheme only the account moves")
        case .before1998:
            Wording("1998年1月以前：按个人缴费比例，统筹基金不转移", "before January 1998: the own share, nothing pooled")
        case .to2005:
            Wording("1998年1月至2005年12月：11%，统筹基金12%", "January 1998 to December 2005: 11%, pooled 12%")
        case .from2006: Wording("2006年1月起：8%，统筹基金12%", "from January 2006: 8%, pooled 12%")
        }
    }
}

extension ContributionKind {
    /// The name of such months.
    var wording: Wording {
        switch self {
        case .ordinary: Wording("正常缴费", "ordinary")
        case .backPayment: Wording("补缴", "back payment")
        case .deemed: Wording("视同缴费", "deemed")
        case .arrears: Wording("欠费", "arrears")
        case .waived: Wording("声明放弃", "waived")
        case .withheld: Wording("缺少证明的补缴，暂留转出地", "back payment withheld for want of papers")
        }
    }
}

extension Reckoning.Reason {
    var wording: Wording {
        switch self {
        case .period(let from, let to): Wording("\(from) 至 \(to)", "\(from) to \(to)")
        case .baseUsed: Wording("实际缴费基数", "the base that was used")
        case .share(let basis): basis.wording
        case .kindCarriesNoMoney(let kind): noMoney(kind)
        case .yearIsRunning:
            Wording("当年不计息，由转入地年末计", "the running year bears none; the destination credits it at its end")
        case .noInterestComputed: Wording("不计利息", "no interest is computed")
        case .carried(let year): Wording("截至\(year)年末已结算余额", "settled at the end of \(year)")
        case .nothingCarried: Wording("以前没有余额", "there was none before")
        case .closingOfYearBefore: Wording("上年末余额", "the balance at the end of the year before")
        case .withinOneProvince: Wording("省内转移只转关系，不转资金", "within one province no money moves")
        }
    }

    private func noMoney(_ kind: ContributionKind) -> Wording {
        switch kind {
        case .deemed: Wording("视同缴费：计年限，没有资金", "deemed months count, without money")
        case .arrears: Wording("欠费：不计年限，没有资金", "arrears: no months, no money")
        case .waived: Wording("声明放弃：不计年限，没有资金", "waived: no months, no money")
        case .withheld:
            Wording("缺少证明的补缴：年限和资金暂留转出地", "withheld for want of papers: months and money stay at the origin")
        case .ordinary, .backPayment: kind.wording
        }
    }
}

extension ExplanationStep {
    /// The figures, the sign between them and the result: `5000.00 × 9 × 8.00% = 3600.00`. A result that was rounded to
    /// the fen stands behind `≈`. What needs no reckoning is the result alone.
    package var formula: String {
        switch reckoning {
        case .given: return result.description
        case .within(let base, _): return "\(base) → \(result)"
        case .product(let figures, let divisor):
            let product = figures.map(\.description).joined(separator: " × ")
            return "\(product)\(divisor == 1 ? "" : " ÷ \(divisor)") \(reckoning.isRounded ? "≈" : "=") \(result)"
        case .sum(let figures):
            guard figures.count > 1 else { return result.description }
            return "\(figures.map(\.description).joined(separator: " + ")) = \(result)"
        }
    }

    /// Why, where the figures alone do not say it.
    var reason: Wording? {
        switch reckoning {
        case .given(let reason): reason.wording
        case .product, .sum: nil
        case .within(_, let limits):
            Wording(
                "下限 \(limits.floor)，上限 \(limits.ceiling)", "floor \(limits.floor), ceiling \(limits.ceiling)")
        }
    }

    /// The step in one sentence, with its rule and the source of it.
    package func sentence(in language: ExplanationLanguage) -> String {
        let title = kind.title.text(in: language)
        let reason = reason?.text(in: language)
        if language == .english {
            return "\(title): \(formula)\(unit.english)\(reason.map { ", \($0)" } ?? "")"
                + " (\(rule.id), \(rule.source.english))"
        }
        return "\(title)：\(formula)\(unit.chinese)\(reason.map { "，\($0)" } ?? "")"
            + "（\(rule.id)，\(rule.source.chinese)）"
    }

    private var unit: Wording {
        switch result {
        case .money: Wording(" 元", " yuan")
        case .count: Wording(" 个月", " months")
        case .share, .together, .apart, .thousandths: Wording("", "")
        }
    }
}
