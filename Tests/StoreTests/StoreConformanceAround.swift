import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

/// The promises of the port about everything around cases, for every kind of store.
@Suite struct `Around the cases, a node's store` {
    @Test(arguments: StoreKind.all) func `keeps documents in the outbox until their receipt is here`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for serial in 1...3 {
                var step = Cast.firstStep(serial)
                step.outgoing = [Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu, says: "case \(serial)")]
                try await store.commit(step)
            }
            let entries = try await store.outbox(after: 0, limit: 10)
            #expect(entries.map(\.number) == [1, 2, 3].map { Cast.number($0) })
            #expect(entries.map(\.position) == entries.map(\.position).sorted())
            #expect(entries[1].bytes == Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu, says: "case 2").bytes)
            #expect(try await store.outbox(after: entries[0].position, limit: 1) == [entries[1]])

            try await store.deliveryFailed(entries[1], code: "connect", error: "connection refused", at: Cast.noon)
            try await store.deliveryFailed(
                entries[1], code: "not a code", error: String(repeating: "long ", count: 500), at: Cast.noon)
            let failed = try await store.deliveries(of: Cast.number(2))
            #expect(failed.map(\.attempts) == [2])
            let history = try await store.deliveryAttempts(of: Cast.number(2))
            #expect(history.map(\.failedAttempts) == [2])
            #expect(history.first?.attempts.map(\.code) == ["connect", "other"])
            #expect(try await store.outbox(after: 0, without: [Cast.chengdu], limit: 10) == [])
            #expect(try await store.outbox(after: 0, without: [Cast.hangzhou], limit: 10) == entries)
            #expect(try await store.outbox(for: Cast.chengdu, after: entries[0].position, limit: 1) == [entries[1]])
            #expect(try await store.outbox(for: Cast.hangzhou, after: 0, limit: 10) == [])
            #expect((failed[0].lastError?.utf8.count ?? 0) <= 500)

            _ = try await store.caseFile(Cast.number(2))
            try await store.delivered(entries[1], receipt: [7, 7], isRefused: true, at: Cast.noon)
            // A second receipt for the same document changes nothing.
            try await store.delivered(entries[1], receipt: [8], isRefused: false, at: Cast.noon)
            #expect(try await store.outbox(after: 0, limit: 10) == [entries[0], entries[2]])
            let document = try #require(await store.caseFile(Cast.number(2))?.documents.first)
            #expect(document.receipt == [7, 7])
            #expect(document.isRefused)
            let delivered = try await store.deliveries(of: Cast.number(2))
            #expect(delivered.map(\.deliveredAt) == [Cast.noon])
            #expect(delivered.map(\.lastError) == [nil])

            let counts = try await store.counts()
            #expect(counts.outboxByRecipient == [Cast.chengdu: 2])
            #expect(counts.oldestOutboxAt == [Cast.chengdu: Cast.noon])
            // Three events, three documents, one receipt.
            #expect(counts.auditLeaves == 7)
            let unknown = OutboxEntry(
                position: 99, number: Cast.number(1), recipient: Cast.chengdu, sequence: 1,
                digest: DocumentDigest(of: []), bytes: [])
            await #expect(throws: StoreError.self) {
                try await store.delivered(unknown, receipt: [], isRefused: false, at: Cast.noon)
            }
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `keeps refused bytes as evidence, with the first receipt`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let digest = DocumentDigest(of: [1, 2, 3])
            func evidence(_ receipt: [UInt8]?, number: String? = "no case") -> RefusedEvidence {
                RefusedEvidence(
                    sender: Cast.chengdu, number: number, digest: digest, code: "equivocation", bytes: [1, 2, 3],
                    receipt: receipt, at: Cast.noon)
            }
            #expect(try await store.refusedReceipt(digest, sender: Cast.chengdu) == nil)
            try await store.keepRefused(evidence([5]))
            try await store.keepRefused(evidence([5], number: nil))
            await #expect(throws: StoreError.duplicate) { try await store.keepRefused(evidence([6])) }
            #expect(try await store.refusedReceipt(digest, sender: Cast.chengdu) == [5])
            #expect(try await store.refusedReceipt(digest, sender: Cast.hangzhou) == nil)
            #expect(try await store.refusedEvidence(limit: 10) == [evidence([5])])
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    /// Two receipts for the same bytes would contradict each other.
    @Test(arguments: StoreKind.all) func `opens no case by what was refused, and refuses nothing that opened one`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            func letter(_ text: String) -> StoredDocument {
                Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu, says: text, receipt: "taken")
            }
            func refusal(_ letter: StoredDocument, _ serial: Int) -> RefusedEvidence {
                RefusedEvidence(
                    sender: letter.sender, number: Cast.number(serial).text, digest: letter.digest,
                    code: "case-under-way", bytes: letter.bytes, receipt: [5], at: Cast.noon)
            }
            var first = Cast.firstStep(1, role: .origin)
            first.incoming = letter("refused")
            let refusedBefore = try await store.hasRefused(from: Cast.hangzhou, Cast.number(1))
            #expect(!refusedBefore)
            try await store.keepRefused(refusal(letter("refused"), 1))
            let refusals = [
                try await store.hasRefused(from: Cast.hangzhou, Cast.number(1)),
                try await store.hasRefused(from: Cast.chengdu, Cast.number(1)),
                try await store.hasRefused(from: Cast.hangzhou, Cast.number(2)),
            ]
            #expect(refusals == [true, false, false])
            let refused = first
            await #expect(throws: StoreError.duplicate) { try await store.commit(refused) }
            var contradicting = first
            contradicting.incoming = letter("other words in the same place")
            let other = contradicting
            await #expect(throws: StoreError.contradicted) { try await store.commit(other) }
            let opened = try await store.caseFile(Cast.number(1))
            #expect(opened == nil)

            var second = Cast.firstStep(2, role: .origin)
            second.incoming = letter("taken")
            try await store.commit(second)
            await #expect(throws: StoreError.duplicate) { try await store.keepRefused(refusal(letter("taken"), 2)) }
            #expect(try await store.refusedReceipt(letter("taken").digest, sender: Cast.hangzhou) == nil)
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `keeps effects until a step has carried them out`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            var step = Cast.firstStep(1)
            let later = Cast.noon.adding(milliseconds: 60_000)
            step.newEffects = [
                NewEffect(kind: .review, dueAt: Cast.noon), NewEffect(kind: .checkRecords, dueAt: later),
            ]
            try await store.commit(step)
            let effects = try await store.openEffects(after: 0, limit: 10)
            #expect(effects.map(\.kind) == [.review, .checkRecords])
            #expect(effects.map(\.dueAt) == [Cast.noon, later])
            #expect(try await store.openEffects(after: effects[0].id, limit: 10) == [effects[1]])

            try await store.effectFailed(effects[0].id, error: "records are down", dueAt: later)
            let failed = try await store.openEffects(after: 0, limit: 1)
            #expect(failed.map(\.attempts) == [1])
            #expect(failed.map(\.dueAt) == [later])

            // A step that is refused carries nothing out.
            var wrong = Cast.step(1, expecting: 5, "application-passed")
            wrong.doneEffects = [effects[0].id]
            await #expect(throws: StoreError.caseMovedOn) { try await store.commit(wrong) }
            #expect(try await store.counts().openEffects == 2)
            var done = Cast.step(1, expecting: 1, "application-passed")
            done.doneEffects = [effects[0].id]
            try await store.commit(done)
            #expect(try await store.openEffects(after: 0, limit: 10) == [effects[1]])
            try await store.effectFailed(effects[0].id, error: "late", dueAt: later)
            #expect(try await store.counts().openEffects == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `finds the cases whose day has passed, once each`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let days = [Cast.day(2026, 11, 19), Cast.day(2026, 11, 20), Cast.day(2026, 11, 21)]
            for (place, day) in days.enumerated() {
                var step = Cast.firstStep(place + 1)
                step.summary = Cast.summary(due: day)
                try await store.commit(step)
            }
            try await store.commit(Cast.firstStep(4))
            let today = days[2]
            #expect(try await store.casesDue(before: today, limit: 10) == [Cast.number(1), Cast.number(2)])
            #expect(try await store.casesDue(before: today, limit: 1) == [Cast.number(1)])
            var reported = CaseStep(
                number: Cast.number(1), expecting: 1, summary: Cast.summary(due: days[0], isReported: true))
            reported.events = [Cast.event("deadline-passed")]
            try await store.commit(reported)
            #expect(try await store.casesDue(before: today, limit: 10) == [Cast.number(2)])
        }
    }

    @Test(arguments: StoreKind.all) func `gives each order to one message`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            #expect(try await store.assignOrderMessage("M-0", at: Cast.noon, limit: 10) == nil)
            for serial in 1...5 {
                var step = Cast.firstStep(serial)
                step.orders = [Cast.order(serial)]
                try await store.commit(step)
            }
            #expect(try await store.counts().ordersWaiting == 5)
            let first = try #require(await store.assignOrderMessage("M-1", at: Cast.noon, limit: 3))
            #expect(first.orders.map(\.key) == [1, 2, 3].map { Cast.order($0).key })
            #expect(first.orders.allSatisfy { $0.messageID == "M-1" })
            for serial in 1...3 {
                #expect(try await store.caseFile(Cast.number(serial))?.orders.map(\.messageID) == ["M-1"])
            }
            #expect(try await store.caseFile(Cast.number(4))?.orders.map(\.messageID) == [nil])
            await #expect(throws: StoreError.duplicate) {
                _ = try await store.assignOrderMessage("M-1", at: Cast.noon, limit: 3)
            }
            let second = try #require(await store.assignOrderMessage("M-2", at: Cast.noon, limit: 3))
            #expect(second.orders.map(\.key) == [4, 5].map { Cast.order($0).key })
            #expect(try await store.assignOrderMessage("M-3", at: Cast.noon, limit: 3) == nil)
            #expect(try await store.unwrittenOrderMessages() == [first, second])
            try await store.orderMessageWritten("M-1", at: Cast.noon)
            #expect(try await store.unwrittenOrderMessages() == [second])
            await #expect(throws: StoreError.self) { try await store.orderMessageWritten("M-9", at: Cast.noon) }

            var bounced = Cast.step(4, expecting: 1, "remittance-bounced")
            bounced.orderOutcomes = [Cast.order(4).key: .bounced(.accountClosed)]
            try await store.commit(bounced)
            let order = try #require(await store.caseFile(Cast.number(4))?.orders.first)
            #expect(order.outcome == .bounced(.accountClosed))
            #expect(order.messageID == "M-2")
        }
    }

    @Test(arguments: StoreKind.all) func `keeps a bank line that belongs to no case, in suspense`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let line = Cast.line("B-1")
            try await store.keepUnmatched(line, why: "no such order", posting: .creditHeld(line.amount), at: Cast.noon)
            #expect(try await store.isBankLineKnown("B-1"))
            #expect(try await store.isBankLineKnown("b-1") == false)
            #expect(
                try await store.unmatchedBankLines() == [UnmatchedLine(line: line, why: "no such order", at: Cast.noon)]
            )
            await #expect(throws: StoreError.duplicate) {
                try await store.keepUnmatched(line, why: "again", posting: .creditHeld(line.amount), at: Cast.noon)
            }
            let balances = try await store.ledgerBalances()
            #expect(balances == ["bank": line.amount, "suspense:pension": -line.amount])
            #expect(try await store.counts().unmatchedBankLines == 1)
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `replaces the records of the persons named, and of nobody else`(
        kind: StoreKind
    ) async throws {
        try await withDirectory { directory in
            var store = try await kind.open(directory)
            #expect(try await store.record(of: Cast.resident(1)) == nil)
            try await store.importRecords([Cast.record(1), Cast.record(2)], at: Cast.noon)
            let bare = PersonRecord(
                person: InsuredPerson(name: "魏军", residentID: Cast.resident(2)),
                householdProvince: Cast.record(1).householdProvince, relation: .temporary, isActive: false,
                enrolledOn: [], isDeceased: true, drawsPension: true, hasLegalHold: false, carried: nil, lines: [],
                balances: [:])
            try await store.importRecords([bare], at: Cast.noon)
            for _ in 0..<2 {
                #expect(try await store.record(of: Cast.resident(1)) == Cast.record(1))
                #expect(try await store.record(of: Cast.resident(2)) == bare)
                store.close()
                store = try await kind.open(directory)
            }
            store.close()
        }
    }

    @Test(arguments: StoreKind.all) func `lists cases by number, as the filter asks`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            for serial in [3, 1, 2] { try await store.commit(Cast.firstStep(serial)) }
            try await store.commit(Cast.step(2, expecting: 1, "completed", isTerminal: true))
            func serials(_ change: (inout CaseFilter) -> Void) async throws -> [CaseNumber] {
                var filter = CaseFilter()
                change(&filter)
                return try await store.caseList(filter).map(\.number)
            }
            let all = [1, 2, 3].map { Cast.number($0) }
            #expect(try await serials { _ in } == all)
            #expect(try await serials { $0.onlyLive = true } == [all[0], all[2]])
            #expect(try await serials { $0.phase = "completed" } == [all[1]])
            #expect(try await serials { $0.lodgedBy = "hr-of-a-mill" } == all)
            #expect(try await serials { $0.lodgedBy = "hr-of-another" } == [])
            #expect(try await serials { $0.after = all[0] } == [all[1], all[2]])
            #expect(try await serials { $0.limit = 1 } == [all[0]])
            let entry = try #require(await store.caseList(CaseFilter()).last)
            #expect(entry.residentID == Cast.resident(3))
            #expect(entry.summary == Cast.summary())
            #expect(try await store.counts().casesByPhase == ["reviewing": 2, "completed": 1])
        }
    }
}
