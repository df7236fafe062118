import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

/// Money and progress where credits and papers overtake each other, or the bank goes wrong: each was a fault once.
@Suite struct `Money that papers and the bank disagree about` {
    private static let late: [ContributionLine] = [.plain("2025-12", "2025-12"), .plain("2026-01", "2026-08")]

    @Test func `supplement money that overtakes its newer form waits for it, and is no surplus`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            pair.road.script { $0.kind == .informationForm ? .isKeptBack : .arrives }
            try await pair.know(nil, .atOrigin(lines: Self.late))
            try await pair.act(.reviseForm, on: number, at: pair.origin)
            try await pair.settle()
            let early = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(early.story.transfer.fundsReturn.phase == .none)
            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            #expect(try await pair.destination.store.ledgerBalances()["suspense:pension"] == .zero)
        }
    }

    /// The newer form was once refused for good, because a second application was live: the money came without its form,
    /// and the offices asked each other for ever.
    @Test func `a newer form that crosses with a second application waits until that has ended`() async throws {
        try await NodePair.run { pair in
            let first = try await pair.transfer()
            pair.road.script { _ in .isKeptBack }
            try await pair.know(nil, .atOrigin(lines: Self.late))
            try await pair.act(.reviseForm, on: first, at: pair.origin)
            let second = try await pair.lodge(key: "key-2")
            try await pair.settle()
            #expect(try await pair.phases(of: second) == ["awaiting-reply", nil])

            // The form comes first: the destination does not know yet that its second case ends.
            pair.road.script { $0.kind == .acceptanceLetter ? .requestIsLost : .arrives }
            try await pair.settle()
            let waiting = try await pair.origin.store.outbox(after: 0, limit: 10)
            #expect(Set(waiting.map(\.number)) == [first])

            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.phases(of: second) == ["withdrawn", nil])
            #expect(try await pair.phases(of: first) == ["completed", "completed"])
            #expect(try await pair.destination.store.ledgerBalances()["suspense:pension"] == .zero)
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `a stray fen under a key of the case holds nothing up, and is listed`() async throws {
        try await NodePair.run { pair in
            pair.road.script { $0.kind == .acceptanceLetter ? .requestIsLost : .arrives }
            let number = try await pair.transfer()
            for key in ["P9", "P1"] {
                let stray = pair.bank.entry(.credit, Money(fen: 1), key: "\(number)/\(key)")
                pair.bank.tell(PairCast.weifang, [stray])
            }
            try await pair.settle()
            pair.road.script { _ in .arrives }
            try await pair.settle()
            // Where the advice came before the money, the fen was asked about.
            if try #require(try await pair.view(of: number, at: pair.origin)).story.transfer.queries.received.isOpen {
                try await pair.act(.answer(.confirmed), on: number, at: pair.origin)
                try await pair.settle()
            }
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.pensionMoved == PairCast.transfer)
            #expect(view.file.orders.map(\.amount) == [Money(fen: 1)], "what came under the paid key goes back")
            #expect(try await pair.destination.store.ledgerBalances()["suspense:pension"] == Money(fen: -1))
            try await pair.act(.returnFunds, on: number, at: pair.destination)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            #expect(try await pair.destination.store.ledgerBalances()["suspense:pension"] == .zero)
        }
    }

    @Test func `a stray fen does not keep an application from being withdrawn`() async throws {
        let waits = Set(DecisionStep.allCases).subtracting([.settlement])
        try await NodePair.run(alone: waits) { pair in
            let number = try await pair.transfer()
            pair.bank.tell(PairCast.weifang, [pair.bank.entry(.credit, Money(fen: 1), key: "\(number)/P1")])
            try await pair.settle()
            try await pair.destination.desk.withdraw(number, owner: "mill")
            try await pair.settle()
            #expect(try await pair.pension(of: number, at: pair.destination) == "withdrawn")
            #expect(try await pair.pension(of: number, at: pair.origin) == "withdrawn")
            #expect(try await pair.destination.store.ledgerBalances()["suspense:pension"] == .zero)
        }
    }

    @Test func `an agreed correction is settled by a form that says the same where nothing changed`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            try await pair.act(.askCorrection, on: number, at: pair.origin)
            try await pair.settle()
            try await pair.act(.agreeToCorrection, on: number, at: pair.destination)
            try await pair.settle()
            try await pair.act(.reviseForm, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            let view = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(view.story.transfer.correction.phase == .settled)
            #expect(view.pensionMoved == PairCast.transfer)
        }
    }

    @Test func `a bounce that is told before its debit is booked, and so is the debit`() async throws {
        try await NodePair.run { pair in
            pair.bank.script { _ in [] }
            let number = try await pair.lodge()
            for _ in 0..<40 where (try await pair.view(of: number, at: pair.origin)?.file.orders.isEmpty ?? true) {
                _ = await pair.work(pair.destination)
                _ = await pair.work(pair.origin)
            }
            let order = try #require(try await pair.view(of: number, at: pair.origin)?.file.orders.first)
            let back = pair.bank.entry(.credit, order.amount, key: order.key.text, returned: .accountClosed)
            pair.bank.tell(PairCast.shenzhen, [back])
            try await pair.origin.office.takeAnswers()
            #expect(try await pair.pension(of: number, at: pair.origin) == "bounced")
            #expect(try await pair.origin.store.ledgerBalances()["bank"] == order.amount)
            try await pair.settle()
            #expect(try await pair.origin.store.ledgerBalances()["bank", default: .zero] == .zero)
            #expect(try await pair.origin.store.unmatchedBankLines().isEmpty)
        }
    }
}
