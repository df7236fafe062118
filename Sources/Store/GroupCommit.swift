import Casework
import Glibc
import Synchronization

/// Puts what many callers want written into shared transactions, and lets all of them go on after the one commit.
///
/// Whatever has gathered while the last transaction was on its way to disk becomes the next one. The jobs run one after
/// the other; if one of them fails after it has written something, all is rolled back and run again with a savepoint
/// around each, so that it alone is undone. A job may therefore run twice, and must not keep anything outside the
/// database before it is told that it was committed, but for hints (``CaseRows``).
final class GroupCommit: Sendable {
    private let database: any SQLDatabase
    private let state: Mutex<State>
    /// Told false when something may be in the database of which nobody was told, and true when what it holds is settled.
    private let isSettled: @Sendable (Bool) -> Void
    /// Gets what each transaction has left to be done.
    private let fresh: FreshWork
    /// What this process is among those that write to the database; nil where it is alone.
    private let membership: Membership?
    private let caseRows = CaseRows()

    /// Jobs that may wait; beyond them a caller is refused.
    private static let queueLimit = 4_096
    /// Jobs in one transaction.
    private static let batchLimit = 128
    /// A busy writer waits so long for more jobs before it begins a transaction: each transaction writes the last page of
    /// every table and index that it touches, and a sync, however few jobs it has.
    private static let gatherMicroseconds: UInt32 = 3_000
    /// A writer is busy whose last transaction had so many jobs. One who is alone is never waited with.
    private static let busyFrom = 4

    private struct State {
        var waiting: [any WriteJob] = []
        var isDraining = false
        /// How many jobs the last transaction had.
        var lastCount = 0
        var commits: Int64 = 0
        var microseconds: Int64 = 0
        /// Why nothing is written any more; nil while all is well.
        var stopped: String?
        /// Which opening of the connection the last transaction was written on; nil when it is unknown what became of it.
        var settledOn: Int?
        /// Whether the connection was lost, and no transaction has begun to write since.
        var isLost = false
        /// The newest leaf of which somebody was told; nil for none yet.
        var newestLeaf: Int64?
    }

    init(
        database: any SQLDatabase, fresh: FreshWork = FreshWork(), membership: Membership? = nil,
        isSettled: @escaping @Sendable (Bool) -> Void = { _ in }
    ) {
        self.database = database
        self.fresh = fresh
        self.membership = membership
        self.isSettled = isSettled
        state = Mutex(State())
    }

    /// Why nothing is written any more: the disk failed, or the file is corrupt. The process should end, and look at the
    /// file again when it starts: what fails once may seem to succeed the next time.
    var stopped: String? { state.withLock { $0.stopped } }

    /// Whether somebody who reads could see what nobody was told of, and what could still be lost: a server that comes back
    /// shows commits that were not acknowledged.
    var isLost: Bool { state.withLock { $0.isLost } }

    /// How many transactions were committed.
    var commits: Int64 { state.withLock { $0.commits } }

    /// The CPU time that the writing thread has used for them.
    var microseconds: Int64 { state.withLock { $0.microseconds } }

    /// Queues the work and returns when it is on disk.
    ///
    /// - Parameters:
    ///   - work: runs inside a transaction, perhaps twice.
    ///   - committed: runs after the commit, before the caller goes on.
    @discardableResult
    func perform<Value: Sendable>(
        _ work: @escaping @Sendable (StoreTransaction) throws -> Value,
        committed: @escaping @Sendable (Value) -> Void = { _ in }
    ) async throws(StoreError) -> Value {
        let outcome: Result<Value, StoreError> = await withCheckedContinuation { continuation in
            enqueue([Job(work: work, committed: committed) { continuation.resume(returning: $0) }])
        }
        return try outcome.get()
    }

    /// Work for the database, and what is done after its commit, as ``perform(_:committed:)`` takes them.
    struct Work<Value: Sendable>: Sendable {
        let work: @Sendable (StoreTransaction) throws -> Value
        let committed: @Sendable (Value) -> Void
    }

    /// Queues several pieces of work, each of which stands or fails by itself, and returns when all of them are on disk or
    /// refused: the caller is woken once.
    ///
    /// - Returns: what became of each, in their order.
    func perform<Value: Sendable>(_ pieces: [Work<Value>]) async -> [Result<Value, StoreError>] {
        guard !pieces.isEmpty else { return [] }
        return await withCheckedContinuation { continuation in
            let answers = Answers<Value>(count: pieces.count) { continuation.resume(returning: $0) }
            enqueue(
                pieces.enumerated().map { place, piece in
                    Job(work: piece.work, committed: piece.committed) { answers.set(place, $0) }
                })
        }
    }

    private func enqueue(_ jobs: [any WriteJob]) {
        if let membership, let why = membership.fencedBecause {
            membership.note(fencedWrites: jobs.count)
            for job in jobs { job.fail(.unavailable(why)) }
            return
        }
        let (refusal, mustDrain): (StoreError?, Bool) = state.withLock { state in
            if let stopped = state.stopped { return (.corrupt(stopped), false) }
            guard state.waiting.count + jobs.count <= GroupCommit.queueLimit else {
                return (.unavailable("too many writes are waiting"), false)
            }
            state.waiting += jobs
            defer { state.isDraining = true }
            return (nil, !state.isDraining)
        }
        if let refusal { for job in jobs { job.fail(refusal) } }
        if mustDrain { scheduleDrain() }
    }

