import Casework
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The work that waits for a node itself` {
    @Test func `is done while the worker runs, and counts once`() async throws {
        try await NodePair.run { pair in
            // Letters that cannot be signed when the applications come are left to the worker.
            pair.destination.signer.takeAway(true)
            for serial in 1...20 {
                let person = PairCast.person(serial)
                try await pair.know(.atDestination(person), nil)
                _ = try await pair.lodge(PairCast.application(person), key: "key-\(serial)")
            }
            #expect(try await pair.destination.store.counts().openEffects == 20)
            pair.destination.signer.takeAway(false)
            let work = EffectWork(desk: pair.destination.desk)
            try await running({ await work.run() }) {
                try await eventually("all is reviewed") { try await pair.destination.store.counts().openEffects == 0 }
                let person = PairCast.person(21)
                _ = try await pair.lodge(PairCast.application(person), key: "key-21")
                try await eventually("the later one is reviewed") {
                    try await pair.destination.store.counts().openEffects == 0
                }
            }
            #expect(
                try await pair.destination.store.counts().casesByPhase == ["awaiting-reply": 20, "refused": 1])
        }
    }

    /// What was handed over stood behind what was not, and the store was looked at behind both.
    @Test func `is found in the store when the first look fails and newer work is handed over meanwhile`() async throws
    {
        try await NodePair.run { pair in
            let store = try #require(pair.destination.store as? FaultyStore)
            pair.destination.signer.takeAway(true)
            for serial in 1...2 {
                let person = PairCast.person(serial)
                try await pair.know(.atDestination(person), nil)
                _ = try await pair.lodge(PairCast.application(person), key: "key-\(serial)")
            }
            let effects = try await store.openEffects(after: 0, limit: 10)
            #expect(effects.count == 2)
            pair.destination.signer.takeAway(false)
            let fresh = FreshWork()
            fresh.put(outbox: [], effects: [], leaves: 0..<1)
            store.play(fresh, blindLooks: 1)
            let work = EffectWork(desk: pair.destination.desk)
            try await running({ await work.run() }) {
                try await eventually("a look has failed") { store.blindLooks == 0 }
                fresh.put(outbox: [], effects: Array(effects.dropFirst()), leaves: 1..<2)
                pair.destination.desk.bells.effects.ring()
                try await eventually("both are carried out") { try await store.counts().openEffects == 0 }
            }
        }
    }

    @Test func `waits for people where no policy decides`() async throws {
        try await NodePair.run(alone: [.acceptance]) { pair in
            let number = try await pair.transfer()
            let waiting = try await pair.origin.store.openEffects(after: 0, limit: 10)
            #expect(waiting.map(\.kind) == [.checkRecords])
            // Behind it comes what the policy decides, and is decided.
            let other = PairCast.person(2)
            let application = PairCast.application(other, origin: PairCast.weifang)
            _ = try await pair.origin.desk.lodge(
                application, form: try ApplicationForm.write(application), owner: "mill", key: "key-2")
            let work = EffectWork(desk: pair.origin.desk)
            try await running({ await work.run() }) {
                try await eventually("the review is done") {
                    try await pair.origin.store.counts().casesByPhase == ["checking": 1, "refused": 1]
                }
            }
            #expect(try await pair.origin.store.openEffects(after: 0, limit: 10) == waiting)
            #expect(try await pair.phase(of: number, at: pair.origin) == "checking")
        }
    }

    @Test func `is tried again later when it fails, and holds up nothing else`() async throws {
        try await NodePair.run { pair in
            pair.destination.signer.takeAway(true)
            let number = try await pair.lodge()
            let work = EffectWork(desk: pair.destination.desk)
            try await running({ await work.run() }) {
                try await eventually("it has failed") {
                    try await pair.destination.store.openEffects(after: 0, limit: 10).first?.attempts == 1
                }
                // A refusal needs no signature, and is not held up.
                _ = try await pair.lodge(PairCast.application(PairCast.person(2)), key: "key-2")
                try await eventually("the other one is done") {
                    try await pair.destination.store.counts().openEffects == 1
                }
                pair.destination.signer.takeAway(false)
                for _ in 0..<3 { pair.clock.move(milliseconds: 60_001) }
                pair.destination.desk.bells.effects.ring()
                try await eventually("it is done in the end") {
                    try await pair.destination.store.counts().openEffects == 0
                }
            }
            #expect(try await pair.phase(of: number, at: pair.destination) == "awaiting-reply")
        }
    }

    @Test func `does nothing the second time, also when two do it at once`() async throws {
        try await NodePair.run { pair in
            pair.destination.signer.takeAway(true)
            let number = try await pair.lodge()
            pair.destination.signer.takeAway(false)
            let effect = try #require(try await pair.destination.store.openEffects(after: 0, limit: 10).first)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<10 { group.addTask { try await pair.destination.desk.carryOut(effect) } }
                try await group.waitForAll()
            }
            let file = try #require(try await pair.destination.store.caseFile(number))
            #expect(file.events.map(\.name) == ["application-lodged", "application-passed"])
            #expect(file.documents.count == 1)
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
            let before = try await pair.standing(of: pair.destination)
            try await pair.destination.desk.carryOut(effect)
            #expect(try await pair.standing(of: pair.destination) == before)
        }
    }

    /// A record that the rules cannot compute stays visible, and nothing is half done.
    @Test func `that cannot succeed stays to be seen, and writes nothing`() async throws {
        try await NodePair.run { pair in
            try await pair.know(nil, .atOrigin(lines: [.plain("2026-01", "2026-08"), .plain("2026-08", "2026-09")]))
            let number = try await pair.transfer()
            #expect(try await pair.phase(of: number, at: pair.origin) == "checking")
            let effect = try #require(try await pair.origin.store.openEffects(after: 0, limit: 10).first)
            #expect(effect.attempts > 0)
            let fault = await #expect(throws: DeskFault.self) { try await pair.origin.desk.carryOut(effect) }
            guard case .rule(let rule)? = fault else {
                Issue.record("\(String(describing: fault))")
                return
            }
            #expect(rule.path.hasPrefix("lines["))
            #expect(try await pair.origin.store.ledgerBalances() == [:])
            #expect(fault?.isTransient == false)

            try await pair.know(nil, .atOrigin())
            try await pair.settle()
            #expect(try await pair.complaints(about: number) == [])
        }
    }
}
