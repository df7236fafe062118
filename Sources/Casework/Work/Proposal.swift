package import TransferCore
package import TransferDocuments

package typealias ProposalID = Int64

/// A decision that one person has prepared and another has to check: the bytes, on which state of the case they rest, and
/// what became of it. What is stored of it is never changed: its state follows from later rows.
///
///     open -> approved -> carried-out
///       |         +-----> void        the case has moved on, or no longer allows it
///       +------> declined             by the checker, with words
///       +------> void
package struct Proposal: Hashable, Sendable {
    package let id: ProposalID
    package let number: CaseNumber
    /// The version of the case on which the decision rests.
    package let version: Int
    /// The published name of the action.
    package let action: String
    /// The form as it was entered.
    package let bytes: [UInt8]
    /// The agency's number of the person who prepared it.
    package let maker: String
    /// The access token with which it came.
    package let account: String
    package let at: Instant
    /// The job that made it; nil for a person's own.
    package let job: JobID?
    package let verdict: Verdict?
    package let end: End?

    /// What a second person said.
    package struct Verdict: Hashable, Sendable {
        package let isApproval: Bool
        package let person: String
        package let account: String
        package let text: String?
        package let at: Instant

        package init(isApproval: Bool, person: String, account: String, text: String?, at: Instant) {
            self.isApproval = isApproval
            self.person = person
            self.account = account
            self.text = text
            self.at = at
        }
    }

    /// What became of it.
    package struct End: Hashable, Sendable {
        package let isCarriedOut: Bool
        /// The version of the case afterwards.
        package let version: Int
        /// Why it is void; nil when it was carried out.
        package let why: String?
        package let at: Instant

        package init(isCarriedOut: Bool, version: Int, why: String?, at: Instant) {
            self.isCarriedOut = isCarriedOut
            self.version = version
            self.why = why
            self.at = at
        }
    }

    /// The published names of where a proposal stands.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case open
        case approved
        case declined
        case carriedOut = "carried-out"
        case void
    }

    package init(
        id: ProposalID, number: CaseNumber, version: Int, action: String, bytes: [UInt8], maker: String,
        account: String, at: Instant, job: JobID?, verdict: Verdict?, end: End?
    ) {
        self.id = id
        self.number = number
        self.version = version
        self.action = action
        self.bytes = bytes
        self.maker = maker
        self.account = account
        self.at = at
        self.job = job
        self.verdict = verdict
        self.end = end
    }
}

extension Proposal {
    package var state: State {
        if let end { return end.isCarriedOut ? .carriedOut : .void }
        guard let verdict else { return .open }
        return verdict.isApproval ? .approved : .declined
    }

    /// What an approval names.
    package var digest: DocumentDigest { DocumentDigest(of: bytes) }

    /// The form, read again.
    ///
    /// - Throws: ``StoreError/corrupt(_:)``: it was read before it was stored.
    package func form() throws(StoreError) -> StaffActionForm {
        do throws(FormFaults) {
            return try StaffActionForm.read(bytes)
        } catch {
            throw .corrupt("the proposal \(id) cannot be read again: \(error)")
        }
    }
}

/// A proposal that is not stored yet.
package struct NewProposal: Hashable, Sendable {
    package let number: CaseNumber
    package let version: Int
    package let action: String
    package let bytes: [UInt8]
    package let maker: String
    package let account: String
    package let at: Instant
    package let job: JobID?

    package init(
        number: CaseNumber, version: Int, action: String, bytes: [UInt8], maker: String, account: String, at: Instant,
        job: JobID? = nil
    ) {
        self.number = number
        self.version = version
        self.action = action
        self.bytes = bytes
        self.maker = maker
        self.account = account
        self.at = at
        self.job = job
    }
}

/// Who sees to a case: the newest row counts.
package struct Assignment: Hashable, Sendable {
    package let number: CaseNumber
    /// The agency's number of the person; nil when nobody sees to it any more.
    package let person: String?
    /// Who has said so.
    package let by: String
    package let at: Instant

    /// Who takes a claim back about which nothing was done: the node itself. No person has a colon in their number.
    package static let idle = "clock:idle"

    package init(number: CaseNumber, person: String?, by: String, at: Instant) {
        self.number = number
        self.person = person
        self.by = by
        self.at = at
    }
}
