/// How the funds of a transfer were computed, step by step, as a clerk would check it by hand.
///
/// Every amount that is shown stands beside the figures that make it, and every step names its rule. The explanation is
/// made from the request and its computation; it computes no amount of its own.
package struct FundExplanation: Hashable, Sendable {
    package let request: FundRequest
    package let funds: FundComputation
    /// The steps of each line, in the order of the request.
    package let lines: [[ExplanationStep]]
    /// The steps of each settled year, in the order of the computation.
    package let years: [[ExplanationStep]]
    /// Months, totals, and what is transferred.
    package let totals: [ExplanationStep]
}

extension FundRequest {
    /// Computes the funds and explains how.
    ///
    /// - Throws: the first fault of the request.
    package func explainFunds() throws(RuleFault) -> FundExplanation {
        let funds = try computeFunds()
        return FundExplanation(
            request: self, funds: funds, lines: zip(lines, funds.lines).map { steps(of: $0, $1) },
            years: funds.years.indices.map { yearSteps(at: $0, of: funds) }, totals: totalSteps(of: funds))
    }
}

extension FundRequest {
    private func steps(of line: ContributionLine, _ amounts: FundLine) -> [ExplanationStep] {
        let months = ExplanationStep(
            .months, .given(.period(from: line.from, to: line.to)), .count(line.months),
            by: line.kind.carriesMoney ? .monthsPaid : line.kind == .deemed ? .paidAndDeemed : .noMoney)
        guard line.kind.carriesMoney else { return [months] + stepsWithoutMoney(of: line) }
        let shares = movingShares(of: line)
        let parts = [
            months, base(of: line),
            ExplanationStep(
                .accountShare, .given(.share(shares.basis)), .share(shares.account), by: shares.basis.accountRule),
            ExplanationStep(
                .pooledShare, .given(.share(shares.basis)), .share(shares.pooled), by: shares.basis.pooledRule),
            part(.principal, of: line, .share(shares.account), amounts.principal, by: shares.basis.accountRule),
            part(.pooled, of: line, .share(shares.pooled), amounts.pooled, by: shares.basis.pooledRule),
        ]
        return parts + difference(of: line, shares, amounts) + interest(of: line, shares, amounts)
    }

    /// Base, months and a share multiplied.
    private func part(
        _ kind: ExplanationStep.Kind, of line: ContributionLine, _ share: Figure, _ amount: Money, by rule: FundRule
    ) -> ExplanationStep {
        ExplanationStep(
            kind, .product([.money(line.countedBase), .count(line.months), share], over: 1), .money(amount), by: rule)
    }

    private func base(of line: ContributionLine) -> ExplanationStep {
        let reckoning = line.baseLimits.map { Reckoning.within(base: line.base, limits: $0) } ?? .given(.baseUsed)
        return ExplanationStep(.base, reckoning, .money(line.countedBase), by: .baseUsed)
    }

    /// What the credited share is above or below the account share.
    private func difference(
        of line: ContributionLine, _ shares: MovingShares, _ amounts: FundLine
    ) -> [ExplanationStep] {
        guard shares.isBounded, line.creditedShare != shares.account else { return [] }
        let isAbove = line.creditedShare > shares.account
        return [
            part(
                isAbove ? .retained : .raised, of: line,
                isAbove ? .apart(line.creditedShare, shares.account) : .apart(shares.account, line.creditedShare),
                isAbove ? amounts.retained : amounts.raised, by: .creditedDifference)
        ]
    }

    private func interest(
        of line: ContributionLine, _ shares: MovingShares, _ amounts: FundLine
    ) -> [ExplanationStep] {
        guard interest.formula != .none else {
            return [ExplanationStep(.interest, .given(.noInterestComputed), .money(amounts.interest), by: .rates)]
        }
        guard line.year < runningYear, let rate = interest.rates[line.year] else {
            return [ExplanationStep(.interest, .given(.yearIsRunning), .money(amounts.interest), by: .runningYear)]
        }
        let rule = relation == .temporary ? FundRule.temporaryAccount : .interestOfSettledYears
        let bearing: Figure =
            relation == .temporary ? .together(shares.account, shares.pooled) : .share(shares.account)
        if interest.formula == .annual {
            let figures: [Figure] = [
                .money(line.countedBase), .count(line.months), bearing, .share(rate), .thousandths(1_083),
            ]
            return [ExplanationStep(.interest, .product(figures, over: 2), .money(amounts.interest), by: rule)]
        }
        let months = FundRequest.monthsOfInterest(line)
        let reckoning: Reckoning =
            line.paidOn.map { .product([.count(line.months), .count(13 - $0.month)], over: 1) }
            ?? .sum((line.from.month...line.to.month).map { .count(13 - $0) })
        return [
            ExplanationStep(.interestMonths, reckoning, .count(months), by: .interestOfSettledYears),
            ExplanationStep(
                .interest, .product([.money(line.countedBase), bearing, .share(rate), .count(months)], over: 12),
                .money(amounts.interest), by: rule),
        ]
    }

    private func stepsWithoutMoney(of line: ContributionLine) -> [ExplanationStep] {
        let rule: FundRule =
            switch line.kind {
            case .deemed: .paidAndDeemed
            case .withheld: .monthsWithoutPaper
            case .ordinary, .backPayment, .arrears, .waived: .noMoney
            }
        let nothing = ExplanationStep(
            .noMoney, .given(.kindCarriesNoMoney(line.kind)), .money(.zero), by: rule)
        guard line.kind == .withheld else { return [nothing] }
        let shares = movingShares(of: line)
        let amounts = computeLine(line)
        return [
            nothing, base(of: line),
            ExplanationStep(
                .accountShare, .given(.share(shares.basis)), .share(shares.account), by: shares.basis.accountRule),
            ExplanationStep(
                .pooledShare, .given(.share(shares.basis)), .share(shares.pooled), by: shares.basis.pooledRule),
            part(.withheldPrincipal, of: line, .share(shares.account), amounts.principal, by: rule),
            part(.withheldPooled, of: line, .share(shares.pooled), amounts.pooled, by: rule),
        ]
    }
}

extension ShareBasis {
    /// The rule of the account share.
    package var accountRule: FundRule {
        switch self {
        case .temporary: .temporaryAccount
        case .residents: .residentsScheme
        case .before1998: .accountBefore1998
        case .to2005: .accountTo2005
        case .from2006: .accountFrom2006
        }
    }

    /// The rule of the pooled share.
    package var pooledRule: FundRule {
        switch self {
        case .temporary: .temporaryAccount
        case .residents: .residentsScheme
        case .before1998: .nothingPooledBefore1998
        case .to2005, .from2006: .pooledShare
        }
    }
}
