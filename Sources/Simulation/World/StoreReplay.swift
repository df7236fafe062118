package import Casework
import TransferCore
import TransferDocuments

extension Simulation {
    /// Writes everything that a node wrote in a run into another store, through the port, and compares what both give back:
    /// the simulated store promises what a real one does.
    ///
    /// - Returns: every difference, in words; empty when there is none.
    package static func differences(
        of settings: SimulationSettings, node: Int, from store: any NodeStore
    ) async throws -> [String] {
        let world = World(settings)
        await world.run()
        let simulated = SimulatedStore(world.nodes[node].disk, world.nodes[node].quietSurroundings)
        let moment = SimulatedCast.beginning
        for write in world.nodes[node].disk.journal { try await repeated(write, on: store, at: moment) }
        return try await compare(simulated, store)
    }

    private static func repeated(
        _ write: StoreWrite, on store: any NodeStore, at moment: Instant
    ) async throws(StoreError) {
        switch write {
        case .step(let step): try await store.commit(step)
        case .serials(let count, let year): _ = try await store.reserveSerials(count, year: year)
        case .refused(let evidence): try await store.keepRefused(evidence)
        case .delivered(let entry, let receipt, let isRefused, let at):
            try await store.delivered(entry, receipt: receipt, isRefused: isRefused, at: at)
        case .deliveryFailed(let entry, let error):
            try await store.deliveryFailed(entry, code: "other", error: error, at: moment)
        case .effectFailed(let id, let error, let dueAt):
            try await store.effectFailed(id, error: error, dueAt: dueAt)
        case .message(let id, let at, let limit): _ = try await store.assignOrderMessage(id, at: at, limit: limit)
        case .messageWritten(let id, let at): try await store.orderMessageWritten(id, at: at)
        case .lost(let account): try await store.reportLost(account, by: "li.na", at: moment)
        case .unmatched(let line, let why, let posting, let at):
            try await store.keepUnmatched(line, why: why, posting: posting, at: at)
        case .records(let records): try await store.importRecords(records, at: moment)
        // They stand in the port of the log, which a test of its own compares.
        case .heads: break
        }
    }

    private static func compare(_ a: any NodeStore, _ b: any NodeStore) async throws -> [String] {
        var differences: [String] = []
        func check(_ isSame: Bool, _ what: @autoclosure () -> String) {
            if !isSame { differences.append(what()) }
        }
        let list = try await a.caseList(World.everyCase)
        check(try await b.caseList(World.everyCase) == list, "the list of cases")
        for entry in list {
            let number = entry.number
            guard let x = try await a.caseFile(number), let y = try await b.caseFile(number) else {
                differences.append("\(number) is in one store only")
                continue
            }
            check(x.opening == y.opening && x.events == y.events, "\(number): opening or events")
            check(x.documents == y.documents, "\(number): documents")
            check(x.orders == y.orders && x.bankLines == y.bankLines, "\(number): orders or bank lines")
            let (first, second) = (try await a.postings(of: number), try await b.postings(of: number))
            check(first == second, "\(number): postings")
            let (told, known) = (try await a.notices(of: number), try await b.notices(of: number))
            check(told == known, "\(number): notices")
            let (open, waiting) = (try await a.openEffects(of: number), try await b.openEffects(of: number))
            check(open == waiting, "\(number): effects")
            let person = entry.residentID
            let (settled, before) = (try await a.settledCases(person), try await b.settledCases(person))
            check(settled == before, "\(number): settled cases")
            let live = try await a.liveCase(person, origin: entry.origin, role: entry.role)
            check(try await b.liveCase(person, origin: entry.origin, role: entry.role) == live, "\(number): live case")
            for document in x.documents where document.sender != x.opening.ownCode {
                let kept = try await a.incoming(number, sender: document.sender, sequence: document.sequence)
                let other = try await b.incoming(number, sender: document.sender, sequence: document.sequence)
                check(kept == other, "\(number): incoming \(document.sequence)")
            }
        }
        check(try await a.ledgerBalances() == b.ledgerBalances(), "the ledger")
        check(try await a.outbox(after: 0, limit: 1_000) == b.outbox(after: 0, limit: 1_000), "the outbox")
        check(try await a.unmatchedBankLines() == b.unmatchedBankLines(), "unmatched bank lines")
        check(try await a.refusedEvidence(limit: 1_000) == b.refusedEvidence(limit: 1_000), "refused evidence")
        check(try await a.counts() == b.counts(), "the counts")
        return differences
    }
}
