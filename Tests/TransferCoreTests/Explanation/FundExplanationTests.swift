import Testing
import TransferCore

/// What a clerk could check by hand must come to what was computed: every figure that is shown is put in again.
@Suite struct `An explanation of funds` {
    @Test(arguments: [UInt64](1...200))
    func `shows figures that make its amounts for any request`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let request = RandomFunds.request(using: &random)
        let explanation = try request.explainFunds()
        #expect(explanation.funds == (try request.computeFunds()))
        for step in explanation.steps { checkReckoning(of: step) }
        checkAmounts(explanation)
    }

    @Test(arguments: ContributionKind.allCases)
    func `has steps for a line of every kind`(kind: ContributionKind) throws {
        let paidOn = kind.isPaidLate ? "2021-05-10" : nil
        let request = funds(
            [line("2021-01", "2021-03", kind: kind, year: 2021, paidOn: paidOn)], in: "2023-02", formula: .annual,
            rates: [2021: 669, 2022: 612])
        let explanation = try request.explainFunds()
        for step in explanation.steps { checkReckoning(of: step) }
        checkAmounts(explanation)
        let kinds = explanation.lines[0].map(\.kind)
        #expect(kinds.first == .months)
        #expect(kinds.contains(.noMoney) == !kind.carriesMoney)
        #expect(kinds.contains(.principal) == kind.carriesMoney)
        #expect(kinds.contains(.withheldPrincipal) == (kind == .withheld))
    }

    @Test(arguments: [
        ("1997-01", Relation.general, PensionScheme.employee, ShareBasis.before1998, FundRule.accountBefore1998),
        ("1998-01", .general, .employee, .to2005, .accountTo2005),
        ("2005-12", .general, .employee, .to2005, .accountTo2005),
        ("2006-01", .general, .employee, .from2006, .accountFrom2006),
        ("2006-01", .temporary, .employee, .temporary, .temporaryAccount),
        ("2006-01", .general, .residents, .residents, .residentsScheme),
    ])
    func `says by which row the share was taken`(
        from: String, relation: Relation, scheme: PensionScheme, basis: ShareBasis, rule: FundRule
    ) throws {
        let explanation = try funds([line(from, from)], scheme: scheme, relation: relation).explainFunds()
        let share = try #require(explanation.lines[0].first { $0.kind == .accountShare })
        #expect(share.reckoning == .given(.share(basis)))
        #expect(share.rule == rule)
    }

    @Test(arguments: [
        (1_100, ExplanationStep.Kind.retained, Figure.apart(share(1_100), share(800))),
        (500, .raised, .apart(share(800), share(500))),
    ])
    func `shows what the credited share is above or below the account share`(
        credited: Int, kind: ExplanationStep.Kind, difference: Figure
    ) throws {
        let explanation = try funds([line("2021-01", "2021-03", credited: credited)]).explainFunds()
        let step = try #require(explanation.lines[0].first { $0.kind == kind })
        #expect(step.reckoning == .product([.money(Money(fen: 5_000_00)), .count(3), difference], over: 1))
        #expect(explanation.totals.contains { $0.kind == (kind == .retained ? .totalRetained : .totalRaised) })
    }

    @Test func `shows the floor that raised a base`() throws {
        let limits = BaseLimits(floor: Money(fen: 3_500_00), ceiling: Money(fen: 20_000_00))
        let explanation = try funds([line("2021-01", "2021-03", base: 3_000_00, limits: limits)]).explainFunds()
        let step = try #require(explanation.lines[0].first { $0.kind == .base })
        #expect(step.reckoning == .within(base: Money(fen: 3_000_00), limits: limits))
        #expect(step.result == .money(Money(fen: 3_500_00)))
    }

    @Test func `counts the months of interest from April to December as forty-five`() throws {
        let explanation = try funds(
            [line("2020-04", "2020-12")], in: "2021-02", formula: .monthlyProducts, rates: [2020: 604]
        ).explainFunds()
        let step = try #require(explanation.lines[0].first { $0.kind == .interestMonths })
        #expect(step.result == .count(45))
        #expect(step.reckoning == .sum([9, 8, 7, 6, 5, 4, 3, 2, 1].map { .count($0) }))
    }

    @Test func `counts the months of interest of a back payment from the month of payment`() throws {
        let late = line("2019-01", "2019-06", kind: .backPayment, year: 2020, paidOn: "2020-10-08")
        let explanation = try funds([late], in: "2021-02", formula: .monthlyProducts, rates: [2020: 604])
            .explainFunds()
        let step = try #require(explanation.lines[0].first { $0.kind == .interestMonths })
        #expect(step.reckoning == .product([.count(6), .count(3)], over: 1))
        #expect(step.result == .count(18))
    }

    @Test func `says why the running year bears no interest`() throws {
        let explanation = try funds([line("2021-01", "2021-01")], in: "2021-02", formula: .annual, rates: [2020: 604])
            .explainFunds()
        #expect(explanation.lines[0].last?.reckoning == .given(.yearIsRunning))
    }

    @Test func `says why no money moves within one province`() throws {
        let explanation = try funds([line("2021-01", "2021-01")], from: "330200", to: "330100").explainFunds()
        #expect(explanation.totals.last?.reckoning == .given(.withinOneProvince))
        #expect(explanation.totals.last?.result == .money(.zero))
    }

    @Test func `does not explain a request that cannot be computed`() {
        let request = funds([line("2021-01", "2021-02"), line("2021-02", "2021-03")])
        #expect(fault { () throws(RuleFault) in try request.explainFunds() }?.code == .overlappingLines)
    }
}

