import Accounts
import Casework
import Store
import Testing
import TransferCore
import WebConsole

@Suite struct `An insured person who logs in` {
    private static func lodged(_ use: (WebNode, String) async throws -> Void) async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            try await use(node, number)
        }
    }

    private static func trail(_ node: WebNode) async throws -> [AuditEntry] {
        try await #require(node.store as? JiexuStore).auditRows(after: 0, limit: 100).map(\.entry)
    }

    @Test func `gets a code on their telephone, comes in with it, and leaves`() async throws {
        try await Self.lodged { node, number in
            let browser = Browser(node)
            let asked = try await browser.askForCode(WebCast.resident(1), number)
            #expect(asked.status == 200)
            #expect(asked.headers["set-cookie"] == nil, "two numbers alone open nothing")
            let code = try await node.texts.code()
            #expect(node.texts.texts.first?.mobile == "13912345678")
            let entered = try await browser.send("/my/login/code", ["code": code])
            #expect(entered.status == 303)
            #expect(entered.headers["set-cookie"]?.contains("HttpOnly") == true)
            let list = try await browser.follow()
            #expect(list.body.contains(number) && list.body.contains("林*"))
            #expect(list.headers["cache-control"] == "no-store")
            #expect(try await browser.open("/my/transfers/\(number)").body.contains("无需您操作。"))
            try await browser.send("/logout", [:])
            #expect(try await browser.open("/my").headers["location"] == "/my/login")
            let entries = try await Self.trail(node).filter { [.sendCode, .logIn].contains($0.action) }
            #expect(entries.map(\.action) == [.sendCode, .logIn])
            #expect(entries.allSatisfy { $0.object == number && $0.result == .done })
        }
    }

    /// Whoever lodges an application writes a telephone into it. An employer came in by its own, and saw every case.
    @Test func `sees only the cases that name the telephone to which the code went`() async throws {
        try await Self.lodged { node, number in
            try await node.desk.withdraw(try #require(CaseNumber(number)), owner: "mill")
            let form = WebCast.application().replacing("13912345678", with: "13900000000")
            let other = try #require(try await node.lodge(form, key: "key-2").text("case"))
            for (entered, hidden) in [(other, number), (number, other)] {
                let browser = try await Browser.person(node, WebCast.resident(1), entered)
                let list = try await browser.open("/my").body
                #expect(list.contains(entered) && !list.contains(hidden))
                #expect(try await browser.open("/my/transfers/\(entered)").status == 200)
                for page in ["", "/record"] {
                    #expect(try await browser.open("/my/transfers/\(hidden)\(page)").status == 404)
                }
                #expect(try await !browser.open("/my/notices").body.contains(hidden))
                try await browser.open("/my/grants")
                #expect(!browser.page.body.contains(hidden))
                let grant = try await browser.send(
                    "/my/grants", ["number": hidden, "scope": "progress", "days": "7", "uses": "1"])
                #expect(grant.status == 404 || grant.status == 422)
                #expect(!grant.body.contains("class=\"code\""))
            }
        }
    }

    @Test func `is not let in by a wrong code, and not by the right one after five`() async throws {
        try await Self.lodged { node, number in
            let browser = Browser(node)
            try await browser.askForCode(WebCast.resident(1), number)
            let (ticket, code) = (browser.hidden, try await node.texts.code())
            let wrong = code == "000000" ? "000001" : "000000"
            for _ in 0..<4 {
                #expect(try await browser.send("/my/login/code", ticket.merging(["code": wrong]) { $1 }).status == 403)
            }
            #expect(browser.page.body.contains("验证码不正确。"))
            try await browser.send("/my/login/code", ticket.merging(["code": wrong]) { $1 })
            let late = try await browser.send("/my/login/code", ticket.merging(["code": code]) { $1 })
            #expect(late.status == 403 && late.headers["set-cookie"] == nil)
            #expect(late.body.contains("输错次数过多"))
            #expect(try await Self.trail(node).map(\.result).filter { $0 == .refused }.count == 6)
        }
    }

    @Test func `is let in by the fifth try`() async throws {
        try await Self.lodged { node, number in
            let browser = Browser(node)
            try await browser.askForCode(WebCast.resident(1), number)
            let (ticket, code) = (browser.hidden, try await node.texts.code())
            for _ in 0..<4 { try await browser.send("/my/login/code", ticket.merging(["code": "x"]) { $1 }) }
            #expect(try await browser.send("/my/login/code", ticket.merging(["code": code]) { $1 }).status == 303)
        }
    }

    @Test(arguments: [(599, 303), (600, 403)])
    func `has ten minutes for a code`(seconds: Int, status: Int) async throws {
        try await Self.lodged { node, number in
            let browser = Browser(node)
            try await browser.askForCode(WebCast.resident(1), number)
            let code = try await node.texts.code()
            node.clock.move(seconds: Int64(seconds))
            #expect(try await browser.send("/my/login/code", ["code": code]).status == status)
        }
    }

    @Test func `cannot use a code twice, nor with the ticket of another`() async throws {
        try await Self.lodged { node, number in
            let (first, second) = (Browser(node), Browser(node))
            try await first.askForCode(WebCast.resident(1), number)
            let (ticket, code) = (first.hidden, try await node.texts.code())
            try await second.askForCode(WebCast.resident(1), number)
            if try await node.texts.code(2) != code {
                #expect(try await second.send("/my/login/code", ["code": code]).status == 403)
            }
            #expect(try await first.send("/my/login/code", ticket.merging(["code": code]) { $1 }).status == 303)
            let again = try await Browser(node).send("/my/login/code", ticket.merging(["code": code]) { $1 })
            #expect(again.status == 403)
        }
    }

    @Test func `hears the same words whether the person and the case exist or not`() async throws {
        try await Self.lodged { node, number in
            let other = try #require(
                try await node.lodge(WebCast.application(2, name: "魏军"), key: "key-2").text("case"))
            func words(_ resident: Int, _ number: String) async throws -> String {
                let browser = Browser(node)
                let reply = try await browser.askForCode(WebCast.resident(resident), number)
                let ticket = try #require(browser.hidden["ticket"])
                let wrong = try await browser.send("/my/login/code", ["code": "x"])
                return "\(reply.status) \(wrong.status) "
                    + (reply.body + wrong.body).split(separator: ticket).joined(separator: "TICKET")
            }
            let theirs = try await words(1, number)
            let another = try await words(1, other)
            let nobody = try await words(3, number)
            let nothing = try await words(1, CaseNumber(destination: WebCast.hangzhou, year: 2025, serial: 7)!.text)
            #expect(theirs == another && theirs == nobody && theirs == nothing)
            try await Task.sleep(for: .milliseconds(50))
            #expect(node.texts.texts.count == 1, "only to the person whose case it is")
        }
    }

    @Test func `gets five codes of a case in an hour, and the same words beyond`() async throws {
        try await Self.lodged { node, number in
            for _ in 0..<7 {
                #expect(try await Browser(node).askForCode(WebCast.resident(1), number).status == 200)
            }
            _ = try await node.texts.code(5)
            try await Task.sleep(for: .milliseconds(50))
            #expect(node.texts.texts.count == 5)
            node.clock.move(seconds: 3_601)
            try await Browser(node).askForCode(WebCast.resident(1), number)
            _ = try await node.texts.code(6)
        }
    }

    @Test func `is told to wait when too much comes from one address`() async throws {
        try await Self.lodged { node, number in
            for _ in 0..<60 { try await Browser(node).askForCode(WebCast.resident(3), number) }
            let reply = try await Browser(node).askForCode(WebCast.resident(3), number)
            #expect(reply.status == 429)
            #expect(reply.headers["retry-after"] == "900")
            node.clock.move(seconds: 900)
            #expect(try await Browser(node).askForCode(WebCast.resident(3), number).status == 200)
        }
    }

    @Test func `sees their own cases only, and no page of anybody else`() async throws {
        try await Self.lodged { node, number in
            let other = try #require(
                try await node.lodge(WebCast.application(2, name: "魏军"), key: "key-2").text("case"))
            let browser = try await Browser.person(node, WebCast.resident(1), number)
            #expect(!browser.page.body.contains(other))
            for path in [
                "/my/transfers/\(other)", "/my/transfers/\(other)/record", "/my/transfers/\(other)/papers/510100/1",
            ] {
                #expect(try await browser.open(path).status == 404)
            }
            for path in ["/org", "/org/cases/\(number)", "/desk", "/desk/cases/\(number)", "/review", "/stalled"] {
                #expect(try await browser.open(path).status == 403)
            }
            let mill = try await Browser.entered(node, "mill", WebCast.mill)
            #expect(try await mill.open("/my").status == 403)
        }
    }

    @Test func `has half an hour to do nothing, and no longer`() async throws {
        try await Self.lodged { node, number in
            let browser = try await Browser.person(node, WebCast.resident(1), number)
            node.clock.move(seconds: 1_800)
            #expect(try await browser.open("/my").status == 200)
            node.clock.move(seconds: 1_801)
            #expect(try await browser.open("/my").headers["location"] == "/my/login")
        }
    }

    @Test func `leaves nothing personal in the log, the trail, texts, titles and addresses`() async throws {
        try await Self.lodged { node, number in
            let browser = try await Browser.person(node, WebCast.resident(1), number)
            let page = try await browser.open("/my/transfers/\(number)")
            let title = page.body.split(separator: "<title>").last?.prefix { $0 != "<" } ?? ""
            let trail = try await Self.trail(node).map { "\($0)" }
            let texts = node.texts.texts.map(\.words)
            for line in node.log.lines + trail + texts + [String(title)] {
                #expect(!line.contains(WebCast.resident(1)) && !line.contains("林芳"))
                #expect(!line.contains("13912345678"))
            }
            #expect(texts.allSatisfy { !$0.contains("http") && !$0.contains("/my") })
            #expect(!page.body.contains(WebCast.resident(1)))
        }
    }
}