    private func scheduleDrain() {
        database.write { [self] connection in
            switch connection {
            case .success(let connection):
                let before = ThreadUsage.microseconds
                drain(on: connection)
                let spent = ThreadUsage.microseconds - before
                state.withLock { $0.microseconds += spent }
            case .failure(let fault): refuseAll(StoreError(fault))
            }
        }
    }

    private func drain(on connection: any SQLConnection) {
        while true {
            if isGathering { usleep(GroupCommit.gatherMicroseconds) }
            let batch: [any WriteJob] = state.withLock { state in
                let batch = Array(state.waiting.prefix(GroupCommit.batchLimit))
                state.waiting.removeFirst(batch.count)
                if batch.isEmpty { state.isDraining = false } else { state.lastCount = batch.count }
                return batch
            }
            guard !batch.isEmpty else { return }
            if let stopped {
                for job in batch { job.fail(.corrupt(stopped)) }
            } else {
                write(batch, on: connection)
            }
        }
    }

    /// Whether the next transaction waits a little: while so many jobs are under way that more will come at once.
    private var isGathering: Bool {
        state.withLock { state in
            state.lastCount >= GroupCommit.busyFrom && state.waiting.count < 2 * state.lastCount
                && state.stopped == nil
        }
    }

    private func refuseAll(_ error: StoreError) {
        let jobs: [any WriteJob] = state.withLock { state in
            defer {
                state.waiting = []
                state.isDraining = false
            }
            return state.waiting
        }
        for job in jobs { job.fail(error) }
    }

    private func write(_ batch: [any WriteJob], on connection: any SQLConnection) {
        if let shortage = database.shortage() {
            for job in batch { job.fail(.unavailable(shortage)) }
            return
        }
        let transaction: StoreTransaction
        do {
            if let whole = try run(batch, on: connection, withSavepoints: false) {
                transaction = whole
            } else {
                transaction = try runOneByOne(batch, on: connection)
            }
        } catch {
            // Nothing of the batch is committed: it failed before the commit, for all.
            connection.rollBack()
            if error.kind == .lost { unsettle(isLost: true) }
            if error.kind == .fenced {
                membership?.fence(error.message)
                membership?.note(fencedWrites: batch.count)
            }
            stopIfBroken(error)
            for job in batch { job.fail(StoreError(error)) }
            return
        }
        commit(batch, transaction)
    }

    /// Runs the jobs in a new transaction, each with a savepoint before it, and leaves it open.
    private func runOneByOne(
        _ batch: [any WriteJob], on connection: any SQLConnection
    ) throws(SQLFault) -> StoreTransaction {
        guard let transaction = try run(batch, on: connection, withSavepoints: true) else {
            preconditionFailure("with savepoints no job undoes the others")
        }
        return transaction
    }

    /// Runs the jobs in a new transaction, and leaves it open.
    ///
    /// - Returns: nil when a job failed halfway and there were no savepoints, and it is perhaps not known which; nothing is
    ///   left of the transaction.
    private func run(
        _ batch: [any WriteJob], on connection: any SQLConnection, withSavepoints: Bool
    ) throws(SQLFault) -> StoreTransaction? {
        try connection.beginWriting()
        try settle(on: connection)
        let standing = try membership?.standing(on: connection)
        let transaction = StoreTransaction(connection, caseRows, isHasty: !withSavepoints)
        for job in batch {
            if standing?.allows(job.claim) == false {
                job.fence()
                continue
            }
            if withSavepoints { try connection.run("SAVEPOINT job") }
            let (before, mark) = (transaction.writtenRows, transaction.mark)
            let fault = job.run(in: transaction)
            if let fault, fault.endsTransaction { throw fault }
            let isHalfDone = job.hasFailed && transaction.writtenRows != before || connection.isSpoiled
            if isHalfDone && !withSavepoints {
                try connection.run("ROLLBACK")
                return nil
            }
            if withSavepoints {
                if connection.isSpoiled { job.revoke() }
                if job.hasFailed { try connection.run("ROLLBACK TO job") }
                try connection.run("RELEASE job")
            }
            if job.hasFailed { transaction.goBack(to: mark) }
        }
        do throws(SQLFault) {
            try transaction.settle()
        } catch {
            if error.endsTransaction { throw error }
            try connection.run("ROLLBACK")
            return nil
        }
        return transaction
    }

    private func commit(_ batch: [any WriteJob], _ transaction: StoreTransaction) {
        let connection = transaction.connection
        do {
            try connection.run("COMMIT")
        } catch {
            connection.rollBack()
            stopIfBroken(error)
            unsettle(isLost: error.kind == .lost)
            let answer = StoreError(commitFault: error)
            for job in batch { job.fail(answer) }
            return
        }
        state.withLock { state in
            state.commits += 1
            state.newestLeaf = transaction.newestLeaf ?? state.newestLeaf
        }
        transaction.hand(to: fresh)
        membership?.note(fencedWrites: batch.count(where: \.isFenced))
        for job in batch { job.noteCommit() }
        for job in batch { job.finish() }
    }

