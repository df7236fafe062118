/// What an origin has given away of a person's money, by form and by what came back: how much of it belongs to the account
/// and how much to the pooled fund.
///
/// A newer form that asks for more gives the difference away; one that asks for less is owed the difference back, and it
/// may come back in parts, and after a still newer form. What was frozen for a form that the other office refused is given
/// away too, and asked for by nobody: it counts for the next form, or comes back.
///
/// Source: side case C of the domain handbook (section 4.4); BR-142.
package struct GivenAway: Hashable, Sendable {
    private var given = Parts()
    private var wanted = Parts()
    /// What was frozen for forms that were refused, and is neither asked for since nor back.
    private var unasked = Parts()
    /// How many forms were taken.
    private var taken = 0

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

        package static func + (a: Parts, b: Parts) -> Parts {
            Parts(individual: a.individual + b.individual, pooled: a.pooled + b.pooled)
        }

        package static func - (a: Parts, b: Parts) -> Parts {
            Parts(individual: a.individual - b.individual, pooled: a.pooled - b.pooled)
        }
    }

    package init() {}

    /// A form was sent, and the other office has taken it, or will.
    package mutating func sent(_ form: Parts) {
        let more = form.sum > wanted.sum ? form - wanted : Parts()
        if canCount {
            given = given + (more.sum >= unasked.sum ? more : unasked)
            unasked = Parts()
        } else {
            given = given + more
        }
        wanted = form
        taken += 1
    }

    /// Whether what was frozen for a refused form counts for the next one. Where only the first form was taken, the other
    /// office holds its money, as it fits no form; under a newer one it sends back at once what is too much.
    package var canCount: Bool { taken == 1 && unasked.sum > .zero }

    /// A form was sent, and the other office has refused it.
    package mutating func refused(_ form: Parts) { unasked = unasked + missing(for: form) }

    /// What has to be frozen besides for a form: nothing where it asks for no more than is given away for it already.
    package func missing(for form: Parts) -> Parts {
        let here = canCount ? wanted + unasked : wanted
        return form.sum > here.sum ? form - here : Parts()
    }

    /// Money came back because a newer form asks for less, or because the form that asked for it was refused.
    ///
    /// - Returns: what of it goes to the account and to the pooled fund; zero for both where the forms do not explain it.
    package mutating func cameBack(_ amount: Money) -> Parts {
        let due = given - wanted
        if amount <= due.sum {
            let back = GivenAway.part(amount, of: due)
            given = given - back
            return back
        }
        guard amount <= due.sum + unasked.sum else { return Parts() }
        let back = due + GivenAway.part(amount - due.sum, of: unasked)
        (given, unasked) = (wanted, unasked - (back - due))
        return back
    }

    /// Money came back that the other office could not assign.
    ///
    /// - Returns: as of ``cameBack(_:)``; only what was frozen for refused forms explains it.
    package mutating func cameBackUnasked(_ amount: Money) -> Parts {
        guard amount <= unasked.sum else { return Parts() }
        let back = GivenAway.part(amount, of: unasked)
        unasked = unasked - back
        return back
    }

    /// The account comes first, as far as it goes.
    private static func part(_ amount: Money, of due: Parts) -> Parts {
        guard amount < due.sum else { return due }
        let individual = max(.zero, min(due.individual, amount))
        return Parts(individual: individual, pooled: amount - individual)
    }
}
