/// What becomes of an application or of a leg.
package enum Decision: String, Hashable, CaseIterable, Sendable {
    /// The acceptance letter goes to the origin.
    case letter
    /// As ``letter``, but some months stay at the origin for want of papers.
    case partial
    /// A written refusal with its reason.
    case refuse
    /// The insurance relationship ends; the balance goes to the heirs.
    case end
    /// Only the record changes hands, within one province.
    case recordChange = "record-change"
    /// Contributions go on in a temporary account.
    case temporaryAccount = "temporary-account"
    /// Back to the side that can correct it.
    case `return`
    /// Nothing moves until a hold is lifted.
    case hold
    /// Nothing moves until a condition is met.
    case wait
    /// The balance is paid to the person.
    case payout
    /// The account is kept; nothing is paid out.
    case keepAccount = "keep-account"
}

/// A decision of a leg and the reason for it; no reason where the answer is what was asked for.
package struct LegDecision: Hashable, Sendable {
    package let decision: Decision
    package let reason: Reason?

    package init(_ decision: Decision, _ reason: Reason? = nil) {
        self.decision = decision
        self.reason = reason
    }
}

/// The full years between a day of birth and a later day: reached on the birthday, and by those born on 29 February on
/// 1 March of a common year. Not negative for a day on or after the birth.
///
/// Source: our choice (BR-037): the statutes say 年满, full years.
package func fullYears(from birth: CivilDate, to day: CivilDate) -> Int {
    day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day) ? 1 : 0)
}
