import Casework
import Glibc
import TransferCore

/// An agency's folder at its bank, on a disk that both can reach: `orders/` for what goes out, `results/` for what comes
/// in.
///
/// A file goes out as `.part`, is brought to the disk, and then gets its name; the bank looks at `.xml` only. What comes in
/// is `.xml` or `.csv`. Of a refused file the reason stands beside it, as `.reason.txt`; a name that a refused or taken file
/// has already is given to another one with a number.
struct BankFolderOnDisk: BankFolder {
    private let orders: String
    private let results: String
    private let imported: String
    private let refused: String
    private let notePath: String

    /// - Parameter path: the folder of the agency; what is missing in it is made.
    init(path: String) throws(BankFolderFault) {
        orders = path + "/orders"
        results = path + "/results"
        imported = results + "/imported"
        refused = results + "/refused"
        notePath = results + "/taken-files.note"
        for folder in [path, orders, results, imported, refused] {
            guard mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw BankFolderOnDisk.fault("make", folder) }
        }
    }

    /// Of a longer file no more is read: 16 MiB, as the reader of its files has it.
    private static let longestFile = 16 << 20

    func write(_ bytes: [UInt8], named name: String) async throws(BankFolderFault) {
        try replace("\(orders)/\(name)", with: bytes)
        try sync(folder: orders)
    }

    private func replace(_ path: String, with bytes: [UInt8]) throws(BankFolderFault) {
        let part = "\(path).part"
        try write(bytes, into: part, O_CREAT | O_TRUNC)
        guard rename(part, path) == 0 else { throw BankFolderOnDisk.fault("rename", part) }
    }

    /// Writes into a file, and brings it to the disk.
    private func write(_ bytes: [UInt8], into path: String, _ how: Int32) throws(BankFolderFault) {
        let file = open(path, how | O_WRONLY | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw BankFolderOnDisk.fault("open", path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw BankFolderOnDisk.fault("write", path)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw BankFolderOnDisk.fault("sync", path) }
    }

    func incoming(limit: Int) async throws(BankFolderFault) -> [String] {
        guard let directory = opendir(results) else { throw BankFolderOnDisk.fault("list", results) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".xml") || name.hasSuffix(".csv") { names.append(name) }
        }
        return Array(names.sorted().prefix(limit))
    }

    func read(_ name: String) async throws(BankFolderFault) -> [UInt8] {
        let path = "\(results)/\(name)"
        guard let bytes = try contents(of: path) else { throw BankFolderOnDisk.fault("open", path) }
        return bytes
    }

    /// - Returns: nil when there is no such file.
    private func contents(of path: String) throws(BankFolderFault) -> [UInt8]? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            if errno == ENOENT { return nil }
            throw BankFolderOnDisk.fault("open", path)
        }
        defer { close(file) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = Glibc.read(file, &buffer, buffer.count)
            guard count >= 0 else {
                if errno == EINTR { continue }
                throw BankFolderOnDisk.fault("read", path)
            }
            if count == 0 { return bytes }
            bytes += buffer[..<count]
            // One byte too many is enough for the reader to refuse the file whole; left where it is, it would be tried for
            // ever, and enough of them would hide all others.
            guard bytes.count <= BankFolderOnDisk.longestFile else { return bytes }
        }
    }

    func putAway(_ name: String, refusal: String?) async throws(BankFolderFault) {
        let folder = refusal == nil ? imported : refused
        let path = freePath(name, in: folder)
        // The reason first: a refused file never lies there without one.
        if let refusal { try replace("\(path).reason.txt", with: Array(refusal.utf8)) }
        guard rename("\(results)/\(name)", path) == 0 || errno == ENOENT else {
            throw BankFolderOnDisk.fault("put away", name)
        }
    }

    /// The name itself, or with the first number that nothing has: what was put away is never written over.
    private func freePath(_ name: String, in folder: String) -> String {
        var path = "\(folder)/\(name)"
        var number = 1
        while access(path, F_OK) == 0, number < 10_000 {
            number += 1
            path = "\(folder)/\(number)-\(name)"
        }
        return path
    }

    func note() async throws(BankFolderFault) -> [UInt8]? { try contents(of: notePath) }

    func keep(note: [UInt8]) async throws(BankFolderFault) {
        try replace(notePath, with: note)
        try sync(folder: results)
    }

    /// A note that is gone is no note to be added to: it is missed, and written whole.
    func add(toNote bytes: [UInt8]) async throws(BankFolderFault) { try write(bytes, into: notePath, O_APPEND) }

    private func sync(folder path: String) throws(BankFolderFault) {
        let folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard folder >= 0 else { throw BankFolderOnDisk.fault("open", path) }
        defer { close(folder) }
        guard fsync(folder) == 0 else { throw BankFolderOnDisk.fault("sync", path) }
    }

    private static func fault(_ operation: String, _ path: String) -> BankFolderFault {
        BankFolderFault("\(operation) \(path): \(String(cString: strerror(errno)))")
    }
}
