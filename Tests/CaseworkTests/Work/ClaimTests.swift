import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `A claim` {
    private static func claimed(_ use: (NodePair, CaseNumber) async throws -> Void) async throws {
        try await NodePair.run(alone: []) { pair in
            let number = try await pair.lodge()
            _ = try await pair.destination.work().claim(number, by: Colleague.wang)
            try await use(pair, number)
        }
    }

    @Test func `ends at a node that was started anew as at any other, and then another person gets the case`()
        async throws
    {
        try await Self.claimed { pair, number in
            try await pair.destination.restart()
            pair.clock.move(milliseconds: 30 * 60_000)
            let work = pair.destination.work()
            let early = await workFault { () throws(WorkFault) in try await work.claim(number, by: Colleague.zhao) }
            guard case .seenToBy("0107")? = early else { Issue.record("got \(early as Any)"); return }
            #expect(try await work.releaseIdleClaims() == [number])
            #expect(try await work.claim(number, by: Colleague.zhao).person == "0202")
            let said = try await work.store.assignments(of: number).map { "\($0.person ?? "-") \($0.by)" }
            #expect(said == ["0107 0107", "- clock:idle", "0202 0202"])
        }
    }

    @Test func `is held by one of many who take it at the moment at which it ends`() async throws {
        try await Self.claimed { pair, number in
            pair.clock.move(milliseconds: 30 * 60_000)
            let work = pair.destination.work()
            let holders = await withTaskGroup(of: String?.self) { tasks in
                tasks.addTask {
                    _ = try? await work.releaseIdleClaims(); return nil
                }
                for colleague in [Colleague.wang, Colleague.zhao, Colleague.sun] {
                    tasks.addTask {
                        for _ in 0..<20 {
                            if let held = try? await work.claim(number, by: colleague) { return held.person }
                        }
                        return nil
                    }
                }
                return await tasks.reduce(into: [String]()) { list, person in if let person { list.append(person) } }
            }
            // Wang may have had it all along, or taken it anew: but the store knows one, and whoever came after was told.
            let holder = try await work.store.assignment(of: number)?.person
            #expect(holder == nil || holders.contains(holder ?? ""))
            let rows = try await work.store.assignments(of: number)
            for (before, after) in zip(rows, rows.dropFirst()) where after.person != nil {
                #expect(before.person == nil, "a case was taken while somebody had it")
            }
        }
    }

    @Test func `is not what a supervisor has given somebody: that stays with them`() async throws {
        try await Self.claimed { pair, number in
            let work = pair.destination.work()
            _ = try await work.handOver(number, to: "0202", by: Colleague.sun)
            pair.clock.move(days: 3)
            #expect(try await work.releaseIdleClaims().isEmpty)
            #expect(try await work.store.assignment(of: number)?.person == "0202")
        }
    }

    /// The round that works on jobs looks after claims as well: nobody has to open a page.
    @Test func `ends by the round of the node`() async throws {
        try await Self.claimed { pair, number in
            pair.clock.move(milliseconds: 31 * 60_000)
            let work = pair.destination.work()
            let round = Task { await WorkRound(work).run() }
            defer { round.cancel() }
            for _ in 0..<500 where try await work.store.assignment(of: number) != nil { await Task.yield() }
            for _ in 0..<200 where try await work.store.assignment(of: number) != nil {
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(try await work.store.assignment(of: number) == nil)
        }
    }
}
