import Casework
import Store
import Testing
import TransferCore
import TransferDocuments

@Suite struct `The interface of the staff` {
    private static let accept = #"{"action":"accept","text":"材料齐全。"}"#

    /// A node on which nothing is decided by a policy, and a case that waits for its review, since some days.
    private static func reviewing(
        waiting days: Int64 = 0, _ use: (WebNode, String) async throws -> Void
    ) async throws {
        try await WebNode.run(alone: []) { node in
            let record = try WebCast.record(isActive: true)
            try await node.store.importRecords([record], at: node.clock.now)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            node.clock.move(days: days)
            try await use(node, number)
        }
    }

    private static func propose(_ node: WebNode, _ number: String) async throws -> Reply {
        try await node.post("/api/v1/staff/cases/\(number)/proposals", accept, as: WebStaff.wang)
    }

    @Test func `changes nothing for an auditor, whatever the token may do besides`() async throws {
        try await Self.reviewing { node, number in
            let lost = #"{"number":"6222020200112230000"}"#
            for (path, body) in [
                ("/api/v1/cases/\(number)/withdrawal", ""), ("/api/v1/lost-accounts", lost),
                ("/api/v1/staff/cases/\(number)/proposals", Self.accept),
            ] {
                let reply = try await node.post(
                    path, body, as: WebStaff.zhou, body.isEmpty ? [:] : ["Content-Type": "application/json"])
                #expect(reply.status == 403, "\(path)")
            }
            #expect(try await node.get("/api/v1/cases/\(number)", as: WebStaff.zhou).status == 200)
            let entry = try await node.records.entry(try #require(CaseNumber(number)))
            #expect(entry?.summary.phase == "reviewing")
        }
    }

    @Test func `takes a decision of two persons, and answers when the case has moved`() async throws {
        try await Self.reviewing { node, number in
            let proposed = try await Self.propose(node, number)
            #expect(proposed.status == 201)
            #expect(proposed.text("state") == "open")
            #expect(proposed.text("caseNow", "phase") == "reviewing")
            #expect(proposed.text("rehearsal", "phaseAfter") == "awaiting-reply")
            let id = try #require(proposed.number("id"))
            #expect(proposed.headers["location"] == "/api/v1/staff/proposals/\(id)")
            let digest = try #require(proposed.text("digest"))
            #expect(digest == DocumentDigest(of: Array(Self.accept.utf8)).text)

            let shown = try await node.get("/api/v1/staff/proposals/\(id)", as: WebStaff.li)
            #expect(shown.text("form", "text") == "材料齐全。")
            let approved = try await node.post(
                "/api/v1/staff/proposals/\(id)/approve", #"{"digest":"\#(digest)"}"#, as: WebStaff.li)
            #expect(approved.status == 200)
            #expect(approved.text("state") == "carried-out")
            #expect(approved.text("caseNow", "phase") == "awaiting-reply")
            let open = try await node.get("/api/v1/staff/proposals?state=open", as: WebStaff.zhou)
            #expect(open.list("proposals").isEmpty)
        }
    }

    /// It was answered that the case is not stuck, and nothing else.
    @Test func `says of a case that merely waits for what, until when and who sees to it`() async throws {
        try await Self.reviewing { node, number in
            let path = "/api/v1/staff/stalled/\(number)"
            let open = try await node.get(path, as: WebStaff.wang)
            #expect(open.status == 404 && open.text("code") == "not-stalled")
            let due = try #require(try await node.get("/api/v1/cases/\(number)", as: WebStaff.wang).text("due"))
            for words in ["等待“受理审核”", "期限 \(due)", "尚无人领取", "until \(due)", "nobody sees to it"] {
                #expect(open.text("detail")?.contains(words) == true, "\(words): \(open.text("detail") ?? "")")
            }
            _ = try await node.post("/api/v1/staff/cases/\(number)/claim", "", as: WebStaff.wang)
            #expect(try await node.get(path, as: WebStaff.wang).text("detail")?.contains("由 0107 领取") == true)
        }
    }

    /// Case X-16 of the domain handbook.
    @Test(arguments: [WebStaff.wang, WebStaff.wangElsewhere])
    func `lets nobody check their own work, with whatever account`(token: String) async throws {
        try await Self.reviewing { node, number in
            let proposed = try await Self.propose(node, number)
            let (id, digest) = (try #require(proposed.number("id")), try #require(proposed.text("digest")))
            let reply = try await node.post(
                "/api/v1/staff/proposals/\(id)/approve", #"{"digest":"\#(digest)"}"#, as: token)
            #expect(reply.status == 403)
            #expect(reply.text("code") == "same-person")
            #expect(try await node.get("/api/v1/cases/\(number)", as: WebStaff.li).text("phase") == "reviewing")
        }
    }

    @Test func `refuses another digest, and a case that has moved on`() async throws {
        try await Self.reviewing { node, number in
            let proposed = try await Self.propose(node, number)
            let id = try #require(proposed.number("id"))
            let other = DocumentDigest(of: []).text
            let path = "/api/v1/staff/proposals/\(id)/approve"
            let differs = try await node.post(path, #"{"digest":"\#(other)"}"#, as: WebStaff.li)
            #expect(differs.status == 409)
            #expect(differs.text("code") == "digest-differs")
            let stale = try await node.post(
                "/api/v1/staff/cases/\(number)/proposals", #"{"action":"accept","text":"x","version":99}"#,
                as: WebStaff.wang)
            #expect(stale.text("code") == "case-moved-on")
            for body in ["{}", #"{"digest":"x"}"#, #"{"digest":"\#(other)","more":1}"#] {
                #expect(try await node.post(path, body, as: WebStaff.li).status == 422)
            }
        }
    }

    @Test func `is for persons only, each with their duties`() async throws {
        try await Self.reviewing { node, number in
            let path = "/api/v1/staff/cases/\(number)/proposals"
            let replies = [
                (WebCast.mill, "role-not-allowed"), (WebCast.office, "person-required"),
                (WebStaff.li, "duty-missing"), (WebStaff.zhou, "duty-missing"),
            ]
            for (token, code) in replies {
                let reply = try await node.post(path, Self.accept, as: token)
                #expect(reply.status == 403)
                #expect(reply.text("code") == code)
            }
            let rehearsed = try await node.post(
                "/api/v1/staff/cases/\(number)/rehearsals", Self.accept, as: WebStaff.zhou)
            #expect(rehearsed.status == 200)
            #expect(rehearsed.json["rehearsal"]?["documents"] == .array([.string("acceptance-letter")]))
        }
    }

    @Test func `tells every fault of a form in both languages`() async throws {
        try await Self.reviewing { node, number in
            let reply = try await node.post(
                "/api/v1/staff/cases/\(number)/proposals", #"{"action":"refuse","more":1}"#, as: WebStaff.wang)
            #expect(reply.status == 422)
            let errors = reply.list("errors").map { "\($0.text("code") ?? "") \($0.text("pointer") ?? "")" }
            #expect(errors == ["missing-field /reason", "missing-field /text", "unknown-field /more"])
            #expect(reply.list("errors").allSatisfy { $0.text("detailChinese")?.isEmpty == false })
        }
    }

    @Test func `lists what is stuck as the gauge counts it, and what can be done`() async throws {
        try await Self.reviewing(waiting: 40) { node, number in
            let line = BankLine(
                reference: "REF-7", direction: .credit, amount: Money(fen: 4_200), endToEndKey: "nobody",
                bookedOn: node.clock.now.date, returnReason: nil)
            try await node.desk.take(bankLines: [line])
            let listed = try await node.get("/api/v1/staff/stalled", as: WebStaff.zhou)
            #expect(listed.list("stalled").map { $0.text("cause") } == ["decision-waits"])
            #expect(listed.list("stalled").map { $0.text("case") } == [number])
            #expect(listed.list("money").map { $0.text("reference") } == ["REF-7"])
            let metrics = try await node.operate("GET", "/metrics").body
            #expect(metrics.contains("jiexu_transfers_stalled{cause=\"decision-waits\"} 1"))
            #expect(metrics.contains("jiexu_transfers_stalled{cause=\"money-without-case\"} 1"))
            #expect(metrics.contains("jiexu_transfers_stalled{cause=\"peer-silent\"} 0"))

            let shown = try await node.get("/api/v1/staff/stalled/\(number)", as: WebStaff.wang)
            let accept = try #require(shown.list("actions").first { $0.text("action") == "accept" })
            #expect(accept["needsChecker"] == .bool(true))
            guard case .array(let here)? = accept["here"], case .array(let there)? = accept["atPeer"] else {
                Issue.record("no consequences"); return
            }
            #expect(here.allSatisfy { $0.text("chinese")?.isEmpty == false })
            #expect(there.first?.text("english")?.contains("acceptance letter") == true)
            #expect(!shown.list("actions").contains { $0.text("action") == "remit" })
            for query in ["cause=boredom", "peer=1", "level=3", "after=x", "limit=0"] {
                let reply = try await node.get("/api/v1/staff/stalled?\(query)", as: WebStaff.wang)
                #expect(reply.text("code") == "query-invalid")
            }
            let other = try await node.get("/api/v1/staff/stalled?cause=overdue", as: WebStaff.wang)
            #expect(other.list("stalled").isEmpty && other.list("money").isEmpty)
        }
    }

    @Test func `gives a case to one person, who hands it over`() async throws {
        try await Self.reviewing(waiting: 40) { node, number in
            let path = "/api/v1/staff/cases/\(number)"
            func claim(_ token: String) async throws -> Reply {
                try await Wire.only(
                    "POST \(path)/claim HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                        + "Authorization: Bearer \(token)\r\nContent-Length: 0\r\n\r\n", port: node.publicPort)
            }
            #expect(try await claim(WebStaff.wang).text("person") == "0107")
            let listed = try await node.get("/api/v1/staff/stalled", as: WebStaff.li).list("stalled")
            #expect(listed.map { $0.text("person") } == ["0107"])
            #expect(try await claim(WebStaff.zhou).text("code") == "duty-missing")
            let missing = try await node.post("\(path)/hand-over", #"{"person":"9999"}"#, as: WebStaff.wang)
            #expect(missing.text("code") == "no-such-person")
            let released = try await node.post("\(path)/hand-over", #"{"person":null}"#, as: WebStaff.wang)
            #expect(released.status == 200)
            #expect(released.text("person") == nil)
        }
    }

    @Test func `makes a job of what a filter finds, and has it approved by another person`() async throws {
        try await Self.reviewing(waiting: 40) { node, number in
            let body =
                #"{"work":"action","form":\#(Self.accept),"filter":{"cause":"decision-waits","peer":"510100"}}"#
            let made = try await node.post("/api/v1/staff/jobs", body, as: WebStaff.wang)
            #expect(made.status == 201)
            let id = try #require(made.number("id"))
            while try await node.work.workOnce() {}
            let job = try await node.get("/api/v1/staff/jobs/\(id)", as: WebStaff.li)
            #expect(job.text("state") == "waiting")
            let approval = #"{"digest":"\#(try #require(job.text("digest")))"}"#
            let path = "/api/v1/staff/jobs/\(id)/approve"
            let same = try await node.post(path, approval, as: WebStaff.wangElsewhere)
            #expect(same.text("code") == "same-person")
            #expect(try await node.post(path, approval, as: WebStaff.li).text("state") == "running")
            while try await node.work.workOnce() {}
            let done = try await node.get("/api/v1/staff/jobs/\(id)", as: WebStaff.zhou)
            #expect(done.text("state") == "done")
            #expect(done.list("items").map { $0.text("outcome") } == ["done"])
            let shown = try await node.get("/api/v1/cases/\(number)", as: WebStaff.zhou)
            #expect(shown.text("phase") == "awaiting-reply")
            let empty = try await node.post("/api/v1/staff/jobs", body, as: WebStaff.wang)
            #expect(empty.text("code") == "nothing-to-do")
        }
    }
}
