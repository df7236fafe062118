import Casework
import Glibc
import TransferCore

/// An agency's folder at its bank, on a disk that both can reach: `orders/` for what goes out, `results/` for what comes
/// in.
///
/// A file goes out as `.part`, is brought to the disk, and then gets its name; the bank looks at `.xml` only.
struct BankFolderOnDisk: BankFolder {
    private let orders: String
    private let results: String
    private let imported: String
    private let refused: String

    /// - Parameter path: the folder of the agency; what is missing in it is made.
    init(path: String) throws(BankFolderFault) {
        orders = path + "/orders"
        results = path + "/results"
        imported = results + "/imported"
        refused = results + "/refused"
        for folder in [path, orders, results, imported, refused] {
            guard mkdir(folder, 0o750) == 0 || errno == EEXIST else { throw BankFolderOnDisk.fault("make", folder) }
        }
    }

    /// The longest file of the bank that is read: 16 MiB, as the reader of its files has it.
    private static let longestFile = 16 << 20

    func write(_ bytes: [UInt8], named name: String) async throws(BankFolderFault) {
        let part = "\(orders)/\(name).part"
        let file = open(part, O_CREAT | O_TRUNC | O_WRONLY | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw BankFolderOnDisk.fault("open", part) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else {
                if errno == EINTR { continue }
                throw BankFolderOnDisk.fault("write", part)
            }
            rest = rest.dropFirst(count)
        }
        guard fsync(file) == 0 else { throw BankFolderOnDisk.fault("sync", part) }
        guard rename(part, "\(orders)/\(name)") == 0 else { throw BankFolderOnDisk.fault("rename", part) }
        try sync(folder: orders)
    }

    func incoming(limit: Int) async throws(BankFolderFault) -> [String] {
        guard let directory = opendir(results) else { throw BankFolderOnDisk.fault("list", results) }
        defer { closedir(directory) }
        var names: [String] = []
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".xml") { names.append(name) }
        }
        return Array(names.sorted().prefix(limit))
    }

    func read(_ name: String) async throws(BankFolderFault) -> [UInt8] {
        let path = "\(results)/\(name)"
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { throw BankFolderOnDisk.fault("open", path) }
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
            guard bytes.count <= BankFolderOnDisk.longestFile else {
                throw BankFolderFault("read \(path): longer than \(BankFolderOnDisk.longestFile) bytes")
            }
        }
    }

    func putAway(_ name: String, isRefused: Bool) async throws(BankFolderFault) {
        let folder = isRefused ? refused : imported
        guard rename("\(results)/\(name)", "\(folder)/\(name)") == 0 || errno == ENOENT else {
            throw BankFolderOnDisk.fault("put away", name)
        }
    }

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
