import Testing
import TransferCore

@Suite struct `The account part` {
    @Test func `before 1998 is what the person paid, and nothing is pooled`() throws {
        let funds = try funds([line("1997-01", "1997-05", base: 416_50, own: 500, credited: 1_100)]).computeFunds()
        #expect(funds.lines[0] == amounts(principal: 104_13))
    }

    @Test(arguments: [("1998-01", "1998-12", 1_100), ("2005-01", "2005-12", 1_100), ("2006-01", "2006-12", 800)])
    func `is 11 percent of the base to 2005 and 8 percent from 2006`(from: String, to: String, share: Int64) throws {
        let funds = try funds([line(from, to, base: 1_000_00, credited: Int(share))]).computeFunds()
        #expect(funds.lines[0].principal == Money(fen: 1_000_00 * 12 * share / 10_000))
    }

    @Test func `leaves what is credited above the share at the origin`() throws {
        let funds = try funds([line("2003-01", "2003-12", base: 2_000_00, credited: 1_200)]).computeFunds()
        #expect(funds.lines[0] == amounts(principal: 2_640_00, pooled: 2_880_00, retained: 240_00))
    }

    @Test func `is raised to the share where less was credited`() throws {
        let funds = try funds([line("2007-01", "2007-12", base: 1_800_00, own: 500, credited: 500)]).computeFunds()
        #expect(funds.lines[0] == amounts(principal: 1_728_00, pooled: 2_592_00, raised: 648_00))
    }

    @Test func `of a back payment follows the months covered, not the day of payment`() throws {
        let late = line("2004-07", "2004-12", kind: .backPayment, year: 2010, paidOn: "2010-05-04")
        #expect(try funds([late]).computeFunds().lines[0].principal == Money(fen: 5_000_00 * 6 * 11 / 100))
    }

    @Test func `counts the carried balance as principal`() throws {
        let carried = CarriedBalance(yearEnd: 2023, balance: Money(fen: 38_412_60))
        let funds = try funds([], carried: carried).computeFunds()
        #expect(funds.principal == carried.balance && funds.account == carried.balance && funds.interest == .zero)
    }

    @Test(arguments: [(4_500_000, 3_389_100), (100, 632_600), (700_000, 700_000)] as [(Int64, Int64)])
    func `is taken from the base within its limits`(base: Int64, counted: Int64) throws {
        let limits = BaseLimits(floor: Money(fen: 632_600), ceiling: Money(fen: 3_389_100))
        let funds = try funds([line("2023-07", "2023-07", base: base, limits: limits)]).computeFunds()
        #expect(funds.principal == Money(roundingHalfUp: Int128(counted) * 800, over: 10_000))
    }
}

@Suite struct `The pooled share` {
    @Test(arguments: [0, 1_200, 1_600, 2_000, 10_000])
    func `is 12 percent of the base, whatever the employer pays`(employer: Int) throws {
        let funds = try funds([line("2020-01", "2020-12", employer: employer)]).computeFunds()
        #expect(funds.pooled == Money(fen: 7_200_00))
    }

    @Test func `begins in January 1998`() throws {
        let funds = try funds(
            [line("1997-07", "1997-12", base: 480_00, own: 400), line("1998-01", "1998-06", base: 480_00)]
        ).computeFunds()
        #expect(funds.lines.map(\.pooled) == [.zero, Money(fen: 345_60)])
    }

    @Test func `counts the months paid of a year that is not full`() throws {
        let funds = try funds([line("2012-01", "2012-08", base: 3_661_72)]).computeFunds()
        #expect(funds.pooled == Money(fen: 3_515_25))
    }

    @Test func `does not go to the residents' scheme`() throws {
        let funds = try funds([line("2020-01", "2020-12", credited: 900)], scheme: .residents).computeFunds()
        #expect(funds.lines[0] == amounts(principal: 5_400_00))
        #expect(funds.transfer == Money(fen: 5_400_00))
    }
}

