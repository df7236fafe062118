import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

/// The promises of the port about cases, one test for each, for every kind of store.
@Suite struct `A node's store` {
    @Test(arguments: StoreKind.all) func `gives back what was written, the same after it was opened again`(
        kind: StoreKind
    ) async throws {
        try await withDirectory { directory in
            var store = try await kind.open(directory)
            let steps = fullSteps()
            for step in steps { try await store.commit(step) }
            let expected = CaseFile(
                opening: Cast.opening(1), events: steps.flatMap(\.events),
                documents: [steps[0].outgoing[0], try #require(steps[1].incoming), steps[1].outgoing[0]],
                orders: [
                    StoredOrder(
                        key: Cast.order(1).key, amount: Cast.order(1).amount, creditor: Cast.account, messageID: nil,
                        outcome: .paid(bankReference: "B-77"))
                ], bankLines: [Cast.line("B-77"), Cast.line("B-78", fen: 0)])
            for _ in 0..<2 {
                let file = try #require(await store.caseFile(Cast.number(1)))
                expectSame(file, expected)
                #expect(file.version == 4)
                #expect(try await store.postings(of: Cast.number(1)) == steps.flatMap(\.postings))
                #expect(try await store.notices(of: Cast.number(1)) == steps.flatMap(\.notices))
                #expect(try await StoreAudit(store).verify() == [])
                store.close()
                store = try await kind.open(directory)
            }
            store.close()
        }
    }

    @Test(arguments: StoreKind.all) func `knows no case that was not opened`(kind: StoreKind) async throws {
        try await kind.withStore { store async throws in
            #expect(try await store.caseFile(Cast.number(1)) == nil)
            await #expect(throws: StoreError.caseMovedOn) {
                try await store.commit(Cast.step(1, expecting: 0, "application-passed"))
            }
            #expect(try await store.caseFile(Cast.number(1)) == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `writes nothing of a step that was decided on another version`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            let before = try await store.counts()
            for version in [0, 2] {
                await #expect(throws: StoreError.caseMovedOn) {
                    try await store.commit(Cast.step(1, expecting: version, "application-passed"))
                }
            }
            await #expect(throws: StoreError.caseMovedOn) { try await store.commit(Cast.firstStep(1)) }
            #expect(try await store.counts() == before)
            try await store.commit(Cast.step(1, expecting: 1, "application-passed"))
            #expect(try await store.caseFile(Cast.number(1))?.version == 2)
        }
    }

    @Test(arguments: StoreKind.all) func `writes runs of steps, each whole and by itself`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for serial in 1...2 { try await store.commit(Cast.firstStep(serial)) }
            let outcomes = await store.commit([
                [Cast.step(1, expecting: 1, "application-passed"), Cast.step(1, expecting: 2, "certificate-arrived")],
                [Cast.firstStep(3), Cast.step(3, expecting: 1, "application-passed")],
                [Cast.step(2, expecting: 1, "application-passed"), Cast.step(2, expecting: 1, "application-failed")],
            ])
            #expect(outcomes.map { (try? $0.get()) != nil } == [true, true, false])
            for (serial, names) in [
                (1, ["application-lodged", "application-passed", "certificate-arrived"]),
                (2, ["application-lodged"]), (3, ["application-lodged", "application-passed"]),
            ] {
                let file = try #require(await store.caseFile(Cast.number(serial)))
                #expect(file.events.map(\.name) == names)
            }
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    /// Money that came between the certificate and the form of one request gave the case the version on which the form had
    /// been decided: the form was written without the certificate, and the case could not be read any more.
    @Test(arguments: StoreKind.all) func `writes no step of a run behind one that failed, though its version has come`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            try await store.commit(Cast.step(1, expecting: 1, "funds-arrived"))
            let before = try await store.counts()
            let outcomes = await store.commit([
                [Cast.step(1, expecting: 1, "certificate-arrived"), Cast.step(1, expecting: 2, "form-arrived")]
            ])
            #expect(outcomes.count == 1)
            #expect(throws: StoreError.caseMovedOn) { try outcomes[0].get() }
            #expect(try await store.counts() == before)
            let file = try #require(await store.caseFile(Cast.number(1)))
            #expect(file.events.map(\.name) == ["application-lodged", "funds-arrived"])
        }
    }

    @Test(arguments: StoreKind.all) func `lets exactly one of many steps on the same version win`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            for version in 1...5 {
                let wins = await withTaskGroup(of: StoreError?.self) { group in
                    for task in 1...40 {
                        group.addTask {
                            var step = Cast.step(1, expecting: version, "step-\(version)-of-\(task)")
                            step.outgoing = [Cast.document(version, from: Cast.hangzhou, to: Cast.chengdu)]
                            do throws(StoreError) {
                                try await store.commit(step)
                                return nil
                            } catch {
                                return error
                            }
                        }
                    }
                    var wins = 0
                    for await error in group {
                        if let error { #expect(error == .caseMovedOn) } else { wins += 1 }
                    }
                    return wins
                }
                #expect(wins == 1)
                #expect(try await store.caseFile(Cast.number(1))?.version == version + 1)
            }
            #expect(try await store.counts().documents == 5)
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `leaves the other steps of a transaction alone when one fails halfway`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for serial in 1...60 { try await store.commit(Cast.firstStep(serial)) }
            var known = Cast.step(60, expecting: 1, "money-came")
            known.bankLines = [Cast.line("B-1")]
            known.orders = [Cast.order(60)]
            try await store.commit(known)
            await withTaskGroup(of: Void.self) { group in
                for serial in 1...59 {
                    group.addTask {
                        var step = Cast.step(serial, expecting: 1, "money-came")
                        // Of three steps one brings a line that is stored already, and one an order, which is written
                        // behind everything else.
                        step.bankLines = [
                            Cast.line("B-\(serial)-first"), Cast.line(serial % 3 == 0 ? "B-1" : "B-\(serial)x"),
                        ]
                        step.orders = [Cast.order(serial % 3 == 1 ? 60 : serial)]
                        step.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu)]
                        step.postings = [.creditHeld(Money(fen: 100))]
                        do throws(StoreError) {
                            try await store.commit(step)
                            #expect(serial % 3 == 2)
                        } catch {
                            #expect(serial % 3 != 2)
                            #expect(error == .duplicate)
                        }
                    }
                }
            }
            for serial in 1...59 {
                let file = try #require(await store.caseFile(Cast.number(serial)))
                #expect(file.version == (serial % 3 == 2 ? 2 : 1))
                #expect(file.bankLines.count == (serial % 3 == 2 ? 2 : 0))
                #expect(try await store.isBankLineKnown("B-\(serial)-first") == (serial % 3 == 2))
            }
            #expect(try await store.ledgerBalances()["bank"] == Money(fen: 2_000))
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `holds one live case of a person, an origin and a role`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1, resident: 7))
            #expect(
                try await store.liveCase(Cast.resident(7), origin: Cast.chengdu, role: .destination) == Cast.number(1))
            #expect(try await store.liveCase(Cast.resident(7), origin: Cast.chengdu, role: .origin) == nil)
            #expect(try await store.liveCase(Cast.resident(7), origin: Cast.hangzhou, role: .destination) == nil)
            await #expect(throws: StoreError.caseUnderWay) {
                try await store.commit(Cast.firstStep(2, resident: 7))
            }
            // The other role is another case, and so is one after the end of the first.
            try await store.commit(Cast.firstStep(3, resident: 7, role: .origin))
            try await store.commit(Cast.step(1, expecting: 1, "completed", isTerminal: true))
            #expect(try await store.liveCase(Cast.resident(7), origin: Cast.chengdu, role: .destination) == nil)
            try await store.commit(Cast.firstStep(4, resident: 7))
            // What has ended cannot begin to live again beside another.
            await #expect(throws: StoreError.caseUnderWay) {
                try await store.commit(Cast.step(1, expecting: 2, "reviewing"))
            }
            #expect(try await store.caseFile(Cast.number(1))?.version == 2)
        }
    }

    @Test(arguments: StoreKind.all) func `takes what was decided for a person's first case only while it is the first`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            // As a destination the agency has settled nothing for the person.
            try await store.commit(Cast.firstStep(1, resident: 7))
            var first = Cast.firstStep(2, resident: 7, role: .origin)
            first.isFirstOfPerson = true
            try await store.commit(first)
            try await store.commit(Cast.step(2, expecting: 1, "completed", isTerminal: true))
            let before = try await store.counts()
            var second = Cast.firstStep(3, resident: 7, role: .origin)
            second.isFirstOfPerson = true
            await #expect(throws: StoreError.caseMovedOn) { try await store.commit(second) }
            #expect(try await store.counts() == before)
            second.isFirstOfPerson = false
            try await store.commit(second)
            // Another that lives stands in the way as well, and so does one of the same transaction.
            var third = Cast.firstStep(4, resident: 7, role: .origin)
            third.isFirstOfPerson = true
            var rivals = [Cast.firstStep(5, resident: 8, role: .origin), Cast.firstStep(6, resident: 8, role: .origin)]
            for place in rivals.indices { rivals[place].isFirstOfPerson = true }
            let outcomes = await store.commit([[third]] + rivals.map { [$0] })
            let faults = outcomes.map { outcome -> StoreError? in
                if case .failure(let fault) = outcome { fault } else { nil }
            }
            #expect(faults == [.caseMovedOn, nil, .caseMovedOn])
        }
    }

    /// An application that ended in its first step once opened a case beside a live one (BR-016).
    @Test(arguments: StoreKind.all) func `opens no case beside a live one, even one that ends at once`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1, resident: 7))
            var second = CaseStep(number: Cast.number(2), expecting: 0, summary: Cast.summary(isTerminal: true))
            second.opening = Cast.opening(2, resident: 7)
            second.events = [Cast.event("application-lodged"), Cast.event("application-failed")]
            await #expect(throws: StoreError.caseUnderWay) { try await store.commit(second) }
            #expect(try await store.caseFile(Cast.number(2)) == nil)
            try await store.commit(Cast.step(1, expecting: 1, "completed", isTerminal: true))
            try await store.commit(second)
        }
    }

    @Test(arguments: StoreKind.all) func `keeps what comes once only once`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            var first = Cast.firstStep(1)
            first.incoming = Cast.document(1, from: Cast.chengdu, to: Cast.hangzhou, receipt: "receipt")
            first.bankLines = [Cast.line("B-1")]
            first.orders = [Cast.order(1)]
            first.idempotency = IdempotentAnswer(
                owner: "hr", key: "k-1", bodyDigest: DocumentDigest(of: [1]), answer: [2, 3])
            try await store.commit(first)
            let before = try await store.counts()

            var again = [CaseStep](repeating: Cast.step(1, expecting: 1, "form-arrived"), count: 4)
            again[0].incoming = Cast.document(1, from: Cast.chengdu, to: Cast.hangzhou, says: "other words")
            again[1].bankLines = first.bankLines
            again[2].orders = first.orders
            again[3].idempotency = IdempotentAnswer(
                owner: "hr", key: "k-1", bodyDigest: DocumentDigest(of: [9]), answer: [])
            for step in again {
                await #expect(throws: StoreError.duplicate) { try await store.commit(step) }
            }
            #expect(try await store.counts() == before)
            #expect(try await store.idempotentAnswer(owner: "hr", key: "k-1") == first.idempotency)
            #expect(try await store.idempotentAnswer(owner: "other", key: "k-1") == nil)
            #expect(
                try await store.incoming(Cast.number(1), sender: Cast.chengdu, sequence: 1) == first.incoming)
            #expect(try await store.incoming(Cast.number(1), sender: Cast.chengdu, sequence: 2) == nil)

            // The same sequence of the other side, and of another case, is another document.
            var other = Cast.firstStep(2)
            other.incoming = first.incoming
            other.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu)]
            try await store.commit(other)
            #expect(try await store.incoming(Cast.number(2), sender: Cast.hangzhou, sequence: 1) == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `never gives a serial number twice`(kind: StoreKind) async throws {
        try await withDirectory { directory in
            var given: [Int] = []
            for _ in 0..<3 {
                let store = try await kind.open(directory)
                given += try await withThrowingTaskGroup(of: Range<Int>.self) { group in
                    for task in 1...20 { group.addTask { try await store.reserveSerials(task, year: 2026) } }
                    var numbers: [Int] = []
                    for try await range in group { numbers += range }
                    return numbers
                }
                #expect(try await store.reserveSerials(2, year: 2000 + given.count % 7).count == 2)
                store.close()
            }
            #expect(given.sorted() == Array(1...630))
        }
    }

    @Test(arguments: StoreKind.all) func `refuses to be used after it was closed`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            store.close()
            await #expect(throws: StoreError.self) { try await store.commit(Cast.firstStep(2)) }
            await #expect(throws: StoreError.self) { try await store.counts() }
        }
    }
}

