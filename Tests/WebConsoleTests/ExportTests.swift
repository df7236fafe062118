import Accounts
import Casework
import Store
import TestPostgres
import Testing
import TransferCore
import WebConsole

/// Files with many persons in them are given to whoever has shown a factor within five minutes.
@Suite struct `An export of more than 500` {
    private static let owner = AccountKind.auditor(person: "0909")

    /// So many rows of the trail that nobody has made on a page.
    private static func fill(_ node: WebNode, _ count: Int) async throws {
        let actor = AuditActor(who: "window-2", method: .settings, source: "192.0.2.1")
        for _ in 0..<count {
            try await node.records.note(AuditEntry(at: node.clock.now, actor, .view, .done))
        }
    }

    @Test func `asks an account for its second factor, and then gives the file`() async throws {
        try await WebNode.run(alone: []) { node in
            let auditor = try await Insider.entered(node, "reader-1", Self.owner)
            try await Self.fill(node, 500)
            node.clock.move(seconds: 6 * 60)
            #expect(
                try await auditor.browser.open("/audit/export?who=window-2").status == 200, "500 are given at once")
            try await Self.fill(node, 1)
            let refused = try await auditor.browser.open("/audit/export?who=window-2")
            #expect(refused.status == 303 && refused.headers["location"] == "/account/fresh?to=trail")
            let exports = { (rows: [AuditRow]) in rows.count { $0.entry.action == .exportTrail } }
            #expect(exports(try await node.trail) == 1, "nothing was handed out")
            try await auditor.browser.follow()
            #expect(try await auditor.browser.send("/account/fresh", ["code": "000000"]).status == 403)
            let shown = try await auditor.browser.send("/account/fresh", ["code": auditor.code])
            #expect(shown.status == 303 && shown.headers["location"] == "/audit")
            #expect(try await auditor.browser.open("/audit/export?who=window-2").status == 200)
            #expect(exports(try await node.trail) == 2)
        }
    }

    @Test func `asks an account of the settings for its secret once more`() async throws {
        try await WebNode.run(alone: []) { node in
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            try await Self.fill(node, 501)
            #expect(try await auditor.open("/audit/export?who=window-2").status == 200, "it has just logged in")
            node.clock.move(seconds: 6 * 60)
            #expect(try await auditor.open("/audit/export?who=window-2").status == 303)
            let form = try await auditor.follow()
            #expect(form.body.contains("name=\"fresh\""))
            #expect(try await auditor.send("/account/fresh", ["fresh": WebStaff.wang]).status == 403)
            try await auditor.open("/account/fresh?to=trail")
            #expect(try await auditor.send("/account/fresh", ["fresh": WebStaff.zhou]).status == 303)
            #expect(try await auditor.open("/audit/export?who=window-2").status == 200)
        }
    }

    @Test(.enabled(if: TestStore.speaksSQLite))
    func `asks for it before a roster of persons too`() async throws {
        try await WebNode.run(alone: []) { node in
            _ = try await node.lodge(WebCast.application(), key: "key-1")
            // What 501 applications leave in the list, without the time that lodging them takes.
            let copies = (1...501).map { place in
                let number = CaseNumber(destination: WebCast.hangzhou, year: 2026, serial: 50_000 + place)?.text ?? ""
                return """
                    INSERT INTO cases SELECT NULL, '\(number)', role, origin, destination, resident_id, payouts, opened_at, \
                    lodged_by, 0, 'withdrawn', 'nobody', since, NULL, 0, 0, 1 FROM cases WHERE id = 1;
                    """
            }
            try await node.runUnguarded(copies.joined())
            let employer = try await Browser.entered(node, "mill", WebCast.mill)
            node.clock.move(seconds: 6 * 60)
            for format in ["pdf", "xlsx"] {
                let reply = try await employer.open("/org/roster.\(format)?stage=done")
                #expect(reply.status == 303 && reply.headers["location"] == "/account/fresh?to=rosters", "\(format)")
            }
            try await employer.open("/account/fresh?to=rosters")
            let shown = try await employer.send("/account/fresh", ["fresh": WebCast.mill])
            #expect(shown.headers["location"] == "/org")
            #expect(try await employer.open("/org/roster.xlsx?stage=done").status == 200)
        }
    }
}
