/// The files of an archive that our writer could have written; any other is refused.
///
/// The entries are walked from the first byte on. Every header is compared with the one that its name and content call
/// for, and all that stands behind the last entry with the directory that the entries call for. So each byte of the
/// archive either is content under a checksum, or follows from the rest, and no changed byte goes unseen. Who wrote the
/// archive is not known by that: a checksum is no signature.
package struct ArchiveReader: Sendable {
    /// The files in their order. The contents are parts of the archive's own bytes and are not copied.
    package let entries: [(name: String, content: ArraySlice<UInt8>)]
    private let positions: [String: Int]

    package init(_ bytes: [UInt8]) throws(ArchiveFault) {
        guard bytes.count <= ArchiveLayout.mostBytes else {
            throw ArchiveFault(.size, at: ArchiveLayout.mostBytes, "at most \(ArchiveLayout.mostBytes) bytes")
        }
        var entries: [(name: String, content: ArraySlice<UInt8>)] = []
        var placed: [ArchiveLayout.Placed] = []
        var names = ArchiveNames()
        var at = 0
        while bytes.number(at: at, bytes: 4) == Int(ArchiveLayout.localSignature) {
            guard entries.count < ArchiveLayout.mostEntries else {
                throw ArchiveFault(.entries, at: at, "at most \(ArchiveLayout.mostEntries) files")
            }
            let (entry, content) = try ArchiveReader.entry(of: bytes, at: at)
            try names.insert(entry.name, at: at)
            entries.append((entry.name, content))
            placed.append(entry)
            at = content.endIndex
        }
        let directory = ArchiveLayout.directory(of: placed, at: at)
        guard bytes[at...].elementsEqual(directory) else {
            let same = zip(bytes[at...], directory).prefix { $0 == $1 }.count
            throw ArchiveFault(.form, at: at + same, "the directory does not agree with the files")
        }
        self.entries = entries
        positions = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
    }

    /// The content of a file, nil when there is none of that name.
    package subscript(name: String) -> ArraySlice<UInt8>? { positions[name].map { entries[$0].content } }

    private static func entry(
        of bytes: [UInt8], at offset: Int
    ) throws(ArchiveFault) -> (entry: ArchiveLayout.Placed, content: ArraySlice<UInt8>) {
        guard let size = bytes.number(at: offset + 18, bytes: 4),
            let nameBytes = bytes.number(at: offset + 26, bytes: 2)
        else { throw ArchiveFault(.form, at: bytes.count, "the archive ends within a header") }
        let start = offset + ArchiveLayout.localHeaderBytes
        guard nameBytes <= ArchiveLayout.longestName else {
            throw ArchiveFault(.name, at: offset, "a name has at most \(ArchiveLayout.longestName) bytes")
        }
        guard start + nameBytes + size <= bytes.count else {
            throw ArchiveFault(.form, at: bytes.count, "the archive ends within a file")
        }
        let content = bytes[(start + nameBytes)..<(start + nameBytes + size)]
        let checksum = Checksum.crc32(content)
        guard bytes.number(at: offset + 14, bytes: 4) == Int(checksum) else {
            throw ArchiveFault(.checksum, at: start + nameBytes, "the file was changed")
        }
        let entry = ArchiveLayout.Placed(
            name: String(decoding: bytes[start..<(start + nameBytes)], as: UTF8.self), checksum: checksum, size: size,
            offset: offset)
        guard bytes[offset..<(start + nameBytes)].elementsEqual(ArchiveLayout.localHeader(entry)) else {
            throw ArchiveFault(.form, at: offset, "a stored file without flags, date, comment or extra field")
        }
        return (entry, content)
    }
}

extension [UInt8] {
    /// A number of a few bytes, the least significant first; nil when there are not so many.
    fileprivate func number(at offset: Int, bytes width: Int) -> Int? {
        guard offset + width <= count else { return nil }
        return self[offset..<(offset + width)].reversed().reduce(0) { $0 << 8 | Int($1) }
    }
}
