import TransferCore

/// In which language an explanation is told.
package enum ExplanationLanguage: String, Hashable, CaseIterable, Sendable {
    case chinese = "zh"
    case english = "en"
    /// Each step in Chinese, and below it in English.
    case both

    /// The languages one after the other.
    var single: [ExplanationLanguage] { self == .both ? [.chinese, .english] : [self] }
}

extension Wording {
    init(_ chinese: String, _ english: String) { self.init(chinese: chinese, english: english) }

    /// - Parameter language: one of the two; both is told as Chinese.
    func text(in language: ExplanationLanguage) -> String { language == .english ? english : chinese }
}
