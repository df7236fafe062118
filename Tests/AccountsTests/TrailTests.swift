import Accounts
import Casework
import Store
import Testing
import TransferDocuments

@Suite struct `The trail of accounts` {
    private static func breaks(_ rows: [AuditRow]) -> [AuditBreak] {
        var chain = AuditChain()
        return rows.compactMap { chain.follow($0) }
    }

    private static func withTrail(_ use: (Office, [AuditRow]) async throws -> Void) async throws {
        try await Office.open { office in
            let seed = try await office.open("window-2")
            _ = try await office.begin("window-2", "wrong")
            _ = try await office.begin(Office.password, "typed into the wrong field")
            let grant = try await office.logIn("window-2", seed)
            try await office.login.logOut(grant.visit, from: Office.source, request: "r-7")
            try await use(office, try await office.trail())
        }
    }

    @Test func `says who did what, from where, how and why not`() async throws {
        try await Self.withTrail { _, rows in
            let said = rows.map { row in
                let (entry, actor) = (row.entry, row.entry.actor)
                return [
                    actor.who, actor.person ?? "", actor.role, actor.method.rawValue, actor.source, actor.request,
                    entry.action.rawValue, entry.object, entry.result.rawValue, entry.reason,
                ].joined(separator: "|")
            }
            #expect(
                said == [
                    "console||console|console|console:uid-1000||add-account|window-2|done|clerk",
                    "window-2|0107|clerk|invitation|192.0.2.7||activate||done|code-taken",
                    "window-2|0107|clerk|invitation|192.0.2.7||activate|window-2|done|active",
                    "window-2|0107|clerk|password|192.0.2.7||password-shown||refused|wrong",
                    "unknown|||password|192.0.2.7||password-shown||refused|unknown-name",
                    "window-2|0107|clerk|second-factor|192.0.2.7||log-in||done|",
                    "window-2|0107|clerk|session|192.0.2.7|r-7|log-out||done|",
                ])
            #expect(Self.breaks(rows).isEmpty)
        }
    }

    /// Everything that may not be found by somebody who reads the database.
    @Test func `holds no password, no code, no seed and no name that was typed by mistake`() async throws {
        try await Self.withTrail { _, rows in
            var text = ""
            for row in rows { dump(row, to: &text) }
            #expect(!text.contains(Office.password))
            #expect(!text.contains("wrong field"))
            #expect(!text.contains("王工"))
        }
    }

    @Test func `names the row that was changed, whichever it is`() async throws {
        try await Self.withTrail { _, rows in
            for place in rows.indices {
                var changed = rows
                let (row, entry) = (rows[place], rows[place].entry)
                let other = AuditEntry(
                    at: entry.at, entry.actor, entry.action, of: entry.object, entry.result, reason: "nothing to see")
                changed[place] = AuditRow(
                    number: row.number, entry: other, previous: row.previous, digest: row.digest)
                #expect(Self.breaks(changed).map(\.number) == [row.number])
                #expect(Self.breaks(changed).map(\.kind) == [.changed])
            }
        }
    }

    @Test func `names the row behind which it was written anew`() async throws {
        try await Self.withTrail { _, rows in
            var changed = rows
            let before = (number: rows[1].number, digest: rows[1].digest)
            let entry = AuditEntry(at: rows[2].entry.at, Office.console, .unlock, .done)
            changed[2] = AuditRow(entry, behind: before)
            #expect(Self.breaks(changed).map(\.description).first?.contains("Row 4") == true)
            changed.remove(at: 2)
            #expect(Self.breaks(changed).first == Self.breaks(rows.filter { $0.number != 3 }).first)
            #expect(Self.breaks(changed).first?.kind == .missing)
            #expect(Self.breaks(changed).first?.number == 3)
        }
    }

    @Test func `keeps no line break and no control character that came from outside`() {
        let actor = AuditActor(
            who: "a\u{1B}[2J", method: .none, source: "x\r\ny", request: String(repeating: "9", count: 500))
        let entry = AuditEntry(at: Instant(milliseconds: 0), actor, .logIn, of: "a\nb", .refused, reason: "\u{202E}x")
        #expect(actor.who == "a?[2J")
        #expect(actor.source == "x??y")
        #expect(actor.request.utf8.count == 64)
        #expect(entry.object == "a?b")
        #expect(entry.reason == "?x")
    }
}
