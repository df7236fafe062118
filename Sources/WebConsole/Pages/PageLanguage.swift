import TransferCore

/// The language of a page: Chinese unless the reader has chosen English.
enum PageLanguage: String, Sendable, CaseIterable {
    case chinese = "zh-CN"
    case english = "en"

    /// Both are written where they are used, so that none can be missing.
    func callAsFunction(_ chinese: String, _ english: String) -> String { self == .chinese ? chinese : english }
    func callAsFunction(_ wording: Wording) -> String { self == .chinese ? wording.chinese : wording.english }

    /// The other one, for the switch.
    var other: PageLanguage { self == .chinese ? .english : .chinese }
    var ownName: String { self == .chinese ? "中文" : "English" }
}
