import Testing
import TransferCore

@Suite struct `Interest` {
    @Test func `by monthly products counts each month to the end of its year`() throws {
        let funds = try funds(
            [line("2020-04", "2020-12")], in: "2021-02", formula: .monthlyProducts, rates: [2020: 604]
        ).computeFunds()
        // 400.00 yuan a month x 6.04 % / 12 x (9 + 8 + ... + 1)
        #expect(funds.interest == Money(fen: 90_60))
        #expect(funds.transfer == Money(fen: 9_090_60))
    }

    @Test func `by the annual formula is half a year's, times 1.083`() throws {
        let funds = try funds(
            [line("2020-01", "2020-12")], in: "2021-02", formula: .annual, rates: [2020: 604]
        ).computeFunds()
        // 4,800.00 yuan x 6.04 % x 1.083 / 2 = 156.991...
        #expect(funds.interest == Money(fen: 156_99))
    }

    @Test func `of a back payment runs from the month of payment for all its months`() throws {
        let late = line("2018-01", "2018-06", kind: .backPayment, year: 2019, paidOn: "2019-03-10")
        let funds = try funds([late], in: "2020-02", formula: .monthlyProducts, rates: [2019: 761]).computeFunds()
        #expect(funds.interest == Money(fen: 152_20))
    }

    @Test func `is not borne by the running year`() throws {
        let funds = try funds(
            [line("2024-01", "2024-05")], formula: .monthlyProducts, rates: [2024: 262]
        ).computeFunds()
        #expect(funds.interest == .zero && funds.years.isEmpty && funds.account == Money(fen: 2_000_00))
    }

    @Test func `is not borne by the pooled share`() throws {
        let plain = try funds([line("2020-01", "2020-12")]).computeFunds()
        let bearing = try funds([line("2020-01", "2020-12")], formula: .annual, rates: settledRates).computeFunds()
        #expect(bearing.pooled == plain.pooled && bearing.account > plain.account)
    }

    @Test func `runs on through years without contributions`() throws {
        let funds = try funds([line("2020-01", "2020-12")], formula: .annual, rates: settledRates).computeFunds()
        #expect(funds.years.map(\.year) == [2020, 2021, 2022, 2023])
        #expect(zip(funds.years, funds.years.dropFirst()).allSatisfy { $0.closing == $1.opening })
        #expect(funds.years.dropFirst().allSatisfy { $0.openingInterest > .zero && $0.credited == .zero })
        #expect(funds.years.last?.closing == funds.account)
    }

    @Test func `is borne by the carried balance from the year after it`() throws {
        let carried = CarriedBalance(yearEnd: 2021, balance: Money(fen: 10_000_00))
        let funds = try funds([], formula: .annual, rates: settledRates, carried: carried).computeFunds()
        #expect(funds.years.map(\.openingInterest) == [Money(fen: 612_00), Money(fen: 421_30)])
    }

    @Test func `needs the rate of every settled year, and names the first that is missing`() {
        let request = funds([line("2018-01", "2018-12")], formula: .annual, rates: [2018: 829, 2020: 604])
        #expect(fault(request.computeFunds)?.path == "interest.ratesBp.2019")
        #expect(fault(request.computeFunds)?.code == .missingRate)
    }

    @Test func `needs no rate where none is computed`() throws {
        let funds = try funds([line("2018-01", "2018-12")]).computeFunds()
        #expect(funds.years.isEmpty && funds.interest == .zero)
    }

    private let settledRates = [2020: 604, 2021: 669, 2022: 612, 2023: 397]
}
