extension FundRequest {
    /// The steps of one settled year: what was there, its interest, what came, its interest, what is there then.
    func yearSteps(at place: Int, of funds: FundComputation) -> [ExplanationStep] {
        let row = funds.years[place]
        let ofYear = zip(lines, funds.lines).filter { $0.0.year == row.year && $0.0.kind.carriesMoney }.map(\.1)
        let opening: Reckoning.Reason =
            place > 0 ? .closingOfYearBefore : carried.map { .carried(yearEnd: $0.yearEnd) } ?? .nothingCarried
        let rate = interest.rates[row.year] ?? .zero
        let isTemporary = relation == .temporary
        let credits = ofYear.flatMap { isTemporary ? [$0.principal, $0.pooled] : [$0.principal] }
        return [
            ExplanationStep(.opening, .given(opening), .money(row.opening), by: .interestOfSettledYears),
            ExplanationStep(
                .openingInterest, .product([.money(row.opening), .share(rate)], over: 1),
                .money(row.openingInterest), by: .interestOfSettledYears),
            ExplanationStep(
                .credited, .sum(credits.map { .money($0) }), .money(row.credited),
                by: isTemporary ? .temporaryAccount : .sums),
            ExplanationStep(
                .creditedInterest, .sum(ofYear.map { .money($0.interest) }), .money(row.creditedInterest), by: .sums),
            ExplanationStep(
                .closing,
                .sum([
                    .money(row.opening), .money(row.openingInterest), .money(row.credited),
                    .money(row.creditedInterest),
                ]), .money(row.closing), by: .sums),
        ]
    }

    func totalSteps(of funds: FundComputation) -> [ExplanationStep] {
        monthSteps(of: funds) + moneySteps(of: funds) + withheldSteps(of: funds) + [transferStep(of: funds)]
    }

    private func monthSteps(of funds: FundComputation) -> [ExplanationStep] {
        [
            ExplanationStep(
                .paidMonths, .sum(lines.filter(\.kind.carriesMoney).map { .count($0.months) }),
                .count(funds.months.paid), by: .monthsPaid),
            ExplanationStep(
                .countedMonths, .sum([.count(funds.months.paid), .count(funds.months.deemed)]),
                .count(funds.months.counted), by: .paidAndDeemed),
        ]
    }

    private func moneySteps(of funds: FundComputation) -> [ExplanationStep] {
        func sum(
            _ kind: ExplanationStep.Kind, _ amounts: [Money], _ result: Money, by rule: FundRule = .sums
        ) -> ExplanationStep {
            ExplanationStep(kind, .sum(amounts.map { .money($0) }), .money(result), by: rule)
        }
        let carriers = zip(lines, funds.lines).filter(\.0.kind.carriesMoney).map(\.1)
        var steps = [
            sum(.totalPrincipal, (carried.map { [$0.balance] } ?? []) + carriers.map(\.principal), funds.principal),
            interest.formula == .none
                ? ExplanationStep(.totalInterest, .given(.noInterestComputed), .money(funds.interest), by: .rates)
                : sum(
                    .totalInterest, funds.years.flatMap { [$0.openingInterest, $0.creditedInterest] }, funds.interest),
            sum(.account, [funds.principal, funds.interest], funds.account),
            sum(.totalPooled, carriers.map(\.pooled), funds.pooled),
        ]
        let retained = carriers.map(\.retained).filter { $0 > .zero }
        let raised = carriers.map(\.raised).filter { $0 > .zero }
        if !retained.isEmpty { steps.append(sum(.totalRetained, retained, funds.retained, by: .creditedDifference)) }
        if !raised.isEmpty { steps.append(sum(.totalRaised, raised, funds.raised, by: .creditedDifference)) }
        return steps
    }

    private func withheldSteps(of funds: FundComputation) -> [ExplanationStep] {
        let withheld = lines.filter { $0.kind == .withheld }.map(computeLine)
        guard !withheld.isEmpty else { return [] }
        return [
            ExplanationStep(
                .withheldAccount, .sum(withheld.map { .money($0.principal) }), .money(funds.withheldAccount),
                by: .monthsWithoutPaper),
            ExplanationStep(
                .totalWithheldPooled, .sum(withheld.map { .money($0.pooled) }), .money(funds.withheldPooled),
                by: .monthsWithoutPaper),
        ]
    }

    private func transferStep(of funds: FundComputation) -> ExplanationStep {
        guard funds.moneyMoves else {
            return ExplanationStep(
                .transfer, .given(.withinOneProvince), .money(funds.transfer), by: .withinProvince)
        }
        return ExplanationStep(
            .transfer, .sum([.money(funds.account), .money(funds.pooled)]), .money(funds.transfer),
            by: destinationScheme == .residents ? .residentsScheme : .transferParts)
    }
}
