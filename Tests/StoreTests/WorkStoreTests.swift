import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The store of people's work` {
    private static func proposal(_ text: String = "{}", maker: String = "0107", version: Int = 1) -> NewProposal {
        NewProposal(
            number: Cast.number(1), version: version, action: "accept", bytes: Array(text.utf8), maker: maker,
            account: "window-2", at: Cast.noon)
    }

    private static func withCase(_ use: (JiexuStore, String) async throws -> Void) async throws {
        try await withDirectory { directory in
            let path = directory + "/node.sqlite"
            let store = try await JiexuStore(path: path, access: .serving, settings: StoreKind.settings)
            defer { store.close() }
            try await store.commit(Cast.firstStep(1))
            try await use(store, path)
        }
    }

    @Test func `keeps a proposal as it came, with what became of it`() async throws {
        try await Self.withCase { store, _ in
            let id = try await store.keep(Self.proposal())
            #expect(try await store.keep(Self.proposal()) == id, "the same is kept once")
            await #expect(throws: StoreError.duplicate) {
                _ = try await store.keep(Self.proposal(maker: "0202"))
            }
            let open = try #require(try await store.proposal(id))
            #expect(open.state == .open)
            #expect(open.bytes == Array("{}".utf8))
            #expect(open.number == Cast.number(1))

            let verdict = Proposal.Verdict(
                isApproval: true, person: "0201", account: "check-1", text: nil, at: Cast.noon)
            try await store.keep(verdict, on: id)
            await #expect(throws: StoreError.duplicate) { try await store.keep(verdict, on: id) }
            #expect(try await store.proposals(in: .approved, after: 0, limit: 10).map(\.id) == [id])
            let end = Proposal.End(isCarriedOut: true, version: 2, why: nil, at: Cast.noon)
            try await store.keep(end, of: id)
            try await store.keep(end, of: id)
            let done = try #require(try await store.proposal(id))
            #expect(done.state == .carriedOut)
            #expect(done.verdict == verdict)
            #expect(done.end == end)
            #expect(try await store.keep(Self.proposal()) != id, "a new one may follow")
        }
    }

    @Test func `takes no verdict on what has ended`() async throws {
        try await Self.withCase { store, _ in
            let id = try await store.keep(Self.proposal())
            try await store.keep(
                Proposal.End(isCarriedOut: false, version: 2, why: "moved on", at: Cast.noon), of: id)
            await #expect(throws: StoreError.duplicate) {
                try await store.keep(
                    Proposal.Verdict(isApproval: true, person: "0201", account: "a", text: nil, at: Cast.noon),
                    on: id)
            }
            for state in Proposal.State.allCases {
                let found = try await store.proposals(in: state, after: 0, limit: 10)
                #expect(found.map(\.id) == (state == .void ? [id] : []))
            }
        }
    }

    @Test func `gives a case to whoever comes first`() async throws {
        try await Self.withCase { store, _ in
            func assign(_ person: String?, _ expecting: AssignmentExpectation) async throws {
                try await store.keep(
                    Assignment(number: Cast.number(1), person: person, by: "0107", at: Cast.noon),
                    expecting: expecting)
            }
            #expect(try await store.assignment(of: Cast.number(1)) == nil)
            try await assign("0107", .nobody)
            await #expect(throws: StoreError.duplicate) { try await assign("0202", .nobody) }
            await #expect(throws: StoreError.duplicate) { try await assign("0202", .person("0202")) }
            try await assign("0202", .person("0107"))
            #expect(try await store.assignment(of: Cast.number(1))?.person == "0202")
            try await assign(nil, .anybody)
            #expect(try await store.assignment(of: Cast.number(1)) == nil)
        }
    }

    @Test func `keeps a job with its cases, and moves it from the state that was seen only`() async throws {
        try await Self.withCase { store, path in
            let id = try await store.keep(
                NewJob(
                    work: .resend, bytes: [], maker: "0107", account: "a", at: Cast.noon,
                    items: [NewJob.Item(number: Cast.number(1), version: 1)], state: .running))
            #expect(try await store.jobsUnderWay().map(\.id) == [id])
            #expect(try await store.openItems(of: id, unproposed: false, limit: 10).map(\.number) == [Cast.number(1)])
            try await store.keep(JobItem.Result(.skipped, why: "moved on", at: Cast.noon), of: 1, in: id)
            #expect(try await store.openItems(of: id, unproposed: false, limit: 10).isEmpty)
            await #expect(throws: StoreError.duplicate) {
                try await store.move(id, from: .paused, JobMove(.running, by: nil, at: Cast.noon))
            }
            try await store.move(id, from: .running, JobMove(.done, by: nil, at: Cast.noon))
            let done = try #require(try await store.job(id))
            #expect(done.state == .done)
            #expect(done.total == 1 && done.finished == 1)
            #expect(done.checker == nil)
            #expect(try await store.jobsUnderWay().isEmpty)
            #expect(try await store.items(of: id, after: 0, limit: 10).first?.result?.outcome == .skipped)
        }
    }

    @Test(arguments: ["proposals", "proposal_verdicts", "proposal_ends", "assignments", "jobs", "job_moves"])
    func `lets nobody take away what people did`(table: String) async throws {
        try await Self.withCase { store, path in
            let id = try await store.keep(Self.proposal())
            try await store.keep(
                Proposal.Verdict(isApproval: true, person: "1", account: "a", text: nil, at: Cast.noon), on: id)
            try await store.keep(Proposal.End(isCarriedOut: true, version: 2, why: nil, at: Cast.noon), of: id)
            try await store.keep(
                Assignment(number: Cast.number(1), person: "1", by: "1", at: Cast.noon), expecting: .anybody)
            _ = try await store.keep(
                NewJob(
                    work: .resend, bytes: [], maker: "1", account: "a", at: Cast.noon, items: [], state: .running))
            let database = try SQLiteDatabase(path: path, access: .importing, settings: StoreKind.settings)
            defer { database.close() }
            await #expect(throws: SQLFault.self) {
                try await database.onWriter { connection throws(SQLFault) in
                    try connection.runScript("DELETE FROM \(table);")
                }
            }
        }
    }
}
