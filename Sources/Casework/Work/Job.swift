package import TransferCore
package import TransferDocuments

package typealias JobID = Int64

/// The same done to many cases: what, to which, for whom, and how far it has come. It goes on after a restart.
///
///     proposing -> waiting -> running -> done        where a second person is needed
///                     +-----> declined
///     running -> done                                where none is
///
/// While it is proposing or running it can be paused.
package struct Job: Hashable, Sendable {
    package let id: JobID
    package let work: Work
    /// The form of the action as it was entered; empty for work that needs none.
    package let bytes: [UInt8]
    package let maker: String
    package let account: String
    package let at: Instant
    /// How many cases there are in it.
    package let total: Int
    /// How many of them are finished.
    package let finished: Int
    package let state: State
    /// Who approved it; nil before, and where nobody has to.
    package let checker: String?

    /// What is done to each case.
    package enum Work: String, Hashable, Sendable, CaseIterable {
        /// The outbox tries the documents of the case now.
        case resend
        /// The action of the form.
        case action
    }

    /// The published names of where a job stands.
    package enum State: String, Hashable, Sendable, CaseIterable {
        case proposing
        case waiting
        case running
        case paused
        case declined
        case done
    }

    package init(
        id: JobID, work: Work, bytes: [UInt8], maker: String, account: String, at: Instant, total: Int, finished: Int,
        state: State, checker: String?
    ) {
        self.id = id
        self.work = work
        self.bytes = bytes
        self.maker = maker
        self.account = account
        self.at = at
        self.total = total
        self.finished = finished
        self.state = state
        self.checker = checker
    }

    /// No job has more cases.
    package static let most = 5_000
}

/// One case of a job.
package struct JobItem: Hashable, Sendable {
    /// 1, 2, 3 …
    package let place: Int
    package let number: CaseNumber
    /// The version of the case when the job was made: a case that has moved since is left alone.
    package let version: Int
    /// The proposal that was made for it.
    package let proposal: ProposalID?
    package let result: Result?

    /// What it came to.
    package struct Result: Hashable, Sendable {
        package let outcome: Outcome
        /// Why it was skipped or failed; nil otherwise.
        package let why: String?
        package let at: Instant

        package init(_ outcome: Outcome, why: String? = nil, at: Instant) {
            self.outcome = outcome
            self.why = why
            self.at = at
        }
    }

    /// The published names.
    package enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The case has moved.
        case done
        /// It was left to somebody who tries at once, and tells when it succeeds: the outbox.
        case queued
        /// The case has moved on since the job was made.
        case skipped
        /// The case does not allow it.
        case refused
    }

    package init(place: Int, number: CaseNumber, version: Int, proposal: ProposalID?, result: Result?) {
        self.place = place
        self.number = number
        self.version = version
        self.proposal = proposal
        self.result = result
    }
}

/// A job that is not stored yet.
package struct NewJob: Hashable, Sendable {
    package let work: Job.Work
    package let bytes: [UInt8]
    package let maker: String
    package let account: String
    package let at: Instant
    package let items: [Item]
    package let state: Job.State

    package struct Item: Hashable, Sendable {
        package let number: CaseNumber
        package let version: Int

        package init(number: CaseNumber, version: Int) {
            self.number = number
            self.version = version
        }
    }

    package init(
        work: Job.Work, bytes: [UInt8], maker: String, account: String, at: Instant, items: [Item], state: Job.State
    ) {
        self.work = work
        self.bytes = bytes
        self.maker = maker
        self.account = account
        self.at = at
        self.items = items
        self.state = state
    }
}

/// A change of a job's state, with who made it.
package struct JobMove: Hashable, Sendable {
    package let state: Job.State
    /// The agency's number of the person; nil for the node itself.
    package let person: String?
    package let text: String?
    package let at: Instant

    package init(_ state: Job.State, by person: String?, text: String? = nil, at: Instant) {
        self.state = state
        self.person = person
        self.text = text
        self.at = at
    }
}

extension Job {
    /// What the approval of a whole job names: the action, and every case with the version on which its proposal rests.
    package func digest(of items: [JobItem]) -> DocumentDigest {
        var text = "jiexu-job/1\n\(id)\n\(work.rawValue)\n\(DocumentDigest(of: bytes).text)\n"
        for item in items where item.proposal != nil { text += "\(item.number) \(item.version)\n" }
        return DocumentDigest(of: Array(text.utf8))
    }
}
