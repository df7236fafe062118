import Synchronization
import TransferCore

/// In which rows the cases stand that were moved on last, and at which version, so that the next step finds its case by the key
/// of the table.
///
/// What it says is a hint: a transaction that was undone may have left it. Whoever goes by it names the case and the version as
/// well.
final class CaseRows: Sendable {
    private let rows = Mutex<[CaseNumber: (row: Int64, version: Int)]>([:])

    /// So many cases are rarely under way in the same minutes. When there are more, all are forgotten.
    private static let limit = 16_384

    /// The row of a case; nil unless it is known, and of this version.
    func row(of number: CaseNumber, at version: Int) -> Int64? {
        rows.withLock { rows in
            guard let known = rows[number], known.version == version else { return nil }
            return known.row
        }
    }

    /// - Parameter version: to which the case is moved in its row; nil when it has ended.
    func keep(_ row: Int64, of number: CaseNumber, at version: Int?) {
        rows.withLock { rows in
            if rows.count >= CaseRows.limit { rows.removeAll(keepingCapacity: true) }
            rows[number] = version.map { (row, $0) }
        }
    }
}
