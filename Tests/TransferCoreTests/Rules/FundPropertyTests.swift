import Testing
import TransferCore

/// Properties that hold for any request, tried on seeded random ones.
@Suite struct `Any request for funds` {
    @Test(arguments: [UInt64](1...40))
    func `comes to the same totals in any order of its lines`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let request = RandomFunds.request(using: &random)
        let order = request.lines.indices.shuffled(using: &random)
        let funds = try request.computeFunds()
        let shuffled = try request.with(lines: order.map { request.lines[$0] }).computeFunds()
        #expect(shuffled.lines == order.map { funds.lines[$0] })
        #expect(shuffled.transfer == funds.transfer && shuffled.years == funds.years)
        #expect(shuffled.months == funds.months)
    }

    @Test(arguments: [UInt64](1...40))
    func `keeps its totals to a fen a piece when a line is split`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let request = RandomFunds.request(using: &random)
        let split = request.with(lines: request.lines.flatMap(RandomFunds.split))
        let pieces = Int64(split.lines.count - request.lines.count)
        let whole = try request.computeFunds()
        let parts = try split.computeFunds()
        #expect(abs(whole.principal.fen - parts.principal.fen) <= pieces)
        #expect(abs(whole.pooled.fen - parts.pooled.fen) <= pieces)
        #expect(whole.months == parts.months)
    }

    @Test(arguments: [UInt64](1...40))
    func `adds up`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let request = RandomFunds.request(using: &random)
        let funds = try request.computeFunds()
        let carried = request.carried?.balance ?? .zero
        #expect(funds.principal == funds.lines.map(\.principal).sum() + carried)
        #expect(funds.account == funds.principal + funds.interest)
        #expect(funds.pooled == funds.lines.map(\.pooled).sum())
        #expect(zip(funds.years, funds.years.dropFirst()).allSatisfy { $0.closing == $1.opening })
        if let last = funds.years.last, request.lines.allSatisfy({ $0.year <= last.year }) {
            #expect(last.closing == funds.account + (request.relation == .temporary ? funds.pooled : .zero))
        }
        #expect(funds.lines.allSatisfy { $0.retained == .zero || $0.raised == .zero })
    }

    @Test(arguments: [UInt64](1...40))
    func `transfers no less when a rate rises`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let request = RandomFunds.request(using: &random)
        let higher = InterestTerms(
            formula: request.interest.formula,
            rates: request.interest.rates.mapValues { share(min($0.value + 25, 1_500)) })
        #expect(try request.with(interest: higher).computeFunds().account >= request.computeFunds().account)
    }
}

/// Random requests that are always in order.
enum RandomFunds {
    static func request(using random: inout SplitMix) -> FundRequest {
        let lastYear = Int.random(in: 1996...2030, using: &random)
        let firstYear = lastYear - Int.random(in: 0...12, using: &random)
        let relation: Relation = Bool.random(using: &random) ? .general : .temporary
        let formula = InterestFormula.allCases.randomElement(using: &random) ?? .none
        let hasCarried = Bool.random(using: &random)
        var lines: [ContributionLine] = []
        for year in firstYear..<(lastYear + 1) {
            let middle = Int.random(in: 1...11, using: &random)
            lines.append(line(of: year, months: 1...middle, using: &random))
            if Bool.random(using: &random) { lines.append(line(of: year, months: (middle + 1)...12, using: &random)) }
        }
        return FundRequest(
            origin: region("440100"), destination: region("330100"), destinationScheme: .employee,
            relation: relation, transferMonth: month("\(lastYear)-12"),
            interest: InterestTerms(
                formula: formula,
                rates: Dictionary(
                    uniqueKeysWithValues: (firstYear...lastYear).map {
                        ($0, share(Int.random(in: 0...1_500, using: &random)))
                    })),
            carried: hasCarried
                ? CarriedBalance(
                    yearEnd: firstYear - 1, balance: Money(fen: Int64.random(in: 0...10_000_000, using: &random)))
                : nil,
            lines: lines)
    }

    private static func line(
        of year: Int, months: ClosedRange<Int>, using random: inout SplitMix
    ) -> ContributionLine {
        func any(_ shares: ClosedRange<Int>) -> BasisPoints { share(Int.random(in: shares, using: &random)) }
        let kind: ContributionKind =
            [.ordinary, .ordinary, .deemed, .arrears].randomElement(using: &random) ?? .ordinary
        return ContributionLine(
            year: year, from: CalendarMonth(year: year, month: months.lowerBound)!,
            to: CalendarMonth(year: year, month: months.upperBound)!, kind: kind,
            base: Money(fen: Int64.random(in: 0...3_000_000, using: &random)), ownShare: any(0...1_100),
            creditedShare: any(0...1_600), employerShare: any(0...2_000))
    }

    /// The line in two pieces, where it has two months.
    static func split(_ line: ContributionLine) -> [ContributionLine] {
        guard line.months > 1 else { return [line] }
        let first = CalendarMonth(year: line.year, month: line.from.month + line.months / 2 - 1)!
        let second = CalendarMonth(year: line.year, month: first.month + 1)!
        return [piece(of: line, line.from, first), piece(of: line, second, line.to)]
    }

    private static func piece(
        of line: ContributionLine, _ from: CalendarMonth, _ to: CalendarMonth
    ) -> ContributionLine {
        ContributionLine(
            year: line.year, from: from, to: to, kind: line.kind, base: line.base, ownShare: line.ownShare,
            creditedShare: line.creditedShare, employerShare: line.employerShare)
    }
}

extension FundRequest {
    fileprivate func with(lines: [ContributionLine]? = nil, interest: InterestTerms? = nil) -> FundRequest {
        FundRequest(
            origin: origin, destination: destination, destinationScheme: destinationScheme, relation: relation,
            transferMonth: transferMonth, interest: interest ?? self.interest, carried: carried,
            lines: lines ?? self.lines)
    }
}
