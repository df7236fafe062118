import Casework
import Testing
import TransferCore
import WebConsole

@Suite struct `A draft on the pages` {
    private static let whole = [
        "name": "林芳", "resident-id": WebCast.resident(1), "mobile": "13912345678", "origin": "510100",
    ]

    /// Saves a form, and opens what the answer leads to.
    private static func save(_ browser: Browser, _ fields: [String: String]) async throws -> String {
        try await browser.open("/org/new")
        try await browser.send("/org/drafts", fields)
        #expect(browser.page.status == 303)
        let address = try #require(browser.page.headers["location"])
        try await browser.follow()
        return String(address.prefix { $0 != "?" })
    }

    @Test func `is saved with fields missing, and says which they are`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.save(browser, ["name": "林芳"])
            #expect(browser.page.status == 200)
            #expect(browser.page.body.contains("已保存。"))
            for field in ["resident-id", "mobile", "origin"] {
                #expect(browser.page.body.contains("href=\"#\(field)\""), "\(field)")
            }
            #expect(browser.page.body.contains("value=\"林芳\""))
            let list = try await browser.open("/org")
            #expect(list.body.contains("草稿（1）"))
            #expect(list.body.contains(address))
            #expect(list.body.contains("林**"))
            #expect(!list.body.contains("林芳"), "in a list the person is masked")
            #expect(try await node.store.caseList(CaseFilter()).isEmpty)
        }
    }

    /// Only a sheet can have lost the last three places of a number.
    @Test func `says of a typed number that ends in 000 which slip it is`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            var fields = Self.whole
            fields["resident-id"] = "119999199501011000"
            #expect(throws: IdentifierFault.checkDigit) { try ResidentID("119999199501011000") }
            try await browser.open("/org/new")
            let reply = try await browser.send("/org/new/check", fields)
            #expect(reply.status == 422)
            #expect(reply.body.contains("公民身份号码的校验位不符"))
            #expect(!reply.body.contains("表格软件"))
        }
    }

    @Test func `is opened, sent once, and gone; sent twice it is the same case`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.save(browser, Self.whole)
            #expect(browser.page.body.contains("内容已齐"))
            try await browser.open(address)
            try await browser.send("/org/new/check", Self.whole)
            let fields = browser.hidden
            let first = try await browser.send("/org/new/send", fields).headers["location"]
            let second = try await browser.send("/org/new/send", fields).headers["location"]
            #expect(first != nil && first == second)
            let shown = try await browser.follow()
            #expect(shown.body.contains("已提交，业务编号"))
            #expect(try await node.store.caseList(CaseFilter()).count == 1)
            #expect(try await browser.open(address).status == 404)
            #expect(try await node.store.drafts(of: "mill").isEmpty)
        }
    }

    @Test func `that was sent, changed and sent again leads to its case`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/new")
            try await browser.send("/org/new/check", Self.whole)
            var fields = browser.hidden
            try await browser.send("/org/new/send", fields)
            fields["mobile"] = "13912345679"
            let again = try await browser.send("/org/new/send", fields)
            #expect(again.status == 409)
            #expect(again.body.contains("已经提交过"))
            let number = try #require(try await node.store.caseList(CaseFilter()).first?.number)
            #expect(again.body.contains(number.text))
        }
    }

    @Test func `is its owner's alone, and is thrown away when asked`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let address = try await Self.save(browser, Self.whole)
            let other = try await Browser.entered(node, "shop", WebCast.shop)
            #expect(try await other.open(address).status == 404)
            #expect(try await other.send("\(address)/discard", [:]).status == 404)
            try await browser.open(address)
            try await browser.send("\(address)/discard", [:])
            #expect(try await browser.open(address).status == 404)
        }
    }

    @Test func `lapses when nobody has changed it for thirty days`() async throws {
        try await WebNode.run(alone: []) { node in
            let draft = ApplicationDraft(
                id: String(repeating: "a", count: 32), owner: "mill", bytes: Array("{}".utf8), begunAt: node.clock.now,
                changedAt: node.clock.now)
            #expect(try await node.store.keep(draft))
            let month = EmployerLimits.draftSeconds * 1_000
            try await node.store.forgetLapsed(
                drafts: node.clock.now.adding(milliseconds: -month), batches: node.clock.now)
            #expect(try await node.store.drafts(of: "mill").count == 1)
            try await node.store.forgetLapsed(drafts: node.clock.now.adding(milliseconds: 1), batches: node.clock.now)
            #expect(try await node.store.drafts(of: "mill").isEmpty)
        }
    }

    @Test func `is kept of each owner up to a bound, and no more`() async throws {
        try await WebNode.run(alone: []) { node in
            func draft(_ number: Int) -> ApplicationDraft {
                let digits = String(number)
                return ApplicationDraft(
                    id: String(repeating: "0", count: 32 - digits.utf8.count) + digits, owner: "mill", bytes: [],
                    begunAt: node.clock.now, changedAt: node.clock.now)
            }
            for number in 1...EmployerLimits.draftsOfOne { #expect(try await node.store.keep(draft(number))) }
            #expect(try await node.store.keep(draft(EmployerLimits.draftsOfOne + 1)) == false)
            #expect(try await node.store.keep(draft(1)), "one that is there can be changed")
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/new")
            let reply = try await browser.send("/org/drafts", Self.whole)
            #expect(reply.status == 422)
            #expect(reply.body.contains("草稿已满") && reply.body.contains("value=\"林芳\""))
        }
    }

    @Test func `is made of a form that comes after its session has ended, and one comes back to it`() async throws {
        try await WebNode.run(alone: []) { node in
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/new")
            let hidden = browser.hidden
            node.clock.move(seconds: 31 * 60)
            let late = try await browser.send("/org/new/check", hidden.merging(Self.whole) { $1 })
            #expect(late.status == 401)
            #expect(late.body.contains("没有丢失"))
            #expect(try await node.store.drafts(of: "mill").count == 1)
            try await browser.open("/login")
            try await browser.send("/login", ["name": "mill", "secret": WebCast.mill])
            try await browser.follow()
            #expect(browser.page.headers["location"]?.hasPrefix("/org/drafts/") == true)
            try await browser.follow()
            #expect(browser.page.body.contains("value=\"林芳\""))
            #expect(try await browser.open("/org").status == 200, "only once")
        }
    }

    @Test func `is made of no form that came from elsewhere, or of nobody's page`() async throws {
        try await WebNode.run(alone: []) { node in
            let stranger = Browser(node)
            try await stranger.open("/login")
            let reply = try await stranger.send(
                "/org/drafts",
                Self.whole.merging(["key": String(repeating: "a", count: 32), "form-secret": "x"]) { $1 })
            #expect(reply.status == 401)
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org/new")
            let hidden = browser.hidden
            node.clock.move(seconds: 31 * 60)
            let cross = try await browser.send(
                "/org/drafts", hidden.merging(Self.whole) { $1 }, site: "cross-site")
            #expect(cross.status == 403)
            #expect(try await node.store.drafts(of: "mill").isEmpty)
        }
    }
}

