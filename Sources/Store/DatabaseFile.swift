import Glibc
import Synchronization

// This file stands before all others that ask the system: in a module that also has Foundation, the compiler lets the first of
// them alone see the members of `stat`.

/// Why a store could not be opened, in one line with the mend.
package struct OpeningFault: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String
    /// Whether the disk or the file failed, and not the caller: the same may succeed once somebody has looked.
    package let isOfDisk: Bool

    init(_ description: String, isOfDisk: Bool = false) {
        self.description = description
        self.isOfDisk = isOfDisk
    }
}

/// The file of a database as the system sees it: only its owner may read it, as it holds identity numbers.
enum DatabaseFile {
    /// Makes the file where it is missing and wanted, and refuses one that others may read.
    static func prepare(_ path: String, creating: Bool) throws(OpeningFault) {
        let file = open(path, creating ? O_RDWR | O_CREAT | O_CLOEXEC : O_RDONLY | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw OpeningFault("cannot open \(path): \(reason(errno))") }
        defer { Glibc.close(file) }
        var state = stat()
        guard fstat(file, &state) == 0 else { throw OpeningFault("cannot read the mode of \(path): \(reason(errno))") }
        guard state.st_mode & 0o077 == 0 else {
            throw OpeningFault("\(path) may be read by others: run `chmod 600 \(path)`, and look who has read it")
        }
    }

    /// What the system says of an error.
    static func reason(_ code: Int32) -> String { strerror(code).map { String(cString: $0) } ?? "error \(code)" }
}

/// A locked file beside the database, so that one node serves from it. The system lets go of it when the process ends,
/// however it ends.
final class InstanceLock: Sendable {
    private let file: Mutex<Int32?>

    /// - Throws: when another process holds it.
    init(beside path: String) throws(OpeningFault) {
        let lockPath = path + ".lock"
        let file = open(lockPath, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw OpeningFault("cannot open \(lockPath): \(DatabaseFile.reason(errno))") }
        guard flock(file, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            Glibc.close(file)
            throw OpeningFault(
                code == EWOULDBLOCK
                    ? "another node serves from \(path): stop it first, or give this one its own database"
                    : "cannot lock \(lockPath): \(DatabaseFile.reason(code))")
        }
        self.file = Mutex(file)
    }

    deinit { release() }

    func release() {
        file.withLock { file in
            if let file { Glibc.close(file) }
            file = nil
        }
    }
}
