import Testing
import TransferDocuments

@Suite struct `An archive` {
    private let files: [(name: String, content: [UInt8])] = [
        ("contents.jws", Array("eyJ.abc.def".utf8)), ("documents/0001_acceptance-letter.jws", Array("123456789".utf8)),
        ("documents/0002.jws", []), ("readme.txt", Array("接续\n".utf8)),
    ]

    private func archive(_ files: [(name: String, content: [UInt8])]) throws -> [UInt8] {
        var writer = ArchiveWriter()
        for file in files { try writer.add(file.name, file.content) }
        return writer.finish()
    }

    private func expect(_ code: ArchiveFault.Code, _ bytes: [UInt8], _ what: String) {
        let fault = #expect(throws: ArchiveFault.self, "\(what)") { try ArchiveReader(bytes) }
        #expect(fault?.code == code, "\(what)")
    }

    @Test func `gives back its files in their order`() throws {
        let reader = try ArchiveReader(archive(files))
        #expect(reader.entries.map(\.name) == files.map(\.name))
        #expect(reader.entries.map { Array($0.content) } == files.map(\.content))
        #expect(reader["readme.txt"].map { Array($0) } == files[3].content)
        #expect(reader["readme"] == nil)
    }

    @Test func `has the same bytes every time, byte for byte as ZIP has them`() throws {
        let bytes = try archive([("a", Array("123456789".utf8))])
        let local: [UInt8] =
            [
                0x50, 0x4B, 3, 4, 10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0, 9, 0, 0, 0, 1,
                0, 0, 0,
            ]
        let directory: [UInt8] =
            [
                0x50, 0x4B, 1, 2, 10, 0, 10, 0, 0, 0, 0, 0, 0, 0, 0x21, 0, 0x26, 0x39, 0xF4, 0xCB, 9, 0, 0, 0, 9, 0, 0,
                0, 1, 0,
            ]
            + [UInt8](repeating: 0, count: 16)
        let end: [UInt8] = [0x50, 0x4B, 5, 6, 0, 0, 0, 0, 1, 0, 1, 0, 47, 0, 0, 0, 40, 0, 0, 0, 0, 0]
        let name = [UInt8(ascii: "a")]
        #expect(bytes == local + name + Array("123456789".utf8) + directory + name + end)
        #expect(try archive(files) == archive(files))
    }

    @Test func `may be empty`() throws {
        #expect(try ArchiveReader(archive([])).entries.isEmpty)
    }

    @Test func `shows every changed bit`() throws {
        let bytes = try archive(files)
        for index in bytes.indices {
            for bit in 0..<8 {
                var changed = bytes
                changed[index] ^= 1 << UInt8(bit)
                if (try? ArchiveReader(changed)) != nil { Issue.record("byte \(index), bit \(bit)") }
            }
        }
    }

    @Test func `shows every byte that is missing, added or moved`() throws {
        let bytes = try archive(files)
        for index in 0...bytes.count {
            for added in [0, 0x50, 0xFF] as [UInt8] {
                var longer = bytes
                longer.insert(added, at: index)
                if (try? ArchiveReader(longer)) != nil { Issue.record("added at byte \(index)") }
            }
            guard index < bytes.count else { continue }
            var shorter = bytes
            shorter.remove(at: index)
            if (try? ArchiveReader(shorter)) != nil { Issue.record("missing byte \(index)") }
            if (try? ArchiveReader(Array(bytes[..<index]))) != nil { Issue.record("cut at byte \(index)") }
        }
        expect(.form, bytes + bytes, "twice")
        expect(.form, [], "nothing")
    }

    @Test(arguments: [
        "", "/a", "a/", "a//b", "../a", "a/../b", "./a", "a/.", ".hidden", "A", "a b", "a\\b", "a:b", "é", "文件",
        "a\u{0}",
        String(repeating: "a", count: 201),
    ])
    func `has no names that mean something else elsewhere`(_ name: String) throws {
        var writer = ArchiveWriter()
        let fault = #expect(throws: ArchiveFault.self) { try writer.add(name, []) }
        #expect(fault?.code == .name)

        // The same name in an archive that is right in all else.
        guard (1...200).contains(name.utf8.count) else { return }
        let stand = String(repeating: "x", count: name.utf8.count)
        let bytes = try archive([(stand, [1, 2, 3])]).replacing(Array(stand.utf8), with: Array(name.utf8))
        expect(.name, bytes, name)
    }

    @Test(arguments: [("a", "a"), ("a", "a/b"), ("a/b", "a"), ("a/b/c", "a/b"), ("a/b", "a/b/c/d")])
    func `has every name once`(_ first: String, _ second: String) throws {
        var writer = ArchiveWriter()
        try writer.add(first, [])
        let fault = #expect(throws: ArchiveFault.self) { try writer.add(second, []) }
        #expect(fault?.code == .duplicate)
        let stand = String(repeating: "x", count: second.utf8.count)
        let bytes = try archive([(first, []), (stand, [])]).replacing(Array(stand.utf8), with: Array(second.utf8))
        expect(.duplicate, bytes, second)
    }

    @Test func `has no more and no larger files than the limits say`() throws {
        var writer = ArchiveWriter()
        for number in 0..<10_000 { try writer.add("f\(number)", []) }
        let many = #expect(throws: ArchiveFault.self) { try writer.add("one-more", []) }
        #expect(many?.code == .entries)
        #expect(try ArchiveReader(writer.finish()).entries.count == 10_000)

        var large = ArchiveWriter()
        let most = 64 << 20
        let fault = #expect(throws: ArchiveFault.self) { try large.add("a", [UInt8](repeating: 0, count: most - 99)) }
        #expect(fault?.code == .size)
        try large.add("a", [UInt8](repeating: 0, count: most - 100))
        let bytes = large.finish()
        #expect(bytes.count == most)
        #expect(try ArchiveReader(bytes).entries.count == 1)
        expect(.size, bytes + [0], "one byte more")
    }

    @Test func `is refused when its sizes reach beyond its end`() throws {
        for size in [0x7FFF_FFFF, 0xFFFF_FFFF] as [UInt32] {
            var bytes = try archive([("a", [1])])
            for (place, shift) in zip(18..<22, stride(from: 0 as UInt32, to: 32, by: 8)) {
                bytes[place] = UInt8(truncatingIfNeeded: size >> shift)
            }
            expect(.form, bytes, "\(size)")
        }
    }

    @Test func `names what is wrong`() throws {
        var bytes = try archive(files)
        bytes[30 + files[0].name.utf8.count] ^= 1
        let fault = #expect(throws: ArchiveFault.self) { try ArchiveReader(bytes) }
        #expect(fault?.description == "archive-checksum at byte 42: the file was changed")
        #expect(
            ArchiveFault.Code.allCases.map(\.rawValue) == [
                "archive-size", "archive-entries", "archive-name", "archive-duplicate", "archive-checksum",
                "archive-form",
            ])
    }
}