    /// A transaction has begun to write, so that no other is on its way: what the database holds now is settled. After a
    /// new opening of the connection somebody else may have written.
    ///
    /// - Throws: ``SQLFault/Kind/corrupt`` when something is gone of which somebody was told: a server has taken over that
    ///   lacks it. Nothing may be written over its place.
    private func settle(on connection: any SQLConnection) throws(SQLFault) {
        let opening = connection.openings
        let (isNew, newestLeaf) = state.withLock { ($0.settledOn != opening, $0.newestLeaf) }
        if isNew, let newestLeaf {
            let count = try connection.integer(
                "SELECT count(*) FROM audit_leaves WHERE position = $1", [.integer(newestLeaf)])
            guard count == 1 else {
                throw SQLFault(
                    .corrupt,
                    "the database has gone back: leaf \(newestLeaf) of its log was acknowledged and is not there")
            }
        }
        state.withLock { ($0.settledOn, $0.isLost) = (opening, false) }
        if isNew { isSettled(true) }
    }

    private func unsettle(isLost: Bool) {
        state.withLock { state in
            state.settledOn = nil
            state.isLost = state.isLost || isLost
        }
        isSettled(false)
    }

    /// After a fault on any connection: stops for good when the disk or the file cannot be trusted any more.
    func stopIfBroken(_ fault: SQLFault) {
        guard fault.breaksStore else { return }
        state.withLock { $0.stopped = $0.stopped ?? fault.message }
    }
}

/// A piece of work that waits for its commit, and its caller.
private protocol WriteJob: AnyObject, Sendable {
    /// For which claim it was asked for; nil for what belongs to no duty.
    var claim: DutyClaim? { get }
    /// Whether its duty has passed on to another instance.
    var isFenced: Bool { get }
    /// It is not run, as its duty has passed on.
    func fence()
    /// Whether the last run failed; that of the caller only.
    var hasFailed: Bool { get }
    /// - Returns: what the database said when the work failed by it; nil otherwise.
    func run(in transaction: StoreTransaction) -> SQLFault?
    /// The last run is undone, whatever it has returned: it went on after a statement that had failed.
    func revoke()
    func noteCommit()
    func finish()
    func fail(_ error: StoreError)
}

/// Touched by its caller before it is queued, and by the writing thread afterwards.
private final class Job<Value: Sendable>: WriteJob, @unchecked Sendable {
    private let work: @Sendable (StoreTransaction) throws -> Value
    private let committed: @Sendable (Value) -> Void
    private let answer: @Sendable (Result<Value, StoreError>) -> Void
    let claim = DutyClaim.current
    private(set) var isFenced = false
    private var outcome: Result<Value, StoreError> = .failure(.unavailable("not run yet"))

    init(
        work: @escaping @Sendable (StoreTransaction) throws -> Value, committed: @escaping @Sendable (Value) -> Void,
        answer: @escaping @Sendable (Result<Value, StoreError>) -> Void
    ) {
        self.work = work
        self.committed = committed
        self.answer = answer
    }

    var hasFailed: Bool {
        switch outcome {
        case .success: false
        case .failure: true
        }
    }

    func run(in transaction: StoreTransaction) -> SQLFault? {
        do {
            outcome = .success(try work(transaction))
            return nil
        } catch let error as StoreError {
            outcome = .failure(error)
            return nil
        } catch let fault as SQLFault {
            outcome = .failure(StoreError(fault))
            return fault
        } catch {
            outcome = .failure(.unavailable("\(error)"))
            return nil
        }
    }

    func fence() {
        isFenced = true
        outcome = .failure(.unavailable("its duty has passed on to another instance"))
    }

    func revoke() {
        if !hasFailed { outcome = .failure(.corrupt("a statement failed, and what it was for went on")) }
    }

    func noteCommit() {
        if case .success(let value) = outcome { committed(value) }
    }

    func finish() { answer(outcome) }

    func fail(_ error: StoreError) { answer(.failure(error)) }
}

/// What becomes of several pieces of work, told when it is known of all.
private final class Answers<Value: Sendable>: Sendable {
    private let state: Mutex<(answers: [Result<Value, StoreError>?], open: Int)>
    private let tell: @Sendable ([Result<Value, StoreError>]) -> Void

    init(count: Int, _ tell: @escaping @Sendable ([Result<Value, StoreError>]) -> Void) {
        state = Mutex(([Result<Value, StoreError>?](repeating: nil, count: count), count))
        self.tell = tell
    }

    func set(_ place: Int, _ answer: Result<Value, StoreError>) {
        let all: [Result<Value, StoreError>]? = state.withLock { state in
            state.answers[place] = answer
            state.open -= 1
            return state.open == 0 ? state.answers.compactMap(\.self) : nil
        }
        if let all { tell(all) }
    }
}
