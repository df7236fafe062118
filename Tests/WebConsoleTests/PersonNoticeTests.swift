import Accounts
import Casework
import FoundationEssentials
import Store
import TestPostgres
import Testing
import TransferCore
import WebConsole

@Suite struct `What an insured person is told` {
    /// Every event of every leg, as the page of published names lists them; the legs are held against it elsewhere.
    private static func publishedEvents() throws -> Set<String> {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = String(decoding: try Data(contentsOf: root.appending(path: "contracts/events.md")), as: UTF8.self)
        var names: Set<String> = []
        var isOfEvents = false
        for line in page.split(separator: "\n", omittingEmptySubsequences: false) {
            if !line.hasPrefix("|") { isOfEvents = false }
            if line.hasPrefix("| event |") { isOfEvents = true }
            guard isOfEvents, line.hasPrefix("| `") else { continue }
            names.insert(String(line.dropFirst(3).prefix { $0 != "`" }))
        }
        return names
    }

    @Test func `has words for every event that can happen, or the event is among those that concern nobody`() throws {
        let published = try Self.publishedEvents()
        #expect(published.count > 90, "the page was read")
        #expect(published.subtracting(EventNotice.names).sorted() == [], "neither words nor said to concern nobody")
        #expect(EventNotice.names.subtracting(published).sorted() == [], "of events that there are not")
        for name in published {
            guard case .told(let words, _, let unless) = EventNotice.of(name) else { continue }
            let isChinese = words.chinese.unicodeScalars.contains { $0.value > 0x4E00 }
            #expect(isChinese && words.chinese.hasSuffix("。"), "\(name)")
            #expect(!words.english.isEmpty && words.english.utf8.allSatisfy { $0 < 0x80 }, "\(name)")
            for notice in unless { #expect(CaseWords.noticeWording(notice).chinese != notice, "\(notice) is a notice") }
        }
        #expect(EventNotice.of("never-published") == nil && EventNotice.of("heir-") == nil)
        #expect(EventNotice.of("refund-payout-paid") == EventNotice.of("payout-paid"))
        #expect(EventNotice.of("heir-3-payout-paid") == EventNotice.of("payout-paid"))
    }

    /// What happened in a case and should stand in the list: one line for each event that says something.
    private static func expected(_ node: WebNode, _ number: String) async throws -> [Wording] {
        let caseNumber = try #require(CaseNumber(number))
        let file = try #require(try await node.store.caseFile(caseNumber))
        return file.events.compactMap { event in
            guard case .told(let words, _, _) = EventNotice.of(event.name) else { return nil }
            return words
        }
    }

    @Test func `has an unread item for each change of state, at both offices`() async throws {
        try await WebTransfer.certified { destination, origin, number in
            try await origin.records.keepContact(
                "13912345678", of: try ResidentID(WebCast.resident(1)), by: "window-2",
                at: origin.clock.now,
                AuditEntry(
                    at: origin.clock.now, AuditActor(who: "window-2", method: .settings, source: ""), .noteTelephone,
                    .done))
            for (node, least) in [(destination, 3), (origin, 2)] {
                let words = try await Self.expected(node, number)
                #expect(words.count >= least)
                let person = try await Browser.person(node, WebCast.resident(1), number)
                #expect(person.page.body.contains("消息（\(words.count)）"), "\(words.count)")
                let list = try await person.open("/my/notices").body
                for words in words { #expect(list.contains(words.chinese), "\(words.chinese)") }
                #expect(list.components(of: "未读").count == words.count)
                #expect(list.contains("消息（\(words.count)）"), "looking at the list reads nothing")
            }
        }
    }

    @Test func `count what is unread, and read only what is opened or set so`() async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            let number = try #require(try await destination.lodge(WebCast.application(), key: "key-1").text("case"))
            let other = try #require(
                try await destination.lodge(WebCast.application(2, name: "魏军"), key: "key-2").text("case"))
            try await destination.exchange(with: origin)
            let person = try await Browser.person(destination, WebCast.resident(1), number)
            // Lodged, accepted, and handed back by the origin.
            #expect(person.page.body.contains("消息（3）"))
            for _ in 0..<2 {
                let list = try await person.open("/my/notices")
                #expect(list.body.contains("消息（3）") && list.body.contains("未读"))
                #expect(!list.body.contains(other))
            }
            let addresses = person.page.body.components(of: "action=\"").filter { $0.hasPrefix("/my/notices/") }
                .map { String($0.prefix { $0 != "\"" }) }
            let (first, second) = (try #require(addresses.first), try #require(addresses.last))
            #expect(first.contains(".notice.") && second.contains(".event."))
            let stranger = try await Browser.person(destination, WebCast.resident(2), other)
            try await stranger.open("/my/notices")
            for address in [first, second] { _ = try await stranger.send(address, [:]) }
            #expect(try await person.open("/my/notices").body.contains("消息（3）"), "not by somebody else")
            let opened = try await person.send(first, [:])
            #expect(opened.headers["location"] == "/my/transfers/\(number)")
            #expect(try await person.follow().body.contains("消息（2）"))
            try await person.open("/my/notices")
            #expect(second.hasSuffix("/read"))
            #expect(try await person.send(second, [:]).status == 303)
            let list = try await person.open("/my/notices").body
            #expect(list.contains("消息（1）") && list.components(of: ">已读</span>").count == 2)
            let hidden = person.hidden
            #expect(try await person.send("/my/notices/\(number).event.999/open", hidden).status == 303)
            #expect(try await person.send("/my/notices/7/open", hidden).status == 404)
        }
    }

