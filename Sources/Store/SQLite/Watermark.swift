import Glibc

/// How much room a node leaves on its disk. Below it nothing new is taken, so that a full disk is met early and whole:
/// what was taken is still answered, and an operator has room to work.
///
/// Source: reliability handbook, P7 and section 4.2.
package struct Watermark: Hashable, Sendable {
    /// Free bytes that are enough on every disk.
    package let bytes: UInt64
    /// Free space that is enough on a small disk, in percent of it.
    package let percent: UInt64

    package init(bytes: UInt64, percent: UInt64) {
        self.bytes = bytes
        self.percent = percent
    }

    /// Why nothing new may be taken, in words for operators; nil while there is room.
    ///
    /// - Parameters:
    ///   - path: a file or folder on the disk.
    ///   - extra: bytes that something needs for itself.
    package func shortage(at path: String, besides extra: UInt64 = 0) -> String? {
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return "the disk of the database cannot be asked for its space" }
        let (unit, blocks) = (UInt64(space.f_frsize), UInt64(space.f_blocks))
        return shortage(freeBytes: UInt64(space.f_bavail) * unit, ofBytes: blocks * unit, besides: extra)
    }

    /// The same for a disk of which the figures are known.
    package func shortage(freeBytes: UInt64, ofBytes: UInt64, besides extra: UInt64 = 0) -> String? {
        let needed = min(bytes, ofBytes / 100 * percent) + extra
        guard freeBytes < needed else { return nil }
        return "\(freeBytes >> 20) MiB are free on the disk of the database, \(max(1, needed >> 20)) MiB are needed"
    }
}

/// A file that only takes room. When the disk is full all the same, an operator removes it and can work.
package enum Ballast {
    /// Makes the file where it is missing and the disk has room for it above the watermark.
    ///
    /// - Parameters:
    ///   - path: where it lies.
    ///   - bytes: how long it is; 0 makes none.
    /// - Returns: whether it is there now.
    @discardableResult
    package static func make(at path: String, bytes: UInt64, above watermark: Watermark) -> Bool {
        guard bytes > 0 else { return false }
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return errno == EEXIST }
        let hasRoom = posix_fallocate(file, 0, off_t(bytes)) == 0 && watermark.shortage(at: path) == nil
        close(file)
        if !hasRoom { unlink(path) }
        return hasRoom
    }
}
