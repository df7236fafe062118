import Simulation
import Synchronization

/// Folders in memory whose process can die at any operation, and whose disk can lie.
///
/// What an operation has done before the process dies stays, as after a SIGKILL.
final class MemoryFolders: BankFolders {
    /// How much of the operation at which the process dies has happened.
    enum Death: CaseIterable {
        case before
        /// Half of the bytes of a write or an append; another operation has happened.
        case half
        case after
    }

    /// An operation that a bad disk reports as done and does not do.
    enum Lie: CaseIterable {
        /// A result never gets its name.
        case results
        /// A taken order is lost on the way.
        case taking
        /// A batch is not in the journal.
        case journal
    }

    private struct State {
        var files: [String: [UInt8]] = [:]
        var operations = 0
        var deaths: [(operation: Int, manner: Death)] = []
    }

    private let state = Mutex(State())
    private let lie: Lie?

    init(lie: Lie? = nil) { self.lie = lie }

    /// How many operations there were.
    var operations: Int { state.withLock { $0.operations } }

    /// The process dies at these operations, counted from 1 from now on.
    func die(at operations: [Int], _ manner: Death) {
        state.withLock { state in
            state.operations = 0
            state.deaths = operations.map { ($0, manner) }
        }
    }

    /// What an agency does with the files; it never dies here.
    var files: [String: [UInt8]] { state.withLock { $0.files } }
    func put(_ bytes: [UInt8], at path: String) { state.withLock { $0.files[path] = bytes } }
    func move(_ path: String, to other: String) {
        state.withLock { $0.files[other] = $0.files.removeValue(forKey: path) }
    }

    func names(in folder: String) throws(BankFolderFault) -> [String] {
        try operate("list", folder) { state, _ in
            state.files.keys.filter { $0.hasPrefix(folder + "/") }.map { String($0.dropFirst(folder.utf8.count + 1)) }
                .filter { !$0.contains("/") }
        }
    }

    func read(_ path: String, limit: Int) throws(BankFolderFault) -> [UInt8]? {
        try operate("read", path) { state, _ in state.files[path].map { Array($0.prefix(limit)) } }
    }

    func create(folder: String) throws(BankFolderFault) {
        try operate("create", folder) { _, _ in }
    }

    func write(_ bytes: [UInt8], to path: String) throws(BankFolderFault) {
        try operate("write", path) { state, isHalf in
            state.files[path] = isHalf ? Array(bytes.prefix(bytes.count / 2)) : bytes
        }
    }

    func append(_ bytes: [UInt8], to path: String) throws(BankFolderFault) {
        let isLie = lie == .journal && bytes.count > 100
        try operate("append", path) { state, isHalf in
            guard !isLie else { return }
            state.files[path, default: []] += isHalf ? Array(bytes.prefix(bytes.count / 2)) : bytes
        }
    }

    func cut(_ path: String, to length: Int) throws(BankFolderFault) {
        try operate("cut", path) { state, _ in state.files[path] = state.files[path].map { Array($0.prefix(length)) } }
    }

    func rename(_ path: String, to other: String) throws(BankFolderFault) {
        let isLost = lie == .taking && other.contains("/taken/")
        let isLie = lie == .results && other.contains("/results/")
        try operate("rename", path) { state, _ in
            guard !isLie else { return }
            let bytes = state.files.removeValue(forKey: path)
            if !isLost { state.files[other] = bytes }
        }
    }

    func remove(_ path: String) throws(BankFolderFault) {
        try operate("remove", path) { state, _ in state.files[path] = nil }
    }

    func sync(folder: String) throws(BankFolderFault) {
        try operate("sync", folder) { _, _ in }
    }

    private func operate<Result: Sendable>(
        _ operation: String, _ path: String, _ body: @Sendable (inout State, _ isHalf: Bool) -> Result
    ) throws(BankFolderFault) -> Result {
        let result: Result? = state.withLock { state in
            state.operations += 1
            guard let death = state.deaths.first(where: { $0.operation == state.operations }) else {
                return body(&state, false)
            }
            if death.manner != .before { _ = body(&state, death.manner == .half) }
            return nil
        }
        guard let result else { throw BankFolderFault(operation: operation, path: path, cause: "the process died") }
        return result
    }
}
