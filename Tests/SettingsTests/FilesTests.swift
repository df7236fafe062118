import Foundation
import NodeSettings
import Testing

/// A folder for one test, taken away with it.
final class Folder {
    private let root: String

    init() throws {
        root = NSTemporaryDirectory() + "jiexu-settings-\(UInt64.random(in: .min ... .max))"
        try Files.makeFolder(root, for: .owner)
    }

    func path(_ name: String) -> String { Files.join(root, name) }

    deinit { try? FileManager.default.removeItem(atPath: root) }
}

@Suite struct `A small file` {
    @Test func `that others must not read is made so`() throws {
        let folder = try Folder()
        try Files.create(folder.path("key"), [1], for: .owner)
        try Files.create(folder.path("certificate"), [1], for: .everyone)
        #expect(try !Files.isOpenToOthers(folder.path("key")))
        #expect(try Files.isOpenToOthers(folder.path("certificate")))
    }

    @Test func `is not written over`() throws {
        let folder = try Folder()
        try Files.create(folder.path("key"), [1], for: .owner)
        #expect(throws: FileFault.self) { try Files.create(folder.path("key"), [2], for: .owner) }
        #expect(try Files.read(folder.path("key"), limit: 1) == [1])
    }

    @Test func `is made once by those who begin at the same moment, and nothing is left beside it`() throws {
        let folder = try Folder()
        #expect(try Files.createUnlessThere(folder.path("key"), [1], for: .owner))
        #expect(try !Files.createUnlessThere(folder.path("key"), [2], for: .owner))
        #expect(try Files.read(folder.path("key"), limit: 8) == [1])
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("")) == ["key"])
        #expect(throws: FileFault.self) { try Files.createUnlessThere(folder.path("none/key"), [1], for: .owner) }
    }

    @Test func `is replaced whole, and nothing is left beside it`() throws {
        let folder = try Folder()
        try Files.replace(folder.path("a"), [1, 2], for: .owner)
        try Files.replace(folder.path("a"), [3], for: .owner)
        #expect(try Files.read(folder.path("a"), limit: 8) == [3])
        #expect(throws: FileFault.self) { try Files.replace(folder.path("none/a"), [3], for: .owner) }
    }

    @Test func `is read up to its limit and no further`() throws {
        let folder = try Folder()
        let bytes = [UInt8](repeating: 7, count: 10_000)
        try Files.create(folder.path("a"), bytes, for: .owner)
        #expect(try Files.read(folder.path("a"), limit: 10_000) == bytes)
        #expect(throws: FileFault.self) { try Files.read(folder.path("a"), limit: 9_999) }
        #expect(throws: FileFault.self) { try Files.read("/dev/zero", limit: 9_999) }
    }

    @Test func `gets its folders`() throws {
        let folder = try Folder()
        try Files.makeFolder(folder.path("a/b/c"), for: .owner)
        try Files.makeFolder(folder.path("a/b/c"), for: .owner)
        #expect(try !Files.isOpenToOthers(folder.path("a/b")))
        try Files.create(folder.path("a/b/c/d"), [], for: .owner)
        #expect(throws: FileFault.self) { try Files.makeFolder(folder.path("a/b/c/d/e")) }
    }

    @Test(arguments: [
        (folder: "", path: "a", joined: "a"), (folder: "x", path: "a", joined: "x/a"),
        (folder: "/", path: "a", joined: "/a"), (folder: "x", path: "/a", joined: "/a"),
    ])
    func `has its path joined`(folder: String, path: String, joined: String) {
        #expect(Files.join(folder, path) == joined)
        #expect(Files.folder(of: "x/a") == "x")
        #expect(Files.folder(of: "/a") == "/")
        #expect(Files.folder(of: "a") == "")
    }
}
