import Casework
import Synchronization
import Testing
import TransferCore
import WebConsole

/// The start page and the clock of a demonstration, and that a node for real cases has neither.
@Suite struct `The pages of a demonstration` {
    /// A demonstration whose clock was moved by so many days.
    private final class Kept: Demonstration {
        private let moved = Mutex<[Int]>([])
        var days: [Int] { moved.withLock { $0 } }
        let guide: DemonstrationGuide?

        init(_ guide: DemonstrationGuide?) { self.guide = guide }

        let texts = ["an invented text"]
        let furthest = Instant(milliseconds: 1_800_000_000_000)

        func moveClock(days: Int) throws(DemonstrationRefusal) {
            guard days < 20 else { throw DemonstrationRefusal("not so far") }
            moved.withLock { $0.append(days) }
        }
    }

    private static let guide = DemonstrationGuide(
        offices: [
            .init(
                code: WebCast.hangzhou.text, chinese: "杭州", english: "Hangzhou", pages: "http://127.0.0.1:1/",
                operations: "http://127.0.0.1:2/",
                accounts: [.init(name: "li.na", secret: "invented-secret", chinese: "经办", english: "clerk")])
        ],
        samples: [
            .init(
                number: "330100-2026-0000001-U", office: WebCast.hangzhou.text, residentID: "x", chinese: "无",
                english: "none")
        ])

    @Test func `are not there on a node for real cases`() async throws {
        try await WebNode.run { node in
            let browser = Browser(node)
            #expect(try await browser.open("/demo").status == 404)
            #expect(try await browser.send("/demo/clock", ["days": "5"]).status == 404)
            let start = try await browser.open("/").body
            #expect(!start.contains("/demo"))
        }
    }

    @Test func `say who can log in, and stand on every page in one line`() async throws {
        try await WebNode.run(demonstration: Kept(Self.guide)) { node in
            let browser = Browser(node)
            let guide = try await browser.open("/guide").body
            #expect(guide.contains("演示环境：人员与金额均为虚构。"))
            let page = try await browser.open("/demo")
            #expect(page.status == 200)
            #expect(page.body.contains("invented-secret"))
            #expect(page.body.contains("准备好的业务"))
            #expect(page.body.contains("an invented text"))
        }
    }

    @Test func `say that the examples are not ready yet`() async throws {
        try await WebNode.run(demonstration: Kept(nil)) { node in
            let page = try await Browser(node).open("/demo").body
            #expect(page.contains("示例正在准备"))
        }
    }

    @Test func `move the clock, and give the words of a refusal`() async throws {
        let demonstration = Kept(Self.guide)
        try await WebNode.run(demonstration: demonstration) { node in
            let browser = Browser(node)
            try await browser.open("/demo")
            #expect(try await browser.send("/demo/clock", ["days": "5"]).status == 303)
            #expect(demonstration.days == [5])
            let refused = try await browser.send("/demo/clock", ["days": "20"])
            #expect(refused.status == 422)
            #expect(refused.body.contains("not so far"))
            #expect(try await browser.send("/demo/clock", ["days": "-1"]).status == 400)
            #expect(demonstration.days == [5])
        }
    }

    @Test func `move no clock for a form of elsewhere`() async throws {
        let demonstration = Kept(Self.guide)
        try await WebNode.run(demonstration: demonstration) { node in
            let browser = Browser(node)
            let answer = try await browser.send("/demo/clock", ["days": "5"], site: "cross-site")
            #expect(answer.status == 403)
            #expect(demonstration.days.isEmpty)
        }
    }
}
