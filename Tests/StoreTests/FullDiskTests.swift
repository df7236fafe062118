import FoundationEssentials
import Glibc
import Store
import Testing

/// What a store does about disks that fill up.
@Suite struct `Room on the disk` {
    private static let watermark = Watermark(bytes: 512 << 20, percent: 5)

    @Test func `is short below half a GiB on a large disk`() {
        #expect(Self.watermark.shortage(freeBytes: 512 << 20, ofBytes: 1 << 40) == nil)
        #expect(
            Self.watermark.shortage(freeBytes: 512 << 20 - 1, ofBytes: 1 << 40)
                == "511 MiB are free on the disk of the database, 512 MiB are needed")
    }

    @Test func `is short below five percent of a small disk`() {
        #expect(Self.watermark.shortage(freeBytes: 5_000, ofBytes: 100_000) == nil)
        #expect(Self.watermark.shortage(freeBytes: 4_999, ofBytes: 100_000) != nil)
    }

    @Test func `is kept by a ballast that is made once and never above what is free`() throws {
        try withFolder { folder in
            let path = folder + "/ballast"
            #expect(Ballast.make(at: path, bytes: 1 << 20, above: Watermark(bytes: 0, percent: 0)))
            #expect(size(of: path) == 1 << 20)
            #expect(Ballast.make(at: path, bytes: 2 << 20, above: Watermark(bytes: 0, percent: 0)))
            #expect(size(of: path) == 1 << 20)
            #expect(!Ballast.make(at: folder + "/other", bytes: 1 << 20, above: Watermark(bytes: .max, percent: 101)))
            #expect(!FileManager.default.fileExists(atPath: folder + "/other"))
            #expect(!Ballast.make(at: folder + "/none", bytes: 0, above: Self.watermark))
        }
    }

    @Test func `is taken for the index of the log before it is needed`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            var state = stat()
            #expect(stat(path + "-shm", &state) == 0)
            #expect(state.st_size >= 1 << 20)
            #expect(state.st_blocks * 512 >= 1 << 20)
            store.close()
        }
    }

    /// The system takes all locks of a process on a file away when the process closes any descriptor of it.
    @Test func `does not cost the locks of another database of the same process`() async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let serving = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            let importing = try await JiexuStore(path: path, access: .importing, settings: StoreKind.settings)
            var state = stat()
            #expect(stat(path + "-shm", &state) == 0)
            let inode = ":\(state.st_ino) "
            func locks() throws -> Int {
                try String(contentsOfFile: "/proc/locks", encoding: .utf8).split(separator: "\n")
                    .count { $0.contains(inode) && $0.contains("POSIX") }
            }
            let before = try locks()
            #expect(before > 0)
            importing.close()
            let between = try locks()
            #expect(between == before)
            serving.close()
            let after = try locks()
            #expect(after == 0)
        }
    }

    private func size(of path: String) -> Int {
        var state = stat()
        return stat(path, &state) == 0 ? Int(state.st_size) : -1
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ballast-\(UUID().uuidString)").path()
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
