import Casework
import Logging
import Sheets
import Synchronization
import TransferCore
import TransferDocuments

/// A file of applications that an employer has uploaded, as it stands: judged, with what was chosen and what became of it.
struct Batch: Sendable {
    let heading: BatchHeading
    let sheet: BatchSheet
    /// What was chosen for rows, and what became of those that were lodged, by their numbers in the sheet.
    let states: [Int: BatchRowState]

    var id: String { heading.id }

    /// Whether a row is to be sent when the batch is: what is in order, unless it was left out; what looks like another
    /// only when it was chosen.
    func isChosen(_ row: BatchSheet.Row) -> Bool {
        switch (row.outcome, states[row.number]) {
        case (_, .lodged?), (_, .refused?), (.faulty, _): false
        case (.submittable, .leftOut?): false
        case (.submittable, _): true
        case (.duplicate, .taken?): true
        case (.duplicate, _): false
        }
    }

    /// Rows that are to be lodged and were not yet, with their forms.
    var waiting: [(row: Int, application: TransferApplication, form: [UInt8])] {
        sheet.rows.compactMap { row in
            guard isChosen(row) else { return nil }
            switch row.outcome {
            case .submittable(let application, let form), .duplicate(let application, let form, _):
                return (row.number, application, form)
            case .faulty: return nil
            }
        }
    }

    var lodged: Int {
        states.values.count { state in if case .lodged = state { true } else { false } }
    }

    /// Everything that is not a case and not about to become one, with its reasons, for the file that goes back.
    var failed: [FailedRows.Failed] {
        sheet.rows.compactMap { row in
            switch (row.outcome, states[row.number]) {
            case (_, .refused(let words)?): FailedRows.Failed(row: row.number, reasons: [words.chinese])
            case (.faulty(let faults), _):
                FailedRows.Failed(row: row.number, reasons: faults.map(\.reasonChinese))
            case (_, .lodged?), (.submittable, _), (.duplicate, .taken?): nil
            case (.duplicate(_, _, let duplicate), _):
                FailedRows.Failed(row: row.number, reasons: [duplicate.messageChinese])
            }
        }
    }
}

/// The sheets that were judged last, so that a page of a large file does not judge it again. What counts is in the store.
final class BatchShelf: Sendable {
    /// A sheet of 5,000 rows takes about ten megabytes.
    static let most = 6

    private let sheets = Mutex<[(id: String, sheet: BatchSheet)]>([])

    func sheet(_ id: String) -> BatchSheet? {
        sheets.withLock { sheets in
            guard let place = sheets.firstIndex(where: { $0.id == id }) else { return nil }
            let found = sheets.remove(at: place)
            sheets.append(found)
            return found.sheet
        }
    }

    func put(_ sheet: BatchSheet, _ id: String) {
        sheets.withLock { sheets in
            sheets.removeAll { $0.id == id }
            sheets.append((id, sheet))
            if sheets.count > BatchShelf.most { sheets.removeFirst() }
        }
    }

    func forget() { sheets.withLock { $0 = [] } }
}

/// Batches as they are kept and sent. One that is being sent when the node ends goes on when it starts again; a row that
/// was lodged is never lodged twice, because its key is made of the batch and the row.
struct BatchDesk: Sendable {
    let desk: Desk
    let store: any PageStore
    let shelf = BatchShelf()

    /// The batch of a number, for its owner only; nil when there is none or it has lapsed.
    ///
    /// - Throws: ``SheetRefusal`` never: what was kept was read before.
    func batch(_ id: String, of owner: String) async throws(StoreError) -> Batch? {
        guard let uploaded = try await store.batch(id, of: owner),
            uploaded.heading.lapsesAt > desk.clock.now || uploaded.heading.isBeingSent
        else { return nil }
        let states = try await store.rows(of: id)
        if let sheet = shelf.sheet(id) { return Batch(heading: uploaded.heading, sheet: sheet, states: states) }
        do {
            let sheet = try judge(uploaded)
            shelf.put(sheet, id)
            return Batch(heading: uploaded.heading, sheet: sheet, states: states)
        } catch {
            throw .corrupt("the file of a batch cannot be read again: \(error.messageEnglish)")
        }
    }

    func judge(_ batch: UploadedBatch) throws(SheetRefusal) -> BatchSheet {
        try BatchSheet(
            reading: batch.bytes,
            lodgedBy: .employer(name: batch.heading.employer, creditCode: batch.heading.creditCode), regions: regions)
    }

    var regions: [BatchRegion] {
        desk.directory.current.directory.agencies.filter { $0.code != desk.agency.code }
            .map { BatchRegion(code: $0.code, name: $0.nameChinese) }
    }

    /// Begins to send a batch, once however often it is asked.
    func send(_ id: String, of owner: String) async throws(StoreError) {
        guard try await store.beginSending(id, of: owner, at: desk.clock.now) else { return }
        Task { await carryOn(id, of: owner) }
    }

    /// Goes on with the batches that were being sent when the node ended.
    func resume() async throws(StoreError) {
        for heading in try await store.batchesBeingSent() { Task { await carryOn(heading.id, of: heading.owner) } }
    }

    /// Lodges what waits, one after the other, while the employer looks on. What cannot be lodged now stays where it is.
    private func carryOn(_ id: String, of owner: String) async {
        do throws(StoreError) {
            if let batch = try await batch(id, of: owner) {
                for (row, application, form) in batch.waiting {
                    guard let outcome = await lodge(application, form, owner, "\(id)-\(row)") else { break }
                    try await store.keep(outcome, ofRow: row, in: id)
                }
            }
            try await store.endSending(id)
        } catch {
            desk.logger.error("a batch was not sent whole", metadata: ["cause": "\(error)"])
            try? await store.endSending(id)
        }
    }

    /// - Returns: nil when the same may succeed later.
    private func lodge(
        _ application: TransferApplication, _ form: [UInt8], _ owner: String, _ key: String
    ) async -> BatchRowState? {
        do throws(DeskFault) {
            switch try await desk.lodge(application, form: form, owner: owner, key: key) {
            case .opened(let number, _), .repeated(let number): return .lodged(number)
            case .underWay: return .refused(Reason.caseUnderWay.sentence)
            case .keyReused: return .refused(Wording(chinese: "请重新上传文件。", english: "Upload the file again."))
            case .faulty(let faults):
                return .refused(
                    Wording(
                        chinese: faults.map(\.messageChinese).joined(),
                        english: faults.map(\.messageEnglish).joined(separator: " ")))
            }
        } catch {
            desk.logger.warning("a row of a batch was not lodged", metadata: ["cause": "\(error)"])
            return nil
        }
    }

    /// Deletes what has lapsed, now and then, until the task is cancelled.
    func sweepUntilCancelled() async {
        while !Task.isCancelled {
            await sweep()
            try? await Task.sleep(for: .seconds(3_600))
        }
    }

    func sweep() async {
        let now = desk.clock.now
        do throws(StoreError) {
            try await store.forgetLapsed(
                drafts: now.adding(milliseconds: -EmployerLimits.draftSeconds * 1_000),
                batches: now.adding(milliseconds: -EmployerLimits.batchSeconds * 1_000))
            shelf.forget()
        } catch {
            desk.logger.error("what has lapsed was not deleted", metadata: ["cause": "\(error)"])
        }
    }
}
