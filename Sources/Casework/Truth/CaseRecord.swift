package import TransferCore

/// All that is stored of one case, in one view of the store.
package struct CaseRecord: Sendable {
    package let file: CaseFile
    /// As it stands in the lists.
    package let summary: CaseSummary
    /// For each document of the file, whether it is this side's.
    package let isOwnDocument: [Bool]
    package let postings: [Group]

    /// A group of posting lines, with the version of the case that it was committed with.
    package struct Group: Sendable {
        package let id: Int64
        package let version: Int
        package let posting: CaseFacts.Posting

        package init(id: Int64, version: Int, posting: CaseFacts.Posting) {
            self.id = id
            self.version = version
            self.posting = posting
        }
    }

    package init(file: CaseFile, summary: CaseSummary, isOwnDocument: [Bool], postings: [Group]) {
        self.file = file
        self.summary = summary
        self.isOwnDocument = isOwnDocument
        self.postings = postings
    }
}

/// The port through which cases are read to be checked.
package protocol AuditStore: Sendable {
    /// The case behind a number, in the order of numbers; nil after the last.
    ///
    /// - Throws: ``StoreError/corrupt(_:)`` when its rows cannot be read; it can be passed over by its number then.
    func caseRecord(after number: CaseNumber?) async throws(StoreError) -> CaseRecord?

    /// The number behind another one; nil after the last.
    func caseNumber(after number: CaseNumber?) async throws(StoreError) -> CaseNumber?
}