    @Test func `is told of an answer too`() async throws {
        try await WebTransfer.certified(record: try WebTransfer.record()) { destination, _, number in
            let person = try await Browser.person(destination, WebCast.resident(1), number)
            try await person.open("/my/transfers/\(number)/record/1")
            let sent = try await person.send("/my/transfers/\(number)/record/1", ["reason": "base"])
            #expect(sent.status == 303)
            let before = try await person.open("/my/notices").body
            #expect(!before.contains("已答复您的异议"))
            let request = try #require(try await destination.records.openRequests(limit: 1).first)
            let now = destination.clock.now
            let actor = AuditActor(who: "window-2", method: .settings, source: "")
            #expect(
                try await destination.records.answer(
                    request.id, "已核实，基数无误。", by: "window-2", at: now,
                    AuditEntry(at: now, actor, .answerPerson, .done)))
            #expect(try await person.open("/my/notices").body.contains("经办机构已答复您的异议。"))
        }
    }

    @Test func `goes out as texts where it matters, each once, by day, and without anything personal`() async throws {
        try await WebNode.runPair { destination, origin in
            try await destination.store.importRecords([WebCast.record(isActive: true)], at: destination.clock.now)
            _ = try await destination.lodge(WebCast.application(), key: "key-1")
            try await destination.exchange(with: origin)
            let post = NoticePost(
                records: destination.records, cases: destination.store, port: destination.texts, desk: destination.desk)
            destination.clock.move(seconds: 10 * 3_600)
            try await post.tell()
            #expect(destination.texts.texts.isEmpty, "at ten in the evening nobody is woken")
            destination.clock.move(seconds: 10 * 3_600)
            for _ in 0..<2 { try await post.tell() }
            let texts = destination.texts.texts
            #expect(texts.map(\.kind) == [.notice, .notice, .notice])
            #expect(Set(texts.map(\.id)).count == 3)
            for (text, words) in zip(texts, ["申请已提交", "已受理", Reason.noRecordAtOrigin.sentence.chinese]) {
                #expect(text.mobile == "13912345678")
                #expect(text.words.contains(words))
                for word in [WebCast.resident(1), "林芳", "http"] { #expect(!text.words.contains(word)) }
            }
        }
    }

    /// Takes nothing, as a folder on a full disk does.
    private struct ClosedPort: NoticePort {
        func hand(over texts: [NoticeText]) async throws(NoticeFault) { throw NoticeFault("no room") }
    }

    @Test func `waits as a whole when texts cannot be handed over`() async throws {
        try await WebNode.run(alone: []) { node in
            for serial in 1...3 {
                _ = try await node.lodge(WebCast.application(serial), key: "key-\(serial)")
            }
            func post(over port: any NoticePort) -> NoticePost {
                NoticePost(records: node.records, cases: node.store, port: port, desk: node.desk)
            }
            try await post(over: ClosedPort()).tell()
            #expect(node.texts.texts.isEmpty)
            for _ in 0..<2 { try await post(over: node.texts).tell() }
            #expect(node.texts.texts.count == 3)
            #expect(Set(node.texts.texts.map(\.id)).count == 3)
        }
    }

    /// What a database of an earlier version brings along: its events say where they end.
    @Test func `counts as read what happened before each change was told`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            try await node.runUnguarded(
                """
                INSERT INTO notice_cursor (name, told) SELECT 'events-before', max(at) FROM events;
                INSERT INTO notice_cursor (name, told) SELECT 'telephone-events', max(position) FROM audit_leaves;
                """)
            let post = NoticePost(records: node.records, cases: node.store, port: node.texts, desk: node.desk)
            try await post.tell()
            #expect(node.texts.texts.isEmpty)
            node.clock.move(seconds: 1)
            let person = try await Browser.person(node, WebCast.resident(1), number)
            #expect(!person.page.body.contains("消息（"))
            #expect(try await person.open("/my/notices").body.contains(">已读</span>"))
            try await node.desk.withdraw(try #require(CaseNumber(number)), owner: "mill")
            #expect(try await person.open("/my/notices").body.contains("消息（1）"))
            try await post.tell()
            #expect(node.texts.texts.count { $0.kind == .notice } == 1)
        }
    }

    /// Papers that never came: the deadline and what follows from it are one step.
    @Test func `is told once of what one step says twice`() async throws {
        try await WebNode.run { node in
            try await node.store.importRecords([WebCast.record(isActive: true)], at: node.clock.now)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let supplement = EventNotice.of("deadline-passed")
            guard case .told(let words, true, ["lapsed"]) = supplement else {
                Issue.record("late is told")
                return
            }
            let caseNumber = try #require(CaseNumber(number))
            try await node.runUnguarded(
                """
                INSERT INTO events (case_id, sequence, branch, name, at, actor)
                SELECT id, 90, 'pension', 'deadline-passed', 5, 'clock' FROM cases;
                INSERT INTO notices (case_id, branch, name, at) SELECT id, 'pension', 'lapsed', 5 FROM cases;
                INSERT INTO audit_leaves (position, kind, case_id, subject, hash)
                SELECT (SELECT max(position) + 1 FROM audit_leaves), 'event', id, 90,
                    (SELECT hash FROM audit_leaves WHERE position = 0) FROM cases;
                """)
            let post = NoticePost(records: node.records, cases: node.store, port: node.texts, desk: node.desk)
            try await post.tell()
            let told = node.texts.texts.map(\.words)
            #expect(told.count { $0.contains("逾期未补齐材料") } == 1)
            #expect(told.count { $0.contains(words.chinese) } == 0)
            let person = try ResidentID(WebCast.resident(1))
            #expect(try await node.records.tidings(of: person).contains { $0.number == caseNumber })
            let browser = try await Browser.person(node, WebCast.resident(1), number)
            let list = try await browser.open("/my/notices").body
            #expect(list.contains("逾期未补齐材料") && !list.contains(words.chinese))
        }
    }
}

