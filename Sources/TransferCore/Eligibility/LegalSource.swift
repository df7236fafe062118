/// What a rule rests on: a document and the place in it, in two languages.
package struct LegalSource: Hashable, Sendable {
    package let chinese: String
    package let english: String

    /// A source that is no document with articles.
    init(_ chinese: String, _ english: String) {
        self.chinese = chinese
        self.english = english
    }

    /// A document as a whole; its number is its name in both languages.
    init(_ document: String) { self.init(document, document) }

    /// - Parameter article: articles of a document, such as `5`, `5 (2)` or `5, 6`.
    init(_ document: String, article: String) {
        self.init("\(document)\(LegalSource.chinese(article))", "\(document), Art. \(article)")
    }

    init(_ document: String, item: String) {
        self.init("\(document)第\(item)项", "\(document), item \(item)")
    }

    /// What this system has decided itself, where no document does.
    static let ourChoice = LegalSource("本系统约定", "our choice")
    static let localGuides = LegalSource("各地经办指南", "local guides")
    static let provincialGuides = LegalSource("各省经办指南", "provincial guides")
    /// The interim measures on the transfer of pension relationships, on which most rules rest.
    static func measures(_ article: String) -> LegalSource { LegalSource("国办发〔2009〕66号", article: article) }

    /// 第五条第（二）项; 第五条、第六条.
    private static func chinese(_ articles: String) -> String {
        articles.split(separator: ",").map { article in
            let parts = article.split(whereSeparator: { " ()".contains($0) }).compactMap { Int($0) }
            let item = parts.count > 1 ? "第（\(numeral(parts[1]))）项" : ""
            return "第\(numeral(parts.first ?? 0))条\(item)"
        }.joined(separator: "、")
    }

    /// 1 to 99 as articles are numbered.
    private static func numeral(_ number: Int) -> String {
        let digits = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"]
        guard number >= 10 else { return digits[number] }
        return (number < 20 ? "" : digits[number / 10]) + "十" + digits[number % 10]
    }
}

extension Reason {
    /// What the reason rests on.
    package var source: LegalSource {
        switch self {
        case .notEnrolled: .measures("8 (1)")
        case .drawsPension: .measures("2")
        case .enrolledLateAwayFromHome: .measures("5 (2)")
        case .originAccountTemporary: LegalSource("人社部规〔2016〕5号", item: "三")
        case .sameProvince, .arrearsOpen: .provincialGuides
        case .backPaymentWithoutPapers: LegalSource("人社厅发〔2019〕94号第一项至第三项", "人社厅发〔2019〕94号, items 一 to 三")
        case .deceased: LegalSource("《社会保险法》第十四条", "Social Insurance Law, Art. 14")
        case .cashedOut: LegalSource("国办发〔2009〕66号施行前的经办规定", "guides older than 国办发〔2009〕66号")
        case .medicalNotReady: LegalSource("医保办发〔2021〕43号", article: "2")
        case .noRecordAtOrigin, .caseUnderWay: .ourChoice
        case .identityDiffers, .activeAtOrigin, .legalHold, .identityDocumentInvalid, .papersIncomplete,
            .housingNotReady, .currentMonthUnsettled, .recordsNotMerged, .fundNotAccepted, .letterIncomplete:
            .localGuides
        }
    }
}
