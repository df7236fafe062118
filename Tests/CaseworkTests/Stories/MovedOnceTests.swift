import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Money that has moved` {
    /// The same months once moved again under a second application, with the bank paying twice.
    @Test func `does not move again when the person applies a second time`() async throws {
        try await NodePair.run { pair in
            let branches = PairCast.application(branches: [.medical, .housing])
            let first = try await pair.lodge(branches)
            try await pair.settle()
            #expect(try await pair.phase(of: first, at: pair.origin) == "completed")
            let moved = pair.bank.movements.count

            let second = try await pair.lodge(branches, key: "key-2")
            try await pair.settle()
            #expect(try await pair.phase(of: second, at: pair.origin) == "returned")
            let view = try #require(try await pair.view(of: second, at: pair.destination))
            #expect(view.file.events.last?.code == Reason.noRecordAtOrigin.code)
            #expect(pair.bank.movements.count == moved)
        }
    }

    /// A second return of a payout's first order once opened the leg again, so that a third order paid it twice.
    @Test func `is not paid again because the bank speaks of an order that was settled`() async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .givesBack(.accountClosed))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            _ = try await pair.correctAccount(number, .medical)
            try await pair.settle()
            #expect(try await pair.view(of: number, at: pair.origin)?.story.transfer.isCompleted == true)
            let before = try await pair.origin.store.ledgerBalances()["payout:medical"]

            pair.bank.tell(
                PairCast.shenzhen,
                [pair.bank.entry(.credit, PairCast.medical, key: "\(number)/M1", returned: .accountClosed)])
            try await pair.settle()
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(view.story.transfer.payouts[.balance(.medical)]?.phase == .paid(attempt: 2))
            #expect(try await pair.origin.store.ledgerBalances()["payout:medical"] == before)
            #expect(try await pair.origin.store.unmatchedBankLines().count == 1)
            await #expect(throws: DeskFault.self) { try await pair.correctAccount(number, .medical) }
        }
    }

    /// Another movement under a known reference was once passed over in silence.
    @Test func `is shown to a clerk when the bank uses a reference twice`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let taken = try #require(
                try await pair.view(of: number, at: pair.destination)?.file.bankLines.first)
            let before = try await pair.destination.store.ledgerBalances()
            for _ in 1...2 {
                pair.bank.tell(
                    PairCast.weifang,
                    [
                        pair.bank.entry(
                            .credit, taken.amount + Money(fen: 1), key: "\(number)/P1", reference: taken.reference)
                    ])
                try await pair.settle()
            }
            let unmatched = try await pair.destination.store.unmatchedBankLines()
            #expect(unmatched.map(\.why) == ["reference-used-before"])
            #expect(unmatched.first?.line.amount == taken.amount + Money(fen: 1))
            #expect(try await pair.destination.store.ledgerBalances() == before)
        }
    }

    /// A refusal of an order that was paid once ended the process, again and again.
    @Test func `stays where it is when the bank refuses an order that it has carried out`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            let key = try #require(OrderKey(caseNumber: number, leg: .balance(.medical), attempt: 1))
            let before = try await pair.standing(of: pair.origin)
            try await pair.origin.desk.take(rejectedOrder: key, .accountClosed)
            #expect(try await pair.standing(of: pair.origin) == before)
        }
    }
}
