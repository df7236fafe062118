/// Puts files into one archive, in the order of the calls. The same files always give the same bytes.
package struct ArchiveWriter {
    private var bytes: [UInt8] = []
    private var entries: [ArchiveLayout.Placed] = []
    private var names = ArchiveNames()
    private var directoryBytes = ArchiveLayout.endRecordBytes

    package init() {}

    /// Adds a file.
    ///
    /// - Parameter name: a relative path of lower-case letters, digits and `. _ - /`.
    package mutating func add(_ name: String, _ content: [UInt8]) throws(ArchiveFault) {
        guard entries.count < ArchiveLayout.mostEntries else {
            throw ArchiveFault(.entries, "at most \(ArchiveLayout.mostEntries) files")
        }
        let nameBytes = name.utf8.count
        let before = bytes.count + directoryBytes
        let headers = ArchiveLayout.localHeaderBytes + ArchiveLayout.directoryHeaderBytes + 2 * nameBytes
        guard content.count <= ArchiveLayout.mostBytes, before + headers + content.count <= ArchiveLayout.mostBytes
        else { throw ArchiveFault(.size, "at most \(ArchiveLayout.mostBytes) bytes") }
        try names.insert(name)
        let entry = ArchiveLayout.Placed(
            name: name, checksum: Checksum.crc32(content[...]), size: content.count, offset: bytes.count)
        bytes.append(contentsOf: ArchiveLayout.localHeader(entry))
        bytes.append(contentsOf: content)
        directoryBytes += ArchiveLayout.directoryHeaderBytes + nameBytes
        entries.append(entry)
    }

    /// The whole archive; with no file in it, it is still one.
    package consuming func finish() -> [UInt8] {
        bytes.append(contentsOf: ArchiveLayout.directory(of: entries, at: bytes.count))
        return bytes
    }
}
