import Accounts
import Casework
import Store
import Testing
import TransferCore
import WebConsole

@Suite struct `Somebody with an account` {
    private static let password = "Kiefernadel-4711-Regen"

    /// Adds an account and activates it on the pages.
    ///
    /// - Returns: the seed of its second factor.
    private static func activate(
        _ node: WebNode, _ name: String, _ kind: AccountKind, _ browser: Browser
    ) async throws -> [UInt8] {
        let store = try #require(node.store as? JiexuStore)
        let console = AuditActor(who: "console", method: .console, source: "console:0")
        let secret = try await AccountDesk(store: store, clock: node.clock).add(
            name: name, displayName: "钱工", kind: kind, by: console)
        try await browser.open("/activate")
        let opened = try await browser.send("/activate", ["name": name, "secret": secret.typed])
        #expect(opened.status == 200)
        let seed = try #require(browser.hidden["seed"].flatMap(Base32.decode))
        let weak = try await browser.send(
            "/activate/finish", ["password": "1234567890", "code": code(seed, node)])
        #expect(weak.status == 403)
        let done = try await browser.send("/activate/finish", ["password": password, "code": code(seed, node)])
        #expect(done.headers["location"] == "/login")
        node.clock.move(seconds: 30)
        return seed
    }

    private static func code(_ seed: [UInt8], _ node: WebNode) -> String {
        OneTimeCode.code(of: seed, step: OneTimeCode.step(at: node.clock.now))
    }

    @Test func `activates it, logs in with both factors, and acts in their own name`() async throws {
        try await WebNode.run(alone: []) { node in
            try await node.store.importRecords([try WebCast.record(isActive: true)], at: node.clock.now)
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let browser = Browser(node)
            let seed = try await Self.activate(node, "qian", .staff(person: "0301", duties: [.clerk]), browser)
            try await browser.open("/login")
            let first = try await browser.send("/login", ["name": "qian", "secret": Self.password])
            #expect(first.status == 200)
            #expect(first.headers["set-cookie"] == nil, "a password alone opens nothing")
            let ticket = browser.hidden
            let wrong = try await browser.send("/login/code", ["code": "000000"])
            #expect(wrong.status == 403)
            let second = try await browser.send(
                "/login/code", ticket.merging(["code": Self.code(seed, node)]) { $1 })
            #expect(second.status == 303)
            try await browser.follow()
            #expect(browser.page.body.contains("钱工"))
            try await browser.open("/desk/cases/\(number)/decide/accept")
            let sent = try await browser.send("/desk/cases/\(number)/decide/accept", ["text": "材料齐全。"])
            #expect(sent.status == 303)
            try await browser.follow()
            #expect(browser.page.body.contains("0301"))

            // Whoever is disabled is out with the next request.
            let store = try #require(node.store as? JiexuStore)
            let console = AuditActor(who: "console", method: .console, source: "console:0")
            let name = try #require(AccountName("qian"))
            try await AccountDesk(store: store, clock: node.clock).disable(name, by: console)
            #expect(try await browser.open("/desk").headers["location"] == "/login")
        }
    }

    /// Whoever had copied the cookie went on with it.
    @Test func `has ended the session before when they log in again`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = Browser(node)
            let seed = try await Self.activate(node, "qian", .staff(person: "0301", duties: [.clerk]), browser)
            func logIn() async throws {
                try await browser.open("/login")
                try await browser.send("/login", ["name": "qian", "secret": Self.password])
                try await browser.send("/login/code", ["code": Self.code(seed, node)])
                node.clock.move(seconds: 30)
            }
            try await logIn()
            let copied = browser.copy()
            #expect(try await copied.open("/desk").status == 200)
            try await logIn()
            #expect(try await browser.open("/desk").status == 200)
            #expect(try await copied.open("/desk").headers["location"] == "/login")
        }
    }

    @Test func `of an employer sees the cases of that employer, and leaves`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let browser = Browser(node)
            let unit = EmployerUnit(name: "某纺织厂", owner: "mill")
            let seed = try await Self.activate(node, "mill-hr", .employer(unit), browser)
            try await browser.open("/login")
            try await browser.send("/login", ["name": "mill-hr", "secret": Self.password])
            try await browser.send("/login/code", ["code": Self.code(seed, node)])
            #expect(try await browser.open("/org").body.contains(number))
            #expect(try await browser.open("/desk").status == 403)
            try await browser.open("/account")
            let weak = try await browser.send("/account", ["old": Self.password, "new": "short"])
            #expect(weak.status == 403)
            try await browser.open("/org")
            try await browser.send("/logout", [:])
            #expect(try await browser.open("/org").headers["location"] == "/login")
        }
    }
}