@Suite struct `A temporary account` {
    @Test func `moves all that the person and the employer paid`() throws {
        let funds = try funds(
            [line("2023-01", "2023-09", base: 6_000_00, employer: 1_600)], relation: .temporary
        ).computeFunds()
        #expect(funds.lines[0] == amounts(principal: 4_320_00, pooled: 8_640_00))
    }

    @Test func `bears interest on both sides together`() throws {
        let funds = try funds(
            [line("2023-01", "2023-12", base: 6_000_00, employer: 1_600)], relation: .temporary,
            formula: .annual, rates: [2023: 397]
        ).computeFunds()
        // 72,000.00 yuan x 24 % x 3.97 % x 1.083 / 2 = 371.477...
        #expect(funds.interest == Money(fen: 371_48))
        #expect(funds.years[0].credited == funds.principal + funds.pooled)
    }

    @Test func `does not go to the residents' scheme`() {
        let request = funds([], scheme: .residents, relation: .temporary)
        #expect(fault(request.computeFunds)?.code == .conflictingFields)
    }
}

@Suite struct `The months of a line` {
    @Test(arguments: [ContributionKind.deemed, .arrears, .waived])
    func `without money are counted for what they are and bring nothing`(kind: ContributionKind) throws {
        let funds = try funds([line("2021-08", "2021-10", kind: kind)]).computeFunds()
        #expect(funds.lines == [.zero] && funds.transfer == .zero && funds.months.paid == 0)
        #expect(funds.months.counted == (kind == .deemed ? 3 : 0))
    }

    @Test func `withheld bring nothing, and what they would have brought is told`() throws {
        let withheld = line("2006-01", "2006-12", base: 4_500_00, kind: .withheld, year: 2018, paidOn: "2018-04-30")
        let funds = try funds([withheld, line("2017-01", "2017-12")]).computeFunds()
        #expect(funds.lines[0] == .zero)
        #expect(funds.withheldAccount == Money(fen: 4_320_00) && funds.withheldPooled == Money(fen: 6_480_00))
        #expect(funds.months.withheld == 12 && funds.months.paid == 12)
        #expect(funds.transfer == Money(fen: 12_000_00))
    }

    @Test func `of back payments count as paid`() throws {
        let late = line("2018-01", "2018-06", kind: .backPayment, year: 2019, paidOn: "2019-03-10")
        #expect(try funds([late]).computeFunds().months.paid == 6)
    }
}

@Suite struct `The money of a transfer` {
    @Test(arguments: [
        ("440100", "330100", PensionScheme.employee, true), ("330200", "330100", .employee, false),
        ("330200", "330100", .residents, true), ("910000", "330100", .employee, true),
    ])
    func `moves between provinces, and into the residents' scheme`(
        origin: String, destination: String, scheme: PensionScheme, moves: Bool
    ) throws {
        let funds = try funds(
            [line("2020-01", "2020-12")], from: origin, to: destination, scheme: scheme
        ).computeFunds()
        #expect(funds.moneyMoves == moves)
        #expect(funds.transfer == (moves ? funds.account + funds.pooled : .zero))
        #expect(funds.account > .zero)
    }

    @Test(arguments: [(0, 0), (4, 0), (6, 0), (7, 1), (18, 1), (19, 2)] as [(Int64, Int64)])
    func `of a line is rounded once, half up, to the fen`(base: Int64, rounded: Int64) throws {
        let funds = try funds([line("2020-01", "2020-01", base: base)]).computeFunds()
        #expect(funds.principal == Money(fen: rounded))
    }

    @Test func `of a total is the sum of the rounded lines`() throws {
        let funds = try funds(
            (1...12).map { line("2020-\($0 < 10 ? "0" : "")\($0)", "2020-\($0 < 10 ? "0" : "")\($0)", base: 7) }
        )
        .computeFunds()
        #expect(funds.principal == Money(fen: 12))
        #expect(funds.pooled == Money(fen: 12))
    }
}

private func amounts(
    principal: Int64 = 0, pooled: Int64 = 0, retained: Int64 = 0, raised: Int64 = 0
) -> FundLine {
    FundLine(
        principal: Money(fen: principal), interest: .zero, pooled: Money(fen: pooled), retained: Money(fen: retained),
        raised: Money(fen: raised))
}