@Suite struct `A returned application on the pages` {
    @Test func `says why in code, sentence and the clerk's words, marks the fields, and shows before and after`()
        async throws
    {
        try await WebNode.runPair { destination, origin in
            for (node, isActive) in [(destination, true), (origin, false)] {
                try await node.store.importRecords(
                    [try WebCast.record(isActive: isActive, name: isActive ? "林芳" : "林方")], at: node.clock.now)
            }
            let number = try #require(try await destination.lodge(WebCast.application(), key: "key-1").text("case"))
            try await destination.exchange(with: origin)
            let browser = try await Browser.entered(destination, "mill", WebCast.mill)
            let list = try await browser.open("/org")
            #expect(list.body.contains("待办（1）") && list.body.contains("回退"))
            let path = "/org/cases/\(number)/correct"
            let form = try await browser.open(path)
            #expect(form.body.contains("RJ06") || form.body.contains("RJ07"))
            #expect(form.body.contains("经办说明："))
            #expect(form.body.contains("退回原因涉及此项"))
            let checked = try await browser.send(
                "\(path)/check",
                [
                    "name": "林方", "resident-id": WebCast.resident(1), "mobile": "13912345678", "origin": "510100",
                ])
            #expect(checked.body.contains("改动（1 项）"))
            #expect(checked.body.contains("<td>林芳</td>") && checked.body.contains("<strong>林方</strong>"))
            #expect(checked.body.contains("第 2 版"))
            #expect(try await browser.send(path, [:]).status == 303)
            let after = try await browser.follow()
            #expect(after.body.contains("<dd>2</dd>"))
            #expect(try await browser.open("/org").body.contains("待办（0）"))
        }
    }
}
