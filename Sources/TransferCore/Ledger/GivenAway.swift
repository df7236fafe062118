/// What an origin has given away of a person's money, by form and by what came back: how much of it belongs to the account
/// and how much to the pooled fund.
///
/// A newer form that asks for more gives the difference away; one that asks for less is owed the difference back, and it
/// may come back in parts, and after a still newer form.
///
/// Source: side case C of the domain handbook (section 4.4); BR-142.
package struct GivenAway: Hashable, Sendable {
    private var given = Parts()
    private var wanted = Parts()

    /// Two parts of one amount.
    package struct Parts: Hashable, Sendable {
        package var individual = Money.zero
        package var pooled = Money.zero

        package init() {}

        package init(individual: Money, pooled: Money) {
            self.individual = individual
            self.pooled = pooled
        }

        package var sum: Money { individual + pooled }
    }

    package init() {}

    /// A form was sent.
    package mutating func sent(_ form: Parts) {
        if form.sum > wanted.sum {
            given.individual += form.individual - wanted.individual
            given.pooled += form.pooled - wanted.pooled
        }
        wanted = form
    }

    /// Money came back because a newer form asks for less.
    ///
    /// - Returns: what of it goes to the account and to the pooled fund; zero for both where the forms do not explain it.
    package mutating func cameBack(_ amount: Money) -> Parts {
        let due = Parts(individual: given.individual - wanted.individual, pooled: given.pooled - wanted.pooled)
        guard amount <= due.sum else { return Parts() }
        var back = due
        if amount < due.sum {
            back.individual = max(.zero, min(due.individual, amount))
            back.pooled = amount - back.individual
        }
        given.individual = given.individual - back.individual
        given.pooled = given.pooled - back.pooled
        return back
    }
}
