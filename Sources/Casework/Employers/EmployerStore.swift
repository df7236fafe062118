package import TransferCore
package import TransferDocuments

/// The port of what employers leave with the node before it is a case: applications that are not sent yet, and files of
/// many. Nothing of it is evidence, so unlike the rest of a store it is changed and deleted.
package protocol EmployerStore: Sendable {
    // Drafts

    /// Keeps a draft, or what has changed in it.
    ///
    /// - Returns: false when the owner, or the node, has no room for one more.
    func keep(_ draft: ApplicationDraft) async throws(StoreError) -> Bool
    /// - Returns: nil when the owner has no such draft.
    func draft(_ id: String, of owner: String) async throws(StoreError) -> ApplicationDraft?
    /// The drafts of an owner, the one that was changed last first.
    func drafts(of owner: String) async throws(StoreError) -> [ApplicationDraft]
    /// Deletes a draft; nothing when there is none.
    func discardDraft(_ id: String, of owner: String) async throws(StoreError)

    // Batches

    func keep(_ batch: UploadedBatch) async throws(StoreError) -> BatchKeeping
    /// - Returns: nil when the owner has no such batch, or its file has lapsed.
    func batch(_ id: String, of owner: String) async throws(StoreError) -> UploadedBatch?
    /// The batches of an owner whose files are still there, the newest first, without their bytes.
    func batches(of owner: String) async throws(StoreError) -> [BatchHeading]
    /// What became of the rows of a batch, or was chosen for them, by their numbers in the sheet.
    func rows(of batch: String) async throws(StoreError) -> [Int: BatchRowState]
    /// Keeps what was chosen for rows that are not sent; nil takes the choice back. What has an outcome stays.
    func choose(_ choices: [Int: BatchRowState?], in batch: String) async throws(StoreError)
    /// Keeps what became of a row; the first outcome stands.
    func keep(_ outcome: BatchRowState, ofRow row: Int, in batch: String) async throws(StoreError)
    /// Marks that a batch is being sent.
    ///
    /// - Returns: false when it is being sent already, or there is none.
    func beginSending(_ batch: String, of owner: String, at: Instant) async throws(StoreError) -> Bool
    func endSending(_ batch: String) async throws(StoreError)
    /// The batches that are being sent, of all owners: after a restart the node goes on with them.
    func batchesBeingSent() async throws(StoreError) -> [BatchHeading]

    /// Deletes drafts that nobody has changed since a moment, and the files that were uploaded before another; which cases
    /// a batch became is kept.
    func forgetLapsed(drafts: Instant, batches: Instant) async throws(StoreError)
}

/// How much of what employers leave is kept, and how long.
///
/// Source: our choice; the seven days are those of the preview in section 4.2 of the handbook of screens.
package enum EmployerLimits {
    package static let draftsOfOne = 100
    package static let drafts = 20_000
    package static let draftBytes = 16_384
    package static let draftSeconds: Int64 = 30 * 86_400
    package static let batchesOfOne = 10
    /// Of all files together.
    package static let batchBytes = 300 << 20
    package static let batchSeconds: Int64 = 7 * 86_400
}

/// An application that is not sent yet: the fields as they were entered, right or wrong.
package struct ApplicationDraft: Hashable, Sendable {
    /// 32 characters; the key under which it is lodged once.
    package let id: String
    /// As cases name who lodged them.
    package let owner: String
    /// The fields, as JSON.
    package let bytes: [UInt8]
    package let begunAt: Instant
    package let changedAt: Instant

    package init(id: String, owner: String, bytes: [UInt8], begunAt: Instant, changedAt: Instant) {
        self.id = id
        self.owner = owner
        self.bytes = bytes
        self.begunAt = begunAt
        self.changedAt = changedAt
    }

    package var lapsesAt: Instant { changedAt.adding(milliseconds: EmployerLimits.draftSeconds * 1_000) }
}

/// What is known of an uploaded file besides its bytes.
package struct BatchHeading: Hashable, Sendable {
    package let id: String
    package let owner: String
    package let employer: String
    package let creditCode: CreditCode
    package let at: Instant
    package let isBeingSent: Bool

    package init(
        id: String, owner: String, employer: String, creditCode: CreditCode, at: Instant, isBeingSent: Bool
    ) {
        self.id = id
        self.owner = owner
        self.employer = employer
        self.creditCode = creditCode
        self.at = at
        self.isBeingSent = isBeingSent
    }

    package var lapsesAt: Instant { at.adding(milliseconds: EmployerLimits.batchSeconds * 1_000) }
}

/// A file of applications as it was uploaded.
package struct UploadedBatch: Hashable, Sendable {
    package let heading: BatchHeading
    package let bytes: [UInt8]

    package init(heading: BatchHeading, bytes: [UInt8]) {
        self.heading = heading
        self.bytes = bytes
    }

    /// The same file for the same employer is the same batch.
    package var digest: DocumentDigest {
        DocumentDigest(of: Array("\(heading.employer)\n\(heading.creditCode.text)\n".utf8) + bytes)
    }
}

/// What came of keeping a file.
package enum BatchKeeping: Hashable, Sendable {
    case kept
    /// The owner has uploaded the same file before.
    case known(String)
    /// All files together would be too many.
    case full
}

/// What was chosen for a row of a batch, or became of it.
package enum BatchRowState: Hashable, Sendable {
    /// The employer does not want it sent.
    case leftOut
    /// The employer wants it sent although it looks like another.
    case taken
    case lodged(CaseNumber)
    /// Why not, in Chinese and English.
    case refused(Wording)

    package var isOutcome: Bool {
        switch self {
        case .leftOut, .taken: false
        case .lodged, .refused: true
        }
    }
}
