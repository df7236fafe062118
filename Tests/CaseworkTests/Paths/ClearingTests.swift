import Casework
import Testing
import TransferCore
import TransferDocuments

/// Months that both offices have as paid are transferred first and cleared afterwards: the person chooses.
@Suite struct `Months that were insured twice` {
    /// August is in both records: at 5,000 yuan in Shenzhen, at 6,000 yuan in Weifang.
    private static func twice(_ use: (NodePair, CaseNumber) async throws -> Void) async throws {
        try await NodePair.run { pair in
            let lines = [ContributionLine.plain("2026-08", "2026-10", base: Money(fen: 6_000_00))]
            try await pair.know(.atDestination(lines: lines), nil)
            let number = try await pair.transfer()
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.summary.phase == "choice-awaited")
            #expect(view.summary.holder == .insuredPerson)
            #expect(view.summary.due == PairCast.day("2026-12-22"))
            #expect(view.pensionMoved == PairCast.transfer)
            #expect(
                try await pair.notices(of: number, at: pair.destination) == [
                    ["completion", nil], ["choice-needed", nil],
                ])
            #expect(try await pair.phase(of: number, at: pair.origin) == "completed")
            try await use(pair, number)
        }
    }

    @Test(arguments: [(KeptMonths.moved, Money(fen: 480_00)), (.here, Money(fen: 400_00))])
    func `are refunded to the own account, whichever stay`(kept: KeptMonths, refund: Money) async throws {
        try await Self.twice { pair, number in
            try await pair.act(.chooseMonths(kept, PairCast.ownAccount()), on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            let movements = pair.bank.movements.filter { $0.payer == PairCast.weifang }
            #expect(movements.map { [$0.account, "\($0.amount)"] } == [[PairCast.card, "\(refund)"]])
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.story.transfer.clearing.phase == .chosen(kept))
            #expect(view.story.transfer.payouts[.clearingRefund]?.phase == .paid(attempt: 1))
            let ledger = try await pair.destination.store.ledgerBalances()
            #expect(ledger["individual:pension"] == refund - PairCast.account)
            #expect(ledger["payout:pension"] == .zero)
            #expect(ledger["bank"] == PairCast.transfer - refund)
            // It is no affair of the other office.
            #expect(try await pair.sent(of: number, by: pair.destination) == [.acceptanceLetter, .completionNotice])
        }
    }

    /// The refund was once computed from the record of the day of the choice, which may hold the moved months by then.
    @Test func `are refunded as the records stood when they were found`() async throws {
        try await Self.twice { pair, number in
            let joined = [
                ContributionLine.plain("2026-01", "2026-08"),
                ContributionLine.plain("2026-09", "2026-10", base: Money(fen: 6_000_00)),
            ]
            try await pair.know(.atDestination(lines: joined), nil)
            try await pair.act(.chooseMonths(.moved, PairCast.ownAccount()), on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            let movements = pair.bank.movements.filter { $0.payer == PairCast.weifang }
            #expect(movements.map(\.amount) == [Money(fen: 480_00)])
        }
    }

    @Test func `are refunded to nobody else, and chosen once`() async throws {
        try await Self.twice { pair, number in
            for account in [nil, PairCast.ownAccount(holder: "魏军")] {
                let fault = try await pair.refusal(
                    of: .chooseMonths(.moved, account), on: number, at: pair.destination)
                #expect(fault?.phase == "holder-differs")
            }
            try await pair.act(.chooseMonths(.here, PairCast.ownAccount()), on: number, at: pair.destination)
            let again = try await pair.refusal(
                of: .chooseMonths(.moved, PairCast.ownAccount()), on: number, at: pair.destination)
            #expect(again?.event == "choice-made")
        }
    }

    @Test func `a refund that bounces is paid again to another own account`() async throws {
        try await Self.twice { pair, number in
            pair.bank.flaw(PairCast.card, .refuses(.accountClosed))
            try await pair.act(.chooseMonths(.moved, PairCast.ownAccount()), on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.destination) == "refund-payout-bounced")
            let other = PairCast.ownAccount(number: PairCast.secondCard)
            try await pair.act(.correctAccount(.clearingRefund, other), on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            #expect(pair.bank.movements.map(\.account).last == PairCast.secondCard)
        }
    }

    @Test func `are none where no month is shared`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.story.transfer.clearing.phase == .none)
            let fault = try await pair.refusal(
                of: .chooseMonths(.moved, PairCast.ownAccount()), on: number, at: pair.destination)
            #expect(fault?.event == "choice-made")
        }
    }
}
