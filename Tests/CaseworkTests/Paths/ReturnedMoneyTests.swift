import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

/// Money that goes back from the destination to the origin.
@Suite struct `Money beyond the form` {
    private static let more = Money(fen: 8_001_00)

    /// A case for which the bank credited one yuan more than was paid.
    private static func over(_ use: (NodePair, CaseNumber) async throws -> Void) async throws {
        try await NodePair.run { pair in
            pair.bank.script { $0.endToEndKey?.hasSuffix("/P1") == true ? [$0.worth(more)] : [$0] }
            let number = try await pair.transfer()
            #expect(try await pair.pension(of: number, at: pair.destination) == "mismatched")
            #expect(try await pair.phases(of: number) == ["query-asked", "query-received"])
            guard
                case .query(let query)? = try #require(try await pair.view(of: number, at: pair.origin))
                    .file.newest(.query)?.content
            else { return }
            #expect(query.subject == .creditOver)
            #expect([query.expected, query.found] == [PairCast.transfer, more])
            try await use(pair, number)
        }
    }

    @Test func `is sent back when the origin says so, and the rest is posted`() async throws {
        try await Self.over { pair, number in
            try await pair.act(.answer(.returnExcess), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            let here = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(here.pensionMoved == PairCast.transfer)
            #expect(here.file.orders.map { ["\($0.key)", "\($0.amount)"] } == [["\(number)/R1", "1.00"]])
            guard case .returnAdvice(let advice)? = try here.file.newest(.returnAdvice)?.content else { return }
            #expect(advice.ground == .excess)
            #expect(advice.returns.text == "\(number)/P1")
            #expect(here.story.transfer.fundsReturn.phase == .confirmed)
            #expect(
                try await pair.destination.store.ledgerBalances() == [
                    "bank": PairCast.transfer, "suspense:pension": .zero, "in-transit-to:440300": .zero,
                    "individual:pension": -PairCast.account, "pooled": -PairCast.pooled,
                ])
        }
    }

    @Test func `waits in suspense when the origin says that its papers stand`() async throws {
        try await Self.over { pair, number in
            try await pair.act(.answer(.confirmed), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["mismatched", "awaiting-completion"])
            #expect(try await pair.sent(of: number, by: pair.destination) == [.acceptanceLetter, .query])
            #expect(try await pair.destination.store.ledgerBalances()["suspense:pension"] == -Self.more)
        }
    }
}

@Suite struct `A return` {
    @Test(arguments: [
        PairBank.Flaw.refuses(.accountBlocked), .givesBack(.accountClosed), .givesBackLater(.nameDiffers),
    ])
    func `that bounces is paid again under the next number, and confirmed once`(flaw: PairBank.Flaw) async throws {
        try await NodePair.run { pair in
            let account = PairCast.account(of: PairCast.shenzhen).number
            pair.bank.flaw(account, flaw)
            pair.bank.script { $0.endToEndKey?.hasSuffix("/P1") == true ? [$0, $0.again("B-again")] : [$0] }
            let number = try await pair.transfer()
            // The origin's bank took it twice as well.
            pair.bank.tell(PairCast.shenzhen, [pair.bank.entry(.debit, PairCast.transfer, key: "\(number)/P1")])
            try await pair.settle()
            let bounced = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(bounced.summary.phase == "return-bounced")
            #expect(bounced.summary.holder == .destination)
            #expect(bounced.pensionMoved == PairCast.transfer)
            #expect(try await pair.destination.store.ledgerBalances()["in-transit-to:440300"] == -PairCast.transfer)

            pair.bank.flaw(account, nil)
            try await pair.act(.retryReturn, on: number, at: pair.destination)
            try await pair.settle()
            let here = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(here.story.transfer.isCompleted)
            #expect(here.story.transfer.fundsReturn.phase == .confirmed)
            #expect(here.file.orders.map(\.key.text) == ["\(number)/R1", "\(number)/R2"])
            #expect(here.postings.count { $0.kind == .returnSetAside } == 1)
            #expect(here.file.documents.count { $0.kind == .returnConfirmation } == 1)
            guard case .returnConfirmation(let confirmation)? = try here.file.newest(.returnConfirmation)?.content
            else { return }
            #expect(confirmation.orderKey.text == "\(number)/R2")
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            #expect(pair.bank.balance(of: PairCast.weifang) == PairCast.transfer)
            #expect(pair.bank.balance(of: PairCast.shenzhen) == -PairCast.transfer)
            for node in pair.nodes {
                #expect(try await node.store.ledgerBalances()["suspense:pension"] == .zero)
            }
        }
    }

    @Test func `is decided once: a second try while the first is at the bank does nothing`() async throws {
        try await NodePair.run(without: .fundsReturn) { pair in
            pair.bank.script { $0.endToEndKey?.hasSuffix("/P1") == true ? [$0, $0.again("B-again")] : [$0] }
            let number = try await pair.transfer()
            #expect(try await pair.phase(of: number, at: pair.destination) == "return-owed")
            try await pair.act(.returnFunds, on: number, at: pair.destination)
            let twice = try await pair.refusal(of: .returnFunds, on: number, at: pair.destination)
            #expect(twice?.event == "return-decided")
            try await pair.settle()
            #expect(pair.bank.movements.map(\.key) == ["\(number)/P1", "\(number)/R1"])
            #expect(try await pair.phase(of: number, at: pair.destination) == "completed")
        }
    }
}

