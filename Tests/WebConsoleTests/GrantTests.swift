import Accounts
import Store
import Testing
import TransferCore

@Suite struct `What an insured person lets others see` {
    /// - Returns: the code, as the page shows it.
    private static func grant(
        _ person: Browser, _ number: String, _ scope: String, uses: String = "1", days: String = "1"
    ) async throws -> String {
        try await person.open("/my/grants")
        let made = try await person.send(
            "/my/grants", ["number": number, "scope": scope, "days": days, "uses": uses])
        #expect(made.status == 200)
        let behind = try #require(made.body.components(of: "<strong class=\"code\">").first)
        return String(behind.prefix { $0 != "<" })
    }

    private static func look(_ node: WebNode, _ code: String, _ who: String = "新单位人事部") async throws -> Reply {
        let browser = Browser(node)
        try await browser.open("/g")
        return try await browser.send("/g", ["code": code, "who": who])
    }

    @Test func `is shown once for a one-time code, only what was ticked, and stands in the record`() async throws {
        try await WebTransfer.certified { node, _, number in
            let person = try await Browser.person(node, WebCast.resident(1), number)
            let code = try await Self.grant(person, number, "progress")
            #expect(try await person.open("/my/grants").body.contains(code) == false, "the code is shown once")
            let seen = try await Self.look(node, code)
            #expect(seen.status == 200)
            #expect(seen.body.contains("办理进度") && seen.body.contains("林*"))
            for words in ["缴费记录", "5000.00", "2026-01", "林芳", WebCast.resident(1)] {
                #expect(!seen.body.contains(words), "\(words)")
            }
            let again = try await Self.look(node, code)
            #expect(again.status == 403)
            let page = try await person.open("/my/grants").body
            for words in ["新单位人事部", "127.0.0.1", "已用完", "1/1"] { #expect(page.contains(words), "\(words)") }
            #expect(page.components(of: "新单位人事部").count == 1)
        }
    }

    @Test func `is months without amounts, or amounts too`() async throws {
        try await WebTransfer.certified { node, _, number in
            let person = try await Browser.person(node, WebCast.resident(1), number)
            let months = try await Self.look(node, try await Self.grant(person, number, "months"))
            #expect(months.body.contains("2026-01") && !months.body.contains("5000.00"))
            #expect(!months.body.contains("第 ") && !months.body.contains("异议"))
            let amounts = try await Self.look(node, try await Self.grant(person, number, "amounts"))
            #expect(amounts.body.contains("5000.00") && amounts.body.contains("4800.00"))
        }
    }

    @Test func `ends at once when it is taken back, and when its time is over`() async throws {
        try await WebTransfer.certified { node, _, number in
            let person = try await Browser.person(node, WebCast.resident(1), number)
            let code = try await Self.grant(person, number, "progress", uses: "3")
            #expect(try await Self.look(node, code).status == 200)
            try await person.open("/my/grants")
            try await person.send("/my/grants/1/revoke", [:])
            #expect(try await Self.look(node, code).status == 403)
            #expect(try await person.open("/my/grants").body.contains("已撤销"))
            let other = try await Self.grant(person, number, "progress", uses: "3")
            node.clock.move(seconds: 86_399)
            #expect(try await Self.look(node, other).status == 200)
            node.clock.move(seconds: 1)
            #expect(try await Self.look(node, other).status == 403)
        }
    }

    @Test func `needs a tick, a name, and the own case`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let other = try #require(
                try await node.lodge(WebCast.application(2, name: "魏军"), key: "key-2").text("case"))
            let person = try await Browser.person(node, WebCast.resident(1), number)
            try await person.open("/my/grants")
            let fields = ["number": number, "days": "1", "uses": "1"]
            #expect(try await person.send("/my/grants", fields).status == 422)
            let foreign = fields.merging(["number": other, "scope": "progress"]) { $1 }
            try await person.open("/my/grants")
            #expect(try await person.send("/my/grants", foreign).status == 404)
            let code = try await Self.grant(person, number, "progress")
            #expect(try await Self.look(node, code, "").status == 422)
            let stranger = try await Browser.person(node, WebCast.resident(2), other)
            try await stranger.open("/my/grants")
            try await stranger.send("/my/grants/1/revoke", [:])
            #expect(try await Self.look(node, code).status == 200, "nobody else can take it back")
        }
    }

    @Test func `is guessed at five times in a minute at most`() async throws {
        try await WebNode.run(alone: []) { node in
            for _ in 0..<5 { #expect(try await Self.look(node, "0000-0000-0000-0").status == 403) }
            #expect(try await Self.look(node, "0000-0000-0000-0").status == 429)
            let trail = try await node.records.auditRows(after: 0, limit: 100).map(\.entry)
            #expect(trail.map(\.action) == [AuditAction](repeating: .useGrant, count: 5))
            #expect(trail.allSatisfy { $0.result == .refused })
        }
    }
}
