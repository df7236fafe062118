import Casework
import TransferCore
import TransferDocuments

/// One write of a node's log of heads: its own, and what it holds of others.
enum HeadWrite: Sendable {
    case own(SignedTreeHead)
    case note(LogNote)
    case missing(SignedTreeHead)
    case peer(SignedTreeHead, after: SignedTreeHead?)
    case shown(SignedTreeHead)
    case settled(SignedTreeHead)
    case conflict(HeadConflict)

    /// A fingerprint for the journal and the leaf.
    var mark: String {
        switch self {
        case .own(let head): "own \(head.head.size)"
        case .note(let note): "note \(note.at.milliseconds) \(note.fact)"
        case .missing(let head): "missing \(head.head.size)"
        case .peer(let head, _): "peer \(head.head.agency) \(head.head.size)"
        case .shown(let head): "shown \(head.head.agency) \(head.head.size)"
        case .settled(let head): "settled \(head.head.agency) \(head.head.size)"
        case .conflict(let conflict): "conflict \(conflict.kind.rawValue) \(conflict.agency)"
        }
    }

    var isNote: Bool { if case .note = self { true } else { false } }

    var needsOpenGate: Bool {
        switch self {
        case .own: true
        case .note(let note): note.kind != .loss
        case .missing, .peer, .shown, .settled, .conflict: false
        }
    }
}

/// The heads that a simulated store keeps.
struct HeadTables {
    private(set) var epoch = 1
    /// Of this epoch, in the order of their sizes.
    private(set) var own: [SignedTreeHead] = []
    private(set) var notes: [LogNote] = []
    private(set) var missing: [SignedTreeHead] = []
    /// By agency, in the order in which they were taken.
    private(set) var peers: [AgencyCode: [SignedTreeHead]] = [:]
    private(set) var shown: [SignedTreeHead] = []
    private(set) var conflicts: [HeadConflict] = []

    /// Whether a write keeps what the port promises.
    func check(_ write: HeadWrite, _ flaws: Set<PlantedBug>) throws(StoreError) {
        switch write {
        case .own(let head):
            guard head.head.epoch == epoch else { throw .caseMovedOn }
            if let newest = own.last, newest.head.atMilliseconds >= head.head.atMilliseconds { throw .caseMovedOn }
        case .peer(let head, let last):
            guard newest(of: head.head.agency) == last || flaws.contains(.acceptsOlderHead) else {
                throw .caseMovedOn
            }
        case .note, .missing, .shown, .settled, .conflict: return
        }
    }

    mutating func apply(_ write: HeadWrite) {
        switch write {
        case .own(let head): own.append(head)
        case .note(let note):
            notes.append(note)
            if case .loss(let begins, _) = note.fact {
                epoch = begins
                own = []
            }
        case .missing(let head): if !missing.contains(head) { missing.append(head) }
        case .peer(let head, _): peers[head.head.agency, default: []].append(head)
        case .shown(let head):
            let open = shown.count { $0.head.agency == head.head.agency }
            if open < HeadExchange.mostHeld, !shown.contains(head) { shown.append(head) }
        case .settled(let head): shown.removeAll { $0.head == head.head }
        case .conflict(let conflict): conflicts.append(conflict)
        }
    }

    func newest(of agency: AgencyCode) -> SignedTreeHead? {
        peers[agency]?.max { ($0.head.epoch, $0.head.size) < ($1.head.epoch, $1.head.size) }
    }

    func isKnown(_ conflict: HeadConflict) -> Bool {
        conflicts.contains { $0.kind == conflict.kind && $0.shown == conflict.shown && $0.held == conflict.held }
    }
}
