import TransferCore
import TransferDocuments

/// Why something that staff asked for was not done. Nothing has moved.
package enum WorkFault: Error, Sendable, CustomStringConvertible {
    case desk(DeskFault)
    case noSuchProposal
    case noSuchJob
    /// The person has no duty that includes this.
    case dutyMissing(Set<StaffDuty>)
    /// Who made it cannot check it, with whatever account (BR-240).
    case samePerson
    /// The approval names other bytes than those that were proposed.
    case digestDiffers
    /// Somebody was faster: where it stands now, and who decided.
    case decidedAlready(String, by: String?)
    /// Another person's proposal of the same is open already.
    case proposedAlready
    /// The case has moved on since: at which version it was seen, and at which it is.
    case movedOn(seen: Int, now: Int)
    /// Somebody else sees to the case.
    case seenToBy(String)
    case noSuchPerson
    /// A job without a case.
    case nothingToDo
    case tooMany(Int)

    package var description: String {
        switch self {
        case .desk(let fault): "\(fault)"
        case .noSuchProposal: "there is no such proposal"
        case .noSuchJob: "there is no such job"
        case .dutyMissing(let duties):
            "this needs the duty \(duties.map(\.rawValue).sorted().joined(separator: " or "))"
        case .samePerson: "who made it cannot check it"
        case .digestDiffers: "the digest is not that of the proposal"
        case .decidedAlready(let state, let person):
            "it is \(state) already" + (person.map { ", by staff:\($0)" } ?? "")
        case .proposedAlready: "the same is proposed already by another person"
        case .movedOn(let seen, let now): "the case has moved on from version \(seen) to \(now)"
        case .seenToBy(let person): "staff:\(person) sees to the case"
        case .noSuchPerson: "no member of staff has this number"
        case .nothingToDo: "no case fits"
        case .tooMany(let count): "\(count) cases are more than a job may have"
        }
    }
}

extension WorkFault {
    init(_ error: StoreError) { self = .desk(.store(error)) }
}
