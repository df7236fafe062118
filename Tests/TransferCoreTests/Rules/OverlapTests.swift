import Testing
import TransferCore

@Suite struct `Overlapping contributions of an employee` {
    private let origin = [
        OverlapLine(from: month("2022-01"), to: month("2023-08"), base: Money(fen: 4_100_00), creditedShare: share(800))
    ]
    private let destination = [
        OverlapLine(from: month("2023-03"), to: month("2023-12"), base: Money(fen: 5_200_00), creditedShare: share(800))
    ]

    @Test(
        arguments: [
            (EmployeeOverlap.KeptSide.destination, 1_968_00, 2_952_00), (.origin, 2_496_00, 3_744_00),
        ] as [(EmployeeOverlap.KeptSide, Int64, Int64)])
    func `are cleared on the side that is not kept`(
        kept: EmployeeOverlap.KeptSide, refund: Int64, pooled: Int64
    ) throws {
        let overlap = EmployeeOverlap(kept: kept, originLines: origin, destinationLines: destination)
        let (lines, total) = try overlap.clear()
        #expect(lines == [total] && total.months == 6)
        #expect(total.refund == Money(fen: refund) && total.pooledKept == Money(fen: pooled))
    }

    @Test func `keep the pooled share of months from 1998 on only`() throws {
        let old = OverlapLine(
            from: month("1997-07"), to: month("1998-06"), base: Money(fen: 1_000_00), creditedShare: share(500))
        let overlap = EmployeeOverlap(kept: .origin, originLines: [old], destinationLines: [old])
        let total = try overlap.clear().total
        #expect(total.months == 12 && total.refund == Money(fen: 600_00) && total.pooledKept == Money(fen: 720_00))
    }

    @Test func `come to nothing when no month is shared`() throws {
        let after = OverlapLine(
            from: month("2023-09"), to: month("2023-12"), base: Money(fen: 5_200_00), creditedShare: share(800))
        let overlap = EmployeeOverlap(kept: .destination, originLines: origin, destinationLines: [after])
        #expect(try overlap.clear().total == .zero)
    }

    @Test func `may not overlap within one side, the origin's lines first`() {
        let overlap = EmployeeOverlap(
            kept: .origin, originLines: origin + origin, destinationLines: destination + destination)
        #expect(fault { () throws(RuleFault) in try overlap.clear() }?.path == "originLines[1]")
    }
}

@Suite struct `Overlapping contributions of a resident` {
    @Test func `come back by twelfths, without the government's subsidy`() throws {
        let refund = try year(own: 500_01, collective: 100_00, from: "2015-03", to: "2015-08").clear()
        #expect(refund.months == 6 && refund.own == Money(fen: 250_01) && refund.collective == Money(fen: 50_00))
        #expect(refund.refund == Money(fen: 300_01) && refund.subsidyKept == Money(fen: 50_00))
    }

    @Test(arguments: [
        ("2015-08", "2015-03", RuleFault.Code.wrongOrder, "overlap.to"),
        ("2014-12", "2015-03", .monthOutsideYear, "overlap.from"),
        ("2015-03", "2016-01", .monthOutsideYear, "overlap.to"),
    ])
    func `lie within their year`(from: String, to: String, code: RuleFault.Code, path: String) {
        let fault = fault(year(own: 0, collective: 0, from: from, to: to).clear)
        #expect(fault?.code == code && fault?.path == path)
    }

    private func year(own: Int64, collective: Int64, from: String, to: String) -> ResidentsOverlap {
        ResidentsOverlap(
            year: 2015, own: Money(fen: own), collective: Money(fen: collective), subsidy: Money(fen: 50_00),
            from: month(from), to: month(to))
    }
}

@Suite struct `Two pensions drawn for the same months` {
    @Test func `are set off against the ended account, then month by month`() throws {
        let answer = try setOff(paidTwice: 86_400_00, account: 21_350_40)
        #expect(answer.fromAccount == Money(fen: 21_350_40) && answer.accountToPerson == .zero)
        #expect(answer.monthly == Money(fen: 624_00) && answer.fullMonths == 104)
        #expect(answer.final == Money(fen: 153_60) && answer.months == 105)
    }

    @Test func `leave the rest of a larger account to the person`() throws {
        let answer = try setOff(paidTwice: 100_00, account: 300_00)
        #expect(answer.accountToPerson == Money(fen: 200_00) && answer.rest == .zero && answer.months == 0)
    }

    @Test(arguments: [UInt64](1...40))
    func `come back to the fen`(seed: UInt64) throws {
        var random = SplitMix(seed: seed)
        let pensions = DoublePension(
            paidTwice: Money(fen: Int64.random(in: 0...100_000_000, using: &random)),
            endedAccount: Money(fen: Int64.random(in: 0...50_000_000, using: &random)),
            pension: Money(fen: Int64.random(in: 100...1_000_000, using: &random)),
            deductionShare: share(Int.random(in: 100...10_000, using: &random)))
        let answer = try pensions.setOff()
        let repaid = answer.fromAccount.fen + answer.monthly.fen * Int64(answer.fullMonths) + answer.final.fen
        #expect(repaid == pensions.paidTwice.fen)
        #expect(answer.fromAccount + answer.accountToPerson == pensions.endedAccount)
        #expect(answer.final < answer.monthly)
    }

    private func setOff(paidTwice: Int64, account: Int64) throws -> SetOff {
        try DoublePension(
            paidTwice: Money(fen: paidTwice), endedAccount: Money(fen: account), pension: Money(fen: 3_120_00),
            deductionShare: share(2_000)
        ).setOff()
    }
}
