/// What the simulated bank needs of a disk. Paths are relative to the bank's folder, with `/` between names.
///
/// Every operation may be the last before the process dies. `rename` is atomic; `write` and `append` may leave a part
/// of the bytes; the order of operations is kept.
package protocol BankFolders: Sendable {
    /// The names directly inside a folder, in no order; none when there is no such folder.
    func names(in folder: String) throws(BankFolderFault) -> [String]

    /// The bytes of a file, of a longer one the first `limit`; nil when there is none, or what is there is no plain
    /// file.
    func read(_ path: String, limit: Int) throws(BankFolderFault) -> [UInt8]?

    /// Makes a folder and those around it; nothing when it is there.
    func create(folder: String) throws(BankFolderFault)

    /// Writes a file anew. Its bytes are on the disk when this returns.
    func write(_ bytes: [UInt8], to path: String) throws(BankFolderFault)

    /// Adds to a file, which is made when it is not there. The bytes are on the disk when this returns.
    func append(_ bytes: [UInt8], to path: String) throws(BankFolderFault)

    /// Keeps only the first bytes of a file.
    func cut(_ path: String, to length: Int) throws(BankFolderFault)

    /// Gives a file another name, in place of a file that has it.
    func rename(_ path: String, to other: String) throws(BankFolderFault)

    func remove(_ path: String) throws(BankFolderFault)

    /// The names inside the folder are on the disk when this returns.
    func sync(folder: String) throws(BankFolderFault)
}

/// A disk that did not cooperate. The bank stops; started again, it goes on where it was.
package struct BankFolderFault: Error, Hashable, Sendable, CustomStringConvertible {
    /// What was attempted: `append`, `rename`.
    package let operation: String
    package let path: String
    /// The system's words.
    package let cause: String

    package init(operation: String, path: String, cause: String) {
        self.operation = operation
        self.path = path
        self.cause = cause
    }

    package var description: String { "bank folder: \(operation) \(path): \(cause)" }
}
