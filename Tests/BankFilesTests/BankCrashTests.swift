import BankFiles
import Simulation
import Testing
import TransferCore

/// The same day at the bank, lived without trouble and with the process dying at every single operation on the disk.
@Suite struct `A simulated bank that is killed` {
    private static func files() throws -> [(String, [UInt8])] {
        let first = try Cast.order(
            "M/1",
            [
                Cast.transfer(Cast.key(1), fen: 1_906_400),
                Cast.transfer(Cast.key(2, "M1"), fen: 20_000, to: Cast.card, name: "林芳"),
                Cast.transfer(Cast.key(3, "M1"), fen: 30_000, to: Cast.closedCard, name: "林芳"),
                Cast.transfer(Cast.key(4, "M1"), fen: 40_000, to: Cast.brokenCard, name: "林芳"),
            ])
        let back = try Cast.order(
            "M/1", from: Cast.hangzhouAccount, [Cast.transfer(Cast.key(1, "P9"), fen: 7, to: Cast.weifangAccount)])
        let other = try Cast.order("M/1", [Cast.transfer(Cast.key(5))])
        return [
            ("370700/orders/a.xml", first.bytes()),
            ("370700/orders/b.xml", first.bytes()),
            ("370700/orders/c.xml", other.bytes()),
            ("370700/orders/d.xml", Array("<Document".utf8)),
            ("330100/orders/a.xml", back.bytes()),
        ]
    }

    /// Morning: five files. Noon: the agencies import, and send the first file again and a new one.
    ///
    /// - Parameter isEager: whether the agencies also import whenever the bank has died.
    /// - Returns: how often the bank died.
    private static func liveThrough(
        _ folders: MemoryFolders, _ settings: BankSettings, isEager: Bool = false
    ) throws -> Int {
        var restarts = 0
        func importResults() {
            for path in folders.files.keys where path.contains("/results/") && path.hasSuffix(".xml") {
                guard !path.contains("/imported/") else { continue }
                folders.move(path, to: path.replacing("/results/", with: "/results/imported/"))
            }
        }
        func work() throws {
            while true {
                do {
                    var bank = try Cast.bank(in: folders, settings)
                    for _ in 0..<4 { try bank.tick() }
                    return
                } catch BankStop.folders {
                    restarts += 1
                    try #require(restarts < 10)
                    if isEager { importResults() }
                }
            }
        }
        for (path, bytes) in try files() { folders.put(bytes, at: path) }
        try work()
        importResults()
        folders.put(try files()[0].1, at: "370700/orders/again.xml")
        folders.put(try Cast.order("M/2", [Cast.transfer(Cast.key(6))]).bytes(), at: "370700/orders/new.xml")
        try work()
        return restarts
    }

    private static func observe(_ folders: MemoryFolders, _ settings: BankSettings) throws -> BankObservation {
        var seen = try BankObservation(folders.files, settings)
        // The answer that was asked for again is the same answer.
        seen.answers = Set(seen.answers).sorted()
        return seen
    }

    @Test(arguments: [(0, false), (0, true), (40, false)])
    func `at any operation executes every order once and tells everything in the end`(
        delay: Int, isEager: Bool
    ) throws {
        let settings = try Cast.settings(delayMilliseconds: delay)
        let calm = MemoryFolders()
        #expect(try Self.liveThrough(calm, settings) == 0)
        let expected = try Self.observe(calm, settings)
        #expect(expected.complaints == [])
        #expect(expected.entries.count == 9)
        #expect(expected.answers.count == 8)

        var deaths = 0
        for manner in MemoryFolders.Death.allCases {
            for operation in 1...calm.operations {
                let folders = MemoryFolders()
                folders.die(at: [operation], manner)
                deaths += try Self.liveThrough(folders, settings, isEager: isEager)
                let seen = try Self.observe(folders, settings)
                #expect(seen == expected, "killed \(manner) operation \(operation)")
            }
        }
        #expect(deaths == calm.operations * MemoryFolders.Death.allCases.count)
    }

    @Test func `again while it finds its place, three times over, loses nothing`() throws {
        let settings = try Cast.settings()
        let calm = MemoryFolders()
        _ = try Self.liveThrough(calm, settings)
        let expected = try Self.observe(calm, settings)
        for manner in MemoryFolders.Death.allCases {
            for operation in 1...calm.operations {
                for distance in [1, 6, 17] {
                    let folders = MemoryFolders()
                    folders.die(at: [operation, operation + distance, operation + 2 * distance], manner)
                    _ = try Self.liveThrough(folders, settings)
                    let seen = try Self.observe(folders, settings)
                    #expect(seen == expected, "killed \(manner) operation \(operation), every \(distance)")
                }
            }
        }
    }

    @Test(arguments: MemoryFolders.Lie.allCases)
    func `is seen to lose something when its disk lies`(_ lie: MemoryFolders.Lie) throws {
        let settings = try Cast.settings()
        let calm = MemoryFolders()
        _ = try Self.liveThrough(calm, settings)
        let folders = MemoryFolders(lie: lie)
        let seen: BankObservation?
        do {
            _ = try Self.liveThrough(folders, settings)
            seen = try Self.observe(folders, settings)
        } catch BankStop.journal {
            seen = nil
        }
        #expect(try seen != Self.observe(calm, settings))
    }

    @Test func `goes no further after its disk has failed`() throws {
        let folders = MemoryFolders()
        var bank = try Cast.bank(in: folders, try Cast.settings())
        folders.put(try Cast.order("M1", [Cast.transfer(Cast.key(1))]).bytes(), at: "370700/orders/a.xml")
        folders.die(at: [5], .before)
        #expect(throws: BankStop.self) { try bank.tick() }
        let after = folders.operations
        #expect(throws: BankStop.self) { try bank.tick() }
        #expect(folders.operations == after)
    }

    @Test func `does not touch a journal that it has not written`() throws {
        let folders = MemoryFolders()
        folders.put(Array("sequence,amount\n1,2\n".utf8), at: "journal.csv")
        #expect(throws: BankStop.journal(BankJournalFault(line: 1, detail: "is not the heading"))) {
            try Cast.bank(in: folders, try Cast.settings())
        }
    }
}
