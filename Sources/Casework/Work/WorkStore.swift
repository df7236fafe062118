package import TransferCore

/// The port of what people do: decisions that wait for a second person, who sees to which case, and jobs over many cases.
/// Rows are only added. When a call that writes returns, what it wrote is on disk.
package protocol WorkStore: Sendable {
    // Proposals

    /// Keeps a proposal. The same bytes on the same version of a case by the same person give the one that is open.
    ///
    /// - Throws: ``StoreError/duplicate`` when another person's proposal of the same bytes on the same version is open.
    func keep(_ proposal: NewProposal) async throws(StoreError) -> ProposalID

    /// - Returns: nil when there is none.
    func proposal(_ id: ProposalID) async throws(StoreError) -> Proposal?

    /// Proposals in a state behind another, by their ids; of every state, when none is named.
    func proposals(in state: Proposal.State?, after id: ProposalID, limit: Int) async throws(StoreError) -> [Proposal]

    /// - Throws: ``StoreError/duplicate`` when somebody else was faster.
    func keep(_ verdict: Proposal.Verdict, on id: ProposalID) async throws(StoreError)

    /// The same end once more changes nothing.
    func keep(_ end: Proposal.End, of id: ProposalID) async throws(StoreError)

    /// Keeps that an approval was refused to somebody, and why.
    func keepRefusedApproval(
        of id: ProposalID, to person: String, account: String, why: String, at: Instant
    ) async throws(StoreError)

    // Assignments

    /// Keeps who sees to a case.
    ///
    /// - Parameter expecting: who must see to it until now; nil for nobody. ``AssignmentExpectation/anybody`` asks for nothing.
    /// - Throws: ``StoreError/duplicate`` when it is somebody else.
    func keep(_ assignment: Assignment, expecting: AssignmentExpectation) async throws(StoreError)

    /// - Returns: nil when nobody sees to it.
    func assignment(of number: CaseNumber) async throws(StoreError) -> Assignment?

    /// Everything that was said of who sees to a case, the newest 200, in its order.
    func assignments(of number: CaseNumber) async throws(StoreError) -> [Assignment]

    /// Takes claims back about which nothing was done: each becomes an assignment of nobody, by ``Assignment/idle``. What
    /// somebody was given by another stays with them.
    ///
    /// - Parameter last: claims about which something was done later than then stay.
    /// - Returns: their cases, 500 at most.
    func releaseClaims(idleSince last: Instant, at: Instant) async throws(StoreError) -> [CaseNumber]

    // Jobs

    func keep(_ job: NewJob) async throws(StoreError) -> JobID
    func job(_ id: JobID) async throws(StoreError) -> Job?
    /// The newest first.
    func jobs(limit: Int) async throws(StoreError) -> [Job]
    /// Jobs on which the node has to work, the oldest first.
    func jobsUnderWay() async throws(StoreError) -> [Job]
    func items(of job: JobID, after place: Int, limit: Int) async throws(StoreError) -> [JobItem]
    /// Items without a result; of them those without a proposal only, when asked so.
    func openItems(of job: JobID, unproposed: Bool, limit: Int) async throws(StoreError) -> [JobItem]
    func keep(_ result: JobItem.Result, of place: Int, in job: JobID) async throws(StoreError)
    /// Changes the state of a job that still is in another.
    ///
    /// - Throws: ``StoreError/duplicate`` when it is in another state than that.
    func move(_ job: JobID, from state: Job.State, _ move: JobMove) async throws(StoreError)

    // Looking for what is stuck

    /// Grows with everything that this process has written.
    var writeStamp: Int64 { get }

    /// The numbers, behind one, of cases that may be stuck: ``StalledCase`` says which are.
    ///
    /// - Parameter today: cases whose due day lies before it are among them.
    func stalledCandidates(today: CivilDate, after: CaseNumber?, limit: Int) async throws(StoreError) -> [CaseNumber]

    /// Live cases whose due day lies within some days, by day.
    func casesDue(from: CivilDate, through: CivilDate, limit: Int) async throws(StoreError) -> [CaseListEntry]

    // Figures

    /// The weeks from a Monday on in which a case was opened or has ended, the oldest first.
    func weekFigures(from monday: CivilDate) async throws(StoreError) -> [WeekFigures]

    /// How open cases stand at a moment, and what the newest ones took.
    func caseFigures(at now: Instant) async throws(StoreError) -> CaseFigures
}

/// Who must see to a case before it is given to another.
package enum AssignmentExpectation: Hashable, Sendable {
    case anybody
    case nobody
    case person(String)
}
