import Casework
import Store
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

    /// Found by the simulation (seeds 17 and 24): a process that is started with a wrong clock has nothing to doubt it by.
    @Test(arguments: [-3_652, 3_652] as [Int64])
    func `opens no case at a moment at which no key of the agency is in use`(days: Int64) async throws {
        try await NodePair.run { pair in
            let application = PairCast.application()
            let form = try ApplicationForm.write(application)
            pair.clock.move(days: days)
            await #expect {
                _ = try await pair.destination.desk.lodge(application, form: form, owner: "mill", key: "key-1")
            } throws: { error in
                switch error {
                case DeskFault.signing, DeskFault.directoryExpired: true
                default: false
                }
            }
            #expect(try await pair.destination.store.caseList(CaseFilter()).isEmpty)
            pair.clock.move(days: -days)
            _ = try await pair.lodge(application)
            #expect(try await pair.destination.store.caseList(CaseFilter()).count == 1)
        }
    }

    /// Whoever was started with a wrong clock that is then put right has to hear of it, also before its first letter.
    @Test func `is compared with agencies that do not know the node yet`() async throws {
        try await NodePair.run { pair in
            let gate = ClockGate()
            let node = pair.destination
            let witness = WitnessDesk(
                desk: node.desk, log: node.log, link: HeadRoad(from: node.code, nodes: pair.nodes),
                gate: node.realStore.gate, clockGate: gate)
            gate.look(wall: pair.clock.now.adding(milliseconds: -3_600_000), steadyMilliseconds: 0)
            gate.look(wall: pair.clock.now, steadyMilliseconds: 1_000)
            #expect(gate.closedBecause != nil)
            _ = await WitnessRound(witness).turn()
            #expect(gate.closedBecause == nil)
        }
    }

    /// Two persons who decide a remittance sign nothing at which the clock would be looked at.
    @Test func `orders no money, and what was decided is paid once it is right again`() async throws {
        try await NodePair.run { pair in
            let number = try await pair.lodge()
            pair.origin.signer.doubtClock(true)
            try await pair.settle()
            let before = try #require(try await pair.origin.store.caseFile(number))
            #expect(before.orders.isEmpty)
            pair.origin.signer.doubtClock(false)
            try await pair.settle()
            let after = try #require(try await pair.origin.store.caseFile(number))
            #expect(after.orders.count == 1)
            #expect(try CaseStory(replaying: after).transfer.isTerminal)
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
