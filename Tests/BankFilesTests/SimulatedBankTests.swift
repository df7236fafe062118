import BankFiles
import Simulation
import Testing
import TransferCore

@Suite struct `A simulated bank` {
    private let folders = MemoryFolders()

    private func drop(_ file: RemittanceOrderFile, as name: String, from agency: AgencyCode = Cast.weifang) {
        folders.put(file.bytes(), at: "\(agency)/orders/\(name).xml")
    }

    private func observe(_ settings: BankSettings? = nil) throws -> BankObservation {
        try BankObservation(folders.files, settings ?? (try Cast.settings()))
    }

    /// Entries of one agency without their references.
    private func movements(_ agency: AgencyCode) throws -> [String] {
        try observe().entries.filter { $0.hasPrefix(agency.text) }.map {
            let words = $0.split(separator: " ")
            return "\(words[1]) \(words[2]) \(words[3]) \(words[5])"
        }
    }

    @Test func `debits the payer and credits the agency that is paid, under the same key`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12))]), as: "a")
        #expect(try bank.tick())
        #expect(try movements(Cast.weifang) == ["DBIT 19064.00 \(Cast.key(12)) -"])
        #expect(try movements(Cast.hangzhou) == ["CRDT 19064.00 \(Cast.key(12)) -"])
        #expect(bank.balance(of: Cast.weifang) == Money(fen: 98_093_600))
        #expect(bank.balance(of: Cast.hangzhou) == Money(fen: 101_906_400))
        let path = "330100/results/notification-1-1.xml"
        let bytes = try #require(folders.files[path])
        let entry = try AccountNotificationFile(reading: bytes, account: Cast.hangzhouAccount).entries[0]
        #expect(entry.counterpartyName == Cast.weifangName)
        #expect(entry.counterpartyAccount == Cast.weifangAccount)
        #expect(entry.bookedOn == Cast.day)
        #expect(entry.purposeText == "基本养老保险关系转移")
    }

    @Test(arguments: [(Cast.closedCard, "AC04"), (Cast.frozenCard, "AC06"), (Cast.strangersCard, "BE01")])
    func `debits first and then gives back what a person's account does not take`(_ card: String, _ code: String) throws
    {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12, "M1"), fen: 20_000, to: card, name: "林芳")]), as: "a")
        try bank.tick()
        #expect(
            try movements(Cast.weifang) == [
                "CRDT 200.00 \(Cast.key(12, "M1")) \(code)", "DBIT 200.00 \(Cast.key(12, "M1")) -",
            ])
        #expect(bank.balance(of: Cast.weifang) == Money(fen: 100_000_000))
    }

    @Test(arguments: [(200_000, 1), (200_001, 2)])
    func `gives back more than 2000 yuan to an account of the third class`(_ fen: Int64, _ entries: Int) throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12, "M1"), fen: fen, to: Cast.thirdClassCard)]), as: "a")
        try bank.tick()
        let seen = try movements(Cast.weifang)
        #expect(seen.count == entries)
        #expect(seen.contains { $0.hasSuffix("AM14") } == (entries == 2))
    }

    @Test(arguments: [
        (Cast.brokenCard, 20_000, "AC01"), (Cast.card, 100_000_001, "AM04"), (Cast.card, 100_000_000, "accepted"),
    ])
    func `turns down before any money moves`(_ card: String, _ fen: Int64, _ answer: String) throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12), fen: fen, to: card)]), as: "a")
        try bank.tick()
        #expect(try observe().answers == ["370700 M1 \(Cast.key(12)) \(answer)"])
        #expect(try movements(Cast.weifang).isEmpty == (answer != "accepted"))
    }

    @Test func `does not pay more in one file than is on the account`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(
            try Cast.order("M1", (1...3).map { Cast.transfer(Cast.key($0), fen: 40_000_000) }), as: "a")
        try bank.tick()
        #expect(try observe().answers.map { $0.split(separator: " ")[3] } == ["accepted", "accepted", "AM04"])
        #expect(bank.balance(of: Cast.weifang) == Money(fen: 20_000_000))
    }

    @Test func `refuses whole files with a code that says why`() throws {
        let good = try Cast.order("M1", [Cast.transfer(Cast.key(12))])
        let cases: [(change: (String, String), answer: String)] = [
            ((Cast.weifangAccount, "15370700000000009"), "M1 whole AC02"),
            (("CNY\">19064.00", "USD\">19064.00"), "M1 whole AM03"),
            (("CNY\">19064.00", "CNY\">19064.0"), "M1 whole AM12"),
            (("<CtrlSum>19064.00", "<CtrlSum>19064.01"), "M1 whole AM10"),
            (("<NbOfTxs>1", "<NbOfTxs>2"), "M1 whole AM18"),
            (("pain.001.001.09", "pain.001.001.03"), "NOTPROVIDED whole FF01"),
            (("</Document>", ""), "NOTPROVIDED whole FF01"),
        ]
        var bank = try Cast.bank(in: folders, try Cast.settings())
        for (number, row) in cases.enumerated() {
            folders.put(bytes(good.bytes(), [row.change]), at: "370700/orders/\(number).xml")
        }
        try bank.tick()
        #expect(try observe().answers == cases.map { "370700 \($0.answer)" }.sorted())
        #expect(try observe().entries.isEmpty)
    }

    @Test func `answers a message that comes again, and refuses another under its identifier`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        let first = try Cast.order("M1", [Cast.transfer(Cast.key(12))])
        drop(first, as: "a")
        try bank.tick()
        folders.move("370700/results/status-M1.xml", to: "370700/results/imported/status-M1.xml")
        drop(first, as: "b")
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(13))]), as: "c")
        try bank.tick()
        #expect(folders.files["370700/results/status-M1.xml"] == folders.files["370700/results/imported/status-M1.xml"])
        #expect(try observe().answers.contains("370700 M1 whole DU01"))
        #expect(try movements(Cast.weifang) == ["DBIT 19064.00 \(Cast.key(12)) -"])
    }

    @Test func `executes one key in two messages twice, and the journal shows it`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12))]), as: "a")
        drop(try Cast.order("M2", [Cast.transfer(Cast.key(12))]), as: "b")
        try bank.tick()
        let report = try BankJournal.check(try #require(folders.files["journal.csv"]))
        #expect(report.repeated == [.init(payer: Cast.weifang, key: Cast.key(12), times: 2)])
        #expect(try observe().entries.count == 4)
    }

    @Test func `does not take one agency's key for a double of another's`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12))]), as: "a")
        drop(
            try Cast.order("M1", from: Cast.hangzhouAccount, [Cast.transfer(Cast.key(12), to: Cast.weifangAccount)]),
            as: "a", from: Cast.hangzhou)
        try bank.tick()
        #expect(bank.journal.report.repeated.isEmpty)
        #expect(bank.journal.report.agencies.map(\.net) == [.zero, .zero])
        #expect(try observe().entries.count == 4)
    }

    @Test func `waits the set time between taking and telling`() throws {
        let settings = try Cast.settings(pollMilliseconds: 20, delayMilliseconds: 50)
        var bank = try Cast.bank(in: folders, settings)
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12))]), as: "a")
        var told: [Bool] = []
        for _ in 0..<4 {
            try bank.tick()
            told.append(folders.files["370700/results/notification-1-1.xml"] != nil)
        }
        #expect(told == [false, false, false, true])
        #expect(folders.files["370700/orders/taken/M1.xml"] != nil)
    }

    @Test func `leaves alone what is not yet an order file`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        folders.put([1], at: "370700/orders/a.xml.part")
        folders.put([1], at: "370700/orders/notes.txt")
        folders.put([1], at: "420000/orders/a.xml")
        #expect(try !bank.tick())
        #expect(folders.files.count == 4)
    }

    @Test func `tells many movements in files that can be read`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(try Cast.order("M1", (1...5_001).map { Cast.transfer(Cast.key($0), fen: 1) }), as: "a")
        try bank.tick()
        let results = folders.files.keys.filter { $0.contains("/results/notification") }.sorted()
        #expect(
            results == [
                "330100/results/notification-1-1.xml", "330100/results/notification-1-2.xml",
                "370700/results/notification-1-1.xml", "370700/results/notification-1-2.xml",
            ])
        #expect(try observe().entries.count == 10_002)
    }

    @Test func `keeps message identifiers apart whatever they are made of`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        for (number, id) in ["A/B", "A_B", "A,B", "../A", "A_2FB", "a/b"].enumerated() {
            drop(try Cast.order(id, [Cast.transfer(Cast.key(number))]), as: "\(number)")
        }
        try bank.tick()
        let answers = try observe().answers
        #expect(answers.count == 6)
        #expect(answers.allSatisfy { $0.hasSuffix("accepted") })
        #expect(folders.files.keys.count { $0.hasPrefix("370700/orders/taken/") } == 6)
        var other = try Cast.bank(in: folders, try Cast.settings())
        #expect(try !other.tick())
        #expect(other.balance(of: Cast.weifang) == bank.balance(of: Cast.weifang))
        #expect(other.journal == bank.journal)
    }

    @Test func `writes no full account number and no name into its journal`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        drop(
            try Cast.order("M1", [Cast.transfer(Cast.key(1), to: Cast.card, name: "林芳"), Cast.transfer(Cast.key(2))]),
            as: "a")
        try bank.tick()
        let text = String(decoding: try #require(folders.files["journal.csv"]), as: UTF8.self)
        #expect(text.contains(",****0018,"))
        #expect(text.contains(",330100:****0001,"))
        #expect(!text.contains(Cast.card) && !text.contains("林芳") && !text.contains(Cast.hangzhouAccount))
    }

    @Test func `works until it is told that it is over`() async throws {
        var bank = try Cast.bank(in: folders, try Cast.settings(pollMilliseconds: 1))
        drop(try Cast.order("M1", [Cast.transfer(Cast.key(12))]), as: "a")
        let folders = folders
        try await bank.run { folders.files["370700/results/notification-1-1.xml"] != nil }
        #expect(try observe().complaints.isEmpty)
    }

    @Test func `is not made with settings that make no sense`() {
        #expect(throws: BankSettingsFault.self) { try Cast.settings(pollMilliseconds: 0) }
        #expect(throws: BankSettingsFault.self) { try Cast.settings(delayMilliseconds: -1) }
        #expect(throws: BankSettingsFault.self) { try Cast.settings(opening: -1) }
        #expect(throws: BankSettingsFault.self) {
            try AgencyAccount(agency: Cast.weifang, number: "1 2", holder: "x", openingBalance: .zero)
        }
        #expect(throws: BankSettingsFault.self) {
            try AgencyAccount(agency: Cast.weifang, number: "12", holder: " x", openingBalance: .zero)
        }
        #expect(throws: BankSettingsFault.self) {
            let account = try AgencyAccount(agency: Cast.weifang, number: "12", holder: "x", openingBalance: .zero)
            return try BankSettings(
                agencies: [account, account], flaws: [:], pollMilliseconds: 20, delayMilliseconds: 0)
        }
    }
}