/// Two things that are one: what a person asks, and the step of the case that follows from it.
@Suite struct `What an insured person changes` {
    private static func fails(_ table: String) -> String {
        """
        CREATE TRIGGER the_disk_is_gone BEFORE INSERT ON \(table) BEGIN SELECT RAISE(ABORT, 'nothing more'); END;
        """
    }

    /// The half that cannot be written, and what must then not be there either.
    @Test(.enabled(if: TestStore.speaksSQLite), arguments: ["person_requests", "events"])
    func `is taken back with its reason, or not at all`(half: String) async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let caseNumber = try #require(CaseNumber(number))
            let person = try await Browser.person(node, WebCast.resident(1), number)
            try await person.open("/my/transfers/\(number)/withdraw")
            let fields = person.hidden.merging(["reason": "stays"]) { $1 }
            try await node.runUnguarded(Self.fails(half))
            #expect(try await person.send("/my/transfers/\(number)/withdraw", fields).status >= 500)
            #expect(try await node.store.caseFile(caseNumber)?.events.count == 1, "not withdrawn without a reason")
            #expect(try await node.records.requests(of: caseNumber).isEmpty, "no reason of what was not withdrawn")
            try await node.runUnguarded("")
            #expect(try await person.send("/my/transfers/\(number)/withdraw", fields).status == 303)
            #expect(try await person.follow().body.contains("不再转移"))
            #expect(try await node.store.caseFile(caseNumber)?.events.last?.name == "application-withdrawn")
            #expect(try await node.records.requests(of: caseNumber).count == 1)
        }
    }

    @Test(.enabled(if: TestStore.speaksSQLite), arguments: ["person_requests", "documents"])
    func `is urged with its reminder, or not at all`(half: String) async throws {
        try await WebNode.run { node in
            try await node.store.importRecords([WebCast.record(isActive: true)], at: node.clock.now)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let caseNumber = try #require(CaseNumber(number))
            for effect in try await node.store.openEffects(after: 0, limit: 10) { try await node.desk.carryOut(effect) }
            node.clock.move(days: 40)
            let person = try await Browser.person(node, WebCast.resident(1), number)
            try await person.open("/my/transfers/\(number)")
            let fields = person.hidden
            try await node.runUnguarded(Self.fails(half))
            #expect(try await person.send("/my/transfers/\(number)/urge", fields).status >= 500)
            #expect(try await node.store.caseFile(caseNumber)?.documents.map(\.kind) == [.acceptanceLetter])
            #expect(try await node.records.requests(of: caseNumber).isEmpty)
            try await node.runUnguarded("")
            for _ in 0..<2 { #expect(try await person.send("/my/transfers/\(number)/urge", fields).status == 303) }
            #expect(try await node.store.caseFile(caseNumber)?.documents.map(\.kind) == [.acceptanceLetter, .reminder])
            #expect(try await node.records.requests(of: caseNumber).map(\.kind) == [.urging])
        }
    }
}
