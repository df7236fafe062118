import BankFiles
import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The office that talks to the bank` {
    @Test func `works by itself while it runs`() async throws {
        try await NodePair.run { pair in
            pair.bank.script { _ in [] }
            let number = try await pair.lodge()
            for _ in 0..<2 {
                for effect in try await pair.destination.store.openEffects(after: 0, limit: 10) {
                    try await pair.destination.desk.carryOut(effect)
                }
                for entry in try await pair.destination.store.outbox(after: 0, limit: 10) {
                    try await pair.destination.desk.deliver(entry, over: pair.destination.link)
                }
                for effect in try await pair.origin.store.openEffects(after: 0, limit: 10) {
                    try await pair.origin.desk.carryOut(effect)
                }
            }
            #expect(try await pair.phase(of: number, at: pair.origin) == "remitting")
            let office = BankOffice(
                desk: pair.origin.desk, folder: pair.bank.folder(of: PairCast.shenzhen), pollMilliseconds: 1)
            try await running({ await office.run() }) {
                try await eventually("the bank has the order") { pair.bank.work() }
                try await eventually("the debit is taken") {
                    try await pair.phase(of: number, at: pair.origin) == "awaiting-completion"
                }
            }
            #expect(pair.bank.movements.map(\.key) == ["\(number)/P1"])
        }
    }

    /// What no reader takes is put aside whole; the files behind it are taken.
    @Test(arguments: ["", "<", "<Document/>", "pain.002", "{}"])
    func `puts a file aside that is none, and goes on with the next`(text: String) async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            for _ in 0..<3 { for node in pair.nodes { _ = await pair.work(node) } }
            pair.bank.put(Array(text.utf8), named: "A.xml", for: PairCast.shenzhen)
            let before = try await pair.standing(of: pair.origin)
            try await pair.origin.office.takeAnswers()
            #expect(pair.bank.refusedFiles(of: PairCast.shenzhen) == ["A.xml"])
            #expect(try await pair.standing(of: pair.origin) == before)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }

    @Test func `takes no file about another account`() async throws {
        try await NodePair.run { pair in
            let entry = pair.bank.entry(.credit, PairCast.transfer, key: nil)
            let file = try AccountNotificationFile(
                messageID: "N1", createdAt: PairCast.noon.signingTime.text, notificationID: "N1",
                account: PairCast.account(of: PairCast.wuhan).number, entries: [entry])
            pair.bank.put(file.bytes(), named: "N1.xml", for: PairCast.weifang)
            try await pair.destination.office.takeAnswers()
            #expect(pair.bank.refusedFiles(of: PairCast.weifang) == ["N1.xml"])
            #expect(try await pair.destination.store.ledgerBalances() == [:])
        }
    }

    @Test func `takes the refusal of an order once, and none of an order that was paid`() async throws {
        try await NodePair.run { pair in
            pair.bank.flaw(PairCast.card, .refuses(.accountClosed))
            let number = try await pair.transfer(PairCast.application(branches: [.medical]))
            let before = try await pair.standing(of: pair.origin)
            for leg in [OrderKey.Leg.balance(.medical), .remittance] {
                let key = try #require(OrderKey(caseNumber: number, leg: leg, attempt: 1))
                try await pair.origin.desk.take(rejectedOrder: key, .accountBlocked)
            }
            let nobody = try #require(CaseNumber(destination: PairCast.weifang, year: 2026, serial: 77))
            let key = try #require(OrderKey(caseNumber: nobody, leg: .remittance, attempt: 1))
            try await pair.origin.desk.take(rejectedOrder: key, .accountBlocked)
            #expect(try await pair.standing(of: pair.origin) == before)
        }
    }

    @Test func `carries every order to the bank under one message, however often it is asked`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge(PairCast.application(branches: [.medical, .housing]))
            for node in [pair.destination, pair.origin] {
                for effect in try await node.store.openEffects(after: 0, limit: 10) {
                    try await node.desk.carryOut(effect)
                }
                for entry in try await node.store.outbox(after: 0, limit: 10) {
                    try await node.desk.deliver(entry, over: node.link)
                }
            }
            for _ in 0..<3 { try await pair.origin.office.carryOrders() }
            #expect(pair.bank.work())
            #expect(!pair.bank.work())
            #expect(Set(pair.bank.movements.map(\.key)) == Set(["P1", "M1", "H1"].map { "\(number)/\($0)" }))
            let file = try #require(try await pair.origin.store.caseFile(number))
            #expect(Set(file.orders.map(\.messageID)).count == 1)
        }
    }
}
