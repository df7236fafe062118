import TransferDocuments

let archiveFuzzers: [Fuzzer] = [
    Fuzzer(name: "archive", longestInput: 8_192) { bytes in
        checkArchive(bytes)
        guard let (archive, damaged) = made(of: bytes) else { return }
        checkArchive(archive)
        hold((try? ArchiveReader(archive)) != nil, "an archive that was written is not read")
        hold(damaged == archive || (try? ArchiveReader(damaged)) == nil, "a changed byte goes unseen")
    },
    Fuzzer(name: "dossier", longestInput: 16_384, run: dossierWorkshop),
]

/// An archive that is accepted is the one that its files make, and each file is where the archive says.
private func checkArchive(_ bytes: [UInt8]) {
    guard let archive = try? ArchiveReader(bytes) else { return }
    var writer = ArchiveWriter()
    for (name, content) in archive.entries {
        expect("a file that was read can be put in") { try writer.add(name, Array(content)) }
        hold(archive[name] == content, "a name stands for another file")
        hold(bytes[content.indices] == content, "a file lies elsewhere")
    }
    hold(writer.finish() == bytes, "other bytes for the same files")
}

/// An archive with the files that the input gives (names and contents, each behind its length), and the same with one
/// byte changed, moved or cut.
private func made(of bytes: [UInt8]) -> (archive: [UInt8], damaged: [UInt8])? {
    guard bytes.count > 4 else { return nil }
    var rest = bytes.dropFirst(4)
    var writer = ArchiveWriter()
    while let nameLength = rest.popFirst(), let contentLength = rest.popFirst() {
        let name = String(decoding: rest.prefix(Int(nameLength)), as: UTF8.self)
        rest = rest.dropFirst(Int(nameLength))
        let content = Array(rest.prefix(Int(contentLength)))
        rest = rest.dropFirst(Int(contentLength))
        guard (try? writer.add(name, content)) != nil else { return nil }
    }
    let archive = writer.finish()
    var damaged = archive
    let place = (Int(bytes[0]) << 8 | Int(bytes[1])) % archive.count
    switch bytes[2] % 3 {
    case 0: damaged[place] ^= bytes[3]
    case 1: damaged.insert(bytes[3], at: place)
    default: damaged.remove(at: place)
    }
    return (archive, damaged)
}
