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
    package var source: Source {
        switch self {
        case .withinProvince: Source("各省经办指南", "provincial guides")
        case .transferParts, .rates, .sums: otherSource
        case .accountBefore1998: Source("国办发〔2009〕66号", article: "4 (1)")
        case .accountTo2005, .accountFrom2006, .creditedDifference: Source("人社厅发〔2017〕7号", article: "8")
        case .interestOfSettledYears, .runningYear: Source("劳办发〔1997〕116号")
        case .pooledShare, .monthsPaid, .nothingPooledBefore1998, .baseUsed:
            Source("国办发〔2009〕66号", article: "4 (2)")
        case .noMoney, .monthsWithoutPaper: Source("人社厅发〔2019〕94号", item: "三")
        case .temporaryAccount: Source("国办发〔2009〕66号", article: "5 (2)")
        case .paidAndDeemed: Source("人社部规〔2016〕5号", item: "一")
        case .residentsScheme: Source("人社部发〔2014〕17号", article: "5, 6")
        }
    }

    private var otherSource: Source {
        switch self {
        case .transferParts: Source("国办发〔2009〕66号", article: "4")
        case .rates: Source("劳办发〔1997〕116号")
        default: Source("本系统约定", "our choice")
        }
    }

    /// A document and the place in it, in two languages.
    package struct Source: Hashable, Sendable {
        package let chinese: String
        package let english: String

        /// A source that is no document with articles.
        init(_ chinese: String, _ english: String) {
            self.chinese = chinese
            self.english = english
        }

        /// A document as a whole; its number is its name in both languages.
        init(_ document: String) { self.init(document, document) }

        init(_ document: String, article: String) {
            self.init("\(document)第\(Source.chineseArticle(article))", "\(document), Art. \(article)")
        }

        init(_ document: String, item: String) {
            self.init("\(document)第\(item)项", "\(document), item \(item)")
        }

        private static func chineseArticle(_ article: String) -> String {
            switch article {
            case "4": "四条"
            case "4 (1)": "四条第（一）项"
            case "4 (2)": "四条第（二）项"
            case "5 (2)": "五条第（二）项"
            case "5, 6": "五条、第六条"
            default: "八条"
            }
        }
    }
}
