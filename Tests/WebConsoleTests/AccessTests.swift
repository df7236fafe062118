import Casework
import Testing
import TransferCore
import TransferDocuments
import WebConsole

@Suite struct `Access to the interface` {
    @Test(
        arguments: [
            nil, "Bearer wrong", "Bearer", "Bearer ", "Basic \(WebCast.mill)", "\(WebCast.mill)",
            "Bearer  \(WebCast.mill)",
            "Bearer \(WebCast.mill) x", "Bearer \(WebCast.mill.uppercased())",
        ] as [String?])
    func `needs a token that is known`(value: String?) async throws {
        try await WebNode.run { node in
            var headers: [String: String] = [:]
            headers["Authorization"] = value
            let reply = try await node.get("/api/v1/cases", as: nil, headers)
            #expect(reply.status == 401)
            #expect(reply.text("code") == (value == nil ? "token-missing" : "token-unknown"))
            #expect(reply.headers["www-authenticate"]?.hasPrefix("Bearer realm=\"jiexu\"") == true)
        }
    }

    @Test func `takes the scheme in any case, and one token only`() async throws {
        try await WebNode.run { node in
            let known = "Authorization: bearer \(WebCast.mill)\r\n"
            let head = "GET /api/v1/cases HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
            let once = try await Wire.only(head + known + "\r\n", port: node.publicPort)
            #expect(once.status == 200)
            let twice = try await Wire.only(head + known + known + "\r\n", port: node.publicPort)
            #expect(twice.status == 401)
        }
    }

    @Test func `leaves no token and no person in the log`() async throws {
        try await WebNode.run { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            _ = try await node.get("/api/v1/cases/\(number)?name=secret")
            _ = try await node.get("/api/v1/nothing/\(WebCast.resident(1))")
            _ = try await node.get("/api/v1/cases", as: "a-token-that-nobody-has")
            let log = node.log.lines.joined(separator: "\n")
            for secret in [WebCast.mill, "a-token-that-nobody-has", WebCast.resident(1), "林芳", "13912345678", "secret"]
            {
                #expect(!log.contains(secret))
            }
            for token in WebCast.tokens {
                for secret in ["\(token.digest)", token.digest.hex, "\(token.digest.bytes)"] {
                    #expect(!log.contains(secret))
                    #expect(!"\(token)\(String(reflecting: token))".contains(secret))
                }
            }
            #expect(log.contains("public listener on http://127.0.0.1:0"))
            let line = try #require(node.log.lines.first { $0.hasPrefix("request ") })
            for part in ["POST", "/api/v1/applications", "201", "ms"] { #expect(line.contains(part)) }
            #expect(log.contains("/api/v1/cases/{number}"))
            #expect(!log.contains(number), "the log shows the pattern of the route and not the address")
        }
    }

    @Test func `to the work that waits is the staff's alone`() async throws {
        try await WebNode.run(alone: []) { node in
            for (token, status) in [(WebCast.mill, 403), (WebCast.window, 403), (WebCast.office, 200)] {
                let reply = try await node.get("/api/v1/work", as: token)
                #expect(reply.status == status)
            }
        }
    }

    @Test func `is refused for lists of tokens that are not clear`() {
        func token(_ name: String, _ secret: String) -> AccessToken {
            AccessToken(name: name, role: .staff, digest: WebCast.digest(secret))
        }
        #expect(throws: AccessTokenFault.name("A b")) { try AccessTokens([token("A b", "1")]) }
        #expect(throws: AccessTokenFault.name("")) { try AccessTokens([token("", "1")]) }
        #expect(throws: AccessTokenFault.nameTwice("a")) { try AccessTokens([token("a", "1"), token("a", "2")]) }
        #expect(throws: AccessTokenFault.digestTwice("b")) { try AccessTokens([token("a", "1"), token("b", "1")]) }
        #expect(throws: AccessTokenFault.tooMany) { try AccessTokens((0...1_000).map { token("t\($0)", "\($0)") }) }
        #expect(throws: Never.self) { try AccessTokens([token("a.b_c-1", "1"), token("b", "2")]) }
    }
}

@Suite struct `The work that waits` {
    @Test func `shows the decisions that no policy takes`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let reply = try await node.get("/api/v1/work", as: WebCast.office)
            let effect = try #require(reply.list("effects").first)
            #expect(effect.text("case") == number)
            #expect(effect.text("kind") == "review")
            #expect(effect.text("waitsFor") == "decision")
            #expect(reply.json["moreEffects"] == .bool(false))
        }
    }

    @Test func `shows nothing that the policy does alone, until it keeps failing`() async throws {
        try await WebNode.run { node in
            let number = try #require(
                try await node.lodge(WebCast.application(), key: "key-1").text("case").flatMap { CaseNumber($0) })
            let entry = try #require(try await node.store.caseList(CaseFilter()).first)
            let file = try #require(try await node.store.caseFile(number))
            var step = CaseStep(number: number, expecting: file.version, summary: entry.summary)
            step.newEffects = [NewEffect(kind: .review, dueAt: node.clock.now)]
            try await node.store.commit(step)
            #expect(try await node.get("/api/v1/work", as: WebCast.office).list("effects").isEmpty)
            let effect = try #require(try await node.store.openEffects(after: 0, limit: 1).first)
            for _ in 1...5 {
                try await node.store.effectFailed(effect.id, error: "the key is gone", dueAt: node.clock.now)
            }
            let shown = try await node.get("/api/v1/work", as: WebCast.office).list("effects")
            #expect(shown.map { $0.text("waitsFor") } == ["repair"])
        }
    }

    @Test func `is cut at its limit, and says so`() async throws {
        try await WebNode.run(alone: []) { node in
            for serial in 1...3 { _ = try await node.lodge(WebCast.application(serial), key: "key-\(serial)") }
            let reply = try await node.get("/api/v1/work?limit=2", as: WebCast.office)
            #expect(reply.list("effects").count == 2)
            #expect(reply.json["moreEffects"] == .bool(true))
        }
    }

    @Test func `shows money that belongs to no case`() async throws {
        try await WebNode.run { node in
            let line = BankLine(
                reference: "REF-7", direction: .credit, amount: .init(fen: 4_200), endToEndKey: "nobody",
                bookedOn: node.clock.now.date, returnReason: nil)
            try await node.desk.take(bankLines: [line])
            let reply = try await node.get("/api/v1/work", as: WebCast.office)
            let shown = try #require(reply.list("bankLines").first)
            #expect(shown.text("reference") == "REF-7")
            #expect(shown["amountFen"] == .integer(4_200))
            #expect(shown.text("why")?.isEmpty == false)
        }
    }
}

@Suite struct `The words of a notice` {
    @Test func `are there for every notice that can be given`() {
        let notices =
            Reason.allCases.flatMap { reason in
                [
                    Notice.refusal(reason), .temporaryAccount(reason), .correctionNeeded(reason),
                    .partlyTransferred(reason), .held(reason), .ended(reason),
                ]
            }
            + BounceReason.allCases.flatMap { [Notice.payoutBounced($0), .comeToTheDesk($0)] }
            + [.completion, .payoutPaid, .supplementNeeded, .lapsed, .withdrawn, .choiceNeeded]
        for notice in notices {
            let words = NoticeWording(name: notice.name, code: notice.code)
            #expect(words?.sentence.chinese.isEmpty == false, "\(notice)")
            #expect(words?.sentence.english.isEmpty == false, "\(notice)")
        }
        #expect(NoticeWording(name: "refusal", code: nil) == nil)
        #expect(NoticeWording(name: "never-published", code: nil) == nil)
    }
}
