import Casework
import Store
import Testing
import TransferCore

/// Steps of many cases in one transaction, some of which are refused.
@Suite struct `Steps that share a transaction` {
    @Test(arguments: StoreKind.all) func `leave a log without a gap, whichever of them are refused`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let isRefused = { (serial: Int) in serial.isMultiple(of: 7) }
            let outcomes = await store.commit(
                (1...40).map { serial in
                    [
                        Cast.firstStep(serial),
                        Cast.step(
                            serial, expecting: isRefused(serial) ? 5 : 1, "application-passed", "letter-sent"),
                    ]
                })
            for (serial, outcome) in zip(1..., outcomes) {
                switch outcome {
                case .success: #expect(!isRefused(serial))
                case .failure(let error): #expect(isRefused(serial) && error == .caseMovedOn)
                }
            }
            let counts = try await store.counts()
            #expect(counts.events == 35 * 3)
            #expect(counts.auditLeaves == 35 * 3)
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    /// Sixteen leaves in a statement, four, and one by one.
    @Test(arguments: StoreKind.all) func `leave as many leaves as they have rows, however they are put together`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            var leaves = 0
            for (serial, more) in zip(1..., [0, 2, 3, 14, 15, 16, 22, 38]) {
                var step = Cast.firstStep(serial)
                step.events += (0..<more).map { Cast.event("application-passed-\($0)") }
                try await store.commit(step)
                leaves += 1 + more
                #expect(try await store.counts().auditLeaves == leaves)
            }
            let outcomes = await store.commit(
                (11...20).map { [Cast.firstStep($0), Cast.step($0, expecting: 1, "a", "b")] })
            #expect(outcomes.allSatisfy { (try? $0.get()) != nil })
            #expect(try await store.counts().auditLeaves == leaves + 30)
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `find their case, also where one was undone and another stands in its row`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            var undone = Cast.firstStep(1)
            undone.bankLines = [Cast.line("twice"), Cast.line("twice")]
            let outcomes = await store.commit([
                [undone],
                [Cast.firstStep(2)],
                [Cast.step(1, expecting: 1, "application-passed")],
            ])
            #expect(outcomes.map { (try? $0.get()) != nil } == [false, true, false])
            try await store.commit(Cast.step(2, expecting: 1, "application-passed"))
            await #expect(throws: StoreError.caseMovedOn) {
                try await store.commit(Cast.step(1, expecting: 1, "application-passed"))
            }
            try await store.commit(Cast.firstStep(1))
            try await store.commit(Cast.step(1, expecting: 1, "application-passed", "letter-sent"))
            await #expect(throws: StoreError.caseMovedOn) {
                try await store.commit(Cast.step(2, expecting: 1, "letter-sent"))
            }
            #expect(try await store.caseFile(Cast.number(1))?.version == 3)
            #expect(try await store.caseFile(Cast.number(2))?.version == 2)
            #expect(try await store.entry(Cast.number(1))?.summary.phase == "letter-sent")
            #expect(try await store.entry(Cast.number(2))?.summary.phase == "application-passed")
            #expect(try await StoreAudit(store).verify() == [])
        }
    }
    /// What the others had left was in the store only, and was looked for there later.
    @Test(arguments: StoreKind.all) func `hand over what they leave to be done, also when the last of them is undone`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let fresh = try #require(store.fresh)
            try await store.commit(Cast.firstStep(1))
            _ = fresh.takeEffects()
            var (whole, undone) = (Cast.firstStep(2), Cast.firstStep(3))
            whole.newEffects = [NewEffect(kind: .checkRecords, dueAt: Cast.noon)]
            undone.bankLines = [Cast.line("twice"), Cast.line("twice")]
            let outcomes = await store.commit([[whole], [undone]])
            #expect(outcomes.map { (try? $0.get()) != nil } == [true, false])
            let taken = fresh.takeEffects()
            #expect(taken.isWhole)
            #expect(taken.work.map(\.number) == [Cast.number(2)])
            #expect(try await store.openEffects(after: 0, limit: 9).map(\.id) == taken.work.map(\.id))
        }
    }
}