/// Two steps that write something of everything.
private func fullSteps() -> [CaseStep] {
    var first = Cast.firstStep(1)
    first.events.append(Cast.event("application-passed", code: "a-code", attachment: Array("{\"a\":1}".utf8)))
    first.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu)]
    first.orders = [Cast.order(1)]
    first.notices = [StoredNotice(branch: .pension, name: "refusal", code: "no-such-person", at: Cast.noon)]
    first.alerts = [StoredAlert(branch: .medical, alert: .overdue, at: Cast.noon)]
    first.newEffects = [NewEffect(kind: .review, dueAt: Cast.noon)]

    var second = Cast.step(1, expecting: 2, "form-arrived", "funds-arrived")
    second.incoming = Cast.document(1, from: Cast.chengdu, to: Cast.hangzhou, kind: .informationForm, receipt: "seen")
    second.outgoing = [Cast.document(2, from: Cast.hangzhou, to: Cast.chengdu, kind: .completionNotice)]
    second.orderOutcomes = [Cast.order(1).key: .paid(bankReference: "B-77")]
    second.bankLines = [Cast.line("B-77"), Cast.line("B-78", fen: 0)]
    let (individual, pooled) = (Money(fen: 1_000_000), Money(fen: 906_400))
    second.postings = [
        .accountFrozen(individual: individual, pooled: pooled, to: Cast.hangzhou),
        .accountFrozen(individual: .zero, pooled: .zero, to: Cast.hangzhou),
        .remittancePaid(individual + pooled, to: Cast.hangzhou), .remittanceBounced(pooled, to: Cast.hangzhou),
        .creditHeld(individual), .creditPosted(individual: individual, pooled: .zero),
        .payoutSetAside(pooled, of: .medical), .payoutPaid(pooled, of: .medical), .payoutBounced(pooled, of: .housing),
    ]
    return [first, second]
}

private func expectSame(_ file: CaseFile, _ expected: CaseFile) {
    #expect(file.opening == expected.opening)
    #expect(file.events == expected.events)
    #expect(file.documents == expected.documents)
    #expect(file.orders == expected.orders)
    #expect(file.bankLines == expected.bankLines)
}
