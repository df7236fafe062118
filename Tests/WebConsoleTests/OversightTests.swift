import Accounts
import Casework
import Store
import TestPostgres
import Testing
import TransferCore
import TransferDocuments
import WebConsole

@Suite struct `The pages of oversight` {
    /// Every page of oversight, and the roles that may ask for it. Whoever stands in no row of it is refused.
    private static let matrix: [(method: String, path: String, roles: Set<AccountRole>)] = [
        ("GET", "/audit", [.auditor]), ("GET", "/audit/export", [.auditor]), ("GET", "/audit/use", [.auditor]),
        ("GET", "/audit/check", [.auditor]), ("POST", "/audit/check/trail", [.auditor]),
        ("POST", "/audit/check/log", [.auditor]), ("GET", "/audit/dossier", [.auditor]),
        ("POST", "/audit/dossier", [.auditor]), ("GET", "/audit/find", [.auditor]), ("POST", "/audit/find", [.auditor]),
        ("GET", "/admin/accounts", [.systemAdministrator, .securityOfficer]),
        ("GET", "/admin/accounts/guard", [.systemAdministrator, .securityOfficer]),
        ("POST", "/admin/accounts/guard/disable", [.securityOfficer]),
        ("GET", "/admin/rights", [.systemAdministrator, .securityOfficer, .auditor]),
        ("GET", "/admin/requests", [.systemAdministrator, .securityOfficer]),
        ("GET", "/admin/requests/new", [.systemAdministrator, .securityOfficer]),
        ("POST", "/admin/requests", [.systemAdministrator, .securityOfficer]),
        ("POST", "/admin/requests/1/approve", [.securityOfficer]),
        ("POST", "/admin/requests/1/decline", [.securityOfficer]),
    ]

    private static func isRefused(_ reply: Reply) -> Bool {
        reply.status == 403 && reply.body.contains("page-not-allowed") || reply.headers["location"] == "/login"
            || reply.status == 401
    }

    private static func ask(_ browser: Browser, _ method: String, _ path: String) async throws -> Reply {
        method == "GET" ? try await browser.open(path) : try await browser.send(path, [:])
    }

    @Test func `are for their roles, and refused to everybody else`() async throws {
        try await WebNode.run { node in
            var people: [(role: AccountRole?, browser: Browser)] = [
                (nil, Browser(node)), (.employer, try await Browser.entered(node, "mill", WebCast.mill)),
                (.clerk, try await Browser.entered(node, "window-2", WebStaff.wang)),
                (.checker, try await Browser.entered(node, "check-1", WebStaff.li)),
                (.auditor, try await Browser.entered(node, "audit", WebStaff.zhou)),
            ]
            for (name, kind) in [
                ("root-1", AccountKind.systemAdministrator(person: "0501")),
                ("guard", .securityOfficer(person: "0601")),
                ("eye", .auditor(person: "0701")),
            ] {
                people.append((kind.roles.first, try await Insider.entered(node, name, kind).browser))
            }
            for (role, browser) in people {
                for (method, path, roles) in Self.matrix {
                    let reply = try await Self.ask(browser, method, path)
                    let mayAsk = role.map(roles.contains) ?? false
                    #expect(Self.isRefused(reply) == !mayAsk, "\(role?.rawValue ?? "nobody") \(method) \(path)")
                    if mayAsk { #expect(reply.status < 500, "\(method) \(path)") }
                }
            }
        }
    }

    @Test(arguments: [AccountKind.systemAdministrator(person: "0501"), .securityOfficer(person: "0601")])
    func `leave those who administer no business`(kind: AccountKind) async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let browser = try await Insider.entered(node, "admin-1", kind).browser
            for path in [
                "/desk", "/desk/cases/\(number)", "/desk/reveal/\(number)", "/review", "/stalled", "/stats", "/org",
            ] {
                #expect(Self.isRefused(try await browser.open(path)), "\(path)")
            }
            #expect(try await browser.open("/account").status == 200)
        }
    }

    @Test func `let an auditor find the cases of a person for a purpose, and the trail says so`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            #expect(try await auditor.open("/audit").body.contains("href=\"/audit/find\""))
            try await auditor.open("/audit/find")
            let before = try await node.trail.count
            let without = try await auditor.send("/audit/find", ["what": WebCast.resident(1)])
            #expect(without.status == 422 && !without.body.contains(number), "nothing is found without a purpose")
            #expect(try await auditor.send("/audit/find", ["what": "110101", "purpose": "complaint"]).status == 422)
            #expect(try await node.trail.count == before)
            let found = try await auditor.send("/audit/find", ["what": WebCast.resident(1), "purpose": "complaint"])
            #expect(found.body.contains(number) && !found.body.contains(WebCast.resident(1)))
            let none = try await auditor.send("/audit/find", ["what": WebCast.resident(2), "purpose": "court"])
            #expect(none.status == 200 && !none.body.contains(number))
            let rows = try await node.trail.dropFirst(before).map(\.entry)
            #expect(rows.map(\.action) == [.findPerson, .findPerson])
            #expect(rows.map(\.object) == [number, ""] && rows.map(\.reason) == ["complaint", "court"])
            #expect(try await auditor.open("/desk/cases/\(number)").status == 200)
            for line in node.log.lines { #expect(!line.contains(WebCast.resident(1))) }
        }
    }

    /// A peer that this office holds itself looked like one that does not answer.
    @Test func `tell a peer that is held here from one that waits: who, since when, why and how it ends`() async throws
    {
        try await WebNode.run { node in
            let operatorPage = try await Insider.entered(node, "root-1", .systemAdministrator(person: "0501")).browser
            try await operatorPage.open("/admin/peers")
            let path = "/admin/peers/\(WebCast.chengdu)"
            let unsaid = try await operatorPage.send("\(path)/hold", ["why": ""])
            #expect(unsaid.status == 422 && unsaid.body.contains("请选择暂停投递的原因。"))
            #expect(try await operatorPage.send("\(path)/hold", ["why": "unsaid"]).status == 422)
            #expect(try await operatorPage.send("\(path)/hold", ["why": "key-change"]).status == 303)
            let peers = try await operatorPage.follow().body
            #expect(peers.contains("本机构已暂停投递") && peers.contains("原因：更换密钥或证书"))
            #expect(peers.contains("工作人员 自 2026-"), "who, and since when")
            let overview = try await operatorPage.open("/admin").body
            #expect(overview.contains("对 \(WebCast.chengdu) 的投递由本机构暂停"))
            #expect(overview.contains("恢复投递") && !overview.contains("已等待"))
            #expect(
                try await node.trail.contains { $0.entry.action == .holdPeer && $0.entry.reason == "key-change" })
            try await operatorPage.open("/admin/peers")
            #expect(try await operatorPage.send("\(path)/resume", [:]).status == 303)
            #expect(!(try await operatorPage.open("/admin").body.contains("由本机构暂停")))
        }
    }

    @Test func `let an auditor read a case and change nothing`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let browser = try await Insider.entered(node, "eye", .auditor(person: "0701")).browser
            #expect(try await browser.open("/desk/cases/\(number)").status == 200)
            for path in ["claim", "hand-over", "resend", "decide/accept"] {
                #expect(
                    Self.isRefused(try await browser.send("/desk/cases/\(number)/\(path)", ["text": "x"])), "\(path)")
            }
            #expect(Self.isRefused(try await browser.open("/desk/reveal/\(number)")))
        }
    }
}

