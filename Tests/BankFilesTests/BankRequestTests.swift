import BankFiles
import Simulation
import Testing
import TransferCore

@Suite struct `A simulated bank with requests` {
    private let folders = MemoryFolders()

    private func ask(_ text: String, as name: String = "a.txt") {
        folders.put(Array(text.utf8), at: "requests/\(name)")
    }

    private func drop(_ id: String, _ transfers: [CreditTransfer]) throws {
        folders.put(try Cast.order(id, transfers).bytes(), at: "370700/orders/\(id).xml")
    }

    /// All entries that an agency was told, in the order of its files.
    private func entries(_ agency: AgencyCode) throws -> [AccountEntry] {
        let account = agency == Cast.weifang ? Cast.weifangAccount : Cast.hangzhouAccount
        return try folders.files.sorted { $0.key < $1.key }
            .filter { $0.key.hasPrefix("\(agency)/results/") }
            .flatMap { try BankFile(reading: $0.value, account: account).entries }
    }

    private func amounts(_ agency: AgencyCode) throws -> [Int64] { try entries(agency).map(\.signedAmount.fen) }
    private func report() throws -> BankJournal.Report {
        try BankJournal.check(try #require(folders.files["journal.csv"]))
    }

    /// What each flaw does to an order of 1000 fen: what the payer and the creditor see, and their balances after it.
    struct Row: CustomTestStringConvertible, Sendable {
        let request: String
        let payer: [Int64]
        let creditor: [Int64]
        var testDescription: String { request }
    }

    static let rows: [Row] = [
        Row(request: "closed agency=330100", payer: [-1_000, 1_000], creditor: []),
        Row(request: "frozen agency=330100", payer: [-1_000, 1_000], creditor: []),
        Row(request: "name agency=330100", payer: [-1_000, 1_000], creditor: []),
        Row(request: "split agency=330100", payer: [-1_000], creditor: [500, 500]),
        Row(request: "duplicate agency=330100", payer: [-1_000, -1_000], creditor: [1_000, 1_000]),
        Row(request: "misname agency=330100", payer: [-1_000], creditor: [1_000]),
        Row(request: "fee agency=330100 fen=5", payer: [-1_000], creditor: [995]),
        Row(request: "excess agency=330100 fen=5", payer: [-1_000], creditor: [1_005]),
        Row(request: "key-in-text agency=330100", payer: [-1_000], creditor: [1_000]),
        Row(request: "delay agency=330100 looks=2", payer: [-1_000], creditor: [1_000]),
    ]

    @Test(arguments: rows)
    func `does with the next order what was asked for, and says so in its journal`(_ row: Row) throws {
        ask(row.request + "\n")
        var bank = try Cast.bank(in: folders, try Cast.settings())
        try drop("M1", [Cast.transfer(Cast.key(1), fen: 1_000)])
        for _ in 0..<3 { try bank.tick() }
        #expect(try amounts(Cast.weifang) == row.payer)
        #expect(try amounts(Cast.hangzhou) == row.creditor)
        #expect(bank.balance(of: Cast.weifang)?.fen == 100_000_000 + row.payer.reduce(0, +))
        #expect(bank.balance(of: Cast.hangzhou)?.fen == 100_000_000 + row.creditor.reduce(0, +))
        let flaw = String(row.request.prefix { $0 != " " })
        #expect(try report().wanted == [flaw: 1])
        #expect(try report().repeated == [])
        #expect(try report().agencies.map(\.net.fen) == balances(row))
        // The next order goes well, also at a bank that has been started again.
        var other = try Cast.bank(in: folders, try Cast.settings())
        try drop("M2", [Cast.transfer(Cast.key(2), fen: 1_000)])
        try other.tick()
        #expect(try amounts(Cast.weifang) == row.payer + [-1_000])
        #expect(try amounts(Cast.hangzhou) == row.creditor + [1_000])
    }

    private func balances(_ row: Row) -> [Int64] {
        let out = row.payer.reduce(0, +)
        return row.creditor.isEmpty ? [out] : [row.creditor.reduce(0, +), out]
    }

    @Test func `shows the creditor another payer, and the key in the text`() throws {
        ask("misname agency=330100\nkey-in-text agency=330100\n")
        var bank = try Cast.bank(in: folders, try Cast.settings())
        let number = try #require(CaseNumber(destination: Cast.hangzhou, year: 2026, serial: 12))
        try drop("M1", [Cast.transfer("\(number)/P1")])
        try bank.tick()
        let entry = try entries(Cast.hangzhou)[0]
        #expect(entry.counterpartyName != Cast.weifangName)
        #expect(entry.counterpartyAccount != Cast.weifangAccount)
        #expect(entry.endToEndKey == nil)
        #expect(entry.matchingKey == "\(number)/P1")
        #expect(try entries(Cast.weifang)[0].endToEndKey == "\(number)/P1")
    }

    @Test(arguments: [
        ("duplicate creditor=\(Cast.hangzhouAccount)", [1]), ("duplicate key=\(Cast.key(2))", [2]),
        ("duplicate key=330100-2026 times=2", [1, 2]), ("duplicate agency=330100 times=9", [1, 2, 3]),
        ("duplicate agency=370700", []), ("duplicate creditor=\(Cast.card)", []),
        ("duplicate agency=330100\nduplicate agency=330100", [1, 2]),
    ])
    func `means the orders that a request names, as often as it says`(_ request: String, _ doubled: [Int]) throws {
        ask(request)
        var bank = try Cast.bank(in: folders, try Cast.settings())
        try drop("M1", (1...3).map { Cast.transfer(Cast.key($0), fen: 1_000) })
        try bank.tick()
        let keys = try entries(Cast.hangzhou).compactMap(\.endToEndKey)
        let expected = (1...3).flatMap { [String](repeating: Cast.key($0), count: doubled.contains($0) ? 2 : 1) }
        #expect(keys == expected)
    }

    @Test func `does not hide a double order behind a double that was asked for`() throws {
        ask("duplicate agency=330100\n")
        var bank = try Cast.bank(in: folders, try Cast.settings())
        for id in ["M1", "M2"] { try drop(id, [Cast.transfer(Cast.key(1), fen: 1_000)]) }
        try bank.tick()
        #expect(try amounts(Cast.hangzhou) == [1_000, 1_000, 1_000])
        #expect(try report().repeated == [.init(payer: Cast.weifang, key: Cast.key(1), times: 2)])
        #expect(try report().wanted == ["duplicate": 1])
    }

    @Test func `holds a delayed file back and no other`() throws {
        ask("delay key=\(Cast.key(1)) looks=3\n")
        var bank = try Cast.bank(in: folders, try Cast.settings())
        try drop("M1", [Cast.transfer(Cast.key(1), fen: 1_000)])
        try drop("M2", [Cast.transfer(Cast.key(2), fen: 2_000)])
        var seen: [[Int64]] = []
        for _ in 0..<5 {
            try bank.tick()
            seen.append(try amounts(Cast.hangzhou))
        }
        #expect(seen == [[2_000], [2_000], [2_000], [2_000, 1_000], [2_000, 1_000]])
    }

    @Test func `keeps a request for later when it cannot be carried out`() throws {
        ask("duplicate agency=330100\nsplit agency=330100\nfee agency=330100 fen=600\n")
        var bank = try Cast.bank(in: folders, try Cast.settings(opening: 1_500))
        try drop("M1", [Cast.transfer(Cast.key(1), fen: 2_000)])
        try bank.tick()
        #expect(try amounts(Cast.hangzhou) == [])
        try drop("M2", [Cast.transfer(Cast.key(2), fen: 1)])
        try bank.tick()
        #expect(try amounts(Cast.hangzhou) == [1, 1])
        try drop("M3", [Cast.transfer(Cast.key(3), fen: 1_001)])
        try bank.tick()
        #expect(try amounts(Cast.hangzhou) == [1, 1, 200, 201])
        #expect(try report().wanted == ["duplicate": 1, "split": 1, "fee": 1])
    }

    @Test func `takes up requests while it runs, and lets go of those that are taken away`() throws {
        var bank = try Cast.bank(in: folders, try Cast.settings())
        ask("fee agency=330100 fen=5 times=9\n", as: "a.txt.part")
        try drop("M1", [Cast.transfer(Cast.key(1), fen: 1_000)])
        try bank.tick()
        folders.move("requests/a.txt.part", to: "requests/a.txt")
        try drop("M2", [Cast.transfer(Cast.key(2), fen: 1_000)])
        try bank.tick()
        folders.move("requests/a.txt", to: "requests/old/a.txt")
        try drop("M3", [Cast.transfer(Cast.key(3), fen: 1_000)])
        try bank.tick()
        #expect(try amounts(Cast.hangzhou) == [1_000, 995, 1_000])
    }

    @Test(arguments: [
        ("lose agency=330100", "request line 1"), ("split\n", "request line 1"), ("# well\n\nsplit agency=1", "line 3"),
        ("split agency=330100 key=3", "line 1"), ("split agency=330100 fen=5", "line 1"),
        ("fee agency=330100", "line 1"),
        ("fee agency=330100 fen=0", "line 1"), ("fee agency=330100 fen=1e2", "line 1"), ("delay key=3", "line 1"),
        ("split key=3 times=0", "line 1"), ("split key=3 key=4", "line 1"), ("split key", "line 1"),
        ("split key=3 do=4", "line 1"), (String(repeating: "split key=3\n", count: 1_000), "line 1000"),
    ])
    func `puts a file aside that is no request, with the reason beside it`(_ text: String, _ reason: String) throws {
        ask(text)
        var bank = try Cast.bank(in: folders, try Cast.settings())
        try bank.tick()
        #expect(folders.files["requests/a.txt"] == nil)
        #expect(folders.files["requests/refused/a.txt"] == Array(text.utf8))
        let words = String(decoding: try #require(folders.files["requests/refused/a.txt.reason"]), as: UTF8.self)
        #expect(words.contains(reason), "\(words)")
    }
}

@Suite struct `A bank that tells in other files` {
    /// Three batches between two agencies, each with a file for both.
    private static func live(_ folders: MemoryFolders, _ settings: BankSettings) throws {
        func work() throws {
            for _ in 0..<20 {
                do {
                    var bank = try Cast.bank(in: folders, settings)
                    for _ in 0..<3 { try bank.tick() }
                    return
                } catch BankStop.folders {}
            }
            Issue.record("the bank died too often")
        }
        folders.put(Array("split agency=330100 times=2\nduplicate key=\(Cast.key(3))\n".utf8), at: "requests/a.txt")
        for number in 1...3 {
            let transfers = [
                Cast.transfer(Cast.key(number), fen: 1_000),
                Cast.transfer(Cast.key(number + 10, "M1"), to: Cast.closedCard),
            ]
            folders.put(try Cast.order("M\(number)", transfers).bytes(), at: "370700/orders/M\(number).xml")
            try work()
        }
    }

    /// The movement files of one agency in the order of their names.
    private static func files(_ folders: MemoryFolders, _ agency: AgencyCode, _ account: String) throws -> [BankFile] {
        try folders.files.sorted { $0.key < $1.key }
            .filter { $0.key.hasPrefix("\(agency)/results/") && !$0.key.contains("/status-") }
            .map { try BankFile(reading: $0.value, account: account) }
    }

    @Test(arguments: [
        (BankTelling.notifications, ["notification", "notification", "notification"]),
        (.statements, ["statement", "statement", "statement"]), (.sheets, ["sheet", "sheet", "sheet"]),
        (.both, ["notification", "notification", "notification", "statement", "statement", "statement"]),
    ])
    func `tells each movement under one reference, and its statements follow each other`(
        _ telling: BankTelling, _ kinds: [String]
    ) throws {
        let settings = try Cast.settings(tellings: [Cast.weifang: telling, Cast.hangzhou: telling])
        let folders = MemoryFolders()
        try Self.live(folders, settings)
        for (agency, account) in [(Cast.weifang, Cast.weifangAccount), (Cast.hangzhou, Cast.hangzhouAccount)] {
            let files = try Self.files(folders, agency, account)
            #expect(files.map(\.kind) == kinds)
            var history = BankFileHistory()
            var told: [String: AccountEntry] = [:]
            for (number, file) in files.enumerated() {
                #expect(try history.standing(of: file, digest: "\(number)") == .expected)
                #expect(history.add(file, digest: "\(number)") == [])
                for entry in file.entries {
                    #expect(told.updateValue(entry, forKey: entry.bankReference) ?? entry == entry)
                }
            }
            #expect(told.count == (agency == Cast.weifang ? 10 : 6))
            if telling != .notifications {
                let bank = try Cast.bank(in: folders, settings)
                #expect(history.newest?.number == 3)
                #expect(history.newest?.closing == bank.balance(of: agency))
            }
        }
    }

    /// The same day with the process dying at every operation on the disk: the agencies see the same.
    @Test func `and is killed at any operation tells the same in the end`() throws {
        let settings = try Cast.settings(tellings: [Cast.weifang: .both, Cast.hangzhou: .sheets])
        let calm = MemoryFolders()
        try Self.live(calm, settings)
        let expected = calm.files.filter { !$0.key.contains("notification") && $0.key.contains("/results/") }
        let journal = try BankJournal.check(try #require(calm.files["journal.csv"]))
        #expect(journal.repeated == [] && journal.wanted == ["split": 2, "duplicate": 1])
        for manner in MemoryFolders.Death.allCases {
            for operation in 1...calm.operations {
                let folders = MemoryFolders()
                folders.die(at: [operation], manner)
                try Self.live(folders, settings)
                let seen = folders.files.filter { !$0.key.contains("notification") && $0.key.contains("/results/") }
                #expect(seen == expected, "killed \(manner) operation \(operation)")
                #expect(try BankJournal.check(try #require(folders.files["journal.csv"])) == journal)
            }
        }
    }

    @Test func `is not made for an agency without an account`() throws {
        #expect(throws: BankSettingsFault.self) { try Cast.settings(tellings: [Cast.agency("420100"): .sheets]) }
    }
}
