import Accounts
import Casework
import Store
import Testing
import TransferCore
import WebConsole

@Suite struct `Accounts on the pages of administrators` {
    private static let wish = [
        "name": "window-7", "display-name": "赵工", "kind": "staff", "person": "0901", "duty": "clerk",
    ]

    private static func typed(_ page: String) throws -> String {
        let parts = page.split(separator: "<code>", maxSplits: 1)
        return String(try #require(parts.last).prefix { $0 != "<" })
    }

    @Test func `are asked for by one person and granted by another, and the secret is shown once`() async throws {
        try await WebNode.run { node in
            let admin = try await Insider.entered(node, "root-1", .systemAdministrator(person: "0501"))
            let officer = try await Insider.entered(node, "guard", .securityOfficer(person: "0601"))
            try await admin.browser.open("/admin/requests/new")
            #expect(try await admin.browser.send("/admin/requests", Self.wish).status == 200)
            #expect(try await admin.browser.open("/admin/requests").body.contains("window-7"))
            #expect(!admin.browser.page.body.contains("/approve"), "only a security officer decides")

            try await officer.browser.open("/admin/requests")
            let granted = try await officer.browser.send("/admin/requests/1/approve", [:])
            #expect(granted.status == 200)
            let secret = try Self.typed(granted.body)
            #expect(!(try await officer.browser.open("/admin/accounts/window-7")).body.contains(secret))
            let clerk = try await Insider.activated(node, "window-7", secret)
            #expect(try await clerk.browser.open("/desk").status == 200)
            #expect(
                try await node.trail.suffix(20).map(\.entry.action).contains(.requestAccount))
        }
    }

    @Test func `are not granted by whoever asked for them, in whatever account, nor asked for oneself`() async throws {
        try await WebNode.run { node in
            let officer = try await Insider.entered(node, "guard", .securityOfficer(person: "0601"))
            let again = try await Insider.entered(node, "guard-b", .securityOfficer(person: "0601"))
            try await officer.browser.open("/admin/requests/new")
            try await officer.browser.send("/admin/requests", Self.wish)
            for browser in [officer.browser, again.browser] {
                try await browser.open("/admin/requests/new")
                let refused = try await browser.send("/admin/requests/1/approve", [:])
                #expect(refused.status == 409)
                #expect(refused.body.contains("申请人不得自行批准"))
            }
            let store = try #require(node.store as? JiexuStore)
            #expect(try await store.account(#require(AccountName("window-7"))) == nil)
            try await officer.browser.open("/admin/requests/new")
            let own = try await officer.browser.send(
                "/admin/requests", Self.wish.merging(["name": "mine", "person": "0601"]) { $1 })
            #expect(own.status == 422)
            #expect(own.body.contains("不得变更自己的账号"))
            #expect(try await node.trail.count { $0.entry.reason == "same-person" } == 2)
        }
    }

    @Test func `of one person who would have roles that exclude each other are refused`() async throws {
        try await WebNode.run { node in
            let admin = try await Insider.entered(node, "root-1", .systemAdministrator(person: "0501"))
            let officer = try await Insider.entered(node, "guard", .securityOfficer(person: "0601"))
            _ = try await Insider.entered(node, "window-5", .staff(person: "0901", duties: [.checker]))
            try await admin.browser.open("/admin/requests/new")
            let wish = ["name": "eye-2", "display-name": "赵工", "kind": "auditor", "person": "0901"]
            #expect(try await admin.browser.send("/admin/requests", wish).status == 200)
            try await officer.browser.open("/admin/requests")
            let refused = try await officer.browser.send("/admin/requests/1/approve", [:])
            #expect(refused.status == 409)
            #expect(refused.body.contains("同一人不得兼任"))
            #expect(try await officer.browser.open("/admin/rights").body.contains("0901"))
        }
    }

    @Test func `are changed with a fresh factor only, never the last of their kind, and out at once`() async throws {
        try await WebNode.run { node in
            let officer = try await Insider.entered(node, "guard", .securityOfficer(person: "0601"))
            _ = try await Insider.entered(node, "root-1", .systemAdministrator(person: "0501"))
            let clerk = try await Insider.entered(node, "window-5", .staff(person: "0901", duties: [.clerk]))
            node.clock.move(seconds: 400)
            let page = officer.browser
            try await page.open("/admin/accounts/window-5")
            let stale = try await page.send("/admin/accounts/window-5/disable", [:])
            #expect(stale.headers["location"] == "/account/fresh?to=accounts")
            #expect(try await clerk.browser.open("/desk").status == 200)
            try await page.follow()
            #expect(try await page.send("/account/fresh", ["code": "000000"]).status == 403)
            #expect(try await page.send("/account/fresh", ["code": officer.code]).status == 303)
            try await page.open("/admin/accounts/window-5")
            #expect(try await page.send("/admin/accounts/window-5/disable", [:]).status == 303)
            #expect(try await clerk.browser.open("/desk").headers["location"] == "/login")

            try await page.open("/admin/accounts/root-1")
            let last = try await page.send("/admin/accounts/root-1/disable", [:])
            #expect(last.status == 409)
            #expect(last.body.contains("最后一个此类管理员"))
            try await page.open("/admin/accounts/window-5")
            let own = try await page.send("/admin/accounts/guard/disable", [:])
            #expect(own.body.contains("不得变更自己的账号"))
        }
    }
}