@Suite struct `The trail of the pages` {
    private static func said(_ row: AuditRow) -> String {
        let entry = row.entry
        return [entry.actor.who, entry.action.rawValue, entry.object, entry.result.rawValue, entry.reason]
            .joined(separator: "|")
    }

    @Test func `says who has looked at whom, who was refused, and who looked into the trail`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let before = try await node.trail.count
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await clerk.open("/desk/cases/\(number)")
            let request = try #require(clerk.page.headers["x-request-id"])
            try await clerk.send("/desk/cases/\(number)/claim", [:])
            try await clerk.open("/audit")
            try await clerk.open("/guide")
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            try await auditor.open("/audit?who=window-2&result=")
            try await auditor.open("/audit/export?who=window-2")
            let rows = Array(try await node.trail.dropFirst(before))
            #expect(
                rows.map(Self.said) == [
                    "window-2|list||done|/desk", "window-2|view|\(number)|done|/desk/cases/{number}",
                    "window-2|act|\(number)|begun|/desk/cases/{number}/claim",
                    "window-2|view||refused|page-not-allowed /audit", "audit|list||done|/desk",
                    "audit|search-trail||done|who=window-2", "audit|export-trail||done|4 rows: who=window-2",
                ])
            #expect(rows[1].entry.actor.request == request)
            #expect(rows[1].entry.actor.person == "0107")
            #expect(rows[1].entry.actor.method == .settings)
        }
    }

    @Test func `names the row that somebody has changed in the database, on the page and by an export`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            for _ in 0..<3 { try await clerk.open("/desk/cases/\(number)") }
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            try await auditor.open("/audit/check")
            #expect(try await auditor.send("/audit/check/trail", [:]).body.contains("审计记录完整"))

            try await node.editByHand("UPDATE account_audit SET who = 'check-1' WHERE number = 3")
            let broken = try await auditor.send("/audit/check/trail", [:])
            #expect(broken.body.contains("第一处在第 3 行"))
            #expect(!broken.body.contains("审计记录完整"))
            let bytes = Array(try await auditor.open("/audit/export").body.utf8)
            #expect(TrailSheet.breaks(try TrailSheet.read(bytes)).map(\.number) == [3])
        }
    }

    @Test(
        .enabled(if: TestStore.speaksSQLite),
        arguments: [
            ("DELETE FROM account_audit WHERE number = 2", 2),
            ("UPDATE account_audit SET action = 'nothing' WHERE number = 4", 4),
            ("UPDATE account_audit SET previous = zeroblob(32) WHERE number = 3", 3),
        ])
    func `names a row that is gone, cannot be read or does not follow`(edit: String, row: Int64) async throws {
        try await WebNode.run(alone: []) { node in
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            for _ in 0..<4 { try await clerk.open("/desk") }
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            try await auditor.open("/audit/check")
            try await node.editByHand(edit)
            #expect(try await auditor.send("/audit/check/trail", [:]).body.contains("第一处在第 \(row) 行"))
        }
    }

    @Test(.enabled(if: TestStore.speaksSQLite))
    func `lets nobody see or do anything that cannot be written into it`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            try await clerk.open("/desk/cases/\(number)")
            try await node.editByHand(
                """
                CREATE TRIGGER no_more BEFORE INSERT ON account_audit BEGIN SELECT RAISE(ABORT, 'full'); END;
                """)
            #expect(try await clerk.send("/desk/cases/\(number)/claim", [:]).status == 503)
            let shown = try await clerk.open("/desk/cases/\(number)")
            #expect(shown.status == 503)
            #expect(!shown.body.contains(number))
            #expect(try await node.work.store.assignment(of: #require(CaseNumber(number)))?.person == nil)
            #expect(try await clerk.open("/guide").status == 200)
        }
    }

    @Test func `is exported so that it can be checked, whatever stands in it`() throws {
        let texts = ["=1+1", "+x", "-x", "@x", "'=x", "a\"b,c", "", "林芳", "“x”\u{301}\""]
        var rows: [AuditRow] = []
        for (place, text) in texts.enumerated() {
            let actor = AuditActor(
                who: text, person: place.isMultiple(of: 2) ? "0107" : nil, role: "clerk", method: .session,
                source: "192.0.2.7", request: "r")
            let entry = AuditEntry(
                at: Instant(milliseconds: Int64(place)), actor, .view, of: text, .done, reason: text)
            rows.append(AuditRow(entry, behind: rows.last.map { ($0.number, $0.digest) }))
        }
        let bytes = TrailSheet.write(rows)
        let read = try TrailSheet.read(bytes)
        #expect(read == rows)
        #expect(TrailSheet.breaks(read).isEmpty)
        let text = String(decoding: bytes, as: UTF8.self)
        for risky in ["\"=", "\"+", "\"-", "\"@"] { #expect(!text.contains(risky)) }
        let changed = text.replacing("林芳", with: "林方")
        #expect(TrailSheet.breaks(try TrailSheet.read(Array(changed.utf8))).map(\.number) == [8])
        #expect(throws: TrailSheet.Fault.self) {
            try TrailSheet.read(
                Array(text.split(separator: "\r\n").prefix(2).joined(separator: "\r\n").utf8) + Array("\r\nx".utf8))
        }
    }
}

