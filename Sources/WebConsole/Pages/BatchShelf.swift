import Casework
import Sheets
import Synchronization
import TransferCore

/// A file of applications that an employer has uploaded: judged, and lodged row by row when the employer says so.
struct Batch: Sendable {
    let id: String
    /// Whose it is, as cases name who lodged them.
    let owner: String
    let at: Instant
    let sheet: BatchSheet
    /// What became of the rows that were lodged, by their numbers in the sheet.
    var results: [Int: Result] = [:]
    var isBeingSent = false

    enum Result: Sendable {
        case lodged(CaseNumber)
        /// Why not, in Chinese and English.
        case refused(Wording)
    }

    /// Rows that can be lodged and were not yet, with their forms.
    var waiting: [(row: Int, application: TransferApplication, form: [UInt8])] {
        sheet.rows.compactMap { row in
            guard results[row.number] == nil, case .submittable(let application, let form) = row.outcome else {
                return nil
            }
            return (row.number, application, form)
        }
    }

    /// Everything that is not a case, with its reasons, for the file that goes back.
    var failed: [FailedRows.Failed] {
        sheet.rows.compactMap { row in
            if case .refused(let words)? = results[row.number] {
                return FailedRows.Failed(row: row.number, reasons: [words.chinese])
            }
            switch row.outcome {
            case .faulty(let faults): return FailedRows.Failed(row: row.number, reasons: faults.map(\.reasonChinese))
            case .duplicate(_, _, let duplicate):
                return FailedRows.Failed(row: row.number, reasons: [duplicate.messageChinese])
            case .submittable: return nil
            }
        }
    }
}

/// The batches that are looked at. They are kept while the node runs, and no longer than a week: nothing of a batch is a
/// case before it is sent, and what was sent is in the store.
final class BatchShelf: Sendable {
    /// The oldest makes room: a batch of 5,000 rows takes about ten megabytes.
    static let most = 20
    static let mostOfOne = 3
    static let longestSeconds: Int64 = 7 * 86_400

    private let batches = Mutex<[String: Batch]>([:])

    func put(_ sheet: BatchSheet, of owner: String, at now: Instant) -> String {
        let id = String(SessionTable.random().prefix(32))
        batches.withLock { batches in
            batches = batches.filter { now.seconds - $0.value.at.seconds < BatchShelf.longestSeconds }
            let own = batches.values.filter { $0.owner.utf8.elementsEqual(owner.utf8) }
            if own.count >= BatchShelf.mostOfOne { BatchShelf.dropOldest(of: own, from: &batches) }
            if batches.count >= BatchShelf.most { BatchShelf.dropOldest(of: Array(batches.values), from: &batches) }
            batches[id] = Batch(id: id, owner: owner, at: now, sheet: sheet)
        }
        return id
    }

    /// One that is being sent stays.
    private static func dropOldest(of some: [Batch], from batches: inout [String: Batch]) {
        let oldest = some.filter { !$0.isBeingSent }.min { $0.at.milliseconds < $1.at.milliseconds }
        if let oldest { batches[oldest.id] = nil }
    }

    /// The batch of a number, for its owner only.
    func batch(_ id: String, of owner: String) -> Batch? {
        batches.withLock { batches in
            guard let batch = batches[id], batch.owner.utf8.elementsEqual(owner.utf8) else { return nil }
            return batch
        }
    }

    /// Takes a batch to be sent; nil when it is being sent already.
    func begin(_ id: String, of owner: String) -> Batch? {
        batches.withLock { batches in
            guard let batch = batches[id], batch.owner.utf8.elementsEqual(owner.utf8), !batch.isBeingSent else {
                return nil
            }
            batches[id]?.isBeingSent = true
            return batch
        }
    }

    func note(_ result: Batch.Result, of row: Int, in id: String) { batches.withLock { $0[id]?.results[row] = result } }
    func end(_ id: String) { batches.withLock { $0[id]?.isBeingSent = false } }
}
