/// The store could not do what was asked. Nothing was written, unless the case says that this is unknown.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Somebody else committed to the case first: read it again and decide again.
    case caseMovedOn
    /// A live case for the same person and origin exists already.
    case caseUnderWay
    /// What was to be written once is there already: a message, a bank line, an idempotency key.
    case duplicate
    /// The peer signed other bytes for the same place of the same case before, and they were refused.
    case contradicted
    /// The database is busy, or the disk is full; the same may succeed later.
    case unavailable(String)
    /// It is not known whether the commit was carried out: read again by key before answering anybody.
    case outcomeUnknown(String)
    /// What was read is not what was ever written.
    case corrupt(String)

    /// Whether trying the same thing again can succeed.
    package var isTransient: Bool {
        switch self {
        case .caseMovedOn, .unavailable, .outcomeUnknown: true
        case .caseUnderWay, .duplicate, .contradicted, .corrupt: false
        }
    }

    package var description: String {
        switch self {
        case .caseMovedOn: "the case has moved on"
        case .caseUnderWay: "a live case for this person and origin exists"
        case .duplicate: "it is stored already"
        case .contradicted: "other bytes in this place were refused"
        case .unavailable(let why): "the store is unavailable: \(why)"
        case .outcomeUnknown(let why): "the outcome of the commit is unknown: \(why)"
        case .corrupt(let why): "the store is corrupt: \(why)"
        }
    }
}
