import Testing
import TransferCore

@Suite struct `The reconciliation` {
    private static let number = CaseNumber(destination: AgencyCode("370700")!, year: 2026, serial: 12)!

    fileprivate static func key(_ attempt: Int) -> OrderKey {
        OrderKey(caseNumber: number, leg: .remittance, attempt: attempt)!
    }

    /// Papers in which everything agrees on 30 fen, but for what a row changes.
    private static func papers(
        certificate: Int64 = 10, account: Int64 = 10, pooled: Int64 = 20, total: Int64 = 30, version: Int = 1,
        computedAccount: Int64 = 10, computedPooled: Int64 = 20, figures: Bool = true, months: Bool = true
    ) -> PapersPosition {
        PapersPosition(
            certificateAccount: Money(fen: certificate), formAccount: Money(fen: account),
            formPooled: Money(fen: pooled), formTotal: Money(fen: total), formVersion: version,
            computedAccount: Money(fen: computedAccount), computedPooled: Money(fen: computedPooled),
            formFiguresAgree: figures, monthsAgree: months)
    }

    /// A form of this total that agrees with its own lines and with the certificate.
    private static func form(_ total: Int64, version: Int = 1) -> PapersPosition {
        papers(account: 10, pooled: total - 10, total: total, version: version, computedPooled: total - 10)
    }

    /// - Parameters:
    ///   - advised: by order, the amount; the third number names the order that it makes up for.
    ///   - credited: by order, the amount.
    private static func money(
        _ advised: [(Int, Int64, Int?)], _ credited: [(Int, Int64)], returned: Int64 = 0,
        as ground: ReturnGround = .corrected, excess: Bool = false
    ) -> FundsPosition {
        FundsPosition(
            advised: advised.map { .init(key: key($0.0), amount: Money(fen: $0.1), makesUp: $0.2.map(key)) },
            credited: credited.map { .init(key: key($0.0), amount: Money(fen: $0.1)) },
            returned: returned == 0 ? [] : [.init(key: key(1), ground: ground, amount: Money(fen: returned))],
            isExcessConfirmed: excess)
    }

    private static let even = money([(1, 30, nil)], [(1, 30)])

    @Test func `finds no difference when certificate, form, advice and credit agree to the fen`() {
        #expect(Reconciliation(papers: Self.papers(), funds: Self.even).outcome == .matched(surplus: .zero))
    }

    @Test(arguments: [
        (papers(computedAccount: 11), even, Difference.formAccountDiffers),
        (papers(computedPooled: 19), even, .formPooledDiffers), (papers(total: 31), even, .formTotalDiffers),
        (papers(figures: false), even, .formFiguresDiffer), (papers(certificate: 9), even, .certificateDiffers),
        (papers(months: false), even, .monthsDiffer),
        (papers(), money([(1, 30, nil)], [(2, 30)]), .orderKeyDiffers),
        (papers(), money([(1, 29, nil)], [(1, 29)]), .adviceDiffers),
        (papers(), money([(1, 31, nil)], [(1, 31)]), .adviceDiffers),
        (papers(), money([(1, 30, nil)], [(1, 29)]), .creditShort),
        (papers(), money([(1, 30, nil)], [(1, 31)]), .creditOver),
    ])
    func `names the first side that differs by a single fen`(
        papers: PapersPosition, funds: FundsPosition, difference: Difference
    ) {
        #expect(Reconciliation(papers: papers, funds: funds).outcome == .differs(difference))
    }

