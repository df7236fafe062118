/// Bugs that the simulation can plant into what stands around a desk, never into the desk itself: the control that shows
/// that the checks see something. The names are those of `jiexu simulate --mutant`.
package enum PlantedBug: String, Hashable, Sendable, CaseIterable {
    case acknowledgesBeforeSync = "acknowledges-before-sync"
    case takesTornRecord = "takes-torn-record"
    case noVersionCheck = "no-version-check"
    case noBankReference = "no-bank-reference"
    case twoLiveCases = "two-live-cases"
    case forgetsOutbox = "forgets-outbox"
    case forgetsEffect = "forgets-effect"
    case forgetsIdempotency = "forgets-idempotency"
    case losesEvent = "loses-event"
    case halvedPostings = "halved-postings"
    case ordersAgain = "orders-again"
    case ordersTwice = "orders-twice"
    case receiptBeforeCommit = "receipt-before-commit"
    case anotherReceipt = "another-receipt"
    case swallowsDuplicates = "swallows-duplicates"
    case dropsReceipts = "drops-receipts"
    case acceptsAnyKey = "accepts-any-key"
    case putsAwayUnread = "puts-away-unread"
    case servesWithoutLook = "serves-without-look"
    case acceptsOlderHead = "accepts-older-head"
    case hidesConflicts = "hides-conflicts"

    /// What is wrong, in one line.
    package var words: String {
        switch self {
        case .acknowledgesBeforeSync: "the store acknowledges a write before it is on the disk"
        case .takesTornRecord: "the store takes a torn record for a whole one when it is opened again"
        case .noVersionCheck: "the store writes a step that was decided on another version"
        case .noBankReference: "the store takes a bank reference twice"
        case .twoLiveCases: "the store lets a person have two live cases with one origin"
        case .forgetsOutbox: "the store forgets now and then that a document waits for its receipt"
        case .forgetsEffect: "the store forgets that records are to be checked"
        case .forgetsIdempotency: "the store does not keep the key of an application"
        case .losesEvent: "the store loses the last of several events of a step"
        case .halvedPostings: "the store books half of every amount"
        case .ordersAgain: "after a crash the store gives orders a message once more"
        case .ordersTwice: "an order file is put into the bank's folder under two message ids"
        case .receiptBeforeCommit: "a receipt leaves before the document is written"
        case .anotherReceipt: "the same bytes get another receipt the second time"
        case .swallowsDuplicates: "a document that is known already is answered by a problem"
        case .dropsReceipts: "no receipt of one agency arrives anywhere"
        case .acceptsAnyKey: "the directory lists a key that an intruder holds"
        case .putsAwayUnread: "a file of the bank is put away before it was taken, now and then"
        case .servesWithoutLook: "a node that was restored from a backup serves before it has asked its peers"
        case .acceptsOlderHead: "a witness takes any head, also an older one"
        case .hidesConflicts: "a witness keeps no evidence of two histories"
        }
    }
}
