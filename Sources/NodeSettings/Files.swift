import Glibc

/// Small files, read and written whole: settings, keys, certificates, dossiers.
package enum Files {
    /// Who may read what is written.
    package enum Readers: UInt32, Sendable {
        /// Private keys and what holds personal data.
        case owner = 0o600
        case group = 0o640
        /// Certificates and the directory of agencies: they are no secret.
        case everyone = 0o644
    }

    /// Reads a file.
    ///
    /// - Throws: also when the file is longer than `limit` bytes, or is no regular file.
    package static func read(_ path: String, limit: Int) throws(FileFault) -> [UInt8] {
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw FileFault(path, "cannot be read") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileFault(path, "cannot be read") }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileFault(path, "cannot be read", cause: "it is no file")
        }
        var bytes: [UInt8] = []
        // One byte more than is allowed tells that there is more, whatever the size was when the file was opened.
        while bytes.count <= limit {
            let wanted = min(limit + 1 - bytes.count, max(Int(status.st_size) + 1 - bytes.count, 4_096))
            var got = 0
            bytes += [UInt8](unsafeUninitializedCapacity: wanted) { buffer, count in
                repeat { got = Glibc.read(file, buffer.baseAddress, wanted) } while got < 0 && errno == EINTR
                count = max(0, got)
            }
            guard got >= 0 else { throw FileFault(path, "cannot be read") }
            if got == 0 { return bytes }
        }
        throw FileFault(path, "is refused", cause: "it is longer than \(limit) bytes")
    }

    /// Writes a file that must not be there yet; its bytes are on the disk when this returns.
    ///
    package static func create(_ path: String, _ bytes: [UInt8], for readers: Readers) throws(FileFault) {
        try write(path, bytes, readers)
    }

    /// Writes a file unless there is one of its name: of several processes that do so at the same time, one does. Whoever
    /// reads meanwhile sees nothing, or all of it.
    ///
    /// - Returns: false when there was one.
    @discardableResult
    package static func createUnlessThere(
        _ path: String, _ bytes: [UInt8], for readers: Readers
    ) throws(FileFault) -> Bool {
        let draft = try draft(of: path, bytes, readers)
        defer { unlink(draft) }
        guard link(draft, path) == 0 else {
            if errno == EEXIST { return false }
            throw FileFault(path, "cannot be written")
        }
        try syncFolder(of: path)
        return true
    }

    /// Writes a file, in place of one that has its name: whoever reads meanwhile sees the one or the other, whole.
    package static func replace(_ path: String, _ bytes: [UInt8], for readers: Readers) throws(FileFault) {
        let draft = try draft(of: path, bytes, readers)
        guard rename(draft, path) == 0 else {
            let fault = FileFault(path, "cannot be written")
            unlink(draft)
            throw fault
        }
        try syncFolder(of: path)
    }

    /// Writes the bytes beside the file that they are for.
    ///
    /// - Returns: where they stand until they get its name.
    private static func draft(of path: String, _ bytes: [UInt8], _ readers: Readers) throws(FileFault) -> String {
        let draft = "\(path).\(getpid()).new"
        unlink(draft)
        try write(draft, bytes, readers)
        return draft
    }

    private static func write(_ path: String, _ bytes: [UInt8], _ readers: Readers) throws(FileFault) {
        let file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, readers.rawValue)
        guard file >= 0 else {
            throw errno == EEXIST
                ? FileFault(path, "is not written", cause: "it is there already, and is not written over")
                : FileFault(path, "cannot be written")
        }
        defer { close(file) }
        var done = 0
        while done < bytes.count {
            let step = bytes.withUnsafeBytes { Glibc.write(file, $0.baseAddress! + done, $0.count - done) }
            if step < 0, errno == EINTR { continue }
            guard step > 0 else { throw FileFault(path, "cannot be written") }
            done += step
        }
        guard fsync(file) == 0 else { throw FileFault(path, "cannot be written") }
        try syncFolder(of: path)
    }

    /// Without it a power cut could leave the bytes on the disk, and no name for them.
    private static func syncFolder(of path: String) throws(FileFault) {
        let outer = folder(of: path)
        let file = open(outer.isEmpty ? "." : outer, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard file >= 0 else { throw FileFault(path, "cannot be written") }
        defer { close(file) }
        guard fsync(file) == 0 else { throw FileFault(path, "cannot be written") }
    }

    package static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes a folder and those around it; nothing when it is there.
    ///
    /// - Parameter readers: of the folders that are made.
    package static func makeFolder(_ path: String, for readers: Readers = .group) throws(FileFault) {
        let mode = readers == .owner ? mode_t(0o700) : 0o750
        guard mkdir(path, mode) != 0, errno != EEXIST else { return }
        let outer = folder(of: path)
        guard errno == ENOENT, !outer.isEmpty, outer != path else { throw FileFault(path, "cannot be made") }
        try makeFolder(outer, for: readers)
        guard mkdir(path, mode) == 0 || errno == EEXIST else { throw FileFault(path, "cannot be made") }
    }

    /// What tells whether a file is another than before.
    package struct Mark: Hashable, Sendable {
        let device: UInt
        let inode: UInt
        let size: Int64
        let changed: Int64
        let nanoseconds: Int64
    }

    /// - Returns: nil for a file that is not there.
    package static func mark(of path: String) -> Mark? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return Mark(
            device: UInt(status.st_dev), inode: UInt(status.st_ino), size: Int64(status.st_size),
            changed: Int64(status.st_ctim.tv_sec), nanoseconds: Int64(status.st_ctim.tv_nsec))
    }

    /// Whether anybody but the owner may read or write the file.
    package static func isOpenToOthers(_ path: String) throws(FileFault) -> Bool {
        var status = stat()
        guard stat(path, &status) == 0 else { throw FileFault(path, "cannot be read") }
        return status.st_mode & 0o077 != 0
    }

    /// The folder of a file: what stands before the last slash; empty for a bare name, which is in the current folder.
    package static func folder(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// A path inside a folder; an absolute path stays what it is, and an empty folder is the current one.
    package static func join(_ folder: String, _ path: String) -> String {
        if folder.isEmpty || path.hasPrefix("/") { return path }
        return folder.hasSuffix("/") ? folder + path : "\(folder)/\(path)"
    }
}

/// A file that could not be used, in one line.
package struct FileFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let path: String
    /// Such as `cannot be read: No such file or directory`.
    package let detail: String

    package init(_ path: String, _ attempt: String, cause: String) {
        self.path = path
        detail = "\(attempt): \(cause)"
    }

    /// The cause is what the system said last.
    init(_ path: String, _ attempt: String) {
        let code = errno
        self.init(path, attempt, cause: strerror(code).map { String(cString: $0) } ?? "error \(code)")
    }

    package var description: String { "\(path) \(detail)" }
}
