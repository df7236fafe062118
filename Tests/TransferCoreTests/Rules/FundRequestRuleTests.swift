import Testing
import TransferCore

@Suite struct `A request for funds` {
    @Test(arguments: [
        (line("2023-05", "2023-03"), RuleFault.Code.wrongOrder, "lines[0].to"),
        (line("2023-05", "2023-06", kind: .backPayment), .missingField, "lines[0].paidOn"),
        (
            line("2022-05", "2023-02", kind: .backPayment, year: 2023, paidOn: "2023-05-01"), .monthOutsideYear,
            "lines[0].to"
        ),
        (
            line("2022-05", "2022-06", kind: .withheld, year: 2022, paidOn: "2023-05-01"), .monthOutsideYear,
            "lines[0].paidOn"
        ),
        (line("2023-05", "2023-06", kind: .backPayment, paidOn: "2023-05-31"), .wrongOrder, "lines[0].paidOn"),
        (line("2023-05", "2023-06", paidOn: "2023-07-01"), .conflictingFields, "lines[0].paidOn"),
        (line("2022-05", "2023-06", year: 2023), .monthOutsideYear, "lines[0].from"),
        (line("2022-05", "2023-06", year: 2022), .monthOutsideYear, "lines[0].to"),
        (line("2024-06", "2024-07"), .afterTransfer, "lines[0].to"),
        (line("2024-01", "2024-02", kind: .backPayment, paidOn: "2024-07-01"), .afterTransfer, "lines[0].paidOn"),
    ])
    func `is refused for a line at odds with itself`(line: ContributionLine, code: RuleFault.Code, path: String) {
        let fault = fault(funds([line]).computeFunds)
        #expect(fault?.code == code && fault?.path == path)
    }

    @Test func `may hold a back payment made within the months' own year`() {
        let late = line("2023-05", "2023-06", kind: .backPayment, paidOn: "2023-06-01")
        #expect(fault(funds([late]).computeFunds) == nil)
    }

    @Test func `is refused when the ceiling is below the floor`() {
        let limits = BaseLimits(floor: Money(fen: 2), ceiling: Money(fen: 1))
        #expect(fault(funds([line("2023-05", "2023-06", limits: limits)]).computeFunds)?.code == .wrongOrder)
    }

    @Test func `may not count a year that the carried balance holds`() {
        let carried = CarriedBalance(yearEnd: 2020, balance: .zero)
        #expect(fault(funds([line("2020-01", "2020-12")], carried: carried).computeFunds)?.code == .beforeCarried)
        #expect(fault(funds([line("2021-01", "2021-12")], carried: carried).computeFunds) == nil)
    }

    @Test func `may not carry the balance of a year that is not settled`() {
        let running = CarriedBalance(yearEnd: 2024, balance: .zero)
        let fault = fault(funds([], carried: running).computeFunds)
        #expect(fault?.code == .afterTransfer && fault?.path == "carried.yearEnd")
    }

    @Test(arguments: ContributionKind.allCases)
    func `may count no month twice, whatever the kind`(kind: ContributionKind) {
        let paidOn = kind.isPaidLate ? "2023-12-01" : nil
        let lines = [
            line("2023-03", "2023-08"), line("2023-01", "2023-02"),
            line("2023-08", "2023-09", kind: kind, paidOn: paidOn),
        ]
        let fault = fault(funds(lines).computeFunds)
        #expect(fault?.code == .overlappingLines && fault?.path == "lines[2]")
    }

    @Test func `reports the first fault in the order of the rules`() {
        let request = funds(
            [line("2023-05", "2023-03"), line("2030-01", "2030-02")], formula: .annual,
            carried: CarriedBalance(yearEnd: 2025, balance: .zero))
        #expect(fault(request.computeFunds)?.path == "lines[0].to")
    }

    @Test(arguments: [Int64.max, -1, 10_000_000_001])
    func `with a base beyond all bounds is refused before anything is computed`(base: Int64) {
        let fault = fault(funds([line("2023-05", "2023-06", base: base)]).computeFunds)
        #expect(fault?.code == .outOfRange && fault?.path == "lines[0].baseFen")
    }

    @Test func `with the greatest amounts of a whole working life still fits`() throws {
        let lines = (1981...2078).map {
            line("\($0)-01", "\($0)-12", base: FundRequest.highestBase.fen, own: 10_000, employer: 10_000)
        }
        let rates = Dictionary(uniqueKeysWithValues: (1981...2078).map { ($0, 1_500) })
        let funds = try funds(
            lines, in: "2079-12", relation: .temporary, formula: .monthlyProducts, rates: rates,
            carried: CarriedBalance(yearEnd: 1980, balance: Money.limit)
        ).computeFunds()
        #expect(funds.transfer > Money.limit)
    }
}
