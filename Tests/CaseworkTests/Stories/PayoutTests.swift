import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `Balances that the destination cannot receive` {
    private static let both = PairCast.application(branches: [.medical, .housing])

    @Test func `are paid to the insured person within the same case`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer(Self.both)
            #expect(try await pair.complaints(about: number) == [])
            #expect(
                Set(pair.bank.movements.map { [$0.key, "\($0.amount)"] }) == [
                    ["\(number)/P1", "8000.00"], ["\(number)/M1", "2863.27"], ["\(number)/H1", "402.11"],
                ])
            let ledger = try await pair.origin.store.ledgerBalances()
            #expect(ledger["individual:medical"] == PairCast.medical)
            #expect(ledger["individual:housing"] == PairCast.housing)
            #expect(
                try await pair.origin.store.notices(of: number).map(\.name) == ["payout-paid", "payout-paid"])
        }
    }

    @Test func `make no order where nothing is due`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(balances: [.housing: PairCast.housing]))
            let number = try await pair.transfer(Self.both)
            #expect(try await pair.complaints(about: number) == [])
            #expect(Set(pair.bank.movements.map(\.key)) == ["\(number)/P1", "\(number)/H1"])
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(view.story.transfer.legs.map(\.phase) == ["completed", "nothing-due", "paid-out"])
        }
    }

    @Test(arguments: [
        PairBank.Flaw.refuses(.accountInvalid), .givesBack(.accountClosed), .givesBackLater(.nameDiffers),
    ])
    func `bounce, are corrected and paid, wherever the bank finds the fault`(flaw: PairBank.Flaw) async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, flaw)
            let number = try await pair.transfer(Self.both)
            let bounced = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(bounced.story.transfer.legs.map(\.phase) == ["completed", "payout-bounced", "payout-bounced"])
            #expect(bounced.summary.holder == .insuredPerson)
            #expect(try await pair.origin.store.notices(of: number).count { $0.name == "payout-bounced" } == 2)
            let ledger = try await pair.origin.store.ledgerBalances()
            #expect(ledger["payout:medical"] == -PairCast.medical)
            #expect(ledger["bank"] == -PairCast.transfer)

            for branch in [Branch.medical, .housing] {
                let correction = try await pair.correctAccount(number, branch)
                #expect(correction.attempt == 2)
            }
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            let paid = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(paid.payouts.map(\.attempts) == [2, 2])
            #expect(paid.payouts.map(\.amount) == [PairCast.medical, PairCast.housing])
        }
    }

    @Test func `go to no account of anybody else`() async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .refuses(.accountInvalid))
            let number = try await pair.transfer(Self.both)
            let before = try await pair.standing(of: pair.origin)
            let fault = await #expect(throws: DeskFault.self) {
                try await pair.correctAccount(number, .medical, holder: "魏军")
            }
            #expect(fault?.notAllowed?.phase == "holder-differs")
            #expect(try await pair.standing(of: pair.origin) == before)
        }
    }

    @Test func `can have another account only after a bounce`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            let before = try await pair.standing(of: pair.origin)
            for (branch, phase) in [(Branch.medical, "paid-out"), (.housing, "no-such-leg")] {
                let fault = await #expect(throws: DeskFault.self) { try await pair.correctAccount(number, branch) }
                #expect(fault?.notAllowed?.phase == phase)
            }
            #expect(try await pair.standing(of: pair.origin) == before)
        }
    }

    @Test func `call the person to the desk after the third bounce`() async throws {
        try await NodePair.run { pair in
            for card in [PairCast.card, PairCast.secondCard] { pair.bank.flaw(card, .refuses(.accountClosed)) }
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            for _ in 2...3 {
                _ = try await pair.correctAccount(number, .medical)
                try await pair.settle()
            }
            #expect(
                try await pair.origin.store.notices(of: number).map(\.name) == [
                    "payout-bounced", "payout-bounced", "come-to-the-desk",
                ])
        }
    }

    /// An order key has room for 99 tries. The hundredth account once stopped the whole node.
    @Test func `end at the ninety-ninth order, and the node goes on`() async throws {
        try await NodePair.run { pair in
            for card in [PairCast.card, PairCast.secondCard] { pair.bank.flaw(card, .refuses(.accountClosed)) }
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            for _ in 2...99 {
                _ = try await pair.correctAccount(number, .medical)
                try await pair.settle()
            }
            let before = try await pair.standing(of: pair.origin)
            let fault = await #expect(throws: DeskFault.self) { try await pair.correctAccount(number, .medical) }
            #expect(fault?.notAllowed?.phase == "no-order-left")
            #expect(try await pair.standing(of: pair.origin) == before)
        }
    }

    /// The person has left and come back in between: the late return of the first case would open it again beside the
    /// second, which the store refuses. The bank's file once was stuck on it for ever.
    @Test func `that come back while another case of the person is under way wait for a clerk`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let first = try await pair.lodge(PairCast.application(branches: [.medical]))
            try await pair.settle()
            try await pair.carryOutByHand(at: pair.origin)
            try await pair.settle()
            #expect(try await pair.phase(of: first, at: pair.origin) == "completed")
            let second = try await pair.lodge(key: "key-2")
            try await pair.settle()
            #expect(try await pair.phase(of: second, at: pair.origin) == "checking")

            pair.bank.tell(
                PairCast.shenzhen,
                [pair.bank.entry(.credit, PairCast.medical, key: "\(first)/M1", returned: .accountClosed)])
            try await pair.settle()
            let unmatched = try await pair.origin.store.unmatchedBankLines()
            #expect(unmatched.map(\.why) == ["case-under-way"])
            #expect(try await pair.phase(of: first, at: pair.origin) == "completed")
            let ledger = try await pair.origin.store.ledgerBalances()
            #expect(ledger["suspense:pension"] == -PairCast.medical)
            #expect(ledger["bank"] == pair.bank.balance(of: PairCast.shenzhen))
        }
    }
}

extension NodePair {
    /// Gives another account of the person's own, at the origin.
    func correctAccount(
        _ number: CaseNumber, _ branch: Branch, holder: String = "林芳"
    ) async throws(DeskFault) -> Desk.AccountCorrection {
        let account = PairCast.ownAccount(holder: holder, number: PairCast.secondCard)
        let form: [UInt8]
        do { form = try AccountForm.write(account) } catch { preconditionFailure("an account that can be written") }
        return try await origin.desk.correctAccount(number, branch, account, form: form, owner: "window-3")
    }
}

extension DeskFault {
    var notAllowed: NotAllowed? {
        guard case .notAllowed(let fault) = self else { return nil }
        return fault
    }
}
