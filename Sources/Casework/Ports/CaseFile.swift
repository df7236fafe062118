package import TransferCore
package import TransferDocuments

/// Everything that a node has stored of one case, as read back: its history is the truth, the rest hangs on it.
package struct CaseFile: Sendable {
    package let opening: CaseOpening
    /// In the order in which they were committed; their number is the version of the case.
    package let events: [StoredEvent]
    /// Both directions, in the order in which they were committed here.
    package let documents: [StoredDocument]
    package let orders: [StoredOrder]
    /// Bank lines that were matched to the case.
    package let bankLines: [BankLine]

    package var version: Int { events.count }

    package init(
        opening: CaseOpening, events: [StoredEvent], documents: [StoredDocument], orders: [StoredOrder],
        bankLines: [BankLine]
    ) {
        self.opening = opening
        self.events = events
        self.documents = documents
        self.orders = orders
        self.bankLines = bankLines
    }
}

/// What is fixed when a case is opened at a node.
package struct CaseOpening: Hashable, Sendable {
    package let number: CaseNumber
    package let role: Role
    package let origin: AgencyCode
    package let destination: AgencyCode
    package let residentID: ResidentID
    /// The branches that are paid out in this case.
    package let payouts: [Branch]
    package let openedAt: Instant
    /// The JSON of the application as it was lodged (destination only); a correction is kept with its event.
    package let application: [UInt8]?
    /// Who lodged it: the name of the access token (destination only). Only this one and staff may see the case.
    package let lodgedBy: String?

    package init(
        number: CaseNumber, role: Role, origin: AgencyCode, destination: AgencyCode, residentID: ResidentID,
        payouts: [Branch], openedAt: Instant, application: [UInt8]?, lodgedBy: String?
    ) {
        self.number = number
        self.role = role
        self.origin = origin
        self.destination = destination
        self.residentID = residentID
        self.payouts = payouts
        self.openedAt = openedAt
        self.application = application
        self.lodgedBy = lodgedBy
    }
}

extension CaseOpening {
    /// The code under which this side is a party of the case; a successor goes on under it.
    package var ownCode: AgencyCode { role == .destination ? destination : origin }
    /// The code of the other side.
    package var peerCode: AgencyCode { role == .destination ? origin : destination }
}

/// An event as it is kept for ever: its leg, its published name and at most one published code.
package struct StoredEvent: Hashable, Sendable {
    package let branch: Branch
    package let name: String
    /// The code of a reason, bounce or difference; nil for events that have none.
    package let code: String?
    package let at: Instant
    /// Who or what caused it: `policy:straight-through`, `peer:440300`, `bank`, `clock`, `token:NAME`.
    package let actor: String
    /// The document, bank reference or application digest that caused it; nil for none.
    package let cause: String?
    /// JSON that belongs to the event: a corrected application, a corrected account; nil for none.
    package let attachment: [UInt8]?

    package init(
        branch: Branch, name: String, code: String?, at: Instant, actor: String, cause: String?, attachment: [UInt8]?
    ) {
        self.branch = branch
        self.name = name
        self.code = code
        self.at = at
        self.actor = actor
        self.cause = cause
        self.attachment = attachment
    }
}

/// A document of a case as it is kept for ever: the bytes that were signed.
package struct StoredDocument: Hashable, Sendable {
    package let sender: AgencyCode
    package let recipient: AgencyCode
    /// 1, 2, 3 … per case and sender.
    package let sequence: Int
    package let kind: DocumentKind
    /// SHA-256 of the payload.
    package let digest: DocumentDigest
    /// The compact JWS.
    package let bytes: [UInt8]
    package let at: Instant
    /// The signed receipt of the recipient: given at once for what came in, nil until it is delivered for what goes out.
    package let receipt: [UInt8]?
    /// Whether the recipient refused it.
    package let isRefused: Bool

    package init(
        sender: AgencyCode, recipient: AgencyCode, sequence: Int, kind: DocumentKind, digest: DocumentDigest,
        bytes: [UInt8], at: Instant, receipt: [UInt8]?, isRefused: Bool
    ) {
        self.sender = sender
        self.recipient = recipient
        self.sequence = sequence
        self.kind = kind
        self.digest = digest
        self.bytes = bytes
        self.at = at
        self.receipt = receipt
        self.isRefused = isRefused
    }
}

/// An order to the bank, made once under its key whatever crashes.
package struct StoredOrder: Hashable, Sendable {
    package let key: OrderKey
    package let amount: Money
    package let creditor: BankAccount
    /// The message that carried it to the bank; nil while it waits to be written.
    package let messageID: String?
    package let outcome: Outcome?

    package enum Outcome: Hashable, Sendable {
        case paid(bankReference: String)
        case bounced(BounceReason)
    }

    package init(key: OrderKey, amount: Money, creditor: BankAccount, messageID: String?, outcome: Outcome?) {
        self.key = key
        self.amount = amount
        self.creditor = creditor
        self.messageID = messageID
        self.outcome = outcome
    }
}

/// One line of a bank statement.
package struct BankLine: Hashable, Sendable {
    /// The bank's own reference: unique among all lines of an agency's account.
    package let reference: String
    package let direction: Direction
    package let amount: Money
    /// The end-to-end key that the line carries, as the bank wrote it.
    package let endToEndKey: String
    package let bookedOn: CivilDate
    /// Why the bank gave the money back; nil for an ordinary line.
    package let returnReason: BounceReason?

    package enum Direction: String, Hashable, Sendable {
        case credit
        case debit
    }

    package init(
        reference: String, direction: Direction, amount: Money, endToEndKey: String, bookedOn: CivilDate,
        returnReason: BounceReason?
    ) {
        self.reference = reference
        self.direction = direction
        self.amount = amount
        self.endToEndKey = endToEndKey
        self.bookedOn = bookedOn
        self.returnReason = returnReason
    }
}
