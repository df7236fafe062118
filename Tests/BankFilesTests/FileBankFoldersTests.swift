import BankFiles
import Foundation
import Simulation
import Testing
import TransferCore

@Suite struct `The bank's folder on a disk` {
    /// A folder of its own, gone afterwards.
    private func withRoot(_ body: (String) throws -> Void) throws {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("bank-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: root) }
        try body(root)
    }

    @Test func `carries a day at the bank, also over a new start`() throws {
        try withRoot { root in
            let settings = try Cast.settings()
            for message in ["M1", "M2"] {
                let folders = try FileBankFolders(root: root)
                var bank = try Cast.bank(in: folders, settings)
                let order = try Cast.order(message, [Cast.transfer("\(message)/1"), Cast.transfer("\(message)/2")])
                try Data(order.bytes()).write(to: URL(fileURLWithPath: "\(root)/370700/orders/\(message).xml"))
                try bank.tick()
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(root)/330100/results").sorted()
            #expect(names == ["imported", "notification-1-1.xml", "notification-2-1.xml"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(root)/370700/orders/taken").count == 2)
            let journal = try Data(contentsOf: URL(fileURLWithPath: "\(root)/journal.csv"))
            let report = try BankJournal.check(Array(journal))
            #expect(report.agencies.map(\.ordersExecuted) == [0, 4])
        }
    }

    @Test func `is held by one bank at a time`() throws {
        try withRoot { root in
            let first = try FileBankFolders(root: root)
            #expect(throws: BankFolderFault.self) { try FileBankFolders(root: root) }
            #expect(try first.names(in: "370700").isEmpty)
        }
    }

    @Test func `gives back what was written, and no link or folder`() throws {
        try withRoot { root in
            let folders = try FileBankFolders(root: root)
            try folders.create(folder: "a/b")
            try folders.write([1, 2, 3], to: "a/b/c")
            try folders.append([4, 5], to: "a/b/c")
            #expect(try folders.read("a/b/c", limit: .max) == [1, 2, 3, 4, 5])
            #expect(try folders.read("a/b/c", limit: 2) == [1, 2])
            try folders.cut("a/b/c", to: 1)
            try folders.rename("a/b/c", to: "a/d")
            try folders.sync(folder: "a")
            #expect(try folders.names(in: "a").sorted() == ["b", "d"])
            #expect(try folders.read("a/d", limit: .max) == [1])
            #expect(try folders.read("a/b", limit: .max) == nil)
            #expect(try folders.read("a/none", limit: .max) == nil)
            try FileManager.default.createSymbolicLink(atPath: "\(root)/a/link", withDestinationPath: "d")
            #expect(try folders.read("a/link", limit: .max) == nil)
            try folders.remove("a/d")
            #expect(throws: BankFolderFault.self) { try folders.remove("a/d") }
        }
    }

    @Test func `is not stopped by a folder that is named like an order`() throws {
        try withRoot { root in
            let folders = try FileBankFolders(root: root)
            var bank = try Cast.bank(in: folders, try Cast.settings())
            try folders.create(folder: "370700/orders/a.xml")
            #expect(try !bank.tick())
        }
    }
}
