/// A rule of the domain handbook that a step of a computation follows; the number is that of the page on rules.
package enum FundRule: Int, Hashable, CaseIterable, Sendable {
    case withinProvince = 39
    case transferParts = 80
    case accountBefore1998 = 81
    case accountTo2005 = 82
    case accountFrom2006 = 83
    case creditedDifference = 84
    case interestOfSettledYears = 85
    case runningYear = 86
    case pooledShare = 87
    case monthsPaid = 89
    case nothingPooledBefore1998 = 90
    case noMoney = 91
    case baseUsed = 92
    case temporaryAccount = 96
    case rates = 99
    case sums = 100
    case paidAndDeemed = 156
    case monthsWithoutPaper = 184
    case residentsScheme = 190

    /// `BR-083`
    package var id: String { rawValue < 100 ? "BR-0\(rawValue)" : "BR-\(rawValue)" }

    /// What the rule rests on.
    package var source: LegalSource {
        switch self {
        case .withinProvince: .provincialGuides
        case .transferParts, .rates, .sums: otherSource
        case .accountBefore1998: LegalSource("国办发〔2009〕66号", article: "4 (1)")
        case .accountTo2005, .accountFrom2006, .creditedDifference: LegalSource("人社厅发〔2017〕7号", article: "8")
        case .interestOfSettledYears, .runningYear: LegalSource("劳办发〔1997〕116号")
        case .pooledShare, .monthsPaid, .nothingPooledBefore1998, .baseUsed:
            LegalSource("国办发〔2009〕66号", article: "4 (2)")
        case .noMoney, .monthsWithoutPaper: LegalSource("人社厅发〔2019〕94号", item: "三")
        case .temporaryAccount: LegalSource("国办发〔2009〕66号", article: "5 (2)")
        case .paidAndDeemed: LegalSource("人社部规〔2016〕5号", item: "一")
        case .residentsScheme: LegalSource("人社部发〔2014〕17号", article: "5, 6")
        }
    }

    private var otherSource: LegalSource {
        switch self {
        case .transferParts: LegalSource("国办发〔2009〕66号", article: "4")
        case .rates: LegalSource("劳办发〔1997〕116号")
        default: .ourChoice
        }
    }
}
