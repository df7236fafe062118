/// The names of an archive, each allowed by itself and beside the others.
///
/// A name is a relative path of lower-case letters, digits and `. _ -`, its parts parted by `/`, no part beginning with
/// a full stop. So it is the same name on every file system and cannot point out of the directory it is unpacked into.
struct ArchiveNames {
    private var files: Set<String> = []
    private var directories: Set<String> = []

    /// Takes a name in, or says why not.
    mutating func insert(_ name: String, at offset: Int = 0) throws(ArchiveFault) {
        guard ArchiveNames.isAllowed(name) else {
            throw ArchiveFault(
                .name, at: offset,
                "a name has 1 to \(ArchiveLayout.longestName) of a-z 0-9 . _ - / and no part begins with a full stop"
            )
        }
        var parents: [String] = []
        for (index, byte) in name.utf8.enumerated() where byte == UInt8(ascii: "/") {
            parents.append(String(decoding: name.utf8.prefix(index), as: UTF8.self))
        }
        guard !files.contains(name), !directories.contains(name), files.isDisjoint(with: parents) else {
            throw ArchiveFault(.duplicate, at: offset, "every name stands for one file")
        }
        files.insert(name)
        directories.formUnion(parents)
    }

    private static func isAllowed(_ name: String) -> Bool {
        guard (1...ArchiveLayout.longestName).contains(name.utf8.count) else { return false }
        var isStartOfPart = true
        for byte in name.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"),
                UInt8(ascii: "-"):
                isStartOfPart = false
            case UInt8(ascii: ".") where !isStartOfPart: break
            case UInt8(ascii: "/") where !isStartOfPart: isStartOfPart = true
            default: return false
            }
        }
        return !isStartOfPart
    }
}
