/// A year paid into the residents' scheme some months of which were also paid into that of employees.
///
/// Source: 人社部发〔2014〕17号, Art. 7 (BR-173, BR-174).
package struct ResidentsOverlap: Hashable, Sendable {
    package let year: Int
    /// What the person paid for the year.
    package let own: Money
    /// What the village or another body paid.
    package let collective: Money
    /// What the government paid.
    package let subsidy: Money
    package let from: CalendarMonth
    package let to: CalendarMonth

    package init(
        year: Int, own: Money, collective: Money, subsidy: Money, from: CalendarMonth, to: CalendarMonth
    ) {
        self.year = year
        self.own = own
        self.collective = collective
        self.subsidy = subsidy
        self.from = from
        self.to = to
    }
}

/// What comes back of a year in the residents' scheme.
package struct ResidentsRefund: Hashable, Sendable {
    package let months: Int
    package let own: Money
    package let collective: Money
    /// Both together, to the person.
    package let refund: Money
    /// All of the government's subsidy, which is not refunded.
    package let subsidyKept: Money
}

extension ResidentsOverlap {
    /// Own and collective payments come back by twelfths; the subsidy stays.
    ///
    /// Source: 人社部发〔2014〕17号, Art. 7.
    ///
    /// - Throws: the first fault: `wrong-order`, then `month-outside-year`.
    package func clear() throws(RuleFault) -> ResidentsRefund {
        guard from <= to else { throw RuleFault(.wrongOrder, at: "overlap.to", "the end is before the beginning") }
        guard from.year == year else { throw RuleFault(.monthOutsideYear, at: "overlap.from", "not in the year") }
        guard to.year == year else { throw RuleFault(.monthOutsideYear, at: "overlap.to", "not in the year") }
        for amount in [own, collective, subsidy] where !(Money.zero...Money.limit).contains(amount) {
            throw RuleFault(.outOfRange, at: "", "amounts must be 0 to \(Money.limit.fen)")
        }
        let months = monthIndices(from: from, to: to).count
        let ownPart = Money(roundingHalfUp: Int128(own.fen) * Int128(months), over: 12)
        let collectivePart = Money(roundingHalfUp: Int128(collective.fen) * Int128(months), over: 12)
        return ResidentsRefund(
            months: months, own: ownPart, collective: collectivePart, refund: ownPart + collectivePart,
            subsidyKept: subsidy)
    }
}

/// Two pensions were drawn for the same months; one relationship is ended and what was paid twice is set off.
///
/// Source: 人社厅发〔2019〕94号, item 七; 人社部发〔2014〕17号, Art. 8 (BR-175).
package struct DoublePension: Hashable, Sendable {
    package let paidTwice: Money
    /// The individual account balance of the relationship that ends.
    package let endedAccount: Money
    /// The monthly pension that goes on.
    package let pension: Money
    /// The part of the pension that may be deducted each month.
    package let deductionShare: BasisPoints

    package init(paidTwice: Money, endedAccount: Money, pension: Money, deductionShare: BasisPoints) {
        self.paidTwice = paidTwice
        self.endedAccount = endedAccount
        self.pension = pension
        self.deductionShare = deductionShare
    }
}

/// How benefits paid twice come back.
package struct SetOff: Hashable, Sendable {
    /// From the ended account.
    package let fromAccount: Money
    /// What is left of that account, to the person.
    package let accountToPerson: Money
    /// What is deducted from the pension, month by month.
    package let rest: Money
    package let monthly: Money
    package let fullMonths: Int
    /// The last, smaller deduction; may be zero.
    package let final: Money
    package let months: Int
}

extension DoublePension {
    /// First against the ended account, then month by month from the pension.
    ///
    /// Source: 人社厅发〔2019〕94号, item 七; 人社部发〔2014〕17号, Art. 8; our choice of a monthly share (BR-175).
    ///
    /// - Throws: `out-of-range` when the monthly deduction would be nothing.
    package func setOff() throws(RuleFault) -> SetOff {
        let amounts = Money.zero...Money.limit
        guard amounts.contains(paidTwice), amounts.contains(endedAccount), amounts.contains(pension) else {
            throw RuleFault(.outOfRange, at: "", "amounts must be 0 to \(Money.limit.fen)")
        }
        let fromAccount = min(paidTwice, endedAccount)
        let rest = paidTwice - fromAccount
        let monthly = Money(roundingHalfUp: Int128(pension.fen) * Int128(deductionShare.value), over: 10_000)
        guard monthly > .zero else {
            throw RuleFault(.outOfRange, at: "deductionShareBp", "the monthly deduction would be nothing")
        }
        let (full, final) = rest.fen.quotientAndRemainder(dividingBy: monthly.fen)
        return SetOff(
            fromAccount: fromAccount, accountToPerson: endedAccount - fromAccount, rest: rest, monthly: monthly,
            fullMonths: Int(full), final: Money(fen: final), months: Int(full) + (final > 0 ? 1 : 0))
    }
}
