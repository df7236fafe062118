import Testing
import TransferCore

@Suite struct `A group of postings` {
    private static let weifang = AgencyCode("370700")!

    @Test func `sums to zero, whatever its kind`() {
        let postings: [Posting] = [
            .accountFrozen(individual: Money(fen: 1), pooled: Money(fen: 2), to: Self.weifang),
            .remittancePaid(Money(fen: 3), to: Self.weifang), .remittanceBounced(Money(fen: 3), to: Self.weifang),
            .creditHeld(Money(fen: 3)), .creditPosted(individual: Money(fen: 1), pooled: Money(fen: 2)),
            .payoutSetAside(Money(fen: 4), of: .medical), .payoutPaid(Money(fen: 4), of: .medical),
            .payoutBounced(Money(fen: 4), of: .housing),
        ]
        #expect(Set(postings.map(\.kind)) == Set(Posting.Kind.allCases))
        for posting in postings { #expect(posting.lines.map(\.amount).sum() == .zero) }
    }

    @Test func `leaves nothing in transit when a remittance is frozen and paid`() {
        let lines =
            Posting.accountFrozen(individual: Money(fen: 10), pooled: Money(fen: 20), to: Self.weifang).lines
            + Posting.remittancePaid(Money(fen: 30), to: Self.weifang).lines
        #expect(lines.filter { $0.account == .inTransit(to: Self.weifang) }.map(\.amount).sum() == .zero)
    }

    @Test func `leaves nothing in suspense when a credit is held and posted`() {
        let lines =
            Posting.creditHeld(Money(fen: 30)).lines
            + Posting.creditPosted(individual: Money(fen: 10), pooled: Money(fen: 20)).lines
        #expect(lines.filter { $0.account == .suspense(.pension) }.map(\.amount).sum() == .zero)
    }
}

@Suite struct `The reconciliation` {
    /// A book in which everything agrees on 30 fen, but for what a row changes.
    private static func books(
        certificate: Int64 = 10, account: Int64 = 10, pooled: Int64 = 20, total: Int64 = 30,
        computedAccount: Int64 = 10,
        computedPooled: Int64 = 20, figures: Bool = true, months: Bool = true, keys: Bool = true, advice: Int64 = 30,
        credit: Int64 = 30
    ) -> Reconciliation {
        Reconciliation(
            certificateAccount: Money(fen: certificate), formAccount: Money(fen: account),
            formPooled: Money(fen: pooled), formTotal: Money(fen: total), computedAccount: Money(fen: computedAccount),
            computedPooled: Money(fen: computedPooled), formFiguresAgree: figures, monthsAgree: months,
            orderKeysAgree: keys, adviceAmount: Money(fen: advice), creditAmount: Money(fen: credit))
    }

    @Test func `finds no difference when certificate, form, advice and credit agree to the fen`() {
        #expect(Self.books().difference == nil)
    }

    @Test(arguments: [
        (books(computedAccount: 11), Difference.formAccountDiffers), (books(computedPooled: 19), .formPooledDiffers),
        (books(total: 31), .formTotalDiffers), (books(figures: false), .formFiguresDiffer),
        (books(certificate: 9), .certificateDiffers), (books(months: false), .monthsDiffer),
        (books(keys: false), .orderKeyDiffers),
        (books(advice: 29), .adviceDiffers), (books(credit: 29), .creditShort), (books(credit: 31), .creditOver),
    ])
    func `names the first side that differs by a single fen`(books: Reconciliation, difference: Difference) {
        #expect(books.difference == difference)
    }
}

@Suite struct `A case number` {
    @Test func `is read as it is written`() throws {
        let number = try #require(CaseNumber(destination: AgencyCode("370700")!, year: 2026, serial: 12))
        #expect(CaseNumber(number.text) == number)
        #expect(number.text.hasPrefix("370700-2026-0000012-"))
        #expect(number.destination == AgencyCode("370700"))
    }

    @Test func `is refused when any one of its characters is mistyped`() throws {
        let text = try #require(CaseNumber(destination: AgencyCode("440300")!, year: 2026, serial: 1_234_567)).text
        for index in text.indices {
            for digit in "0123456789" where digit != text[index] {
                let other = text[..<index] + String(digit) + text[text.index(after: index)...]
                #expect(CaseNumber(other) == nil, "\(other)")
            }
        }
    }

    @Test func `makes the keys of its orders, which are read back`() throws {
        let number = try #require(CaseNumber(destination: AgencyCode("420100")!, year: 2026, serial: 1))
        for branch in Branch.allCases {
            let key = try #require(OrderKey(caseNumber: number, branch: branch, attempt: 2))
            #expect(OrderKey(key.text) == key)
            #expect(key.text.utf8.count <= 35)
        }
        #expect(OrderKey(number.text + "/P0") == nil)
        #expect(OrderKey(number.text + "/P01") == nil)
        #expect(OrderKey(number.text + "/X1") == nil)
    }
}

@Suite struct `An amount` {
    @Test(arguments: [(0, "0.00"), (5, "0.05"), (1_906_400, "19064.00"), (-1, "-0.01")])
    func `is written in yuan with two places`(fen: Int64, text: String) {
        #expect(Money(fen: fen).description == text)
    }

    @Test(arguments: [
        "1", "1.0", "1.000", "01.00", ".50", "1.5e", "１.00", "-1.00", " 1.00", "1,00", "9999999999999.00",
    ])
    func `is not read from any other form`(text: String) {
        #expect(Money(yuan: text) == nil)
    }

    @Test func `is read to the fen`() {
        #expect(Money(yuan: "19064.05") == Money(fen: 1_906_405))
        #expect(Money(yuan: "0.00") == .zero)
    }
}
