/// The bytes of our archives: ZIP (APPNOTE 6.3.10) with stored entries only, so that any ZIP program opens them and
/// nothing has to be inflated.
///
///     for every entry:   local header (30 bytes), name, content
///     for every entry:   directory header (46 bytes), name
///     at the end:        end record (22 bytes)
///
/// Everything apart from names and contents follows from names and contents: the time is always 1 January 1980, and
/// there are no comments, extra fields, attributes, data descriptors, encryption or 64-bit forms. The same entries
/// therefore always give the same bytes, and the reader accepts no others.
enum ArchiveLayout {
    static let localSignature: UInt32 = 0x0403_4B50
    static let directorySignature: UInt32 = 0x0201_4B50
    static let endSignature: UInt32 = 0x0605_4B50

    static let localHeaderBytes = 30
    static let directoryHeaderBytes = 46
    static let endRecordBytes = 22

    /// The largest archive: 64 MiB.
    static let mostBytes = 64 << 20
    static let mostEntries = 10_000
    static let longestName = 200

    /// The header in front of an entry, with its name.
    static func localHeader(_ entry: Placed) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(localHeaderBytes + entry.name.utf8.count)
        append(localSignature, to: &bytes)
        appendCommon(entry, to: &bytes)
        bytes.append(contentsOf: entry.name.utf8)
        return bytes
    }

    /// All that stands behind the last entry.
    static func directory(of entries: [Placed], at offset: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        for entry in entries {
            append(directorySignature, to: &bytes)
            append(version, to: &bytes)
            appendCommon(entry, to: &bytes)
            // Comment, disk, internal and external attributes: none.
            bytes.append(contentsOf: repeatElement(0, count: 10))
            append(UInt32(entry.offset), to: &bytes)
            bytes.append(contentsOf: entry.name.utf8)
        }
        let size = bytes.count
        append(endSignature, to: &bytes)
        append(0 as UInt32, to: &bytes)
        append(UInt16(entries.count), to: &bytes)
        append(UInt16(entries.count), to: &bytes)
        append(UInt32(size), to: &bytes)
        append(UInt32(offset), to: &bytes)
        append(0 as UInt16, to: &bytes)
        return bytes
    }

    /// An entry and where it begins.
    struct Placed {
        let name: String
        let checksum: UInt32
        let size: Int
        let offset: Int
    }

    /// Version 1.0, which knows stored entries.
    private static let version: UInt16 = 10
    /// 1 January 1980, the first day that ZIP can write.
    private static let date: UInt16 = 0x0021

    /// What local and directory headers have in common, from the version needed to the length of the extra field.
    private static func appendCommon(_ entry: Placed, to bytes: inout [UInt8]) {
        append(version, to: &bytes)
        append(0 as UInt16, to: &bytes)  // flags
        append(0 as UInt16, to: &bytes)  // method: stored
        append(0 as UInt16, to: &bytes)  // time: midnight
        append(date, to: &bytes)
        append(entry.checksum, to: &bytes)
        append(UInt32(entry.size), to: &bytes)
        append(UInt32(entry.size), to: &bytes)
        append(UInt16(entry.name.utf8.count), to: &bytes)
        append(0 as UInt16, to: &bytes)  // extra field
    }

    private static func append(_ number: some FixedWidthInteger, to bytes: inout [UInt8]) {
        withUnsafeBytes(of: number.littleEndian) { bytes.append(contentsOf: $0) }
    }
}

/// Why an archive cannot be written or is not accepted.
package struct ArchiveFault: Error, Hashable, Sendable {
    package let code: Code
    /// Bytes before the place at which the archive is not what it should be; 0 while writing.
    package let offset: Int
    /// What was expected, in words.
    package let detail: String

    init(_ code: Code, at offset: Int = 0, _ detail: String) {
        self.code = code
        self.offset = offset
        self.detail = detail
    }

    /// These codes are published and never change.
    package enum Code: String, Sendable, CaseIterable {
        case size = "archive-size"
        case entries = "archive-entries"
        case name = "archive-name"
        case duplicate = "archive-duplicate"
        case checksum = "archive-checksum"
        case form = "archive-form"
    }
}

extension ArchiveFault: CustomStringConvertible {
    package var description: String { "\(code.rawValue) at byte \(offset): \(detail)" }
}
