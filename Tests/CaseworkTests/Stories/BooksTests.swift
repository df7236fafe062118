import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Books that differ` {
    /// What the origin says and the bank credits, one thing of which is not as the others have it. Every document is
    /// signed by the origin, and every sum in it adds up.
    struct Row: Sendable, CustomTestStringConvertible {
        let testDescription: String
        var balance = PairCast.account
        var months = 8
        var form: @Sendable (FundComputation) -> FundComputation = { $0 }
        var advice = PairCast.transfer
        var credit = PairCast.transfer
        var attempt = 1
        let difference: Difference
    }

    static let rows = [
        Row(
            testDescription: "one fen more in the account, paid and certified so",
            balance: PairCast.account + .oneFen, form: { $0.changed(account: 1) }, advice: PairCast.transfer + .oneFen,
            credit: PairCast.transfer + .oneFen, difference: .formAccountDiffers),
        Row(
            testDescription: "one fen less in the pooled share, paid so", form: { $0.changed(pooled: -1) },
            advice: PairCast.transfer - .oneFen, credit: PairCast.transfer - .oneFen, difference: .formPooledDiffers),
        Row(
            testDescription: "one fen from the pooled share to the account", balance: PairCast.account + .oneFen,
            form: { $0.changed(account: 1, pooled: -1) }, difference: .formAccountDiffers),
        Row(
            testDescription: "a form that says no money moves", form: { $0.changed(moneyMoves: false) },
            difference: .formTotalDiffers),
        Row(
            testDescription: "another balance in the certificate", balance: PairCast.account - .oneFen,
            difference: .certificateDiffers),
        Row(
            testDescription: "months that the lines do not have", months: 9, form: { $0.changed(months: 9) },
            difference: .formFiguresDiffer),
        Row(testDescription: "other months in the certificate", months: 7, difference: .monthsDiffer),
        Row(
            testDescription: "another amount in the advice", advice: PairCast.transfer + .oneFen,
            difference: .adviceDiffers),
        Row(testDescription: "a credit one fen short", credit: PairCast.transfer - .oneFen, difference: .creditShort),
        Row(testDescription: "a credit one fen over", credit: PairCast.transfer + .oneFen, difference: .creditOver),
        Row(testDescription: "a credit for another order", attempt: 2, difference: .orderKeyDiffers),
    ]

    @Test(arguments: rows, [true, false])
    func `post nothing, keep the money in suspense, name the difference and ask the origin`(
        row: Row, isMoneyFirst: Bool
    ) async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            let credit = pair.bank.entry(.credit, row.credit, key: "\(shenzhen.number)/P\(row.attempt)")
            if isMoneyFirst {
                pair.bank.tell(PairCast.weifang, [credit])
                try await pair.destination.office.takeAnswers()
            }
            let form = try shenzhen.form(row.form)
            for content in [
                shenzhen.certificate(balance: row.balance, months: row.months), form,
                try shenzhen.advice(amount: row.advice),
            ] {
                let bytes = try shenzhen.next(content)
                #expect(try await pair.said(pair.destination, bytes, from: PairCast.shenzhen) == .accepted)
            }
            if !isMoneyFirst {
                pair.bank.tell(PairCast.weifang, [credit])
                try await pair.destination.office.takeAnswers()
            }
            let view = try #require(try await pair.view(of: shenzhen.number, at: pair.destination))
            #expect(try await pair.pension(of: shenzhen.number, at: pair.destination) == "mismatched")
            #expect(
                view.file.events.suffix(2).map { [$0.name, $0.code] } == [
                    ["books-differed", row.difference.rawValue], ["query-asked", row.difference.subject.rawValue],
                ])
            #expect(view.file.events.count { $0.name == "books-differed" } == 1)
            // The origin has the next word, with both sums before its eyes.
            #expect(view.summary.phase == "query-asked")
            #expect(view.summary.holder == .origin)
            guard case .query(let query)? = try view.file.newest(.query)?.content,
                case .informationForm(let asked) = form
            else {
                Issue.record("no query")
                return
            }
            #expect(query.subject == row.difference.subject)
            #expect(query.difference == row.difference)
            #expect(query.expected == asked.computation.transfer)
            #expect(query.found == row.credit)
            #expect(!view.file.documents.contains { $0.kind == .completionNotice })
            #expect(
                try await pair.destination.store.ledgerBalances() == [
                    "bank": row.credit, "suspense:pension": -row.credit,
                ])
        }
    }

    @Test func `do not differ when nothing was altered`() async throws {
        try await NodePair.run { pair in
            var shenzhen = try await pair.playedOrigin()
            for content in [shenzhen.certificate(), try shenzhen.form(), try shenzhen.advice()] {
                let bytes = try shenzhen.next(content)
                #expect(try await pair.said(pair.destination, bytes, from: PairCast.shenzhen) == .accepted)
            }
            pair.bank.tell(
                PairCast.weifang, [pair.bank.entry(.credit, PairCast.transfer, key: "\(shenzhen.number)/P1")])
            try await pair.destination.office.takeAnswers()
            #expect(try await pair.phase(of: shenzhen.number, at: pair.destination) == "completed")
        }
    }

    @Test(arguments: [(Int64(-1), Difference.creditShort), (1, .creditOver)])
    func `are found between two honest nodes when the bank credits another amount`(
        fen: Int64, difference: Difference
    ) async throws {
        try await NodePair.run { pair in
            pair.bank.script { entry in
                [
                    AccountEntry(
                        direction: entry.direction, amount: Money(fen: entry.amount.fen + fen),
                        bankReference: entry.bankReference, endToEndKey: entry.endToEndKey, counterpartyName: nil,
                        counterpartyAccount: nil, bookedOn: entry.bookedOn, purposeText: nil, returned: nil)
                ]
            }
            let number = try await pair.transfer()
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.file.events.filter { $0.name == "books-differed" }.map(\.code) == [difference.rawValue])
            #expect(try await pair.pension(of: number, at: pair.destination) == "mismatched")
            #expect(try await pair.pension(of: number, at: pair.origin) == "awaiting-completion")
            #expect(try await pair.phases(of: number) == ["query-asked", "query-received"])
            #expect(try await pair.sent(of: number, by: pair.destination) == [.acceptanceLetter, .query])
        }
    }
}

extension Money {
    fileprivate static let oneFen = Money(fen: 1)
}

extension FundComputation {
    /// The same with some amounts of the first line changed, and every sum with them.
    fileprivate func changed(
        account more: Int64 = 0, pooled morePooled: Int64 = 0, months paid: Int? = nil, moneyMoves: Bool = true
    ) -> FundComputation {
        let (more, morePooled) = (Money(fen: more), Money(fen: morePooled))
        let line = FundLine(
            principal: lines[0].principal + more, interest: lines[0].interest, pooled: lines[0].pooled + morePooled,
            retained: lines[0].retained, raised: lines[0].raised)
        return FundComputation(
            lines: [line] + lines.dropFirst(), years: years, months: paid.map { CountedMonths(paid: $0) } ?? months,
            principal: principal + more, interest: interest, account: account + more, pooled: pooled + morePooled,
            retained: retained, raised: raised, withheldAccount: withheldAccount, withheldPooled: withheldPooled,
            moneyMoves: moneyMoves, transfer: moneyMoves ? account + more + pooled + morePooled : .zero)
    }
}