    /// The matching table of the domain handbook (4.3), and what a newer form makes of it.
    @Test(arguments: [
        Row("the form and nothing else", form(30), money([], []), .adviceOutstanding),
        Row("the form and the advice, no money", form(30), money([(1, 30, nil)], []), .fundsOutstanding),
        Row("the form and the money, no advice", form(30), money([], [(1, 30)]), .adviceOutstanding),
        Row("equal to the fen", form(30), money([(1, 30, nil)], [(1, 30)]), .matched(surplus: .zero)),
        Row("less than the form", form(30), money([(1, 30, nil)], [(1, 21)]), .differs(.creditShort)),
        Row(
            "the rest is advised and on its way", form(30), money([(1, 30, nil), (2, 9, 1)], [(1, 21)]),
            .fundsOutstanding),
        Row(
            "the rest makes it up", form(30), money([(1, 30, nil), (2, 9, 1)], [(1, 21), (2, 9)]),
            .matched(surplus: .zero)),
        Row(
            "the rest is short again", form(30), money([(1, 30, nil), (2, 9, 1)], [(1, 21), (2, 8)]),
            .differs(.creditShort)),
        Row("more than the form", form(30), money([(1, 30, nil)], [(1, 40)]), .differs(.creditOver)),
        Row(
            "more than the form, and the origin says that the form stands", form(30),
            money([(1, 30, nil)], [(1, 40)], excess: true), .matched(surplus: Money(fen: 10))),
        Row(
            "the same order twice", form(30), money([(1, 30, nil)], [(1, 30), (1, 30)]),
            .matched(surplus: Money(fen: 30))),
        Row(
            "the same order twice, and the second sent back", form(30),
            money([(1, 30, nil)], [(1, 30), (1, 30)], returned: 30, as: .surplus), .matched(surplus: .zero)),
        Row(
            "twice, and short both times", form(30), money([(1, 30, nil)], [(1, 20), (1, 10)]), .differs(.creditShort)),
        Row(
            "the lines are wrong", papers(figures: false), money([(1, 30, nil)], [(1, 30)]),
            .differs(.formFiguresDiffer)),
        Row(
            "another key, the advised one is missing", form(30), money([(1, 30, nil)], [(2, 30)]),
            .differs(.orderKeyDiffers)),
        Row(
            "another key beside the right one", form(30), money([(1, 30, nil)], [(1, 30), (2, 5)]),
            .matched(surplus: .zero)),
        Row(
            "a fen under another key, and the right one on its way", form(30), money([(1, 30, nil)], [(9, 1)]),
            .fundsOutstanding),
        Row(
            "a fen under the right key before the money", form(30), money([(1, 30, nil)], [(1, 1), (1, 30)]),
            .matched(surplus: Money(fen: 1))),
        Row(
            "short, and the rest before its advice", form(30), money([(1, 30, nil)], [(1, 21), (2, 9)]),
            .adviceOutstanding),
        Row("short, and a fen of nobody", form(30), money([(1, 30, nil)], [(1, 21), (2, 1)]), .differs(.creditShort)),
        Row(
            "the rest of a newer form before its advice", form(35, version: 2),
            money([(1, 30, nil)], [(1, 30), (2, 5)]), .adviceOutstanding),
        Row(
            "the rest of a newer form, sent back before its advice came", form(35, version: 2),
            FundsPosition(
                advised: [
                    .init(key: key(1), amount: Money(fen: 30), makesUp: nil),
                    .init(key: key(2), amount: Money(fen: 5), makesUp: nil),
                ],
                credited: [.init(key: key(1), amount: Money(fen: 30)), .init(key: key(2), amount: Money(fen: 5))],
                returned: [.init(key: key(2), ground: .surplus, amount: Money(fen: 5))], isExcessConfirmed: false),
            .differs(.creditShort)),
        Row(
            "more than the form, and the excess sent back", form(30),
            money([(1, 30, nil)], [(1, 40)], returned: 10, as: .excess), .matched(surplus: .zero)),
        Row(
            "a newer form that asks for more, money for the older", form(35, version: 2),
            money([(1, 30, nil)], [(1, 30)]), .adviceOutstanding),
        Row(
            "a newer form that asks for more, the rest on its way", form(35, version: 2),
            money([(1, 30, nil), (2, 5, nil)], [(1, 30)]), .fundsOutstanding),
        Row(
            "a newer form that asks for more, and the rest", form(35, version: 2),
            money([(1, 30, nil), (2, 5, nil)], [(1, 30), (2, 5)]), .matched(surplus: .zero)),
        Row(
            "a newer form that asks for less", form(25, version: 2), money([(1, 30, nil)], [(1, 30)]),
            .matched(surplus: Money(fen: 5))),
        Row(
            "a newer form that asks again for what went back", form(30, version: 3),
            money([(1, 30, nil)], [(1, 30)], returned: 5), .adviceOutstanding),
        Row(
            "a newer form that asks again for what went back, and the rest", form(30, version: 3),
            money([(1, 30, nil), (2, 5, nil)], [(1, 30), (2, 5)], returned: 5), .matched(surplus: .zero)),
        Row(
            "an older certificate beside a newer form", papers(certificate: 9, version: 2),
            money([(1, 30, nil)], [(1, 30)]), .matched(surplus: .zero)),
    ])
    private func `does what the matching table says`(row: Row) {
        #expect(Reconciliation(papers: row.papers, funds: row.funds).outcome == row.outcome)
    }

