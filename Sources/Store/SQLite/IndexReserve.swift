import Glibc
import Synchronization

/// Room on the disk for the index of the write-ahead log, taken before it is needed.
///
/// SQLite maps the index (`-shm`) into memory. Where a page of it has no room on a full disk, touching it ends the process
/// (SIGBUS) instead of giving an error: on disks with blocks smaller than a page also after SQLite has made the file
/// longer. So the blocks of the whole index are taken when the database is opened. A reader beside it then finds them too.
///
/// Source: reliability handbook, sections 0.4 and 4.2; measured by Tests/Faults/disks.
final class IndexReserve: Sendable {
    /// For 1 MiB of index the log may grow to half a GiB: it is written back at a small part of that. Only what makes a long
    /// table anew in one transaction needs more; it begins only where the disk has room to spare
    /// (``SQLiteDatabase/shortageForRenewing()``).
    private static let bytes: off_t = 1 << 20

    /// A file that is open here and the number of those who need it.
    private struct Share {
        let file: Int32
        var holders: Int
    }

    /// When a process closes any descriptor of a file, the system takes all of its locks on that file away, those of SQLite
    /// too. So there is one descriptor for each file, and it is closed when no database of this process uses the file.
    private static let shares = Mutex<[String: Share]>([:])

    private let path: String
    private let isHeld = Mutex(true)

    /// Takes the room; the database is open already, so the file is there.
    ///
    /// - Throws: when the disk has no room for it.
    init(of database: String) throws(OpeningFault) {
        let path = database + "-shm"
        let fault: Int32 = IndexReserve.shares.withLock { shares in
            let file = shares[path]?.file ?? open(path, O_RDWR | O_CLOEXEC)
            guard file >= 0 else { return errno }
            shares[path] = Share(file: file, holders: (shares[path]?.holders ?? 0) + 1)
            return posix_fallocate(file, 0, IndexReserve.bytes)
        }
        self.path = path
        guard fault == 0 else {
            release()
            throw OpeningFault("cannot take room for \(path): \(DatabaseFile.reason(fault))", isOfDisk: true)
        }
    }

    deinit { release() }

    /// Once the database is closed.
    func release() {
        let wasHeld = isHeld.withLock { isHeld in
            defer { isHeld = false }
            return isHeld
        }
        guard wasHeld else { return }
        IndexReserve.shares.withLock { shares in
            guard var share = shares[path] else { return }
            share.holders -= 1
            if share.holders == 0 { close(share.file) }
            shares[path] = share.holders == 0 ? nil : share
        }
    }
}
