import Glibc
import SheetShim

/// The archive that a workbook is. Nothing of it is unpacked to a disk, and of its entries only those that are named.
///
/// Before anything is unpacked the list of the entries is looked through: how many, how long, how much longer than they
/// were packed, and with which names. While unpacking, what comes out is counted again, as the list may lie.
final class WorkbookArchive {
    private let archive: OpaquePointer
    private var unpackedLeft = SheetLimit.unpackedBytes

    init(_ bytes: [UInt8]) throws(SheetRefusal) {
        // The library frees the copy with the source.
        guard let copy = malloc(bytes.count) else { throw .damaged }
        bytes.withUnsafeBytes { copy.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
        guard let source = zip_source_buffer_create(copy, zip_uint64_t(bytes.count), 1, nil) else {
            free(copy)
            throw .damaged
        }
        guard let archive = zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, nil) else {
            zip_source_free(source)
            throw .damaged
        }
        self.archive = archive
        try lookThrough()
    }

    deinit { zip_discard(archive) }

    private func lookThrough() throws(SheetRefusal) {
        let count = zip_get_num_entries(archive, 0)
        guard count > 0 else { throw .wrongKind }
        guard count <= SheetLimit.entries else { throw .unsafe(.entries) }
        var names: Set<String> = []
        var total: UInt64 = 0
        for index in 0..<zip_uint64_t(count) {
            var entry = zip_stat_t()
            guard zip_stat_index(archive, index, 0, &entry) == 0, let rawName = entry.name else { throw .damaged }
            let name = String(cString: rawName)
            guard WorkbookArchive.isSafe(name), names.insert(name.lowercased()).inserted else { throw .unsafe(.name) }
            guard Int32(entry.encryption_method) == ZIP_EM_NONE else { throw .passwordProtected }
            guard [ZIP_CM_STORE, ZIP_CM_DEFLATE].contains(Int32(entry.comp_method)) else { throw .damaged }
            guard !isLink(index) else { throw .unsafe(.symbolicLink) }
            guard entry.size <= SheetLimit.unpackedBytes, total + entry.size <= SheetLimit.unpackedBytes else {
                throw .unsafe(.unpackedSize)
            }
            total += entry.size
            let isLong = entry.size >= 1 << 20
            guard !isLong || entry.size / max(1, entry.comp_size) <= SheetLimit.ratio else { throw .unsafe(.ratio) }
        }
    }

    /// Whether a name stays inside the archive.
    private static func isSafe(_ name: String) -> Bool {
        guard let first = name.utf8.first, first != UInt8(ascii: "/"), name.utf8.count <= 255 else { return false }
        let parts = name.utf8.split(separator: UInt8(ascii: "/"))
        return !parts.contains { $0.elementsEqual("..".utf8) || $0.elementsEqual(".".utf8) }
            && !name.utf8.contains { $0 < 0x20 || $0 == 0x7F || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: ":") }
            && !name.lowercased().contains("%2e") && !name.lowercased().contains("%2f")
    }

    /// Source: the Unix mode in the upper half of the attributes; `S_IFLNK` is 0120000.
    private func isLink(_ index: zip_uint64_t) -> Bool {
        var system: zip_uint8_t = 0
        var attributes: zip_uint32_t = 0
        guard zip_file_get_external_attributes(archive, index, 0, &system, &attributes) == 0 else { return false }
        return attributes >> 16 & 0o170000 == 0o120000
    }

    /// Unpacks an entry; nil when there is none of this name. Names are compared without regard to case.
    func entry(_ name: String) throws(SheetRefusal) -> [UInt8]? {
        let index = zip_name_locate(archive, name, zip_flags_t(ZIP_FL_NOCASE))
        guard index >= 0 else { return nil }
        var entry = zip_stat_t()
        guard zip_stat_index(archive, zip_uint64_t(index), 0, &entry) == 0 else { throw .damaged }
        guard entry.size <= unpackedLeft else { throw .unsafe(.unpackedSize) }
        guard let file = zip_fopen_index(archive, zip_uint64_t(index), 0) else { throw .damaged }
        defer { zip_fclose(file) }
        let length = Int(entry.size)
        var filled = 0
        var isWhole = false
        let unpacked = [UInt8](unsafeUninitializedCapacity: length + 1) { buffer, count in
            while filled <= length {
                let got = zip_fread(file, buffer.baseAddress! + filled, zip_uint64_t(length + 1 - filled))
                guard got > 0 else {
                    // At the end the checksum was compared.
                    isWhole = got == 0
                    break
                }
                filled += Int(got)
            }
            count = filled
        }
        guard isWhole, filled == length else { throw .damaged }
        unpackedLeft -= filled
        return unpacked
    }
}
