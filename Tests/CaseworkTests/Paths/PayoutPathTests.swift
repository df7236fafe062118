import Casework
import Testing
import TransferCore
import TransferDocuments

/// The payouts of section 8.7 of the domain handbook, each through two nodes.
@Suite struct `Money that is paid to the person` {
    private static let both = PairCast.application(branches: [.medical, .housing])
    private static let balances: [Branch: Money] = [.medical: Money(fen: 1_863_27), .housing: Money(fen: 402_11)]

    @Test func `P-01: two balances go to the own account, and the pension leg goes on`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(balances: Self.balances))
            let number = try await pair.transfer(Self.both)
            #expect(try await pair.complaints(about: number) == [])
            let paid = pair.bank.movements.filter { $0.account == PairCast.card }
            #expect(paid.map(\.amount).sum() == Money(fen: 2_265_38))
            #expect(paid.count == 2)
        }
    }

    @Test func `P-02: an account of somebody else is refused before anything is sent`() async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .refuses(.accountClosed))
            let number = try await pair.transfer(Self.both)
            let before = try await pair.standing(of: pair.origin)
            let other = PairCast.ownAccount(holder: "魏军", number: PairCast.secondCard)
            let fault = await #expect(throws: DeskFault.self) {
                try await pair.act(.correctAccount(.balance(.medical), other), on: number, at: pair.origin)
            }
            #expect(fault?.notAllowed?.phase == "holder-differs")
            #expect(try await pair.standing(of: pair.origin) == before)
        }
        #expect(throws: (any Error).self) {
            let foreign = TransferApplication(
                person: PairCast.person(), origin: PairCast.shenzhen, applicant: .insuredPerson, mobile: "13912345678",
                certificateNumber: nil, payoutAccount: PairCast.ownAccount(holder: "魏军"), otherBranches: [.medical],
                approvedMove: false)
            _ = try ApplicationForm.read(try ApplicationForm.write(foreign))
        }
    }

    @Test func `P-03: paid at the second try, both tries on record`() async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .givesBackLater(.accountClosed))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            let own = PairCast.ownAccount(number: PairCast.secondCard)
            try await pair.act(.correctAccount(.balance(.medical), own), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(view.story.transfer.payouts[.balance(.medical)]?.phase == .paid(attempt: 2))
            #expect(view.file.orders.count { $0.key.leg == .balance(.medical) } == 2)
        }
    }

    @Test func `a card that was reported lost is never paid to`() async throws {
        try await NodePair.run { pair in
            try await pair.origin.store.reportLost(PairCast.card, by: "desk", at: pair.clock.now)
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(pair.bank.movements.map(\.account) == [PairCast.account(of: PairCast.weifang).number])
            #expect(try await pair.phases(of: number) == ["awaiting-payout", "payout-bounced"])
            let own = PairCast.ownAccount(number: PairCast.secondCard)
            try await pair.act(.correctAccount(.balance(.medical), own), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `P-04: heirs without a notarised paper are paid nothing`() async throws {
        try await Self.afterDeath(Self.balances) { pair, number in
            let before = try await pair.standing(of: pair.origin)
            let heirs = PairCast.heirs.map { StaffAction.Heir(account: $0.account, part: $0.part, paper: "") }
            let fault = await #expect(throws: DeskFault.self) {
                try await pair.act(.settleHeirs(heirs), on: number, at: pair.origin)
            }
            #expect(fault?.notAllowed?.phase == "mandate-missing")
            #expect(try await pair.standing(of: pair.origin) == before)
        }
    }

    @Test func `P-05: a balance that the destination receives moves there, the other is paid out`() async throws {
        try await NodePair.run { pair in
            pair.directory.take(try PairNetwork.shared.directory(receiving: [PairCast.weifang: [.medical]]))
            let number = try await pair.transfer(Self.both)
            #expect(try await pair.phases(of: number) == ["completed", "completed"])
            let here = try #require(try await pair.view(of: number, at: pair.destination))
            #expect(here.story.transfer.awaitedPayouts[.medical]?.phase == .balancePosted)
            #expect(here.story.transfer.awaitedPayouts[.housing]?.phase == .paidOut)
            let ledger = try await pair.destination.store.ledgerBalances()
            #expect(ledger["individual:medical"] == -PairCast.medical)
            #expect(ledger["suspense:medical"] == .zero)
            #expect(
                Set(pair.bank.movements.map { [$0.key, $0.account] }) == [
                    ["\(number)/P1", PairCast.account(of: PairCast.weifang).number],
                    ["\(number)/M1", PairCast.account(of: PairCast.weifang).number],
                    ["\(number)/H1", PairCast.card],
                ])
            #expect(try await pair.origin.store.notices(of: number).map(\.name) == ["payout-paid"])
            #expect(try await pair.restlessness() == [])
        }
    }

    @Test func `P-06: two heirs share in halves, and no fen is lost`() async throws {
        try await Self.afterDeath([.medical: Money(fen: 1_863_28), .housing: Money(fen: 402_11)]) { pair, number in
            try await pair.act(.settleHeirs(PairCast.heirs), on: number, at: pair.origin)
            try await pair.settle()
            #expect(
                pair.bank.movements.map { [$0.account, "\($0.amount)"] }.sorted { $0[1] > $1[1] } == [
                    [PairCast.card, "1132.70"], [PairCast.secondCard, "1132.69"],
                ])
            let ledger = try await pair.origin.store.ledgerBalances()
            #expect(ledger["bank"] == Money(fen: -2_265_39))
            #expect(ledger["individual:medical"] == Money(fen: 1_863_28))
            #expect(ledger["individual:housing"] == Money(fen: 402_11))
            #expect(ledger.values.sum() == .zero)
        }
    }

    @Test func `a share that bounces is paid again to another account of the same heir`() async throws {
        try await Self.afterDeath(Self.balances) { pair, number in
            pair.bank.flaw(PairCast.card, .refuses(.accountClosed))
            try await pair.act(.settleHeirs(PairCast.heirs), on: number, at: pair.origin)
            try await pair.settle()
            let third = PairCast.ownAccount(holder: "魏军", number: PairCast.secondCard)
            try await pair.act(.correctAccount(.heir(1), third), on: number, at: pair.origin)
            try await pair.settle()
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(view.summary.isTerminal)
            #expect(view.story.transfer.payouts[.heir(1)]?.phase == .paid(attempt: 2))
            #expect(try await pair.origin.store.ledgerBalances()["payout:pension"] == .zero)
        }
    }

    /// The balance once waited for ever for another account of a person who has died.
    @Test func `a balance that bounced after the death of its owner goes to an heir whom the others have empowered`()
        async throws
    {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .refuses(.accountClosed))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(try await pair.phases(of: number) == ["awaiting-payout", "payout-bounced"])
            let heir = StaffAction.Heir(
                account: PairCast.ownAccount(holder: "魏军", number: PairCast.secondCard), part: 1, paper: "公证2026第7号")

            let alive = try await pair.refusal(of: .settleHeirs([heir]), on: number, at: pair.origin)
            #expect(alive?.phase == "nothing-due")
            try await pair.know(nil, .atOrigin(isDeceased: true))
            let two = try await pair.refusal(of: .settleHeirs(PairCast.heirs), on: number, at: pair.origin)
            #expect(two?.phase == "one-heir-needed")

            try await pair.act(.settleHeirs([heir]), on: number, at: pair.origin)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            #expect(pair.bank.movements.last?.account == PairCast.secondCard)
            #expect(pair.bank.movements.last?.amount == PairCast.medical)
            #expect(try await pair.origin.store.ledgerBalances()["payout:medical"] == .zero)
            let again = try await pair.refusal(of: .settleHeirs([heir]), on: number, at: pair.origin)
            #expect(again?.phase == "nothing-due")
        }
    }

    /// Heirs once got what a transfer would have carried: eight hundredths, whatever had been credited, and nothing of what
    /// was paid late without papers.
    @Test func `heirs share what was credited to the account`() async throws {
        let eleven = ContributionLine(
            year: 2026, from: PairCast.month("2026-01"), to: PairCast.month("2026-02"), kind: .ordinary,
            base: Money(fen: 5_000_00), ownShare: try #require(BasisPoints(800)),
            creditedShare: try #require(BasisPoints(1_100)), employerShare: try #require(BasisPoints(1_600)))
        let late = ContributionLine.plain("2025-01", "2025-01", as: .withheld, paidOn: "2026-03-02")
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(isDeceased: true, lines: [eleven, late], balances: [:]))
            let number = try await pair.transfer()
            try await pair.act(.settleHeirs(PairCast.heirs), on: number, at: pair.origin)
            try await pair.settle()
            // Two months at eleven hundredths of 5,000 yuan, and one at eight.
            #expect(pair.bank.movements.map(\.amount).sum() == Money(fen: 1_500_00))
        }
    }

    @Test func `P-07: a balance that no destination takes goes to the own account on request`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(try await pair.complaints(about: number) == [])
            #expect(pair.bank.movements.contains { $0.account == PairCast.card && $0.amount == PairCast.medical })
        }
    }

    @Test func `P-08: a balance of zero makes no order, and the leg is complete`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(balances: [.medical: .zero]))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            #expect(try await pair.complaints(about: number) == [])
            #expect(pair.bank.movements.map(\.key) == ["\(number)/P1"])
        }
    }

    @Test func `P-09: the pension account itself is never paid out to a person`() throws {
        #expect(OrderKey(caseNumber: try PairCast.number(), leg: .balance(.pension), attempt: 1) == nil)
        #expect(throws: (any Error).self) {
            _ = try ApplicationForm.read(try ApplicationForm.write(PairCast.application(branches: [.pension])))
        }
    }

    @Test func `P-10: an overdrawn account is no record that can be imported`() throws {
        #expect(throws: RecordsFaults.self) {
            _ = try RecordsCast.read(RecordsCast.person(1, ["medical_balance_fen": "-1"]))
        }
        #expect(try RecordsCast.read(RecordsCast.person(1, ["medical_balance_fen": "1"])).count == 1)
    }

    /// A case that has ended at the origin because the person died before the check.
    private static func afterDeath(
        _ balances: [Branch: Money], _ use: (NodePair, CaseNumber) async throws -> Void
    ) async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(isDeceased: true, lines: [], balances: balances))
            let number = try await pair.transfer()
            #expect(try await pair.phases(of: number) == ["ceased", "ceased"])
            try await use(pair, number)
        }
    }
}

extension PairCast {
    static func number() throws -> CaseNumber {
        try #require(CaseNumber(destination: weifang, year: 2026, serial: 9))
    }
}