@Suite struct `An identity number` {
    @Test func `is shown once for a purpose, and the trail says so`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let clerk = try await Browser.entered(node, "window-2", WebStaff.wang)
            #expect(try await clerk.open("/desk/cases/\(number)").body.contains("/desk/reveal/\(number)"))
            #expect(!clerk.page.body.contains(WebCast.resident(1)))
            try await clerk.open("/desk/reveal/\(number)")
            #expect(try await clerk.send("/desk/reveal/\(number)", [:]).status == 422)
            #expect(try await clerk.send("/desk/reveal/\(number)", ["purpose": "archive"]).status == 422)
            #expect(!clerk.page.body.contains(WebCast.resident(1)))
            let shown = try await clerk.send("/desk/reveal/\(number)", ["purpose": "complaint"])
            #expect(shown.body.contains(WebCast.resident(1)))
            let row = try #require(try await node.trail.last { $0.entry.action == .reveal })
            #expect(row.entry.object == number)
            #expect(row.entry.reason == "complaint")
            #expect(try await clerk.open("/desk/cases/\(number)").body.contains(WebCast.resident(1)) == false)

            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            let report = try await auditor.open("/audit/use")
            #expect(report.body.contains("<a href=\"/audit?who=window-2\">window-2</a>"))
        }
    }

    @Test func `is not shown twenty-one times within an hour without a fresh factor`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let clerk = try await Insider.entered(node, "window-5", .staff(person: "0801", duties: [.clerk]))
            node.clock.move(seconds: 600)
            try await clerk.browser.open("/desk/reveal/\(number)")
            let page = clerk.browser
            for _ in 0..<20 {
                try await page.open("/desk/reveal/\(number)")
                let shown = try await page.send("/desk/reveal/\(number)", ["purpose": "contact-person"])
                #expect(shown.body.contains(WebCast.resident(1)))
            }
            try await page.open("/desk/reveal/\(number)")
            let asked = try await page.send("/desk/reveal/\(number)", ["purpose": "contact-person"])
            #expect(asked.headers["location"] == "/account/fresh?to=desk")
            try await page.follow()
            #expect(try await page.send("/account/fresh", ["code": clerk.code]).headers["location"] == "/desk")
            try await page.open("/desk/reveal/\(number)")
            #expect(
                try await page.send("/desk/reveal/\(number)", ["purpose": "contact-person"]).body
                    .contains(WebCast.resident(1)))
        }
    }
}
