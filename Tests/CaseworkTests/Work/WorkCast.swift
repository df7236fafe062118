import Casework
import Store
import Synchronization
import Testing
import TransferCore
import TransferDocuments

/// The people of Weifang's agency. Wang prepares, and has two accounts; Li and Zhao check; Sun supervises.
enum Colleague {
    static let wang = caller("0107", "王工", [.clerk, .resolver, .checker], "window-2")
    /// The same person with another account.
    static let wangElsewhere = caller("0107", "王工", [.clerk, .resolver, .checker], "office-9")
    static let li = caller("0201", "李工", [.checker], "check-1")
    static let zhao = caller("0202", "赵工", [.clerk], "window-3")
    static let sun = caller("0301", "孙工", [.supervisor], "chief")
    static let zhou = caller("0401", "周工", [.auditor], "audit")

    static let all = [wang, li, zhao, sun, zhou].map(\.member)

    private static func caller(
        _ person: String, _ name: String, _ duties: Set<StaffDuty>, _ account: String
    ) -> StaffCaller {
        guard let member = StaffMember(person: person, name: name, duties: duties) else {
            preconditionFailure("\(person) is a number")
        }
        return StaffCaller(member: member, account: account)
    }
}

extension PairNode {
    /// The desk at which its people work.
    func work(_ wrap: (any WorkStore) -> any WorkStore = { $0 }) -> WorkDesk {
        WorkDesk(desk: desk, store: wrap(realStore), staff: Colleague.all, deliverNow: { _ in })
    }
}

extension StaffAction {
    func form(_ text: String = "如所附。") throws -> [UInt8] { try StaffActionForm.write(self, text: text) }
}

/// The fault that something throws; nil when it throws none.
func workFault<Value>(_ act: () async throws(WorkFault) -> Value) async -> WorkFault? {
    do throws(WorkFault) {
        _ = try await act()
        return nil
    } catch {
        return error
    }
}

/// A store of people's work in front of which the process dies at one of its writes.
struct FaultyWork: WorkStore {
    let base: any WorkStore
    let writes: Writes
    /// The write at which it dies, 1, 2, 3 …; before anything is written, or after.
    let death: Int
    let isAfter: Bool

    var writeStamp: Int64 { base.writeStamp }

    final class Writes: Sendable {
        private let count = Mutex(0)
        func next() -> Int {
            count.withLock { count in
                count += 1; return count
            }
        }
        var made: Int { count.withLock { $0 } }
    }

    private func write<Value>(_ body: () async throws(StoreError) -> Value) async throws(StoreError) -> Value {
        let number = writes.next()
        guard number >= death else { return try await body() }
        if number == death, isAfter { _ = try? await body() }
        throw .unavailable("the process has died")
    }

    func keep(_ proposal: NewProposal) async throws(StoreError) -> ProposalID {
        try await write { () throws(StoreError) in try await base.keep(proposal) }
    }
    func proposal(_ id: ProposalID) async throws(StoreError) -> Proposal? { try await base.proposal(id) }
    func proposals(
        in state: Proposal.State?, after id: ProposalID, limit: Int
    ) async throws(StoreError) -> [Proposal] { try await base.proposals(in: state, after: id, limit: limit) }
    func keep(_ verdict: Proposal.Verdict, on id: ProposalID) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.keep(verdict, on: id) }
    }
    func keep(_ end: Proposal.End, of id: ProposalID) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.keep(end, of: id) }
    }
    func keepRefusedApproval(
        of id: ProposalID, to person: String, account: String, why: String, at: Instant
    ) async throws(StoreError) {
        try await write { () throws(StoreError) in
            try await base.keepRefusedApproval(of: id, to: person, account: account, why: why, at: at)
        }
    }
    func keep(_ assignment: Assignment, expecting: AssignmentExpectation) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.keep(assignment, expecting: expecting) }
    }
    func assignment(of number: CaseNumber) async throws(StoreError) -> Assignment? {
        try await base.assignment(of: number)
    }
    func assignments(of number: CaseNumber) async throws(StoreError) -> [Assignment] {
        try await base.assignments(of: number)
    }
    func releaseClaims(idleSince last: Instant, at: Instant) async throws(StoreError) -> [CaseNumber] {
        try await write { () throws(StoreError) in try await base.releaseClaims(idleSince: last, at: at) }
    }
    func keep(_ job: NewJob) async throws(StoreError) -> JobID {
        try await write { () throws(StoreError) in try await base.keep(job) }
    }
    func job(_ id: JobID) async throws(StoreError) -> Job? { try await base.job(id) }
    func jobs(limit: Int) async throws(StoreError) -> [Job] { try await base.jobs(limit: limit) }
    func jobsUnderWay() async throws(StoreError) -> [Job] { try await base.jobsUnderWay() }
    func items(of job: JobID, after place: Int, limit: Int) async throws(StoreError) -> [JobItem] {
        try await base.items(of: job, after: place, limit: limit)
    }
    func openItems(of job: JobID, unproposed: Bool, limit: Int) async throws(StoreError) -> [JobItem] {
        try await base.openItems(of: job, unproposed: unproposed, limit: limit)
    }
    func keep(_ result: JobItem.Result, of place: Int, in job: JobID) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.keep(result, of: place, in: job) }
    }
    func move(_ job: JobID, from state: Job.State, _ move: JobMove) async throws(StoreError) {
        try await write { () throws(StoreError) in try await base.move(job, from: state, move) }
    }
    func stalledCandidates(
        today: CivilDate, after: CaseNumber?, limit: Int
    ) async throws(StoreError) -> [CaseNumber] {
        try await base.stalledCandidates(today: today, after: after, limit: limit)
    }
    func casesDue(
        from: CivilDate, through: CivilDate, limit: Int
    ) async throws(StoreError) -> [CaseListEntry] {
        try await base.casesDue(from: from, through: through, limit: limit)
    }
    func weekFigures(from monday: CivilDate) async throws(StoreError) -> [WeekFigures] {
        try await base.weekFigures(from: monday)
    }
    func caseFigures(at now: Instant) async throws(StoreError) -> CaseFigures {
        try await base.caseFigures(at: now)
    }
}
