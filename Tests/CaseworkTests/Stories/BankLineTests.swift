import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A line of the bank` {
    @Test(arguments: [nil, "", "rent", "370700-2026-0000001-X/P1", "370700-2026-0000099-?/P1"])
    func `that names no order stands in suspense for a clerk`(key: String?) async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            let key = key?.replacing("?", with: "\(number.text.suffix(1))")
            let known = pair.bank.entry(.credit, PairCast.transfer, key: key == "" ? nil : key)
            pair.bank.tell(PairCast.weifang, [known])
            try await pair.destination.office.takeAnswers()
            let unmatched = try await pair.destination.store.unmatchedBankLines()
            #expect(unmatched.map(\.line.reference) == [known.bankReference])
            #expect(unmatched.map(\.why) == ["no-such-key"])
            #expect(
                try await pair.destination.store.ledgerBalances() == [
                    "bank": PairCast.transfer, "suspense:pension": -PairCast.transfer,
                ])
        }
    }

    @Test func `for a case that nobody knows stands in suspense`() async throws {
        try await NodePair.run { pair in
            let number = try #require(CaseNumber(destination: PairCast.weifang, year: 2026, serial: 77))
            pair.bank.tell(PairCast.weifang, [pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1")])
            try await pair.destination.office.takeAnswers()
            #expect(try await pair.destination.store.unmatchedBankLines().map(\.why) == ["no-such-case"])
        }
    }

    @Test func `is taken once, in whichever file it comes`() async throws {
        try await NodePair.run { pair in
            pair.bank.script { _ in [] }
            let number = try await pair.transfer()
            let credit = pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1")
            pair.bank.tell(PairCast.weifang, [credit])
            try await pair.settle()
            let after = try await pair.standing(of: pair.destination)
            for _ in 0..<3 {
                pair.bank.tell(PairCast.weifang, [credit])
                try await pair.settle()
            }
            #expect(try await pair.standing(of: pair.destination) == after)
            #expect(after.ledger["bank"] == PairCast.transfer)
        }
    }

    /// As after a crash between taking the last line and putting the file away.
    @Test func `is taken once when its file is read again`() async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .givesBack(.accountClosed))
            let number = try await pair.lodge(PairCast.application(branches: [.medical, .housing]))
            for _ in 0..<10 {
                _ = await pair.work(pair.destination)
                _ = await pair.work(pair.origin)
            }
            #expect(pair.bank.work())
            for node in pair.nodes {
                let folder = pair.bank.folder(of: node.code)
                var files: [String: [UInt8]] = [:]
                for name in try await folder.incoming(limit: 100) { files[name] = try await folder.read(name) }
                #expect(!files.isEmpty)
                try await node.office.takeAnswers()
                let after = try await pair.standing(of: node)
                for (name, bytes) in files { pair.bank.put(bytes, named: name, for: node.code) }
                try await node.office.takeAnswers()
                #expect(try await pair.standing(of: node) == after)
            }
            #expect(try await pair.phase(of: number, at: pair.origin) == "awaiting-completion")
        }
    }

    @Test func `that pays a case a second time waits in its suspense, and goes back when it is complete`() async throws
    {
        try await NodePair.run { pair in
            pair.road.script { $0.kind == .remittanceAdvice ? .isKeptBack : .arrives }
            let number = try await pair.transfer()
            // The bank has carried the order out three times: both agencies are told so.
            func payAgain() async throws {
                let key = "\(number)/P1"
                pair.bank.tell(PairCast.shenzhen, [pair.bank.entry(.debit, PairCast.transfer, key: key)])
                pair.bank.tell(PairCast.weifang, [pair.bank.entry(.credit, PairCast.transfer, key: key)])
                try await pair.settle()
            }
            for _ in 0..<2 { try await payAgain() }
            let held = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(held.summary.phase == "holding-funds-awaiting-advice")
            #expect(held.file.bankLines.count == 3)
            #expect(try await pair.destination.store.unmatchedBankLines() == [])
            #expect(
                try await pair.destination.store.ledgerBalances() == [
                    "bank": Money(fen: 3 * PairCast.transfer.fen),
                    "suspense:pension": Money(fen: -3 * PairCast.transfer.fen),
                ])

            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            func returned() async throws -> [[String]] {
                let view = try #require(try await pair.view(of: number, at: pair.destination))
                #expect(view.story.transfer.fundsReturn.phase == .confirmed)
                return view.file.orders.map { ["\($0.key)", "\($0.amount)"] }
            }
            #expect(try await returned() == [["\(number)/R1", "16000.00"]])

            try await payAgain()
            #expect(try await returned() == [["\(number)/R1", "16000.00"], ["\(number)/R2", "8000.00"]])
            let here = try await pair.destination.store.ledgerBalances()
            #expect(here["suspense:pension"] == .zero)
            #expect(here["individual:pension"] == -PairCast.account)
            #expect(here["pooled"] == -PairCast.pooled)
            #expect(here["bank"] == PairCast.transfer)
            #expect(here["bank"] == pair.bank.balance(of: PairCast.weifang))
            let there = try await pair.origin.store.ledgerBalances()
            #expect(there["suspense:pension"] == .zero)
            #expect(there["bank"] == -PairCast.transfer)
            #expect(there["bank"] == pair.bank.balance(of: PairCast.shenzhen))
        }
    }

    @Test func `of another leg, or one that goes out, is no credit of the destination`() async throws {
        try await NodePair.run { pair in
            let shenzhen = try await pair.playedOrigin(PairCast.application(branches: [.medical]))
            let phase = try await pair.phase(of: shenzhen.number, at: pair.destination)
            pair.bank.tell(
                PairCast.weifang,
                [
                    pair.bank.entry(.credit, PairCast.medical, key: "\(shenzhen.number)/M1"),
                    pair.bank.entry(.debit, PairCast.transfer, key: "\(shenzhen.number)/P1"),
                    pair.bank.entry(.credit, PairCast.transfer, key: "\(shenzhen.number)/P2", returned: .accountClosed),
                ])
            try await pair.destination.office.takeAnswers()
            #expect(try await pair.destination.store.unmatchedBankLines().count == 3)
            #expect(try await pair.phase(of: shenzhen.number, at: pair.destination) == phase)
        }
    }

    @Test func `of the origin's account answers the order of its key and amount only`() async throws {
        try await NodePair.run { pair in
            // The bank keeps its word back, and says other things instead.
            let number = try await pair.lodge()
            for _ in 0..<4 {
                _ = await pair.work(pair.destination)
                _ = await pair.work(pair.origin)
            }
            #expect(try await pair.phase(of: number, at: pair.origin) == "remitting")
            pair.bank.tell(
                PairCast.shenzhen,
                [
                    pair.bank.entry(.debit, Money(fen: PairCast.transfer.fen - 1), key: "\(number)/P1"),
                    pair.bank.entry(.debit, PairCast.transfer, key: "\(number)/P2"),
                    pair.bank.entry(.debit, PairCast.transfer, key: "\(number)/M1"),
                    pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1"),
                ])
            try await pair.origin.office.takeAnswers()
            #expect(try await pair.origin.store.unmatchedBankLines().count == 4)
            #expect(try await pair.phase(of: number, at: pair.origin) == "remitting")
            try await pair.settle()
            #expect(try await pair.phase(of: number, at: pair.origin) == "completed")
        }
    }

    @Test func `that says an order was paid twice is missed in suspense, and moves nothing else`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            let before = try await pair.standing(of: pair.origin)
            pair.bank.tell(
                PairCast.shenzhen,
                [
                    pair.bank.entry(.debit, PairCast.transfer, key: "\(number)/P1"),
                    pair.bank.entry(.debit, PairCast.medical, key: "\(number)/M1"),
                ])
            try await pair.settle()
            let after = try await pair.standing(of: pair.origin)
            #expect(after.events == before.events)
            #expect(after.postings == before.postings + 2)
            #expect(after.ledger == before.missing(PairCast.transfer + PairCast.medical))
            #expect(after.ledger["bank"] == pair.bank.balance(of: PairCast.shenzhen))
            #expect(after.unmatched == 2)
        }
    }

    /// A statement may repeat what an earlier file has told. The return was dropped together with the repeated debit once,
    /// and the money that had come back was in no book.
    @Test func `that comes back is booked also when its debit is told again beside it`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            for _ in 0..<4 {
                _ = await pair.work(pair.destination)
                _ = await pair.work(pair.origin)
            }
            let debit = pair.bank.entry(.debit, PairCast.transfer, key: "\(number)/P1")
            pair.bank.tell(PairCast.shenzhen, [debit])
            try await pair.origin.office.takeAnswers()
            #expect(try await pair.phase(of: number, at: pair.origin) == "awaiting-completion")

            let back = pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1", returned: .accountClosed)
            pair.bank.tell(PairCast.shenzhen, [debit, back])
            try await pair.origin.office.takeAnswers()
            #expect(try await pair.phase(of: number, at: pair.origin) == "bounced")
            let ledger = try await pair.origin.store.ledgerBalances()
            #expect(ledger["bank"] == .zero)
            #expect(ledger["in-transit-to:370700"] == -PairCast.transfer)
        }
    }

    /// A debit without an order that came back in the same file once vanished: only its return was kept, as if money had
    /// come from nowhere.
    @Test func `that went out and came back for no order is shown to a clerk, both ways`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let before = try await pair.standing(of: pair.origin)
            for key in ["\(number)/P2", "370700-2026-0000077/P1", "rent"] {
                pair.bank.tell(
                    PairCast.shenzhen,
                    [
                        pair.bank.entry(.debit, PairCast.medical, key: key),
                        pair.bank.entry(.credit, PairCast.medical, key: key, returned: .accountClosed),
                    ])
                try await pair.origin.office.takeAnswers()
            }
            let unmatched = try await pair.origin.store.unmatchedBankLines()
            #expect(unmatched.count == 6)
            #expect(unmatched.count { $0.line.direction == .debit } == 3)
            let after = try await pair.standing(of: pair.origin)
            #expect(after.ledger == before.ledger)
            #expect(after.ledger["bank"] == pair.bank.balance(of: PairCast.shenzhen))
        }
    }

    /// Two debits for one order, one or both of which came back: what is left is money that is gone, and once was passed
    /// over.
    @Test(arguments: [1, 2])
    func `annuls one debit for each return, and no line is passed over`(returns: Int) async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            for _ in 0..<4 {
                _ = await pair.work(pair.destination)
                _ = await pair.work(pair.origin)
            }
            let key = "\(number)/P1"
            pair.bank.tell(
                PairCast.shenzhen,
                (0..<2).map { _ in pair.bank.entry(.debit, PairCast.transfer, key: key) }
                    + (0..<returns).map { _ in
                        pair.bank.entry(.credit, PairCast.transfer, key: key, returned: .accountClosed)
                    })
            try await pair.origin.office.takeAnswers()
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            let unmatched = try await pair.origin.store.unmatchedBankLines()
            #expect(view.file.bankLines.count + unmatched.count == 2 + returns)
            guard returns == 2 else { return }
            #expect(view.summary.phase == "bounced")
            let ledger = try await pair.origin.store.ledgerBalances()
            #expect(ledger["bank"] ?? .zero == .zero)
            #expect(ledger["suspense:pension"] == nil)
        }
    }

    @Test func `that carries an order out after it was given back is missed in suspense, and pays nobody`() async throws
    {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .givesBackLater(.accountClosed))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            let before = try await pair.standing(of: pair.origin)
            pair.bank.tell(PairCast.shenzhen, [pair.bank.entry(.debit, PairCast.medical, key: "\(number)/M1")])
            try await pair.settle()
            let after = try await pair.standing(of: pair.origin)
            #expect(after.events == before.events)
            #expect(after.postings == before.postings + 1)
            #expect(after.ledger == before.missing(PairCast.medical))
            #expect(after.unmatched == 1)
            #expect(try await pair.view(of: number, at: pair.origin)?.story.transfer.legs[1].phase == "payout-bounced")
        }
    }

    @Test func `that gives a remittance back is told to the destination, and never ends the case`() async throws {
        for flaw in [PairBank.Flaw.refuses(.accountBlocked), .givesBack(.overLimit), .givesBackLater(.nameDiffers)] {
            try await NodePair.run { pair in
                pair.bank.flaw(PairCast.account(of: PairCast.weifang).number, flaw)
                let number = try await pair.transfer()
                let view = try #require(try await pair.view(of: number, at: pair.origin))
                #expect(view.summary.phase == "bounced")
                let here = try #require(try await pair.view(of: number, at: pair.destination))
                #expect(here.summary.phase == "awaiting-account")
                // The destination has to confirm its account, and both sides know it.
                for side in [here, view] {
                    #expect(side.summary.holder == .destination)
                    #expect(!side.summary.isTerminal)
                }
                let sent = try await pair.sent(of: number, by: pair.origin)
                #expect(sent.last == .bounceNotice)
                #expect(sent.count { $0 == .bounceNotice } == 1)
                #expect(try await pair.destination.store.ledgerBalances() == [:])
                let ledger = try await pair.origin.store.ledgerBalances()
                #expect(ledger["in-transit-to:370700"] == -PairCast.transfer)
                #expect(ledger["bank"] ?? .zero == .zero)
                #expect(view.pensionMoved == .zero)
            }
        }
    }
}

extension Standing {
    /// The ledger after the bank took money that no order explains.
    fileprivate func missing(_ amount: Money) -> [String: Money] {
        ledger.merging(["bank": -amount, "suspense:pension": amount]) { $0 + $1 }
    }
}
