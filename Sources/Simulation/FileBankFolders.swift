import Glibc

/// The bank's folder on a disk. Only one process may hold it.
package final class FileBankFolders: BankFolders {
    private let root: String
    /// Held locked as long as this lives; the system lets go of it when the process dies.
    private let lock: Int32

    /// - Parameter root: the bank's folder, made when it is not there.
    /// - Throws: when the folder cannot be made, or another bank is at work in it.
    package init(root: String) throws(BankFolderFault) {
        self.root = root
        try FileBankFolders.make(root)
        let path = root + "/lock"
        lock = open(path, O_CREAT | O_RDWR | O_CLOEXEC, 0o640)
        guard lock >= 0 else { throw FileBankFolders.fault("open", path) }
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else {
            let fault = FileBankFolders.fault("lock", path)
            close(lock)
            throw fault
        }
    }

    deinit { close(lock) }

    package func names(in folder: String) throws(BankFolderFault) -> [String] {
        guard let directory = opendir(full(folder)) else {
            guard errno == ENOENT else { throw FileBankFolders.fault("list", folder) }
            return []
        }
        defer { closedir(directory) }
        var names: [String] = []
        errno = 0
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
            errno = 0
        }
        guard errno == 0 else { throw FileBankFolders.fault("list", folder) }
        return names
    }

    package func read(_ path: String, limit: Int) throws(BankFolderFault) -> [UInt8]? {
        let file = open(full(path), O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
        guard file >= 0 else {
            guard errno == ENOENT || errno == ELOOP else { throw FileBankFolders.fault("read", path) }
            return nil
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FileBankFolders.fault("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let size = min(Int(status.st_size), limit)
        var filled = 0
        var failed = false
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            while filled < size {
                let step = Glibc.read(file, buffer.baseAddress! + filled, size - filled)
                if step < 0, errno == EINTR { continue }
                failed = step < 0
                if step <= 0 { break }
                filled += step
            }
            count = filled
        }
        guard !failed else { throw FileBankFolders.fault("read", path) }
        return bytes
    }

    package func create(folder: String) throws(BankFolderFault) {
        var path = root
        for name in folder.split(separator: "/") {
            path += "/" + name
            try FileBankFolders.make(path)
        }
    }

    package func write(_ bytes: [UInt8], to path: String) throws(BankFolderFault) {
        try put(bytes, to: path, flags: O_CREAT | O_TRUNC | O_WRONLY, operation: "write")
    }

    package func append(_ bytes: [UInt8], to path: String) throws(BankFolderFault) {
        try put(bytes, to: path, flags: O_CREAT | O_APPEND | O_WRONLY, operation: "append")
    }

    package func cut(_ path: String, to length: Int) throws(BankFolderFault) {
        try withFile(path, O_WRONLY, operation: "cut") { file in
            ftruncate(file, off_t(length)) == 0 && fsync(file) == 0
        }
    }

    package func rename(_ path: String, to other: String) throws(BankFolderFault) {
        guard Glibc.rename(full(path), full(other)) == 0 else { throw FileBankFolders.fault("rename", path) }
    }

    package func remove(_ path: String) throws(BankFolderFault) {
        guard unlink(full(path)) == 0 else { throw FileBankFolders.fault("remove", path) }
    }

    package func sync(folder: String) throws(BankFolderFault) {
        try withFile(folder, O_RDONLY | O_DIRECTORY, operation: "sync") { fsync($0) == 0 }
    }
}

extension FileBankFolders {
    private func full(_ path: String) -> String { root + "/" + path }

    private static func fault(_ operation: String, _ path: String) -> BankFolderFault {
        BankFolderFault(operation: operation, path: path, cause: String(cString: strerror(errno)))
    }

    private static func make(_ path: String) throws(BankFolderFault) {
        guard mkdir(path, 0o750) == 0 || errno == EEXIST else { throw fault("create", path) }
    }

    private func put(
        _ bytes: [UInt8], to path: String, flags: Int32, operation: String
    ) throws(BankFolderFault) {
        try withFile(path, flags, operation: operation) { file in
            let isWritten = bytes.withUnsafeBytes { buffer in
                var done = 0
                while done < buffer.count {
                    let step = Glibc.write(file, buffer.baseAddress! + done, buffer.count - done)
                    if step < 0, errno == EINTR { continue }
                    guard step > 0 else { return false }
                    done += step
                }
                return true
            }
            return isWritten && fsync(file) == 0
        }
    }

    /// - Parameter body: gives false when the system has said no.
    private func withFile(
        _ path: String, _ flags: Int32, operation: String, _ body: (Int32) -> Bool
    ) throws(BankFolderFault) {
        let file = open(full(path), flags | O_CLOEXEC | O_NOFOLLOW, 0o640)
        guard file >= 0 else { throw FileBankFolders.fault(operation, path) }
        defer { close(file) }
        guard body(file) else { throw FileBankFolders.fault(operation, path) }
    }
}
