package import TransferCore

// How values are written on paper.

extension CivilDate {
    /// `2026年3月2日`.
    var onPaper: String { "\(year)年\(month)月\(day)日" }
}

extension CalendarMonth {
    /// `2026年3月`.
    var onPaper: String { "\(year)年\(month)月" }
}

extension Money {
    /// `12345.67 元`: always two decimals.
    var onPaper: String { "\(self) 元" }

    /// The amount in the capitals that money is written with: `壹万贰仟叁佰肆拾伍元陆角柒分`.
    ///
    /// Source: 支付结算办法 (银发〔1997〕393号), Annex 1: zeros between digits are said once, an amount without fen ends with 整.
    package var inCapitals: String {
        guard fen >= 0 else { return "负" + Money(fen: -fen).inCapitals }
        let (yuan, cents) = (fen / 100, Int(fen % 100))
        guard fen > 0 else { return "零元整" }
        let (jiao, rest) = (cents / 10, cents % 10)
        var text = yuan > 0 ? Money.capitals(of: yuan) + "元" : ""
        if jiao > 0 { text += "\(Money.capitalDigits[jiao])角" }
        if jiao == 0, rest > 0, yuan > 0 { text += "零" }
        return text + (rest > 0 ? "\(Money.capitalDigits[rest])分" : "整")
    }

    private static let capitalDigits = Array("零壹贰叁肆伍陆柒捌玖")

    /// A number above zero, in groups of four digits.
    private static func capitals(of number: Int64) -> String {
        let places = ["", "拾", "佰", "仟"]
        let groups = ["", "万", "亿", "万亿"]
        var text = ""
        var isZeroOpen = false
        let digits = String(number).compactMap(\.wholeNumberValue)
        var groupHasDigit = false
        for (index, digit) in digits.enumerated() {
            let place = digits.count - 1 - index
            if digit == 0 {
                isZeroOpen = true
            } else {
                if isZeroOpen, !text.isEmpty { text += "零" }
                isZeroOpen = false
                groupHasDigit = true
                text += "\(capitalDigits[digit])\(places[place % 4])"
            }
            if place.isMultiple(of: 4) {
                if groupHasDigit { text += groups[min(place / 4, groups.count - 1)] }
                groupHasDigit = false
            }
        }
        return text
    }
}

extension InsuredPerson {
    func name(_ view: PersonView) -> String {
        switch view {
        case .masked: maskedName
        case .full: name
        }
    }

    func number(_ view: PersonView) -> String {
        switch view {
        case .masked: residentID.description
        case .full: residentID.fullText
        }
    }

    /// The two fields with which papers about a person begin.
    func fields(_ view: PersonView) -> [Field] {
        [Field("姓名", "Name", name(view)), Field("公民身份号码", "Resident identity number", number(view))]
    }
}

extension BankAccount {
    /// The account of the person, or of an agency, which everybody may know.
    func fields(_ chinese: String, _ english: String, number: String, holder: String) -> [Field] {
        [
            Field("\(chinese)户名", "\(english): holder", holder, isWide: true),
            Field("开户银行", "Bank", bankName), Field("支付系统行号", "Bank code", bankCode),
            Field("账号", "Account number", number, isWide: true),
        ]
    }
}

extension OfficeName {
    /// The name and the code.
    var onPaper: Wording { Wording(chinese: "\(chinese)（\(code)）", english: english) }
}

extension Relation {
    var onPaper: Wording {
        switch self {
        case .general: Wording(chinese: "一般账户", english: "general account")
        case .temporary: Wording(chinese: "临时账户", english: "temporary account")
        }
    }
}

extension TransferPurpose {
    var onPaper: Wording {
        switch self {
        case .move: Wording(chinese: "流动就业转移", english: "the person has moved")
        case .gathering: Wording(chinese: "临时账户归集", english: "gathering at the benefit place")
        }
    }
}

extension Branch {
    var onPaper: Wording {
        switch self {
        case .pension: Wording(chinese: "职工基本养老保险", english: "basic pension insurance")
        case .medical: Wording(chinese: "基本医疗保险个人账户", english: "medical individual account")
        case .housing: Wording(chinese: "住房公积金", english: "housing fund")
        }
    }

    /// For a narrow column.
    var short: String {
        switch self {
        case .pension: "养老"
        case .medical: "医疗"
        case .housing: "公积金"
        }
    }
}

extension [Branch] {
    /// `无` for none.
    var onPaper: Wording {
        guard !isEmpty else { return Wording(chinese: "无", english: "none") }
        return Wording(
            chinese: map(\.onPaper.chinese).joined(separator: "、"),
            english: map(\.onPaper.english).joined(separator: ", "))
    }
}

extension ContributionKind {
    /// For a narrow column.
    var short: String {
        switch self {
        case .ordinary: "正常"
        case .backPayment: "补缴"
        case .deemed: "视同"
        case .arrears: "欠费"
        case .waived: "放弃"
        case .withheld: "暂留"
        }
    }
}

extension InterestFormula {
    var onPaper: Wording {
        switch self {
        case .none: Wording(chinese: "不计息", english: "none")
        case .annual: Wording(chinese: "年度计算法", english: "by the year")
        case .monthlyProducts: Wording(chinese: "月积数法", english: "by monthly products")
        }
    }
}

extension Reason {
    /// The code and the sentence.
    var onPaper: Wording { Wording(chinese: "\(code)  \(sentence.chinese)", english: sentence.english) }
}

/// A number of months, also in years: `156 个月（13 年）`.
func monthsOnPaper(_ months: Int) -> Wording {
    let (years, rest) = (months / 12, months % 12)
    guard years > 0 else { return Wording(chinese: "\(months) 个月", english: "\(months) months") }
    return Wording(
        chinese: "\(months) 个月（\(years) 年\(rest > 0 ? "零 \(rest) 个月" : "")）",
        english: "\(months) months (\(years) years\(rest > 0 ? " and \(rest) months" : ""))")
}
