import Casework
import Synchronization
import TransferCore
import TransferDocuments

/// The files of the cases that were used last, as the database holds them.
///
/// Every write of this process to a case passes through ``update(_:_:)`` after its commit and before its caller goes on.
/// A file that was read from the database is kept only if no write to its case was committed since the reading began: a
/// reading takes a ticket, and a write takes it away. So what is kept is never older than what a caller was told.
final class CaseCache: Sendable {
    private let limit: Int
    private let state = Mutex(State())

    /// Two generations: when the young one is full it becomes the old one, and what was not used since is forgotten.
    private struct State {
        var young: [CaseNumber: CaseFile] = [:]
        var old: [CaseNumber: CaseFile] = [:]
        var tickets: [CaseNumber: Int] = [:]
        var lastTicket = 0
        var isSettled = true
    }

    init(limit: Int) { self.limit = limit }

    /// The file, or a ticket for reading it.
    enum Found {
        case file(CaseFile)
        case ticket(Int)
    }

    func find(_ number: CaseNumber) -> Found {
        state.withLock { state in
            if let file = state.young[number] { return .file(file) }
            if let file = state.old[number] {
                keep(file, in: &state)
                return .file(file)
            }
            state.lastTicket += 1
            state.tickets[number] = state.lastTicket
            return .ticket(state.lastTicket)
        }
    }

    /// The file, if it is here.
    func known(_ number: CaseNumber) -> CaseFile? { state.withLock { $0.young[number] ?? $0.old[number] } }

    /// Ends a reading.
    /// - Parameter file: what was read; nil when there is no such case, or it could not be read.
    func end(_ ticket: Int, of number: CaseNumber, with file: CaseFile?) {
        state.withLock { state in
            guard state.tickets[number] == ticket else { return }
            state.tickets[number] = nil
            if let file { keep(file, in: &state) }
        }
    }

    /// After a commit to a case: changes the file if it is here.
    /// - Parameter change: the file as it is now; nil to forget it.
    func update(_ number: CaseNumber, _ change: (CaseFile) -> CaseFile?) {
        state.withLock { state in
            state.tickets[number] = nil
            guard let file = state.young.removeValue(forKey: number) ?? state.old[number] else { return }
            state.old[number] = nil
            if let changed = change(file) { keep(changed, in: &state) }
        }
    }

    /// After the first commit to a case: nobody has its file yet.
    func begin(_ file: CaseFile) {
        state.withLock { state in
            state.tickets[file.opening.number] = nil
            keep(file, in: &state)
        }
    }

    /// Forgets every file, and every reading that is under way. While it is not settled what the database holds, nothing
    /// is kept: each file is read.
    func forgetAll(isSettled: Bool) {
        state.withLock { state in
            (state.young, state.old, state.tickets) = ([:], [:], [:])
            state.isSettled = isSettled
        }
    }

    private func keep(_ file: CaseFile, in state: inout State) {
        guard limit > 0, state.isSettled else { return }
        if state.young.count >= (limit + 1) / 2 {
            state.old = state.young
            state.young = [:]
        }
        state.young[file.opening.number] = file
    }
}
