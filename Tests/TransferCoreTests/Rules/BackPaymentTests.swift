import Testing
import TransferCore

@Suite struct `A back payment` {
    @Test(arguments: [
        (35, "2016-11-28", PaperNeeded.none), (36, "2016-11-27", .undertaking), (36, "2016-11-28", .legalPaper),
        (600, "1999-01-01", .undertaking),
    ])
    func `of three years or more needs a paper, another one from 28 November 2016`(
        months: Int, paidOn: String, paper: PaperNeeded
    ) {
        let finding = BackPayment(months: months, paidOn: day(paidOn), paper: nil).finding
        #expect(finding.paperNeeded == paper)
        #expect(finding.withheldMonths == (paper == .none ? 0 : months))
    }

    @Test(arguments: PaperType.allCases)
    func `before that day moves with the origin's undertaking or a special paper`(type: PaperType) {
        let isValid = [.undertaking, .deferral, .collectionOrder, .veterans].contains(type)
        #expect(withheld(type, issuedOn: "2015-01-01", paidOn: "2016-11-27") == (isValid ? 0 : 40))
    }

    @Test(arguments: PaperType.allCases)
    func `from that day moves with a legal or a special paper`(type: PaperType) {
        #expect(withheld(type, issuedOn: "2018-04-29", paidOn: "2018-04-30") == (type == .undertaking ? 40 : 0))
    }

    @Test(arguments: [("2018-04-29", 0), ("2018-04-30", 40), ("2018-05-01", 40)])
    func `needs a legal paper dated before the payment`(issuedOn: String, months: Int) {
        #expect(withheld(.court, issuedOn: issuedOn, paidOn: "2018-04-30") == months)
    }

    @Test(arguments: [PaperType.deferral, .collectionOrder, .veterans])
    func `moves with a special paper of any date`(type: PaperType) {
        #expect(withheld(type, issuedOn: "2020-01-01", paidOn: "2018-04-30") == 0)
    }

    @Test func `moves as far as its paper covers`() throws {
        let answer = try linFang {
            $0.backPayments = [payment(months: 48, covered: 30), payment(months: 12, covered: nil)]
        }.decide()
        #expect(answer.decision == .partial && answer.reason == .backPaymentWithoutPapers)
        #expect(answer.backPayments.map(\.withheldMonths) == [18, 0] && answer.withheldMonths == 18)
        #expect(answer.originMoney == .moves && answer.noticeWorkingDays == 10)
    }

    @Test func `is told whatever the decision`() throws {
        let answer = try linFang {
            $0.backPayments = [payment(months: 48, covered: nil)]
            $0.isUnderLegalHold = true
        }.decide()
        #expect(answer.decision == .hold && answer.withheldMonths == 48 && answer.noticeWorkingDays == 0)
    }

    @Test func `is faulty when it lies after the application or its paper covers too much`() {
        let late = linFang { $0.backPayments = [BackPayment(months: 40, paidOn: day("2026-04-11"), paper: nil)] }
        #expect(fault(late.decide)?.path == "backPayments[0].paidOn")
        let broad = linFang { $0.backPayments = [payment(months: 40, covered: 41)] }
        #expect(fault(broad.decide)?.path == "backPayments[0].paper.months")
        #expect(fault(broad.decide)?.code == .outOfRange)
    }

    private func withheld(_ type: PaperType, issuedOn: String, paidOn: String) -> Int {
        let paper = BackPaymentPaper(type: type, issuedOn: day(issuedOn), months: 40)
        return BackPayment(months: 40, paidOn: day(paidOn), paper: paper).finding.withheldMonths
    }

    private func payment(months: Int, covered: Int?) -> BackPayment {
        BackPayment(
            months: months, paidOn: day("2018-04-30"),
            paper: covered.map { BackPaymentPaper(type: .court, issuedOn: day("2018-04-01"), months: $0) })
    }
}
