/// Why an application or a document was refused, returned, held or only partly carried out: a closed list with stable
/// codes (不予受理、退回等的原因).
///
/// The code is what databases, documents and partners keep; the case name is for the reader of the source. The sentence
/// for people and what they can do next are in ``Reason/sentence`` and ``Reason/nextStep``. Every refusal and return
/// carries exactly one reason; when several apply, the first in the order of the deciding rule is given.
///
/// Source: BR-050 and the list of 5.3 in the domain handbook; ``Reason/source`` names the act each case rests on.
package enum Reason: String, CaseIterable, Hashable, Sendable {
    /// Not enrolled at the destination, or no month paid there.
    case notEnrolled = "RJ01"
    /// Already draws a pension.
    case drawsPension = "RJ02"
    /// Enrolled away from home at 50 (men) or 40 (women) or later.
    case enrolledLateAwayFromHome = "RJ03"
    /// The account at the origin is temporary and may only be gathered.
    case originAccountTemporary = "RJ04"
    /// Origin and destination lie in one province.
    case sameProvince = "RJ05"
    /// Name or identity number differ between the two agencies.
    case identityDiffers = "RJ06"
    /// The origin has no record of the person.
    case noRecordAtOrigin = "RJ07"
    /// The person is still insured at the origin.
    case activeAtOrigin = "RJ08"
    /// Arrears neither paid nor waived; they do not stand in the way of the rest.
    case arrearsOpen = "RJ09"
    /// Back payment of three years or more without the papers it needs.
    case backPaymentWithoutPapers = "RJ10"
    /// Another case for the same person and origin is under way.
    case caseUnderWay = "RJ11"
    /// The person has died.
    case deceased = "RJ12"
    /// A court, a creditor or an open housing loan holds the account.
    case legalHold = "RJ13"
    /// The identity document is expired or unreadable, or shows another person.
    case identityDocumentInvalid = "RJ14"
    /// A paper is missing, or its seal or print is not clear.
    case papersIncomplete = "RJ15"
    /// The relationship was ended and cashed out before 2010.
    case cashedOut = "RJ16"
    /// Housing fund: not sealed at the origin, or too few months at the destination.
    case housingNotReady = "RJ17"
    /// Medical: not stopped, not started, or retired.
    case medicalNotReady = "RJ18"
    /// The person's own contribution of the current month is not settled.
    case currentMonthUnsettled = "RJ19"
    /// Records under two names or accounts are not merged.
    case recordsNotMerged = "RJ20"
    /// One of the regions cannot send or take this fund.
    case fundNotAccepted = "RJ21"
    /// The acceptance letter lacks a mandatory field.
    case letterIncomplete = "RJ22"

    /// The published code, `RJ01` to `RJ22`.
    package var code: String { rawValue }

    /// - Returns: nil when the list has no such code.
    package init?(code: String) { self.init(rawValue: code) }
}

extension Reason: CustomStringConvertible {
    package var description: String { rawValue }
}

extension Reason {
    /// Which side of a case may give a reason.
    package enum Side: Hashable, Sendable {
        case destination
        case origin
        case either
    }

    /// What a reason does to the case or the leg it is given for.
    package enum Consequence: Hashable, Sendable {
        /// Terminal, in writing, with the way to apply again.
        case refusal
        /// The document goes back to be corrected and sent again.
        case returned
        /// The contributions go on in a temporary account; nothing moves now.
        case temporaryAccount
        /// Only the record changes hands; no money moves.
        case recordChange
        /// The part that meets the rules moves, the rest stays.
        case partial
        /// The insurance relationship ends.
        case end
        /// The case stands still until the hold is lifted.
        case hold
        /// The applicant adds or renews a paper.
        case supplement
        /// The leg waits until the missing condition is met.
        case wait
        /// The balance is paid to the person's own bank account.
        case payout
        /// It is told and recorded; the case goes on.
        case notice
    }

    package var raisedBy: Side {
        switch self {
        case .notEnrolled, .enrolledLateAwayFromHome, .sameProvince, .caseUnderWay, .identityDocumentInvalid,
            .papersIncomplete:
            .destination
        case .originAccountTemporary, .noRecordAtOrigin, .activeAtOrigin, .arrearsOpen, .backPaymentWithoutPapers,
            .legalHold, .cashedOut, .currentMonthUnsettled, .recordsNotMerged, .letterIncomplete:
            .origin
        case .drawsPension, .identityDiffers, .deceased, .housingNotReady, .medicalNotReady, .fundNotAccepted:
            .either
        }
    }

    /// For ``medicalNotReady`` the leg waits; a retired person is refused (see ``MedicalFacts/decide()``).
    package var consequence: Consequence {
        switch self {
        case .notEnrolled, .drawsPension, .caseUnderWay: .refusal
        case .enrolledLateAwayFromHome: .temporaryAccount
        case .sameProvince: .recordChange
        case .originAccountTemporary, .identityDiffers, .noRecordAtOrigin, .activeAtOrigin, .cashedOut,
            .letterIncomplete:
            .returned
        case .backPaymentWithoutPapers: .partial
        case .deceased: .end
        case .legalHold: .hold
        case .identityDocumentInvalid, .papersIncomplete: .supplement
        case .housingNotReady, .medicalNotReady, .currentMonthUnsettled, .recordsNotMerged: .wait
        case .fundNotAccepted: .payout
        case .arrearsOpen: .notice
        }
    }
}
