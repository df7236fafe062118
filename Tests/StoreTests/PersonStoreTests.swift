import Accounts
import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The store of insured persons` {
    private static let source = LoginSource(address: "192.0.2.7")
    private static let person = Cast.resident(1)

    private static func entry(_ action: AuditAction = .sendCode, _ result: AuditResult = .done) -> AuditEntry {
        AuditEntry(
            at: Cast.noon, AuditActor(who: "insured-person", method: .oneTimeCode, source: source.place), action, result
        )
    }

    private static func later(_ milliseconds: Int64) -> Instant { Cast.noon.adding(milliseconds: milliseconds) }

    private static func digest(_ text: String) -> DocumentDigest { DocumentDigest(of: Array(text.utf8)) }

    private static func code(_ ticket: String, case serial: Int? = 1, at: Instant = Cast.noon) -> PersonCode {
        PersonCode(
            ticket: digest(ticket), number: serial.map { Cast.number($0) }, digest: digest("right"), madeAt: at,
            endsAt: at.adding(milliseconds: 600_000), tries: 3)
    }

    private static func attempt(
        _ store: JiexuStore, _ code: String, _ ticket: String, at: Instant = Cast.noon
    ) async throws -> PersonCodeTry {
        try await store.tryCode(digest(code), of: digest(ticket), at: at) { outcome in
            if case .right = outcome { entry(.logIn) } else { entry(.logIn, .refused) }
        }
    }

    @Test(arguments: StoreKind.all) func `finds the cases of a person by their number, in an index`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for serial in 1...3 {
                try await store.commit(Cast.firstStep(serial, resident: serial == 2 ? 9 : 1, role: .destination))
                try await store.commit(
                    Cast.step(serial, expecting: 1, "application-withdrawn", isTerminal: true))
            }
            #expect(try await store.cases(of: Self.person).map(\.number) == [Cast.number(3), Cast.number(1)])
            #expect(try await store.cases(of: Cast.resident(8)).isEmpty)
        }
    }

    @Test(arguments: StoreKind.all) func `takes a code once, in time, and after so many wrong ones not at all`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store async throws in
            let limits = PersonCodeLimits()
            for ticket in ["a", "b", "c"] {
                #expect(try await store.keepCode(Self.code(ticket), per: limits, Self.entry()))
            }
            #expect(try await Self.attempt(store, "wrong", "a") == .wrong(left: 2, Cast.number(1)))
            #expect(try await Self.attempt(store, "right", "a") == .right(Cast.number(1)))
            #expect(try await Self.attempt(store, "right", "a") == .gone)
            for left in [2, 1, 0] {
                #expect(try await Self.attempt(store, "wrong", "b") == .wrong(left: left, Cast.number(1)))
            }
            #expect(try await Self.attempt(store, "right", "b") == .gone)
            #expect(try await Self.attempt(store, "right", "c", at: Self.later(600_000)) == .gone)
            #expect(try await Self.attempt(store, "right", "never") == .gone)
            #expect(try await store.auditRows(after: 0, limit: 100).count == 12, "every try stands in the trail")
        }
    }

    @Test func `lets one of many tries of the same code win`() async throws {
        try await StoreKind.all[0].withStore { store in
            _ = try await store.keepCode(Self.code("a"), per: PersonCodeLimits(), Self.entry())
            let wins = try await withThrowingTaskGroup(of: PersonCodeTry.self) { group in
                for _ in 0..<20 { group.addTask { try await Self.attempt(store, "right", "a") } }
                return try await group.reduce(0) { $0 + ($1 == .right(Cast.number(1)) ? 1 : 0) }
            }
            #expect(wins == 1)
        }
    }

    @Test(arguments: StoreKind.all) func `counts the codes of a case in an hour, and lets nobody in without one`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            var limits = PersonCodeLimits()
            limits.codesPerHour = 2
            for (ticket, isKept) in [("a", true), ("b", true), ("c", false)] {
                #expect(try await store.keepCode(Self.code(ticket), per: limits, Self.entry()) == isKept)
            }
            #expect(try await store.keepCode(Self.code("d", case: 2), per: limits, Self.entry()))
            #expect(try await store.keepCode(Self.code("e", case: nil), per: limits, Self.entry()))
            #expect(try await Self.attempt(store, "right", "c") == .wrong(left: 2, nil))
            #expect(try await Self.attempt(store, "right", "e") == .wrong(left: 2, nil))
            let hour = Self.later(3_600_001)
            #expect(try await store.keepCode(Self.code("f", at: hour), per: limits, Self.entry()))
            let rows = try await store.auditRows(after: 0, limit: 100).map(\.entry)
            #expect(rows.filter { $0.reason == "too-many" }.map(\.result) == [.refused])
        }
    }

    @Test(arguments: StoreKind.all) func `keeps which notices were read, by whose they are, and which were told`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            for serial in 1...2 {
                var step = Cast.firstStep(serial)
                step.notices = ["refusal", "completion"].map {
                    StoredNotice(branch: .pension, name: $0, code: nil, at: Cast.noon)
                }
                try await store.commit(step)
            }
            let tidings = try await store.tidings(of: Self.person)
            let events = tidings.filter { $0.place.source == .event }
            #expect(events.map(\.notice.name) == Cast.firstStep(1).events.reversed().map(\.name))
            let notices = tidings.filter { $0.place.source == .notice }
            #expect(notices.map(\.notice.name) == ["completion", "refusal"])
            #expect(tidings.count == events.count + notices.count && tidings.allSatisfy { $0.readAt == nil })
            for one in [events[0], notices[0]] {
                try await store.markRead(one.key, of: Cast.resident(2), at: Cast.noon)
                #expect(try await store.tidings(of: Self.person).allSatisfy { $0.readAt == nil || $0.key != one.key })
                for _ in 0..<2 { try await store.markRead(one.key, of: Self.person, at: Cast.noon) }
            }
            let read = try await store.tidings(of: Self.person).filter { $0.readAt == Cast.noon }
            #expect(Set(read.map(\.key)) == [events[0].key, notices[0].key])

            for (source, count) in [(PersonNotice.Source.notice, 4), (.event, 2 * events.count)] {
                let waiting = try await store.untold(source, limit: 10)
                #expect(waiting.count == count, "\(source)")
                #expect(waiting.map(\.position) == waiting.map(\.position).sorted())
                try await store.told(source, upTo: waiting[count - 2].position)
                try await store.told(source, upTo: waiting[0].position)
                #expect(try await store.untold(source, limit: 10) == [waiting[count - 1]], "\(source)")
            }
        }
    }

    @Test(arguments: StoreKind.all) func `tells of an answer once it is given`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            for subject in ["1-1", "1-2"] {
                let request = PersonRequest(
                    number: Cast.number(1), kind: .objection, subject: subject, reason: "base", at: Cast.noon)
                _ = try await store.keep(request, unlessSince: Cast.noon, Self.entry(.ask))
            }
            #expect(try await store.untold(.answer, limit: 10).isEmpty)
            for id in [2, 1] as [Int64] {
                #expect(
                    try await store.answer(id, "so", by: "window-2", at: Self.later(id), Self.entry(.answerPerson)))
            }
            let answers = try await store.tidings(of: Self.person).filter { $0.place.source == .answer }
            #expect(answers.map(\.place.id) == [2, 1])
            #expect(answers.allSatisfy { $0.notice.name == PersonNotice.answerName && $0.notice.code == "objection" })
            #expect(try await store.untold(.answer, limit: 10).map(\.notice.place.id) == [2, 1], "as they were given")
            #expect(PersonNotice.Key(answers[0].key.text) == answers[0].key)
            try await store.markRead(answers[0].key, of: Self.person, at: Cast.noon)
            let unread = try await store.tidings(of: Self.person).filter { $0.readAt == nil }
            #expect(!unread.contains { $0.key == answers[0].key } && unread.contains { $0.key == answers[1].key })
        }
    }

    /// A request and the step that follows from it are one: with a request that is there already nothing is written, and
    /// where the step cannot be written the request is not there either.
    @Test(arguments: StoreKind.all) func `keeps a request with its step, or neither`(kind: StoreKind) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            let request = PersonRequest(number: Cast.number(1), kind: .withdrawal, reason: "stays", at: Cast.noon)
            let file = try #require(try await store.caseFile(Cast.number(1)))
            func step(expecting version: Int) -> CaseStep { Cast.step(1, expecting: version, "application-withdrawn") }
            await #expect(throws: StoreError.caseMovedOn) {
                try await store.keep(
                    request, unlessSince: Self.later(1), with: step(expecting: file.version + 1), Self.entry(.withdraw))
            }
            #expect(try await store.requests(of: Cast.number(1)).isEmpty)
            let kept = try await store.keep(
                request, unlessSince: Self.later(1), with: step(expecting: file.version), Self.entry(.withdraw))
            // The number of the request that was not kept may be missing then.
            guard case .kept(let id) = kept else {
                Issue.record("the request was not kept: \(kept)")
                return
            }
            let known = try await store.keep(
                request, unlessSince: Cast.noon, with: step(expecting: file.version + 1), Self.entry(.withdraw))
            #expect(known == .known(id))
            #expect(try await store.caseFile(Cast.number(1))?.version == file.version + 1)
            #expect(try await store.auditRows(after: 0, limit: 100).count == 1)
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `keeps what people ask, once, and its one answer`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            let request = PersonRequest(
                number: Cast.number(1), kind: .objection, subject: "1-2", reason: "base", words: "why", at: Cast.noon)
            let outcome = try await store.keep(request, unlessSince: Cast.noon, Self.entry(.ask))
            #expect(outcome == .kept(1))
            #expect(try await store.keep(request, unlessSince: Cast.noon, Self.entry(.ask)) == .known(1))
            #expect(try await store.keep(request, unlessSince: Self.later(1), Self.entry(.ask)) == .kept(2))
            #expect(try await store.openRequests(limit: 10).map(\.id) == [1, 2])
            #expect(try await store.answer(1, "so", by: "window-2", at: Cast.noon, Self.entry(.answerPerson)))
            #expect(try await !store.answer(1, "no", by: "window-3", at: Cast.noon, Self.entry(.answerPerson)))
            let kept = try await store.requests(of: Cast.number(1))
            #expect(kept.map { $0.answer?.words } == ["so", nil])
            #expect(kept[0].words == "why" && kept[0].subject == "1-2" && kept[0].kind == .objection)
            #expect(try await store.openRequests(limit: 10).map(\.id) == [2])
            #expect(try await store.auditRows(after: 0, limit: 100).count == 3, "an entry for each change, and no more")
            #expect(try await StoreAudit(store).verify() == [])
        }
    }

    @Test(arguments: StoreKind.all) func `gives a document one check code for ever, and reads it from the disk`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            let document = Cast.document(1, from: Cast.hangzhou, to: Cast.chengdu)
            var step = Cast.firstStep(1)
            step.outgoing = [document]
            try await store.commit(step)
            func code(_ offered: String, _ document: StoredDocument) async throws -> String? {
                try await store.checkCode(of: document, in: Cast.number(1), orElse: offered, at: Cast.noon)
            }
            #expect(try await code("0123456789ABC", document) == "0123456789ABC")
            #expect(try await code("ZZZZZZZZZZZZZ", document) == "0123456789ABC")
            let other = Cast.document(2, from: Cast.hangzhou, to: Cast.chengdu, says: "later")
            #expect(try await code("ZZZZZZZZZZZZZ", other) == nil, "it is not stored")
            let found = try #require(try await store.checkedDocument("0123456789ABC"))
            #expect(found.document.bytes == document.bytes && found.digest == document.digest)
            #expect(found.residentID == Self.person && found.number == Cast.number(1) && !found.isSuperseded)
            var next = Cast.step(1, expecting: 1, "letter-returned")
            next.outgoing = [other]
            try await store.commit(next)
            #expect(try await store.checkedDocument("0123456789ABC")?.isSuperseded == true)
            #expect(try await store.checkedDocument("ZZZZZZZZZZZZZ") == nil)
        }
    }

    @Test(arguments: StoreKind.all) func `uses a grant as often as it says, and not when it was taken back`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            try await store.commit(Cast.firstStep(1))
            func make(_ name: String) async throws -> Int64 {
                try await store.keep(
                    PersonGrant(
                        digest: Self.digest(name), number: Cast.number(1), scopes: [.progress, .amounts],
                        madeAt: Cast.noon, endsAt: Self.later(1_000), uses: 2), Self.entry(.makeGrant))
            }
            func use(_ name: String, at: Instant = Cast.noon) async throws -> PersonGrant? {
                try await store.useGrant(Self.digest(name), by: "mill", from: Self.source, at: at) { number in
                    Self.entry(.useGrant, number == nil ? .refused : .done)
                }
            }
            let (one, two) = (try await make("one"), try await make("two"))
            #expect(try await use("one")?.scopes == [.progress, .amounts])
            #expect(try await use("one") != nil)
            #expect(try await use("one") == nil)
            #expect(try await use("two", at: Self.later(1_000)) == nil)
            #expect(try await use("three") == nil)
            let revoke = Self.entry(.revokeGrant)
            #expect(try await !store.revokeGrant(two, of: Cast.resident(2), at: Cast.noon, revoke))
            #expect(try await store.revokeGrant(two, of: Self.person, at: Cast.noon, revoke))
            #expect(try await !store.revokeGrant(two, of: Self.person, at: Cast.noon, revoke))
            #expect(try await use("two") == nil)
            let grants = try await store.grants(of: Self.person)
            #expect(grants.map(\.id) == [two, one] && grants.map(\.used) == [0, 2])
            let uses = try await store.grantUses(of: Self.person, limit: 10)
            #expect(uses.map(\.who) == ["mill", "mill"] && uses.allSatisfy { $0.source == "192.0.2.7" })
            #expect(try await store.grants(of: Cast.resident(2)).isEmpty)
            #expect(try await store.auditRows(after: 0, limit: 100).count == 9)
        }
    }

    @Test(arguments: StoreKind.all) func `keeps the newest telephone that a clerk has noted`(
        kind: StoreKind
    ) async throws {
        try await kind.withStore { store in
            #expect(try await store.contact(of: Self.person) == nil)
            for mobile in ["13900000001", "13900000002"] {
                try await store.keepContact(
                    mobile, of: Self.person, by: "window-2", at: Cast.noon, Self.entry(.noteTelephone))
            }
            #expect(try await store.auditRows(after: 0, limit: 9).count == 2)
            #expect(try await store.contact(of: Self.person) == "13900000002")
        }
    }
}