@Suite struct `A bank journal` {
    private static let heading = "sequence,kind,message,key,payer,creditor,fen,reference,reason\n"
    private static let line = "1,executed,M1,K/1,370700,330100:****0001,500,R-1,-\n"

    @Test func `counts only what is in whole batches`() throws {
        let torn = Self.heading + Self.line
        #expect(try BankJournal(reading: Array(torn.utf8)).lines.isEmpty)
        let whole = torn + "2,batch,1,-,-,-,0,-,-\n"
        #expect(try BankJournal(reading: Array(whole.utf8)).lines.count == 1)
        for length in 0...whole.utf8.count {
            let journal = try BankJournal(reading: Array(whole.utf8.prefix(length)))
            #expect(journal.lines.count == (length == whole.utf8.count ? 1 : 0))
        }
    }

    @Test(arguments: [
        ("sequence;kind\n", 1),
        (heading + "2,executed,M1,K/1,370700,****0001,500,R-1,-\n", 2),
        (heading + "1,lost,M1,K/1,370700,****0001,500,R-1,-\n", 2),
        (heading + "1,executed,M1,K/1,370700,****0001,-500,R-1,-\n", 2),
        (heading + "1,executed,M1,K/1,000000,****0001,500,R-1,-\n", 2),
        (heading + line + "1,batch,1,-,-,-,0,-,-\n", 3),
        (heading + line + "2,batch,2,-,-,-,0,-,-\n", 3),
        (heading + line + "2,notified,1,-,-,-,0,-,-\n", 3),
        (heading + "1,batch,1,-,-,-,0,-,-\n", 2),
    ])
    func `that no bank wrote is refused with its line`(_ text: String, _ line: Int) {
        #expect {
            try BankJournal.check(Array(text.utf8))
        } throws: {
            ($0 as? BankJournalFault)?.line == line
        }
    }

    @Test func `sums what went through each account`() throws {
        let text =
            Self.heading + Self.line + "2,executed,M1,K/2,370700,****0026,200,R-2,-\n"
            + "3,returned,M1,K/2,370700,****0026,200,R-2,AC04\n4,rejected,M1,K/3,370700,****0055,9,R-3,AC01\n"
            + "5,batch,1,-,-,-,0,-,-\n"
        let report = try BankJournal.check(Array(text.utf8))
        #expect(report.repeated.isEmpty)
        #expect(report.agencies.map(\.agency) == [Cast.hangzhou, Cast.weifang])
        #expect(report.agencies.map(\.net.fen) == [500, -500])
        let own = report.agencies[1]
        #expect([own.ordersExecuted, own.ordersReturned, own.ordersRejected] == [2, 1, 1])
        #expect([own.out.fen, own.returned.fen, own.received.fen] == [700, 200, 0])
    }
}