    private struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        let papers: PapersPosition
        let funds: FundsPosition
        let outcome: Reconciliation.Outcome

        init(
            _ description: String, _ papers: PapersPosition, _ funds: FundsPosition, _ outcome: Reconciliation.Outcome
        ) {
            testDescription = description
            self.papers = papers
            self.funds = funds
            self.outcome = outcome
        }
    }

    @Test(arguments: [UInt64](1...20))
    func `says matched only when every fen is accounted for`(seed: UInt64) {
        var random = SplitMix(seed: seed)
        var matches = 0
        for _ in 1...1_000 {
            /// The right amount most of the time, and another one now and then.
            func nearly(_ amount: Int64) -> Int64 {
                amount + (Int.random(in: 1...8, using: &random) == 1 ? .random(in: -5...5, using: &random) : 0)
            }
            let version = Int.random(in: 1...3, using: &random)
            let papers = Self.papers(
                certificate: nearly(10), account: nearly(10), pooled: nearly(20), total: nearly(30), version: version)
            var advised: [(Int, Int64, Int?)] = [
                (1, nearly([25, 30, 30, 35].randomElement(using: &random) ?? 30), nil)
            ]
            if Bool.random(using: &random) { advised.append((2, 5, Bool.random(using: &random) ? 1 : nil)) }
            var credited = advised.map { ($0.0, nearly($0.1)) }
            if let again = credited.randomElement(using: &random), Bool.random(using: &random) {
                credited.append(Bool.random(using: &random) ? again : (3, 5))
            }
            if Int.random(in: 1...8, using: &random) == 1 { credited.removeFirst() }
            let funds = Self.money(
                advised, credited, returned: [0, 0, 5].randomElement(using: &random) ?? 0,
                excess: .random(using: &random))
            guard case .matched(let surplus) = Reconciliation(papers: papers, funds: funds).outcome else { continue }
            matches += 1
            #expect(papers.formAccount + papers.formPooled == papers.formTotal)
            #expect(papers.formAccount == papers.computedAccount && papers.formPooled == papers.computedPooled)
            #expect(version > 1 || papers.certificateAccount == papers.formAccount)
            #expect(surplus >= .zero)
            let here = funds.credited.map(\.amount).sum() - funds.returned.map(\.amount).sum()
            let held = funds.tally.held.map(\.amount).sum()
            #expect(here - held == papers.formTotal + surplus)
            #expect(Set(funds.advised.map(\.key)).isSubset(of: funds.credited.map(\.key)))
            let owed = funds.owed(.posted(papers.formTotal)).map(\.amount).sum()
            #expect(owed == surplus, "what is left over is what goes back")
        }
        #expect(matches > 0)
    }
}

@Suite struct `What is owed back` {
    private static let number = CaseNumber(destination: AgencyCode("370700")!, year: 2026, serial: 12)!

    private static func key(_ attempt: Int) -> OrderKey {
        OrderKey(caseNumber: number, leg: .remittance, attempt: attempt)!
    }

    private static func funds(
        _ credited: [(Int, Int64)], advised: [(Int, Int64)] = [(1, 30)], returned: [FundsPosition.Owed] = []
    ) -> FundsPosition {
        FundsPosition(
            advised: advised.map { .init(key: key($0.0), amount: Money(fen: $0.1), makesUp: nil) },
            credited: credited.map { .init(key: key($0.0), amount: Money(fen: $0.1)) }, returned: returned,
            isExcessConfirmed: false)
    }

    private static func owed(_ attempt: Int, _ ground: ReturnGround, _ fen: Int64) -> FundsPosition.Owed {
        .init(key: key(attempt), ground: ground, amount: Money(fen: fen))
    }

    @Test func `is no money that waits for its papers, until the case has ended`() {
        let funds = Self.funds([(1, 30), (2, 5)])
        #expect(funds.owed(.posted(Money(fen: 30))) == [])
        #expect(funds.owed(.underWay) == [])
        #expect(funds.owed(.recalled(Money(fen: 30))) == [Self.owed(2, .surplus, 5), Self.owed(1, .recalled, 30)])
        #expect(funds.owed(.ended) == [Self.owed(2, .surplus, 5), Self.owed(1, .surplus, 30)])
    }

