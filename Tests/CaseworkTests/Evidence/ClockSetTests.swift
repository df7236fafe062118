import Casework
import Testing
import TransferCore
import TransferDocuments

/// What a clock that jumps would otherwise leave behind.
@Suite struct `A clock that was set` {
    /// Found with the clocks of real nodes: a case that was opened in 2016 has its year in its number, and could never be
    /// reckoned.
    @Test func `opens no case, and the same application is taken when it is right again`() async throws {
        try await NodePair.run { pair in
            let application = PairCast.application()
            let form = try ApplicationForm.write(application)
            pair.destination.signer.doubtClock(true)
            await #expect {
                _ = try await pair.destination.desk.lodge(application, form: form, owner: "mill", key: "key-1")
            } throws: { error in
                if case DeskFault.signing = error { true } else { false }
            }
            let none = try await pair.destination.store.caseList(CaseFilter())
            #expect(none.isEmpty)
            pair.destination.signer.doubtClock(false)
            _ = try await pair.lodge(application)
            let one = try await pair.destination.store.caseList(CaseFilter())
            #expect(one.count == 1)
        }
    }

    @Test func `leaves no peer alone for years`() async throws {
        try await NodePair.run { pair in
            _ = try await pair.transfer()
            let years = pair.clock.now.adding(milliseconds: 315_576_000_000)
            let rests = await WitnessRound(pair.witness(pair.origin)).turn([pair.destination.code: years])
            let rest = try #require(rests[pair.destination.code])
            #expect(rest < years)
        }
    }
}