/// What was frozen later bounces at the destination's bank: only that is paid again.
@Suite struct `A supplement that bounces` {
    @Test(arguments: [PairBank.Flaw.refuses(.accountClosed), .givesBackLater(.nameDiffers)])
    func `is paid again to the corrected account, and the first remittance stays`(flaw: PairBank.Flaw) async throws {
        try await NodePair.run { pair in
            // September was paid in Shenzhen, and comes into its record late.
            try await pair.know(.atDestination(lines: [.plain("2026-10", "2026-10")]), nil)
            let number = try await pair.transfer()
            let old = PairCast.account(of: PairCast.weifang)
            pair.bank.flaw(old.number, flaw)
            try await pair.know(
                nil, .atOrigin(lines: [.plain("2026-01", "2026-08"), .plain("2026-09", "2026-09")]))
            try await pair.act(.reviseForm, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-account", "bounced"])
            #expect(
                try #require(try await pair.view(of: number, at: pair.destination)).pensionMoved == PairCast.transfer)

            let new = BankAccount(
                holder: old.holder, bankName: old.bankName, bankCode: old.bankCode, number: "120202020993707099")
            pair.bank.open(new.number, for: PairCast.weifang)
            pair.directory.take(try PairNetwork.shared.directory(accounts: [PairCast.weifang: new]))
            try await pair.settle()
            let complaints = try await pair.complaints(about: number)
            #expect(complaints == [])
            let there = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(
                there.file.orders.map { ["\($0.key)", "\($0.amount)", $0.creditor.number] } == [
                    ["\(number)/P1", "8000.00", old.number], ["\(number)/P2", "1000.00", old.number],
                    ["\(number)/P3", "1000.00", new.number],
                ])
            #expect(there.pensionMoved == Money(fen: 9_000_00))
        }
    }

    /// Found by the simulation (seed 4822): the second of two that came back fitted no phase, and was never paid again.
    @Test func `and the remittance before it, which both come back after they were paid, are both paid again`()
        async throws
    {
        try await NodePair.run(without: .remittance) { pair in
            pair.bank.script { _ in [] }
            try await pair.know(.atDestination(lines: [.plain("2026-10", "2026-10")]), nil)
            let number = try await pair.transfer()
            try await pair.act(.remit, on: number, at: pair.origin)
            try await pair.settle()
            try await pair.know(
                nil, .atOrigin(lines: [.plain("2026-01", "2026-08"), .plain("2026-09", "2026-09")]))
            try await pair.act(.reviseForm, on: number, at: pair.origin)
            try await pair.act(.remit, on: number, at: pair.origin)
            try await pair.settle()
            for (key, amount) in [("P1", PairCast.transfer), ("P2", Money(fen: 1_000_00))] {
                let back = pair.bank.entry(.credit, amount, key: "\(number)/\(key)", returned: .accountClosed)
                pair.bank.tell(PairCast.shenzhen, [back])
                try await pair.settle()
            }
            #expect(try await pair.origin.store.unmatchedBankLines() == [])
            pair.bank.script { [$0] }
            for _ in 0..<2 {
                try await pair.act(.remit, on: number, at: pair.origin)
                try await pair.settle()
            }
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            let there = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(there.pensionMoved == Money(fen: 9_000_00))
            #expect(try await pair.restlessness() == [])
        }
    }

    /// Found by the simulation (seed 2517000009): what came back between the supplement's form and its order fitted no
    /// phase, waited in suspense, and the case waited with it for ever.
    @Test
    func `and the remittance before it, which comes back while the supplement waits to be ordered, are both paid`()
        async throws
    {
        try await NodePair.run(without: .remittance) { pair in
            try await pair.know(.atDestination(lines: [.plain("2026-10", "2026-10")]), nil)
            pair.bank.script { _ in [] }
            let number = try await pair.transfer()
            try await pair.act(.remit, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["awaiting-funds", "awaiting-completion"])
            try await pair.know(
                nil, .atOrigin(lines: [.plain("2026-01", "2026-08"), .plain("2026-09", "2026-09")]))
            try await pair.act(.reviseForm, on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "frozen")

            let back = pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1", returned: .accountClosed)
            pair.bank.tell(PairCast.shenzhen, [back])
            pair.bank.script { [$0] }
            try await pair.settle()
            #expect(try await pair.origin.store.unmatchedBankLines() == [])
            for _ in 0..<2 {
                try await pair.act(.remit, on: number, at: pair.origin)
                try await pair.settle()
            }
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            let there = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(
                there.file.orders.map { ["\($0.key)", "\($0.amount)"] } == [
                    ["\(number)/P1", "8000.00"], ["\(number)/P2", "1000.00"], ["\(number)/P3", "8000.00"],
                ])
            #expect(there.pensionMoved == Money(fen: 9_000_00))
            #expect(try await pair.restlessness() == [])
        }
    }
}