    @Test func `is a double by the key that brought it, whatever else is owed`() {
        let funds = Self.funds([(1, 30), (1, 30)])
        #expect(funds.owed(.posted(Money(fen: 30))) == [Self.owed(1, .surplus, 30)])
        #expect(
            funds.owed(.recalled(Money(fen: 30))) == [Self.owed(1, .surplus, 30), Self.owed(1, .recalled, 30)],
            "a recall gives back what was remitted, and the double is a matter of its own")
    }

    @Test func `is what a newer form lowered, once, and not at all when a newer one asks for it again`() {
        let funds = Self.funds([(1, 30)])
        #expect(funds.owed(.posted(Money(fen: 25))) == [Self.owed(1, .corrected, 5)])
        #expect(funds.owed(.posted(Money(fen: 30))) == [])
        let after = Self.funds([(1, 30)], returned: [Self.owed(1, .corrected, 5)])
        #expect(after.owed(.posted(Money(fen: 25))) == [])
        #expect(after.owed(.posted(Money(fen: 22))) == [Self.owed(1, .corrected, 3)])
        #expect(after.owed(.recalled(Money(fen: 25))) == [Self.owed(1, .recalled, 25)])
    }
}

@Suite struct `What an origin has given away` {
    private static func parts(_ individual: Int64, _ pooled: Int64) -> GivenAway.Parts {
        .init(individual: Money(fen: individual), pooled: Money(fen: pooled))
    }

    @Test func `comes back by the form that lowered it, over three forms and in parts`() {
        var given = GivenAway()
        for form in [Self.parts(10, 20), Self.parts(8, 17), Self.parts(5, 15)] { given.sent(form) }
        #expect(given.cameBack(Money(fen: 4)) == Self.parts(4, 0))
        #expect(given.cameBack(Money(fen: 6)) == Self.parts(1, 5))
        #expect(given.cameBack(Money(fen: 1)) == Self.parts(0, 0), "nothing more was lowered")
    }

    @Test func `counts for the next form where it was frozen for one that was refused`() {
        var given = GivenAway()
        given.sent(Self.parts(10, 20))
        given.refused(Self.parts(12, 23))
        #expect(given.missing(for: Self.parts(12, 23)) == Self.parts(0, 0))
        #expect(given.missing(for: Self.parts(14, 26)) == Self.parts(2, 3))
        given.sent(Self.parts(12, 23))
        #expect(given.cameBack(Money(fen: 1)) == Self.parts(0, 0), "all of it is asked for")
    }

    /// Under a newer form the other office sends back what is too much: to count on it would leave the next form unpaid.
    @Test func `does not count for the next form where a newer one than the first was taken`() {
        var given = GivenAway()
        for form in [Self.parts(10, 20), Self.parts(12, 23)] { given.sent(form) }
        given.refused(Self.parts(14, 26))
        #expect(given.missing(for: Self.parts(14, 26)) == Self.parts(2, 3))
        given.sent(Self.parts(14, 26))
        #expect(given.cameBack(Money(fen: 5)) == Self.parts(2, 3), "what came back is explained all the same")
    }

    @Test func `comes back where it was frozen for a form that was refused, and settles that`() {
        var given = GivenAway()
        given.sent(Self.parts(10, 20))
        given.refused(Self.parts(12, 23))
        var assigned = given
        #expect(assigned.cameBackUnasked(Money(fen: 5)) == Self.parts(2, 3))
        #expect(assigned.cameBackUnasked(Money(fen: 1)) == Self.parts(0, 0))
        given.sent(Self.parts(11, 21))
        #expect(given.cameBack(Money(fen: 3)) == Self.parts(1, 2))
        #expect(given.missing(for: Self.parts(12, 22)) == Self.parts(1, 1))
    }

    @Test func `counts what a newer form asks for after one that asked for less`() {
        var given = GivenAway()
        for form in [Self.parts(10, 20), Self.parts(8, 17), Self.parts(12, 20)] { given.sent(form) }
        #expect(given.cameBack(Money(fen: 5)) == Self.parts(2, 3))
    }
}
