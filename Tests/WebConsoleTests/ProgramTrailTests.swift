import Accounts
import Casework
import FoundationEssentials
import TestPostgres
import Testing
import TransferCore
import WebConsole

@Suite struct `What a program reads` {
    /// What a program asks for, with which token, and what the trail keeps of it; nil for nothing.
    private struct Reading {
        let path: String
        let token: String
        let kept: (action: AuditAction, object: String)?

        init(_ path: String, _ token: String, _ kept: (AuditAction, String)?) {
            self.path = path
            self.token = token
            self.kept = kept
        }
    }

    /// Every route of the interface that reads: a new one has to be entered here.
    private static func readings(_ number: String, proposal: Int64, webhook: String) -> [String: Reading] {
        let (mill, office, wang) = (WebCast.mill, WebCast.office, WebStaff.wang)
        return [
            "/api/v1/cases": Reading("/api/v1/cases", mill, (.list, "")),
            "/api/v1/cases/{number}": Reading("/api/v1/cases/\(number)", mill, (.view, number)),
            "/api/v1/cases/{number}/explanation": Reading(
                "/api/v1/cases/\(number)/explanation", office, (.view, number)),
            "/api/v1/work": Reading("/api/v1/work", office, (.list, "")),
            "/api/v1/staff/stalled": Reading("/api/v1/staff/stalled", wang, (.list, "")),
            "/api/v1/staff/stalled/{number}": Reading("/api/v1/staff/stalled/\(number)", wang, (.view, number)),
            "/api/v1/staff/cases/{number}/checks": Reading(
                "/api/v1/staff/cases/\(number)/checks", wang, (.view, number)),
            "/api/v1/staff/forecast": Reading("/api/v1/staff/forecast", wang, (.list, "")),
            "/api/v1/staff/proposals": Reading("/api/v1/staff/proposals", wang, (.list, "")),
            "/api/v1/staff/proposals/{id}": Reading(
                "/api/v1/staff/proposals/\(proposal)", wang, (.view, String(proposal))),
            "/api/v1/staff/jobs": Reading("/api/v1/staff/jobs", wang, (.list, "")),
            "/api/v1/staff/jobs/{id}": Reading("/api/v1/staff/jobs/1", wang, (.view, "1")),
            "/api/v1/staff/persons": Reading("/api/v1/staff/persons", wang, nil),
            "/api/v1/staff/log-alarms": Reading("/api/v1/staff/log-alarms", wang, nil),
            "/api/v1/webhooks": Reading("/api/v1/webhooks", mill, nil),
            "/api/v1/webhooks/{webhook}": Reading("/api/v1/webhooks/\(webhook)", mill, nil),
            "/api/v1/webhooks/{webhook}/deliveries": Reading("/api/v1/webhooks/\(webhook)/deliveries", mill, nil),
        ]
    }

    @Test func `leaves exactly one row for each answer that can show a person, and auditors see it`() async throws {
        try await WebTransfer.certified { node, _, number in
            let body = #"{"action":"ask-query","text":"请核对","version":99}"#
            _ = try await node.post("/api/v1/staff/cases/\(number)/proposals", body, as: WebStaff.wang)
            let readings = Self.readings(number, proposal: 1, webhook: "1")
            let reading = node.addresses.filter { $0.hasPrefix("GET /api/v1/") }.map { String($0.dropFirst(4)) }
            #expect(Set(reading) == Set(readings.keys), "every route that reads is tried")
            for (pattern, one) in readings.sorted(by: { $0.key < $1.key }) {
                let before = try await node.trail.count
                let reply = try await node.get(one.path, as: one.token)
                let rows = try await node.trail.dropFirst(before)
                let showsPerson = reply.body.contains(try ResidentID(WebCast.resident(1)).description)
                #expect(!showsPerson || one.kept != nil, "\(pattern) shows a person and leaves no row")
                guard reply.status == 200 else {
                    #expect(rows.map(\.entry.result) == [.refused], "\(pattern): \(reply.status)")
                    continue
                }
                guard let kept = one.kept else {
                    #expect(rows.isEmpty, "\(pattern)")
                    continue
                }
                #expect(rows.count == 1, "\(pattern)")
                let entry = try #require(rows.first?.entry)
                #expect(entry.action == kept.action && entry.object == kept.object && entry.reason == pattern)
                #expect(entry.actor.method == .accessToken && entry.result == .done, "\(pattern)")
                #expect(entry.actor.who == (one.token == WebStaff.wang ? "window-2" : entry.actor.who))
                #expect(entry.actor.source == "127.0.0.1" || entry.actor.source == "::1", "\(entry.actor.source)")
                #expect(entry.actor.request == reply.headers["x-request-id"], "\(pattern)")
            }
            for pattern in ["/api/v1/cases/{number}", "/api/v1/cases", "/api/v1/cases/{number}/explanation"] {
                #expect(try await node.trail.contains { $0.entry.reason == pattern }, "\(pattern) was answered")
            }
            let auditor = try await Browser.entered(node, "audit", WebStaff.zhou)
            let page = try await auditor.open("/audit?action=view&object=\(number)").body
            #expect(page.contains("/api/v1/cases/{number}") && page.contains("mill"))
        }
    }

    @Test func `or changes and is refused has a row, and what is done stands in the history of the case`() async throws
    {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            let proposals = "/api/v1/staff/cases/\(number)/proposals"
            let accept = #"{"action":"accept","text":"材料齐全。"}"#
            #expect(try await node.post(proposals, accept, as: WebStaff.wang).status == 201)
            #expect(try await node.post(proposals, accept, as: WebStaff.zhou).status == 403)
            #expect(try await node.post(proposals, accept, as: WebCast.mill).status == 403)
            #expect(try await node.get("/api/v1/cases/370700-2026-0000012-K").status == 404)
            #expect(try await node.get("/api/v1/cases/\(number)", as: "nobody-knows-this-token").status == 401)
            let rows = try await node.trail.map(\.entry)
            let said = rows.map {
                "\($0.actor.who)|\($0.action.rawValue)|\($0.object)|\($0.result.rawValue)|\($0.reason)"
            }
            let pattern = "/api/v1/staff/cases/{number}/proposals"
            #expect(
                said == [
                    "audit|act|\(number)|refused|duty-missing \(pattern)",
                    "mill|act|\(number)|refused|role-not-allowed \(pattern)",
                    "mill|view||refused|not-found /api/v1/cases/{number}",
                ])
            #expect(rows.allSatisfy { $0.actor.method == .accessToken })
        }
    }

    @Test(.enabled(if: TestStore.speaksSQLite))
    func `is not given out without its row`() async throws {
        try await WebNode.run(alone: []) { node in
            let number = try #require(try await node.lodge(WebCast.application(), key: "key-1").text("case"))
            #expect(try await node.get("/api/v1/cases/\(number)").status == 200)
            try await node.editByHand(
                "CREATE TRIGGER no_more BEFORE INSERT ON account_audit BEGIN SELECT RAISE(ABORT, 'full'); END;")
            let reply = try await node.get("/api/v1/cases/\(number)")
            #expect(reply.status == 503)
            #expect(!reply.body.contains(number))
            #expect(try await node.get("/api/v1/staff/persons", as: WebStaff.wang).status == 200)
        }
    }
}