@Suite struct `A rule that is named` {
    @Test(arguments: FundRule.allCases)
    func `has a number and a source in both languages`(rule: FundRule) {
        #expect(rule.id.hasPrefix("BR-") && rule.id.utf8.count == 6)
        #expect(!rule.source.chinese.isEmpty && !rule.source.english.isEmpty)
    }
}

/// Puts the figures of a step in again, exactly, and rounds once.
private func checkReckoning(of step: ExplanationStep) {
    guard let (numerator, denominator) = step.reckoning.exact else {
        if case .within(let base, let limits) = step.reckoning {
            #expect(step.result == .money(min(max(base, limits.floor), limits.ceiling)))
        }
        return
    }
    let whole = (numerator * 2 + denominator) / (denominator * 2)
    #expect(step.result.exact == (whole, 1), "\(step.kind.rawValue)")
    switch step.result {
    case .money: #expect(step.reckoning.isRounded == (whole * denominator != numerator))
    case .count: #expect(whole * denominator == numerator)
    case .share, .together, .apart, .thousandths: Issue.record("a share is never reckoned")
    }
}

/// Every amount of the computation is the result of the step that shows it.
private func checkAmounts(_ explanation: FundExplanation) {
    let funds = explanation.funds
    func amount(_ kind: ExplanationStep.Kind, in steps: [ExplanationStep]) -> Money? {
        guard case .money(let money)? = steps.first(where: { $0.kind == kind })?.result else { return nil }
        return money
    }
    for (steps, line) in zip(explanation.lines, funds.lines) {
        #expect(amount(.principal, in: steps) ?? .zero == line.principal)
        #expect(amount(.pooled, in: steps) ?? .zero == line.pooled)
        #expect(amount(.interest, in: steps) ?? .zero == line.interest)
        #expect(amount(.retained, in: steps) ?? .zero == line.retained)
        #expect(amount(.raised, in: steps) ?? .zero == line.raised)
    }
    #expect(explanation.lines.count == funds.lines.count && explanation.years.count == funds.years.count)
    for (steps, year) in zip(explanation.years, funds.years) {
        #expect(amount(.opening, in: steps) == year.opening)
        #expect(amount(.openingInterest, in: steps) == year.openingInterest)
        #expect(amount(.credited, in: steps) == year.credited)
        #expect(amount(.creditedInterest, in: steps) == year.creditedInterest)
        #expect(amount(.closing, in: steps) == year.closing)
    }
    #expect(amount(.totalPrincipal, in: explanation.totals) == funds.principal)
    #expect(amount(.totalInterest, in: explanation.totals) == funds.interest)
    #expect(amount(.account, in: explanation.totals) == funds.account)
    #expect(amount(.totalPooled, in: explanation.totals) == funds.pooled)
    #expect(amount(.totalRetained, in: explanation.totals) ?? .zero == funds.retained)
    #expect(amount(.totalRaised, in: explanation.totals) ?? .zero == funds.raised)
    #expect(amount(.withheldAccount, in: explanation.totals) ?? .zero == funds.withheldAccount)
    #expect(amount(.totalWithheldPooled, in: explanation.totals) ?? .zero == funds.withheldPooled)
    #expect(amount(.transfer, in: explanation.totals) == funds.transfer)
}

extension FundExplanation {
    fileprivate var steps: [ExplanationStep] { lines.flatMap(\.self) + years.flatMap(\.self) + totals }
}
