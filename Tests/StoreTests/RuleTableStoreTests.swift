import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The store of imported tables` {
    @Test func `keeps every version as it came, and the last one is in force`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            #expect(try await store.ruleTables() == [])
            #expect(try await store.ruleTableCount() == 0)
            let first = Rates.stored("2024.1", rate: 397)
            let second = Rates.stored("2025.1", rate: 262)
            #expect(try await store.importRuleTable(first))
            #expect(try await store.importRuleTable(second))
            #expect(try await store.ruleTables() == [first, second])
            #expect(try await store.rulesInForce().rate(of: 2023, in: nil) == BasisPoints(262))
            store.close()

            let again = try await JiexuStore(path: path, access: .reading, settings: StoreKind.settings)
            #expect(try await again.ruleTables() == [first, second])
            again.close()
        }
    }

    @Test func `takes a version once, and never with other bytes`() async throws {
        try await withDirectory { directory in
            let store = try await JiexuStore(
                path: directory + "/node.sqlite", access: .serving, settings: StoreKind.settings)
            defer { store.close() }
            let table = Rates.stored("2024.1", rate: 397)
            #expect(try await store.importRuleTable(table))
            #expect(try await store.importRuleTable(table) == false)
            await #expect(throws: StoreError.duplicate) {
                _ = try await store.importRuleTable(Rates.stored("2024.1", rate: 398))
            }
            #expect(try await store.ruleTables() == [table])
        }
    }

    @Test func `is filled beside a serving node, which sees that there is more`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let serving = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            let importing = try await JiexuStore(path: path, access: .importing, settings: StoreKind.settings)
            try await importing.importRuleTable(Rates.stored("2024.1", rate: 397))
            #expect(try await serving.ruleTableCount() == 1)
            importing.close()
            serving.close()
        }
    }

    @Test(arguments: [true, false])
    func `lets nobody change what was imported`(isDeletion: Bool) async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            try await store.importRuleTable(Rates.stored("2024.1", rate: 397))
            store.close()
            let database = try SQLiteDatabase(path: path, access: .serving, settings: StoreKind.settings)
            defer { database.close() }
            await #expect(throws: SQLFault.self) {
                try await database.onWriter { connection throws(SQLFault) in
                    if isDeletion {
                        try connection.run("DELETE FROM rule_tables")
                    } else {
                        try connection.run("UPDATE rule_tables SET version = 'x'")
                    }
                }
            }
        }
    }
}

private enum Rates {
    static func stored(_ version: String, rate: Int) -> StoredRuleTable {
        let text =
            #"{"table":"interest-rates","version":"\#(version)","source":"test","rows":[{"from":2023,"rateBp":\#(rate)}]}"#
        return StoredRuleTable(
            name: .interestRates, version: version, importedAt: Cast.noon, importedBy: "operator",
            bytes: Array(text.utf8))
    }
}
