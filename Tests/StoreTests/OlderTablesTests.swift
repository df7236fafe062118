import Casework
import Store
import TestPostgres
import Testing
import TransferCore

/// A database that was made by an earlier version of the program.
@Suite struct `Tables of an older version` {
    static let kinds = [TestStore.Kind.file, .server]

    /// Makes a store with three cases whose last script has not run yet.
    private static func old(_ path: String, on kind: TestStore.Kind) async throws -> StoreCounts {
        let store = try await TestStore.open(path, on: kind)
        for serial in 1...3 { try await store.commit(Cast.firstStep(serial)) }
        let counts = try await store.counts()
        store.close()
        try await TestStore.runUnguarded("DELETE FROM schema_versions WHERE version >= 20", at: path, on: kind)
        return counts
    }

    @Test(arguments: kinds) func `keep their leaves when the table is made anew`(kind: TestStore.Kind) async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let known = try await Self.old(path, on: kind)
            let store = try await TestStore.open(path, on: kind)
            #expect(try await store.counts() == known)
            #expect(try await StoreAudit(store).verify() == [])
            try await store.commit(Cast.firstStep(4))
            #expect(try await StoreAudit(store).verify() == [])
            store.close()
            let database = try await TestStore.database(path, access: .serving, on: kind)
            defer { database.close() }
            for statement in ["UPDATE audit_leaves SET subject = 7", "DELETE FROM audit_leaves"] as [StaticString] {
                await #expect(throws: SQLFault.self) {
                    try await database.onWriter { connection throws(SQLFault) in _ = try connection.run(statement) }
                }
            }
        }
    }

    /// A node of the earlier version may be serving from them.
    @Test(arguments: kinds) func `are not changed by a command that writes beside a node`(
        kind: TestStore.Kind
    ) async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let known = try await Self.old(path, on: kind)
            for access in [DatabaseAccess.importing, .reading] {
                await #expect {
                    try await Self.open(path, access, on: kind).close()
                } throws: { "\($0)".contains("its tables are of another version: start the node on it first") }
            }
            try await TestStore.open(path, on: kind).close()
            for access in [DatabaseAccess.importing, .reading] {
                let store = try await Self.open(path, access, on: kind)
                #expect(try await store.counts() == known)
                store.close()
            }
        }
    }

    @Test func `stay as they are where the disk has no room to make them anew`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let known = try await Self.old(path, on: .file)
            var settings = StoreKind.settings
            (settings.minimumFreeBytes, settings.minimumFreePercent) = (1 << 60, 100)
            await #expect {
                try await JiexuStore(path: path, access: .serving, settings: settings).close()
            } throws: {
                "\($0)".contains("its tables have to get version") && "\($0)".contains("MiB are needed")
            }
            try await TestStore.open(path, on: .file).close()
            // Where nothing has to be made anew, a node may start, and says what is wrong when it is given something.
            let store = try await JiexuStore(path: path, access: .serving, settings: settings)
            defer { store.close() }
            #expect(try await store.counts() == known)
            await #expect(throws: StoreError.self) { try await store.commit(Cast.firstStep(4)) }
        }
    }

    private static func open(
        _ path: String, _ access: DatabaseAccess, on kind: TestStore.Kind
    ) async throws -> JiexuStore {
        switch kind {
        case .file: try await JiexuStore(path: path, access: access, settings: StoreKind.settings)
        case .server: try await JiexuStore(postgres: try await TestStore.place(of: path), access: access)
        }
    }
}
