import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A plain transfer` {
    @Test func `completes on both sides with one story, and the money is where the papers say`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            #expect(try await pair.complaints(about: number) == [])
            #expect(pair.bank.balance(of: PairCast.shenzhen) == -PairCast.transfer)
            #expect(pair.bank.balance(of: PairCast.weifang) == PairCast.transfer)
            let here = try await pair.destination.store.ledgerBalances()
            #expect(here["individual:pension"] == -PairCast.account)
            #expect(here["pooled"] == -PairCast.pooled)
            let there = try await pair.origin.store.ledgerBalances()
            #expect(there["individual:pension"] == PairCast.account)
            #expect(there["pooled"] == PairCast.pooled)
        }
    }

    @Test func `is five documents, each with a receipt, and one order`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            let view = try #require(try await pair.view(of: number, at: pair.origin))
            #expect(
                view.file.documents.map(\.kind) == [
                    .acceptanceLetter, .contributionCertificate, .informationForm, .remittanceAdvice,
                    .completionNotice,
                ])
            #expect(view.file.orders.map(\.key.text) == ["\(number)/P1"])
            #expect(view.deliveries.count == 3)
            #expect(pair.road.receipts.count == 5)
        }
    }

    @Test func `tells the applicant that it is done`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.transfer()
            #expect(try await pair.destination.store.notices(of: number).map(\.name) == ["completion"])
        }
    }

    @Test func `moves years of contributions with their interest, to the fen`() async throws {
        try await NodePair.run { pair in
            let lines =
                (2004...2025).map { ContributionLine.plain("\($0)-01", "\($0)-12", base: Money(fen: 3_333_33)) }
                + [.plain("2026-01", "2026-06")]
            try await pair.know(
                nil, .atOrigin(carried: CarriedBalance(yearEnd: 2003, balance: Money(fen: 987_65)), lines: lines))
            let number = try await pair.transfer()
            #expect(try await pair.complaints(about: number) == [])
            let moved = try #require(try await pair.view(of: number, at: pair.destination)).pensionMoved
            #expect(pair.bank.balance(of: PairCast.weifang) == moved)
            #expect(moved > Money(fen: 100_000_00))
        }
    }

    /// Whatever of the papers is on its way when the money comes, the case knows what it waits for.
    @Test(arguments: [
        (DocumentKind.contributionCertificate, "holding-funds-awaiting-certificate"),
        (.informationForm, "holding-funds-awaiting-form"),
        (.remittanceAdvice, "holding-funds-awaiting-advice"),
    ])
    func `holds money that comes before a paper, and completes when the paper comes`(
        late: DocumentKind, phase: String
    ) async throws {
        try await NodePair.run { pair in
            pair.road.script { $0.kind == late ? .isKeptBack : .arrives }
            let number = try await pair.transfer()
            #expect(try await pair.phase(of: number, at: pair.destination) == phase)
            let ledger = try await pair.destination.store.ledgerBalances()
            #expect(ledger["suspense:pension"] == -PairCast.transfer)
            #expect(ledger["individual:pension"] == nil)

            pair.road.script { _ in .arrives }
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `waits for money that comes after all papers`() async throws {
        try await NodePair.run { pair in
            pair.bank.script { _ in [] }
            let number = try await pair.transfer()
            #expect(try await pair.phase(of: number, at: pair.destination) == "awaiting-funds")
            #expect(try await pair.destination.store.ledgerBalances() == [:])

            pair.bank.tell(
                PairCast.weifang, [pair.bank.entry(.credit, PairCast.transfer, key: "\(number)/P1")])
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `can go the other way at the same time`() async throws {
        try await NodePair.run { pair in
            let other = PairCast.person(2, name: "魏军")
            try await pair.know(
                .atOrigin(other), .atDestination(other, household: PersonRecord.guangdong))
            let number = try await pair.lodge()
            let application = PairCast.application(other, origin: PairCast.weifang)
            let lodging = try await pair.origin.desk.lodge(
                application, form: try ApplicationForm.write(application), owner: "mill", key: "key-1")
            guard case .opened(let back, _) = lodging else {
                Issue.record("\(lodging)")
                return
            }
            try await pair.settle()
            #expect(back.destination == PairCast.shenzhen)
            for case let (number, node) in [(number, pair.destination), (back, pair.origin)] {
                #expect(try await pair.phase(of: number, at: node) == "completed")
            }
            #expect(try await pair.restlessness() == [])
            #expect(pair.bank.balance(of: PairCast.weifang) == .zero)
        }
    }

    @Test func `runs beside a hundred others`() async throws {
        try await NodePair.run { pair in
            for serial in 1...100 {
                let person = PairCast.person(serial)
                try await pair.know(.atDestination(person), .atOrigin(person))
                _ = try await pair.lodge(PairCast.application(person), key: "key-\(serial)")
            }
            try await pair.settle()
            #expect(try await pair.destination.store.counts().casesByPhase == ["completed": 100])
            #expect(try await pair.origin.store.counts().casesByPhase == ["completed": 100])
            #expect(try await pair.restlessness() == [])
            #expect(pair.bank.balance(of: PairCast.weifang) == Money(fen: PairCast.transfer.fen * 100))
        }
    }
}
