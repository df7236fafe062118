import Casework
import Testing
import TransferCore
import WebConsole

@Suite struct `The lists of an employer` {
    /// Lodges applications of that many people.
    private static func lodge(_ node: WebNode, _ people: ClosedRange<Int>, as token: String = WebCast.mill) async throws
        -> [String]
    {
        var numbers: [String] = []
        for serial in people {
            let reply = try await node.lodge(WebCast.application(serial), key: "key-\(serial)", as: token)
            numbers.append(try #require(reply.text("case")))
        }
        return numbers
    }

    private static func shown(_ page: Reply) -> [String] {
        var numbers: [String] = []
        for part in page.body.split(separator: "href=\"/org/cases/").dropFirst() {
            let number = String(part.prefix { $0 != "\"" })
            if !numbers.contains(number) { numbers.append(number) }
        }
        return numbers
    }

    @Test func `show every case once over their pages, forwards and from the newest`() async throws {
        try await WebNode.run(alone: []) { node in
            let numbers = try await Self.lodge(node, 1...120)
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            for (order, expected) in [("number", numbers), ("newest", Array(numbers.reversed())), ("due", numbers)] {
                var seen: [String] = []
                var next: String? = "/org?stage=open&order=\(order)"
                var pages = 0
                while let address = next, pages < 5 {
                    let page = try await browser.open(address)
                    #expect(page.status == 200)
                    seen += Self.shown(page)
                    pages += 1
                    let link = page.body.split(separator: "<a href=\"").first {
                        $0.contains("rel=\"next\"") && $0.hasPrefix("/org?")
                    }
                    next = link.map { String($0.prefix { $0 != "\"" }).replacing("&amp;", with: "&") }
                    if pages > 1 { #expect(page.body.contains("第 \(pages) 页")) }
                }
                #expect(seen == expected, "\(order)")
                #expect(pages == 3)
            }
            let sorted = try await browser.open("/org?stage=open&order=due")
            #expect(sorted.body.contains("aria-sort=\"ascending\""))
            #expect(sorted.body.contains("进行中（120）"))
        }
    }

    @Test func `are narrowed by what stands in the address, which is nothing personal`() async throws {
        try await WebNode.run(alone: []) { node in
            let first = try await Self.lodge(node, 1...2)
            node.clock.move(days: 3)
            let later = try await Self.lodge(node, 3...3)
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let cases = [
                ("stage=open&from=2026-11-23", later), ("stage=open&to=2026-11-20", first),
                ("stage=open&phase=reviewing", first + later), ("stage=open&phase=returned", []),
                ("stage=open&origin=510100", first + later), ("stage=open&origin=440300", []),
                ("stage=open&branch=medical", []), ("stage=done", []),
            ]
            for (query, expected) in cases {
                #expect(Self.shown(try await browser.open("/org?\(query)")) == expected, "\(query)")
            }
            for query in ["stage=all", "origin=x", "from=today", "after=1", "order=name", "page=0"] {
                #expect(try await browser.open("/org?\(query)").status == 400, "\(query)")
            }
            let other = try await Browser.entered(node, "shop", WebCast.shop)
            #expect(Self.shown(try await other.open("/org?stage=open")).isEmpty)
        }
    }

    @Test func `find a case by its number, and a person's cases by a number that is only sent as a form`() async throws
    {
        try await WebNode.run(alone: []) { node in
            let number = try await Self.lodge(node, 1...1)[0]
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org")
            #expect(try await browser.send("/org/find", ["what": number]).headers["location"] == "/org/cases/\(number)")
            try await browser.open("/org")
            let found = try await browser.send("/org/find", ["what": WebCast.resident(1).lowercased()])
            #expect(Self.shown(found) == [number])
            #expect(!found.body.contains(WebCast.resident(1)))
            try await browser.open("/org")
            #expect(try await browser.send("/org/find", ["what": "林芳"]).status == 422)
            let other = try await Browser.entered(node, "shop", WebCast.shop)
            try await other.open("/org")
            #expect(try await other.send("/org/find", ["what": number]).status == 422)
            try await other.open("/org")
            #expect(Self.shown(try await other.send("/org/find", ["what": WebCast.resident(1)])).isEmpty)
            for line in node.log.lines { #expect(!line.contains(WebCast.resident(1))) }
        }
    }

    @Test func `withdraw many with a result for each, and say the same when it is sent again`() async throws {
        try await WebNode.run(alone: []) { node in
            let numbers = try await Self.lodge(node, 1...2)
            let foreign = try await Self.lodge(node, 3...3, as: WebCast.shop)[0]
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            try await browser.open("/org")
            let asked = try await browser.send("/org/withdraw", ["case": numbers[0]])
            #expect(asked.body.contains("确认撤回 1 件"))
            let confirm = browser.hidden
            let done = try await browser.send("/org/withdraw/confirm", confirm)
            #expect(done.body.contains("已撤回 1，不能撤回 0"))
            #expect(try await browser.send("/org/withdraw/confirm", confirm).body.contains("已撤回 1，不能撤回 0"))
            let refused = try await browser.send(
                "/org/withdraw/confirm", confirm.merging(["case": foreign]) { $1 })
            #expect(refused.body.contains("已撤回 0，不能撤回 1"))
            #expect(try await node.get("/api/v1/cases/\(foreign)", as: WebCast.shop).text("phase") == "reviewing")
            #expect(try await node.get("/api/v1/cases/\(numbers[1])").text("phase") == "reviewing")
        }
    }

    @Test func `are given as a workbook with numbers as text, and as a paper with every row`() async throws {
        try await WebNode.run(alone: []) { node in
            let body = WebCast.application(1).replacing(
                #"{"kind":"insured-person"}"#,
                with: #"{"kind":"employer","name":"某纺织厂","creditCode":"91110000600037341L"}"#)
            #expect(try await node.lodge(body, key: "key-1").status == 201)
            let browser = try await Browser.entered(node, "mill", WebCast.mill)
            let book = try await browser.open("/org/roster.xlsx?stage=open")
            #expect(book.status == 200)
            #expect(book.headers["content-disposition"]?.contains("roster-R2026") == true)
            let paper = try await browser.open("/org/roster.pdf?stage=open")
            #expect(paper.status == 200, "\(paper.body)")
            #expect(paper.headers["content-type"] == "application/pdf")
            let other = try await Browser.entered(node, "shop", WebCast.shop)
            #expect(try await other.open("/org/roster.pdf?stage=open").status == 422)
        }
    }
}
