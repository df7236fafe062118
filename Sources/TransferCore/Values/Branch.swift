/// A branch of social insurance (险种). Each branch of a transfer is a leg of its case.
///
/// The names are published: they stand in documents, databases and messages, and never change.
package enum Branch: String, Hashable, Sendable, CaseIterable {
    /// Basic pension insurance of employees (职工基本养老保险): the relationship and the money move.
    case pension
    /// The individual account of basic medical insurance (基本医疗保险个人账户).
    case medical
    /// The housing fund account (住房公积金).
    case housing
}

/// The rank of declaration, so that lists of branches have one order everywhere.
extension Branch: Comparable {
    package static func < (a: Branch, b: Branch) -> Bool { a.rank < b.rank }

    private var rank: Int {
        switch self {
        case .pension: 0
        case .medical: 1
        case .housing: 2
        }
    }
}
