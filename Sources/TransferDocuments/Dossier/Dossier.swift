package import TransferCore

/// What a dossier (业务档案) is made from: all that a node has of one case, as plain values.
///
/// A dossier is one file per case that a stranger can check offline, with nothing but the trust anchors: documents,
/// receipts, the directory with the certificates, the history and the postings. `contracts/dossier.md` tells how.
package struct Dossier: Sendable {
    package let caseNumber: CaseNumber
    /// The side on which the exporting agency stands.
    package let role: Role
    package let origin: AgencyCode
    package let destination: AgencyCode
    /// The branches that are paid out in this case.
    package let payouts: [Branch]
    /// The published name of the phase in which the case is: that of its leading leg.
    package let phase: String
    /// In the order in which the exporting agency committed them; both directions.
    package let documents: [SignedDocument]
    /// The application as it was lodged; nil at the origin.
    package let application: [UInt8]?
    package let events: [Event]
    package let postings: [Posting]
    /// That all this stands in the log of the exporting agency; nil for a dossier without that.
    package let log: DossierLog?

    /// A document as it was signed, with its receipt as far as there is one.
    package struct SignedDocument: Hashable, Sendable {
        package let bytes: [UInt8]
        package let receipt: [UInt8]?

        package init(bytes: [UInt8], receipt: [UInt8]?) {
            self.bytes = bytes
            self.receipt = receipt
        }
    }

    /// One event of the history.
    package struct Event: Hashable, Sendable {
        package let branch: Branch
        /// The published name.
        package let name: String
        /// The code of a reason, a bounce, a difference, or of what is asked, answered, recalled or chosen; nil for
        /// events that have none.
        package let code: String?
        /// Since 1970-01-01T00:00:00Z.
        package let atMilliseconds: Int64
        /// Who or what caused it: `policy:straight-through`, `peer:440300`, `bank`, `clock`, `token:NAME`.
        package let actor: String
        /// The digest of the document or application, or the bank reference, that caused it; nil for none.
        package let cause: String?
        /// JSON that belongs to the event: a changed application, another account; nil for none.
        package let attachment: [UInt8]?

        package init(
            branch: Branch, name: String, code: String?, atMilliseconds: Int64, actor: String, cause: String?,
            attachment: [UInt8]? = nil
        ) {
            self.branch = branch
            self.name = name
            self.code = code
            self.atMilliseconds = atMilliseconds
            self.actor = actor
            self.cause = cause
            self.attachment = attachment
        }
    }

    package init(
        caseNumber: CaseNumber, role: Role, origin: AgencyCode, destination: AgencyCode, payouts: [Branch],
        phase: String, documents: [SignedDocument], application: [UInt8]?, events: [Event], postings: [Posting],
        log: DossierLog? = nil
    ) {
        self.caseNumber = caseNumber
        self.role = role
        self.origin = origin
        self.destination = destination
        self.payouts = payouts
        self.phase = phase
        self.documents = documents
        self.application = application
        self.events = events
        self.postings = postings
        self.log = log
    }
}

/// The names of the members of a dossier, in the order in which they stand in the file.
enum DossierMember {
    static let manifest = "manifest.jws"
    static let directory = "directory.jws"
    static let caseFile = "case.json"
    static let events = "events.json"
    static let postings = "postings.json"
    static let application = "application.json"
    static let log = "log.json"

    /// Documents are numbered from 1 in the order in which the exporting agency committed them.
    static func document(_ number: Int) -> String { "documents/\(fourDigits(number)).jws" }

    /// A receipt has the number of its document.
    static func receipt(_ number: Int) -> String { "receipts/\(fourDigits(number)).jws" }

    /// An attachment has the number of its event, counted from 1.
    static func attachment(_ number: Int) -> String { "attachments/\(fourDigits(number)).json" }

    /// No dossier has more documents, and no case more events.
    static let most = 9_999

    private static func fourDigits(_ number: Int) -> String {
        String(repeating: "0", count: max(0, 4 - String(number).utf8.count)) + String(number)
    }
}
