package import TransferDocuments

/// Who decided a step that leaves the agency or moves money: two persons, or a policy that stands for them.
///
/// Source: BR-240 of the domain handbook (Mianyang's two-level check).
package struct Deciders: Hashable, Sendable {
    package let maker: Signatory
    package let checker: Signatory

    /// The agency's straight-through policy.
    package static let policy = Deciders(maker: .straightThrough, checker: .straightThrough)

    private init(maker: Signatory, checker: Signatory) {
        self.maker = maker
        self.checker = checker
    }

    /// - Returns: nil when it is the same person twice, or when one of them is no person.
    package init?(maker: String, checker: String) {
        guard let maker = Signatory("staff:\(maker)"), let checker = Signatory("staff:\(checker)"), maker != checker
        else { return nil }
        self.maker = maker
        self.checker = checker
    }

    /// One person, for what needs no second: nothing leaves the agency and no money moves.
    ///
    /// - Returns: nil when it is no person.
    package init?(alone maker: String) {
        guard let maker = Signatory("staff:\(maker)") else { return nil }
        self.init(maker: maker, checker: .straightThrough)
    }

    /// What events keep: the policy, or both persons.
    package var actor: String { self == .policy ? DecisionStep.policy : "\(maker.text)+\(checker.text)" }
}
